/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See run-list.h. */
#include "run-list.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "app-data.h"
#include "app-text.h"

/* Number of runs to keep. The files of older runs are deleted. */
#define MAX_RUNS 500

struct _MamutoKeptRun {
    GObject parent_instance;
    MamutoReport *report;
    char *path;
    gboolean ticked;
};

G_DEFINE_FINAL_TYPE(MamutoKeptRun, mamuto_kept_run, G_TYPE_OBJECT)

enum { PROP_0, PROP_TICKED, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void
mamuto_kept_run_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    g_value_set_boolean(value, MAMUTO_KEPT_RUN(object)->ticked);
}

static void
mamuto_kept_run_set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
    MamutoKeptRun *self = MAMUTO_KEPT_RUN(object);

    if (self->ticked == g_value_get_boolean(value))
        return;
    self->ticked = g_value_get_boolean(value);
    g_object_notify_by_pspec(object, properties[PROP_TICKED]);
}

static void
mamuto_kept_run_finalize(GObject *object)
{
    MamutoKeptRun *self = MAMUTO_KEPT_RUN(object);

    g_clear_object(&self->report);
    g_free(self->path);
    G_OBJECT_CLASS(mamuto_kept_run_parent_class)->finalize(object);
}

static void
mamuto_kept_run_class_init(MamutoKeptRunClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);

    object_class->finalize = mamuto_kept_run_finalize;
    object_class->get_property = mamuto_kept_run_get_property;
    object_class->set_property = mamuto_kept_run_set_property;
    properties[PROP_TICKED] =
        g_param_spec_boolean("ticked", NULL, NULL, FALSE,
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(object_class, N_PROPS, properties);
}

static void
mamuto_kept_run_init(MamutoKeptRun *self)
{
}

MamutoReport *
mamuto_kept_run_get_report(MamutoKeptRun *self)
{
    return self->report;
}

gboolean
mamuto_kept_run_get_ticked(MamutoKeptRun *self)
{
    return self->ticked;
}

char *
mamuto_kept_run_format_date(MamutoKeptRun *self)
{
    g_autoptr(GDateTime) local = g_date_time_to_local(mamuto_report_get_created(self->report));

    /* Translators: a date and a time in the format of strftime: 2026-11-23 14:02 */
    return g_date_time_format(local, _("%Y-%m-%d %H:%M"));
}

char *
mamuto_kept_run_format_job(MamutoKeptRun *self)
{
    const char *name = mamuto_report_get_job_name(self->report);

    return name ? g_strdup(name) : g_path_get_basename(mamuto_report_get_function(self->report));
}

char *
mamuto_kept_run_format_cluster(MamutoKeptRun *self)
{
    guint n = mamuto_report_get_n_hosts(self->report);
    guint cores = mamuto_report_get_n_cores(self->report, -1);
    g_autofree char *hosts = n == 1 ? g_strdup(mamuto_report_get_host_name(self->report, 0))
                                    : g_strdup_printf(ngettext("%u host", "%u hosts", n), n);
    g_autofree char *text = g_strdup_printf(ngettext("%u core", "%u cores", cores), cores);

    return g_strdup_printf("%s · %s", hosts, text);
}

char *
mamuto_kept_run_format_rows(MamutoKeptRun *self)
{
    return app_text_count(mamuto_report_get_n_rows(self->report));
}

char *
mamuto_kept_run_format_wall(MamutoKeptRun *self)
{
    g_autofree char *seconds = app_text_seconds(mamuto_report_get_wall(self->report));

    switch (mamuto_report_get_state(self->report)) {
    case MAMUTO_RUN_CANCELLED:
        /* Translators: seconds until a run was stopped */
        return g_strdup_printf(_("%s, stopped"), seconds);
    case MAMUTO_RUN_FAILED:
        /* Translators: seconds until a run failed */
        return g_strdup_printf(_("%s, failed"), seconds);
    default:
        return g_steal_pointer(&seconds);
    }
}

char *
mamuto_kept_run_format_title(MamutoKeptRun *self)
{
    g_autofree char *run = mamuto_kept_run_format_job(self);
    g_autofree char *date = mamuto_kept_run_format_date(self);
    g_autofree char *wall = mamuto_kept_run_format_wall(self);

    return g_strdup_printf("%s · %s · %s", run, date, wall);
}

static char *
make_folder(void)
{
    g_autofree char *data = app_data_make_data_folder();
    char *folder = g_build_filename(data, "runs", NULL);

    g_mkdir_with_parents(folder, 0700);
    return folder;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(*(const char *const *)b, *(const char *const *)a);
}

/* Loads the reports of the stored runs, newest first. File names begin with the time of the run, so
 * sorting by name sorts by time. */
static void
load_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(g_object_unref);
    g_autofree char *folder = make_folder();
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        if (!g_str_has_suffix(name, ".json"))
            continue;
        /* delete a report whose name begins with ".": run_list_remove() has renamed it in an
         * earlier session */
        if (name[0] == '.')
            g_unlink(path);
        else
            g_ptr_array_add(names, g_strdup(name));
    }
    g_clear_pointer(&dir, g_dir_close);
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len && !g_cancellable_is_cancelled(cancellable); i++) {
        g_autofree char *path = g_build_filename(folder, g_ptr_array_index(names, i), NULL);
        g_autoptr(MamutoKeptRun) run = NULL;
        g_autoptr(MamutoReport) report = NULL;

        if (i >= MAX_RUNS) {
            g_unlink(path);
            continue;
        }
        /* A damaged report is skipped, so that one unreadable file does not hide the other runs. */
        report = mamuto_report_new_from_file(path, NULL);
        if (report == NULL)
            continue;
        run = g_object_new(MAMUTO_TYPE_KEPT_RUN, NULL);
        run->report = g_steal_pointer(&report);
        run->path = g_steal_pointer(&path);
        g_ptr_array_add(list, g_steal_pointer(&run));
    }
    g_task_return_pointer(task, list, (GDestroyNotify)g_ptr_array_unref);
}

void
run_list_load_async(GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
    g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, data);

    mamuto_task_run_in_thread(task, load_in_thread);
}

static gboolean
has_path(gconstpointer run, gconstpointer other)
{
    return g_str_equal(MAMUTO_KEPT_RUN((gpointer)run)->path,
                       MAMUTO_KEPT_RUN((gpointer)other)->path);
}

void
run_list_load_finish(GListStore *list, GAsyncResult *result)
{
    g_autoptr(GPtrArray) loaded = g_task_propagate_pointer(G_TASK(result), NULL);

    if (loaded == NULL)
        return;
    /* skip each run that ended while the files were read, because it is already in the list */
    for (guint i = 0; i < g_list_model_get_n_items(G_LIST_MODEL(list)); i++) {
        g_autoptr(MamutoKeptRun) run = g_list_model_get_item(G_LIST_MODEL(list), i);
        guint position;

        if (g_ptr_array_find_with_equal_func(loaded, run, has_path, &position))
            g_ptr_array_remove_index(loaded, position);
    }
    g_list_store_splice(list, g_list_model_get_n_items(G_LIST_MODEL(list)), 0, loaded->pdata,
                        loaded->len);
}

MamutoKeptRun *
run_list_add(GListStore *list, MamutoRun *run, const char *name_of_job, GError **error)
{
    g_autoptr(MamutoKeptRun) kept = g_object_new(MAMUTO_TYPE_KEPT_RUN, NULL);
    g_autofree char *folder = make_folder();
    g_autofree char *time = NULL;
    g_autofree char *name = NULL;

    kept->report = mamuto_report_new();
    mamuto_report_set_job_name(kept->report, name_of_job);
    mamuto_report_add_run(kept->report, run);
    mamuto_report_drop_spans(kept->report);
    time = g_date_time_format(mamuto_report_get_created(kept->report), "%Y%m%dT%H%M%S");
    name = g_strdup_printf("%s-%06d.json", time,
                           g_date_time_get_microsecond(mamuto_report_get_created(kept->report)));
    kept->path = g_build_filename(folder, name, NULL);
    mamuto_report_save(kept->report, kept->path, error);
    g_list_store_insert(list, 0, kept);
    return kept;
}

static char *
hide(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *hidden = g_strconcat(".", name, NULL);

    return g_build_filename(folder, hidden, NULL);
}

static gboolean
fail_with_errno(GError **error, const char *path)
{
    int code = errno;
    g_autofree char *shown = g_filename_display_name(path);

    g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(code), "%s: %s", shown,
                g_strerror(code));
    return FALSE;
}

gboolean
run_list_remove(GListStore *list, MamutoKeptRun *run, GError **error)
{
    g_autofree char *hidden = hide(run->path);
    guint position;

    /* a run whose report could not be saved has no file */
    if (g_rename(run->path, hidden) != 0 && errno != ENOENT)
        return fail_with_errno(error, run->path);
    if (g_list_store_find(list, run, &position))
        g_list_store_remove(list, position);
    return TRUE;
}

static int
compare_runs(gconstpointer a, gconstpointer b, gpointer data)
{
    return g_strcmp0(MAMUTO_KEPT_RUN((gpointer)b)->path, MAMUTO_KEPT_RUN((gpointer)a)->path);
}

gboolean
run_list_restore(GListStore *list, MamutoKeptRun *run, GError **error)
{
    g_autofree char *hidden = hide(run->path);

    g_list_store_insert_sorted(list, run, compare_runs, NULL);
    /* the report is still in memory, so it can be saved if its hidden file is lost */
    return g_rename(hidden, run->path) == 0 || mamuto_report_save(run->report, run->path, error);
}

gboolean
run_list_forget(MamutoKeptRun *run, GError **error)
{
    g_autofree char *hidden = hide(run->path);

    if (g_unlink(hidden) != 0 && errno != ENOENT)
        return fail_with_errno(error, hidden);
    return TRUE;
}

/* ---- exports ---- */

static void
append_quoted(GString *csv, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text ? text : "", "\"", -1);
    g_autofree char *doubled = g_strjoinv("\"\"", parts);

    g_string_append_printf(csv, "\"%s\"", doubled);
}

static void
append_number(GString *csv, double value)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_printf(csv, ",%s", g_ascii_formatd(number, sizeof number, "%.9g", value));
}

char *
run_list_to_csv(GPtrArray *runs)
{
    static const char *const states[] = {[MAMUTO_RUN_DONE] = "done",
                                         [MAMUTO_RUN_FAILED] = "failed",
                                         [MAMUTO_RUN_CANCELLED] = "stopped"};
    GString *csv = g_string_new("date,job,function,hosts,cores,rows,state,wall_s");

    for (int kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
        g_string_append_printf(csv, ",%s_s", mamuto_span_kind_to_string(kind));
    g_string_append_c(csv, '\n');
    for (guint i = 0; i < runs->len; i++) {
        MamutoReport *report = MAMUTO_KEPT_RUN(g_ptr_array_index(runs, i))->report;
        g_autofree char *date = g_date_time_format_iso8601(mamuto_report_get_created(report));

        g_string_append_printf(csv, "%s,", date);
        append_quoted(csv, mamuto_report_get_job_name(report));
        g_string_append_c(csv, ',');
        append_quoted(csv, mamuto_report_get_function(report));
        g_string_append_printf(
            csv, ",%u,%u,%" G_GINT64_FORMAT ",%s", mamuto_report_get_n_hosts(report),
            mamuto_report_get_n_cores(report, -1), mamuto_report_get_n_rows(report),
            states[mamuto_report_get_state(report)]);
        append_number(csv, mamuto_report_get_wall(report));
        for (MamutoSpanKind kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
            append_number(csv, mamuto_report_get_seconds(report, -1, kind));
        g_string_append_c(csv, '\n');
    }
    return g_string_free(csv, FALSE);
}

char *
run_list_to_json(GPtrArray *runs)
{
    GString *json = g_string_new("[\n");

    for (guint i = 0; i < runs->len; i++) {
        g_autofree char *report =
            mamuto_report_to_json(MAMUTO_KEPT_RUN(g_ptr_array_index(runs, i))->report);

        g_string_append_printf(json, "%s%s", i > 0 ? "," : "", report);
    }
    g_string_append(json, "]\n");
    return g_string_free(json, FALSE);
}
