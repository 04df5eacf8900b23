/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Sends and receives whole frames over a link. The headers of received frames are checked (see
 * wire.h). All functions must be called in the thread of the link. */
#pragma once

#include "link.h"
#include "wire.h"

G_BEGIN_DECLS

typedef struct _FrameStream FrameStream;

/* A received frame. The next frame_stream_read() makes the pointers invalid. It also closes the
 * descriptor of the frame, unless the caller took the descriptor with frame_stream_take_fd(). */
typedef struct {
    struct wire_header header;
    const guint8 *meta;
    const guint8 *payload;
} Frame;

/* Writes bytes [offset, offset + size) of a frame's payload to @buffer. Called when these bytes
 * are about to be sent, so that a large payload need not be in memory. If the function returns
 * FALSE with @error set, frame_stream_flush() fails with this error. */
typedef gboolean (*FramePayloadFunc)(guint64 offset, gpointer buffer, gsize size, gpointer data,
                                     GError **error);

/* Takes ownership of @link. */
FrameStream *frame_stream_new(Link *link);
void frame_stream_free(FrameStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FrameStream, frame_stream_free)
Link *frame_stream_get_link(FrameStream *self);

/* Reads one frame without blocking. Returns 1 if @frame was filled, or 0 if no whole frame has
 * arrived yet. Returns -1 with @error set if the link has ended or the frame is invalid
 * (MAMUTO_ERROR_PROTOCOL). */
int frame_stream_read(FrameStream *self, Frame *frame, GError **error);
/* Returns: (transfer full): the file descriptor of the frame that was read last, or -1. */
int frame_stream_take_fd(FrameStream *self);

/* Queues a frame behind the frames that are already queued. Copies @meta and duplicates the
 * descriptors in @fds. @func (nullable) is called later to provide the payload, whose size is
 * the payload_len of @header. A payload that is too large for one frame is sent in parts (see
 * "Large rows" in wire.h). @destroy is called on @data when the payload is no longer needed. */
void frame_stream_queue(FrameStream *self, const struct wire_header *header,
                        const struct wire_writer *meta, FramePayloadFunc func, gpointer data,
                        GDestroyNotify destroy, const int *fds, guint n_fds);
/* Queues a frame without payload before all other queued frames. If a frame has been sent in
 * part, the rest of that frame is sent first. */
void frame_stream_queue_urgent(FrameStream *self, const struct wire_header *header,
                               const struct wire_writer *meta);
/* Sends as many queued bytes as the link accepts without blocking. Returns FALSE with @error
 * set on failure. */
gboolean frame_stream_flush(FrameStream *self, GError **error);
gboolean frame_stream_has_queued(FrameStream *self);
/* Returns how many bytes of queued frames, including payloads, have not been written to the
 * link yet. */
guint64 frame_stream_get_n_queued(FrameStream *self);
/* Returns how many bytes have been written to the link so far. */
guint64 frame_stream_get_n_sent(FrameStream *self);
/* Returns the number of bytes received so far. */
guint64 frame_stream_get_n_received(FrameStream *self);
/* Returns whether a part of a frame was received, but not the whole frame. Call this function after
 * frame_stream_read() has returned 0. */
gboolean frame_stream_has_part(FrameStream *self);
/* Returns how many bytes of frames to one host have been written to the link or copied to the
 * write buffer. @node: number of the host within the stream. */
guint64 frame_stream_get_n_sent_to(FrameStream *self, guint32 node);
/* Waits until the link is readable, until the link is writable (if frames are queued), until
 * link_wake() is called, or until @timeout_ms has passed. */
LinkEvents frame_stream_wait(FrameStream *self, int timeout_ms);
/* Like frame_stream_wait(), but waits for @n streams. All streams must belong to the same ssh
 * session. */
void frame_streams_wait(FrameStream *const *streams, guint n, int timeout_ms);

G_END_DECLS
