/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Copies the data of a run for the progress displays. */
#include "run-view.h"

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

/* Estimates for each host which fraction of its rows is done. The number of remaining rows of a
 * host is not known in advance. The estimate divides the remaining rows of the run among the hosts
 * in proportion to their current rates. */
void
run_view_estimate(RunView *self)
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

RunView *
run_view_new(MamutoRun *run, guint remap, guint n_remaps)
{
    RunView *self = g_new0(RunView, 1);
    GListModel *hosts = mamuto_run_get_hosts(run);

    self->function = mamuto_text_escape(mamuto_run_get_function(run), FALSE);
    self->state = mamuto_run_get_state(run);
    self->n_rows = mamuto_run_get_n_rows(run);
    self->rows_done = mamuto_run_get_rows_done(run);
    self->rows_failed = mamuto_run_get_rows_failed(run);
    self->rate = mamuto_run_get_rows_per_second(run);
    self->elapsed = mamuto_run_get_elapsed(run);
    self->eta = mamuto_run_get_eta(run);
    self->remap = remap;
    self->n_remaps = n_remaps;
    self->hosts = g_array_new(FALSE, FALSE, sizeof(HostView));
    g_array_set_clear_func(self->hosts, host_view_clear);
    for (guint i = 0; i < g_list_model_get_n_items(hosts); i++) {
        g_autoptr(MamutoHostStatus) status = g_list_model_get_item(hosts, i);
        const char *message = mamuto_host_status_get_message(status);
        HostView host = {
            .name = mamuto_text_escape(mamuto_host_status_get_name(status), FALSE),
            .message = message != NULL ? text_escape_message(message) : NULL,
            .state = mamuto_host_status_get_state(status),
            .cores = mamuto_host_status_get_cores(status),
            .n_busy = mamuto_host_status_get_n_busy(status),
            .rows_done = mamuto_host_status_get_rows_done(status),
            .rows_failed = mamuto_host_status_get_rows_failed(status),
            .rate = mamuto_host_status_get_rows_per_second(status),
        };

        g_array_append_val(self->hosts, host);
    }
    run_view_estimate(self);
    return self;
}

void
run_view_free(RunView *self)
{
    g_free(self->function);
    g_array_unref(self->hosts);
    g_free(self);
}
