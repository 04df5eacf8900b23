/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Detects whether source files have changed since they were read, using only stat(): device, inode,
 * size, mtime and ctime. If a mapper calls the same function again and the files are unchanged, it
 * need not read and hash them again. */
#pragma once

#include <glib.h>
#include <sys/stat.h>

/* Maximum number of files and folders per stamp. The main loop calls stat() for each of them, which
 * is slow on a network file system. A stamp with more files is not trusted, so a thread reads the
 * files again. */
#define SOURCE_STAMP_MAX 16

typedef struct _SourceStamp SourceStamp;

SourceStamp *source_stamp_new(void);
void source_stamp_free(SourceStamp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SourceStamp, source_stamp_free)

/* Records size, times and inode of a file or folder. Must be called before the content is read, so
 * that a change during the reading is detected. */
void source_stamp_add(SourceStamp *self, const char *path, const struct stat *info);
/* After this call source_stamp_is_current() returns FALSE. Called if stat() cannot detect a
 * possible change of the sources. */
void source_stamp_distrust(SourceStamp *self);
/* Returns TRUE if all files are unchanged. Returns FALSE if a file has changed or the stamp is not
 * trusted. */
gboolean source_stamp_is_current(const SourceStamp *self);
