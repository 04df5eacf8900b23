/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Checks a host in stages, one after another. The first stages are the steps of connecting, which
 * the link reports. Then the agent prepares a small test function. For this, it finds Python and
 * numpy in the same way as for a run. Finally, blocks of bytes are sent and received to measure the
 * speed. */
#include "host-probe.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "error-private.h"
#include "frame-stream.h"
#include "host-fault.h"
#include "host-text.h"
#include "language.h"

/* Longest wait for a frame from the agent. The wait is long, because importing numpy from a
 * slow network file system has taken half a minute. */
#define ANSWER_TIMEOUT_US (60 * G_USEC_PER_SEC)
/* The agent exits if it receives no frame for this many seconds. This time is longer than any
 * stage, because the probe sends no pings during a stage. */
#define DEADMAN_S 180
#define N_PINGS 5
/* Sizes in bytes of the blocks that measure the speed. The size doubles from MEASURE_FIRST to
 * at most MEASURE_MAX, until a block takes MEASURE_US (µs) longer than the latency. */
#define MEASURE_FIRST (64u << 10)
#define MEASURE_MAX (32u << 20)
#define MEASURE_US (150 * 1000)
#define PROBE_FUNCTION 1
#define SESSION 1

typedef struct {
    const ProbeTarget *target;
    ProbeFunc func;
    gpointer data;
    ProbeFindings found;
    int stage; /* current stage, or -1 before the first stage */
    FrameStream *stream;
} Probe;

void
probe_findings_copy(ProbeFindings *to, const ProbeFindings *from)
{
    *to = *from;
    to->python = g_strdup(from->python);
    to->python_version = g_strdup(from->python_version);
    to->numpy_version = g_strdup(from->numpy_version);
    to->error = from->error != NULL ? g_error_copy(from->error) : NULL;
    for (int i = 0; i < MAMUTO_N_CHECK_STAGES; i++)
        to->details[i] = g_strdup(from->details[i]);
}

void
probe_findings_clear(ProbeFindings *findings)
{
    for (int i = 0; i < MAMUTO_N_CHECK_STAGES; i++)
        g_clear_pointer(&findings->details[i], g_free);
    g_clear_pointer(&findings->python, g_free);
    g_clear_pointer(&findings->python_version, g_free);
    g_clear_pointer(&findings->numpy_version, g_free);
    g_clear_error(&findings->error);
}

static void
set_outcome(Probe *self, MamutoCheckStage stage, MamutoCheckOutcome outcome, const char *detail)
{
    self->found.outcomes[stage] = outcome;
    if (detail != NULL) {
        g_free(self->found.details[stage]);
        self->found.details[stage] = g_strdup(detail);
    }
    self->func(&self->found, self->data);
}

/* Begins @stage. Marks earlier stages as passed if they are still running. */
static void
enter_stage(Probe *self, int stage)
{
    for (int i = 0; i < stage; i++)
        if (self->found.outcomes[i] == MAMUTO_CHECK_RUNNING)
            self->found.outcomes[i] = MAMUTO_CHECK_PASSED;
    self->stage = stage;
    if (self->found.outcomes[stage] == MAMUTO_CHECK_PENDING)
        set_outcome(self, stage, MAMUTO_CHECK_RUNNING, NULL);
}

static void
fail_stage(Probe *self, MamutoCheckStage stage, const char *why)
{
    for (int i = 0; i < MAMUTO_N_CHECK_STAGES; i++) {
        if (i < (int)stage && self->found.outcomes[i] == MAMUTO_CHECK_RUNNING)
            self->found.outcomes[i] = MAMUTO_CHECK_PASSED;
        else if (i > (int)stage)
            self->found.outcomes[i] = MAMUTO_CHECK_SKIPPED;
    }
    set_outcome(self, stage, MAMUTO_CHECK_FAILED, why);
}

/* Converts the stage of an error to the stage of the check with the same meaning. Returns a
 * negative number if the error has no stage. */
static int
check_stage(MamutoStage stage)
{
    G_STATIC_ASSERT(MAMUTO_CHECK_RESOLVE == MAMUTO_STAGE_RESOLVE - MAMUTO_STAGE_RESOLVE);
    G_STATIC_ASSERT(MAMUTO_CHECK_NUMPY == MAMUTO_STAGE_NUMPY - MAMUTO_STAGE_RESOLVE);
    return (int)stage - MAMUTO_STAGE_RESOLVE;
}

static void
on_link_stage(MamutoStage stage, gpointer data)
{
    enter_stage(data, check_stage(stage));
}

/* Marks the stage of @error as failed. If @error has no stage, marks the current stage as
 * failed. */
static void
fail_with(Probe *self, const GError *error)
{
    g_autofree char *why = error_format_without_host(error, TRUE);
    int stage = check_stage(mamuto_error_get_stage(error));

    g_clear_error(&self->found.error);
    self->found.error = g_error_copy(error);
    if (stage < 0)
        stage = self->stage >= 0 ? self->stage : MAMUTO_CHECK_AGENT;
    fail_stage(self, (MamutoCheckStage)stage, why);
}

/* Waits for a frame of type @a or @b. Ignores frames of other types, such as logs and
 * statistics. */
static gboolean
wait_for_frame(Probe *self, uint8_t a, uint8_t b, Frame *frame, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + ANSWER_TIMEOUT_US;

    for (;;) {
        gint64 left = deadline - g_get_monotonic_time();
        int n;

        if (g_cancellable_set_error_if_cancelled(self->target->cancellable, error))
            return FALSE;
        n = frame_stream_read(self->stream, frame, error);
        if (n < 0)
            return FALSE;
        if (n > 0) {
            if (frame->header.type == a || frame->header.type == b)
                return TRUE;
            if (left > 0)
                continue;
        }
        if (!frame_stream_flush(self->stream, error))
            return FALSE;
        if (left <= 0) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LOST,
                        _("The agent did not respond within %d seconds"),
                        (int)(ANSWER_TIMEOUT_US / G_USEC_PER_SEC));
            if (error != NULL)
                error_set_advice(*error, MAMUTO_ADVICE_CHECK_LOAD, NULL);
            return FALSE;
        }
        frame_stream_wait(self->stream, (int)(left / 1000) + 1);
    }
}

/* Sets @error for a malformed frame. Always returns FALSE, which callers return in turn. */
static gboolean
refuse(const Frame *frame, GError **error)
{
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                _("The agent sent a malformed %s message"), wire_type_name(frame->header.type));
    return FALSE;
}

static void
queue(Probe *self, uint8_t type, const struct wire_writer *meta, FramePayloadFunc func, gsize size)
{
    struct wire_header header = {
        .type = type,
        .session = SESSION,
        .meta_len = meta != NULL ? (uint32_t)meta->used : 0,
        .payload_len = size,
    };

    frame_stream_queue(self->stream, &header, meta, func, self, NULL, NULL, 0);
}

static struct wire_str
text_or_empty(const char *text)
{
    return text != NULL ? wire_str(text, strlen(text)) : wire_str("", 0);
}

static gboolean
read_ready(Probe *self, GError **error)
{
    struct wire_ready ready;
    struct wire_reader reader;
    g_autofree char *detail = NULL, *memory = NULL, *sysname = NULL, *machine = NULL;
    Frame frame;

    if (!wait_for_frame(self, WIRE_READY, WIRE_READY, &frame, error))
        return FALSE;
    wire_reader_init(&reader, frame.meta, frame.header.meta_len);
    if (wire_get_ready(&reader, &ready) < 0 || wire_reader_done(&reader) < 0)
        return refuse(&frame, error);
    self->found.cores = ready.cores;
    self->found.memory = ready.memory_total;
    memory = g_format_size_full(ready.memory_total, G_FORMAT_SIZE_IEC_UNITS);
    sysname = host_text(ready.sysname, FALSE);
    machine = host_text(ready.machine, FALSE);
    /* Translators: operating system, type of machine, number of cores and memory, for example
     * "Linux x86_64, 8 cores, 15.5 GiB" */
    detail = g_strdup_printf(
        g_dngettext(GETTEXT_PACKAGE, "%s %s, %u core, %s", "%s %s, %u cores, %s", ready.cores),
        sysname, machine, ready.cores, memory);
    if (ready.cores < self->target->cores) {
        g_autofree char *found = g_steal_pointer(&detail);

        detail = g_strdup_printf(_("%s; %u cores are configured, more than the host has"), found,
                                 self->target->cores);
    }
    set_outcome(self, MAMUTO_CHECK_AGENT, MAMUTO_CHECK_PASSED, detail);
    return TRUE;
}

/* Returns: (transfer full): the version of the package @name that the agent reported, or "" if
 * the agent reported none. */
static char *
find_version(const struct wire_prepared *prepared, const char *name)
{
    for (guint i = 0; i < prepared->n_versions; i++) {
        const struct wire_version *v = &prepared->versions[i];

        if (v->name.len == strlen(name) && memcmp(v->name.data, name, v->name.len) == 0)
            return host_text(v->version, FALSE);
    }
    return g_strdup("");
}

static void
take_prepared(Probe *self, const struct wire_prepared *prepared)
{
    const Language *language = language_get_default();
    ProbeFindings *found = &self->found;
    g_autofree char *interpreter = NULL;

    found->python = host_text(prepared->interpreter, FALSE);
    found->python_version = find_version(prepared, language->name);
    found->numpy_version = find_version(prepared, language->package);
    interpreter = g_strdup_printf("%s (%s)", found->python_version, found->python);
    set_outcome(self, MAMUTO_CHECK_PYTHON, MAMUTO_CHECK_PASSED, interpreter);
    set_outcome(self, MAMUTO_CHECK_NUMPY, MAMUTO_CHECK_PASSED, found->numpy_version);
}

static gboolean
take_fault(Probe *self, const struct wire_fault *fault)
{
    g_autoptr(GError) error = host_fault_to_error(fault, self->target->name);

    fail_with(self, error);
    return FALSE;
}

/* Makes the agent start Python and prepare the test function. Returns FALSE without @error if
 * Python or the function failed on the host; the failed stage is then already recorded in the
 * findings. */
static gboolean
try_python(Probe *self, GError **error)
{
    const ProbeTarget *target = self->target;
    const Language *language = language_get_default();
    g_autofree guint8 *buffer = g_malloc(WIRE_MAX_TEXT);
    struct wire_writer meta;
    struct wire_reader reader;
    struct wire_fault fault;
    struct wire_prepared prepared;
    Frame frame;

    wire_writer_init(&meta, buffer, WIRE_MAX_TEXT);
    wire_put_open(&meta, &(struct wire_open){.workdir = text_or_empty(target->workdir),
                                             .nice = target->nice,
                                             .slots = 1,
                                             .deadman_s = DEADMAN_S});
    if (meta.overflow) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("The configured python or workdir is too long"));
        return FALSE;
    }
    queue(self, WIRE_OPEN, &meta, NULL, 0);
    wire_writer_init(&meta, buffer, WIRE_MAX_TEXT);
    wire_put_prepare(&meta, &(struct wire_prepare){.function = PROBE_FUNCTION,
                                                   .runner = text_or_empty(language->name),
                                                   .interpreter = text_or_empty(target->python),
                                                   .module = text_or_empty(language->probe_module),
                                                   .name = text_or_empty(language->probe_name),
                                                   .bundle = text_or_empty(NULL),
                                                   .files = text_or_empty(NULL),
                                                   .places = text_or_empty(NULL)});
    if (meta.overflow) {
        fail_stage(self, MAMUTO_CHECK_PYTHON, _("The configured python or workdir is too long"));
        return FALSE;
    }
    queue(self, WIRE_PREPARE, &meta, NULL, 0);

    if (!wait_for_frame(self, WIRE_PREPARED, WIRE_FAULT, &frame, error))
        return FALSE;
    wire_reader_init(&reader, frame.meta, frame.header.meta_len);
    if (frame.header.type == WIRE_FAULT) {
        if (wire_get_fault(&reader, &fault) < 0 || wire_reader_done(&reader) < 0)
            return refuse(&frame, error);
        return take_fault(self, &fault);
    }
    if (wire_get_prepared(&reader, &prepared) < 0 || wire_reader_done(&reader) < 0)
        return refuse(&frame, error);
    take_prepared(self, &prepared);
    return TRUE;
}

static int
compare_times(gconstpointer a, gconstpointer b)
{
    gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

    return x < y ? -1 : x > y;
}

/* Measures the latency, which is the median of N_PINGS round-trip times. */
static gboolean
measure_latency(Probe *self, GError **error)
{
    gint64 times[N_PINGS], median;

    for (int i = 0; i < N_PINGS; i++) {
        guint8 buffer[64];
        struct wire_writer meta;
        Frame frame;
        gint64 begin = g_get_monotonic_time();

        wire_writer_init(&meta, buffer, sizeof buffer);
        wire_put_ping(&meta, &(struct wire_ping){.token = i + 1});
        queue(self, WIRE_PING, &meta, NULL, 0);
        if (!wait_for_frame(self, WIRE_PONG, WIRE_PONG, &frame, error))
            return FALSE;
        times[i] = g_get_monotonic_time() - begin;
    }
    qsort(times, N_PINGS, sizeof times[0], compare_times);
    median = times[N_PINGS / 2];
    self->found.latency = (double)median / G_USEC_PER_SEC;
    return TRUE;
}

/* Fills @buffer with pseudo-random bytes, which cannot be compressed. Compression on the way to
 * the host then does not change the measured speed. */
static gboolean
fill_noise(guint64 offset, gpointer buffer, gsize size, gpointer data, GError **error)
{
    guint8 *bytes = buffer;
    guint32 state = (guint32)offset * 2654435761u + 1;

    for (gsize i = 0; i < size; i++) {
        state = state * 1664525u + 1013904223u;
        bytes[i] = state >> 24;
    }
    return TRUE;
}

/* Measures the transfer of one block of @size bytes. If @wish is TRUE, the agent sends the
 * block; otherwise this function sends it. Sets *@us to the time in µs until the answer
 * arrived. */
static gboolean
measure_block(Probe *self, gboolean wish, gsize size, gint64 *us, GError **error)
{
    guint8 buffer[64];
    struct wire_writer meta;
    Frame frame;
    gint64 begin = g_get_monotonic_time();

    wire_writer_init(&meta, buffer, sizeof buffer);
    wire_put_measure(&meta, &(struct wire_measure){.token = size, .wish = wish ? size : 0});
    queue(self, WIRE_MEASURE, &meta, wish ? NULL : fill_noise, wish ? 0 : size);
    if (!wait_for_frame(self, WIRE_MEASURED, WIRE_MEASURED, &frame, error))
        return FALSE;
    if (wish && frame.header.payload_len != size)
        return refuse(&frame, error);
    *us = MAX(1, g_get_monotonic_time() - begin);
    return TRUE;
}

static gboolean
measure_rate(Probe *self, gboolean wish, double *rate, GError **error)
{
    for (gsize size = MEASURE_FIRST;; size *= 2) {
        gint64 us, latency = (gint64)(self->found.latency * G_USEC_PER_SEC);

        if (!measure_block(self, wish, size, &us, error))
            return FALSE;
        if (us < MEASURE_US + latency && size < MEASURE_MAX)
            continue;
        us -= MIN(latency, us / 2);
        *rate = (double)size * G_USEC_PER_SEC / (double)us;
        return TRUE;
    }
}

static gboolean
measure_speed(Probe *self, GError **error)
{
    g_autofree char *detail = NULL;

    if (!measure_latency(self, error) ||
        !measure_rate(self, FALSE, &self->found.send_rate, error) ||
        !measure_rate(self, TRUE, &self->found.receive_rate, error))
        return FALSE;
    detail = g_strdup_printf(_("%.3g ms, %.4g MB/s to the host, %.4g MB/s back"),
                             self->found.latency * 1e3, self->found.send_rate / 1e6,
                             self->found.receive_rate / 1e6);
    set_outcome(self, MAMUTO_CHECK_SPEED, MAMUTO_CHECK_PASSED, detail);
    return TRUE;
}

static void
on_cancelled(GCancellable *cancellable, gpointer data)
{
    link_wake(data);
}

/* Runs the stages that need the agent. Returns FALSE if a stage failed. Then @error is set,
 * unless the failed stage is already recorded in the findings. */
static gboolean
ask_agent(Probe *self, GError **error)
{
    if (!read_ready(self, error))
        return FALSE;
    enter_stage(self, MAMUTO_CHECK_PYTHON);
    if (!try_python(self, error))
        return FALSE;
    enter_stage(self, MAMUTO_CHECK_SPEED);
    if (!measure_speed(self, error))
        return FALSE;
    queue(self, WIRE_BYE, NULL, NULL, 0);
    return frame_stream_flush(self->stream, error);
}

static Link *
open_link(Probe *self, GError **error)
{
    const ProbeTarget *target = self->target;
    LinkOptions options = {
        .name = target->name,
        .address = target->address,
        .user = target->user,
        .port = target->port,
        .local = target->local,
        .n_links = target->n_at_once,
        .asker = target->asker,
        .cancellable = target->cancellable,
        .stage = on_link_stage,
        .data = self,
    };

    return link_open(&options, error);
}

gboolean
probe_host(const ProbeTarget *target, ProbeFunc func, gpointer data, GError **error)
{
    Probe self = {.target = target, .func = func, .data = data, .stage = -1};
    g_autoptr(GError) failure = NULL;
    Link *link;

    if (target->local)
        for (int i = 0; i < MAMUTO_CHECK_AGENT; i++)
            self.found.outcomes[i] = MAMUTO_CHECK_SKIPPED;
    link = open_link(&self, &failure);
    if (link == NULL) {
        if (!g_cancellable_is_cancelled(target->cancellable))
            fail_with(&self, failure);
    } else {
        gulong id;

        self.stream = frame_stream_new(link);
        id = target->cancellable != NULL
                 ? g_cancellable_connect(target->cancellable, G_CALLBACK(on_cancelled), link, NULL)
                 : 0;
        if (!ask_agent(&self, &failure) && failure != NULL &&
            !g_cancellable_is_cancelled(target->cancellable))
            fail_with(&self, failure);
        g_cancellable_disconnect(target->cancellable, id);
        frame_stream_free(self.stream);
    }
    probe_findings_clear(&self.found);
    return !g_cancellable_set_error_if_cancelled(target->cancellable, error);
}
