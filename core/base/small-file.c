/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See small-file.h. */
#include "small-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mamuto-error.h"

/* Returns the content, terminated by NUL (transfer full). On an error, returns NULL and sets errno.
 * EFBIG means that the file has more than @max bytes. The size is checked while reading, because
 * the file may grow. */
static char *
read_all(int fd, gsize max, gsize *length)
{
    g_autoptr(GString) text = g_string_sized_new(4096);
    char block[16384];

    while (text->len <= max) {
        ssize_t got = read(fd, block, sizeof block);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return NULL;
        if (got == 0 && length != NULL)
            *length = text->len;
        if (got == 0)
            return g_string_free(g_steal_pointer(&text), FALSE);
        g_string_append_len(text, block, got);
    }
    errno = EFBIG;
    return NULL;
}

char *
small_file_read(const char *path, gsize max, gsize *length, GError **error)
{
    struct stat info;
    char *text = NULL;
    /* O_NONBLOCK is set, because otherwise open() of a named pipe would wait for a program that
     * writes to the pipe. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd >= 0 && fstat(fd, &info) == 0 && !S_ISREG(info.st_mode))
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, _("%s: is not a regular file"),
                    path);
    else if (fd >= 0 && (gsize)MAX(info.st_size, 0) > max)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("%s: has %'" PRId64 " bytes, more than the limit of %'zu for such a file"),
                    path, (gint64)info.st_size, max);
    else if (fd < 0 || (text = read_all(fd, max, length)) == NULL) {
        int code = errno;

        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(code), _("%s: cannot be read: %s"),
                    path, g_strerror(code));
    }
    if (fd >= 0)
        close(fd);
    return text;
}
