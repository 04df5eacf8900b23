/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads facts about this machine and its load from /proc. */
#include "agent.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

uint64_t
host_info_memory_available(void)
{
    uint64_t total, available;
    free_memory_read("", &total, &available);
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
    static char boot_id[64];
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
    free_memory_read("", &m->memory_total, &m->memory_available);
    read_text("/proc/sys/kernel/random/boot_id", boot_id, sizeof boot_id);
    boot_id[strcspn(boot_id, "\n")] = '\0';
    m->boot_id = shown(boot_id);
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

/* Adds the memory of a process to *total, but not the pages of files, which it may share with other
 * processes. Sets *shared to the size of these pages if it is larger. */
static void
add_resident(pid_t pid, uint64_t *total, uint64_t *shared)
{
    char path[64], text[128];
    unsigned long long size = 0, pages = 0, of_files = 0;
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    if (pid <= 0)
        return;
    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    read_text(path, text, sizeof text);
    if (sscanf(text, "%llu %llu %llu", &size, &pages, &of_files) != 3 || of_files > pages)
        return;
    *total += (pages - of_files) * page;
    if (*shared < of_files * page)
        *shared = of_files * page;
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
    free_memory_read("", &m->memory_total, &m->memory_available);
    uint64_t shared = 0;
    for (struct function *f = a->functions; f != NULL; f = f->next) {
        add_resident(f->pid, &m->memory_slots, &shared);
        for (uint32_t i = 0; i < WIRE_MAX_SLOTS; i++)
            if (f->slots[i] != NULL)
                add_resident(f->slots[i]->pid, &m->memory_slots, &shared);
    }
    m->memory_slots += shared;
}
