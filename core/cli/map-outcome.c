/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Saves and prints the outcome of mamuto-cli map: the complete or partial result, the report, and
 * the list of failed rows. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "failures.h"
#include "mamuto-error.h"
#include "mamuto-file-kind.h"
#include "map-run.h"
#include "signals.h"
#include "text.h"

int
map_fail(MapRun *self, int status, const GError *error)
{
    g_autofree char *text = mamuto_error_format(error);
    int number = signals_get_caught();

    if (number != 0)
        signals_tell(self->options->repeat > 1 ? "interrupted; this run saved nothing"
                                               : "interrupted; nothing was saved");
    else
        command_tell("%s", text);
    if (self->progress != NULL)
        progress_finish(self->progress, number != 0 ? 128 + number : status, text);
    return number != 0 ? 128 + number : status;
}

/* An interrupted program finishes the file that it is writing, because all rows are already
 * computed. MapRun.saving is NULL for an output that the library writes at the end of the run; the
 * number of computed rows then shows whether the file is being written. */
void
map_tell_saving(MapRun *self)
{
    const char *path = self->saving;

    if (path == NULL && self->run != NULL && !self->finished &&
        mamuto_run_get_rows_done(self->run) == mamuto_run_get_n_rows(self->run))
        path = self->options->output;
    /* map_deliver_unsaved() is about to write this result. */
    if (path == NULL && self->unsaved != NULL)
        path = self->options->output;
    if (path == NULL)
        return;
    signals_hold(TRUE);
    if (self->told_saving)
        return;
    self->told_saving = TRUE;
    command_tell("%s is still being written; press Ctrl-C again to end the program without it",
                 path);
}

gboolean
map_is_streamed(const char *output)
{
    return (mamuto_file_kind_from_name(output) & (MAMUTO_FILE_NPY | MAMUTO_FILE_JSON_LINES)) != 0;
}

typedef struct {
    MamutoResult *result;
    const char *path;
} Save;

static gboolean
save_result(gpointer data, GCancellable *cancellable, GError **error)
{
    Save *self = data;

    return mamuto_result_save(self->result, self->path, error);
}

static gboolean
save(MapRun *self, MamutoResult *result, const char *path, GError **error)
{
    Save data = {.result = result, .path = path};
    gboolean saved;

    self->saving = path;
    if (g_cancellable_is_cancelled(self->cancellable))
        map_tell_saving(self);
    saved = command_work(save_result, &data, NULL, error);
    self->saving = NULL;
    return saved;
}

/* Returns the name of the mask file, which marks the failed rows. The library creates this file
 * next to the result: "out.npy" → "out.mask.npy", "out.csv" → "out.csv.mask.npy". */
static char *
name_mask(const char *path)
{
    g_autofree char *stem = g_strdup(path);

    if (g_str_has_suffix(stem, ".npy"))
        stem[strlen(stem) - strlen(".npy")] = '\0';
    return g_strconcat(stem, ".mask.npy", NULL);
}

/* Returns the name of the file for a partial result: "out.partial.npy" if @path is "out.npy" or
 * "out.csv", and "out.partial.jsonl" if @path is "out.jsonl" or if no array contains the result. */
static char *
name_part(const char *path, MamutoResult *result)
{
    const char *suffix = mamuto_array_is_json(mamuto_result_get_array(result)) ? ".jsonl" : ".npy";
    gsize length = (gsize)(strrchr(path, '.') - path);
    g_autofree char *stem = g_strndup(path, length);

    return g_strconcat(stem, ".partial", suffix, NULL);
}

static void
print_failures(MapRun *self, const char *saved)
{
    g_autofree char *mask = saved != NULL ? name_mask(saved) : NULL;
    g_autofree char *text = NULL;
    GPtrArray *failures;

    if (self->result == NULL)
        return;
    failures = mamuto_result_get_failures(self->result);
    for (guint i = 0; i < failures->len; i++)
        progress_failure(self->progress, g_ptr_array_index(failures, i));
    text = failures_describe(failures, mamuto_result_get_n_failed(self->result), mask);
    progress_print(self->progress, text);
}

/* Saves the results of the rows that were computed before the run failed. */
static void
save_part(MapRun *self)
{
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    gint64 n_ok = self->result != NULL ? mamuto_result_get_n_ok(self->result) : 0;

    if (self->options->output == NULL || n_ok == 0) {
        print_failures(self, NULL);
        return;
    }
    path = name_part(self->options->output, self->result);
    if (!save(self, self->result, path, &error)) {
        print_failures(self, NULL);
        command_tell_error("The partial result could not be saved: ", error);
        return;
    }
    print_failures(self, path);
    command_tell("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                 " rows were computed; they are saved in %s",
                 n_ok, mamuto_result_get_n_rows(self->result), path);
}

static void
print_notes(MapRun *self)
{
    g_autoptr(GPtrArray) notes = mamuto_report_get_notes(self->report);

    if (self->options->progress == PROGRESS_NONE)
        return;
    for (guint i = 0; i < notes->len; i++) {
        g_autofree char *sentence = mamuto_note_format(g_ptr_array_index(notes, i));
        g_autofree char *escaped = text_escape_message(sentence);
        g_autofree char *line = g_strdup_printf("Note: %s\n", escaped);

        progress_print(self->progress, line);
    }
}

static gboolean
save_report(MapRun *self)
{
    g_autoptr(GError) error = NULL;

    if (self->options->report == NULL ||
        mamuto_report_save(self->report, self->options->report, &error))
        return TRUE;
    command_tell_error("The report could not be saved: ", error);
    return FALSE;
}

static gboolean
show_result(MapRun *self)
{
    g_autofree char *text = array_describe(mamuto_result_get_array(self->result));

    if (fputs(text, stdout) >= 0 && fflush(stdout) == 0)
        return TRUE;
    command_tell("The result could not be written to standard output: %s", g_strerror(errno));
    return FALSE;
}

int
map_deliver(MapRun *self)
{
    const char *output = self->options->output;
    g_autoptr(GError) error = NULL;
    gboolean shown, reported;
    int status;

    if (output != NULL && !map_is_streamed(output) && !save(self, self->result, output, &error)) {
        if (signals_get_caught() == 0)
            map_deliver_part(self);
        else
            command_tell("The output could not be saved: %s", error->message);
        return map_fail(self, STATUS_FAILED, error);
    }
    shown = output != NULL || self->options->progress == PROGRESS_JSON || show_result(self);
    print_failures(self, output);
    print_notes(self);
    reported = save_report(self);
    status = mamuto_result_get_n_missing(self->result) > 0 || !shown || !reported ? STATUS_FAILED
             : mamuto_result_get_n_failed(self->result) > 0 ? STATUS_FAILED_ROWS
                                                            : STATUS_OK;
    if (mamuto_result_get_n_failed(self->result) > 0)
        command_tell("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " rows failed",
                     mamuto_result_get_n_failed(self->result),
                     mamuto_result_get_n_rows(self->result));
    progress_finish(self->progress, status, NULL);
    return status;
}

void
map_deliver_unsaved(MapRun *self)
{
    g_autoptr(GError) error = NULL;

    if (self->unsaved != NULL && !save(self, self->unsaved, self->options->output, &error))
        command_tell_error("The result of the last complete run could not be saved: ", error);
}

void
map_deliver_part(MapRun *self)
{
    /* Does not call print_notes(), because the error already names the lost hosts. */
    save_part(self);
    save_report(self);
}
