/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The functions between the asker and its questions: the asker creates a question, and the question
 * passes its answer to the asker.
 */
#pragma once

#include "asker-private.h"

G_BEGIN_DECLS

typedef enum {
    ASKER_WAITING,
    ASKER_SHOWN,
    ASKER_ANSWERED,
    ASKER_ACCEPTED,
    ASKER_DECLINED,
    ASKER_WITHDRAWN,
} AskerState;

/* A question in the asker's queue and its answer. */
typedef struct _AskerEntry AskerEntry;

void asker_entry_unref(AskerEntry *entry);
/* Stores the outcome @state of a question, and wakes the thread that waits for it. Does nothing
 * if the question already has an outcome. Can be called from any thread. */
void asker_settle(MamutoAsker *self, AskerEntry *entry, AskerState state, const char *answer);

/* Creates a question that holds references to @asker and @entry. */
MamutoQuestion *question_new(MamutoAsker *asker, const AskerQuestion *from, AskerEntry *entry);
/* Emits the signal "withdrawn". Called in the main context of the asker. */
void question_tell_withdrawn(MamutoQuestion *self);

G_END_DECLS
