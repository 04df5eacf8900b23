/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See fuzz-folder.h. */
#include "fuzz-folder.h"

#include <fcntl.h>
#include <glib/gstdio.h>

#include "fuzz.h"

static char folder[] = "/dev/shm/mamuto-fuzz-XXXXXX";
static gboolean is_made;

static void
remove_folder(void)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        g_remove(path);
    }
    g_rmdir(folder);
}

char *
fuzz_folder_path(const char *name)
{
    if (!is_made) {
        FUZZ_ASSERT(mkdtemp(folder) != NULL);
        is_made = TRUE;
        atexit(remove_folder);
    }
    return g_build_filename(folder, name, NULL);
}

char *
fuzz_folder_put(const char *name, const void *data, gsize size)
{
    char *path = fuzz_folder_path(name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    FUZZ_ASSERT(fd >= 0 && write(fd, data, size) == (gssize)size);
    close(fd);
    return path;
}

void
fuzz_check_error(gconstpointer object, GError *error)
{
    FUZZ_ASSERT((object != NULL) == (error == NULL));
    if (error == NULL)
        return;
    FUZZ_ASSERT(g_utf8_validate(error->message, -1, NULL));
    g_error_free(error);
}
