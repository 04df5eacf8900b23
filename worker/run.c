/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Stores the runs of the controller. Validates the arguments of a run and keeps the files that
 * contain them. */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct run *
run_find(struct agent *a, uint32_t id)
{
    for (struct run *run = a->runs; run != NULL; run = run->next)
        if (run->id == id)
            return run;
    return NULL;
}

/* The reason why the arguments of a run cannot be used. */
struct trouble {
    char *why;            /* NULL: no trouble */
    struct wire_str blob; /* hash of a blob that is missing, or empty */
};

static void
fail(struct agent *a, struct run *run, uint32_t code, const char *why, struct wire_str blob)
{
    if (run->failed)
        return;
    run->failed = true;
    run->why = xprintf("%s", why);
    send_blob_fault(a, code, run->function, run->id, why, blob);
    tasks_lose(a, run, why);
}

void
run_fail(struct agent *a, struct run *run, uint32_t code, const char *why)
{
    fail(a, run, code, why, wire_str(NULL, 0));
}

static void
run_free(struct agent *a, struct run *run)
{
    for (struct run **at = &a->runs; *at != NULL; at = &(*at)->next)
        if (*at == run) {
            *at = run->next;
            break;
        }
    for (struct function *f = a->functions; f != NULL; f = f->next)
        for (uint32_t i = 0; i < f->slots_end; i++)
            if (f->slots[i] != NULL && f->slots[i]->run == run)
                f->slots[i]->run = NULL;
    for (uint32_t i = 0; i < run->n_fds; i++)
        close_fd(&run->fds[i]);
    run_content_unref(run->content);
    free(run->why);
    agent_free_later(a, run);
}

static bool
add_fd(struct run *run, int fd)
{
    if (fd < 0)
        return false;
    run->fds[run->n_fds++] = fd;
    return true;
}

/* Returns whether all elements of an array are within the first `total` bytes of its blob. */
static bool
lies_in(const struct wire_arg *arg, uint64_t total)
{
    struct wire_arg at_begin = *arg;
    uint64_t end;
    at_begin.offset = 0;
    return wire_arg_extent(&at_begin, &end) && end <= total;
}

/* Adds to the arguments of the run an array that this host stores as a blob (see store.c). Fails if
 * the blob is missing or if its size does not match the shape of the array. */
static struct trouble
add_kept(struct agent *a, struct run *run, struct wire_arg *arg)
{
    bool valid;
    uint64_t size;
    struct blob *b = store_find_complete(a, arg->text);
    uint32_t itemsize = wire_dtype_itemsize(arg->dtype, &valid);
    if (b == NULL)
        return (struct trouble){
            xprintf("the kept array %.12s… is not on this host", arg->text.data), arg->text};
    if (wire_dtype_is_json(arg->dtype))
        valid = wire_offsets_size((uint64_t)arg->shape[0], b->total, &size);
    else
        valid = wire_block_size(1, itemsize, arg->n_dims, arg->shape, WIRE_MAX_BLOB, &size) &&
                size == b->total && (!arg->whole || lies_in(arg, b->total));
    if (!valid)
        return (struct trouble){
            .why = xprintf("the kept array %.12s… has %llu bytes, which does not match its shape",
                           arg->text.data, (unsigned long long)b->total)};
    arg->offset = b->offset;
    if (!add_fd(run, fcntl(b->fd, F_DUPFD_CLOEXEC, 0)))
        return (struct trouble){.why = xprintf("too many open files")};
    return (struct trouble){.why = NULL};
}

static bool
add_reference(struct agent *a, struct run *run, const struct wire_arg *arg)
{
    struct stat st;
    uint64_t end;
    int fd = input_take_fd(a);
    if (!add_fd(run, fd))
        return false;
    return wire_arg_extent(arg, &end) && fstat(fd, &st) == 0 && (uint64_t)st.st_size >= end;
}

static bool
add_argument(struct agent *a, struct run *run, struct wire_arg *arg, struct trouble *trouble)
{
    bool valid;
    uint64_t row;
    if (arg->kind == WIRE_ARG_VALUE)
        return true;
    if (arg->repeats > 0 ? arg->shape[0] == 0 && run->n_rows > 0
                         : !arg->whole && (uint64_t)arg->shape[0] != run->n_rows)
        return false;
    if (arg->kind == WIRE_ARG_REF)
        return add_reference(a, run, arg);
    if (arg->kind == WIRE_ARG_KEPT) {
        struct trouble found = add_kept(a, run, arg);
        if (trouble->why == NULL)
            *trouble = found;
        else
            free(found.why);
        return true;
    }
    if (wire_dtype_is_json(arg->dtype)) {
        run->n_variable++;
        return true;
    }
    uint32_t itemsize = wire_dtype_itemsize(arg->dtype, &valid);
    if (!wire_block_size(1, itemsize, arg->n_dims - 1, arg->shape + 1, WIRE_MAX_LENGTH, &row))
        return false;
    run->row_bytes += row;
    return true;
}

bool
run_content_is_equal(const struct run_content *a, const struct run_content *b)
{
    return a->is_complete && b->is_complete && a->meta_length == b->meta_length &&
           a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

void
run_content_unref(struct run_content *c)
{
    if (c != NULL && --c->refs == 0)
        free(c);
}

static struct run_content *
run_content_new(const struct run *run, const struct wire_writer *w)
{
    struct stat st;
    size_t each = sizeof st.st_dev + sizeof st.st_ino, length = w->used + (run->n_fds - 1) * each;
    struct run_content *c = xcalloc(1, sizeof *c + length);
    uint8_t *at = c->bytes + w->used;
    c->refs = 1;
    c->meta_length = w->used;
    c->length = length;
    memcpy(c->bytes, w->data, w->used);
    c->is_complete = true;
    for (uint32_t i = 1; i < run->n_fds; i++, at += each) {
        if (fstat(run->fds[i], &st) != 0) {
            c->is_complete = false;
            break;
        }
        memcpy(at, &st.st_dev, sizeof st.st_dev);
        memcpy(at + sizeof st.st_dev, &st.st_ino, sizeof st.st_ino);
    }
    return c;
}

bool
run_make_file(struct run *run)
{
    const struct run_content *c = run->content;
    if (run->fds[0] >= 0)
        return true;
    run->fds[0] = memory_file("mamuto-run");
    if (run->fds[0] >= 0 &&
        pwrite(run->fds[0], c->bytes, c->meta_length, 0) == (ssize_t)c->meta_length)
        return true;
    close_fd(&run->fds[0]);
    return false;
}

/* Returns whether all slots have been told the same about an earlier run. */
static bool
is_known(const struct function *f, const struct run_content *c)
{
    for (uint32_t i = 0; i < f->slots_end; i++)
        if (f->slots[i] != NULL &&
            (f->slots[i]->content == NULL || !run_content_is_equal(f->slots[i]->content, c)))
            return false;
    return f->slots_end > 0;
}

static bool
read_arguments(struct agent *a, struct run *run, struct wire_reader *r, const struct wire_run *m,
               struct wire_writer *w, struct trouble *trouble)
{
    bool named = false; /* whether an earlier argument has a name */
    wire_put_run(w, m);
    for (uint32_t i = 0; i < m->n_args; i++) {
        struct wire_arg arg;
        if (wire_get_arg(r, &arg) != 0 || (named && arg.name.len == 0) ||
            !add_argument(a, run, &arg, trouble))
            return false;
        named = arg.name.len > 0;
        wire_put_arg(w, &arg);
    }
    return wire_reader_done(r) == 0 && !w->overflow;
}

bool
run_add(struct agent *a, const struct wire_header *h, const uint8_t *meta)
{
    struct wire_reader r;
    struct wire_run m;
    struct wire_writer w;
    struct trouble trouble = {.why = NULL};
    wire_reader_init(&r, meta, h->meta_len);
    if (h->run == 0 || run_find(a, h->run) != NULL || wire_get_run(&r, &m) != 0)
        return false;
    struct run *run = xcalloc(1, sizeof *run);
    run->id = h->run;
    run->function = m.function;
    run->mode = m.mode;
    run->n_rows = m.n_rows;
    run->row_limit_us = m.row_limit_us;
    run->next = a->runs;
    a->runs = run;
    run->fds[run->n_fds++] = -1;
    uint8_t *copy = xcalloc(1, h->meta_len);
    wire_writer_init(&w, copy, h->meta_len);
    bool valid = read_arguments(a, run, &r, &m, &w, &trouble);
    struct function *f = function_find(a, m.function);
    if (valid)
        run->content = run_content_new(run, &w);
    if (valid && trouble.why == NULL && (f == NULL || !is_known(f, run->content)) &&
        !run_make_file(run))
        trouble.why = xprintf("the run cannot be kept in memory: %s", strerror(errno));
    free(copy);
    if (!valid)
        run_free(a, run);
    else if (trouble.why != NULL)
        fail(a, run, WIRE_FAULT_BLOB, trouble.why, trouble.blob);
    else if (f == NULL || f->state == FUNCTION_FAILED) {
        run->failed = true;
        run->why = xprintf("%s", f != NULL ? f->why : "the function was not prepared");
    }
    a->stats_us = now_us() + 1000000;
    free(trouble.why);
    return valid;
}

static void
end_if_idle(struct agent *a, struct run *run)
{
    if (!run->over || run->n_running > 0)
        return;
    output_send(a, WIRE_IDLE, run->id, 0, 0, NULL, NULL);
    run_free(a, run);
}

void
run_task_stopped(struct agent *a, struct run *run)
{
    run->n_running--;
    end_if_idle(a, run);
}

/* Ends a run. The agent no longer waits for ACK frames that confirm results of the run. */
static void
run_over(struct agent *a, uint32_t id, bool drop)
{
    struct run *run = run_find(a, id);
    tasks_ack(a, id, NULL);
    if (run == NULL) {
        output_send(a, WIRE_IDLE, id, 0, 0, NULL, NULL);
        return;
    }
    tasks_drop(a, run, NULL, drop);
    run->over = true;
    end_if_idle(a, run);
}

void
run_cancel(struct agent *a, uint32_t id)
{
    run_over(a, id, true);
}

void
run_finish(struct agent *a, uint32_t id)
{
    run_over(a, id, false);
}
