/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Looking at a job. */
#include "job-view.h"

#include <string.h>

#include "text.h"

static void
host_view_clear(gpointer data)
{
    HostView *host = data;

    g_free(host->name);
    g_free(host->message);
}

static gboolean
is_gone(const HostView *host)
{
    return host->state == MAMUTO_HOST_LOST || host->state == MAMUTO_HOST_FAILED;
}

/* What is left will be shared as the hosts' speeds are now. */
void
job_view_estimate(JobView *self)
{
    double left = (double)(self->n_rows - self->rows_done), sum = 0;

    for (guint i = 0; i < self->hosts->len; i++) {
        const HostView *host = &g_array_index(self->hosts, HostView, i);

        sum += is_gone(host) ? 0 : host->rate;
    }
    for (guint i = 0; i < self->hosts->len; i++) {
        HostView *host = &g_array_index(self->hosts, HostView, i);
        double more = sum > 0 && !is_gone(host) ? left * host->rate / sum : left;

        host->fraction =
            host->rows_done + more > 0 ? host->rows_done / (host->rows_done + more) : 0;
        host->fraction = CLAMP(host->fraction, 0, 1);
    }
}

/* What the library says begins with the host's name, which stands beside it already. */
static char *
copy_message(const char *message, const char *name)
{
    if (message == NULL)
        return NULL;
    if (g_str_has_prefix(message, name) && g_str_has_prefix(message + strlen(name), ": "))
        message += strlen(name) + 2;
    return text_escape_message(message);
}

JobView *
job_view_new(MamutoJob *job, guint remap, guint n_remaps)
{
    JobView *self = g_new0(JobView, 1);
    GListModel *hosts = mamuto_job_get_hosts(job);

    self->function = text_escape(mamuto_job_get_function(job), FALSE);
    self->state = mamuto_job_get_state(job);
    self->n_rows = mamuto_job_get_n_rows(job);
    self->rows_done = mamuto_job_get_rows_done(job);
    self->rows_failed = mamuto_job_get_rows_failed(job);
    self->rate = mamuto_job_get_rows_per_second(job);
    self->elapsed = mamuto_job_get_elapsed(job);
    self->eta = mamuto_job_get_eta(job);
    self->remap = remap;
    self->n_remaps = n_remaps;
    self->hosts = g_array_new(FALSE, FALSE, sizeof(HostView));
    g_array_set_clear_func(self->hosts, host_view_clear);
    for (guint i = 0; i < g_list_model_get_n_items(hosts); i++) {
        g_autoptr(MamutoHostStatus) status = g_list_model_get_item(hosts, i);
        const char *message = mamuto_host_status_get_message(status);
        HostView host = {
            .name = text_escape(mamuto_host_status_get_name(status), FALSE),
            .message = copy_message(message, mamuto_host_status_get_name(status)),
            .state = mamuto_host_status_get_state(status),
            .cores = mamuto_host_status_get_cores(status),
            .n_busy = mamuto_host_status_get_n_busy(status),
            .rows_done = mamuto_host_status_get_rows_done(status),
            .rows_failed = mamuto_host_status_get_rows_failed(status),
            .rate = mamuto_host_status_get_rows_per_second(status),
        };

        g_array_append_val(self->hosts, host);
    }
    job_view_estimate(self);
    return self;
}

void
job_view_free(JobView *self)
{
    g_free(self->function);
    g_array_unref(self->hosts);
    g_free(self);
}
