/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What was edited and not saved is kept in the folder for the state of programs. A draft of a job
 * holds its values alone: they are put over the job's file when it comes back, so that the file's
 * comments stay. */
#include "workspace-private.h"

#include <glib/gstdio.h>

#include "app-data.h"

/* A crash loses at most what was edited in this time. */
#define DRAFT_SECONDS 3

static char *
draft_path(const char *name)
{
    g_autofree char *folder = app_data_make_state_folder();

    return g_build_filename(folder, name, NULL);
}

/* Whose drafts they are. */
static void
save_index(MamutoWorkspace *self, const char *path)
{
    g_autoptr(GKeyFile) index = g_key_file_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *job = self->job_path ? g_filename_to_uri(self->job_path, NULL, NULL) : NULL;
    g_autofree char *cluster =
        self->cluster_path ? g_filename_to_uri(self->cluster_path, NULL, NULL) : NULL;

    g_key_file_set_string(index, "drafts", "job", job ? job : "");
    g_key_file_set_string(index, "drafts", "cluster", cluster ? cluster : "");
    if (!g_key_file_save_to_file(index, path, &error))
        g_message("%s", error->message);
}

void
mamuto_workspace_save_drafts(MamutoWorkspace *self)
{
    g_autofree char *index = draft_path("drafts.ini");
    g_autofree char *job = draft_path("draft.mamuto");
    g_autofree char *cluster = draft_path("draft.cfg");
    g_autoptr(GError) error = NULL;

    g_clear_handle_id(&self->draft_source, g_source_remove);
    /* a crash between the files must not give a draft to a file that it is not of */
    g_unlink(index);
    if (self->job_dirty) {
        g_autoptr(MamutoJob) copy = mamuto_job_copy(self->job);

        if (!mamuto_job_save(copy, job, &error))
            g_message("%s", error->message);
        g_clear_error(&error);
    } else {
        g_unlink(job);
    }
    if (self->cluster_dirty) {
        if (!mamuto_cluster_save(self->cluster, cluster, &error))
            g_message("%s", error->message);
    } else {
        g_unlink(cluster);
    }
    if (self->job_dirty || self->cluster_dirty)
        save_index(self, index);
}

static gboolean
on_time(gpointer data)
{
    MamutoWorkspace *self = data;

    self->draft_source = 0;
    mamuto_workspace_save_drafts(self);
    return G_SOURCE_REMOVE;
}

void
workspace_queue_drafts(MamutoWorkspace *self)
{
    if (!self->draft_source)
        self->draft_source = g_timeout_add_seconds(DRAFT_SECONDS, on_time, self);
}

static void
put_over(MamutoJob *to, MamutoJob *from)
{
    guint n = mamuto_job_get_n_arguments(from);

    mamuto_job_set_function(to, mamuto_job_get_function(from));
    mamuto_job_set_cluster(to, mamuto_job_get_cluster(from));
    mamuto_job_set_output(to, mamuto_job_get_output(from));
    mamuto_job_set_depends(to, mamuto_job_get_depends(from));
    mamuto_job_set_flags(to, mamuto_job_get_flags(from));
    mamuto_job_set_n_arguments(to, n);
    for (guint i = 0; i < n; i++) {
        mamuto_job_set_argument_name(to, i, mamuto_job_get_argument_name(from, i));
        mamuto_job_set_argument(to, i, mamuto_job_get_argument(from, i));
        mamuto_job_set_keep(to, i, mamuto_job_get_keep(from, i));
    }
}

/* (transfer full) (nullable): the file that the draft is of. */
static char *
find_owner(GKeyFile *index, const char *which)
{
    g_autofree char *uri = g_key_file_get_string(index, "drafts", which, NULL);

    return uri && *uri ? g_filename_from_uri(uri, NULL, NULL) : NULL;
}

static void
restore_job(MamutoWorkspace *self, GKeyFile *index, const char *last)
{
    g_autofree char *draft = draft_path("draft.mamuto");
    g_autofree char *owner = find_owner(index, "job");
    g_autoptr(MamutoJob) edited = NULL;

    if (g_file_test(draft, G_FILE_TEST_EXISTS))
        edited = mamuto_job_new_from_file(draft, NULL);
    /* what is not there any more, or cannot be read, was told when it was opened by hand */
    if (edited ? owner != NULL : last && *last)
        mamuto_workspace_open_job(self, edited ? owner : last, NULL);
    if (edited)
        put_over(self->job, edited);
}

static void
restore_cluster(MamutoWorkspace *self, GKeyFile *index, const char *last)
{
    g_autofree char *draft = draft_path("draft.cfg");
    g_autofree char *owner = find_owner(index, "cluster");
    g_autoptr(MamutoCluster) cluster = NULL;
    gboolean edited = FALSE;

    if (g_file_test(draft, G_FILE_TEST_EXISTS)) {
        cluster = mamuto_cluster_new_from_file(draft, NULL);
        edited = cluster != NULL;
    }
    if (!cluster && last && *last)
        cluster = mamuto_cluster_new_from_file(last, NULL);
    if (!cluster)
        return;
    workspace_set_cluster(self, cluster, edited ? owner : last);
    workspace_set_cluster_dirty(self, edited);
}

void
mamuto_workspace_restore(MamutoWorkspace *self, const char *last_job, const char *last_cluster)
{
    g_autofree char *path = draft_path("drafts.ini");
    g_autoptr(GKeyFile) index = g_key_file_new();

    g_key_file_load_from_file(index, path, G_KEY_FILE_NONE, NULL);
    restore_job(self, index, last_job);
    restore_cluster(self, index, last_cluster);
}
