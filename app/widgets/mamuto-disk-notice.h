/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A strip with the buttons Reload and Keep Mine, shown when another program has changed the file of
 * a document. */
#pragma once

#include <adwaita.h>

#define MAMUTO_TYPE_DISK_NOTICE (mamuto_disk_notice_get_type())
/* Signals: "reload" (): the user wants the content of the file; "keep-mine" (): the user keeps the
 * content of the document. */
G_DECLARE_FINAL_TYPE(MamutoDiskNotice, mamuto_disk_notice, MAMUTO, DISK_NOTICE, AdwBin)

/* Watches a file that was just read or written, so that its content equals the document. @path:
 * (nullable): NULL if the document has no file. */
void mamuto_disk_notice_watch(MamutoDiskNotice *self, const char *path);
