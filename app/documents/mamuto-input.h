/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One argument of the job as it is now: nothing, being loaded, there, or wrong. Loads in a thread
 * whenever its text is set. */
#pragma once

#include <mamuto.h>

typedef enum {
    MAMUTO_INPUT_EMPTY,
    MAMUTO_INPUT_LOADING,
    MAMUTO_INPUT_READY,
    MAMUTO_INPUT_FAILED,
} MamutoInputState;

#define MAMUTO_TYPE_INPUT (mamuto_input_get_type())
/* Signals: "changed" (): its state, or what is loaded; "progress" (): how far it is loaded. */
G_DECLARE_FINAL_TYPE(MamutoInput, mamuto_input, MAMUTO, INPUT, GObject)

MamutoInput *mamuto_input_new(void);
/* (nullable): what mamuto_argument_parse() takes. */
const char *mamuto_input_get_text(MamutoInput *self);
void mamuto_input_set_text(MamutoInput *self, const char *text);
MamutoInputState mamuto_input_get_state(MamutoInput *self);
/* How much of a table has been read while it is LOADING, in percent; -1: nobody knows. */
int mamuto_input_get_percent(MamutoInput *self);
/* Loads again if the file is another one now; its state tells then. */
void mamuto_input_refresh(MamutoInput *self);
/* (nullable): of READY. */
MamutoArgument *mamuto_input_get_argument(MamutoInput *self);
/* Rows, or -1: it has none, or is not READY. */
gint64 mamuto_input_get_n_rows(MamutoInput *self);
/* (nullable): of FAILED. */
const char *mamuto_input_get_message(MamutoInput *self);
/* "100,000 × 3 · float64"; (transfer full) (nullable): of READY. */
char *mamuto_input_describe(MamutoInput *self);

/* The parts of a text: its file, and the column or array in it; (transfer full) (nullable). */
gboolean mamuto_input_split(const char *text, char **file, char **part);
