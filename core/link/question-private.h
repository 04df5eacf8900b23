/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Functions that connect a MamutoQuestion with its entry in the queue of the asker. */
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

/* The state of a question in the queue. */
typedef struct _AskerEntry AskerEntry;

void asker_entry_unref(AskerEntry *entry);
/* Settles the question with @state. Does nothing if the question is already settled. May be called
 * from any thread. */
void asker_settle(MamutoAsker *self, AskerEntry *entry, AskerState state, const char *answer);

/* The question holds references to @asker and @entry. */
MamutoQuestion *question_new(MamutoAsker *asker, const AskerQuestion *from, AskerEntry *entry);
/* Emits "withdrawn". Called in the main context of the asker. */
void question_tell_withdrawn(MamutoQuestion *self);

G_END_DECLS
