/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * mamuto-cli compare: measures how long some of the rows take in a plain Python loop, on all cores
 * of this computer, and on the cluster. Reports the number of rows from which the cluster is
 * faster. */
#include "compare.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "arguments.h"
#include "command.h"
#include "mamuto-error.h"
#include "signals.h"
#include "tables.h"
#include "terminal.h"
#include "tty-asker.h"

#define SUMMARY                                                                                    \
    "Times FUNCTION in a plain Python loop, on all cores of this computer, and on the cluster."
#define MORE                                                                                       \
    "FUNCTION and ARG are those of map; see mamuto-cli map --help. Some of the rows are "          \
    "used,\n"                                                                                      \
    "evenly spaced; results are discarded. Measurements that exceed the budget are left out. If\n" \
    "the comparison is interrupted, the measurements made so far are shown.\n"                     \
    "\n"                                                                                           \
    "Exit status: 0 measured, 1 failed, 2 wrong usage or input, 130 interrupted."

typedef struct {
    char *config, *hosts;
    char **rest;
    char *depends, *keep, *on_error;
    char **send;
    double budget;
    gboolean batch, json;
} CompareOptions;

typedef struct {
    const CompareOptions *options;
    MamutoJob *job;
    GCancellable *cancellable;
    MamutoCluster *cluster;
    MamutoFunction *function;
    GPtrArray *arguments;
    MamutoComparison *comparison;
    MamutoTimings *timings;
    gboolean live, paused, utf8, done;
    GError *error;
} CompareRun;

static void
options_clear(CompareOptions *options)
{
    g_free(options->config);
    g_free(options->hosts);
    g_strfreev(options->rest);
    g_free(options->depends);
    g_strfreev(options->send);
    g_free(options->keep);
    g_free(options->on_error);
}

static gboolean
check_options(const CompareOptions *options)
{
    if (!(options->budget > 0) || !isfinite(options->budget)) {
        command_refuse("compare", "--budget: the value must be a number of seconds above 0");
        return FALSE;
    }
    if (options->on_error != NULL && !g_str_equal(options->on_error, "continue") &&
        !g_str_equal(options->on_error, "stop")) {
        command_refuse("compare", "--on-error %s: the value must be stop or continue",
                       options->on_error);
        return FALSE;
    }
    return TRUE;
}

/* Reads the signature of the user's function and loads the arguments. Runs in a thread, because a
 * large file takes long to load. */
static gboolean
read_input(gpointer data, GCancellable *cancellable, GError **error)
{
    CompareRun *self = data;
    const CompareOptions *options = self->options;
    g_autofree char *python = command_find_python(self->cluster);

    if (!mamuto_function_inspect(self->function, python, cancellable, error) ||
        !arguments_bind(self->job, self->function, options->keep, error))
        return FALSE;
    self->arguments = mamuto_job_load_arguments(self->job, cancellable, error);
    return self->arguments != NULL;
}

static void
draw(CompareRun *self)
{
    if (self->live && !self->paused)
        compare_show_state(self->comparison, self->utf8);
}

static void
pause_display(gpointer data)
{
    CompareRun *self = data;

    if (self->live && !self->paused)
        compare_clear_state();
    self->paused = TRUE;
}

static void
resume_display(gpointer data)
{
    CompareRun *self = data;

    self->paused = FALSE;
    draw(self);
}

static void
on_updated(MamutoComparison *comparison, CompareRun *self)
{
    draw(self);
}

static void
on_planned(GObject *source, GAsyncResult *result, gpointer data)
{
    CompareRun *self = data;

    mamuto_comparison_plan_finish(MAMUTO_COMPARISON(source), result, &self->error);
    self->done = TRUE;
}

static void
on_compared(GObject *source, GAsyncResult *result, gpointer data)
{
    CompareRun *self = data;

    self->timings = mamuto_comparison_run_finish(MAMUTO_COMPARISON(source), result, &self->error);
    self->done = TRUE;
}

static gboolean
wait(CompareRun *self)
{
    while (!self->done)
        g_main_context_iteration(NULL, TRUE);
    self->done = FALSE;
    return self->error == NULL;
}

/* Creates the comparison with the arguments that have a value. */
static void
make_comparison(CompareRun *self)
{
    g_autoptr(GPtrArray) given =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);
    g_autoptr(GArray) keep = g_array_new(FALSE, FALSE, sizeof(gboolean));

    for (guint i = 0; i < self->arguments->len; i++) {
        MamutoArgument *argument = mamuto_job_dup_argument(self->job, i, self->arguments);
        gboolean kept = mamuto_job_get_keep(self->job, i);

        if (argument == NULL)
            continue;
        g_ptr_array_add(given, argument);
        g_array_append_val(keep, kept);
    }
    self->comparison = mamuto_comparison_new(self->cluster, self->function, given,
                                             mamuto_job_get_flags(self->job));
    for (guint i = 0; i < keep->len; i++)
        mamuto_comparison_set_keep(self->comparison, i, g_array_index(keep, gboolean, i));
}

static gboolean
compare(CompareRun *self)
{
    const CompareOptions *options = self->options;
    g_autoptr(TtyAsker) tty = tty_asker_new(pause_display, resume_display, self);
    gboolean ok;

    make_comparison(self);
    mamuto_comparison_set_budget(self->comparison, options->budget);
    if (tty != NULL)
        mamuto_comparison_set_asker(self->comparison, tty_asker_get_asker(tty));
    mamuto_comparison_plan_async(self->comparison, self->cancellable, on_planned, self);
    if (!wait(self))
        return FALSE;
    compare_show_plan(self->comparison, self->function, options->batch);
    g_signal_connect(self->comparison, "updated", G_CALLBACK(on_updated), self);
    mamuto_comparison_run_async(self->comparison, self->cancellable, on_compared, self);
    ok = wait(self);
    g_signal_handlers_disconnect_by_data(self->comparison, self);
    if (self->live)
        compare_clear_state();
    return ok;
}

static int
fail(const GError *error)
{
    if (signals_get_caught() != 0) {
        signals_tell("interrupted");
        return 128 + signals_get_caught();
    }
    command_tell_error("", error);
    return g_error_matches(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT) ||
                   g_error_matches(error, MAMUTO_ERROR, MAMUTO_ERROR_LENGTH)
               ? STATUS_USAGE
               : STATUS_FAILED;
}

static void
show(CompareRun *self, MamutoTimings *timings)
{
    if (self->options->json) {
        g_autofree char *json = mamuto_timings_to_json(timings);

        fputs(json, stdout);
    } else {
        compare_show_timings(timings, self->utf8);
    }
}

static int
run(CompareRun *self)
{
    const CompareOptions *options = self->options;

    if (signals_catch(self->cancellable, &self->error))
        self->cluster = command_load_cluster(options->config, options->hosts, &self->error);
    if (self->cluster != NULL)
        self->function = mamuto_job_make_function(self->job, &self->error);
    if (self->function == NULL ||
        !command_work(read_input, self, self->cancellable, &self->error)) {
        int status = fail(self->error);

        return status == STATUS_FAILED ? STATUS_USAGE : status;
    }
    tables_tell(self->arguments);
    if (!compare(self)) {
        MamutoTimings *partial =
            self->comparison != NULL ? mamuto_comparison_get_timings(self->comparison) : NULL;

        if (partial != NULL && mamuto_timings_get_n_measurements(partial) > 0)
            show(self, partial);
        return fail(self->error);
    }
    show(self, self->timings);
    return STATUS_OK;
}

/* Makes the job of the command line. On an error, prints the error and returns FALSE. */
static gboolean
read_job(CompareRun *self)
{
    const CompareOptions *options = self->options;
    g_auto(GStrv) depends = options->depends != NULL ? command_split_list(options->depends) : NULL;
    MamutoMapFlags flags = MAMUTO_MAP_DEFAULT;

    self->job = mamuto_job_new();
    if (!arguments_read("compare", self->job, options->rest) ||
        (options->keep != NULL && !arguments_set_keep("compare", self->job, options->keep)))
        return FALSE;
    if (options->batch)
        flags |= MAMUTO_MAP_BATCH;
    if (g_strcmp0(options->on_error, "continue") == 0)
        flags |= MAMUTO_MAP_CONTINUE;
    mamuto_job_set_flags(self->job, flags);
    mamuto_job_set_depends(self->job, (const char *const *)depends);
    mamuto_job_set_send(self->job, (const char *const *)options->send);
    return TRUE;
}

int
compare_command(int argc, char **argv)
{
    CompareOptions options = {.budget = 60};
    CompareRun self = {.options = &options};
    int status = STATUS_USAGE;
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &options.config, "The cluster to measure",
         "CLUSTER.cfg"},
        {"hosts", 'H', 0, G_OPTION_ARG_FILENAME, &options.hosts,
         "The hosts to measure; without -H and -c only this computer", "HOST:CORES,..."},
        {"depends", 0, 0, G_OPTION_ARG_FILENAME, &options.depends,
         "Your modules and packages to send with the function", "NAME,..."},
        {"send", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.send,
         "A data file or folder to send with the function; may be repeated", "PATH"},
        {"keep", 0, 0, G_OPTION_ARG_STRING, &options.keep,
         "Arguments (numbers from 1, or names) to keep on the hosts, sent only once", "N,..."},
        {"batch", 0, 0, G_OPTION_ARG_NONE, &options.batch,
         "Call the function with many rows at once; it returns one result per row", NULL},
        {"on-error", 0, 0, G_OPTION_ARG_STRING, &options.on_error,
         "When a row fails: stop the comparison (the default) or continue", "WHAT"},
        {"budget", 0, 0, G_OPTION_ARG_DOUBLE, &options.budget,
         "Time limit of the whole comparison; 60 by default", "SECONDS"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Write the results as JSON", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.rest, NULL, NULL},
        {NULL},
    };

    self.cancellable = g_cancellable_new();
    self.live = terminal_can_redraw(STDERR_FILENO);
    self.utf8 = terminal_is_utf8();
    if (command_parse("compare", "FUNCTION ARG...", SUMMARY, MORE, entries, argc, argv) &&
        check_options(&options) && read_job(&self))
        status = run(&self);
    g_clear_object(&self.timings);
    g_clear_object(&self.comparison);
    g_clear_object(&self.function);
    g_clear_object(&self.cluster);
    g_clear_error(&self.error);
    g_clear_pointer(&self.arguments, g_ptr_array_unref);
    g_clear_object(&self.job);
    g_object_unref(self.cancellable);
    options_clear(&options);
    return status;
}
