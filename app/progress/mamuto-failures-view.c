/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-failures-view.h. */
#include "mamuto-failures-view.h"

#include <glib/gi18n.h>

#include "../app-text.h"
#include "../widgets/stack-hide.h"
#include "mamuto-failure-item.h"
#include "row-check.h"

/* Below this width the details stand below the list. */
#define SIDE_BY_SIDE 640

struct _MamutoFailuresView {
    AdwBin parent_instance;
    GtkStack *stack;
    AdwStatusPage *status;
    GtkPaned *paned;
    GtkListView *list;
    GtkLabel *count, *title, *cause, *outcome, *arguments, *traceback;
    GtkWidget *details, *buttons, *try_button, *arguments_title, *traceback_title;
    GtkSpinner *spinner;

    MamutoRun *run;
    MamutoResult *result; /* whose failures are listed */
    GtkSingleSelection *selection;
    MamutoFailureItem *shown; /* (nullable) */
    GCancellable *trial;      /* (nullable): a row is being run here */
};

G_DEFINE_FINAL_TYPE(MamutoFailuresView, mamuto_failures_view, ADW_TYPE_BIN)

/* ---- the list ---- */

static void
on_setup(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    GtkWidget *expander = gtk_tree_expander_new();
    GtkWidget *label = gtk_label_new(NULL);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_tree_expander_set_child(GTK_TREE_EXPANDER(expander), label);
    gtk_list_item_set_child(item, expander);
}

static void
on_bind(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    GtkTreeListRow *row = gtk_list_item_get_item(item);
    GtkTreeExpander *expander = GTK_TREE_EXPANDER(gtk_list_item_get_child(item));
    GtkWidget *label = gtk_tree_expander_get_child(expander);
    g_autoptr(MamutoFailureItem) failed = gtk_tree_list_row_get_item(row);
    GListModel *rows = mamuto_failure_item_get_rows(failed);
    const MamutoRowFailure *failure = mamuto_failure_item_get_failure(failed);
    g_autofree char *text = NULL, *count = NULL;

    gtk_tree_expander_set_list_row(expander, row);
    if (rows) {
        guint n = g_list_model_get_n_items(rows);

        count = app_text_rows(n);
        text = g_strdup_printf("%s: %s", count, mamuto_failure_item_get_cause(failed));
    } else {
        count = app_text_count(failure->row);
        /* Translators: a row of the array, and the host that says so */
        text = g_strdup_printf(_("Row %s · %s"), count, failure->host);
    }
    gtk_label_set_text(GTK_LABEL(label), text);
    gtk_widget_set_tooltip_text(label, rows ? text : NULL);
    if (rows)
        gtk_widget_add_css_class(label, "heading");
    else
        gtk_widget_remove_css_class(label, "heading");
    gtk_accessible_update_property(GTK_ACCESSIBLE(gtk_widget_get_parent(GTK_WIDGET(expander))),
                                   GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
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

static void
show_item(MamutoFailuresView *self, MamutoFailureItem *item)
{
    const MamutoRowFailure *failure = item ? mamuto_failure_item_get_failure(item) : NULL;
    g_autofree char *arguments = NULL, *title = NULL, *count = NULL;

    cancel_trial(self);
    g_set_object(&self->shown, item);
    gtk_widget_set_visible(self->details, item != NULL);
    if (!item)
        return;
    if (failure) {
        count = app_text_count(failure->row);
        title = g_strdup_printf(_("Row %s · %s"), count, failure->host);
        arguments = row_check_format_arguments(self->run, failure->row);
    } else {
        title = app_text_rows(g_list_model_get_n_items(mamuto_failure_item_get_rows(item)));
    }
    gtk_label_set_text(self->title, title);
    gtk_label_set_text(self->cause, mamuto_failure_item_get_cause(item));
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
}

static void
on_tried(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(MamutoFailuresView) self = MAMUTO_FAILURES_VIEW(data);
    g_autoptr(GError) error = NULL;
    g_autofree char *text = row_check_run_finish(result, &error);

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* another row is shown by now */
    cancel_trial(self);
    show_text(self->outcome, NULL, text ? text : error->message);
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
    row_check_run_async(self->run, failure->row, self->trial, on_tried, g_object_ref(self));
}

static void
on_copy(MamutoFailuresView *self)
{
    g_autofree char *text = g_strdup_printf(
        "%s\n%s\n\n%s\n\n%s\n", gtk_label_get_text(self->title), gtk_label_get_text(self->cause),
        gtk_label_get_text(self->arguments), gtk_label_get_text(self->traceback));

    gdk_clipboard_set_text(gtk_widget_get_clipboard(GTK_WIDGET(self)), text);
}

/* ---- all ---- */

static void
list_failures(MamutoFailuresView *self, MamutoResult *result)
{
    GPtrArray *failures = mamuto_result_get_failures(result);
    GListModel *causes = mamuto_failure_item_group(failures);
    guint n_causes = g_list_model_get_n_items(causes);
    gint64 n = mamuto_result_get_n_failed(result);
    GtkTreeListModel *tree =
        gtk_tree_list_model_new(causes, FALSE, n_causes == 1, make_children, NULL, NULL);
    g_autofree char *all = app_text_rows(n);
    g_autofree char *listed = app_text_count(failures->len);
    /* Translators: "98,412 rows failed; the first 1,000 are listed" */
    g_autofree char *text =
        n > failures->len ? g_strdup_printf(_("%s failed; the first %s are listed"), all, listed)
                          : g_strdup_printf(ngettext("%s failed", "%s failed", (gulong)n), all);

    g_set_object(&self->result, result);
    gtk_single_selection_set_model(self->selection, G_LIST_MODEL(tree));
    g_object_unref(tree);
    gtk_label_set_text(self->count, text);
    /* the first row, not its cause */
    gtk_single_selection_set_selected(self->selection, n_causes == 1 ? 1 : 0);
    on_selected(self);
}

void
mamuto_failures_view_update(MamutoFailuresView *self)
{
    MamutoJob *job = self->run ? mamuto_run_get_job(self->run) : NULL;
    MamutoResult *result = self->run ? mamuto_run_get_result(self->run) : NULL;
    gint64 n = job ? mamuto_job_get_rows_failed(job) : 0;
    g_autofree char *text = NULL, *rows = app_text_rows(n);

    if (result && mamuto_result_get_failures(result)->len > 0) {
        if (result != self->result)
            list_failures(self, result);
        gtk_stack_set_visible_child_name(self->stack, "rows");
        return;
    }
    if (n > 0)
        /* Translators: %s is "2 rows" */
        text = g_strdup_printf(_("%s so far; they are listed when the run has ended"), rows);
    adw_status_page_set_title(self->status, n > 0 ? _("Rows Have Failed") : _("No Failed Rows"));
    adw_status_page_set_description(self->status, text);
    adw_status_page_set_icon_name(self->status,
                                  n > 0 ? "dialog-warning-symbolic" : "object-select-symbolic");
    gtk_stack_set_visible_child_name(self->stack, "empty");
}

void
mamuto_failures_view_set_run(MamutoFailuresView *self, MamutoRun *run)
{
    if (self->run == run)
        return;
    g_set_object(&self->run, run);
    g_clear_object(&self->result);
    gtk_single_selection_set_model(self->selection, NULL);
    show_item(self, NULL);
    mamuto_failures_view_update(self);
}

/* ---- the widget ---- */

static gboolean
turn(gpointer data)
{
    MamutoFailuresView *self = data;
    gboolean wide = gtk_widget_get_width(GTK_WIDGET(self)) >= SIDE_BY_SIDE;

    gtk_orientable_set_orientation(GTK_ORIENTABLE(self->paned),
                                   wide ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
    gtk_paned_set_position(self->paned,
                           wide ? 380 : gtk_widget_get_height(GTK_WIDGET(self)) * 2 / 5);
    return G_SOURCE_REMOVE;
}

static void
mamuto_failures_view_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
    MamutoFailuresView *self = MAMUTO_FAILURES_VIEW(widget);
    gboolean is_wide =
        gtk_orientable_get_orientation(GTK_ORIENTABLE(self->paned)) == GTK_ORIENTATION_HORIZONTAL;

    GTK_WIDGET_CLASS(mamuto_failures_view_parent_class)
        ->size_allocate(widget, width, height, baseline);
    /* not while sizes are being given out */
    if (is_wide != (width >= SIDE_BY_SIDE))
        g_idle_add_full(G_PRIORITY_HIGH_IDLE, turn, g_object_ref(self), g_object_unref);
}

static void
mamuto_failures_view_dispose(GObject *object)
{
    MamutoFailuresView *self = MAMUTO_FAILURES_VIEW(object);

    g_cancellable_cancel(self->trial);
    g_clear_object(&self->trial);
    g_clear_object(&self->run);
    g_clear_object(&self->result);
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
    widget_class->size_allocate = mamuto_failures_view_size_allocate;
    gtk_widget_class_set_template_from_resource(
        widget_class, "/io/github/mamuto/Mamuto/ui/mamuto-failures-view.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, stack);
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, status);
    gtk_widget_class_bind_template_child(widget_class, MamutoFailuresView, paned);
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
}

static void
mamuto_failures_view_init(MamutoFailuresView *self)
{
    g_autoptr(GtkListItemFactory) factory = gtk_signal_list_item_factory_new();

    gtk_widget_init_template(GTK_WIDGET(self));
    stack_hide_others(self->stack);
    self->selection = gtk_single_selection_new(NULL);
    g_signal_connect(factory, "setup", G_CALLBACK(on_setup), NULL);
    g_signal_connect(factory, "bind", G_CALLBACK(on_bind), NULL);
    g_signal_connect_swapped(self->selection, "notify::selected-item", G_CALLBACK(on_selected),
                             self);
    g_signal_connect(self->list, "activate", G_CALLBACK(on_activate), self);
    gtk_list_view_set_factory(self->list, factory);
    gtk_list_view_set_model(self->list, GTK_SELECTION_MODEL(self->selection));
    show_item(self, NULL);
}
