/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A TCP proxy that delays all data, for kernels that lack the delay module netem.
 *
 *   delay-proxy TO_PORT MS
 *
 * Listens on a free port of 127.0.0.1 and prints this port. Each connection leads to the port
 * TO_PORT of 127.0.0.1. Data in both directions is forwarded MS milliseconds after it arrived.
 * At most about HELD bytes are buffered for each direction. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HELD = 64 << 20, PIECE = 256 << 10 };

struct piece {
    int64_t due;
    size_t size, sent;
    struct piece *next;
    char data[];
};

struct direction {
    int in, out;
    struct piece *first, **end;
    size_t held;
    int ended, told; /* ended: the input has ended; told: the output was closed after that */
};

static int64_t delay_ns;
static uint16_t to_port;

static int64_t
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static int
is_stuck(ssize_t n)
{
    return n < 0 && errno != EAGAIN && errno != EINTR;
}

/* Reads the available data from the input socket into the buffer. Returns -1 if the connection
 * is broken, otherwise 0. */
static int
take(struct direction *d)
{
    struct piece *piece = malloc(sizeof *piece + PIECE);
    ssize_t n = piece ? read(d->in, piece->data, PIECE) : -1;

    if (n <= 0) {
        free(piece);
        d->ended = n == 0;
        return is_stuck(n) ? -1 : 0;
    }
    *piece = (struct piece){.due = now() + delay_ns, .size = (size_t)n};
    *d->end = piece;
    d->end = &piece->next;
    d->held += (size_t)n;
    return 0;
}

static int
give(struct direction *d)
{
    while (d->first && d->first->due <= now()) {
        struct piece *piece = d->first;
        ssize_t n = write(d->out, piece->data + piece->sent, piece->size - piece->sent);

        if (n < 0)
            return is_stuck(n) ? -1 : 0;
        piece->sent += (size_t)n;
        d->held -= (size_t)n;
        if (piece->sent < piece->size)
            return 0;
        d->first = piece->next;
        if (!d->first)
            d->end = &d->first;
        free(piece);
    }
    if (!d->first && d->ended && !d->told) {
        shutdown(d->out, SHUT_WR);
        d->told = 1;
    }
    return 0;
}

static void
carry(int a, int b)
{
    struct direction d[2] = {{.in = a, .out = b}, {.in = b, .out = a}};
    int broken = 0;

    d[0].end = &d[0].first;
    d[1].end = &d[1].first;
    while (!broken && !(d[0].told && d[1].told)) {
        struct pollfd p[2] = {{.fd = a}, {.fd = b}};
        struct timespec wait, *limit = NULL;
        int64_t next = INT64_MAX, t = now();

        for (int i = 0; i < 2; i++) {
            if (!d[i].ended && d[i].held < HELD)
                p[i].events |= POLLIN;
            if (d[i].first && d[i].first->due <= t)
                p[1 - i].events |= POLLOUT;
            else if (d[i].first && d[i].first->due < next)
                next = d[i].first->due;
        }
        if (next != INT64_MAX) {
            wait = (struct timespec){(next - t) / 1000000000, (next - t) % 1000000000};
            limit = &wait;
        }
        for (int i = 0; i < 2; i++)
            /* A negative descriptor makes ppoll() ignore the entry. Otherwise ppoll() would
             * report POLLHUP for a closed connection immediately in every call, and the loop
             * would never sleep. */
            if (!p[i].events)
                p[i].fd = -1;
        ppoll(p, 2, limit, NULL);
        for (int i = 0; i < 2; i++) {
            if (!d[i].ended && d[i].held < HELD && p[i].revents & (POLLIN | POLLHUP | POLLERR))
                broken |= take(&d[i]);
            broken |= give(&d[i]);
        }
    }
    for (int i = 0; i < 2; i++)
        while (d[i].first) {
            struct piece *piece = d[i].first;

            d[i].first = piece->next;
            free(piece);
        }
}

static void *
serve(void *argument)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(to_port)};
    int a = (int)(intptr_t)argument, b = socket(AF_INET, SOCK_STREAM, 0), one = 1;

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(a, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(b, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(b, (struct sockaddr *)&to, sizeof to) == 0) {
        fcntl(a, F_SETFL, O_NONBLOCK);
        fcntl(b, F_SETFL, O_NONBLOCK);
        carry(a, b);
    }
    close(a);
    close(b);
    return NULL;
}

int
main(int argc, char **argv)
{
    struct sockaddr_in here = {.sin_family = AF_INET};
    socklen_t size = sizeof here;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    if (argc != 3) {
        fprintf(stderr, "usage: delay-proxy TO_PORT MS\n");
        return 2;
    }
    to_port = (uint16_t)atoi(argv[1]);
    delay_ns = atoi(argv[2]) * INT64_C(1000000);
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&here, sizeof here) || listen(listener, 64) ||
        getsockname(listener, (struct sockaddr *)&here, &size)) {
        perror("delay-proxy");
        return 1;
    }
    printf("%d\n", ntohs(here.sin_port));
    fflush(stdout);
    for (;;) {
        int client = accept(listener, NULL, NULL);
        pthread_t thread;

        if (client >= 0 && pthread_create(&thread, NULL, serve, (void *)(intptr_t)client) == 0)
            pthread_detach(thread);
    }
}
