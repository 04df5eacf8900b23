/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Internals of agent-script.h: the state of a play, which agent-wraps.c, agent-hear.c and
 * agent-script.c share. */
#pragma once

#include "agent-script.h"

/* The first number that the agent gets for a process. It is larger than that of any real process.
 */
#define FIRST_PID (1 << 23)
#define MAX_RUNNERS 16
#define MAX_SLOTS 32

/* An interpreter or a slot. */
struct process {
    pid_t pid;
    int control, out, err;
    /* only of slots: */
    uint32_t n_chunks;
    struct slot_chunk_message chunks[4];
    int buffers[SLOT_MAX_BUFFERS];
};

struct play {
    struct fuzz_input in;
    int controller; /* the other end of the agent's input and output */
    uint64_t clock;
    unsigned last_turns; /* turns since the end of the script */
    struct process runners[MAX_RUNNERS], slots[MAX_SLOTS];
    unsigned n_runners, n_slots;
    pid_t ended; /* an interpreter that the agent has not reaped; 0: none */
    int ended_status;
    struct agent *agent;
    /* the frame that the agent sends: */
    uint8_t head[WIRE_HEADER_SIZE];
    struct wire_header header;
    uint8_t *body;     /* metadata and the begin of the payload */
    uint64_t received; /* bytes of the frame */
};
extern struct play play;

/* Defined in agent-wraps.c. Ends the program if the functions were not replaced. */
void agent_wraps_check(void);

/* Defined in agent-hear.c. Receives all that the agent has sent to its controller, its interpreters
 * and its slots. */
void agent_hear_all(void);
void process_begin(struct process *p, pid_t pid, int control, int out, int err);
void process_close(struct process *p);
