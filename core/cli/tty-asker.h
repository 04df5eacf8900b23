/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Asks the user on the terminal for passwords, and whether unknown host keys are right. */
#pragma once

#include "mamuto-asker.h"

typedef struct _TtyAsker TtyAsker;

/* Returns (nullable): an object that asks questions on the terminal, or NULL if the program has no
 * terminal. @pause is called before a question is printed, and @resume after the answer. */
TtyAsker *tty_asker_new(void (*pause)(gpointer data), void (*resume)(gpointer data), gpointer data);
MamutoAsker *tty_asker_get_asker(TtyAsker *self);
/* Declines the question that waits for an answer, if any. Called after a run, because no connection
 * needs the answer any more. */
void tty_asker_break_off(TtyAsker *self);
/* Declines the question that waits for an answer, if any, and frees @self. */
void tty_asker_free(TtyAsker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TtyAsker, tty_asker_free)
