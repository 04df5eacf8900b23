/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Finds the addresses of a host. getaddrinfo() cannot be cancelled, so it runs in a thread, which
 * is left alone after a cancellation. GResolver does this, too, but ends the program if the system
 * allows no more threads. */
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <pthread.h>
#include <string.h>

#include "ssh-private.h"
#include "thread.h"

/* Shared by the thread of the connection and the thread that calls getaddrinfo(). */
typedef struct {
    char *name, *port; /* constant */
    int family;        /* constant */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* guarded by `lock`: */
    gboolean done;
    int code, number; /* the result of getaddrinfo(), and errno */
    struct addrinfo *found;
} Lookup;

static void
lookup_clear(gpointer data)
{
    Lookup *self = data;

    if (self->found != NULL)
        freeaddrinfo(self->found);
    pthread_cond_destroy(&self->changed);
    pthread_mutex_destroy(&self->lock);
    g_free(self->name);
    g_free(self->port);
}

static void
lookup_unref(gpointer self)
{
    g_atomic_rc_box_release_full(self, lookup_clear);
}

static Lookup *
lookup_new(const SshConfig *config)
{
    Lookup *self = g_atomic_rc_box_new0(Lookup);

    self->name = g_hostname_is_non_ascii(config->host) ? g_hostname_to_ascii(config->host) : NULL;
    if (self->name == NULL)
        self->name = g_strdup(config->host);
    self->port = g_strdup_printf("%u", config->port);
    self->family = AF_UNSPEC;
    if (g_strcmp0(config->address_family, "inet") == 0)
        self->family = AF_INET;
    else if (g_strcmp0(config->address_family, "inet6") == 0)
        self->family = AF_INET6;
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->changed, NULL);
    return self;
}

static int
look_up(const Lookup *self, int flags, struct addrinfo **found)
{
    const struct addrinfo hints = {
        .ai_family = self->family, .ai_socktype = SOCK_STREAM, .ai_flags = flags};

    return getaddrinfo(self->name, self->port, &hints, found);
}

static gpointer
run(gpointer data)
{
    Lookup *self = data;
    struct addrinfo *found = NULL;
    int code = look_up(self, AI_ADDRCONFIG, &found), number = errno;

    pthread_mutex_lock(&self->lock);
    self->done = TRUE;
    self->code = code;
    self->number = number;
    self->found = code == 0 ? found : NULL;
    pthread_cond_broadcast(&self->changed);
    pthread_mutex_unlock(&self->lock);
    lookup_unref(self);
    return NULL;
}

static void
on_cancelled(GCancellable *cancellable, gpointer data)
{
    Lookup *self = data;

    pthread_mutex_lock(&self->lock);
    pthread_cond_broadcast(&self->changed);
    pthread_mutex_unlock(&self->lock);
}

static void
await(Lookup *self, GCancellable *cancellable)
{
    gulong handler = 0;

    if (cancellable != NULL)
        handler = g_cancellable_connect(cancellable, G_CALLBACK(on_cancelled), self, NULL);
    pthread_mutex_lock(&self->lock);
    while (!self->done && !g_cancellable_is_cancelled(cancellable))
        pthread_cond_wait(&self->changed, &self->lock);
    pthread_mutex_unlock(&self->lock);
    if (handler != 0)
        g_cancellable_disconnect(cancellable, handler);
}

/* Returns the result of the thread, which may still be running after a cancellation. */
static struct addrinfo *
take_result(Lookup *self, const SshConfig *config, GCancellable *cancellable, GError **error)
{
    struct addrinfo *found;

    pthread_mutex_lock(&self->lock);
    found = g_steal_pointer(&self->found);
    if (found == NULL && !g_cancellable_set_error_if_cancelled(cancellable, error))
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_RESOLVE,
                    _("%s is not known: %s; check the name, or give its address as HostName in "
                      "~/.ssh/config"),
                    config->host,
                    self->code == EAI_SYSTEM ? g_strerror(self->number) : gai_strerror(self->code));
    pthread_mutex_unlock(&self->lock);
    return found;
}

struct addrinfo *
ssh_resolve(const LinkOptions *options, const SshConfig *config, GError **error)
{
    Lookup *self;
    struct addrinfo *found = NULL;
    GThread *thread;

    link_enter_stage(options, MAMUTO_STAGE_RESOLVE);
    self = lookup_new(config);
    /* An address needs no thread, and is valid even if AI_ADDRCONFIG would leave it out. */
    if (look_up(self, AI_NUMERICHOST, &found) != 0) {
        found = NULL;
        thread = thread_start("mamuto-name", run, g_atomic_rc_box_acquire(self), error);
        if (thread != NULL) {
            g_thread_unref(thread);
            await(self, options->cancellable);
            found = take_result(self, config, options->cancellable, error);
        } else {
            lookup_unref(self);
        }
    }
    lookup_unref(self);
    return found;
}
