/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See connection-util.h. */
#include "connection-util.h"

FunctionCode *
connection_code(MamutoFunction *function)
{
    FunctionCode *code = g_atomic_rc_box_new0(FunctionCode);
    g_autoptr(GError) error = NULL;

    code->id = 1;
    code->spec = g_strdup(mamuto_function_get_spec(function));
    code->language = g_strdup(mamuto_function_get_language(function));
    code->module = g_strdup(mamuto_function_get_module(function));
    code->name = g_strdup(mamuto_function_get_name(function));
    code->places_here = g_strdup("");
    code->places_elsewhere = g_strdup("");
    code->bundle = mamuto_function_bundle(function, &code->bundle_hash, &error);
    g_assert_no_error(error);
    return code;
}

static void
on_complete(Run *run, gpointer data)
{
    *(gboolean *)data = TRUE;
}

Run *
connection_run_new(Session *session, guint32 number, MamutoFunction *function,
                   MamutoArgument *argument, gboolean kept, gboolean *complete)
{
    g_autoptr(GPtrArray) all =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    RunArgument *arguments;
    gint64 n_rows;
    guint n;
    Run *run;

    g_ptr_array_add(all, argument);
    arguments = run_arguments_gather(function, kept ? all : NULL, kept ? none : all, NULL, &n,
                                     &n_rows, &error);
    g_assert_no_error(error);
    run = run_new(session, number, arguments, n, n_rows);
    run->code = connection_code(function);
    run->store = result_store_new(n_rows, NULL, &error);
    g_assert_no_error(error);
    run->context = g_main_context_ref_thread_default();
    run->complete = on_complete;
    run->data = complete;
    *complete = FALSE;
    return run;
}

static gboolean
on_deadline(gpointer data)
{
    g_error("a run took over %d s", CONNECTION_DEADLINE_S);
    return G_SOURCE_REMOVE;
}

static gboolean
on_tick(gpointer data)
{
    return G_SOURCE_CONTINUE; /* only wakes the main loop, so that the condition is checked */
}

void
connection_wait(gboolean (*condition)(gpointer data), gpointer data)
{
    guint deadline = g_timeout_add_seconds(CONNECTION_DEADLINE_S, on_deadline, NULL);
    guint tick = g_timeout_add(5, on_tick, NULL);

    while (!condition(data))
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(tick);
    g_source_remove(deadline);
}

gboolean
connection_is_complete(gpointer complete)
{
    return *(gboolean *)complete;
}

void
connection_expect_doubles(Run *run)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoResult) result = NULL;
    const double *out;

    g_assert_no_error(run->error);
    result = run_finish(run, &error);
    g_assert_no_error(error);
    g_assert_cmpint(mamuto_result_get_n_ok(result), ==, run->n_rows);
    out = mamuto_array_get_data(mamuto_result_get_array(result));
    for (gint64 i = 0; i < run->n_rows; i++)
        g_assert_cmpfloat(out[i], ==, 2.0 * (double)i);
}
