/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Checks the key of a host against the known_hosts files. libssh can check the key, too, but it
 * ignores @revoked, HostKeyAlias and additional files. It treats a file with an unreadable line as
 * empty, and does not report in which line a key is. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asker-private.h"
#include "error-private.h"
#include "hash.h"
#include "quote.h"
#include "ssh-private.h"

/* Types of host keys in order of preference, and the signature algorithms for each type. */
static const struct {
    const char *type, *algorithms;
} key_types[] = {
    {"ssh-ed25519", "ssh-ed25519"},
    {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"},
    {"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"},
    {"ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521"},
    {"sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519@openssh.com"},
    {"sk-ecdsa-sha2-nistp256@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"},
    {"ssh-rsa", "rsa-sha2-512,rsa-sha2-256"},
};

/* A line of a known_hosts file that contains a key of the host. */
typedef struct {
    char *file;
    guint line;
    char *type, *key; /* key type such as "ssh-ed25519"; key in base64 */
    enum { PLAIN, REVOKED, AUTHORITY } mark;
} Known;

static void
known_free(gpointer data)
{
    Known *self = data;

    g_free(self->file);
    g_free(self->type);
    g_free(self->key);
    g_free(self);
}

/* Returns the name by which the known_hosts files list the host. */
static char *
known_name(const SshConfig *config)
{
    g_autofree char *host = g_ascii_strdown(config->host, -1);

    if (config->host_key_alias)
        return g_ascii_strdown(config->host_key_alias, -1);
    return config->port == 22 ? g_strdup(host) : g_strdup_printf("[%s]:%u", host, config->port);
}

static char *
hash_name(const guchar *salt, gsize salt_size, const char *name)
{
    g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA1, salt, salt_size);
    guint8 digest[20];
    gsize size = sizeof digest;

    g_hmac_update(hmac, (const guchar *)name, strlen(name));
    g_hmac_get_digest(hmac, digest, &size);
    return g_base64_encode(digest, size);
}

static gboolean
is_hash_of(const char *pattern, const char *name)
{
    /* The hashed name "|1|SALT|HASH" is split at "|" into "", "1", the salt and the hash. */
    g_auto(GStrv) parts = g_strsplit(pattern, "|", 4);
    g_autofree guchar *salt = NULL;
    g_autofree char *hash = NULL;
    gsize size;

    if (g_strv_length(parts) != 4 || strcmp(parts[1], "1") != 0)
        return FALSE;
    salt = g_base64_decode(parts[2], &size);
    hash = hash_name(salt, size, name);
    return strcmp(hash, parts[3]) == 0;
}

static gboolean
is_about(const char *names, const char *name)
{
    if (names[0] == '|')
        return is_hash_of(names, name);
    return ssh_patterns_match(names, ",", name);
}

static void
find_in_file(GPtrArray *found, const char *file, const char *name)
{
    g_auto(GStrv) all = ssh_read_lines(file, NULL);

    for (guint i = 0; all && all[i]; i++) {
        g_auto(GStrv) fields = g_strsplit_set(g_strstrip(all[i]), " \t", -1);
        g_autoptr(GPtrArray) words = g_ptr_array_new();
        Known *known;
        guint mark = PLAIN, first;

        for (char **f = fields; *f; f++)
            if (**f)
                g_ptr_array_add(words, *f);
        if (words->len > 0 && *(char *)words->pdata[0] == '@')
            mark = strcmp(words->pdata[0], "@revoked") == 0          ? REVOKED
                   : strcmp(words->pdata[0], "@cert-authority") == 0 ? AUTHORITY
                                                                     : G_MAXUINT;
        first = mark == PLAIN ? 0 : 1;
        if (mark == G_MAXUINT || words->len < first + 3 || *(char *)words->pdata[0] == '#' ||
            !is_about(words->pdata[first], name))
            continue;
        known = g_new0(Known, 1);
        known->file = g_strdup(file);
        known->line = i + 1;
        known->mark = mark;
        known->type = quote_text(words->pdata[first + 1]);
        known->key = g_strdup(words->pdata[first + 2]);
        g_ptr_array_add(found, known);
    }
}

static GPtrArray *
user_files(const SshConfig *config)
{
    g_autofree char *first = NULL;
    GPtrArray *files;

    if (config->user_known_hosts)
        return ssh_config_list_files(config, config->user_known_hosts);
    files = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(files, ssh_config_own_file("known_hosts"));
    g_ptr_array_add(files, ssh_config_own_file("known_hosts2"));
    return files;
}

static GPtrArray *
find(const SshConfig *config)
{
    g_autoptr(GPtrArray) own = user_files(config);
    g_autoptr(GPtrArray) all = ssh_config_list_files(
        config, config->global_known_hosts ? config->global_known_hosts
                                           : "/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2");
    g_autofree char *name = known_name(config);
    GPtrArray *found = g_ptr_array_new_with_free_func(known_free);

    for (guint i = 0; i < own->len; i++)
        find_in_file(found, own->pdata[i], name);
    for (guint i = 0; i < all->len; i++)
        find_in_file(found, all->pdata[i], name);
    return found;
}

char *
ssh_trust_algorithms(const SshConfig *config)
{
    g_autoptr(GPtrArray) found = find(config);
    GString *known = g_string_new(NULL), *others = g_string_new(NULL);

    if (config->host_key_algorithms && !strchr("+-^", config->host_key_algorithms[0])) {
        g_string_free(known, TRUE);
        g_string_free(others, TRUE);
        return g_strdup(config->host_key_algorithms);
    }
    for (guint t = 0; t < G_N_ELEMENTS(key_types); t++) {
        g_autofree char *algorithms =
            ssh_config_remove(config->host_key_algorithms, key_types[t].algorithms);
        GString *list = others;

        if (!*algorithms)
            continue;
        for (guint i = 0; i < found->len; i++) {
            const Known *k = found->pdata[i];

            if (k->mark == PLAIN && strcmp(k->type, key_types[t].type) == 0)
                list = known;
        }
        g_string_append_printf(list, "%s%s", list->len ? "," : "", algorithms);
    }
    if (others->len)
        g_string_append_printf(known, "%s%s", known->len ? "," : "", others->str);
    g_string_free(others, TRUE);
    return g_string_free(known, FALSE);
}

/* Returns the fingerprint of a key as "SHA256:…". @key is in base64. */
static char *
fingerprint(const char *key)
{
    gsize size;
    g_autofree guchar *bytes = g_base64_decode(key, &size);
    g_autofree char *text = NULL;
    guint8 digest[HASH_SIZE];

    hash_data(bytes, size, digest);
    text = g_base64_encode(digest, sizeof digest);
    text[strcspn(text, "=")] = '\0';
    return g_strconcat("SHA256:", text, NULL);
}

/* Returns the common short name of a key type, such as "ED25519". */
static const char *
short_type(const char *type)
{
    return strstr(type, "ed25519") ? "ED25519"
           : strstr(type, "ecdsa") ? "ECDSA"
           : strstr(type, "rsa")   ? "RSA"
                                   : type;
}

static gboolean
append(const SshConfig *config, const char *file, const char *type, const char *key, GError **error)
{
    g_autofree char *dir = g_path_get_dirname(file), *name = known_name(config), *line = NULL;
    gboolean ok = FALSE;
    struct stat st;
    char last = '\n';
    int fd;

    if (ssh_config_flag(config->hash_known_hosts, FALSE)) {
        guint32 salt[5];
        g_autofree char *salt64 = NULL, *hash = NULL;

        for (guint i = 0; i < G_N_ELEMENTS(salt); i++)
            salt[i] = g_random_int();
        salt64 = g_base64_encode((guchar *)salt, sizeof salt);
        hash = hash_name((guchar *)salt, sizeof salt, name);
        g_free(name);
        name = g_strdup_printf("|1|%s|%s", salt64, hash);
    }
    g_mkdir_with_parents(dir, 0700);
    fd = open(file, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    /* The lock prevents two threads or processes of Mamuto from appending at once. ssh may read
     * the file without a lock, because the line is appended by one write. */
    if (fd >= 0 && flock(fd, LOCK_EX) == 0 && fstat(fd, &st) == 0) {
        if (st.st_size > 0 && pread(fd, &last, 1, st.st_size - 1) != 1)
            last = '\n';
        line = g_strdup_printf("%s%s %s %s\n", last == '\n' ? "" : "\n", name, type, key);
        ok = write(fd, line, strlen(line)) == (gssize)strlen(line);
    }
    if (!ok)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_HOST_KEY, _("cannot add the key to %s: %s"),
                    file, g_strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

static gboolean
refuse_changed(const SshConfig *config, const Known *old, const char *type, const char *key,
               GError **error)
{
    g_autofree char *new_print = fingerprint(key), *old_print = fingerprint(old->key);
    g_autofree char *name = known_name(config);
    g_autofree char *file = g_shell_quote(old->file), *quoted = g_shell_quote(name),
                    *command = NULL;
    gboolean same_type = strcmp(old->type, type) == 0;

    g_set_error(
        error, MAMUTO_ERROR, MAMUTO_ERROR_HOST_KEY,
        same_type ? _("refused: the host's key has changed: it is %s %s, but %s:%u has %s %s for "
                      "%s. Someone may be listening in")
                  : _("refused: the host no longer sends the known key. The host sends %s %s, "
                      "but %s:%u has %s %s for %s. Someone may be listening in"),
        short_type(type), new_print, old->file, old->line, short_type(old->type), old_print, name);
    command = g_strdup_printf("ssh-keygen -f %s -R %s", file, quoted);
    if (error)
        error_set_advice(*error, MAMUTO_ADVICE_REMOVE_HOST_KEY, command);
    return FALSE;
}

static gboolean
ask_about(SshConnection *connection, const LinkOptions *options, const SshConfig *config,
          const char *type, const char *key, gboolean authority, GError **error)
{
    g_autofree char *print = fingerprint(key);
    g_autoptr(GPtrArray) files = user_files(config);
    const char *file = files->len > 0 ? files->pdata[0] : NULL;
    g_autofree char *prompt =
        /* Translators: host's name, user@host:port, type of its key, fingerprint of its key */
        g_strdup_printf(_("%s (%s) is not known. Is its %s key %s right?"), options->name,
                        connection->target, short_type(type), print);
    AskerQuestion question = {.kind = MAMUTO_QUESTION_HOST_KEY,
                              .host = options->name,
                              .target = connection->target,
                              .prompt = prompt,
                              .echo = TRUE,
                              .key_type = short_type(type),
                              .fingerprint = print,
                              .file = file};
    g_autofree char *command = ssh_connection_suggest(options);
    g_autoptr(GError) local_error = NULL;
    const char *why;

    if (authority)
        /* Translators: completes the sentence "the host's key … is not known, and %s". "it" is
         * the host. */
        why = _("known_hosts names a certificate authority for it (@cert-authority), but host "
                "certificates are not supported");
    else if (config->strict_host_keys && ssh_config_flag(config->strict_host_keys, FALSE))
        why = _("ssh's configuration says StrictHostKeyChecking yes");
    else if (ssh_config_flag(config->batch, FALSE))
        why = _("ssh's configuration says BatchMode yes");
    else if (!options->asker)
        why = _("Mamuto has no way to ask");
    else if (asker_ask_accept(options->asker, &question, options->cancellable, &local_error))
        return !file || append(config, file, type, key, error);
    else
        why = _("it was not accepted");

    if (local_error) {
        g_propagate_error(error, g_steal_pointer(&local_error));
        return FALSE;
    }
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_HOST_KEY,
                _("the host's key %s %s is not known, and %s"), short_type(type), print, why);
    if (error)
        error_set_advice(*error, MAMUTO_ADVICE_ADD_HOST_KEY, command);
    return FALSE;
}

static gboolean
check_host_key(SshConnection *connection, const LinkOptions *options, const SshConfig *config,
               const char *type, const char *key, GError **error)
{
    g_autoptr(GPtrArray) found = find(config);
    const Known *same = NULL, *changed = NULL, *other = NULL;
    gboolean authority = FALSE;

    for (guint i = 0; i < found->len; i++) {
        const Known *k = found->pdata[i];
        gboolean equal = strcmp(k->key, key) == 0;

        if (k->mark == AUTHORITY)
            authority = TRUE;
        if (k->mark == REVOKED && equal) {
            g_autofree char *print = fingerprint(key);

            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_HOST_KEY,
                        _("refused: the host's key %s %s is revoked (%s:%u)"), short_type(type),
                        print, k->file, k->line);
            return FALSE;
        }
        if (k->mark != PLAIN)
            continue;
        if (equal)
            same = k;
        else if (strcmp(k->type, type) == 0)
            changed = changed ? changed : k;
        else
            other = other ? other : k;
    }
    if (same)
        return TRUE;
    if (changed || other)
        return refuse_changed(config, changed ? changed : other, type, key, error);
    return ask_about(connection, options, config, type, key, authority, error);
}

gboolean
ssh_trust_check(SshConnection *connection, const LinkOptions *options, const SshConfig *config,
                GError **error)
{
    ssh_key key = NULL;
    char *base64 = NULL;
    gboolean ok = FALSE;

    link_enter_stage(options, MAMUTO_STAGE_HOST_KEY);
    /* The command may list revoked keys, so ignoring it would be less safe than ssh. */
    if (config->known_hosts_command && g_ascii_strcasecmp(config->known_hosts_command, "none")) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_HOST_KEY,
                    _("refused: ssh's configuration has a KnownHostsCommand for this host, which "
                      "Mamuto does not run; write “KnownHostsCommand none” for it"));
        return FALSE;
    }
    if (ssh_get_server_publickey(connection->session, &key) == SSH_OK &&
        ssh_pki_export_pubkey_base64(key, &base64) == SSH_OK)
        ok = ssh_revoked_check(config, base64, error) &&
             check_host_key(connection, options, config, ssh_key_type_to_char(ssh_key_type(key)),
                            base64, error);
    else {
        g_autofree char *why = ssh_connection_describe_error(connection);

        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_HOST_KEY, _("the host sent no key: %s"), why);
    }
    ssh_string_free_char(base64);
    ssh_key_free(key);
    return ok;
}
