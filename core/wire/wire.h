/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The conversation between a controller (the library, on the user's computer) and an agent (on a
 * host), and everything needed to write it down and to check it. Plain C: no GLib, no I/O, no
 * allocation. Both sides include this file; all numbers are little-endian.
 *
 * A frame is a header of WIRE_HEADER_SIZE bytes, then `meta_len` bytes of meta (small, typed by
 * the header's type, layouts below), then `payload_len` bytes of payload (array bytes, text).
 * Nothing in a frame is believed before wire_header_validate() and the message's own
 * wire_get_...() have accepted it; both sides end a connection that breaks the rules.
 *
 *   controller                                  agent
 *   ----------------------------------------    ---------------------------------------------
 *                                               READY    who I am: machine, cores, memory
 *   OPEN      settings of this session          (FAULT   if the workdir or such is not usable)
 *   PUT       a piece of a blob, by hash        STORED   the blob is complete
 *   FORGET    a blob is not needed any more
 *   PREPARE   import this function              PREPARED versions | FAULT why not
 *   RUN       arguments of a run (metadata)
 *   CHUNK     rows [lo, hi), their bytes        RESULT   results of the rows, errors of rows
 *                                               LOST     the chunk could not be done here
 *   ACK       results are stored, forget them
 *   DROP      a chunk is not needed any more (a copy of it won): queued → forgotten,
 *             running → its slot is started anew. No answer.
 *   CANCEL    the run is over: drop all its     IDLE     the run's last slot has stopped
 *             chunks, release its arguments     (the answer to CANCEL and to FINISH)
 *   FINISH    the run is over and complete: release its arguments once nothing runs
 *   SLOTS     use n cores from now on (fewer: the surplus finish their chunk, then end)
 *   PING      token                             PONG     the same token, and the host's load
 *                                               LOG      what user code printed
 *                                               STATS    once a second while a run is on
 *   MEASURE   a payload to throw away, or       MEASURED the bytes were read | that many bytes
 *             a wish for that many bytes
 *   BYE       end of the session                (closes)
 *
 * An agent may start working on CHUNKs as soon as PREPARED was sent; the controller may send RUN
 * and CHUNKs before it has seen PREPARED. Chunks wait in the agent in order of arrival and are
 * given to the next free slot. The agent kills its slots and ends when its standard input ends, on
 * BYE, and when it has heard nothing for `deadman_s` seconds (the controller PINGs every 5 s).
 *
 * A row that raises: the slot notes it and goes on behind it; RESULT names the rows. A slot that
 * dies: the agent has the chunk run again in a fresh slot, whose rows are called in a child that
 * tells each result at once. The row that ended the child is called again as the first of a fresh
 * one; when it ends that as well, RESULT names it as WIRE_ROW_DIED, and the rows behind it go on.
 * None of this is visible to the controller but in the timings and `passes`. A chunk whose slots
 * still die three times is LOST.
 *
 * References. On a local link (a socket pair) a frame with WIRE_FLAG_FD carries file descriptors
 * (SCM_RIGHTS, with the frame's first byte) that stand in for array bytes; the meta tells where in
 * the file they are. An agent sends descriptors only after it has received one, since a socket
 * alone does not tell that the link is local. PUT: the blob is bytes [offset, offset+length) of the
 * file. RUN: one descriptor for each WIRE_ARG_REF argument, in order. RESULT: the block lies in the
 * file at `ref_offset`; it stays untouched until the controller ACKs that chunk.
 *
 * Nodes. The header's node names the agent that a frame goes to or comes from. 0 is the agent at
 * the other end of the stream; other numbers are for agents behind it, which an agent that relays
 * frames serves: it rewrites the node on the way, so that every agent sees itself as node 0, and
 * every frame it sends bears the node that it was addressed by. Each node has a session of its own.
 * A frame for a node that the agent does not carry is answered by FAULT (WIRE_FAULT_NODE) with that
 * node, session and run, and its payload is thrown away; the stream and the sessions of other nodes
 * go on, because the node may have gone while frames for it were on their way. BYE is not answered.
 * A frame with WIRE_FLAG_FD for such a node breaks the rules: a relay cannot pass descriptors on.
 *
 * Blobs are known by the 64 lower-case hex digits of their SHA-256; the agent checks their length.
 *
 * Bundle. The modules that travel are one blob: "MMB1", u32 number of files, and for each, sorted
 * by path: u32 length and bytes of its relative path ('/' between, no "." or ".." parts), u64 size,
 * content.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_MAGIC 0x31746d4du /* "Mmt1" */
#define WIRE_VERSION 1
#define WIRE_HEADER_SIZE 48

/* Limits, checked before memory is taken. */
#define WIRE_MAX_META (4u << 20)
#define WIRE_MAX_PAYLOAD (64ull << 20)
#define WIRE_MAX_BLOB (1ull << 40)
#define WIRE_MAX_ARGS 64
#define WIRE_MAX_DIMS 32
#define WIRE_MAX_SLOTS 4096
#define WIRE_MAX_FUNCTIONS 8      /* that an agent keeps ready; see PREPARE */
#define WIRE_MAX_TEXT 65536u      /* a traceback, a piece of log */
#define WIRE_MAX_FAILED_ROWS 1000 /* with their texts in one RESULT; its n_failed counts all */
#define WIRE_MAX_FDS 64
#define WIRE_HASH_LEN 64
#define WIRE_DTYPE_LEN 24

enum wire_type {
    /* controller → agent */
    WIRE_OPEN = 1,
    WIRE_PUT,
    WIRE_FORGET,
    WIRE_PREPARE,
    WIRE_RUN,
    WIRE_CHUNK,
    WIRE_ACK,
    WIRE_DROP,
    WIRE_CANCEL,
    WIRE_FINISH,
    WIRE_SLOTS,
    WIRE_PING,
    WIRE_MEASURE,
    WIRE_BYE,
    /* agent → controller */
    WIRE_READY = 64,
    WIRE_STORED,
    WIRE_PREPARED,
    WIRE_FAULT,
    WIRE_RESULT,
    WIRE_LOST,
    WIRE_IDLE,
    WIRE_LOG,
    WIRE_STATS,
    WIRE_PONG,
    WIRE_MEASURED,
};

enum { WIRE_FLAG_FD = 1 << 0 };

struct wire_header {
    uint8_t type; /* enum wire_type */
    uint16_t flags;
    uint32_t node;    /* 0: the agent at the other end; see "Nodes" */
    uint32_t session; /* one controller's stay at this agent */
    uint32_t run;     /* counts from 1 within a session; 0: not about a run */
    uint32_t attempt; /* which try of the chunk this is, from 1 */
    uint64_t chunk;
    uint32_t meta_len;
    uint64_t payload_len;
};

/* A stretch of memory inside a frame; not terminated, not owned. */
struct wire_str {
    const char *data;
    uint32_t len;
};

/* READY */
struct wire_ready {
    struct wire_str sysname, machine, hostname, cpu_model;
    struct wire_str cpu_features; /* space separated, those that change results ("avx2 fma …") */
    uint32_t cores;               /* that this process may run on */
    uint32_t pid;
    uint64_t memory_total, memory_available; /* bytes */
};

/* OPEN */
struct wire_open {
    struct wire_str workdir; /* slots run there; made if missing; "~/" is the home; empty: home */
    int32_t nice;
    uint32_t slots; /* 0: all cores */
    uint32_t deadman_s;
};

/* PUT: bytes [offset, offset + payload_len) of a blob, pieces in order; with WIRE_FLAG_FD all of it
 * at once */
struct wire_put {
    struct wire_str hash;
    uint64_t total;
    uint64_t offset;
    uint64_t ref_offset; /* with a descriptor: where the blob begins in that file */
};

/* FORGET, STORED */
struct wire_blob {
    struct wire_str hash;
};

/* PREPARE; the function is known by `function` (from 1) in RUNs after it. Each is an interpreter
 * with its slots: of more than WIRE_MAX_FUNCTIONS the one that was prepared first ends, unless a
 * run uses it, then the next. A controller counts on half as many, and prepares others again. */
struct wire_prepare {
    uint32_t function;
    struct wire_str runner;      /* which language's: "python" */
    struct wire_str interpreter; /* command or path; empty: found on the host */
    struct wire_str module, name;
    struct wire_str bundle; /* hash of the bundle blob, or empty */
};

/* PREPARED: what the runner says of itself. No name and no version is empty; the first pair is the
 * language's own. */
#define WIRE_MAX_VERSIONS 16
#define WIRE_MAX_VERSION_TEXT 128 /* bytes of a name, and of a version */
struct wire_version {
    struct wire_str name, version; /* "python", "3.11.2" */
};
struct wire_prepared {
    uint32_t function;
    uint32_t threads_safe;       /* 1: slots are forked from one interpreter; 0: started singly */
    struct wire_str runner;      /* as PREPARE named it */
    struct wire_str interpreter; /* its path */
    uint32_t n_versions;
    struct wire_version versions[WIRE_MAX_VERSIONS];
    uint64_t prepare_us;
};

/* FAULT: something asked for cannot be had; the session goes on without it */
enum wire_fault_code {
    WIRE_FAULT_WORKDIR = 1,
    WIRE_FAULT_INTERPRETER, /* none found, or the configured one does not start */
    WIRE_FAULT_PACKAGE,     /* the interpreter is there, a package that all functions need is not */
    WIRE_FAULT_IMPORT,      /* the module raised, is not found, or lacks the function */
    WIRE_FAULT_BLOB,        /* a blob could not be kept (memory) or is missing */
    WIRE_FAULT_SLOTS,       /* slots cannot be started at all */
    WIRE_FAULT_ARGUMENT,    /* a value or a dtype that the runner refuses */
    WIRE_FAULT_NODE,        /* the agent does not carry the node of that frame */
    WIRE_FAULT_MODULE,      /* as IMPORT: a module is not on the host */
};
struct wire_fault {
    uint32_t code;
    uint32_t function;    /* 0: not about one */
    struct wire_str text; /* a line on what happened, then the traceback, if there is one */
};

/* RUN: meta is this, then n_args × wire_arg */
enum { WIRE_MODE_ROWS = 0, WIRE_MODE_BATCH = 1 };
struct wire_run {
    uint32_t function;
    uint32_t mode;
    uint32_t has_seed;
    uint32_t n_args;
    uint64_t seed;
    uint64_t n_rows;
};

enum wire_arg_kind {
    WIRE_ARG_ROWS = 1, /* bytes come with each chunk, C order */
    WIRE_ARG_KEPT,     /* a blob, C order, all rows of the run */
    WIRE_ARG_REF,      /* a file descriptor that came with this frame; strides hold */
    WIRE_ARG_VALUE,    /* JSON, the same for every call */
};
struct wire_arg {
    uint32_t kind;
    struct wire_str dtype; /* numpy's descr */
    uint32_t n_dims;       /* with the rows' axis first */
    int64_t shape[WIRE_MAX_DIMS];
    int64_t strides[WIRE_MAX_DIMS]; /* bytes; only meaningful for REF */
    uint64_t offset;                /* of element 0 in the file (REF) */
    struct wire_str text;           /* hash (KEPT) or JSON (VALUE) */
};

/* CHUNK: payload is the rows of each WIRE_ARG_ROWS argument, one argument after the other */
struct wire_chunk {
    uint64_t lo, hi;
};

/* ACK, DROP: n chunk numbers (u64) follow the count; of the run in the header */
#define WIRE_MAX_ACKS 1024

/* SLOTS */
struct wire_slots {
    uint32_t slots;
};

/* PING, PONG; PONG's `stats` as in STATS */
struct wire_ping {
    uint64_t token;
};

/* STATS, and the tail of PONG */
struct wire_stats {
    uint64_t agent_us;     /* the agent's CLOCK_MONOTONIC, µs */
    uint32_t cpu_permille; /* of all cores of the host, since the last */
    uint32_t slots, slots_busy;
    uint64_t memory_total, memory_available;
    uint64_t memory_slots; /* RSS of the runner and its slots */
};

/* MEASURE: wish 0: a payload that is thrown away; else the number of bytes wanted as payload of
 * MEASURED, at most WIRE_MAX_PAYLOAD */
struct wire_measure {
    uint64_t token;
    uint64_t wish;
};
struct wire_measured {
    uint64_t token;
    uint64_t received;
};

/* RESULT: meta is this, then n_listed × wire_row_error, sorted by row. The payload begins, if
 * n_failed > 0, with a bit for each row (row i: bit i % 8 of byte i / 8; set: it failed); then come
 * the results of the rows that did not fail, in order, C order, little-endian or '|' (with
 * WIRE_FLAG_FD these lie in the file instead). All rows failed: dtype is empty. */
enum wire_row_kind { WIRE_ROW_RAISED = 1, WIRE_ROW_DIED, WIRE_ROW_BAD_RESULT };
struct wire_result {
    uint64_t lo, hi;
    uint32_t slot;
    uint32_t passes; /* how often the chunk was run here (more than 1: rows were isolated) */
    uint64_t received_us, started_us, finished_us; /* the agent's CLOCK_MONOTONIC */
    uint64_t cpu_us;                               /* of the slot */
    struct wire_str dtype;
    uint32_t n_dims; /* of one row's result */
    int64_t shape[WIRE_MAX_DIMS];
    uint64_t n_failed;
    uint32_t n_listed; /* the first of them, WIRE_MAX_FAILED_ROWS at most, with their texts */
    uint64_t ref_offset, ref_length; /* with WIRE_FLAG_FD */
};
struct wire_row_error {
    uint64_t row;
    uint32_t kind;         /* enum wire_row_kind */
    struct wire_str cause; /* one line: "ValueError: x is negative", "killed by signal 11" */
    struct wire_str text;  /* the traceback; may be empty (same as the one before) */
};

/* LOST: this attempt is over without a result */
struct wire_lost {
    struct wire_str why;
};

/* LOG: payload is UTF-8 text of whole lines as far as they were complete; never over
 * WIRE_MAX_TEXT. `dropped`: bytes left out before it because there was too much. */
struct wire_log {
    uint32_t slot;   /* WIRE_MAX_SLOTS: the interpreter while it imports */
    uint32_t stream; /* 1 stdout, 2 stderr */
    uint64_t dropped;
};

/* Headers. validate: 0 or -EPROTO / -EPROTONOSUPPORT (another version) / -EMSGSIZE. */
void wire_header_encode(const struct wire_header *header, uint8_t out[WIRE_HEADER_SIZE]);
int wire_header_decode(const uint8_t in[WIRE_HEADER_SIZE], struct wire_header *header);
int wire_header_validate(const struct wire_header *header, bool from_agent);
const char *wire_type_name(uint8_t type);

/* Metas are written into a buffer of the caller's; `overflow` remembers that it was too small. */
struct wire_writer {
    uint8_t *data;
    size_t size, used;
    bool overflow;
};
void wire_writer_init(struct wire_writer *w, void *data, size_t size);
void wire_put_u32(struct wire_writer *w, uint32_t value);
void wire_put_u64(struct wire_writer *w, uint64_t value);
void wire_put_str(struct wire_writer *w, const char *data, size_t len);

/* … and read from one; after the first wrong read every read gives 0 and wire_reader_done() fails.
 */
struct wire_reader {
    const uint8_t *data;
    size_t size, used;
    bool failed;
};
void wire_reader_init(struct wire_reader *r, const void *data, size_t size);
uint32_t wire_read_u32(struct wire_reader *r);
uint64_t wire_read_u64(struct wire_reader *r);
struct wire_str wire_read_str(struct wire_reader *r, size_t max_len);
int
wire_reader_done(const struct wire_reader *r); /* 0, or -EPROTO if it failed or bytes are left */

static inline struct wire_str
wire_str(const char *data, size_t len)
{
    return (struct wire_str){data, (uint32_t)len};
}

/* Messages. put_…: appends to the writer. get_…: reads and validates (limits, UTF-8 where text is
 * shown, shapes whose product overflows, NUL bytes); 0 or -EPROTO. Those that are followed by a
 * list (run, arg, result, row_error, ping) do not call wire_reader_done(); the reader's owner does
 * after the list. */
#define WIRE_MESSAGE(name)                                                                         \
    void wire_put_##name(struct wire_writer *w, const struct wire_##name *m);                      \
    int wire_get_##name(struct wire_reader *r, struct wire_##name *m)

WIRE_MESSAGE(ready);
WIRE_MESSAGE(open);
WIRE_MESSAGE(put);
WIRE_MESSAGE(blob);
WIRE_MESSAGE(prepare);
WIRE_MESSAGE(prepared);
WIRE_MESSAGE(fault);
WIRE_MESSAGE(run);
WIRE_MESSAGE(arg);
WIRE_MESSAGE(chunk);
WIRE_MESSAGE(slots);
WIRE_MESSAGE(ping);
WIRE_MESSAGE(stats);
WIRE_MESSAGE(measure);
WIRE_MESSAGE(measured);
WIRE_MESSAGE(result);
WIRE_MESSAGE(row_error);
WIRE_MESSAGE(lost);
WIRE_MESSAGE(log);

/* Little helpers that both sides need. */
bool wire_hash_is_valid(struct wire_str hash);
bool wire_utf8_is_valid(struct wire_str text);
/* writes '?' over every byte that is not part of valid UTF-8, so that the text may travel */
void wire_utf8_make_valid(char *text, size_t len);
/* bytes of n rows of a result or argument; false if that overflows or exceeds max */
bool wire_block_size(uint64_t n_rows, uint32_t itemsize, uint32_t n_dims, const int64_t *shape,
                     uint64_t max, uint64_t *size);
/* where the bytes of a REF argument end in its file; false if that overflows */
bool wire_arg_extent(const struct wire_arg *arg, uint64_t *end);
/* element size of a numpy descr that can travel ("<f8", "|b1", "<U12", …); 0 if it cannot */
uint32_t wire_dtype_itemsize(struct wire_str dtype, bool *valid);
