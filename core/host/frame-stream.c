/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Sends and receives frames over a link. Received bytes are stored in one buffer, and the frames
 * that frame_stream_read() returns point into this buffer. Bytes to send are collected in another
 * buffer, because small writes over ssh are slow (1 KiB per write: 111 MB/s; 256 KiB: 959 MB/s). */
#include "frame-stream.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

/* Size of the write buffer in bytes. A larger buffer does not increase the throughput. */
#define WRITE_SIZE (256u << 10)

/* A read buffer that grew beyond this size in bytes for a large frame is shrunk after the frame
 * was used. */
#define KEEP_SIZE (1u << 20)

typedef struct {
    guint8 *head; /* the encoded header and metadata of the frame */
    gsize head_size;
    /* Points to the value for the frame's host in FrameStream.sent_to. Bytes of this frame are
     * added to the value. */
    guint64 *sent_to;
    guint64 payload_size;
    guint64 payload_offset; /* position of this frame's payload in the whole payload */
    FramePayloadFunc func;
    gpointer data;
    GDestroyNotify destroy;
    int fds[LINK_MAX_FDS];
    guint n_fds;
} Outgoing;

struct _FrameStream {
    Link *link;

    guint8 *in; /* bytes [in_begin, in_end) were received and not yet returned as frames */
    gsize in_begin, in_end, in_size;
    GArray *in_fds; /* elements: int; received descriptors, in order of arrival */
    int frame_fd;   /* descriptor of the frame returned last; -1: none, or taken by the caller */

    GQueue out;      /* elements: Outgoing; part of the first may be in `buffer` already */
    gsize head_done; /* number of bytes of the first frame's head that were copied to `buffer` */
    guint64 payload_done; /* payload bytes of `out`'s first frame that were copied to `buffer` */
    guint8 *buffer;       /* WRITE_SIZE bytes */
    gsize buffer_begin, buffer_end;
    int buffer_fds[LINK_MAX_FDS]; /* descriptors to send with the first byte of `buffer` */
    guint n_buffer_fds;
    guint64 n_queued, n_sent, n_received;
    /* node (number of a host within the stream) → guint64: number of bytes of frames to this host
     * that were sent or are in `buffer` */
    GHashTable *sent_to;
};

static void
close_fds(int *fds, guint *n_fds)
{
    for (guint i = 0; i < *n_fds; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    *n_fds = 0;
}

static void
close_frame_fd(FrameStream *self)
{
    if (self->frame_fd >= 0)
        close(self->frame_fd);
    self->frame_fd = -1;
}

static void
outgoing_free(gpointer data)
{
    Outgoing *out = data;

    if (out->destroy != NULL)
        out->destroy(out->data);
    close_fds(out->fds, &out->n_fds);
    g_free(out->head);
    g_free(out);
}

FrameStream *
frame_stream_new(Link *link)
{
    FrameStream *self = g_new0(FrameStream, 1);

    self->link = link;
    self->frame_fd = -1;
    self->in_size = link_get_read_size(link) + WIRE_HEADER_SIZE;
    self->in = g_malloc(self->in_size);
    self->in_fds = g_array_new(FALSE, FALSE, sizeof(int));
    self->buffer = g_malloc(WRITE_SIZE);
    g_queue_init(&self->out);
    self->sent_to = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    return self;
}

void
frame_stream_free(FrameStream *self)
{
    guint n_in = self->in_fds->len;

    g_queue_clear_full(&self->out, outgoing_free);
    close_frame_fd(self);
    close_fds((int *)(gpointer)self->in_fds->data, &n_in);
    close_fds(self->buffer_fds, &self->n_buffer_fds);
    g_array_unref(self->in_fds);
    link_close(self->link);
    g_free(self->in);
    g_free(self->buffer);
    g_hash_table_unref(self->sent_to);
    g_free(self);
}

Link *
frame_stream_get_link(FrameStream *self)
{
    return self->link;
}

/* Looks for a whole frame in the read buffer. Returns 1 if there is one, 0 if bytes are
 * missing, or -1 on an error. Sets *@needed to the size of the frame, or to the size of a
 * header if the header is incomplete. */
static int
parse(FrameStream *self, Frame *frame, gsize *needed, GError **error)
{
    const guint8 *start = self->in + self->in_begin;
    gsize have = self->in_end - self->in_begin;
    int status;

    *needed = WIRE_HEADER_SIZE;
    if (have < WIRE_HEADER_SIZE)
        return 0;
    status = wire_header_decode(start, &frame->header);
    if (status == 0)
        status = wire_header_validate(&frame->header, TRUE);
    if (status != 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                    _("the agent sent data that is not a valid frame (%s)"), g_strerror(-status));
        return -1;
    }
    *needed = WIRE_HEADER_SIZE + frame->header.meta_len + (gsize)frame->header.payload_len;
    if (have < *needed)
        return 0;
    frame->meta = start + WIRE_HEADER_SIZE;
    frame->payload = frame->meta + frame->header.meta_len;
    if ((frame->header.flags & WIRE_FLAG_FD) != 0) {
        /* Only a RESULT frame may announce a descriptor. A descriptor arrives no later than the
         * bytes of its frame. If no descriptor is there now, the agent did not send one. */
        if (frame->header.type != WIRE_RESULT || self->in_fds->len == 0) {
            g_set_error(
                error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                _("the agent sent a %s frame without the file descriptor that it announces"),
                wire_type_name(frame->header.type));
            return -1;
        }
        self->frame_fd = g_array_index(self->in_fds, int, 0);
        g_array_remove_index(self->in_fds, 0);
    }
    self->in_begin += *needed;
    return 1;
}

/* Shrinks an empty read buffer that grew for a large frame. With many hosts, large unused
 * buffers would need much memory. */
static void
shrink(FrameStream *self)
{
    gsize usual = MAX(link_get_read_size(self->link) + WIRE_HEADER_SIZE, KEEP_SIZE);

    if (self->in_begin < self->in_end || self->in_size <= usual)
        return;
    g_free(self->in);
    self->in_size = usual;
    self->in = g_malloc(usual);
    self->in_begin = self->in_end = 0;
}

/* Makes room behind the unread bytes for the rest of a frame of @needed bytes, but at least for
 * one read of the usual size. */
static void
make_room(FrameStream *self, gsize needed)
{
    gsize have = self->in_end - self->in_begin;
    gsize room = MAX(needed > have ? needed - have : 0, link_get_read_size(self->link));

    if (self->in_size - self->in_end >= room)
        return;
    memmove(self->in, self->in + self->in_begin, have);
    self->in_begin = 0;
    self->in_end = have;
    if (self->in_size - have < room) {
        self->in_size = have + room;
        self->in = g_realloc(self->in, self->in_size);
    }
}

int
frame_stream_read(FrameStream *self, Frame *frame, GError **error)
{
    close_frame_fd(self);
    for (;;) {
        int fds[LINK_MAX_FDS];
        guint n_fds = 0;
        gsize needed;
        gssize n;
        int status = parse(self, frame, &needed, error);

        if (status != 0)
            return status;
        shrink(self);
        make_room(self, needed);
        n = link_read(self->link, self->in + self->in_end, self->in_size - self->in_end, fds,
                      &n_fds, error);
        g_array_append_vals(self->in_fds, fds, n_fds);
        if (n <= 0)
            return n < 0 ? -1 : 0;
        self->in_end += (gsize)n;
        self->n_received += (guint64)n;
    }
}

int
frame_stream_take_fd(FrameStream *self)
{
    int fd = self->frame_fd;

    self->frame_fd = -1;
    return fd;
}

static guint64 *
find_sent_to(FrameStream *self, guint32 node)
{
    guint64 *sent = g_hash_table_lookup(self->sent_to, GUINT_TO_POINTER(node));

    if (sent == NULL) {
        sent = g_new0(guint64, 1);
        g_hash_table_insert(self->sent_to, GUINT_TO_POINTER(node), sent);
    }
    return sent;
}

/* Encodes the header and the metadata of a frame. Adds the size of the frame to the count of
 * queued bytes. */
static Outgoing *
outgoing_new(FrameStream *self, const struct wire_header *header, const struct wire_writer *meta,
             guint16 flags)
{
    Outgoing *out = g_new0(Outgoing, 1);
    struct wire_header full = *header;
    gsize meta_size = meta != NULL ? meta->used : 0;

    g_assert(meta == NULL || !meta->overflow);
    full.meta_len = (uint32_t)meta_size;
    full.flags |= flags;
    out->head_size = WIRE_HEADER_SIZE + meta_size;
    out->sent_to = find_sent_to(self, header->node);
    out->head = g_malloc(out->head_size);
    wire_header_encode(&full, out->head);
    if (meta_size > 0)
        memcpy(out->head + WIRE_HEADER_SIZE, meta->data, meta_size);
    out->payload_size = full.payload_len;
    self->n_queued += out->head_size + out->payload_size;
    return out;
}

/* Queues the frames that follow @first, whose payload is a part of a larger one. @out: the frame
 * that was queued last. Returns the last part. */
static Outgoing *
queue_parts(FrameStream *self, const struct wire_header *first, Outgoing *out, guint64 length)
{
    for (guint64 at = out->payload_size; at < length; at += out->payload_size) {
        const struct wire_header header = wire_part_header(first, at, length);
        Outgoing *part;
        struct wire_writer w;
        guint8 buffer[8];

        wire_writer_init(&w, buffer, sizeof buffer);
        wire_put_part(&w, &(struct wire_part){at});
        part = outgoing_new(self, &header, &w, 0);
        part->func = out->func;
        part->data = out->data;
        part->payload_offset = at;
        g_queue_push_tail(&self->out, part);
        out = part;
    }
    return out;
}

void
frame_stream_queue(FrameStream *self, const struct wire_header *header,
                   const struct wire_writer *meta, FramePayloadFunc func, gpointer data,
                   GDestroyNotify destroy, const int *fds, guint n_fds)
{
    struct wire_header first = *header;
    Outgoing *out;

    first.payload_len = wire_first_part(header->payload_len);
    out = outgoing_new(self, &first, meta, n_fds > 0 ? WIRE_FLAG_FD : 0);
    out->func = func;
    out->data = data;
    for (guint i = 0; i < n_fds && i < LINK_MAX_FDS; i++)
        out->fds[out->n_fds++] = fcntl(fds[i], F_DUPFD_CLOEXEC, 3);
    g_queue_push_tail(&self->out, out);
    out = queue_parts(self, &first, out, header->payload_len);
    out->destroy = destroy;
}

void
frame_stream_queue_urgent(FrameStream *self, const struct wire_header *header,
                          const struct wire_writer *meta)
{
    gboolean begun = self->head_done > 0;

    g_queue_push_nth(&self->out, outgoing_new(self, header, meta, 0), begun ? 1 : 0);
}

/* Fills the empty write buffer with bytes of queued frames. A frame with descriptors must begin
 * at the start of the buffer, because the link sends descriptors with the first byte of a
 * write. */
static gboolean
fill_buffer(FrameStream *self, GError **error)
{
    self->buffer_begin = self->buffer_end = 0;
    while (self->buffer_end < WRITE_SIZE && !g_queue_is_empty(&self->out)) {
        Outgoing *out = g_queue_peek_head(&self->out);
        gsize room = WRITE_SIZE - self->buffer_end;
        guint8 *to = self->buffer + self->buffer_end;

        if (self->head_done == 0 && out->n_fds > 0) {
            if (self->buffer_end > 0)
                break;
            memcpy(self->buffer_fds, out->fds, sizeof(int) * out->n_fds);
            self->n_buffer_fds = out->n_fds;
            out->n_fds = 0;
        }
        if (self->head_done < out->head_size) {
            gsize n = MIN(room, out->head_size - self->head_done);

            memcpy(to, out->head + self->head_done, n);
            self->head_done += n;
            *out->sent_to += n;
            self->buffer_end += n;
        } else if (self->payload_done < out->payload_size) {
            gsize n = (gsize)MIN(room, out->payload_size - self->payload_done);

            if (!out->func(out->payload_offset + self->payload_done, to, n, out->data, error))
                return FALSE;
            self->payload_done += n;
            *out->sent_to += n;
            self->buffer_end += n;
        }
        if (self->head_done == out->head_size && self->payload_done == out->payload_size) {
            outgoing_free(g_queue_pop_head(&self->out));
            self->head_done = 0;
            self->payload_done = 0;
        }
    }
    return TRUE;
}

gboolean
frame_stream_flush(FrameStream *self, GError **error)
{
    while (frame_stream_has_queued(self)) {
        gssize n;

        if (self->buffer_begin == self->buffer_end && !fill_buffer(self, error))
            return FALSE;
        n = link_write(self->link, self->buffer + self->buffer_begin,
                       self->buffer_end - self->buffer_begin, self->buffer_fds, self->n_buffer_fds,
                       error);
        if (n < 0)
            return FALSE;
        if (n == 0)
            break;
        close_fds(self->buffer_fds, &self->n_buffer_fds);
        self->buffer_begin += (gsize)n;
        self->n_queued -= (guint64)n;
        self->n_sent += (guint64)n;
    }
    return TRUE;
}

gboolean
frame_stream_has_queued(FrameStream *self)
{
    return self->buffer_begin < self->buffer_end || !g_queue_is_empty(&self->out);
}

guint64
frame_stream_get_n_queued(FrameStream *self)
{
    return self->n_queued;
}

guint64
frame_stream_get_n_sent(FrameStream *self)
{
    return self->n_sent;
}

guint64
frame_stream_get_n_received(FrameStream *self)
{
    return self->n_received;
}

gboolean
frame_stream_has_part(FrameStream *self)
{
    return self->in_begin < self->in_end;
}

guint64
frame_stream_get_n_sent_to(FrameStream *self, guint32 node)
{
    return *find_sent_to(self, node);
}

static LinkEvents
wanted_events(FrameStream *self)
{
    return LINK_READABLE | (frame_stream_has_queued(self) ? LINK_WRITABLE : 0);
}

LinkEvents
frame_stream_wait(FrameStream *self, int timeout_ms)
{
    return link_wait(self->link, wanted_events(self), timeout_ms);
}

void
frame_streams_wait(FrameStream *const *streams, guint n, int timeout_ms)
{
    g_autofree Link **links = NULL;
    g_autofree LinkEvents *events = NULL;

    if (n == 1) {
        frame_stream_wait(streams[0], timeout_ms);
        return;
    }
    links = g_new(Link *, n);
    events = g_new(LinkEvents, n);
    for (guint i = 0; i < n; i++) {
        links[i] = streams[i]->link;
        events[i] = wanted_events(streams[i]);
    }
    link_wait_any(links, events, n, timeout_ms);
}
