/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Time limits: of the call for one row, of the start of an interpreter or a slot, and of a process
 * that stands still because a signal stopped it (SIGSTOP). At intervals the agent compares what a
 * process does with what it did at the previous check. */
#include "agent.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND_US 1000000u
#define MIN_PERIOD_US 10000u
/* Interval of reading the work of all processes of a group, which takes long on a large host. */
#define GROUP_PERIOD_US (5 * SECOND_US)
/* Time in which a killed interpreter must end. */
#define END_US (5 * SECOND_US)
/* With SLOT_ISOLATE the slot itself enforces the limit of a row. The agent allows more time, so
 * that it acts only if the slot does not. */
#define ISOLATE_EXTRA_US (10 * SECOND_US)

/* ---- what a process does ---- */

/* Reads a file in the directory of a process in /proc. Returns false if the process has ended or
 * the file cannot be read. */
static bool
read_process(const char *pid, const char *name, char *text, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%.16s/%s", pid, name);
    FILE *file = fopen(path, "re");
    size_t n = file != NULL ? fread(text, 1, size - 1, file) : 0;
    if (file != NULL)
        fclose(file);
    text[n] = '\0';
    return n > 0;
}

struct process {
    char state;    /* 'T': stopped by a signal; 'Z': ended, but not reaped */
    int group;     /* process group */
    uint64_t work; /* grows when the process uses CPU time, does I/O or prints */
};

static bool
look_at_process(const char *pid, struct process *p)
{
    char text[1024];
    unsigned long long minor, major, user, system, read = 0, written = 0;
    const char *at;
    if (!read_process(pid, "stat", text, sizeof text) || (at = strrchr(text, ')')) == NULL ||
        sscanf(at + 1, " %c %*d %d %*d %*d %*d %*u %llu %*u %llu %*u %llu %llu", &p->state,
               &p->group, &minor, &major, &user, &system) != 6)
        return false;
    /* A page fault reads a page of a mapped file, for example of a library. */
    p->work = minor + major + user + system;
    if (read_process(pid, "io", text, sizeof text) &&
        sscanf(text, "rchar: %llu wchar: %llu", &read, &written) == 2)
        p->work += read + written;
    return true;
}

static bool
look_at(pid_t pid, struct process *p)
{
    char name[16];
    snprintf(name, sizeof name, "%d", (int)pid);
    return pid > 0 && look_at_process(name, p);
}

/* Returns the sum of the work of all processes of a group. An interpreter may wait for a process
 * that it started, for example for a compiler. */
static uint64_t
work_of_group(pid_t group)
{
    uint64_t work = 0;
    DIR *processes = opendir("/proc");
    if (processes == NULL)
        return 0;
    for (const struct dirent *d; (d = readdir(processes)) != NULL;) {
        struct process p;
        if (d->d_name[0] >= '1' && d->d_name[0] <= '9' && look_at_process(d->d_name, &p) &&
            p.group == group)
            work += p.work;
    }
    closedir(processes);
    return work;
}

/* ---- starts ---- */

/* Adds the time since the previous check to the times of a process that is starting. */
static void
note_start(struct stall *stall, pid_t pid, pid_t group, uint64_t elapsed)
{
    struct process p = {.work = 0};
    look_at(pid, &p);
    if (stall->total_us == 0) { /* the process started after the previous check */
        stall->total_us = 1;
        stall->seen[0] = p.work;
        return;
    }
    stall->total_us += elapsed;
    if (p.work != stall->seen[0]) {
        stall->seen[0] = p.work;
        stall->idle_us = 0;
        return;
    }
    uint64_t before = stall->idle_us;
    stall->idle_us += elapsed;
    if (stall->idle_us / GROUP_PERIOD_US == before / GROUP_PERIOD_US)
        return;
    uint64_t work = work_of_group(group);
    if (work != stall->seen[1]) {
        stall->seen[1] = work;
        stall->idle_us = 0;
    }
}

/* Returns NULL if the start is within its limit. Otherwise returns the reason, which the caller
 * must free. */
static char *
exceeds_start_limit(const struct function *f, const struct stall *stall)
{
    if (f->start_limit_us > 0)
        return stall->total_us < f->start_limit_us
                   ? NULL
                   : xprintf("took longer than the time limit of %g s",
                             (double)f->start_limit_us / SECOND_US);
    return stall->idle_us < WIRE_START_IDLE_US
               ? NULL
               : xprintf("used no CPU time, did no I/O and printed nothing for %u s",
                         WIRE_START_IDLE_US / SECOND_US);
}

static void
check_function(struct function *f, uint64_t elapsed)
{
    note_start(&f->stall, f->pid, f->pid, elapsed);
    char *why = exceeds_start_limit(f, &f->stall);
    if (why != NULL)
        runner_start_is_late(f, why);
    free(why);
}

/* Checks an interpreter that has closed its socket and was killed. */
static void
check_end(struct function *f, uint64_t elapsed)
{
    f->stall.idle_us += elapsed;
    if (f->stall.idle_us >= END_US)
        runner_end_is_late(f);
}

/* Checks a slot whose start or end the interpreter has not reported yet. */
static void
check_transition(struct slot *s, uint64_t elapsed)
{
    struct function *f = s->function;
    struct process p = {.state = 'Z'};
    if (s->agent->slots_paused)
        return; /* the agent does not read what the slot sends */
    note_start(&s->stall, s->pid > 0 ? s->pid : f->pid, s->pid > 0 ? s->pid : f->pid, elapsed);
    char *why = exceeds_start_limit(f, &s->stall);
    if (why == NULL)
        return;
    memset(&s->stall, 0, sizeof s->stall);
    if (s->pid == 0 || !look_at(s->pid, &p) || p.state == 'Z')
        runner_kill(f); /* the interpreter does not start the slot, or does not report its end */
    else if (s->state == SLOT_STARTING)
        runner_slot_is_late(f, s, why);
    else
        slot_does_not_end(s);
    free(why);
}

/* ---- rows ---- */

/* Returns the time limit for what the slot does, or UINT64_MAX. */
static uint64_t
limit_of(const struct task *t, uint64_t progress)
{
    uint64_t limit = t->run->row_limit_us, n = t->hi - t->lo;
    if (limit == 0)
        return UINT64_MAX;
    if (t->isolate)
        return 2 * limit + ISOLATE_EXTRA_US;
    if (progress == SLOT_WHOLE_CHUNK)
        return __builtin_mul_overflow(limit, n, &limit) ? UINT64_MAX : limit;
    return progress >= 1 && progress <= n ? limit : UINT64_MAX;
}

/* Ends a slot that exceeded a limit or stands still. Its chunk is computed again. */
static void
end_slot(struct slot *s, uint64_t late)
{
    struct task *t = s->tasks[0];
    t->isolate = true;
    t->deaths++;
    t->late = late;
    slot_kill(s);
}

static void
check_row(struct slot *s, uint64_t elapsed)
{
    const struct task *t = s->tasks[0];
    uint64_t progress = t->run->row_limit_us > 0 && s->shared != NULL
                            ? __atomic_load_n(&s->shared->called, __ATOMIC_RELAXED)
                            : 0;
    struct stall *stall = &s->stall;
    if (s->agent->slots_paused) { /* the slot may have begun its next chunk */
        memset(stall, 0, sizeof *stall);
        return;
    }
    if (stall->seen[0] != t->serial || stall->seen[1] != progress) {
        *stall = (struct stall){.seen = {t->serial, progress}};
        return;
    }
    stall->idle_us += elapsed;
    if (progress != SLOT_WHOLE_CHUNK)
        progress &= ~SLOT_CALLED_AGAIN;
    if (stall->idle_us >= limit_of(t, progress)) {
        end_slot(s, !t->isolate && progress <= t->hi - t->lo ? progress : t->late);
        return;
    }
    /* A slot that computes chunks quickly is not stopped, so /proc is not read. */
    struct process p;
    if (stall->idle_us < SECOND_US)
        return;
    stall->stopped_us = look_at(s->pid, &p) && p.state == 'T' ? stall->stopped_us + elapsed : 0;
    uint64_t limit = s->function->start_limit_us;
    if (stall->stopped_us >= (limit > 0 ? limit : WIRE_START_IDLE_US))
        end_slot(s, t->late);
}

/* ---- all of them ---- */

static bool
check_slots(struct function *f, uint64_t elapsed)
{
    bool starting = false;
    for (uint32_t i = 0; i < f->slots_end && f->state == FUNCTION_READY; i++) {
        struct slot *s = f->slots[i];
        if (s == NULL)
            continue;
        if (s->state != SLOT_READY || s->watch.fd < 0) {
            starting = true;
            check_transition(s, elapsed);
        } else if (s->n_tasks > 0) {
            check_row(s, elapsed);
        } else {
            memset(&s->stall, 0, sizeof s->stall);
        }
    }
    return starting;
}

static uint64_t
get_period(const struct agent *a)
{
    uint64_t period = SECOND_US;
    for (const struct run *run = a->runs; run != NULL; run = run->next)
        if (run->row_limit_us > 0 && run->row_limit_us / 8 < period)
            period = run->row_limit_us / 8;
    return period < MIN_PERIOD_US ? MIN_PERIOD_US : period;
}

uint64_t
limits_check(struct agent *a, uint64_t now)
{
    if (!a->starting && a->runs == NULL) {
        a->limits_us = 0; /* the time until the next process starts must not count */
        return UINT64_MAX;
    }
    uint64_t period = get_period(a), elapsed = now - a->limits_checked_us;
    if (a->limits_us == 0)
        a->limits_checked_us = now;
    if (a->limits_us == 0 || a->limits_us > now + period)
        a->limits_us = now + period;
    if (now < a->limits_us)
        return a->limits_us;
    /* If the agent itself was stopped meanwhile, as a batch system stops a job, the processes were
     * stopped too. This time must not count. */
    if (elapsed > 2 * period)
        elapsed = 2 * period;
    a->limits_checked_us = now;
    a->limits_us = now + period;
    a->starting = false;
    for (struct function *f = a->functions; f != NULL; f = f->next) {
        bool ending = f->pid > 0 && f->control.fd < 0;
        bool starting = ending || f->state == FUNCTION_STARTING;
        if (ending)
            check_end(f, elapsed);
        else if (starting)
            check_function(f, elapsed);
        else if (f->state == FUNCTION_READY)
            starting = check_slots(f, elapsed);
        a->starting = a->starting || starting;
    }
    return a->limits_us;
}
