/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Answers what hosts must be asked while they connect, on the terminal of the program. */
#pragma once

#include "mamuto-asker.h"

typedef struct _TtyAsker TtyAsker;

/* @pause is called before the terminal is used and @resume after it. NULL if there is no
 * terminal: then nobody can be asked. */
TtyAsker *tty_asker_new(void (*pause)(gpointer data), void (*resume)(gpointer data), gpointer data);
MamutoAsker *tty_asker_get_asker(TtyAsker *self);
/* Declines the question that is open, if one is: nobody waits for its answer any more. */
void tty_asker_break_off(TtyAsker *self);
/* A question that is open is declined. */
void tty_asker_free(TtyAsker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TtyAsker, tty_asker_free)
