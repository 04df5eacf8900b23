/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Configuration files on disk. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ini-private.h"
#include "mamuto-error.h"

/* As the kernel's limit. */
#define MAX_LINKS 40

static void
set_errno(GError **error, const char *path, const char *what)
{
    int code = errno;

    g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(code), "%s: %s: %s", path, what,
                g_strerror(code));
}

Ini *
ini_new_from_file(const char *path, GError **error)
{
    g_autofree char *data = g_malloc(INI_MAX_SIZE + 1);
    gsize length = 0;
    struct stat info;
    /* a FIFO in its place must not hang us */
    int fd = g_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);

    if (fd < 0 || fstat(fd, &info) != 0) {
        set_errno(error, path, _("cannot be read"));
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    if (!S_ISREG(info.st_mode)) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, _("%s: is not a file"), path);
        close(fd);
        return NULL;
    }
    while (length <= INI_MAX_SIZE) {
        ssize_t n = read(fd, data + length, INI_MAX_SIZE + 1 - length);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            set_errno(error, path, _("cannot be read"));
            close(fd);
            return NULL;
        }
        if (n == 0)
            break;
        length += n;
    }
    close(fd);
    return ini_new_from_data(path, data, length, error);
}

/* Where the links from @path lead, be there something or not. */
static char *
follow_links(const char *path, GError **error)
{
    g_autofree char *current = g_strdup(path);

    for (int i = 0; i < MAX_LINKS; i++) {
        g_autofree char *target = g_file_read_link(current, NULL);
        g_autofree char *folder = NULL;

        if (!target)
            return g_steal_pointer(&current);
        folder = g_path_get_dirname(current);
        g_free(current);
        current =
            g_path_is_absolute(target) ? g_strdup(target) : g_build_filename(folder, target, NULL);
    }
    errno = ELOOP;
    set_errno(error, path, _("cannot be written"));
    return NULL;
}

static gboolean
write_all(int fd, const char *data, gsize length)
{
    while (length > 0) {
        ssize_t n = write(fd, data, length);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return FALSE;
        data += n;
        length -= n;
    }
    return TRUE;
}

gboolean
ini_save(Ini *self, const char *path, GError **error)
{
    g_autofree char *target = follow_links(path, error);
    g_autofree char *temporary = NULL;
    g_autofree char *data = NULL;
    gsize length;
    struct stat old;
    gboolean exists, ok;
    int fd, code;

    if (!target)
        return FALSE;
    data = ini_to_data(self, &length);
    if (length > INI_MAX_SIZE) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%s: would be larger than %d bytes and could not be loaded again"), path,
                    INI_MAX_SIZE);
        return FALSE;
    }
    exists = stat(target, &old) == 0;
    if (exists && !S_ISREG(old.st_mode)) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%s: is not a file, so no configuration can be written there"), path);
        return FALSE;
    }
    temporary = g_strconcat(target, ".XXXXXX", NULL);
    fd = g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, 0666);
    if (fd < 0) {
        set_errno(error, path, _("cannot be written"));
        return FALSE;
    }
    ok = (!exists || fchmod(fd, old.st_mode & 07777) == 0) && write_all(fd, data, length) &&
         fsync(fd) == 0;
    code = errno;
    if (close(fd) != 0 && ok) {
        code = errno;
        ok = FALSE;
    }
    if (ok && g_rename(temporary, target) != 0) {
        code = errno;
        ok = FALSE;
    }
    if (!ok) {
        g_unlink(temporary);
        errno = code;
        set_errno(error, path, _("cannot be written"));
    }
    return ok;
}
