/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-job-options.h. The options are inside an expander row. While this row is collapsed, it
 * shows a summary of the options. */
#include "mamuto-job-options.h"

#include <glib/gi18n.h>
#include <string.h>

#include "../app-text.h"
#include "../compat/compat.h"
#include "timeout-field.h"

struct _MamutoJobOptions {
    AdwExpanderRow parent_instance;
    MamutoJobDocument *document;
    gboolean updating;

    AdwComboRow *mode_row;
    AdwComboRow *error_row;
    AdwEntryRow *row_timeout_row;
    AdwEntryRow *start_timeout_row;
    TimeoutField row_timeout;
    TimeoutField start_timeout;
    GtkEditable *depends_row;
    GtkEditable *send_row;
    MamutoJob *shown; /* (nullable): the job whose modules and files are shown */
    AdwActionRow *proposal_row;
    GtkWidget *proposal_button;
    AdwActionRow *output_row;
    GtkWidget *memory_button;
    GtkWidget *output_button;
};

G_DEFINE_FINAL_TYPE(MamutoJobOptions, mamuto_job_options, ADW_TYPE_EXPANDER_ROW)

static void
mamuto_job_options_dispose(GObject *object)
{
    MamutoJobOptions *self = MAMUTO_JOB_OPTIONS(object);

    timeout_field_clear(&self->row_timeout);
    timeout_field_clear(&self->start_timeout);
    g_clear_object(&self->shown);
    g_clear_object(&self->document);
    G_OBJECT_CLASS(mamuto_job_options_parent_class)->dispose(object);
}

static MamutoJob *
job_of(MamutoJobOptions *self)
{
    return mamuto_job_document_get_job(self->document);
}

/* ---- from the widgets to the job ---- */

static void
on_flags_selected(MamutoJobOptions *self)
{
    if (self->updating || !self->document)
        return;
    mamuto_job_set_flags(
        job_of(self),
        (mamuto_job_get_flags(job_of(self)) & ~(MAMUTO_MAP_BATCH | MAMUTO_MAP_CONTINUE)) |
            (adw_combo_row_get_selected(self->mode_row) == 1 ? MAMUTO_MAP_BATCH : 0) |
            (adw_combo_row_get_selected(self->error_row) == 1 ? MAMUTO_MAP_CONTINUE : 0));
}

static void
on_depends_applied(MamutoJobOptions *self)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_auto(GStrv) parts = NULL;
    g_auto(GStrv) depends = NULL;

    if (self->updating || !self->document)
        return;
    parts = g_strsplit_set(gtk_editable_get_text(self->depends_row), ", ", -1);
    for (char **part = parts; *part; part++)
        if (**part)
            g_strv_builder_add(builder, *part);
    depends = g_strv_builder_end(builder);
    mamuto_job_set_depends(job_of(self), (const char *const *)depends);
}

/* Returns (transfer full) (nullable): the folder of the function's file. */
static char *
function_folder(MamutoJobOptions *self)
{
    const char *file = mamuto_inspector_get_file(mamuto_job_document_get_inspector(self->document));
    g_autofree char *whole = file ? g_canonicalize_filename(file, NULL) : NULL;

    return whole ? g_path_get_dirname(whole) : NULL;
}

/* Relative paths are relative to the folder of the function. */
static void
on_send_applied(MamutoJobOptions *self)
{
    g_autofree char *folder = NULL;
    g_auto(GStrv) paths = NULL;

    if (self->updating || !self->document)
        return;
    paths = mamuto_job_parse_list(gtk_editable_get_text(self->send_row), NULL);
    if (paths)
        gtk_widget_remove_css_class(GTK_WIDGET(self->send_row), "error");
    else
        gtk_widget_add_css_class(GTK_WIDGET(self->send_row), "error");
    folder = function_folder(self);
    for (char **path = paths; path && *path; path++) {
        char *whole = folder ? g_canonicalize_filename(*path, folder) : g_strdup(*path);

        g_free(*path);
        *path = whole;
    }
    if (paths)
        mamuto_job_set_send(job_of(self), (const char *const *)paths);
}

/* (transfer full): the modules that the inspector proposes and that the job does not send yet. */
static char **
list_missing(MamutoJobOptions *self)
{
    const char *const *proposals =
        mamuto_inspector_get_proposals(mamuto_job_document_get_inspector(self->document));
    const char *const *depends = mamuto_job_get_depends(job_of(self));
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    for (; proposals && *proposals; proposals++)
        if (!g_strv_contains(depends, *proposals))
            g_strv_builder_add(builder, *proposals);
    return g_strv_builder_end(builder);
}

static void
on_proposal_clicked(MamutoJobOptions *self)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_auto(GStrv) missing = list_missing(self);
    g_auto(GStrv) all = NULL;

    g_strv_builder_addv(builder, (const char **)mamuto_job_get_depends(job_of(self)));
    g_strv_builder_addv(builder, (const char **)missing);
    all = g_strv_builder_end(builder);
    mamuto_job_set_depends(job_of(self), (const char *const *)all);
}

static void
on_memory_clicked(MamutoJobOptions *self)
{
    mamuto_job_set_output(job_of(self), NULL);
}

static void
on_output_chosen(GFile *file, gpointer data)
{
    g_autofree char *path = g_file_get_path(file);
    g_auto(GStrv) suffixes = NULL;
    g_autofree char *named = NULL;

    if (!path)
        return;
    suffixes = mamuto_file_kind_get_saved_suffixes(MAMUTO_FILE_ROWS);
    named = g_strconcat(path, strchr(strrchr(path, '/'), '.') ? NULL : suffixes[0], NULL);
    mamuto_job_set_output(job_of(data), named);
}

static void
on_output_clicked(MamutoJobOptions *self)
{
    /* a table cannot tell the axes of a grid */
    gboolean is_grid = mamuto_job_get_flags(job_of(self)) & MAMUTO_MAP_GRID;
    g_auto(GStrv) suffixes = mamuto_file_kind_get_saved_suffixes(
        is_grid ? MAMUTO_FILE_NPY | MAMUTO_FILE_JSON_LINES : MAMUTO_FILE_ROWS);
    const char *function =
        mamuto_inspector_get_file(mamuto_job_document_get_inspector(self->document));
    g_autofree char *folder = function ? g_path_get_dirname(function) : NULL;

    compat_save_file(GTK_WIDGET(self),
                     &(CompatFileChoice){.title = _("Result File"),
                                         .accept = _("_Choose"),
                                         .filter_name = _("Arrays and Tables"),
                                         .suffixes = (const char *const *)suffixes,
                                         .folder = folder,
                                         .name = "out.npy"},
                     on_output_chosen, self);
}

/* ---- from the job to the widgets ---- */

static void
update_summary(MamutoJobOptions *self, MamutoMapFlags flags, const char *output)
{
    g_autofree char *base = output ? g_filename_display_basename(output) : NULL;
    g_autofree char *result =
        base ? g_strdup_printf(_("result saved to %s"), base) : g_strdup(_("result in memory"));
    /* Translators: of the rows of all arguments: "Row by row · all combinations" */
    const char *grid = flags & MAMUTO_MAP_GRID ? _("all combinations") : NULL;
    g_autofree char *words = g_strdup_printf(
        "%s%s%s · %s · %s", flags & MAMUTO_MAP_BATCH ? _("In batches") : _("Row by row"),
        grid ? " · " : "", grid ? grid : "",
        flags & MAMUTO_MAP_CONTINUE ? _("continue after a failed row") : _("stop at a failed row"),
        result);
    g_auto(GStrv) missing = list_missing(self);
    g_autofree char *names = g_strjoinv(", ", missing);
    /* Translators: %s are the names of Python modules */
    g_autofree char *unsent = g_strdup_printf(_("not sent: %s"), names);
    double seconds = mamuto_job_get_row_timeout(job_of(self));
    g_autofree char *time = app_text_seconds(seconds);
    /* Translators: %s is a duration: "at most 2.5 s per row" */
    g_autofree char *limit = g_strdup_printf(_("at most %s per row"), time);
    g_autofree char *all = g_strconcat(words, seconds > 0 ? " · " : "", seconds > 0 ? limit : "",
                                       *names ? " · " : "", *names ? unsent : "", NULL);
    g_autofree char *markup = g_markup_escape_text(all, -1);

    adw_expander_row_set_subtitle(ADW_EXPANDER_ROW(self), markup);
}

/* Keeps the text that the user is typing, unless the options show another job now. */
static void
show_text(MamutoJobOptions *self, GtkEditable *row, const char *text)
{
    if (self->shown == job_of(self) &&
        gtk_widget_has_focus(GTK_WIDGET(gtk_editable_get_delegate(row))))
        return;
    gtk_widget_remove_css_class(GTK_WIDGET(row), "error");
    if (strcmp(gtk_editable_get_text(row), text) != 0)
        gtk_editable_set_text(row, text);
}

static void
update_depends(MamutoJobOptions *self)
{
    g_autofree char *depends = g_strjoinv(", ", (char **)mamuto_job_get_depends(job_of(self)));
    g_auto(GStrv) missing = list_missing(self);
    g_autofree char *proposed = g_strjoinv(", ", missing);

    show_text(self, self->depends_row, depends);
    gtk_widget_set_visible(GTK_WIDGET(self->proposal_row), *proposed != '\0');
    adw_action_row_set_subtitle(self->proposal_row, proposed);
}

/* Shows the paths relative to the folder of the function, if they are in it. */
static void
update_send(MamutoJobOptions *self)
{
    const char *const *send = mamuto_job_get_send(job_of(self));
    g_autofree char *folder = function_folder(self);
    gsize length = folder ? strlen(folder) : 0;
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_auto(GStrv) paths = NULL;
    g_autofree char *text = NULL;

    for (; *send; send++) {
        gboolean inside = folder && strncmp(*send, folder, length) == 0;

        if (inside && strcmp(*send + length, "") == 0)
            g_strv_builder_add(builder, ".");
        else
            g_strv_builder_add(builder,
                               inside && (*send)[length] == '/' ? *send + length + 1 : *send);
    }
    paths = g_strv_builder_end(builder);
    text = mamuto_job_format_list((const char *const *)paths);
    show_text(self, self->send_row, text);
}

void
mamuto_job_options_update(MamutoJobOptions *self)
{
    MamutoMapFlags flags = mamuto_job_get_flags(job_of(self));
    const char *output = mamuto_job_get_output(job_of(self));
    g_autofree char *path = output ? app_text_path(output) : NULL;
    g_autofree char *markup = path ? app_text_markup(path) : NULL;

    self->updating = TRUE;
    adw_combo_row_set_selected(self->mode_row, flags & MAMUTO_MAP_BATCH ? 1 : 0);
    adw_combo_row_set_selected(self->error_row, flags & MAMUTO_MAP_CONTINUE ? 1 : 0);
    adw_action_row_set_subtitle(self->output_row, markup ? markup : _("Kept in memory"));
    gtk_widget_set_visible(self->memory_button, output != NULL);
    update_depends(self);
    update_send(self);
    g_set_object(&self->shown, job_of(self));
    timeout_field_show(&self->row_timeout, job_of(self));
    timeout_field_show(&self->start_timeout, job_of(self));
    update_summary(self, flags, output);
    self->updating = FALSE;
}

void
mamuto_job_options_set_document(MamutoJobOptions *self, MamutoJobDocument *document)
{
    g_set_object(&self->document, document);
    mamuto_job_options_update(self);
}

static void
mamuto_job_options_class_init(MamutoJobOptionsClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_job_options_dispose;
    gtk_widget_class_set_template_from_resource(
        widget_class, "/io/github/mamuto/Mamuto/ui/mamuto-job-options.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoJobOptions, mode_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobOptions, error_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobOptions, row_timeout_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobOptions, start_timeout_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobOptions, depends_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobOptions, send_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobOptions, proposal_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobOptions, proposal_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobOptions, output_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobOptions, memory_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobOptions, output_button);
    gtk_widget_class_bind_template_callback(widget_class, on_flags_selected);
    gtk_widget_class_bind_template_callback(widget_class, on_depends_applied);
    gtk_widget_class_bind_template_callback(widget_class, on_send_applied);
    gtk_widget_class_bind_template_callback(widget_class, on_proposal_clicked);
    gtk_widget_class_bind_template_callback(widget_class, on_memory_clicked);
    gtk_widget_class_bind_template_callback(widget_class, on_output_clicked);
}

static void
mamuto_job_options_init(MamutoJobOptions *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    timeout_field_init(&self->row_timeout, self->row_timeout_row, _("Time Limit per Row (s)"),
                       /* Translators: no time limit */
                       C_("time limit", "none"), mamuto_job_get_row_timeout,
                       mamuto_job_set_row_timeout);
    timeout_field_init(
        &self->start_timeout, self->start_timeout_row, _("Time Limit to Start Python (s)"),
        /* Translators: the default time limit: 60 seconds in which Python does nothing */
        _("60 without activity"), mamuto_job_get_start_timeout, mamuto_job_set_start_timeout);
}
