/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads the output of user code and sends it as LOG frames of whole lines. If the output is too
 * fast, bytes are dropped and counted, because neither the slots nor the results should wait for
 * output. */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* Limits for the output of user code. A person cannot read faster than this. Large data should be
 * returned as a result and not be printed. */
#define BYTES_PER_SECOND (64u << 10)
#define BURST (256u << 10)
/* While more than this number of bytes waits to be sent, output is dropped, because results are
 * more important on a slow connection. */
#define MAX_WAITING (1u << 20)

static void
ready(void *data, uint32_t events)
{
    struct log_pipe *p = data;
    (void)events;
    log_pipe_drain(p, false);
}

int
log_pipe_open(struct agent *a, struct log_pipe *p, uint32_t slot, uint32_t stream)
{
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0)
        return -errno;
    set_nonblocking(fds[0]);
    memset(p, 0, sizeof *p);
    p->agent = a;
    p->slot = slot;
    p->stream = stream;
    p->allowance = BURST;
    p->allowed_us = now_us();
    watch_start(a, &p->watch, fds[0], EPOLLIN, ready, p);
    return fds[1];
}

static bool
is_allowed(struct log_pipe *p, size_t size)
{
    uint64_t now = now_us();
    p->allowance += (now - p->allowed_us) * BYTES_PER_SECOND / 1000000;
    if (p->allowance > BURST)
        p->allowance = BURST;
    p->allowed_us = now;
    if (size > p->allowance || p->agent->out_bytes > MAX_WAITING)
        return false;
    p->allowance -= size;
    return true;
}

static void
send(struct log_pipe *p, size_t size)
{
    if (size == 0)
        return;
    size_t tail = size < sizeof p->tail ? size : sizeof p->tail;
    memcpy(p->tail, p->data + size - tail, tail);
    p->tail_used = tail;
    if (is_allowed(p, size)) {
        uint8_t meta[32];
        struct wire_writer w;
        wire_utf8_make_valid(p->data, size);
        wire_writer_init(&w, meta, sizeof meta);
        wire_put_log(&w, &(struct wire_log){p->slot, p->stream, p->dropped});
        output_send(p->agent, WIRE_LOG, 0, 0, 0, &w,
                    &(struct out_payload){.data = p->data, .length = size, .fd = -1});
        p->dropped = 0;
    } else {
        p->dropped += size;
    }
    memmove(p->data, p->data + size, p->used - size);
    p->used -= size;
}

/* Returns the number of buffered bytes without an incomplete UTF-8 character at the end. */
static size_t
whole_characters(const struct log_pipe *p)
{
    size_t n = p->used;
    for (int back = 0; back < 3 && n > 0 && ((uint8_t)p->data[n - 1] & 0xc0) == 0x80; back++)
        n--;
    if (n > 0 && ((uint8_t)p->data[n - 1] & 0xc0) == 0xc0)
        n--;
    return n > 0 && p->used - n < 4 ? n : p->used;
}

/* Reads at most 64 KiB (the usual capacity of a pipe), because a process that prints without a
 * pause must not block the event loop. */
void
log_pipe_drain(struct log_pipe *p, bool flush)
{
    if (p->watch.fd < 0)
        return;
    for (int round = 0; round < 16; round++) {
        ssize_t n = read(p->watch.fd, p->data + p->used, sizeof p->data - p->used);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            if (n == 0) {
                int fd = p->watch.fd;
                watch_stop(p->agent, &p->watch);
                close(fd);
                flush = true;
            }
            break;
        }
        p->used += (size_t)n;
        const char *end = memrchr(p->data, '\n', p->used);
        if (end != NULL)
            send(p, (size_t)(end - p->data) + 1);
        else if (p->used == sizeof p->data)
            send(p, whole_characters(p));
    }
    if (flush)
        send(p, p->used);
}

void
log_pipe_close(struct log_pipe *p)
{
    log_pipe_drain(p, true);
    int fd = p->watch.fd;
    if (p->agent != NULL)
        watch_stop(p->agent, &p->watch);
    close_fd(&fd);
}
