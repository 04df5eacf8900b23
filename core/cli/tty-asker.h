/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Asks the user questions on the program's terminal while hosts are being connected. */
#pragma once

#include "mamuto-asker.h"

typedef struct _TtyAsker TtyAsker;

/* Creates an asker that calls @pause before a question uses the terminal, and @resume afterwards.
 * Returns NULL if the program has no terminal; then no question can be asked. */
TtyAsker *tty_asker_new(void (*pause)(gpointer data), void (*resume)(gpointer data), gpointer data);
MamutoAsker *tty_asker_get_asker(TtyAsker *self);
/* Declines the open question, if any. Called when the run that waits for the answer has ended. */
void tty_asker_break_off(TtyAsker *self);
/* Declines the open question, if any. */
void tty_asker_free(TtyAsker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TtyAsker, tty_asker_free)
