/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-log-view.h. */
#include "mamuto-log-view.h"

#include <glib/gi18n.h>

#include "../app-text.h"
#include "../chart/time-axis.h"
#include "../compat/compat.h"
#include "../widgets/narrow-drop-down.h"
#include "../widgets/stack-hide.h"

/* In pixels. If the end of the log is within this distance, the view follows new lines. */
#define NEAR_END 30
#define MAX_HOST_CHARS 12

struct _MamutoLogView {
    AdwBin parent_instance;
    GtkStack *stack;
    GtkEditable *search;
    GtkDropDown *hosts;
    GtkScrolledWindow *scroller;
    GtkListView *list;
    GtkWidget *none;
    GtkLabel *count;
    MamutoRun *run;
    MamutoLogModel *model;
    GtkSelectionModel *selection;
    gboolean at_end;
    double value; /* scroll position when on_scrolled() was last called */
    guint end_source;
    guint host_chars;  /* width of the host column in characters; 0: no column */
    gboolean changing; /* TRUE while the program, not the user, changes the filter */
};

enum { SIGNAL_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(MamutoLogView, mamuto_log_view, ADW_TYPE_BIN)

static char *
get_host_name(MamutoLogView *self, guint host)
{
    g_autoptr(MamutoHostStatus) status =
        self->run ? g_list_model_get_item(mamuto_run_get_hosts(self->run), host) : NULL;

    return status ? g_strdup(app_text_host(mamuto_host_status_get_name(status))) : g_strdup("");
}

/* ---- rows ---- */

/* Shows the whole text of a line that is too long for the list. The tooltip is created only when
 * it is shown, because setting a tooltip for each line needs several requests to the display
 * server. */
static gboolean
on_tooltip(GtkWidget *words, int x, int y, gboolean by_keys, GtkTooltip *tooltip)
{
    const char *text = gtk_inscription_get_text(GTK_INSCRIPTION(words));
    g_autoptr(PangoLayout) layout = text ? gtk_widget_create_pango_layout(words, text) : NULL;
    int width = 0;

    if (layout)
        pango_layout_get_pixel_size(layout, &width, NULL);
    if (width <= gtk_widget_get_width(words))
        return FALSE;
    gtk_tooltip_set_text(tooltip, text);
    return TRUE;
}

static void
on_setup(GtkSignalListItemFactory *factory, GtkListItem *item, MamutoLogView *self)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
    const guint chars[] = {8, self->host_chars, 10};

    for (guint i = 0; i < 3; i++) {
        GtkWidget *text = gtk_inscription_new(NULL);

        gtk_inscription_set_min_chars(GTK_INSCRIPTION(text), i < 2 ? chars[i] : 0);
        gtk_inscription_set_nat_chars(GTK_INSCRIPTION(text), chars[i]);
        gtk_inscription_set_xalign(GTK_INSCRIPTION(text), i == 0 ? 1 : 0);
        gtk_inscription_set_text_overflow(GTK_INSCRIPTION(text),
                                          i == 1 ? GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_MIDDLE
                                                 : GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
        gtk_widget_set_hexpand(text, i == 2);
        if (i < 2)
            gtk_widget_add_css_class(text, "faint");
        gtk_widget_set_visible(text, i != 1 || self->host_chars > 0);
        gtk_box_append(GTK_BOX(box), text);
        if (i < 2)
            continue;
        gtk_widget_set_has_tooltip(text, TRUE);
        g_signal_connect(text, "query-tooltip", G_CALLBACK(on_tooltip), NULL);
    }
    gtk_list_item_set_child(item, box);
}

static void
on_bind(GtkSignalListItemFactory *factory, GtkListItem *item, MamutoLogView *self)
{
    MamutoLogLine *line = gtk_list_item_get_item(item);
    const char *text = mamuto_log_line_get_text(line);
    GtkWidget *box = gtk_list_item_get_child(item);
    GtkWidget *time = gtk_widget_get_first_child(box);
    GtkWidget *host = gtk_widget_get_next_sibling(time);
    GtkWidget *words = gtk_widget_get_next_sibling(host);
    g_autofree char *host_name = get_host_name(self, mamuto_log_line_get_host(line));
    g_autofree char *time_text = time_axis_format(
        (gint64)(mamuto_log_line_get_time(line) * G_USEC_PER_SEC), G_USEC_PER_SEC / 10);

    gtk_inscription_set_text(GTK_INSCRIPTION(time), time_text);
    gtk_inscription_set_text(GTK_INSCRIPTION(host), host_name);
    gtk_inscription_set_text(GTK_INSCRIPTION(words), text);
    if (mamuto_log_line_get_stream(line) == 2)
        gtk_widget_add_css_class(words, "warning");
    else
        gtk_widget_remove_css_class(words, "warning");
    gtk_accessible_update_property(GTK_ACCESSIBLE(gtk_widget_get_parent(box)),
                                   GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

/* ---- content ---- */

static void
update(MamutoLogView *self)
{
    guint n_lines = mamuto_log_model_get_n_lines(self->model);
    guint n_shown = g_list_model_get_n_items(G_LIST_MODEL(self->model));
    guint64 n_dropped = mamuto_log_model_get_n_dropped(self->model);
    g_autofree char *count = app_text_count(n_shown);
    g_autofree char *dropped = app_text_count((gint64)n_dropped);
    g_autofree char *text = g_strdup_printf(ngettext("%s line", "%s lines", n_shown), count);

    if (n_dropped > 0) {
        /* Translators: the second part of "100,000 lines · the oldest 1,234 are no longer kept" */
        g_autofree char *more =
            g_strdup_printf(ngettext("the oldest %s is no longer kept",
                                     "the oldest %s are no longer kept", (gulong)n_dropped),
                            dropped);
        g_autofree char *both = g_strdup_printf("%s · %s", text, more);

        gtk_label_set_text(self->count, both);
    } else {
        gtk_label_set_text(self->count, text);
    }
    gtk_stack_set_visible_child_name(self->stack, n_lines > 0 ? "lines" : "empty");
    gtk_widget_set_visible(self->none, n_shown == 0);
    g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

static void
on_filter(MamutoLogView *self)
{
    guint selected = gtk_drop_down_get_selected(self->hosts);

    if (self->changing)
        return;
    self->at_end = TRUE;
    mamuto_log_model_filter(
        self->model,
        selected == 0 || selected == GTK_INVALID_LIST_POSITION ? -1 : (int)selected - 1,
        gtk_editable_get_text(self->search));
}

/* If the user scrolls up, the view stops following new lines. Near the end of the log, the view
 * starts following again. */
static void
on_scrolled(GtkAdjustment *adjustment, MamutoLogView *self)
{
    double value = gtk_adjustment_get_value(adjustment);

    if (value + gtk_adjustment_get_page_size(adjustment) >=
        gtk_adjustment_get_upper(adjustment) - NEAR_END)
        self->at_end = TRUE;
    else if (value < self->value)
        self->at_end = FALSE;
    self->value = value;
}

static gboolean
go_to_end(gpointer data)
{
    MamutoLogView *self = data;
    guint n = g_list_model_get_n_items(G_LIST_MODEL(self->model));

    self->end_source = 0;
    if (n > 0 && gtk_widget_get_mapped(GTK_WIDGET(self->list)))
        compat_list_scroll_to(GTK_WIDGET(self->list), n - 1);
    return G_SOURCE_REMOVE;
}

/* Scrolls to the end after lines were added, if the view follows new lines. Scrolls in an idle
 * callback, because GTK calls this handler while it allocates sizes. */
static void
keep_end(MamutoLogView *self)
{
    GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment(self->scroller);
    gboolean there =
        gtk_adjustment_get_value(adjustment) + gtk_adjustment_get_page_size(adjustment) >=
        gtk_adjustment_get_upper(adjustment) - 1;

    if (self->at_end && !there && self->end_source == 0)
        self->end_source = g_idle_add(go_to_end, self);
}

static void
on_copy(MamutoLogView *self)
{
    g_autoptr(GtkBitset) selected = gtk_selection_model_get_selection(self->selection);
    gboolean all = gtk_bitset_is_empty(selected);
    guint n = g_list_model_get_n_items(G_LIST_MODEL(self->model));
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < n; i++) {
        g_autoptr(MamutoLogLine) line = NULL;

        if (!all && !gtk_bitset_contains(selected, i))
            continue;
        line = g_list_model_get_item(G_LIST_MODEL(self->model), i);
        g_string_append_printf(text, "%s\n", mamuto_log_line_get_text(line));
    }
    gdk_clipboard_set_text(gtk_widget_get_clipboard(GTK_WIDGET(self)), text->str);
    g_string_free(text, TRUE);
}

static void
copy_action(GtkWidget *widget, const char *name, GVariant *parameter)
{
    on_copy(MAMUTO_LOG_VIEW(widget));
}

/* ---- the widget ---- */

static void
mamuto_log_view_dispose(GObject *object)
{
    MamutoLogView *self = MAMUTO_LOG_VIEW(object);

    g_clear_handle_id(&self->end_source, g_source_remove);
    g_clear_object(&self->run);
    g_clear_object(&self->selection);
    if (self->model)
        g_signal_handlers_disconnect_by_data(self->model, self);
    g_clear_object(&self->model);
    G_OBJECT_CLASS(mamuto_log_view_parent_class)->dispose(object);
}

static void
mamuto_log_view_class_init(MamutoLogViewClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_log_view_dispose;
    signals[SIGNAL_CHANGED] = g_signal_new("changed", MAMUTO_TYPE_LOG_VIEW, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/mamuto/Mamuto/ui/mamuto-log-view.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoLogView, stack);
    gtk_widget_class_bind_template_child(widget_class, MamutoLogView, search);
    gtk_widget_class_bind_template_child(widget_class, MamutoLogView, hosts);
    gtk_widget_class_bind_template_child(widget_class, MamutoLogView, scroller);
    gtk_widget_class_bind_template_child(widget_class, MamutoLogView, list);
    gtk_widget_class_bind_template_child(widget_class, MamutoLogView, none);
    gtk_widget_class_bind_template_child(widget_class, MamutoLogView, count);
    gtk_widget_class_bind_template_callback(widget_class, on_filter);
    gtk_widget_class_bind_template_callback(widget_class, on_copy);
    gtk_widget_class_install_action(widget_class, "log.copy", NULL, copy_action);
    gtk_widget_class_add_binding_action(widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "log.copy",
                                        NULL);
}

static void
mamuto_log_view_init(MamutoLogView *self)
{
    g_autoptr(GtkListItemFactory) factory = gtk_signal_list_item_factory_new();
    GtkAdjustment *adjustment;

    gtk_widget_init_template(GTK_WIDGET(self));
    narrow_drop_down_init(self->hosts);
    stack_hide_others(self->stack);
    self->at_end = TRUE;
    self->model = mamuto_log_model_new(0);
    self->selection =
        GTK_SELECTION_MODEL(gtk_multi_selection_new(g_object_ref(G_LIST_MODEL(self->model))));
    g_signal_connect_object(factory, "setup", G_CALLBACK(on_setup), self, 0);
    g_signal_connect_object(factory, "bind", G_CALLBACK(on_bind), self, 0);
    gtk_list_view_set_factory(self->list, factory);
    gtk_list_view_set_model(self->list, self->selection);
    adjustment = gtk_scrolled_window_get_vadjustment(self->scroller);
    g_signal_connect_object(adjustment, "value-changed", G_CALLBACK(on_scrolled), self, 0);
    g_signal_connect_object(adjustment, "changed", G_CALLBACK(keep_end), self, G_CONNECT_SWAPPED);
    g_signal_connect_object(self->list, "map", G_CALLBACK(keep_end), self, G_CONNECT_SWAPPED);
    g_signal_connect_swapped(self->model, "changed", G_CALLBACK(update), self);
}

static void
on_log(MamutoRun *run, guint host, int slot, guint stream, const char *text, MamutoLogView *self)
{
    mamuto_log_model_add(self->model, host, stream, mamuto_run_get_elapsed(run), text);
}

/* Sets the width of the host column. The new factory makes the list create all rows again, with the
 * new width. */
static void
set_host_chars(MamutoLogView *self, guint n)
{
    g_autoptr(GtkListItemFactory) factory = NULL;

    if (self->host_chars == n)
        return;
    self->host_chars = n;
    factory = gtk_signal_list_item_factory_new();
    g_signal_connect_object(factory, "setup", G_CALLBACK(on_setup), self, 0);
    g_signal_connect_object(factory, "bind", G_CALLBACK(on_bind), self, 0);
    gtk_list_view_set_factory(self->list, factory);
}

static void
fill_hosts(MamutoLogView *self)
{
    g_autoptr(GtkStringList) names = gtk_string_list_new(NULL);
    guint n = self->run ? g_list_model_get_n_items(mamuto_run_get_hosts(self->run)) : 0;
    glong longest = 0;

    gtk_string_list_append(names, _("All Hosts"));
    for (guint i = 0; i < n; i++) {
        char *name = get_host_name(self, i);

        if (n > 1)
            longest = MAX(longest, g_utf8_strlen(name, -1));
        gtk_string_list_take(names, name);
    }
    set_host_chars(self, (guint)MIN(longest, MAX_HOST_CHARS));
    self->changing = TRUE;
    gtk_drop_down_set_model(self->hosts, G_LIST_MODEL(names));
    gtk_drop_down_set_selected(self->hosts, 0);
    gtk_editable_set_text(self->search, "");
    self->changing = FALSE;
    gtk_widget_set_visible(GTK_WIDGET(self->hosts), n > 1);
}

void
mamuto_log_view_set_run(MamutoLogView *self, MamutoRun *run)
{
    if (self->run == run)
        return;
    if (self->run)
        g_signal_handlers_disconnect_by_func(self->run, on_log, self);
    g_set_object(&self->run, run);
    mamuto_log_model_clear(self->model);
    self->at_end = TRUE;
    fill_hosts(self);
    on_filter(self);
    if (run)
        g_signal_connect_object(run, "log", G_CALLBACK(on_log), self, 0);
}

void
mamuto_log_view_show_host(MamutoLogView *self, guint host)
{
    gtk_editable_set_text(self->search, "");
    gtk_drop_down_set_selected(self->hosts, host + 1);
}

guint64
mamuto_log_view_get_n_lines(MamutoLogView *self)
{
    return mamuto_log_model_get_n_lines(self->model) + mamuto_log_model_get_n_dropped(self->model);
}
