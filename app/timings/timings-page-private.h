/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the parts of the page share: the comparison (timings-compare.c), the runs (timings-runs.c)
 * and the page itself. */
#pragma once

#include "mamuto-timings-page.h"
#include "run-list.h"
#include "timings-charts.h"

typedef enum { EXPORT_CHART, EXPORT_TIMINGS, EXPORT_RUNS, EXPORT_SHARES } TimingsExport;

struct _MamutoTimingsPage {
    AdwBin parent_instance;
    MamutoRunner *runner;
    GtkWidget *compare_button, *budget, *table_button, *export_button;
    GtkWidget *progress_box, *progress, *state, *empty, *comparison_box, *runs_box;
    GtkWidget *summary, *notes, *switcher, *chart_or_table, *table_holder, *runs_holder, *shares;
    GtkStack *charts;
    MamutoChart *chart[N_CHARTS];
    GActionGroup *actions;

    MamutoComparison *comparison; /* (nullable): that goes on */
    GCancellable *cancellable;
    MamutoTimings *timings;  /* (nullable): what is shown */
    GListStore *table;       /* of TimingsLine */
    GListStore *runs;        /* of MamutoKeptRun */
    GPtrArray *shared;       /* of MamutoKeptRun: those whose bars are shown */
    MamutoRunRecord *record; /* (nullable): that is waited for */
    TimingsExport export_what;
    const char *export_ending; /* ".csv" */
};

/* mamuto-timings-page.c */
void timings_update_visible(MamutoTimingsPage *self);
void timings_enable(MamutoTimingsPage *self, const char *action, gboolean enabled);
/* A column of text; @format gives new text of an item. */
typedef char *(*TimingsFormat)(gpointer item);
void timings_add_column(GtkColumnView *view, const char *title, TimingsFormat format,
                        gboolean number);

/* timings-compare.c */
void timings_compare(MamutoTimingsPage *self);
void timings_show(MamutoTimingsPage *self, MamutoTimings *timings);
void timings_make_table(MamutoTimingsPage *self);
/* What the last comparison found, in the person's data folder. */
void timings_load_last(MamutoTimingsPage *self);

/* timings-runs.c */
void timings_make_runs(MamutoTimingsPage *self);
/* Those of former windows, which come after a moment. */
void timings_load_runs(MamutoTimingsPage *self);
void timings_update_shares(MamutoTimingsPage *self, gboolean both);
/* Those that are ticked, else all; (transfer full). */
GPtrArray *timings_choose_runs(MamutoTimingsPage *self);
void timings_delete_runs(MamutoTimingsPage *self);
void timings_follow_run(MamutoTimingsPage *self);
