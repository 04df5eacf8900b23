/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Jobs: what their arguments are and where these lie. */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct job *
job_find(struct agent *a, uint32_t id)
{
    for (struct job *j = a->jobs; j != NULL; j = j->next)
        if (j->id == id)
            return j;
    return NULL;
}

void
job_fail(struct agent *a, struct job *j, uint32_t code, const char *why)
{
    if (j->failed)
        return;
    j->failed = true;
    j->why = xprintf("%s", why);
    send_fault(a, code, j->function, j->id, why);
    tasks_lose(a, j, why);
}

static void
job_free(struct agent *a, struct job *j)
{
    for (struct job **at = &a->jobs; *at != NULL; at = &(*at)->next)
        if (*at == j) {
            *at = j->next;
            break;
        }
    for (struct function *f = a->functions; f != NULL; f = f->next)
        for (uint32_t i = 0; i < WIRE_MAX_SLOTS; i++)
            if (f->slots[i] != NULL && f->slots[i]->job == j)
                f->slots[i]->job = NULL;
    for (uint32_t i = 0; i < j->n_fds; i++)
        close_fd(&j->fds[i]);
    free(j->why);
    agent_free_later(a, j);
}

static bool
add_fd(struct job *j, int fd)
{
    if (fd < 0)
        return false;
    j->fds[j->n_fds++] = fd;
    return true;
}

/* All that is wrong about one argument is the controller's mistake; what can be missing is the
 * blob. Returns NULL or why the job cannot run. */
static char *
add_kept(struct agent *a, struct job *j, struct wire_arg *arg)
{
    bool valid;
    uint64_t size;
    struct blob *b = store_find_complete(a, arg->text);
    uint32_t itemsize = wire_dtype_itemsize(arg->dtype, &valid);
    if (b == NULL)
        return xprintf("the kept array %.12s… is not on this host", arg->text.data);
    if (!wire_block_size((uint64_t)arg->shape[0], itemsize, arg->n_dims - 1, arg->shape + 1,
                         WIRE_MAX_BLOB, &size) ||
        size != b->total)
        return xprintf("the kept array %.12s… has %llu bytes, not what its shape needs",
                       arg->text.data, (unsigned long long)b->total);
    arg->offset = b->offset;
    if (!add_fd(j, fcntl(b->fd, F_DUPFD_CLOEXEC, 0)))
        return xprintf("too many open files");
    return NULL;
}

static bool
add_reference(struct agent *a, struct job *j, const struct wire_arg *arg)
{
    struct stat st;
    uint64_t end;
    int fd = input_take_fd(a);
    if (!add_fd(j, fd))
        return false;
    return wire_arg_extent(arg, &end) && fstat(fd, &st) == 0 && (uint64_t)st.st_size >= end;
}

static bool
add_argument(struct agent *a, struct job *j, struct wire_arg *arg, char **why)
{
    bool valid;
    uint64_t row;
    if (arg->kind == WIRE_ARG_VALUE)
        return true;
    if ((uint64_t)arg->shape[0] != j->n_rows)
        return false;
    if (arg->kind == WIRE_ARG_REF)
        return add_reference(a, j, arg);
    if (arg->kind == WIRE_ARG_KEPT) {
        char *trouble = add_kept(a, j, arg);
        if (*why == NULL)
            *why = trouble;
        else
            free(trouble);
        return true;
    }
    uint32_t itemsize = wire_dtype_itemsize(arg->dtype, &valid);
    if (!wire_block_size(1, itemsize, arg->n_dims - 1, arg->shape + 1, WIRE_MAX_PAYLOAD, &row))
        return false;
    j->row_bytes += row;
    return true;
}

static bool
keep_meta(struct job *j, const struct wire_writer *w)
{
    j->meta_length = w->used;
    return pwrite(j->fds[0], w->data, w->used, 0) == (ssize_t)w->used;
}

static bool
read_arguments(struct agent *a, struct job *j, struct wire_reader *r, const struct wire_job *m,
               struct wire_writer *w, char **why)
{
    wire_put_job(w, m);
    for (uint32_t i = 0; i < m->n_args; i++) {
        struct wire_arg arg;
        if (wire_get_arg(r, &arg) != 0 || !add_argument(a, j, &arg, why))
            return false;
        wire_put_arg(w, &arg);
    }
    return wire_reader_done(r) == 0 && !w->overflow;
}

bool
job_add(struct agent *a, const struct wire_header *h, const uint8_t *meta)
{
    struct wire_reader r;
    struct wire_job m;
    struct wire_writer w;
    char *why = NULL;
    wire_reader_init(&r, meta, h->meta_len);
    if (h->job == 0 || job_find(a, h->job) != NULL || wire_get_job(&r, &m) != 0)
        return false;
    struct job *j = xcalloc(1, sizeof *j);
    j->id = h->job;
    j->function = m.function;
    j->mode = m.mode;
    j->n_rows = m.n_rows;
    j->next = a->jobs;
    a->jobs = j;
    bool has_file = add_fd(j, memory_file("mamuto-job"));
    uint8_t *copy = xcalloc(1, h->meta_len);
    wire_writer_init(&w, copy, h->meta_len);
    bool valid = read_arguments(a, j, &r, &m, &w, &why);
    if (valid && why == NULL && (!has_file || !keep_meta(j, &w)))
        why = xprintf("the job cannot be kept in memory: %s", strerror(errno));
    free(copy);
    struct function *f = function_find(a, m.function);
    if (!valid)
        job_free(a, j);
    else if (why != NULL)
        job_fail(a, j, WIRE_FAULT_BLOB, why);
    else if (f == NULL || f->state == FUNCTION_FAILED) {
        j->failed = true;
        j->why = xprintf("%s", f != NULL ? f->why : "the function was not prepared");
    }
    a->stats_us = now_us() + 1000000;
    free(why);
    return valid;
}

static void
end_if_idle(struct agent *a, struct job *j)
{
    if (!j->over || j->n_running > 0)
        return;
    output_send(a, WIRE_IDLE, j->id, 0, 0, NULL, NULL);
    job_free(a, j);
}

void
job_task_stopped(struct agent *a, struct job *j)
{
    j->n_running--;
    end_if_idle(a, j);
}

/* Results of a job that is over need no ACK any more. */
static void
job_over(struct agent *a, uint32_t id, bool drop)
{
    struct job *j = job_find(a, id);
    tasks_ack(a, id, NULL);
    if (j == NULL) {
        output_send(a, WIRE_IDLE, id, 0, 0, NULL, NULL);
        return;
    }
    tasks_drop(a, j, NULL, drop);
    j->over = true;
    end_if_idle(a, j);
}

void
job_cancel(struct agent *a, uint32_t id)
{
    job_over(a, id, true);
}

void
job_finish(struct agent *a, uint32_t id)
{
    job_over(a, id, false);
}
