/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests a host behind a slow network: a frame takes longer to arrive than a host may be silent. A
 * relay between the connection and a real ssh server limits the rate of the bytes from the host. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connection-util.h"
#include "mapper-util.h"
#include "ssh-server.h"

/* The result of a row has 8 MiB, so it arrives in about 8 s. */
#define BYTES_PER_SECOND 1000000
#define STEP_MS 20
#define STEP_BYTES (BYTES_PER_SECOND * STEP_MS / 1000)

static const HostTimes times = {
    .ping_us = 500000,
    .suspect_us = 1500000,
    .lost_us = 3000000,
    .n_returns = 0,
};

/* ---- the relay ---- */

typedef struct {
    int listener;
    guint port, server_port;
    gint ended; /* atomic */
    GThread *thread;
} Relay;

static int
open_socket(guint port, struct sockaddr_in *address)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), size = STEP_BYTES;

    g_assert_cmpint(fd, >=, 0);
    /* otherwise the kernel stores much of the frame, and it arrives late, but not slowly */
    g_assert_cmpint(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), ==, 0);
    g_assert_cmpint(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size), ==, 0);
    *address = (struct sockaddr_in){.sin_family = AF_INET,
                                    .sin_port = htons((guint16)port),
                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return fd;
}

/* Copies what is there from one socket to the other. Returns FALSE at the end. */
static gboolean
copy(int from, int to, gsize size)
{
    static char buffer[STEP_BYTES];
    ssize_t n = recv(from, buffer, MIN(size, sizeof buffer), MSG_DONTWAIT);

    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    for (ssize_t done = 0, sent; done < n; done += sent)
        if ((sent = send(to, buffer + done, (gsize)(n - done), MSG_NOSIGNAL)) < 0)
            return FALSE;
    return n > 0;
}

static gpointer
relay_run(gpointer data)
{
    Relay *self = data;
    struct sockaddr_in address;
    int client = accept4(self->listener, NULL, NULL, SOCK_CLOEXEC);
    int server = open_socket(self->server_port, &address);
    gboolean open = connect(server, (struct sockaddr *)&address, sizeof address) == 0;
    gint64 step = g_get_monotonic_time();

    while (open && !g_atomic_int_get(&self->ended)) {
        struct pollfd p = {.fd = client, .events = POLLIN};

        if (poll(&p, 1, STEP_MS / 4) > 0)
            open = copy(client, server, STEP_BYTES);
        if (g_get_monotonic_time() - step < STEP_MS * 1000)
            continue;
        step = g_get_monotonic_time();
        open = open && copy(server, client, STEP_BYTES);
    }
    close(client);
    close(server);
    return NULL;
}

static void
relay_start(Relay *self, guint server_port)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;

    *self = (Relay){.server_port = server_port, .listener = open_socket(0, &address)};
    g_assert_cmpint(bind(self->listener, (struct sockaddr *)&address, sizeof address), ==, 0);
    g_assert_cmpint(listen(self->listener, 1), ==, 0);
    g_assert_cmpint(getsockname(self->listener, (struct sockaddr *)&address, &size), ==, 0);
    self->port = ntohs(address.sin_port);
    self->thread = g_thread_new("relay", relay_run, self);
}

static void
relay_end(Relay *self)
{
    g_atomic_int_set(&self->ended, TRUE);
    shutdown(self->listener, SHUT_RDWR); /* if the thread still waits in accept4() */
    g_thread_join(self->thread);
    close(self->listener);
}

/* ---- the test ---- */

/* Makes the client know the key of the server at the port of the relay. */
static void
know_relay(SshServer *server, guint port)
{
    guint own = server->port;
    g_autofree char *line = NULL;

    server->port = port;
    line = ssh_server_known_line(server, server->host_key);
    server->port = own;
    g_free(ssh_server_write(server, server->known_hosts, 0600, "%s", line));
}

static void
expect_result(Run *run)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoResult) result = NULL;
    const double *out;

    g_assert_no_error(run->error);
    g_assert_cmpuint(run->hosts[0].counts.n_lost, ==, 0);
    result = run_finish(run, &error);
    g_assert_no_error(error);
    g_assert_cmpint(mamuto_result_get_n_ok(result), ==, 1);
    out = mamuto_array_get_data(mamuto_result_get_array(result));
    for (gsize i = 0; i < 1 << 20; i++)
        g_assert_cmpfloat(out[i], ==, 1);
}

/* Bytes of a frame show that the host is alive. */
static void
test_large_frame(void)
{
    ConnectionShared shared = {.n_ssh = 1, .times = &times};
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(MamutoFunction) function = NULL;
    g_autoptr(MamutoCluster) cluster = NULL;
    g_autofree char *name = NULL;
    g_autoptr(GError) error = NULL;
    Session *session = session_new();
    Connection *connection;
    gboolean complete = FALSE;
    Relay relay;
    Run *run;

    ssh_server_start(server);
    relay_start(&relay, server->port);
    know_relay(server, relay.port);
    name = g_strdup_printf("127.0.0.1:%u*1", relay.port);
    cluster = mamuto_cluster_new_from_string(name, &error);
    g_assert_no_error(error);
    mamuto_cluster_set_python(cluster, "/usr/bin/python3");
    function = find_function("eight_mebibytes");
    connection = connection_new(session, &shared, mamuto_cluster_get_host(cluster, 0));
    connection_add_host(connection, 0, 0, "slow", cluster, mamuto_cluster_get_host(cluster, 0));
    g_assert_true(connection_start(connection, &error));
    run = connection_run_new(session, 1, function, count_up_in_memory(1), FALSE, &complete);
    session_set_run(session, run);
    connection_wait(connection_is_complete, &complete);
    expect_result(run);
    session_close(session);
    connection_cancel(connection);
    connection_free(connection);
    session_free(session);
    run_unref(run);
    relay_end(&relay);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/slow-link/large-frame", test_large_frame);
    return g_test_run();
}
