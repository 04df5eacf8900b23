/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Frames over a link. Returns whole frames that have passed the checks of wire.h. Writes frames
 * through one buffer, so that a header and its payload are sent together. Single-threaded, like the
 * link. */
#pragma once

#include "link.h"
#include "wire.h"

G_BEGIN_DECLS

typedef struct _FrameStream FrameStream;

/* A frame that was read. The pointers are valid until the next frame_stream_read(). That call also
 * closes the frame's file descriptor unless frame_stream_take_fd() has taken the descriptor. */
typedef struct {
    struct wire_header header;
    const guint8 *meta;
    const guint8 *payload;
} Frame;

/* Copies bytes [offset, offset + size) of a payload to @buffer when they are about to be written.
 * If the function returns FALSE, the connection fails with @error. */
typedef gboolean (*FramePayloadFunc)(guint64 offset, gpointer buffer, gsize size, gpointer data,
                                     GError **error);

/* @link: (transfer full) */
FrameStream *frame_stream_new(Link *link);
void frame_stream_free(FrameStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FrameStream, frame_stream_free)
Link *frame_stream_get_link(FrameStream *self);

/* Reads without blocking. Returns 1 if @frame is filled; 0 if no whole frame has arrived yet; -1 at
 * the end of the stream or on an error (MAMUTO_ERROR_PROTOCOL for an invalid frame). */
int frame_stream_read(FrameStream *self, Frame *frame, GError **error);
/* (transfer full): the file descriptor of the last frame, or -1. */
int frame_stream_take_fd(FrameStream *self);

/* Queues a frame; frames are sent in the order of these calls. @meta is copied, @fds are
 * duplicated. @func (nullable) later provides the payload_len bytes of the payload; @destroy is
 * called on @data after all bytes were written or when the stream is freed. */
void frame_stream_queue(FrameStream *self, const struct wire_header *header,
                        const struct wire_writer *meta, FramePayloadFunc func, gpointer data,
                        GDestroyNotify destroy, const int *fds, guint n_fds);
/* Queues a frame without payload. The frame is sent before all queued frames that are not partly
 * written yet. */
void frame_stream_queue_urgent(FrameStream *self, const struct wire_header *header,
                               const struct wire_writer *meta);
/* Writes as much as possible without blocking. Returns FALSE on an error. */
gboolean frame_stream_flush(FrameStream *self, GError **error);
gboolean frame_stream_has_queued(FrameStream *self);
/* Number of bytes queued and not yet written, payloads included. */
guint64 frame_stream_get_n_queued(FrameStream *self);
/* Number of bytes written so far. */
guint64 frame_stream_get_n_sent(FrameStream *self);
/* Number of bytes of frames to @node that are written or in the write buffer (256 KiB). */
guint64 frame_stream_get_n_sent_to(FrameStream *self, guint32 node);
/* Waits until the link is readable, until the link is writable (if frames are queued), or until
 * link_wake() is called. */
LinkEvents frame_stream_wait(FrameStream *self, int timeout_ms);
/* Like frame_stream_wait(), for several streams of one ssh session. */
void frame_streams_wait(FrameStream *const *streams, guint n, int timeout_ms);

G_END_DECLS
