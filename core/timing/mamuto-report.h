/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An account of a session in JSON: what ran where, and where every core-second went. */
#pragma once

#include "mamuto-note.h"
#include "mamuto-run.h"

G_BEGIN_DECLS

#define MAMUTO_TYPE_REPORT (mamuto_report_get_type())
G_DECLARE_FINAL_TYPE(MamutoReport, mamuto_report, MAMUTO, REPORT, GObject)

MamutoReport *mamuto_report_new(void);
MamutoReport *mamuto_report_new_from_file(const char *path, GError **error);
/* Adds an ended run of one mapper's session, in their order; the first also brings connecting and
 * preparing. */
void mamuto_report_add_run(MamutoReport *self, MamutoRun *run);
/* Forgets when each core did what, which is most of a report; sums stay. */
void mamuto_report_drop_spans(MamutoReport *self);
/* JSON as README.md describes it; (transfer full). */
char *mamuto_report_to_json(MamutoReport *self);
gboolean mamuto_report_save(MamutoReport *self, const char *path, GError **error);
/* Core-seconds of a host (-1: of all) spent on one kind; the kinds add up to cores × wall. */
double mamuto_report_get_seconds(MamutoReport *self, int host, MamutoSpanKind kind);
double mamuto_report_get_wall(MamutoReport *self);
/* (nullable): what a person calls the job, "likelihood". */
void mamuto_report_set_job_name(MamutoReport *self, const char *name);
const char *mamuto_report_get_job_name(MamutoReport *self);
GDateTime *mamuto_report_get_created(MamutoReport *self);
/* Of the last run: what was called, for how many rows, how it ended; (nullable): of none. */
const char *mamuto_report_get_function(MamutoReport *self);
gint64 mamuto_report_get_n_rows(MamutoReport *self);
MamutoRunState mamuto_report_get_state(MamutoReport *self);
guint mamuto_report_get_n_hosts(MamutoReport *self);
const char *mamuto_report_get_host_name(MamutoReport *self, guint host);
/* Of a host, -1: of all. */
guint mamuto_report_get_n_cores(MamutoReport *self, int host);
/* (transfer full) (element-type MamutoNote): what a reader should know. */
GPtrArray *mamuto_report_get_notes(MamutoReport *self);

G_END_DECLS
