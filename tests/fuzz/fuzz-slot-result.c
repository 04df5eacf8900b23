/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The agent receives any answer of a slot to a chunk of at least 8 rows. If it makes a RESULT frame
 * of the answer, the controller must accept the frame. The input: options u8, size of the result
 * buffer u8 (in units of 16 bytes), the buffer, and the answer. */
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "agent-script.h"

enum { OPTION_PASSES_FDS = 1, OPTION_LATER_ROWS = 2, OPTION_MORE_ROWS = 4, OPTION_JSON = 8 };

/* Checks the frames that the agent has sent. */
static void
check_frames(int socket)
{
    static uint8_t bytes[1 << 20];
    union {
        char space[CMSG_SPACE(16 * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec io = {bytes, sizeof bytes};
    struct msghdr m = {.msg_iov = &io,
                       .msg_iovlen = 1,
                       .msg_control = control.space,
                       .msg_controllen = sizeof control.space};
    ssize_t n = recvmsg(socket, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&m) : NULL;
    struct wire_header header;

    if (n <= 0)
        return;
    FUZZ_ASSERT(n >= WIRE_HEADER_SIZE && wire_header_decode(bytes, &header) == 0);
    FUZZ_ASSERT((uint64_t)n == WIRE_HEADER_SIZE + header.meta_len + header.payload_len);
    agent_frame_check(&header, bytes + WIRE_HEADER_SIZE,
                      bytes + WIRE_HEADER_SIZE + header.meta_len);
    FUZZ_ASSERT((c != NULL) == ((header.flags & WIRE_FLAG_FD) != 0));
    if (c != NULL) {
        int fd;

        memcpy(&fd, CMSG_DATA(c), sizeof fd);
        close(fd);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = {data, size};
    uint8_t options = fuzz_take_u8(&in);
    size_t buffer_size = fuzz_take_u8(&in) * 16u;
    const uint8_t *content = fuzz_take(&in, &buffer_size);
    int free_fd = fuzz_get_free_fd(), pair[2], size_of_socket = 1 << 20;
    struct agent a = {.passes_fds = (options & OPTION_PASSES_FDS) != 0, .socket = true};
    struct run run = {.id = 1, .n_rows = 10000};
    struct task t = {
        .run = &run, .chunk = 1, .serial = 7, .attempt = 1, .passes = 1, .rows_fd = -1};
    struct slot s = {.agent = &a};
    struct result_buffer *b = calloc(1, sizeof *b);

    FUZZ_ASSERT(b != NULL);
    *b =
        (struct result_buffer){.refs = 2, .busy = true, .fd = fuzz_make_file(content, buffer_size)};
    FUZZ_ASSERT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0);
    setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size_of_socket, sizeof size_of_socket);
    a.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    a.out_fd = pair[0];
    a.input.fd = -1;
    output_start(&a);
    run.mode = (options & OPTION_JSON) != 0 ? WIRE_MODE_JSON : WIRE_MODE_ROWS;
    t.lo = (options & OPTION_LATER_ROWS) != 0 ? 4 : 0;
    t.hi = t.lo + ((options & OPTION_MORE_ROWS) != 0 ? 100 : 8);
    t.buffer = b;
    bool valid = slot_take_result(&s, &t, in.data, in.size);
    FUZZ_ASSERT(valid || a.out_first == NULL);
    FUZZ_ASSERT(!valid || a.out_first != NULL);
    output_flush(&a);
    check_frames(pair[1]);
    output_clear(&a);
    /* the buffer is free again, or the agent waits for ACK if the buffer's descriptor was sent */
    FUZZ_ASSERT(!valid || b->busy == b->waits_for_ack);
    result_buffer_unref(b);
    FUZZ_ASSERT(b->refs == 1);
    result_buffer_unref(b);
    close(pair[0]);
    close(pair[1]);
    close(a.epoll_fd);
    FUZZ_ASSERT(fuzz_get_free_fd() == free_fd);
    return 0;
}
