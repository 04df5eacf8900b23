/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-hosts-view.h. */
#include "mamuto-hosts-view.h"

#include "../chart/mamuto-timeline.h"
#include "mamuto-host-card.h"
#include "mamuto-host-row.h"

/* Greatest number of hosts for which the timeline is also shown below the list. */
#define FEW_HOSTS 8
/* Least number of visible rows. If the window is too low for these rows and the timeline, the
 * timeline is hidden in this view. The timeline also has its own tab. */
#define MIN_ROWS 3
#define ROW_HEIGHT 32
#define GAP 12

struct _MamutoHostsView {
    GtkWidget parent_instance;
    GtkBox *frame;
    GtkScrolledWindow *scroller;
    GtkListView *list;
    MamutoTimeline *timeline;
    MamutoHostCard *card;
    MamutoTimelineStore *store;
    GPtrArray *rows; /* the MamutoHostRow widgets that show a host */
};

enum { SIGNAL_CORES, SIGNAL_SHOW_LOG, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(MamutoHostsView, mamuto_hosts_view, GTK_TYPE_WIDGET)

static MamutoRun *
get_job(MamutoHostsView *self)
{
    return self->store ? mamuto_timeline_store_get_run(self->store) : NULL;
}

static gint64
most_rows(MamutoRun *run)
{
    GListModel *hosts = mamuto_run_get_hosts(run);
    gint64 most = 0;

    for (guint i = 0; i < g_list_model_get_n_items(hosts); i++) {
        g_autoptr(MamutoHostStatus) host = g_list_model_get_item(hosts, i);

        most = MAX(most, mamuto_host_status_get_rows_done(host));
    }
    return most;
}

/* Returns whether the row is visible. GTK also creates rows outside the visible part; they are
 * updated after they are scrolled into view. */
static gboolean
is_in_sight(MamutoHostsView *self, GtkWidget *row)
{
    graphene_rect_t bounds;

    return gtk_widget_get_mapped(row) &&
           gtk_widget_compute_bounds(row, GTK_WIDGET(self->scroller), &bounds) &&
           bounds.origin.y + bounds.size.height > 0 &&
           bounds.origin.y < (float)gtk_widget_get_height(GTK_WIDGET(self->scroller));
}

static void
update_rows(MamutoHostsView *self, gboolean all)
{
    MamutoRun *run = get_job(self);
    gint64 most;

    if (!run || !gtk_widget_get_mapped(GTK_WIDGET(self)))
        return;
    most = most_rows(run);
    for (guint i = 0; i < self->rows->len; i++)
        if (all || is_in_sight(self, g_ptr_array_index(self->rows, i)))
            mamuto_host_row_update(g_ptr_array_index(self->rows, i), most);
}

static void
on_scrolled(MamutoHostsView *self)
{
    update_rows(self, FALSE);
}

void
mamuto_hosts_view_update(MamutoHostsView *self)
{
    MamutoRun *run = get_job(self);
    gboolean runs = run && mamuto_run_get_state(run) == MAMUTO_RUN_RUNNING;

    /* After the end of the run, update all rows, even those outside the visible part. No later
     * update follows, and is_in_sight() returns FALSE for a row that GTK has not placed yet. */
    update_rows(self, !runs);
    if (run && gtk_widget_get_mapped(GTK_WIDGET(self)) &&
        gtk_widget_get_visible(GTK_WIDGET(self->card)))
        mamuto_host_card_update(self->card, runs);
}

/* ---- rows ---- */

static void
on_setup(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    gtk_list_item_set_child(item, mamuto_host_row_new());
    gtk_list_item_set_selectable(item, FALSE);
}

static void
on_bind(GtkSignalListItemFactory *factory, GtkListItem *item, MamutoHostsView *self)
{
    MamutoHostRow *row = MAMUTO_HOST_ROW(gtk_list_item_get_child(item));
    MamutoRun *run = get_job(self);

    mamuto_host_row_set_status(row, gtk_list_item_get_item(item));
    mamuto_host_row_update(row, run ? most_rows(run) : 0);
    g_ptr_array_add(self->rows, row);
}

static void
on_unbind(GtkSignalListItemFactory *factory, GtkListItem *item, MamutoHostsView *self)
{
    MamutoHostRow *row = MAMUTO_HOST_ROW(gtk_list_item_get_child(item));

    g_ptr_array_remove_fast(self->rows, row);
    mamuto_host_row_set_status(row, NULL);
}

static MamutoHostRow *
find_row(MamutoHostsView *self, MamutoHostStatus *status)
{
    for (guint i = 0; i < self->rows->len; i++)
        if (mamuto_host_row_get_status(g_ptr_array_index(self->rows, i)) == status)
            return g_ptr_array_index(self->rows, i);
    return NULL;
}

static void
on_activate(GtkListView *list, guint position, MamutoHostsView *self)
{
    MamutoRun *run = get_job(self);
    g_autoptr(MamutoHostStatus) status =
        run ? g_list_model_get_item(mamuto_run_get_hosts(run), position) : NULL;
    MamutoHostRow *row = status ? find_row(self, status) : NULL;
    graphene_rect_t bounds;

    if (!row || !gtk_widget_compute_bounds(GTK_WIDGET(row), GTK_WIDGET(self), &bounds))
        return;
    mamuto_host_card_set_status(self->card, status, position);
    mamuto_host_card_update(self->card, mamuto_run_get_state(run) == MAMUTO_RUN_RUNNING);
    gtk_popover_set_pointing_to(GTK_POPOVER(self->card),
                                &(GdkRectangle){(int)bounds.origin.x + 60, (int)bounds.origin.y,
                                                120, (int)bounds.size.height});
    gtk_popover_popup(GTK_POPOVER(self->card));
}

static void
on_card_cores(MamutoHostCard *card, guint cores, MamutoHostsView *self)
{
    g_signal_emit(self, signals[SIGNAL_CORES], 0, mamuto_host_card_get_number(card), cores);
}

static void
on_card_log(MamutoHostCard *card, MamutoHostsView *self)
{
    g_signal_emit(self, signals[SIGNAL_SHOW_LOG], 0, mamuto_host_card_get_number(card));
}

/* ---- the widget ---- */

void
mamuto_hosts_view_set_store(MamutoHostsView *self, MamutoTimelineStore *store)
{
    GListModel *hosts;
    GtkNoSelection *selection;
    gboolean few;

    if (self->store == store)
        return;
    gtk_popover_popdown(GTK_POPOVER(self->card));
    gtk_list_view_set_model(self->list, NULL);
    g_set_object(&self->store, store);
    mamuto_timeline_set_store(self->timeline, store);
    if (!store)
        return;
    hosts = mamuto_run_get_hosts(get_job(self));
    few = g_list_model_get_n_items(hosts) <= FEW_HOSTS;
    gtk_widget_set_visible(GTK_WIDGET(self->timeline), few);
    /* do not use GTK_POLICY_AUTOMATIC for a short list, because it reserves the height of a scroll
     * bar, which is higher than one or two rows */
    gtk_scrolled_window_set_policy(self->scroller, GTK_POLICY_NEVER,
                                   few && g_list_model_get_n_items(hosts) <= MIN_ROWS
                                       ? GTK_POLICY_EXTERNAL
                                       : GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_min_content_height(
        self->scroller, ROW_HEIGHT * (int)CLAMP(g_list_model_get_n_items(hosts), 1, MIN_ROWS));
    selection = gtk_no_selection_new(g_object_ref(hosts));
    gtk_list_view_set_model(self->list, GTK_SELECTION_MODEL(selection));
    g_object_unref(selection);
}

static void
mamuto_hosts_view_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                          int *natural, int *minimum_baseline, int *natural_baseline)
{
    MamutoHostsView *self = MAMUTO_HOSTS_VIEW(widget);
    int timeline_minimum = 0, timeline_natural = 0;

    gtk_widget_measure(GTK_WIDGET(self->frame), orientation, for_size, minimum, natural, NULL,
                       NULL);
    if (!gtk_widget_get_visible(GTK_WIDGET(self->timeline)))
        return;
    gtk_widget_measure(GTK_WIDGET(self->timeline), orientation, for_size, &timeline_minimum,
                       &timeline_natural, NULL, NULL);
    if (orientation == GTK_ORIENTATION_HORIZONTAL) {
        *minimum = MAX(*minimum, timeline_minimum);
        *natural = MAX(*natural, timeline_natural);
    } else {
        *natural += GAP + timeline_natural;
    }
}

/* If the view is high enough, the list shows all its rows, and the timeline has the remaining
 * height. */
static void
mamuto_hosts_view_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
    MamutoHostsView *self = MAMUTO_HOSTS_VIEW(widget);
    GtkWidget *frame = GTK_WIDGET(self->frame), *timeline = GTK_WIDGET(self->timeline);
    gboolean few = gtk_widget_get_visible(timeline);
    int minimum, natural, timeline_minimum = 0, shown;

    gtk_widget_measure(frame, GTK_ORIENTATION_VERTICAL, width, &minimum, &natural, NULL, NULL);
    if (few)
        gtk_widget_measure(timeline, GTK_ORIENTATION_VERTICAL, width, &timeline_minimum, NULL, NULL,
                           NULL);
    shown = few && height >= minimum + GAP + timeline_minimum
                ? CLAMP(natural, minimum, height - GAP - timeline_minimum)
            : few ? MIN(natural, height)
                  : height;
    gtk_widget_size_allocate(frame, &(GtkAllocation){0, 0, width, shown}, -1);
    if (few) {
        gtk_widget_set_child_visible(timeline, height >= shown + GAP + timeline_minimum);
        if (gtk_widget_get_child_visible(timeline))
            gtk_widget_size_allocate(
                timeline, &(GtkAllocation){0, shown + GAP, width, height - shown - GAP}, -1);
    }
    gtk_popover_present(GTK_POPOVER(self->card));
}

static void
mamuto_hosts_view_dispose(GObject *object)
{
    MamutoHostsView *self = MAMUTO_HOSTS_VIEW(object);
    GtkWidget *child;

    if (self->card)
        gtk_widget_unparent(GTK_WIDGET(self->card));
    self->card = NULL;
    g_clear_object(&self->store);
    while ((child = gtk_widget_get_first_child(GTK_WIDGET(self))))
        gtk_widget_unparent(child);
    G_OBJECT_CLASS(mamuto_hosts_view_parent_class)->dispose(object);
}

static void
mamuto_hosts_view_finalize(GObject *object)
{
    g_ptr_array_unref(MAMUTO_HOSTS_VIEW(object)->rows);
    G_OBJECT_CLASS(mamuto_hosts_view_parent_class)->finalize(object);
}

static void
mamuto_hosts_view_class_init(MamutoHostsViewClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_hosts_view_dispose;
    G_OBJECT_CLASS(klass)->finalize = mamuto_hosts_view_finalize;
    widget_class->measure = mamuto_hosts_view_measure;
    widget_class->size_allocate = mamuto_hosts_view_size_allocate;
    signals[SIGNAL_CORES] =
        g_signal_new("cores", MAMUTO_TYPE_HOSTS_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                     G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
    signals[SIGNAL_SHOW_LOG] = g_signal_new("show-log", MAMUTO_TYPE_HOSTS_VIEW, G_SIGNAL_RUN_LAST,
                                            0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
    g_type_ensure(MAMUTO_TYPE_TIMELINE);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/mamuto/Mamuto/ui/mamuto-hosts-view.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoHostsView, frame);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostsView, scroller);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostsView, list);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostsView, timeline);
}

static void
mamuto_hosts_view_init(MamutoHostsView *self)
{
    g_autoptr(GtkListItemFactory) factory = gtk_signal_list_item_factory_new();
    GtkWidget *header;

    self->rows = g_ptr_array_new();
    gtk_widget_init_template(GTK_WIDGET(self));
    header = mamuto_host_row_new_header();
    gtk_widget_add_css_class(header, "header");
    gtk_box_prepend(self->frame, header);
    self->card = mamuto_host_card_new();
    gtk_widget_set_parent(GTK_WIDGET(self->card), GTK_WIDGET(self));
    g_signal_connect(self->card, "cores", G_CALLBACK(on_card_cores), self);
    g_signal_connect(self->card, "show-log", G_CALLBACK(on_card_log), self);
    g_signal_connect(factory, "setup", G_CALLBACK(on_setup), NULL);
    g_signal_connect_object(factory, "bind", G_CALLBACK(on_bind), self, 0);
    g_signal_connect_object(factory, "unbind", G_CALLBACK(on_unbind), self, 0);
    g_signal_connect(self->list, "activate", G_CALLBACK(on_activate), self);
    gtk_list_view_set_factory(self->list, factory);
    g_signal_connect_object(gtk_scrolled_window_get_vadjustment(self->scroller), "value-changed",
                            G_CALLBACK(on_scrolled), self, G_CONNECT_SWAPPED);
    g_signal_connect_after(self, "map", G_CALLBACK(mamuto_hosts_view_update), NULL);
}
