/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reports the synchronisation inside GLib to ThreadSanitizer, because GLib is not built with
 * ThreadSanitizer. GLib's locks, reference counts and tasks order the memory accesses of threads.
 * Each function here replaces GLib's function of the same name: it calls __tsan_acquire() or
 * __tsan_release(), and GLib's function. Only programs in a build with -Db_sanitize=thread are
 * linked with this file. */
#include <dlfcn.h>
#include <gio/gio.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

/* Set after all libraries are loaded. GLib functions are called earlier too, when the sanitizer
 * is not ready yet. */
static int ready;

__attribute__((constructor)) static void
set_ready(void)
{
    ready = 1;
}

static void
acquire(gconstpointer address)
{
    if (ready && address != NULL)
        __tsan_acquire((gpointer)address);
}

static void
release(gconstpointer address)
{
    if (ready && address != NULL)
        __tsan_release((gpointer)address);
}

/* Looks up GLib's own function and stores the pointer. The pointer is atomic, because two
 * threads may store it at the same time. */
#define REAL(name)                                                                                 \
    static __typeof__(&(name)) known;                                                              \
    __typeof__(&(name)) real = __atomic_load_n(&known, __ATOMIC_ACQUIRE);                          \
                                                                                                   \
    if (real == NULL) {                                                                            \
        real = (__typeof__(&(name)))dlsym(RTLD_NEXT, #name);                                       \
        __atomic_store_n(&known, real, __ATOMIC_RELEASE);                                          \
    }

#define ACQUIRES(name, type)                                                                       \
    void(name)(type * object)                                                                      \
    {                                                                                              \
        REAL(name);                                                                                \
        real(object);                                                                              \
        acquire(object);                                                                           \
    }
#define RELEASES(name, type)                                                                       \
    void(name)(type * object)                                                                      \
    {                                                                                              \
        REAL(name);                                                                                \
        release(object);                                                                           \
        real(object);                                                                              \
    }
#define TRIES(name, type)                                                                          \
    gboolean(name)(type * object)                                                                  \
    {                                                                                              \
        REAL(name);                                                                                \
        gboolean got = real(object);                                                               \
                                                                                                   \
        if (got)                                                                                   \
            acquire(object);                                                                       \
        return got;                                                                                \
    }

ACQUIRES(g_mutex_lock, GMutex)
TRIES(g_mutex_trylock, GMutex)
RELEASES(g_mutex_unlock, GMutex)
ACQUIRES(g_rec_mutex_lock, GRecMutex)
TRIES(g_rec_mutex_trylock, GRecMutex)
RELEASES(g_rec_mutex_unlock, GRecMutex)
ACQUIRES(g_rw_lock_reader_lock, GRWLock)
RELEASES(g_rw_lock_reader_unlock, GRWLock)
ACQUIRES(g_rw_lock_writer_lock, GRWLock)
RELEASES(g_rw_lock_writer_unlock, GRWLock)

void
g_cond_wait(GCond *cond, GMutex *mutex)
{
    REAL(g_cond_wait);
    release(mutex);
    real(cond, mutex);
    acquire(mutex);
}

gboolean
g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end_time)
{
    REAL(g_cond_wait_until);
    gboolean signalled;

    release(mutex);
    signalled = real(cond, mutex, end_time);
    acquire(mutex);
    return signalled;
}

void(g_once_init_leave)(volatile void *location, gsize result)
{
    REAL(g_once_init_leave);
    release((gconstpointer)location);
    real(location, result);
}

gpointer(g_once_impl)(GOnce *once, GThreadFunc func, gpointer arg)
{
    REAL(g_once_impl);
    gpointer result = real(once, func, arg);

    release(once);
    acquire(once);
    return result;
}

/* When a thread releases its reference, its earlier accesses to the object must count as
 * finished before another thread frees the object. */
#define UNREFS(name, type)                                                                         \
    void(name)(type object)                                                                        \
    {                                                                                              \
        REAL(name);                                                                                \
        release(object);                                                                           \
        acquire(object);                                                                           \
        real(object);                                                                              \
    }

UNREFS(g_object_unref, gpointer)
UNREFS(g_bytes_unref, GBytes *)
UNREFS(g_ptr_array_unref, GPtrArray *)
UNREFS(g_source_unref, GSource *)

void(g_atomic_rc_box_release_full)(gpointer block, GDestroyNotify clear)
{
    REAL(g_atomic_rc_box_release_full);
    release(block);
    acquire(block);
    real(block, clear);
}

gboolean(g_atomic_ref_count_dec)(gatomicrefcount *count)
{
    REAL(g_atomic_ref_count_dec);
    gboolean last;

    release((gpointer)count);
    last = real(count);
    if (last)
        acquire((gpointer)count);
    return last;
}

void
g_cancellable_cancel(GCancellable *cancellable)
{
    REAL(g_cancellable_cancel);
    release(cancellable);
    real(cancellable);
}

gboolean
g_cancellable_is_cancelled(GCancellable *cancellable)
{
    REAL(g_cancellable_is_cancelled);
    gboolean cancelled = real(cancellable);

    if (cancelled)
        acquire(cancellable);
    return cancelled;
}

/* ---- passing data to another thread through a main context or a pool ---- */

typedef struct {
    GSourceFunc func;
    gpointer data;
    GDestroyNotify notify;
} Callback;

static gboolean
callback_call(gpointer data)
{
    Callback *self = data;

    acquire(self);
    return self->func(self->data);
}

static void
callback_free(gpointer data)
{
    Callback *self = data;

    acquire(self);
    if (self->notify != NULL)
        self->notify(self->data);
    g_free(self);
}

/* Only callbacks of idle and time-out sources are replaced, because these callbacks have one
 * argument. */
void
g_source_set_callback(GSource *source, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
    REAL(g_source_set_callback);
    Callback *self;

    if (source->source_funcs != &g_idle_funcs && source->source_funcs != &g_timeout_funcs) {
        real(source, func, data, notify);
        return;
    }
    self = g_new(Callback, 1);
    *self = (Callback){func, data, notify};
    release(self);
    real(source, callback_call, self, callback_free);
}

/* GLib's g_idle_add_full() and g_timeout_add_full() do not call the function
 * g_source_set_callback() of this file. Therefore both functions are replaced too. */
guint
g_idle_add_full(int priority, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
    g_autoptr(GSource) source = g_idle_source_new();

    g_source_set_priority(source, priority);
    g_source_set_callback(source, func, data, notify);
    return g_source_attach(source, NULL);
}

guint(g_idle_add)(GSourceFunc func, gpointer data)
{
    return g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, func, data, NULL);
}

static GQuark
thread_func_quark(void)
{
    return g_quark_from_static_string("tsan-thread-func");
}

static void
call_thread_func(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    GTaskThreadFunc func;

    acquire(task);
    func = (GTaskThreadFunc)g_object_get_qdata(G_OBJECT(task), thread_func_quark());
    func(task, source, data, cancellable);
    release(task);
}

void
g_task_run_in_thread(GTask *task, GTaskThreadFunc func)
{
    REAL(g_task_run_in_thread);
    g_object_set_qdata(G_OBJECT(task), thread_func_quark(), (gpointer)func);
    release(task);
    real(task, call_thread_func);
}

void
g_task_return_pointer(GTask *task, gpointer result, GDestroyNotify destroy)
{
    REAL(g_task_return_pointer);
    release(task);
    real(task, result, destroy);
}

void
g_task_return_error(GTask *task, GError *error)
{
    REAL(g_task_return_error);
    release(task);
    real(task, error);
}

void
g_task_return_boolean(GTask *task, gboolean result)
{
    REAL(g_task_return_boolean);
    release(task);
    real(task, result);
}

gpointer
g_task_propagate_pointer(GTask *task, GError **error)
{
    REAL(g_task_propagate_pointer);
    acquire(task);
    return real(task, error);
}

gboolean
g_task_propagate_boolean(GTask *task, GError **error)
{
    REAL(g_task_propagate_boolean);
    acquire(task);
    return real(task, error);
}
