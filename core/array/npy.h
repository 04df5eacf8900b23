/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The header of NPY files. A header consists of magic bytes, version, length, and a Python dict
 * literal. The dict is padded with spaces so that the data starts at a multiple of 64 bytes. */
#pragma once

#include "mamuto-array.h"

G_BEGIN_DECLS

/** NPY_MAGIC: the first six bytes of every NPY file */
#define NPY_MAGIC "\x93NUMPY"
#define NPY_MAGIC_SIZE 6

/** NPY_RESERVED_SIZE: number of bytes that suffice for the header of any array that Mamuto
 * creates */
#define NPY_RESERVED_SIZE 1024

typedef struct {
    MamutoDtype dtype;
    guint n_dims;
    gint64 shape[MAMUTO_ARRAY_MAX_DIMS];
    gboolean fortran_order;
    guint64 size; /* size of the whole header in bytes; the data follows */
} NpyHeader;

/* A function that reads up to @size bytes at @offset of @source into @dest. It returns the number
 * of bytes read, or -1 with @error set. */
typedef gssize (*NpyReader)(gpointer source, guint64 offset, gpointer dest, gsize size,
                            GError **error);

gboolean npy_read_header(NpyReader read, gpointer source, NpyHeader *header, GError **error);

/* The argument @source of npy_read_file(). */
typedef struct {
    int fd;
    guint64 start;
} NpyFile;
gssize npy_read_file(gpointer source, guint64 offset, gpointer dest, gsize size, GError **error);

/* Opens a regular file for reading. Returns -1 with an error whose message names the file. */
int input_file_open(const char *path, GError **error);

/* Parses the Python dict of a header. @text: the header without the fields before the dict. */
gboolean npy_parse_dict(const char *text, gsize length, NpyHeader *header, GError **error);

/* Returns the complete header as numpy.save() writes it. If @reserved > 0, the header is padded to
 * exactly @reserved bytes. Returns NULL with @error set if the header is longer than @reserved. */
GByteArray *npy_format_header(const MamutoDtype *dtype, guint n_dims, const gint64 *shape,
                              gboolean fortran_order, gsize reserved, GError **error);

/* Writes the header of a C-order array at the start of the file @fd, padded to @reserved bytes (a
 * multiple of 64). Used for a file whose data was written before the shape and the type were
 * known. */
gboolean npy_write_header(int fd, const MamutoDtype *dtype, guint n_dims, const gint64 *shape,
                          gsize reserved, GError **error);

G_END_DECLS
