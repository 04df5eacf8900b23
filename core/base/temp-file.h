/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Temporary files with names such as ".mamuto-1a2b3c4d.tmp". The program that writes such a file
 * holds a lock on it (flock), which the kernel releases when the program ends, however it ends. A
 * temporary file without a lock was therefore left by a killed program. temp_file_create() removes
 * such files of the same user from the folder before it creates a new one.
 *
 * On network file systems nothing is removed: there, a lock may be invisible to other computers. */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Creates a locked temporary file in @folder. Returns its descriptor and sets @path (transfer
 * full), or returns -1 and sets errno. */
int temp_file_create(const char *folder, mode_t mode, char **path);
/* Removes the lock. Call this function after the file has got its final name. */
void temp_file_unlock(int fd);

G_END_DECLS
