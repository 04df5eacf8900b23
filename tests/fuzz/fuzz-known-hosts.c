/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Checks the key of a host against any bytes as known_hosts and as the list of RevokedHostKeys. The
 * key is accepted only if the file contains it and does not revoke it. The key of the connection is
 * replaced at link time (option --wrap). */
#include "fuzz-folder.h"
#include "fuzz.h"
#include "ssh-private.h"

#define KEY "AAAAC3NzaC1lZDI1NTE5AAAAIEK4jJzZ0d3NtHu5zt7vCTSQXvOmdFyIr1AFx9mNgPtx"
#define KNOWN "rem1,[rem1]:2222,alias ssh-ed25519 " KEY "\n"
#define REVOKED "@revoked * ssh-ed25519 " KEY "\n"

int __wrap_ssh_get_server_publickey(ssh_session session, ssh_key *key);
int __wrap_ssh_pki_export_pubkey_base64(const ssh_key key, char **base64);
enum ssh_keytypes_e __wrap_ssh_key_type(const ssh_key key);

int
__wrap_ssh_get_server_publickey(ssh_session session, ssh_key *key)
{
    *key = NULL;
    return SSH_OK;
}

int
__wrap_ssh_pki_export_pubkey_base64(const ssh_key key, char **base64)
{
    *base64 = strdup(KEY);
    return SSH_OK;
}

enum ssh_keytypes_e
__wrap_ssh_key_type(const ssh_key key)
{
    return SSH_KEYTYPE_ED25519;
}

/* Returns whether the key is accepted, and appends the message to @out. */
static gboolean
is_accepted(const SshConfig *config, GString *out)
{
    const LinkOptions options = {.name = "rem1", .address = "rem1"};
    SshConnection connection = {.target = (char *)"ann@rem1:22", .socket = -1};
    GError *error = NULL;
    gboolean ok = ssh_trust_check(&connection, &options, config, &error);

    FUZZ_ASSERT(ok == (error == NULL));
    if (error != NULL)
        g_string_append(out, error->message);
    fuzz_check_error(ok ? config : NULL, error);
    return ok;
}

/* Writes @before, the input and @after to a file, and checks the key against it. */
static gboolean
try_file(SshConfig *config, const char *before, const uint8_t *data, size_t size, const char *after,
         GString *out)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();

    g_byte_array_append(bytes, (const guint8 *)before, (guint)strlen(before));
    g_byte_array_append(bytes, data, (guint)size);
    g_byte_array_append(bytes, (const guint8 *)after, (guint)strlen(after));
    g_free(fuzz_folder_put("known_hosts", bytes->len > 0 ? bytes->data : (const guint8 *)"",
                           bytes->len));
    return is_accepted(config, out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = {data, size};
    uint8_t options = fuzz_take_u8(&in);
    g_autofree char *path = fuzz_folder_path("known_hosts"), *algorithms = NULL;
    SshConfig config = {.name = (char *)"rem1",
                        .host = (char *)"rem1",
                        .port = options & 1 ? 2222 : 22,
                        .user_known_hosts = options & 2 ? (char *)"none" : path,
                        .global_known_hosts = options & 2 ? path : (char *)"none",
                        .host_key_alias = options & 4 ? (char *)"alias" : NULL};
    g_autoptr(GString) first = g_string_new(NULL), second = g_string_new(NULL);
    gboolean accepted = try_file(&config, "", in.data, in.size, "", first);

    FUZZ_ASSERT(!accepted || memmem(in.data, in.size, KEY, strlen(KEY)) != NULL);
    FUZZ_ASSERT(try_file(&config, "", in.data, in.size, "\n# comment", second) == accepted);
    FUZZ_ASSERT(g_string_equal(first, second));
    FUZZ_ASSERT(try_file(&config, KNOWN, in.data, in.size, "", second) ||
                memmem(in.data, in.size, "@revoked", 8) != NULL);
    FUZZ_ASSERT(!try_file(&config, REVOKED KNOWN, in.data, in.size, "", second));
    FUZZ_ASSERT(!try_file(&config, KNOWN, in.data, in.size, "\n" REVOKED, second));
    algorithms = ssh_trust_algorithms(&config);
    FUZZ_ASSERT(g_utf8_validate(algorithms, -1, NULL) && strchr(algorithms, '\n') == NULL);
    config.user_known_hosts = config.global_known_hosts = (char *)"none";
    config.revoked_host_keys = path;
    FUZZ_ASSERT(!try_file(&config, "", in.data, in.size, "\nssh-ed25519 " KEY "\n", second));
    return 0;
}
