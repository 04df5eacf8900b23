/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Creates and frees stores, and counts their rows. The locks are from pthread, because
 * ThreadSanitizer does not support GLib's locks. */
#include "result-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error-private.h"

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

    self->file.fd = self->aside.fd = -1;
    self->file.n_rows = self->file.shape[0] = n_rows;
    self->file.n_axes = 1;
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
    self->owners = g_array_new(FALSE, FALSE, sizeof(RowOwner));
    self->segments = g_array_new(FALSE, FALSE, sizeof(AsideSegment));
    self->groups = result_groups_new();
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
    if (self->aside.fd >= 0)
        close(self->aside.fd);
    g_clear_pointer(&self->output, output_file_free);
    pthread_rwlock_destroy(&self->type_lock);
    pthread_mutex_destroy(&self->lock);
    g_array_unref(self->claims);
    g_array_unref(self->owners);
    g_array_unref(self->segments);
    g_clear_pointer(&self->lines, g_array_unref);
    result_groups_free(self->groups);
    g_clear_pointer(&self->status, row_status_unref);
    g_free(self->name);
    g_free(self->path);
    g_free(self);
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

/* Each row of the file has the width of its widest text. */
gboolean
result_store_check_text_width(ResultStore *self, const MamutoDtype *dtype, guint n_dims,
                              const gint64 *shape, gint64 row, GError **error)
{
    gsize size = dtype->itemsize;
    gboolean fits_in = g_size_checked_mul(&size, size, (gsize)self->file.n_rows);

    if ((dtype->kind != 'S' && dtype->kind != 'U') || dtype->itemsize <= TEXT_ALWAYS)
        return TRUE;
    for (guint i = 0; i < n_dims && fits_in; i++)
        fits_in = g_size_checked_mul(&size, size, (gsize)shape[i]);
    if (fits_in && size <= TEXT_MAX_FILE)
        return TRUE;
    if (dtype->kind == 'S') {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_RESULT,
                    _("one of the rows from %'" PRId64 " on gives %'u bytes: each of the %'" PRId64
                      " rows would get this width, over the limit of %d MiB; map fewer rows at "
                      "once"),
                    row, dtype->itemsize, self->file.n_rows, (int)(TEXT_MAX_FILE >> 20));
        if (error != NULL)
            error_append_advice(*error, MAMUTO_ADVICE_SAVE_JSON_LINES,
                                _("; or write -o out.jsonl"));
        return FALSE;
    }
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_RESULT,
                _("one of the rows from %'" PRId64
                  " on gives a text of %'u characters: each of the %'" PRId64
                  " rows would get this width, over the limit of %d MiB for long texts; let the "
                  "function return texts of at most %u characters, or map fewer rows at once"),
                row, dtype->itemsize / 4, self->file.n_rows, (int)(TEXT_MAX_FILE >> 20),
                TEXT_ALWAYS / 4);
    if (error != NULL)
        error_append_advice(*error, MAMUTO_ADVICE_SAVE_JSON_LINES,
                            self->file.n_axes == 1 && n_dims == 0
                                ? _("; or write -o out.jsonl or -o out.csv")
                                : _("; or write -o out.jsonl"));
    return FALSE;
}

void
result_store_set_axes(ResultStore *self, guint n_axes, const gint64 *axes)
{
    self->file.n_axes = n_axes;
    memcpy(self->file.shape, axes, n_axes * sizeof *axes);
}

void
result_store_set_odd_aside(ResultStore *self)
{
    self->sets_aside = TRUE;
}

void
result_store_set_json(ResultStore *self)
{
    self->is_json = TRUE;
    self->lines = g_array_new(FALSE, FALSE, sizeof(LineSegment));
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
result_store_get_n_aside(ResultStore *self)
{
    gint64 n;

    pthread_mutex_lock(&self->lock);
    n = self->n_aside;
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
