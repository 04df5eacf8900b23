/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A bar with the buttons Reload and Keep Mine. The bar is shown when another program has changed
 * the file of the document. */
#pragma once

#include <adwaita.h>

#define MAMUTO_TYPE_DISK_NOTICE (mamuto_disk_notice_get_type())
/* Signals: "reload" (): the user wants to load the file again; "keep-mine" (): the user wants to
 * keep the content of the document. */
G_DECLARE_FINAL_TYPE(MamutoDiskNotice, mamuto_disk_notice, MAMUTO, DISK_NOTICE, AdwBin)

/* Starts watching the file @path. Must be called when the document and the file are equal, that is,
 * after reading or writing the file. @path: (nullable): NULL if the document has no file. */
void mamuto_disk_notice_watch(MamutoDiskNotice *self, const char *path);
