/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A strip that comes when another program has changed the file of a document: Reload, or Keep Mine.
 */
#pragma once

#include <adwaita.h>

#define MAMUTO_TYPE_DISK_NOTICE (mamuto_disk_notice_get_type())
/* Signals: "reload" (); "keep-mine" (): what is in the file now was seen, and is not wanted. */
G_DECLARE_FINAL_TYPE(MamutoDiskNotice, mamuto_disk_notice, MAMUTO, DISK_NOTICE, AdwBin)

/* The document is what the file of @path holds now: it was read or written just now. NULL: it has
 * none. */
void mamuto_disk_notice_watch(MamutoDiskNotice *self, const char *path);
