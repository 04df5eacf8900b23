/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Second tries. A row may fail because of its host, for example if the host lacks a module that the
 * function imports when it is called. Such a row is tried once on another host before its failure
 * counts. A host on which all rows fail, and whose rows other hosts compute, is left out of the
 * run. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "error-private.h"
#include "mamuto-error.h"
#include "run-private.h"

/* A host is left out only after other hosts have computed this number of the rows that failed on
 * it, because a short fault of the host, for example of its network file system, should not exclude
 * the host. */
#define LEAVE_OUT_ROWS 10

/* Returns TRUE if a host may still join the run: it is being connected or prepared. */
static gboolean
is_host_coming(const Run *self)
{
    for (guint i = 0; i < self->n_hosts; i++)
        if (!self->hosts[i].gone && self->hosts[i].scheduled < 0)
            return TRUE;
    return FALSE;
}

static gboolean
has_other_host(Run *self, guint64 chunk)
{
    return schedule_has_another_host(self->schedule, chunk) || is_host_coming(self);
}

/* Records the first failure for which the host may be the cause, and writes this failure to the
 * log. Later failures of the host are not written. */
static void
note_doubt(Run *self, guint host, const RunResult *result)
{
    RunHost *at = &self->hosts[host];
    g_autofree char *text = NULL;

    for (guint i = 0; i < result->errors->len && at->doubt == NULL; i++) {
        const MamutoRowFailure *failure = g_ptr_array_index(result->errors, i);
        gint64 bit = failure->row - result->block->lo;

        if ((result->suspect[bit / 8] >> (bit % 8) & 1) == 0)
            continue;
        at->doubt = mamuto_row_failure_copy(failure);
        text =
            g_strdup_printf(_("row %'" PRId64 " failed, perhaps because of this host: %s. Another "
                              "host tries such rows before they count as failed.\n"),
                            failure->row, failure->cause);
        run_add_log(self, host, -1, 2, text, strlen(text));
    }
}

gboolean
run_leave_to_others(Run *self, guint host, const RunResult *result)
{
    RunHost *at = &self->hosts[host];
    const ResultBlock *block = result->block;
    g_autoptr(GPtrArray) others = NULL;

    if (result->n_suspect == 0 || result->n_suspect < block->hi - block->lo ||
        !schedule_leave_to_others(self->schedule, (guint)at->scheduled, result->chunk,
                                  result->attempt, g_get_monotonic_time()))
        return FALSE;
    note_doubt(self, host, result);
    others = unconfirmed_add(self->unconfirmed, result->errors, block->lo, result->suspect);
    return TRUE;
}

gboolean
run_wants_second_try(Run *self, const RunResult *result)
{
    guint first;

    return result->n_suspect > 0 &&
           !schedule_is_second_try(self->schedule, result->chunk, &first) &&
           has_other_host(self, result->chunk);
}

gboolean
run_doubt_rows(Run *self, guint host, const RunResult *result, GPtrArray **others)
{
    const ResultBlock *block = result->block;
    gboolean believe = !has_other_host(self, result->chunk);

    note_doubt(self, host, result);
    *others = unconfirmed_add(self->unconfirmed, result->errors, block->lo, block->again);
    schedule_stored_except(self->schedule, result->chunk, block->again, g_get_monotonic_time());
    session_wake_all(self->session);
    return believe;
}

static GError *
describe_left_out(const Run *self, guint host)
{
    const RunHost *at = &self->hosts[host];
    const char *cause = at->doubt != NULL ? at->doubt->cause : _("the host did not say why");
    GError *error =
        g_error_new(MAMUTO_ERROR, MAMUTO_ERROR_ROW,
                    _("left out of the run, because all rows failed on this host, and other hosts "
                      "computed %'" PRId64 " of them: %s"),
                    at->n_doubly, cause);

    error_set_host(error, self->session->hosts[host].name);
    error_set_stage(error, MAMUTO_STAGE_RUN);
    if (at->doubt != NULL && *at->doubt->traceback != '\0')
        error_set_traceback(error, at->doubt->traceback);
    return error;
}

void
run_leave_out(Run *self, guint host)
{
    SessionHost *shown = &self->session->hosts[host];
    RunHost *at = &self->hosts[host];
    g_autofree char *text = NULL;

    at->gone = at->left_out = TRUE;
    at->error = describe_left_out(self, host);
    self->n_usable--;
    text = g_strdup_printf("%s\n", at->error->message);
    run_add_log(self, host, -1, 2, text, strlen(text));
    run_release_chunks(self, host); /* run_believe_unconfirmed() checks for rows lost too often */
    at->scheduled = -1; /* so that the time of the failed calls is not stored as the host's speed */
    if (self->n_usable == 0 && !self->over && !schedule_is_done(self->schedule))
        run_end_for(self, run_reason_without_hosts(self));
    shown->wake(shown->data);
}

int
run_compare_tries(Run *self, guint host, const RunResult *result)
{
    const ResultBlock *block = result->block;
    g_autoptr(GPtrArray) before = NULL;
    RunHost *at;
    guint first;

    if (!schedule_is_second_try(self->schedule, result->chunk, &first))
        return -1;
    first = g_array_index(self->scheduled_hosts, guint, first);
    if (first == host)
        return -1; /* run_believe_unconfirmed() records the first try */
    before = unconfirmed_take(self->unconfirmed, block->lo, block->hi);
    unconfirmed_name_hosts(result->errors, before);
    at = &self->hosts[first];
    at->n_doubly += block->hi - block->lo - result->n_failed + result_block_count_in_parts(block);
    if (at->gone || at->n_doubly < LEAVE_OUT_ROWS || at->counts.rows_done > at->counts.rows_failed)
        return -1;
    return (int)first;
}

/* ---------------------------------------------------------------------------------------------- */

/* Stores the first failures of the rows of a chunk. */
static void
believe(Run *self, guint host, const ScheduleChunk *chunk, GPtrArray *errors)
{
    gint64 n = chunk->hi - chunk->lo;
    g_autofree guint8 *failed = g_malloc((gsize)(n + 7) / 8);
    ResultBlock block = {.lo = chunk->lo, .hi = chunk->hi, .failed = failed, .fd = -1};
    const RunResult result = {.chunk = chunk->id, .n_failed = n, .errors = errors, .block = &block};

    memset(failed, 0xff, (gsize)(n + 7) / 8);
    run_store(self, host, &result, NULL);
}

/* Ends the run if some rows were lost too often and a host was left out: run_leave_out() holds the
 * lock, so it cannot call run_end_hopeless(). */
static void
end_if_hopeless(Run *self)
{
    const GError *last = NULL;
    gint64 lo, hi;

    pthread_mutex_lock(&self->session->lock);
    if (!self->over && schedule_get_hopeless(self->schedule, &lo, &hi))
        for (guint i = 0; i < self->n_hosts; i++)
            if (self->hosts[i].left_out)
                last = self->hosts[i].error;
    pthread_mutex_unlock(&self->session->lock);
    if (last != NULL)
        run_end_hopeless(self, last);
}

void
run_believe_unconfirmed(Run *self)
{
    gboolean found;

    end_if_hopeless(self);
    do {
        g_autoptr(GPtrArray) errors = NULL;
        ScheduleChunk chunk;
        guint host = 0;

        pthread_mutex_lock(&self->session->lock);
        found = !self->over && !is_host_coming(self) &&
                schedule_take_unconfirmed(self->schedule, &chunk, &host);
        if (found) {
            self->n_storing++;
            host = g_array_index(self->scheduled_hosts, guint, host);
            errors = unconfirmed_take(self->unconfirmed, chunk.lo, chunk.hi);
        }
        pthread_mutex_unlock(&self->session->lock);
        if (found)
            believe(self, host, &chunk, errors);
    } while (found);
}
