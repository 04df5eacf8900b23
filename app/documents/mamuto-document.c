/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-document.h. */
#include "mamuto-document.h"

enum { SIGNAL_EDITED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_INTERFACE(MamutoDocument, mamuto_document, G_TYPE_OBJECT)

static void
mamuto_document_default_init(MamutoDocumentInterface *iface)
{
    const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

    g_object_interface_install_property(iface,
                                        g_param_spec_string("path", NULL, NULL, NULL, flags));
    g_object_interface_install_property(iface,
                                        g_param_spec_boolean("dirty", NULL, NULL, FALSE, flags));
    signals[SIGNAL_EDITED] = g_signal_new("edited", MAMUTO_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

/**
 * mamuto_document_get_path:
 *
 * Returns: (transfer none) (nullable): the path of the file that was last opened or saved; %NULL
 * for a new document
 */
const char *
mamuto_document_get_path(MamutoDocument *self)
{
    return MAMUTO_DOCUMENT_GET_IFACE(self)->get_path(self);
}

/**
 * mamuto_document_get_dirty:
 *
 * Returns: whether there are unsaved edits
 */
gboolean
mamuto_document_get_dirty(MamutoDocument *self)
{
    return MAMUTO_DOCUMENT_GET_IFACE(self)->get_dirty(self);
}

/**
 * mamuto_document_dup_title:
 *
 * Returns: (transfer full): the title for display; a document without a file also has a title
 */
char *
mamuto_document_dup_title(MamutoDocument *self)
{
    return MAMUTO_DOCUMENT_GET_IFACE(self)->dup_title(self);
}

/**
 * mamuto_document_open:
 * @path: a job file if @self is a job, a cluster file if @self is a cluster
 *
 * Replaces the content of the document by the content of @path. Unsaved edits are lost unless the
 * caller has created a #MamutoHeldDocuments.
 *
 * Returns: %FALSE if @path cannot be read or is invalid; the document is then unchanged
 */
gboolean
mamuto_document_open(MamutoDocument *self, const char *path, GError **error)
{
    return MAMUTO_DOCUMENT_GET_IFACE(self)->open(self, path, error);
}

/**
 * mamuto_document_save:
 * @path: the file to write; it becomes the file of the document
 *
 * Returns: %FALSE if @path cannot be written; the document is then unchanged
 */
gboolean
mamuto_document_save(MamutoDocument *self, const char *path, GError **error)
{
    return MAMUTO_DOCUMENT_GET_IFACE(self)->save(self, path, error);
}

/**
 * mamuto_document_touch:
 *
 * Sets the flag for unsaved edits if the document differs from its file. Called after another
 * program has changed the file, if the user does not want to load the file again.
 */
void
mamuto_document_touch(MamutoDocument *self)
{
    MAMUTO_DOCUMENT_GET_IFACE(self)->touch(self);
}

/**
 * mamuto_document_emit_edited:
 *
 * Emits #MamutoDocument::edited.
 */
void
mamuto_document_emit_edited(MamutoDocument *self)
{
    g_signal_emit(self, signals[SIGNAL_EDITED], 0);
}
