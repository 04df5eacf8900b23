/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-runs-view.h. */
#include "mamuto-runs-view.h"

#include <glib/gi18n.h>

#include "../compat/compat.h"
#include "../dialogs/tell.h"
#include "../save/save-export.h"
#include "run-list.h"
#include "run-shares.h"
#include "share-picture.h"
#include "timings-column.h"

struct _MamutoRunsView {
    AdwBin parent_instance;
    MamutoRunner *runner;
    GtkWidget *box, *list_holder;
    GtkWidget *shares; /* made by run_shares_new() */
    GActionMap *actions;

    GListStore *kept;        /* of MamutoKeptRun, newest first */
    GPtrArray *shown;        /* of MamutoKeptRun: the one or two runs in @shares */
    MamutoRunRecord *record; /* (nullable): the latest run; added to the list when it ends */
    gboolean empty;
    guint load_source;
    GCancellable *cancellable; /* cancels loading the kept runs */
};

enum { PROP_0, PROP_EMPTY, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE(MamutoRunsView, mamuto_runs_view, ADW_TYPE_BIN)

static void
enable(MamutoRunsView *self, const char *action, gboolean enabled)
{
    g_simple_action_set_enabled(G_SIMPLE_ACTION(g_action_map_lookup_action(self->actions, action)),
                                enabled);
}

static void
update_empty(MamutoRunsView *self)
{
    gboolean empty = g_list_model_get_n_items(G_LIST_MODEL(self->kept)) == 0;

    gtk_widget_set_visible(GTK_WIDGET(self), !empty);
    if (self->empty == empty)
        return;
    self->empty = empty;
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_EMPTY]);
}

/* ---- ticks ---- */

/* Returns the ticked runs in the order of the list. (transfer full) (element-type
 * MamutoKeptRun). */
static GPtrArray *
find_ticked(MamutoRunsView *self)
{
    GListModel *model = G_LIST_MODEL(self->kept);
    GPtrArray *ticked = g_ptr_array_new_with_free_func(g_object_unref);

    for (guint i = 0; i < g_list_model_get_n_items(model); i++) {
        MamutoKeptRun *kept = g_list_model_get_item(model, i);

        if (mamuto_kept_run_get_ticked(kept))
            g_ptr_array_add(ticked, kept);
        else
            g_object_unref(kept);
    }
    return ticked;
}

/* Shows how the cores spent their time in one run. This is the ticked run if exactly one run is
 * ticked, otherwise the newest run. If @both is TRUE and two runs are ticked, shows these two. */
static void
update_shares(MamutoRunsView *self, gboolean both)
{
    g_autoptr(GPtrArray) ticked = find_ticked(self);
    GtkWidget *old = self->shares;

    g_ptr_array_set_size(self->shown, 0);
    if (ticked->len == 1 || (both && ticked->len == 2)) {
        g_ptr_array_extend_and_steal(self->shown, g_steal_pointer(&ticked));
    } else if (g_list_model_get_n_items(G_LIST_MODEL(self->kept)) > 0) {
        g_ptr_array_add(self->shown, g_list_model_get_item(G_LIST_MODEL(self->kept), 0));
    }
    /* The new box must be filled before it is inserted. If GTK measures an empty box, GTK assumes
     * from then on that the box's height does not depend on its width. */
    self->shares = run_shares_new(self->shown);
    gtk_box_insert_child_after(GTK_BOX(self->box), self->shares, old);
    gtk_box_remove(GTK_BOX(self->box), old);
}

static void
on_ticked(MamutoRunsView *self)
{
    g_autoptr(GPtrArray) ticked = find_ticked(self);

    enable(self, "delete", ticked->len > 0);
    enable(self, "compare", ticked->len == 2);
    update_shares(self, FALSE);
}

static void
watch(MamutoRunsView *self, MamutoKeptRun *kept)
{
    g_signal_connect_object(kept, "notify::ticked", G_CALLBACK(on_ticked), self, G_CONNECT_SWAPPED);
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
    MamutoKeptRun *kept = gtk_list_item_get_item(item);
    GtkWidget *check = gtk_list_item_get_child(item);
    g_autofree char *job = mamuto_kept_run_format_job(kept);
    g_autofree char *date = mamuto_kept_run_format_date(kept);
    /* Translators: a run: its job, then its date and time */
    g_autofree char *name = g_strdup_printf(C_("run", "%s, %s"), job, date);

    gtk_accessible_update_property(GTK_ACCESSIBLE(check), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    g_object_set_data_full(
        G_OBJECT(check), "binding",
        g_object_ref(g_object_bind_property(kept, "ticked", check, "active",
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

static void
make_list(MamutoRunsView *self)
{
    GtkWidget *view = gtk_column_view_new(
        GTK_SELECTION_MODEL(gtk_no_selection_new(g_object_ref(G_LIST_MODEL(self->kept)))));
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
    GtkColumnViewColumn *column;

    g_signal_connect(factory, "setup", G_CALLBACK(on_tick_setup), NULL);
    g_signal_connect(factory, "bind", G_CALLBACK(on_tick_bind), NULL);
    g_signal_connect(factory, "unbind", G_CALLBACK(on_tick_unbind), NULL);
    column = gtk_column_view_column_new(NULL, factory);
    gtk_column_view_append_column(GTK_COLUMN_VIEW(view), column);
    g_object_unref(column);
    timings_column_add(GTK_COLUMN_VIEW(view), _("Date"), (TimingsFormat)mamuto_kept_run_format_date,
                       FALSE);
    timings_column_add(GTK_COLUMN_VIEW(view), _("Job"), (TimingsFormat)mamuto_kept_run_format_job,
                       FALSE);
    timings_column_add(GTK_COLUMN_VIEW(view), _("Cluster"),
                       (TimingsFormat)mamuto_kept_run_format_cluster, FALSE);
    timings_column_add(GTK_COLUMN_VIEW(view), _("Rows"), (TimingsFormat)mamuto_kept_run_format_rows,
                       TRUE);
    timings_column_add(GTK_COLUMN_VIEW(view), _("Time"), (TimingsFormat)mamuto_kept_run_format_wall,
                       TRUE);
    gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Runs"),
                                   -1);
    compat_name_lists(view, _("Runs"));
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(self->list_holder), view);
    /* update the legend when the theme changes, because its markup contains colours of the theme */
    g_signal_connect_object(adw_style_manager_get_default(), "notify::dark", G_CALLBACK(on_ticked),
                            self, G_CONNECT_SWAPPED);
    on_ticked(self);
}

static void
on_loaded(GObject *source, GAsyncResult *result, gpointer data)
{
    MamutoRunsView *self = data;
    guint n;

    /* a cancelled load may end after self was freed, so self must not be used */
    if (g_cancellable_is_cancelled(g_task_get_cancellable(G_TASK(result))))
        return;
    n = g_list_model_get_n_items(G_LIST_MODEL(self->kept));
    run_list_load_finish(self->kept, result);
    for (; n < g_list_model_get_n_items(G_LIST_MODEL(self->kept)); n++) {
        g_autoptr(MamutoKeptRun) kept = g_list_model_get_item(G_LIST_MODEL(self->kept), n);

        watch(self, kept);
    }
    on_ticked(self);
    update_empty(self);
}

static gboolean
start_loading(gpointer data)
{
    MamutoRunsView *self = data;

    self->load_source = 0;
    run_list_load_async(self->cancellable, on_loaded, self);
    return G_SOURCE_REMOVE;
}

static void
load(MamutoRunsView *self)
{
    /* low priority, so that the window is painted before the files are read */
    self->load_source = g_idle_add_full(G_PRIORITY_LOW, start_loading, self, NULL);
}

/* Returns the ticked runs, or all runs if no run is ticked; (transfer full) (element-type
 * MamutoKeptRun). */
static GPtrArray *
choose_runs(MamutoRunsView *self)
{
    g_autoptr(GPtrArray) ticked = find_ticked(self);
    GListModel *model = G_LIST_MODEL(self->kept);

    for (guint i = 0; ticked->len == i && i < g_list_model_get_n_items(model); i++)
        g_ptr_array_add(ticked, g_list_model_get_item(model, i));
    return g_steal_pointer(&ticked);
}

/* ---- deleting ---- */

typedef struct {
    MamutoRunsView *self;
    GPtrArray *runs;
    gboolean undone;
} Deleted;

static void
on_undo(AdwToast *toast, Deleted *deleted)
{
    g_autoptr(GError) error = NULL;

    deleted->undone = TRUE;
    for (guint i = 0; i < deleted->runs->len; i++)
        run_list_restore(deleted->self->kept, g_ptr_array_index(deleted->runs, i),
                         error ? NULL : &error);
    if (error)
        tell_error(GTK_WIDGET(deleted->self), _("The Timings Could Not Be Saved"), error);
    on_ticked(deleted->self);
    update_empty(deleted->self);
}

/* Called when the toast has disappeared. Deletes the files of the removed runs unless the user has
 * clicked Undo. */
static void
deleted_free(gpointer data, GClosure *closure)
{
    Deleted *deleted = data;
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < deleted->runs->len && !deleted->undone; i++)
        run_list_forget(g_ptr_array_index(deleted->runs, i), error ? NULL : &error);
    if (error) /* not shown if the program is ending; the next start of the program tries again */
        tell_error(GTK_WIDGET(deleted->self), _("The Run Could Not Be Deleted"), error);
    g_ptr_array_unref(deleted->runs);
    g_object_unref(deleted->self);
    g_free(deleted);
}

/* Removes the ticked runs from the list, or all runs if no run is ticked. Returns the removed runs;
 * (transfer full) (element-type MamutoKeptRun). */
static GPtrArray *
remove_runs(MamutoRunsView *self)
{
    g_autoptr(GPtrArray) runs = choose_runs(self);
    g_autoptr(GPtrArray) removed = g_ptr_array_new_with_free_func(g_object_unref);
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < runs->len; i++)
        if (run_list_remove(self->kept, g_ptr_array_index(runs, i), error ? NULL : &error))
            g_ptr_array_add(removed, g_object_ref(g_ptr_array_index(runs, i)));
    if (error)
        tell_error(GTK_WIDGET(self), _("The Run Could Not Be Deleted"), error);
    return g_steal_pointer(&removed);
}

static void
delete_runs(MamutoRunsView *self)
{
    GtkWidget *overlay = gtk_widget_get_ancestor(GTK_WIDGET(self), ADW_TYPE_TOAST_OVERLAY);
    g_autoptr(GPtrArray) removed = remove_runs(self);
    g_autofree char *title = NULL;
    Deleted *deleted;
    AdwToast *toast;

    if (removed->len == 0)
        return;
    deleted = g_new0(Deleted, 1);
    deleted->self = g_object_ref(self);
    deleted->runs = g_steal_pointer(&removed);
    title = g_strdup_printf(ngettext("%u run deleted", "%u runs deleted", deleted->runs->len),
                            deleted->runs->len);
    toast = adw_toast_new(title);
    adw_toast_set_button_label(toast, _("_Undo"));
    g_signal_connect_data(toast, "button-clicked", G_CALLBACK(on_undo), deleted, deleted_free, 0);
    adw_toast_overlay_add_toast(ADW_TOAST_OVERLAY(overlay), toast);
    on_ticked(self);
    update_empty(self);
}

/* ---- new runs ---- */

static void
tell_unsaved(MamutoRunsView *self, const GError *error)
{
    /* Translators: %s is the cause */
    g_autofree char *text =
        g_strdup_printf(_("The timings of the run could not be saved: %s"), error->message);

    tell(GTK_WIDGET(self), text);
}

static void
on_run_state(MamutoRunsView *self)
{
    MamutoRun *run = mamuto_run_record_get_run(self->record);

    if (mamuto_run_record_is_active(self->record))
        return;
    if (run && mamuto_run_get_state(run) != MAMUTO_RUN_RUNNING) {
        g_autoptr(GError) error = NULL;

        watch(self,
              run_list_add(self->kept, run, mamuto_run_record_get_title(self->record), &error));
        if (error)
            tell_unsaved(self, error);
        on_ticked(self);
        update_empty(self);
    }
    g_signal_handlers_disconnect_by_func(self->record, on_run_state, self);
}

static void
on_run(MamutoRunsView *self)
{
    MamutoRunRecord *record = mamuto_runner_get_run(self->runner);

    if (!g_set_object(&self->record, record) || !record)
        return;
    g_signal_connect_object(record, "notify::state", G_CALLBACK(on_run_state), self,
                            G_CONNECT_SWAPPED);
    on_run_state(self);
}

/* ---- exports ---- */

static gboolean
save_runs(GtkWidget *widget, const char *path, GError **error)
{
    g_autoptr(GPtrArray) runs = choose_runs(MAMUTO_RUNS_VIEW(widget));
    g_autofree char *text =
        g_str_has_suffix(path, ".csv") ? run_list_to_csv(runs) : run_list_to_json(runs);

    return mamuto_file_save(path, text, -1, error);
}

static gboolean
save_shares(GtkWidget *widget, const char *path, GError **error)
{
    return share_picture_save(widget, MAMUTO_RUNS_VIEW(widget)->shown, path, error);
}

static void
export_runs(MamutoRunsView *self, const char *suffix)
{
    save_export(GTK_WIDGET(self), &(SaveExport){_("Save Runs"), "runs", suffix, save_runs});
}

static void
export_shares(MamutoRunsView *self, const char *suffix)
{
    save_export(GTK_WIDGET(self), &(SaveExport){_("Save Chart"), "cores", suffix, save_shares});
}

/* ---- the widget ---- */

static void
on_action(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    MamutoRunsView *self = data;
    const char *name = g_action_get_name(G_ACTION(action));

    if (g_str_equal(name, "compare"))
        update_shares(self, TRUE);
    else if (g_str_equal(name, "delete"))
        delete_runs(self);
    else if (g_str_equal(name, "export-csv"))
        export_runs(self, ".csv");
    else if (g_str_equal(name, "export-json"))
        export_runs(self, ".json");
    else if (g_str_equal(name, "export-svg"))
        export_shares(self, ".svg");
    else if (g_str_equal(name, "export-png"))
        export_shares(self, ".png");
}

static void
make_actions(MamutoRunsView *self)
{
    static const char *const names[] = {"compare",     "delete",     "export-csv",
                                        "export-json", "export-svg", "export-png"};
    GSimpleActionGroup *group = g_simple_action_group_new();

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GSimpleAction) action = g_simple_action_new(names[i], NULL);

        g_signal_connect_object(action, "activate", G_CALLBACK(on_action), self, 0);
        g_action_map_add_action(G_ACTION_MAP(group), G_ACTION(action));
    }
    self->actions = G_ACTION_MAP(group);
    gtk_widget_insert_action_group(GTK_WIDGET(self), "runs", G_ACTION_GROUP(group));
}

static void
mamuto_runs_view_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    g_value_set_boolean(value, MAMUTO_RUNS_VIEW(object)->empty);
}

static void
mamuto_runs_view_dispose(GObject *object)
{
    MamutoRunsView *self = MAMUTO_RUNS_VIEW(object);

    g_clear_handle_id(&self->load_source, g_source_remove);
    g_cancellable_cancel(self->cancellable);
    g_clear_object(&self->cancellable);
    g_clear_object(&self->kept);
    g_clear_pointer(&self->shown, g_ptr_array_unref);
    g_clear_object(&self->record);
    g_clear_object(&self->actions);
    g_clear_object(&self->runner);
    G_OBJECT_CLASS(mamuto_runs_view_parent_class)->dispose(object);
}

static void
mamuto_runs_view_class_init(MamutoRunsViewClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    object_class->dispose = mamuto_runs_view_dispose;
    object_class->get_property = mamuto_runs_view_get_property;
    properties[PROP_EMPTY] =
        g_param_spec_boolean("empty", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(object_class, N_PROPS, properties);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/mamuto/Mamuto/ui/mamuto-runs-view.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoRunsView, box);
    gtk_widget_class_bind_template_child(widget_class, MamutoRunsView, shares);
    gtk_widget_class_bind_template_child(widget_class, MamutoRunsView, list_holder);
}

static void
mamuto_runs_view_init(MamutoRunsView *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    self->empty = TRUE;
    self->cancellable = g_cancellable_new();
    self->kept = g_list_store_new(MAMUTO_TYPE_KEPT_RUN);
    self->shown = g_ptr_array_new_with_free_func(g_object_unref);
    make_actions(self);
    make_list(self);
    update_empty(self);
    load(self);
}

void
mamuto_runs_view_set_runner(MamutoRunsView *self, MamutoRunner *runner)
{
    g_set_object(&self->runner, runner);
    g_signal_connect_object(runner, "notify::run", G_CALLBACK(on_run), self, G_CONNECT_SWAPPED);
    on_run(self);
}

gboolean
mamuto_runs_view_get_empty(MamutoRunsView *self)
{
    return self->empty;
}
