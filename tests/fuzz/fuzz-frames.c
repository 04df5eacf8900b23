/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads frames from a stream of bytes. The frames must be the same however the bytes are split, and
 * if they are sent again, the same bytes must be written however much the link takes at once. The
 * first byte of the input sets the splitting, the second one the number of descriptors. */
#include <fcntl.h>

#include "frame-stream.h"
#include "fuzz.h"
#include "link-private.h"

typedef struct {
    Link base;
    struct fuzz_input in;
    GByteArray *written; /* (unowned) (nullable) */
    guint n_fds;         /* descriptors that arrive with the first bytes */
    guint32 random;      /* 0: takes and returns as many bytes as possible */
} FakeLink;

/* Returns a number from 1 to @most. */
static gsize
choose(FakeLink *self, gsize most)
{
    if (self->random == 0)
        return most;
    self->random = self->random * 1103515245u + 12345u;
    return MIN(most, 1 + (self->random >> 16) % (self->random & 0x1000 ? 3 : 150));
}

static gssize
fake_read(Link *link, gpointer buffer, gsize size, int *fds, guint *n_fds, GError **error)
{
    FakeLink *self = (FakeLink *)link;
    gsize n;
    const guint8 *bytes;

    if (self->in.size == 0) {
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_LOST, "the end");
        return -1;
    }
    n = choose(self, MIN(size, self->in.size));
    bytes = fuzz_take(&self->in, &n);
    memcpy(buffer, bytes, n);
    for (; self->n_fds > 0; self->n_fds--)
        fds[(*n_fds)++] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return (gssize)n;
}

static gssize
fake_write(Link *link, gconstpointer buffer, gsize size, const int *fds, guint n_fds,
           GError **error)
{
    FakeLink *self = (FakeLink *)link;
    gsize n = choose(self, size);

    g_byte_array_append(self->written, buffer, (guint)n);
    return (gssize)n;
}

static gsize
fake_read_size(Link *link)
{
    return 4096;
}

static void
fake_close(Link *link)
{
    g_free(link);
}

static const LinkClass fake_class = {
    .read = fake_read,
    .write = fake_write,
    .read_size = fake_read_size,
    .close = fake_close,
};

static FakeLink *
fake_link_new(const guint8 *data, gsize size, guint32 random)
{
    FakeLink *self = g_new0(FakeLink, 1);

    self->base.class = &fake_class;
    self->in = (struct fuzz_input){data, size};
    self->random = random;
    return self;
}

/* Appends the frames and the error that ends the stream to @out. */
static void
read_all(FakeLink *link, GByteArray *out)
{
    g_autoptr(FrameStream) stream = frame_stream_new(&link->base);
    g_autoptr(GError) error = NULL;
    Frame frame;
    int status;

    while ((status = frame_stream_read(stream, &frame, &error)) > 0) {
        guint8 head[WIRE_HEADER_SIZE];
        gboolean has_fd = (frame.header.flags & WIRE_FLAG_FD) != 0;

        wire_header_encode(&frame.header, head);
        g_byte_array_append(out, head, sizeof head);
        g_byte_array_append(out, frame.meta, frame.header.meta_len);
        g_byte_array_append(out, frame.payload, (guint)frame.header.payload_len);
        if (has_fd && (head[12] & 1) != 0) {
            int fd = frame_stream_take_fd(stream);

            FUZZ_ASSERT(fd >= 0 && close(fd) == 0);
        }
        FUZZ_ASSERT(has_fd || frame_stream_take_fd(stream) < 0);
    }
    FUZZ_ASSERT(status < 0 && error != NULL && error->domain == MAMUTO_ERROR);
    FUZZ_ASSERT(g_utf8_validate(error->message, -1, NULL));
    g_byte_array_append(out, (const guint8 *)error->message, (guint)strlen(error->message));
}

static gboolean
copy_payload(guint64 offset, gpointer buffer, gsize size, gpointer data, GError **error)
{
    memcpy(buffer, (const guint8 *)data + offset, size);
    return TRUE;
}

/* Sends the frames at the begin of @data again. Frames of either side are sent. */
static void
write_all(const guint8 *data, gsize size, guint32 random)
{
    g_autoptr(GByteArray) written = g_byte_array_new();
    FakeLink *link = fake_link_new(NULL, 0, random);
    g_autoptr(FrameStream) stream = frame_stream_new(&link->base);
    struct wire_header header;
    gsize at = 0;

    link->written = written;
    while (
        size - at >= WIRE_HEADER_SIZE && wire_header_decode(data + at, &header) == 0 &&
        (wire_header_validate(&header, TRUE) == 0 || wire_header_validate(&header, FALSE) == 0)) {
        const guint8 *meta = data + at + WIRE_HEADER_SIZE;
        struct wire_writer w;

        if (header.meta_len + header.payload_len > size - at - WIRE_HEADER_SIZE)
            break;
        wire_writer_init(&w, (void *)(guintptr)meta, header.meta_len);
        w.used = header.meta_len;
        frame_stream_queue(stream, &header, &w, copy_payload,
                           (gpointer)(guintptr)(meta + header.meta_len), NULL, NULL, 0);
        at += WIRE_HEADER_SIZE + header.meta_len + (gsize)header.payload_len;
    }
    FUZZ_ASSERT(frame_stream_get_n_queued(stream) == at);
    FUZZ_ASSERT(frame_stream_flush(stream, NULL) && !frame_stream_has_queued(stream));
    FUZZ_ASSERT(frame_stream_get_n_sent(stream) == at);
    FUZZ_ASSERT(written->len == at && (at == 0 || memcmp(written->data, data, at) == 0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = {data, size};
    g_autoptr(GByteArray) whole = g_byte_array_new(), split = g_byte_array_new();
    guint32 random = fuzz_take_u8(&in) + 1u;
    guint n_fds = fuzz_take_u8(&in) % 8u;
    int free_fd = fuzz_get_free_fd();
    FakeLink *link = fake_link_new(in.data, in.size, 0);

    link->n_fds = n_fds;
    read_all(link, whole);
    link = fake_link_new(in.data, in.size, random);
    link->n_fds = n_fds;
    read_all(link, split);
    FUZZ_ASSERT(whole->len == split->len && memcmp(whole->data, split->data, whole->len) == 0);
    write_all(in.data, in.size, 0);
    write_all(in.data, in.size, random);
    FUZZ_ASSERT(fuzz_get_free_fd() == free_fd);
    return 0;
}
