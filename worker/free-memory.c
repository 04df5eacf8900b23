/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads the memory of this machine from /proc/meminfo, and the limits of control groups. A
 * container or a batch system limits its processes by a control group. A process that exceeds such
 * a limit is killed, however much memory the machine has. core/base/memory.c does the same in the
 * controller. */
#ifndef _GNU_SOURCE /* a host compiles the sources with `cc *.c`, which does not define it */
#define _GNU_SOURCE
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

/* Reads the number that follows the line's first word `key`. */
static bool
read_field(const char *text, const char *key, uint64_t *value)
{
    size_t length = strlen(key);
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, length) == 0 && (line[length] == ' ' || line[length] == '\t')) {
            *value = strtoull(line + length, NULL, 10);
            return true;
        }
    }
    return false;
}

static bool
read_number(const char *folder, const char *name, uint64_t *value)
{
    char text[64], *path = xprintf("%s/%s", folder, name);
    bool found = read_text(path, text, sizeof text) > 0 && text[0] >= '0' && text[0] <= '9';
    free(path);
    if (found)
        *value = strtoull(text, NULL, 10);
    return found;
}

/* The names of the files of a version of control groups. */
struct cgroup_files {
    const char *mount, *limit, *used, *reclaimable[2];
};

/* In version 1, the fields "total_..." include the groups below, as the usage does. */
static const struct cgroup_files version_1 = {"/sys/fs/cgroup/memory",
                                              "memory.limit_in_bytes",
                                              "memory.usage_in_bytes",
                                              {"total_inactive_file", "total_active_file"}};
static const struct cgroup_files version_2 = {
    "/sys/fs/cgroup", "memory.max", "memory.current", {"inactive_file", "active_file"}};

/* Lowers *total and *available to what the control group in `folder` allows. */
static void
apply_limit(const struct cgroup_files *files, const char *folder, uint64_t *total,
            uint64_t *available)
{
    static char text[8192];
    uint64_t limit, used, bytes;
    if (!read_number(folder, files->limit, &limit) || !read_number(folder, files->used, &used))
        return;
    char *path = xprintf("%s/memory.stat", folder);
    read_text(path, text, sizeof text);
    free(path);
    /* The usage contains the file cache, which the kernel frees when the memory is needed. */
    for (size_t i = 0; i < sizeof files->reclaimable / sizeof files->reclaimable[0]; i++)
        if (read_field(text, files->reclaimable[i], &bytes))
            used -= bytes < used ? bytes : used;
    uint64_t left = limit > used ? limit - used : 0;
    *total = limit < *total ? limit : *total;
    *available = left < *available ? left : *available;
}

/* Applies the limits of the control group `path` and of all groups above it. In a container, the
 * folders of the container's own group may be the topmost ones although `path` is longer. */
static void
apply_limits(const char *root, const struct cgroup_files *files, const char *path, uint64_t *total,
             uint64_t *available)
{
    char *folder = xprintf("%s%s%s", root, files->mount, path), *end;
    size_t top = strlen(root) + strlen(files->mount);
    do {
        end = strrchr(folder + top, '/');
        apply_limit(files, folder, total, available);
        if (end != NULL)
            *end = '\0';
    } while (end != NULL);
    free(folder);
}

/* Returns whether a list such as "cpu,memory" contains "memory". */
static bool
has_memory(const char *list)
{
    static const char name[] = "memory";
    for (const char *at = list; (at = strstr(at, name)) != NULL; at++)
        if ((at == list || at[-1] == ',') && strchr(",", at[sizeof name - 1]) != NULL)
            return true;
    return false;
}

void
free_memory_read(const char *root, uint64_t *total, uint64_t *available)
{
    static char text[8192];
    char *path = xprintf("%s/proc/meminfo", root), *rest = text;
    *total = *available = 0;
    read_text(path, text, sizeof text);
    free(path);
    read_field(text, "MemTotal:", total);
    if (!read_field(text, "MemAvailable:", available))
        read_field(text, "MemFree:", available);
    *total *= 1024;
    *available *= 1024;
    path = xprintf("%s/proc/self/cgroup", root);
    read_text(path, text, sizeof text);
    free(path);
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) { /* "NUMBER:CONTROLLERS:PATH" */
        const char *number = strsep(&line, ":"), *controllers = strsep(&line, ":");
        if (line == NULL || strstr(line, "/..") != NULL)
            continue;
        if (strcmp(number, "0") == 0 && controllers[0] == '\0')
            apply_limits(root, &version_2, line, total, available);
        else if (has_memory(controllers))
            apply_limits(root, &version_1, line, total, available);
    }
}
