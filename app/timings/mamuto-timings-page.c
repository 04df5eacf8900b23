/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The page as a whole: its actions, what of it is to be seen, and exports. */
#include "mamuto-timings-page.h"

#include <glib/gi18n.h>

#include "../compat/compat.h"
#include "../window/mamuto-window.h"
#include "timings-page-private.h"

G_DEFINE_FINAL_TYPE(MamutoTimingsPage, mamuto_timings_page, ADW_TYPE_BIN)

static void
mamuto_timings_page_dispose(GObject *object)
{
    MamutoTimingsPage *self = MAMUTO_TIMINGS_PAGE(object);

    if (self->cancellable)
        g_cancellable_cancel(self->cancellable);
    g_clear_object(&self->cancellable);
    g_clear_object(&self->comparison);
    g_clear_object(&self->timings);
    g_clear_object(&self->table);
    g_clear_object(&self->runs);
    g_clear_object(&self->run);
    g_clear_object(&self->actions);
    g_clear_object(&self->workspace);
    G_OBJECT_CLASS(mamuto_timings_page_parent_class)->dispose(object);
}

void
timings_toast(MamutoTimingsPage *self, const char *message)
{
    GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(self));

    if (MAMUTO_IS_WINDOW(root))
        mamuto_window_toast(MAMUTO_WINDOW(root), message);
}

void
timings_enable(MamutoTimingsPage *self, const char *action, gboolean enabled)
{
    g_simple_action_set_enabled(
        G_SIMPLE_ACTION(g_action_map_lookup_action(G_ACTION_MAP(self->actions), action)), enabled);
}

void
timings_update_visible(MamutoTimingsPage *self)
{
    gboolean comparing = self->comparison != NULL;
    gboolean has_timings = self->timings && mamuto_timings_get_n_measurements(self->timings) > 0;
    gboolean has_runs = g_list_model_get_n_items(G_LIST_MODEL(self->runs)) > 0;

    gtk_widget_set_visible(self->progress_box, comparing);
    gtk_widget_set_visible(self->comparison_box, has_timings);
    gtk_widget_set_visible(self->runs_box, has_runs);
    gtk_widget_set_visible(self->empty, !has_timings && !has_runs && !comparing);
    gtk_widget_set_sensitive(self->table_button, has_timings);
    gtk_widget_set_sensitive(self->export_button, has_timings);
    timings_enable(self, "compare", !comparing);
    timings_enable(self, "stop", comparing);
}

/* ---- tables ---- */

static void
on_setup(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer number)
{
    GtkWidget *label = gtk_label_new(NULL);

    gtk_label_set_xalign(GTK_LABEL(label), GPOINTER_TO_INT(number) ? 1 : 0);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_MIDDLE);
    gtk_list_item_set_child(item, label);
}

static void
on_bind(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer format)
{
    g_autofree char *text = ((TimingsFormat)format)(gtk_list_item_get_item(item));

    gtk_label_set_label(GTK_LABEL(gtk_list_item_get_child(item)), text);
}

void
timings_add_column(GtkColumnView *view, const char *title, TimingsFormat format, gboolean number)
{
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
    GtkColumnViewColumn *column;

    g_signal_connect(factory, "setup", G_CALLBACK(on_setup), GINT_TO_POINTER(number));
    g_signal_connect(factory, "bind", G_CALLBACK(on_bind), (gpointer)format);
    column = gtk_column_view_column_new(title, factory);
    gtk_column_view_column_set_expand(column, TRUE);
    gtk_column_view_column_set_resizable(column, TRUE);
    gtk_column_view_append_column(view, column);
    g_object_unref(column);
}

/* ---- exports ---- */

static const char *
get_chart_name(MamutoTimingsPage *self)
{
    const char *name = gtk_stack_get_visible_child_name(self->charts);

    return name ? name : "time";
}

static void
tell_saved(MamutoTimingsPage *self, GFile *file, GError *error)
{
    g_autofree char *name = g_file_get_basename(file);
    g_autofree char *shown = g_filename_display_name(name);
    /* Translators: the name of a file */
    g_autofree char *text =
        error ? g_strdup(error->message) : g_strdup_printf(_("%s saved"), shown);

    timings_toast(self, text);
}

static void
save_chart(GFile *file, gpointer data)
{
    MamutoTimingsPage *self = data;
    g_autofree char *path = g_file_get_path(file);
    g_autoptr(GError) error = NULL;

    mamuto_chart_save(MAMUTO_CHART(gtk_stack_get_visible_child(self->charts)), path, &error);
    tell_saved(self, file, error);
}

static void
save_timings(GFile *file, gpointer data)
{
    MamutoTimingsPage *self = data;
    g_autofree char *path = g_file_get_path(file);
    g_autoptr(GError) error = NULL;

    if (!self->timings)
        return;
    mamuto_timings_save(self->timings, path, &error);
    tell_saved(self, file, error);
}

static void export(MamutoTimingsPage *self, const char *title, const char *kind,
                   CompatFileFunc func)
{
    g_autofree char *pattern = g_strconcat("*.", kind, NULL);
    g_autofree char *upper = g_ascii_strup(kind, -1);
    const char *stem = func == save_chart ? get_chart_name(self) : "comparison";
    g_autofree char *name = g_strconcat(stem, ".", kind, NULL);
    const char *const patterns[] = {pattern, NULL};
    const CompatFileChoice choice = {
        .title = title, .filter_name = upper, .patterns = patterns, .name = name};

    compat_save_file(GTK_WIDGET(self), &choice, func, self);
}

/* ---- actions ---- */

static void
on_action(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    MamutoTimingsPage *self = data;
    const char *name = g_action_get_name(G_ACTION(action));

    if (g_str_equal(name, "compare"))
        timings_compare(self);
    else if (g_str_equal(name, "stop"))
        g_cancellable_cancel(self->cancellable);
    else if (g_str_equal(name, "compare-runs"))
        timings_update_shares(self, TRUE);
    else if (g_str_equal(name, "delete"))
        timings_delete_runs(self);
    else if (g_str_equal(name, "export-svg"))
        export(self, _("Save Chart"), "svg", save_chart);
    else if (g_str_equal(name, "export-png"))
        export(self, _("Save Chart"), "png", save_chart);
    else if (g_str_equal(name, "export-csv"))
        export(self, _("Save Comparison"), "csv", save_timings);
    else
        export(self, _("Save Comparison"), "json", save_timings);
}

static void
make_actions(MamutoTimingsPage *self)
{
    static const char *const names[] = {"compare",    "stop",       "compare-runs", "delete",
                                        "export-svg", "export-png", "export-csv",   "export-json"};
    GSimpleActionGroup *group = g_simple_action_group_new();

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GSimpleAction) action = g_simple_action_new(names[i], NULL);

        g_signal_connect_object(action, "activate", G_CALLBACK(on_action), self, 0);
        g_action_map_add_action(G_ACTION_MAP(group), G_ACTION(action));
    }
    self->actions = G_ACTION_GROUP(group);
    gtk_widget_insert_action_group(GTK_WIDGET(self), "timings", self->actions);
}

static void
make_charts(MamutoTimingsPage *self)
{
    static const char *const names[N_CHARTS] = {"time", "speed-up", "efficiency"};
    static const char *const titles[N_CHARTS] = {N_("Time"), N_("Speed-up"), N_("Efficiency")};

    for (TimingsChart which = 0; which < N_CHARTS; which++) {
        self->chart[which] = timings_chart_new(which);
        gtk_widget_set_size_request(GTK_WIDGET(self->chart[which]), -1, 300);
        gtk_stack_add_titled(self->charts, GTK_WIDGET(self->chart[which]), names[which],
                             _(titles[which]));
    }
}

static void
on_table_toggled(GtkToggleButton *button, MamutoTimingsPage *self)
{
    gboolean table = gtk_toggle_button_get_active(button);

    gtk_stack_set_visible_child_name(GTK_STACK(self->chart_or_table), table ? "table" : "chart");
    gtk_widget_set_visible(self->switcher, !table);
}

static void
mamuto_timings_page_class_init(MamutoTimingsPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_timings_page_dispose;
    gtk_widget_class_set_template_from_resource(
        widget_class, "/io/github/mamuto/Mamuto/ui/mamuto-timings-page.ui");
#define BIND(name) gtk_widget_class_bind_template_child(widget_class, MamutoTimingsPage, name)
    BIND(compare_button);
    BIND(budget);
    BIND(table_button);
    BIND(export_button);
    BIND(progress_box);
    BIND(progress);
    BIND(state);
    BIND(empty);
    BIND(comparison_box);
    BIND(runs_box);
    BIND(summary);
    BIND(notes);
    BIND(switcher);
    BIND(chart_or_table);
    BIND(table_holder);
    BIND(runs_holder);
    BIND(shares);
    BIND(charts);
#undef BIND
}

static void
mamuto_timings_page_init(MamutoTimingsPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    self->runs = run_list_load();
    make_actions(self);
    make_charts(self);
    timings_make_table(self);
    timings_make_runs(self);
    g_signal_connect(self->table_button, "toggled", G_CALLBACK(on_table_toggled), self);
    timings_load_last(self);
    timings_update_visible(self);
}

GtkWidget *
mamuto_timings_page_new(MamutoWorkspace *workspace)
{
    MamutoTimingsPage *self = g_object_new(MAMUTO_TYPE_TIMINGS_PAGE, NULL);

    self->workspace = g_object_ref(workspace);
    g_signal_connect_object(workspace, "notify::run", G_CALLBACK(timings_follow_run), self,
                            G_CONNECT_SWAPPED);
    timings_follow_run(self);
    return GTK_WIDGET(self);
}
