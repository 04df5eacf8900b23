/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads the free memory of this computer from /proc/meminfo, and the limits of control groups. A
 * container or a batch system limits its processes by a control group. A process that exceeds such
 * a limit is killed, however much memory the computer has. worker/free-memory.c does the same for
 * the agent, which cannot use GLib. */
#include "memory.h"

#include <string.h>

/* Reads the number that follows the line's first word @key. */
static gboolean
read_field(const char *text, const char *key, guint64 *value)
{
    gsize length = strlen(key);

    for (const char *line = text; line != NULL && *line != '\0';) {
        if (strncmp(line, key, length) == 0 && g_ascii_isspace(line[length])) {
            *value = g_ascii_strtoull(line + length, NULL, 10);
            return TRUE;
        }
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    return FALSE;
}

static char *
read_file(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, NULL);
    return text;
}

static gboolean
read_number(const char *folder, const char *name, guint64 *value)
{
    g_autofree char *text = read_file(folder, name);

    if (text == NULL || !g_ascii_isdigit(*text)) /* "max": no limit */
        return FALSE;
    *value = g_ascii_strtoull(text, NULL, 10);
    return TRUE;
}

/* The bytes that can still be used. */
typedef struct {
    guint64 memory, swap, both;
} Room;

/* The names of the files of a version of control groups. `swap` limits the swap space in version 2,
 * and the sum of memory and swap space in version 1. */
typedef struct {
    const char *mount, *limit, *used, *swap_limit, *swap_used, *reclaimable[2];
    gboolean swap_is_sum;
} CgroupFiles;

/* In version 1, the fields "total_..." include the groups below, as the usage does. */
static const CgroupFiles version_1 = {
    "sys/fs/cgroup/memory",        "memory.limit_in_bytes",
    "memory.usage_in_bytes",       "memory.memsw.limit_in_bytes",
    "memory.memsw.usage_in_bytes", {"total_inactive_file", "total_active_file"},
    .swap_is_sum = TRUE,
};
static const CgroupFiles version_2 = {
    "sys/fs/cgroup",   "memory.max",          "memory.current",
    "memory.swap.max", "memory.swap.current", {"inactive_file", "active_file"},
};

/* Lowers *@room to @limit minus the use. @freeable: part of the use that the kernel can free. */
static void
lower(guint64 *room, guint64 limit, guint64 used, guint64 freeable)
{
    used -= MIN(used, freeable);
    *room = MIN(*room, limit - MIN(limit, used));
}

/* Lowers @room to what the control group in @folder leaves. */
static void
apply_limit(const CgroupFiles *files, const char *folder, Room *room)
{
    g_autofree char *stat = read_file(folder, "memory.stat");
    guint64 limit, used, bytes, cache = 0;

    /* The usage contains the file cache, which the kernel frees when the memory is needed. */
    for (gsize i = 0; i < G_N_ELEMENTS(files->reclaimable); i++)
        if (stat != NULL && read_field(stat, files->reclaimable[i], &bytes))
            cache += bytes;
    if (read_number(folder, files->limit, &limit) && read_number(folder, files->used, &used))
        lower(&room->memory, limit, used, cache);
    if (read_number(folder, files->swap_limit, &limit) &&
        read_number(folder, files->swap_used, &used)) {
        if (files->swap_is_sum)
            lower(&room->both, limit, used, cache);
        else
            lower(&room->swap, limit, used, 0);
    }
}

/* Lowers @room to what the control group @path and all groups above it leave. In a container, the
 * folders of the container's own group may be the topmost ones although @path is longer. */
static void
apply_limits(const char *root, const CgroupFiles *files, const char *path, Room *room)
{
    g_autofree char *group = g_strdup(path);

    for (;;) {
        g_autofree char *folder = g_build_filename(root, files->mount, group, NULL);
        char *end = strrchr(group, '/');

        apply_limit(files, folder, room);
        if (end == NULL)
            return;
        *end = '\0';
    }
}

/* Reads the lines "NUMBER:CONTROLLERS:PATH" of /proc/self/cgroup. */
static void
apply_cgroups(const char *root, Room *room)
{
    g_autofree char *text = read_file(root, "proc/self/cgroup");
    g_auto(GStrv) lines = g_strsplit(text != NULL ? text : "", "\n", -1);

    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) parts = g_strsplit(*line, ":", 3);
        g_auto(GStrv) controllers = NULL;

        if (g_strv_length(parts) < 3 || strstr(parts[2], "/..") != NULL)
            continue;
        controllers = g_strsplit(parts[1], ",", -1);
        if (strcmp(parts[0], "0") == 0 && *parts[1] == '\0')
            apply_limits(root, &version_2, parts[2], room);
        else if (g_strv_contains((const char *const *)controllers, "memory"))
            apply_limits(root, &version_1, parts[2], room);
    }
}

guint64
memory_get_available_at(const char *root)
{
    g_autofree char *text = read_file(root, "proc/meminfo");
    guint64 available, swap;
    Room room = {.both = G_MAXUINT64};

    if (text == NULL || !read_field(text, "MemAvailable:", &available) ||
        !read_field(text, "SwapFree:", &swap))
        return G_MAXUINT64;
    room.memory = available * 1024;
    room.swap = swap * 1024;
    apply_cgroups(root, &room);
    return MIN(room.memory + room.swap, room.both);
}

guint64
memory_get_available(void)
{
    return memory_get_available_at("/");
}
