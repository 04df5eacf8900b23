/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An account of a session in JSON: what ran where, and where every core-second went. */
#pragma once

#include "mamuto-job.h"

G_BEGIN_DECLS

#define MAMUTO_TYPE_REPORT (mamuto_report_get_type())
G_DECLARE_FINAL_TYPE(MamutoReport, mamuto_report, MAMUTO, REPORT, GObject)

MamutoReport *mamuto_report_new(void);
/* Adds an ended job of one mapper's session, in their order; the first also brings connecting and
 * preparing. */
void mamuto_report_add_job(MamutoReport *self, MamutoJob *job);
/* JSON as README.md describes it; (transfer full). */
char *mamuto_report_to_json(MamutoReport *self);
gboolean mamuto_report_save(MamutoReport *self, const char *path, GError **error);
/* Core-seconds of a host (-1: of all) spent on one kind; the kinds add up to cores × wall. */
double mamuto_report_get_seconds(MamutoReport *self, int host, MamutoSpanKind kind);
double mamuto_report_get_wall(MamutoReport *self);
/* (transfer full): what a reader should know, a sentence each. */
char **mamuto_report_get_notes(MamutoReport *self);

G_END_DECLS
