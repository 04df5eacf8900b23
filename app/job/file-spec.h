/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Splits the text of an argument that names a file, such as "@t.csv:x,y+header=no", into its parts,
 * so that an editor can replace one part and keep the others as they are written. */
#pragma once

#include <mamuto.h>

typedef struct {
    char *prefix;  /* "@" if every call gets the whole array, otherwise "" */
    char *file;    /* path */
    char *part;    /* (nullable): columns of a table, array of an NPZ file, key of JSON lines */
    char *options; /* (nullable): options of a table, for example "header=no+decimal=," */
} FileSpec;

/* @text: (nullable): the text of an argument. If no file exists at the named path, `file` is the
 * rest of the text. Returns FALSE if the argument is not set or is a value; @self is empty then. */
gboolean file_spec_parse(FileSpec *self, const char *text);
/* (transfer full): the text that file_spec_parse() splits into @self. */
char *file_spec_format(const FileSpec *self);
/* (transfer full): the same without the prefix, as for mamuto_array_load(). */
char *file_spec_format_array(const FileSpec *self);
void file_spec_clear(FileSpec *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FileSpec, file_spec_clear)
