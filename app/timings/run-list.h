/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The runs that are kept: a report of each as a JSON file in the person's data folder. */
#pragma once

#include <gio/gio.h>
#include <mamuto.h>

#define MAMUTO_TYPE_KEPT_RUN (mamuto_kept_run_get_type())
/* Property: ticked (boolean). */
G_DECLARE_FINAL_TYPE(MamutoKeptRun, mamuto_kept_run, MAMUTO, KEPT_RUN, GObject)

MamutoReport *mamuto_kept_run_get_report(MamutoKeptRun *self);
gboolean mamuto_kept_run_get_ticked(MamutoKeptRun *self);
/* As people read them; (transfer full). */
char *mamuto_kept_run_format_date(MamutoKeptRun *self);
char *mamuto_kept_run_format_job(MamutoKeptRun *self);
char *mamuto_kept_run_format_cluster(MamutoKeptRun *self);
char *mamuto_kept_run_format_rows(MamutoKeptRun *self);
/* Job, date and seconds. */
char *mamuto_kept_run_format_title(MamutoKeptRun *self);
char *mamuto_kept_run_format_wall(MamutoKeptRun *self);

/* Those that are kept, the newest first, behind what is in the list (of MamutoKeptRun) by then.
 * Read in a thread: there may be hundreds of files. */
void run_list_load_async(GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
void run_list_load_finish(GListStore *list, GAsyncResult *result);
/* Keeps a run that has ended. */
MamutoKeptRun *run_list_add(GListStore *list, MamutoRun *run, const char *name_of_job);
/* Takes it out; its file is hidden until run_list_forget(), or comes back. */
void run_list_remove(GListStore *list, MamutoKeptRun *run);
void run_list_restore(GListStore *list, MamutoKeptRun *run);
void run_list_forget(MamutoKeptRun *run);

/* A line for each run, numbers with a point; @runs: (element-type MamutoKeptRun); (transfer full).
 */
char *run_list_to_csv(GPtrArray *runs);
/* A list of their reports. */
char *run_list_to_json(GPtrArray *runs);
