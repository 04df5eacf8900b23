/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Gives rows that have not begun back to the controller, which sends them to an idle core. Agent
 * and slot agree in shared memory which rows these are (see slot-protocol.h). */
#include "agent.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#ifndef F_ADD_SEALS
#define F_ADD_SEALS 1033
#define F_SEAL_SHRINK 2
#endif

/* Time from the write of `wanted` to the read of `begun`. A slot whose processor had not seen the
 * write when the slot read `wanted` has written `begun` long before the end of this time. */
#define SETTLE_NS 50000

bool
slot_share(struct slot *s)
{
    if (s->shared != NULL)
        return true;
    s->shared_fd = memory_file("mamuto-shared");
    if (s->shared_fd < 0 || ftruncate(s->shared_fd, sizeof *s->shared) != 0)
        return false;
    /* The seal prevents user code from shrinking the file, because an access to a mapping beyond
     * the end of its file would kill the agent. */
    fcntl(s->shared_fd, F_ADD_SEALS, F_SEAL_SHRINK);
    void *map = mmap(NULL, sizeof *s->shared, PROT_READ | PROT_WRITE, MAP_SHARED, s->shared_fd, 0);
    s->shared = map != MAP_FAILED ? map : NULL;
    return s->shared != NULL;
}

void
slot_unshare(struct slot *s)
{
    if (s->shared != NULL)
        munmap(s->shared, sizeof *s->shared);
    s->shared = NULL;
    close_fd(&s->shared_fd);
}

static void
send_returned(struct agent *a, const struct task *t, uint64_t hi)
{
    uint8_t meta[16];
    struct wire_writer w;
    wire_writer_init(&w, meta, sizeof meta);
    wire_put_returned(&w, &(struct wire_returned){hi});
    output_send(a, WIRE_RETURNED, t->run->id, t->chunk, t->attempt, &w, NULL);
}

void
task_return(struct agent *a, struct task *t)
{
    send_returned(a, t, t->lo);
}

static bool
is_noted(uint64_t begun, const struct task *t)
{
    return begun >> SLOT_BEGUN_BITS == (t->serial & ((1ull << (64 - SLOT_BEGUN_BITS)) - 1));
}

/* Asks the slot for the rows of its task that have not begun. Returns the number of rows that have
 * begun. */
static uint64_t
want_back(struct slot *s, const struct task *t)
{
    uint64_t n = t->hi - t->lo;
    /* The rows of a slot that is being killed are computed once more. A row that exceeded its time
     * limit must not be called again, so the chunk is not divided. */
    if (s->state != SLOT_READY || s->shared == NULL || t->late > 0 || n >> SLOT_BEGUN_BITS != 0)
        return n;
    uint64_t *wanted = s->shared->wanted;
    const struct task *other = s->tasks[t == s->tasks[0]];
    bool second = s->n_tasks > 1 && wanted[0] == other->serial;
    __atomic_store_n(&wanted[second], t->serial, __ATOMIC_SEQ_CST);
    nanosleep(&(struct timespec){.tv_nsec = SETTLE_NS}, NULL);
    uint64_t begun = __atomic_load_n(&s->shared->begun, __ATOMIC_SEQ_CST);
    if (!is_noted(begun, t)) {
        /* Either the slot has computed the chunk, and its answer was not read yet, or the slot has
         * not begun the chunk, and will not. */
        return t == s->tasks[0] && s->n_tasks > 1 && is_noted(begun, other) ? n : 0;
    }
    begun &= (1ull << SLOT_BEGUN_BITS) - 1;
    return begun < n ? begun : n;
}

static void
recall_at_slot(struct slot *s, struct task *t)
{
    uint64_t begun = want_back(s, t);
    if (begun == 0)
        t->withdrawn = true;
    else
        t->hi = t->lo + begun;
    send_returned(s->agent, t, t->lo + begun);
}

static bool
is_recalled(const struct task *t, const struct wire_header *h)
{
    return t->run->id == h->run && t->chunk == h->chunk && t->attempt == h->attempt &&
           task_is_wanted(t);
}

void
tasks_recall(struct agent *a, const struct wire_header *h)
{
    for (struct task **at = &a->queue; *at != NULL; at = &(*at)->next) {
        if (!is_recalled(*at, h))
            continue;
        /* A chunk whose slot died stays here, because this agent knows which row to isolate. */
        bool whole = (*at)->deaths == 0 && !(*at)->isolate;
        send_returned(a, *at, whole ? (*at)->lo : (*at)->hi);
        if (whole)
            task_free(task_unqueue(a, at));
        return;
    }
    for (uint32_t i = 0; i < WIRE_MAX_SLOTS; i++) {
        struct slot *s = a->busy[i];
        for (uint32_t k = 0; s != NULL && k < s->n_tasks; k++)
            if (is_recalled(s->tasks[k], h)) {
                recall_at_slot(s, s->tasks[k]);
                return;
            }
    }
}
