/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Remembers the job and cluster files that may run programs: those that the user has saved in a
 * window or has approved. A file is identified by its path and the hash of its content, so a file
 * that another program has changed is unknown again. The list is a file in the user's state folder.
 *
 * @content is a MamutoJob or a MamutoCluster. It stores its origin, which is the file from which it
 * was read, as one line of text. Content without an origin was created in a window and is known. */
#pragma once

#include <mamuto.h>

/* Sets the origin of @content, which was read from @path, an absolute path. */
void known_documents_note_opened(gpointer content, const char *path);
/* Sets the origin of @content, which was saved as @path, an absolute path. The new file is known if
 * the content was known before. Saving does not approve content from elsewhere, because the user
 * may not have seen what it runs. */
void known_documents_note_saved(gpointer content, const char *path);
gboolean known_documents_contain(gpointer content);
/* Called after the user has agreed that @content may run programs. */
void known_documents_approve(gpointer content);

/* Get and set the origin as text, because the index of drafts stores it. NULL: the content was
 * created in a window. */
const char *known_documents_get_origin(gpointer content);
void known_documents_set_origin(gpointer content, const char *origin);
