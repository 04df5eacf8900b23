/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A link to an agent that follows a script, for the fuzz target of the mapper. The agent knows
 * which chunks it was given, and doubles their rows, which are numbered from 0. Every frame that
 * the controller sends is checked as the agent checks it.
 *
 * The script consists of steps. Each begins with a byte: bits 0 to 3 are the kind of the step (enum
 * step in fake-agent.c), bits 4 to 7 select one of the chunks that the agent was given. Without the
 * option FAKE_RAW, the agent sends READY and PREPARED before the script begins. */
#pragma once

#include "link.h"

G_BEGIN_DECLS

typedef enum {
    FAKE_RAW = 1 << 0,        /* the script begins at the beginning of the session */
    FAKE_PASSES_FDS = 1 << 1, /* the link passes descriptors, as a local link does */
} FakeOptions;

/* Facts about the frames that the agents of a run have sent. */
typedef struct {
    gint lied;   /* atomic; 1: a frame was changed, so results may be wrong */
    gint failed; /* atomic; 1: rows were reported as failed */
} FakeRecord;

Link *fake_agent_open(const char *name, FakeOptions options, const guint8 *script, gsize size,
                      FakeRecord *record);

G_END_DECLS
