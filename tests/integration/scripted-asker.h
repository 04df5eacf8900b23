/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Answers the questions of a MamutoAsker in place of a user, in a separate thread. The answers are
 * given in a list before the questions are asked. The answer "yes" accepts a host key. Any other
 * text is used as the answer. The list ends with NULL, and further questions are declined. */
#pragma once

#include <gio/gio.h>

#include "mamuto-asker.h"

typedef struct {
    MamutoAsker *asker;
    /* the questions that were asked, each as the text "KIND PROMPT [SERVER-TEXT] ATTEMPT
     * FINGERPRINT" */
    GPtrArray *asked;
    const char *const *answers;
    GThread *thread;
    GMainContext *context;
    GMainLoop *loop;
    GMutex mutex;
    GCond ready;
    MamutoQuestion *kept;
    GCancellable *cancels; /* (nullable): cancelled when a question arrives; the question is then
                              not answered */
} ScriptedAsker;

ScriptedAsker *scripted_asker_new(const char *const *answers);
void scripted_asker_free(ScriptedAsker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScriptedAsker, scripted_asker_free)
