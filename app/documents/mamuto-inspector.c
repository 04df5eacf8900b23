/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-inspector.h. A new inspection cancels a running inspection. The thread of the
 * inspection has no reference to the inspector. */
#include "mamuto-inspector.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/* The request and the result of one inspection. */
typedef struct {
    char *file;
    char *spec;
    char **names;
    char **proposals;
    MamutoFunction *function;
    char *message;
} Findings;

struct _MamutoInspector {
    GObject parent_instance;
    char *spec;
    char *file;
    char *name;
    gint64 mtime_ns;
    Findings *findings; /* The result of the last finished inspection. */
    GCancellable *cancellable;
};

enum { SIGNAL_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(MamutoInspector, mamuto_inspector, G_TYPE_OBJECT)

static void
findings_free(Findings *self)
{
    g_free(self->file);
    g_free(self->spec);
    g_strfreev(self->names);
    g_strfreev(self->proposals);
    g_clear_object(&self->function);
    g_free(self->message);
    g_free(self);
}

static void
mamuto_inspector_finalize(GObject *object)
{
    MamutoInspector *self = MAMUTO_INSPECTOR(object);

    g_cancellable_cancel(self->cancellable);
    g_clear_object(&self->cancellable);
    g_clear_pointer(&self->findings, findings_free);
    g_free(self->spec);
    g_free(self->file);
    g_free(self->name);
    G_OBJECT_CLASS(mamuto_inspector_parent_class)->finalize(object);
}

static void
mamuto_inspector_class_init(MamutoInspectorClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_inspector_finalize;
    signals[SIGNAL_CHANGED] = g_signal_new("changed", MAMUTO_TYPE_INSPECTOR, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mamuto_inspector_init(MamutoInspector *self)
{
}

MamutoInspector *
mamuto_inspector_new(void)
{
    return g_object_new(MAMUTO_TYPE_INSPECTOR, NULL);
}

gboolean
mamuto_inspector_split(const char *spec, char **file, char **name)
{
    const char *colon = spec ? strrchr(spec, ':') : NULL;
    gboolean has_name = colon && colon - spec > 3 && strncmp(colon - 3, ".py", 3) == 0;

    *file = NULL;
    *name = NULL;
    if (!spec || (!has_name && !g_str_has_suffix(spec, ".py"))) {
        *name = colon ? g_strdup(colon + 1) : NULL;
        return FALSE;
    }
    *file = has_name ? g_strndup(spec, colon - spec) : g_strdup(spec);
    *name = has_name && colon[1] ? g_strdup(colon + 1) : NULL;
    return TRUE;
}

static void
inspect_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    Findings *found = data;
    g_autoptr(GError) error = NULL;

    if (found->file)
        found->names = mamuto_function_list(found->file, NULL, &error);
    if (!error && found->file && !found->spec && found->names && !*found->names) {
        g_autofree char *shown = g_filename_display_name(found->file);

        found->message = g_strdup_printf(
            _("%s contains no function; add one (def NAME…), or choose another file"), shown);
    }
    if (!error && found->spec)
        found->function = mamuto_function_new(found->spec, &error);
    if (found->function && !mamuto_function_inspect(found->function, NULL, cancellable, &error))
        g_clear_object(&found->function);
    /* ignore errors, because a run does not need the proposals: it sends only the modules that are
     * listed in the job */
    if (found->function)
        found->proposals =
            mamuto_function_propose_depends(found->function, NULL, cancellable, NULL);
    if (error)
        found->message = g_strdup(error->message);
    g_task_return_boolean(task, TRUE);
}

static void
on_inspected(GObject *source, GAsyncResult *result, gpointer data)
{
    MamutoInspector *self = data;
    Findings *found = g_task_get_task_data(G_TASK(result));
    g_autoptr(GError) error = NULL;

    /* after a cancellation, do not use the inspector, because it may already be finalized */
    if (!g_task_propagate_boolean(G_TASK(result), &error)) {
        if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            return;
        found->message = g_strdup(error->message);
    }
    g_clear_object(&self->cancellable);
    g_clear_pointer(&self->findings, findings_free);
    self->findings = g_new(Findings, 1);
    *self->findings = *found;
    memset(found, 0, sizeof *found);
    g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

static gint64
file_mtime(const char *file)
{
    GStatBuf info;

    return file && g_stat(file, &info) == 0
               ? (gint64)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec
               : 0;
}

/* Idle callback that starts the inspection. Its priority is low, so that the window is painted
 * first, because starting Python slows down the painting. */
static gboolean
begin_in_thread(gpointer task)
{
    if (!g_task_return_error_if_cancelled(task))
        mamuto_task_run_in_thread(task, inspect_in_thread);
    return G_SOURCE_REMOVE;
}

static void
start_inspection(MamutoInspector *self)
{
    GTask *task;
    Findings *wanted;

    g_cancellable_cancel(self->cancellable);
    g_clear_object(&self->cancellable);
    /* keep the list of the functions if the file is the same as in the last inspection */
    if (self->findings && g_strcmp0(self->findings->file, self->file) != 0)
        g_clear_pointer(&self->findings, findings_free);
    if (self->findings) {
        g_clear_object(&self->findings->function);
        g_clear_pointer(&self->findings->message, g_free);
        g_clear_pointer(&self->findings->proposals, g_strfreev);
    }
    if (!self->spec) {
        g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
        return;
    }
    self->mtime_ns = file_mtime(self->file);
    wanted = g_new0(Findings, 1);
    wanted->file = g_strdup(self->file);
    wanted->spec = self->name ? g_strdup(self->spec) : NULL;
    self->cancellable = g_cancellable_new();
    task = g_task_new(NULL, self->cancellable, on_inspected, self);
    g_task_set_task_data(task, wanted, (GDestroyNotify)findings_free);
    g_idle_add_full(G_PRIORITY_LOW, begin_in_thread, task, g_object_unref);
    g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

void
mamuto_inspector_look(MamutoInspector *self, const char *spec)
{
    if (g_strcmp0(self->spec, spec) == 0)
        return;
    g_free(self->spec);
    g_free(self->file);
    g_free(self->name);
    self->spec = g_strdup(spec);
    mamuto_inspector_split(spec, &self->file, &self->name);
    start_inspection(self);
}

void
mamuto_inspector_refresh(MamutoInspector *self)
{
    if (self->spec && file_mtime(self->file) != self->mtime_ns)
        start_inspection(self);
}

gboolean
mamuto_inspector_get_busy(MamutoInspector *self)
{
    return self->cancellable != NULL;
}

const char *
mamuto_inspector_get_file(MamutoInspector *self)
{
    return self->file;
}

const char *
mamuto_inspector_get_name(MamutoInspector *self)
{
    return self->name;
}

const char *const *
mamuto_inspector_get_names(MamutoInspector *self)
{
    return self->findings ? (const char *const *)self->findings->names : NULL;
}

MamutoFunction *
mamuto_inspector_get_function(MamutoInspector *self)
{
    return self->findings ? self->findings->function : NULL;
}

const char *
mamuto_inspector_get_message(MamutoInspector *self)
{
    return self->findings ? self->findings->message : NULL;
}

const char *const *
mamuto_inspector_get_proposals(MamutoInspector *self)
{
    return self->findings ? (const char *const *)self->findings->proposals : NULL;
}

char *
mamuto_inspector_format_signature(MamutoInspector *self)
{
    MamutoFunction *function = mamuto_inspector_get_function(self);

    return function ? mamuto_function_format_signature(function) : NULL;
}
