/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The job and the cluster of the window. This file contains translated texts for both kinds of
 * documents, saves the drafts, and stores the paths of the files that were opened last. */
#include <glib/gi18n.h>

#include "../app-data.h"
#include "../documents/document-drafts.h"
#include "window-private.h"

/* Number of seconds from an edit to the saving of a draft. If the program crashes, only the edits
 * of the last three seconds are lost. */
#define DRAFT_SECONDS 3

const DocumentWords *
window_get_document_words(MamutoFileKind kind)
{
    static const DocumentWords job = {
        .name = N_("Jobs"),
        .open = N_("Open Job"),
        .not_opened = N_("The Job Could Not Be Opened"),
        .save = N_("Save Job"),
        .saved = N_("Job saved"),
        .not_saved = N_("The Job Could Not Be Saved"),
    };
    static const DocumentWords cluster = {
        .name = N_("Clusters"),
        .open = N_("Open Cluster"),
        .not_opened = N_("The Cluster Could Not Be Opened"),
        .save = N_("Save Cluster"),
        .saved = N_("Cluster saved"),
        .not_saved = N_("The Cluster Could Not Be Saved"),
    };

    return kind == MAMUTO_FILE_JOB ? &job : &cluster;
}

MamutoDocument *
window_get_document(MamutoWindow *self, MamutoFileKind kind)
{
    return kind == MAMUTO_FILE_JOB ? MAMUTO_DOCUMENT(self->job) : MAMUTO_DOCUMENT(self->cluster);
}

char *
window_find_folder(MamutoWindow *self)
{
    const char *path = mamuto_document_get_path(MAMUTO_DOCUMENT(self->job));

    if (!path)
        path = mamuto_inspector_get_file(mamuto_job_document_get_inspector(self->job));
    return path ? g_path_get_dirname(path) : NULL;
}

/* ---- drafts ---- */

void
window_save_drafts(MamutoWindow *self)
{
    g_clear_handle_id(&self->draft_source, g_source_remove);
    document_drafts_save(self->job, self->cluster);
}

static gboolean
on_draft_time(gpointer data)
{
    MamutoWindow *self = data;

    self->draft_source = 0;
    window_save_drafts(self);
    return G_SOURCE_REMOVE;
}

static void
queue_drafts(MamutoWindow *self)
{
    if (!self->draft_source)
        self->draft_source = g_timeout_add_seconds(DRAFT_SECONDS, on_draft_time, self);
}

/* ---- paths of the files that were opened last ---- */

static void
note_path(const char *key, MamutoDocument *document)
{
    const char *path = mamuto_document_get_path(document);

    /* GSettings accepts only strings in UTF-8 */
    g_settings_set_string(app_data_get_settings(), key,
                          path && g_utf8_validate(path, -1, NULL) ? path : "");
}

/* Stores the paths of the open job and cluster immediately, so that the paths are kept after a
 * crash. */
static void
on_path(MamutoWindow *self)
{
    note_path("last-job", MAMUTO_DOCUMENT(self->job));
    note_path("last-cluster", MAMUTO_DOCUMENT(self->cluster));
}

static void
watch(MamutoWindow *self, MamutoDocument *document)
{
    g_signal_connect_object(document, "edited", G_CALLBACK(queue_drafts), self, G_CONNECT_SWAPPED);
    g_signal_connect_object(document, "notify::path", G_CALLBACK(on_path), self, G_CONNECT_SWAPPED);
}

void
window_restore_documents(MamutoWindow *self)
{
    GSettings *settings = app_data_get_settings();
    g_autofree char *job = g_settings_get_string(settings, "last-job");
    g_autofree char *cluster = g_settings_get_string(settings, "last-cluster");

    document_drafts_restore(self->job, self->cluster, job, cluster);
    queue_drafts(self);
    watch(self, MAMUTO_DOCUMENT(self->job));
    watch(self, MAMUTO_DOCUMENT(self->cluster));
}
