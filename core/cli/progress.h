/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Displays of a run's progress: bars on a terminal, plain lines, JSON, or nothing. During a run,
 * messages must be printed with progress_print(), because text that is written directly to the
 * terminal would overwrite the bars. */
#pragma once

#include "mamuto-run.h"
#include "mamuto-table.h"

typedef enum {
    PROGRESS_AUTO,
    PROGRESS_BAR,
    PROGRESS_LINES,
    PROGRESS_JSON,
    PROGRESS_NONE
} ProgressMode;

typedef struct _Progress Progress;

/* The virtual functions of a display. A function may be NULL. */
typedef struct {
    void (*begin)(Progress *self, MamutoRun *run);
    void (*update)(Progress *self, MamutoRun *run);
    /* @error: (nullable): why the run ended before all rows were computed */
    void (*end)(Progress *self, MamutoRun *run, const GError *error);
    void (*log)(Progress *self, const char *host, int slot, guint stream, const char *text);
    void (*failure)(Progress *self, const MamutoRowFailure *failure);
    void (*table)(Progress *self, guint argument, const MamutoTable *table);
    void (*finish)(Progress *self, int status, const char *error);
    void (*pause)(Progress *self); /* called before the user is asked on the terminal */
    void (*resume)(Progress *self);
    void (*print)(Progress *self, const char *text);
    void (*free)(Progress *self);
} ProgressClass;

struct _Progress {
    const ProgressClass *class;
    guint remap, n_remaps;
    MamutoRun *run; /* (nullable): the run that is displayed */
    gulong update_id, log_id;
};

Progress *progress_new(ProgressMode mode, guint n_remaps);
void progress_free(Progress *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Progress, progress_free)

/* Begins to display a run. The caller must call progress_end() after the run. */
void progress_begin(Progress *self, MamutoRun *run);
void progress_end(Progress *self, const GError *error);
/* Reports a failed row to the JSON display. The other displays ignore the call. With them, the
 * caller prints the failed rows after the run. */
void progress_failure(Progress *self, const MamutoRowFailure *failure);
/* Reports to the JSON display how a table was understood. The other displays ignore the call.
 * @argument: number of the argument that is read from the table, from 1. */
void progress_table(Progress *self, guint argument, const MamutoTable *table);
/* Reports the end of the program. @status: the exit status. @error: (nullable): the error message.
 */
void progress_finish(Progress *self, int status, const char *error);
void progress_pause(Progress *self);
void progress_resume(Progress *self);
/* Prints @text to stderr, above the bars. @text must be escaped and end with a line feed. */
void progress_print(Progress *self, const char *text);

/* Constructors of the displays. Callers use progress_new(). */
Progress *progress_bar_new(void);
Progress *progress_lines_new(void);
Progress *progress_json_new(void);
Progress *progress_none_new(void);
