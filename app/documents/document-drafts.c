/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See document-drafts.h. The draft of a job contains the values of the job, but not the comments in
 * the job's file. To keep these comments, the file of the job is opened first, and then the values
 * of the draft are set. */
#include "document-drafts.h"

#include <glib/gstdio.h>

#include "app-data.h"
#include "job-arrange.h"
#include "known-documents.h"

static char *
draft_path(const char *name)
{
    g_autofree char *folder = app_data_make_state_folder();

    return g_build_filename(folder, name, NULL);
}

/* Returns the URI of the document's file, or "" if the document has no file; (transfer full). */
static char *
format_owner(MamutoDocument *document)
{
    const char *path = mamuto_document_get_path(document);
    char *uri = path ? g_filename_to_uri(path, NULL, NULL) : NULL;

    return uri ? uri : g_strdup("");
}

static void
set_origin_key(GKeyFile *index, const char *key, gpointer content)
{
    const char *origin = known_documents_get_origin(content);

    g_key_file_set_string(index, "drafts", key, origin ? origin : "");
}

/* Writes the index file. It contains the URI of the job file and the URI of the cluster file from
 * which the drafts were made, and the origins of job and cluster, because a draft of a file from
 * elsewhere must not run without a question. The function for which the arguments were arranged
 * differs from that of the job if the parameters of a chosen function could not be read yet. */
static void
save_index(MamutoJobDocument *job, MamutoClusterDocument *cluster, const char *path)
{
    g_autoptr(GKeyFile) index = g_key_file_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *job_uri = format_owner(MAMUTO_DOCUMENT(job));
    g_autofree char *cluster_uri = format_owner(MAMUTO_DOCUMENT(cluster));
    const char *arranged_for = job_arrange_get_function(mamuto_job_document_get_job(job));

    g_key_file_set_string(index, "drafts", "job", job_uri);
    g_key_file_set_string(index, "drafts", "cluster", cluster_uri);
    if (arranged_for)
        g_key_file_set_string(index, "drafts", "job-arranged-for", arranged_for);
    set_origin_key(index, "job-origin", mamuto_job_document_get_job(job));
    set_origin_key(index, "cluster-origin", mamuto_cluster_document_get_cluster(cluster));
    if (!g_key_file_save_to_file(index, path, &error))
        g_message("%s", error->message);
}

/**
 * document_drafts_save:
 *
 * Writes a draft of each document with unsaved edits. Deletes the draft of a document without
 * unsaved edits.
 */
void
document_drafts_save(MamutoJobDocument *job, MamutoClusterDocument *cluster)
{
    g_autofree char *index_path = draft_path("drafts.ini");
    g_autofree char *job_path = draft_path("draft.mamuto");
    g_autofree char *cluster_path = draft_path("draft.cfg");
    gboolean job_dirty = mamuto_document_get_dirty(MAMUTO_DOCUMENT(job));
    gboolean cluster_dirty = mamuto_document_get_dirty(MAMUTO_DOCUMENT(cluster));
    g_autoptr(GError) error = NULL;

    /* Delete the drafts of documents without edits before the index: a draft without an index would
     * be shown as a job or cluster that has no file. */
    if (!job_dirty)
        g_unlink(job_path);
    if (!cluster_dirty)
        g_unlink(cluster_path);
    /* Delete the old index before a draft is written: if the program crashed after it wrote a draft
     * but before it wrote the new index, the old index would assign the new draft to the wrong
     * file. */
    g_unlink(index_path);
    if (job_dirty) {
        g_autoptr(MamutoJob) copy = mamuto_job_copy(mamuto_job_document_get_job(job));

        if (!mamuto_job_save(copy, job_path, &error))
            g_message("%s", error->message);
        g_clear_error(&error);
    }
    if (cluster_dirty &&
        !mamuto_cluster_save(mamuto_cluster_document_get_cluster(cluster), cluster_path, &error))
        g_message("%s", error->message);
    if (job_dirty || cluster_dirty)
        save_index(job, cluster, index_path);
}

static void
put_over(MamutoJob *to, MamutoJob *from)
{
    guint n = mamuto_job_get_n_arguments(from);

    mamuto_job_set_function(to, mamuto_job_get_function(from));
    mamuto_job_set_cluster(to, mamuto_job_get_cluster(from));
    mamuto_job_set_output(to, mamuto_job_get_output(from));
    mamuto_job_set_depends(to, mamuto_job_get_depends(from));
    mamuto_job_set_send(to, mamuto_job_get_send(from));
    mamuto_job_set_flags(to, mamuto_job_get_flags(from));
    mamuto_job_set_row_timeout(to, mamuto_job_get_row_timeout(from));
    mamuto_job_set_start_timeout(to, mamuto_job_get_start_timeout(from));
    mamuto_job_set_n_arguments(to, n);
    for (guint i = 0; i < n; i++) {
        mamuto_job_set_by_name(to, i, FALSE);
        mamuto_job_set_argument_name(to, i, mamuto_job_get_argument_name(from, i));
        mamuto_job_set_by_name(to, i, mamuto_job_get_by_name(from, i));
        mamuto_job_set_argument(to, i, mamuto_job_get_argument(from, i));
        mamuto_job_set_keep(to, i, mamuto_job_get_keep(from, i));
    }
}

/* Returns the path of the file from which the draft was made, or NULL if the document had no file;
 * (transfer full). @which: "job" or "cluster". */
static char *
find_owner(GKeyFile *index, const char *which)
{
    g_autofree char *uri = g_key_file_get_string(index, "drafts", which, NULL);

    return uri && *uri ? g_filename_from_uri(uri, NULL, NULL) : NULL;
}

/* Sets the origin of @content, which contains the draft in the file @draft. If the index has no
 * origin, the content counts as read from the draft, so that its origin is unknown. */
static void
restore_origin(GKeyFile *index, const char *key, gpointer content, const char *draft)
{
    g_autofree char *origin = g_key_file_get_string(index, "drafts", key, NULL);

    if (origin)
        known_documents_set_origin(content, *origin ? origin : NULL);
    else
        known_documents_note_opened(content, draft);
}

static void
restore_job(MamutoJobDocument *job, GKeyFile *index, const char *last)
{
    g_autofree char *draft = draft_path("draft.mamuto");
    g_autofree char *owner = find_owner(index, "job");
    g_autofree char *arranged_for = NULL;
    g_autoptr(MamutoJob) edited = NULL;

    if (g_file_test(draft, G_FILE_TEST_EXISTS))
        edited = mamuto_job_new_from_file(draft, NULL);
    /* ignore errors: if the file cannot be read, the job stays empty; put_over() then copies all
     * values of the draft, if there is one, to the job */
    if (edited ? owner != NULL : last && *last)
        mamuto_document_open(MAMUTO_DOCUMENT(job), edited ? owner : last, NULL);
    if (!edited)
        return;
    put_over(mamuto_job_document_get_job(job), edited);
    arranged_for = g_key_file_get_string(index, "drafts", "job-arranged-for", NULL);
    job_arrange_set_function(mamuto_job_document_get_job(job), arranged_for);
    restore_origin(index, "job-origin", mamuto_job_document_get_job(job), draft);
}

static void
restore_cluster(MamutoClusterDocument *document, GKeyFile *index, const char *last)
{
    g_autofree char *draft = draft_path("draft.cfg");
    g_autofree char *owner = find_owner(index, "cluster");
    g_autoptr(MamutoCluster) cluster = NULL;
    gboolean edited = FALSE;

    if (g_file_test(draft, G_FILE_TEST_EXISTS)) {
        cluster = mamuto_cluster_new_from_file(draft, NULL);
        edited = cluster != NULL;
    }
    if (edited)
        restore_origin(index, "cluster-origin", cluster, draft);
    if (!cluster && last && *last) {
        cluster = mamuto_cluster_new_from_file(last, NULL);
        if (cluster)
            known_documents_note_opened(cluster, last);
    }
    if (cluster)
        mamuto_cluster_document_set_cluster(document, cluster, edited ? owner : last, edited);
}

/**
 * document_drafts_restore:
 * @last_job: the path of the job that was opened last, "" for none
 * @last_cluster: the path of the cluster that was opened last, "" for none
 *
 * Opens the draft of the job and the draft of the cluster. If a draft does not exist, opens the
 * file that was opened last.
 */
void
document_drafts_restore(MamutoJobDocument *job, MamutoClusterDocument *cluster,
                        const char *last_job, const char *last_cluster)
{
    g_autofree char *path = draft_path("drafts.ini");
    g_autoptr(GKeyFile) index = g_key_file_new();

    g_key_file_load_from_file(index, path, G_KEY_FILE_NONE, NULL);
    restore_job(job, index, last_job);
    restore_cluster(cluster, index, last_cluster);
}
