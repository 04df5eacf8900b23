/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Answers an asker's questions from a list of texts, in its own thread. "yes" accepts a key. NULL,
 * which is also the end of the list, declines. Any other text is the answer to the question. */
#pragma once

#include <gio/gio.h>

#include "mamuto-asker.h"

typedef struct {
    MamutoAsker *asker;
    /* "kind prompt [server text] attempt fingerprint" of each question, in order */
    GPtrArray *asked;
    const char *const *answers;
    GThread *thread;
    GMainContext *context;
    GMainLoop *loop;
    GMutex mutex;
    GCond ready;
    MamutoQuestion *kept;
    GCancellable *cancels; /* cancelled when a question is asked */
} ScriptedAsker;

ScriptedAsker *scripted_asker_new(const char *const *answers);
void scripted_asker_free(ScriptedAsker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScriptedAsker, scripted_asker_free)
