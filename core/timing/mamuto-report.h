/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The report of a session, which is all runs of one mapper. Contains the runs, the hosts, and the
 * time that the cores spent on each kind of work. A report must be used only in the thread of the
 * mapper. */
#pragma once

#include "mamuto-note.h"
#include "mamuto-run.h"

G_BEGIN_DECLS

#define MAMUTO_TYPE_REPORT (mamuto_report_get_type())
G_DECLARE_FINAL_TYPE(MamutoReport, mamuto_report, MAMUTO, REPORT, GObject)

MamutoReport *mamuto_report_new(void);
MamutoReport *mamuto_report_new_from_file(const char *path, GError **error);
void mamuto_report_add_run(MamutoReport *self, MamutoRun *run);
void mamuto_report_drop_spans(MamutoReport *self);
char *mamuto_report_to_json(MamutoReport *self);
gboolean mamuto_report_save(MamutoReport *self, const char *path, GError **error);
double mamuto_report_get_seconds(MamutoReport *self, int host, MamutoSpanKind kind);
double mamuto_report_get_wall(MamutoReport *self);
void mamuto_report_set_job_name(MamutoReport *self, const char *name);
const char *mamuto_report_get_job_name(MamutoReport *self);
GDateTime *mamuto_report_get_created(MamutoReport *self);
const char *mamuto_report_get_function(MamutoReport *self);
gint64 mamuto_report_get_n_rows(MamutoReport *self);
MamutoRunState mamuto_report_get_state(MamutoReport *self);
guint mamuto_report_get_n_hosts(MamutoReport *self);
const char *mamuto_report_get_host_name(MamutoReport *self, guint host);
guint mamuto_report_get_n_cores(MamutoReport *self, int host);
GPtrArray *mamuto_report_get_notes(MamutoReport *self);

G_END_DECLS
