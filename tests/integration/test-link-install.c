/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of installing the agent on a host. The agent is installed once, in the first usable
 * directory, even if login files print text. If no directory is usable, the result is an error. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "link-util.h"
#include "ssh-server.h"

/* Returns the path of the cached agent in the server's home. */
static char *
cache_file(SshServer *server)
{
    g_autofree char *text = NULL, *hash = NULL;
    gsize length;

    g_assert_true(g_file_get_contents(g_getenv("MAMUTO_AGENT"), &text, &length, NULL));
    hash = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (guchar *)text, length);
    return g_strdup_printf("%s/.cache/mamuto/agent-%s", server->there, hash);
}

static ino_t
inode(const char *path)
{
    struct stat st;

    g_assert_cmpint(stat(path, &st), ==, 0);
    g_assert_cmpint(st.st_mode & 07777, ==, 0700);
    return st.st_ino;
}

/* Checks that the directory contains only the agent. The installation must remove its temporary
 * files. */
static void
expect_tidy(const char *file)
{
    g_autofree char *name = g_path_get_basename(file), *dir = g_path_get_dirname(file);
    g_autoptr(GDir) all = g_dir_open(dir, 0, NULL);
    const char *one;

    while ((one = g_dir_read_name(all)))
        g_assert_cmpstr(one, ==, name);
}

static void
test_once(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *file = cache_file(server);
    ino_t first;

    link_close(ssh_server_expect(server, NULL));
    first = inode(file);
    link_close(ssh_server_expect(server, NULL));
    g_assert_cmpuint(inode(file), ==, first);
    expect_tidy(file);
}

/* A damaged or truncated file of the agent must be replaced, and must not be started. */
static void
test_damaged(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *file = cache_file(server);

    link_close(ssh_server_expect(server, NULL));
    g_assert_cmpint(truncate(file, 1000), ==, 0);
    link_close(ssh_server_expect(server, NULL));
    g_free(ssh_server_write(server, file, 0700, "#!/bin/sh\necho I am not the agent\n"));
    link_close(ssh_server_expect(server, NULL));
    g_assert_cmpint(g_chmod(file, 0600), ==, 0);
    link_close(ssh_server_expect(server, NULL));
    expect_tidy(file);
}

static void
make_old(const char *path)
{
    const struct utimbuf then = {time(NULL) - 7200, time(NULL) - 7200};

    g_assert_cmpint(g_utime(path, (struct utimbuf *)&then), ==, 0);
}

/* Installing removes what a killed installation left. It leaves recent files, because another host
 * with the same home may be installing. */
static void
test_leftovers(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *file = cache_file(server), *dir = g_path_get_dirname(file);
    g_autofree char *new = g_build_filename(dir, ".new.12", NULL);
    g_autofree char *build = g_build_filename(dir, ".build.12", NULL);
    g_autofree char *in_build = g_build_filename(build, "main.c", NULL);
    g_autofree char *recent = g_build_filename(dir, ".new.13", NULL);

    g_mkdir_with_parents(build, 0700);
    g_free(ssh_server_write(server, new, 0600, "part"));
    g_free(ssh_server_write(server, in_build, 0600, "int"));
    g_free(ssh_server_write(server, recent, 0600, "part"));
    make_old(new);
    make_old(build);
    link_close(ssh_server_expect(server, NULL));
    g_assert_false(g_file_test(new, G_FILE_TEST_EXISTS));
    g_assert_false(g_file_test(build, G_FILE_TEST_EXISTS));
    g_assert_true(g_file_test(recent, G_FILE_TEST_EXISTS));
    g_assert_true(g_file_test(file, G_FILE_TEST_EXISTS));
}

/* The host prints a lot of text at login, with or without a newline at the end. The agent must be
 * installed nevertheless. */
static void
test_noise(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *banner = ssh_server_write(server, "banner", 0600, "Welcome\033[31m!\n");

    g_string_append_printf(server->config, "Banner %s\n", banner);
    g_free(
        ssh_server_write(server, "there/.bashrc", 0600, "echo from bashrc; printf 'and more'\n"));
    ssh_server_wrap(server, "seq 1 100000; printf 'no end of line'; echo on stderr >&2\n"
                            "exec bash -c \"$SSH_ORIGINAL_COMMAND\"");
    link_close(ssh_server_expect(server, NULL));
    link_close(ssh_server_expect(server, NULL));
}

static void
test_endless_noise(void)
{
    g_autoptr(SshServer) server = ssh_server_new();

    ssh_server_wrap(server, "exec yes yes");
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_AGENT,
                      "rem: the host's login shell*last output: *yes / yes*");
}

/* A host may answer with anything. Each of these conversations is much longer than the limits. */
static void
test_endless_answers(void)
{
    static const char *const scripts[][2] = {
        {"for i in $(seq 20000); do echo \"$n skip /a no\"; done", "rem: *printed more than*"},
        {"for i in $(seq 20000); do echo \"$n machine Linux/x86_64\"; done",
         "rem: *printed more than*"},
        {"for i in $(seq 20000); do echo \"$n need agent\"; done", "rem: *requested a file twice*"},
        {"for i in $(seq 20000); do echo \"$n need source\"; done",
         "rem: *requested a file twice*"},
        {"echo \"$n fail 0 no\"; sleep 1", "rem: *\"fail 0 no\"*"},
        {"echo \"$n fail 1 no\"; sleep 1", "rem: *\"fail 1 no\"*"},
        {"echo \"$n fail 4294967295 no\"; sleep 1", "rem: *\"fail 4294967295 no\"*"},
        {"for i in $(seq 20000); do printf '%01000d' 0; done | sed \"s/^/$n/\"", "rem: *"},
    };
    g_autoptr(SshServer) server = ssh_server_new();

    for (guint i = 0; i < G_N_ELEMENTS(scripts); i++) {
        g_autofree char *script =
            g_strdup_printf("n=${SSH_ORIGINAL_COMMAND##*\"' mamuto \"}; n=${n%%%% *}\n"
                            "echo \"$n machine Linux/x86_64\"\n%s",
                            scripts[i][0]);

        g_test_message("%s", scripts[i][0]);
        ssh_server_wrap(server, script);
        ssh_server_refuse(server, NULL, MAMUTO_ERROR_AGENT, scripts[i][1]);
    }
}

/* The command that installs the agent must work in every login shell that exists on this machine.
 */
static void
test_shells(void)
{
    static const char *const shells[] = {"sh", "dash", "bash", "zsh", "ksh", "fish", "csh", "tcsh"};

    for (guint i = 0; i < G_N_ELEMENTS(shells); i++) {
        g_autoptr(SshServer) server = NULL;
        g_autofree char *path = g_find_program_in_path(shells[i]), *script = NULL;

        if (!path)
            continue;
        g_test_message("%s", path);
        server = ssh_server_new();
        script = g_strdup_printf("exec %s -c \"$SSH_ORIGINAL_COMMAND\"", path);
        ssh_server_wrap(server, script);
        link_close(ssh_server_expect(server, NULL));
    }
}

static void
test_nologin(void)
{
    g_autoptr(SshServer) server = ssh_server_new();

    g_string_append(server->config, "ForceCommand /usr/sbin/nologin\n");
    ssh_server_refuse(
        server, NULL, MAMUTO_ERROR_AGENT,
        "rem: the host's login shell did not start /bin/sh (ended with exit status 1: "
        "last output: This account is currently not available.);*");
}

static void
test_forced_command(void)
{
    g_autoptr(SshServer) server = ssh_server_new();

    g_string_append(server->config, "ForceCommand echo only backups here\n");
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_AGENT,
                      "rem: *: last output: only backups here); *ForceCommand*");
}

static void
test_no_shell(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    LinkOptions options = {.address = "behind"};
    g_autofree char *proxy = ssh_server_write(server, "proxy", 0700,
                                              "#!/usr/bin/python3\n"
                                              "import os, socket, sys, threading, time\n"
                                              "s = socket.create_connection(sys.argv[1:])\n"
                                              "def up():\n"
                                              " while data := os.read(0, 65536): s.sendall(data)\n"
                                              "threading.Thread(target=up, daemon=True).start()\n"
                                              "while data := s.recv(65536, socket.MSG_PEEK):\n"
                                              " time.sleep(0.2)\n"
                                              " os.write(1, s.recv(65536))\n");

    ssh_server_wrap(server, "echo 'exec: /bin/sh: not found' >&2; exit 127");
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_AGENT,
                      "rem: *exit status 127*: last output: exec: /bin/sh: not found*");

    /* The proxy forwards data with a delay of 0.2 s. Therefore three messages of sshd arrive
     * together: that the command was started, the command's output, and its exit status. */
    g_free(
        ssh_server_write(server, "home/.ssh/config", 0600,
                         "Host behind\n HostName 127.0.0.1\n Port %u\n ProxyCommand %s %%h %%p\n",
                         server->port, proxy));
    ssh_server_refuse(server, &options, MAMUTO_ERROR_AGENT,
                      "rem: *exit status 127*: last output: exec: /bin/sh: not found*");
}

/* Changes the server to a host with few programs: some basic programs, and the programs in @extra,
 * whose names are separated by spaces. @machine: (nullable): the machine type that uname reports.
 */
static void
make_foreign(SshServer *server, const char *machine, const char *extra)
{
    g_autofree char *script = NULL, *bin = g_build_filename(server->dir, "bin", NULL);
    g_autofree char *all =
        g_strconcat("sh true false head wc cat mkdir chmod rm mv ls id grep tail "
                    "sort tar sleep uname ",
                    extra, NULL);
    g_auto(GStrv) tools = g_strsplit(all, " ", -1);

    g_mkdir_with_parents(bin, 0700);
    for (guint i = 0; tools[i] && *tools[i]; i++) {
        g_autofree char *path = g_find_program_in_path(tools[i]);
        g_autofree char *link = g_build_filename(bin, tools[i], NULL);

        g_assert_nonnull(path);
        g_assert_cmpint(symlink(path, link), ==, 0);
    }
    if (machine) {
        g_autofree char *uname = g_build_filename(bin, "uname", NULL);

        g_remove(uname);
        g_free(ssh_server_write(server, uname, 0700,
                                "#!/bin/sh\ncase $1 in -s) echo %s;; -m) echo strange64;; esac\n",
                                machine));
    }
    script = g_strdup_printf("PATH=%s; export PATH; exec sh -c \"$SSH_ORIGINAL_COMMAND\"", bin);
    ssh_server_wrap(server, script);
}

static void
test_no_compiler(void)
{
    g_autoptr(SshServer) server = ssh_server_new();

    make_foreign(server, "Linux", "sha256sum");
    ssh_server_refuse(
        server, NULL, MAMUTO_ERROR_AGENT,
        "rem: Mamuto has no agent for Linux/strange64, and the host has no compiler*");
}

static void
test_other_system(void)
{
    g_autoptr(SshServer) server = ssh_server_new();

    make_foreign(server, "Plan9", "sha256sum");
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_AGENT,
                      "rem: the host runs Plan9/strange64, but Mamuto needs hosts with Linux");
}

/* The host has no program that computes hashes. Therefore an installed agent cannot be checked, and
 * must be sent again. */
static void
test_no_hash(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *file = cache_file(server);

    make_foreign(server, NULL, "");
    link_close(ssh_server_expect(server, NULL));
    g_free(ssh_server_write(server, file, 0700, "#!/bin/sh\necho I am not the agent\n"));
    link_close(ssh_server_expect(server, NULL));
    expect_tidy(file);
}

/* The agent must not be installed in a directory to which other users can write. It must be
 * installed in /var/tmp, the next directory on the list. The test mounts a private directory over
 * /var/tmp. */
static void
test_unsafe_directories(void)
{
    g_autofree char *dir = NULL, *other = NULL;
    g_autoptr(SshServer) server = ssh_server_new();

    dir = g_build_filename(server->there, ".cache", "mamuto", NULL);
    other = g_build_filename(server->dir, "other", NULL);
    g_mkdir_with_parents(dir, 0777);
    g_mkdir_with_parents(other, 0700);
    g_assert_cmpint(g_chmod(dir, 0777), ==, 0);
    server->prelude = g_strdup_printf("mount --bind %s /var/tmp", other);
    link_close(ssh_server_expect(server, NULL));
    g_assert_cmpint(g_rmdir(dir), ==, 0);
    g_assert_cmpint(symlink(other, dir), ==, 0);
    link_close(ssh_server_expect(server, NULL));
    {
        g_autofree char *found = run("sh", "-c", "cd \"$1\" && echo *", "sh", other, NULL);
        g_autofree char *expected = g_strdup_printf("mamuto-%u\n", getuid());

        g_assert_cmpstr(found, ==, expected);
    }
}

/* Another directory takes the name of the tested one right after the test. The agent is installed
 * in the tested one. */
static void
test_exchanged_directory(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *file = cache_file(server), *dir = g_path_get_dirname(file);
    g_autofree char *name = g_path_get_basename(file), *real = g_strconcat(dir, ".real", NULL);
    g_autofree char *installed = g_build_filename(real, name, NULL);
    g_autofree char *ls = g_build_filename(server->dir, "bin", "ls", NULL);
    g_autofree char *found = NULL;

    make_foreign(server, NULL, "sha256sum find");
    g_remove(ls);
    g_free(ssh_server_write(server, ls, 0700,
                            "#!/bin/sh\nPATH=/usr/bin:/bin\nls \"$@\"\n"
                            "if [ \"$1\" = -ld ] && [ ! -d %s ]; then\n"
                            "  mv %s %s; mkdir -m 777 %s\nfi\n",
                            real, dir, real, dir));
    link_close(ssh_server_expect(server, NULL));
    g_assert_true(g_file_test(installed, G_FILE_TEST_EXISTS));
    found = run("ls", "-A", dir, NULL);
    g_assert_cmpstr(found, ==, "");
}

/* Programs in the home directory cannot be started (mount option noexec), and /var/tmp is full. The
 * agent must be installed in /dev/shm, the third directory on the list. */
static void
test_noexec_and_full(void)
{
    g_autoptr(SshServer) server = ssh_server_new();

    server->prelude =
        g_strdup_printf("mount -t tmpfs -o noexec,mode=700 none %s\n"
                        "mount -t tmpfs -o size=16k,mode=1777 none /var/tmp\n"
                        "mkdir %s/tmp; mount --bind %s/tmp %s; mount -t tmpfs none "
                        "%s/tmp; mount --bind %s/tmp /dev/shm",
                        server->there, server->dir, server->dir, "/mnt", server->dir, server->dir);
    link_close(ssh_server_expect(server, NULL));
}

/* No directory is usable. The error must list each directory with a reason. */
static void
test_nowhere(void)
{
    g_autoptr(SshServer) server = ssh_server_new();

    server->prelude = g_strdup_printf("mount -t tmpfs -o noexec,mode=700 none %s\n"
                                      "mount -t tmpfs -o size=16k,mode=1777 none /var/tmp\n"
                                      "mkdir -p /tmp/mamuto-0\n"
                                      "mount -t tmpfs -o noexec,mode=700 none /tmp/mamuto-0\n"
                                      "mount -t tmpfs -o noexec none /dev/shm",
                                      server->there);
    ssh_server_refuse(
        server, NULL, MAMUTO_ERROR_AGENT,
        "rem: no directory on the host can hold the agent: */.cache/mamuto does not "
        "allow programs to run (noexec); /var/tmp/mamuto-0 could not store the whole file (is the "
        "disk full?); /tmp/mamuto-0 does not allow programs to run (noexec); "
        "/dev/shm/mamuto-0 does not allow programs to run (noexec); set XDG_CACHE_HOME*");
}

static gpointer
open_one(gpointer data)
{
    link_close(ssh_server_expect(data, NULL));
    return NULL;
}

/* Eight connections install the agent in the same home at the same time. The result must be one
 * complete file. */
static void
test_shared_home(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *file = cache_file(server);
    GThread *threads[8];

    ssh_server_start(server);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("link", open_one, server);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    inode(file);
    expect_tidy(file);
}

static gpointer
cancel(gpointer data)
{
    g_cancellable_cancel(data);
    return NULL;
}

static void
on_stage(MamutoStage stage, gpointer data)
{
    if (stage == MAMUTO_STAGE_AGENT)
        g_thread_unref(g_thread_new("cancel", cancel, data));
}

/* The host never answers. Cancelling must end link_open() at once, and not after the time-out of
 * one minute. */
static void
test_cancel(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    LinkOptions options = {.cancellable = cancellable, .stage = on_stage, .data = cancellable};
    g_autoptr(GError) error = NULL;
    gint64 begin = g_get_monotonic_time();

    ssh_server_wrap(server, "exec sleep 100");
    g_assert_null(ssh_server_open(server, &options, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpint(g_get_monotonic_time() - begin, <, 30 * G_TIME_SPAN_SECOND);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/link/install/once", test_once);
    g_test_add_func("/link/install/damaged", test_damaged);
    g_test_add_func("/link/install/leftovers", test_leftovers);
    g_test_add_func("/link/install/exchanged-directory", test_exchanged_directory);
    g_test_add_func("/link/install/noise", test_noise);
    g_test_add_func("/link/install/endless-noise", test_endless_noise);
    g_test_add_func("/link/install/endless-answers", test_endless_answers);
    g_test_add_func("/link/install/shells", test_shells);
    g_test_add_func("/link/install/nologin", test_nologin);
    g_test_add_func("/link/install/forced-command", test_forced_command);
    g_test_add_func("/link/install/no-shell", test_no_shell);
    g_test_add_func("/link/install/no-compiler", test_no_compiler);
    g_test_add_func("/link/install/other-system", test_other_system);
    g_test_add_func("/link/install/no-hash", test_no_hash);
    g_test_add_func("/link/install/shared-home", test_shared_home);
    g_test_add_func("/link/install/cancel", test_cancel);
    /* These tests mount file systems over directories of the machine. */
    if (!ssh_server_can_mount())
        return g_test_run();
    g_test_add_func("/link/install/unsafe-directories", test_unsafe_directories);
    g_test_add_func("/link/install/noexec-and-full", test_noexec_and_full);
    g_test_add_func("/link/install/nowhere", test_nowhere);
    return g_test_run();
}
