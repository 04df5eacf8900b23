/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests a program that exits while one of its threads is connecting to a host. At exit, libraries
 * such as OpenSSL free their memory in exit handlers. They must not free memory that the thread
 * still uses. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link-util.h"
#include "ssh-server.h"

/* A relay that forwards bytes between client and server. It pauses after the first lines of the ssh
 * protocol, and continues when the program exits. Therefore the client is connecting when the
 * program exits. */
typedef struct {
    SshServer *server;
    int listener;
    guint server_port;
    GAsyncQueue *under_way, *let_go;
    GThread *relay, *opener;
} Held;

static Held held;

static struct sockaddr_in
address_of(guint port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((guint16)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static guint
listen_somewhere(void)
{
    struct sockaddr_in address = address_of(0);
    socklen_t size = sizeof address;

    held.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(held.listener, (struct sockaddr *)&address, sizeof address), ==, 0);
    g_assert_cmpint(listen(held.listener, 1), ==, 0);
    getsockname(held.listener, (struct sockaddr *)&address, &size);
    return ntohs(address.sin_port);
}

/* Forwards up to @most bytes from @from to @to. Returns FALSE at the end of the data or after an
 * error. */
static gboolean
pass_on(int from, int to, gsize most)
{
    char buffer[16384];
    ssize_t n = read(from, buffer, MIN(most, sizeof buffer));

    return n > 0 && send(to, buffer, (size_t)n, MSG_NOSIGNAL) == n;
}

static void
pass_line(int from, int to)
{
    char last = 0;

    while (last != '\n') {
        g_assert_cmpint(recv(from, &last, 1, MSG_PEEK), ==, 1);
        g_assert_true(pass_on(from, to, 1));
    }
}

static gpointer
relay(gpointer data)
{
    struct sockaddr_in address = address_of(held.server_port);
    int client = accept(held.listener, NULL, NULL);
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct pollfd p[2] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};

    g_assert_cmpint(connect(server, (struct sockaddr *)&address, sizeof address), ==, 0);
    pass_line(server, client);
    pass_line(client, server);
    /* Wait for the first byte of the client's next message. The client has then initialised
     * OpenSSL, because the message contains random bytes from OpenSSL. */
    g_assert_true(pass_on(client, server, 1));
    g_async_queue_push(held.under_way, &held);
    g_async_queue_pop(held.let_go);
    while (poll(p, 2, -1) > 0)
        if ((p[0].revents && !pass_on(client, server, G_MAXSIZE)) ||
            (p[1].revents && !pass_on(server, client, G_MAXSIZE)))
            break;
    close(client);
    close(server);
    return NULL;
}

static gpointer
open_link(gpointer data)
{
    g_autoptr(Link) link = ssh_server_expect(held.server, NULL);

    return NULL;
}

/* An exit handler. It is registered before the exit handlers of libraries, so it runs after them,
 * because exit handlers run in reverse order. */
static void
resume_relay(void)
{
    g_async_queue_push(held.let_go, &held);
    g_thread_join(held.opener);
    g_thread_join(held.relay);
    close(held.listener);
    ssh_server_free(held.server);
    g_async_queue_unref(held.under_way);
    g_async_queue_unref(held.let_go);
}

static void
exit_while_connecting(void)
{
    g_autofree char *known = NULL;

    held.server = ssh_server_new();
    ssh_server_start(held.server);
    held.server_port = held.server->port;
    held.server->port = listen_somewhere();
    known = ssh_server_known_line(held.server, held.server->host_key);
    g_free(ssh_server_write(held.server, held.server->known_hosts, 0600, "%s", known));
    held.under_way = g_async_queue_new();
    held.let_go = g_async_queue_new();
    g_assert_cmpint(atexit(resume_relay), ==, 0);
    held.relay = g_thread_new("relay", relay, NULL);
    held.opener = g_thread_new("opener", open_link, NULL);
    g_async_queue_pop(held.under_way);
    exit(0);
}

static void
test_exit(void)
{
    if (g_test_subprocess())
        exit_while_connecting();
    g_test_trap_subprocess(NULL, 60 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_INHERIT_STDERR);
    g_test_trap_assert_passed();
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/link/exit", test_exit);
    return g_test_run();
}
