/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See gzip-file.h. A gzip file consists of one or more members, each with its own checksum. The
 * content is written to a file and not kept in memory, because a small compressed file may have a
 * very large content. */
#include "gzip-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "mamuto-error.h"
#include "npy.h"

#define BLOCK_SIZE (256 * 1024)

/* The magic bytes of gzip, and the only method that exists, Deflate. */
static const guint8 magic[] = {0x1f, 0x8b, 8};

typedef struct {
    int fd;
    guint64 offset; /* file offset of the next block */
    guint8 *block;
    gsize used, size; /* bytes of the block that are uncompressed; bytes in the block */
    gboolean at_end;  /* TRUE: no further block follows */
    GConverter *converter;
    gboolean in_member; /* TRUE: the current member is not complete */
    guint8 *text;       /* buffer for uncompressed bytes */
    int out;
} Gunzip;

gboolean
gzip_file_has_magic(gconstpointer start, gsize size)
{
    return size >= sizeof magic && memcmp(start, magic, sizeof magic) == 0;
}

static gboolean
refuse(GError **error, const char *why)
{
    g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, why);
    return FALSE;
}

/* Moves the unused bytes to the start of the block and fills the rest of the block. */
static gboolean
read_block(Gunzip *self, GError **error)
{
    NpyFile file = {self->fd, 0};
    gssize got;

    memmove(self->block, self->block + self->used, self->size - self->used);
    self->size -= self->used;
    self->used = 0;
    got = npy_read_file(&file, self->offset, self->block + self->size, BLOCK_SIZE - self->size,
                        error);
    if (got < 0)
        return FALSE;
    self->at_end = got == 0;
    self->offset += (guint64)got;
    self->size += (gsize)got;
    return TRUE;
}

static gboolean
write_all(int fd, const guint8 *data, gsize size, GError **error)
{
    while (size > 0) {
        ssize_t written = write(fd, data, size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                        _("its uncompressed content cannot be written to the folder %s: %s; "
                          "uncompress the file yourself (gunzip), or set TMPDIR to a folder with "
                          "more space"),
                        g_get_tmp_dir(), g_strerror(errno));
            return FALSE;
        }
        data += written;
        size -= (gsize)written;
    }
    return TRUE;
}

/* Uncompresses a piece of the current member. */
static gboolean
convert(Gunzip *self, GError **error)
{
    g_autoptr(GError) why = NULL;
    gsize n_read, n_written;
    GConverterResult result = g_converter_convert(
        self->converter, self->block + self->used, self->size - self->used, self->text, BLOCK_SIZE,
        self->at_end ? G_CONVERTER_INPUT_AT_END : 0, &n_read, &n_written, &why);

    if (result == G_CONVERTER_ERROR) {
        if (!g_error_matches(why, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
            return refuse(error, _("is damaged: it cannot be uncompressed, or its checksum does "
                                   "not match its content"));
        return !self->at_end ||
               refuse(error, _("is truncated or damaged: its compressed content has no end; was it "
                               "written or copied completely?"));
    }
    self->used += n_read;
    self->in_member = result != G_CONVERTER_FINISHED;
    return write_all(self->out, self->text, n_written, error);
}

static gboolean
gunzip(Gunzip *self, GCancellable *cancellable, GError **error)
{
    while (!g_cancellable_set_error_if_cancelled(cancellable, error)) {
        if (self->size - self->used < BLOCK_SIZE / 2 && !self->at_end && !read_block(self, error))
            return FALSE;
        if (!self->in_member) {
            /* Bytes of value 0 may pad a file. */
            while (self->used < self->size && self->block[self->used] == 0)
                self->used++;
            if (self->used == self->size && self->at_end)
                return TRUE;
            if (self->used == self->size)
                continue;
            if (!gzip_file_has_magic(self->block + self->used, self->size - self->used))
                return refuse(error, _("is damaged: bytes that are not compressed follow the "
                                       "compressed content"));
            g_converter_reset(self->converter);
            self->in_member = TRUE;
        }
        if (!convert(self, error))
            return FALSE;
    }
    return FALSE;
}

/* Creates a temporary file without a name. */
static int
create_temporary(GError **error)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "mamuto-XXXXXX", NULL);
    int fd = open(g_get_tmp_dir(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    /* Some file systems have no O_TMPFILE. */
    if (fd < 0 && (fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600)) >= 0)
        unlink(path);
    if (fd < 0)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                    _("no temporary file can be created in the folder %s: %s"), g_get_tmp_dir(),
                    g_strerror(errno));
    return fd;
}

/* Uncompresses the file self->fd. Returns the descriptor of the content, or -1. */
static int
uncompress(Gunzip *self, GCancellable *cancellable, GError **error)
{
    g_autofree guint8 *block = g_malloc(BLOCK_SIZE), *text = g_malloc(BLOCK_SIZE);
    gboolean ok;

    self->out = create_temporary(error);
    if (self->out < 0)
        return -1;
    self->block = block;
    self->text = text;
    self->converter = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
    ok = gunzip(self, cancellable, error);
    g_object_unref(self->converter);
    if (!ok)
        close(self->out);
    return ok ? self->out : -1;
}

int
gzip_file_open(const char *path, GCancellable *cancellable, GError **error)
{
    Gunzip self = {.fd = input_file_open(path, error)};
    NpyFile file = {self.fd, 0};
    guint8 start[sizeof magic];
    gssize got;
    int out = -1;

    if (self.fd < 0)
        return -1;
    got = npy_read_file(&file, 0, start, sizeof start, error);
    if (got >= 0 && !gzip_file_has_magic(start, (gsize)got))
        return self.fd;
    if (got >= 0)
        out = uncompress(&self, cancellable, error);
    close(self.fd);
    if (out < 0 && error != NULL && !g_error_matches(*error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_autofree char *shown = g_filename_display_name(path);

        g_prefix_error(error, "%s: ", shown);
    }
    return out;
}
