/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * record-run HOSTS FUNCTION ARG... LOG
 *
 * Computes FUNCTION for all rows of the arguments ARG once, and records the events of this run
 * in the file LOG. The program "frames --log LOG" shows the recorded run. HOSTS is the content
 * of a cluster file, or a list such as "localhost:2,rem1:16". */
#include <mamuto.h>

#include <stdio.h>

#include "run-record.h"

typedef struct {
    GMainLoop *loop;
    RunRecorder *recorder;
    MamutoResult *result;
    GError *error;
} Record;

static void
on_run(MamutoMapper *mapper, GParamSpec *pspec, Record *record)
{
    if (!record->recorder && mamuto_mapper_get_run(mapper))
        record->recorder = run_recorder_new(mamuto_mapper_get_run(mapper));
}

static void
on_done(GObject *source, GAsyncResult *async_result, gpointer data)
{
    Record *record = data;

    record->result =
        mamuto_mapper_remap_finish(MAMUTO_MAPPER(source), async_result, &record->error);
    g_main_loop_quit(record->loop);
}

static gboolean
record_job(MamutoMapper *mapper, MamutoFunction *function, GPtrArray *arguments, const char *path,
           GError **error)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    Record record = {.loop = loop};
    gboolean saved;

    g_signal_connect(mapper, "notify::run", G_CALLBACK(on_run), &record);
    mamuto_mapper_remap_async(mapper, function, arguments, MAMUTO_MAP_CONTINUE, NULL, NULL, on_done,
                              &record);
    g_main_loop_run(loop);
    g_clear_object(&record.result);
    if (!record.recorder) {
        g_propagate_error(error, record.error);
        return FALSE;
    }
    if (record.error)
        fprintf(stderr, "record-run: %s\n", record.error->message);
    g_clear_error(&record.error);
    saved = run_recorder_save(record.recorder, path, error);
    run_recorder_free(record.recorder);
    return saved;
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

    if (!function)
        return FALSE;
    for (int i = 3; i < argc - 1; i++) {
        MamutoArgument *argument = mamuto_argument_parse(argv[i], NULL, error);

        if (!argument)
            return FALSE;
        g_ptr_array_add(arguments, argument);
    }
    mapper = mamuto_mapper_new(cluster, NULL);
    well = mamuto_mapper_add_function(mapper, function, error) &&
           record_job(mapper, function, arguments, argv[argc - 1], error);
    mamuto_mapper_close(mapper);
    return well;
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;

    if (argc < 5) {
        fprintf(stderr, "usage: record-run HOSTS FUNCTION ARG... LOG\n");
        return 2;
    }
    if (!run(argc, argv, &error)) {
        fprintf(stderr, "record-run: %s\n", error->message);
        return 1;
    }
    return 0;
}
