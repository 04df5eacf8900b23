/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests a comparison, which measures the same function in several ways. Two of them are a cluster
 * with a cold start, which includes connecting, and a cluster with connected hosts (warm). One host
 * of the test connects late. The warm cluster must be measured after all hosts have connected. The
 * script tests/integration/with-hosts starts the hosts. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mapper-util.h"

#define LATE "mm2"
#define ROWS 200
#define HELD_MS 500
#define DEADLINE_S 120

/* A proxy program that ssh starts for each connection (see ProxyCommand in ssh_config). It waits
 * until the test opens a named pipe, and then connects to the host. Its first argument is the path
 * of the pipe. */
static const char proxy[] =
    "#!/usr/bin/python3\n"
    "import socket, sys, threading\n"
    "open(sys.argv[1]).close()\n"
    "s = socket.create_connection((sys.argv[2], int(sys.argv[3])))\n"
    "def up():\n"
    "    while data := sys.stdin.buffer.raw.read(65536): s.sendall(data)\n"
    "    s.shutdown(socket.SHUT_WR)\n"
    "threading.Thread(target=up, daemon=True).start()\n"
    "while data := s.recv(65536): sys.stdout.buffer.write(data); sys.stdout.flush()\n";

typedef struct {
    char *home, *gate;
    gboolean is_cold, opened, done;
    MamutoTimings *timings;
    GError *error;
} LateHost;

static char *
write_file(LateHost *self, const char *name, const char *text, int mode)
{
    char *path = g_build_filename(self->home, name, NULL);
    g_autofree char *folder = g_path_get_dirname(path);
    g_autoptr(GError) error = NULL;

    g_mkdir_with_parents(folder, 0700);
    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
    g_assert_cmpint(g_chmod(path, (mode_t)mode), ==, 0);
    return path;
}

/* Creates a home folder with an ssh configuration. In this configuration, ssh connects to the host
 * LATE through the proxy program of this test. The proxy program delays the connection. */
static void
set_up(LateHost *self)
{
    g_autofree char *usual = g_build_filename(g_getenv("HOME"), ".ssh", "config", NULL);
    g_autofree char *text = NULL, *config = NULL, *program = NULL;
    g_autoptr(GError) error = NULL;

    g_file_get_contents(usual, &text, NULL, &error);
    g_assert_no_error(error);
    self->home = g_dir_make_tmp("mamuto-late-XXXXXX", NULL);
    self->gate = g_build_filename(self->home, "gate", NULL);
    g_assert_cmpint(mkfifo(self->gate, 0600), ==, 0);
    program = write_file(self, "proxy", proxy, 0700);
    config = g_strdup_printf("Host " LATE "\n ProxyCommand %s %s %%h %%p\n%s", program, self->gate,
                             text);
    g_free(write_file(self, ".ssh/config", config, 0600));
    g_setenv("HOME", self->home, TRUE);
}

static void
tear_down(LateHost *self)
{
    static const char *const names[] = {"gate", "proxy", ".ssh/config", ".ssh"};

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(self->home, names[i], NULL);

        g_remove(path);
    }
    g_rmdir(self->home);
    g_free(self->home);
    g_free(self->gate);
    g_clear_object(&self->timings);
}

static guint
count(MamutoTimings *timings, MamutoContender contender)
{
    guint n = 0;

    for (guint i = 0; i < mamuto_timings_get_n_measurements(timings); i++)
        n += mamuto_timings_get_measurement(timings, i)->contender == contender;
    return n;
}

/* Lets the host LATE connect. Every ssh process for this host runs a proxy program, which waits
 * until the test opens a named pipe. This function opens the pipe. With O_RDWR, open() does not
 * block. Afterwards replaces the pipe by an ordinary file, so that no later connection waits. */
static gboolean
open_gate(gpointer data)
{
    LateHost *self = data;
    int fd = open(self->gate, O_RDWR | O_CLOEXEC);

    g_assert_cmpint(fd, >=, 0);
    g_free(write_file(self, "gate", "", 0600));
    close(fd);
    self->opened = TRUE;
    return G_SOURCE_REMOVE;
}

/* Called after each measurement. After the measurement of the cold start, the host LATE still
 * cannot connect for HELD_MS. Until then, the comparison must not measure the cluster with
 * connected hosts. */
static void
on_updated(MamutoComparison *comparison, LateHost *self)
{
    gint64 rows;

    if (mamuto_comparison_get_current(comparison, &rows) == MAMUTO_CONTENDER_CLUSTER && rows > 0)
        g_assert_true(self->opened);
    if (self->is_cold || !count(mamuto_comparison_get_timings(comparison), MAMUTO_CONTENDER_COLD))
        return;
    self->is_cold = TRUE;
    g_timeout_add(HELD_MS, open_gate, self);
}

static void
on_done(GObject *source, GAsyncResult *result, gpointer data)
{
    LateHost *self = data;

    self->timings = mamuto_comparison_run_finish(MAMUTO_COMPARISON(source), result, &self->error);
    self->done = TRUE;
}

static gboolean
on_deadline(gpointer data)
{
    g_error("the comparison took over %d s", DEADLINE_S);
    return G_SOURCE_REMOVE;
}

static void
compare(LateHost *self)
{
    g_autoptr(MamutoCluster) cluster = NULL;
    g_autoptr(MamutoFunction) function = NULL;
    g_autoptr(MamutoComparison) comparison = NULL;
    g_autoptr(GPtrArray) arguments =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);
    g_autoptr(MamutoArray) range = mamuto_array_new_integer_range(1, 3, NULL);
    g_autoptr(MamutoArgument) a = NULL, c = NULL;
    guint deadline = g_timeout_add_seconds(DEADLINE_S, on_deadline, NULL);

    cluster = mamuto_cluster_new_from_string(g_getenv("MAMUTO_TEST_HOSTS"), &self->error);
    g_assert_no_error(self->error);
    mamuto_cluster_set_python(cluster, "/usr/bin/python3");
    function = find_function("weighs");
    /* also a whole array without a file, and arguments with names before one without */
    c = mamuto_argument_new_whole(range);
    a = mamuto_argument_new_value("1", NULL);
    g_ptr_array_add(arguments, mamuto_argument_with_name(c, "c"));
    g_ptr_array_add(arguments, mamuto_argument_with_name(a, "a"));
    g_ptr_array_add(arguments, count_up(ROWS, 0));
    comparison = mamuto_comparison_new(cluster, function, arguments, 0);
    g_signal_connect(comparison, "updated", G_CALLBACK(on_updated), self);
    mamuto_comparison_run_async(comparison, NULL, on_done, self);
    while (!self->done)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(deadline);
    g_assert_no_error(self->error);
}

static void
test_late_host(void)
{
    LateHost course = {0};

    set_up(&course);
    compare(&course);
    g_assert_true(course.opened);
    g_assert_cmpuint(count(course.timings, MAMUTO_CONTENDER_CLUSTER), >, 1);
    g_assert_cmpuint(count(course.timings, MAMUTO_CONTENDER_LOOP), >, 0);
    for (guint i = 0; i < mamuto_timings_get_n_measurements(course.timings); i++) {
        const MamutoMeasurement *one = mamuto_timings_get_measurement(course.timings, i);

        g_test_message("%d: %d rows, %u cores, %g core seconds of connecting, %g of preparing",
                       one->contender, (int)one->rows, one->cores,
                       one->core_seconds[MAMUTO_SPAN_CONNECTING],
                       one->core_seconds[MAMUTO_SPAN_PREPARING]);
        if (one->contender != MAMUTO_CONTENDER_CLUSTER)
            continue;
        g_assert_cmpuint(one->cores, ==, 4);
        g_assert_cmpfloat(one->core_seconds[MAMUTO_SPAN_CONNECTING], ==, 0);
    }
    tear_down(&course);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/comparison/late-host", test_late_host);
    return g_test_run();
}
