/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What one sees of one host during a job: a snapshot of what its thread has counted. */
#include "run-object.h"

#include <string.h>

/* The rate is smoothed over about this many seconds: chunks arrive a few times a second. */
#define RATE_SECONDS 2.0

struct _MamutoHostStatus {
    GObject parent_instance;
    char *name;
    HostFacts facts;
    HostCounts counts;
    double rows_per_second;
    gboolean was_ready; /* when last heard of, before the job ended */
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
     * Something of it changed.
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
    /* its thread may not have noted it yet, or still be about to connect */
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
 * Returns: the word for it, in English and lower case; not translated
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
 * Returns: the name of the host as in the cluster
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
 * Returns: what it is doing
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
 * A job can end while a host is still on its way: then its state says that it is done, too.
 *
 * Returns: whether the host had come as far as to be given work
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
 * Returns: rows per second, smoothed over the last seconds
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
 * Returns: (nullable): more in words: the stage of connecting, or why it is lost or failed, without
 *   the host's name
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
 * Returns: (transfer none) (nullable): why it is lost or failed, until it is brought up to date
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
 * Returns: (nullable): as "Linux x86_64", %NULL until known
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
 * Returns: (nullable): the name of its processor, %NULL until known
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
 * Returns: (nullable): processor features that change results, separated by spaces
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
 * Returns: (nullable): what runs functions there, by its language: "python"
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
 * Returns: (nullable): path of the interpreter that runs the function there
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
 * Returns: (transfer none) (nullable) (array zero-terminated=1): what the interpreter there says of
 *   itself: name and version in turn, its own first: "python", "3.11.2", "numpy", "1.24.2"; text of
 *   a host
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
 * @name: a language or a package: "numpy"
 *
 * Returns: (nullable): its version there, as "1.24.2"; %NULL if it is not among those of
 *   mamuto_host_status_get_versions()
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
 * Returns: how many cores are used there
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
 * Returns: how many of them compute now
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
 * Returns: rows of this job that it has computed, failed ones included
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
 * Returns: rows of this job that failed there
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
 * Returns: chunks of this job whose results were taken from it
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
 * Returns: attempts at chunks that ended there without a result
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
 * Returns: copies of others' late chunks that it was given
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
 * Returns: bytes that went to it during this job
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
 * Returns: bytes that came from it during this job
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
 * Returns: how busy all its cores are, 0 to 1; 0 while not known
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
 * Returns: bytes of memory it has; 0 while not known
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
 * Returns: bytes of memory that are free for use; 0 while not known
 */
guint64
mamuto_host_status_get_memory_available(MamutoHostStatus *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST_STATUS(self), 0);
    return self->facts.memory_available;
}
