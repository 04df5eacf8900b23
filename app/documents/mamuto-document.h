/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Interface for documents that the user opens, edits and saves: jobs and clusters. A document has a
 * file, a title and a flag for unsaved edits. */
#pragma once

#include <gio/gio.h>

#define MAMUTO_TYPE_DOCUMENT (mamuto_document_get_type())
/* Properties, notified and read-only:
 *   path (string, nullable): the file; also notified when the same file is read or written again
 *   dirty (boolean): whether there are unsaved edits
 * Signal "edited" (): the content has changed, so an existing draft is out of date. */
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

/* Only for implementations of the interface. */
void mamuto_document_emit_edited(MamutoDocument *self);
