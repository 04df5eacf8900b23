/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Receives chunks. The rows of a chunk are stored in a file in memory, which its slot maps. Rows
 * that are too large for one frame arrive in several parts; the memory of the file grows with them.
 */
#include "agent.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The free memory is looked up, which takes about 0.1 ms, for rows of more than this many bytes. */
#define LARGE (8ull << 20)

static void
lose(struct agent *a, const struct wire_header *h, const char *why)
{
    struct run none = {.id = h->run};
    struct task t = {.run = &none, .chunk = h->chunk, .attempt = h->attempt};
    send_lost(a, &t, why);
}

/* Creates the file for the rows of a task. Returns an error message if there is no room for them,
 * else NULL. */
static char *
make_room(struct task *t, uint64_t length)
{
    if (length == 0)
        return NULL;
    if (length > LARGE) {
        uint64_t available = host_info_memory_available();
        if (length > available)
            return xprintf("the arguments of rows %llu to %llu take %llu bytes, and this host has "
                           "%llu bytes of free memory",
                           (unsigned long long)t->lo, (unsigned long long)t->hi - 1,
                           (unsigned long long)length, (unsigned long long)available);
    }
    t->rows_fd = memory_file("mamuto-rows");
    t->rows_length = length;
    if (t->rows_fd < 0 || ftruncate(t->rows_fd, (off_t)length) != 0)
        return xprintf("%s", strerror(errno));
    return NULL;
}

/* Sets the destination of the current payload. Reports the task as LOST and frees it if this
 * fails. */
static struct task *
receive_at(struct agent *a, const struct wire_header *h, struct task *t, uint64_t offset)
{
    if (t == NULL || input_payload_to(a, PAYLOAD_FILE, t->rows_fd, offset))
        return t;
    lose(a, h, strerror(errno));
    task_free(t);
    return NULL;
}

/* Creates the task of a chunk. Returns NULL if the chunk cannot be computed, which is reported. */
static struct task *
create_task(struct agent *a, const struct wire_header *h, struct run *run,
            const struct wire_chunk *m)
{
    struct task *t = task_new(run, h, m->lo, m->hi);
    char *why = make_room(t, m->length);
    if (why == NULL)
        return receive_at(a, h, t, 0);
    lose(a, h, why);
    free(why);
    task_free(t);
    return NULL;
}

/* Checks the length of a chunk. If rows may have any length, there must be enough bytes for the
 * other arguments and for the offsets, which the slot checks. */
static bool
length_is_right(const struct run *run, const struct wire_chunk *m)
{
    uint64_t n = m->hi - m->lo, length, offsets;
    if (__builtin_mul_overflow(n, run->row_bytes, &length) || length > m->length)
        return false;
    if (run->n_variable == 0)
        return length == m->length;
    return wire_offsets_size(n, WIRE_MAX_LENGTH, &offsets) &&
           offsets <= (m->length - length) / run->n_variable;
}

bool
chunk_begin(struct agent *a, const struct wire_header *h, struct wire_reader *r,
            struct task **complete)
{
    struct wire_chunk m;
    struct task *t = NULL;
    if (wire_get_chunk(r, &m) != 0)
        return false;
    int more = wire_parts_begin(&a->parts, h, m.length);
    struct run *run = run_find(a, h->run);
    if (more < 0)
        return false;
    if (run == NULL || run->over || run->failed) {
        lose(a, h, run != NULL && run->why != NULL ? run->why : "there is no such run");
    } else {
        if (m.hi > run->n_rows || !length_is_right(run, &m))
            return false;
        t = create_task(a, h, run, &m);
    }
    *(more != 0 ? &a->parts_task : complete) = t;
    return true;
}

bool
chunk_add(struct agent *a, const struct wire_header *h, struct wire_reader *r,
          struct task **complete)
{
    struct wire_part m;
    if (wire_get_part(r, &m) != 0)
        return false;
    int more = wire_parts_add(&a->parts, h, &m);
    if (more < 0)
        return false;
    a->parts_task = receive_at(a, h, a->parts_task, m.offset);
    if (more == 0) {
        *complete = a->parts_task;
        a->parts_task = NULL;
    }
    return true;
}

void
chunk_drop(struct agent *a)
{
    if (a->parts_task != NULL)
        task_free(a->parts_task);
    a->parts_task = NULL;
}
