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

void
mamuto_workspace_save_drafts(MamutoWorkspace *self)
{
    g_autofree char *job = draft_path("draft.mamuto");
    g_autofree char *cluster = draft_path("draft.cfg");
    g_autoptr(GError) error = NULL;

    g_clear_handle_id(&self->draft_source, g_source_remove);
    if (self->job_dirty) {
        g_autoptr(MamutoJobFile) copy = mamuto_job_file_copy(self->job_file);

        if (!mamuto_job_file_save(copy, job, &error))
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
put_over(MamutoJobFile *to, MamutoJobFile *from)
{
    guint n = mamuto_job_file_get_n_arguments(from);

    mamuto_job_file_set_function(to, mamuto_job_file_get_function(from));
    mamuto_job_file_set_cluster(to, mamuto_job_file_get_cluster(from));
    mamuto_job_file_set_output(to, mamuto_job_file_get_output(from));
    mamuto_job_file_set_depends(to, mamuto_job_file_get_depends(from));
    mamuto_job_file_set_flags(to, mamuto_job_file_get_flags(from));
    mamuto_job_file_set_n_arguments(to, n);
    for (guint i = 0; i < n; i++) {
        mamuto_job_file_set_argument_name(to, i, mamuto_job_file_get_argument_name(from, i));
        mamuto_job_file_set_argument(to, i, mamuto_job_file_get_argument(from, i));
        mamuto_job_file_set_keep(to, i, mamuto_job_file_get_keep(from, i));
    }
}

void
mamuto_workspace_restore(MamutoWorkspace *self, const char *job_path, const char *cluster_path)
{
    g_autofree char *job = draft_path("draft.mamuto");
    g_autofree char *cluster = draft_path("draft.cfg");
    g_autoptr(MamutoJobFile) edited = NULL;
    g_autoptr(MamutoCluster) edited_cluster = NULL;

    /* what is not there any more, or cannot be read, was told when it was opened by hand */
    if (job_path && *job_path)
        mamuto_workspace_open_job(self, job_path, NULL);
    if (g_file_test(job, G_FILE_TEST_EXISTS))
        edited = mamuto_job_file_new_from_file(job, NULL);
    if (edited)
        put_over(self->job_file, edited);
    if (g_file_test(cluster, G_FILE_TEST_EXISTS))
        edited_cluster = mamuto_cluster_new_from_file(cluster, NULL);
    if (edited_cluster) {
        workspace_set_cluster(self, edited_cluster,
                              cluster_path && *cluster_path ? cluster_path : NULL);
        workspace_set_cluster_dirty(self, TRUE);
    } else if (cluster_path && *cluster_path && g_strcmp0(cluster_path, self->cluster_path) != 0) {
        g_autoptr(MamutoCluster) last = mamuto_cluster_new_from_file(cluster_path, NULL);

        if (last)
            workspace_set_cluster(self, last, cluster_path);
    }
}
