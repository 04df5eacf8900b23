/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-job-page.h. The widgets show the values of the job. When the user changes a value, the
 * widget writes it directly to the job. */
#include "mamuto-job-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "../app-text.h"
#include "../array-view/mamuto-array-view.h"
#include "../compat/compat.h"
#include "../documents/mamuto-page.h"
#include "../plot/mamuto-array-plot.h"
#include "../widgets/mamuto-disk-notice.h"
#include "../widgets/mamuto-split.h"
#include "../widgets/narrow-button.h"
#include "../widgets/narrow-drop-down.h"
#include "../widgets/stack-hide.h"
#include "mamuto-argument-row.h"
#include "mamuto-combine-group.h"
#include "mamuto-job-options.h"

struct _MamutoJobPage {
    AdwBin parent_instance;
    MamutoJobDocument *document;
    GPtrArray *argument_rows; /* (element-type MamutoArgumentRow) */
    gboolean updating;
    guint select_source;
    char *selected_name; /* (nullable): the function that @select_source will choose */

    MamutoSplit *split;
    MamutoDiskNotice *disk_notice;
    GtkLabel *title_label;
    GtkWidget *open_button;
    GtkWidget *save_button;
    GtkWidget *preview_button;
    AdwActionRow *file_row;
    GtkWidget *file_button;
    AdwComboRow *function_row;
    GtkWidget *about_row;
    GtkLabel *signature_label;
    GtkLabel *docstring_label;
    GtkWidget *message_box;
    GtkLabel *message_label;
    AdwPreferencesGroup *arguments_group;
    GtkWidget *add_button;
    MamutoCombineGroup *combine_group;
    MamutoJobOptions *options;
    GtkWidget *preview;
    GtkWidget *back_button;
    GtkDropDown *argument_dropdown;
    GtkLabel *shape_label;
    GtkStack *preview_stack;
    MamutoArrayView *array_view;
    MamutoArrayPlot *array_plot;
    GtkWidget *look_box;
    GtkToggleButton *table_button;
};

static void page_init(MamutoPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(MamutoJobPage, mamuto_job_page, ADW_TYPE_BIN,
                              G_IMPLEMENT_INTERFACE(MAMUTO_TYPE_PAGE, page_init))

static void
mamuto_job_page_dispose(GObject *object)
{
    MamutoJobPage *self = MAMUTO_JOB_PAGE(object);

    g_clear_handle_id(&self->select_source, g_source_remove);
    g_clear_pointer(&self->selected_name, g_free);
    g_clear_object(&self->document);
    g_clear_pointer(&self->argument_rows, g_ptr_array_unref);
    G_OBJECT_CLASS(mamuto_job_page_parent_class)->dispose(object);
}

/* ---- from the widgets to the job ---- */

static void
on_file_chosen(GFile *file, gpointer data)
{
    MamutoJobPage *self = data;
    g_autofree char *path = g_file_get_path(file);

    if (path)
        mamuto_job_set_function(mamuto_job_document_get_job(self->document), path);
}

static void
on_choose_file(MamutoJobPage *self)
{
    g_auto(GStrv) suffixes = mamuto_file_kind_get_suffixes(MAMUTO_FILE_FUNCTION);
    const char *file = mamuto_inspector_get_file(mamuto_job_document_get_inspector(self->document));
    g_autofree char *folder = file ? g_path_get_dirname(file) : NULL;

    compat_open_file(GTK_WIDGET(self),
                     &(CompatFileChoice){.title = _("Choose the File of the Function"),
                                         .filter_name = _("Python Files"),
                                         .suffixes = (const char *const *)suffixes,
                                         .folder = folder},
                     on_file_chosen, self);
}

/* The list item for "no function". Its text is not a valid function name. */
static const char *
no_function(void)
{
    return _("(none chosen)");
}

static gboolean
take_selected(gpointer data)
{
    MamutoJobPage *self = data;
    g_autofree char *name = g_steal_pointer(&self->selected_name);

    self->select_source = 0;
    if (strcmp(name, no_function()) != 0)
        mamuto_job_document_choose_function(self->document, name);
    return G_SOURCE_REMOVE;
}

static void
on_function_selected(MamutoJobPage *self)
{
    GtkStringObject *item = adw_combo_row_get_selected_item(self->function_row);

    if (!self->document || self->updating || !item)
        return;
    /* choose the function later, in an idle callback: the choice replaces the list of the combo
     * row, and the list must not be replaced while the combo row emits notify::selected; until
     * then, update() may select the previous function again */
    g_free(self->selected_name);
    self->selected_name = g_strdup(gtk_string_object_get_string(item));
    if (!self->select_source)
        self->select_source = g_idle_add(take_selected, self);
}

static void
on_add_argument(MamutoJobPage *self)
{
    mamuto_job_document_add_argument(self->document);
}

/* ---- the file ---- */

static void
on_reload(MamutoJobPage *self)
{
    gtk_widget_activate_action(GTK_WIDGET(self), "win.reload-job", NULL);
}

static void
on_keep_mine(MamutoJobPage *self)
{
    mamuto_document_touch(MAMUTO_DOCUMENT(self->document));
}

/* Called when the document has a new path, and after its file was read or written again. */
static void
on_document(MamutoJobPage *self)
{
    mamuto_disk_notice_watch(self->disk_notice,
                             mamuto_document_get_path(MAMUTO_DOCUMENT(self->document)));
}

/* ---- the panes ---- */

static void
on_preview_clicked(MamutoJobPage *self)
{
    mamuto_split_set_show_end(self->split, TRUE);
    gtk_widget_grab_focus(self->back_button);
}

static void
on_back_clicked(MamutoJobPage *self)
{
    mamuto_split_set_show_end(self->split, FALSE);
    gtk_widget_grab_focus(self->preview_button);
}

static void
on_narrow(MamutoJobPage *self)
{
    gboolean narrow = mamuto_split_get_narrow(self->split);

    narrow_button_show(GTK_BUTTON(self->open_button), _("_Open…"), "document-open-symbolic",
                       narrow);
    narrow_button_show(GTK_BUTTON(self->save_button), _("_Save"), "document-save-symbolic", narrow);
    gtk_widget_set_visible(self->preview_button, narrow);
    gtk_widget_set_visible(self->back_button, narrow);
}

static void
update_preview(MamutoJobPage *self)
{
    guint position = gtk_drop_down_get_selected(self->argument_dropdown);
    guint n = self->document ? mamuto_job_document_get_n_inputs(self->document) : 0;
    MamutoInput *input =
        position < n ? mamuto_job_document_get_input(self->document, position) : NULL;
    MamutoArgument *argument = input ? mamuto_input_get_argument(input) : NULL;
    MamutoArray *array = argument ? mamuto_argument_get_array(argument) : NULL;
    g_autofree char *shape = array ? app_text_describe_array(array) : NULL;
    gboolean table = gtk_toggle_button_get_active(self->table_button);

    mamuto_array_view_set_array(self->array_view, array);
    /* set the array only if the plot is visible, because this call starts a computation */
    mamuto_array_plot_set_array(self->array_plot, table ? NULL : array);
    gtk_widget_set_visible(self->look_box, array != NULL);
    gtk_label_set_label(self->shape_label, shape ? shape : "");
    gtk_stack_set_visible_child_name(self->preview_stack, !array  ? "empty"
                                                          : table ? "table"
                                                                  : "plot");
}

/* ---- from the job to the widgets ---- */

static void
update_title(MamutoJobPage *self)
{
    g_autofree char *title = mamuto_document_dup_title(MAMUTO_DOCUMENT(self->document));
    gboolean dirty = mamuto_document_get_dirty(MAMUTO_DOCUMENT(self->document));
    const char *path = mamuto_document_get_path(MAMUTO_DOCUMENT(self->document));
    g_autofree char *shown = path ? app_text_path(path) : NULL;
    g_autofree char *marked = g_strconcat(dirty ? "• " : "", title, NULL);

    gtk_label_set_label(self->title_label, marked);
    gtk_widget_set_tooltip_text(GTK_WIDGET(self->title_label), shown ? shown : _("Not saved yet"));
    gtk_widget_set_sensitive(self->save_button,
                             dirty || (!path && !mamuto_job_document_is_blank(self->document)));
}

static gboolean
model_holds(GListModel *model, const char *const *names)
{
    guint n = model ? g_list_model_get_n_items(model) : 0;

    if (g_strv_length((char **)names) != n)
        return FALSE;
    for (guint i = 0; i < n; i++)
        if (strcmp(gtk_string_list_get_string(GTK_STRING_LIST(model), i), names[i]) != 0)
            return FALSE;
    return TRUE;
}

static void
update_functions(MamutoJobPage *self, MamutoInspector *inspector)
{
    const char *const *names = mamuto_inspector_get_names(inspector);
    const char *name = mamuto_inspector_get_name(inspector);
    g_autoptr(GPtrArray) items = g_ptr_array_new();
    guint selected = 0;

    /* Without the item "no function", the list would select its first function. If the user then
     * chose this function, the list would emit no signal. */
    if (!names || !name || !g_strv_contains(names, name))
        g_ptr_array_add(items, (gpointer)no_function());
    for (guint i = 0; names && names[i]; i++) {
        if (g_strcmp0(names[i], name) == 0)
            selected = items->len;
        g_ptr_array_add(items, (gpointer)names[i]);
    }
    g_ptr_array_add(items, NULL);
    if (!model_holds(adw_combo_row_get_model(self->function_row),
                     (const char *const *)items->pdata)) {
        g_autoptr(GtkStringList) model = gtk_string_list_new((const char *const *)items->pdata);

        adw_combo_row_set_model(self->function_row, G_LIST_MODEL(model));
    }
    adw_combo_row_set_selected(self->function_row, selected);
    gtk_widget_set_visible(GTK_WIDGET(self->function_row), names && *names);
}

/* Joins the lines of each paragraph of a docstring, because the label breaks lines at its own
 * width. */
static char *
reflow(const char *text)
{
    g_auto(GStrv) paragraphs = g_regex_split_simple("\\n[ \\t]*\\n\\s*", text, 0, 0);

    for (char **paragraph = paragraphs; *paragraph; paragraph++)
        g_strdelimit(*paragraph, "\n", ' ');
    return g_strjoinv("\n\n", paragraphs);
}

static void
update_function(MamutoJobPage *self)
{
    MamutoInspector *inspector = mamuto_job_document_get_inspector(self->document);
    MamutoFunction *function = mamuto_inspector_get_function(inspector);
    const char *file = mamuto_inspector_get_file(inspector);
    const char *spec = mamuto_job_get_function(mamuto_job_document_get_job(self->document));
    g_autofree char *path = file ? app_text_path(file) : NULL;
    g_autofree char *markup = app_text_markup(path ? path : spec ? spec : "");
    g_autofree char *signature = mamuto_inspector_format_signature(inspector);
    const char *docstring = function ? mamuto_function_get_docstring(function) : NULL;
    const char *message = mamuto_inspector_get_message(inspector);
    g_autofree char *about = NULL;

    adw_action_row_set_subtitle(self->file_row,
                                *markup ? markup : _("The Python file that contains the function"));
    update_functions(self, inspector);
    gtk_label_set_label(self->signature_label, signature ? signature : "");
    gtk_widget_set_visible(GTK_WIDGET(self->signature_label), signature != NULL);
    about = docstring ? reflow(docstring) : NULL;
    gtk_label_set_label(self->docstring_label, about ? about : "");
    gtk_widget_set_tooltip_text(GTK_WIDGET(self->docstring_label), about);
    gtk_widget_set_visible(GTK_WIDGET(self->docstring_label), docstring != NULL);
    gtk_label_set_label(self->message_label, message ? message : "");
    gtk_widget_set_visible(self->message_box, message != NULL);
    gtk_widget_set_visible(self->about_row, signature || message);
}

static void
update_dropdown(MamutoJobPage *self, guint n)
{
    MamutoJob *job = mamuto_job_document_get_job(self->document);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    guint selected = gtk_drop_down_get_selected(self->argument_dropdown);

    for (guint i = 0; i < n; i++) {
        const char *name = mamuto_job_get_argument_name(job, i);

        g_ptr_array_add(names, name ? g_strdup(name) : g_strdup_printf(_("Argument %u"), i + 1));
    }
    g_ptr_array_add(names, NULL);
    if (!model_holds(gtk_drop_down_get_model(self->argument_dropdown),
                     (const char *const *)names->pdata)) {
        g_autoptr(GtkStringList) model = gtk_string_list_new((const char *const *)names->pdata);

        gtk_drop_down_set_model(self->argument_dropdown, G_LIST_MODEL(model));
        gtk_drop_down_set_selected(self->argument_dropdown, selected < n ? selected : 0);
    }
    gtk_widget_set_visible(GTK_WIDGET(self->argument_dropdown), n > 0);
}

/* Shows a preview of the argument when the user opens or edits its row. */
static void
on_looked_at(MamutoArgumentRow *row, MamutoJobPage *self)
{
    guint position;

    if (g_ptr_array_find(self->argument_rows, row, &position))
        gtk_drop_down_set_selected(self->argument_dropdown, position);
}

static void
update_arguments(MamutoJobPage *self)
{
    guint n = mamuto_job_document_get_n_inputs(self->document);
    gboolean more = mamuto_job_document_may_add_argument(self->document);

    while (self->argument_rows->len > n) {
        GtkWidget *row = g_ptr_array_index(self->argument_rows, self->argument_rows->len - 1);

        g_ptr_array_set_size(self->argument_rows, (int)self->argument_rows->len - 1);
        adw_preferences_group_remove(self->arguments_group, row);
    }
    for (guint i = 0; i < self->argument_rows->len; i++)
        mamuto_argument_row_update(g_ptr_array_index(self->argument_rows, i));
    while (self->argument_rows->len < n) {
        GtkWidget *row = mamuto_argument_row_new(self->document, self->argument_rows->len);

        g_signal_connect_object(row, "looked-at", G_CALLBACK(on_looked_at), self, 0);
        g_ptr_array_add(self->argument_rows, row);
        adw_preferences_group_add(self->arguments_group, row);
    }
    gtk_widget_set_visible(self->add_button, more);
    gtk_widget_set_visible(GTK_WIDGET(self->arguments_group), n > 0 || more);
    update_dropdown(self, n);
}

static void
update(MamutoJobPage *self)
{
    self->updating = TRUE;
    update_title(self);
    update_function(self);
    update_arguments(self);
    mamuto_combine_group_update(self->combine_group);
    mamuto_job_options_update(self->options);
    update_preview(self);
    self->updating = FALSE;
}

/* ---- problems ---- */

static gboolean
has_field(MamutoPage *page, MamutoField field)
{
    return field != MAMUTO_FIELD_HOSTS;
}

static void
show_problem(MamutoPage *page, const MamutoProblem *problem)
{
    MamutoJobPage *self = MAMUTO_JOB_PAGE(page);

    mamuto_split_set_show_end(self->split, FALSE);
    switch (problem->field) {
    case MAMUTO_FIELD_FUNCTION_FILE:
        gtk_widget_grab_focus(self->file_button);
        break;
    case MAMUTO_FIELD_FUNCTION_NAME:
        gtk_widget_grab_focus(GTK_WIDGET(self->function_row));
        break;
    case MAMUTO_FIELD_ARGUMENT:
        if (problem->index < self->argument_rows->len)
            mamuto_argument_row_focus(g_ptr_array_index(self->argument_rows, problem->index));
        break;
    case MAMUTO_FIELD_OUTPUT:
        adw_expander_row_set_expanded(ADW_EXPANDER_ROW(self->options), TRUE);
        gtk_widget_grab_focus(GTK_WIDGET(self->options));
        break;
    case MAMUTO_FIELD_HOSTS:
        break;
    }
}

static void
page_init(MamutoPageInterface *iface)
{
    iface->has_field = has_field;
    iface->show_problem = show_problem;
}

/* Moves the focus to the first widget of the page, the button that chooses the function's file. */
static gboolean
mamuto_job_page_grab_focus(GtkWidget *widget)
{
    return gtk_widget_grab_focus(MAMUTO_JOB_PAGE(widget)->file_button);
}

static void
mamuto_job_page_class_init(MamutoJobPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_job_page_dispose;
    widget_class->grab_focus = mamuto_job_page_grab_focus;
    g_type_ensure(MAMUTO_TYPE_SPLIT);
    g_type_ensure(MAMUTO_TYPE_DISK_NOTICE);
    g_type_ensure(MAMUTO_TYPE_ARRAY_VIEW);
    g_type_ensure(MAMUTO_TYPE_ARRAY_PLOT);
    g_type_ensure(MAMUTO_TYPE_COMBINE_GROUP);
    g_type_ensure(MAMUTO_TYPE_JOB_OPTIONS);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/mamuto/Mamuto/ui/mamuto-job-page.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, split);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, disk_notice);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, title_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, open_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, save_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, preview_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, file_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, file_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, function_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, about_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, signature_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, docstring_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, message_box);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, message_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, arguments_group);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, add_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, combine_group);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, options);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, preview);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, back_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, argument_dropdown);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, shape_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, preview_stack);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, array_view);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, array_plot);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, look_box);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, table_button);
    gtk_widget_class_bind_template_callback(widget_class, on_choose_file);
    gtk_widget_class_bind_template_callback(widget_class, on_reload);
    gtk_widget_class_bind_template_callback(widget_class, on_keep_mine);
    gtk_widget_class_bind_template_callback(widget_class, on_function_selected);
    gtk_widget_class_bind_template_callback(widget_class, on_add_argument);
    gtk_widget_class_bind_template_callback(widget_class, on_preview_clicked);
    gtk_widget_class_bind_template_callback(widget_class, on_back_clicked);
    gtk_widget_class_bind_template_callback(widget_class, update_preview);
}

static void
mamuto_job_page_init(MamutoJobPage *self)
{
    self->argument_rows = g_ptr_array_new();
    /* widgets of the template emit signals while they are created, so the callbacks must accept a
     * page without a document */
    gtk_widget_init_template(GTK_WIDGET(self));
    narrow_drop_down_init(self->argument_dropdown);
    stack_hide_others(self->preview_stack);
    g_signal_connect_object(self->split, "notify::narrow", G_CALLBACK(on_narrow), self,
                            G_CONNECT_SWAPPED);
}

GtkWidget *
mamuto_job_page_new(MamutoJobDocument *document)
{
    MamutoJobPage *self = g_object_new(MAMUTO_TYPE_JOB_PAGE, NULL);

    self->document = g_object_ref(document);
    mamuto_job_options_set_document(self->options, document);
    mamuto_combine_group_set_document(self->combine_group, document);
    g_signal_connect_object(document, "inputs-changed", G_CALLBACK(update), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(document, "notify::path", G_CALLBACK(update_title), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(document, "notify::dirty", G_CALLBACK(update_title), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(document, "notify::job", G_CALLBACK(on_document), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(document, "notify::path", G_CALLBACK(on_document), self,
                            G_CONNECT_SWAPPED);
    compat_name_lists(gtk_widget_get_parent(GTK_WIDGET(self->options)), _("Options"));
    update(self);
    return GTK_WIDGET(self);
}
