/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Results into a file, and the question before those that are in none are lost. Both are given the
 * window they belong to. */
#pragma once

#include <gtk/gtk.h>

#include "../runner/mamuto-runner.h"

/* @window: the one given. */
typedef void (*ResultsFunc)(GtkWidget *window);

/* Asks for a name and saves the last run's results there; says how it went. @then: (nullable):
 * called if they were saved. */
void results_save(GtkWidget *window, MamutoRunner *runner, ResultsFunc then);
/* A file that the job names could not be written, for @message; asks for another. */
void results_tell_unsaved(GtkWidget *window, MamutoRunner *runner, const char *message);
/* Calls @then at once if no result would be lost by it; else asks, and calls it unless a person
 * wants to keep them. */
void results_let_go(GtkWidget *window, MamutoRunner *runner, ResultsFunc then);
