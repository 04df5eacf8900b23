/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-input.h. An NPY file is mapped into memory, but a table file is read completely. If
 * the text of the input changes or the input is finalized, the loading is cancelled. The loading
 * thread has no reference to the input.
 *
 * The file is watched, and looked at again when it may have changed. Only threads use the file
 * system, because the disk of another computer may take long to answer. */
#include "mamuto-input.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "app-error.h"
#include "app-text.h"

/* Interval between two progress signals, in ms: short enough that a progress bar moves smoothly. */
#define PROGRESS_MS 100

/* Time in ms without a change of the file, after which it is looked at again: a program that writes
 * the file is probably done then. */
#define CALM_MS 250

/* Number of keys that a message lists. */
#define MAX_KEYS 20

/* The state of the file of an argument; it has changed if one of these values differs. All are 0 if
 * there is no file. */
typedef struct {
    gint64 mtime_ns;
    gint64 size;
    guint64 inode;
} FileState;

/* Data for the thread that loads the argument. After a cancellation, the thread can use these data
 * longer than the input exists. */
typedef struct {
    char *text;
    gint percent;
    FileState file;        /* Before the file was read. */
    GFileMonitor *monitor; /* (nullable): watches the file. */
    char **keys;           /* (nullable): written by the thread before its task returns */
} Loading;

struct _MamutoInput {
    GObject parent_instance;
    char *text;
    MamutoInputState state;
    MamutoArgument *argument;
    char *message;
    char *unfinished; /* (nullable): why what the user enters is not the text yet */
    char **keys;      /* (nullable): kept until the next file is loaded */
    GCancellable *cancellable;
    Loading *loading; /* Reference-counted; NULL unless the state is LOADING. */
    int percent;      /* The percentage when "progress" was last emitted. */
    guint progress_source;
    FileState file;        /* While the state is LOADING, of the file that was loaded before. */
    GFileMonitor *monitor; /* (nullable) */
    guint calm_source;
    GCancellable *look; /* (nullable): of the thread that looks at the file. */
    gboolean is_asked;  /* mamuto_input_refresh() waits for the result of the look. */
    gboolean again;     /* Another look must follow. */
};

enum { SIGNAL_CHANGED, SIGNAL_PROGRESS, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(MamutoInput, mamuto_input, G_TYPE_OBJECT)

static void
loading_clear(gpointer data)
{
    Loading *loading = data;

    g_free(loading->text);
    g_strfreev(loading->keys);
    g_clear_object(&loading->monitor);
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
stop_watching(MamutoInput *self)
{
    g_cancellable_cancel(self->look);
    g_clear_object(&self->look);
    self->is_asked = self->again = FALSE;
    g_clear_handle_id(&self->calm_source, g_source_remove);
    if (self->monitor)
        g_signal_handlers_disconnect_by_data(self->monitor, self);
    g_clear_object(&self->monitor);
}

static void
give_up(MamutoInput *self)
{
    g_cancellable_cancel(self->cancellable);
    end_loading(self);
    stop_watching(self);
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
    g_free(self->unfinished);
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

/* ---- the file ---- */

/* (transfer full) (nullable): the file that the text of an argument names. */
static char *
find_file(const char *text)
{
    g_autofree char *part = NULL;
    g_autofree char *options = NULL;

    if (g_str_has_prefix(text, "=@")) /* a whole array is "@FILE" or "=@FILE" */
        text += 2;
    else if (*text == '@')
        text++;
    return *text == '=' ? NULL : mamuto_array_split_spec(text, &part, &options);
}

static FileState
look_at(const char *text)
{
    g_autofree char *file = find_file(text);
    GStatBuf info;

    if (!file || g_stat(file, &info) != 0)
        return (FileState){0};
    return (FileState){.mtime_ns = (gint64)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec,
                       .size = info.st_size,
                       .inode = info.st_ino};
}

static gboolean
is_same(FileState a, FileState b)
{
    return a.mtime_ns == b.mtime_ns && a.size == b.size && a.inode == b.inode;
}

/* (transfer full) (nullable): a monitor that emits its signals in the main thread. It watches also
 * a file that does not exist. */
static GFileMonitor *
watch(const char *text)
{
    g_autofree char *path = find_file(text);
    g_autoptr(GFile) file = path ? g_file_new_for_path(path) : NULL;

    return file ? g_file_monitor_file(file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL) : NULL;
}

static void
look_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    FileState *found = g_new(FileState, 1);

    *found = look_at(data);
    g_task_return_pointer(task, found, g_free);
}

static void load(MamutoInput *self);
static void start_look(MamutoInput *self);

static void
on_looked(GObject *source, GAsyncResult *result, gpointer data)
{
    MamutoInput *self = data;
    g_autoptr(GError) error = NULL;
    g_autofree FileState *found = g_task_propagate_pointer(G_TASK(result), &error);
    gboolean asked;

    /* after a cancellation, do not use the input, because it may already be finalized */
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    g_clear_object(&self->look);
    asked = self->is_asked;
    /* an input that could not be loaded may have become readable without a change of these values
     */
    if (found && (!is_same(*found, self->file) || (asked && self->state == MAMUTO_INPUT_FAILED))) {
        load(self);
        return;
    }
    if (self->again) {
        start_look(self);
        return;
    }
    self->is_asked = FALSE;
    if (asked)
        g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

static void
start_look(MamutoInput *self)
{
    g_autoptr(GTask) task = NULL;

    self->again = FALSE;
    self->look = g_cancellable_new();
    task = g_task_new(NULL, self->look, on_looked, self);
    g_task_set_task_data(task, g_strdup(self->text), g_free);
    mamuto_task_run_in_thread(task, look_in_thread);
}

/* Looks at the file again. @asked: whether get_checking() returns TRUE until this is done. Does
 * nothing while the file is loaded, because a look follows. */
static void
look(MamutoInput *self, gboolean asked)
{
    gboolean is_value = self->text && *self->text == '=' && self->text[1] != '@';

    if (is_value || self->state == MAMUTO_INPUT_EMPTY || self->state == MAMUTO_INPUT_LOADING)
        return;
    self->is_asked |= asked;
    if (self->look)
        self->again = TRUE;
    else
        start_look(self);
}

static gboolean
on_calm(gpointer data)
{
    MamutoInput *self = data;

    self->calm_source = 0;
    look(self, TRUE);
    return G_SOURCE_REMOVE;
}

static void
on_file_changed(MamutoInput *self)
{
    g_clear_handle_id(&self->calm_source, g_source_remove);
    self->calm_source = g_timeout_add(CALM_MS, on_calm, self);
}

/* ---- loading ---- */

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

    for (guint i = 0; i <= MAX_KEYS && keys[i]; i++) {
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
    Loading *loading = data;
    GError *error = NULL;
    MamutoArgument *argument;

    loading->monitor = watch(loading->text);
    loading->file = look_at(loading->text);
    argument =
        mamuto_argument_parse_with_progress(loading->text, on_progress, data, cancellable, &error);
    if (argument && !check_key(argument, loading, &error))
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
    self->file = self->loading->file;
    self->monitor = g_steal_pointer(&self->loading->monitor);
    if (self->monitor)
        g_signal_connect_swapped(self->monitor, "changed", G_CALLBACK(on_file_changed), self);
    g_strfreev(self->keys);
    self->keys = g_steal_pointer(&self->loading->keys);
    end_loading(self);
    self->argument = argument;
    self->message = error ? app_error_describe(error) : NULL;
    self->state = argument ? MAMUTO_INPUT_READY : MAMUTO_INPUT_FAILED;
    look(self, FALSE); /* the file may have changed before the monitor was connected */
    set_state(self, self->state);
}

static void
load(MamutoInput *self)
{
    g_autoptr(GTask) task = NULL;

    give_up(self);
    if (!self->text) {
        self->file = (FileState){0};
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
    g_clear_pointer(&self->unfinished, g_free); /* what was entered belongs to the old text */
    load(self);
}

const char *
mamuto_input_get_unfinished(MamutoInput *self)
{
    return self->unfinished;
}

void
mamuto_input_set_unfinished(MamutoInput *self, const char *problem)
{
    g_free(self->unfinished);
    self->unfinished = g_strdup(problem);
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
    look(self, TRUE);
}

gboolean
mamuto_input_get_checking(MamutoInput *self)
{
    return self->is_asked;
}

gboolean
mamuto_input_has_file(MamutoInput *self)
{
    return self->file.inode != 0;
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
