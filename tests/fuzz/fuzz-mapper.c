/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A mapper computes a run on one or two agents that follow scripts (see fake-agent.h). The run must
 * end, with a result or with an error. If the agents sent right results, in whatever order and
 * however often, the result must be right.
 *
 * The first byte of the input has the options; the rest is the script, of which the second agent
 * gets the second half. */
#include "fake-agent.h"
#include "fuzz-folder.h"
#include "fuzz.h"
#include "mamuto-mapper.h"

#define N_ROWS 40
/* The run must end within this time (µs). A run takes a few ms; a busy machine needs more. */
#define MAX_TIME (120 * G_USEC_PER_SEC)

enum option {
    OPTION_CONTINUE = 4,
    OPTION_TWO_AGENTS = 8,
    OPTION_BATCH = 16,
    OPTION_KEEP = 32,
    OPTION_SLOW_HASH = 64, /* the hash of a kept array takes longer than agents wait */
    OPTION_JSON = 128,     /* the results are JSON text */
    /* two agents and a kept array: each call gets a whole array, too */
    OPTIONS_WHOLE = OPTION_TWO_AGENTS | OPTION_KEEP,
};

typedef struct {
    struct fuzz_input input;
    guint8 options;
    int n_opened; /* atomic */
    FakeRecord record;
    gboolean done;
    MamutoResult *result;
    GError *error;
} Play;

static Play play;

Link *__wrap_link_open(const LinkOptions *options, GError **error);
const char *__real_mamuto_array_hash(MamutoArray *array, GCancellable *cancellable, GError **error);
const char *__wrap_mamuto_array_hash(MamutoArray *array, GCancellable *cancellable, GError **error);

const char *
__wrap_mamuto_array_hash(MamutoArray *array, GCancellable *cancellable, GError **error)
{
    const char *hash = __real_mamuto_array_hash(array, cancellable, error);

    if (play.options & OPTION_SLOW_HASH)
        g_usleep(150000);
    return hash;
}

/* Opens the link to the next agent. Fails if all agents were opened before: an agent that has ended
 * cannot be connected again. */
Link *
__wrap_link_open(const LinkOptions *options, GError **error)
{
    int number = g_atomic_int_add(&play.n_opened, 1), n = play.options & OPTION_TWO_AGENTS ? 2 : 1;
    gsize half = play.input.size / (gsize)n;

    if (number < n)
        return fake_agent_open(options->name, play.options & (FAKE_RAW | FAKE_PASSES_FDS),
                               play.input.data + half * (gsize)number, half, &play.record);
    g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_AGENT, "no further agent");
    return NULL;
}

static void
on_done(GObject *source, GAsyncResult *result, gpointer data)
{
    play.result = mamuto_mapper_remap_finish(MAMUTO_MAPPER(source), result, &play.error);
    play.done = TRUE;
}

static void
on_log(MamutoRun *run, guint host, int slot, guint stream, const char *text, gpointer data)
{
    FUZZ_ASSERT(g_utf8_validate(text, -1, NULL));
}

static GPtrArray *
make_arguments(void)
{
    GPtrArray *arguments = g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);
    const MamutoDtype dtype = {'f', '<', 8};
    const gint64 shape[] = {N_ROWS};
    g_autoptr(MamutoArray) array = mamuto_array_new(&dtype, 1, shape, NULL);
    double *values = mamuto_array_get_data(array);

    for (int i = 0; i < N_ROWS; i++)
        values[i] = i;
    g_ptr_array_add(arguments, mamuto_argument_new_array(array));
    return arguments;
}

/* Checks the results of the rows that did not fail, unless an agent has sent changed frames. */
static void
check_result(MamutoResult *result)
{
    MamutoArray *array = mamuto_result_get_array(result);

    FUZZ_ASSERT(mamuto_result_get_n_rows(result) == N_ROWS);
    FUZZ_ASSERT(mamuto_result_get_n_missing(result) == 0);
    if (g_atomic_int_get(&play.record.lied))
        return;
    FUZZ_ASSERT(g_atomic_int_get(&play.record.failed) || mamuto_result_get_n_failed(result) == 0);
    for (gint64 i = 0; i < N_ROWS; i++) {
        double value;

        if (mamuto_result_get_status(result, i) != MAMUTO_ROW_OK)
            continue;
        if (mamuto_array_is_json(array)) {
            g_autofree char *text = mamuto_array_read_json(array, i, NULL);

            FUZZ_ASSERT(text != NULL && g_ascii_strtoll(text, NULL, 10) == 2 * i);
            continue;
        }
        FUZZ_ASSERT(mamuto_array_read_rows(array, i, i + 1, (guint8 *)&value, NULL));
        FUZZ_ASSERT(value >= 2.0 * (double)i && value <= 2.0 * (double)i);
    }
}

static void
run(MamutoMapper *mapper, MamutoFunction *function)
{
    g_autoptr(GPtrArray) arguments = make_arguments();
    MamutoMapFlags flags = (play.options & OPTION_CONTINUE ? MAMUTO_MAP_CONTINUE : 0) |
                           (play.options & OPTION_BATCH ? MAMUTO_MAP_BATCH : 0) |
                           (play.options & OPTION_JSON ? MAMUTO_MAP_JSON : 0);
    gint64 begin = g_get_monotonic_time();
    MamutoRun *object;

    if (play.options & OPTION_KEEP) {
        FUZZ_ASSERT(mamuto_mapper_add_remote_arguments(mapper, function, arguments, NULL));
        mamuto_argument_unref(arguments->pdata[0]);
        arguments->pdata[0] = NULL;
    }
    if ((play.options & OPTIONS_WHOLE) == OPTIONS_WHOLE) {
        g_autoptr(MamutoArray) whole = mamuto_array_new_integer_range(1, 1000, NULL);

        g_ptr_array_add(arguments, mamuto_argument_new_whole(whole));
    }
    mamuto_mapper_remap_async(mapper, function, arguments, flags, NULL, NULL, on_done, NULL);
    object = mamuto_mapper_get_run(mapper);
    FUZZ_ASSERT(object != NULL);
    g_signal_connect(object, "log", G_CALLBACK(on_log), NULL);
    while (!play.done)
        g_main_context_iteration(NULL, TRUE);
    FUZZ_ASSERT(g_get_monotonic_time() - begin < MAX_TIME);
    if (play.result != NULL)
        check_result(play.result);
    fuzz_check_error(play.result, g_steal_pointer(&play.error));
    g_clear_object(&play.result);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static MamutoFunction *function;
    g_autoptr(MamutoCluster) cluster = NULL;
    MamutoMapper *mapper;

    if (function == NULL) {
        static const char text[] = "def f(x):\n    return 2 * x\n";
        g_autofree char *path = fuzz_folder_put("row.py", text, sizeof text - 1);
        g_autofree char *spec = g_strconcat(path, ":f", NULL);

        function = mamuto_function_new(spec, NULL);
        FUZZ_ASSERT(function != NULL);
    }
    play = (Play){.input = {data, size}};
    play.options = fuzz_take_u8(&play.input);
    cluster = mamuto_cluster_new_from_string(
        play.options & OPTION_TWO_AGENTS ? "localhost:2,rem1:2" : "localhost:2", NULL);
    mapper = mamuto_mapper_new(cluster, NULL);
    run(mapper, function);
    mamuto_mapper_close(mapper);
    g_object_unref(mapper);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    return 0;
}
