/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-input.h. An NPY file is mapped into memory, but a table file is read completely. If
 * the text of the input changes or the input is finalized, the loading is cancelled. The loading
 * thread has no reference to the input. */
#include "mamuto-input.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "app-error.h"
#include "app-text.h"

/* Interval between two progress signals, in ms: short enough that a progress bar moves smoothly. */
#define PROGRESS_MS 100

/* Number of keys that a message lists. */
#define MAX_KEYS 20

/* Data for the thread that loads the argument. After a cancellation, the thread can use these data
 * longer than the input exists. */
typedef struct {
    char *text;
    gint percent;
    char **keys; /* (nullable): written by the thread before its task returns */
} Loading;

struct _MamutoInput {
    GObject parent_instance;
    char *text;
    MamutoInputState state;
    MamutoArgument *argument;
    char *message;
    char **keys; /* (nullable): kept until the next file is loaded */
    GCancellable *cancellable;
    Loading *loading; /* Reference-counted; NULL unless the state is LOADING. */
    int percent;      /* The percentage when "progress" was last emitted. */
    guint progress_source;
    /* properties of the loaded file; the file has changed if one of its properties differs from
     * these */
    gint64 mtime_ns;
    gint64 size;
    guint64 inode;
};

enum { SIGNAL_CHANGED, SIGNAL_PROGRESS, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(MamutoInput, mamuto_input, G_TYPE_OBJECT)

static void
loading_clear(gpointer data)
{
    g_free(((Loading *)data)->text);
    g_strfreev(((Loading *)data)->keys);
}

static void
loading_release(gpointer data)
{
    g_atomic_rc_box_release_full(data, loading_clear);
}

static void
end_loading(MamutoInput *self)
{
    g_clear_object(&self->cancellable);
    g_clear_handle_id(&self->progress_source, g_source_remove);
    g_clear_pointer(&self->loading, loading_release);
}

static void
give_up(MamutoInput *self)
{
    g_cancellable_cancel(self->cancellable);
    end_loading(self);
    g_clear_pointer(&self->argument, mamuto_argument_unref);
    g_clear_pointer(&self->message, g_free);
}

static void
mamuto_input_finalize(GObject *object)
{
    MamutoInput *self = MAMUTO_INPUT(object);

    give_up(self);
    g_strfreev(self->keys);
    g_free(self->text);
    G_OBJECT_CLASS(mamuto_input_parent_class)->finalize(object);
}

static void
mamuto_input_class_init(MamutoInputClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_input_finalize;
    signals[SIGNAL_CHANGED] = g_signal_new("changed", MAMUTO_TYPE_INPUT, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
    signals[SIGNAL_PROGRESS] = g_signal_new("progress", MAMUTO_TYPE_INPUT, G_SIGNAL_RUN_LAST, 0,
                                            NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mamuto_input_init(MamutoInput *self)
{
}

MamutoInput *
mamuto_input_new(void)
{
    return g_object_new(MAMUTO_TYPE_INPUT, NULL);
}

static void
set_state(MamutoInput *self, MamutoInputState state)
{
    self->state = state;
    g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

gboolean
mamuto_input_split(const char *text, char **file, char **part)
{
    const char *end = NULL;

    *file = NULL;
    *part = NULL;
    if (!text || *text == '=' || !*text)
        return FALSE;
    for (const char *colon = strchr(text, ':'); colon && !end; colon = strchr(colon + 1, ':')) {
        g_autofree char *name = g_strndup(text, (gsize)(colon - text));

        if (mamuto_file_kind_from_name(name) & MAMUTO_FILE_ROWS)
            end = colon;
    }
    *file = end ? g_strndup(text, end - text) : g_strdup(text);
    if (end && end[1])
        *part = g_strdup(end + 1);
    return TRUE;
}

/* Stores the modification time, size and inode number of the argument's file. Returns TRUE if one
 * of them differs from the previously stored value. */
static gboolean
note_file(MamutoInput *self)
{
    const char *text = self->text ? self->text : "=";
    g_autofree char *file = NULL;
    g_autofree char *part = NULL;
    g_autofree char *options = NULL;
    GStatBuf info = {0};
    gint64 mtime_ns;
    gboolean other;

    if (g_str_has_prefix(text, "=@")) /* a whole array is "@FILE" or "=@FILE" */
        text += 2;
    else if (*text == '@')
        text++;
    if (*text != '=')
        file = mamuto_array_split_spec(text, &part, &options);
    if (!file || g_stat(file, &info) != 0)
        memset(&info, 0, sizeof info);
    mtime_ns = (gint64)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec;
    other = mtime_ns != self->mtime_ns || info.st_size != self->size || info.st_ino != self->inode;
    self->mtime_ns = mtime_ns;
    self->size = info.st_size;
    self->inode = info.st_ino;
    return other;
}

static void
on_progress(goffset current, goffset total, gpointer data)
{
    g_atomic_int_set(&((Loading *)data)->percent,
                     total > 0 ? (gint)((double)current / (double)total * 100) : 0);
}

static gboolean
tell_progress(gpointer data)
{
    MamutoInput *self = data;
    int percent = g_atomic_int_get(&self->loading->percent);

    if (percent != self->percent) {
        self->percent = percent;
        g_signal_emit(self, signals[SIGNAL_PROGRESS], 0);
    }
    return G_SOURCE_CONTINUE;
}

/* (transfer full): the first keys, for a message. */
static char *
join_keys(char **keys)
{
    GString *joined = g_string_new(NULL);

    for (guint i = 0; keys[i] && i <= MAX_KEYS; i++) {
        g_autofree char *shown = mamuto_text_escape(keys[i], FALSE);

        g_string_append_printf(joined, "%s%s", i > 0 ? ", " : "", i < MAX_KEYS ? shown : "…");
    }
    return g_string_free(joined, FALSE);
}

/* Refuses JSON lines that do not have the chosen key. Each of their rows would fail. Rows without
 * the key among others that have it are left to the run. */
static gboolean
check_key(MamutoArgument *argument, Loading *loading, GError **error)
{
    MamutoArray *array = mamuto_argument_get_array(argument);
    const char *key;
    gboolean complete = FALSE;
    g_autofree char *names = NULL;

    if (!array || !mamuto_array_is_json(array))
        return TRUE;
    key = mamuto_array_get_key(array);
    loading->keys = mamuto_array_list_keys(array, &complete);
    if (!key || !complete || mamuto_array_get_n_rows(array) == 0 ||
        g_strv_contains((const char *const *)loading->keys, key))
        return TRUE;
    names = join_keys(loading->keys);
    if (*loading->keys)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    /* Translators: of the lines of a file */
                    _("None of the first lines has the key “%s”; their keys are %s"), key, names);
    else
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    /* Translators: of the lines of a file */
                    _("None of the first lines has the key “%s”; they have no keys"), key);
    return FALSE;
}

static void
load_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    GError *error = NULL;
    MamutoArgument *argument = mamuto_argument_parse_with_progress(
        ((Loading *)data)->text, on_progress, data, cancellable, &error);

    if (argument && !check_key(argument, data, &error))
        g_clear_pointer(&argument, mamuto_argument_unref);
    if (argument)
        g_task_return_pointer(task, argument, (GDestroyNotify)mamuto_argument_unref);
    else
        g_task_return_error(task, error);
}

static void
on_loaded(GObject *source, GAsyncResult *result, gpointer data)
{
    MamutoInput *self = data;
    g_autoptr(GError) error = NULL;
    MamutoArgument *argument = g_task_propagate_pointer(G_TASK(result), &error);

    /* after a cancellation, do not use the input, because it may already be finalized */
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    g_strfreev(self->keys);
    self->keys = g_steal_pointer(&self->loading->keys);
    end_loading(self);
    self->argument = argument;
    self->message = error ? app_error_describe(error) : NULL;
    set_state(self, argument ? MAMUTO_INPUT_READY : MAMUTO_INPUT_FAILED);
}

static void
load(MamutoInput *self)
{
    g_autoptr(GTask) task = NULL;

    give_up(self);
    note_file(self);
    if (!self->text) {
        set_state(self, MAMUTO_INPUT_EMPTY);
        return;
    }
    self->cancellable = g_cancellable_new();
    self->loading = g_atomic_rc_box_new0(Loading);
    self->loading->text = g_strdup(self->text);
    self->loading->percent = self->percent = -1;
    self->progress_source = g_timeout_add(PROGRESS_MS, tell_progress, self);
    task = g_task_new(NULL, self->cancellable, on_loaded, self);
    g_task_set_task_data(task, g_atomic_rc_box_acquire(self->loading), loading_release);
    mamuto_task_run_in_thread(task, load_in_thread);
    set_state(self, MAMUTO_INPUT_LOADING);
}

const char *
mamuto_input_get_text(MamutoInput *self)
{
    return self->text;
}

void
mamuto_input_set_text(MamutoInput *self, const char *text)
{
    if (text && !*text)
        text = NULL;
    if (g_strcmp0(self->text, text) == 0)
        return;
    g_free(self->text);
    self->text = g_strdup(text);
    load(self);
}

MamutoInputState
mamuto_input_get_state(MamutoInput *self)
{
    return self->state;
}

int
mamuto_input_get_percent(MamutoInput *self)
{
    return self->loading ? self->percent : -1;
}

void
mamuto_input_refresh(MamutoInput *self)
{
    if (self->state != MAMUTO_INPUT_EMPTY &&
        (note_file(self) || self->state == MAMUTO_INPUT_FAILED))
        load(self);
}

gboolean
mamuto_input_has_file(MamutoInput *self)
{
    return self->inode != 0;
}

MamutoArgument *
mamuto_input_get_argument(MamutoInput *self)
{
    return self->argument;
}

gint64
mamuto_input_get_n_rows(MamutoInput *self)
{
    MamutoArray *array = self->argument && !mamuto_argument_is_whole(self->argument)
                             ? mamuto_argument_get_array(self->argument)
                             : NULL;

    return array ? mamuto_array_get_n_rows(array) : -1;
}

const char *
mamuto_input_get_message(MamutoInput *self)
{
    return self->message;
}

const char *const *
mamuto_input_get_keys(MamutoInput *self)
{
    return (const char *const *)self->keys;
}

char *
mamuto_input_describe(MamutoInput *self)
{
    g_autofree char *what = NULL;
    MamutoArray *array;

    if (!self->argument)
        return NULL;
    array = mamuto_argument_get_array(self->argument);
    if (!array)
        return g_strdup_printf(_("%s, the same value for every row"),
                               mamuto_argument_get_json(self->argument));
    what = app_text_describe_array(array);
    return mamuto_argument_is_whole(self->argument)
               /* Translators: "100,000 × 3 · float64, the whole array for every row" */
               ? g_strdup_printf(_("%s, the whole array for every row"), what)
               : g_steal_pointer(&what);
}
