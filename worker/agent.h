/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The agent has one process, one thread and one epoll loop. Each object owns the objects to its
 * right:
 *
 *   agent ── functions (an interpreter each) ── slots (a process for each core)
 *         ├─ runs ── tasks (a chunk each: queued, or given to a slot)
 *         ├─ blobs
 *         └─ frames to be sent
 *
 * Event handlers change these objects and queue frames, but send nothing. Once per turn of the
 * loop, tasks_dispatch() sends chunks to free slots and output_flush() writes the queued frames.
 * epoll_wait() may return several events that refer to the same object. A handler that removes an
 * object therefore frees it with agent_free_later(), after all events of the turn.
 */
#pragma once

#ifndef _GNU_SOURCE /* a host compiles the sources with `cc *.c`, which does not define it */
#define _GNU_SOURCE
#endif
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "runner-table.h"
#include "slot-protocol.h"
#include "util.h"
#include "wire.h"

struct agent;

/* A descriptor, and the handler that is called when it is ready. Implemented in loop.c. */
struct watch {
    int fd;
    uint32_t events;
    void (*ready)(void *data, uint32_t events);
    void *data;
};
void watch_start(struct agent *a, struct watch *w, int fd, uint32_t events,
                 void (*ready)(void *, uint32_t), void *data);
void watch_set_events(struct agent *a, struct watch *w, uint32_t events);
void watch_stop(struct agent *a, struct watch *w); /* the caller must close the descriptor */

/* Implemented in store.c. */
struct sent_files;
struct blob {
    struct blob *next;
    char hash[WIRE_HASH_LEN + 1];
    uint64_t total, received, offset; /* `offset`: first byte of the blob in the file `fd` */
    int fd;
    struct sent_files
        *files; /* the content of an archive; NULL for other blobs, then `fd` is set */
};
struct blob *store_find(struct agent *a, struct wire_str hash);
struct blob *store_find_complete(struct agent *a, struct wire_str hash);
/* Returns the files of a complete archive, or NULL. */
struct sent_files *store_find_files(struct agent *a, struct wire_str hash);
struct blob *store_add(struct agent *a, struct wire_str hash, uint64_t total);
void store_remove(struct agent *a, struct wire_str hash);
void store_clear(struct agent *a);

/* Unpacks the modules of a function (bundle). Returns 0, or a negative errno and sets *why to a
 * static text. The bundle functions are implemented in bundle.c. */
int bundle_unpack(const struct blob *blob, const char *directory, const char **why);
/* Creates a temporary directory and locks it, so that other agents do not remove it. `size`: number
 * of free bytes that its file system must have. */
char *bundle_make_directory(int *lock_fd, uint64_t size);
void bundle_remove(const char *directory);
/* Removes the permission to write from a directory and the directories below it. */
void bundle_make_read_only(const char *directory);
/* Maximum number of bytes of the path of a file in a bundle or an archive. */
#define BUNDLE_MAX_PATH 1024u
bool bundle_path_is_valid(struct wire_str path);
/* Creates a file or folder below `directory`, and the folders above it. Sets *fd to the descriptor
 * of the file. Returns 0 or a negative errno; -EPROTO if the file exists already. */
int bundle_create(const char *directory, struct wire_str name, bool is_folder, int *fd);
int bundle_write(const char *directory, struct wire_str name, const void *content, uint64_t size);

/* The files of an archive, see "Archive" in wire.h. Implemented in sent-files.c. If the files
 * cannot be stored, sent_files_why() returns the reason, and further pieces are ignored. */
struct sent_files *sent_files_new(uint64_t size);
struct sent_files *sent_files_ref(struct sent_files *s);
void sent_files_unref(struct sent_files *s);
const char *sent_files_why(const struct sent_files *s);
void sent_files_fail(struct sent_files *s, int rc);
/* Returns the descriptor of a file for the next piece of the archive, or -1 after a failure. */
int sent_files_piece(struct sent_files *s, uint64_t size);
/* Called when the piece has arrived. */
void sent_files_take(struct sent_files *s, bool last);
/* Links the files into a directory of modules. Returns 0 or a negative errno. */
int sent_files_link(struct sent_files *s, const char *directory);
const char *sent_files_directory(const struct sent_files *s);

/* Reads the output of a process and sends the output in LOG frames. Implemented in log-pipe.c. */
struct log_pipe {
    struct watch watch;
    struct agent *agent;
    uint32_t slot, stream;
    uint64_t dropped, allowance, allowed_us;
    size_t used;
    char data[4096];
    char tail[512]; /* last bytes of the output, for error messages */
    size_t tail_used;
};
int log_pipe_open(struct agent *a, struct log_pipe *p, uint32_t slot, uint32_t stream);
void log_pipe_drain(struct log_pipe *p, bool flush);
void log_pipe_close(struct log_pipe *p);

/* What a slot is told about a run: the metadata, and the device and inode of each file. If two runs
 * have the same content, a slot that has the files of the first needs no message about the second.
 * It keeps the files open, so no other file can get their inodes meanwhile. */
struct run_content {
    uint32_t refs;
    bool is_complete; /* false: a file could not be looked up, so nothing is equal to the content */
    size_t meta_length, length;
    uint8_t bytes[]; /* `length` bytes; the metadata first */
};
bool run_content_is_equal(const struct run_content *a, const struct run_content *b);
void run_content_unref(struct run_content *c);

/* A run of the controller. The agent stores its metadata and its arguments in files that the slots
 * read. */
struct run {
    struct run *next;
    uint32_t id, function, mode;
    uint64_t n_rows;
    uint64_t row_limit_us; /* time limit of the call for one row; 0: none */
    uint64_t row_bytes;    /* number of bytes that a CHUNK frame contains for each row */
    uint32_t n_variable; /* number of further arguments in CHUNK frames, with rows of any length */
    struct run_content *content;
    /* The first file contains the metadata of the run; it is made when a slot needs it. Each
     * further file contains an array argument that is not sent with the chunks. */
    int fds[1 + WIRE_MAX_ARGS];
    uint32_t n_fds;
    uint32_t n_running; /* number of tasks that slots have not finished */
    bool failed, over;
    char *why;
};

/* A chunk that is queued or given to a slot. */
struct task {
    struct task *next;
    struct run *run;
    uint64_t chunk, lo, hi, serial;
    uint32_t attempt, passes, deaths;
    uint64_t received_us, rows_length;
    int rows_fd;
    /* A slot died while it computed this task. The next slot calls the function in a child process,
     * so that the slot itself survives. */
    bool isolate;
    bool dropped;
    /* All rows were given back although a slot has the task. What the slot answers is ignored. */
    bool withdrawn;
    uint64_t late;   /* number in the chunk, from 1, of the row that exceeded its limit; 0: none */
    uint64_t n_sent; /* number of rows that the controller sent; more than `hi` - `lo` if some were
                        given back */
    struct result_buffer *buffer;
};

/* A file in memory into which a slot writes results. */
struct result_buffer {
    uint32_t refs, number;
    int fd;
    bool large;      /* the result is larger than the payload of one frame */
    bool sent, busy; /* sent: the slot has the file; busy: the slot may write, or the result is
                        still needed */
    uint32_t run;    /* if waits_for_ack: run and chunk of the expected ACK frame */
    uint64_t chunk;
    uint64_t order; /* if waits_for_ack: number of results that were sent as files before */
    bool waits_for_ack;
};
void result_buffer_unref(struct result_buffer *b);
/* Frees the memory of a large result that is not needed any more. The file keeps its size. */
void result_buffer_empty(struct result_buffer *b);

/* How long a process has been in the same state. Used only by limits.c. */
struct stall {
    uint64_t seen[2];    /* the state that was seen last */
    uint64_t idle_us;    /* since the state changed */
    uint64_t total_us;   /* since the process was started */
    uint64_t stopped_us; /* since the process was stopped by a signal */
};

enum slot_state { SLOT_STARTING, SLOT_READY, SLOT_ENDING };
struct slot {
    struct agent *agent;
    struct function *function;
    uint32_t index;
    enum slot_state state;
    pid_t pid;
    struct watch watch;
    struct log_pipe out, err;
    struct run *run;             /* the run of the last chunk of the slot */
    struct run_content *content; /* what the slot was last told about a run, or NULL */
    struct task *tasks[2];
    uint32_t n_tasks;
    struct result_buffer *buffers[SLOT_MAX_BUFFERS];
    uint64_t last_us;           /* computing time of the last chunk */
    int shared_fd;              /* the shared file, see slot-protocol.h; -1: none yet */
    struct slot_shared *shared; /* the file, mapped */
    struct stall stall;
};

enum function_state { FUNCTION_STARTING, FUNCTION_READY, FUNCTION_FAILED };
struct function {
    struct function *next;
    struct agent *agent;
    uint32_t number;
    enum function_state state;
    const struct runner *runner; /* NULL: no runner knows the language of the function */
    char *configured;            /* the interpreter set by the user, or "" */
    char *module, *name, *directory, *why;
    int directory_lock;
    struct sent_files *files; /* NULL: no files were sent with the function */
    pid_t pid;                /* 0: there is no process */
    struct watch control; /* socket to the interpreter, see slot-protocol.h. The descriptor is -1
                             while a process that has closed the socket ends. */
    struct log_pipe out, err;
    char *interpreter;  /* path of the interpreter that is used or tried */
    uint32_t candidate; /* number of the interpreter that is tried next */
    char *said;         /* error messages of the interpreters that cannot be used, or NULL */
    bool tried_found;   /* the interpreter that imported another function was tried */
    bool lacks_package; /* a tried interpreter lacked a package that every function needs */
    bool usable;        /* the interpreter has all packages that every function needs */
    bool worked;        /* the interpreter has imported the function, so no other is tried */
    bool reaped;
    int exit_status;
    uint32_t restarts, failed_starts;
    uint64_t start_limit_us; /* see wire_prepare */
    struct stall stall;
    uint64_t asked_us;
    struct slot **slots; /* WIRE_MAX_SLOTS elements; NULL: no such slot */
    uint32_t slots_end;  /* higher than the number of each slot that exists */
};

/* The session between the controller and this agent. Frames for this agent have the node number 0
 * (see "Nodes" in wire.h). */
struct session {
    uint32_t node; /* node number in the frames of the session */
    uint32_t id;   /* session number from the OPEN frame */
    bool open;
};

struct out_frame;
struct agent {
    int in_fd, out_fd, epoll_fd, signal_fd;
    bool socket;     /* the connection is a UNIX socket, which can send descriptors */
    bool passes_fds; /* a descriptor was received, which proves that the connection is local */
    bool ending;
    int exit_status;
    struct watch input, output, signals;
    uint64_t rlimit_files;

    struct session session;
    bool workdir_usable;
    uint32_t n_slots, deadman_s;
    int32_t nice;
    char *workdir, *workdir_why;
    /* For each runner: the path of an interpreter that has already imported a function, or NULL.
     * Functions for which the user has set no interpreter try this interpreter first. */
    char *found[N_RUNNERS];

    struct in_state *in;
    struct wire_parts parts; /* the chunk that arrives in several parts */
    struct task *parts_task; /* its task; NULL: the parts are discarded */
    struct out_frame *out_first, **out_last;
    uint64_t out_bytes;        /* size of all queued frames */
    uint64_t out_result_bytes; /* size of those that contain results */
    uint64_t hold_until_us;    /* time until which a frame that nobody waits for may be held */
    bool slots_paused, input_paused;

    struct blob *blobs;
    struct function *functions;
    struct run *runs;
    struct task *queue, **queue_last;
    /* For each slot number: the slot with this number that has chunks. NULL: no such slot. Each
     * function can have a slot with this number, but only one of these slots gets chunks. */
    struct slot **busy;
    uint64_t next_serial;
    uint64_t n_files_sent; /* number of results that were sent as files */
    uint64_t heard_us, stats_us;
    bool starting; /* an interpreter or a slot was started, and the start may not be complete */
    uint64_t limits_us, limits_checked_us; /* next and last call of limits_check() */
    uint64_t cpu_busy, cpu_total;
    void **garbage;
    size_t n_garbage, garbage_size;
};

/* Implemented in agent.c. */
void agent_run(struct agent *a);
void agent_end(struct agent *a, int status, const char *why);
void agent_free_later(struct agent *a, void *memory);

/* Implemented in input.c. */
void input_start(struct agent *a);
void input_stop(struct agent *a);
int input_take_fd(struct agent *a);
enum payload_kind { PAYLOAD_DISCARD, PAYLOAD_FILE };
/* Sets the destination of the current frame's payload. PAYLOAD_FILE: the file `fd`, from the byte
 * `offset` on. PAYLOAD_DISCARD: the payload is not stored. Returns false and sets errno if the file
 * cannot be mapped. */
bool input_payload_to(struct agent *a, enum payload_kind kind, int fd, uint64_t offset);

/* The payload of a frame for output_send(), which is implemented in output.c. If `release` is NULL,
 * output_send() copies `data`. Otherwise `data` must stay valid until the frame was sent. The agent
 * then calls `release` with the argument `owner`. */
struct out_payload {
    const void *data;
    uint64_t length;
    void (*release)(void *);
    void *owner;
    int fd; /* descriptor to send with the frame, or -1; output_send() duplicates it */
};
void output_start(struct agent *a);
void output_send(struct agent *a, uint8_t type, uint32_t run, uint64_t chunk, uint32_t attempt,
                 const struct wire_writer *meta, const struct out_payload *payload);
/* Like output_send(), but the caller sets the node and the session of the frame in `h`. The
 * function sets the lengths and flags in `h`. */
void output_send_as(struct agent *a, struct wire_header h, const struct wire_writer *meta,
                    const struct out_payload *payload);
void output_flush(struct agent *a);
/* Returns the time at which output_flush() must be called again; UINT64_MAX: not needed. */
uint64_t output_held_until(const struct agent *a);
void output_clear(struct agent *a);
void send_fault(struct agent *a, uint32_t code, uint32_t function, uint32_t run, const char *text);
/* `blob`: hash of the blob that the agent does not store; empty: none. The controller sends this
 * blob again for the next run that needs it, and keeps counting the others as stored. */
void send_blob_fault(struct agent *a, uint32_t code, uint32_t function, uint32_t run,
                     const char *text, struct wire_str blob);
/* Sends a FAULT frame as the answer to the frame `to`, whose node is unknown. */
void send_no_node(struct agent *a, const struct wire_header *to);
void send_lost(struct agent *a, const struct task *t, const char *why);

/* Implemented in session.c. For each frame from the controller, session_begin() is called before
 * the payload is received. It returns false if the frame is invalid. session_end() is called after
 * the whole payload was received. */
bool session_begin(struct agent *a, const struct wire_header *h, const uint8_t *meta);
void session_end(struct agent *a, const struct wire_header *h);
void session_send_ready(struct agent *a);

/* Implemented in chunk.c. Process a CHUNK or CHUNK_PART frame. Return false if the frame is
 * invalid. Set *complete if the chunk is complete after the payload of this frame. */
bool chunk_begin(struct agent *a, const struct wire_header *h, struct wire_reader *r,
                 struct task **complete);
bool chunk_add(struct agent *a, const struct wire_header *h, struct wire_reader *r,
               struct task **complete);
/* Discards the chunk whose parts are arriving. */
void chunk_drop(struct agent *a);

/* Implemented in run.c. */
bool run_add(struct agent *a, const struct wire_header *h, const uint8_t *meta);
struct run *run_find(struct agent *a, uint32_t id);
/* Makes the file of the metadata, unless it exists. Returns false and sets errno if this fails. */
bool run_make_file(struct run *run);
void run_fail(struct agent *a, struct run *run, uint32_t code, const char *why);
void run_cancel(struct agent *a, uint32_t id);
void run_finish(struct agent *a, uint32_t id);
void run_task_stopped(struct agent *a, struct run *run);

/* Implemented in task.c. Returns whether the controller expects an answer to the task. */
bool task_is_wanted(const struct task *t);
struct task *task_new(struct run *run, const struct wire_header *h, uint64_t lo, uint64_t hi);
void task_free(struct task *t);
void task_queue(struct agent *a, struct task *t, bool first);
/* Removes the task from the queue. `at`: the link that points to the task. */
struct task *task_unqueue(struct agent *a, struct task **at);
/* Deletes the queued tasks of the run. If `chunk` is not NULL, only the tasks of this chunk are
 * deleted. If `running` is true, slots that compute such tasks are killed. */
void tasks_drop(struct agent *a, struct run *run, const uint64_t *chunk, bool running);
void tasks_lose(struct agent *a, struct run *run, const char *why);
/* Frees the buffer of the earliest result of the chunk that was sent as a file and not confirmed
 * yet, because a chunk may have several attempts, or all such buffers of the run if `chunk` is
 * NULL. */
void tasks_ack(struct agent *a, uint32_t run, const uint64_t *chunk);
void tasks_dispatch(struct agent *a);
/* Returns whether there are chunks that are queued or that slots have not finished. */
bool tasks_are_left(const struct agent *a);

/* Implemented in function.c and runner.c. */
bool function_prepare(struct agent *a, const struct wire_prepare *m);
struct function *function_find(struct agent *a, uint32_t number);
void function_start(struct function *f);
void function_fail(struct function *f, uint32_t code, const char *why);
void function_try_next(struct function *f);
void function_free(struct function *f);
void function_stop_process(struct function *f);
int runner_spawn(struct function *f);
int runner_send_start(struct function *f, uint32_t slot, const int fds[3]);
void runner_ready(void *data, uint32_t events);
void agent_reap(struct agent *a);

/* Implemented in processes.c. Kills the children of a process, their children, and so on. */
void processes_kill_below(pid_t pid);
/* Called with the process id of a slot that has died or was killed. processes_kill_left() then
 * kills the processes that the slot has started and left. It must be called once per turn of the
 * loop and, with `reaped`, whenever a process below the agent has ended. */
void processes_slot_died(pid_t pid);
void processes_kill_left(bool reaped);
/* Called with the process id of a new slot, because it may be that of a dead slot. */
void processes_slot_started(pid_t pid);
/* Kills all processes below the agent and waits until they have ended, at most a second. */
void processes_kill_orphans(void);

/* Called by limits.c for an interpreter, or for one of its slots, that does not start within its
 * limit. `why` completes a sentence: "took longer than 5 s". */
void runner_start_is_late(struct function *f, const char *why);
void runner_slot_is_late(struct function *f, struct slot *s, const char *why);
/* Called for an interpreter that has closed its socket, but does not end. */
void runner_end_is_late(struct function *f);
/* Ends an interpreter that does not answer. It is started again. */
void runner_kill(struct function *f);

/* Implemented in limits.c. Ends the rows, starts and processes that have exceeded a time limit.
 * Returns the time of the next call; UINT64_MAX: not needed. */
uint64_t limits_check(struct agent *a, uint64_t now);

/* Implemented in recall.c. */
/* Creates the shared file of a slot that gets its first chunk. Returns false and sets errno if this
 * fails. */
bool slot_share(struct slot *s);
void slot_unshare(struct slot *s);
/* Gives the rows of a chunk that have not begun back to the controller. */
void tasks_recall(struct agent *a, const struct wire_header *h);
/* Called if a slot has computed no row of the task, because its rows were wanted back. */
void task_return(struct agent *a, struct task *t);

/* Implemented in slot.c. */
void slots_adjust(struct function *f);
void slot_kill(struct slot *s);
void slot_end(struct slot *s);
bool slot_can_take(const struct slot *s);
void slot_give(struct slot *s, struct task *t);
void slot_died(struct slot *s, const char *how);
/* Gives up a slot that was killed, but does not end. Its chunks are computed by other slots. */
void slot_does_not_end(struct slot *s);
void slot_started(struct slot *s, pid_t pid);
void slot_pause(struct slot *s, bool pause);
/* Implemented in slot-result.c. */
bool slot_take_result(struct slot *s, struct task *t, const uint8_t *data, size_t size);

/* Implemented in host-info.c. */
void host_info_ready(struct wire_ready *m);
void host_info_stats(struct agent *a, struct wire_stats *m);
uint32_t host_info_cores(void);
uint64_t host_info_memory_available(void);
