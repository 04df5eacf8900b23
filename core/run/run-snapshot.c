/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See run-snapshot.h. */
#include "run-snapshot.h"

#include <glib/gi18n-lib.h>

#include "error-private.h"

/* Adds a cause for the rows that are set aside. It contains only their number, because the shape of
 * the result, and with it the list of failed rows, is known only at the end of the run. */
static void
add_odd_rows(Run *run, GPtrArray *causes)
{
    MamutoFailureCause *cause;

    if (run->n_aside == 0)
        return;
    cause = g_new0(MamutoFailureCause, 1);
    cause->cause = g_strdup(_("returned another shape or type than most rows"));
    cause->kind = g_strdup(cause->cause);
    cause->n_rows = run->n_aside;
    cause->advice = MAMUTO_ADVICE_SAVE_JSON_LINES;
    g_ptr_array_add(causes, cause);
}

/* Called with the session's lock held. */
static void
take_failures(Run *run, RunSnapshot *snapshot)
{
    GPtrArray *listed = failure_log_get_listed(run->failures);
    guint n_known = mamuto_run_get_failures(snapshot->object)->len;

    /* Nothing is copied if no row has failed since the previous snapshot. Nothing is copied either
     * after run_finish() has moved the failures to the result. Then `listed` is shorter than the
     * list that the MamutoRun already has. */
    if (snapshot->counts.rows_failed == mamuto_run_get_rows_failed(snapshot->object) ||
        listed->len < n_known)
        return;
    snapshot->failures = g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_row_failure_free);
    for (guint i = n_known; i < listed->len; i++)
        g_ptr_array_add(snapshot->failures, mamuto_row_failure_copy(g_ptr_array_index(listed, i)));
    snapshot->causes = failure_log_copy_causes(run->failures);
    add_odd_rows(run, snapshot->causes);
}

/* Called with the lock held. The thread of a host that was left out may not have noticed it yet, so
 * the state of such a host is taken from the run. */
static void
update_host(MamutoRun *object, Run *run, guint host, double interval)
{
    const RunHost *at = &run->hosts[host];
    HostFacts facts = run->session->hosts[host].facts;
    g_autofree char *message = NULL;

    if (at->left_out) {
        facts.state = MAMUTO_HOST_FAILED;
        facts.message = message = error_format_without_host(at->error, FALSE);
        facts.error = at->error;
    }
    host_status_update(run_object_get_host(object, host), &facts, &at->counts, interval);
}

void
run_snapshot_take(RunSnapshot *snapshot, MamutoRun *object, Run *run)
{
    double interval = run_object_begin_update(object);
    Session *session = run->session;

    *snapshot = (RunSnapshot){.object = g_object_ref(object), .n_hosts = session->n_hosts};
    /* Releases the lock after each host, because copying the values of 200 hosts would block other
     * threads for too long. */
    for (guint i = 0; i < session->n_hosts; i++) {
        pthread_mutex_lock(&session->lock);
        update_host(object, run, i, interval);
        pthread_mutex_unlock(&session->lock);
    }
    pthread_mutex_lock(&session->lock);
    snapshot->counts = run->counts;
    take_failures(run, snapshot);
    run_steal_logs(run, &snapshot->logs, &snapshot->n_logs_dropped);
    pthread_mutex_unlock(&session->lock);
}

void
run_snapshot_tell(RunSnapshot *snapshot)
{
    RunLog *log;

    for (guint i = 0; i < snapshot->n_hosts; i++)
        host_status_announce(run_object_get_host(snapshot->object, i));
    if (snapshot->failures != NULL)
        run_object_add_failures(snapshot->object, snapshot->failures, snapshot->causes);
    if (snapshot->n_logs_dropped > 0) {
        g_autofree char *note =
            g_strdup_printf(g_dngettext(GETTEXT_PACKAGE, "(%u line was left out)\n",
                                        "(%u lines were left out)\n", snapshot->n_logs_dropped),
                            snapshot->n_logs_dropped);

        run_object_log(snapshot->object, 0, -1, 2, note);
    }
    while ((log = g_queue_pop_head(&snapshot->logs)) != NULL) {
        run_object_log(snapshot->object, log->host, log->slot, log->stream, log->text);
        run_log_free(log);
    }
}
