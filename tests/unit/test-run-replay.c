/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of recording a run in a log and replaying it, for the benchmark of the window. A replay
 * must have the same events as the recorded run, including lost hosts and printed text. */
#include <glib/gstdio.h>
#include <string.h>

#include "../bench/run-record.h"
#include "../bench/run-replay.h"
#include "mamuto-error.h"

static const RunReplayConfig config = {.n_hosts = 9,
                                       .n_cores = 3,
                                       .seconds = 2,
                                       .chunk_seconds = 0.3,
                                       .n_lost = 1,
                                       .fail_every = 5,
                                       .lines_per_second = 20,
                                       .seed = 7};

typedef struct {
    guint n_lines, n_lost, n_done, n_spans;
    gint64 rows, rows_done, rows_failed;
} Outcome;

static void
count_line(MamutoRun *run, guint host, int slot, guint stream, const char *text, Outcome *outcome)
{
    outcome->n_lines++;
}

/* Replays the whole run without waiting, in steps of 0.1 s, and counts its events. */
static Outcome
play(RunReplay *replay)
{
    MamutoRun *run = run_replay_get_run(replay);
    GListModel *hosts = mamuto_run_get_hosts(run);
    Outcome outcome = {0};
    gint64 time = 0;

    g_signal_connect(run, "log", G_CALLBACK(count_line), &outcome);
    while (run_replay_step(replay, time))
        time += G_USEC_PER_SEC / 10;
    g_signal_handlers_disconnect_by_data(run, &outcome);
    for (guint i = 0; i < g_list_model_get_n_items(hosts); i++) {
        g_autoptr(MamutoHostStatus) host = g_list_model_get_item(hosts, i);

        outcome.n_lost += mamuto_host_status_get_state(host) == MAMUTO_HOST_LOST;
        outcome.n_done += mamuto_host_status_get_state(host) == MAMUTO_HOST_DONE &&
                          mamuto_host_status_get_n_busy(host) == 0;
    }
    outcome.n_spans = mamuto_trace_get_n_spans(mamuto_run_get_trace(run));
    outcome.rows = mamuto_run_get_n_rows(run);
    outcome.rows_done = mamuto_run_get_rows_done(run);
    outcome.rows_failed = mamuto_run_get_rows_failed(run);
    return outcome;
}

static void
test_recorded(void)
{
    g_autoptr(RunReplay) first = run_replay_new(&config);
    g_autoptr(RunRecorder) recorder = run_recorder_new(run_replay_get_run(first));
    Outcome before = play(first), after;
    g_autofree char *path = NULL;
    g_autoptr(RunReplay) again = NULL;
    g_autoptr(GError) error = NULL;
    int fd = g_file_open_tmp("mamuto-log-XXXXXX", &path, &error);

    g_assert_no_error(error);
    g_close(fd, NULL);
    g_assert_true(run_recorder_save(recorder, path, &error));
    again = run_replay_new_from_file(path, &error);
    g_assert_no_error(error);
    g_unlink(path);
    after = play(again);
    g_assert_cmpuint(before.n_lines, ==, 40);
    g_assert_cmpuint(before.n_lost, ==, 1);
    /* All eight hosts are counted as done at the end of the run, although the log
     * contains no event for the end of a host. */
    g_assert_cmpuint(before.n_done, ==, 8);
    g_assert_cmpint(before.rows_done, ==, before.rows);
    g_assert_cmpint(before.rows_failed, >, 0);
    g_assert_cmpmem(&before, sizeof before, &after, sizeof after);
}

/* The log contains two hosts that compute the same chunk of rows. Its rows must be counted only
 * once. */
static void
test_copies(void)
{
    static const char log[] = "rows 20\nhost a 1\nhost b 1\n"
                              "span 4 0 0 10 500 0 10 0\nspan 4 1 0 10 600 0 10 1\n"
                              "span 4 0 0 510 900 1 10 0\n";
    g_autofree char *path = NULL;
    g_autoptr(RunReplay) replay = NULL;
    g_autoptr(GError) error = NULL;
    int fd = g_file_open_tmp("mamuto-log-XXXXXX", &path, &error);
    Outcome outcome;

    g_close(fd, NULL);
    g_assert_true(g_file_set_contents(path, log, -1, &error));
    replay = run_replay_new_from_file(path, &error);
    g_assert_no_error(error);
    outcome = play(replay);
    g_assert_cmpint(outcome.rows_done, ==, 20);
    g_assert_true(g_file_set_contents(path, "rows 20\nhost a 1\nspam 1 2 3\n", -1, &error));
    g_assert_null(run_replay_new_from_file(path, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    g_assert_nonnull(strstr(error->message, ":3: “spam 1 2 3”"));
    g_unlink(path);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/run-replay/recorded", test_recorded);
    g_test_add_func("/run-replay/copies", test_copies);
    return g_test_run();
}
