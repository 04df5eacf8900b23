/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * link-bench SSH_CONFIG HOST AGENT ROUNDS MIB WHAT...
 *
 * Compares the speed of Mamuto's ssh client with that of OpenSSH's client. Both clients start
 * the program AGENT on HOST and exchange MIB mebibytes with it. WHAT is "connect", "down"
 * (receive), "up" (send) or "both" (send and receive at the same time). In each round, each
 * client is measured once. For each WHAT, prints the median of each client, and the median and the
 * lowest value over all rounds of Mamuto's speed divided by OpenSSH's speed. A ratio above 1 means
 * that Mamuto is faster. Also prints the median CPU time of each client, without the server.
 * Mamuto's client is a part of this process. The CPU time of OpenSSH's client includes the time
 * that this process needs to exchange the data with it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "link.h"

/* command numbers of tests/integration/stand-in-agent.c: receive data, send data */
enum { SINK = 4, SOURCE = 5 };
enum { BLOCK = 256 << 10 };

/* An open connection of one of the two clients. @link is set for Mamuto's client. Otherwise the
 * other members describe OpenSSH's ssh process and the two pipes to it. */
typedef struct {
    Link *link;
    pid_t pid;
    int in, out;
} Way;

static char block[BLOCK];

static void
check(gboolean ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "link-bench: %s: %s\n", what, g_strerror(errno));
        exit(1);
    }
}

static gssize
way_read(Way *self, void *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    gssize n;

    if (self->link) {
        n = link_read(self->link, data, size, NULL, NULL, &error);
        if (n < 0)
            fprintf(stderr, "link-bench: %s\n", error->message);
    } else {
        n = read(self->in, data, size);
        if (n < 0 && errno == EAGAIN)
            return 0;
        if (n == 0)
            n = -1;
    }
    check(n >= 0, "read");
    return n;
}

static gssize
way_write(Way *self, const void *data, gsize size)
{
    gssize n = self->link ? link_write(self->link, data, size, NULL, 0, NULL)
                          : write(self->out, data, size);

    if (n < 0 && !self->link && errno == EAGAIN)
        return 0;
    check(n >= 0, "write");
    return n;
}

static void
way_wait(Way *self, gboolean reads, gboolean writes)
{
    struct pollfd p[2] = {{self->in, POLLIN, 0}, {writes ? self->out : -1, POLLOUT, 0}};

    if (self->link)
        link_wait(self->link, (reads ? LINK_READABLE : 0) | (writes ? LINK_WRITABLE : 0), -1);
    else
        poll(p, 2, -1);
}

/* Sends @up bytes to the host and receives @down bytes from it at the same time. */
static void
transfer(Way *self, gsize up, gsize down)
{
    static char waste[BLOCK];

    while (up > 0 || down > 0) {
        way_wait(self, down > 0, up > 0);
        if (up > 0)
            up -= (gsize)way_write(self, block, MIN(up, BLOCK));
        if (down > 0)
            down -= (gsize)way_read(self, waste, MIN(down, BLOCK));
    }
}

static void
order(Way *self, char what, guint64 number)
{
    char message[16] = "command";

    message[7] = what;
    memcpy(message + 8, &number, sizeof number);
    check(way_write(self, message, sizeof message) == sizeof message, "order");
}

static void
way_open(Way *self, gboolean ours, char **argv)
{
    g_autoptr(GError) error = NULL;
    LinkOptions options = {.name = argv[2], .address = argv[2], .n_links = 1};
    char *ssh[] = {(char *)"ssh", (char *)"-F", argv[1], argv[2], argv[3], NULL};
    posix_spawn_file_actions_t actions;
    int to[2], from[2];

    *self = (Way){.in = -1, .out = -1};
    if (ours) {
        self->link = link_open(&options, &error);
        if (!self->link)
            fprintf(stderr, "link-bench: %s\n", error->message);
        check(self->link != NULL, "link");
    } else {
        check(pipe2(to, O_CLOEXEC) == 0 && pipe2(from, O_CLOEXEC) == 0, "pipe");
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, to[0], 0);
        posix_spawn_file_actions_adddup2(&actions, from[1], 1);
        errno = posix_spawnp(&self->pid, "ssh", &actions, NULL, ssh, environ);
        check(errno == 0, "ssh");
        posix_spawn_file_actions_destroy(&actions);
        close(to[0]);
        close(from[1]);
        self->in = from[0];
        self->out = to[1];
        fcntl(self->in, F_SETFL, O_NONBLOCK);
        fcntl(self->out, F_SETFL, O_NONBLOCK);
    }
    transfer(self, 0, strlen("READY\n"));
}

static void
way_close(Way *self)
{
    if (self->link) {
        link_close(self->link);
    } else {
        close(self->out);
        close(self->in);
        waitpid(self->pid, NULL, 0);
    }
}

/* Returns the CPU time in seconds of this process and of the clients that have ended. */
static double
cpu_seconds(void)
{
    static const int whose[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
    double seconds = 0;

    for (guint i = 0; i < G_N_ELEMENTS(whose); i++) {
        struct rusage usage;

        getrusage(whose[i], &usage);
        seconds += (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                   (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    }
    return seconds;
}

/* Returns the time in seconds that connecting or transferring takes. */
static double
run_client(gboolean ours, const char *what, gsize size, char **argv)
{
    gint64 begin = g_get_monotonic_time(), connected;
    double seconds;
    Way way;

    way_open(&way, ours, argv);
    connected = g_get_monotonic_time();
    if (strcmp(what, "down") == 0) {
        order(&way, SOURCE, size);
        transfer(&way, 0, size);
    } else if (strcmp(what, "up") == 0) {
        order(&way, SINK, size);
        transfer(&way, 0, strlen("GO\n"));
        connected = g_get_monotonic_time();
        transfer(&way, size, 0);
        transfer(&way, 0, strlen("SUNK\n"));
    } else if (strcmp(what, "both") == 0) {
        transfer(&way, size, size);
    } else {
        seconds = (double)(connected - begin) / 1e6;
        way_close(&way);
        return seconds;
    }
    seconds = (double)(g_get_monotonic_time() - connected) / 1e6;
    way_close(&way);
    return seconds;
}

/* Like run_client(). Sets *@cpu to the CPU time in seconds, which includes connecting and closing.
 */
static double
measure(gboolean ours, const char *what, gsize size, char **argv, double *cpu)
{
    double before = cpu_seconds(), seconds = run_client(ours, what, size, argv);

    *cpu = cpu_seconds() - before;
    return seconds;
}

static int
compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double
median(const double *values, guint n)
{
    g_autofree double *sorted = g_memdup2(values, n * sizeof *values);

    qsort(sorted, n, sizeof *sorted, compare);
    return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

static double
lowest(const double *values, guint n)
{
    double least = values[0];

    for (guint i = 1; i < n; i++)
        least = MIN(least, values[i]);
    return least;
}

typedef struct {
    guint rounds;
    gsize size;
    char **argv;
} Comparison;

static void
compare_clients(const Comparison *self, const char *what)
{
    guint rounds = self->rounds;
    g_autofree double *link = g_new(double, rounds), *ssh = g_new(double, rounds);
    g_autofree double *ratio = g_new(double, rounds);
    g_autofree double *link_cpu = g_new(double, rounds), *ssh_cpu = g_new(double, rounds);
    double mib = (double)(self->size >> 20);

    for (guint i = 0; i < rounds; i++) {
        if (i % 2 == 0)
            link[i] = measure(TRUE, what, self->size, self->argv, &link_cpu[i]);
        ssh[i] = measure(FALSE, what, self->size, self->argv, &ssh_cpu[i]);
        if (i % 2 == 1)
            link[i] = measure(TRUE, what, self->size, self->argv, &link_cpu[i]);
        ratio[i] = ssh[i] / link[i];
    }
    if (strcmp(what, "connect") == 0)
        printf("  %-8s link %6.0f ms    ssh %6.0f ms   ", what, median(link, rounds) * 1e3,
               median(ssh, rounds) * 1e3);
    else
        printf("  %-8s link %6.0f MiB/s ssh %6.0f MiB/s", what, mib / median(link, rounds),
               mib / median(ssh, rounds));
    printf(" ratio %.2f (lowest %.2f), CPU link %.2f s, ssh %.2f s\n", median(ratio, rounds),
           lowest(ratio, rounds), median(link_cpu, rounds), median(ssh_cpu, rounds));
    fflush(stdout);
}

static gpointer
compare_all(gpointer data)
{
    const Comparison *self = data;

    for (char **what = self->argv + 6; *what != NULL; what++)
        compare_clients(self, *what);
    return NULL;
}

int
main(int argc, char **argv)
{
    Comparison comparison = {
        .rounds = argc > 6 ? (guint)g_ascii_strtoull(argv[4], NULL, 10) : 0,
        .size = argc > 6 ? (gsize)g_ascii_strtoull(argv[5], NULL, 10) << 20 : 0,
        .argv = argv,
    };

    if (comparison.rounds == 0 || comparison.rounds > 1000 || comparison.size == 0) {
        fprintf(stderr, "usage: link-bench SSH_CONFIG HOST AGENT ROUNDS MIB WHAT...\n");
        return 2;
    }
    /* Mamuto uses its links in threads. malloc() places buffers in another way there than in the
     * first thread, and their addresses have an effect on the speed. */
    g_thread_join(g_thread_new("link-bench", compare_all, &comparison));
    return 0;
}
