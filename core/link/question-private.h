/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the asker's queue and the questions in it know of each other. */
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

/* A question's way through the queue. */
typedef struct _AskerEntry AskerEntry;

void asker_entry_unref(AskerEntry *entry);
/* Gives an entry its end, once; the first word counts. Any thread. */
void asker_settle(MamutoAsker *self, AskerEntry *entry, AskerState state, const char *answer);

/* Holds the asker and the entry. */
MamutoQuestion *question_new(MamutoAsker *asker, const AskerQuestion *from, AskerEntry *entry);
/* In the asker's context. */
void question_tell_withdrawn(MamutoQuestion *self);

G_END_DECLS
