/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The kinds of files that Mamuto reads and writes, and the endings of their names: the one place
 * where these are listed. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MamutoFileKind:
 * @MAMUTO_FILE_UNKNOWN: none of these
 * @MAMUTO_FILE_JOB: a job
 * @MAMUTO_FILE_CLUSTER: a cluster
 * @MAMUTO_FILE_FUNCTION: a program that holds functions
 * @MAMUTO_FILE_NPY: one array
 * @MAMUTO_FILE_NPZ: several arrays by name
 * @MAMUTO_FILE_TABLE: a table as text
 * @MAMUTO_FILE_ARRAY: any file that holds arrays
 *
 * A file has one kind; where kinds are asked for, several may be joined.
 */
typedef enum {
    MAMUTO_FILE_UNKNOWN = 0,
    MAMUTO_FILE_JOB = 1 << 0,
    MAMUTO_FILE_CLUSTER = 1 << 1,
    MAMUTO_FILE_FUNCTION = 1 << 2,
    MAMUTO_FILE_NPY = 1 << 3,
    MAMUTO_FILE_NPZ = 1 << 4,
    MAMUTO_FILE_TABLE = 1 << 5,
    MAMUTO_FILE_ARRAY = MAMUTO_FILE_NPY | MAMUTO_FILE_NPZ | MAMUTO_FILE_TABLE,
} MamutoFileKind;

char **mamuto_file_kind_get_suffixes(MamutoFileKind kinds);
char **mamuto_file_kind_get_saved_suffixes(MamutoFileKind kinds);
MamutoFileKind mamuto_file_kind_from_name(const char *path);
MamutoFileKind mamuto_file_kind_guess(const char *path);
char *mamuto_file_kind_complete_name(MamutoFileKind kinds, const char *path);

G_END_DECLS
