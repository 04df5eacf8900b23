/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A cluster from its file and back into one: the public calls. What the file holds is read and
 * written by cluster-file.c, which knows a cluster only from outside. */
#include "cluster-file.h"
#include "cluster-private.h"

/**
 * mamuto_cluster_new_from_file:
 * @path: (type filename): a cluster.cfg
 * @error: return location for an error
 *
 * Loads what Python's configparser would: section `[parameters]` with `hosts` (a JSON object of
 * names and cores, 0 for all a host has), `workdir`, `python` and `nice`, and sections
 * `[host NAME]` with `enabled`, `cores`, `user`, `port`, `python`, `workdir` and `nice`.
 *
 * Returns: (transfer full): the cluster, or %NULL: %MAMUTO_ERROR_INVALID_FILE names file, line and
 *   key and tells what was expected there; %G_FILE_ERROR if the file cannot be read
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
 * @path: (type filename): where
 * @error: return location for an error
 *
 * Writes the file that the cluster was loaded from, or saved to last, with the values changed that
 * are different now: comments, order, line ends, and sections and keys of others stay as they are.
 * The file is replaced at once; a symbolic link stays one, and permission bits stay.
 *
 * Returns: %FALSE, and the old file as it was, with %MAMUTO_ERROR_INVALID_ARGUMENT if a host is in
 *   the cluster twice, or %MAMUTO_ERROR_FAILED
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
    /* on a copy, so that a save that fails changes nothing */
    if (self->ini)
        data = ini_to_data(self->ini, &length);
    ini = ini_new_from_data(path, data ? data : "", length, error);
    if (!ini || !cluster_file_write(ini, self, self->names, error) || !ini_save(ini, path, error))
        return FALSE;
    cluster_keep_ini(self, g_steal_pointer(&ini));
    return TRUE;
}
