/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads frames from the controller. Headers and metadata are read through a buffer. Payloads are
 * received directly into the files that slots map; small ones are written to them. */
#include "agent.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_SIZE (256u << 10)
/* Maximum number of bytes that one turn of the event loop reads, because other events wait
 * meanwhile. */
#define TURN_BYTES (8u << 20)
/* Payloads of at most this many bytes are written to their file. Mapping it takes longer. */
#define WRITTEN_BYTES (64u << 10)

enum stage { STAGE_HEADER, STAGE_META, STAGE_PAYLOAD };

struct in_state {
    uint8_t *buffer;
    size_t at, used;
    enum stage stage;
    struct wire_header header;
    uint8_t head[WIRE_HEADER_SIZE];
    uint8_t *meta;
    size_t done;  /* number of received bytes of the current part of the frame (see `stage`) */
    uint8_t *map; /* where the payload is received: in a mapping of its file, or in memory from
                     which it is written to the file; NULL: the payload is discarded */
    size_t map_size, map_skip;
    int file; /* the file of a small payload, and its place there; -1: the file is mapped */
    uint64_t file_offset;
    int fds[2 * WIRE_MAX_FDS];
    uint32_t n_fds;
};

int
input_take_fd(struct agent *a)
{
    struct in_state *in = a->in;
    if (in->n_fds == 0)
        return -1;
    int fd = in->fds[0];
    in->n_fds--;
    memmove(in->fds, in->fds + 1, in->n_fds * sizeof in->fds[0]);
    return fd;
}

static void
unmap(struct in_state *in)
{
    if (in->map != NULL && in->file >= 0)
        free(in->map);
    else if (in->map != NULL)
        munmap(in->map, in->map_size);
    in->map = NULL;
    in->file = -1;
}

bool
input_payload_to(struct agent *a, enum payload_kind kind, int fd, uint64_t offset)
{
    struct in_state *in = a->in;
    if (kind == PAYLOAD_DISCARD || in->header.payload_len == 0)
        return true;
    if (in->header.payload_len <= WRITTEN_BYTES) {
        in->map = xcalloc(1, (size_t)in->header.payload_len);
        in->map_skip = 0;
        in->file = fd;
        in->file_offset = offset;
        return true;
    }
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    in->map_skip = (size_t)(offset % page);
    in->map_size = in->map_skip + (size_t)in->header.payload_len;
    void *map = mmap(NULL, in->map_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                     (off_t)(offset - in->map_skip));
    if (map == MAP_FAILED)
        return false;
    in->map = map;
    return true;
}

static bool
keep_fds(struct agent *a, struct msghdr *message)
{
    struct in_state *in = a->in;
    bool kept = (message->msg_flags & MSG_CTRUNC) == 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < n; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
            if (in->n_fds < sizeof in->fds / sizeof in->fds[0]) {
                in->fds[in->n_fds++] = fd;
                a->passes_fds = true;
            } else {
                close(fd);
                kept = false;
            }
        }
    }
    return kept;
}

/* Returns the number of received bytes, or 0 if no bytes are available. Ends the agent and returns
 * -1 at the end of the input or on an error. */
static ssize_t
receive(struct agent *a, void *into, size_t size)
{
    union {
        char space[CMSG_SPACE(WIRE_MAX_FDS * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec io = {into, size};
    struct msghdr m = {.msg_iov = &io,
                       .msg_iovlen = 1,
                       .msg_control = control.space,
                       .msg_controllen = sizeof control.space};
    ssize_t n;
    do
        n = a->socket ? recvmsg(a->in_fd, &m, MSG_CMSG_CLOEXEC) : read(a->in_fd, into, size);
    while (n < 0 && errno == EINTR);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return 0;
    if (n <= 0) {
        agent_end(a, 0, NULL);
        return -1;
    }
    a->heard_us = now_us();
    if (a->socket && !keep_fds(a, &m)) {
        agent_end(a, 2, "more file descriptors arrived than can be received");
        return -1;
    }
    return n;
}

static void
write_small(struct agent *a)
{
    const struct in_state *in = a->in;
    size_t size = (size_t)in->header.payload_len;
    if (in->map != NULL && in->file >= 0 &&
        pwrite(in->file, in->map, size, (off_t)in->file_offset) != (ssize_t)size)
        agent_end(a, 3, "no memory for the rows or the arrays that arrive");
}

static void
frame_complete(struct agent *a)
{
    struct in_state *in = a->in;
    write_small(a);
    unmap(in);
    session_end(a, &in->header);
    free(in->meta);
    in->meta = NULL;
    in->stage = STAGE_HEADER;
    in->done = 0;
}

static void
meta_complete(struct agent *a)
{
    struct in_state *in = a->in;
    if (!session_begin(a, &in->header, in->meta)) {
        agent_end(a, 2, "a frame violates the protocol");
        return;
    }
    in->stage = STAGE_PAYLOAD;
    in->done = 0;
    if (in->header.payload_len == 0)
        frame_complete(a);
}

static void
header_complete(struct agent *a)
{
    struct in_state *in = a->in;
    int rc = wire_header_decode(in->head, &in->header);
    if (rc == 0)
        rc = wire_header_validate(&in->header, false);
    if (rc != 0) {
        agent_end(a, 2,
                  rc == -EPROTONOSUPPORT ? "the controller uses another version of the protocol"
                                         : "the input is not a frame");
        return;
    }
    in->stage = STAGE_META;
    in->done = 0;
    in->meta = xcalloc(1, in->header.meta_len);
    if (in->header.meta_len == 0)
        meta_complete(a);
}

/* Removes bytes from the buffer until the current stage has received `want` bytes or the buffer is
 * empty. Copies the bytes to `into`, or discards them if `into` is NULL. Returns the number of
 * removed bytes. */
static size_t
take(struct in_state *in, uint8_t *into, uint64_t want)
{
    size_t n = in->used - in->at;
    if (n > want - in->done)
        n = (size_t)(want - in->done);
    if (into != NULL)
        memcpy(into + in->done, in->buffer + in->at, n);
    in->at += n;
    in->done += n;
    return n;
}

static void
consume(struct agent *a)
{
    struct in_state *in = a->in;
    while (in->at < in->used && !a->ending) {
        switch (in->stage) {
        case STAGE_HEADER:
            take(in, in->head, WIRE_HEADER_SIZE);
            if (in->done == WIRE_HEADER_SIZE)
                header_complete(a);
            break;
        case STAGE_META:
            take(in, in->meta, in->header.meta_len);
            if (in->done == in->header.meta_len)
                meta_complete(a);
            break;
        case STAGE_PAYLOAD:
            take(in, in->map != NULL ? in->map + in->map_skip : NULL, in->header.payload_len);
            if (in->done == in->header.payload_len)
                frame_complete(a);
            break;
        }
    }
}

static void
ready(void *data, uint32_t events)
{
    struct agent *a = data;
    struct in_state *in = a->in;
    (void)events;
    for (size_t total = 0; total < TURN_BYTES && !a->ending && !a->input_paused;) {
        ssize_t n;
        if (in->stage == STAGE_PAYLOAD && in->map != NULL) {
            n = receive(a, in->map + in->map_skip + in->done,
                        (size_t)in->header.payload_len - in->done);
            if (n <= 0)
                return;
            in->done += (size_t)n;
            if (in->done == in->header.payload_len)
                frame_complete(a);
        } else {
            n = receive(a, in->buffer, BUFFER_SIZE);
            if (n <= 0)
                return;
            in->at = 0;
            in->used = (size_t)n;
            consume(a);
            if ((size_t)n < BUFFER_SIZE)
                return;
        }
        total += (size_t)n;
    }
}

void
input_start(struct agent *a)
{
    a->in = xcalloc(1, sizeof *a->in);
    a->in->buffer = xcalloc(1, BUFFER_SIZE);
    a->in->file = -1;
    watch_start(a, &a->input, a->in_fd, EPOLLIN, ready, a);
}

void
input_stop(struct agent *a)
{
    int fd;
    while ((fd = input_take_fd(a)) >= 0)
        close(fd);
    unmap(a->in);
    free(a->in->meta);
    free(a->in->buffer);
    free(a->in);
}
