/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Frames over a link: reads whole frames that have passed the checks of wire.h, and writes frames
 * through one buffer, so that a header and its payload leave together. Single-threaded, like the
 * link. */
#pragma once

#include "link.h"
#include "wire.h"

G_BEGIN_DECLS

typedef struct _FrameStream FrameStream;

/* A frame that was read. The pointers are valid until the next frame_stream_read(), which also
 * closes the frame's file descriptor unless frame_stream_take_fd() took it. */
typedef struct {
    struct wire_header header;
    const guint8 *meta;
    const guint8 *payload;
} Frame;

/* Provides bytes [offset, offset + size) of a payload when they are written. FALSE: the connection
 * fails with @error. */
typedef gboolean (*FramePayloadFunc)(guint64 offset, gpointer buffer, gsize size, gpointer data,
                                     GError **error);

/* @link: (transfer full) */
FrameStream *frame_stream_new(Link *link);
void frame_stream_free(FrameStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FrameStream, frame_stream_free)
Link *frame_stream_get_link(FrameStream *self);

/* Reads without blocking. 1: @frame is filled; 0: no whole frame yet; -1: end of the stream or an
 * error (MAMUTO_ERROR_PROTOCOL for an invalid frame). */
int frame_stream_read(FrameStream *self, Frame *frame, GError **error);
/* (transfer full): the file descriptor of the last frame, or -1. */
int frame_stream_take_fd(FrameStream *self);

/* Queues a frame; frames leave in order. @meta is copied, @fds are duplicated. @func (nullable)
 * later provides the header's payload_len bytes; @destroy is called on @data when all bytes were
 * written or the stream is freed. */
void frame_stream_queue(FrameStream *self, const struct wire_header *header,
                        const struct wire_writer *meta, FramePayloadFunc func, gpointer data,
                        GDestroyNotify destroy, const int *fds, guint n_fds);
/* Queues a frame without payload before all frames of which no byte was written yet. */
void frame_stream_queue_urgent(FrameStream *self, const struct wire_header *header,
                               const struct wire_writer *meta);
/* Writes as much as possible without blocking. FALSE on an error. */
gboolean frame_stream_flush(FrameStream *self, GError **error);
gboolean frame_stream_has_queued(FrameStream *self);
/* Bytes queued and not yet written, payloads included. */
guint64 frame_stream_get_n_queued(FrameStream *self);
/* Bytes written so far. */
guint64 frame_stream_get_n_sent(FrameStream *self);
/* Bytes of frames to @node, written or in the write buffer (256 KiB). */
guint64 frame_stream_get_n_sent_to(FrameStream *self, guint32 node);
/* Waits until the link is readable, writable (if frames are queued) or woken by link_wake(). */
LinkEvents frame_stream_wait(FrameStream *self, int timeout_ms);
/* The same for several streams, whose links are of one ssh session. */
void frame_streams_wait(FrameStream *const *streams, guint n, int timeout_ms);

G_END_DECLS
