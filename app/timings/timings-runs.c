/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The list of runs, and where their time went: of the newest, or of the ticked ones. */
#include <glib/gi18n.h>

#include "../compat/compat.h"
#include "../dialogs/tell.h"
#include "app-text.h"
#include "mamuto-share-bar.h"
#include "timings-page-private.h"

#define BAR_HEIGHT 40
#define HOST_BAR_HEIGHT 14
/* Heights of the list of hosts. */
#define HOSTS_MOST 300

/* ---- ticks ---- */

/* The ticked runs in the order of the list, at most @most. */
static guint
find_ticked(MamutoTimingsPage *self, MamutoKeptRun **ticked, guint most)
{
    GListModel *model = G_LIST_MODEL(self->runs);
    guint n = 0;

    for (guint i = 0; i < g_list_model_get_n_items(model); i++) {
        g_autoptr(MamutoKeptRun) run = g_list_model_get_item(model, i);

        if (!mamuto_kept_run_get_ticked(run))
            continue;
        if (n < most)
            ticked[n] = run;
        n++;
    }
    return n;
}

static void
on_ticked(MamutoTimingsPage *self)
{
    MamutoKeptRun *ticked[2];
    guint n = find_ticked(self, ticked, 2);

    timings_enable(self, "delete", n > 0);
    timings_enable(self, "compare-runs", n == 2);
    timings_update_shares(self, FALSE);
}

static void
watch(MamutoTimingsPage *self, MamutoKeptRun *run)
{
    g_signal_connect_object(run, "notify::ticked", G_CALLBACK(on_ticked), self, G_CONNECT_SWAPPED);
}

/* ---- shares ---- */

static void
on_host_setup(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
    GtkWidget *label = gtk_label_new(NULL);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_width_chars(GTK_LABEL(label), 16);
    gtk_label_set_max_width_chars(GTK_LABEL(label), 16);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_MIDDLE);
    gtk_box_append(GTK_BOX(box), label);
    gtk_box_append(GTK_BOX(box), mamuto_share_bar_new(HOST_BAR_HEIGHT));
    gtk_list_item_set_child(item, box);
    gtk_list_item_set_activatable(item, FALSE);
}

static void
on_host_bind(GtkSignalListItemFactory *factory, GtkListItem *item, MamutoReport *report)
{
    GtkWidget *label = gtk_widget_get_first_child(gtk_list_item_get_child(item));
    guint host = gtk_list_item_get_position(item);

    gtk_label_set_label(GTK_LABEL(label), app_text_host(mamuto_report_get_host_name(report, host)));
    gtk_widget_set_tooltip_text(label, mamuto_report_get_host_name(report, host));
    mamuto_share_bar_set_report(MAMUTO_SHARE_BAR(gtk_widget_get_next_sibling(label)), report,
                                (int)host);
}

static GtkWidget *
make_hosts(MamutoReport *report)
{
    GtkWidget *expander = gtk_expander_new(_("By Host"));
    GtkWidget *scrolled = gtk_scrolled_window_new(), *view;
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
    GtkStringList *names = gtk_string_list_new(NULL);

    for (guint h = 0; h < mamuto_report_get_n_hosts(report); h++)
        gtk_string_list_append(names, mamuto_report_get_host_name(report, h));
    g_signal_connect(factory, "setup", G_CALLBACK(on_host_setup), NULL);
    g_signal_connect_data(factory, "bind", G_CALLBACK(on_host_bind), g_object_ref(report),
                          (GClosureNotify)(void (*)(void))g_object_unref, 0);
    view =
        gtk_list_view_new(GTK_SELECTION_MODEL(gtk_no_selection_new(G_LIST_MODEL(names))), factory);
    gtk_widget_add_css_class(view, "hosts");
    gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Hosts"),
                                   -1);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), view);
    gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(scrolled), TRUE);
    gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(scrolled), HOSTS_MOST);
    gtk_expander_set_child(GTK_EXPANDER(expander), scrolled);
    return expander;
}

static void
add_label(GtkWidget *box, const char *text, gboolean markup)
{
    GtkWidget *label = gtk_label_new(NULL);

    if (markup)
        gtk_label_set_markup(GTK_LABEL(label), text);
    else
        gtk_label_set_label(GTK_LABEL(label), text);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_box_append(GTK_BOX(box), label);
}

static void
add_share(MamutoTimingsPage *self, MamutoKeptRun *run)
{
    MamutoReport *report = mamuto_kept_run_get_report(run);
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
    GtkWidget *bar = mamuto_share_bar_new(BAR_HEIGHT);
    g_autofree char *text = mamuto_kept_run_format_title(run);
    g_autofree char *legend = NULL;

    mamuto_share_bar_set_report(MAMUTO_SHARE_BAR(bar), report, -1);
    legend = mamuto_share_bar_make_legend(MAMUTO_SHARE_BAR(bar));
    add_label(box, text, FALSE);
    gtk_box_append(GTK_BOX(box), bar);
    add_label(box, legend, TRUE);
    if (mamuto_report_get_n_hosts(report) > 1)
        gtk_box_append(GTK_BOX(box), make_hosts(report));
    gtk_box_append(GTK_BOX(self->shares), box);
    g_ptr_array_add(self->shared, g_object_ref(run));
}

static void
add_difference(MamutoTimingsPage *self, MamutoKeptRun *a, MamutoKeptRun *b)
{
    MamutoReport *x = mamuto_kept_run_get_report(a), *y = mamuto_kept_run_get_report(b);
    double rate_x = (double)mamuto_report_get_n_rows(x) / MAX(mamuto_report_get_wall(x), 1e-6);
    double rate_y = (double)mamuto_report_get_n_rows(y) / MAX(mamuto_report_get_wall(y), 1e-6);
    gboolean first = rate_x >= rate_y;
    g_autofree char *date = mamuto_kept_run_format_date(first ? a : b);
    /* Translators: "The run of 2026-11-23 14:02 did 1.35 times as many rows a second." */
    g_autofree char *text =
        g_strdup_printf(_("The run of %s did %.2f times as many rows a second."), date,
                        first ? rate_x / MAX(rate_y, 1e-9) : rate_y / MAX(rate_x, 1e-9));

    add_label(self->shares, text, FALSE);
}

void
timings_update_shares(MamutoTimingsPage *self, gboolean both)
{
    MamutoKeptRun *ticked[2];
    guint n = find_ticked(self, ticked, 2);
    GtkWidget *old = self->shares;

    /* A new box, put into its place when it is filled: GTK would go on believing of one that it has
     * seen empty that its height is the same for every width. */
    self->shares = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
    g_ptr_array_set_size(self->shared, 0);
    if (both && n == 2) {
        add_difference(self, ticked[0], ticked[1]);
        add_share(self, ticked[0]);
        add_share(self, ticked[1]);
    } else if (n == 1) {
        add_share(self, ticked[0]);
    } else if (g_list_model_get_n_items(G_LIST_MODEL(self->runs)) > 0) {
        g_autoptr(MamutoKeptRun) newest = g_list_model_get_item(G_LIST_MODEL(self->runs), 0);

        add_share(self, newest);
    }
    gtk_box_insert_child_after(GTK_BOX(self->runs_box), self->shares, old);
    gtk_box_remove(GTK_BOX(self->runs_box), old);
}

/* ---- the list ---- */

static void
on_tick_setup(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    gtk_list_item_set_child(item, gtk_check_button_new());
}

static void
on_tick_bind(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    MamutoKeptRun *run = gtk_list_item_get_item(item);
    GtkWidget *check = gtk_list_item_get_child(item);
    g_autofree char *job = mamuto_kept_run_format_job(run);
    g_autofree char *date = mamuto_kept_run_format_date(run);
    /* Translators: a run: its job and its date */
    g_autofree char *name = g_strdup_printf(_("%s of %s"), job, date);

    gtk_accessible_update_property(GTK_ACCESSIBLE(check), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    g_object_set_data_full(
        G_OBJECT(check), "binding",
        g_object_ref(g_object_bind_property(run, "ticked", check, "active",
                                            G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE)),
        g_object_unref);
}

static void
on_tick_unbind(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    GObject *check = G_OBJECT(gtk_list_item_get_child(item));
    GBinding *binding = g_object_get_data(check, "binding");

    g_binding_unbind(binding);
    g_object_set_data(check, "binding", NULL);
}

void
timings_make_runs(MamutoTimingsPage *self)
{
    GtkWidget *view = gtk_column_view_new(
        GTK_SELECTION_MODEL(gtk_no_selection_new(g_object_ref(G_LIST_MODEL(self->runs)))));
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
    GtkColumnViewColumn *column;

    g_signal_connect(factory, "setup", G_CALLBACK(on_tick_setup), NULL);
    g_signal_connect(factory, "bind", G_CALLBACK(on_tick_bind), NULL);
    g_signal_connect(factory, "unbind", G_CALLBACK(on_tick_unbind), NULL);
    column = gtk_column_view_column_new(NULL, factory);
    gtk_column_view_append_column(GTK_COLUMN_VIEW(view), column);
    g_object_unref(column);
    timings_add_column(GTK_COLUMN_VIEW(view), _("Date"), (TimingsFormat)mamuto_kept_run_format_date,
                       FALSE);
    timings_add_column(GTK_COLUMN_VIEW(view), _("Job"), (TimingsFormat)mamuto_kept_run_format_job,
                       FALSE);
    timings_add_column(GTK_COLUMN_VIEW(view), _("Cluster"),
                       (TimingsFormat)mamuto_kept_run_format_cluster, FALSE);
    timings_add_column(GTK_COLUMN_VIEW(view), _("Rows"), (TimingsFormat)mamuto_kept_run_format_rows,
                       TRUE);
    timings_add_column(GTK_COLUMN_VIEW(view), _("Time"), (TimingsFormat)mamuto_kept_run_format_wall,
                       TRUE);
    gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Runs"),
                                   -1);
    compat_name_lists(view, _("Runs"));
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(self->runs_holder), view);
    /* the legend's colours are text */
    g_signal_connect_object(adw_style_manager_get_default(), "notify::dark", G_CALLBACK(on_ticked),
                            self, G_CONNECT_SWAPPED);
    on_ticked(self);
}

static void
on_loaded(GObject *source, GAsyncResult *result, gpointer data)
{
    MamutoTimingsPage *self = MAMUTO_TIMINGS_PAGE(source);
    guint n;

    if (!self->runs) /* the window was closed */
        return;
    n = g_list_model_get_n_items(G_LIST_MODEL(self->runs));
    run_list_load_finish(self->runs, result);
    for (; n < g_list_model_get_n_items(G_LIST_MODEL(self->runs)); n++) {
        g_autoptr(MamutoKeptRun) run = g_list_model_get_item(G_LIST_MODEL(self->runs), n);

        watch(self, run);
    }
    on_ticked(self);
    timings_update_visible(self);
}

static gboolean
start_loading(gpointer data)
{
    run_list_load_async(G_OBJECT(data), on_loaded, NULL);
    return G_SOURCE_REMOVE;
}

void
timings_load_runs(MamutoTimingsPage *self)
{
    /* after the window has been painted */
    g_idle_add_full(G_PRIORITY_LOW, start_loading, g_object_ref(self), g_object_unref);
}

GPtrArray *
timings_choose_runs(MamutoTimingsPage *self)
{
    GListModel *model = G_LIST_MODEL(self->runs);
    GPtrArray *runs = g_ptr_array_new_with_free_func(g_object_unref);
    gboolean all = find_ticked(self, NULL, 0) == 0;

    for (guint i = 0; i < g_list_model_get_n_items(model); i++) {
        g_autoptr(MamutoKeptRun) run = g_list_model_get_item(model, i);

        if (all || mamuto_kept_run_get_ticked(run))
            g_ptr_array_add(runs, g_object_ref(run));
    }
    return runs;
}

/* ---- deleting ---- */

typedef struct {
    MamutoTimingsPage *self;
    GPtrArray *runs;
    gboolean undone;
} Deleted;

static void
on_undo(AdwToast *toast, Deleted *deleted)
{
    deleted->undone = TRUE;
    for (guint i = 0; i < deleted->runs->len; i++)
        run_list_restore(deleted->self->runs, g_ptr_array_index(deleted->runs, i));
    on_ticked(deleted->self);
    timings_update_visible(deleted->self);
}

/* With the toast the last chance has gone. */
static void
deleted_free(gpointer data, GClosure *closure)
{
    Deleted *deleted = data;

    for (guint i = 0; i < deleted->runs->len && !deleted->undone; i++)
        run_list_forget(g_ptr_array_index(deleted->runs, i));
    g_ptr_array_unref(deleted->runs);
    g_object_unref(deleted->self);
    g_free(deleted);
}

void
timings_delete_runs(MamutoTimingsPage *self)
{
    GtkWidget *overlay = gtk_widget_get_ancestor(GTK_WIDGET(self), ADW_TYPE_TOAST_OVERLAY);
    Deleted *deleted = g_new0(Deleted, 1);
    g_autofree char *title = NULL;
    AdwToast *toast;

    deleted->self = g_object_ref(self);
    deleted->runs = timings_choose_runs(self);
    for (guint i = 0; i < deleted->runs->len; i++)
        run_list_remove(self->runs, g_ptr_array_index(deleted->runs, i));
    title = g_strdup_printf(ngettext("%u run deleted", "%u runs deleted", deleted->runs->len),
                            deleted->runs->len);
    toast = adw_toast_new(title);
    adw_toast_set_button_label(toast, _("_Undo"));
    g_signal_connect_data(toast, "button-clicked", G_CALLBACK(on_undo), deleted, deleted_free, 0);
    adw_toast_overlay_add_toast(ADW_TOAST_OVERLAY(overlay), toast);
    on_ticked(self);
    timings_update_visible(self);
}

/* ---- new ones ---- */

static void
on_run_state(MamutoTimingsPage *self)
{
    MamutoRun *run = mamuto_run_record_get_run(self->record);

    if (self->comparison && mamuto_run_record_is_active(self->record)) {
        g_cancellable_cancel(self->cancellable);
        tell(GTK_WIDGET(self), _("The comparison was stopped, since a run has begun"));
    }
    if (mamuto_run_record_is_active(self->record))
        return;
    if (run && mamuto_run_get_state(run) != MAMUTO_RUN_RUNNING) {
        watch(self, run_list_add(self->runs, run, mamuto_run_record_get_title(self->record)));
        on_ticked(self);
        timings_update_visible(self);
    }
    g_signal_handlers_disconnect_by_func(self->record, on_run_state, self);
}

void
timings_follow_run(MamutoTimingsPage *self)
{
    MamutoRunRecord *record = mamuto_runner_get_run(self->runner);

    if (!g_set_object(&self->record, record) || !record)
        return;
    g_signal_connect_object(record, "notify::state", G_CALLBACK(on_run_state), self,
                            G_CONNECT_SWAPPED);
    on_run_state(self);
}
