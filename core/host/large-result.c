/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See large-result.h. */
#include "large-result.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mamuto-error.h"
#include "memory.h"

static gboolean
set_protocol_error(GError **error, const Frame *frame)
{
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                _("the agent sent an invalid %s frame (%s)"), wire_type_name(frame->header.type),
                "wrong layout");
    return FALSE;
}

static gboolean
set_memory_error(GError **error, guint64 needed, guint64 available)
{
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                _("a result of %'" PRIu64 " bytes does not fit into the memory of this computer: "
                  "%'" PRIu64 " bytes are free"),
                needed, available);
    return FALSE;
}

void
large_result_discard(LargeResult *self)
{
    if (self->fd >= 0)
        close(self->fd);
    self->fd = -1;
    g_clear_pointer(&self->meta, g_free);
    g_clear_pointer(&self->marks, g_free);
}

void
large_result_clear(LargeResult *self)
{
    large_result_discard(self);
    self->parts = (struct wire_parts){0};
}

/* Returns whether the announced size of the payload equals the size of the announced rows. Sets
 * @marks_size to the size of the bits of failed and suspect rows, in bytes. */
static gboolean
size_is_right(const struct wire_result *result, gsize *marks_size)
{
    guint64 n_rows = result->hi - result->lo, size = 0;
    bool valid;
    guint32 itemsize = wire_dtype_itemsize(result->dtype, &valid);

    *marks_size = wire_result_bits(n_rows, result->n_failed, result->n_suspect);
    if (*marks_size > WIRE_MAX_LENGTH)
        return FALSE;
    if (wire_dtype_is_variable(result->dtype))
        return wire_offsets_size(n_rows - result->n_failed, WIRE_MAX_LENGTH, &size) &&
               *marks_size + size <= result->length;
    if (result->n_failed < n_rows &&
        !(valid && wire_block_size(n_rows - result->n_failed, itemsize, result->n_dims,
                                   result->shape, WIRE_MAX_LENGTH, &size)))
        return FALSE;
    /* The bytes of odd rows are checked when the result is complete. */
    if (result->n_failed > result->n_listed)
        return *marks_size + size <= result->length;
    return *marks_size + size == result->length;
}

static gboolean
store(LargeResult *self, guint64 offset, const Frame *frame, GError **error)
{
    const guint8 *from = frame->payload;
    gsize size = (gsize)frame->header.payload_len;

    while (size > 0 && self->fd >= 0) {
        ssize_t n = pwrite(self->fd, from, size, (off_t)offset);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return set_memory_error(error, self->parts.length, memory_get_available());
        from += n;
        offset += (guint64)n;
        size -= (gsize)n;
    }
    return TRUE;
}

gboolean
large_result_begin(LargeResult *self, const Frame *frame, const struct wire_result *result,
                   gboolean wanted, GError **error)
{
    guint64 available;

    large_result_discard(self);
    self->header = frame->header;
    if (!size_is_right(result, &self->marks_size))
        return set_protocol_error(error, frame);
    if (!wanted)
        return TRUE;
    available = memory_get_available();
    if (result->length > available)
        return set_memory_error(error, result->length, available);
    self->fd = memfd_create("mamuto-result", MFD_CLOEXEC);
    if (self->fd < 0)
        return set_memory_error(error, result->length, available);
    self->meta = g_memdup2(frame->meta, frame->header.meta_len);
    return store(self, 0, frame, error);
}

/* Reads the bits of failed and suspect rows from the complete payload. */
static gboolean
read_marks(LargeResult *self, GError **error)
{
    self->marks = g_malloc(self->marks_size);
    for (gsize at = 0; at < self->marks_size;) {
        ssize_t n = pread(self->fd, self->marks + at, self->marks_size - at, (off_t)at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return set_memory_error(error, self->parts.length, memory_get_available());
        at += (gsize)n;
    }
    return TRUE;
}

gboolean
large_result_add(LargeResult *self, const Frame *part, GError **error)
{
    struct wire_reader r;
    struct wire_part m;
    int more = -1;

    wire_reader_init(&r, part->meta, part->header.meta_len);
    if (wire_get_part(&r, &m) == 0)
        more = wire_parts_add(&self->parts, &part->header, &m);
    if (more < 0)
        return set_protocol_error(error, part);
    if (self->fd < 0)
        return TRUE;
    return store(self, m.offset, part, error) && (more > 0 || read_marks(self, error));
}

int
large_result_finish(LargeResult *self, Frame *frame, struct wire_reader *r,
                    struct wire_result *result)
{
    *frame = (Frame){self->header, self->meta, self->marks};
    frame->header.payload_len = self->marks_size;
    wire_reader_init(r, frame->meta, frame->header.meta_len);
    /* The metadata is valid, because it was read when the result began. */
    wire_get_result(r, result);
    result->ref_offset = self->marks_size;
    result->ref_length = self->parts.length - self->marks_size;
    return self->fd;
}
