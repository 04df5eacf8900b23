/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See job-snapshot.h. */
#include "job-snapshot.h"

#include <glib/gi18n-lib.h>

#include "host-run.h"

/* With the lock held. */
static void
take_failures(Remap *remap, JobSnapshot *snapshot)
{
    GPtrArray *listed = failure_log_get_listed(remap->failures);
    guint n_known = mamuto_job_get_failures(snapshot->job)->len;

    /* fewer than before: the result has them by now */
    if (snapshot->counts.rows_failed == mamuto_job_get_rows_failed(snapshot->job) ||
        listed->len < n_known)
        return;
    snapshot->failures = g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_row_failure_free);
    for (guint i = n_known; i < listed->len; i++)
        g_ptr_array_add(snapshot->failures, mamuto_row_failure_copy(g_ptr_array_index(listed, i)));
    snapshot->causes = failure_log_copy_causes(remap->failures);
}

void
job_snapshot_take(JobSnapshot *snapshot, MamutoJob *job, Remap *remap)
{
    double interval = job_begin_update(job);
    Session *session = remap->session;

    *snapshot = (JobSnapshot){.job = g_object_ref(job), .n_hosts = session->n_hosts};
    /* With the lock held a moment for each host: 200 of them do not stop the threads. */
    for (guint i = 0; i < session->n_hosts; i++) {
        pthread_mutex_lock(&session->lock);
        host_status_update(job_get_host(job, i), host_run_get_facts(session->hosts[i]),
                           &remap->hosts[i].counts, interval);
        pthread_mutex_unlock(&session->lock);
    }
    pthread_mutex_lock(&session->lock);
    snapshot->counts = remap->counts;
    take_failures(remap, snapshot);
    remap_steal_logs(remap, &snapshot->logs, &snapshot->n_logs_dropped);
    pthread_mutex_unlock(&session->lock);
}

void
job_snapshot_tell(JobSnapshot *snapshot)
{
    RemapLog *log;

    for (guint i = 0; i < snapshot->n_hosts; i++)
        host_status_announce(job_get_host(snapshot->job, i));
    if (snapshot->failures != NULL)
        job_add_failures(snapshot->job, snapshot->failures, snapshot->causes);
    if (snapshot->n_logs_dropped > 0) {
        g_autofree char *note =
            g_strdup_printf(g_dngettext(GETTEXT_PACKAGE, "(%u line was left out)\n",
                                        "(%u lines were left out)\n", snapshot->n_logs_dropped),
                            snapshot->n_logs_dropped);

        job_log(snapshot->job, 0, -1, 2, note);
    }
    while ((log = g_queue_pop_head(&snapshot->logs)) != NULL) {
        job_log(snapshot->job, log->host, log->slot, log->stream, log->text);
        remap_log_free(log);
    }
}
