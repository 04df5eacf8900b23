/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An open NPZ file, which is a zip archive, and the names of its members. A member is found by the
 * same rules as in numpy.load(). */
#pragma once

#include <glib.h>
#include <zip.h>

G_BEGIN_DECLS

typedef struct {
    int fd;
    zip_t *zip;
} NpzArchive;

/* Opens the file @path. The error message contains the path. */
gboolean npz_archive_open(NpzArchive *self, const char *path, GError **error);
/* Closes the file. Either field may have been taken over before (fd -1, zip NULL). */
void npz_archive_close(NpzArchive *self);

/* Returns (transfer full): the name by which the member @name is found: without ".npy", unless
 * another member has exactly that name. */
char *npz_archive_name(NpzArchive *self, const char *name);

/* Returns (transfer full): the names of the arrays, each once, in the order of the file, without
 * ".npy". A member without ".npy" is an array too if it begins with the magic bytes of NPY. */
GPtrArray *npz_archive_list(NpzArchive *self);

/* Finds the array @name, which may end with ".npy". NULL stands for the only array of the file. If
 * several members have this name, the last one is chosen, as in numpy.load(). If there is no such
 * array, the error message lists those of the file. */
gboolean npz_archive_find(NpzArchive *self, const char *name, zip_stat_t *st, GError **error);

G_END_DECLS
