/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The kept runs: a report of each as a JSON file in the user's data folder. */
#pragma once

#include <gio/gio.h>
#include <mamuto.h>

#define MAMUTO_TYPE_KEPT_RUN (mamuto_kept_run_get_type())
/* Property: ticked (boolean). */
G_DECLARE_FINAL_TYPE(MamutoKeptRun, mamuto_kept_run, MAMUTO, KEPT_RUN, GObject)

MamutoReport *mamuto_kept_run_get_report(MamutoKeptRun *self);
gboolean mamuto_kept_run_get_ticked(MamutoKeptRun *self);
/* By locale; (transfer full). */
char *mamuto_kept_run_format_date(MamutoKeptRun *self);
char *mamuto_kept_run_format_job(MamutoKeptRun *self);
char *mamuto_kept_run_format_cluster(MamutoKeptRun *self);
char *mamuto_kept_run_format_rows(MamutoKeptRun *self);
/* Job, date and duration; (transfer full). */
char *mamuto_kept_run_format_title(MamutoKeptRun *self);
char *mamuto_kept_run_format_wall(MamutoKeptRun *self);

/* Loads the kept runs, newest first, and appends them to the list (of MamutoKeptRun). A thread
 * reads the files, because there may be hundreds. */
void run_list_load_async(GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
void run_list_load_finish(GListStore *list, GAsyncResult *result);
/* Keeps a run that has ended: saves its report and inserts it at the top of the list. Returns:
 * (transfer none). */
MamutoKeptRun *run_list_add(GListStore *list, MamutoRun *run, const char *name_of_job);
/* Removes a run from the list and hides its file, until run_list_forget() deletes the file or
 * run_list_restore() shows it again. */
void run_list_remove(GListStore *list, MamutoKeptRun *run);
void run_list_restore(GListStore *list, MamutoKeptRun *run);
void run_list_forget(MamutoKeptRun *run);

/* A line per run, numbers with a decimal point; @runs: (element-type MamutoKeptRun); (transfer
 * full). */
char *run_list_to_csv(GPtrArray *runs);
/* A JSON array of the runs' reports; (transfer full). */
char *run_list_to_json(GPtrArray *runs);
