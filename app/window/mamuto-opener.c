/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-opener.h. */
#include "mamuto-opener.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "../compat/compat.h"
#include "../dialogs/tell.h"
#include "window-private.h"

struct _MamutoOpener {
    GObject parent_instance;
    MamutoWindow *window;      /* Not owned: the window owns this opener. */
    GPtrArray *waiting_arrays; /* Paths of opened arrays that are not yet assigned to arguments. */
};

G_DEFINE_FINAL_TYPE(MamutoOpener, mamuto_opener, G_TYPE_OBJECT)

/* ---- jobs and clusters ---- */

/**
 * mamuto_opener_new_job:
 *
 * Replaces the open job by a new job. If the old job has unsaved edits, a toast offers Undo.
 */
void
mamuto_opener_new_job(MamutoOpener *self)
{
    MamutoWindow *window = self->window;
    MamutoHeldDocuments *held = mamuto_held_documents_new(window->job, window->cluster);

    mamuto_job_document_clear(window->job);
    window_leave_start(window);
    mamuto_window_show_page(window, "job");
    gtk_widget_grab_focus(adw_view_stack_get_visible_child(window->pages));
    window_offer_undo_of_loss(window, held);
}

/* Opens the cluster file named in the job. If this fails, the previous cluster stays open. */
static void
open_cluster_of_job(MamutoOpener *self)
{
    g_autoptr(GError) error = NULL;

    if (mamuto_job_document_open_cluster(self->window->job, &error))
        return;
    g_prefix_error(
        &error, "%s\n\n",
        _("The job is open with the previous hosts, because its cluster file cannot be used:"));
    tell_error(GTK_WIDGET(self->window), _("The Cluster of the Job Could Not Be Opened"), error);
}

/* Opens the job or cluster file @path. @kind: MAMUTO_FILE_JOB or MAMUTO_FILE_CLUSTER. */
static void
open_document(MamutoOpener *self, MamutoFileKind kind, const char *path)
{
    MamutoWindow *window = self->window;
    g_autoptr(GError) error = NULL;
    MamutoHeldDocuments *held = mamuto_held_documents_new(window->job, window->cluster);

    if (!mamuto_document_open(window_get_document(window, kind), path, &error)) {
        mamuto_held_documents_free(held);
        tell_error(GTK_WIDGET(window), _(window_get_document_words(kind)->not_opened), error);
        return;
    }
    if (kind == MAMUTO_FILE_JOB)
        open_cluster_of_job(self);
    else
        mamuto_job_document_adopt_cluster(window->job);
    window_leave_start(window);
    mamuto_window_show_page(window, kind == MAMUTO_FILE_JOB ? "job" : "cluster");
    window_offer_undo_of_loss(window, held);
    window_note_recent(window, path);
}

static void
open_chosen(MamutoOpener *self, MamutoFileKind kind, GFile *file)
{
    g_autofree char *path = g_file_get_path(file);

    if (path)
        open_document(self, kind, path);
}

static void
on_job_chosen(GFile *file, gpointer opener)
{
    open_chosen(opener, MAMUTO_FILE_JOB, file);
}

static void
on_cluster_chosen(GFile *file, gpointer opener)
{
    open_chosen(opener, MAMUTO_FILE_CLUSTER, file);
}

/**
 * mamuto_opener_choose:
 * @kind: %MAMUTO_FILE_JOB or %MAMUTO_FILE_CLUSTER
 *
 * Shows a file chooser and opens the chosen file.
 */
void
mamuto_opener_choose(MamutoOpener *self, MamutoFileKind kind)
{
    const DocumentWords *words = window_get_document_words(kind);
    g_auto(GStrv) suffixes = mamuto_file_kind_get_suffixes(kind);
    g_autofree char *folder = window_find_folder(self->window);

    compat_open_file(GTK_WIDGET(self->window),
                     &(CompatFileChoice){.title = _(words->open),
                                         .filter_name = _(words->name),
                                         .suffixes = (const char *const *)suffixes,
                                         .folder = folder},
                     kind == MAMUTO_FILE_JOB ? on_job_chosen : on_cluster_chosen, self);
}

/**
 * mamuto_opener_reload:
 * @kind: %MAMUTO_FILE_JOB or %MAMUTO_FILE_CLUSTER
 *
 * Reads the file of the document again. If the document has unsaved edits, a toast offers Undo.
 */
void
mamuto_opener_reload(MamutoOpener *self, MamutoFileKind kind)
{
    MamutoDocument *document = window_get_document(self->window, kind);
    /* copy the path, because opening a file frees the document's own string */
    g_autofree char *path = g_strdup(mamuto_document_get_path(document));

    if (path)
        open_document(self, kind, path);
}

/* ---- functions ---- */

static void
open_function(MamutoOpener *self, const char *path)
{
    MamutoJob *job = mamuto_job_document_get_job(self->window->job);
    MamutoInspector *inspector = mamuto_job_document_get_inspector(self->window->job);
    g_autofree char *old = g_strdup(mamuto_job_get_function(job));

    window_leave_start(self->window);
    mamuto_window_show_page(self->window, "job");
    /* if the job already uses this file, keep the function that the user selected in the file */
    if (g_strcmp0(mamuto_inspector_get_file(inspector), path) == 0)
        return;
    mamuto_job_set_function(job, path);
    if (old)
        window_offer_undo_of_function(self->window, old);
}

/* ---- arrays ---- */

/* Assigns the array file @path to the first argument that needs a value, else to one that has a
 * default. If all arguments have values, adds an argument if the function accepts another argument
 * or is not inspected yet. */
static void
place_array(MamutoOpener *self, const char *path)
{
    MamutoJobDocument *document = self->window->job;
    MamutoJob *job = mamuto_job_document_get_job(document);
    guint n = mamuto_job_get_n_arguments(job);
    int free_position = mamuto_job_document_find_free_position(document);

    if (free_position >= 0) {
        mamuto_job_set_argument(job, (guint)free_position, path);
        return;
    }
    if (n < MAMUTO_JOB_MAX_ARGUMENTS &&
        (!mamuto_inspector_get_function(mamuto_job_document_get_inspector(document)) ||
         mamuto_job_document_may_add_argument(document))) {
        mamuto_job_document_add_argument(document);
        free_position = mamuto_job_document_find_free_position(document);
        mamuto_job_set_argument(job, (guint)free_position, path);
        return;
    }
    tell(GTK_WIDGET(self->window), _("All arguments have a value; drop the file on one of them"));
}

/* Assigns the opened arrays to arguments. Does nothing while the function is being inspected,
 * because the parameters of the function determine the arguments. */
static void
place_waiting(MamutoOpener *self)
{
    MamutoInspector *inspector = mamuto_job_document_get_inspector(self->window->job);
    g_autoptr(GPtrArray) waiting = NULL;

    if (self->waiting_arrays->len == 0 || mamuto_inspector_get_busy(inspector))
        return;
    /* empty the list first: an assignment emits inputs-changed, which calls this function */
    waiting = g_steal_pointer(&self->waiting_arrays);
    self->waiting_arrays = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < waiting->len; i++)
        place_array(self, g_ptr_array_index(waiting, i));
}

static void
open_array(MamutoOpener *self, const char *path)
{
    window_leave_start(self->window);
    mamuto_window_show_page(self->window, "job");
    g_ptr_array_add(self->waiting_arrays, g_strdup(path));
    if (!mamuto_job_get_function(mamuto_job_document_get_job(self->window->job)))
        tell(GTK_WIDGET(self->window), _("Choose a function; the array becomes its argument"));
    place_waiting(self);
}

/* ---- files of any kind ---- */

/* Shows an error and returns FALSE if the file cannot be read. */
static gboolean
check_file(MamutoOpener *self, const char *path)
{
    g_autofree char *shown = g_filename_display_name(path);
    g_autoptr(GError) error = NULL;
    GStatBuf info;

    if (g_stat(path, &info) != 0)
        g_set_error(&error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", shown, g_strerror(errno));
    else if (S_ISDIR(info.st_mode))
        g_set_error(
            &error, G_FILE_ERROR, G_FILE_ERROR_ISDIR,
            _("%s is a folder. Open a file from the folder: a job, cluster, function or array"),
            shown);
    else if (g_access(path, R_OK) != 0)
        g_set_error(&error, G_FILE_ERROR, G_FILE_ERROR_ACCES,
                    /* Translators: the first %s is a file, the second the error of the system:
                     * "Permission denied" */
                    _("%s: %s. Ask the owner of the file for permission to read"), shown,
                    g_strerror(errno));
    if (error)
        tell_error(GTK_WIDGET(self->window), _("The File Could Not Be Opened"), error);
    return !error;
}

static void
tell_unknown(MamutoOpener *self, const char *shown)
{
    g_autoptr(GError) error = NULL;

    g_set_error(&error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                _("Mamuto cannot open %s. Mamuto opens jobs (.mamuto), clusters (.cfg), functions "
                  "(.py) and arrays (.npy, .npz, .csv, .tsv, .txt, .jsonl)"),
                shown);
    tell_error(GTK_WIDGET(self->window), _("The File Could Not Be Opened"), error);
}

/**
 * mamuto_opener_open_file:
 * @file: a job, cluster, function or array
 *
 * Opens @file. The kind of the file is guessed from its content and name. Shows an error if the
 * file cannot be opened.
 */
void
mamuto_opener_open_file(MamutoOpener *self, GFile *file)
{
    g_autofree char *path = g_file_get_path(file);
    g_autofree char *shown = g_file_get_parse_name(file);
    MamutoFileKind kind = MAMUTO_FILE_UNKNOWN;

    if (path && !check_file(self, path))
        return;
    if (path)
        kind = mamuto_file_kind_guess(path);
    switch (kind) {
    case MAMUTO_FILE_JOB:
    case MAMUTO_FILE_CLUSTER:
        open_document(self, kind, path);
        break;
    case MAMUTO_FILE_FUNCTION:
        open_function(self, path);
        break;
    case MAMUTO_FILE_NPY:
    case MAMUTO_FILE_NPZ:
    case MAMUTO_FILE_TABLE:
    case MAMUTO_FILE_JSON_LINES:
        open_array(self, path);
        break;
    default:
        tell_unknown(self, shown);
    }
}

static gboolean
on_drop(GtkDropTarget *target, const GValue *value, double x, double y, MamutoOpener *self)
{
    g_autoptr(GSList) files = gdk_file_list_get_files(g_value_get_boxed(value));

    for (GSList *link = files; link; link = link->next)
        mamuto_opener_open_file(self, link->data);
    return files != NULL;
}

/* ---- the object ---- */

static void
mamuto_opener_finalize(GObject *object)
{
    g_ptr_array_unref(MAMUTO_OPENER(object)->waiting_arrays);
    G_OBJECT_CLASS(mamuto_opener_parent_class)->finalize(object);
}

static void
mamuto_opener_class_init(MamutoOpenerClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_opener_finalize;
}

static void
mamuto_opener_init(MamutoOpener *self)
{
    self->waiting_arrays = g_ptr_array_new_with_free_func(g_free);
}

/**
 * mamuto_opener_new:
 *
 * Returns: (transfer full): an opener for @window; the opener also opens files that are dropped on
 * the window
 */
MamutoOpener *
mamuto_opener_new(MamutoWindow *window)
{
    MamutoOpener *self = g_object_new(MAMUTO_TYPE_OPENER, NULL);
    GtkDropTarget *target = gtk_drop_target_new(GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

    self->window = window;
    g_signal_connect_object(target, "drop", G_CALLBACK(on_drop), self, 0);
    gtk_widget_add_controller(GTK_WIDGET(window), GTK_EVENT_CONTROLLER(target));
    g_signal_connect_object(window->job, "inputs-changed", G_CALLBACK(place_waiting), self,
                            G_CONNECT_SWAPPED);
    return self;
}
