/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See ssh-server.h. */
#include "ssh-server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "link-util.h"

#define SSHD "/usr/sbin/sshd"

char *
run(const char *first, ...)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *err = NULL;
    char *out = NULL;
    const char *argument;
    va_list arguments;
    int status;

    va_start(arguments, first);
    for (argument = first; argument; argument = va_arg(arguments, const char *))
        g_ptr_array_add(argv, (char *)argument);
    va_end(arguments);
    g_ptr_array_add(argv, NULL);
    g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &err,
                 &status, &error);
    g_assert_no_error(error);
    if (!g_spawn_check_wait_status(status, NULL))
        g_error("%s: %s", first, err);
    return out;
}

char *
ssh_server_write(SshServer *self, const char *path, int mode, const char *format, ...)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL, *dir = NULL;
    char *full =
        g_path_is_absolute(path) ? g_strdup(path) : g_build_filename(self->dir, path, NULL);
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    dir = g_path_get_dirname(full);
    g_mkdir_with_parents(dir, 0700);
    g_file_set_contents(full, text, -1, &error);
    g_assert_no_error(error);
    g_assert_cmpint(chmod(full, mode), ==, 0);
    return full;
}

char *
ssh_server_read(SshServer *self, const char *path)
{
    g_autofree char *full =
        g_path_is_absolute(path) ? g_strdup(path) : g_build_filename(self->dir, path, NULL);
    char *text = NULL;

    return g_file_get_contents(full, &text, NULL, NULL) ? text : g_strdup("");
}

void
ssh_server_make_key(const char *path, const char *type, const char *passphrase)
{
    g_autofree char *out = NULL;

    /* -a 1: the smallest number of key derivation rounds, so that checking a passphrase is quick */
    out = run("ssh-keygen", "-q", "-t", type, "-a", "1", "-N", passphrase, "-C", "test", "-f", path,
              NULL);
}

char *
ssh_server_known_line(SshServer *self, const char *key)
{
    g_autofree char *path = g_strconcat(key, ".pub", NULL), *text = NULL;
    g_auto(GStrv) words = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    words = g_strsplit(text, " ", 3);
    return g_strdup_printf("[127.0.0.1]:%u %s %s\n", self->port, words[0], words[1]);
}

static guint
free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof address), ==, 0);
    getsockname(fd, (struct sockaddr *)&address, &size);
    close(fd);
    return ntohs(address.sin_port);
}

gboolean
ssh_server_can_mount(void)
{
    const char *argv[] = {"unshare", "--mount", "mount", "-t", "tmpfs", "none", "/var/tmp", NULL};
    int status;

    return g_spawn_sync(NULL, (char **)argv, NULL,
                        G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL |
                            G_SPAWN_STDERR_TO_DEV_NULL,
                        NULL, NULL, NULL, NULL, &status, NULL) &&
           g_spawn_check_wait_status(status, NULL);
}

SshServer *
ssh_server_new(void)
{
    SshServer *self = g_new0(SshServer, 1);
    g_autofree char *ssh = NULL, *public = NULL, *text = NULL, *keys = NULL, *known = NULL;

    self->dir = g_dir_make_tmp("mamuto-ssh-XXXXXX", NULL);
    self->home = g_build_filename(self->dir, "home", NULL);
    self->there = g_build_filename(self->dir, "there", NULL);
    ssh = g_build_filename(self->home, ".ssh", NULL);
    self->key = g_build_filename(ssh, "id_ed25519", NULL);
    self->host_key = g_build_filename(self->dir, "host_ed25519", NULL);
    self->known_hosts = g_build_filename(ssh, "known_hosts", NULL);
    g_mkdir_with_parents(ssh, 0700);
    g_mkdir_with_parents(self->there, 0700);
    g_setenv("HOME", self->home, TRUE);
    g_unsetenv("SSH_AUTH_SOCK");
    ssh_server_make_key(self->key, "ed25519", "");
    ssh_server_make_key(self->host_key, "ed25519", "");
    public = g_strconcat(self->key, ".pub", NULL);
    text = ssh_server_read(self, public);
    keys = ssh_server_write(self, "authorized_keys", 0600, "%s", text);

    self->port = free_port();
    known = ssh_server_known_line(self, self->host_key);
    g_free(ssh_server_write(self, self->known_hosts, 0600, "%s", known));
    self->config = g_string_new(NULL);
    g_string_printf(self->config,
                    "Port %u\nListenAddress 127.0.0.1\nPidFile none\nUsePAM no\nUseDNS no\n"
                    "StrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
                    "PrintMotd no\nPrintLastLog no\nAuthorizedKeysFile %s\nLogLevel VERBOSE\n"
                    "SetEnv HOME=%s XDG_CACHE_HOME=%s/.cache\n",
                    self->port, keys, self->there, self->there);
    return self;
}

void
ssh_server_wrap(SshServer *self, const char *script)
{
    g_autofree char *path = ssh_server_write(self, "wrapper", 0700, "#!/bin/sh\n%s\n", script);

    g_string_append_printf(self->config, "ForceCommand %s\n", path);
}

static gboolean
answers(SshServer *self)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((guint16)self->port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    gboolean ok = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;

    close(fd);
    return ok;
}

/* Called in the new process before it executes sshd. Creates a process group, because
 * ssh_server_free() kills all processes of the group. PR_SET_PDEATHSIG: the kernel sends SIGTERM to
 * the server if the test program dies. */
static void
in_child(gpointer data)
{
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGTERM);
}

void
ssh_server_start(SshServer *self)
{
    g_autofree char *text = g_strdup_printf("%sHostKey %s\n", self->config->str, self->host_key);
    g_autofree char *config = ssh_server_write(self, "sshd_config", 0600, "%s", text);
    g_autofree char *log = g_build_filename(self->dir, "sshd.log", NULL);
    const char *plain[] = {SSHD, "-D", "-f", config, "-E", log, NULL};
    /* A prelude consists of shell commands that prepare paths before the server starts. The server
     * then gets a private /tmp, which contains only the server's folder, so that the commands do
     * not change paths that other tests use. */
    g_autofree char *line = g_strdup_printf(
        "set -e; mount --bind %s /mnt; mount -t tmpfs -o mode=1777 none /tmp; mkdir -p %s; "
        "mount --bind /mnt %s; umount /mnt\n%s\nexec " SSHD " -D -f %s -E %s",
        self->dir, self->dir, self->dir, self->prelude ? self->prelude : "", config, log);
    const char *mounted[] = {"unshare", "--mount", "sh", "-c", line, NULL};
    const char **argv = self->prelude ? mounted : plain;
    g_autoptr(GError) error = NULL;
    gint64 end = g_get_monotonic_time() + 20 * G_TIME_SPAN_SECOND;

    if (getuid() == 0)
        g_mkdir_with_parents("/run/sshd", 0755);
    g_spawn_async(NULL, (char **)argv, NULL,
                  G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL,
                  in_child, NULL, &self->pid, &error);
    g_assert_no_error(error);
    while (!answers(self)) {
        g_autofree char *output = ssh_server_read(self, "sshd.log");

        if (waitpid(self->pid, NULL, WNOHANG) == self->pid || g_get_monotonic_time() > end)
            g_error("sshd does not start: %s", output);
        g_usleep(2000); /* wait, because sshd does not report when it is ready */
    }
}

void
ssh_server_free(SshServer *self)
{
    if (self->pid) {
        /* kill sshd and all its child processes, because a child process may still write to the log
         * file */
        kill(-self->pid, SIGKILL);
        waitpid(self->pid, NULL, 0);
    }
    /* Repeat the removal of the folder until it succeeds, because a process that is just ending may
     * still create a file in the folder. */
    for (guint i = 0; i < 100 && g_file_test(self->dir, G_FILE_TEST_EXISTS); i++) {
        g_autofree char *out =
            run("sh", "-c", "rm -rf \"$1\" 2>/dev/null; true", "rm", self->dir, NULL);
    }
    g_free(self->dir);
    g_free(self->home);
    g_free(self->there);
    g_free(self->key);
    g_free(self->host_key);
    g_free(self->known_hosts);
    g_free(self->prelude);
    g_string_free(self->config, TRUE);
    g_free(self);
}

Link *
ssh_server_open(SshServer *self, const LinkOptions *more, GError **error)
{
    LinkOptions options = more ? *more : (LinkOptions){0};

    if (!self->pid)
        ssh_server_start(self);
    if (!options.name)
        options.name = "rem";
    if (!options.address) {
        options.address = "127.0.0.1";
        options.port = self->port;
    }
    options.n_links = MAX(options.n_links, 1);
    return link_open(&options, error);
}

Link *
ssh_server_expect(SshServer *self, const LinkOptions *more)
{
    g_autoptr(GError) error = NULL;
    Link *link = ssh_server_open(self, more, &error);

    g_assert_no_error(error);
    expect_text(link, "READY\n");
    return link;
}

static MamutoStage
stage_of_code(int code)
{
    switch (code) {
    case MAMUTO_ERROR_RESOLVE:
    case MAMUTO_ERROR_INVALID_FILE: /* reported for an error in ssh's configuration file */
    case MAMUTO_ERROR_INVALID_ARGUMENT:
        return MAMUTO_STAGE_RESOLVE;
    case MAMUTO_ERROR_CONNECT:
        return MAMUTO_STAGE_CONNECT;
    case MAMUTO_ERROR_HOST_KEY:
        return MAMUTO_STAGE_HOST_KEY;
    case MAMUTO_ERROR_AUTH:
        return MAMUTO_STAGE_AUTH;
    default:
        return MAMUTO_STAGE_AGENT;
    }
}

void
ssh_server_refuse(SshServer *self, const LinkOptions *more, int code, const char *pattern)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *formatted = NULL;
    g_autoptr(Link) link = ssh_server_open(self, more, &error);

    g_assert_null(link);
    g_assert_nonnull(error);
    formatted = mamuto_error_format(error);
    g_test_message("%s", formatted);
    if (!g_pattern_match_simple(pattern, formatted))
        g_assert_cmpstr(formatted, ==, pattern);
    g_assert_error(error, MAMUTO_ERROR, code);
    g_assert_cmpstr(mamuto_error_get_host(error), ==, "rem");
    g_assert_cmpint(mamuto_error_get_stage(error), ==, stage_of_code(code));
}
