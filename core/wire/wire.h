/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The protocol between a controller (this library, on the user's computer) and an agent (on a
 * host): the frames, and functions that encode and validate the frames. The library and the agent
 * are both built with these functions, which use no GLib, no I/O and no allocation. All numbers are
 * little-endian.
 *
 * Frames. A frame is a header of WIRE_HEADER_SIZE bytes, `meta_len` bytes of metadata (a small
 * message; the type in the header determines its layout), and `payload_len` bytes of payload (array
 * bytes or text). Before a side uses a frame, it checks the header with wire_header_validate() and
 * the metadata with the wire_get_...() function of the type. If a check fails, it closes the
 * connection.
 *
 *   controller                                  agent
 *   ----------------------------------------    ---------------------------------------------
 *                                               READY    machine, cores, memory; sent first
 *   OPEN      settings of this session          (FAULT   if the workdir cannot be used)
 *   PUT       a piece of a blob, by hash        STORED   the blob is complete
 *   FORGET    the agent may delete a blob
 *   PREPARE   import a function                 PREPARED versions | FAULT reason
 *   RUN       arguments of a run                (FAULT   if an argument cannot be used)
 *   CHUNK     rows [lo, hi) and their bytes     RESULT   results of rows, errors of rows |
 *                                               LOST     this attempt has no result
 *   ACK       results whose files were sent (see "References") are stored: the agent may reuse
 *             their buffers
 *   DROP      chunks are not needed any more, because another host finished the same rows first:
 *             a queued chunk is deleted; the slot of a running chunk is killed and replaced. DROP
 *             is not answered.
 *   RECALL    rows of the chunk that have not  RETURNED where these rows begin
 *             begun are wanted back
 *   CANCEL    end a run: drop all its chunks,   IDLE     no slot runs a chunk of the run (the
 *             release its arguments                      answer to CANCEL and to FINISH)
 *   FINISH    end a complete run: delete its queued chunks, release its arguments when its running
 *             chunks have finished
 *   SLOTS     set the number of slots; surplus slots finish their chunks first
 *   PING      token                             PONG     the same token, and the host's load
 *                                               LOG      output of user code
 *                                               STATS    the host's load, each second of a run
 *   MEASURE   bytes to discard, or a request    MEASURED how many bytes have arrived, or as many
 *             for a number of bytes                      bytes as requested
 *   BYE       end of the session: the agent
 *             exits
 *
 * Order. A slot is a worker process of the agent, which computes one chunk at a time. The
 * controller may send RUN and CHUNKs before it has received PREPARED; the agent queues chunks in
 * order of arrival until the function is ready, and gives each chunk to the next free slot.
 *
 * End. The agent kills its slots and exits in three cases: its standard input ends, it receives
 * BYE, or it has received nothing for `deadman_s` seconds (a field of OPEN). The controller sends a
 * PING every 5 s.
 *
 * Failed rows. If the function raises an exception for a row, the slot records the error and
 * continues with the next row; RESULT lists the failed rows. If the cause may be the host
 * (WIRE_ROW_SUSPECT), the controller may let another host compute the row. If a slot dies, the
 * agent runs the chunk again in a new slot. This slot calls the function in a child process, which
 * sends the result of each row immediately. If the child dies at a row, a new child calls the
 * function for that row again. If that child dies too, RESULT lists the row as WIRE_ROW_DIED and
 * the chunk continues with the next row. The controller sees these retries only in the measured
 * times and in the field `passes` of RESULT. If three slots die while running a chunk, the chunk is
 * LOST.
 *
 * Large rows. The payload of CHUNK and RESULT has at most WIRE_MAX_LENGTH bytes; the field `length`
 * of their metadata says how many. A payload of more than WIRE_MAX_PAYLOAD bytes does not fit into
 * one frame: the rest follows in order in CHUNK_PART or RESULT_PART frames, which have the same
 * run, chunk and attempt in their headers. Other frames may be sent between the parts, so that
 * pings are answered meanwhile, but the parts of a session's next payload begin only after the last
 * part. The receiver stores each part when it arrives, and does not allocate `length` bytes
 * before.
 *
 * If the first result of a chunk shows that all results would take more than 32 MiB, the slot
 * computes only as many rows as fit (at least one). RESULT then ends before the `hi` of CHUNK, and
 * the controller sends the other rows in new chunks.
 *
 * Variable rows. Rows of one length each have a type such as "<f8". Rows of differing lengths have
 * the type WIRE_DTYPE_JSON or WIRE_DTYPE_BYTES. A row of WIRE_DTYPE_JSON is the UTF-8 text of a
 * JSON value, as Python's json module writes it (NaN, Infinity and -Infinity are values), without
 * line breaks and other control characters. A row of WIRE_DTYPE_BYTES is any bytes. A block of n
 * such rows is n + 1 offsets (u64) and then the bytes: row i is the bytes from offset i to offset i
 * + 1. The first offset is 0, no offset is less than the one before it, and the last one is the
 * number of bytes (see wire_offsets_are_valid()).
 *
 * With WIRE_MODE_JSON in RUN, the block of a RESULT is a block of WIRE_DTYPE_JSON, and odd rows do
 * not occur. Without WIRE_MODE_JSON, the results of a RESULT may be variable rows if an array of
 * them would consist mainly of padding: texts are strings of WIRE_DTYPE_JSON, bytes are
 * WIRE_DTYPE_BYTES. None of them ends in a NUL character, because the controller may store them in
 * an array, which cannot keep it; odd rows do not occur then.
 *
 * An argument may have the type WIRE_DTYPE_JSON. It has one axis and the kind WIRE_ARG_ROWS or
 * WIRE_ARG_KEPT, and in `key` the key whose value the function gets, or no text if it gets the
 * whole value; its part of each CHUNK, or its blob, is a block of variable rows, in which white
 * space may stand before and after each value. With `whole`, each call gets a list of the values.
 *
 * Combinations. If the rows of a run are combinations of the rows of several arguments, an argument
 * that is not sent with the chunks has only its own rows, and `repeats`: in row i of the run the
 * function gets row (i / repeats) % n of the n rows of the argument.
 *
 * Rows that have not begun. If a core would be idle, the controller asks for rows that another core
 * has not begun (RECALL, with the chunk and the attempt in the header). The agent answers at once,
 * also while the function is called: rows from `hi` of RETURNED on belong to the controller again,
 * which sends them in new chunks. If `hi` is the end of the chunk, all rows have begun. If `hi` is
 * its first row, the attempt has ended and no RESULT follows. Otherwise the RESULT contains the
 * rows before `hi`, or fewer: the agent may give back more rows with a second RETURNED, or with a
 * RESULT that ends early, as for large rows. RECALL for another attempt, or for a chunk that the
 * agent does not have or that still arrives, is not answered. DROP of a chunk that was returned
 * whole has no effect.
 *
 * Time limits. RUN can limit the time of a call for one row. A slot whose row takes longer is
 * killed and replaced, RESULT lists the row as WIRE_ROW_LATE, and the row is not called again.
 * PREPARE limits the start of the interpreter and the import of the function: either to a fixed
 * time, or, by default, to WIRE_START_IDLE_US in which the interpreter uses no CPU time, does no
 * I/O and prints nothing. After this limit the agent answers with FAULT.
 *
 * References. If controller and agent run on one computer, a socket pair connects them. Then a
 * frame with WIRE_FLAG_FD sends file descriptors instead of array bytes (by SCM_RIGHTS, together
 * with the first byte of the frame). The metadata contains the offsets of the array bytes in the
 * files. An agent sends descriptors only after it has received a descriptor, because a socket as
 * standard input does not prove that the link is local (sshd also uses sockets).
 *
 * PUT: the blob is bytes [offset, offset + length) of the file. RUN: one descriptor for each
 * WIRE_ARG_REF argument, in order. RESULT: the results begin at `ref_offset` of the file, and
 * the agent does not change them before the controller's ACK. If a chunk has several results,
 * because it has several attempts, each ACK confirms the earliest that is not confirmed.
 *
 * Whole arrays. An argument may be an array that each call gets as a whole. It is a blob or a
 * reference, which the agent has once for all its slots, also for later runs. All slots map its
 * file read-only: if a call could change the array, the results of later calls would depend on the
 * slot that runs them. The blob of an array in Fortran order has the elements in this order, and
 * the strides in RUN say so, because the order of a sum, and so its last bits, follow the order in
 * memory.
 *
 * Nodes. The node number in the header identifies the agent that receives or sends the frame. Node
 * 0 is the agent at the other end of the connection. Other numbers are agents behind a relay, which
 * is an agent that forwards frames. The relay changes the node number in each frame: an agent
 * behind the relay receives its frames as node 0, and the controller receives the frames of that
 * agent with the number of the agent. Each node has its own session.
 *
 * The agent answers a frame for an unknown node with FAULT (WIRE_FAULT_NODE) and discards the
 * payload. The FAULT has the node, session and run of the frame. A BYE for an unknown node is not
 * answered. The connection and the sessions of other nodes continue, because the node may have
 * disappeared after the controller sent the frame. A frame for an unknown node with WIRE_FLAG_FD
 * violates the protocol, because a relay cannot forward descriptors.
 *
 * Blobs are identified by their SHA-256 in 64 lower-case hex digits. The agent checks the length of
 * a blob, but not its hash.
 *
 * Bundle. The modules that a function needs are sent as one blob: "MMB1", the number of files
 * (u32), then the files sorted by path. Each file consists of the length of its path (u32), the
 * path, the size of its content (u64), and the content. The path is relative, with '/' as
 * separator, and has no "." or ".." parts.
 *
 * Archive. The data files that are sent with a function are one blob too: "MMF1", the number of
 * entries (u32), then the entries sorted by path. Each entry consists of its kind (u32, enum
 * wire_file_kind), the length of its path (u32), the path, the size of its content (u64), and the
 * content. The agent writes the files to a temporary directory, where they stay until FORGET. For
 * each function that uses them, PREPARE links them to the places that they have beside the
 * function's file.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_MAGIC 0x31746d4du /* "Mmt1" */
#define WIRE_VERSION 5
#define WIRE_HEADER_SIZE 48

/* Limits of sizes (in bytes) and counts in a frame. They are checked before memory is allocated. */
#define WIRE_MAX_META (4u << 20)
#define WIRE_MAX_PAYLOAD (64ull << 20)
#define WIRE_MAX_LENGTH (1ull << 40)  /* bytes of all parts of a payload */
#define WIRE_PART_SIZE (512ull << 10) /* bytes of a payload that is a part of a longer one */
#define WIRE_MAX_BLOB (1ull << 40)
#define WIRE_MAX_ARGS 64
#define WIRE_MAX_ARG_NAME 1024u /* bytes of the name of an argument */
#define WIRE_MAX_DIMS 32
#define WIRE_MAX_SLOTS 4096
#define WIRE_MAX_FUNCTIONS 8      /* imported functions that an agent keeps */
#define WIRE_MAX_TEXT 65536u      /* bytes of a traceback or of one LOG frame */
#define WIRE_MAX_FAILED_ROWS 1000 /* rows listed in one RESULT */
#define WIRE_MAX_FDS 64
#define WIRE_MAX_DEADMAN_S 86400u
#define WIRE_MAX_MEMORY (1ull << 56)    /* bytes of memory of a host */
#define WIRE_MAX_ROW_ITEMS (1ull << 32) /* items in the result of one row */
/* Items without bytes ("<U0") in the result of one row. The number of other items is limited by
 * their bytes. */
#define WIRE_MAX_EMPTY_ITEMS (1ull << 20)
#define WIRE_MAX_LIMIT_US 1000000000000000ull /* the longest time limit: about 31 years */
#define WIRE_START_IDLE_US 60000000u
#define WIRE_HASH_LEN 64
#define WIRE_DTYPE_LEN 24
/* The types of variable rows, instead of a numpy type string. */
#define WIRE_DTYPE_JSON "json"
#define WIRE_DTYPE_BYTES "bytes"

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
    WIRE_CHUNK_PART,
    WIRE_RECALL,
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
    WIRE_RESULT_PART,
    WIRE_RETURNED,
};

/* WIRE_FLAG_FILES: a PUT frame contains a piece of an archive. */
enum { WIRE_FLAG_FD = 1 << 0, WIRE_FLAG_FILES = 1 << 1 };

struct wire_header {
    uint8_t type; /* enum wire_type */
    uint16_t flags;
    uint32_t node;    /* number of an agent, see "Nodes" above */
    uint32_t session; /* session number from OPEN; 0 before OPEN */
    uint32_t run;     /* run number, from 1 in each session; 0: no run */
    uint32_t attempt; /* 1: first attempt to compute the chunk, 2: second, … */
    uint64_t chunk;
    uint32_t meta_len;
    uint64_t payload_len;
};

/* A string inside the buffer of a frame. It is not NUL-terminated, and must not be freed. */
struct wire_str {
    const char *data;
    uint32_t len;
};

/* READY */
struct wire_ready {
    struct wire_str sysname, machine, hostname, cpu_model;
    struct wire_str cpu_features; /* CPU features that can change results: "avx2 fma" */
    uint32_t cores;               /* cores available to the agent (CPU affinity) */
    uint32_t pid;
    uint64_t memory_total, memory_available; /* bytes */
    /* differs between machines, and from one start of a machine to the next; "": unknown */
    struct wire_str boot_id;
};

/* The environment variables that set the number of threads of numerical libraries. If they are not
 * set, the agent sets them to 1, because each core has a process of its own. OpenBLAS, MKL, BLIS
 * and NumExpr read OMP_NUM_THREADS if their own variable is not set. */
#define WIRE_N_THREAD_LIMITS 2
#define WIRE_MAX_THREADS 65536u
extern const char *const wire_thread_limits[WIRE_N_THREAD_LIMITS];

/* OPEN */
struct wire_open {
    struct wire_str workdir; /* folder to run in, created if missing; "": home folder */
    int32_t nice;
    uint32_t slots; /* 0: one slot for each core */
    uint32_t deadman_s;
    /* values of the variables wire_thread_limits[]; 0: the variable in the environment of the agent
     * is not changed */
    uint32_t thread_limits[WIRE_N_THREAD_LIMITS];
};

/* PUT: the payload is the bytes [offset, offset + payload_len) of a blob. The pieces of a blob are
 * sent in order. With WIRE_FLAG_FD, a single frame sends the whole blob as a file descriptor. */
struct wire_put {
    struct wire_str hash;
    uint64_t total;
    uint64_t offset;
    uint64_t ref_offset; /* with WIRE_FLAG_FD: offset of the blob in the file */
};

/* The metadata of FORGET and STORED. */
struct wire_blob {
    struct wire_str hash;
};

/* PREPARE: the agent imports a function. `function` is a number, from 1, by which RUN frames refer
 * to it. Each function has its own interpreter and slots. If an agent already has
 * WIRE_MAX_FUNCTIONS functions, PREPARE removes the oldest function that no run uses. The agent
 * does not report which function it removed. Therefore the controller relies only on the last
 * WIRE_MAX_FUNCTIONS / 2 functions that it prepared, and sends PREPARE again before it uses an
 * older one. */
struct wire_prepare {
    uint32_t function;
    struct wire_str runner;      /* name of the runner: "python" */
    struct wire_str interpreter; /* command or path; empty: the agent chooses one */
    struct wire_str module, name;
    struct wire_str bundle;  /* hash of the bundle, or empty */
    uint64_t start_limit_us; /* time limit of the start; 0: the default, see "Time limits" */
    struct wire_str files;   /* hash of the archive, or empty */
    /* JSON text for the runner, or empty: where the modules are on the controller's computer. The
     * agent does not read this text. user_modules.py describes it for Python. */
    struct wire_str places;
};

enum wire_file_kind { WIRE_FILE_PLAIN, WIRE_FILE_PROGRAM, WIRE_FILE_FOLDER };

/* PREPARED: the interpreter and the versions of its packages. Each entry is a name and a version;
 * neither is empty. The first entry is the language itself. */
#define WIRE_MAX_VERSIONS 16
#define WIRE_MAX_VERSION_TEXT 128 /* bytes of a name or a version */
struct wire_version {
    struct wire_str name, version; /* "python", "3.11.2" */
};
struct wire_prepared {
    uint32_t function;
    /* 1: the import started no threads, so all slots are forks of one interpreter. 0: each slot
     * starts its own interpreter. */
    uint32_t threads_safe;
    struct wire_str runner;      /* name of the runner, as in PREPARE */
    struct wire_str interpreter; /* path of the interpreter */
    uint32_t n_versions;
    struct wire_version versions[WIRE_MAX_VERSIONS];
    uint64_t prepare_us;
};

/* FAULT: the agent cannot carry out a request. The session continues. */
enum wire_fault_code {
    WIRE_FAULT_WORKDIR = 1,
    WIRE_FAULT_INTERPRETER, /* no interpreter found, or the configured interpreter fails */
    WIRE_FAULT_PACKAGE,     /* the interpreter lacks a package that every function needs */
    WIRE_FAULT_IMPORT,      /* the module raised an exception, or lacks the function */
    WIRE_FAULT_BLOB,        /* a blob is missing or cannot be stored */
    WIRE_FAULT_SLOTS,       /* slots cannot be started */
    WIRE_FAULT_ARGUMENT,    /* the runner rejects a value or a dtype */
    WIRE_FAULT_NODE,        /* the agent does not know the node in the header */
    WIRE_FAULT_MODULE,      /* a module is not installed on the host */
};
struct wire_fault {
    uint32_t code;
    uint32_t function;    /* number of the function; 0: not about a function */
    struct wire_str text; /* one line with the reason, then the traceback, if any */
    struct wire_str blob; /* BLOB: hash of a blob that the agent does not store, or empty */
};

/* RUN: the metadata is a wire_run, then n_args × wire_arg. The arguments with a name follow after
 * those without one, which are passed by position. Bits of wire_run.mode. WIRE_MODE_BATCH: the
 * function is called for many rows at once. WIRE_MODE_JSON: each result is JSON text, see "Variable
 * rows". */
enum { WIRE_MODE_ROWS = 0, WIRE_MODE_BATCH = 1, WIRE_MODE_JSON = 2 };
struct wire_run {
    uint32_t function;
    uint32_t mode;
    uint32_t has_seed;
    uint32_t n_args;
    uint64_t seed;
    uint64_t n_rows;
    uint64_t row_limit_us; /* time limit of the call for one row; 0: none. A batch call for n rows
                            * has n times this limit */
};

enum wire_arg_kind {
    WIRE_ARG_ROWS = 1, /* each CHUNK contains a part of the argument's rows, in C order */
    WIRE_ARG_KEPT,     /* a blob contains the array; its rows are in C order */
    WIRE_ARG_REF,      /* a file contains the array; RUN sends its descriptor */
    WIRE_ARG_VALUE,    /* a JSON value, the same for every call */
};
struct wire_arg {
    uint32_t kind;
    uint32_t whole;        /* 1: each call gets the whole array; KEPT and REF only */
    struct wire_str dtype; /* numpy type string: "<f8" */
    uint32_t n_dims;       /* number of axes; unless `whole`, axis 0 is the rows */
    int64_t shape[WIRE_MAX_DIMS];
    int64_t strides[WIRE_MAX_DIMS]; /* stride of each axis in bytes; REF, and KEPT with `whole` */
    uint64_t offset;                /* position of element 0 in the file, in bytes; REF only */
    struct wire_str text;           /* KEPT: hash of the blob; VALUE: JSON text */
    struct wire_str name;           /* name of the parameter; empty: passed by position */
    struct wire_str key; /* variable rows: the key whose value is passed; empty: the whole value */
    uint64_t repeats;    /* see "Combinations"; 0: the argument has a row for each row of the run */
};

/* CHUNK: the payload contains the rows of the first WIRE_ARG_ROWS argument, then the rows of the
 * second, and so on. */
struct wire_chunk {
    uint64_t lo, hi;
    uint64_t length; /* bytes of the payload with all its parts, see "Large rows" */
};

/* CHUNK_PART, RESULT_PART */
struct wire_part {
    uint64_t offset; /* position of the part in the whole payload */
};

/* RETURNED: the rows of the chunk from `hi` on are given back; see "Rows that have not begun" */
struct wire_returned {
    uint64_t hi;
};

/* The metadata of ACK and DROP is the number of chunks (u32), then the number of each chunk (u64).
 * The chunks belong to the run in the header. */
#define WIRE_MAX_ACKS 1024

/* SLOTS: sets the number of slots. */
struct wire_slots {
    uint32_t slots;
};

/* The metadata of PING is a wire_ping. The metadata of PONG is a wire_ping and a wire_stats. */
struct wire_ping {
    uint64_t token;
};

/* The load of a host, sent in STATS and PONG. */
struct wire_stats {
    uint64_t agent_us;     /* time of CLOCK_MONOTONIC on the host, µs */
    uint32_t cpu_permille; /* mean load of all cores since the previous STATS or PONG */
    uint32_t slots, slots_busy;
    uint64_t memory_total, memory_available;
    /* resident memory of all interpreters and slots in bytes; pages of files, such as those of a
     * whole array, are counted once, for the process that has most of them */
    uint64_t memory_slots;
};

/* MEASURE: the controller measures the speed of the connection. If `wish` is 0, MEASURE has a
 * payload, which the agent discards. Otherwise the agent sends `wish` bytes (at most
 * WIRE_MAX_PAYLOAD) as the payload of MEASURED. */
struct wire_measure {
    uint64_t token;
    uint64_t wish;
};
struct wire_measured {
    uint64_t token;
    uint64_t received;
};

/* RESULT: the metadata is a wire_result, then n_listed × wire_row_error sorted by row, then up to
 * WIRE_MAX_ODD × wire_odd. If n_failed > 0, the payload begins with one bit for each row: bit i
 * % 8 of byte i / 8 is 1 if row i of the chunk failed. If n_suspect > 0, one bit for each row
 * follows: 1 if row i is of the kind WIRE_ROW_SUSPECT. The rest of the payload is the results of
 * the other rows in C order, little-endian. With WIRE_FLAG_FD, these results are not in the payload
 * but in the file whose descriptor is sent with the frame. If all rows failed, dtype is empty.
 *
 * WIRE_ROW_SUSPECT: the function raised an exception whose cause may be this host, for example a
 * package or a file that the host lacks. Another host may be able to compute the row.
 *
 * WIRE_ROW_BAD_ARGUMENT: a row of a JSON argument cannot be passed. `cause` is the number of the
 * argument in RUN, from 0, the number of its row, and the reason, separated by single blanks.
 *
 * WIRE_ROW_NO_ARRAY: like WIRE_ROW_BAD_RESULT, but a line of JSON can contain the result.
 *
 * Odd rows. An odd row has a result that does not fit into one array with the results of most rows
 * of the chunk. Odd rows are sent too, because most rows of the run may have results like theirs.
 * Each wire_odd describes odd rows whose results fit into one array. The bits of odd rows are set
 * and they count in n_failed, but they are not listed as errors. After the results of the other
 * rows, the payload contains for each wire_odd, in order, the row numbers (u64, ascending) and the
 * results. */
enum wire_row_kind {
    WIRE_ROW_RAISED = 1,
    WIRE_ROW_DIED,
    WIRE_ROW_BAD_RESULT,
    WIRE_ROW_LATE,
    WIRE_ROW_SUSPECT,
    WIRE_ROW_BAD_ARGUMENT,
    WIRE_ROW_NO_ARRAY,
};
struct wire_result {
    uint64_t lo, hi;
    uint32_t slot;
    uint32_t passes; /* number of times the agent ran the chunk; above 1 after a slot died */
    uint64_t received_us, started_us, finished_us; /* times of CLOCK_MONOTONIC on the host, µs */
    uint64_t cpu_us;                               /* CPU time that the slot used for this chunk */
    struct wire_str dtype;
    uint32_t n_dims; /* number of axes of the result of one row */
    int64_t shape[WIRE_MAX_DIMS];
    uint64_t n_failed;
    uint32_t n_listed; /* number of row errors in the metadata, at most WIRE_MAX_FAILED_ROWS */
    uint64_t ref_offset, ref_length; /* with WIRE_FLAG_FD: position of the results in the file */
    uint64_t length;                 /* bytes of the payload with all its parts, see "Large rows" */
    uint64_t n_suspect;              /* number of failed rows of the kind WIRE_ROW_SUSPECT */
};
/* Returns the size of the bits for failed and suspect rows at the beginning of the payload, in
 * bytes. */
static inline uint64_t
wire_result_bits(uint64_t n_rows, uint64_t n_failed, uint64_t n_suspect)
{
    return ((n_failed > 0 ? 1u : 0u) + (n_suspect > 0 ? 1u : 0u)) * ((n_rows + 7) / 8);
}
struct wire_row_error {
    uint64_t row;
    uint32_t kind;         /* enum wire_row_kind */
    struct wire_str cause; /* one line: "ValueError: x is negative", "killed by signal 11" */
    struct wire_str text;  /* traceback; empty: too long, or equal to that of the previous row */
};
#define WIRE_MAX_ODD 8192
struct wire_odd {
    struct wire_str dtype;
    uint32_t n_dims; /* number of axes of the result of one row */
    int64_t shape[WIRE_MAX_DIMS];
    uint64_t n_rows;
};

/* LOST: this attempt ended without a result. */
struct wire_lost {
    struct wire_str why;
};

/* LOG: the payload is at most WIRE_MAX_TEXT bytes of UTF-8 text, if possible whole lines.
 * `dropped`: number of bytes omitted before this text, because user code printed too much. */
struct wire_log {
    uint32_t slot;   /* slot that printed the text; WIRE_MAX_SLOTS: printed during the import */
    uint32_t stream; /* 1 stdout, 2 stderr */
    uint64_t dropped;
};

/* wire_header_decode() returns 0, -EPROTO (not a header) or -EPROTONOSUPPORT (another protocol
 * version). wire_header_validate() returns 0, -EPROTO (a field is not valid) or -EMSGSIZE (a length
 * exceeds its limit). */
void wire_header_encode(const struct wire_header *header, uint8_t out[WIRE_HEADER_SIZE]);
int wire_header_decode(const uint8_t in[WIRE_HEADER_SIZE], struct wire_header *header);
int wire_header_validate(const struct wire_header *header, bool from_agent);
const char *wire_type_name(uint8_t type);

/* Writes metadata into `data`, a buffer of the caller. If the buffer is too small, `overflow` is
 * set. */
struct wire_writer {
    uint8_t *data;
    size_t size, used;
    bool overflow;
};
void wire_writer_init(struct wire_writer *w, void *data, size_t size);
void wire_put_u32(struct wire_writer *w, uint32_t value);
void wire_put_u64(struct wire_writer *w, uint64_t value);
void wire_put_str(struct wire_writer *w, const char *data, size_t len);

/* Reads metadata. If a number or string is incomplete, or a string is too long, this read and all
 * later reads return 0 or an empty string, and wire_reader_done() returns an error. */
struct wire_reader {
    const uint8_t *data;
    size_t size, used;
    bool failed;
};
void wire_reader_init(struct wire_reader *r, const void *data, size_t size);
uint32_t wire_read_u32(struct wire_reader *r);
uint64_t wire_read_u64(struct wire_reader *r);
struct wire_str wire_read_str(struct wire_reader *r, size_t max_len);
/* Returns 0, or -EPROTO if a read failed or unread bytes are left. */
int wire_reader_done(const struct wire_reader *r);

static inline struct wire_str
wire_str(const char *data, size_t len)
{
    return (struct wire_str){data, (uint32_t)len};
}

/* wire_put_…() appends a message to the writer. wire_get_…() reads a message and returns 0 or
 * -EPROTO. It checks that numbers are within their limits, that texts for the user are UTF-8, that
 * strings contain no NUL bytes, and that the sizes of arrays do not overflow.
 *
 * If further data can follow a message (run, arg, result, row_error, odd, ping), it does not
 * call wire_reader_done(). The caller calls wire_reader_done() after the last message. */
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
WIRE_MESSAGE(part);
WIRE_MESSAGE(returned);
WIRE_MESSAGE(slots);
WIRE_MESSAGE(ping);
WIRE_MESSAGE(stats);
WIRE_MESSAGE(measure);
WIRE_MESSAGE(measured);
WIRE_MESSAGE(result);
WIRE_MESSAGE(row_error);
WIRE_MESSAGE(odd);
WIRE_MESSAGE(lost);
WIRE_MESSAGE(log);

/* Returns the payload size of the first frame for a payload of @length bytes. */
uint64_t wire_first_part(uint64_t length);
/* Makes the header of the frame with the bytes from @offset on. @first: header of the first frame.
 */
struct wire_header wire_part_header(const struct wire_header *first, uint64_t offset,
                                    uint64_t length);
/* How much of a payload has arrived. All fields are 0 before the first payload. */
struct wire_parts {
    uint32_t run, attempt;
    uint64_t chunk, length, received;
};
/* Checks the first frame of a payload of @length bytes. Returns 0 if it contains the whole payload,
 * 1 if parts must follow, -EPROTO if the frame is invalid or if parts of another payload must
 * follow first. */
int wire_parts_begin(struct wire_parts *p, const struct wire_header *h, uint64_t length);
/* Checks a part. Returns 0 if the payload is now complete, 1 if more parts must follow, -EPROTO if
 * the part is not the next one. */
int wire_parts_add(struct wire_parts *p, const struct wire_header *h, const struct wire_part *part);

bool wire_hash_is_valid(struct wire_str hash);
bool wire_utf8_is_valid(struct wire_str text);
/* Replaces every byte that is not part of valid UTF-8 by '?', so that the text can be sent. */
void wire_utf8_make_valid(char *text, size_t len);
/* Computes the size of n rows of a result or an argument in bytes. Returns false if the size
 * overflows or exceeds `max`. */
bool wire_block_size(uint64_t n_rows, uint32_t itemsize, uint32_t n_dims, const int64_t *shape,
                     uint64_t max, uint64_t *size);
/* Computes the size of odd rows in a RESULT in bytes: their numbers and results. Returns false if
 * the size exceeds `max`. */
bool wire_odd_size(const struct wire_odd *odd, uint64_t max, uint64_t *size);
/* Computes the offset after the last byte of a WIRE_ARG_REF argument in its file. Returns false if
 * the offset overflows. */
bool wire_arg_extent(const struct wire_arg *arg, uint64_t *end);
/* Returns the element size in bytes of a numpy type string such as "<f8", "|b1" or "<U12". Sets
 * *valid to whether arrays of this type can be sent. */
uint32_t wire_dtype_itemsize(struct wire_str dtype, bool *valid);
bool wire_dtype_is_json(struct wire_str dtype);
bool wire_dtype_is_bytes(struct wire_str dtype);
/* Returns whether rows of this type have differing lengths. */
bool wire_dtype_is_variable(struct wire_str dtype);
/* Returns the size of the offsets of a block of variable rows in bytes. Returns false if the size
 * exceeds `max`. */
bool wire_offsets_size(uint64_t n_rows, uint64_t max, uint64_t *size);
/* Returns whether the offsets of a block of variable rows, which need not be aligned, are valid for
 * `length` bytes. */
bool wire_offsets_are_valid(const uint8_t *offsets, uint64_t n_rows, uint64_t length);
