/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Save and Save As, for jobs and clusters. */
#include <glib/gi18n.h>

#include "../compat/compat.h"
#include "../dialogs/tell.h"
#include "window-private.h"

void
window_take_what_is_typed(MamutoWindow *self)
{
    GtkWidget *focus = gtk_window_get_focus(GTK_WINDOW(self));

    if (!focus)
        return;
    g_object_ref(focus);
    gtk_window_set_focus(GTK_WINDOW(self), NULL);
    /* if the field still exists, give it the focus again, so that the user can continue typing */
    if (gtk_widget_get_root(focus) == GTK_ROOT(self) && gtk_widget_get_mapped(focus)) {
        if (GTK_IS_TEXT(focus))
            gtk_text_grab_focus_without_selecting(GTK_TEXT(focus));
        else
            gtk_widget_grab_focus(focus);
    }
    g_object_unref(focus);
}

static void
save(MamutoWindow *self, MamutoFileKind kind, const char *path)
{
    const DocumentWords *words = window_get_document_words(kind);
    g_autoptr(GError) error = NULL;

    if (!mamuto_document_save(window_get_document(self, kind), path, &error)) {
        tell_error(GTK_WIDGET(self), _(words->not_saved), error);
        return;
    }
    if (kind == MAMUTO_FILE_CLUSTER)
        mamuto_job_document_adopt_cluster(self->job);
    window_note_recent(self, path);
    tell(GTK_WIDGET(self), _(words->saved));
}

static void
save_in_place(MamutoWindow *self, MamutoFileKind kind, GFile *place)
{
    g_autofree char *path = g_file_get_path(place);
    g_autofree char *named = path ? mamuto_file_kind_complete_name(kind, path) : NULL;

    if (!path)
        return;
    if (!g_str_equal(named, path) && g_file_test(named, G_FILE_TEST_EXISTS)) {
        /* the file chooser asked only about @path, the name without the extension, so the user has
         * not agreed to replace the file @named */
        g_autoptr(GError) error =
            g_error_new(G_IO_ERROR, G_IO_ERROR_EXISTS,
                        /* Translators: %s is the path of a file */
                        _("%s already exists; include the extension to replace it."), named);

        tell_error(GTK_WIDGET(self), _(window_get_document_words(kind)->not_saved), error);
        return;
    }
    save(self, kind, named);
}

static void
on_job_place_chosen(GFile *place, gpointer window)
{
    save_in_place(window, MAMUTO_FILE_JOB, place);
}

static void
on_cluster_place_chosen(GFile *place, gpointer window)
{
    save_in_place(window, MAMUTO_FILE_CLUSTER, place);
}

/* (transfer full): the proposed file name, for example "likelihood.mamuto". */
static char *
propose_name(MamutoWindow *self, MamutoFileKind kind)
{
    g_autofree char *title = NULL;

    if (kind == MAMUTO_FILE_CLUSTER)
        return g_strdup("cluster.cfg");
    title = mamuto_document_dup_title(window_get_document(self, kind));
    return g_strconcat(title, ".mamuto", NULL);
}

void
window_save_document_as(MamutoWindow *self, MamutoFileKind kind)
{
    const DocumentWords *words = window_get_document_words(kind);
    g_auto(GStrv) suffixes = mamuto_file_kind_get_suffixes(kind);
    g_autofree char *folder = window_find_folder(self);
    g_autofree char *name = propose_name(self, kind);

    compat_save_file(GTK_WIDGET(self),
                     &(CompatFileChoice){.title = _(words->save),
                                         .filter_name = _(words->name),
                                         .suffixes = (const char *const *)suffixes,
                                         .folder = folder,
                                         .name = name},
                     kind == MAMUTO_FILE_JOB ? on_job_place_chosen : on_cluster_place_chosen, self);
}

void
window_save_document(MamutoWindow *self, MamutoFileKind kind)
{
    /* copy the path, because saving frees the document's own string */
    g_autofree char *path = g_strdup(mamuto_document_get_path(window_get_document(self, kind)));

    /* for a cluster, do not move the focus, because keys such as Escape work in the host list only
     * while the list has the focus */
    if (kind == MAMUTO_FILE_JOB)
        window_take_what_is_typed(self);
    if (path)
        save(self, kind, path);
    else
        window_save_document_as(self, kind);
}
