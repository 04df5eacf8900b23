/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What agent and runner say to each other. A runner is an interpreter that has imported the user's
 * module; slots are the processes, one for each core, that call the function. All sockets are
 * SOCK_SEQPACKET: a message is a packet, in the byte order and alignment of the machine (u32 kind
 * first), descriptors travel with it (SCM_RIGHTS).
 *
 * Runner, started in the workdir as its language's row in runner-table.h says (for Python:
 * `python -c BOOT runner DIR MODULE NAME`), with descriptor 3 (the row's program text) and 4 (this
 * socket). DIR holds the unpacked bundle, or is empty.
 *
 *   agent                              runner
 *   -------------------------------    ----------------------------------------------------------
 *                                      NO_PACKAGE text | NOT_IMPORTED text
 *                                      (value 1: a module is missing), and ends
 *                                      USABLE: has the packages that every function needs
 *                                      IMPORTED forks, then what it says of itself: its path,
 *                                      and "name\0version" of the language and of packages,
 *                                      with a NUL between any two of these texts
 *   START slot                         STARTED slot pid | NOT_STARTED slot text
 *     fds: socket, stdout, stderr      DIED slot pid status maxrss  (the wait status)
 *
 * Slot, on the socket that came with START. A RUN holds until the next one. Chunks are done in
 * order; up to two wait at a slot, so that it need not wait for the agent.
 *
 *   agent                              slot
 *   -------------------------------    ----------------------------------------------------------
 *                                      HELLO
 *   RUN length                         (or, if the runner refuses the run, REFUSED
 *     fds: a file with wire.h's RUN    text for each chunk of it)
 *     meta of `length` bytes, then the
 *     file of each KEPT and REF
 *   CHUNK                              RESULT
 *     fds: file of the rows, if any;
 *     the result buffer, if new
 *
 * Results up to SLOT_INLINE bytes without errors stand behind the RESULT message. Others are in
 * the result buffer that the CHUNK named: the block at `block_offset`, the bits of failed rows
 * right before it, the errors (wire.h's row errors, `n_listed` of them) at `errors_offset`. The
 * slot makes the buffer larger as needed, never smaller, and does not touch it again before another
 * CHUNK names it.
 *
 * SLOT_ISOLATE asks that the rows be called in a child of the slot which sends each result at once:
 * a row that ends its child is called again as the first of a fresh one, and has failed
 * (WIRE_ROW_DIED) when it ends that too. So a chunk needs two children for each such row, and no
 * row that went well is lost.
 */
#pragma once

#include <stdint.h>

enum runner_kind {
    RUNNER_NO_PACKAGE = 1,
    RUNNER_NOT_IMPORTED,
    RUNNER_IMPORTED,
    RUNNER_STARTED,
    RUNNER_NOT_STARTED,
    RUNNER_DIED,
    RUNNER_USABLE,
    RUNNER_NO_EXEC, /* said by the child of the agent that could not become the interpreter */
    RUNNER_START = 32,
};

enum slot_kind {
    SLOT_HELLO = 1,
    SLOT_RESULT,
    SLOT_REFUSED,
    SLOT_RUN = 32,
    SLOT_CHUNK,
};

enum { SLOT_ISOLATE = 1 << 0, SLOT_HAS_ROWS = 1 << 1, SLOT_NEW_BUFFER = 1 << 2 };

#define SLOT_INLINE 65536u
#define SLOT_MAX_BUFFERS 8
#define SLOT_MAX_MESSAGE (SLOT_INLINE + 1024u)

struct runner_message {
    uint32_t kind;
    uint32_t value; /* slot; IMPORTED: 1 if slots are forked; NO_EXEC: errno */
    int32_t pid;
    int32_t status;
    uint64_t maxrss; /* bytes */
};

struct slot_run_message {
    uint32_t kind, run;
    uint64_t length;
};

struct slot_chunk_message {
    uint32_t kind, flags;
    uint64_t serial; /* of this run; RESULT repeats it */
    uint64_t lo, hi;
    uint64_t rows_length; /* of the file with the rows */
    uint32_t buffer, zero;
};

struct slot_result_message {
    uint32_t kind, n_dims;
    uint64_t serial;
    uint64_t started_us, finished_us, cpu_us;
    uint64_t n_failed;
    uint64_t block_length, block_offset;
    uint64_t errors_length, errors_offset;
    uint32_t n_listed, in_buffer;
    char dtype[24]; /* filled up with NUL */
    /* i64 shape[n_dims], then the block if not in_buffer */
};
