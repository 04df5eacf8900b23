/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of user authentication: key files, passphrases, ssh-agent, certificates, and the errors if
 * the server accepts no key. Passwords are tested in test-link-password.c, because these tests need
 * accounts with passwords. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "link-util.h"
#include "scripted-asker.h"
#include "ssh-server.h"

/* Sets a passphrase on the client's private key, unless @passphrase is NULL. Removes the public
 * key file if @keep_public is FALSE. */
static void
replace_key(SshServer *server, const char *passphrase, gboolean keep_public)
{
    g_autofree char *public = g_strconcat(server->key, ".pub", NULL), *out = NULL;

    if (passphrase)
        out = run("ssh-keygen", "-q", "-p", "-a", "1", "-P", "", "-N", passphrase, "-f",
                  server->key, NULL);
    if (!keep_public)
        g_remove(public);
}

static void
test_wrong_key(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(ScriptedAsker) person = scripted_asker_new(NULL);
    LinkOptions options = {.asker = person->asker};
    g_autofree char *public = g_strconcat(server->key, ".pub", NULL);
    g_autofree char *pattern = NULL;

    g_remove(server->key);
    g_remove(public);
    ssh_server_make_key(server->key, "ed25519", "");
    pattern =
        g_strdup_printf("rem: %s@127.0.0.1:%u was not authenticated. The server accepts publickey; "
                        "tried: no ssh agent; %s was not accepted. Check with \"ssh "
                        "-p %u 127.0.0.1\"",
                        g_get_user_name(), server->port, server->key, server->port);
    ssh_server_refuse(server, &options, MAMUTO_ERROR_AUTH, pattern);
    g_remove(server->key);
    g_remove(public);
    ssh_server_refuse(server, &options, MAMUTO_ERROR_AUTH, "*tried: no ssh agent. Check*");
    g_assert_cmpuint(person->asked->len, ==, 0);
}

static void
test_unsafe_key(void)
{
    g_autoptr(SshServer) server = ssh_server_new();

    g_assert_cmpint(g_chmod(server->key, 0644), ==, 0);
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_AUTH, "*may be read by others*chmod 600*");
}

static void
test_without_public(void)
{
    g_autoptr(SshServer) server = ssh_server_new();

    replace_key(server, NULL, FALSE);
    link_close(ssh_server_expect(server, NULL));
}

/* The first answer is a wrong passphrase, and the second answer is the right one. Further
 * connections must not ask for the passphrase again. */
static void
test_passphrase(void)
{
    static const char *const answers[] = {"wrong", "open sesame", NULL};
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(ScriptedAsker) person = scripted_asker_new(answers);
    LinkOptions options = {.asker = person->asker};
    g_autofree char *first = NULL;

    replace_key(server, "open sesame", TRUE);
    link_close(ssh_server_expect(server, &options));
    g_assert_cmpuint(person->asked->len, ==, 2);
    first = g_strdup_printf("passphrase Passphrase for the key %s [] 1 ", server->key);
    g_assert_cmpstr(person->asked->pdata[0], ==, first);
    g_assert_true(g_str_has_suffix(person->asked->pdata[1], " [] 2 "));
    link_close(ssh_server_expect(server, &options));
    g_assert_cmpuint(person->asked->len, ==, 2);
}

static gpointer
open_one(gpointer data)
{
    LinkOptions *options = data;

    link_close(ssh_server_expect(options->data, options));
    return NULL;
}

/* Many connections need the same key at the same time. The user must be asked for the passphrase
 * only once. */
static void
test_passphrase_shared(void)
{
    static const char *const answers[] = {"open sesame", NULL};
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(ScriptedAsker) person = scripted_asker_new(answers);
    LinkOptions options = {.asker = person->asker, .data = server};
    GThread *threads[6];

    replace_key(server, "open sesame", FALSE);
    ssh_server_start(server);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("link", open_one, &options);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    g_assert_cmpuint(person->asked->len, ==, 1);
}

static void
test_passphrase_wrong(void)
{
    static const char *const answers[] = {"a", "b", "c", "open sesame", NULL};
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(ScriptedAsker) person = scripted_asker_new(answers);
    LinkOptions options = {.asker = person->asker};

    replace_key(server, "open sesame", TRUE);
    ssh_server_refuse(server, &options, MAMUTO_ERROR_AUTH, "*id_ed25519 was wrong 3 times*");
    g_assert_cmpuint(person->asked->len, ==, 3);
    person->answers = NULL;
    ssh_server_refuse(server, &options, MAMUTO_ERROR_AUTH, "*no passphrase for * was given*");
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_AUTH,
                      "*needs a passphrase, and Mamuto has no way*");
}

static void
test_broken_key(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *public = g_strconcat(server->key, ".pub", NULL);

    g_free(ssh_server_write(server, server->key, 0600, "-----BEGIN nonsense\n"));
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_AUTH,
                      "*id_ed25519 is not a readable private key*");
    g_remove(public);
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_AUTH,
                      "*id_ed25519 is not a readable private key*");
}

/* The test removes the key file. The client must then use the copy of the key in ssh-agent. */
static void
test_agent(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *socket = g_build_filename(server->dir, "agent", NULL);
    g_autofree char *public = g_strconcat(server->key, ".pub", NULL), *out = NULL;
    const char *argv[] = {"ssh-agent", "-D", "-a", socket, NULL};
    g_autoptr(GError) error = NULL;
    gint64 end = g_get_monotonic_time() + 20 * G_TIME_SPAN_SECOND;
    GPid pid;

    g_spawn_async(NULL, (char **)argv, NULL,
                  G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL,
                  NULL, NULL, &pid, &error);
    g_assert_no_error(error);
    while (!g_file_test(socket, G_FILE_TEST_EXISTS) && g_get_monotonic_time() < end)
        g_usleep(2000); /* wait, because ssh-agent does not report when it is ready */
    g_setenv("SSH_AUTH_SOCK", socket, TRUE);
    out = run("ssh-add", "-q", server->key, NULL);
    g_remove(server->key);
    g_remove(public);
    link_close(ssh_server_expect(server, NULL));

    g_free(ssh_server_write(server, "home/.ssh/config", 0600, "IdentityAgent none\n"));
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_AUTH, "*tried: no ssh agent*");
    g_free(ssh_server_write(server, "home/.ssh/config", 0600, "IdentitiesOnly yes\n"));
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_AUTH, "*not used (IdentitiesOnly)*");
    g_unsetenv("SSH_AUTH_SOCK");
    g_free(ssh_server_write(server, "home/.ssh/config", 0600, "IdentityAgent %s\n", socket));
    link_close(ssh_server_expect(server, NULL));
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
}

/* The server accepts the key only if the client also sends a certificate for this key. */
static void
test_certificate(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *authority = g_build_filename(server->dir, "authority", NULL);
    g_autofree char *public = g_strconcat(server->key, ".pub", NULL), *out = NULL;
    g_autofree char *certificate = g_strconcat(server->key, "-cert.pub", NULL);
    g_autofree char *elsewhere = g_build_filename(server->dir, "certificate.pub", NULL);

    ssh_server_make_key(authority, "ed25519", "");
    out = run("ssh-keygen", "-q", "-s", authority, "-I", "test", "-n", g_get_user_name(), public,
              NULL);
    g_free(ssh_server_write(server, "authorized_keys", 0600, "# nobody\n"));
    g_string_append_printf(server->config, "TrustedUserCAKeys %s.pub\n", authority);
    link_close(ssh_server_expect(server, NULL));

    g_assert_cmpint(g_rename(certificate, elsewhere), ==, 0);
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_AUTH, "*was not accepted*");
    g_free(ssh_server_write(server, "home/.ssh/config", 0600, "CertificateFile %s\n", elsewhere));
    link_close(ssh_server_expect(server, NULL));
}

static void
test_switched_off(void)
{
    g_autoptr(SshServer) server = ssh_server_new();

    g_free(ssh_server_write(server, "home/.ssh/config", 0600, "PubkeyAuthentication no\n"));
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_AUTH, "*keys: switched off by ssh's*");
}

/* The client tries more keys than the server allows, so the server ends the connection. The error
 * must explain this. */
static void
test_too_many(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(GString) config = g_string_new(NULL);

    g_string_append(server->config, "MaxAuthTries 2\n");
    for (guint i = 0; i < 4; i++) {
        g_autofree char *key = g_strdup_printf("%s.%u", server->key, i);

        ssh_server_make_key(key, "ed25519", "");
        g_string_append_printf(config, "IdentityFile %s\n", key);
    }
    g_free(ssh_server_write(server, "home/.ssh/config", 0600, "%s", config->str));
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_AUTH, "*Too many authentication failures*");
}

static gpointer
cancel_when_waiting(gpointer data)
{
    g_autofree char *path = g_strdup_printf("/proc/self/task/%d/wchan", getpid());
    gint64 end = g_get_monotonic_time() + 5 * G_TIME_SPAN_SECOND;
    g_autofree char *where = g_strdup("");

    /* waits until the main thread is blocked in connect() */
    while (!strstr(where, "unix_wait") && g_get_monotonic_time() < end) {
        g_usleep(2000);
        g_clear_pointer(&where, g_free);
        if (!g_file_get_contents(path, &where, NULL, NULL))
            where = g_strdup("");
    }
    g_cancellable_cancel(data);
    return NULL;
}

static void
on_stage(MamutoStage stage, gpointer data)
{
    if (stage == MAMUTO_STAGE_AUTH)
        g_thread_unref(g_thread_new("cancel", cancel_when_waiting, data));
}

/* The ssh agent is stopped, so its queue of connections is full. Cancelling must end link_open().
 */
static void
test_full_agent(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autofree char *path = g_build_filename(server->dir, "agent", NULL);
    LinkOptions options = {.cancellable = cancellable, .stage = on_stage, .data = cancellable};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), waiting[3];
    g_autoptr(GError) error = NULL;

    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    g_assert_cmpint(bind(listener, (struct sockaddr *)&address, sizeof address), ==, 0);
    g_assert_cmpint(listen(listener, 0), ==, 0);
    for (guint i = 0; i < G_N_ELEMENTS(waiting); i++) {
        waiting[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        (void)!connect(waiting[i], (struct sockaddr *)&address, sizeof address);
    }
    g_setenv("SSH_AUTH_SOCK", path, TRUE);
    g_assert_null(ssh_server_open(server, &options, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_unsetenv("SSH_AUTH_SOCK");
    for (guint i = 0; i < G_N_ELEMENTS(waiting); i++)
        close(waiting[i]);
    close(listener);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/link/auth/wrong-key", test_wrong_key);
    g_test_add_func("/link/auth/unsafe-key", test_unsafe_key);
    g_test_add_func("/link/auth/without-public", test_without_public);
    g_test_add_func("/link/auth/passphrase", test_passphrase);
    g_test_add_func("/link/auth/passphrase-shared", test_passphrase_shared);
    g_test_add_func("/link/auth/passphrase-wrong", test_passphrase_wrong);
    g_test_add_func("/link/auth/broken-key", test_broken_key);
    g_test_add_func("/link/auth/agent", test_agent);
    g_test_add_func("/link/auth/full-agent", test_full_agent);
    g_test_add_func("/link/auth/certificate", test_certificate);
    g_test_add_func("/link/auth/switched-off", test_switched_off);
    g_test_add_func("/link/auth/too-many", test_too_many);
    return g_test_run();
}
