/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Loads one argument of a job. The state is empty, loading, ready or failed. Setting the text of
 * the argument starts a thread that loads the argument. A file that was rewritten or is back is
 * loaded again. */
#pragma once

#include <mamuto.h>

typedef enum {
    MAMUTO_INPUT_EMPTY,
    MAMUTO_INPUT_LOADING,
    MAMUTO_INPUT_READY,
    MAMUTO_INPUT_FAILED,
} MamutoInputState;

#define MAMUTO_TYPE_INPUT (mamuto_input_get_type())
/* Signals: "changed" (): the state or the argument has changed; "progress" (): the loading
 * percentage has changed. */
G_DECLARE_FINAL_TYPE(MamutoInput, mamuto_input, MAMUTO, INPUT, GObject)

MamutoInput *mamuto_input_new(void);
/* (nullable): the text of the argument, in the syntax of mamuto_argument_parse(). */
const char *mamuto_input_get_text(MamutoInput *self);
void mamuto_input_set_text(MamutoInput *self, const char *text);
/* (nullable): why what the user enters is not valid and has not become the text. The job must not
 * run with the text before it in silence. Setting it emits no signal. Another text clears it. */
const char *mamuto_input_get_unfinished(MamutoInput *self);
void mamuto_input_set_unfinished(MamutoInput *self, const char *problem);
MamutoInputState mamuto_input_get_state(MamutoInput *self);
/* Returns how many percent of a table file have been read; -1 if the state is not LOADING. */
int mamuto_input_get_percent(MamutoInput *self);
/* Looks at the file of the argument in a thread, and loads the argument again if the file has
 * changed. The input does the same by itself when it is told that the file has changed, which does
 * not happen on all file systems. */
void mamuto_input_refresh(MamutoInput *self);
/* Whether a thread is looking at the file. Afterwards, the state becomes LOADING, or "changed" is
 * emitted. */
gboolean mamuto_input_get_checking(MamutoInput *self);
/* Whether the file of the argument exists. Ranges and values have no file. While the state is
 * LOADING, this is what was found before, so that widgets for the file neither disappear nor lose
 * the focus. */
gboolean mamuto_input_has_file(MamutoInput *self);
/* (nullable): the argument; NULL if the state is not READY. */
MamutoArgument *mamuto_input_get_argument(MamutoInput *self);
/* The number of rows; -1 if the argument is a single value or the state is not READY. */
gint64 mamuto_input_get_n_rows(MamutoInput *self);
/* (nullable): the error message; NULL if the state is not FAILED. */
const char *mamuto_input_get_message(MamutoInput *self);
/* (nullable) (array zero-terminated=1): the keys of the first lines, if the argument is a file of
 * JSON lines. */
const char *const *mamuto_input_get_keys(MamutoInput *self);
/* (transfer full) (nullable): a description such as "100,000 × 3 · float64"; NULL if the state is
 * not READY. */
char *mamuto_input_describe(MamutoInput *self);

/* Splits a text such as "table.csv:x" into the file "table.csv" and the part "x", which names a
 * column of a table or an array in an NPZ file. Both results are (transfer full) (nullable).
 * Returns FALSE if @text does not name a file. */
gboolean mamuto_input_split(const char *text, char **file, char **part);
