/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An entry row in which the user edits a time limit of the job in seconds. Each valid text is
 * stored in the job while the user types. If the text is invalid, the row shows an error. If the
 * text is empty, there is no limit or a default one, and the title of the row says which. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

typedef struct {
    AdwEntryRow *row;
    const char *title;
    const char *instead; /* part of the title while no limit is set, such as "none" */
    double (*get)(MamutoJob *job);
    void (*set)(MamutoJob *job, double seconds);
    MamutoJob *job; /* (nullable): the job whose limit is shown */
    double shown;   /* the limit that the text of @row means */
    gboolean updating;
} TimeoutField;

/* @title, @instead: translated texts; the field does not copy them. @get, @set: functions that read
 * and write the limit of a job. */
void timeout_field_init(TimeoutField *self, AdwEntryRow *row, const char *title,
                        const char *instead, double (*get)(MamutoJob *job),
                        void (*set)(MamutoJob *job, double seconds));
/* Shows the limit of @job. */
void timeout_field_show(TimeoutField *self, MamutoJob *job);
void timeout_field_clear(TimeoutField *self);
