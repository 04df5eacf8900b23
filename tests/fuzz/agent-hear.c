/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Receives and checks what the agent of a fuzz target sends. */
#include <errno.h>
#include <sys/socket.h>

#include "agent-script-private.h"

void
process_begin(struct process *p, pid_t pid, int control, int out, int err)
{
    *p = (struct process){.pid = pid, .control = control, .out = out, .err = err};
    for (unsigned i = 0; i < SLOT_MAX_BUFFERS; i++)
        p->buffers[i] = -1;
}

void
process_close(struct process *p)
{
    close_fd(&p->control);
    close_fd(&p->out);
    close_fd(&p->err);
    for (unsigned i = 0; i < SLOT_MAX_BUFFERS; i++)
        close_fd(&p->buffers[i]);
}

/* Receives a message and at most @max descriptors. Returns the size of the message. */
static size_t
receive(int socket, void *data, size_t size, int *fds, unsigned max, unsigned *n_fds)
{
    union {
        char space[CMSG_SPACE(64 * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec io = {data, size};
    struct msghdr m = {.msg_iov = &io,
                       .msg_iovlen = 1,
                       .msg_control = control.space,
                       .msg_controllen = sizeof control.space};
    ssize_t n = recvmsg(socket, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

    *n_fds = 0;
    for (struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&m) : NULL; c != NULL; c = CMSG_NXTHDR(&m, c))
        for (size_t i = 0; i < (c->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
            int fd;

            memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
            if (*n_fds < max)
                fds[(*n_fds)++] = fd;
            else
                close(fd);
        }
    return n > 0 ? (size_t)n : 0;
}

/* Bytes of the payload that are kept for the check. */
static uint64_t
kept_payload(void)
{
    return play.header.payload_len < WIRE_MAX_TEXT ? play.header.payload_len : WIRE_MAX_TEXT;
}

static void
frame_begins(void)
{
    FUZZ_ASSERT(wire_header_decode(play.head, &play.header) == 0);
    FUZZ_ASSERT(wire_header_validate(&play.header, true) == 0);
    play.body = malloc(play.header.meta_len + (size_t)kept_payload() + 1);
}

/* Takes the next bytes of a frame. Returns their number. */
static size_t
take_frame(const uint8_t *data, size_t size)
{
    bool in_head = play.received < WIRE_HEADER_SIZE;
    uint64_t at = in_head ? play.received : play.received - WIRE_HEADER_SIZE;
    uint64_t kept = in_head ? WIRE_HEADER_SIZE : play.header.meta_len + kept_payload();
    uint64_t whole = in_head ? WIRE_HEADER_SIZE : play.header.meta_len + play.header.payload_len;

    if (size > whole - at)
        size = (size_t)(whole - at);
    if (at < kept)
        memcpy((in_head ? play.head : play.body) + at, data,
               size < kept - at ? size : (size_t)(kept - at));
    play.received += size;
    if (play.received == WIRE_HEADER_SIZE && in_head)
        frame_begins();
    if (play.received == WIRE_HEADER_SIZE + play.header.meta_len + play.header.payload_len) {
        agent_frame_check(&play.header, play.body, play.body + play.header.meta_len);
        free(play.body);
        play.body = NULL;
        play.received = 0;
    }
    return size;
}

static void
hear_agent(void)
{
    static uint8_t bytes[1 << 18];
    unsigned n_fds;
    size_t n;

    while ((n = receive(play.controller, bytes, sizeof bytes, NULL, 0, &n_fds)) > 0)
        for (size_t at = 0; at < n;)
            at += take_frame(bytes + at, n - at);
}

/* Receives the messages START, and creates the slots. */
static void
hear_runner(struct process *runner)
{
    struct runner_message m;
    int fds[3];
    unsigned n_fds;

    while (runner->control >= 0 &&
           receive(runner->control, &m, sizeof m, fds, 3, &n_fds) == sizeof m) {
        struct process *s = &play.slots[play.n_slots % MAX_SLOTS];

        FUZZ_ASSERT(m.kind == RUNNER_START && n_fds == 3);
        if (play.n_slots++ >= MAX_SLOTS)
            process_close(s);
        process_begin(s, 0, fds[0], fds[1], fds[2]);
    }
}

/* Receives the messages RUN and CHUNK. */
static void
hear_slot(struct process *slot)
{
    static union {
        uint32_t kind;
        struct slot_chunk_message chunk;
        uint8_t bytes[1024];
    } m;
    int fds[2 + WIRE_MAX_ARGS];
    unsigned n_fds;
    size_t size;

    while (slot->control >= 0 &&
           (size = receive(slot->control, &m, sizeof m, fds, 2 + WIRE_MAX_ARGS, &n_fds)) > 0) {
        FUZZ_ASSERT(m.kind == SLOT_RUN || (m.kind == SLOT_CHUNK && size == sizeof m.chunk));
        if (m.kind == SLOT_CHUNK) {
            FUZZ_ASSERT(m.chunk.lo < m.chunk.hi && m.chunk.buffer < SLOT_MAX_BUFFERS);
            if ((m.chunk.flags & SLOT_NEW_BUFFER) != 0) {
                FUZZ_ASSERT(n_fds > 0 && slot->buffers[m.chunk.buffer] < 0);
                slot->buffers[m.chunk.buffer] = fds[--n_fds];
            }
            if (slot->n_chunks < 4)
                slot->chunks[slot->n_chunks++] = m.chunk;
        }
        while (n_fds > 0)
            close(fds[--n_fds]);
    }
}

void
agent_hear_all(void)
{
    hear_agent();
    for (unsigned i = 0; i < play.n_runners; i++)
        hear_runner(&play.runners[i]);
    for (unsigned i = 0; i < play.n_slots && i < MAX_SLOTS; i++)
        hear_slot(&play.slots[i]);
}
