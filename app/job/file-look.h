/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Looks into the file of an argument in a thread: reads its first lines, finds out how a table is
 * understood, and lists the arrays of an NPZ file. Nothing is loaded, so that the file can be
 * described while it is loaded or if it cannot be loaded. */
#pragma once

#include <mamuto.h>

typedef struct {
    MamutoTable *table; /* (nullable): how a table was understood */
    char *message;      /* (nullable): why it could not be understood */
    GPtrArray *members; /* (nullable) (element-type MamutoNpzMember): the arrays of an NPZ file */
    char **lines;       /* (nullable): the first lines of a table, for display */
} FileLook;

/* @spec: a file and its part, as for mamuto_array_load(). If a table has no such part, the table is
 * understood without the part. @kind: the kind of file. @inspect: whether to find out how a table
 * is understood; a compressed table is uncompressed as a whole for this. */
void file_look_async(const char *spec, MamutoFileKind kind, gboolean inspect,
                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* (transfer full) (nullable): NULL if the call was cancelled. */
FileLook *file_look_finish(GAsyncResult *result);
void file_look_free(FileLook *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FileLook, file_look_free)
