/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Stores blocks of results in three steps. First, the rows of the block are reserved, so that no
 * row is written twice. Second, if the block needs a wider element type, all stored rows are
 * converted under an exclusive lock. Third, the block is written. Several threads can write
 * blocks at the same time. The locks are from pthread, because ThreadSanitizer does not support
 * GLib's locks. */
#include "result-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mamuto-error.h"

/* Texts of at most TEXT_ALWAYS bytes are stored whatever their number. Longer texts are stored if
 * the file has at most TEXT_MAX_FILE bytes. */
#define TEXT_ALWAYS 4096u
#define TEXT_MAX_FILE ((gsize)256 << 20)

static gboolean
open_output(ResultStore *self, GError **error)
{
    struct stat st;

    self->name = self->path ? g_filename_display_name(self->path) : g_strdup(_("the results"));
    /* Rows arrive in any order, but a pipe can be written only in order. For a pipe, the results
     * stay in memory and are written at the end. */
    if (self->path && (stat(self->path, &st) != 0 || !S_ISFIFO(st.st_mode))) {
        self->output = output_file_open(self->path, error);
        if (!self->output)
            return FALSE;
        if (!self->output->temp_path)
            g_clear_pointer(&self->output, output_file_free);
    }
    self->file.on_disk = self->output != NULL;
    self->file.fd = self->output ? self->output->fd : memfd_create("mamuto-results", MFD_CLOEXEC);
    self->file.name = self->name;
    if (self->file.fd >= 0)
        return TRUE;
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED, _("no memory for results: %s"),
                g_strerror(errno));
    return FALSE;
}

ResultStore *
result_store_new(gint64 n_rows, const char *path, GError **error)
{
    g_autoptr(ResultStore) self = g_new0(ResultStore, 1);
    pthread_rwlockattr_t attributes;

    self->file.fd = -1;
    self->file.n_rows = n_rows;
    self->path = g_strdup(path);
    pthread_mutex_init(&self->lock, NULL);
    /* Threads that store blocks are readers of this lock. A thread that changes the type is a
     * writer. Writers have priority. Otherwise a writer could wait forever, because new readers
     * could always get the lock first. */
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&self->type_lock, &attributes);
    pthread_rwlockattr_destroy(&attributes);
    self->claims = g_array_new(FALSE, FALSE, sizeof(RowRange));
    self->status = row_status_new(n_rows);
    if (!self->status) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                    _("no memory for the states of %'" PRId64 " rows"), n_rows);
        return NULL;
    }
    if (!open_output(self, error))
        return NULL;
    return g_steal_pointer(&self);
}

void
result_store_free(ResultStore *self)
{
    if (!self)
        return;
    if (!self->output && self->file.fd >= 0)
        close(self->file.fd);
    g_clear_pointer(&self->output, output_file_free);
    pthread_rwlock_destroy(&self->type_lock);
    pthread_mutex_destroy(&self->lock);
    g_array_unref(self->claims);
    g_clear_pointer(&self->status, row_status_unref);
    g_free(self->name);
    g_free(self->path);
    g_free(self);
}

static gboolean
row_failed(const ResultBlock *block, gint64 i)
{
    return block->failed && (block->failed[i / 8] >> (i % 8) & 1);
}

/* Computes the size of a row's result in bytes. Returns FALSE if type or shape is invalid. */
static gboolean
row_size(const ResultBlock *block, gsize *size)
{
    const MamutoDtype *dtype = &block->dtype;
    gboolean empty = FALSE;

    *size = dtype->itemsize;
    if (!strchr("biufcSU", dtype->kind) || !strchr("<>|", dtype->order) || !dtype->order ||
        block->n_dims >= MAMUTO_ARRAY_MAX_DIMS)
        return FALSE;
    if (!dtype->itemsize && dtype->kind != 'S' && dtype->kind != 'U')
        return FALSE;
    for (guint i = 0; i < block->n_dims; i++)
        empty |= block->shape[i] == 0;
    for (guint i = 0; i < block->n_dims; i++)
        if (block->shape[i] < 0 ||
            (!empty && !g_size_checked_mul(size, *size, (gsize)block->shape[i])))
            return FALSE;
    if (empty)
        *size = 0;
    return *size <= G_MAXINT64;
}

/* Returns the number of rows with a result in the block, or -1 with an error if the block is
 * inconsistent. */
static gint64
check_block(ResultStore *self, const ResultBlock *block, GError **error)
{
    gint64 n_ok = 0;
    gsize each = 0, size;

    if (block->lo < 0 || block->lo >= block->hi || block->hi > self->file.n_rows) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                    _("a block of results for rows %'" PRId64 " to %'" PRId64 " of %'" PRId64),
                    block->lo, block->hi - 1, self->file.n_rows);
        return -1;
    }
    n_ok = block->hi - block->lo;
    for (gint64 i = 0; block->failed && i < block->hi - block->lo; i++)
        n_ok -= row_failed(block, i);
    if (n_ok > 0 && (!block->dtype.kind || !row_size(block, &each))) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                    _("rows %'" PRId64 " to %'" PRId64 ": results of an impossible type or shape"),
                    block->lo, block->hi - 1);
        return -1;
    }
    if (!g_size_checked_mul(&size, each, (gsize)n_ok) || size != block->size) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                    _("rows %'" PRId64 " to %'" PRId64 ": %'zu bytes of results where %'" PRId64
                      " rows of %'zu bytes were expected"),
                    block->lo, block->hi - 1, block->size, n_ok, each);
        return -1;
    }
    return n_ok;
}

/* Reserves the rows of the block. Fails if some of these rows are already reserved or stored. */
static gboolean
claim(ResultStore *self, const ResultBlock *block, GError **error)
{
    RowRange range = {block->lo, block->hi};
    gboolean free;

    pthread_mutex_lock(&self->lock);
    free = row_status_get(self->status, block->lo) == RESULT_MISSING &&
           row_status_run_end(self->status, block->lo) >= block->hi;
    for (guint i = 0; i < self->claims->len && free; i++) {
        const RowRange *other = &g_array_index(self->claims, RowRange, i);

        free = other->hi <= block->lo || other->lo >= block->hi;
    }
    if (free)
        g_array_append_val(self->claims, range);
    pthread_mutex_unlock(&self->lock);
    if (!free)
        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
            _("rows %'" PRId64 " to %'" PRId64 ": results for rows that already have results"),
            block->lo, block->hi - 1);
    return free;
}

static void
unclaim(ResultStore *self, const ResultBlock *block, gboolean stored, gint64 n_ok)
{
    pthread_mutex_lock(&self->lock);
    for (guint i = 0; i < self->claims->len; i++)
        if (g_array_index(self->claims, RowRange, i).lo == block->lo) {
            g_array_remove_index_fast(self->claims, i);
            break;
        }
    if (stored) {
        row_status_set(self->status, block->lo, block->hi, RESULT_OK);
        self->n_ok += n_ok;
        for (gint64 i = 0; block->failed && i < block->hi - block->lo; i++) {
            gboolean again = block->again && (block->again[i / 8] >> (i % 8) & 1);

            if (!row_failed(block, i))
                continue;
            row_status_set(self->status, block->lo + i, block->lo + i + 1,
                           again ? RESULT_MISSING : RESULT_FAILED);
            self->n_failed += !again;
        }
    }
    pthread_mutex_unlock(&self->lock);
}

static gboolean
fits(const ResultFile *file, const ResultBlock *block)
{
    MamutoDtype both;

    if (!file->dtype.kind || file->n_dims != block->n_dims ||
        memcmp(file->shape + 1, block->shape, block->n_dims * sizeof *block->shape) != 0)
        return FALSE;
    return mamuto_dtype_equal(&file->dtype, &block->dtype) ||
           (mamuto_dtype_promote(&file->dtype, &block->dtype, &both) &&
            mamuto_dtype_equal(&both, &file->dtype));
}

static char *
describe(const MamutoDtype *dtype, guint n_dims, const gint64 *shape)
{
    char type[MAMUTO_DTYPE_STRING_MAX];
    g_autoptr(GString) text = g_string_new("(");

    mamuto_dtype_to_string(dtype, type);
    for (guint i = 0; i < n_dims; i++)
        g_string_append_printf(text, "%s%" G_GINT64_FORMAT "%s", i ? ", " : "", shape[i],
                               n_dims == 1 ? "," : "");
    g_string_append_c(text, ')');
    /* Translators: part of a sentence, "a result of type <f8 and shape (3,)" */
    return g_strdup_printf(_("type %s and shape %s"), type, text->str);
}

gboolean
result_store_check_open(ResultStore *self, GError **error)
{
    if (self->finished)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED, _("%s: finished already"),
                    self->name);
    else if (self->file.damaged)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                    _("%s: damaged by an earlier write that failed"), self->name);
    else
        return TRUE;
    return FALSE;
}

/* Returns FALSE with an error if the rows of @dtype make a large file that consists mainly of
 * padding: each row of the file has the width of its widest text. */
static gboolean
check_text_width(ResultStore *self, const MamutoDtype *dtype, const ResultBlock *block,
                 gint64 first_ok, GError **error)
{
    guint32 character = dtype->kind == 'U' ? 4 : 1;
    gsize size = dtype->itemsize;
    gboolean fits_in = g_size_checked_mul(&size, size, (gsize)self->file.n_rows);

    if ((dtype->kind != 'S' && dtype->kind != 'U') || dtype->itemsize <= TEXT_ALWAYS)
        return TRUE;
    for (guint i = 0; i < block->n_dims && fits_in; i++)
        fits_in = g_size_checked_mul(&size, size, (gsize)block->shape[i]);
    if (fits_in && size <= TEXT_MAX_FILE)
        return TRUE;
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_RESULT,
                _("row %'" PRId64 " gives a text of %'u characters: each of the %'" PRId64
                  " rows would get this width, over the limit of %d MiB for long texts; let the "
                  "function return texts of at most %u characters, or map fewer rows at once"),
                first_ok, dtype->itemsize / character, self->file.n_rows,
                (int)(TEXT_MAX_FILE >> 20), TEXT_ALWAYS / character);
    return FALSE;
}

/* Sets or widens the element type so that @block can be stored. The caller must hold the type lock
 * for writing. */
static gboolean
adapt(ResultStore *self, const ResultBlock *block, gint64 first_ok, GError **error)
{
    ResultFile *file = &self->file;
    MamutoDtype wide;
    g_autofree char *here = NULL, *there = NULL;

    if (fits(file, block))
        return TRUE;
    if (!file->dtype.kind) {
        /* The promotion of a type with itself changes only its byte order, to the order of this
         * computer. */
        mamuto_dtype_promote(&block->dtype, &block->dtype, &wide);
        if (!check_text_width(self, &wide, block, first_ok, error) ||
            !result_file_set_type(file, &wide, block->n_dims, block->shape, error))
            return FALSE;
        self->type_row = first_ok;
        return TRUE;
    }
    if (file->n_dims == block->n_dims &&
        memcmp(file->shape + 1, block->shape, block->n_dims * sizeof *block->shape) == 0 &&
        mamuto_dtype_promote(&file->dtype, &block->dtype, &wide))
        return check_text_width(self, &wide, block, first_ok, error) &&
               result_file_widen(file, &wide, self->status, error);
    here = describe(&block->dtype, block->n_dims, block->shape);
    there = describe(&file->dtype, file->n_dims, file->shape + 1);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_RESULT,
                _("row %'" PRId64 " gives a result of %s, row %'" PRId64
                  " one of %s: let the function return one shape, and either numbers or text"),
                first_ok, here, self->type_row, there);
    return FALSE;
}

static gboolean
write_rows(ResultStore *self, const ResultBlock *block, GError **error)
{
    gint64 n = block->hi - block->lo, done = 0;

    for (gint64 i = 0, end; i < n; i = end) {
        if (row_failed(block, i)) {
            end = i + 1;
            continue;
        }
        for (end = block->failed ? i : n; end < n && !row_failed(block, end);)
            end++;
        if (!result_file_place(&self->file, block->lo + i, end - i, block, done, error))
            return FALSE;
        done += end - i;
    }
    return TRUE;
}

/* Locks the type lock for reading. Before this, widens the element type if @block needs a wider
 * type. Returns FALSE with an error, and without the lock, if the results of the block do not
 * fit. */
static gboolean
lock_type(ResultStore *self, const ResultBlock *block, GError **error)
{
    gint64 first_ok = 0;
    gboolean good;

    while (row_failed(block, first_ok))
        first_ok++;
    first_ok += block->lo;
    pthread_rwlock_rdlock(&self->type_lock);
    while (!fits(&self->file, block)) {
        pthread_rwlock_unlock(&self->type_lock);
        pthread_rwlock_wrlock(&self->type_lock);
        good = result_store_check_open(self, error) && adapt(self, block, first_ok, error);
        pthread_rwlock_unlock(&self->type_lock);
        if (!good)
            return FALSE;
        pthread_rwlock_rdlock(&self->type_lock);
    }
    return TRUE;
}

gboolean
result_store_put(ResultStore *self, const ResultBlock *block, GError **error)
{
    gint64 n_ok = check_block(self, block, error);
    gboolean stored;

    if (n_ok < 0 || !claim(self, block, error))
        return FALSE;
    if (n_ok == 0) {
        pthread_rwlock_rdlock(&self->type_lock);
        stored = result_store_check_open(self, error);
        unclaim(self, block, stored, 0);
        pthread_rwlock_unlock(&self->type_lock);
        return stored;
    }
    if (!lock_type(self, block, error)) {
        unclaim(self, block, FALSE, 0);
        return FALSE;
    }
    stored = result_store_check_open(self, error) && write_rows(self, block, error);
    unclaim(self, block, stored, n_ok);
    pthread_rwlock_unlock(&self->type_lock);
    return stored;
}

gint64
result_store_get_n_ok(ResultStore *self)
{
    gint64 n;

    pthread_mutex_lock(&self->lock);
    n = self->n_ok;
    pthread_mutex_unlock(&self->lock);
    return n;
}

gint64
result_store_get_n_failed(ResultStore *self)
{
    gint64 n;

    pthread_mutex_lock(&self->lock);
    n = self->n_failed;
    pthread_mutex_unlock(&self->lock);
    return n;
}

RowStatus *
result_store_get_status(ResultStore *self)
{
    return self->status;
}
