/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Files that are there whole or not at all. */
#include "output-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mamuto-error.h"

#define MAX_NAMES_TRIED 100

static void
set_error(GError **error, const char *path, const char *what, int number)
{
    g_autofree char *shown = g_filename_display_name(path);

    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED, "%s: %s: %s", shown, what,
                g_strerror(number));
}

/* A new file beside the one that is meant, so that the rename stays on one file system. */
static gboolean
open_temp(OutputFile *file, const struct stat *old, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(file->path);

    for (guint i = 0; i < MAX_NAMES_TRIED; i++) {
        g_autofree char *name = g_strdup_printf(".mamuto-%08x.tmp", g_random_int());
        g_autofree char *temp_path = g_build_filename(folder, name, NULL);

        file->fd = open(temp_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file->fd >= 0) {
            file->temp_path = g_steal_pointer(&temp_path);
            if (old != NULL) /* as far as it can be: the new file is whole in any case */
                (void)!fchmod(file->fd, old->st_mode & 07777);
            return TRUE;
        }
        if (errno != EEXIST)
            break;
    }
    set_error(error, file->path, _("cannot be written: no file can be made in its folder"), errno);
    return FALSE;
}

OutputFile *
output_file_open(const char *path, GError **error)
{
    g_autoptr(OutputFile) file = g_new0(OutputFile, 1);
    char *target = realpath(path, NULL); /* a link stays one: the file behind it is replaced */
    gboolean exists;
    struct stat st;

    file->fd = -1;
    file->path = g_strdup(target != NULL ? target : path);
    free(target);
    exists = stat(file->path, &st) == 0;
    if (exists && S_ISDIR(st.st_mode)) {
        set_error(error, path, _("cannot be written"), EISDIR);
        return NULL;
    }
    if (exists && !S_ISREG(st.st_mode)) {
        file->fd = open(file->path, O_WRONLY | O_CLOEXEC);
        if (file->fd < 0) {
            set_error(error, path, _("cannot be written"), errno);
            return NULL;
        }
    } else if (!open_temp(file, exists ? &st : NULL, error)) {
        return NULL;
    }
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

gboolean
output_file_commit(OutputFile *file, GError **error)
{
    gboolean synced = file->temp_path == NULL || fsync(file->fd) == 0;
    int number = errno;
    int closed = close(file->fd);

    file->fd = -1;
    if (!synced || closed != 0) {
        set_error(error, file->path, _("cannot be written"), synced ? errno : number);
        return FALSE;
    }
    if (file->temp_path == NULL)
        return TRUE;
    if (rename(file->temp_path, file->path) != 0) {
        set_error(error, file->path, _("cannot be put in its place"), errno);
        return FALSE;
    }
    g_clear_pointer(&file->temp_path, g_free);
    sync_folder(file->path);
    return TRUE;
}

void
output_file_free(OutputFile *file)
{
    if (file == NULL)
        return;
    if (file->fd >= 0)
        close(file->fd);
    if (file->temp_path != NULL)
        unlink(file->temp_path);
    g_free(file->temp_path);
    g_free(file->path);
    g_free(file);
}
