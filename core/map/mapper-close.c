/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Ends the session of a mapper. The asynchronous functions end the session in a thread. The
 * blocking function is for programs that have no main loop or are about to exit. */
#include "mapper-private.h"

static void
end_session(MapperWork *work)
{
    host_set_end(work->hosts);
    g_clear_pointer(&work->hosts, host_set_free);
    session_free(g_steal_pointer(&work->session));
}

static gboolean
on_answer(gpointer data)
{
    g_task_return_boolean(data, TRUE);
    return G_SOURCE_REMOVE;
}

/* Completes all tasks of mamuto_mapper_close_async(). @later: completes the tasks in the next
 * iteration of the main loop, so that no callback is called during this function. */
static void
answer_closers(MamutoMapper *self, gboolean later)
{
    while (self->closers->len > 0) {
        g_autoptr(GTask) task = g_ptr_array_steal_index(self->closers, 0);

        if (later) {
            g_autoptr(GSource) source = g_idle_source_new();

            g_task_attach_source(task, source, on_answer);
        } else {
            g_task_return_boolean(task, TRUE);
        }
    }
}

/* If the mapper is being closed, starts a thread that ends the session. Does nothing while a run is
 * current or a thread is running, because both use the session. When they end, this function is
 * called again. */
void
mapper_continue_close(MamutoMapper *self)
{
    GTask *first;
    MapperWork *work;

    if (self->life != MAPPER_CLOSING || self->task != NULL || self->works->len > 0)
        return;
    if (self->session == NULL) {
        self->life = MAPPER_CLOSED;
        answer_closers(self, FALSE);
        return;
    }
    first = g_ptr_array_index(self->closers, 0);
    work = mapper_work_new(self, g_task_get_context(first), end_session, NULL);
    work->session = g_steal_pointer(&self->session);
    work->hosts = g_steal_pointer(&self->hosts);
    mapper_work_start(work);
}

/* Waits until all threads have ended. Returns (transfer full) (nullable): the result of the current
 * run if one of the threads was making this result. */
static MamutoResult *
join_works(MamutoMapper *self, GError **error)
{
    MamutoResult *result = NULL;

    for (guint i = 0; i < self->works->len; i++) {
        MapperWork *work = g_ptr_array_index(self->works, i);

        mapper_work_join(work);
        if (self->stage != MAPPER_FINISHING || work->run != self->run)
            continue;
        result = g_steal_pointer(&work->result);
        *error = g_steal_pointer(&work->error);
    }
    g_ptr_array_set_size(self->works, 0);
    return result;
}

/**
 * mamuto_mapper_close:
 * @self: a mapper
 *
 * Cancels the current run, ends the programs on the hosts and closes the connections. Usually
 * blocks for at most a second, but longer if a disk is slow. The callback of a cancelled run is
 * called later by the main loop. The mapper cannot be used afterwards.
 */
void
mamuto_mapper_close(MamutoMapper *self)
{
    g_autoptr(MamutoResult) result = NULL;
    g_autoptr(GError) error = NULL;

    g_return_if_fail(MAMUTO_IS_MAPPER(self));

    if (self->life >= MAPPER_CLOSING_NOW)
        return;
    self->life = MAPPER_CLOSING_NOW;
    mapper_cancel_run(self);
    if (self->session != NULL)
        host_set_end(self->hosts);
    result = join_works(self, &error);
    if (self->stage == MAPPER_RUNNING)
        result = run_finish(self->run, &error);
    if (self->task != NULL)
        mapper_end_run(self, result, error, TRUE);
    g_clear_pointer(&self->hosts, host_set_free);
    g_clear_pointer(&self->session, session_free);
    self->life = MAPPER_CLOSED;
    answer_closers(self, TRUE);
}

/**
 * mamuto_mapper_close_async:
 * @self: a mapper
 * @callback: (nullable): called when the session has ended
 * @user_data: data for @callback
 *
 * Does the same as mamuto_mapper_close() without blocking. The current run is cancelled, and the
 * callback of the run is called before @callback. The mapper stays alive until @callback has been
 * called. Closing cannot be cancelled.
 */
void
mamuto_mapper_close_async(MamutoMapper *self, GAsyncReadyCallback callback, gpointer user_data)
{
    GTask *task;

    g_return_if_fail(MAMUTO_IS_MAPPER(self));

    task = g_task_new(self, NULL, callback, user_data);
    g_task_set_source_tag(task, mamuto_mapper_close_async);
    if (self->life >= MAPPER_CLOSING_NOW) {
        g_task_return_boolean(task, TRUE);
        g_object_unref(task);
        return;
    }
    self->life = MAPPER_CLOSING;
    g_ptr_array_add(self->closers, task);
    mapper_cancel_run(self);
    mapper_continue_close(self);
}

/**
 * mamuto_mapper_close_finish:
 * @self: a mapper
 * @result: the result passed to the callback
 * @error: return location for an error; not set by this version
 *
 * Returns: %TRUE
 */
gboolean
mamuto_mapper_close_finish(MamutoMapper *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, self), FALSE);
    return g_task_propagate_boolean(G_TASK(result), error);
}
