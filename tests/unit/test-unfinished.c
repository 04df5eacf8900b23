/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of what a program removes before it exits without waiting for its threads: temporary files
 * and child processes, but not a complete result that is being saved. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "file-fixture.h"
#include "mamuto-unfinished.h"
#include "output-file.h"
#include "unfinished.h"

static pid_t
start_cat(int *input)
{
    g_autoptr(GError) error = NULL;
    int ends[2];
    ChildSetup setup = {
        .argv = (const char *const[]){"cat", NULL}, .output_fd = -1, .last_signal = SIGKILL};
    pid_t pid;

    g_assert_cmpint(pipe(ends), ==, 0);
    setup.stdin_fd = ends[0];
    pid = child_start(&setup, &error);
    g_assert_no_error(error);
    close(ends[0]);
    *input = ends[1]; /* cat ends when this descriptor is closed */
    return pid;
}

static void
test_discard(FileFixture *fixture, gconstpointer name)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OutputFile) file = output_file_open(fixture->path, &error);
    g_autoptr(OutputFile) saved = output_file_open(fixture->path, &error);
    g_autofree char *temporary = NULL;
    int input, status;
    pid_t pid = start_cat(&input);

    g_assert_no_error(error);
    g_assert_true(output_file_write(saved, "saved", 5, &error));
    g_assert_true(output_file_commit(saved, &error));
    temporary = g_strdup(file->temp_path);

    unfinished_begin_saving();
    g_assert_false(mamuto_discard_unfinished(FALSE));
    g_assert_cmpint(waitpid(pid, &status, WNOHANG), ==, 0);
    g_assert_true(g_file_test(temporary, G_FILE_TEST_EXISTS));
    unfinished_end_saving();

    g_assert_true(mamuto_discard_unfinished(FALSE));
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    unfinished_remove_child(pid);
    g_assert_false(g_file_test(temporary, G_FILE_TEST_EXISTS));
    file_fixture_assert_text(fixture->path, "saved");
    close(input);
}

static void
test_discard_saving_too(FileFixture *fixture, gconstpointer name)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OutputFile) file = output_file_open(fixture->path, &error);

    g_assert_no_error(error);
    unfinished_begin_saving();
    g_assert_true(mamuto_discard_unfinished(TRUE));
    unfinished_end_saving();
    g_assert_false(g_file_test(file->temp_path, G_FILE_TEST_EXISTS));
}

/* A process that ends by itself is only continued, because it may have something to clean up. */
static void
test_continue(void)
{
    int input, status;
    pid_t pid = start_cat(&input);

    unfinished_remove_child(pid);
    unfinished_add_child(pid, SIGCONT);
    kill(pid, SIGSTOP);
    g_assert_cmpint(waitpid(pid, &status, WUNTRACED), ==, pid);
    g_assert_true(WIFSTOPPED(status));
    g_assert_true(mamuto_discard_unfinished(FALSE));
    close(input);
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    unfinished_remove_child(pid);
}

/* Files and processes that are finished are not touched. */
static void
test_finished(FileFixture *fixture, gconstpointer name)
{
    g_autoptr(GError) error = NULL;
    OutputFile *file = output_file_open(fixture->path, &error);
    g_autofree char *temporary = g_strdup(file->temp_path);
    int input;
    pid_t pid = start_cat(&input);

    output_file_free(file);
    child_kill(pid);
    g_assert_cmpint(kill(pid, 0), ==, -1);
    file_fixture_put(temporary, "of another program");
    g_assert_true(mamuto_discard_unfinished(TRUE));
    file_fixture_assert_text(temporary, "of another program");
    unlink(temporary);
    close(input);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/unfinished/discard", FileFixture, "out.npy", file_fixture_set_up, test_discard,
               file_fixture_tear_down);
    g_test_add("/unfinished/saving-too", FileFixture, "out.npy", file_fixture_set_up,
               test_discard_saving_too, file_fixture_tear_down);
    g_test_add_func("/unfinished/continue", test_continue);
    g_test_add("/unfinished/finished", FileFixture, "out.npy", file_fixture_set_up, test_finished,
               file_fixture_tear_down);
    return g_test_run();
}
