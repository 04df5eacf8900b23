/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Queues chunks in order of arrival and gives each chunk to the first free slot. */
#include "agent.h"

#include <stdlib.h>

/* If the last chunk of a slot took less than this time in µs, the slot gets its next chunk before
 * the current chunk ends, so that the slot does not wait about 0.1 ms between them. If chunks take
 * longer, this wait is negligible, and the next chunk goes to the slot that becomes free first. */
#define AHEAD_BELOW_US 5000u

struct task *
task_new(struct run *run, const struct wire_header *h, uint64_t lo, uint64_t hi)
{
    struct task *t = xcalloc(1, sizeof *t);
    t->run = run;
    t->chunk = h->chunk;
    t->attempt = h->attempt;
    t->lo = lo;
    t->hi = hi;
    t->n_sent = hi - lo;
    t->rows_fd = -1;
    t->received_us = now_us();
    return t;
}

void
task_free(struct task *t)
{
    close_fd(&t->rows_fd);
    free(t);
}

void
task_queue(struct agent *a, struct task *t, bool first)
{
    if (first) {
        t->next = a->queue;
        a->queue = t;
        if (t->next == NULL)
            a->queue_last = &t->next;
    } else {
        t->next = NULL;
        *a->queue_last = t;
        a->queue_last = &t->next;
    }
}

struct task *
task_unqueue(struct agent *a, struct task **at)
{
    struct task *t = *at;
    *at = t->next;
    if (a->queue_last == &t->next)
        a->queue_last = at;
    t->next = NULL;
    return t;
}

bool
task_is_wanted(const struct task *t)
{
    return !t->dropped && !t->withdrawn && !t->run->over;
}

/* A task that was withdrawn is none of the chunk any more, which the controller may have sent
 * again. */
static bool
matches(const struct task *t, const struct run *run, const uint64_t *chunk)
{
    return t->run == run && (chunk == NULL || (t->chunk == *chunk && !t->withdrawn));
}

static void
drop_at_slot(struct slot *s, struct run *run, const uint64_t *chunk)
{
    for (uint32_t i = 0; i < s->n_tasks; i++)
        if (matches(s->tasks[i], run, chunk))
            s->tasks[i]->dropped = true;
    /* A slot must be killed only if its first task was dropped, because it has not started the
     * second task. */
    if (s->n_tasks > 0 && s->tasks[0]->dropped)
        slot_kill(s);
}

void
tasks_drop(struct agent *a, struct run *run, const uint64_t *chunk, bool running)
{
    for (struct task **at = &a->queue; *at != NULL;) {
        if (matches(*at, run, chunk))
            task_free(task_unqueue(a, at));
        else
            at = &(*at)->next;
    }
    if (a->parts_task != NULL && matches(a->parts_task, run, chunk))
        chunk_drop(a);
    if (!running || run->n_running == 0)
        return;
    for (uint32_t i = 0; i < WIRE_MAX_SLOTS; i++)
        if (a->busy[i] != NULL)
            drop_at_slot(a->busy[i], run, chunk);
}

void
tasks_lose(struct agent *a, struct run *run, const char *why)
{
    for (struct task **at = &a->queue; *at != NULL;) {
        if ((*at)->run == run) {
            struct task *t = task_unqueue(a, at);
            send_lost(a, t, why);
            task_free(t);
        } else {
            at = &(*at)->next;
        }
    }
}

static void
free_buffer(struct result_buffer *b)
{
    result_buffer_empty(b);
    b->waits_for_ack = b->busy = false;
}

/* Frees all buffers of the slot that wait for this ACK. If `first` is not NULL, frees none, and
 * sets *first to the buffer that was sent first. */
static void
ack_slot(struct slot *s, uint32_t run, const uint64_t *chunk, struct result_buffer **first)
{
    for (uint32_t i = 0; i < SLOT_MAX_BUFFERS; i++) {
        struct result_buffer *b = s->buffers[i];
        if (b == NULL || !b->waits_for_ack || b->run != run ||
            (chunk != NULL && b->chunk != *chunk))
            continue;
        if (first == NULL)
            free_buffer(b);
        else if (*first == NULL || b->order < (*first)->order)
            *first = b;
    }
}

void
tasks_ack(struct agent *a, uint32_t run, const uint64_t *chunk)
{
    struct result_buffer *first = NULL;
    for (struct function *f = a->functions; f != NULL; f = f->next)
        for (uint32_t i = 0; i < f->slots_end; i++)
            if (f->slots[i] != NULL)
                ack_slot(f->slots[i], run, chunk, chunk != NULL ? &first : NULL);
    if (first != NULL)
        free_buffer(first);
}

bool
tasks_are_left(const struct agent *a)
{
    const struct run *run = a->runs;
    while (run != NULL && run->n_running == 0)
        run = run->next;
    return a->queue != NULL || run != NULL;
}

static struct slot *
slot_for(struct agent *a, const struct task *t, const struct function *f)
{
    struct slot *soon = NULL;
    for (uint32_t i = 0; i < a->n_slots; i++) {
        struct slot *s = f->slots[i];
        if (s == NULL || !slot_can_take(s))
            continue;
        if (a->busy[i] == NULL)
            return s;
        if (soon == NULL && !t->isolate && a->busy[i] == s && s->n_tasks == 1 &&
            !s->tasks[0]->isolate && s->last_us > 0 && s->last_us < AHEAD_BELOW_US)
            soon = s;
    }
    return soon;
}

void
tasks_dispatch(struct agent *a)
{
    const struct function *full = NULL;
    for (struct task **at = &a->queue; *at != NULL;) {
        struct task *t = *at;
        struct run *run = t->run;
        struct function *f = function_find(a, run->function);
        if (f == NULL || f->state == FUNCTION_FAILED || run->failed) {
            task_unqueue(a, at);
            send_lost(a, t,
                      run->why != NULL              ? run->why
                      : f != NULL && f->why != NULL ? f->why
                                                    : "the function was not prepared");
            task_free(t);
            continue;
        }
        struct slot *s = f == full ? NULL : slot_for(a, t, f);
        if (s != NULL) {
            task_unqueue(a, at);
            slot_give(s, t);
            continue;
        }
        if (!t->isolate)
            full = f;
        at = &t->next;
    }
}
