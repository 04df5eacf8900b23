/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The public status of one host during a run. It is a copy of facts and counters that another
 * thread records. */
#include "run-object.h"

#include <string.h>

/* Time constant in seconds for smoothing the rate (rows per second). Long enough to average over
 * several chunks. */
#define RATE_SECONDS 2.0

struct _MamutoHostStatus {
    GObject parent_instance;
    char *name;
    HostFacts facts;
    HostCounts counts;
    double rows_per_second;
    gboolean was_ready; /* TRUE if the host was ready for chunks during the run */
};

G_DEFINE_FINAL_TYPE(MamutoHostStatus, mamuto_host_status, G_TYPE_OBJECT)

enum { SIGNAL_UPDATED, N_SIGNALS };
static guint signals[N_SIGNALS];

void
host_facts_clear(HostFacts *facts)
{
    g_free(facts->message);
    g_clear_error(&facts->error);
    g_free(facts->machine);
    g_free(facts->cpu_model);
    g_free(facts->cpu_features);
    g_free(facts->runner);
    g_free(facts->interpreter);
    g_strfreev(facts->versions);
    *facts = (HostFacts){0};
}

static void
mamuto_host_status_finalize(GObject *object)
{
    MamutoHostStatus *self = MAMUTO_HOST_STATUS(object);

    host_facts_clear(&self->facts);
    g_free(self->name);
    G_OBJECT_CLASS(mamuto_host_status_parent_class)->finalize(object);
}

static void
mamuto_host_status_class_init(MamutoHostStatusClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_host_status_finalize;

    /**
     * MamutoHostStatus::updated:
     * @self: a host status
     *
     * Emitted in the main context of the mapper after the values of the status were updated.
     */
    signals[SIGNAL_UPDATED] = g_signal_new("updated", MAMUTO_TYPE_HOST_STATUS, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mamuto_host_status_init(MamutoHostStatus *self)
{
}

MamutoHostStatus *
host_status_new(const char *name)
{
    MamutoHostStatus *self = g_object_new(MAMUTO_TYPE_HOST_STATUS, NULL);

    self->name = g_strdup(name);
    return self;
}

static void
copy_string(char **to, const char *from)
{
    if (g_strcmp0(*to, from) == 0)
        return;
    g_free(*to);
    *to = g_strdup(from);
}

static void
copy_strings(char ***to, char **from)
{
    if (*to == from || (*to != NULL && from != NULL &&
                        g_strv_equal((const char *const *)*to, (const char *const *)from)))
        return;
    g_strfreev(*to);
    *to = g_strdupv(from);
}

static void
copy_error(GError **to, const GError *from)
{
    if (*to != NULL && from != NULL && strcmp((*to)->message, from->message) == 0)
        return;
    g_clear_error(to);
    *to = from != NULL ? g_error_copy(from) : NULL;
}

void
host_status_update(MamutoHostStatus *self, const HostFacts *facts, const HostCounts *counts,
                   double interval)
{
    double rate = (double)(counts->rows_done - self->counts.rows_done) / interval;
    double weight = interval / (interval + RATE_SECONDS);

    self->rows_per_second += (rate - self->rows_per_second) * weight;
    self->counts = *counts;
    self->facts.state = facts->state;
    self->was_ready = facts->state > MAMUTO_HOST_PREPARING;
    self->facts.cores = facts->cores;
    self->facts.cpu = facts->cpu;
    self->facts.memory_total = facts->memory_total;
    self->facts.memory_available = facts->memory_available;
    copy_string(&self->facts.message, facts->message);
    copy_error(&self->facts.error, facts->error);
    copy_string(&self->facts.machine, facts->machine);
    copy_string(&self->facts.cpu_model, facts->cpu_model);
    copy_string(&self->facts.cpu_features, facts->cpu_features);
    copy_string(&self->facts.runner, facts->runner);
    copy_string(&self->facts.interpreter, facts->interpreter);
    copy_strings(&self->facts.versions, facts->versions);
}

void
host_status_end(MamutoHostStatus *self, double seconds)
{
    if (self->facts.state >= MAMUTO_HOST_LOST)
        return;
    /* Sets DONE here, because the thread of the host may not have noticed the end of the run yet,
     * or may still be connecting. */
    self->facts.state = MAMUTO_HOST_DONE;
    g_clear_pointer(&self->facts.message, g_free);
    self->counts.n_busy = 0;
    self->rows_per_second = (double)self->counts.rows_done / seconds;
}

void
host_status_announce(MamutoHostStatus *self)
{
    g_signal_emit(self, signals[SIGNAL_UPDATED], 0);
}

/**
 * mamuto_host_state_to_string:
 * @state: a state
 *
 * Returns: the name of @state in lower-case English, not translated ("computing")
 */
const char *
mamuto_host_state_to_string(MamutoHostState state)
{
    static const char *const words[] = {
        [MAMUTO_HOST_CONNECTING] = "connecting",
        [MAMUTO_HOST_PREPARING] = "preparing",
        [MAMUTO_HOST_WAITING] = "waiting",
        [MAMUTO_HOST_COMPUTING] = "computing",
        [MAMUTO_HOST_DONE] = "done",
        [MAMUTO_HOST_LOST] = "lost",
        [MAMUTO_HOST_FAILED] = "failed",
    };

    g_return_val_if_fail((guint)state < G_N_ELEMENTS(words), "");
    return words[state];
}

/**
 * mamuto_host_status_get_name:
 * @self: a host status
 *
 * Returns: the name of the host in the cluster
 */
const char *
mamuto_host_status_get_name(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), NULL);
    return self->name;
}

/**
 * mamuto_host_status_get_state:
 * @self: a host status
 *
 * Returns: the state of the host
 */
MamutoHostState
mamuto_host_status_get_state(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), MAMUTO_HOST_FAILED);
    return self->facts.state;
}

/**
 * mamuto_host_status_get_was_ready:
 * @self: a host status
 *
 * When a run ends, the state becomes %MAMUTO_HOST_DONE even if the host was still connecting or
 * preparing. This function distinguishes such a host from a host that was ready.
 *
 * Returns: whether the host was ready for chunks before the run ended
 */
gboolean
mamuto_host_status_get_was_ready(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), FALSE);
    return self->was_ready;
}

/**
 * mamuto_host_status_get_rows_per_second:
 * @self: a host status
 *
 * Returns: rows per second, smoothed over about 2 seconds; after the end, the mean of the whole run
 */
double
mamuto_host_status_get_rows_per_second(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), 0);
    return self->rows_per_second;
}

/**
 * mamuto_host_status_get_message:
 * @self: a host status
 *
 * Returns: (transfer none) (nullable): a translated text without the host's name. While the host is
 *   connecting: the current step. If the host is lost or failed: the reason. Valid until the next
 *   update.
 */
const char *
mamuto_host_status_get_message(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), NULL);
    return self->facts.message;
}

/**
 * mamuto_host_status_get_error:
 * @self: a host status
 *
 * Returns: (transfer none) (nullable): why the host is lost or failed; valid until the next update
 */
const GError *
mamuto_host_status_get_error(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), NULL);
    return self->facts.error;
}

/**
 * mamuto_host_status_get_machine:
 * @self: a host status
 *
 * Returns: (transfer none) (nullable): system and architecture ("Linux x86_64"); %NULL while
 *   unknown
 */
const char *
mamuto_host_status_get_machine(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), NULL);
    return self->facts.machine;
}

/**
 * mamuto_host_status_get_cpu_model:
 * @self: a host status
 *
 * Returns: (transfer none) (nullable): the name of the processor; %NULL while unknown
 */
const char *
mamuto_host_status_get_cpu_model(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), NULL);
    return self->facts.cpu_model;
}

/**
 * mamuto_host_status_get_cpu_features:
 * @self: a host status
 *
 * Returns: (transfer none) (nullable): processor features that can change numerical results,
 *   separated by spaces; %NULL while unknown
 */
const char *
mamuto_host_status_get_cpu_features(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), NULL);
    return self->facts.cpu_features;
}

/**
 * mamuto_host_status_get_runner:
 * @self: a host status
 *
 * Returns: (transfer none) (nullable): the language of the interpreter that runs the function on
 *   the host ("python"); %NULL while unknown
 */
const char *
mamuto_host_status_get_runner(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), NULL);
    return self->facts.runner;
}

/**
 * mamuto_host_status_get_interpreter:
 * @self: a host status
 *
 * Returns: (transfer none) (nullable): the path of the interpreter on the host; %NULL while unknown
 */
const char *
mamuto_host_status_get_interpreter(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), NULL);
    return self->facts.interpreter;
}

/**
 * mamuto_host_status_get_versions:
 * @self: a host status
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): each name followed by its version,
 *   beginning with the language, such as "python", "3.11.2", "numpy", "1.24.2". The text is from
 *   the host: escape it before printing it to a terminal.
 */
const char *const *
mamuto_host_status_get_versions(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), NULL);
    return (const char *const *)self->facts.versions;
}

/**
 * mamuto_host_status_get_version:
 * @self: a host status
 * @name: a language or a package ("numpy")
 *
 * Returns: (transfer none) (nullable): the version of @name on the host ("1.24.2"); %NULL if
 *   mamuto_host_status_get_versions() does not contain @name
 */
const char *
mamuto_host_status_get_version(MamutoHostStatus *self, const char *name)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), NULL);
    g_return_val_if_fail(name != NULL, NULL);
    for (char **at = self->facts.versions; at != NULL && at[0] != NULL && at[1] != NULL; at += 2)
        if (strcmp(at[0], name) == 0)
            return at[1];
    return NULL;
}

/**
 * mamuto_host_status_get_cores:
 * @self: a host status
 *
 * Returns: the number of cores of the host that the run may use
 */
guint
mamuto_host_status_get_cores(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), 0);
    return self->facts.cores;
}

/**
 * mamuto_host_status_get_n_busy:
 * @self: a host status
 *
 * Returns: the number of cores that are computing now
 */
guint
mamuto_host_status_get_n_busy(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), 0);
    return self->counts.n_busy;
}

/**
 * mamuto_host_status_get_rows_done:
 * @self: a host status
 *
 * Returns: rows of the run that the host has computed, failed rows included
 */
gint64
mamuto_host_status_get_rows_done(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), 0);
    return self->counts.rows_done;
}

/**
 * mamuto_host_status_get_rows_failed:
 * @self: a host status
 *
 * Returns: rows of the run that failed on the host
 */
gint64
mamuto_host_status_get_rows_failed(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), 0);
    return self->counts.rows_failed;
}

/**
 * mamuto_host_status_get_chunks_done:
 * @self: a host status
 *
 * Returns: chunks of the run whose results came from the host
 */
guint
mamuto_host_status_get_chunks_done(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), 0);
    return self->counts.chunks_done;
}

/**
 * mamuto_host_status_get_n_lost:
 * @self: a host status
 *
 * Returns: the number of chunks that were assigned to the host without success: the host returned
 *   no result, or a copy of the chunk on another host finished first
 */
guint
mamuto_host_status_get_n_lost(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), 0);
    return self->counts.n_lost;
}

/**
 * mamuto_host_status_get_n_copies:
 * @self: a host status
 *
 * Returns: the number of chunks that were late on other hosts and were therefore assigned to this
 *   host too
 */
guint
mamuto_host_status_get_n_copies(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), 0);
    return self->counts.n_copies;
}

/**
 * mamuto_host_status_get_bytes_sent:
 * @self: a host status
 *
 * Returns: bytes sent to the host during the run
 */
guint64
mamuto_host_status_get_bytes_sent(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), 0);
    return self->counts.bytes_sent;
}

/**
 * mamuto_host_status_get_bytes_received:
 * @self: a host status
 *
 * Returns: bytes received from the host during the run
 */
guint64
mamuto_host_status_get_bytes_received(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), 0);
    return self->counts.bytes_received;
}

/**
 * mamuto_host_status_get_cpu:
 * @self: a host status
 *
 * Returns: the load of all cores of the host, 0 to 1; 0 while unknown
 */
double
mamuto_host_status_get_cpu(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), 0);
    return self->facts.cpu;
}

/**
 * mamuto_host_status_get_memory_total:
 * @self: a host status
 *
 * Returns: the memory of the host in bytes; 0 while unknown
 */
guint64
mamuto_host_status_get_memory_total(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), 0);
    return self->facts.memory_total;
}

/**
 * mamuto_host_status_get_memory_available:
 * @self: a host status
 *
 * Returns: the available memory of the host in bytes; 0 while unknown
 */
guint64
mamuto_host_status_get_memory_available(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), 0);
    return self->facts.memory_available;
}
