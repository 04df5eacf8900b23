/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See scripted-asker.h. */
#include "scripted-asker.h"

static void
on_question(MamutoQuestion *question, gpointer data)
{
    static const char *const kinds[] = {"host-key", "password", "passphrase", "keyboard"};
    ScriptedAsker *self = data;
    const char *text = mamuto_question_get_server_text(question);
    const char *print = mamuto_question_get_fingerprint(question);
    const char *answer = self->answers && *self->answers ? *self->answers++ : NULL;

    g_ptr_array_add(self->asked,
                    g_strdup_printf("%s %s [%s] %u %s", kinds[mamuto_question_get_kind(question)],
                                    mamuto_question_get_prompt(question), text ? text : "",
                                    mamuto_question_get_attempt(question), print ? print : ""));
    if (self->cancels) {
        self->kept = g_object_ref(question);
        g_cancellable_cancel(self->cancels);
    } else if (!answer) {
        mamuto_question_decline(question);
    } else if (mamuto_question_get_kind(question) == MAMUTO_QUESTION_HOST_KEY) {
        g_assert_cmpstr(answer, ==, "yes");
        mamuto_question_accept(question);
    } else {
        mamuto_question_answer(question, answer);
    }
}

static gboolean
is_running(gpointer data)
{
    ScriptedAsker *self = data;

    g_mutex_lock(&self->mutex);
    self->asker = mamuto_asker_new(on_question, self, NULL);
    g_cond_signal(&self->ready);
    g_mutex_unlock(&self->mutex);
    return G_SOURCE_REMOVE;
}

static gpointer
run_loop(gpointer data)
{
    ScriptedAsker *self = data;

    g_main_context_push_thread_default(self->context);
    g_main_context_invoke(self->context, is_running, self);
    g_main_loop_run(self->loop);
    g_main_context_pop_thread_default(self->context);
    return NULL;
}

ScriptedAsker *
scripted_asker_new(const char *const *answers)
{
    ScriptedAsker *self = g_new0(ScriptedAsker, 1);

    self->answers = answers;
    self->asked = g_ptr_array_new_with_free_func(g_free);
    self->context = g_main_context_new();
    self->loop = g_main_loop_new(self->context, FALSE);
    g_mutex_init(&self->mutex);
    g_cond_init(&self->ready);
    self->thread = g_thread_new("person", run_loop, self);
    g_mutex_lock(&self->mutex);
    while (!self->asker)
        g_cond_wait(&self->ready, &self->mutex);
    g_mutex_unlock(&self->mutex);
    return self;
}

static gboolean
quit(gpointer data)
{
    g_main_loop_quit(data);
    return G_SOURCE_REMOVE;
}

void
scripted_asker_free(ScriptedAsker *self)
{
    g_autoptr(GSource) source = g_idle_source_new();

    g_source_set_callback(source, quit, self->loop, NULL);
    g_source_attach(source, self->context);
    g_thread_join(self->thread);
    g_clear_object(&self->kept);
    g_object_unref(self->asker);
    g_ptr_array_unref(self->asked);
    g_main_loop_unref(self->loop);
    g_main_context_unref(self->context);
    g_mutex_clear(&self->mutex);
    g_cond_clear(&self->ready);
    g_free(self);
}
