/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * remap-driver HOSTS FUNCTION ARG...
 *
 * Runs one job repeatedly for benchmarks. The connections and processes stay open between the
 * runs. An argument "@FILE" passes the whole array to each call. The benchmark sends commands to
 * standard input, one per line. The command "go" computes all rows once and prints the elapsed
 * seconds. The command "save PATH" saves the last result. The command "ready" prints when each host
 * was ready in the last run, in seconds of g_get_monotonic_time().
 */
#include "mamuto.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    GMainLoop *loop;
    MamutoResult *result;
    GError *error;
} Run;

static void
on_remap_done(GObject *source, GAsyncResult *async_result, gpointer user_data)
{
    Run *remap = user_data;

    remap->result = mamuto_mapper_remap_finish(MAMUTO_MAPPER(source), async_result, &remap->error);
    g_main_loop_quit(remap->loop);
}

static void
print_seconds(gint64 us, char end)
{
    char seconds[G_ASCII_DTOSTR_BUF_SIZE];

    printf("%s%c", g_ascii_dtostr(seconds, sizeof(seconds), (double)us / G_USEC_PER_SEC), end);
}

static void
print_ready(MamutoMapper *mapper)
{
    MamutoRun *run = mamuto_mapper_get_run(mapper);
    MamutoSpan spans[64];
    guint64 first = 0;
    guint n;

    while (run != NULL && (n = mamuto_trace_read(mamuto_run_get_trace(run), &first, spans, 64)) > 0)
        for (guint i = 0; i < n; i++)
            if (spans[i].kind == MAMUTO_SPAN_PREPARING)
                print_seconds(spans[i].end, ' ');
    puts("");
}

/* Reads commands from standard input and executes each command, until the input ends. */
static gboolean
answer_lines(MamutoMapper *mapper, MamutoFunction *function, GPtrArray *arguments, GError **error)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_autoptr(MamutoResult) last = NULL;
    char line[4096];

    while (fgets(line, sizeof(line), stdin) != NULL) {
        g_strchomp(line);
        if (g_str_has_prefix(line, "save ")) {
            if (last == NULL || !mamuto_result_save(last, line + strlen("save "), error))
                return FALSE;
            puts("saved");
        } else if (strcmp(line, "ready") == 0) {
            print_ready(mapper);
        } else {
            Run remap = {.loop = loop};
            gint64 begin = g_get_monotonic_time();

            mamuto_mapper_remap_async(mapper, function, arguments, MAMUTO_MAP_DEFAULT, NULL, NULL,
                                      on_remap_done, &remap);
            g_main_loop_run(loop);
            if (remap.result == NULL) {
                g_propagate_error(error, remap.error);
                return FALSE;
            }
            print_seconds(g_get_monotonic_time() - begin, '\n');
            g_clear_object(&last);
            last = remap.result;
        }
        fflush(stdout);
    }
    return TRUE;
}

static MamutoArgument *
parse(const char *text, GError **error)
{
    g_autoptr(MamutoArray) array = NULL;

    if (text[0] != '@')
        return mamuto_argument_parse(text, NULL, error);
    array = mamuto_array_load(text + 1, NULL, error);
    return array != NULL ? mamuto_argument_new_whole(array) : NULL;
}

static gboolean
run(int argc, char **argv, GError **error)
{
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_new_from_string(argv[1], error);
    g_autoptr(MamutoFunction) function = cluster ? mamuto_function_new(argv[2], error) : NULL;
    g_autoptr(GPtrArray) arguments =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);
    g_autoptr(MamutoMapper) mapper = NULL;
    gboolean well;

    if (function == NULL)
        return FALSE;
    for (int i = 3; i < argc; i++) {
        MamutoArgument *argument = parse(argv[i], error);

        if (argument == NULL)
            return FALSE;
        g_ptr_array_add(arguments, argument);
    }
    mapper = mamuto_mapper_new(cluster, NULL);
    well = mamuto_mapper_add_function(mapper, function, error) &&
           answer_lines(mapper, function, arguments, error);
    mamuto_mapper_close(mapper);
    return well;
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;

    if (argc < 4) {
        fprintf(stderr, "usage: remap-driver HOSTS FUNCTION ARG...\n");
        return 2;
    }
    if (!run(argc, argv, &error)) {
        fprintf(stderr, "remap-driver: %s\n", error != NULL ? error->message : "nothing to save");
        return 1;
    }
    return 0;
}
