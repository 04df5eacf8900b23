/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of host keys: known, unknown, changed and revoked keys. No unknown key is accepted without
 * asking. */
#include <string.h>

#include "link-util.h"
#include "scripted-asker.h"
#include "ssh-server.h"

static char *
known_as(SshServer *server, const char *name, const char *key)
{
    g_autofree char *line = ssh_server_known_line(server, key);

    return g_strconcat(name, strchr(line, ' '), NULL);
}

static char *
fingerprint(const char *key)
{
    g_autofree char *out = run("ssh-keygen", "-l", "-E", "sha256", "-f", key, NULL);
    g_auto(GStrv) words = g_strsplit(out, " ", 3);

    return g_strdup(words[1]);
}

static void
forget(SshServer *server, const char *instead)
{
    g_free(ssh_server_write(server, server->known_hosts, 0600, "%s", instead));
}

static void
test_accept(void)
{
    static const char *const answers[] = {"yes", NULL};
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(ScriptedAsker) person = scripted_asker_new(answers);
    LinkOptions options = {.asker = person->asker};
    g_autofree char *print = fingerprint(server->host_key), *expected = NULL, *known = NULL;
    g_autofree char *line = ssh_server_known_line(server, server->host_key), *all = NULL;

    g_free(ssh_server_write(server, "home/.ssh/config", 0600, "HashKnownHosts no\n"));
    forget(server, "# no newline at the end");
    link_close(ssh_server_expect(server, &options));
    g_assert_cmpuint(person->asked->len, ==, 1);
    expected = g_strdup_printf("host-key rem (%s@127.0.0.1:%u) is not known. Is its ED25519 key %s "
                               "right? [] 1 %s",
                               g_get_user_name(), server->port, print, print);
    g_assert_cmpstr(person->asked->pdata[0], ==, expected);
    known = ssh_server_read(server, server->known_hosts);
    all = g_strconcat("# no newline at the end\n", line, NULL);
    g_assert_cmpstr(known, ==, all);

    /* The second connection must not ask, because the key is known. */
    link_close(ssh_server_expect(server, &options));
    g_assert_cmpuint(person->asked->len, ==, 1);
}

/* The client creates the file known_hosts when the user accepts a key. With the setting
 * HashKnownHosts, the file contains a hash instead of the name of the host. */
static void
test_accept_hashed(void)
{
    static const char *const answers[] = {"yes", NULL};
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(ScriptedAsker) person = scripted_asker_new(answers);
    LinkOptions options = {.asker = person->asker};
    g_autofree char *file = g_build_filename(server->home, "deep", "known", NULL), *text = NULL;
    g_autofree char *name = NULL, *found = NULL;

    g_free(ssh_server_write(server, "home/.ssh/config", 0600,
                            "UserKnownHostsFile %s\nHashKnownHosts yes\n", file));
    link_close(ssh_server_expect(server, &options));
    link_close(ssh_server_expect(server, NULL));
    text = ssh_server_read(server, file);
    g_assert_true(g_str_has_prefix(text, "|1|"));
    g_assert_null(strstr(text, "127.0.0.1"));
    name = g_strdup_printf("[127.0.0.1]:%u", server->port);
    found = run("ssh-keygen", "-F", name, "-f", file, NULL);
    g_assert_nonnull(strstr(found, "found"));
}

static void
test_not_accepted(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(ScriptedAsker) person = scripted_asker_new(NULL);
    LinkOptions options = {.asker = person->asker};
    g_autofree char *known = NULL;

    forget(server, "");
    ssh_server_refuse(
        server, &options, MAMUTO_ERROR_HOST_KEY,
        "rem: the host's key ED25519 SHA256:* is not known, and it was not accepted;*");
    g_assert_cmpuint(person->asked->len, ==, 1);
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_HOST_KEY, "*and Mamuto has no way to ask;*");
    known = ssh_server_read(server, server->known_hosts);
    g_assert_cmpstr(known, ==, "");
}

/* The setting StrictHostKeyChecking can forbid questions. No value of the setting makes the
 * library accept an unknown key without a question. */
static void
test_strict(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(ScriptedAsker) person = scripted_asker_new(NULL);
    LinkOptions options = {.asker = person->asker};

    forget(server, "");
    g_free(ssh_server_write(server, "home/.ssh/config", 0600, "StrictHostKeyChecking yes\n"));
    ssh_server_refuse(server, &options, MAMUTO_ERROR_HOST_KEY, "*StrictHostKeyChecking yes*");
    g_free(ssh_server_write(server, "home/.ssh/config", 0600, "BatchMode yes\n"));
    ssh_server_refuse(server, &options, MAMUTO_ERROR_HOST_KEY, "*says BatchMode yes*");
    g_assert_cmpuint(person->asked->len, ==, 0);
    g_free(ssh_server_write(server, "home/.ssh/config", 0600, "StrictHostKeyChecking no\n"));
    ssh_server_refuse(server, &options, MAMUTO_ERROR_HOST_KEY, "*it was not accepted*");
    g_assert_cmpuint(person->asked->len, ==, 1);
}

static void
test_cancelled(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(ScriptedAsker) person = scripted_asker_new(NULL);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    LinkOptions options = {.asker = person->asker, .cancellable = cancellable};
    g_autoptr(GError) error = NULL;

    person->cancels = cancellable;
    forget(server, "");
    g_assert_null(ssh_server_open(server, &options, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_changed(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(ScriptedAsker) person = scripted_asker_new(NULL);
    LinkOptions options = {.asker = person->asker};
    g_autofree char *old = g_build_filename(server->dir, "old", NULL), *line = NULL, *all = NULL;
    g_autofree char *old_print = NULL, *new_print = fingerprint(server->host_key), *pattern = NULL;
    g_autofree char *known = NULL;

    ssh_server_make_key(old, "ed25519", "");
    old_print = fingerprint(old);
    line = ssh_server_known_line(server, old);
    all = g_strdup_printf("# a comment\n\nunreadable\n@strange * ssh-rsa AAAA\n%s", line);
    forget(server, all);
    pattern = g_strdup_printf(
        "rem: refused: the host's key has changed: it is ED25519 %s, but %s:5 has ED25519 %s for "
        "[127.0.0.1]:%u. Someone may be listening in. If you expected the change, remove the old "
        "key "
        "with: ssh-keygen -f '%s' -R '[127.0.0.1]:%u'",
        new_print, server->known_hosts, old_print, server->port, server->known_hosts, server->port);
    ssh_server_refuse(server, &options, MAMUTO_ERROR_HOST_KEY, pattern);
    g_assert_cmpuint(person->asked->len, ==, 0);
    known = ssh_server_read(server, server->known_hosts);
    g_assert_cmpstr(known, ==, all);
}

/* The client knows an RSA key for the host, but the host has only a key of another type. The
 * client must refuse the connection. */
static void
test_other_type(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *rsa = g_build_filename(server->dir, "rsa", NULL), *line = NULL;

    ssh_server_make_key(rsa, "rsa", "");
    line = ssh_server_known_line(server, rsa);
    forget(server, line);
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_HOST_KEY,
                      "rem: refused: the host no longer sends the known key. The host sends "
                      "ED25519 SHA256:*:1 has RSA SHA256:*");
}

/* The host has keys of two types, and the client knows only one of them. The client must request
 * the known key. */
static void
test_known_type_first(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *rsa = g_build_filename(server->dir, "rsa", NULL), *line = NULL;

    ssh_server_make_key(rsa, "rsa", "");
    g_string_append_printf(server->config, "HostKey %s\n", rsa);
    line = ssh_server_known_line(server, rsa);
    forget(server, line);
    link_close(ssh_server_expect(server, NULL));
}

static void
test_revoked(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *line = ssh_server_known_line(server, server->host_key), *all = NULL;
    g_autofree char *any = known_as(server, "*", server->host_key);

    all = g_strdup_printf("%s@revoked %s", line, any);
    forget(server, all);
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_HOST_KEY,
                      "rem: refused: the host's key ED25519 SHA256:* is revoked (*/known_hosts:2)");
}

/* RevokedHostKeys is read as ssh reads it: a text file of keys, or every key is refused. */
static void
test_revoked_file(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *other = g_build_filename(server->dir, "other", NULL);
    g_autofree char *ours = g_strconcat(server->host_key, ".pub", NULL);
    g_autofree char *theirs = g_strconcat(other, ".pub", NULL);
    g_autofree char *file = g_build_filename(server->dir, "revoked", NULL), *config = NULL;
    g_autofree char *krl = g_build_filename(server->dir, "krl", NULL);
    g_autofree char *our_key = NULL, *their_key = NULL, *said = NULL;

    ssh_server_make_key(other, "ed25519", "");
    g_assert_true(g_file_get_contents(ours, &our_key, NULL, NULL));
    g_assert_true(g_file_get_contents(theirs, &their_key, NULL, NULL));
    config = g_strdup_printf("RevokedHostKeys %s\n", file);
    g_free(ssh_server_write(server, "home/.ssh/config", 0600, "%s", config));
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_HOST_KEY,
                      "rem: refused: the file */revoked of RevokedHostKeys cannot be read*");
    g_free(ssh_server_write(server, "revoked", 0600, "# old\n\n%s", their_key));
    link_close(ssh_server_expect(server, NULL));
    g_free(ssh_server_write(server, "revoked", 0600, "%s%s", their_key, our_key));
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_HOST_KEY,
                      "rem: refused: the host's key is revoked (*/revoked:2)*");
    g_free(ssh_server_write(server, "revoked", 0600, "what\n%s", their_key));
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_HOST_KEY, "*/revoked:1 is not a public key*");
    said = run("ssh-keygen", "-k", "-f", krl, theirs, NULL);
    g_free(ssh_server_write(server, "home/.ssh/config", 0600, "RevokedHostKeys %s\n", krl));
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_HOST_KEY, "*is a binary list (KRL)*");
    g_free(ssh_server_write(server, "home/.ssh/config", 0600,
                            "RevokedHostKeys none\nRevokedHostKeys %s\n", krl));
    link_close(ssh_server_expect(server, NULL));
}

/* Restrictions of ssh's configuration that libssh cannot follow are refused, not ignored. */
static void
test_restrictions(void)
{
    static const char *const refused[][2] = {
        {"KnownHostsCommand /bin/echo\n", "*KnownHostsCommand*"},
        {"KexAlgorithms -*\n", "*excludes all algorithms*"},
        {"MACs -hmac-sha?-*\n", "*excludes all algorithms*"},
        {"HostKeyAlgorithms -ssh-ed25519\n", "*"},
        {"Ciphers -*\n", "*"},
    };
    static const char *const good[] = {
        "KnownHostsCommand none\n",
        "KexAlgorithms -diffie-hellman-group14-sha256,diffie-hellman-group16-sha512\n",
        "MACs -hmac-sha2-512,*-etm@*\nCiphers -*cbc*\nHostKeyAlgorithms -ssh-rsa*\n",
        "RequiredRSASize 3072\n",
        "PubkeyAcceptedAlgorithms -ssh-rsa*\n",
    };
    g_autoptr(SshServer) server = ssh_server_new();

    for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
        g_free(ssh_server_write(server, "home/.ssh/config", 0600, "%s", good[i]));
        link_close(ssh_server_expect(server, NULL));
    }
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(GError) error = NULL;

        g_free(ssh_server_write(server, "home/.ssh/config", 0600, "%s", refused[i][0]));
        g_assert_null(ssh_server_open(server, NULL, &error));
        g_assert_nonnull(error);
        g_assert_true(g_pattern_match_simple(refused[i][1], error->message));
    }
}

/* A host with an RSA key shorter than RequiredRSASize is refused. */
static void
test_rsa_size(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *rsa = g_build_filename(server->dir, "rsa", NULL), *line = NULL;
    g_autoptr(GError) error = NULL;

    ssh_server_make_key(rsa, "rsa", "");
    g_string_append_printf(server->config, "HostKey %s\n", rsa);
    line = ssh_server_known_line(server, rsa);
    forget(server, line);
    g_free(ssh_server_write(server, "home/.ssh/config", 0600, "RequiredRSASize 1024\n"));
    link_close(ssh_server_expect(server, NULL));
    g_free(ssh_server_write(server, "home/.ssh/config", 0600, "RequiredRSASize 8192\n"));
    g_assert_null(ssh_server_open(server, NULL, &error));
    g_assert_nonnull(error);
}

/* Lines may contain any bytes. */
static void
test_other_bytes(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *line = ssh_server_known_line(server, server->host_key);
    g_autofree char *all =
        g_strconcat("*\xfc? ssh-ed25519 AAAA\n\xff\xfe,* \xff\x1b[2J AAAA\n", line, NULL);

    forget(server, all);
    link_close(ssh_server_expect(server, NULL));
}

static void
test_authority(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *any = known_as(server, "*", server->host_key), *all = NULL;

    all = g_strdup_printf("@cert-authority %s", any);
    forget(server, all);
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_HOST_KEY, "*@cert-authority*not supported*");
}

/* With the setting HostKeyAlias, the client must search known_hosts for the alias without a port.
 * The test also uses patterns and a second known_hosts file. */
static void
test_alias(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autofree char *line = known_as(server, "!no,clus*er", server->host_key);
    g_autofree char *file = ssh_server_write(server, "second", 0600, "%s", line);

    forget(server, "");
    g_free(ssh_server_write(server, "home/.ssh/config", 0600,
                            "HostKeyAlias Cluster\nUserKnownHostsFile ~/.ssh/known_hosts %s\n",
                            file));
    link_close(ssh_server_expect(server, NULL));
    g_free(ssh_server_write(server, "home/.ssh/config", 0600,
                            "HostKeyAlias no\nUserKnownHostsFile none\nGlobalKnownHostsFile %s\n",
                            file));
    ssh_server_refuse(server, NULL, MAMUTO_ERROR_HOST_KEY, "*is not known*");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/link/trust/accept", test_accept);
    g_test_add_func("/link/trust/accept-hashed", test_accept_hashed);
    g_test_add_func("/link/trust/not-accepted", test_not_accepted);
    g_test_add_func("/link/trust/strict", test_strict);
    g_test_add_func("/link/trust/cancelled", test_cancelled);
    g_test_add_func("/link/trust/changed", test_changed);
    g_test_add_func("/link/trust/other-type", test_other_type);
    g_test_add_func("/link/trust/known-type-first", test_known_type_first);
    g_test_add_func("/link/trust/revoked", test_revoked);
    g_test_add_func("/link/trust/revoked-file", test_revoked_file);
    g_test_add_func("/link/trust/restrictions", test_restrictions);
    g_test_add_func("/link/trust/rsa-size", test_rsa_size);
    g_test_add_func("/link/trust/other-bytes", test_other_bytes);
    g_test_add_func("/link/trust/authority", test_authority);
    g_test_add_func("/link/trust/alias", test_alias);
    return g_test_run();
}
