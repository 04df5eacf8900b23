/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Saves results to a file, and asks before unsaved results are lost. @window: the parent of the
 * dialogs. */
#pragma once

#include <gtk/gtk.h>

#include "../runner/mamuto-runner.h"

/* @window: as passed to results_save() or results_let_go(). */
typedef void (*ResultsFunc)(GtkWidget *window);

/* Asks for a file, saves the results of the last run to it, and shows the outcome. @then:
 * (nullable): called after the results were saved. */
void results_save(GtkWidget *window, MamutoRunner *runner, ResultsFunc then);
/* Shows that the job's output file could not be written, with @message as the reason, and offers to
 * save to another file. */
void results_tell_unsaved(GtkWidget *window, MamutoRunner *runner, const char *message);
/* Calls @then at once if no unsaved results would be lost. Else asks, and calls @then after the
 * user has saved or discarded the results; not if the user cancels. */
void results_let_go(GtkWidget *window, MamutoRunner *runner, ResultsFunc then);
