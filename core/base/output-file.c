/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See output-file.h. */
#include "output-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mamuto-error.h"
#include "mamuto-file.h"
#include "temp-file.h"
#include "unfinished.h"

/* Maximum number of symbolic links that are followed from one path. The Linux kernel has the same
 * limit. */
#define MAX_LINKS 40

static void
set_error(GError **error, const char *path, const char *what, int number)
{
    g_autofree char *shown = g_filename_display_name(path);

    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED, "%s: %s: %s", shown, what,
                g_strerror(number));
}

/* Returns the path of the file to replace (transfer full). This is @path itself or, if @path is a
 * symbolic link, the final target of the link. The target need not exist. On an error, returns NULL
 * and sets errno. */
static char *
follow_links(const char *path)
{
    g_autofree char *current = g_strdup(path);

    for (guint i = 0; i < MAX_LINKS; i++) {
        g_autofree char *target = g_file_read_link(current, NULL);
        g_autofree char *folder = NULL;

        if (target == NULL)
            return g_steal_pointer(&current);
        folder = g_path_get_dirname(current);
        g_free(current);
        current =
            g_path_is_absolute(target) ? g_strdup(target) : g_build_filename(folder, target, NULL);
    }
    errno = ELOOP;
    return NULL;
}

/* Creates the temporary file in the folder of the final file, because rename() works only within
 * one file system. */
static gboolean
open_temp(OutputFile *file, const struct stat *old, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(file->path);
    /* The temporary file never has more permissions than the old file, even if fchmod() fails
     * below. */
    mode_t mode = old != NULL ? old->st_mode & 0666 : 0666;

    file->fd = temp_file_create(folder, mode, &file->temp_path);
    if (file->fd < 0) {
        set_error(error, file->path, _("cannot be written: no file can be created in its folder"),
                  errno);
        return FALSE;
    }
    /* The result is ignored, because a failure loses only permission bits. */
    if (old != NULL)
        (void)!fchmod(file->fd, old->st_mode & 07777);
    return TRUE;
}

/* Opens a pipe or a device. No temporary file is used, because rename() would replace the pipe or
 * device by a regular file. */
static gboolean
open_directly(OutputFile *file, GError **error)
{
    file->fd = open(file->path, O_WRONLY | O_CLOEXEC);
    if (file->fd >= 0)
        return TRUE;
    set_error(error, file->path, _("cannot be written"), errno);
    return FALSE;
}

OutputFile *
output_file_open(const char *path, GError **error)
{
    g_autoptr(OutputFile) file = g_new0(OutputFile, 1);
    struct stat st;
    gboolean exists = stat(path, &st) == 0;
    gboolean is_special = exists && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);

    file->fd = -1;
    if (exists && S_ISDIR(st.st_mode)) {
        set_error(error, path, _("cannot be written"), EISDIR);
        return NULL;
    }
    /* The original path of a pipe or device is used, because a link to it must not be followed: in
     * /proc, the target of such a link ("pipe:[1234]") is not a file name. */
    file->path = is_special ? g_strdup(path) : follow_links(path);
    if (file->path == NULL) {
        set_error(error, path, _("cannot be written"), errno);
        return NULL;
    }
    if (is_special ? !open_directly(file, error) : !open_temp(file, exists ? &st : NULL, error))
        return NULL;
    return g_steal_pointer(&file);
}

gboolean
output_file_write(OutputFile *file, gconstpointer data, gsize size, GError **error)
{
    const guint8 *p = data;

    while (size > 0) {
        ssize_t written = write(file->fd, p, size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            set_error(error, file->path, _("cannot be written"), errno);
            return FALSE;
        }
        p += written;
        size -= (gsize)written;
    }
    return TRUE;
}

static void
sync_folder(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

/* Finishes a file that was written directly. Some file systems, such as NFS, report a failed write
 * only when the file is closed. */
static gboolean
close_directly(OutputFile *file, GError **error)
{
    int fd = file->fd;

    file->fd = -1;
    if (close(fd) == 0)
        return TRUE;
    set_error(error, file->path, _("cannot be written"), errno);
    return FALSE;
}

gboolean
output_file_commit(OutputFile *file, GError **error)
{
    if (file->temp_path == NULL)
        return close_directly(file, error);
    if (fsync(file->fd) != 0) {
        set_error(error, file->path, _("cannot be written"), errno);
        return FALSE;
    }
    /* The file is renamed before it is closed, because closing releases the lock, and another
     * program would remove a temporary file without a lock. */
    if (rename(file->temp_path, file->path) != 0) {
        set_error(error, file->path, _("cannot be replaced with the new content"), errno);
        return FALSE;
    }
    unfinished_remove_file(file->temp_path);
    g_clear_pointer(&file->temp_path, g_free);
    temp_file_unlock(file->fd); /* close() keeps the lock if the file has a second descriptor */
    close(file->fd);
    file->fd = -1;
    sync_folder(file->path);
    return TRUE;
}

void
output_file_free(OutputFile *file)
{
    if (file == NULL)
        return;
    if (file->temp_path != NULL) {
        unlink(file->temp_path);
        unfinished_remove_file(file->temp_path);
    }
    if (file->fd >= 0)
        close(file->fd);
    g_free(file->temp_path);
    g_free(file->path);
    g_free(file);
}

gboolean
output_file_save(const char *path, gconstpointer data, gsize size, GError **error)
{
    g_autoptr(OutputFile) file = output_file_open(path, error);

    return file != NULL && output_file_write(file, data, size, error) &&
           output_file_commit(file, error);
}

/**
 * mamuto_file_save:
 * @path: (type filename): the file to write
 * @data: (array length=length) (element-type guint8): the whole content
 * @length: length of @data in bytes, or -1 if @data is a NUL-terminated string
 * @error: return location for a %MAMUTO_ERROR_FAILED, whose message names the file
 *
 * Saves a file atomically: writes a temporary file in the same folder, flushes it to the disk and
 * renames it. An existing file's permission bits are kept. If @path is a symbolic link, the link's
 * target is replaced or created. A file that is not regular, such as a pipe, is written directly.
 * Blocks until the file is written. Can be called from any thread.
 *
 * Returns: %FALSE on an error, which leaves an existing regular file unchanged
 */
gboolean
mamuto_file_save(const char *path, const char *data, gssize length, GError **error)
{
    g_return_val_if_fail(path != NULL, FALSE);
    g_return_val_if_fail(data != NULL || length == 0, FALSE);
    return output_file_save(path, data, length < 0 ? strlen(data) : (gsize)length, error);
}
