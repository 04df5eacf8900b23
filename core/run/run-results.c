/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Results of chunks: stores them, counts rows and failures, and ends the run after the last row, or
 * after a failed row if the run stops at the first. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "error-private.h"
#include "mamuto-error.h"
#include "result-private.h"
#include "run-private.h"

/* The following functions are called with the lock held. */

/* Returns the error of a run that a failed row ends. The host may have listed none of the failed
 * rows. The error has no traceback, because the failures of the result contain the traceback. */
static GError *
describe_failure(Run *self, guint host, const RunResult *result)
{
    const guint8 *failed = result->block->failed;
    const char *name = self->session->hosts[host].name, *cause = _("the host did not say why");
    const guint8 *again = result->block->again;
    gint64 row = result->block->lo;
    MamutoAdvice advice = MAMUTO_ADVICE_NONE;
    GError *error;

    if (result->errors->len > 0) {
        const MamutoRowFailure *first = g_ptr_array_index(result->errors, 0);

        row = first->row;
        name = first->host;
        cause = first->cause;
        advice = first->advice;
    } else if (failed != NULL) {
        for (gint64 i = 0; row < result->block->hi - 1; i++, row++)
            if (((failed[i / 8] & ~(again != NULL ? again[i / 8] : 0)) >> (i % 8) & 1) != 0)
                break;
    }
    error =
        g_error_new(MAMUTO_ERROR, MAMUTO_ERROR_ROW, _("row %'" PRId64 " failed: %s"), row, cause);
    error_set_host(error, name);
    if (advice == MAMUTO_ADVICE_SAVE_JSON_LINES)
        error_append_advice(error, advice,
                            _("; or write -o out.jsonl, which contains any JSON value"));
    return error;
}

/* Counts the failed rows of a stored result. Rows that the store has set aside count as failed, but
 * which of them have failed is known only at the end. */
static void
count_failures(Run *self, guint host, const RunResult *result)
{
    gint64 n_failed = result->n_failed - result_block_count_in_parts(result->block);
    gint64 n_aside = result_store_get_n_aside(self->store);

    self->counts.rows_failed += n_failed + n_aside - self->n_aside;
    self->n_aside = n_aside;
    self->hosts[host].counts.rows_failed += n_failed;
    failure_log_add(self->failures, result->errors, n_failed);
    if (n_failed > 0 && (self->flags & MAMUTO_MAP_CONTINUE) == 0)
        run_end_for(self, describe_failure(self, host, result));
}

/* @n_rows: number of stored rows. */
static void
count_result(Run *self, guint host, gint64 n_rows)
{
    HostCounts *counts = &self->hosts[host].counts;

    self->counts.rows_done += n_rows;
    counts->rows_done += n_rows;
    counts->chunks_done += n_rows > 0;
}

/* Called for a result whose shape or type differs from the stored results. Another host computes
 * the rows again, because it is unknown which result is wrong. */
static void
refuse(Run *self, guint64 chunk, const GError *why)
{
    if (schedule_refused(self->schedule, chunk, g_get_monotonic_time()))
        session_wake_all(self->session);
    else
        run_end(self, why);
}

/* Called with the lock held after a result could not be stored. If the result is wrong, the rows
 * are computed again. Any other error ends the run. */
static void
note_refusal(Run *self, guint host, guint64 chunk, GError *why)
{
    if (g_error_matches(why, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL) ||
        g_error_matches(why, MAMUTO_ERROR, MAMUTO_ERROR_RESULT)) {
        error_set_host(why, self->session->hosts[host].name);
        refuse(self, chunk, why);
    } else {
        run_end(self, why); /* the result is not to blame; for example, the local disk is full */
    }
}

gboolean
run_check_files_unchanged(Run *self, GError **error)
{
    if (!run_arguments_check_unchanged(self->arguments, self->n_arguments, error))
        return FALSE;
    return self->code->files == NULL || g_atomic_int_get(&self->reads_files) == 0 ||
           sent_files_check_unchanged(self->code->files, error);
}

/* Ends a run whose rows are all stored. The run fails if one of its files was modified during the
 * run or is damaged. Run.n_storing, the number of threads that are storing a result, is decremented
 * only after this check. Otherwise the run could become complete before the check. */
static void
end_done(Run *self)
{
    g_autoptr(GError) changed = NULL;

    if (run_check_files_unchanged(self, &changed))
        run_arguments_check_content(self->arguments, self->n_arguments, TRUE, self->hashing,
                                    &changed);
    run_lock(self);
    self->n_storing--;
    run_end(self, changed);
    run_announce_if_complete(self);
    run_unlock(self);
}

/* Updates the counts and the schedule after a result was stored. Called with the lock held. Returns
 * TRUE if the caller must call run_believe_unconfirmed(). */
static gboolean
note_stored(Run *self, guint host, const RunResult *result)
{
    gint64 n_rows = result->block->hi - result->block->lo;
    int useless;

    if (result->block->again != NULL) {
        gboolean believe;
        g_autoptr(GPtrArray) others = NULL;
        RunResult rest = *result;

        believe = run_doubt_rows(self, host, result, &others);
        rest.errors = others;
        rest.n_failed -= result->n_suspect;
        count_result(self, host, n_rows - result->n_suspect);
        count_failures(self, host, &rest);
        return believe;
    }
    useless = run_compare_tries(self, host, result);
    schedule_stored(self->schedule, result->chunk);
    count_result(self, host, n_rows);
    count_failures(self, host, result);
    if (useless >= 0)
        run_leave_out(self, (guint)useless);
    return useless >= 0;
}

gboolean
run_store(Run *self, guint host, const RunResult *result, GError **error)
{
    g_autoptr(GError) why = NULL, damaged = NULL;
    g_autofree ResultPart *parts = NULL;
    gboolean stored = TRUE, wrong, done = FALSE, believe = FALSE;

    result->block->host = host;
    /* If a failed row ends the run, odd rows count as failed at once and are not set aside. */
    if ((self->flags & MAMUTO_MAP_CONTINUE) == 0 && result->block->n_parts > 0) {
        parts = g_memdup2(result->block->parts, result->block->n_parts * sizeof *parts);
        stored = result_block_fail_parts(result->block, parts, result->errors,
                                         self->session->hosts[host].name, &why);
    }
    stored = stored && result_store_put(self->store, result->block, &why);
    wrong = g_error_matches(why, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL);
    run_arguments_check_content(self->arguments, self->n_arguments, FALSE, NULL, &damaged);

    run_lock(self);
    if (damaged != NULL)
        run_end(self, damaged);
    if (stored) {
        believe = note_stored(self, host, result);
        done = schedule_is_done(self->schedule);
    } else {
        note_refusal(self, host, result->chunk, why);
    }
    if (!done) {
        self->n_storing--;
        run_announce_if_complete(self);
    }
    run_unlock(self);
    if (done)
        end_done(self);
    if (believe)
        run_believe_unconfirmed(self);
    if (wrong)
        g_propagate_error(error, g_steal_pointer(&why));
    return !wrong;
}

gboolean
run_result(Run *self, guint host, const RunResult *result, GError **error)
{
    g_autoptr(GArray) losers = g_array_new(FALSE, FALSE, sizeof(guint));
    RunHost *at = &self->hosts[host];
    ScheduleVerdict verdict = SCHEDULE_DUPLICATE;

    run_lock(self);
    if (!self->over && !at->gone && at->scheduled < 0) {
        verdict = SCHEDULE_UNKNOWN;
    } else if (!self->over && !at->gone && !run_leave_to_others(self, host, result)) {
        if (schedule_cut(self->schedule, (guint)at->scheduled, result->chunk, result->attempt,
                         result->block->hi, g_get_monotonic_time()))
            session_wake_all(self->session);
        verdict =
            schedule_result(self->schedule, (guint)at->scheduled, result->chunk, result->attempt,
                            result->took_us, result->block->size, g_get_monotonic_time(), losers);
        if (verdict == SCHEDULE_ACCEPT) {
            self->n_storing++;
            run_drop_losers(self, result->chunk, losers);
            if (run_wants_second_try(self, result))
                result->block->again = result->suspect;
        }
    }
    run_unlock(self);

    if (verdict == SCHEDULE_ACCEPT)
        return run_store(self, host, result, error);
    if (verdict == SCHEDULE_DUPLICATE)
        return TRUE;
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                _("the agent sent a result that was not requested (chunk %" PRIu64 ")"),
                result->chunk);
    return FALSE;
}
