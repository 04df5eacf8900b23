/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Threads for work that may wait for a disk or a host. GTask threads are not used, for two
 * reasons. The whole program shares the thread pool of GTask, which a slow disk could block. A
 * mapper that ends must join its threads, which is not possible for threads of this pool. The
 * threads hold no reference to the mapper, because a thread with the last reference would dispose
 * the mapper outside of the mapper's own thread. */
#include "mapper-private.h"

MapperWork *
mapper_work_new(MamutoMapper *mapper, GMainContext *context, void (*work)(MapperWork *self),
                void (*done)(MamutoMapper *mapper, MapperWork *self))
{
    MapperWork *self = g_atomic_rc_box_new0(MapperWork);

    self->mapper = mapper;
    self->context = g_main_context_ref(context);
    self->work = work;
    self->done = done;
    return self;
}

static void
work_clear(gpointer data)
{
    MapperWork *self = data;

    g_main_context_unref(self->context);
    g_clear_pointer(&self->run, run_unref);
    g_clear_object(&self->function);
    g_clear_pointer(&self->sources, function_sources_free);
    g_clear_pointer(&self->old_files, sent_files_unref);
    g_clear_pointer(&self->files, sent_files_unref);
    g_free(self->output);
    g_clear_pointer(&self->bundle, g_bytes_unref);
    g_free(self->bundle_hash);
    g_clear_pointer(&self->stamp, source_stamp_free);
    g_clear_pointer(&self->store, result_store_free);
    g_clear_object(&self->result);
    g_clear_error(&self->error);
}

void
mapper_work_unref(gpointer self)
{
    g_atomic_rc_box_release_full(self, work_clear);
}

void
mapper_work_join(MapperWork *self)
{
    self->mapper = NULL;
    if (self->thread != NULL)
        g_thread_join(g_steal_pointer(&self->thread));
}

static gboolean
on_done(gpointer data)
{
    MapperWork *self = data;
    g_autoptr(MamutoMapper) mapper = NULL;

    if (self->mapper == NULL)
        return G_SOURCE_REMOVE; /* mapper_work_join() was called before */
    mapper = g_object_ref(self->mapper);
    mapper_work_join(self);
    g_ptr_array_remove(mapper->works, self);
    if (self->done != NULL)
        self->done(mapper, self);
    mapper_continue_close(mapper);
    return G_SOURCE_REMOVE;
}

static gpointer
run_work(gpointer data)
{
    MapperWork *self = data;
    g_autoptr(GSource) source = g_idle_source_new();

    self->work(self);
    /* Does not use g_main_context_invoke(), because g_main_context_invoke() would call on_done() in
     * this thread while no other thread iterates the context. */
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, on_done, self, mapper_work_unref);
    g_source_set_static_name(source, "[mamuto] mapper");
    g_source_attach(source, self->context);
    return NULL;
}

void
mapper_work_start(MapperWork *self)
{
    gpointer for_thread = g_atomic_rc_box_acquire(self);

    g_ptr_array_add(self->mapper->works, self);
    self->thread = g_thread_try_new("mamuto-mapper", run_work, for_thread, NULL);
    /* If the system cannot create a thread, the caller does the work. */
    if (self->thread == NULL)
        run_work(for_thread);
}
