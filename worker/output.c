/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Sends frames to the controller in order, as many as possible in each system call. While more than
 * SLOTS_WAIT_ABOVE bytes wait, the agent does not read from slots; while more than
 * INPUT_WAITS_ABOVE bytes other than results wait, the agent does not read from the controller
 * either. */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* Chunks are planned so that their results have at most 32 MiB, so the first limit is the size of
 * two results. The second limit is for answers to frames of the controller, such as MEASURED. It
 * does not count results: a single row may be larger, and pings must be answered while its parts
 * wait. */
#define SLOTS_WAIT_ABOVE (64ull << 20)
#define INPUT_WAITS_ABOVE (192ull << 20)
#define MAX_PIECES 64
/* The controller does nothing when it receives IDLE. If chunks are computed, IDLE therefore waits
 * for their first result, at most this time in µs, so that the controller is not woken for it. */
#define HOLD_US 100000u

struct out_frame {
    struct out_frame *next;
    uint8_t *head; /* header, metadata and copied payload */
    size_t head_len;
    const uint8_t *payload;
    uint64_t payload_len, sent;
    void (*release)(void *);
    void *owner;
    int fd;
    bool is_result, is_idle;
};

static void
frame_free(struct out_frame *f)
{
    if (f->release != NULL)
        f->release(f->owner);
    close_fd(&f->fd);
    free(f->head);
    free(f);
}

/* The `release` of a frame whose payload other frames still need. */
static void
keep(void *owner)
{
    (void)owner;
}

static void
adjust_pauses(struct agent *a)
{
    bool slots = a->out_bytes > SLOTS_WAIT_ABOVE;
    if (slots != a->slots_paused) {
        a->slots_paused = slots;
        for (struct function *f = a->functions; f != NULL; f = f->next)
            for (uint32_t i = 0; i < f->slots_end; i++)
                if (f->slots[i] != NULL)
                    slot_pause(f->slots[i], slots);
    }
    a->input_paused = a->out_bytes - a->out_result_bytes > INPUT_WAITS_ABOVE;
    watch_set_events(a, &a->input, a->input_paused ? 0 : EPOLLIN);
}

/* Queues a frame. PONG and STATS describe the host at this moment, so they are sent before the
 * frames that wait, but not within a frame that is partly sent. */
static void
queue_frame(struct agent *a, struct out_frame *f, const struct wire_header *h)
{
    bool urgent = h->type == WIRE_PONG || h->type == WIRE_STATS;
    struct out_frame **at = a->out_last;
    if (urgent && a->out_first != NULL)
        at = a->out_first->sent > 0 ? &a->out_first->next : &a->out_first;
    wire_header_encode(h, f->head);
    f->is_result = h->type == WIRE_RESULT || h->type == WIRE_RESULT_PART;
    f->is_idle = h->type == WIRE_IDLE;
    if (f->is_idle)
        a->hold_until_us = tasks_are_left(a) ? now_us() + HOLD_US : 0;
    f->next = *at;
    *at = f;
    if (f->next == NULL)
        a->out_last = &f->next;
    a->out_bytes += f->head_len + f->payload_len;
    if (f->is_result)
        a->out_result_bytes += f->head_len + f->payload_len;
}

static void
queue_whole(struct agent *a, struct wire_header h, const struct wire_writer *meta,
            const struct out_payload *payload)
{
    h.meta_len = meta != NULL ? (uint32_t)meta->used : 0;
    struct out_frame *f = xcalloc(1, sizeof *f);
    bool copied = payload != NULL && payload->release == NULL && payload->length > 0;
    f->fd = -1;
    f->head_len = WIRE_HEADER_SIZE + h.meta_len;
    f->head = xcalloc(1, f->head_len + (copied ? (size_t)payload->length : 0));
    if (h.meta_len > 0)
        memcpy(f->head + WIRE_HEADER_SIZE, meta->data, h.meta_len);
    if (payload != NULL) {
        h.payload_len = payload->length;
        if (copied) {
            memcpy(f->head + f->head_len, payload->data, (size_t)payload->length);
            f->head_len += (size_t)payload->length;
        } else {
            f->payload = payload->data;
            f->payload_len = payload->length;
            f->release = payload->release;
            f->owner = payload->owner;
        }
        if (payload->fd >= 0) {
            f->fd = fcntl(payload->fd, F_DUPFD_CLOEXEC, 0);
            h.flags = WIRE_FLAG_FD;
            if (f->fd < 0)
                agent_end(a, 3, "too many open files");
        }
    }
    queue_frame(a, f, &h);
}

/* Queues a payload that is too large for one frame. All parts are in the memory of the caller,
 * which is released after the last part was sent. */
static void
queue_parts(struct agent *a, struct wire_header h, const struct wire_writer *meta,
            const struct out_payload *payload)
{
    uint64_t n = wire_first_part(payload->length);
    struct out_payload part = {.data = payload->data, .length = n, .release = keep, .fd = -1};
    queue_whole(a, h, meta, &part);
    for (uint64_t at = n; at < payload->length; at += n) {
        uint8_t data[8];
        struct wire_writer w;
        struct wire_header next = wire_part_header(&h, at, payload->length);
        wire_writer_init(&w, data, sizeof data);
        wire_put_part(&w, &(struct wire_part){at});
        n = next.payload_len;
        part.data = (const uint8_t *)payload->data + at;
        part.length = n;
        if (at + n == payload->length) {
            part.release = payload->release;
            part.owner = payload->owner;
        }
        queue_whole(a, next, &w, &part);
    }
}

void
output_send_as(struct agent *a, struct wire_header h, const struct wire_writer *meta,
               const struct out_payload *payload)
{
    if (payload != NULL && payload->length > WIRE_MAX_PAYLOAD)
        queue_parts(a, h, meta, payload);
    else
        queue_whole(a, h, meta, payload);
    adjust_pauses(a);
}

void
output_send(struct agent *a, uint8_t type, uint32_t run, uint64_t chunk, uint32_t attempt,
            const struct wire_writer *meta, const struct out_payload *payload)
{
    output_send_as(a,
                   (struct wire_header){.type = type,
                                        .node = a->session.node,
                                        .session = a->session.id,
                                        .run = run,
                                        .chunk = chunk,
                                        .attempt = attempt},
                   meta, payload);
}

/* Fills `io` with the next bytes to send. Stops before a frame with a file descriptor, because the
 * descriptor must be sent with the first byte of a system call. */
static int
gather(struct agent *a, struct iovec *io, int *fd)
{
    int n = 0;
    *fd = -1;
    for (struct out_frame *f = a->out_first; f != NULL && n + 2 <= MAX_PIECES; f = f->next) {
        if (f->fd >= 0 && f->sent == 0) {
            if (f != a->out_first)
                break;
            *fd = f->fd;
        }
        uint64_t skip = f->sent;
        if (skip < f->head_len) {
            io[n++] = (struct iovec){f->head + skip, f->head_len - (size_t)skip};
            skip = 0;
        } else {
            skip -= f->head_len;
        }
        if (skip < f->payload_len)
            io[n++] = (struct iovec){(void *)(uintptr_t)(f->payload + skip),
                                     (size_t)(f->payload_len - skip)};
    }
    return n;
}

static ssize_t
write_some(struct agent *a)
{
    struct iovec io[MAX_PIECES];
    union {
        char space[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    int fd, n = gather(a, io, &fd);
    if (!a->socket)
        return writev(a->out_fd, io, n);
    struct msghdr m = {.msg_iov = io, .msg_iovlen = (size_t)n};
    if (fd >= 0) {
        m.msg_control = control.space;
        m.msg_controllen = sizeof control.space;
        struct cmsghdr *c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(c), &fd, sizeof fd);
    }
    return sendmsg(a->out_fd, &m, MSG_NOSIGNAL);
}

static void
advance(struct agent *a, uint64_t n)
{
    a->out_bytes -= n;
    while (n > 0 && a->out_first != NULL) {
        struct out_frame *f = a->out_first;
        uint64_t left = f->head_len + f->payload_len - f->sent;
        if (f->is_result)
            a->out_result_bytes -= n < left ? n : left;
        if (n < left) {
            f->sent += n;
            return;
        }
        n -= left;
        a->out_first = f->next;
        if (a->out_first == NULL)
            a->out_last = &a->out_first;
        frame_free(f);
    }
}

uint64_t
output_held_until(const struct agent *a)
{
    const struct out_frame *f = a->out_first;
    bool held = f != NULL && f->is_idle && f->next == NULL && f->sent == 0;
    return held && a->hold_until_us > now_us() ? a->hold_until_us : UINT64_MAX;
}

void
output_flush(struct agent *a)
{
    bool held = output_held_until(a) != UINT64_MAX, full = held;
    while (a->out_first != NULL && !full) {
        ssize_t n = write_some(a);
        if (n >= 0) {
            advance(a, (uint64_t)n);
            if (a->input_paused)
                a->heard_us = now_us(); /* the controller is alive, because it reads */
        } else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ETOOMANYREFS) {
            full = true;
        } else if (errno != EINTR) {
            agent_end(a, 0, NULL);
            return;
        }
    }
    watch_set_events(a, &a->output, a->out_first != NULL && !held ? EPOLLOUT : 0);
    adjust_pauses(a);
}

static void
writable(void *data, uint32_t events)
{
    struct agent *a = data;
    if ((events & (EPOLLERR | EPOLLHUP)) != 0 && a->out_first == NULL)
        agent_end(a, 0, NULL);
}

void
output_start(struct agent *a)
{
    a->out_last = &a->out_first;
    watch_start(a, &a->output, a->out_fd, 0, writable, a);
}

void
output_clear(struct agent *a)
{
    while (a->out_first != NULL) {
        struct out_frame *f = a->out_first;
        a->out_first = f->next;
        frame_free(f);
    }
}

void
send_fault(struct agent *a, uint32_t code, uint32_t function, uint32_t run, const char *text)
{
    send_blob_fault(a, code, function, run, text, wire_str(NULL, 0));
}

void
send_blob_fault(struct agent *a, uint32_t code, uint32_t function, uint32_t run, const char *text,
                struct wire_str blob)
{
    size_t len = strnlen(text, WIRE_MAX_TEXT), size = len + 64 + WIRE_HASH_LEN;
    char *copy = xstrndup(text, len);
    uint8_t *meta = xcalloc(1, size);
    struct wire_writer w;
    wire_utf8_make_valid(copy, len);
    wire_writer_init(&w, meta, size);
    wire_put_fault(&w, &(struct wire_fault){code, function, wire_str(copy, len), blob});
    output_send(a, WIRE_FAULT, run, 0, 0, &w, NULL);
    free(meta);
    free(copy);
}

void
send_no_node(struct agent *a, const struct wire_header *to)
{
    static const char text[] = "this agent does not know the node of the frame";
    uint8_t meta[128];
    struct wire_writer w;
    wire_writer_init(&w, meta, sizeof meta);
    wire_put_fault(
        &w, &(struct wire_fault){.code = WIRE_FAULT_NODE, .text = wire_str(text, sizeof text - 1)});
    output_send_as(a,
                   (struct wire_header){.type = WIRE_FAULT,
                                        .node = to->node,
                                        .session = to->session,
                                        .run = to->run,
                                        .chunk = to->chunk,
                                        .attempt = to->attempt},
                   &w, NULL);
}

void
send_lost(struct agent *a, const struct task *t, const char *why)
{
    uint8_t meta[1100];
    char text[1025];
    struct wire_writer w;
    size_t len = strnlen(why, sizeof text - 1);
    memcpy(text, why, len);
    wire_utf8_make_valid(text, len);
    wire_writer_init(&w, meta, sizeof meta);
    wire_put_lost(&w, &(struct wire_lost){wire_str(text, len)});
    output_send(a, WIRE_LOST, t->run->id, t->chunk, t->attempt, &w, NULL);
}
