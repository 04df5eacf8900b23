/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Loads and saves a cluster. cluster-file.c converts between the text of the file and the
 * cluster. */
#include "cluster-file.h"
#include "cluster-private.h"

/**
 * mamuto_cluster_new_from_file:
 * @path: (type filename): a cluster.cfg
 * @error: return location for an error
 *
 * Loads a cluster file in the syntax of Python's configparser. The section `[parameters]` contains
 * `hosts` (a JSON object of names and cores, 0 for all cores of a host), `workdir`, `python` and
 * `nice`. A section `[host NAME]` contains `enabled`, `cores`, `user`, `port`, `python`, `workdir`
 * and `nice`. Blocks while reading.
 *
 * Returns: (transfer full): the cluster, or %NULL with %MAMUTO_ERROR_INVALID_FILE (the message
 *   contains the file, line, key and expected value) or, if the file cannot be read,
 *   %G_FILE_ERROR
 */
MamutoCluster *
mamuto_cluster_new_from_file(const char *path, GError **error)
{
    g_autoptr(MamutoCluster) self = mamuto_cluster_new();
    g_autoptr(Ini) ini = NULL;

    g_return_val_if_fail(path != NULL, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);
    ini = ini_new_from_file(path, error);
    if (!ini || !cluster_file_read(ini, self, error))
        return NULL;
    cluster_keep_ini(self, g_steal_pointer(&ini));
    return g_steal_pointer(&self);
}

/**
 * mamuto_cluster_save:
 * @self: a cluster
 * @path: (type filename): the file to write
 * @error: return location for an error
 *
 * Writes the text that was last loaded or saved, with the changed values replaced. Comments, order,
 * line ends, unknown sections and unknown keys are kept. The file is replaced atomically.
 * Permission bits are kept, and a symbolic link is followed. Blocks while writing.
 *
 * Returns: %FALSE on an error, which leaves an existing file unchanged:
 *   %MAMUTO_ERROR_INVALID_ARGUMENT if two hosts have the same name or there are too many hosts, or
 *   %MAMUTO_ERROR_FAILED if the file cannot be written
 */
gboolean
mamuto_cluster_save(MamutoCluster *self, const char *path, GError **error)
{
    g_autoptr(Ini) ini = NULL;
    g_autofree char *data = NULL;
    gsize length = 0;

    g_return_val_if_fail(MAMUTO_IS_CLUSTER(self), FALSE);
    g_return_val_if_fail(path != NULL, FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);
    /* Changes a copy of the parsed file. If saving fails, self->ini is unchanged. */
    if (self->ini)
        data = ini_to_data(self->ini, &length);
    ini = ini_new_from_data(path, data ? data : "", length, error);
    if (!ini || !cluster_file_write(ini, self, self->names, error) || !ini_save(ini, path, error))
        return FALSE;
    cluster_keep_ini(self, g_steal_pointer(&ini));
    return TRUE;
}

/**
 * mamuto_cluster_dup_file_hash:
 * @self: a cluster
 *
 * The hash is that of the bytes that were loaded or saved, even if another program has replaced the
 * file since then.
 *
 * Returns: (transfer full) (nullable): the SHA-256 of the file that was last loaded or saved, in
 *   hexadecimal digits; %NULL for a cluster without a file
 */
char *
mamuto_cluster_dup_file_hash(MamutoCluster *self)
{
    g_return_val_if_fail(MAMUTO_IS_CLUSTER(self), NULL);
    return self->ini ? ini_hash(self->ini) : NULL;
}
