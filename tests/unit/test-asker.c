/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the queue of questions to the user, such as password questions. Threads add questions
 * and wait for the answers. The queue shows one question at a time, in the order in which they
 * were added. */
#include "asker-private.h"

#define N_THREADS 20

typedef struct {
    MamutoAsker *asker;
    GMainLoop *loop;
    GPtrArray *asked; /* texts of the questions that the queue has shown, in order */
    MamutoQuestion *open;
    guint settled, max_open;
    gboolean hold; /* if TRUE, the test keeps questions in @open and answers them later */
    guint withdrawn;
    int round; /* number of the current round of test_key_once() (atomic) */
} Fixture;

typedef struct {
    Fixture *fixture;
    MamutoQuestionKind kind;
    GCancellable *cancellable;
    char *prompt;
    char *answer;
    gboolean accepted;
    GError *error;
    GThread *thread;
} Asking;

static void
answer(Fixture *fixture, MamutoQuestion *question)
{
    g_autofree char *text = g_strconcat("re ", mamuto_question_get_prompt(question), NULL);

    if (mamuto_question_get_kind(question) == MAMUTO_QUESTION_HOST_KEY)
        mamuto_question_accept(question);
    else
        mamuto_question_answer(question, text);
}

static void
on_withdrawn(MamutoQuestion *question, Fixture *fixture)
{
    fixture->withdrawn++;
    g_clear_object(&fixture->open);
    g_main_loop_quit(fixture->loop);
}

static gboolean
answer_later(gpointer data)
{
    Fixture *fixture = data;
    g_autoptr(MamutoQuestion) question = g_steal_pointer(&fixture->open);

    answer(fixture, question);
    return G_SOURCE_REMOVE;
}

static void
on_question(MamutoQuestion *question, gpointer data)
{
    Fixture *fixture = data;

    g_ptr_array_add(fixture->asked, g_strdup(mamuto_question_get_prompt(question)));
    g_assert_null(fixture->open);
    fixture->open = g_object_ref(question);
    if (!fixture->hold) {
        g_idle_add(answer_later, fixture);
        return;
    }
    g_signal_connect(question, "withdrawn", G_CALLBACK(on_withdrawn), fixture);
    g_main_loop_quit(fixture->loop);
}

static void
drop(MamutoQuestion *question, gpointer data)
{
    Fixture *fixture = data;

    g_ptr_array_add(fixture->asked, g_strdup(mamuto_question_get_prompt(question)));
}

static gboolean
one_is_done(gpointer data)
{
    Fixture *fixture = data;

    fixture->settled++;
    g_main_loop_quit(fixture->loop);
    return G_SOURCE_REMOVE;
}

static gpointer
ask(gpointer data)
{
    Asking *asking = data;
    AskerQuestion question = {.kind = asking->kind,
                              .host = "rem1",
                              .target = "ann@rem1:22",
                              .prompt = asking->prompt,
                              .server_text = "Hello",
                              .attempt = 2};

    if (asking->kind == MAMUTO_QUESTION_HOST_KEY)
        asking->accepted = asker_ask_accept(asking->fixture->asker, &question, asking->cancellable,
                                            &asking->error);
    else
        asking->answer =
            asker_ask_text(asking->fixture->asker, &question, asking->cancellable, &asking->error);
    g_idle_add(one_is_done, asking->fixture);
    return NULL;
}

static Asking *
asking_start(Fixture *fixture, MamutoQuestionKind kind, const char *prompt)
{
    Asking *asking = g_new0(Asking, 1);

    asking->fixture = fixture;
    asking->kind = kind;
    asking->prompt = g_strdup(prompt);
    asking->cancellable = g_cancellable_new();
    asking->thread = g_thread_new("asking", ask, asking);
    return asking;
}

static void
asking_free(Asking *asking)
{
    g_thread_join(asking->thread);
    g_clear_error(&asking->error);
    g_free(asking->prompt);
    asker_wipe(asking->answer);
    g_object_unref(asking->cancellable);
    g_free(asking);
}

static void
run_until_settled(Fixture *fixture, guint n)
{
    while (fixture->settled < n)
        g_main_context_iteration(NULL, TRUE);
}

static void
set_up(Fixture *fixture, gconstpointer func)
{
    fixture->loop = g_main_loop_new(NULL, FALSE);
    fixture->asked = g_ptr_array_new_with_free_func(g_free);
    fixture->asker = mamuto_asker_new(func ? (MamutoAskFunc)func : on_question, fixture, NULL);
}

static void
tear_down(Fixture *fixture, gconstpointer func)
{
    g_assert_null(fixture->open);
    g_assert_finalize_object(fixture->asker);
    g_ptr_array_unref(fixture->asked);
    g_main_loop_unref(fixture->loop);
}

static gpointer
ask_for_key(gpointer data)
{
    Fixture *fixture = data;
    g_autofree char *file = g_strdup_printf("key %d", g_atomic_int_get(&fixture->round));
    AskerQuestion question = {.kind = MAMUTO_QUESTION_PASSPHRASE,
                              .host = "host",
                              .target = "target",
                              .prompt = file,
                              .file = file,
                              .attempt = 1};
    g_autoptr(Secret) answer = asker_ask_text(fixture->asker, &question, NULL, NULL);
    g_autofree char *expected = g_strconcat("re ", file, NULL);

    g_assert_cmpstr(answer, ==, expected);
    g_idle_add(one_is_done, fixture);
    return NULL;
}

/* Several threads ask whether to accept the same host key, some of them after the user has
 * already answered. The user must see the question only once. */
static void
test_key_once(Fixture *fixture, gconstpointer data)
{
    GThread *threads[8];

    for (guint round = 1; round <= 300; round++) {
        g_atomic_int_set(&fixture->round, (int)round);
        for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
            threads[i] = g_thread_new("asking", ask_for_key, fixture);
        run_until_settled(fixture, round * G_N_ELEMENTS(threads));
        for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
            g_thread_join(threads[i]);
        g_assert_cmpuint(fixture->asked->len, ==, round);
    }
}

/* Many threads ask at the same time. Each thread must get the answer to its own question. At
 * most one question may be shown at any time. */
static void
test_many(Fixture *fixture, gconstpointer data)
{
    Asking *asking[N_THREADS];

    for (guint i = 0; i < N_THREADS; i++) {
        g_autofree char *prompt = g_strdup_printf("question %u", i);

        asking[i] = asking_start(
            fixture, i % 3 ? MAMUTO_QUESTION_PASSWORD : MAMUTO_QUESTION_HOST_KEY, prompt);
    }
    run_until_settled(fixture, N_THREADS);
    g_assert_cmpuint(fixture->asked->len, ==, N_THREADS);
    for (guint i = 0; i < N_THREADS; i++) {
        g_autofree char *expected = g_strconcat("re ", asking[i]->prompt, NULL);

        g_assert_no_error(asking[i]->error);
        if (i % 3)
            g_assert_cmpstr(asking[i]->answer, ==, expected);
        else
            g_assert_true(asking[i]->accepted);
        asking_free(asking[i]);
    }
}

static void
test_getters(Fixture *fixture, gconstpointer data)
{
    Asking *asking;

    fixture->hold = TRUE;
    asking = asking_start(fixture, MAMUTO_QUESTION_KEYBOARD, "Code for ann@rem1");
    g_main_loop_run(fixture->loop);
    g_assert_cmpint(mamuto_question_get_kind(fixture->open), ==, MAMUTO_QUESTION_KEYBOARD);
    g_assert_cmpstr(mamuto_question_get_host(fixture->open), ==, "rem1");
    g_assert_cmpstr(mamuto_question_get_target(fixture->open), ==, "ann@rem1:22");
    g_assert_cmpstr(mamuto_question_get_prompt(fixture->open), ==, "Code for ann@rem1");
    g_assert_cmpstr(mamuto_question_get_server_text(fixture->open), ==, "Hello");
    g_assert_cmpuint(mamuto_question_get_attempt(fixture->open), ==, 2);
    g_assert_false(mamuto_question_get_echo(fixture->open));
    g_assert_null(mamuto_question_get_key_type(fixture->open));
    g_assert_null(mamuto_question_get_fingerprint(fixture->open));
    g_assert_null(mamuto_question_get_file(fixture->open));

    mamuto_question_decline(fixture->open);
    mamuto_question_answer(fixture->open, "too late");
    g_clear_object(&fixture->open);
    run_until_settled(fixture, 1);
    g_assert_null(asking->answer);
    g_assert_no_error(asking->error);
    asking_free(asking);
}

/* A question is cancelled while the user sees it. The thread that asked must continue at once,
 * the question must be marked as withdrawn, and the queue must show the next question. */
static void
test_cancel_shown(Fixture *fixture, gconstpointer data)
{
    Asking *first, *second;

    fixture->hold = TRUE;
    first = asking_start(fixture, MAMUTO_QUESTION_PASSWORD, "first");
    g_main_loop_run(fixture->loop);
    second = asking_start(fixture, MAMUTO_QUESTION_PASSWORD, "second");
    g_cancellable_cancel(first->cancellable);
    while (fixture->settled < 1 || fixture->withdrawn < 1 || !fixture->open)
        g_main_context_iteration(NULL, TRUE);
    g_assert_error(first->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpstr(mamuto_question_get_prompt(fixture->open), ==, "second");
    answer_later(fixture);
    run_until_settled(fixture, 2);
    g_assert_cmpstr(second->answer, ==, "re second");
    asking_free(first);
    asking_free(second);
}

/* A question is cancelled before the user has seen it. It must never be shown. */
static void
test_cancel_waiting(Fixture *fixture, gconstpointer data)
{
    Asking *first, *second;

    fixture->hold = TRUE;
    first = asking_start(fixture, MAMUTO_QUESTION_PASSWORD, "first");
    g_main_loop_run(fixture->loop);
    second = asking_start(fixture, MAMUTO_QUESTION_PASSWORD, "second");
    g_cancellable_cancel(second->cancellable);
    run_until_settled(fixture, 1);
    g_assert_error(second->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    answer_later(fixture);
    run_until_settled(fixture, 2);
    g_assert_cmpuint(fixture->asked->len, ==, 1);
    g_assert_cmpstr(first->answer, ==, "re first");
    asking_free(first);
    asking_free(second);
}

/* The callback releases its question without an answer. The question must count as refused,
 * because the thread that asked would otherwise wait forever. */
static void
test_dropped(Fixture *fixture, gconstpointer data)
{
    Asking *asking = asking_start(fixture, MAMUTO_QUESTION_HOST_KEY, "unwanted");

    run_until_settled(fixture, 1);
    g_assert_cmpuint(fixture->asked->len, ==, 1);
    g_assert_false(asking->accepted);
    g_assert_no_error(asking->error);
    asking_free(asking);
}

static void
count(MamutoAsker *asker, guint *n)
{
    (*n)++;
}

/* The window lists the waiting questions. Therefore the queue must emit a signal whenever a
 * waiting question is added or withdrawn. */
static void
test_list_follows(Fixture *fixture, gconstpointer data)
{
    Asking *asking[3];
    g_autoptr(GPtrArray) keys = NULL;
    guint n_changes = 0;

    fixture->hold = TRUE;
    g_signal_connect(fixture->asker, "host-keys-changed", G_CALLBACK(count), &n_changes);
    for (guint i = 0; i < 3; i++) {
        asking[i] = asking_start(fixture, MAMUTO_QUESTION_HOST_KEY, "key");
        while (n_changes < i + 1)
            g_main_context_iteration(NULL, TRUE);
    }
    while (!fixture->open)
        g_main_context_iteration(NULL, TRUE);
    g_cancellable_cancel(asking[2]->cancellable);
    while (n_changes < 4)
        g_main_context_iteration(NULL, TRUE);
    keys = mamuto_asker_list_host_keys(fixture->asker);
    g_assert_cmpuint(keys->len, ==, 2);
    mamuto_question_accept(keys->pdata[1]);
    mamuto_question_decline(keys->pdata[0]);
    g_clear_object(&fixture->open);
    run_until_settled(fixture, 3);
    g_assert_false(asking[0]->accepted);
    g_assert_true(asking[1]->accepted);
    g_assert_error(asking[2]->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    for (guint i = 0; i < 3; i++)
        asking_free(asking[i]);
}

/* The user accepts all waiting host keys in a list, without seeing each question. */
static void
test_list(Fixture *fixture, gconstpointer data)
{
    Asking *asking[4];
    GPtrArray *keys = NULL;

    fixture->hold = TRUE;
    for (guint i = 0; i < 4; i++)
        asking[i] = asking_start(
            fixture, i == 3 ? MAMUTO_QUESTION_PASSWORD : MAMUTO_QUESTION_HOST_KEY, "key");
    do {
        g_main_context_iteration(NULL, FALSE);
        g_clear_pointer(&keys, g_ptr_array_unref);
        keys = mamuto_asker_list_host_keys(fixture->asker);
    } while (keys->len < 3);
    for (guint i = 0; i < 3; i++)
        mamuto_question_accept(keys->pdata[i]);
    g_ptr_array_unref(keys);
    if (fixture->open && mamuto_question_get_kind(fixture->open) == MAMUTO_QUESTION_HOST_KEY)
        g_clear_object(&fixture->open);
    while (!fixture->open)
        g_main_context_iteration(NULL, TRUE);
    answer_later(fixture);
    run_until_settled(fixture, 4);
    g_assert_cmpuint(fixture->asked->len, <=, 2);
    for (guint i = 0; i < 4; i++) {
        g_assert_true(i == 3 || asking[i]->accepted);
        asking_free(asking[i]);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/asker/many", Fixture, NULL, set_up, test_many, tear_down);
    g_test_add("/asker/key-once", Fixture, NULL, set_up, test_key_once, tear_down);
    g_test_add("/asker/getters", Fixture, NULL, set_up, test_getters, tear_down);
    g_test_add("/asker/list/follows", Fixture, NULL, set_up, test_list_follows, tear_down);
    g_test_add("/asker/cancel/shown", Fixture, NULL, set_up, test_cancel_shown, tear_down);
    g_test_add("/asker/cancel/waiting", Fixture, NULL, set_up, test_cancel_waiting, tear_down);
    g_test_add("/asker/dropped", Fixture, drop, set_up, test_dropped, tear_down);
    g_test_add("/asker/list", Fixture, NULL, set_up, test_list, tear_down);
    return g_test_run();
}
