/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Checks the key of a host against the file of the option RevokedHostKeys, as ssh does: the file
 * lists one public key per line, and if it cannot be read, every key counts as revoked. The binary
 * format for revoked keys (KRL) is not supported, so hosts with such a file are refused. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "quote.h"
#include "ssh-private.h"

/* the first line of a KRL */
static const char krl_magic[] = "SSHKRL";

/* Returns whether @line contains the key. Sets @readable to FALSE if the line is neither a key nor
 * a comment. */
static gboolean
lists_key(char *line, const guchar *key, gsize key_size, gboolean *readable)
{
    g_auto(GStrv) fields = NULL;
    g_autofree guchar *bytes = NULL;
    gsize size;

    g_strstrip(line);
    if (*line == '\0' || *line == '#')
        return FALSE;
    fields = g_strsplit_set(line, " \t", 3);
    if (!fields[1]) {
        *readable = FALSE;
        return FALSE;
    }
    bytes = g_base64_decode(g_strchug(fields[1]), &size);
    *readable = size > 4;
    return size == key_size && memcmp(bytes, key, size) == 0;
}

static gboolean
check_file(const char *file, const guchar *key, gsize key_size, GError **error)
{
    g_autofree char *shown = quote_text(file);
    g_autoptr(GError) failure = NULL;
    g_auto(GStrv) lines = ssh_read_lines(file, &failure);

    if (!lines) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_HOST_KEY,
                    _("refused: the file %s of RevokedHostKeys cannot be read: %s"), shown,
                    failure->message);
        return FALSE;
    }
    if (strcmp(lines[0], krl_magic) == 0) {
        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_HOST_KEY,
            _("refused: the file %s of RevokedHostKeys is a binary list (KRL), which Mamuto "
              "cannot read; write it as text, one public key per line"),
            shown);
        return FALSE;
    }
    for (guint i = 0; lines[i]; i++) {
        gboolean readable = TRUE;

        if (lists_key(lines[i], key, key_size, &readable)) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_HOST_KEY,
                        _("refused: the host's key is revoked (%s:%u)"), shown, i + 1);
            return FALSE;
        }
        if (!readable) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_HOST_KEY,
                        _("refused: %s:%u is not a public key, so the revoked keys are not known"),
                        shown, i + 1);
            return FALSE;
        }
    }
    return TRUE;
}

gboolean
ssh_revoked_check(const SshConfig *config, const char *base64, GError **error)
{
    g_autoptr(GPtrArray) files = NULL;
    g_autofree guchar *key = NULL;
    gsize size;

    if (!config->revoked_host_keys)
        return TRUE;
    files = ssh_config_list_files(config, config->revoked_host_keys);
    key = g_base64_decode(base64, &size);
    for (guint i = 0; i < files->len; i++)
        if (!check_file(files->pdata[i], key, size, error))
            return FALSE;
    return TRUE;
}
