/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The window. It contains either the start page or the pages for one job and one cluster, and a Run
 * button in the header bar. */
#pragma once

#include <adwaita.h>

#define MAMUTO_TYPE_WINDOW (mamuto_window_get_type())
G_DECLARE_FINAL_TYPE(MamutoWindow, mamuto_window, MAMUTO, WINDOW, AdwApplicationWindow)

MamutoWindow *mamuto_window_new(GtkApplication *application);
/* Opens @file: a job, cluster, function or array. The kind is guessed from the content and the name
 * of the file. Shows an error if the file cannot be opened. */
void mamuto_window_open_file(MamutoWindow *self, GFile *file);
/* @name: the name of a page: "job", "cluster", "progress", "results" or "timings". */
void mamuto_window_show_page(MamutoWindow *self, const char *name);
/* Quits without dialogs at the end of a desktop session: stops the run and keeps unsaved edits as
 * drafts. While results are being saved, waits for the end of saving; a second call quits
 * immediately. */
void mamuto_window_quit(MamutoWindow *self);
