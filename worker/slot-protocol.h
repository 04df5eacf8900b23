/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The protocol between agent, runner and slots. A runner is an interpreter that has imported the
 * user's module; slots are the processes, one for each core, that call the function. All sockets
 * are SOCK_SEQPACKET: each message is one packet in the byte order and alignment of the machine
 * (u32 kind first), with descriptors attached (SCM_RIGHTS).
 *
 * The agent starts a runner in the workdir. The entry of the language in the table of runners
 * (runner-table.h) defines the command (for Python: `python -c BOOT runner DIR MODULE NAME`).
 * Descriptor 3 is a file with the program of the runner, descriptor 4 is the socket of the runner.
 * DIR is the directory of the unpacked bundle, or empty.
 *
 *   agent                              runner
 *   -------------------------------    ----------------------------------------------------------
 *                                      NO_PACKAGE text | NOT_IMPORTED text (value 1: a module
 *                                      is missing); the runner then exits
 *                                      USABLE: all packages that every function needs are
 *                                      installed
 *                                      IMPORTED forks, then NUL-separated texts: the
 *                                      interpreter's path, then a name and a version of the
 *                                      language and of each package, and the same for
 *                                      settings that can change the bits of results; if slots
 *                                      are not forked, "separate imports" and the reason
 *   START slot                         STARTED slot pid | NOT_STARTED slot text
 *     fds: socket, stdout, stderr      DIED slot pid status maxrss  (status as from wait)
 *
 * The agent and a slot exchange messages over the socket that was sent with START. A RUN applies to
 * all CHUNKs until the next RUN, also to those of later runs with the same metadata and the same
 * files. A slot runs its chunks in order. If chunks are short, the agent
 * sends a second chunk before the first is done, so that the slot does not have to wait for the
 * agent.
 *
 *   agent                              slot
 *   -------------------------------    ----------------------------------------------------------
 *                                      HELLO
 *   RUN length                         (REFUSED text, for each chunk of the run, if the runner
 *     fds: a file with the metadata    cannot use an argument)
 *     of wire.h's RUN (`length`
 *     bytes), then the file of each
 *     KEPT and REF argument, then the
 *     shared file (struct slot_shared)
 *   CHUNK                              RESULT | RETURNED: no row was computed, because they
 *                                      were wanted back
 *     fds: file of the rows, if any;
 *     the result buffer, if new
 *
 * If no row failed and the block of results has at most SLOT_INLINE bytes, the block follows the
 * RESULT message in the same packet. Otherwise the slot writes the results to the result buffer
 * that the CHUNK named: the block at `block_offset`, the bits of failed rows (and of suspect rows,
 * as in the frame RESULT) immediately before the block, and `n_listed` row errors and the wire_odds
 * (see wire.h) at `errors_offset`. The bytes of odd rows are the end of the block. The slot may
 * enlarge the buffer, but never shrinks it. The slot writes to the buffer only while a CHUNK that
 * names the buffer runs.
 *
 * If the first result shows that the results of all rows would take more than 32 MiB, the slot
 * computes only as many rows as fit, at least one: `n_rows` of the RESULT is then less than the
 * number of rows of the CHUNK. A batch function is called once for a CHUNK. The size of its results
 * is known from its previous call for rows of the same types; before the first call, the slot
 * computes at most 64 rows.
 *
 * Rows that have not begun. Agent and slot map the shared file, a struct slot_shared. A slot
 * divides the rows of a chunk into blocks by measured time, so that no work for each row is needed.
 * Before it computes the rows of a block, it notes in `begun` the chunk and the end of the block,
 * and then reads `wanted`. If the agent wants the rows of the chunk back, the slot does not begin
 * the block and sends the results that it has, or RETURNED. The agent writes `wanted` and then
 * reads `begun`: all rows after those that have begun belong to the agent again, at once and
 * without waiting for the row that the slot computes. `begun` is never less than the number of rows
 * that the slot computes after it has read an older value of `wanted`. A slot calls a batch
 * function for all rows of the chunk, which therefore begin together.
 *
 * With SLOT_ISOLATE the slot calls the function in a child process that sends the result of each
 * row immediately. If the child dies at a row, the row is computed once more, as the first row of a
 * new child; if that child dies too, the row has failed (WIRE_ROW_DIED). A row that kills its
 * process ends at most two child processes. The results of all other rows are kept.
 *
 * Marks. Before a slot runs user code, it sets its soft limit RLIMIT_RTTIME to SLOT_MARK plus its
 * process id. The limit has no other effect, because it is far too long and only applies to
 * real-time processes. All processes that the slot starts inherit the mark, also those that begin a
 * session of their own, so the agent can end the processes that a slot leaves when it dies. In bits
 * 32 to 61, a slot stores another number for each child process for single rows (see SLOT_ISOLATE),
 * so that the slot can end the processes that the child leaves.
 *
 * Time limits. In a run with a time limit for rows, the slot notes in `called` of the shared file
 * what it does: n while the slot calls the function for row n of the chunk (from 1),
 * SLOT_WHOLE_CHUNK while it calls the function for all rows at once, else 0. If the slot calls the
 * rows of the chunk a second time, SLOT_CALLED_AGAIN is added to n. The agent compares the
 * numbers that it reads at intervals, so the limit costs no clock and no message per row. If a row
 * exceeds the limit, the agent kills the slot and runs the chunk again with SLOT_ISOLATE and with
 * the row as `late`, which has failed (WIRE_ROW_LATE) and is not called again. With SLOT_ISOLATE
 * the slot itself ends a child process whose row exceeds the limit, and changes the number each
 * time it receives a record from the child. The time of the first row counts from the moment at
 * which the child is ready to call the function.
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
    RUNNER_NO_EXEC, /* sent by the agent's child process if execv() failed */
    RUNNER_START = 32,
};

enum slot_kind {
    SLOT_HELLO = 1,
    SLOT_RESULT,
    SLOT_REFUSED,
    SLOT_RETURNED,
    SLOT_RUN = 32,
    SLOT_CHUNK,
};

#define SLOT_MARK (1ull << 62)

#define SLOT_WHOLE_CHUNK UINT64_MAX
#define SLOT_CALLED_AGAIN (1ull << 62)

/* The content of the shared file. Each number is written by one side only. */
struct slot_shared {
    uint64_t called; /* see "Time limits" */
    /* the upper 24 bits: those of the serial of the chunk that the slot computes; the others:
     * number of its rows that have begun, from the first row of the chunk on */
    uint64_t begun;
    uint64_t wanted[2]; /* serials of the chunks whose rows are wanted back */
};
#define SLOT_BEGUN_BITS 40

enum { SLOT_ISOLATE = 1 << 0, SLOT_HAS_ROWS = 1 << 1, SLOT_NEW_BUFFER = 1 << 2 };

#define SLOT_INLINE 65536u
#define SLOT_MAX_BUFFERS 8
#define SLOT_MAX_MESSAGE (SLOT_INLINE + 1024u)

struct runner_message {
    uint32_t kind;
    /* The meaning depends on the kind. IMPORTED: 1 if slots are forked. NOT_IMPORTED: 1 if a module
     * is missing. NO_EXEC: errno. START, STARTED, NOT_STARTED and DIED: the number of the slot. */
    uint32_t value;
    int32_t pid;
    int32_t status;
    uint64_t maxrss; /* bytes */
};

struct slot_run_message {
    uint32_t kind, run;
    uint64_t length;
    uint64_t start_limit_us; /* limit of the start of a child process; see wire_prepare */
};

struct slot_chunk_message {
    uint32_t kind, flags;
    uint64_t serial; /* identifies the chunk; the RESULT has the same serial */
    uint64_t lo, hi;
    uint64_t rows_length; /* size of the file with the rows */
    uint32_t buffer, zero;
    uint64_t late;   /* number in the chunk, from 1, of a row that exceeded its limit; 0: none */
    uint64_t n_sent; /* number of rows in the file with the rows, from `lo` on */
};

struct slot_returned_message {
    uint32_t kind, zero;
    uint64_t serial;
};

struct slot_result_message {
    uint32_t kind, n_dims;
    uint64_t serial;
    uint64_t started_us, finished_us, cpu_us;
    uint64_t n_rows; /* number of rows that were computed, from the first row of the chunk on */
    uint64_t n_failed, n_suspect;
    uint64_t block_length, block_offset;
    uint64_t errors_length, errors_offset;
    uint32_t n_listed, in_buffer;
    char dtype[24]; /* padded with NUL */
    /* In the packet, i64 shape[n_dims] follows. If in_buffer is 0, the block of results follows
     * after the shape. */
};
