/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads facts about this machine and its load from /proc. The memory limits are read from cgroups
 * too. */
#include "agent.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static size_t
read_text(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t used = 0;
    ssize_t n = 0;
    while (fd >= 0 && used < size - 1 && (n = read(fd, text + used, size - 1 - used)) > 0)
        used += (size_t)n;
    text[used] = '\0';
    close_fd(&fd);
    return used;
}

static uint64_t
field_kb(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    return at != NULL ? strtoull(at + strlen(name), NULL, 10) * 1024 : 0;
}

static bool
read_number(const char *path, uint64_t *value)
{
    char text[64];
    if (read_text(path, text, sizeof text) == 0 || text[0] < '0' || text[0] > '9')
        return false;
    *value = strtoull(text, NULL, 10);
    return true;
}

/* Returns the size of the inactive file cache. A cgroup counts this memory as used, but the kernel
 * can reclaim it. */
static uint64_t
cgroup_reclaimable(const char *place)
{
    static char text[8192];
    char path[600];
    unsigned long long bytes = 0;
    snprintf(path, sizeof path, "%s/memory.stat", place);
    read_text(path, text, sizeof text);
    const char *at = strstr(text, "total_inactive_file ");
    if (at == NULL)
        at = strstr(text, "inactive_file ");
    if (at != NULL && sscanf(strchr(at, ' '), "%llu", &bytes) != 1)
        bytes = 0;
    return bytes;
}

/* Reads the memory limit and the memory usage of the cgroup of this process. If the files of this
 * cgroup do not exist, reads the values of the topmost cgroup. In a container this is the cgroup of
 * the container. Version 2 of cgroups is tried before version 1. */
static bool
cgroup_memory(uint64_t *limit, uint64_t *used)
{
    static char text[8192];
    char v2[512] = "", v1[512] = "";
    read_text("/proc/self/cgroup", text, sizeof text);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char *path = strrchr(line, ':');
        if (path == NULL || strlen(path) > 400)
            continue;
        if (strncmp(line, "0::", 3) == 0)
            snprintf(v2, sizeof v2, "/sys/fs/cgroup%s", path + 1);
        else if (strstr(line, ":memory:") != NULL)
            snprintf(v1, sizeof v1, "/sys/fs/cgroup/memory%s", path + 1);
    }
    const char *const places[][3] = {
        {v2, "memory.max", "memory.current"},
        {"/sys/fs/cgroup", "memory.max", "memory.current"},
        {v1, "memory.limit_in_bytes", "memory.usage_in_bytes"},
        {"/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes"},
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        char path[600];
        if (places[i][0][0] == '\0')
            continue;
        snprintf(path, sizeof path, "%s/%s", places[i][0], places[i][1]);
        if (!read_number(path, limit))
            continue;
        snprintf(path, sizeof path, "%s/%s", places[i][0], places[i][2]);
        if (read_number(path, used)) {
            uint64_t reclaimable = cgroup_reclaimable(places[i][0]);
            *used -= reclaimable < *used ? reclaimable : *used;
            return true;
        }
    }
    return false;
}

static void
memory(uint64_t *total, uint64_t *available)
{
    char text[4096];
    uint64_t limit, used;
    read_text("/proc/meminfo", text, sizeof text);
    *total = field_kb(text, "MemTotal:");
    *available = field_kb(text, "MemAvailable:");
    if (*available == 0)
        *available = field_kb(text, "MemFree:");
    if (cgroup_memory(&limit, &used) && limit < *total) {
        uint64_t left = limit > used ? limit - used : 0;
        *total = limit;
        *available = left < *available ? left : *available;
    }
}

uint64_t
host_info_memory_available(void)
{
    uint64_t total, available;
    memory(&total, &available);
    return available;
}

uint32_t
host_info_cores(void)
{
    static cpu_set_t set[8]; /* room for 8,192 processors */
    if (sched_getaffinity(0, sizeof set, set) == 0) {
        int n = CPU_COUNT_S(sizeof set, set);
        if (n > 0)
            return n > WIRE_MAX_SLOTS ? WIRE_MAX_SLOTS : (uint32_t)n;
    }
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 && n <= WIRE_MAX_SLOTS ? (uint32_t)n : 1;
}

/* Returns the value of the first line "key : value" in the text of /proc/cpuinfo. */
static struct wire_str
cpu_line(char *text, const char *key)
{
    for (char *at = text; (at = strstr(at, key)) != NULL; at++) {
        if (at != text && at[-1] != '\n')
            continue;
        char *colon = strchr(at, ':'), *end = strchr(at, '\n');
        if (colon == NULL || end == NULL || colon > end)
            continue;
        colon += strspn(colon, ": \t");
        return wire_str(colon, colon < end ? (size_t)(end - colon) : 0);
    }
    return (struct wire_str){"", 0};
}

/* Keeps only the CPU features for which numpy or the C library has special code, because such code
 * can round differently. */
static struct wire_str
rounding_features(struct wire_str all)
{
    static const char *const names[] = {
        "sse4_1",   "avx",      "avx2",     "fma",      "f16c",       "avx512f",
        "avx512cd", "avx512bw", "avx512dq", "avx512vl", "avx512ifma", "avx512_vnni",
        "asimd",    "asimdhp",  "sve",      "vx",       "vsx",
    };
    static char chosen[512];
    size_t used = 0;
    for (uint32_t at = 0; at < all.len;) {
        uint32_t end = at;
        while (end < all.len && all.data[end] != ' ')
            end++;
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            size_t n = strlen(names[i]);
            if (n == end - at && memcmp(all.data + at, names[i], n) == 0 &&
                used + n + 2 < sizeof chosen)
                used += (size_t)snprintf(chosen + used, sizeof chosen - used, "%s%s",
                                         used > 0 ? " " : "", names[i]);
        }
        at = end + 1;
    }
    return wire_str(chosen, used);
}

static struct wire_str
shown(char *text)
{
    size_t n = strlen(text);
    wire_utf8_make_valid(text, n);
    return wire_str(text, n);
}

void
host_info_ready(struct wire_ready *m)
{
    static struct utsname name;
    static char cpu[16384];
    static char model[256];
    memset(m, 0, sizeof *m);
    uname(&name);
    m->sysname = shown(name.sysname);
    m->machine = shown(name.machine);
    m->hostname = shown(name.nodename);
    read_text("/proc/cpuinfo", cpu, sizeof cpu);
    struct wire_str line = cpu_line(cpu, "model name"), flags = cpu_line(cpu, "flags");
    snprintf(model, sizeof model, "%.*s", (int)(line.len < 200 ? line.len : 200), line.data);
    m->cpu_model = shown(model);
    m->cpu_features = rounding_features(flags.len > 0 ? flags : cpu_line(cpu, "Features"));
    m->cores = host_info_cores();
    m->pid = (uint32_t)getpid();
    memory(&m->memory_total, &m->memory_available);
}

static uint32_t
cpu_permille(struct agent *a)
{
    char text[512];
    unsigned long long v[8] = {0};
    read_text("/proc/stat", text, sizeof text);
    if (sscanf(text, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &v[0], &v[1], &v[2], &v[3],
               &v[4], &v[5], &v[6], &v[7]) < 4)
        return 0;
    uint64_t idle = v[3] + v[4], total = 0;
    for (int i = 0; i < 8; i++)
        total += v[i];
    uint64_t busy = total - idle, of = total - a->cpu_total, now = busy - a->cpu_busy;
    uint32_t permille =
        total > a->cpu_total && busy >= a->cpu_busy ? (uint32_t)(now * 1000 / of) : 0;
    a->cpu_total = total;
    a->cpu_busy = busy;
    return permille > 1000 ? 1000 : permille;
}

static uint64_t
resident(pid_t pid)
{
    char path[64], text[128];
    unsigned long long size = 0, pages = 0;
    if (pid <= 0)
        return 0;
    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    read_text(path, text, sizeof text);
    if (sscanf(text, "%llu %llu", &size, &pages) != 2)
        return 0;
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

void
host_info_stats(struct agent *a, struct wire_stats *m)
{
    memset(m, 0, sizeof *m);
    m->agent_us = now_us();
    m->cpu_permille = cpu_permille(a);
    m->slots = a->n_slots;
    for (uint32_t i = 0; i < WIRE_MAX_SLOTS; i++)
        m->slots_busy += a->busy != NULL && a->busy[i] != NULL;
    if (m->slots < m->slots_busy)
        m->slots = m->slots_busy; /* n_slots was reduced, but more slots are still busy */
    memory(&m->memory_total, &m->memory_available);
    for (struct function *f = a->functions; f != NULL; f = f->next) {
        m->memory_slots += resident(f->pid);
        for (uint32_t i = 0; i < WIRE_MAX_SLOTS; i++)
            if (f->slots[i] != NULL)
                m->memory_slots += resident(f->slots[i]->pid);
    }
}
