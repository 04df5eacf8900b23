/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The kinds of files that Mamuto reads and writes, and the suffixes of their names. The table of
 * suffixes is in mamuto-file-kind.c; the library and the desktop program both use this table. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MamutoFileKind:
 * @MAMUTO_FILE_UNKNOWN: any other file
 * @MAMUTO_FILE_JOB: a saved job
 * @MAMUTO_FILE_CLUSTER: a cluster file (cluster.cfg)
 * @MAMUTO_FILE_FUNCTION: a Python source file that contains the functions to call
 * @MAMUTO_FILE_NPY: one array in numpy's format
 * @MAMUTO_FILE_NPZ: a zip archive of named arrays
 * @MAMUTO_FILE_TABLE: a text table, comma-, tab- or space-separated
 * @MAMUTO_FILE_JSON_LINES: a text file with a JSON value in each line
 * @MAMUTO_FILE_ARRAY: the union of the kinds that contain arrays
 * @MAMUTO_FILE_ROWS: the union of the kinds that contain rows: arrays, and JSON lines
 *
 * A file has one kind. Parameters named `kinds` accept several kinds, combined with bitwise or.
 */
typedef enum {
    MAMUTO_FILE_UNKNOWN = 0,
    MAMUTO_FILE_JOB = 1 << 0,
    MAMUTO_FILE_CLUSTER = 1 << 1,
    MAMUTO_FILE_FUNCTION = 1 << 2,
    MAMUTO_FILE_NPY = 1 << 3,
    MAMUTO_FILE_NPZ = 1 << 4,
    MAMUTO_FILE_TABLE = 1 << 5,
    MAMUTO_FILE_JSON_LINES = 1 << 6,
    MAMUTO_FILE_ARRAY = MAMUTO_FILE_NPY | MAMUTO_FILE_NPZ | MAMUTO_FILE_TABLE,
    MAMUTO_FILE_ROWS = MAMUTO_FILE_ARRAY | MAMUTO_FILE_JSON_LINES,
} MamutoFileKind;

char **mamuto_file_kind_get_suffixes(MamutoFileKind kinds);
char **mamuto_file_kind_get_saved_suffixes(MamutoFileKind kinds);
MamutoFileKind mamuto_file_kind_from_name(const char *path);
MamutoFileKind mamuto_file_kind_guess(const char *path);
char *mamuto_file_kind_complete_name(MamutoFileKind kinds, const char *path);

G_END_DECLS
