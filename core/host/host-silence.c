/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Finds out early that a host does not respond. If a result is late, the host gets a ping at once.
 * If no frame arrives within the usual time of an answer, the run is told that the host is silent.
 * Other hosts may then copy its chunks, and it gets no more. A host that is only slow answers. The
 * time-outs in host-health.c, after which a host is lost, are much longer. */
#include "host-private.h"

/* An answer may take this many µs, and this many times as long as earlier answers. The first limit
 * allows for an agent that gets no processor time because the host is busy. */
#define PATIENCE_US 200000
#define PATIENCE_TIMES 2
/* A ping waits behind data that was sent before it. This is a low speed of a network, in bytes per
 * µs. */
#define LOW_SPEED 1
/* Minimum time in µs between a frame from the host and the next question. The time increases with
 * the delay of the result. */
#define QUESTION_PAUSE_US 250000
/* A host is asked if no frame has arrived for this time, because an agent that has a run sends its
 * statistics every second. */
#define USUAL_PAUSE_US 2000000

void
host_begin_answers(Host *self)
{
    self->due = G_MAXINT64;
    self->asked = 0;
    self->noticed = 0;
    self->silent = FALSE;
}

void
host_note_round_trip(Host *self, gint64 round_trip)
{
    if (!self->silent)
        self->round_trip = MAX(round_trip, self->round_trip - self->round_trip / 8);
}

static void
set_silent(Host *self, gboolean silent)
{
    if (self->silent == silent)
        return;
    self->silent = silent;
    if (self->state == HOST_WORKING)
        run_host_set_silent(self->run, self->number, silent);
}

/* Returns the time at which a ping that was not answered shows that the host is silent. */
static gint64
patience_end(Host *self)
{
    guint64 taken = frame_stream_get_n_sent(self->stream) - self->sent_when_heard;
    guint64 ahead = taken + frame_stream_get_n_queued(self->stream);

    return self->asked + PATIENCE_US + PATIENCE_TIMES * self->round_trip +
           (gint64)(ahead / LOW_SPEED);
}

/* Returns the time of the next question. A host that was heard after the result became late is
 * asked at increasing intervals, because it is slow rather than silent. */
static gint64
question_time(const Host *self)
{
    gint64 usual = self->last_heard + USUAL_PAUSE_US;

    if (self->due == G_MAXINT64 || self->last_heard <= self->due)
        return MIN(self->due, usual);
    return MIN(self->last_heard + MAX(self->last_heard - self->due, QUESTION_PAUSE_US), usual);
}

void
host_watch_answers(Host *self, gint64 now)
{
    if (self->last_heard != self->noticed) {
        self->noticed = self->last_heard;
        self->sent_when_heard = frame_stream_get_n_sent(self->stream);
    }
    if (self->asked != 0 && self->last_heard > self->asked) {
        self->asked = 0;
        set_silent(self, FALSE);
    }
    if (self->state != HOST_WORKING)
        return;
    if (self->asked == 0 && now >= question_time(self))
        host_send_ping(self, now);
    else if (self->asked != 0 && now >= patience_end(self))
        set_silent(self, TRUE);
}

gint64
host_next_question(Host *self)
{
    if (self->asked == 0)
        return question_time(self);
    return self->silent ? G_MAXINT64 : patience_end(self);
}
