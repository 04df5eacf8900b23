/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Unpacks the bundle of modules into a private temporary directory, after checking every path. */
#include "agent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#define MAX_FILES 100000u
#define PREFIX "mamuto-modules-"
#define STALE_AFTER_S 60
/* Maximum depth of folders, at least that of a path of BUNDLE_MAX_PATH bytes. */
#define MAX_DEPTH 520

bool
bundle_path_is_valid(struct wire_str path)
{
    if (path.len == 0 || path.len > BUNDLE_MAX_PATH || memchr(path.data, 0, path.len) != NULL)
        return false;
    for (uint32_t begin = 0; begin <= path.len;) {
        uint32_t end = begin;
        while (end < path.len && path.data[end] != '/')
            end++;
        const char *part = path.data + begin;
        uint32_t n = end - begin;
        if (n == 0 || n > 255 || (n == 1 && part[0] == '.') ||
            (n == 2 && part[0] == '.' && part[1] == '.'))
            return false;
        begin = end + 1;
    }
    return true;
}

static int
make_parents(char *path, size_t root_length)
{
    for (char *at = path + root_length + 1; *at != '\0'; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        int rc = mkdir(path, 0700) != 0 && errno != EEXIST ? -errno : 0;
        *at = '/';
        if (rc != 0)
            return rc;
    }
    return 0;
}

int
bundle_create(const char *directory, struct wire_str name, bool is_folder, int *fd)
{
    char *path = xprintf("%s/%.*s", directory, (int)name.len, name.data);
    int rc = make_parents(path, strlen(directory));
    *fd = -1;
    /* If the file exists already, the bundle contains its path twice, because the directory was
     * empty and no other user can write to it. */
    if (rc == 0 && is_folder)
        rc = mkdir(path, 0700) != 0 ? -errno : 0;
    else if (rc == 0)
        *fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (rc == 0 && !is_folder && *fd < 0)
        rc = errno == EEXIST || errno == ENOTDIR ? -EPROTO : -errno;
    free(path);
    return rc;
}

int
bundle_write(const char *directory, struct wire_str name, const void *content, uint64_t size)
{
    const uint8_t *data = content;
    int fd;
    int rc = bundle_create(directory, name, false, &fd);
    while (rc == 0 && size > 0) {
        ssize_t n = write(fd, data, size > (1u << 30) ? 1u << 30 : (size_t)size);
        if (n < 0) {
            rc = -errno;
        } else {
            data += n;
            size -= (uint64_t)n;
        }
    }
    close_fd(&fd);
    return rc;
}

static int
unpack(const uint8_t *data, size_t size, const char *directory, const char **why)
{
    struct wire_reader r;
    wire_reader_init(&r, data, size);
    *why = "the bundle of modules is malformed";
    if (size < 8 || memcmp(data, "MMB1", 4) != 0)
        return -EPROTO;
    r.used = 4;
    uint32_t n = wire_read_u32(&r);
    if (n > MAX_FILES)
        return -EPROTO;
    for (uint32_t i = 0; i < n; i++) {
        struct wire_str path = wire_read_str(&r, BUNDLE_MAX_PATH);
        uint64_t length = wire_read_u64(&r);
        if (r.failed || length > r.size - r.used)
            return -EPROTO;
        if (!bundle_path_is_valid(path)) {
            *why = "the bundle of modules has a file with a path outside of the bundle";
            return -EPROTO;
        }
        int rc = bundle_write(directory, path, data + r.used, length);
        if (rc != 0) {
            *why = rc == -EPROTO ? *why : "the modules cannot be written to a temporary directory";
            return rc;
        }
        r.used += (size_t)length;
    }
    return wire_reader_done(&r);
}

int
bundle_unpack(const struct blob *blob, const char *directory, const char **why)
{
    *why = "the bundle of modules cannot be read";
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), skip = blob->offset % page;
    size_t size = (size_t)(blob->total + skip);
    if (blob->total == 0)
        return -EPROTO;
    uint8_t *map = mmap(NULL, size, PROT_READ, MAP_SHARED, blob->fd, (off_t)(blob->offset - skip));
    if (map == MAP_FAILED)
        return -errno;
    int rc = unpack(map + skip, (size_t)blob->total, directory, why);
    munmap(map, size);
    return rc;
}

static void
remove_at(int parent, const char *name, int depth)
{
    if (unlinkat(parent, name, 0) == 0 || depth > MAX_DEPTH)
        return;
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (dir != NULL) {
        fchmod(fd, 0700); /* the directories of sent files are read-only */
        for (struct dirent *e; (e = readdir(dir)) != NULL;)
            if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
                remove_at(fd, e->d_name, depth + 1);
        closedir(dir);
    } else {
        close_fd(&fd);
    }
    unlinkat(parent, name, AT_REMOVEDIR);
}

void
bundle_remove(const char *directory)
{
    remove_at(AT_FDCWD, directory, 0);
}

static void
make_read_only(int parent, const char *name, int depth)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd >= 0 && depth <= MAX_DEPTH ? fdopendir(fd) : NULL;
    if (dir == NULL) {
        close_fd(&fd);
        return;
    }
    for (struct dirent *e; (e = readdir(dir)) != NULL;)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            make_read_only(fd, e->d_name, depth + 1);
    fchmod(fd, 0500);
    closedir(dir);
}

void
bundle_make_read_only(const char *directory)
{
    make_read_only(AT_FDCWD, directory, 0);
}

/* Removes the directories of killed agents: directories that this user owns, that no process has
 * locked, and that are older than STALE_AFTER_S. Newer directories are kept, because a new
 * directory exists for a moment before its agent locks it. */
static void
remove_stale(const char *place)
{
    DIR *dir = opendir(place);
    if (dir == NULL)
        return;
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        struct stat st;
        if (strncmp(e->d_name, PREFIX, sizeof PREFIX - 1) != 0)
            continue;
        int fd = openat(dirfd(dir), e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0 && fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
            st.st_mtime < time(NULL) - STALE_AFTER_S && flock(fd, LOCK_EX | LOCK_NB) == 0)
            remove_at(dirfd(dir), e->d_name, 0);
        close_fd(&fd);
    }
    closedir(dir);
}

static bool
has_space(const char *place, uint64_t size)
{
    struct statvfs info;
    return size == 0 || statvfs(place, &info) != 0 ||
           (uint64_t)info.f_bavail * (uint64_t)info.f_frsize >= size;
}

char *
bundle_make_directory(int *lock_fd, uint64_t size)
{
    const char *places[] = {getenv("TMPDIR"), "/tmp", "/var/tmp", "/dev/shm"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (places[i] == NULL || places[i][0] != '/' || !has_space(places[i], size))
            continue;
        char *path = xprintf("%s/" PREFIX "XXXXXX", places[i]);
        if (mkdtemp(path) != NULL) {
            *lock_fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            if (*lock_fd >= 0)
                flock(*lock_fd, LOCK_EX | LOCK_NB);
            remove_stale(places[i]);
            return path;
        }
        free(path);
    }
    return NULL;
}
