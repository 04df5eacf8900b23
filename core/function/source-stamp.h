/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whether source files are still as they were when they were read, judged by stat() alone: by
 * device, inode, size and the times of content and inode. A mapper that calls the same function
 * again thereby reads and hashes nothing. */
#pragma once

#include <glib.h>
#include <sys/stat.h>

/* More files and folders than this are read again by a thread: so many calls of stat() would hold
 * up the main loop that checks them. */
#define SOURCE_STAMP_MAX 16

typedef struct _SourceStamp SourceStamp;

SourceStamp *source_stamp_new(void);
void source_stamp_free(SourceStamp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SourceStamp, source_stamp_free)

/* A file or folder as stat() describes it; to be called before its content is read, so that a
 * change in between shows. */
void source_stamp_add(SourceStamp *self, const char *path, const struct stat *info);
/* The sources depend on something that stat() cannot show. */
void source_stamp_distrust(SourceStamp *self);
/* FALSE: changed, or not known to be unchanged. */
gboolean source_stamp_is_current(const SourceStamp *self);
