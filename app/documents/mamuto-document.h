/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a person opens, edits and saves, whether a job or a cluster: a file, a title, and whether
 * edits are not saved yet. */
#pragma once

#include <gio/gio.h>

#define MAMUTO_TYPE_DOCUMENT (mamuto_document_get_type())
/* Properties, notified and read-only:
 *   path (string, nullable): the file; notified also when that file was read or written again
 *   dirty (boolean): whether edits are not saved
 * Signal "edited" (): a draft that was made before is out of date. */
G_DECLARE_INTERFACE(MamutoDocument, mamuto_document, MAMUTO, DOCUMENT, GObject)

struct _MamutoDocumentInterface {
    GTypeInterface parent_interface;

    const char *(*get_path)(MamutoDocument *self);
    gboolean (*get_dirty)(MamutoDocument *self);
    char *(*dup_title)(MamutoDocument *self);
    gboolean (*open)(MamutoDocument *self, const char *path, GError **error);
    gboolean (*save)(MamutoDocument *self, const char *path, GError **error);
    void (*touch)(MamutoDocument *self);
};

const char *mamuto_document_get_path(MamutoDocument *self);
gboolean mamuto_document_get_dirty(MamutoDocument *self);
char *mamuto_document_dup_title(MamutoDocument *self);
gboolean mamuto_document_open(MamutoDocument *self, const char *path, GError **error);
gboolean mamuto_document_save(MamutoDocument *self, const char *path, GError **error);
void mamuto_document_touch(MamutoDocument *self);

/* For implementations alone. */
void mamuto_document_emit_edited(MamutoDocument *self);
