/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Log lines of hosts that wait until the main context emits them. */
#include "run-private.h"

/* Maximum number of log lines that wait until the main context emits them, and maximum size of all
 * these lines in bytes. If a limit is reached, further lines are dropped and counted. */
#define MAX_LOGS 10000
#define MAX_LOGS_SIZE (8u << 20)

void
run_log_free(gpointer data)
{
    RunLog *log = data;

    g_free(log->text);
    g_free(log);
}

void
run_add_log(Run *self, guint host, int slot, guint stream, const char *text, gsize len)
{
    if (self->logs.length < MAX_LOGS && self->logs_size + len <= MAX_LOGS_SIZE) {
        RunLog *log = g_new(RunLog, 1);

        *log = (RunLog){host, slot, stream, g_strndup(text, len)};
        g_queue_push_tail(&self->logs, log);
        self->logs_size += len;
    } else {
        self->n_logs_dropped++;
    }
}

void
run_log(Run *self, guint host, int slot, guint stream, const char *text, gsize len)
{
    run_lock(self);
    run_add_log(self, host, slot, stream, text, len);
    run_unlock(self);
}

void
run_steal_logs(Run *self, GQueue *logs, guint *n_dropped)
{
    *logs = self->logs;
    *n_dropped = self->n_logs_dropped;
    g_queue_init(&self->logs);
    self->logs_size = 0;
    self->n_logs_dropped = 0;
}
