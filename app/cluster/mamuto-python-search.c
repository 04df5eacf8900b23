/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-python-search.h. The search makes a copy of the host for each path, sets the path as
 * the Python of the copy, and checks the copy. It cancels the check after the stage for numpy.
 * The search first checks only one path. If this check cannot log in, the search checks no other
 * path, so that the host rejects only one login. */
#include "mamuto-python-search.h"

#include <string.h>

#include "../app-error.h"

/* Maximum number of checks at the same time. It is small, because an ssh server limits the number
 * of connections that have not logged in yet (MaxStartups in sshd_config, 10 by default). */
#define N_AT_ONCE 3

static const char *const places[] = {
    "python3",
    "/usr/bin/python3",
    "/usr/local/bin/python3",
    "~/miniforge3/bin/python3",
    "~/miniconda3/bin/python3",
    "~/mambaforge/bin/python3",
    "~/anaconda3/bin/python3",
    "/opt/conda/bin/python3",
    "~/.venv/bin/python3",
    "~/venv/bin/python3",
    "python3.13",
    "python3.12",
    "python3.11",
    "python3.10",
    "python3.9",
};

struct _MamutoPythonSearch {
    GObject parent_instance;
    MamutoHost *host;
    guint next; /* Index in places[] of the path that is checked next. */
    guint n_running;
    gboolean reached;          /* TRUE if the host has accepted a login. */
    GCancellable *cancellable; /* Cancels all checks. */
    GPtrArray *found;
    char *problem;
};

G_DEFINE_FINAL_TYPE(MamutoPythonSearch, mamuto_python_search, G_TYPE_OBJECT)

static guint changed_signal;

typedef struct {
    GWeakRef search;
    GCancellable *cancellable; /* Cancels only this check. */
} Try;

static void start_next(MamutoPythonSearch *self);

static void
found_free(gpointer data)
{
    FoundPython *found = data;

    g_free(found->path);
    g_free(found->version);
    g_free(found->numpy);
    g_free(found);
}

static void
mamuto_python_search_dispose(GObject *object)
{
    MamutoPythonSearch *self = MAMUTO_PYTHON_SEARCH(object);

    g_cancellable_cancel(self->cancellable);
    g_clear_object(&self->cancellable);
    g_clear_object(&self->host);
    g_clear_pointer(&self->problem, g_free);
    g_clear_pointer(&self->found, g_ptr_array_unref);
    G_OBJECT_CLASS(mamuto_python_search_parent_class)->dispose(object);
}

static void
mamuto_python_search_class_init(MamutoPythonSearchClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = mamuto_python_search_dispose;
    changed_signal = g_signal_new("changed", MAMUTO_TYPE_PYTHON_SEARCH, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
mamuto_python_search_init(MamutoPythonSearch *self)
{
    self->cancellable = g_cancellable_new();
    self->found = g_ptr_array_new_with_free_func(found_free);
}

static void
take_found(MamutoPythonSearch *self, MamutoCheck *check)
{
    const char *path = mamuto_check_get_python(check);
    const char *numpy = mamuto_check_get_numpy_version(check);
    FoundPython *found;

    if (!path || !g_utf8_validate(path, -1, NULL))
        return;
    for (guint i = 0; i < self->found->len; i++)
        if (strcmp(((FoundPython *)g_ptr_array_index(self->found, i))->path, path) == 0)
            return;
    found = g_new0(FoundPython, 1);
    found->path = g_strdup(path);
    found->version = g_utf8_make_valid(mamuto_check_get_python_version(check), -1);
    found->numpy = g_utf8_make_valid(numpy ? numpy : "", -1);
    g_ptr_array_add(self->found, found);
}

/* Returns TRUE if the host accepted the login. Otherwise stores the error of the check in
 * self->problem, unless an earlier error is stored there. */
static gboolean
has_reached(MamutoPythonSearch *self, MamutoCheck *check)
{
    const GError *error = mamuto_check_get_error(check);
    g_autofree char *why = NULL;

    if (mamuto_check_get_outcome(check, MAMUTO_CHECK_AGENT) == MAMUTO_CHECK_PASSED)
        return TRUE;
    why = error ? app_error_describe_without_host(error) : NULL;
    if (!self->problem && why)
        self->problem = g_utf8_make_valid(why, -1);
    return FALSE;
}

static void
on_updated(MamutoCheck *check, GCancellable *cancellable)
{
    /* stop after the stage for numpy, because the search does not need the later stages */
    if (mamuto_check_get_outcome(check, MAMUTO_CHECK_NUMPY) == MAMUTO_CHECK_PASSED)
        g_cancellable_cancel(cancellable);
}

static void
on_tried(GObject *source, GAsyncResult *result, gpointer data)
{
    MamutoCheck *check = MAMUTO_CHECK(source);
    Try *try = data;
    g_autoptr(MamutoPythonSearch) self = g_weak_ref_get(&try->search);

    mamuto_check_run_finish(check, result, NULL);
    g_signal_handlers_disconnect_by_data(check, try->cancellable);
    g_weak_ref_clear(&try->search);
    g_object_unref(try->cancellable);
    g_free(try);
    if (!self)
        return;
    self->n_running--;
    self->reached |= has_reached(self, check);
    if (mamuto_check_get_outcome(check, MAMUTO_CHECK_NUMPY) == MAMUTO_CHECK_PASSED)
        take_found(self, check);
    start_next(self);
    g_signal_emit(self, changed_signal, 0);
}

static void
on_cancelled(GCancellable *all, GCancellable *one)
{
    g_cancellable_cancel(one);
}

static void
start_one(MamutoPythonSearch *self, const char *place)
{
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_new();
    g_autoptr(MamutoHost) host = mamuto_host_new(mamuto_host_get_name(self->host), 0, NULL);
    g_autoptr(MamutoCheck) check = NULL;
    Try *try = g_new0(Try, 1);

    mamuto_host_set_user(host, mamuto_host_get_user(self->host));
    mamuto_host_set_port(host, mamuto_host_get_port(self->host));
    mamuto_host_set_python(host, place);
    mamuto_cluster_add(cluster, host);
    check = mamuto_check_new(cluster, host, NULL);
    g_weak_ref_init(&try->search, self);
    try->cancellable = g_cancellable_new();
    g_signal_connect_object(self->cancellable, "cancelled", G_CALLBACK(on_cancelled),
                            try->cancellable, 0);
    g_signal_connect(check, "updated", G_CALLBACK(on_updated), try->cancellable);
    self->n_running++;
    mamuto_check_run_async(check, N_AT_ONCE, try->cancellable, on_tried, try);
}

static void
start_next(MamutoPythonSearch *self)
{
    if (self->next == 0)
        start_one(self, places[self->next++]);
    while (self->reached && self->n_running < N_AT_ONCE && self->next < G_N_ELEMENTS(places))
        start_one(self, places[self->next++]);
}

MamutoPythonSearch *
mamuto_python_search_new(MamutoHost *host)
{
    MamutoPythonSearch *self = g_object_new(MAMUTO_TYPE_PYTHON_SEARCH, NULL);

    self->host = g_object_ref(host);
    start_next(self);
    return self;
}

gboolean
mamuto_python_search_get_running(MamutoPythonSearch *self)
{
    return self->n_running > 0;
}

const char *
mamuto_python_search_get_problem(MamutoPythonSearch *self)
{
    return self->problem;
}

GPtrArray *
mamuto_python_search_get_found(MamutoPythonSearch *self)
{
    return self->found;
}
