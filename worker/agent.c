/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The event loop: waits for events, calls their handlers, sends chunks to worker processes (slots)
 * and writes messages (frames) to the controller.
 */
#include "agent.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define STATS_EVERY_US 1000000u
#define MAX_EVENTS 128

void
agent_end(struct agent *a, int status, const char *why)
{
    if (a->ending)
        return;
    a->ending = true;
    a->exit_status = status;
    if (why != NULL)
        fprintf(stderr, "mamuto-agent: %s\n", why);
}

void
agent_free_later(struct agent *a, void *memory)
{
    if (a->n_garbage == a->garbage_size) {
        a->garbage_size = a->garbage_size * 2 + 16;
        void **larger = xcalloc(a->garbage_size, sizeof *larger);
        if (a->n_garbage > 0)
            memcpy(larger, a->garbage, a->n_garbage * sizeof *larger);
        free(a->garbage);
        a->garbage = larger;
    }
    a->garbage[a->n_garbage++] = memory;
}

static void
free_garbage(struct agent *a)
{
    for (size_t i = 0; i < a->n_garbage; i++)
        free(a->garbage[i]);
    a->n_garbage = 0;
}

static void
signalled(void *data, uint32_t events)
{
    struct agent *a = data;
    struct signalfd_siginfo info;
    (void)events;
    while (read(a->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGCHLD)
            agent_reap(a);
        else
            agent_end(a, 0, NULL);
    }
}

static void
start_signals(struct agent *a)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    /* Ctrl-C in a terminal sends SIGINT to the controller and to the agent. The agent ignores the
     * signal, because the controller tells the agent to end. */
    signal(SIGINT, SIG_IGN);
    a->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    watch_start(a, &a->signals, a->signal_fd, EPOLLIN, signalled, a);
}

static void
send_stats(struct agent *a)
{
    uint8_t meta[128];
    struct wire_writer w;
    struct wire_stats stats;
    /* Skips the statistics while other frames wait to be sent, because statistics would be outdated
     * when they are sent. */
    if (a->out_bytes > 0)
        return;
    host_info_stats(a, &stats);
    wire_writer_init(&w, meta, sizeof meta);
    wire_put_stats(&w, &stats);
    output_send(a, WIRE_STATS, 0, 0, 0, &w, NULL);
}

/* Sends statistics if they are due, ends what exceeds a time limit, and ends the agent if the
 * controller has been silent for too long. Returns the maximum time in ms until the next call; -1:
 * no limit. */
static int
run_timers(struct agent *a)
{
    uint64_t now = now_us(), next = UINT64_MAX;
    if (a->runs != NULL) {
        if (now >= a->stats_us) {
            send_stats(a);
            a->stats_us = now + STATS_EVERY_US;
        }
        next = a->stats_us;
    }
    uint64_t held = output_held_until(a);
    next = held < next ? held : next;
    uint64_t limits = limits_check(a, now);
    next = limits < next ? limits : next;
    if (a->deadman_s > 0) {
        uint64_t deadline = a->heard_us + (uint64_t)a->deadman_s * 1000000;
        if (now >= deadline)
            agent_end(a, 0, "the controller has sent nothing for too long");
        next = deadline < next ? deadline : next;
    }
    if (next == UINT64_MAX)
        return -1;
    uint64_t ms = next > now ? (next - now) / 1000 + 1 : 0;
    return ms > 3600000 ? 3600000 : (int)ms;
}

static void
turn(struct agent *a)
{
    struct epoll_event events[MAX_EVENTS];
    int timeout = run_timers(a);
    tasks_dispatch(a);
    output_flush(a);
    if (a->ending)
        return;
    int n = epoll_wait(a->epoll_fd, events, MAX_EVENTS, timeout);
    if (n < 0 && errno != EINTR)
        agent_end(a, 3, "cannot wait for events");
    for (int i = 0; i < n && !a->ending; i++) {
        struct watch *w = events[i].data.ptr;
        if (w->fd >= 0) /* the handler of an earlier event may have stopped this watch */
            w->ready(w->data, events[i].events);
    }
    processes_kill_left(false);
    free_garbage(a);
}

static void
clean_up(struct agent *a)
{
    while (a->functions != NULL)
        function_free(a->functions);
    processes_kill_orphans();
    while (a->queue != NULL) {
        struct task *t = a->queue;
        a->queue = t->next;
        task_free(t);
    }
    while (a->runs != NULL) {
        a->runs->n_running = 0;
        run_cancel(a, a->runs->id);
    }
    output_clear(a);
    input_stop(a);
    store_clear(a);
    free_garbage(a);
    free(a->garbage);
    free(a->busy);
    for (int i = 0; i < N_RUNNERS; i++)
        free(a->found[i]);
    free(a->workdir);
    free(a->workdir_why);
}

void
agent_run(struct agent *a)
{
    a->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    a->queue_last = &a->queue;
    a->input.fd = a->output.fd = a->signals.fd = -1;
    a->busy = xcalloc(WIRE_MAX_SLOTS, sizeof(struct slot *));
    a->heard_us = now_us();
    start_signals(a);
    output_start(a);
    session_send_ready(a);
    input_start(a);
    while (!a->ending)
        turn(a);
    clean_up(a);
    close_fd(&a->epoll_fd);
    close_fd(&a->signal_fd);
}
