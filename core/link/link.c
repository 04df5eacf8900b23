/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Public functions for links of all kinds. They call the functions of the link's kind, wake
 * waiting threads, and add the name of the host to errors. The file also contains helpers for all
 * kinds of link. */
#include "link.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "error-private.h"
#include "link-private.h"
#include "quote.h"

#define WINDOWS_TOGETHER (64u << 20)
#define WINDOW_MIN (256u << 10)
#define WINDOW_MAX (32u << 20)

static LinkWaker *
waker_new(GError **error)
{
    LinkWaker *self = g_atomic_rc_box_new0(LinkWaker);

    self->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (self->fd < 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED, _("eventfd: %s"), g_strerror(errno));
        g_atomic_rc_box_release(self);
        return NULL;
    }
    return self;
}

static void
waker_clear(gpointer data)
{
    LinkWaker *self = data;

    close(self->fd);
}

gboolean
link_init(Link *self, const LinkClass *class, const char *name, Link *sibling, GError **error)
{
    self->class = class;
    self->name = g_strdup(name);
    self->waker = sibling != NULL ? g_atomic_rc_box_acquire(sibling->waker) : waker_new(error);
    return self->waker != NULL;
}

void
link_clear(Link *self)
{
    if (self->waker != NULL)
        g_atomic_rc_box_release_full(self->waker, waker_clear);
    self->waker = NULL;
    g_clear_pointer(&self->name, g_free);
}

void
link_enter_stage(const LinkOptions *options, MamutoStage stage)
{
    if (options->stage)
        options->stage(stage, options->data);
}

gsize
link_share_of_window(guint n_links)
{
    return CLAMP(WINDOWS_TOGETHER / MAX(n_links, 1), WINDOW_MIN, WINDOW_MAX);
}

typedef struct {
    const LinkOptions *options;
    MamutoStage stage; /* the stage that began last, for error messages */
} Opening;

static void
on_stage(MamutoStage stage, gpointer data)
{
    Opening *opening = data;

    opening->stage = stage;
    link_enter_stage(opening->options, stage);
}

Link *
link_open(const LinkOptions *options, GError **error)
{
    Opening opening = {options, options->local ? MAMUTO_STAGE_AGENT : MAMUTO_STAGE_RESOLVE};
    LinkOptions followed = *options;
    GError *local_error = NULL;
    Link *self = NULL;

    followed.stage = on_stage;
    followed.data = &opening;
    if (!g_cancellable_set_error_if_cancelled(options->cancellable, &local_error))
        self = options->local ? local_link_open(&followed, &local_error)
                              : ssh_link_open(&followed, &local_error);
    if (self)
        return self;
    error_set_host(local_error, options->name);
    error_set_stage(local_error, opening.stage);
    g_propagate_error(error, local_error);
    return NULL;
}

/* Adds the name of the host to an error that occurred on an open link. */
static void
set_host(Link *self, GError **error)
{
    if (error && *error)
        error_set_host(*error, self->name);
}

Link *
link_open_another(Link *self, const LinkOptions *options, GError **error)
{
    Link *another = NULL;

    if (!g_cancellable_set_error_if_cancelled(options->cancellable, error))
        another = self->class->open_another(self, options, error);
    if (another == NULL && error != NULL) {
        error_set_host(*error, options->name);
        error_set_stage(*error, MAMUTO_STAGE_AGENT);
    }
    return another;
}

gboolean
link_passes_fds(Link *self)
{
    return self->class->passes_fds;
}

static gboolean
take_wake(LinkWaker *waker)
{
    uint64_t count;
    gssize n;

    do
        n = read(waker->fd, &count, sizeof count);
    while (n < 0 && errno == EINTR);
    return n == sizeof count;
}

void
link_wait_any(Link *const *links, LinkEvents *events, guint n, int timeout_ms)
{
    gint64 end = g_get_monotonic_time() + timeout_ms * G_TIME_SPAN_MILLISECOND;
    g_autofree LinkEvents *wanted = n > 1 ? g_memdup2(events, n * sizeof *events) : NULL;
    LinkEvents first = events[0];

    for (;;) {
        LinkEvents possible = 0;

        links[0]->class->wait(links, events, n, timeout_ms);
        for (guint i = 0; i < n; i++)
            possible |= events[i];
        if (take_wake(links[0]->waker)) {
            events[0] |= LINK_WOKEN;
            break;
        }
        if (possible || timeout_ms == 0)
            break;
        /* wait() returned without an event, because the time has passed or a signal interrupted
         * it. The loop waits again for the rest of the time. */
        if (timeout_ms > 0)
            timeout_ms = (int)MAX((end - g_get_monotonic_time() + 999) / 1000, 0);
        events[0] = first;
        for (guint i = 1; i < n; i++)
            events[i] = wanted[i];
    }
}

LinkEvents
link_wait(Link *self, LinkEvents events, int timeout_ms)
{
    link_wait_any(&self, &events, 1, timeout_ms);
    return events;
}

void
link_wake(Link *self)
{
    uint64_t one = 1;

    /* The readable descriptor is the only record of the wake. A flag beside it would be set before
     * or after the write, and the woken thread, which may run in between, would wait in vain or
     * would find its descriptor readable without a reason and poll it until the flag is set. */
    while (write(self->waker->fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

gssize
link_read(Link *self, gpointer buffer, gsize size, int *fds, guint *n_fds, GError **error)
{
    gssize n;

    if (n_fds)
        *n_fds = 0;
    n = self->class->read(self, buffer, size, fds, n_fds, error);
    if (n < 0)
        set_host(self, error);
    return n;
}

gssize
link_write(Link *self, gconstpointer buffer, gsize size, const int *fds, guint n_fds,
           GError **error)
{
    gssize n = self->class->write(self, buffer, size, fds, n_fds, error);

    if (n < 0)
        set_host(self, error);
    return n;
}

gsize
link_get_read_size(Link *self)
{
    return self->class->read_size(self);
}

void
link_close(Link *self)
{
    if (self)
        self->class->close(self);
}

char *
link_escape_text(const char *text, gsize length, gsize max_bytes)
{
    g_autofree char *valid = NULL;
    g_autoptr(GString) line = NULL;

    if (length > max_bytes) {
        text += length - max_bytes;
        length = max_bytes;
    }
    valid = g_utf8_make_valid(text, length);
    line = g_string_new(g_strstrip(valid));
    g_string_replace(line, "\r", "", 0);
    g_string_replace(line, "\n", " / ", 0);
    g_string_replace(line, "\t", " ", 0);
    return quote_text(line->str);
}

void
link_tail_init(LinkTail *self, int fd)
{
    self->fd = fd;
    self->length = 0;
}

void
link_tail_add(LinkTail *self, const char *data, gsize length)
{
    gsize keep;

    if (length == 0)
        return;
    if (length > sizeof self->data) {
        data += length - sizeof self->data;
        length = sizeof self->data;
    }
    keep = MIN(self->length, sizeof self->data - length);
    memmove(self->data, self->data + self->length - keep, keep);
    memcpy(self->data + keep, data, length);
    self->length = keep + length;
}

void
link_tail_drain(LinkTail *self)
{
    char buffer[4096];
    gssize n;

    while (self->fd >= 0) {
        n = read(self->fd, buffer, sizeof buffer);
        if (n > 0)
            link_tail_add(self, buffer, n);
        else if (n < 0 && errno == EINTR)
            continue;
        else if (n < 0 && errno == EAGAIN)
            break;
        else
            link_tail_clear(self);
    }
}

void
link_tail_clear(LinkTail *self)
{
    if (self->fd >= 0)
        close(self->fd);
    self->fd = -1;
}

char *
link_tail_quote(const LinkTail *self)
{
    g_autofree char *text = link_escape_text(self->data, self->length, 300);

    return *text ? g_strdup_printf(_(": last output: %s"), text) : g_strdup("");
}
