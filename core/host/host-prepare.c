/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Queues the frames that a host needs before the first chunk of a run, and the frame that ends the
 * run. Before the first chunk, the host needs the arrays that it stores between runs, the Python
 * modules, the function, and the description of the arguments. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "array-private.h"
#include "hash.h"
#include "host-private.h"
#include "mamuto-error.h"
#include "row-reader.h"

G_STATIC_ASSERT(RUN_MAX_ARGUMENTS <= WIRE_MAX_ARGS);
G_STATIC_ASSERT(RUN_MAX_NAME <= WIRE_MAX_ARG_NAME);

/* Payload size of one PUT frame in bytes. A blob is sent in several PUT frames, because a ping
 * that is queued meanwhile must not wait for the whole blob. */
#define PUT_SIZE (1u << 20)
/* Maximum number of blobs on one host. A blob is an array that the host stores between runs,
 * or the Python modules of a function. */
#define MAX_BLOBS 64
/* If a program calls a function again and again, the next run begins before this time in µs has
 * passed. FINISH is then sent together with the frames of the next run, so that the agent and this
 * thread are not woken for FINISH and its answer while the next run begins. */
#define FINISH_LATER_US (100 * 1000)
/* Bytes reserved for the short fields of a frame. The buffer of a RUN frame is larger, because
 * it also contains arguments as JSON. */
#define SMALL_META 4096

int
host_reference(Host *self, MamutoArray *array, guint64 *offset)
{
    const gint64 *strides;
    guint n_dims;
    int fd;

    /* Lines of JSON are sent with their offsets, which the file does not have. */
    if (!link_passes_fds(frame_stream_get_link(self->stream)) || mamuto_array_is_json(array))
        return -1;
    fd = mamuto_array_get_fd(array, offset);
    strides = mamuto_array_get_strides(array, &n_dims);
    for (guint i = 0; fd >= 0 && i < n_dims; i++)
        if (strides[i] < 0)
            fd = -1; /* the protocol has no negative strides, so bytes are sent instead of the file
                      */
    return fd;
}

static void
queue_put(Host *self, const char *hash, guint64 total, guint64 offset, guint64 size,
          RowReader *reader, guint16 flags)
{
    guint8 buffer[256];
    struct wire_writer w;
    struct wire_header header;

    wire_writer_init(&w, buffer, sizeof buffer);
    wire_put_put(&w, &(struct wire_put){
                         .hash = wire_str(hash, strlen(hash)), .total = total, .offset = offset});
    host_header_init(self, &header, WIRE_PUT);
    header.payload_len = size;
    header.flags = flags;
    frame_stream_queue(self->stream, &header, &w, row_reader_read, row_reader_ref(reader),
                       row_reader_unref, NULL, 0);
}

void
host_forget_blobs(Host *self)
{
    g_hash_table_remove_all(self->blobs);
    self->blobs_size = 0;
}

/* Removes a blob from the list, and makes the agent delete it, because both sides must count the
 * same blobs. */
static void
forget_blob(Host *self, const char *hash)
{
    const BlobAtHost *blob = g_hash_table_lookup(self->blobs, hash);
    guint8 buffer[256];
    struct wire_writer w;

    wire_writer_init(&w, buffer, sizeof buffer);
    wire_put_blob(&w, &(struct wire_blob){wire_str(hash, strlen(hash))});
    host_queue(self, WIRE_FORGET, &w);
    self->blobs_size -= blob->size;
    g_hash_table_remove(self->blobs, hash);
}

gboolean
host_forget_blob(Host *self, struct wire_str hash)
{
    g_autofree char *key = g_strndup(hash.data, hash.len);
    const BlobAtHost *blob = g_hash_table_lookup(self->blobs, key);
    gboolean needed;

    if (blob == NULL)
        return FALSE;
    needed = self->run != NULL && blob->used == self->run->number;
    forget_blob(self, key);
    return needed;
}

/* Removes the least recently used blob from the host, to make room for another blob. Returns
 * FALSE if the current run needs all blobs. */
static gboolean
forget_oldest(Host *self)
{
    const char *hash, *oldest = NULL;
    guint32 used = self->run->number;
    BlobAtHost *blob;
    GHashTableIter iter;

    g_hash_table_iter_init(&iter, self->blobs);
    while (g_hash_table_iter_next(&iter, (gpointer *)&hash, (gpointer *)&blob))
        if (blob->used < used) {
            used = blob->used;
            oldest = hash;
        }
    if (oldest == NULL)
        return FALSE;
    forget_blob(self, oldest);
    return TRUE;
}

/* Sends a blob to the host unless the host stores it already. Takes ownership of @reader. @flags:
 * WIRE_FLAG_FILES for an archive, else 0. */
static void
send_blob(Host *self, const char *hash, RowReader *reader, guint16 flags)
{
    guint64 total = row_reader_get_size(reader);
    BlobAtHost *blob = g_hash_table_lookup(self->blobs, hash);

    if (blob == NULL) {
        guint64 offset = 0;

        host_queue_finish(self); /* the agent then keeps no blob of the last run that it forgets */
        while ((g_hash_table_size(self->blobs) >= MAX_BLOBS ||
                self->blobs_size + total > self->blobs_room) &&
               forget_oldest(self))
            ;
        do {
            guint64 size = MIN(total - offset, PUT_SIZE);

            queue_put(self, hash, total, offset, size, reader, flags);
            offset += size;
        } while (offset < total);
        blob = g_new0(BlobAtHost, 1);
        blob->size = total;
        self->blobs_size += total;
        g_hash_table_insert(self->blobs, g_strdup(hash), blob);
    }
    blob->used = self->run->number;
    row_reader_unref(reader);
}

/* Records that the agent was asked to prepare function @id. The agent keeps a limited number of
 * functions and removes the oldest one if there are too many. Therefore the oldest function is
 * removed from the record, too. */
static void
note_warm(Host *self, guint32 id)
{
    g_queue_remove(&self->warm, GUINT_TO_POINTER(id));
    g_queue_push_tail(&self->warm, GUINT_TO_POINTER(id));
    while (self->warm.length > WIRE_MAX_FUNCTIONS / 2)
        g_hash_table_remove(self->prepared, g_queue_pop_head(&self->warm));
    g_hash_table_insert(self->prepared, GUINT_TO_POINTER(id), GUINT_TO_POINTER(1));
}

static void
send_prepare(Host *self, const FunctionCode *code)
{
    /* On this computer the function reads the original files. */
    gboolean here = link_passes_fds(frame_stream_get_link(self->stream));
    const char *places = here ? code->places_here : code->places_elsewhere;
    const char *files = code->files != NULL && !here ? sent_files_get_hash(code->files) : "";
    /* room for long names and a long path of the interpreter */
    gsize size = 4 * SMALL_META + strlen(places);
    g_autofree guint8 *buffer = g_malloc(size);
    struct wire_writer w;

    host_queue_finish(self); /* the agent may then remove the function of the last run */
    if (code->bundle_hash[0] != '\0')
        send_blob(self, code->bundle_hash, row_reader_new_for_bytes(code->bundle), 0);
    if (*files != '\0')
        send_blob(self, files, row_reader_new_for_bytes(sent_files_get_archive(code->files)),
                  WIRE_FLAG_FILES);
    wire_writer_init(&w, buffer, size);
    wire_put_prepare(&w, &(struct wire_prepare){
                             .function = code->id,
                             .runner = wire_str(code->language, strlen(code->language)),
                             .interpreter = wire_str(self->python, strlen(self->python)),
                             .module = wire_str(code->module, strlen(code->module)),
                             .name = wire_str(code->name, strlen(code->name)),
                             .bundle = wire_str(code->bundle_hash, strlen(code->bundle_hash)),
                             .start_limit_us = (guint64)self->run->start_limit_us,
                             .files = wire_str(files, strlen(files)),
                             .places = wire_str(places, strlen(places)),
                         });
    host_queue(self, WIRE_PREPARE, &w);
    note_warm(self, code->id);
}

/* Returns (transfer full): the name of the blob of an array that the host stores, or NULL with
 * @error. The blob of a whole array may have the elements in Fortran order. It then needs another
 * name than the blob of the same array in C order. */
static char *
name_blob(Host *self, const RunArgument *argument, GError **error)
{
    MamutoArray *array = mamuto_argument_get_array(argument->argument);
    const char *hash =
        mamuto_array_hash(array, connection_get_cancellable(self->connection), error);
    g_autoptr(Hash) other = NULL;

    if (hash == NULL) {
        run_argument_name_in(error, argument->argument, argument->number);
        return NULL;
    }
    if (run_argument_is_mapped(argument) || !array_is_stored_in_fortran_order(array))
        return g_strdup(hash);
    other = hash_new();
    hash_update(other, "fortran ", strlen("fortran "));
    hash_update(other, hash, strlen(hash));
    return hash_finish(other);
}

/* Sends an array that the host stores. @hash: the name of its blob. */
static void
send_array(Host *self, const RunArgument *argument, const char *hash)
{
    MamutoArray *array = mamuto_argument_get_array(argument->argument);
    MamutoArgument *only = argument->argument;

    send_blob(self, hash,
              run_argument_is_mapped(argument) || mamuto_array_is_json(array)
                  ? row_reader_new(&only, &argument->number, 1, 0, mamuto_array_get_n_rows(array))
                  : row_reader_new_whole(only, argument->number),
              0);
}

/* Fills @arg with the description of an argument for the RUN frame. An array that the host
 * stores between runs is sent as a blob, unless the agent can read it through a file descriptor.
 * @hash: set to the name of the blob, which @arg refers to. */
static gboolean
describe_argument(Host *self, guint number, struct wire_arg *arg,
                  char dtype_text[MAMUTO_DTYPE_STRING_MAX], char **hash, int *fd, GError **error)
{
    const RunArgument *argument = &self->run->arguments[number];
    MamutoArray *array = mamuto_argument_get_array(argument->argument);
    const gint64 *shape;
    MamutoDtype dtype;
    guint64 offset = 0;

    *arg = (struct wire_arg){0};
    *fd = -1;
    if (argument->by_name) {
        const char *name = mamuto_argument_get_name(argument->argument);

        arg->name = wire_str(name, strlen(name));
    }
    if (array == NULL) {
        const char *json = mamuto_argument_get_json(argument->argument);

        arg->kind = WIRE_ARG_VALUE;
        arg->text = wire_str(json, strlen(json));
        return TRUE;
    }
    arg->whole = !run_argument_is_mapped(argument);
    arg->repeats = (guint64)argument->repeats;
    if (mamuto_array_get_key(array) != NULL)
        arg->key = wire_str(mamuto_array_get_key(array), strlen(mamuto_array_get_key(array)));
    mamuto_array_get_dtype(array, &dtype);
    mamuto_dtype_to_string(&dtype, dtype_text);
    shape = mamuto_array_get_shape(array, &arg->n_dims);
    arg->dtype = wire_str(dtype_text, strlen(dtype_text));
    memcpy(arg->shape, shape, sizeof(gint64) * arg->n_dims);
    *fd = host_reference(self, array, &offset);
    /* bytes that are sent lie one after another, whatever the strides of the array */
    if (*fd >= 0)
        memcpy(arg->strides, mamuto_array_get_strides(array, NULL), sizeof(gint64) * arg->n_dims);
    else
        array_fill_strides(array, arg->whole && array_is_stored_in_fortran_order(array),
                           arg->strides);
    arg->offset = offset;
    /* The file is checked first, because the agent closes the connection if the file is too short
     * for the shape. */
    if (*fd >= 0 && !mamuto_array_check_unchanged(array, error)) {
        run_argument_name_in(error, argument->argument, argument->number);
        return FALSE;
    }
    if (*fd >= 0) {
        arg->kind = WIRE_ARG_REF;
    } else if (argument->kept) {
        *hash = name_blob(self, argument, error);
        if (*hash == NULL)
            return FALSE;
        arg->kind = WIRE_ARG_KEPT;
        arg->text = wire_str(*hash, strlen(*hash));
        send_array(self, argument, *hash);
    } else {
        arg->kind = WIRE_ARG_ROWS;
    }
    return TRUE;
}

static gsize
run_meta_size(const Run *run)
{
    gsize size = SMALL_META;

    for (guint i = 0; i < run->n_arguments; i++) {
        MamutoArray *array = mamuto_argument_get_array(run->arguments[i].argument);
        const char *json = mamuto_argument_get_json(run->arguments[i].argument);
        const char *key = array != NULL ? mamuto_array_get_key(array) : NULL;

        size += sizeof(struct wire_arg) + WIRE_MAX_ARG_NAME + (json != NULL ? strlen(json) : 0) +
                (key != NULL ? strlen(key) : 0);
    }
    return size;
}

static gboolean
send_run(Host *self, GError **error)
{
    Run *run = self->run;
    gsize size = run_meta_size(run);
    g_autofree guint8 *buffer = g_malloc(size);
    struct wire_header header;
    struct wire_writer w;
    int fds[WIRE_MAX_ARGS];
    guint n_fds = 0;

    wire_writer_init(&w, buffer, size);
    wire_put_run(
        &w, &(struct wire_run){
                .function = run->code->id,
                .mode = ((run->flags & MAMUTO_MAP_BATCH) != 0 ? WIRE_MODE_BATCH : WIRE_MODE_ROWS) |
                        ((run->flags & MAMUTO_MAP_JSON) != 0 ? WIRE_MODE_JSON : 0),
                .has_seed = (run->flags & MAMUTO_MAP_SEED) != 0,
                .n_args = run->n_arguments,
                .seed = run->seed,
                .n_rows = (guint64)run->n_rows,
                .row_limit_us = (guint64)run->row_limit_us,
            });
    for (guint i = 0; i < run->n_arguments; i++) {
        char dtype[MAMUTO_DTYPE_STRING_MAX];
        g_autofree char *hash = NULL;
        struct wire_arg arg;
        int fd;

        if (!describe_argument(self, i, &arg, dtype, &hash, &fd, error))
            return FALSE;
        wire_put_arg(&w, &arg);
        if (fd >= 0)
            fds[n_fds++] = fd;
    }
    if (w.overflow || w.used > WIRE_MAX_META) {
        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
            _("the single values together take more than %u bytes; give large ones as arrays"),
            WIRE_MAX_META);
        return FALSE;
    }
    host_header_init(self, &header, WIRE_RUN);
    frame_stream_queue(self->stream, &header, &w, NULL, NULL, NULL, fds, n_fds);
    return TRUE;
}

void
host_join_run(Host *self)
{
    const double *row_us;

    host_span(self, MAMUTO_SPAN_PREPARING, self->preparing_since, g_get_monotonic_time(), -1, NULL,
              0);
    host_set_state(self, MAMUTO_HOST_WAITING, NULL);
    self->state = HOST_WORKING;
    host_begin_answers(self);
    row_us = g_hash_table_lookup(self->row_us, GUINT_TO_POINTER(self->run->code->id));
    run_host_ready(self->run, self->number, self->cores, row_us != NULL ? *row_us : 0,
                   host_get_credit(self));
    run_host_remember_delay(self->run, self->number, self->delay_us,
                            self->best_round_trip < G_MAXINT64 ? self->best_round_trip : 0);
}

/* Returns TRUE if the host needs a blob for an array that it stores between runs. The hash of the
 * array must then be computed first, because the hash is the name of the blob. */
static gboolean
needs_hashes(Host *self)
{
    for (guint i = 0; i < self->run->n_arguments; i++) {
        const RunArgument *argument = &self->run->arguments[i];
        MamutoArray *array = mamuto_argument_get_array(argument->argument);
        guint64 offset;

        if (array != NULL && argument->kept && host_reference(self, array, &offset) < 0)
            return TRUE;
    }
    return FALSE;
}

/* Returns TRUE if the agent may start Python for the function, or has already been asked to. */
static gboolean
begin_start(Host *self, gboolean asked)
{
    if (asked)
        return TRUE;
    self->starts = TRUE;
    return session_begin_start(self->session, self->number, self->host_cores,
                               g_get_monotonic_time(), &self->start_at);
}

void
host_end_start(Host *self)
{
    if (self->starts)
        session_end_start(self->session, self->number);
    self->starts = FALSE;
}

gboolean
host_begin_run(Host *self, GError **error)
{
    const FunctionCode *code = self->run->code;
    guint prepared =
        GPOINTER_TO_UINT(g_hash_table_lookup(self->prepared, GUINT_TO_POINTER(code->id)));

    self->start_at = G_MAXINT64;
    if (needs_hashes(self) && !run_hash_kept(self->run)) {
        host_set_state(self, MAMUTO_HOST_PREPARING, _("reading the arrays to keep on the host"));
        return TRUE;
    }
    host_set_state(self, MAMUTO_HOST_PREPARING, NULL);
    if (!begin_start(self, prepared > 0))
        return TRUE;
    self->state = HOST_PREPARING;
    if (link_passes_fds(frame_stream_get_link(self->stream)))
        g_atomic_int_set(&self->run->reads_files, 1);
    if (self->note != NULL)
        run_log(self->run, self->number, -1, 2, self->note, strlen(self->note));
    if (prepared == 0)
        send_prepare(self, code);
    if (!send_run(self, error))
        return FALSE;
    /* `prepared` is 2 if the agent has imported the function. Otherwise the import may still
     * fail, so the host receives no chunks before the agent has sent PREPARED. */
    if (prepared == 2)
        host_join_run(self);
    return TRUE;
}

void
host_remember_speed(Host *self)
{
    double row_us = run_get_row_us(self->run, self->number);
    double delay_us = run_get_delay_us(self->run, self->number);

    if (delay_us >= 0 && (self->delay_us < 0 || delay_us < self->delay_us))
        self->delay_us = delay_us;
    if (row_us > 0)
        g_hash_table_insert(self->row_us, GUINT_TO_POINTER(self->run->code->id),
                            g_memdup2(&row_us, sizeof row_us));
}

void
host_queue_finish(Host *self)
{
    struct wire_header header;

    if (self->finished == 0)
        return;
    host_header_init(self, &header, WIRE_FINISH);
    header.run = self->finished;
    frame_stream_queue(self->stream, &header, NULL, NULL, NULL, NULL, NULL, 0);
    self->finished = 0;
}

void
host_leave_run(Host *self)
{
    gboolean busy = g_hash_table_size(self->chunks) > 0;

    host_end_start(self);
    host_remember_speed(self);
    /* In HOST_STARTING no frame of the run has been queued, so the agent has nothing to finish. */
    if (self->state != HOST_STARTING && busy) {
        host_queue(self, WIRE_CANCEL, NULL);
    } else if (self->state != HOST_STARTING) {
        self->finished = self->run->number;
        self->finish_at = g_get_monotonic_time() + FINISH_LATER_US;
    }
    if (self->state != HOST_REFUSED)
        host_set_state(self, MAMUTO_HOST_DONE, NULL);
    g_hash_table_remove_all(self->chunks);
    g_array_set_size(self->acks, 0);
    large_result_discard(&self->large);
    g_clear_pointer(&self->run, run_unref);
    self->state = HOST_IDLE;
}
