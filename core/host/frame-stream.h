/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Frames over a link: reads whole frames that have passed wire.h's checks, and writes frames
 * through one buffer so that a header and what follows leave together. Of one thread, like the
 * link. */
#pragma once

#include "link.h"
#include "wire.h"

G_BEGIN_DECLS

typedef struct _FrameStream FrameStream;

/* A frame that was read. What it points to is valid until the next frame_stream_read(), which also
 * closes its descriptor if that was not taken by frame_stream_take_fd(). */
typedef struct {
    struct wire_header header;
    const guint8 *meta;
    const guint8 *payload;
} Frame;

/* Fills [offset, offset + size) of a payload at the time it is written; FALSE ends the connection.
 */
typedef gboolean (*FramePayloadFunc)(guint64 offset, gpointer buffer, gsize size, gpointer data,
                                     GError **error);

/* Takes the link over. */
FrameStream *frame_stream_new(Link *link);
void frame_stream_free(FrameStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FrameStream, frame_stream_free)
Link *frame_stream_get_link(FrameStream *self);

/* Reads what has come. 1: @frame is filled; 0: no whole frame yet; -1: error or end (the host sent
 * nonsense: MAMUTO_ERROR_PROTOCOL). */
int frame_stream_read(FrameStream *self, Frame *frame, GError **error);
/* The descriptor that came with the last frame, now the caller's; -1 if there is none. */
int frame_stream_take_fd(FrameStream *self);

/* Queues a frame; meta is copied. @func (nullable) gives payload_len bytes of payload later, while
 * @data lives: @destroy is called when it has all been written or never will be. @fds are
 * duplicated. Frames leave in order. */
void frame_stream_queue(FrameStream *self, const struct wire_header *header,
                        const struct wire_writer *meta, FramePayloadFunc func, gpointer data,
                        GDestroyNotify destroy, const int *fds, guint n_fds);
/* The same for a frame without payload that must not wait for those that are queued: it leaves
 * behind the one whose first byte has been written. */
void frame_stream_queue_urgent(FrameStream *self, const struct wire_header *header,
                               const struct wire_writer *meta);
/* Writes as much as the link takes now. FALSE on an error. */
gboolean frame_stream_flush(FrameStream *self, GError **error);
gboolean frame_stream_has_queued(FrameStream *self);
/* Bytes that are queued and not yet written, payloads included. */
guint64 frame_stream_get_n_queued(FrameStream *self);
/* Bytes that were written so far. */
guint64 frame_stream_get_n_sent(FrameStream *self);
/* Those of frames to @node; up to a buffer of 256 KiB of them may not have left yet. */
guint64 frame_stream_get_n_sent_to(FrameStream *self, guint32 node);
/* Waits for something to read, room to write if something is queued, or link_wake(). */
LinkEvents frame_stream_wait(FrameStream *self, int timeout_ms);
/* The same for several, whose links are of one session. */
void frame_streams_wait(FrameStream *const *streams, guint n, int timeout_ms);

G_END_DECLS
