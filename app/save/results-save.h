/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Saves results to a file, and asks the user before unsaved results are discarded. @window is the
 * parent of the dialogs. */
#pragma once

#include <gtk/gtk.h>

#include "../runner/mamuto-runner.h"

/* @window: the window that was passed to results_save() or results_let_go(). */
typedef void (*ResultsFunc)(GtkWidget *window);

/* Asks the user for a file, saves the results of the last run to the file, and shows the outcome.
 * @then: (nullable): called after the results are saved. */
void results_save(GtkWidget *window, MamutoRunner *runner, ResultsFunc then);
/* Shows that the output file of the job could not be written. Offers to save to another file.
 * @message: the reason for the failure. */
void results_tell_unsaved(GtkWidget *window, MamutoRunner *runner, const char *message);
/* Calls @then immediately if there are no unsaved results. Otherwise asks the user, and calls @then
 * after the results are saved or discarded. Does not call @then if the user cancels. */
void results_let_go(GtkWidget *window, MamutoRunner *runner, ResultsFunc then);
