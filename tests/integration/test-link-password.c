/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of passwords and keyboard-interactive authentication. The tests mount account files with a
 * test user over the account files of the machine. Only the sshd of the test sees these files. Only
 * root can mount files; for other users, only the test of a server that accepts no passwords runs.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "link-util.h"
#include "scripted-asker.h"
#include "ssh-server.h"

#define PASSWORD "correct horse"

static SshServer *
server_new(const char *methods)
{
    SshServer *server = ssh_server_new();
    g_autofree char *hash = NULL, *passwd = NULL, *shadow = NULL, *all = NULL;

    hash = run("openssl", "passwd", "-6", PASSWORD, NULL);
    g_strchomp(hash);
    all = ssh_server_read(server, "/etc/passwd");
    passwd = ssh_server_write(server, "passwd", 0644, "%stester:x:60123:65534::%s:/bin/sh\n", all,
                              server->there);
    shadow = ssh_server_write(server, "shadow", 0600,
                              "root:*:19000:0:99999:7:::\n"
                              "tester:%s:19000:0:99999:7:::\n",
                              hash);
    server->prelude =
        g_strdup_printf("mount --bind %s /etc/passwd; mount --bind %s /etc/shadow", passwd, shadow);
    g_assert_cmpint(g_chmod(server->dir, 0755), ==, 0);
    g_assert_cmpint(chown(server->there, 60123, 65534), ==, 0);
    /* sshd uses the first value of each setting, so these lines must come first */
    g_string_prepend(server->config, methods);
    return server;
}

static LinkOptions
as_tester(SshServer *server, ScriptedAsker *person)
{
    return (LinkOptions){.address = "127.0.0.1",
                         .user = "tester",
                         .port = server->port,
                         .asker = person ? person->asker : NULL};
}

static void
test_password(void)
{
    static const char *const answers[] = {"wrong", PASSWORD, NULL};
    g_autoptr(SshServer) server = server_new("PasswordAuthentication yes\n");
    g_autoptr(ScriptedAsker) person = scripted_asker_new(answers);
    g_autofree char *first = NULL;
    LinkOptions options;

    options = as_tester(server, person);
    link_close(ssh_server_expect(server, &options));
    g_assert_cmpuint(person->asked->len, ==, 2);
    first = g_strdup_printf("password Password for tester@127.0.0.1:%u [] 1 ", server->port);
    g_assert_cmpstr(person->asked->pdata[0], ==, first);
    g_assert_true(g_str_has_suffix(person->asked->pdata[1], " [] 2 "));
}

static void
test_wrong_password(void)
{
    static const char *const answers[] = {"a", "b", "c", "d", NULL};
    g_autoptr(SshServer) server = server_new("PasswordAuthentication yes\n");
    g_autoptr(ScriptedAsker) person = scripted_asker_new(answers);
    LinkOptions options, nobody;

    options = as_tester(server, person);
    nobody = as_tester(server, NULL);
    ssh_server_refuse(
        server, &options, MAMUTO_ERROR_AUTH,
        "rem: tester@* was not authenticated. The server accepts publickey, password; tried: "
        "*; the password was wrong. *");
    g_assert_cmpuint(person->asked->len, ==, 3);
    person->answers = NULL;
    ssh_server_refuse(server, &options, MAMUTO_ERROR_AUTH, "*no password was given*");
    ssh_server_refuse(server, &nobody, MAMUTO_ERROR_AUTH, "*a password: Mamuto has no way to ask*");
    g_free(ssh_server_write(server, "home/.ssh/config", 0600, "BatchMode yes\n"));
    ssh_server_refuse(server, &options, MAMUTO_ERROR_AUTH, "*a password: * says BatchMode yes*");
}

/* The server chooses the text of the question (keyboard-interactive authentication). MamutoQuestion
 * must contain it as text from the server. */
static void
test_keyboard(void)
{
    static const char *const answers[] = {"wrong", PASSWORD, NULL};
    g_autoptr(SshServer) server = server_new("UsePAM yes\nKbdInteractiveAuthentication yes\n");
    g_autoptr(ScriptedAsker) person = scripted_asker_new(answers);
    g_autofree char *first = NULL;
    LinkOptions options;

    options = as_tester(server, person);
    link_close(ssh_server_expect(server, &options));
    first = g_strdup_printf("keyboard tester@127.0.0.1:%u asks [Password:] 1 ", server->port);
    g_assert_cmpstr(person->asked->pdata[0], ==, first);
    g_assert_cmpuint(person->asked->len, ==, 2);
}

/* The server requires both a key and a password. */
static void
test_both(void)
{
    static const char *const answers[] = {PASSWORD, NULL};
    g_autoptr(SshServer) server = server_new("PasswordAuthentication yes\n"
                                             "AuthenticationMethods publickey,password\n");
    g_autoptr(ScriptedAsker) person = scripted_asker_new(answers);
    g_autofree char *keys = NULL;
    LinkOptions options;

    keys = g_build_filename(server->dir, "authorized_keys", NULL);
    g_assert_cmpint(g_chmod(keys, 0644), ==, 0);
    options = as_tester(server, person);
    link_close(ssh_server_expect(server, &options));
    g_assert_cmpuint(person->asked->len, ==, 1);
}

/* The server does not accept passwords. The user must not be asked for a password. */
static void
test_not_taken(void)
{
    static const char *const answers[] = {PASSWORD, NULL};
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(ScriptedAsker) person = scripted_asker_new(answers);
    LinkOptions options = as_tester(server, person);

    ssh_server_refuse(
        server, &options, MAMUTO_ERROR_AUTH,
        "rem: tester@* was not authenticated. The server accepts publickey; tried: *");
    g_assert_cmpuint(person->asked->len, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/link/password/not-taken", test_not_taken);
    if (!ssh_server_can_mount())
        return g_test_run();
    g_test_add_func("/link/password/password", test_password);
    g_test_add_func("/link/password/wrong", test_wrong_password);
    g_test_add_func("/link/password/keyboard", test_keyboard);
    g_test_add_func("/link/password/both", test_both);
    return g_test_run();
}
