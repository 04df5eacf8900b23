/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The data files that are sent with a function. The pieces of the archive (see "Archive" in wire.h)
 * are written to a temporary directory as they arrive, so that large files need no memory and a
 * slow disk does not keep the agent from other events for long. For each function that uses them,
 * the files are then linked into the directory of its modules. */
#include "agent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes before the path and after the path of an entry. */
#define BEFORE_PATH 8u
#define AFTER_PATH 8u
#define MAX_DEPTH 512

struct sent_files {
    uint32_t refs;
    char *directory;
    int lock, piece; /* `piece`: a file in memory that contains the last received piece */
    uint64_t piece_size;
    /* The state of the reader. `head` collects the beginning of the archive or of an entry. */
    uint8_t head[BEFORE_PATH + BUNDLE_MAX_PATH + AFTER_PATH];
    size_t have;
    bool begun;
    uint32_t entries; /* number of entries that have not been read completely */
    int fd;           /* the file whose content is being read, or -1 */
    uint32_t kind;
    uint64_t content; /* bytes of its content that have not arrived yet */
    char *why;        /* why the files cannot be used, or NULL */
};

static void
fail(struct sent_files *s, const char *what, int rc)
{
    if (s->why == NULL)
        s->why = rc != 0 ? xprintf("%s: %s", what, strerror(-rc)) : xprintf("%s", what);
}

struct sent_files *
sent_files_new(uint64_t size)
{
    struct sent_files *s = xcalloc(1, sizeof *s);
    s->refs = 1;
    s->lock = s->piece = s->fd = -1;
    s->directory = bundle_make_directory(&s->lock, size);
    if (s->directory == NULL) {
        s->why = xprintf("the sent files need %llu MB, and no temporary directory on this host has "
                         "this space ($TMPDIR, /tmp, /var/tmp, /dev/shm)",
                         (unsigned long long)size / 1000000 + 1);
        return s;
    }
    s->piece = memory_file("mamuto-piece");
    if (s->piece < 0)
        fail(s, "the sent files cannot be received", -errno);
    return s;
}

struct sent_files *
sent_files_ref(struct sent_files *s)
{
    s->refs++;
    return s;
}

void
sent_files_unref(struct sent_files *s)
{
    if (s == NULL || --s->refs > 0)
        return;
    close_fd(&s->fd);
    close_fd(&s->piece);
    if (s->directory != NULL)
        bundle_remove(s->directory);
    close_fd(&s->lock);
    free(s->directory);
    free(s->why);
    free(s);
}

const char *
sent_files_why(const struct sent_files *s)
{
    return s->why;
}

void
sent_files_fail(struct sent_files *s, int rc)
{
    fail(s, "the sent files cannot be received", rc);
}

int
sent_files_piece(struct sent_files *s, uint64_t size)
{
    if (s->why == NULL && ftruncate(s->piece, (off_t)size) != 0)
        fail(s, "the sent files cannot be received", -errno);
    s->piece_size = size;
    return s->why == NULL ? s->piece : -1;
}

/* Creates the file or directory of the entry in `head`. */
static void
begin_entry(struct sent_files *s)
{
    struct wire_reader r;
    wire_reader_init(&r, s->head, s->have);
    s->kind = wire_read_u32(&r);
    struct wire_str path = wire_read_str(&r, BUNDLE_MAX_PATH);
    s->content = wire_read_u64(&r);
    s->have = 0;
    if (wire_reader_done(&r) != 0 || s->kind > WIRE_FILE_FOLDER || s->entries == 0 ||
        (s->kind == WIRE_FILE_FOLDER && s->content > 0) || !bundle_path_is_valid(path)) {
        fail(s, "the archive of the sent files is malformed", 0);
        return;
    }
    int rc = bundle_create(s->directory, path, s->kind == WIRE_FILE_FOLDER, &s->fd);
    if (rc != 0)
        fail(s, "the sent files cannot be written to a temporary directory", rc);
}

static void
end_entry(struct sent_files *s)
{
    if (s->fd >= 0)
        fchmod(s->fd, s->kind == WIRE_FILE_PROGRAM ? 0500 : 0400);
    close_fd(&s->fd);
    s->entries--;
}

/* Returns the number of bytes that `head` must contain before they can be read: those at the
 * beginning of the archive, or those of an entry before its content. The path of the entry is
 * included only after its length has arrived. Returns 0 if the path is too long. */
static size_t
wanted(const struct sent_files *s)
{
    struct wire_reader r;
    if (!s->begun || s->have < BEFORE_PATH)
        return BEFORE_PATH;
    wire_reader_init(&r, s->head + 4, 4);
    uint32_t length = wire_read_u32(&r);
    return length <= BUNDLE_MAX_PATH ? BEFORE_PATH + length + AFTER_PATH : 0;
}

static void
head_complete(struct sent_files *s)
{
    struct wire_reader r;
    if (s->begun) {
        begin_entry(s);
        if (s->why == NULL && s->content == 0)
            end_entry(s);
        return;
    }
    wire_reader_init(&r, s->head + 4, 4);
    s->entries = wire_read_u32(&r);
    s->begun = true;
    s->have = 0;
    if (memcmp(s->head, "MMF1", 4) != 0)
        fail(s, "the archive of the sent files is malformed", 0);
}

static void
take_content(struct sent_files *s, const uint8_t **data, size_t *size)
{
    size_t n = *size < s->content ? *size : (size_t)s->content;
    ssize_t written = write(s->fd, *data, n);
    if (written < 0) {
        if (errno != EINTR)
            fail(s, "the sent files cannot be written to a temporary directory", -errno);
        return;
    }
    *data += written;
    *size -= (size_t)written;
    s->content -= (uint64_t)written;
    if (s->content == 0)
        end_entry(s);
}

static void
take(struct sent_files *s, const uint8_t *data, size_t size)
{
    while (size > 0 && s->why == NULL) {
        if (s->content > 0) {
            take_content(s, &data, &size);
            continue;
        }
        size_t want = wanted(s);
        if (want == 0 || (s->begun && s->entries == 0)) {
            fail(s, "the archive of the sent files is malformed", 0);
            return;
        }
        size_t n = want - s->have < size ? want - s->have : size;
        memcpy(s->head + s->have, data, n);
        s->have += n;
        data += n;
        size -= n;
        if (s->have == want && want == wanted(s))
            head_complete(s);
    }
}

void
sent_files_take(struct sent_files *s, bool last)
{
    if (s->why == NULL && s->piece_size > 0) {
        size_t size = (size_t)s->piece_size;
        uint8_t *map = mmap(NULL, size, PROT_READ, MAP_SHARED, s->piece, 0);
        if (map == MAP_FAILED) {
            fail(s, "the sent files cannot be received", -errno);
            return;
        }
        take(s, map, size);
        munmap(map, size);
    }
    if (!last)
        return;
    close_fd(&s->piece);
    if (s->why == NULL && (!s->begun || s->entries > 0 || s->have > 0))
        fail(s, "the archive of the sent files is malformed", 0);
}

/* Links the files of the directory `from` into the directory `to`. Directories are created and not
 * linked, so that os.walk() enters them. A file that exists already is one of the modules. */
static int
link_tree(int from, const char *source, int to, int depth)
{
    int copy = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;
    DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
    if (dir == NULL || depth > MAX_DEPTH) {
        rc = dir == NULL ? -errno : -ELOOP;
        if (dir == NULL)
            close_fd(&copy);
        else
            closedir(dir);
        return rc;
    }
    for (struct dirent *e; rc == 0 && (e = readdir(dir)) != NULL;) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        char *path = xprintf("%s/%s", source, e->d_name);
        int inner = openat(from, e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (inner >= 0) {
            rc = mkdirat(to, e->d_name, 0700) != 0 && errno != EEXIST ? -errno : 0;
            int below = openat(to, e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            if (rc == 0)
                rc = below < 0 ? -errno : link_tree(inner, path, below, depth + 1);
            close_fd(&below);
            close_fd(&inner);
        } else if (linkat(from, e->d_name, to, e->d_name, 0) != 0 && errno != EEXIST &&
                   /* another file system, or one without hard links */
                   symlinkat(path, to, e->d_name) != 0) {
            rc = -errno;
        }
        free(path);
    }
    closedir(dir);
    return rc;
}

int
sent_files_link(struct sent_files *s, const char *directory)
{
    int from = open(s->directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int to = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int rc = from < 0 || to < 0 ? -errno : link_tree(from, s->directory, to, 0);
    close_fd(&from);
    close_fd(&to);
    return rc;
}

/* The path of the directory is stored in the link `.sent`, so that the runner recognizes this
 * directory in error messages. */
const char *
sent_files_directory(const struct sent_files *s)
{
    return s->directory;
}
