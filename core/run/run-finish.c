/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Makes the result of a run that is complete. Decides which shape and kind the result has: rows of
 * other shapes have failed. Names a modified file as the cause of a failed run. */
#include <gio/gio.h>

#include "error-private.h"
#include "mamuto-error.h"
#include "result-private.h"
#include "run-private.h"
#include "unfinished.h"

typedef struct {
    Run *run;
    FailureLog *failures;
    gint64 *n_odd; /* for each host: number of its odd rows */
    gint64 n_rows;
} OddRows;

static void
add_odd_row(gint64 row, guint host, const char *cause, gpointer data)
{
    OddRows *odd = data;
    gboolean known = host < odd->run->n_hosts;
    MamutoRowFailure failure = {
        .row = row,
        .host = known ? odd->run->session->hosts[host].name : (char *)"?",
        .cause = (char *)cause,
        .traceback = (char *)"",
        .advice = MAMUTO_ADVICE_SAVE_JSON_LINES,
    };
    GPtrArray errors = {(gpointer[]){&failure}, 1};

    failure_log_add(odd->failures, &errors, 1);
    odd->n_rows++;
    if (known)
        odd->n_odd[host]++;
}

/* Decides which shape the result has, and counts the rows of other shapes as failed. */
static gboolean
settle(Run *self, FailureLog *failures, GError **error)
{
    g_autofree gint64 *n_odd = g_new0(gint64, self->n_hosts);
    OddRows odd = {self, failures, n_odd, 0};
    gboolean settled = result_store_settle(self->store, add_odd_row, &odd, error);
    guint host = settled ? G_MAXUINT : result_store_find_host(self->store);

    if (host < self->n_hosts && error != NULL &&
        g_error_matches(*error, MAMUTO_ERROR, MAMUTO_ERROR_RESULT))
        error_set_host(*error, self->session->hosts[host].name);
    run_lock(self);
    self->counts.rows_failed += odd.n_rows - self->n_aside;
    self->n_aside = 0;
    for (guint i = 0; i < self->n_hosts; i++)
        self->hosts[i].counts.rows_failed += n_odd[i];
    run_unlock(self);
    return settled;
}

/* If a failed row ended the run, and a file was modified during the run or is damaged, names the
 * file as the cause, because the row may have failed for reading wrong data. */
static void
blame_modified_file(Run *self)
{
    GError *modified = NULL;

    if (!g_error_matches(self->error, MAMUTO_ERROR, MAMUTO_ERROR_ROW) ||
        (run_check_files_unchanged(self, &modified) &&
         run_arguments_check_content(self->arguments, self->n_arguments, FALSE, NULL, &modified)))
        return;
    error_add_cause(modified, self->error);
    run_lock(self);
    g_error_free(self->error);
    self->error = modified;
    run_unlock(self);
}

static MamutoResult *
finish(Run *self, gboolean all, GError **error)
{
    g_autoptr(MamutoArray) array = NULL;
    g_autoptr(FailureLog) failures = NULL;
    gboolean unwanted;
    guint n_axes;

    run_lock(self);
    unwanted = (self->flags & MAMUTO_MAP_DISCARD) != 0 &&
               g_error_matches(self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    if (unwanted)
        g_propagate_error(error, g_error_copy(self->error));
    failures = g_steal_pointer(&self->failures);
    self->failures = failure_log_new();
    run_unlock(self);
    /* No lock is needed, because no thread stores results after the run is complete. */
    if (!unwanted && settle(self, failures, error))
        array = all ? result_store_finish(self->store, NULL, error)
                    : result_store_finish_unnamed(self->store, error);
    if (array == NULL) {
        /* Frees the store now, which deletes the incomplete file. The session may keep this run for
         * a long time. */
        g_clear_pointer(&self->store, result_store_free);
        return NULL;
    }
    /* Lines of JSON have one axis, also those of a grid. */
    n_axes = mamuto_array_is_json(array) ? 1 : MAX(self->grid.n_axes, 1);
    return result_new(array, n_axes, result_store_get_status(self->store),
                      g_steal_pointer(&failures));
}

MamutoResult *
run_finish(Run *self, GError **error)
{
    MamutoResult *result;
    gboolean all;

    run_lock(self);
    all = self->error == NULL;
    run_unlock(self);
    if (all)
        unfinished_begin_saving();
    else
        blame_modified_file(self);
    result = finish(self, all, error);
    if (all)
        unfinished_end_saving();
    return result;
}
