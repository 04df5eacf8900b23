/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of sending and receiving frames (messages between Mamuto and its agent on a host). A
 * buffer in memory replaces the ssh connection. Frames must arrive in order, and only a limited
 * part of a large frame may be buffered. */
#include <string.h>

#include "frame-stream.h"
#include "link-private.h"

typedef struct {
    Link base;
    GByteArray *written, *to_read;
    gsize read, takes; /* takes: number of bytes that fake_write() still accepts */
} FakeLink;

static void
fake_wait(Link *const *links, LinkEvents *events, guint n, int timeout_ms)
{
}

static gssize
fake_read(Link *link, gpointer buffer, gsize size, int *fds, guint *n_fds, GError **error)
{
    FakeLink *self = (FakeLink *)link;
    gsize n = MIN(size, self->to_read->len - self->read);

    memcpy(buffer, self->to_read->data + self->read, n);
    self->read += n;
    return (gssize)n;
}

static gssize
fake_write(Link *link, gconstpointer buffer, gsize size, const int *fds, guint n_fds,
           GError **error)
{
    FakeLink *self = (FakeLink *)link;
    gsize n = MIN(size, self->takes);

    g_byte_array_append(self->written, buffer, (guint)n);
    self->takes -= n;
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
    FakeLink *self = (FakeLink *)link;

    g_byte_array_unref(self->written);
    g_byte_array_unref(self->to_read);
    g_free(self);
}

static const LinkClass fake_class = {
    .wait = fake_wait,
    .read = fake_read,
    .write = fake_write,
    .read_size = fake_read_size,
    .close = fake_close,
};

static FakeLink *
fake_link_new(void)
{
    FakeLink *self = g_new0(FakeLink, 1);

    self->base.class = &fake_class;
    self->written = g_byte_array_new();
    self->to_read = g_byte_array_new();
    self->takes = G_MAXSIZE;
    return self;
}

static gboolean
fill(guint64 offset, gpointer buffer, gsize size, gpointer data, GError **error)
{
    memset(buffer, GPOINTER_TO_INT(data), size);
    return TRUE;
}

static void
queue(FrameStream *stream, guint8 type, guint64 payload)
{
    const struct wire_header header = {.type = type, .session = 1, .payload_len = payload};

    frame_stream_queue(stream, &header, NULL, fill, GINT_TO_POINTER(type), NULL, NULL, 0);
}

/* Returns the names of the types of all frames in @bytes, separated by spaces. Fails if a
 * payload (the data of a frame) differs from what fill() wrote. */
static GString *
read_types(GByteArray *bytes)
{
    GString *types = g_string_new(NULL);

    for (gsize at = 0; at < bytes->len;) {
        struct wire_header header;

        g_assert_cmpuint(at + WIRE_HEADER_SIZE, <=, bytes->len);
        g_assert_cmpint(wire_header_decode(bytes->data + at, &header), ==, 0);
        at += WIRE_HEADER_SIZE + header.meta_len;
        g_string_append_printf(types, "%s ", wire_type_name(header.type));
        for (gsize i = 0; i < header.payload_len; i++)
            g_assert_cmpuint(bytes->data[at + i], ==, header.type);
        at += header.payload_len;
    }
    return types;
}

/* A ping is a short frame that checks the connection. It must overtake the large frames that
 * wait in the queue, but it must not be inserted into a frame that is partly sent. */
static void
test_urgent(void)
{
    const struct wire_header ping = {.type = WIRE_PING, .session = 1};
    FakeLink *link = fake_link_new();
    g_autoptr(FrameStream) stream = frame_stream_new(&link->base);
    g_autoptr(GString) types = NULL;

    link->takes = 100000;
    for (int i = 0; i < 4; i++)
        queue(stream, WIRE_PUT, 1 << 20);
    queue(stream, WIRE_RUN, 0);
    g_assert_true(frame_stream_flush(stream, NULL));
    frame_stream_queue_urgent(stream, &ping, NULL);
    link->takes = G_MAXSIZE;
    g_assert_true(frame_stream_flush(stream, NULL));
    g_assert_cmpuint(frame_stream_get_n_queued(stream), ==, 0);
    frame_stream_queue_urgent(stream, &ping, NULL);
    g_assert_true(frame_stream_flush(stream, NULL));
    types = read_types(link->written);
    g_assert_cmpstr(types->str, ==, "PUT PING PUT PUT PUT RUN PING ");
}

/* A payload that is too large for one frame is sent in parts, in order and complete. A ping must
 * not wait for all of them. */
static void
test_parts(void)
{
    const struct wire_header ping = {.type = WIRE_PING, .session = 1};
    const guint64 size = WIRE_MAX_PAYLOAD + 5;
    FakeLink *link = fake_link_new();
    g_autoptr(FrameStream) stream = frame_stream_new(&link->base);
    guint64 received = 0, n_pings = 0, n_parts = 0;
    struct wire_parts parts = {0};

    link->takes = 100000;
    queue(stream, WIRE_CHUNK, size);
    queue(stream, WIRE_RUN, 0);
    g_assert_true(frame_stream_flush(stream, NULL));
    frame_stream_queue_urgent(stream, &ping, NULL);
    link->takes = G_MAXSIZE;
    g_assert_true(frame_stream_flush(stream, NULL));
    for (gsize at = 0; at < link->written->len;) {
        const guint8 *meta = link->written->data + at + WIRE_HEADER_SIZE;
        struct wire_header header;
        struct wire_reader r;
        struct wire_part part;

        g_assert_cmpint(wire_header_decode(link->written->data + at, &header), ==, 0);
        g_assert_cmpint(wire_header_validate(&header, FALSE), ==, 0);
        if (header.type == WIRE_PING) {
            g_assert_cmpuint(n_parts, ==, 0);
            n_pings++;
        } else if (header.type == WIRE_CHUNK) {
            g_assert_cmpint(wire_parts_begin(&parts, &header, size), ==, 1);
        } else if (header.type == WIRE_CHUNK_PART) {
            wire_reader_init(&r, meta, header.meta_len);
            g_assert_cmpint(wire_get_part(&r, &part), ==, 0);
            g_assert_cmpint(wire_parts_add(&parts, &header, &part), >=, 0);
            n_parts++;
        } else {
            g_assert_cmpuint(header.type, ==, WIRE_RUN);
            g_assert_cmpuint(parts.received, ==, size);
        }
        for (gsize i = 0; i < header.payload_len; i += 4099)
            g_assert_cmpuint(meta[header.meta_len + i], ==, WIRE_CHUNK);
        received += header.payload_len;
        at += WIRE_HEADER_SIZE + header.meta_len + (gsize)header.payload_len;
    }
    g_assert_cmpuint(received, ==, size);
    g_assert_cmpuint(n_pings, ==, 1);
    g_assert_cmpuint(frame_stream_get_n_queued(stream), ==, 0);
}

static void
append_frame(GByteArray *bytes, guint8 type, guint64 payload)
{
    const struct wire_header header = {.type = type, .session = 1, .payload_len = payload};
    guint8 head[WIRE_HEADER_SIZE];

    wire_header_encode(&header, head);
    g_byte_array_append(bytes, head, sizeof head);
    g_byte_array_set_size(bytes, bytes->len + (guint)payload);
    memset(bytes->data + bytes->len - payload, type, payload);
}

/* Small and large frames alternate, so that the receive buffer must grow and shrink. */
static void
test_sizes(void)
{
    static const guint64 sizes[] = {0, 100, 5 << 20, 0, 7, 3 << 20, 0};
    FakeLink *link = fake_link_new();
    g_autoptr(FrameStream) stream = frame_stream_new(&link->base);
    g_autoptr(GError) error = NULL;
    Frame frame;

    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++)
        append_frame(link->to_read, WIRE_RESULT, sizes[i]);
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_assert_cmpint(frame_stream_read(stream, &frame, &error), ==, 1);
        g_assert_no_error(error);
        g_assert_cmpuint(frame.header.payload_len, ==, sizes[i]);
        for (guint64 k = 0; k < sizes[i]; k++)
            g_assert_cmpuint(frame.payload[k], ==, WIRE_RESULT);
    }
    g_assert_cmpint(frame_stream_read(stream, &frame, &error), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/frame-stream/urgent", test_urgent);
    g_test_add_func("/frame-stream/parts", test_parts);
    g_test_add_func("/frame-stream/sizes", test_sizes);
    return g_test_run();
}
