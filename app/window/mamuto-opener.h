/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Opens files in the window. The files come from the command line, from drag and drop, from the
 * list of recent files, from a file chooser or from the example. Depending on its kind, a file
 * becomes the job, the cluster, the job's function or an argument. If the file replaces unsaved
 * edits, a toast offers Undo. */
#pragma once

#include <mamuto.h>

#include "mamuto-window.h"

#define MAMUTO_TYPE_OPENER (mamuto_opener_get_type())
G_DECLARE_FINAL_TYPE(MamutoOpener, mamuto_opener, MAMUTO, OPENER, GObject)

MamutoOpener *mamuto_opener_new(MamutoWindow *window);
void mamuto_opener_new_job(MamutoOpener *self);
void mamuto_opener_open_file(MamutoOpener *self, GFile *file);
void mamuto_opener_choose(MamutoOpener *self, MamutoFileKind kind);
void mamuto_opener_reload(MamutoOpener *self, MamutoFileKind kind);
