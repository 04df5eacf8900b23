/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The rows in which the user edits a range: evenly spaced numbers, numbers on a logarithmic scale,
 * integers or a list. Each valid range becomes the text of the argument while the user types. If a
 * field is not valid, its title says why, and the argument has the text from before it was edited.
 * A preview shows the first values and the last value. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

typedef struct _RangeEditor RangeEditor;

/* @text: (nullable): the text of the argument from now on. @problem: (nullable): why the fields are
 * not valid. */
typedef void (*RangeEditorFunc)(const char *text, const char *problem, gpointer data);

struct _RangeEditor {
    AdwComboRow *kind_row;
    AdwEntryRow *from_row;
    AdwEntryRow *to_row;
    AdwEntryRow *count_row;
    AdwEntryRow *list_row;
    GtkWidget *preview_row;
    GtkLabel *preview_label;
    RangeEditorFunc changed;
    gpointer data;
    char *shown; /* (nullable): the text of the argument, which the fields contain if it is valid */
    char *kept;  /* (nullable): the text before the field with the focus was edited */
    gboolean has_preview;
    gboolean updating;
};

/* Connects the rows, which the caller has set in @self. */
void range_editor_init(RangeEditor *self, RangeEditorFunc changed, gpointer data);
/* Shows the range @text, unless the fields already contain it. @text: (nullable): NULL for empty
 * fields. */
void range_editor_show(RangeEditor *self, const char *text);
void range_editor_set_visible(RangeEditor *self, gboolean visible);
/* Empties the fields. */
void range_editor_reset(RangeEditor *self);
/* Moves the focus to the first field that is not valid, or else to the first field. */
void range_editor_focus(RangeEditor *self);
void range_editor_clear(RangeEditor *self);
