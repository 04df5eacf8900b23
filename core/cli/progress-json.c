/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writes progress to standard output, one JSON object per line. mamuto-cli(1) describes the fields.
 */
#include <string.h>
#include <unistd.h>

#include "json-writer.h"
#include "mamuto-error.h"
#include "mamuto-result.h"
#include "progress.h"
#include "terminal.h"

typedef struct {
    Progress parent;
    GPtrArray *last_lines; /* for each host, the JSON object (char *) written last */
} ProgressJson;

static JsonWriter *
begin_line(const Progress *self, const char *type)
{
    JsonWriter *line = json_writer_new(FALSE);

    json_writer_begin_object(line, NULL);
    json_writer_add_text(line, "type", type);
    if (self->n_remaps > 1 && self->remap > 0)
        json_writer_add_uint(line, "remap", self->remap);
    return line;
}

static char *
end_object(JsonWriter *line)
{
    json_writer_end(line);
    return json_writer_finish(line);
}

static void
print_object(const char *object)
{
    g_autofree char *text = g_strconcat(object, "\n", NULL);

    terminal_write(STDOUT_FILENO, text, strlen(text));
}

static void
end_line(JsonWriter *line)
{
    g_autofree char *object = end_object(line);

    print_object(object);
}

/* Writes the JSON object of a host. Writes nothing if the object has not changed since it was
 * written last. */
static void
write_host(ProgressJson *self, guint index, MamutoHostStatus *status)
{
    JsonWriter *line = begin_line(&self->parent, "host");
    g_autofree char *object = NULL;

    json_writer_add_uint(line, "host", index);
    json_writer_add_text(line, "name", mamuto_host_status_get_name(status));
    json_writer_add_text(line, "state",
                         mamuto_host_state_to_string(mamuto_host_status_get_state(status)));
    json_writer_add_text(line, "message", mamuto_host_status_get_message(status));
    json_writer_add_uint(line, "cores", mamuto_host_status_get_cores(status));
    json_writer_add_uint(line, "busy", mamuto_host_status_get_n_busy(status));
    json_writer_add_int(line, "rows_done", mamuto_host_status_get_rows_done(status));
    json_writer_add_int(line, "rows_failed", mamuto_host_status_get_rows_failed(status));
    json_writer_add_double(line, "rows_per_second", mamuto_host_status_get_rows_per_second(status),
                           "%.3f");
    json_writer_add_uint(line, "chunks_done", mamuto_host_status_get_chunks_done(status));
    json_writer_add_uint(line, "bytes_sent", mamuto_host_status_get_bytes_sent(status));
    json_writer_add_uint(line, "bytes_received", mamuto_host_status_get_bytes_received(status));
    object = end_object(line);
    if (index >= self->last_lines->len)
        g_ptr_array_set_size(self->last_lines, (int)index + 1);
    if (g_strcmp0(g_ptr_array_index(self->last_lines, index), object) == 0)
        return;
    print_object(object);
    g_free(g_ptr_array_index(self->last_lines, index));
    g_ptr_array_index(self->last_lines, index) = g_steal_pointer(&object);
}

static void
write_hosts(ProgressJson *self, MamutoRun *run)
{
    GListModel *hosts = mamuto_run_get_hosts(run);

    for (guint i = 0; i < g_list_model_get_n_items(hosts); i++) {
        g_autoptr(MamutoHostStatus) status = g_list_model_get_item(hosts, i);

        write_host(self, i, status);
    }
}

static void
progress_json_begin(Progress *parent, MamutoRun *run)
{
    JsonWriter *line = begin_line(parent, "start");

    json_writer_add_text(line, "function", mamuto_run_get_function(run));
    json_writer_add_int(line, "rows", mamuto_run_get_n_rows(run));
    json_writer_add_uint(line, "hosts", g_list_model_get_n_items(mamuto_run_get_hosts(run)));
    end_line(line);
    write_hosts((ProgressJson *)parent, run);
}

static void
progress_json_update(Progress *parent, MamutoRun *run)
{
    double eta = mamuto_run_get_eta(run);
    JsonWriter *line = begin_line(parent, "progress");

    json_writer_add_int(line, "rows", mamuto_run_get_n_rows(run));
    json_writer_add_int(line, "rows_done", mamuto_run_get_rows_done(run));
    json_writer_add_int(line, "rows_failed", mamuto_run_get_rows_failed(run));
    json_writer_add_double(line, "rows_per_second", mamuto_run_get_rows_per_second(run), "%.3f");
    json_writer_add_double(line, "elapsed_s", mamuto_run_get_elapsed(run), "%.6f");
    if (eta >= 0)
        json_writer_add_double(line, "eta_s", eta, "%.3f");
    else
        json_writer_add_null(line, "eta_s");
    write_hosts((ProgressJson *)parent, run);
    end_line(line);
}

static void
progress_json_end(Progress *parent, MamutoRun *run, const GError *error)
{
    static const char *const words[] = {
        [MAMUTO_RUN_RUNNING] = "running",
        [MAMUTO_RUN_DONE] = "done",
        [MAMUTO_RUN_FAILED] = "failed",
        [MAMUTO_RUN_CANCELLED] = "cancelled",
    };
    g_autofree char *why = error != NULL ? mamuto_error_format(error) : NULL;
    JsonWriter *line;

    progress_json_update(parent, run);
    line = begin_line(parent, "done");
    json_writer_add_text(line, "state", words[mamuto_run_get_state(run)]);
    json_writer_add_int(line, "rows", mamuto_run_get_n_rows(run));
    json_writer_add_int(line, "rows_done", mamuto_run_get_rows_done(run));
    json_writer_add_int(line, "rows_failed", mamuto_run_get_rows_failed(run));
    json_writer_add_double(line, "wall_s", mamuto_run_get_elapsed(run), "%.6f");
    json_writer_add_text(line, "error", why);
    end_line(line);
}

static void
progress_json_log(Progress *parent, const char *host, int slot, guint stream, const char *text)
{
    JsonWriter *line = begin_line(parent, "log");

    json_writer_add_text(line, "host", host);
    json_writer_add_int(line, "slot", slot);
    json_writer_add_text(line, "stream", stream == 1 ? "stdout" : "stderr");
    json_writer_add_text(line, "text", text);
    end_line(line);
}

static void
progress_json_failure(Progress *parent, const MamutoRowFailure *failure)
{
    JsonWriter *line = begin_line(parent, "failed_row");

    json_writer_add_int(line, "row", failure->row);
    json_writer_add_text(line, "host", failure->host);
    json_writer_add_text(line, "cause", failure->cause);
    json_writer_add_text(line, "traceback", failure->traceback);
    end_line(line);
}

/* Adds an array of texts, or null if @texts is NULL. */
static void
add_texts(JsonWriter *line, const char *name, char **texts)
{
    if (texts == NULL) {
        json_writer_add_null(line, name);
        return;
    }
    json_writer_begin_array(line, name);
    for (; *texts != NULL; texts++)
        json_writer_add_text(line, NULL, *texts);
    json_writer_end(line);
}

static void
progress_json_table(Progress *parent, guint argument, const MamutoTable *table)
{
    JsonWriter *line = begin_line(parent, "table");
    const char separator[] = {table->separator, '\0'};
    const char decimal[] = {table->decimal, '\0'};
    g_autofree char *note = mamuto_table_describe(table);

    json_writer_add_uint(line, "argument", argument);
    json_writer_add_text(line, "file", table->file);
    json_writer_add_text(line, "separator", *separator == '\n' ? NULL : separator);
    json_writer_add_uint(line, "header_line", table->header_line);
    add_texts(line, "names", table->names);
    json_writer_add_uint(line, "first_line", table->first_line);
    json_writer_add_text(line, "decimal", decimal);
    json_writer_add_uint(line, "comment_lines", table->n_comments);
    json_writer_add_uint(line, "missing_cells", table->n_missing);
    add_texts(line, "missing", table->missing);
    json_writer_add_text(line, "note", note);
    end_line(line);
}

static void
progress_json_finish(Progress *parent, int status, const char *error)
{
    JsonWriter *line = json_writer_new(FALSE);

    json_writer_begin_object(line, NULL);
    json_writer_add_text(line, "type", "end");
    json_writer_add_int(line, "status", status);
    json_writer_add_text(line, "error", error);
    end_line(line);
}

static void
progress_json_free(Progress *parent)
{
    g_ptr_array_unref(((ProgressJson *)parent)->last_lines);
}

Progress *
progress_json_new(void)
{
    static const ProgressClass json_class = {
        .begin = progress_json_begin,
        .update = progress_json_update,
        .end = progress_json_end,
        .log = progress_json_log,
        .failure = progress_json_failure,
        .table = progress_json_table,
        .finish = progress_json_finish,
        .free = progress_json_free,
    };
    ProgressJson *self = g_new0(ProgressJson, 1);

    self->parent.class = &json_class;
    self->last_lines = g_ptr_array_new_with_free_func(g_free);
    return &self->parent;
}
