/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the agent that the library contains. The agent is started from memory, sent to a host,
 * or built on a host with another CPU. In each case, the first frame of the agent must be READY. */
#include <pwd.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "link-util.h"
#include "ssh-server.h"
#include "wire.h"

/* Returns the process number of the agent. */
static guint
expect_ready(Link *link, const char *machine)
{
    uint8_t bytes[WIRE_HEADER_SIZE];
    struct wire_header header;
    struct wire_ready ready;
    struct wire_reader reader;
    g_autofree void *meta = NULL;
    g_autofree char *got = NULL;

    read_all(link, bytes, sizeof bytes);
    g_assert_cmpint(wire_header_decode(bytes, &header), ==, 0);
    g_assert_cmpint(wire_header_validate(&header, true), ==, 0);
    g_assert_cmpint(header.type, ==, WIRE_READY);
    meta = g_malloc(header.meta_len);
    read_all(link, meta, header.meta_len);
    wire_reader_init(&reader, meta, header.meta_len);
    g_assert_cmpint(wire_get_ready(&reader, &ready), ==, 0);
    got = g_strndup(ready.machine.data, ready.machine.len);
    g_assert_cmpstr(got, ==, machine);
    return ready.pid;
}

static void
test_local(void)
{
    g_autoptr(GError) error = NULL;
    LinkOptions options = {.name = "here", .local = TRUE, .n_links = 1};
    g_autoptr(Link) link = link_open(&options, &error);
    struct utsname here;

    g_assert_no_error(error);
    uname(&here);
    expect_ready(link, here.machine);
}

static void
open_and_expect(SshServer *server)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Link) link = ssh_server_open(server, NULL, &error);
    g_autofree char *proc = NULL, *folder = NULL;
    struct utsname here;

    g_assert_no_error(error);
    uname(&here);
    proc = g_strdup_printf("/proc/%u/cwd", expect_ready(link, here.machine));
    folder = g_file_read_link(proc, &error);
    g_assert_no_error(error);
    /* not in the folder of the agent, because a relative workdir is relative to the home */
    g_assert_cmpstr(folder, ==, getpwuid(getuid())->pw_dir);
}

static void
test_brought(void)
{
    g_autoptr(SshServer) server = ssh_server_new();

    open_and_expect(server);
    open_and_expect(server);
}

static char *
list_cache(SshServer *server)
{
    g_autofree char *dir = g_build_filename(server->there, ".cache", "mamuto", NULL);

    return run("sh", "-c", "cd \"$1\" && ls -A -i", "sh", dir, NULL);
}

/* uname reports a CPU for which the library has no agent. Therefore the host must build the agent
 * from source. The second connection must use the program that the first connection built. */
static void
test_built(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *script = NULL, *first = NULL, *second = NULL;

    g_free(ssh_server_write(server, "bin/uname", 0700,
                            "#!/bin/sh\ncase $1 in -s) echo Linux;; -m) echo strange64;; esac\n"));
    script = g_strdup_printf("PATH=%s/bin:$PATH; export PATH; exec sh -c \"$SSH_ORIGINAL_COMMAND\"",
                             server->dir);
    ssh_server_wrap(server, script);
    open_and_expect(server);
    first = list_cache(server);
    g_assert_nonnull(strstr(first, "-strange64\n"));
    g_assert_nonnull(strstr(first, "-strange64.sum\n"));
    open_and_expect(server);
    second = list_cache(server);
    g_assert_cmpstr(first, ==, second);
}

/* If building the agent fails, the error must contain the compiler's message. */
static void
test_not_built(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *script = NULL, *rest = NULL;

    g_free(ssh_server_write(server, "bin/uname", 0700,
                            "#!/bin/sh\ncase $1 in -s) echo Linux;; -m) echo strange64;; esac\n"));
    g_free(
        ssh_server_write(server, "bin/cc", 0700,
                         "#!/bin/sh\necho 'agent.c:1: fatal error: no * headers' >&2\nexit 1\n"));
    script = g_strdup_printf("PATH=%s/bin:$PATH; export PATH; exec sh -c \"$SSH_ORIGINAL_COMMAND\"",
                             server->dir);
    ssh_server_wrap(server, script);
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_AGENT,
                      "rem: the agent could not be built for Linux/strange64: agent.c:1: fatal "
                      "error: no * headers");
    rest = list_cache(server);
    g_assert_cmpstr(rest, ==, "");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_unsetenv("MAMUTO_AGENT");
    g_test_add_func("/link/agent/local", test_local);
    g_test_add_func("/link/agent/brought", test_brought);
    g_test_add_func("/link/agent/built", test_built);
    g_test_add_func("/link/agent/not-built", test_not_built);
    return g_test_run();
}
