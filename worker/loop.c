/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Registers file descriptors and their handlers with epoll. */
#include "agent.h"

#include <stdio.h>
#include <sys/epoll.h>

static void
control(struct agent *a, struct watch *w, int operation)
{
    struct epoll_event e = {.events = w->events, .data = {.ptr = w}};
    if (epoll_ctl(a->epoll_fd, operation, w->fd, &e) != 0 && operation != EPOLL_CTL_DEL)
        agent_end(a, 3, "a descriptor cannot be watched");
}

void
watch_start(struct agent *a, struct watch *w, int fd, uint32_t events,
            void (*ready)(void *, uint32_t), void *data)
{
    *w = (struct watch){.fd = fd, .events = events, .ready = ready, .data = data};
    control(a, w, EPOLL_CTL_ADD);
}

void
watch_set_events(struct agent *a, struct watch *w, uint32_t events)
{
    if (w->fd < 0 || w->events == events)
        return;
    w->events = events;
    control(a, w, EPOLL_CTL_MOD);
}

void
watch_stop(struct agent *a, struct watch *w)
{
    if (w->fd >= 0)
        control(a, w, EPOLL_CTL_DEL);
    w->fd = -1;
}
