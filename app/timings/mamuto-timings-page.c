/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The page as a whole: its actions, what of it is to be seen, and exports. */
#include "mamuto-timings-page.h"

#include <glib/gi18n.h>

#include "../compat/compat.h"
#include "../dialogs/tell.h"
#include "../widgets/stack-hide.h"
#include "share-picture.h"
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
    g_clear_pointer(&self->shared, g_ptr_array_unref);
    g_clear_object(&self->record);
    g_clear_object(&self->actions);
    g_clear_object(&self->runner);
    G_OBJECT_CLASS(mamuto_timings_page_parent_class)->dispose(object);
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
    if (!GPOINTER_TO_INT(number)) {
        gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_MIDDLE);
        gtk_label_set_width_chars(GTK_LABEL(label), 12);
    }
    gtk_widget_add_css_class(label, "numeric");
    gtk_list_item_set_child(item, label);
}

/* A date and a time are seen whole: the table scrolls in a narrow window. */
#define WIDEST_WHOLE_CELL 17

static void
on_bind(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer format)
{
    g_autofree char *text = ((TimingsFormat)format)(gtk_list_item_get_item(item));
    GtkLabel *label = GTK_LABEL(gtk_list_item_get_child(item));

    gtk_label_set_label(label, text);
    gtk_label_set_width_chars(label, (int)MIN(g_utf8_strlen(text, -1), WIDEST_WHOLE_CELL));
}

/* The title of the last column stands above its numbers: the toolkit has it at the start, and no
 * way to tell it. */
static void
align_title(GtkColumnView *view)
{
    GtkWidget *header = gtk_widget_get_first_child(GTK_WIDGET(view));
    GtkWidget *title = header ? gtk_widget_get_last_child(header) : NULL;
    GtkWidget *box = title ? gtk_widget_get_first_child(title) : NULL;

    if (GTK_IS_BOX(box))
        gtk_widget_set_halign(box, GTK_ALIGN_END);
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
    if (number)
        align_title(view);
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
tell_saved(MamutoTimingsPage *self, GFile *file)
{
    g_autofree char *name = g_file_get_basename(file);
    g_autofree char *shown = g_filename_display_name(name);
    /* Translators: the name of a file */
    g_autofree char *text = g_strdup_printf(_("%s saved"), shown);

    tell(GTK_WIDGET(self), text);
}

/* A name without an ending gets the one that was chosen in the menu. */
static char *
make_path(MamutoTimingsPage *self, GFile *file, GError **error)
{
    g_autofree char *path = g_file_get_path(file);
    g_autofree char *named = NULL;

    if (!path) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                            _("Choose a folder of this computer."));
        return NULL;
    }
    if (g_str_has_suffix(path, self->export_ending))
        return g_steal_pointer(&path);
    named = g_strconcat(path, self->export_ending, NULL);
    if (!g_file_test(named, G_FILE_TEST_EXISTS)) /* nobody was asked about that one */
        return g_steal_pointer(&named);
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                /* Translators: %s is a file */
                _("%s exists; give the whole name to replace it."), named);
    return NULL;
}

static gboolean
save_runs(MamutoTimingsPage *self, const char *path, GError **error)
{
    g_autoptr(GPtrArray) runs = timings_choose_runs(self);
    g_autofree char *text =
        g_str_has_suffix(path, ".csv") ? run_list_to_csv(runs) : run_list_to_json(runs);

    return g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0666, error);
}

static void
on_export_file(GFile *file, gpointer data)
{
    MamutoTimingsPage *self = data;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = make_path(self, file, &error);
    g_autoptr(GFile) saved = path ? g_file_new_for_path(path) : NULL;

    if (path && self->export_what == EXPORT_CHART)
        mamuto_chart_save(MAMUTO_CHART(gtk_stack_get_visible_child(self->charts)), path, &error);
    else if (path && self->export_what == EXPORT_RUNS)
        save_runs(self, path, &error);
    else if (path && self->export_what == EXPORT_SHARES)
        share_picture_save(GTK_WIDGET(self), self->shared, path, &error);
    else if (path && self->timings)
        mamuto_timings_save(self->timings, path, &error);
    if (error)
        tell_error(GTK_WIDGET(self), _("Could Not Be Saved"), error);
    else
        tell_saved(self, saved);
}

/* @ending: ".csv". */
static void
export_as(MamutoTimingsPage *self, TimingsExport what, const char *ending)
{
    static const char *const stems[] = {NULL, "comparison", "runs", "cores"};
    const char *titles[] = {_("Save Chart"), _("Save Comparison"), _("Save Runs"), _("Save Chart")};
    g_autofree char *pattern = g_strconcat("*", ending, NULL);
    g_autofree char *upper = g_ascii_strup(ending + 1, -1);
    g_autofree char *name =
        g_strconcat(what == EXPORT_CHART ? get_chart_name(self) : stems[what], ending, NULL);
    const char *const patterns[] = {pattern, NULL};
    const CompatFileChoice choice = {
        .title = titles[what], .filter_name = upper, .patterns = patterns, .name = name};

    self->export_what = what;
    self->export_ending = ending;
    compat_save_file(GTK_WIDGET(self), &choice, on_export_file, self);
}

/* ---- actions ---- */

static const struct {
    const char *action;
    TimingsExport what;
    const char *ending;
} exports[] = {
    {"export-svg", EXPORT_CHART, ".svg"},       {"export-png", EXPORT_CHART, ".png"},
    {"export-csv", EXPORT_TIMINGS, ".csv"},     {"export-json", EXPORT_TIMINGS, ".json"},
    {"export-runs-csv", EXPORT_RUNS, ".csv"},   {"export-runs-json", EXPORT_RUNS, ".json"},
    {"export-bars-svg", EXPORT_SHARES, ".svg"}, {"export-bars-png", EXPORT_SHARES, ".png"},
};

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
    else
        for (guint i = 0; i < G_N_ELEMENTS(exports); i++)
            if (g_str_equal(name, exports[i].action))
                export_as(self, exports[i].what, exports[i].ending);
}

static void
make_actions(MamutoTimingsPage *self)
{
    static const char *const names[] = {"compare", "stop", "compare-runs", "delete"};
    GSimpleActionGroup *group = g_simple_action_group_new();

    for (guint i = 0; i < G_N_ELEMENTS(names) + G_N_ELEMENTS(exports); i++) {
        g_autoptr(GSimpleAction) action = g_simple_action_new(
            i < G_N_ELEMENTS(names) ? names[i] : exports[i - G_N_ELEMENTS(names)].action, NULL);

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

/* The window goes: a comparison ends with it, and what it measured is kept. */
static void
mamuto_timings_page_unroot(GtkWidget *widget)
{
    g_cancellable_cancel(MAMUTO_TIMINGS_PAGE(widget)->cancellable);
    GTK_WIDGET_CLASS(mamuto_timings_page_parent_class)->unroot(widget);
}

static void
mamuto_timings_page_class_init(MamutoTimingsPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_timings_page_dispose;
    widget_class->unroot = mamuto_timings_page_unroot;
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
    self->runs = g_list_store_new(MAMUTO_TYPE_KEPT_RUN);
    self->shared = g_ptr_array_new_with_free_func(g_object_unref);
    make_actions(self);
    make_charts(self);
    timings_make_table(self);
    timings_make_runs(self);
    stack_hide_others(self->charts);
    stack_hide_others(GTK_STACK(self->chart_or_table));
    g_signal_connect(self->table_button, "toggled", G_CALLBACK(on_table_toggled), self);
    timings_load_last(self);
    timings_load_runs(self);
    timings_update_visible(self);
}

GtkWidget *
mamuto_timings_page_new(MamutoRunner *runner)
{
    MamutoTimingsPage *self = g_object_new(MAMUTO_TYPE_TIMINGS_PAGE, NULL);

    self->runner = g_object_ref(runner);
    g_signal_connect_object(runner, "notify::run", G_CALLBACK(timings_follow_run), self,
                            G_CONNECT_SWAPPED);
    timings_follow_run(self);
    return GTK_WIDGET(self);
}
