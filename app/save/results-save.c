/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See results-save.h. */
#include "results-save.h"

#include <glib/gi18n.h>

#include "../app-text.h"
#include "../compat/compat.h"
#include "../dialogs/tell.h"
#include "save-name.h"

/* A request to save or discard the results in @record, and to call @then afterwards. The request is
 * stored as data of the window, so that a window has at most one request. */
typedef struct {
    MamutoRunRecord *record;
    char *folder; /* (nullable): initial folder of the file chooser. */
    ResultsFunc then;
} Request;

static void
request_free(gpointer data)
{
    Request *request = data;

    g_object_unref(request->record);
    g_free(request->folder);
    g_free(request);
}

static Request *
get_request(GtkWidget *window)
{
    return g_object_get_data(G_OBJECT(window), "results-request");
}

static void
set_request(GtkWidget *window, MamutoRunner *runner, ResultsFunc then)
{
    Request *request = g_new0(Request, 1);
    const char *file,
        *job = mamuto_document_get_path(MAMUTO_DOCUMENT(mamuto_runner_get_job(runner)));

    request->record = g_object_ref(mamuto_runner_get_run(runner));
    file = mamuto_run_record_get_file(request->record);
    request->folder = file ? g_path_get_dirname(file) : job ? g_path_get_dirname(job) : NULL;
    request->then = then;
    g_object_set_data_full(G_OBJECT(window), "results-request", request, request_free);
}

/* Frees the request of the window. Returns (nullable): the function to call after the results are
 * saved or discarded. */
static ResultsFunc
end_request(GtkWidget *window)
{
    Request *request = get_request(window);
    ResultsFunc then = request ? request->then : NULL;

    g_object_set_data(G_OBJECT(window), "results-request", NULL);
    return then;
}

static void
on_saved(GObject *source, GAsyncResult *async_result, gpointer data)
{
    g_autoptr(GtkWidget) window = data;
    MamutoRunRecord *record = MAMUTO_RUN_RECORD(source);
    Request *request;
    ResultsFunc then;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    g_autofree char *text = NULL;

    if (!mamuto_run_record_save_finish(record, async_result, &error)) {
        tell_error(window, _("The Results Could Not Be Saved"), error);
        return;
    }
    path = app_text_path(mamuto_run_record_get_file(record));
    /* Translators: %s is the path of a file */
    text = g_strdup_printf(_("Saved as %s"), path);
    tell(window, text);
    request = get_request(window);
    then = request && request->record == record ? end_request(window) : NULL;
    if (then)
        then(window);
}

/* Returns (transfer full) the suffixes of the files in which the results can be saved. */
static char **
list_suffixes(MamutoRunRecord *record)
{
    MamutoResult *result = mamuto_run_record_get_result(record);
    MamutoArray *array = result ? mamuto_result_get_array(result) : NULL;
    gboolean is_json = array && mamuto_array_is_json(array);
    /* texts of very differing lengths, which a table can contain, too */
    gboolean is_text = is_json && mamuto_array_is_text(array);
    /* a table cannot tell the axes of a grid */
    gboolean is_grid = result && mamuto_result_get_n_axes(result) > 1;

    return mamuto_file_kind_get_saved_suffixes(is_text ? MAMUTO_FILE_TABLE | MAMUTO_FILE_JSON_LINES
                                               : is_json ? MAMUTO_FILE_JSON_LINES
                                               : is_grid ? MAMUTO_FILE_NPY
                                                         : MAMUTO_FILE_ARRAY);
}

static void
on_file(GFile *file, gpointer data)
{
    GtkWidget *window = data;
    Request *request = get_request(window);
    g_auto(GStrv) suffixes = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;

    if (!request)
        return;
    suffixes = list_suffixes(request->record);
    path = save_name_get_path(file, suffixes[0], SAVE_NAME_KEEP_OTHERS, &error);
    if (!path)
        tell_error(window, _("The Results Could Not Be Saved"), error);
    else if (!mamuto_run_record_get_saving(request->record))
        mamuto_run_record_save_async(request->record, path, on_saved, g_object_ref(window));
}

static void
ask_for_file(GtkWidget *window)
{
    Request *request = get_request(window);
    g_auto(GStrv) suffixes = list_suffixes(request->record);
    gboolean is_json = g_str_equal(suffixes[0], ".jsonl");
    gboolean is_text = g_str_equal(suffixes[0], ".csv");
    gboolean is_grid = !is_json && !suffixes[1];
    const char *before = mamuto_run_record_get_file(request->record);
    g_autofree char *name =
        before ? g_path_get_basename(before)
               : g_strconcat(mamuto_run_record_get_title(request->record), suffixes[0], NULL);
    const CompatFileChoice choice = {
        /* Translators: the title of a dialog; the suffix of the file name selects the format */
        .title = is_json   ? _("Save Results as .jsonl")
                 : is_text ? _("Save Results as .csv or .jsonl")
                 : is_grid ? _("Save Results as .npy")
                           : _("Save Results as .npy or .csv"),
        .filter_name = is_json ? _("JSON Lines") : _("Arrays and Tables"),
        .suffixes = (const char *const *)suffixes,
        .folder = request->folder,
        .name = g_strdelimit(name, "/", '-'),
    };

    compat_save_file(window, &choice, on_file, window);
}

void
results_save(GtkWidget *window, MamutoRunner *runner, ResultsFunc then)
{
    MamutoRunRecord *record = mamuto_runner_get_run(runner);

    if (!record || !mamuto_run_record_get_result(record) || mamuto_run_record_get_saving(record))
        return;
    set_request(window, runner, then);
    ask_for_file(window);
}

static void
on_let_go(const char *response, gpointer data)
{
    GtkWidget *window = data;
    ResultsFunc then;

    if (g_str_equal(response, "save")) {
        ask_for_file(window);
        return;
    }
    then = end_request(window);
    if (g_str_equal(response, "discard") && then)
        then(window);
}

static void
on_told_unsaved(const char *response, gpointer data)
{
    if (g_str_equal(response, "save"))
        ask_for_file(data);
}

void
results_tell_unsaved(GtkWidget *window, MamutoRunner *runner, const char *message)
{
    const CompatResponse responses[] = {
        {"close", _("_Close"), ADW_RESPONSE_DEFAULT},
        {"save", _("_Save…"), ADW_RESPONSE_SUGGESTED},
    };
    g_autofree char *body = g_strdup_printf(
        "%s\n\n%s", message, _("The results are still in memory. Save them to another file."));

    set_request(window, runner, NULL);
    compat_ask(window, _("The Results Could Not Be Saved"), body, NULL, responses,
               G_N_ELEMENTS(responses), "close", "save", on_told_unsaved, window);
}

/* Called when saving ends, if results_let_go() was called during the saving. If the results are
 * saved, calls the function that was passed to results_let_go(). */
static void
on_saving(MamutoRunRecord *record, GParamSpec *pspec, GtkWidget *window)
{
    Request *request = get_request(window);
    ResultsFunc then;

    if (mamuto_run_record_get_saving(record))
        return;
    g_signal_handlers_disconnect_by_func(record, on_saving, window);
    if (!request || request->record != record || !mamuto_run_record_get_saved(record))
        return;
    then = end_request(window);
    if (then)
        then(window);
}

void
results_let_go(GtkWidget *window, MamutoRunner *runner, ResultsFunc then)
{
    const CompatResponse responses[] = {
        {"cancel", _("_Cancel"), ADW_RESPONSE_DEFAULT},
        {"discard", _("_Discard"), ADW_RESPONSE_DESTRUCTIVE},
        {"save", _("_Save…"), ADW_RESPONSE_SUGGESTED},
    };
    MamutoRunRecord *record = mamuto_runner_get_run(runner);
    g_autofree char *name = record ? mamuto_run_record_format_name(record) : NULL;
    g_autofree char *body = NULL;

    if (!record || mamuto_run_record_is_active(record) || mamuto_run_record_get_saved(record)) {
        then(window);
        return;
    }
    set_request(window, runner, then);
    if (mamuto_run_record_get_saving(record)) {
        tell(window, _("The results are still being saved"));
        g_signal_handlers_disconnect_by_func(record, on_saving, window);
        g_signal_connect_object(record, "notify::saving", G_CALLBACK(on_saving), window, 0);
        return;
    }
    /* Translators: %s is the name of a run, such as "likelihood 14:02" */
    body = g_strdup_printf(_("The results of %s are not saved yet."), name);
    compat_ask(window, _("Discard the Results?"), body, NULL, responses, G_N_ELEMENTS(responses),
               "cancel", "save", on_let_go, window);
}
