/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The window: the start page, or the pages for one job and one cluster, with a Run button in the
 * header bar. */
#pragma once

#include <adwaita.h>

#define MAMUTO_TYPE_WINDOW (mamuto_window_get_type())
G_DECLARE_FINAL_TYPE(MamutoWindow, mamuto_window, MAMUTO, WINDOW, AdwApplicationWindow)

MamutoWindow *mamuto_window_new(GtkApplication *application);
/* @file: a job, cluster, function or array; its kind is guessed from its content and name. Shows an
 * error if @file cannot be opened. */
void mamuto_window_open_file(MamutoWindow *self, GFile *file);
/* @name: "job", "cluster", "progress", "results" or "timings". */
void mamuto_window_show_page(MamutoWindow *self, const char *name);
/* Quits without dialogs, for the end of the session: stops the run, and keeps unsaved edits as
 * drafts. If results are being saved, quits when that is finished; a second call quits at once. */
void mamuto_window_quit(MamutoWindow *self);
