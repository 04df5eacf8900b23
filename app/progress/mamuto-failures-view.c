/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-failures-view.h. */
#include "mamuto-failures-view.h"

#include <glib/gi18n.h>

#include "../app-error.h"
#include "../app-text.h"
#include "../compat/compat.h"
#include "../dialogs/tell.h"
#include "../widgets/mamuto-split.h"
#include "../widgets/stack-hide.h"
#include "mamuto-failure-item.h"
#include "row-check.h"

struct _MamutoFailuresView {
    AdwBin parent_instance;
    GtkStack *stack;
    MamutoSplit *split;
    GtkListView *list;
    GtkLabel *count, *title, *cause, *outcome, *arguments, *traceback;
    GtkWidget *details, *buttons, *try_button, *export_button, *back_button;
    GtkWidget *pane, *arguments_title, *traceback_title;
    GtkSpinner *spinner;

    MamutoRunRecord *record;
    GListStore *causes; /* (nullable): the listed causes */
    guint n_listed;
    GtkSingleSelection *selection;
    MamutoFailureItem *shown; /* (nullable): the item whose details are shown */
    GCancellable *trial;      /* (nullable): cancels the call that on_try() has started */
};

G_DEFINE_FINAL_TYPE(MamutoFailuresView, mamuto_failures_view, ADW_TYPE_BIN)

/* ---- the list ---- */

static gboolean
on_tooltip(GtkWidget *label, int x, int y, gboolean by_keys, GtkTooltip *tooltip)
{
    gtk_tooltip_set_text(tooltip, gtk_label_get_text(GTK_LABEL(label)));
    return pango_layout_is_ellipsized(gtk_label_get_layout(GTK_LABEL(label)));
}

/* If the user clicks a failed row, shows its details. This is needed in a narrow view, which shows
 * either the list or the details. */
static void
on_clicked(GtkGestureClick *gesture, int n, double x, double y, MamutoFailuresView *self)
{
    GtkWidget *expander = gtk_event_controller_get_widget(GTK_EVENT_CONTROLLER(gesture));
    GtkListItem *item = g_object_get_data(G_OBJECT(expander), "item");
    MamutoFailureItem *failed = g_object_get_data(G_OBJECT(item), "failed");

    if (failed && mamuto_failure_item_get_failure(failed) && mamuto_split_get_narrow(self->split))
        mamuto_split_set_show_end(self->split, TRUE);
}

static void
on_setup(GtkSignalListItemFactory *factory, GtkListItem *item, MamutoFailuresView *self)
{
    GtkWidget *expander = gtk_tree_expander_new();
    GtkWidget *label = gtk_label_new(NULL);
    GtkGesture *click = gtk_gesture_click_new();

    g_object_set_data(G_OBJECT(expander), "item", item);
    g_signal_connect_object(click, "released", G_CALLBACK(on_clicked), self, 0);
    gtk_widget_add_controller(expander, GTK_EVENT_CONTROLLER(click));

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_widget_set_has_tooltip(label, TRUE);
    g_signal_connect(label, "query-tooltip", G_CALLBACK(on_tooltip), NULL);
    gtk_tree_expander_set_child(GTK_TREE_EXPANDER(expander), label);
    gtk_list_item_set_child(item, expander);
}

/* (transfer full): the cause, or a translated text if the cause is unknown. */
static char *
describe_cause(MamutoFailureItem *item)
{
    const char *cause = mamuto_failure_item_get_cause(item);

    /* Translators: heading for rows whose cause of failure is unknown */
    return *cause ? app_error_cause(cause, mamuto_failure_item_get_advice(item))
                  : g_strdup(_("Other causes"));
}

static char *
describe_item(MamutoFailureItem *item)
{
    const MamutoRowFailure *failure = mamuto_failure_item_get_failure(item);
    g_autofree char *count = failure ? app_text_count(failure->row)
                                     : app_text_rows(mamuto_failure_item_get_n_rows(item));
    g_autofree char *cause = describe_cause(item);

    if (failure)
        /* Translators: a row of the array, and the host on which it failed */
        return g_strdup_printf(_("Row %s · %s"), count, app_text_host(failure->host));
    return g_strdup_printf("%s: %s", count, cause);
}

static void
update_text(MamutoFailureItem *failed, GParamSpec *pspec, GtkListItem *item)
{
    GtkTreeExpander *expander = GTK_TREE_EXPANDER(gtk_list_item_get_child(item));
    GtkWidget *label = gtk_tree_expander_get_child(expander);
    gboolean is_cause = mamuto_failure_item_get_rows(failed) != NULL;
    g_autofree char *text = describe_item(failed);

    gtk_label_set_text(GTK_LABEL(label), text);
    if (is_cause)
        gtk_widget_add_css_class(label, "heading");
    else
        gtk_widget_remove_css_class(label, "heading");
    gtk_accessible_update_property(GTK_ACCESSIBLE(gtk_widget_get_parent(GTK_WIDGET(expander))),
                                   GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
on_bind(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    GtkTreeListRow *row = gtk_list_item_get_item(item);
    g_autoptr(MamutoFailureItem) failed = gtk_tree_list_row_get_item(row);

    gtk_tree_expander_set_list_row(GTK_TREE_EXPANDER(gtk_list_item_get_child(item)), row);
    update_text(failed, NULL, item);
    g_signal_connect_object(failed, "notify", G_CALLBACK(update_text), item, 0);
    g_object_set_data_full(G_OBJECT(item), "failed", g_steal_pointer(&failed), g_object_unref);
}

static void
on_unbind(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    g_signal_handlers_disconnect_by_data(g_object_get_data(G_OBJECT(item), "failed"), item);
    g_object_set_data(G_OBJECT(item), "failed", NULL);
}

static GListModel *
make_children(gpointer item, gpointer data)
{
    GListModel *rows = mamuto_failure_item_get_rows(item);

    return rows ? g_object_ref(rows) : NULL;
}

/* ---- the details ---- */

static void
show_text(GtkLabel *label, GtkWidget *title, const char *text)
{
    gboolean any = text && *text;

    gtk_label_set_text(label, any ? text : "");
    gtk_widget_set_visible(GTK_WIDGET(label), any);
    if (title)
        gtk_widget_set_visible(title, any);
}

static void
cancel_trial(MamutoFailuresView *self)
{
    g_cancellable_cancel(self->trial);
    g_clear_object(&self->trial);
    gtk_spinner_stop(self->spinner);
    gtk_widget_set_sensitive(self->try_button, TRUE);
}

/* Updates the title of the details. It can contain a cause's number of rows, which grows during a
 * run. */
static void
update_title(MamutoFailuresView *self)
{
    MamutoFailureItem *item = self->shown;
    g_autofree char *title = NULL;
    g_autofree char *cause = NULL;

    if (!item)
        return;
    cause = describe_cause(item);
    title = mamuto_failure_item_get_failure(item)
                ? describe_item(item)
                : app_text_rows(mamuto_failure_item_get_n_rows(item));
    if (strcmp(gtk_label_get_text(self->title), title) != 0)
        gtk_label_set_text(self->title, title);
    if (strcmp(gtk_label_get_text(self->cause), cause) != 0)
        gtk_label_set_text(self->cause, cause);
}

static void
show_item(MamutoFailuresView *self, MamutoFailureItem *item)
{
    const MamutoRowFailure *failure = item ? mamuto_failure_item_get_failure(item) : NULL;
    g_autofree char *arguments = NULL;

    cancel_trial(self);
    g_set_object(&self->shown, item);
    gtk_widget_set_visible(self->details, item != NULL);
    if (!item)
        return;
    if (failure)
        arguments = row_check_format_arguments(self->record, failure->row);
    update_title(self);
    gtk_widget_set_visible(self->buttons, failure != NULL);
    show_text(self->arguments, self->arguments_title, arguments);
    show_text(self->traceback, self->traceback_title, failure ? failure->traceback : NULL);
    show_text(self->outcome, NULL, NULL);
}

static void
on_selected(MamutoFailuresView *self)
{
    GtkTreeListRow *row = gtk_single_selection_get_selected_item(self->selection);
    g_autoptr(MamutoFailureItem) item = row ? gtk_tree_list_row_get_item(row) : NULL;

    show_item(self, item);
}

static void
on_activate(GtkListView *list, guint position, MamutoFailuresView *self)
{
    g_autoptr(GtkTreeListRow) row = g_list_model_get_item(G_LIST_MODEL(self->selection), position);

    if (row && gtk_tree_list_row_is_expandable(row))
        gtk_tree_list_row_set_expanded(row, !gtk_tree_list_row_get_expanded(row));
    else
        mamuto_split_set_show_end(self->split, TRUE);
}

static void
on_tried(GObject *source, GAsyncResult *result, gpointer data)
{
    MamutoFailuresView *self = data;
    g_autoptr(GError) error = NULL;
    g_autofree char *text = row_check_run_finish(result, &error);
    g_autofree char *message = error ? app_error_describe(error) : NULL;

    /* do not use self: the call was cancelled because another row is selected or because self was
     * freed */
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    cancel_trial(self);
    show_text(self->outcome, NULL, text ? text : message);
}

static void
on_try(MamutoFailuresView *self)
{
    const MamutoRowFailure *failure =
        self->shown ? mamuto_failure_item_get_failure(self->shown) : NULL;

    if (!failure || self->trial)
        return;
    self->trial = g_cancellable_new();
    gtk_spinner_start(self->spinner);
    gtk_widget_set_sensitive(self->try_button, FALSE);
    row_check_run_async(self->record, failure->row, self->trial, on_tried, self);
}

static void
on_copy(MamutoFailuresView *self)
{
    g_autofree char *text = g_strdup_printf(
        "%s\n%s\n\n%s\n\n%s\n", gtk_label_get_text(self->title), gtk_label_get_text(self->cause),
        gtk_label_get_text(self->arguments), gtk_label_get_text(self->traceback));

    gdk_clipboard_set_text(gtk_widget_get_clipboard(GTK_WIDGET(self)), text);
}

/* ---- export ---- */

static void export(GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
    GError *error = NULL;

    if (mamuto_result_save_failures(MAMUTO_RESULT(source), path, &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

static void
on_exported(GObject *source, GAsyncResult *async_result, gpointer data)
{
    g_autoptr(GtkWidget) window = data;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = app_text_path(g_task_get_task_data(G_TASK(async_result)));
    g_autofree char *text = NULL;

    if (!g_task_propagate_boolean(G_TASK(async_result), &error)) {
        tell_error(window, _("The Failed Rows Could Not Be Saved"), error);
        return;
    }
    /* Translators: %s is the path of a file */
    text = g_strdup_printf(_("Saved as %s"), path);
    tell(window, text);
}

static void
on_file(GFile *file, gpointer data)
{
    MamutoFailuresView *self = data;
    MamutoResult *result = self->record ? mamuto_run_record_get_result(self->record) : NULL;
    GtkRoot *window = gtk_widget_get_root(GTK_WIDGET(self));
    g_autofree char *path = g_file_get_path(file);
    g_autoptr(GTask) task = NULL;

    if (!result || !window || !path)
        return;
    task = g_task_new(result, NULL, on_exported, g_object_ref(window));
    g_task_set_task_data(task, g_steal_pointer(&path), g_free);
    mamuto_task_run_in_thread(task, export);
}

static void
on_export(MamutoFailuresView *self)
{
    static const char *const suffixes[] = {".csv", NULL};
    g_autofree char *name =
        g_strconcat(mamuto_run_record_get_title(self->record), "-failed.csv", NULL);
    const CompatFileChoice choice = {
        .title = _("Save All Failed Rows"),
        .filter_name = _("Tables"),
        .suffixes = suffixes,
        .name = g_strdelimit(name, "/", '-'),
    };

    compat_save_file(GTK_WIDGET(self), &choice, on_file, self);
}

/* ---- updates ---- */

static void
begin_list(MamutoFailuresView *self)
{
    GtkTreeListModel *tree;

    g_clear_object(&self->causes);
    self->causes = mamuto_failure_item_new_list();
    self->n_listed = 0;
    tree = gtk_tree_list_model_new(g_object_ref(G_LIST_MODEL(self->causes)), FALSE, TRUE,
                                   make_children, NULL, NULL);
    gtk_single_selection_set_model(self->selection, G_LIST_MODEL(tree));
    g_object_unref(tree);
}

/* Selects the first cause. If there is only one cause, the list shows its rows, and the first row
 * is selected instead. */
static void
settle_list(MamutoFailuresView *self)
{
    GtkTreeListModel *tree = GTK_TREE_LIST_MODEL(gtk_single_selection_get_model(self->selection));

    gtk_tree_list_model_set_autoexpand(tree, FALSE);
    gtk_single_selection_set_selected(
        self->selection, g_list_model_get_n_items(G_LIST_MODEL(self->causes)) == 1 ? 1 : 0);
}

/* Appends new failures to the list during a run. The list is created and sorted at the first call.
 * Later calls do not sort it, because sorting moves the rows that the user is reading. If there are
 * new failures at the end of the run, a new sorted list replaces the list. */
static void
list_failures(MamutoFailuresView *self, GPtrArray *failures, GPtrArray *counts, gboolean ended)
{
    gboolean anew =
        !self->causes ||
        (ended && (failures->len != self->n_listed ||
                   g_list_model_get_n_items(G_LIST_MODEL(self->causes)) != counts->len));

    if (anew)
        begin_list(self);
    gtk_tree_list_model_set_autoexpand(
        GTK_TREE_LIST_MODEL(gtk_single_selection_get_model(self->selection)),
        anew && counts->len == 1);
    for (; self->n_listed < failures->len; self->n_listed++)
        mamuto_failure_item_add(self->causes, g_ptr_array_index(failures, self->n_listed));
    mamuto_failure_item_count(self->causes, counts);
    if (!anew) {
        update_title(self);
        return;
    }
    mamuto_failure_item_sort(self->causes);
    settle_list(self);
}

static void
update_count(MamutoFailuresView *self, gint64 n, gboolean ended)
{
    g_autofree char *all = app_text_rows(n);
    g_autofree char *listed = app_text_count(self->n_listed);
    g_autofree char *text = NULL;

    if (n > self->n_listed && ended)
        /* Translators: the first %s contains "rows": "98,412 rows failed; the first 1,000 are
         * listed" */
        text = g_strdup_printf(_("%s failed; the first %s are listed"), all, listed);
    else
        text = g_strdup_printf(ended ? ngettext("%s failed", "%s failed", (gulong)n)
                                     /* Translators: during a run; %s contains "rows": "12 rows
                                      * failed so far" */
                                     : ngettext("%s failed so far", "%s failed so far", (gulong)n),
                               all);
    if (strcmp(gtk_label_get_text(self->count), text) != 0)
        gtk_label_set_text(self->count, text);
    gtk_widget_set_visible(self->export_button, ended);
}

void
mamuto_failures_view_update(MamutoFailuresView *self)
{
    MamutoRun *run = self->record ? mamuto_run_record_get_run(self->record) : NULL;
    gint64 n = run ? mamuto_run_get_rows_failed(run) : 0;
    gboolean ended = run && mamuto_run_get_result(run) != NULL;

    if (!gtk_widget_get_mapped(GTK_WIDGET(self)))
        return;
    if (n > 0 && mamuto_run_get_causes(run)->len > 0) {
        list_failures(self, mamuto_run_get_failures(run), mamuto_run_get_causes(run), ended);
        update_count(self, n, ended);
    }
    gtk_stack_set_visible_child_name(self->stack, self->causes ? "rows" : "empty");
}

void
mamuto_failures_view_set_run(MamutoFailuresView *self, MamutoRunRecord *record)
{
    if (self->record == record)
        return;
    g_set_object(&self->record, record);
    g_clear_object(&self->causes);
    self->n_listed = 0;
    mamuto_split_set_show_end(self->split, FALSE);
    gtk_single_selection_set_model(self->selection, NULL);
    show_item(self, NULL);
    mamuto_failures_view_update(self);
}

/* ---- the widget ---- */

static void
on_narrow(MamutoFailuresView *self)
{
    gboolean narrow = mamuto_split_get_narrow(self->split);

    gtk_widget_set_visible(self->back_button, narrow);
    gtk_widget_set_margin_end(self->pane, narrow ? 0 : 12);
    if (narrow && mamuto_split_get_show_end(self->split))
        gtk_widget_grab_focus(self->back_button);
}

static void
on_back(MamutoFailuresView *self)
{
    mamuto_split_set_show_end(self->split, FALSE);
    gtk_widget_grab_focus(GTK_WIDGET(self->list));
}

static void
mamuto_failures_view_dispose(GObject *object)
{
    MamutoFailuresView *self = MAMUTO_FAILURES_VIEW(object);

    g_cancellable_cancel(self->trial);
    g_clear_object(&self->trial);
    g_clear_object(&self->record);
    g_clear_object(&self->causes);
    g_clear_object(&self->shown);
    if (self->selection)
        g_signal_handlers_disconnect_by_data(self->selection, self);
    g_clear_object(&self->selection);
    G_OBJECT_CLASS(mamuto_failures_view_parent_class)->dispose(object);
}

static void
mamuto_failures_view_class_init(MamutoFailuresViewClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_failures_view_dispose;
    g_type_ensure(MAMUTO_TYPE_SPLIT);
    gtk_widget_class_set_template_from_resource(
        widget_class, "/io/github/mamuto/Mamuto/ui/mamuto-failures-view.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, stack);
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, export_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, split);
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, pane);
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, back_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, list);
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, count);
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, title);
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, cause);
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, outcome);
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, arguments);
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, traceback);
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, details);
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, buttons);
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, try_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, arguments_title);
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, traceback_title);
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, spinner);
    gtk_widget_class_bind_template_callback(widget_class, on_try);
    gtk_widget_class_bind_template_callback(widget_class, on_copy);
    gtk_widget_class_bind_template_callback(widget_class, on_export);
    gtk_widget_class_bind_template_callback(widget_class, on_narrow);
    gtk_widget_class_bind_template_callback(widget_class, on_back);
}

static void
mamuto_failures_view_init(MamutoFailuresView *self)
{
    g_autoptr(GtkListItemFactory) factory = gtk_signal_list_item_factory_new();

    gtk_widget_init_template(GTK_WIDGET(self));
    stack_hide_others(self->stack);
    self->selection = gtk_single_selection_new(NULL);
    g_signal_connect_object(factory, "setup", G_CALLBACK(on_setup), self, 0);
    g_signal_connect(factory, "bind", G_CALLBACK(on_bind), NULL);
    g_signal_connect(factory, "unbind", G_CALLBACK(on_unbind), NULL);
    g_signal_connect_swapped(self->selection, "notify::selected-item", G_CALLBACK(on_selected),
                             self);
    g_signal_connect(self->list, "activate", G_CALLBACK(on_activate), self);
    gtk_list_view_set_factory(self->list, factory);
    gtk_list_view_set_model(self->list, GTK_SELECTION_MODEL(self->selection));
    show_item(self, NULL);
    g_signal_connect_after(self, "map", G_CALLBACK(mamuto_failures_view_update), NULL);
}
