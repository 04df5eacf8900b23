/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See temp-file.h. Another program may find a new file before its writer has locked it, and remove
 * it. The writer notices this after locking, because the file then has no name any more, and
 * creates another one. */
#include "temp-file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "unfinished.h"

#define PREFIX ".mamuto-"
#define SUFFIX ".tmp"
#define N_DIGITS 8
#define MAX_NAMES_TRIED 100

/* Numbers that some versions of linux/magic.h lack. */
#ifndef XFS_SUPER_MAGIC
#define XFS_SUPER_MAGIC 0x58465342
#endif
#define ZFS_MAGIC 0x2fc12fc1
#define BCACHEFS_MAGIC 0xca451a4e

static gboolean
is_local(int folder)
{
    static const guint32 local[] = {EXT4_SUPER_MAGIC,      XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC,
                                    TMPFS_MAGIC,           RAMFS_MAGIC,     F2FS_SUPER_MAGIC,
                                    OVERLAYFS_SUPER_MAGIC, ZFS_MAGIC,       BCACHEFS_MAGIC};
    struct statfs info;

    if (fstatfs(folder, &info) != 0)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(local); i++)
        if ((guint32)info.f_type == local[i])
            return TRUE;
    return FALSE;
}

static gboolean
is_temp_name(const char *name)
{
    const char *digits = name + strlen(PREFIX);

    return g_str_has_prefix(name, PREFIX) && strspn(digits, "0123456789abcdef") == N_DIGITS &&
           strcmp(digits + N_DIGITS, SUFFIX) == 0;
}

/* Gets the properties of a file without following symbolic links. Returns FALSE unless it is a
 * regular file of this user. */
static gboolean
get_own_file(int folder, const char *name, struct stat *info)
{
    return fstatat(folder, name, info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(info->st_mode) &&
           info->st_uid == geteuid();
}

static void
remove_if_unlocked(int folder, const char *name)
{
    struct stat named, opened;
    int fd;

    if (!get_own_file(folder, name, &named))
        return;
    fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    /* The name is looked up again under the lock: the writer may have renamed the file before the
     * lock was acquired, and another program may have created a new file of the same name. */
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &opened) == 0 &&
        get_own_file(folder, name, &named) && named.st_dev == opened.st_dev &&
        named.st_ino == opened.st_ino)
        unlinkat(folder, name, 0);
    close(fd);
}

static void
remove_leftovers(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd >= 0 && is_local(fd) ? fdopendir(fd) : NULL;
    const struct dirent *entry;

    if (folder == NULL) {
        if (fd >= 0)
            close(fd);
        return;
    }
    while ((entry = readdir(folder)) != NULL)
        if (is_temp_name(entry->d_name))
            remove_if_unlocked(dirfd(folder), entry->d_name);
    closedir(folder);
}

/* Returns FALSE if another program has removed the new file or is removing it. If the file system
 * has no locks, returns TRUE, because other programs then cannot lock the file either and leave it
 * alone. On network file systems no program removes such files, so the file is not locked: NFS
 * fails all later writes to a file whose lock is lost. */
static gboolean
lock_new_file(int fd)
{
    struct stat info;

    if (!is_local(fd))
        return TRUE;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return FALSE;
    return fstat(fd, &info) != 0 || info.st_nlink > 0;
}

int
temp_file_create(const char *folder, mode_t mode, char **path)
{
    remove_leftovers(folder);
    for (guint i = 0; i < MAX_NAMES_TRIED; i++) {
        g_autofree char *name = g_strdup_printf(PREFIX "%08x" SUFFIX, g_random_int());
        g_autofree char *whole = g_build_filename(folder, name, NULL);
        int fd = open(whole, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);

        if (fd >= 0 && lock_new_file(fd)) {
            unfinished_add_file(whole);
            *path = g_steal_pointer(&whole);
            return fd;
        }
        if (fd < 0 && errno != EEXIST)
            return -1;
        if (fd >= 0)
            close(fd);
    }
    errno = EEXIST;
    return -1;
}

void
temp_file_unlock(int fd)
{
    flock(fd, LOCK_UN);
}
