/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The window: the start page, or the pages over one job and one cluster, with Run always at hand.
 */
#pragma once

#include <adwaita.h>

#define MAMUTO_TYPE_WINDOW (mamuto_window_get_type())
G_DECLARE_FINAL_TYPE(MamutoWindow, mamuto_window, MAMUTO, WINDOW, AdwApplicationWindow)

MamutoWindow *mamuto_window_new(GtkApplication *application);
/* A job, cluster, function or array, told by what it holds or its name; what cannot be opened is
 * told. */
void mamuto_window_open_file(MamutoWindow *self, GFile *file);
/* "job", "cluster", "progress", "results" or "timings". */
void mamuto_window_show_page(MamutoWindow *self, const char *name);
/* Ends the program without asking, as a session does that ends: a run is stopped, edits stay as
 * drafts. Results that are being saved are waited for, unless this is called once more. */
void mamuto_window_quit(MamutoWindow *self);
