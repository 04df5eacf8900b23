/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the link over ssh to a real sshd: bytes in both directions, many connections at the same
 * time, errors after the connection is lost, cancelling, and settings in ssh's configuration. */
#include <arpa/inet.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link-util.h"
#include "ssh-server.h"

static void
test_echo(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(Link) link = ssh_server_expect(server, NULL);

    g_assert_false(link_passes_fds(link));
    write_all(link, "hello", 5);
    expect_text(link, "hello");
    g_assert_cmpint(link_wait(link, LINK_READABLE, 0), ==, 0);
}

static void
test_both_ways(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(Link) link = ssh_server_expect(server, NULL);

    exchange(link, 100 << 20, 3);
}

/* All links of a program share a limited amount of memory for receive buffers (ssh windows). With
 * n_links = 1000, each link gets a small buffer. A large transfer must still succeed. */
static void
test_small_window(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    LinkOptions options = {.n_links = 1000};
    g_autoptr(Link) link = ssh_server_expect(server, &options);

    exchange(link, 20 << 20, 4);
}

/* The client reads slowly, so the sender must wait. The client must receive every byte. */
static void
test_slow_reader(void)
{
    const gsize size = 64 << 20;
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(Link) link = ssh_server_expect(server, NULL);
    g_autofree char *block = g_malloc(1 << 20);

    command(link, COMMAND_SOURCE, size);
    for (gsize i = 0; i < size >> 20; i++) {
        g_assert_cmpint(link_wait(link, LINK_READABLE | LINK_WRITABLE, 30000), !=, 0);
        read_all(link, block, 1 << 20);
        g_assert_cmpint(block[0], ==, 'x');
        g_assert_cmpint(block[(1 << 20) - 1], ==, 'x');
    }
    g_assert_cmpint(link_wait(link, LINK_READABLE, 0), ==, 0);
}

/* Reads into buffers of many sizes, so that packets of the host end before, at and behind the end
 * of a buffer. The bytes must arrive in order, and nothing may be written behind a buffer. */
static void
test_odd_reads(void)
{
    static const gsize sizes[] = {1, 7, 32767, 2, 40000, 4096, 32768, 100001, 3, 300000};
    const gsize size = 16 << 20, largest = 300000;
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(Link) link = ssh_server_expect(server, NULL);
    g_autoptr(GError) error = NULL;
    g_autofree guint8 *out = g_malloc(size), *in = g_malloc(largest + 1);
    gsize sent = 0, back = 0;

    for (gsize i = 0; i < size; i++)
        out[i] = (guint8)(i * 31 + (i >> 8) * 7) | 0x80; /* no byte of the text "command" */
    for (guint i = 0; back < size; i++) {
        gsize part = sizes[i % G_N_ELEMENTS(sizes)];
        gssize n;

        g_assert_cmpint(link_wait(link, LINK_READABLE | (sent < size ? LINK_WRITABLE : 0), 30000),
                        !=, 0);
        n = link_write(link, out + sent, MIN(size - sent, 50000 + i), NULL, 0, &error);
        g_assert_no_error(error);
        sent += (gsize)n;
        in[part] = 1;
        n = link_read(link, in, part, NULL, NULL, &error);
        g_assert_no_error(error);
        g_assert_cmpint(n, <=, part);
        g_assert_cmpint(in[part], ==, 1);
        g_assert_cmpmem(in, n, out + back, n);
        back += (gsize)n;
    }
    g_assert_cmpint(link_wait(link, LINK_READABLE, 0), ==, 0);
}

static gsize
allocated(void)
{
    const struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}

/* The client writes but does not read. Each write lets libssh receive, too. After the host has sent
 * the bytes for which the receive window has room, it must wait, so the client needs little memory.
 * All bytes must arrive when the client reads them. */
static void
test_no_reader(void)
{
    const gsize size = 256 << 20, n_writes = 50000;
    g_autoptr(SshServer) server = ssh_server_new();
    LinkOptions options = {.n_links = 64};
    g_autoptr(Link) link = ssh_server_expect(server, &options);
    g_autofree char *block = g_malloc(1 << 20), *echo = g_strnfill(n_writes, 'y');
    gsize before, most = 0;

    command(link, COMMAND_SOURCE, size);
    g_assert_cmpint(link_wait(link, LINK_READABLE, 30000), ==, LINK_READABLE);
    before = allocated();
    for (gsize i = 0; i < n_writes; i++) {
        write_all(link, "y", 1);
        most = MAX(most, allocated());
    }
    g_assert_cmpuint(most - MIN(before, most), <, 8 << 20);
    for (gsize i = 0; i < size >> 20; i++)
        read_all(link, block, 1 << 20);
    expect_text(link, echo);
}

static gpointer
wake(gpointer link)
{
    link_wake(link);
    return NULL;
}

static void
test_wake(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(Link) link = ssh_server_expect(server, NULL);

    for (guint i = 0; i < 100; i++) {
        GThread *thread = g_thread_new("waker", wake, link);

        g_assert_cmpint(link_wait(link, LINK_READABLE, 10000), ==, LINK_WOKEN);
        g_thread_join(thread);
    }
}

static gpointer
open_one(gpointer data)
{
    LinkOptions options = {.n_links = 16};
    g_autoptr(Link) link = ssh_server_expect(data, &options);

    exchange(link, 1 << 20, (guint32)GPOINTER_TO_SIZE(g_thread_self()));
    return NULL;
}

/* Sixteen threads connect at the same time. The server drops most new connections while more than
 * two connections have not logged in (see MaxStartups in sshd_config). link_open() must try again
 * until each thread is connected. */
static void
test_sixteen(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    GThread *threads[16];

    g_string_append(server->config, "MaxStartups 2:80:6\n");
    ssh_server_start(server);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("link", open_one, server);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
}

static void
test_exit(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(Link) link = ssh_server_expect(server, NULL);

    command(link, COMMAND_STDERR, 2);
    command(link, COMMAND_EXIT, 3);
    expect_lost(link,
                "rem: the agent ended with exit status 3: last output: the sky is falling / the "
                "sky is falling");
}

static void
test_killed(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(Link) link = ssh_server_expect(server, NULL);

    g_assert_cmpint(kill((pid_t)ask_pid(link), SIGKILL), ==, 0);
    expect_lost(link, "rem: the agent was killed by signal KILL");
}

/* The link must report the end of the agent even if a child process of the agent keeps standard
 * output open. */
static void
test_orphan(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(Link) link = ssh_server_expect(server, NULL);

    command(link, COMMAND_ORPHAN, 20);
    expect_lost(link, "rem: the agent ended with exit status 5");
}

static void
test_stderr(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(Link) link = ssh_server_expect(server, NULL);

    command(link, COMMAND_STDERR, 400000);
    g_assert_cmpuint(ask_pid(link), >, 1);
}

static pid_t
parent_of(pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/stat", pid), *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return (pid_t)g_ascii_strtoll(strrchr(text, ')') + 4, NULL, 10);
}

/* The test kills the process of sshd that serves the connection. */
static void
test_cut(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(Link) link = ssh_server_expect(server, NULL);

    g_assert_cmpint(kill(parent_of((pid_t)ask_pid(link)), SIGKILL), ==, 0);
    expect_lost(link, "rem: the connection was lost: the host closed the connection");
}

static gpointer
cancel(gpointer data)
{
    g_cancellable_cancel(data);
    return NULL;
}

/* When link_open() begins to connect, starts a thread that cancels it. */
static void
on_stage(MamutoStage stage, gpointer data)
{
    if (stage == MAMUTO_STAGE_CONNECT)
        g_thread_unref(g_thread_new("cancel", cancel, data));
}

/* A server accepts the connection but sends nothing. Cancelling must end link_open() at once. */
static void
test_cancel(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    LinkOptions options = {.name = "mute",
                           .address = "127.0.0.1",
                           .cancellable = cancellable,
                           .stage = on_stage,
                           .data = cancellable};
    gint64 begin = g_get_monotonic_time();

    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof address), ==, 0);
    g_assert_cmpint(listen(fd, 4), ==, 0);
    getsockname(fd, (struct sockaddr *)&address, &size);
    options.port = ntohs(address.sin_port);
    g_assert_null(link_open(&options, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    /* the time-out is 20 s, so a shorter time shows that cancelling ended link_open() */
    g_assert_cmpint(g_get_monotonic_time() - begin, <, 10 * G_TIME_SPAN_SECOND);
    close(fd);
}

static void
test_nothing_listens(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    LinkOptions refused = {.address = "127.0.0.1", .port = 1};
    LinkOptions unknown = {.address = "no-such-host.invalid"};

    ssh_server_refuse(server, &refused, MAMUTO_ERROR_CONNECT,
                      "rem: port 1 of 127.0.0.1 does not answer: Connection refused*");
    ssh_server_refuse(server, &unknown, MAMUTO_ERROR_RESOLVE,
                      "rem: no-such-host.invalid is not known: *");
}

static void
test_close(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    Link *link = ssh_server_expect(server, NULL);
    pid_t pid = (pid_t)ask_pid(link);

    link_close(link);
    g_assert_cmpint(kill(pid, 0), ==, -1);
}

/* Alias, port and key are set in a file that ssh's configuration includes. */
static void
test_config(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *key = g_build_filename(server->dir, "other_key", NULL);
    LinkOptions options = {.address = "alias"};
    g_autoptr(Link) link = NULL;

    g_assert_cmpint(rename(server->key, key), ==, 0);
    g_free(
        ssh_server_write(server, "home/.ssh/config", 0600,
                         "Include conf.d/*\nHost alias\n  Port 1\n  HostName nowhere.invalid\n"));
    g_free(ssh_server_write(server, "home/.ssh/conf.d/a", 0600,
                            "# first\nHost other alias\n\tHostName=127.0.0.1\n  Port = %u\n"
                            "Host ali* !nobody\n  IdentityFile \"%s\"\n",
                            server->port, key));
    link = ssh_server_expect(server, &options);
}

static void
test_proxy_command(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *proxy = NULL;
    LinkOptions options = {.address = "behind"};
    g_autoptr(Link) link = NULL;

    proxy = ssh_server_write(
        server, "proxy", 0700,
        "#!/usr/bin/python3\nimport socket, sys, threading\n"
        "s = socket.create_connection((sys.argv[1], int(sys.argv[2])))\n"
        "def up():\n"
        "    while data := sys.stdin.buffer.raw.read(65536): s.sendall(data)\n"
        "    s.shutdown(socket.SHUT_WR)\n"
        "threading.Thread(target=up, daemon=True).start()\n"
        "while data := s.recv(65536): sys.stdout.buffer.write(data); sys.stdout.flush()\n");
    g_free(
        ssh_server_write(server, "home/.ssh/config", 0600,
                         "Host behind\n HostName 127.0.0.1\n Port %u\n ProxyCommand %s %%h %%p\n",
                         server->port, proxy));
    link = ssh_server_expect(server, &options);
    exchange(link, 4 << 20, 9);
}

static void
test_proxy_fails(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    LinkOptions options = {.address = "behind"};

    g_free(ssh_server_write(server, "home/.ssh/config", 0600,
                            "Host behind\n ProxyCommand echo no way >&2\n"));
    ssh_server_refuse(server, &options, MAMUTO_ERROR_CONNECT, "rem: *last output: no way*");
}

/* The test uses one server both as jump host and as target. */
static void
test_proxy_jump(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    LinkOptions options = {.address = "behind"};
    g_autoptr(Link) link = NULL;

    g_free(ssh_server_write(server, "home/.ssh/config", 0600,
                            "Host jump\n HostName 127.0.0.1\n Port %u\n IdentityFile %s\n"
                            " UserKnownHostsFile %s\n"
                            "Host behind\n HostName 127.0.0.1\n Port %u\n ProxyJump jump\n",
                            server->port, server->key, server->known_hosts, server->port));
    link = ssh_server_expect(server, &options);
    exchange(link, 4 << 20, 10);
}

static void
test_bad_config(void)
{
    g_autoptr(SshServer) server = ssh_server_new();

    g_free(ssh_server_write(server, "home/.ssh/config", 0600, "\nPort many\n"));
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_INVALID_FILE,
                      "rem: */home/.ssh/config:2: Port is not a number from 1 to 65535: many");
    g_free(ssh_server_write(server, "home/.ssh/config", 0622, "Port 22\n"));
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_INVALID_FILE, "rem: */config belongs to another*");
}

static guint
count_descriptors(void)
{
    g_autoptr(GDir) dir = g_dir_open("/proc/self/fd", 0, NULL);
    guint n = 0;

    while (g_dir_read_name(dir))
        n++;
    return n;
}

/* After a connection has ended or failed, all its descriptors must be closed. Otherwise a
 * program that connects often would run out of descriptors. */
static void
test_nothing_stays_open(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    LinkOptions proxied = {.address = "behind"};
    guint n;

    g_free(ssh_server_write(server, "home/.ssh/config", 0600,
                            "Host behind\n ProxyCommand echo no way >&2\n"));
    link_close(ssh_server_expect(server, NULL));
    n = count_descriptors();
    for (guint i = 0; i < 2; i++) {
        link_close(ssh_server_expect(server, NULL));
        ssh_server_refuse(server, &proxied, MAMUTO_ERROR_CONNECT, "rem: *");
    }
    g_assert_cmpuint(count_descriptors(), ==, n);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/link/ssh/echo", test_echo);
    g_test_add_func("/link/ssh/both-ways", test_both_ways);
    g_test_add_func("/link/ssh/small-window", test_small_window);
    g_test_add_func("/link/ssh/slow-reader", test_slow_reader);
    g_test_add_func("/link/ssh/odd-reads", test_odd_reads);
    g_test_add_func("/link/ssh/no-reader", test_no_reader);
    g_test_add_func("/link/ssh/wake", test_wake);
    g_test_add_func("/link/ssh/sixteen", test_sixteen);
    g_test_add_func("/link/ssh/exit", test_exit);
    g_test_add_func("/link/ssh/killed", test_killed);
    g_test_add_func("/link/ssh/orphan", test_orphan);
    g_test_add_func("/link/ssh/stderr", test_stderr);
    g_test_add_func("/link/ssh/cut", test_cut);
    g_test_add_func("/link/ssh/cancel", test_cancel);
    g_test_add_func("/link/ssh/nothing-listens", test_nothing_listens);
    g_test_add_func("/link/ssh/close", test_close);
    g_test_add_func("/link/ssh/config", test_config);
    g_test_add_func("/link/ssh/proxy-command", test_proxy_command);
    g_test_add_func("/link/ssh/proxy-fails", test_proxy_fails);
    g_test_add_func("/link/ssh/proxy-jump", test_proxy_jump);
    g_test_add_func("/link/ssh/bad-config", test_bad_config);
    g_test_add_func("/link/ssh/nothing-stays-open", test_nothing_stays_open);
    return g_test_run();
}
