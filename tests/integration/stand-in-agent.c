/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A simple program that replaces the agent in tests of links. It prints "READY\n" and then sends
 * all input back, including file descriptors. If the input is a command, the program executes the
 * command and does not send it back. The program ends at the end of its input. */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A command has 16 bytes: the text "command", one byte with the number of the command, and an
 * integer of eight bytes as its argument. */
enum { EXIT = 1, KILL, STDERR, SINK, SOURCE, ORPHAN, PID };
enum { MAGIC_LENGTH = 7, MESSAGE = 16, BLOCK = 256 << 10 };
static const char magic[MAGIC_LENGTH + 1] = "command";

static char buffer[BLOCK];

static void
put(const void *data, size_t size)
{
    const char *p = data;

    while (size > 0) {
        ssize_t n = write(1, p, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            exit(9);
        p += n;
        size -= (size_t)n;
    }
}

static void
sink(uint64_t size)
{
    /* The test waits for this text before it sends data. Otherwise main() could read some of the
     * data together with the command, and these bytes would not be counted here. */
    put("GO\n", 3);
    while (size > 0) {
        ssize_t n = read(0, buffer, size < BLOCK ? (size_t)size : BLOCK);

        if (n <= 0)
            exit(8);
        size -= (uint64_t)n;
    }
    put("SUNK\n", 5);
}

static void
source(uint64_t size)
{
    memset(buffer, 'x', sizeof buffer);
    while (size > 0) {
        size_t n = size < BLOCK ? (size_t)size : BLOCK;

        put(buffer, n);
        size -= n;
    }
}

static void
obey(const char *message)
{
    uint64_t number;

    memcpy(&number, message + MAGIC_LENGTH + 1, sizeof number);
    switch (message[MAGIC_LENGTH]) {
    case EXIT:
        exit((int)number);
    case KILL:
        kill(getpid(), (int)number);
        break;
    case STDERR:
        for (uint64_t i = 0; i < number; i++)
            if (write(2, "the sky is falling\n", 19) < 0)
                break;
        break;
    case SINK:
        sink(number);
        break;
    case SOURCE:
        source(number);
        break;
    case ORPHAN: /* the child process keeps standard output open for the given number of seconds */
        if (fork() == 0) {
            sleep((unsigned)number);
            _exit(0);
        }
        exit(5);
    case PID:
        number = (uint64_t)getpid();
        put(&number, sizeof number);
        break;
    }
}

/* Reads input into @buffer, and returns the number of bytes like read(). If descriptors arrive,
 * sends them back together with the first byte. */
static ssize_t
take(void)
{
    char control[CMSG_SPACE(64 * sizeof(int))];
    struct iovec io = {buffer, sizeof buffer};
    struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control};
    ssize_t n;

    m.msg_controllen = sizeof control;
    n = recvmsg(0, &m, 0);
    if (n < 0 && errno == ENOTSOCK)
        return read(0, buffer, sizeof buffer);
    if (n > 0 && m.msg_controllen > 0) {
        io.iov_len = 1;
        sendmsg(1, &m, 0);
        memmove(buffer, buffer + 1, (size_t)--n);
        if (n == 0)
            return take();
    }
    return n;
}

int
main(void)
{
    char messages[16 * MESSAGE];
    ssize_t n;

    put("READY\n", 6);
    while ((n = take()) > 0) {
        if (n % MESSAGE == 0 && memcmp(buffer, magic, MAGIC_LENGTH) == 0) {
            memcpy(messages, buffer, n <= (ssize_t)sizeof messages ? (size_t)n : sizeof messages);
            for (ssize_t i = 0; i < n && i < (ssize_t)sizeof messages; i += MESSAGE)
                obey(messages + i);
        } else {
            put(buffer, (size_t)n);
        }
    }
    return 0;
}
