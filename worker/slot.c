/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Starts and ends the slots: one worker process for each core. A slot has at most two chunks. */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef F_ADD_SEALS
#define F_ADD_SEALS 1033
#define F_SEAL_SHRINK 2
#endif

/* A chunk is reported as LOST after this number of slots died while they computed it. After the
 * first death the function is called in child processes. Further deaths are therefore not caused by
 * a row, but by the host. */
#define MAX_DEATHS 3

void
result_buffer_unref(struct result_buffer *b)
{
    if (--b->refs > 0)
        return;
    close_fd(&b->fd);
    free(b);
}

void
result_buffer_empty(struct result_buffer *b)
{
    struct stat st;
    if (b->large && fstat(b->fd, &st) == 0)
        fallocate(b->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, st.st_size);
    b->large = false;
}

static void
drop_task(struct slot *s)
{
    struct task *t = s->tasks[0];
    s->tasks[0] = s->tasks[1];
    s->tasks[1] = NULL;
    s->n_tasks--;
    if (s->n_tasks == 0 && s->agent->busy[s->index] == s)
        s->agent->busy[s->index] = NULL;
    struct run *run = t->run;
    task_free(t);
    if (s->n_tasks > 0 && s->tasks[0]->dropped)
        slot_kill(s);
    run_task_stopped(s->agent, run);
}

/* Ends a slot without chunks if there are fewer cores now. */
static void
end_if_excess(struct slot *s)
{
    if (s->index >= s->agent->n_slots && s->n_tasks == 0)
        slot_end(s);
}

static void
take_result(struct slot *s, const uint8_t *data, size_t size)
{
    struct task *t = s->tasks[0];
    log_pipe_drain(&s->out, true);
    log_pipe_drain(&s->err, true);
    if (!slot_take_result(s, t, data, size)) {
        if (task_is_wanted(t))
            send_lost(s->agent, t, "the slot's answer was malformed");
        t->dropped = true;
        slot_kill(s);
        return;
    }
    drop_task(s);
    end_if_excess(s);
}

static void
take_refusal(struct slot *s, char *text)
{
    struct task *t = s->tasks[0];
    struct run *run = t->run;
    run_fail(s->agent, run, WIRE_FAULT_ARGUMENT, text);
    if (task_is_wanted(t))
        send_lost(s->agent, t, run->why);
    if (!t->buffer->waits_for_ack)
        t->buffer->busy = false;
    drop_task(s);
    end_if_excess(s);
}

static void
take_returned(struct slot *s, const uint8_t *data, size_t size)
{
    struct task *t = s->tasks[0];
    struct slot_returned_message m;
    if (size != sizeof m || (memcpy(&m, data, sizeof m), m.serial != t->serial)) {
        take_result(s, data, size); /* which refuses it */
        return;
    }
    if (task_is_wanted(t))
        task_return(s->agent, t);
    if (!t->buffer->waits_for_ack)
        t->buffer->busy = false;
    drop_task(s);
    end_if_excess(s);
}

static void
slot_ready(void *data, uint32_t events)
{
    static _Alignas(8) uint8_t in[SLOT_MAX_MESSAGE + 1];
    struct slot *s = data;
    (void)events;
    while (s->watch.fd >= 0 && s->state != SLOT_ENDING) {
        ssize_t n = recv(s->watch.fd, in, sizeof in - 1, MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n < 4) {
            int fd = s->watch.fd; /* the slot has exited; the runner reports the exit status */
            watch_stop(s->agent, &s->watch);
            close(fd);
            return;
        }
        uint32_t kind;
        memcpy(&kind, in, sizeof kind);
        in[n] = 0;
        if (kind == SLOT_HELLO && s->state == SLOT_STARTING) {
            s->state = SLOT_READY;
            s->function->failed_starts = 0;
            if (s->index >= s->agent->n_slots)
                slot_end(s);
        } else if (kind == SLOT_RESULT && s->n_tasks > 0) {
            take_result(s, in, (size_t)n);
        } else if (kind == SLOT_REFUSED && s->n_tasks > 0) {
            take_refusal(s, (char *)in + 4);
        } else if (kind == SLOT_RETURNED && s->n_tasks > 0) {
            take_returned(s, in, (size_t)n);
        }
    }
}

static int
slot_start(struct function *f, uint32_t index)
{
    struct agent *a = f->agent;
    struct slot *s = xcalloc(1, sizeof *s);
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        free(s);
        return -errno;
    }
    s->agent = a;
    s->function = f;
    s->index = index;
    s->shared_fd = -1;
    a->starting = true;
    s->out.watch.fd = s->err.watch.fd = -1;
    f->slots[index] = s;
    if (f->slots_end <= index)
        f->slots_end = index + 1;
    watch_start(a, &s->watch, pair[0], a->slots_paused ? 0 : EPOLLIN, slot_ready, s);
    int out = log_pipe_open(a, &s->out, index, 1), err = log_pipe_open(a, &s->err, index, 2);
    int rc = out < 0   ? out
             : err < 0 ? err
                       : runner_send_start(f, index, (int[]){pair[1], out, err});
    close_fd(&out);
    close_fd(&err);
    close(pair[1]);
    if (rc < 0)
        slot_died(s, "");
    return rc;
}

void
slots_adjust(struct function *f)
{
    struct agent *a = f->agent;
    if (f->state != FUNCTION_READY || f->control.fd < 0)
        return;
    for (uint32_t i = 0; i < WIRE_MAX_SLOTS; i++) {
        struct slot *s = f->slots[i];
        if (i < a->n_slots && s == NULL) {
            int rc = slot_start(f, i);
            if (rc == -EAGAIN)
                break; /* the socket to the interpreter is full; slot_started() tries again */
            if (rc < 0) {
                char *text = xprintf("slots cannot be started: %s", error_text(-rc));
                function_fail(f, WIRE_FAULT_SLOTS, text);
                free(text);
                return;
            }
        } else if (i >= a->n_slots && s != NULL && s->state == SLOT_READY && s->n_tasks == 0) {
            slot_end(s);
        }
    }
}

void
slot_started(struct slot *s, pid_t pid)
{
    s->pid = pid;
    processes_slot_started(pid);
    if (s->state == SLOT_ENDING)
        slot_kill(s);
    else
        slots_adjust(s->function);
}

/* Closes the socket of the slot. The slot then exits, and the runner reports the exit. */
void
slot_end(struct slot *s)
{
    int fd = s->watch.fd;
    s->state = SLOT_ENDING;
    if (s->pid > 0)
        processes_kill_below(s->pid);
    watch_stop(s->agent, &s->watch);
    close_fd(&fd);
}

/* The socket is closed too. Otherwise epoll would report its end again and again until the runner
 * reports the exit, which takes long if the slot cannot end, for example in a network file system.
 */
void
slot_kill(struct slot *s)
{
    if (s->pid > 0)
        kill(-s->pid, SIGSTOP); /* so that it starts no process while its children are looked up */
    slot_end(s);
    if (s->pid > 0) {
        kill(-s->pid, SIGKILL);
        kill(s->pid, SIGKILL);
    }
}

/* Queues a task of a dead slot again. After MAX_DEATHS deaths the task is reported as LOST. */
static void
requeue_task(struct slot *s, struct task *t, bool guilty, const char *how)
{
    struct agent *a = s->agent;
    struct run *run = t->run;
    t->buffer = NULL;
    if (guilty) {
        t->isolate = true;
        t->deaths++;
    }
    if (!task_is_wanted(t) || run->failed) {
        if (task_is_wanted(t))
            send_lost(a, t, run->why);
        task_free(t);
    } else if (t->deaths >= MAX_DEATHS) {
        char *why = xprintf("the processes that ran these rows died %u times; the last one %s",
                            t->deaths, how);
        send_lost(a, t, why);
        free(why);
        task_free(t);
    } else {
        task_queue(a, t, true);
    }
    run_task_stopped(a, run);
}

void
slot_died(struct slot *s, const char *how)
{
    struct agent *a = s->agent;
    bool killed = s->state == SLOT_ENDING;
    if (!killed)
        slot_ready(s, 0); /* reads the messages that the slot sent before it died */
    /* Kills the whole process group, because the user's function may have started processes, which
     * would keep running and keep the pipes open. */
    if (s->pid > 0)
        kill(-s->pid, SIGKILL);
    processes_slot_died(s->pid);
    if (a->busy[s->index] == s)
        a->busy[s->index] = NULL;
    uint32_t n = s->n_tasks;
    s->n_tasks = 0;
    for (uint32_t i = n; i-- > 0;)
        requeue_task(s, s->tasks[i], i == 0 && !killed, how);
    log_pipe_close(&s->out);
    log_pipe_close(&s->err);
    int fd = s->watch.fd;
    watch_stop(a, &s->watch);
    close_fd(&fd);
    for (uint32_t i = 0; i < SLOT_MAX_BUFFERS; i++)
        if (s->buffers[i] != NULL)
            result_buffer_unref(s->buffers[i]);
    slot_unshare(s);
    run_content_unref(s->content);
    s->content = NULL;
    struct function *f = s->function;
    f->slots[s->index] = NULL;
    while (f->slots_end > 0 && f->slots[f->slots_end - 1] == NULL)
        f->slots_end--;
    agent_free_later(a, s);
}

void
slot_does_not_end(struct slot *s)
{
    struct function *f = s->function;
    slot_kill(s);
    slot_died(s, "does not end");
    slots_adjust(f);
}

void
slot_pause(struct slot *s, bool pause)
{
    if (s->state != SLOT_ENDING)
        watch_set_events(s->agent, &s->watch, pause ? 0 : EPOLLIN);
}

static int
find_free_buffer(const struct slot *s)
{
    for (int i = 0; i < SLOT_MAX_BUFFERS; i++)
        if (s->buffers[i] == NULL || !s->buffers[i]->busy)
            return i;
    return -1;
}

bool
slot_can_take(const struct slot *s)
{
    return s->state == SLOT_READY && s->watch.fd >= 0 && s->n_tasks < 2 && find_free_buffer(s) >= 0;
}

static struct result_buffer *
take_buffer(struct slot *s)
{
    int i = find_free_buffer(s);
    if (s->buffers[i] == NULL) {
        struct result_buffer *b = xcalloc(1, sizeof *b);
        b->refs = 1;
        b->number = (uint32_t)i;
        b->fd = memory_file("mamuto-result");
        /* The seal prevents a slot from shrinking the file. If the file shrank while the agent
         * reads its mapping, the signal SIGBUS would kill the agent. */
        if (b->fd >= 0)
            fcntl(b->fd, F_ADD_SEALS, F_SEAL_SHRINK);
        s->buffers[i] = b;
    }
    s->buffers[i]->busy = true;
    return s->buffers[i];
}

static bool
send_with_fds(struct slot *s, const void *data, size_t size, const int *fds, uint32_t n)
{
    union {
        char space[CMSG_SPACE((2 + WIRE_MAX_ARGS) * sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct iovec io = {(void *)(uintptr_t)data, size};
    struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1};
    if (n > 0) {
        m.msg_control = control.space;
        m.msg_controllen = CMSG_SPACE(n * sizeof(int));
        struct cmsghdr *c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(n * sizeof(int));
        memcpy(CMSG_DATA(c), fds, n * sizeof(int));
    }
    return sendmsg(s->watch.fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)size;
}

/* Tells the slot about a run, unless the slot knows the same from an earlier run. */
static bool
send_run(struct slot *s, struct run *run)
{
    struct slot_run_message m = {SLOT_RUN, run->id, run->content->meta_length,
                                 s->function->start_limit_us};
    int fds[2 + WIRE_MAX_ARGS];
    uint32_t n = run->n_fds;
    if (s->content != NULL && run_content_is_equal(s->content, run->content))
        return true;
    if (!run_make_file(run))
        return false;
    memcpy(fds, run->fds, n * sizeof *fds);
    if (!slot_share(s))
        return false;
    fds[n++] = s->shared_fd;
    run_content_unref(s->content);
    s->content = run->content;
    s->content->refs++;
    return send_with_fds(s, &m, sizeof m, fds, n);
}

void
slot_give(struct slot *s, struct task *t)
{
    struct run *run = t->run;
    struct result_buffer *b = take_buffer(s);
    bool sent = true;
    t->buffer = b;
    t->passes++;
    t->serial = ++s->agent->next_serial;
    s->tasks[s->n_tasks++] = t;
    s->agent->busy[s->index] = s;
    run->n_running++;
    if (s->run != run) {
        sent = send_run(s, run);
        s->run = run;
    }
    struct slot_chunk_message m = {.kind = SLOT_CHUNK,
                                   .serial = t->serial,
                                   .lo = t->lo,
                                   .hi = t->hi,
                                   .rows_length = t->rows_length,
                                   .buffer = b->number,
                                   .late = t->late,
                                   .n_sent = t->n_sent};
    int fds[2];
    uint32_t n = 0;
    if (t->isolate)
        m.flags |= SLOT_ISOLATE;
    if (t->rows_fd >= 0) {
        m.flags |= SLOT_HAS_ROWS;
        fds[n++] = t->rows_fd;
    }
    if (!b->sent) {
        m.flags |= SLOT_NEW_BUFFER;
        fds[n++] = b->fd;
        b->sent = true;
    }
    if (!sent || !send_with_fds(s, &m, sizeof m, fds, n)) {
        /* Sending fails if the slot is exiting or if no file descriptor is left. The chunk is then
         * queued again. The failure is added to the deaths, so that the chunk is reported as LOST
         * after MAX_DEATHS failures and is not tried forever. */
        t->deaths++;
        slot_kill(s);
    }
}
