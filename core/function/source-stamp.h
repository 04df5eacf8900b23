/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Detects with stat() alone whether source files have changed since they were read: by device,
 * inode, size, mtime and ctime. A mapper that calls the same function again therefore need not read
 * and hash the sources again. */
#pragma once

#include <glib.h>
#include <sys/stat.h>

/* Files and folders per stamp. The main loop checks a stamp, and more calls of stat() could delay
 * it noticeably on a network file system; larger packages are read again by a thread. */
#define SOURCE_STAMP_MAX 16

typedef struct _SourceStamp SourceStamp;

SourceStamp *source_stamp_new(void);
void source_stamp_free(SourceStamp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SourceStamp, source_stamp_free)

/* Records the state of a file or folder. Must be called before the content is read, so that a
 * change in between is detected. */
void source_stamp_add(SourceStamp *self, const char *path, const struct stat *info);
/* Marks the stamp as never current, for sources that depend on something that stat() cannot detect.
 */
void source_stamp_distrust(SourceStamp *self);
/* TRUE if all files are unchanged; FALSE if one has changed or the stamp is not trusted. */
gboolean source_stamp_is_current(const SourceStamp *self);
