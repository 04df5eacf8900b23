/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One argument of the job and its state: empty, loading, ready or failed. Setting the text starts
 * loading in a thread. */
#pragma once

#include <mamuto.h>

typedef enum {
    MAMUTO_INPUT_EMPTY,
    MAMUTO_INPUT_LOADING,
    MAMUTO_INPUT_READY,
    MAMUTO_INPUT_FAILED,
} MamutoInputState;

#define MAMUTO_TYPE_INPUT (mamuto_input_get_type())
/* Signals: "changed" (): the state or the argument has changed; "progress" (): the percentage has
 * changed. */
G_DECLARE_FINAL_TYPE(MamutoInput, mamuto_input, MAMUTO, INPUT, GObject)

MamutoInput *mamuto_input_new(void);
/* (nullable): text in the syntax of mamuto_argument_parse(). */
const char *mamuto_input_get_text(MamutoInput *self);
void mamuto_input_set_text(MamutoInput *self, const char *text);
MamutoInputState mamuto_input_get_state(MamutoInput *self);
/* While LOADING: the part of a table that has been read, in percent; -1: unknown. */
int mamuto_input_get_percent(MamutoInput *self);
/* Loads again if the file has changed. */
void mamuto_input_refresh(MamutoInput *self);
/* (nullable): the argument, if READY. */
MamutoArgument *mamuto_input_get_argument(MamutoInput *self);
/* Number of rows; -1: a single value, or not READY. */
gint64 mamuto_input_get_n_rows(MamutoInput *self);
/* (nullable): the error message, if FAILED. */
const char *mamuto_input_get_message(MamutoInput *self);
/* (transfer full) (nullable): "100,000 × 3 · float64", if READY. */
char *mamuto_input_describe(MamutoInput *self);

/* Splits a text into the file, and the column or array in it, each (transfer full) (nullable).
 * Returns FALSE if the text does not name a file. */
gboolean mamuto_input_split(const char *text, char **file, char **part);
