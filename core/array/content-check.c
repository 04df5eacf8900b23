/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See content-check.h. */
#include "content-check.h"

#include "thread.h"

/* A waiting thread looks at its cancellable after this time. */
#define STEP_US (50 * G_TIME_SPAN_MILLISECOND)

typedef enum {
    CHECK_WAITING, /* nobody runs `func` */
    CHECK_RUNNING, /* one thread runs `func` */
    CHECK_PASSED,
    CHECK_FAILED, /* `error` is set and does not change any more */
} CheckState;

/* The owner and the thread hold one reference each. */
struct _ContentCheck {
    gatomicrefcount ref_count;
    ContentCheckFunc func;
    gpointer data;
    GDestroyNotify destroy;
    GCancellable *stop; /* cancelled when the owner frees the check */
    GMutex lock;        /* protects the following fields */
    GCond changed;      /* signalled when `state` changes */
    CheckState state;
    GError *error;
};

static void
unref(ContentCheck *self)
{
    if (!g_atomic_ref_count_dec(&self->ref_count))
        return;
    if (self->data != NULL)
        self->destroy(self->data);
    g_object_unref(self->stop);
    g_mutex_clear(&self->lock);
    g_cond_clear(&self->changed);
    g_clear_error(&self->error);
    g_free(self);
}

/* Runs the check. Called with the lock held in CHECK_RUNNING; the lock is released meanwhile. After
 * a cancellation, another caller may run the check again. */
static void
run(ContentCheck *self, GCancellable *cancellable)
{
    GError *error = NULL;
    gboolean ok;

    g_mutex_unlock(&self->lock);
    ok = self->func(self->data, cancellable, &error);
    g_mutex_lock(&self->lock);
    if (ok)
        self->state = CHECK_PASSED;
    else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        self->state = CHECK_WAITING;
    else
        self->state = CHECK_FAILED;
    if (self->state == CHECK_FAILED)
        self->error = error;
    else
        g_clear_error(&error);
    if (self->state != CHECK_WAITING) {
        self->destroy(self->data);
        self->data = NULL;
    }
    g_cond_broadcast(&self->changed);
}

static gpointer
run_thread(gpointer data)
{
    ContentCheck *self = data;

    g_mutex_lock(&self->lock);
    run(self, self->stop);
    g_mutex_unlock(&self->lock);
    unref(self);
    return NULL;
}

ContentCheck *
content_check_start(ContentCheckFunc func, gpointer data, GDestroyNotify destroy)
{
    ContentCheck *self = g_new0(ContentCheck, 1);
    GThread *thread;

    g_atomic_ref_count_init(&self->ref_count);
    g_atomic_ref_count_inc(&self->ref_count);
    self->func = func;
    self->data = data;
    self->destroy = destroy;
    self->stop = g_cancellable_new();
    g_mutex_init(&self->lock);
    g_cond_init(&self->changed);
    self->state = CHECK_RUNNING;
    thread = thread_start("mamuto-check", run_thread, self, NULL);
    if (thread != NULL) {
        g_thread_unref(thread);
    } else {
        self->state = CHECK_WAITING;
        unref(self);
    }
    return self;
}

gboolean
content_check_wait(ContentCheck *self, GCancellable *cancellable, GError **error)
{
    gboolean ok;

    g_mutex_lock(&self->lock);
    while (self->state < CHECK_PASSED && !g_cancellable_is_cancelled(cancellable)) {
        if (self->state == CHECK_WAITING) {
            self->state = CHECK_RUNNING;
            run(self, cancellable);
        } else {
            g_cond_wait_until(&self->changed, &self->lock, g_get_monotonic_time() + STEP_US);
        }
    }
    ok = self->state == CHECK_PASSED;
    if (self->state == CHECK_FAILED)
        g_propagate_error(error, g_error_copy(self->error));
    else if (!ok)
        g_cancellable_set_error_if_cancelled(cancellable, error);
    g_mutex_unlock(&self->lock);
    return ok;
}

gboolean
content_check_peek(ContentCheck *self, GError **error)
{
    gboolean failed;

    g_mutex_lock(&self->lock);
    failed = self->state == CHECK_FAILED;
    if (failed)
        g_propagate_error(error, g_error_copy(self->error));
    g_mutex_unlock(&self->lock);
    return !failed;
}

void
content_check_free(ContentCheck *self)
{
    g_cancellable_cancel(self->stop);
    unref(self);
}
