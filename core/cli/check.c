/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * mamuto-cli check: checks all hosts of a cluster in parallel and prints a table of their
 * properties. For a host that cannot be used, prints the reason and how to repair it. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "json-writer.h"
#include "mamuto-check.h"
#include "signals.h"
#include "terminal.h"
#include "text.h"
#include "tty-asker.h"

#define SUMMARY "Checks every host, stage by stage, and reports what works and what does not."
#define MORE                                                                                       \
    "Without -c and -H, this computer is checked. Exit status: 0 all hosts can be used,\n"         \
    "1 some cannot, 2 wrong usage."
#define TICK_MS 100

typedef struct {
    GPtrArray *checks; /* elements: MamutoCheck */
    GCancellable *cancellable;
    guint n_running;
    /* live: the status line is enabled. paused: a question hides the status line. dirty: the status
     * line must be drawn again. */
    gboolean live, paused, dirty;
    gboolean utf8;
    GError *error; /* why a check was not started */
} CheckRun;

static MamutoCheckStage
find_stage(MamutoCheck *check, MamutoCheckOutcome outcome)
{
    MamutoCheckStage stage = 0;

    while (stage < MAMUTO_N_CHECK_STAGES && mamuto_check_get_outcome(check, stage) != outcome)
        stage++;
    return stage;
}

/* Draws the status line, such as "2 of 5 checked; rem1: agent", where "agent" is the current stage
 * of the check of rem1. */
static void
draw(CheckRun *self)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *cut = NULL, *line = NULL;
    guint width, height;

    if (!self->live || self->paused)
        return;
    g_string_append_printf(text, "%u of %u checked", self->checks->len - self->n_running,
                           self->checks->len);
    for (guint i = 0; i < self->checks->len; i++) {
        MamutoCheck *check = g_ptr_array_index(self->checks, i);
        MamutoCheckStage stage = find_stage(check, MAMUTO_CHECK_RUNNING);
        g_autofree char *name = NULL;

        if (stage == MAMUTO_N_CHECK_STAGES)
            continue;
        name = mamuto_text_escape(mamuto_host_get_name(mamuto_check_get_host(check)), FALSE);
        g_string_append_printf(text, "; %s: %s", name, mamuto_check_stage_to_string(stage));
    }
    terminal_get_size(STDERR_FILENO, &width, &height);
    cut = text_cut(text->str, width > 1 ? width - 1 : 1, self->utf8);
    line = g_strdup_printf("\r%s\x1b[K", cut);
    terminal_write(STDERR_FILENO, line, strlen(line));
    self->dirty = FALSE;
}

static void
clear(CheckRun *self)
{
    if (self->live && !self->paused)
        terminal_write(STDERR_FILENO, "\r\x1b[K", 4);
}

static void
pause_display(gpointer data)
{
    CheckRun *self = data;

    clear(self);
    self->paused = TRUE;
}

static void
resume_display(gpointer data)
{
    CheckRun *self = data;

    self->paused = FALSE;
    self->dirty = TRUE;
}

static gboolean
on_tick(gpointer data)
{
    CheckRun *self = data;

    if (self->dirty)
        draw(self);
    return G_SOURCE_CONTINUE;
}

static void
on_updated(MamutoCheck *check, CheckRun *self)
{
    self->dirty = TRUE;
}

static void
on_checked(GObject *source, GAsyncResult *result, gpointer data)
{
    CheckRun *self = data;

    mamuto_check_run_finish(MAMUTO_CHECK(source), result,
                            self->error == NULL ? &self->error : NULL);
    self->n_running--;
    self->dirty = TRUE;
}

static gboolean
has_detail(MamutoCheck *check, MamutoCheckStage stage)
{
    return mamuto_check_get_outcome(check, stage) == MAMUTO_CHECK_PASSED &&
           mamuto_check_get_detail(check, stage) != NULL;
}

/* Prints a line of the table. @widths: the width of each table column in terminal columns. */
static void
print_row(const char *const *cells, const guint *widths, guint n, gboolean utf8)
{
    g_autoptr(GString) line = g_string_new(NULL);

    for (guint i = 0; i < n; i++) {
        g_autofree char *cell = text_fit(cells[i], widths[i], utf8);

        g_string_append_printf(line, "%s%s", i > 0 ? "  " : "", cell);
    }
    while (line->len > 0 && line->str[line->len - 1] == ' ')
        g_string_truncate(line, line->len - 1);
    puts(line->str);
}

enum {
    COLUMN_HOST,
    COLUMN_STATE,
    COLUMN_AGENT,
    COLUMN_PYTHON,
    COLUMN_NUMPY,
    COLUMN_SPEED,
    N_COLUMNS
};

/* Returns the texts of a host's table cells. A stage of the check that has no result is shown as a
 * dash. */
static char **
describe_host(MamutoCheck *check)
{
    static const MamutoCheckStage stages[N_COLUMNS] = {
        [COLUMN_AGENT] = MAMUTO_CHECK_AGENT,
        [COLUMN_PYTHON] = MAMUTO_CHECK_PYTHON,
        [COLUMN_NUMPY] = MAMUTO_CHECK_NUMPY,
        [COLUMN_SPEED] = MAMUTO_CHECK_SPEED,
    };
    char **cells = g_new0(char *, N_COLUMNS + 1);

    cells[COLUMN_HOST] =
        mamuto_text_escape(mamuto_host_get_name(mamuto_check_get_host(check)), FALSE);
    cells[COLUMN_STATE] = g_strdup(mamuto_check_get_passed(check) ? "ok" : "FAILED");
    for (guint i = COLUMN_AGENT; i < N_COLUMNS; i++)
        cells[i] = has_detail(check, stages[i])
                       ? mamuto_text_escape(mamuto_check_get_detail(check, stages[i]), FALSE)
                       : g_strdup("-");
    return cells;
}

static void
print_table(CheckRun *self)
{
    static const char *const titles[N_COLUMNS] = {"HOST",   "",      "MACHINE",
                                                  "PYTHON", "NUMPY", "SPEED"};
    guint widths[N_COLUMNS];
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);

    for (guint c = 0; c < N_COLUMNS; c++)
        widths[c] = text_width(titles[c]);
    for (guint i = 0; i < self->checks->len; i++) {
        char **cells = describe_host(g_ptr_array_index(self->checks, i));

        g_ptr_array_add(rows, cells);
        for (guint c = 0; c < N_COLUMNS; c++)
            widths[c] = MAX(widths[c], text_width(cells[c]));
    }
    print_row(titles, widths, N_COLUMNS, self->utf8);
    for (guint i = 0; i < rows->len; i++)
        print_row(g_ptr_array_index(rows, i), widths, N_COLUMNS, self->utf8);
}

static void
print_failures(CheckRun *self)
{
    for (guint i = 0; i < self->checks->len; i++) {
        MamutoCheck *check = g_ptr_array_index(self->checks, i);
        MamutoCheckStage stage = find_stage(check, MAMUTO_CHECK_FAILED);
        const char *detail;
        g_autofree char *name = NULL, *why = NULL;
        g_auto(GStrv) lines = NULL;

        if (stage == MAMUTO_N_CHECK_STAGES)
            continue;
        detail = mamuto_check_get_detail(check, stage);
        name = mamuto_text_escape(mamuto_host_get_name(mamuto_check_get_host(check)), FALSE);
        why = mamuto_text_escape(detail != NULL ? detail : "unknown reason", TRUE);
        lines = g_strsplit(g_strchomp(why), "\n", -1);
        printf("\n%s failed at: %s\n", name, mamuto_check_stage_to_string(stage));
        for (char **line = lines; *line != NULL; line++)
            printf("    %s\n", *line);
    }
}

/* Adds a property of a host to the JSON output. A value of 0 or less was not measured and is
 * written as null. */
static void
add_known(JsonWriter *json, const char *name, double value, const char *format)
{
    json_writer_add_double(json, name, value > 0 ? value : NAN, format);
}

static char *
check_to_json(MamutoCheck *check)
{
    static const char *const outcomes[] = {
        [MAMUTO_CHECK_PENDING] = "pending", [MAMUTO_CHECK_RUNNING] = "running",
        [MAMUTO_CHECK_PASSED] = "passed",   [MAMUTO_CHECK_FAILED] = "failed",
        [MAMUTO_CHECK_SKIPPED] = "skipped",
    };
    JsonWriter *json = json_writer_new(FALSE);

    json_writer_begin_object(json, NULL);
    json_writer_add_text(json, "host", mamuto_host_get_name(mamuto_check_get_host(check)));
    json_writer_add_bool(json, "passed", mamuto_check_get_passed(check));
    json_writer_begin_array(json, "stages");
    for (MamutoCheckStage stage = 0; stage < MAMUTO_N_CHECK_STAGES; stage++) {
        json_writer_begin_object(json, NULL);
        json_writer_add_text(json, "stage", mamuto_check_stage_to_string(stage));
        json_writer_add_text(json, "outcome", outcomes[mamuto_check_get_outcome(check, stage)]);
        json_writer_add_text(json, "detail", mamuto_check_get_detail(check, stage));
        json_writer_end(json);
    }
    json_writer_end(json);
    add_known(json, "cores", mamuto_check_get_cores(check), "%.0f");
    add_known(json, "memory_bytes", (double)mamuto_check_get_memory(check), "%.0f");
    add_known(json, "latency_s", mamuto_check_get_latency(check), "%.6f");
    add_known(json, "send_bytes_per_s", mamuto_check_get_send_rate(check), "%.0f");
    add_known(json, "receive_bytes_per_s", mamuto_check_get_receive_rate(check), "%.0f");
    json_writer_end(json);
    return json_writer_finish(json);
}

static void
print_json(CheckRun *self)
{
    for (guint i = 0; i < self->checks->len; i++) {
        g_autofree char *text = check_to_json(g_ptr_array_index(self->checks, i));

        printf("%s%s%s\n", i == 0 ? "[" : " ", text, i + 1 < self->checks->len ? "," : "]");
    }
}

static void
run_checks(CheckRun *self, MamutoCluster *cluster)
{
    g_autoptr(TtyAsker) tty = tty_asker_new(pause_display, resume_display, self);
    guint tick_id = g_timeout_add(TICK_MS, on_tick, self);

    for (guint i = 0; i < mamuto_cluster_get_n_hosts(cluster); i++) {
        MamutoHost *host = mamuto_cluster_get_host(cluster, i);
        MamutoCheck *check;

        if (!mamuto_host_get_enabled(host))
            continue;
        check = mamuto_check_new(cluster, host, tty != NULL ? tty_asker_get_asker(tty) : NULL);
        g_signal_connect(check, "updated", G_CALLBACK(on_updated), self);
        g_ptr_array_add(self->checks, check);
    }
    self->n_running = self->checks->len;
    for (guint i = 0; i < self->checks->len; i++)
        mamuto_check_run_async(g_ptr_array_index(self->checks, i), self->checks->len,
                               self->cancellable, on_checked, self);
    draw(self);
    while (self->n_running > 0)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(tick_id);
    clear(self);
}

static int
finish(CheckRun *self, gboolean json)
{
    if (signals_get_caught() != 0)
        return 128 + signals_get_caught();
    if (json) {
        print_json(self);
    } else {
        print_table(self);
        print_failures(self);
    }
    if (self->error != NULL) {
        command_tell_error("", self->error);
        return STATUS_FAILED;
    }
    for (guint i = 0; i < self->checks->len; i++)
        if (!mamuto_check_get_passed(g_ptr_array_index(self->checks, i)))
            return STATUS_FAILED;
    return STATUS_OK;
}

int
check_command(int argc, char **argv)
{
    g_autofree char *config = NULL, *hosts = NULL;
    g_auto(GStrv) rest = NULL;
    g_autoptr(MamutoCluster) cluster = NULL;
    g_autoptr(GError) error = NULL;
    CheckRun self = {0};
    gboolean json = FALSE;
    int status;
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &config, "The cluster to check", "CLUSTER.cfg"},
        {"hosts", 'H', 0, G_OPTION_ARG_FILENAME, &hosts, "The hosts to check", "HOST:CORES,..."},
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "Write the results as JSON", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, NULL, NULL},
        {NULL},
    };

    if (!command_parse("check", "[-c CLUSTER.cfg | -H HOST:CORES,...]", SUMMARY, MORE, entries,
                       argc, argv))
        return STATUS_USAGE;
    if (rest != NULL)
        return command_refuse("check", "unexpected argument \"%s\"; name hosts with -c or -H",
                              rest[0]);
    cluster = command_load_cluster(config, hosts, &error);
    if (cluster == NULL)
        return command_refuse("check", "%s", error->message);
    self.checks = g_ptr_array_new_with_free_func(g_object_unref);
    self.cancellable = g_cancellable_new();
    self.live = terminal_can_redraw(STDERR_FILENO);
    self.utf8 = terminal_is_utf8();
    if (signals_catch(self.cancellable, &self.error))
        run_checks(&self, cluster);
    status = finish(&self, json);
    g_ptr_array_unref(self.checks);
    g_clear_error(&self.error);
    g_object_unref(self.cancellable);
    return status;
}
