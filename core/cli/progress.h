/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Showing a run while it goes: as bars on a terminal, as plain lines, as JSON, or not at all.
 * Everything else that is said meanwhile (messages, what user code prints, questions) goes through
 * here too, so that it does not tear the bars. */
#pragma once

#include "mamuto-run.h"

typedef enum {
    PROGRESS_AUTO,
    PROGRESS_BAR,
    PROGRESS_LINES,
    PROGRESS_JSON,
    PROGRESS_NONE
} ProgressMode;

typedef struct _Progress Progress;

/* How one way of showing works; each function may be NULL. */
typedef struct {
    void (*begin)(Progress *self, MamutoRun *run);
    void (*update)(Progress *self, MamutoRun *run);
    /* @error: (nullable): why it ended before all rows were computed */
    void (*end)(Progress *self, MamutoRun *run, const GError *error);
    void (*log)(Progress *self, const char *host, int slot, guint stream, const char *text);
    void (*failure)(Progress *self, const MamutoRowFailure *failure);
    void (*finish)(Progress *self, int status, const char *error);
    void (*pause)(Progress *self); /* the terminal is somebody else's, until: */
    void (*resume)(Progress *self);
    void (*print)(Progress *self, const char *text);
    void (*free)(Progress *self);
} ProgressClass;

struct _Progress {
    const ProgressClass *class;
    guint remap, n_remaps;
    MamutoRun *run; /* (nullable): that is shown */
    gulong update_id, log_id;
};

Progress *progress_new(ProgressMode mode, guint n_remaps);
void progress_free(Progress *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Progress, progress_free)

/* A job begins; it is followed until progress_end(). */
void progress_begin(Progress *self, MamutoRun *run);
void progress_end(Progress *self, const GError *error);
/* A row that failed; only the JSON display tells it, people get a list at the end. */
void progress_failure(Progress *self, const MamutoRowFailure *failure);
/* The program ends with this exit status. */
void progress_finish(Progress *self, int status, const char *error);
void progress_pause(Progress *self);
void progress_resume(Progress *self);
/* Prints @text (with its line feed, escaped already) to stderr, above the bars. */
void progress_print(Progress *self, const char *text);

/* Implementations; their size begins with a Progress. */
Progress *progress_bar_new(void);
Progress *progress_lines_new(void);
Progress *progress_json_new(void);
Progress *progress_none_new(void);
