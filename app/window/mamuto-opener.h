/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Opens files in the window: from the command line, drag and drop, the recent files, a file chooser
 * and the example. The kind of a file decides whether it becomes the job, the cluster, the job's
 * function or an argument. If unsaved edits are replaced, a toast offers Undo. */
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
