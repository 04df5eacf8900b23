/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Processes the frames from the controller. Each frame is checked before its payload is received.
 * An invalid frame ends the agent. If the agent cannot carry out a valid request, it answers with
 * FAULT. */
#include "agent.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Facts about the current frame that are needed after its payload was received. */
static struct {
    struct task *task;
    struct blob *blob;
    struct blob *archive; /* the payload is a piece of this archive */
    struct wire_measure measure;
    bool measuring;
} pending;

void
session_send_ready(struct agent *a)
{
    static uint8_t meta[32768];
    struct wire_writer w;
    struct wire_ready ready;
    host_info_ready(&ready);
    wire_writer_init(&w, meta, sizeof meta);
    wire_put_ready(&w, &ready);
    output_send(a, WIRE_READY, 0, 0, 0, &w, NULL);
}

static void
enter_workdir(struct agent *a)
{
    int rc = make_directories(a->workdir);
    if (rc == 0 && access(a->workdir, X_OK | R_OK) != 0)
        rc = -errno;
    if (rc == 0 && chdir(a->workdir) != 0)
        rc = -errno;
    a->workdir_usable = rc == 0;
    if (rc == 0)
        return;
    a->workdir_why = xprintf("the directory %s cannot be used as workdir: %s; create it or name "
                             "another one in the cluster file",
                             a->workdir, strerror(-rc));
    send_fault(a, WIRE_FAULT_WORKDIR, 0, 0, a->workdir_why);
}

/* Sets the variables wire_thread_limits[] in the environment of the agent, which the interpreters
 * inherit, to the numbers of threads that the user has set for the controller. */
static void
set_thread_limits(const struct wire_open *m)
{
    for (uint32_t i = 0; i < WIRE_N_THREAD_LIMITS; i++) {
        char number[16];
        snprintf(number, sizeof number, "%u", m->thread_limits[i]);
        if (m->thread_limits[i] > 0)
            setenv(wire_thread_limits[i], number, 1);
    }
}

static bool
get_open(struct agent *a, const struct wire_header *h, struct wire_reader *r)
{
    struct wire_open m;
    if (a->session.open || wire_get_open(r, &m) != 0)
        return false;
    a->session.open = true;
    a->session.id = h->session;
    a->nice = m.nice;
    set_thread_limits(&m);
    a->n_slots = m.slots > 0 ? m.slots : host_info_cores();
    a->deadman_s = m.deadman_s;
    char *workdir = xstrndup(m.workdir.data, m.workdir.len);
    a->workdir = expand_home(workdir);
    free(workdir);
    enter_workdir(a);
    return true;
}

static void
send_stored(struct agent *a, const struct blob *b)
{
    uint8_t meta[128];
    struct wire_writer w;
    wire_writer_init(&w, meta, sizeof meta);
    wire_put_blob(&w, &(struct wire_blob){wire_str(b->hash, WIRE_HASH_LEN)});
    output_send(a, WIRE_STORED, 0, 0, 0, &w, NULL);
}

static void
refuse_blob(struct agent *a, struct wire_str hash, const char *why)
{
    char *text = xprintf("the array %.12s… cannot be kept on this host: %s", hash.data, why);
    store_remove(a, hash);
    send_blob_fault(a, WIRE_FAULT_BLOB, 0, 0, text, hash);
    free(text);
}

static bool
put_descriptor(struct agent *a, const struct wire_put *m)
{
    int fd = input_take_fd(a);
    struct stat st;
    if (fd < 0)
        return false;
    if (store_find_complete(a, m->hash) == NULL) {
        store_remove(a, m->hash);
        if (fstat(fd, &st) != 0 || (uint64_t)st.st_size < m->ref_offset + m->total) {
            refuse_blob(a, m->hash, "its file is shorter than announced");
        } else {
            struct blob *b = store_add(a, m->hash, m->total);
            b->fd = fd;
            b->offset = m->ref_offset;
            b->received = m->total;
            fd = -1;
        }
    }
    close_fd(&fd);
    pending.blob = store_find_complete(a, m->hash);
    return true;
}

/* Stores one piece of a blob. Pieces must arrive in order. If the blob is already complete, the
 * piece is discarded, but the answer STORED is sent again after the last piece. */
static bool
put_bytes(struct agent *a, const struct wire_header *h, const struct wire_put *m)
{
    struct blob *b = store_find(a, m->hash);
    if (h->payload_len > m->total - m->offset ||
        (b != NULL && (b->total != m->total || b->files != NULL)))
        return false;
    if (b != NULL && b->received == b->total) {
        pending.blob = m->offset + h->payload_len == m->total ? b : NULL;
        return true;
    }
    if (b == NULL && m->offset > 0)
        return true; /* ignores a later piece of a refused blob */
    if (b == NULL) {
        if (m->total > host_info_memory_available()) {
            refuse_blob(a, m->hash, "it is larger than the free memory");
            return true;
        }
        b = store_add(a, m->hash, m->total);
        b->fd = memory_file("mamuto-blob");
        if (b->fd < 0 || ftruncate(b->fd, (off_t)m->total) != 0) {
            refuse_blob(a, m->hash, strerror(errno));
            return true;
        }
    }
    if (m->offset != b->received)
        return false;
    if (!input_payload_to(a, PAYLOAD_FILE, b->fd, m->offset)) {
        refuse_blob(a, m->hash, strerror(errno));
        return true;
    }
    b->received += h->payload_len;
    pending.blob = b->received == b->total ? b : NULL;
    return true;
}

/* Receives one piece of an archive. If the files cannot be stored, the pieces are discarded, and
 * the answer to PREPARE reports the reason. */
static bool
put_files(struct agent *a, const struct wire_header *h, const struct wire_put *m)
{
    struct blob *b = store_find(a, m->hash);
    if (h->payload_len > m->total - m->offset ||
        (b != NULL && (b->total != m->total || b->files == NULL)))
        return false;
    if (b != NULL && b->received == b->total) {
        pending.blob = m->offset + h->payload_len == m->total ? b : NULL;
        return true;
    }
    if (b == NULL && m->offset > 0)
        return true;
    if (b == NULL) {
        b = store_add(a, m->hash, m->total);
        b->files = sent_files_new(m->total);
    }
    if (m->offset != b->received)
        return false;
    int fd = sent_files_piece(b->files, h->payload_len);
    if (fd >= 0 && input_payload_to(a, PAYLOAD_FILE, fd, 0))
        pending.archive = b;
    else if (fd >= 0)
        sent_files_fail(b->files, -errno);
    b->received += h->payload_len;
    pending.blob = b->received == b->total ? b : NULL;
    return true;
}

static bool
get_put(struct agent *a, const struct wire_header *h, struct wire_reader *r)
{
    struct wire_put m;
    if (wire_get_put(r, &m) != 0)
        return false;
    if ((h->flags & WIRE_FLAG_FILES) != 0)
        return put_files(a, h, &m);
    return (h->flags & WIRE_FLAG_FD) != 0 ? put_descriptor(a, &m) : put_bytes(a, h, &m);
}

static bool
get_chunk_list(struct agent *a, const struct wire_header *h, struct wire_reader *r)
{
    uint32_t n = wire_read_u32(r);
    if (r->failed || n > WIRE_MAX_ACKS || r->size - r->used != (size_t)n * 8)
        return false;
    struct run *run = run_find(a, h->run);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t chunk = wire_read_u64(r);
        if (h->type == WIRE_ACK)
            tasks_ack(a, h->run, &chunk);
        else if (run != NULL)
            tasks_drop(a, run, &chunk, true);
    }
    return true;
}

static bool
get_slots(struct agent *a, struct wire_reader *r)
{
    struct wire_slots m;
    if (wire_get_slots(r, &m) != 0)
        return false;
    a->n_slots = m.slots;
    for (struct function *f = a->functions; f != NULL; f = f->next)
        slots_adjust(f);
    return true;
}

static bool
get_ping(struct agent *a, struct wire_reader *r)
{
    struct wire_ping m;
    struct wire_stats stats;
    uint8_t meta[128];
    struct wire_writer w;
    if (wire_get_ping(r, &m) != 0 || wire_reader_done(r) != 0)
        return false;
    host_info_stats(a, &stats);
    wire_writer_init(&w, meta, sizeof meta);
    wire_put_ping(&w, &m);
    wire_put_stats(&w, &stats);
    output_send(a, WIRE_PONG, 0, 0, 0, &w, NULL);
    return true;
}

static bool
get_blob_or_prepare(struct agent *a, const struct wire_header *h, struct wire_reader *r)
{
    if (h->type == WIRE_PREPARE) {
        struct wire_prepare m;
        return wire_get_prepare(r, &m) == 0 && function_prepare(a, &m);
    }
    struct wire_blob m;
    if (wire_get_blob(r, &m) != 0)
        return false;
    store_remove(a, m.hash);
    return true;
}

/* Returns the session of a node, or NULL if the node is unknown. */
static struct session *
find_session(struct agent *a, uint32_t node)
{
    return node == a->session.node ? &a->session : NULL;
}

/* Answers a frame for an unknown node. The payload of the frame is discarded, because
 * input_payload_to() is not called. */
static bool
refuse_node(struct agent *a, const struct wire_header *h)
{
    if ((h->flags & WIRE_FLAG_FD) != 0)
        return false;
    if (h->type != WIRE_BYE)
        send_no_node(a, h);
    return true;
}

bool
session_begin(struct agent *a, const struct wire_header *h, const uint8_t *meta)
{
    struct wire_reader r;
    wire_reader_init(&r, meta, h->meta_len);
    memset(&pending, 0, sizeof pending);
    bool anytime = h->type == WIRE_OPEN || h->type == WIRE_PING || h->type == WIRE_MEASURE ||
                   h->type == WIRE_BYE;
    const struct session *s = find_session(a, h->node);
    if (s == NULL)
        return refuse_node(a, h);
    if ((!s->open && !anytime) || (s->open && h->session != s->id))
        return false;
    switch (h->type) {
    case WIRE_OPEN:
        return get_open(a, h, &r);
    case WIRE_PUT:
        return get_put(a, h, &r);
    case WIRE_FORGET:
    case WIRE_PREPARE:
        return get_blob_or_prepare(a, h, &r);
    case WIRE_RUN:
        return run_add(a, h, meta);
    case WIRE_CHUNK:
        return chunk_begin(a, h, &r, &pending.task);
    case WIRE_CHUNK_PART:
        return chunk_add(a, h, &r, &pending.task);
    case WIRE_ACK:
    case WIRE_DROP:
        return get_chunk_list(a, h, &r);
    case WIRE_RECALL:
        tasks_recall(a, h);
        return h->meta_len == 0;
    case WIRE_CANCEL:
        run_cancel(a, h->run);
        return h->meta_len == 0;
    case WIRE_FINISH:
        run_finish(a, h->run);
        return h->meta_len == 0;
    case WIRE_SLOTS:
        return get_slots(a, &r);
    case WIRE_PING:
        return get_ping(a, &r);
    case WIRE_MEASURE:
        pending.measuring = true;
        return wire_get_measure(&r, &pending.measure) == 0;
    case WIRE_BYE:
        agent_end(a, 0, NULL);
        return true;
    default:
        return false;
    }
}

struct wish {
    void *map;
    size_t size;
};

static void
unmap_wish(void *owner)
{
    struct wish *wish = owner;
    munmap(wish->map, wish->size);
    free(wish);
}

static void
send_measured(struct agent *a, uint64_t received)
{
    uint8_t meta[32];
    struct wire_writer w;
    struct out_payload payload = {.fd = -1};
    wire_writer_init(&w, meta, sizeof meta);
    wire_put_measured(&w, &(struct wire_measured){pending.measure.token, received});
    if (pending.measure.wish > 0) {
        /* This memory is only read, so the kernel maps the same page of zeros for the whole payload
         * and allocates no memory for it. */
        struct wish *wish = xcalloc(1, sizeof *wish);
        wish->size = (size_t)pending.measure.wish;
        wish->map = mmap(NULL, wish->size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (wish->map == MAP_FAILED) {
            free(wish);
        } else {
            payload = (struct out_payload){.data = wish->map,
                                           .length = wish->size,
                                           .release = unmap_wish,
                                           .owner = wish,
                                           .fd = -1};
        }
    }
    output_send(a, WIRE_MEASURED, 0, 0, 0, &w, &payload);
}

void
session_end(struct agent *a, const struct wire_header *h)
{
    if (pending.task != NULL)
        task_queue(a, pending.task, false);
    if (pending.archive != NULL)
        sent_files_take(pending.archive->files, pending.blob != NULL);
    if (pending.blob != NULL)
        send_stored(a, pending.blob);
    if (pending.measuring)
        send_measured(a, h->payload_len);
    memset(&pending, 0, sizeof pending);
}
