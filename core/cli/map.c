/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Parses and checks the options of mamuto-cli map before the program connects to a host. */
#include "map.h"

#include <string.h>

#include "command.h"
#include "integer.h"

#define SUMMARY "Calls FUNCTION for every row of its arguments, on all cores of all hosts."
#define MORE                                                                                       \
    "FUNCTION is FILE.py:NAME or PACKAGE.MODULE:NAME. Each parameter gets an ARG:\n"               \
    "  p.npy            one row of the array per call\n"                                           \
    "  a.npz:name       the same for one array of an NPZ file\n"                                   \
    "  table.csv        one row of all columns per call; :x one column, :x,y several\n"            \
    "  r.jsonl          the JSON value of one line per call; :key the value of a key\n"            \
    "  @data.npy        the whole array for every call; also @a.npz:name, @table.csv:x\n"          \
    "  @r.jsonl         a list of all lines for every call; also @r.jsonl:key\n"                   \
    "  0:1:101          a range: from, to, how many; log:1e-3:1e3:50, integers 0..99\n"            \
    "  each:[1,2,5]     one element of a list per call\n"                                          \
    "  =0.5  =[1,2,3]   one value in JSON or Python, the same for every call\n"                    \
    "  NAME=ARG         an ARG for the parameter NAME; a value needs no second =: sigma=0.1\n"     \
    "\n"                                                                                           \
    "Exit status: 0 every row has its result, 1 the run failed, 2 wrong usage or input,\n"         \
    "3 finished, but some rows failed, 130 interrupted. See also mamuto-cli(1)."

static void
words_clear(MapWords *raw)
{
    g_strfreev(raw->rest);
    g_free(raw->job);
    g_free(raw->depends);
    g_strfreev(raw->send);
    g_free(raw->keep);
    g_free(raw->progress);
    g_free(raw->on_error);
    g_free(raw->seed);
    g_free(raw->row_timeout);
    g_free(raw->start_timeout);
}

static gboolean
read_words(MapOptions *options, const MapWords *raw)
{
    static const char *const modes[] = {
        [PROGRESS_AUTO] = "auto", [PROGRESS_BAR] = "bar",   [PROGRESS_LINES] = "lines",
        [PROGRESS_JSON] = "json", [PROGRESS_NONE] = "none",
    };
    guint mode = PROGRESS_AUTO;

    while (mode < G_N_ELEMENTS(modes) && raw->progress != NULL &&
           !g_str_equal(raw->progress, modes[mode]))
        mode++;
    if (mode == G_N_ELEMENTS(modes)) {
        command_refuse("map", "--progress %s: the value must be auto, bar, lines, json or none",
                       raw->progress);
        return FALSE;
    }
    options->progress = mode;
    if (raw->on_error != NULL && !g_str_equal(raw->on_error, "continue") &&
        !g_str_equal(raw->on_error, "stop")) {
        command_refuse("map", "--on-error %s: the value must be stop or continue", raw->on_error);
        return FALSE;
    }
    options->has_seed = raw->seed != NULL;
    if (raw->seed != NULL && !integer_parse_unsigned(raw->seed, 0, G_MAXUINT64, &options->seed)) {
        command_refuse("map",
                       "--seed %s: the value must be a number from 0 to 18446744073709551615",
                       raw->seed);
        return FALSE;
    }
    if (raw->repeat < 1) {
        command_refuse("map", "--repeat %d: the value must be at least 1", raw->repeat);
        return FALSE;
    }
    options->repeat = (guint)raw->repeat;
    return TRUE;
}

/* Checks before the run that the output files can be created, because a run may take hours. */
static gboolean
check_places(const MapOptions *options, const MapWords *raw, gboolean in_line)
{
    g_autoptr(GError) error = NULL;

    if (!mamuto_job_check_output(options->job, &error) && in_line)
        command_refuse("map", "-o %s", error->message);
    else if (error != NULL)
        command_tell("%s: output: %s", raw->job, error->message);
    else if (options->report != NULL && !mamuto_job_check_place(options->report, &error))
        command_refuse("map", "--report %s", error->message);
    return error == NULL;
}

static gboolean
digest(MapOptions *options, MapWords *raw)
{
    gboolean in_line = options->output != NULL;

    return read_words(options, raw) && map_job_read(options, raw) &&
           check_places(options, raw, in_line);
}

gboolean
map_options_parse(MapOptions *options, int argc, char **argv)
{
    MapWords raw = {.repeat = 1};
    const GOptionEntry entries[] = {
        {"job", 0, 0, G_OPTION_ARG_FILENAME, &raw.job,
         "A job file, instead of FUNCTION ARG...; other options override it", "FILE.mamuto"},
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &options->config, "The cluster to use",
         "CLUSTER.cfg"},
        {"hosts", 'H', 0, G_OPTION_ARG_FILENAME, &options->hosts,
         "The hosts to use; without -H and -c all cores of this computer", "HOST:CORES,..."},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output,
         "Write the results to FILE (.npy, .csv, .tsv, .jsonl); without -o they are shown", "FILE"},
        {"depends", 0, 0, G_OPTION_ARG_FILENAME, &raw.depends,
         "Your modules and packages to send with the function", "NAME,..."},
        {"send", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw.send,
         "A data file or folder to send with the function; may be repeated", "PATH"},
        {"keep", 0, 0, G_OPTION_ARG_STRING, &raw.keep,
         "Arguments (numbers from 1, or names) to keep on the hosts, sent only once", "N,..."},
        {"batch", 0, 0, G_OPTION_ARG_NONE, &raw.batch,
         "Call the function with many rows at once; it returns one result per row", NULL},
        {"grid", 0, 0, G_OPTION_ARG_NONE, &raw.grid,
         "Call the function for all combinations of the rows; the last changes fastest", NULL},
        {"repeat", 0, 0, G_OPTION_ARG_INT, &raw.repeat,
         "Run K times in one session, with warm hosts after the first", "K"},
        {"seed", 0, 0, G_OPTION_ARG_STRING, &raw.seed,
         "Seed random number generators for each row from N and the row index", "N"},
        {"on-error", 0, 0, G_OPTION_ARG_STRING, &raw.on_error,
         "When a row fails: stop the run (the default) or continue", "WHAT"},
        {"row-timeout", 0, 0, G_OPTION_ARG_STRING, &raw.row_timeout,
         "A row that takes longer counts as failed; its process is replaced", "SECONDS"},
        {"start-timeout", 0, 0, G_OPTION_ARG_STRING, &raw.start_timeout,
         "Time limit of Python's start and imports; by default 60 s without activity", "SECONDS"},
        {"progress", 0, 0, G_OPTION_ARG_STRING, &raw.progress,
         "bar, lines, json or none; by default bar on a terminal, else lines", "HOW"},
        {"report", 0, 0, G_OPTION_ARG_FILENAME, &options->report,
         "Write a report of the run: where every second of every core went", "RUN.json"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw.rest, NULL, NULL},
        {NULL},
    };
    gboolean ok;

    *options = (MapOptions){0};
    ok = command_parse("map", "FUNCTION ARG... | --job FILE.mamuto", SUMMARY, MORE, entries, argc,
                       argv) &&
         digest(options, &raw);
    words_clear(&raw);
    return ok;
}

void
map_options_clear(MapOptions *options)
{
    g_clear_object(&options->job);
    g_free(options->config);
    g_free(options->hosts);
    g_free(options->output);
    g_free(options->report);
    g_free(options->keep);
}

int
map_command(int argc, char **argv)
{
    MapOptions options;
    int status = STATUS_USAGE;

    if (map_options_parse(&options, argc, argv))
        status = map_run(&options);
    map_options_clear(&options);
    return status;
}
