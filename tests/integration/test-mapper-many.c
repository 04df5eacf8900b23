/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of many runs with one mapper. A host keeps only a limited number of functions and arrays.
 * If a run needs a function or array that the host has removed, the mapper must send it again. */
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "mapper-util.h"
#include "wire.h"

enum { MANY = 3 * WIRE_MAX_FUNCTIONS, MANY_BLOBS = 150, MOST_BLOBS = 64 };

/* Counts the symbolic links in a folder of /proc. Counts only links for which @accept(target)
 * returns TRUE. */
static guint
count_in(const char *path, gboolean (*accept)(const char *target))
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    guint n = 0;

    g_assert_nonnull(dir);
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *entry = g_build_filename(path, name, NULL);
        g_autofree char *target = g_file_read_link(entry, NULL);

        n += accept(target != NULL ? target : name);
    }
    return n;
}

static gboolean
is_blob(const char *target)
{
    return strstr(target, "mamuto-blob") != NULL;
}

/* Returns the process id of the agent, which is the only child of this process. */
static int
agent_pid(void)
{
    g_autofree char *children = NULL;
    g_autoptr(GDir) tasks = g_dir_open("/proc/self/task", 0, NULL);
    const char *task;

    while ((task = g_dir_read_name(tasks)) != NULL) {
        g_autofree char *file = g_build_filename("/proc/self/task", task, "children", NULL);

        g_clear_pointer(&children, g_free);
        if (g_file_get_contents(file, &children, NULL, NULL) && children[0] != '\0')
            return (int)g_ascii_strtoll(children, NULL, 10);
    }
    g_assert_not_reached();
}

static guint
count_children(int pid)
{
    g_autofree char *file = g_strdup_printf("/proc/%d/task/%d/children", pid, pid);
    g_autofree char *children = NULL;
    g_auto(GStrv) pids = NULL;

    g_assert_true(g_file_get_contents(file, &children, NULL, NULL));
    pids = g_strsplit(g_strstrip(children), " ", -1);
    return g_strv_length(pids);
}

/* The function's file changes before each run, so each run needs a new interpreter. The host
 * must end old interpreters. The last two runs use the file with its first content again. */
static void
test_functions(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:1");
    g_autofree char *folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "often.py", NULL);
    g_autofree char *spec = g_strconcat(path, ":f", NULL);
    g_autoptr(GError) error = NULL;

    for (int k = 0; k < MANY + 2; k++) {
        g_autofree char *text = g_strdup_printf("def f(x):\n    return x + %d\n", k % MANY);
        g_autoptr(MamutoFunction) function = NULL;
        g_auto(Map) map = {0};

        g_assert_true(g_file_set_contents(path, text, -1, NULL));
        function = mamuto_function_new(spec, &error);
        g_assert_no_error(error);
        map_run_function(&map, mapper, function, 0, NULL, count_up(10, 0), NULL);
        map_expect(&map);
        g_assert_cmpfloat(map_doubles(&map, 10)[9], ==, 9 + k % MANY);
    }
    g_assert_cmpuint(count_children(agent_pid()), <=, WIRE_MAX_FUNCTIONS);
    unlink(path);
    rmdir(folder);
}

static gboolean
is_array(const char *target)
{
    return strstr(target, "mamuto-array") != NULL;
}

/* FINISH is sent with the frames of the next run. The agent therefore never has the arguments of
 * more than two runs, and releases those of the last run although no run follows. */
static void
test_arguments(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_autoptr(MamutoFunction) function = find_function("double");
    g_autofree char *fds = NULL;
    gint64 end;

    for (int k = 0; k < 100; k++) {
        g_auto(Map) map = {0};

        map_run_function(&map, mapper, function, 0, NULL, count_up(64, 0), NULL);
        map_expect(&map);
        g_assert_cmpfloat(map_doubles(&map, 64)[63], ==, 126);
        g_free(fds);
        fds = g_strdup_printf("/proc/%d/fd", agent_pid());
        g_assert_cmpuint(count_in(fds, is_array), <=, 2);
    }
    end = g_get_monotonic_time() + 60 * G_TIME_SPAN_SECOND;
    while (count_in(fds, is_array) > 0) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
        g_usleep(1000);
    }
}

/* Maps the function over an array of @n rows, which the host stores. */
static void
map_kept(Map *map, MamutoMapper *mapper, MamutoFunction *function, gint64 n)
{
    keep_argument(mapper, function, 0, count_up_in_memory(n));
    map_run_function(map, mapper, function, 0, NULL, NULL, NULL);
}

static void
expect_kept(Map *map, gint64 n)
{
    map_expect(map);
    g_assert_cmpfloat(map_doubles(map, n)[n - 1], ==, 2.0 * (double)(n - 1));
}

static guint
count_blobs(void)
{
    g_autofree char *fds = g_strdup_printf("/proc/%d/fd", agent_pid());

    return count_in(fds, is_blob);
}

/* Each run stores another array on the host, so the host removes old arrays. The last runs need
 * the first arrays again. */
static void
test_kept(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:1");
    g_autoptr(MamutoFunction) function = find_function("double");

    for (int k = 0; k < MANY_BLOBS + 2; k++) {
        gint64 n = 10 + k % MANY_BLOBS;
        g_auto(Map) map = {0};

        map_kept(&map, mapper, function, n);
        expect_kept(&map, n);
    }
    g_assert_cmpuint(count_blobs(), <=, MOST_BLOBS + 1);
}

/* Returns the number of bytes that were sent to the only host of a run. */
static guint64
bytes_sent(const Map *map)
{
    g_autoptr(MamutoHostStatus) host = g_list_model_get_item(mamuto_run_get_hosts(map->run), 0);

    return mamuto_host_status_get_bytes_sent(host);
}

/* The host cannot store an array, which is an error of that run only. The arrays that the host
 * stores are not sent again, and they still count, so that the host never stores too many. */
static void
test_refused_blobs(void)
{
    enum { USUAL = 20000, TOO_LARGE = 1 << 18, ROUNDS = 3, FEW = 45 };
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:1");
    g_autoptr(MamutoFunction) function = find_function("double");
    g_auto(Map) first = {0};
    struct rlimit old, small;

    g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &old), ==, 0);
    small = (struct rlimit){.rlim_cur = 1 << 20, .rlim_max = old.rlim_max};
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
    map_kept(&first, mapper, function, USUAL); /* starts the agent, which inherits the limit */
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &old), ==, 0);
    expect_kept(&first, USUAL);
    g_assert_cmpuint(bytes_sent(&first), >, USUAL * sizeof(double));
    for (int round = 0; round < ROUNDS; round++) {
        g_auto(Map) refused = {0};
        g_auto(Map) again = {0};

        for (int k = 0; k < FEW; k++) {
            g_auto(Map) map = {0};

            map_kept(&map, mapper, function, 10 + round * FEW + k);
            expect_kept(&map, 10 + round * FEW + k);
        }
        map_kept(&refused, mapper, function, TOO_LARGE);
        g_assert_error(refused.error, MAMUTO_ERROR, MAMUTO_ERROR_AGENT);
        g_assert_cmpstr(mamuto_error_get_host(refused.error), ==, "localhost");
        g_assert_nonnull(strstr(refused.error->message, "cannot be kept on this host"));
        map_kept(&again, mapper, function, USUAL);
        expect_kept(&again, USUAL);
        g_assert_cmpuint(bytes_sent(&again), <, USUAL * sizeof(double));
    }
    g_assert_cmpuint(count_blobs(), <=, MOST_BLOBS + 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mapper/many/arguments", test_arguments);
    g_test_add_func("/mapper/many/functions", test_functions);
    g_test_add_func("/mapper/many/kept", test_kept);
    g_test_add_func("/mapper/many/refused-blobs", test_refused_blobs);
    return g_test_run();
}
