/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The list of runs that have ended. The report of each run is stored as a JSON file in the user's
 * data folder. */
#pragma once

#include <gio/gio.h>
#include <mamuto.h>

#define MAMUTO_TYPE_KEPT_RUN (mamuto_kept_run_get_type())
/* Property: ticked (boolean): whether the user has ticked the run. */
G_DECLARE_FINAL_TYPE(MamutoKeptRun, mamuto_kept_run, MAMUTO, KEPT_RUN, GObject)

MamutoReport *mamuto_kept_run_get_report(MamutoKeptRun *self);
gboolean mamuto_kept_run_get_ticked(MamutoKeptRun *self);
/* Formats the run's date and time by locale; (transfer full). */
char *mamuto_kept_run_format_date(MamutoKeptRun *self);
char *mamuto_kept_run_format_job(MamutoKeptRun *self);
char *mamuto_kept_run_format_cluster(MamutoKeptRun *self);
char *mamuto_kept_run_format_rows(MamutoKeptRun *self);
/* Formats the run's job, date and duration; (transfer full). */
char *mamuto_kept_run_format_title(MamutoKeptRun *self);
char *mamuto_kept_run_format_wall(MamutoKeptRun *self);

/* Loads the kept runs and appends them to the list (of MamutoKeptRun), newest first. A thread reads
 * the files, because there may be hundreds. */
void run_list_load_async(GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
void run_list_load_finish(GListStore *list, GAsyncResult *result);
/* Saves the report of a run that has ended, and inserts the run at the top of the list. If the
 * report cannot be saved, sets @error; the list then contains the run until the program ends.
 * Returns: (transfer none). */
MamutoKeptRun *run_list_add(GListStore *list, MamutoRun *run, const char *name_of_job,
                            GError **error);
/* Removes a run from the list and renames its file to a hidden name. If the file cannot be renamed,
 * the run stays in the list. */
gboolean run_list_remove(GListStore *list, MamutoKeptRun *run, GError **error);
/* Inserts a removed run into the list again, and restores the name of its file. If the file can be
 * neither renamed nor saved again, sets @error; the list then contains the run until the program
 * ends. */
gboolean run_list_restore(GListStore *list, MamutoKeptRun *run, GError **error);
/* Deletes the hidden file of a removed run. */
gboolean run_list_forget(MamutoKeptRun *run, GError **error);

/* Makes a CSV table with one line per run. Numbers have decimal points in every locale. @runs:
 * (element-type MamutoKeptRun). Returns: (transfer full). */
char *run_list_to_csv(GPtrArray *runs);
/* Makes a JSON array of the runs' reports. Returns: (transfer full). */
char *run_list_to_json(GPtrArray *runs);
