/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the free memory that the library and the agent find on a computer. A folder with the
 * files of /proc and /sys stands for the computer. */
#include "memory.h"

#include <glib/gstdio.h>

#include "util.h"

#define MIB (1024 * 1024)
#define MEMINFO                                                                                    \
    "MemTotal:  4096000 kB\nMemFree: 1000 kB\nMemAvailable:  2048000 kB\nSwapFree:  10240 kB\n"
#define MEMORY (2000ull * MIB) /* as MEMINFO says */
#define SWAP (10ull * MIB)

typedef struct {
    const char *path, *content;
} TextFile;

typedef struct {
    const char *name;
    TextFile files[12];
    guint64 total, free, free_with_swap;
} Computer;

static const Computer computers[] = {
    {"no control groups", {{"proc/meminfo", MEMINFO}}, 4000ull * MIB, MEMORY, MEMORY + SWAP},
    {"version 2: the file cache can be freed, and the swap space has a limit",
     {{"proc/meminfo", MEMINFO},
      {"proc/self/cgroup", "0::/job\n"},
      {"sys/fs/cgroup/job/memory.max", "524288000\n"},     /* 500 MiB */
      {"sys/fs/cgroup/job/memory.current", "419430400\n"}, /* 400 MiB */
      {"sys/fs/cgroup/job/memory.stat",
       "anon 1\ninactive_anon 7\ninactive_file 104857600\nactive_file 52428800\n"},
      {"sys/fs/cgroup/job/memory.swap.max", "3145728\n"},
      {"sys/fs/cgroup/job/memory.swap.current", "1048576\n"}},
     500ull * MIB,
     250ull * MIB,
     252ull * MIB},
    {"version 2: a group above has the limit",
     {{"proc/meminfo", MEMINFO},
      {"proc/self/cgroup", "0::/user/job/step\n"},
      {"sys/fs/cgroup/user/job/step/memory.max", "max\n"},
      {"sys/fs/cgroup/user/job/step/memory.current", "1000\n"},
      {"sys/fs/cgroup/user/memory.max", "104857600\n"},
      {"sys/fs/cgroup/user/memory.current", "94371840\n"}},
     100ull * MIB,
     10ull * MIB,
     10ull * MIB + SWAP},
    {"version 2: the container's group is the topmost one, and all of it is used",
     {{"proc/meminfo", MEMINFO},
      {"proc/self/cgroup", "0::/kubepods/pod1\n"},
      {"sys/fs/cgroup/memory.max", "104857600\n"},
      {"sys/fs/cgroup/memory.current", "104857601\n"}},
     100ull * MIB,
     0,
     SWAP},
    {"version 1: the fields of the groups below count, and memory and swap space have a limit",
     {{"proc/meminfo", MEMINFO},
      {"proc/self/cgroup", "5:cpu,memory:/a/b\n2:cpuset:/\n1:name=systemd:/x\n0::/y\n"},
      {"sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"},
      {"sys/fs/cgroup/memory/memory.usage_in_bytes", "52428800\n"},
      {"sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "209715200\n"},
      {"sys/fs/cgroup/memory/a/b/memory.usage_in_bytes", "157286400\n"},
      {"sys/fs/cgroup/memory/a/b/memory.memsw.limit_in_bytes", "210763776\n"}, /* 201 MiB */
      {"sys/fs/cgroup/memory/a/b/memory.memsw.usage_in_bytes", "157286400\n"},
      {"sys/fs/cgroup/memory/a/b/memory.stat",
       "inactive_file 9\nactive_file 9\ntotal_inactive_file 52428800\ntotal_active_file 0\n"}},
     200ull * MIB,
     100ull * MIB,
     101ull * MIB},
    {"a limit above the memory of the computer, and lines that are not understood",
     {{"proc/meminfo", MEMINFO},
      {"proc/self/cgroup", "\nx\n1:\n0::/../../c\n3:notmemory,memoryless:/c\n4:memory:/c\n"},
      {"sys/fs/cgroup/c/memory.max", "1\n"},
      {"sys/fs/cgroup/c/memory.current", "1\n"},
      {"sys/fs/cgroup/memory/c/memory.limit_in_bytes", "42949672960\n"},
      {"sys/fs/cgroup/memory/c/memory.usage_in_bytes", "0\n"}},
     4000ull * MIB,
     MEMORY,
     MEMORY + SWAP},
};

static void
write_file(const char *root, const TextFile *file)
{
    g_autofree char *path = g_build_filename(root, file->path, NULL);
    g_autofree char *folder = g_path_get_dirname(path);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_file_set_contents(path, file->content, -1, &error);
    g_assert_no_error(error);
}

/* Deletes a file and the folders that are then empty. */
static void
delete_file(const char *root, const TextFile *file)
{
    g_autofree char *path = g_build_filename(root, file->path, NULL);

    g_assert_cmpint(g_unlink(path), ==, 0);
    while (g_str_has_prefix(path, root)) {
        g_autofree char *folder = g_path_get_dirname(path);

        if (g_rmdir(folder) != 0)
            break;
        g_free(path);
        path = g_steal_pointer(&folder);
    }
}

static void
test_computer(gconstpointer data)
{
    const Computer *computer = data;
    g_autofree char *root = g_dir_make_tmp("mamuto-XXXXXX", NULL);
    uint64_t total, available;

    for (guint i = 0; i < G_N_ELEMENTS(computer->files) && computer->files[i].path; i++)
        write_file(root, &computer->files[i]);
    g_assert_cmpuint(memory_get_available_at(root), ==, computer->free_with_swap);
    free_memory_read(root, &total, &available);
    g_assert_cmpuint(total, ==, computer->total);
    g_assert_cmpuint(available, ==, computer->free);
    for (guint i = 0; i < G_N_ELEMENTS(computer->files) && computer->files[i].path; i++)
        delete_file(root, &computer->files[i]);
}

static void
test_unknown(void)
{
    uint64_t total, available;

    g_assert_cmpuint(memory_get_available_at("/nonexistent"), ==, G_MAXUINT64);
    free_memory_read("/nonexistent", &total, &available);
    g_assert_cmpuint(total, ==, 0);
    g_assert_cmpuint(available, ==, 0);
}

/* The limit of this computer's own group is read too, so neither value can exceed the memory. */
static void
test_this_computer(void)
{
    uint64_t total, available;

    free_memory_read("", &total, &available);
    g_assert_cmpuint(available, >, 0);
    g_assert_cmpuint(available, <=, total);
    g_assert_cmpuint(memory_get_available(), >, 0);
    g_assert_cmpuint(memory_get_available(), <, G_MAXUINT64);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(computers); i++) {
        g_autofree char *path = g_strdup_printf("/memory/%s", computers[i].name);

        g_test_add_data_func(path, &computers[i], test_computer);
    }
    g_test_add_func("/memory/unknown", test_unknown);
    g_test_add_func("/memory/this-computer", test_this_computer);
    return g_test_run();
}
