/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See agent-script.h. */
#include "agent-script-private.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* The agent must end within this number of turns after the end of its input. */
#define MAX_LAST_TURNS 100000

/* The steps of a script. The comments list the fields after the first byte of the step. A field
 * "length" contains the number of bytes that follow the fields. */
enum step {
    STEP_FRAME,  /* type u8, flags u8, run u8, attempt u8, chunk u8, lengths of metadata and payload
                  * u16: a frame of the controller. Flags: 1 with descriptors, 2 another node, 4
                  * another session; bits 4 to 7: number of descriptors */
    STEP_BYTES,  /* length u16: bytes of the controller, which need not be a frame */
    STEP_RUNNER, /* runner u8, kind u8, value u16, pid u8, status u8, length u8: a message of an
                  * interpreter. Kind 0: a message of the given bytes */
    STEP_SLOT,   /* slot u8, length u8: a message of a slot */
    STEP_RESULT, /* slot u8, options u8 (enum option), length u8, as pairs of offset and value to be
                  * changed: the answer of a slot to its next chunk */
    STEP_PRINT,  /* process u8, length u8: output of an interpreter (even) or a slot (odd) */
    STEP_CLOCK,  /* n u8: the clock advances by n quarters of a second */
    STEP_END,    /* process u8: an interpreter (even) or a slot (odd) ends */
    STEP_TURN,   /* the agent runs */
    N_STEPS,
};

enum option {
    OPTION_IN_BUFFER = 1, /* the results are in the buffer, not in the message */
    OPTION_ONE_FAILED = 2,
    OPTION_ALL_FAILED = 4,
    OPTION_KEEP = 8, /* the slot answers the same chunk again later */
};

struct play play;

int __real_epoll_wait(int epoll, struct epoll_event *events, int max, int timeout);
int __wrap_epoll_wait(int epoll, struct epoll_event *events, int max, int timeout);

/* ---- what the agent receives ---- */

static void
send_to_agent(const void *data, size_t size, unsigned n_fds)
{
    union {
        char space[CMSG_SPACE(15 * sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct iovec io = {(void *)(uintptr_t)data, size};
    struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1};
    int fds[15];

    for (unsigned i = 0; i < n_fds; i++) {
        fds[i] = fuzz_make_file("", 0);
        FUZZ_ASSERT(ftruncate(fds[i], i % 2 != 0 ? 4096 : 100) == 0);
    }
    if (n_fds > 0) {
        m.msg_control = control.space;
        m.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
        struct cmsghdr *c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
        memcpy(CMSG_DATA(c), fds, n_fds * sizeof(int));
    }
    if (size > 0 && sendmsg(play.controller, &m, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)size)
        play.in.size = 0; /* the agent does not read now, so the rest of the script is left out */
    while (n_fds > 0)
        close(fds[--n_fds]);
}

static void
step_frame(void)
{
    static uint8_t bytes[WIRE_HEADER_SIZE + 2 * 65536];
    struct wire_header h = {.session = 1};
    size_t size;

    h.type = fuzz_take_u8(&play.in);
    uint8_t flags = fuzz_take_u8(&play.in);
    h.flags = flags & WIRE_FLAG_FD;
    h.node = (flags & 2) != 0 ? 1 : 0;
    h.session = (flags & 4) != 0 ? 2 : 1;
    h.run = fuzz_take_u8(&play.in);
    h.attempt = fuzz_take_u8(&play.in);
    h.chunk = fuzz_take_u8(&play.in);
    h.meta_len = fuzz_take_u16(&play.in);
    h.payload_len = fuzz_take_u16(&play.in);
    size = h.meta_len + (size_t)h.payload_len;
    const uint8_t *body = fuzz_take(&play.in, &size);
    if (h.meta_len > size)
        h.meta_len = (uint32_t)size;
    h.payload_len = size - h.meta_len;
    wire_header_encode(&h, bytes);
    memcpy(bytes + WIRE_HEADER_SIZE, body, size);
    send_to_agent(bytes, WIRE_HEADER_SIZE + size, h.flags != 0 ? flags >> 4 : 0);
}

static void
step_bytes(void)
{
    size_t size = fuzz_take_u16(&play.in);
    const uint8_t *bytes = fuzz_take(&play.in, &size);

    send_to_agent(bytes, size, 0);
}

static struct process *
choose(struct process *list, unsigned n, unsigned max, uint8_t number)
{
    n = n < max ? n : max;
    return n > 0 ? &list[number % n] : NULL;
}

static struct process *
choose_runner(uint8_t number)
{
    return choose(play.runners, play.n_runners, MAX_RUNNERS, number);
}

static struct process *
choose_slot(uint8_t number)
{
    return choose(play.slots, play.n_slots, MAX_SLOTS, number);
}

static void
step_runner(void)
{
    struct process *p = choose_runner(fuzz_take_u8(&play.in));
    struct runner_message m = {.kind = fuzz_take_u8(&play.in)};
    uint8_t bytes[sizeof m + 255];
    size_t size, head = m.kind != 0 ? sizeof m : 0;

    m.value = fuzz_take_u16(&play.in);
    uint8_t pid = fuzz_take_u8(&play.in);
    m.pid = pid < 4 ? (int32_t[]){1, 0, -1, INT32_MIN}[pid] : 2 * FIRST_PID + pid;
    m.status = fuzz_take_u8(&play.in);
    size = fuzz_take_u8(&play.in);
    const uint8_t *text = fuzz_take(&play.in, &size);
    memcpy(bytes, &m, head);
    memcpy(bytes + head, text, size);
    if (p != NULL && p->control >= 0)
        send(p->control, bytes, head + size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void
step_slot(void)
{
    struct process *p = choose_slot(fuzz_take_u8(&play.in));
    size_t size = fuzz_take_u8(&play.in);
    const uint8_t *bytes = fuzz_take(&play.in, &size);

    if (p != NULL && p->control >= 0)
        send(p->control, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Writes marks of failed rows, results and errors to the buffer of a chunk. */
static void
fill_buffer(int fd, const struct slot_chunk_message *chunk, struct slot_result_message *m)
{
    uint8_t bytes[8192] = {0}, *errors = bytes + 4096;
    struct wire_writer w;

    if (m->n_failed > 0)
        memset(bytes, m->n_failed == 1 ? 1 : 0xff, 256);
    m->in_buffer = 1;
    m->block_offset = 256;
    m->errors_offset = m->block_offset + m->block_length;
    wire_writer_init(&w, errors, 4096);
    m->n_listed = m->n_failed > 0 ? 1 : 0;
    for (uint32_t i = 0; i < m->n_listed; i++)
        wire_put_row_error(&w, &(struct wire_row_error){chunk->lo, WIRE_ROW_RAISED,
                                                        wire_str("ValueError", 10),
                                                        wire_str("text", 4)});
    m->errors_length = w.used;
    /* The marks end where the block begins. */
    uint64_t marks = (chunk->hi - chunk->lo + 7) / 8;
    if (m->n_failed == chunk->hi - chunk->lo && (chunk->hi - chunk->lo) % 8 != 0)
        bytes[marks - 1] = (uint8_t)((1u << (chunk->hi - chunk->lo) % 8) - 1);
    FUZZ_ASSERT(pwrite(fd, bytes, (size_t)marks, (off_t)(256 - marks)) == (ssize_t)marks);
    FUZZ_ASSERT(pwrite(fd, bytes + 512, (size_t)m->block_length, 256) == (ssize_t)m->block_length);
    FUZZ_ASSERT(pwrite(fd, errors, w.used, (off_t)m->errors_offset) == (ssize_t)w.used);
}

static void
step_result(void)
{
    struct process *p = choose_slot(fuzz_take_u8(&play.in));
    uint8_t options = fuzz_take_u8(&play.in),
            bytes[sizeof(struct slot_result_message) + 2048] = {0};
    size_t n_changes = fuzz_take_u8(&play.in), size = sizeof(struct slot_result_message);
    const uint8_t *changes = fuzz_take(&play.in, &n_changes);

    if (p == NULL || p->control < 0 || p->n_chunks == 0)
        return;
    const struct slot_chunk_message chunk = p->chunks[0];
    uint64_t n = chunk.hi - chunk.lo;
    struct slot_result_message m = {.kind = SLOT_RESULT,
                                    .serial = chunk.serial,
                                    .started_us = 10,
                                    .finished_us = 20,
                                    .n_rows = n};
    if (n > 256)
        return;
    m.n_failed = (options & OPTION_ALL_FAILED) != 0 ? n : (options & OPTION_ONE_FAILED) != 0;
    m.block_length = (n - m.n_failed) * 8;
    if (m.n_failed < n)
        memcpy(m.dtype, "<f8", 3);
    if ((options & OPTION_IN_BUFFER) != 0 || m.n_failed > 0)
        fill_buffer(p->buffers[chunk.buffer], &chunk, &m);
    else
        size += (size_t)m.block_length;
    memcpy(bytes, &m, sizeof m);
    for (size_t i = 0; i + 1 < n_changes; i += 2)
        bytes[changes[i] % size] ^= changes[i + 1];
    send(p->control, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if ((options & OPTION_KEEP) == 0)
        memmove(p->chunks, p->chunks + 1, --p->n_chunks * sizeof p->chunks[0]);
}

static struct process *
choose_process(uint8_t number)
{
    return number % 2 == 0 ? choose_runner(number / 2) : choose_slot(number / 2);
}

static void
step_print(void)
{
    uint8_t number = fuzz_take_u8(&play.in);
    struct process *p = choose_process(number & 0x7f);
    size_t size = fuzz_take_u8(&play.in);
    const uint8_t *text = fuzz_take(&play.in, &size);

    if (p != NULL && p->out >= 0)
        FUZZ_ASSERT(write(number & 0x80 ? p->err : p->out, text, size) >= -1);
}

/* A process ends: its descriptors are closed, and an interpreter is reaped. */
static void
step_end(void)
{
    uint8_t number = fuzz_take_u8(&play.in);
    struct process *p = choose_process(number);

    if (p == NULL || p->control < 0)
        return;
    close_fd(&p->control);
    close_fd(&p->out);
    close_fd(&p->err);
    if (number % 2 == 0) {
        play.ended = p->pid;
        play.ended_status = number & 0x40 ? SIGSEGV : 1 << 8;
        agent_reap(play.agent);
    }
}

/* Plays the next step. Returns whether another step follows before the agent runs. */
static bool
step(void)
{
    uint8_t first = fuzz_take_u8(&play.in);

    switch ((first & 15) % N_STEPS) {
    case STEP_FRAME:
        step_frame();
        break;
    case STEP_BYTES:
        step_bytes();
        break;
    case STEP_RUNNER:
        step_runner();
        break;
    case STEP_SLOT:
        step_slot();
        break;
    case STEP_RESULT:
        step_result();
        break;
    case STEP_PRINT:
        step_print();
        break;
    case STEP_CLOCK:
        play.clock += fuzz_take_u8(&play.in) * 250000u;
        break;
    case STEP_END:
        step_end();
        break;
    default:
        break;
    }
    return (first & 0x80) != 0;
}

/* ---- the whole play ---- */

/* The agent calls this function once in each turn of its loop. */
int
__wrap_epoll_wait(int epoll, struct epoll_event *events, int max, int timeout)
{
    agent_hear_all();
    while (play.in.size > 0 && step() && !play.agent->ending)
        ;
    if (play.in.size == 0) {
        shutdown(play.controller, SHUT_WR);
        FUZZ_ASSERT(++play.last_turns < MAX_LAST_TURNS);
    }
    return __real_epoll_wait(epoll, events, max, 0);
}

/* Makes sure that no real process can be killed. Messages of the agent are not shown. */
static void
prepare(void)
{
    static bool prepared;

    if (prepared)
        return;
    prepared = true;
    agent_wraps_check();
    /* a script may print to a pipe that the agent has closed */
    sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    stderr = fopen("/dev/null", "w");
}

void
agent_script_play(const struct fuzz_input *before, const struct fuzz_input *script)
{
    int pair[2], free_fd;
    struct agent a = {.socket = true};

    prepare();
    free_fd = fuzz_get_free_fd();
    memset(&play, 0, sizeof play);
    FUZZ_ASSERT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0);
    play.agent = &a;
    play.controller = pair[1];
    play.clock = 1000000000;
    play.in = *script;
    a.in_fd = pair[0];
    a.out_fd = dup(pair[0]);
    send_to_agent(before->data, before->size, 0);
    agent_run(&a);
    agent_hear_all();
    for (unsigned i = 0; i < play.n_runners; i++)
        process_close(&play.runners[i]);
    for (unsigned i = 0; i < play.n_slots && i < MAX_SLOTS; i++)
        process_close(&play.slots[i]);
    free(play.body);
    close(a.in_fd);
    close(a.out_fd);
    close(play.controller);
    FUZZ_ASSERT(fuzz_get_free_fd() == free_fd);
}
