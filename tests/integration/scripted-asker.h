/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Answers questions in place of a user, in its own thread. The list of answers is given in advance.
 * "yes" accepts a host key. NULL declines the question and is also the end of the list. Any other
 * text is the answer itself. */
#pragma once

#include <gio/gio.h>

#include "mamuto-asker.h"

typedef struct {
    MamutoAsker *asker;
    /* One text per question: "kind prompt [server text] attempt fingerprint". */
    GPtrArray *asked;
    const char *const *answers;
    GThread *thread;
    GMainContext *context;
    GMainLoop *loop;
    GMutex mutex;
    GCond ready;
    MamutoQuestion *kept;
    GCancellable *cancels; /* The asker cancels this object when it receives a question. */
} ScriptedAsker;

ScriptedAsker *scripted_asker_new(const char *const *answers);
void scripted_asker_free(ScriptedAsker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScriptedAsker, scripted_asker_free)
