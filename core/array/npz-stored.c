/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Finds the position of an uncompressed member in a zip file by reading the zip file's directory.
 * npz_find_stored() fails if the zip file has unusual features. The caller then reads the member
 * with libzip. The format is described in section 4.3 of PKWARE's APPNOTE.TXT. */
#include "npz.h"

#include <string.h>
#include <sys/stat.h>

#include "npy.h"

#define END_SIZE 22
#define END_SEARCHED (END_SIZE + 65535)
#define LOCATOR_SIZE 20
#define END64_SIZE 56
#define ENTRY_SIZE 46
#define LOCAL_SIZE 30

/* Maximum size of a zip file's directory in bytes. The directory has about a hundred bytes per
 * member. */
#define MAX_DIRECTORY (16 * 1024 * 1024)

static guint64
get(const guint8 *p, guint bytes)
{
    guint64 value = 0;

    for (guint i = bytes; i-- > 0;)
        value = value << 8 | p[i];
    return value;
}

static gboolean
read_at(int fd, guint64 offset, gpointer dest, gsize size)
{
    NpyFile file = {fd, 0};

    return offset <= G_MAXINT64 - size &&
           npy_read_file(&file, offset, dest, size, NULL) == (gssize)size;
}

/* Reads the offset of a member from its directory entry. If the 32-bit field is 0xffffffff, the
 * offset is a 64-bit number in the "zip64" extra field. */
static gboolean
get_wide_offset(const guint8 *entry, const guint8 *extra, gsize extra_size, guint64 *offset)
{
    gsize before = 8 * ((get(entry + 24, 4) == G_MAXUINT32) + (get(entry + 20, 4) == G_MAXUINT32));

    *offset = get(entry + 42, 4);
    if (*offset != G_MAXUINT32)
        return TRUE;
    while (extra_size >= 4) {
        gsize size = (gsize)get(extra + 2, 2);

        if (size > extra_size - 4)
            return FALSE;
        if (get(extra, 2) == 1) {
            if (size < before + 8)
                return FALSE;
            *offset = get(extra + 4 + before, 8);
            return TRUE;
        }
        extra += 4 + size;
        extra_size -= 4 + size;
    }
    return FALSE;
}

static gboolean
find_directory(int fd, guint64 file_size, guint64 *offset, guint64 *size)
{
    gsize searched = (gsize)MIN(file_size, END_SEARCHED);
    g_autofree guint8 *tail = g_malloc(searched);
    guint8 wide[END64_SIZE];
    gsize at;

    if (searched < END_SIZE || !read_at(fd, file_size - searched, tail, searched))
        return FALSE;
    for (at = searched - END_SIZE; memcmp(tail + at, "PK\5\6", 4) != 0; at--)
        if (at == 0)
            return FALSE;
    *size = get(tail + at + 12, 4);
    *offset = get(tail + at + 16, 4);
    if (*offset != G_MAXUINT32 && *size != G_MAXUINT32)
        return TRUE;
    if (at < LOCATOR_SIZE || memcmp(tail + at - LOCATOR_SIZE, "PK\6\7", 4) != 0 ||
        !read_at(fd, get(tail + at - LOCATOR_SIZE + 8, 8), wide, sizeof wide) ||
        memcmp(wide, "PK\6\6", 4) != 0)
        return FALSE;
    *size = get(wide + 40, 8);
    *offset = get(wide + 48, 8);
    return TRUE;
}

/* Computes the offset of a member's content in the file. The content follows the member's local
 * header, which is at offset @local. */
static gboolean
find_data(int fd, guint64 local, guint64 size, guint64 file_size, guint64 *offset)
{
    guint8 header[LOCAL_SIZE];

    if (!read_at(fd, local, header, sizeof header) || memcmp(header, "PK\3\4", 4) != 0)
        return FALSE;
    *offset = local + LOCAL_SIZE + get(header + 26, 2) + get(header + 28, 2);
    return *offset <= file_size && size <= file_size - *offset;
}

gboolean
npz_find_stored(int fd, guint64 index, const zip_stat_t *st, guint64 *offset)
{
    g_autofree guint8 *directory = NULL;
    guint64 directory_offset, directory_size, n_before = 0;
    struct stat file;

    if (fstat(fd, &file) != 0 ||
        !find_directory(fd, (guint64)file.st_size, &directory_offset, &directory_size) ||
        directory_size > MAX_DIRECTORY)
        return FALSE;
    directory = g_malloc(directory_size + 1);
    if (!read_at(fd, directory_offset, directory, directory_size))
        return FALSE;
    for (guint64 at = 0; at + ENTRY_SIZE <= directory_size; n_before++) {
        const guint8 *entry = directory + at;
        gsize length = (gsize)get(entry + 28, 2), extra = (gsize)get(entry + 30, 2);
        guint64 local;

        at += ENTRY_SIZE + length + extra + get(entry + 32, 2);
        if (memcmp(entry, "PK\1\2", 4) != 0 || at > directory_size)
            return FALSE;
        if (n_before < index)
            continue;
        /* Bit 0 of the flags is set for encrypted members. The method 0 means no compression. */
        return (get(entry + 8, 2) & 1) == 0 && get(entry + 10, 2) == 0 &&
               get(entry + 16, 4) == st->crc &&
               get_wide_offset(entry, entry + ENTRY_SIZE + length, extra, &local) &&
               find_data(fd, local, st->size, (guint64)file.st_size, offset);
    }
    return FALSE;
}
