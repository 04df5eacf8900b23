/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See range-editor.h. range-text.c converts the fields to the text of an argument. */
#include "range-editor.h"

#include <glib/gi18n.h>

#include "range-preview.h"
#include "range-text.h"

static AdwEntryRow *
row_of(RangeEditor *self, RangeField field)
{
    AdwEntryRow *rows[N_RANGE_FIELDS] = {
        [RANGE_FROM] = self->from_row,
        [RANGE_TO] = self->to_row,
        [RANGE_COUNT] = self->count_row,
        [RANGE_LIST] = self->list_row,
    };

    return rows[field];
}

static const char *
title_of(RangeField field)
{
    switch (field) {
    case RANGE_FROM:
        /* Translators: the first number of a range */
        return C_("range", "From");
    case RANGE_TO:
        /* Translators: the last number of a range */
        return C_("range", "To");
    case RANGE_COUNT:
        return _("Number of Values");
    default:
        return _("Values (e.g. 1, 2, 5 or \"a\", \"b\")");
    }
}

static MamutoSource
kind_of(RangeEditor *self)
{
    return MAMUTO_SOURCE_LINEAR + adw_combo_row_get_selected(self->kind_row);
}

static void
show_remark(RangeEditor *self, RangeField field, const char *remark)
{
    AdwEntryRow *row = row_of(self, field);
    /* Translators: the name of a setting, and a remark: "Time Limit per Row (s) · none" */
    g_autofree char *title =
        remark ? g_strdup_printf(_("%s · %s"), title_of(field), remark) : g_strdup(title_of(field));

    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
    if (remark)
        gtk_widget_add_css_class(GTK_WIDGET(row), "error");
    else
        gtk_widget_remove_css_class(GTK_WIDGET(row), "error");
}

static void
show_remarks(RangeEditor *self, const RangeText *range)
{
    for (RangeField field = 0; field < N_RANGE_FIELDS; field++)
        show_remark(self, field, range->remarks[field]);
}

static void
show_fields(RangeEditor *self, MamutoSource kind)
{
    for (RangeField field = 0; field < N_RANGE_FIELDS; field++)
        gtk_widget_set_visible(GTK_WIDGET(row_of(self, field)), range_text_has_field(kind, field));
}

/* @array: (nullable): NULL hides the preview. */
static void
show_preview(RangeEditor *self, MamutoArray *array)
{
    g_autofree char *preview = array ? range_preview_describe(array) : NULL;

    self->has_preview = preview != NULL;
    gtk_label_set_label(self->preview_label, preview ? preview : "");
    gtk_widget_set_visible(self->preview_row, self->has_preview);
}

/* Reads the fields. Sets their remarks and the preview. */
static void
read_fields(RangeEditor *self, RangeText *range)
{
    const char *fields[N_RANGE_FIELDS];

    for (RangeField field = 0; field < N_RANGE_FIELDS; field++)
        fields[field] = gtk_editable_get_text(GTK_EDITABLE(row_of(self, field)));
    range_text_make(range, kind_of(self), fields);
    show_remarks(self, range);
    show_preview(self, range->array);
}

static void
on_changed(RangeEditor *self)
{
    g_auto(RangeText) range = {0};
    g_autofree char *text = NULL;

    if (self->updating)
        return;
    show_fields(self, kind_of(self));
    read_fields(self, &range);
    /* What was valid for a moment, such as 10 while 10x is typed, must not stay in the job. Note
     * the text first, because the job emits "changed", which calls range_editor_show(). */
    text = g_strdup(range.text ? range.text : self->kept);
    g_free(self->shown);
    self->shown = g_strdup(text);
    self->changed(text, range.problem, self->data);
}

/* Called when the focus leaves a field, and when another kind was chosen. */
static void
keep(RangeEditor *self)
{
    if (!self->has_preview)
        return;
    g_free(self->kept);
    self->kept = g_strdup(self->shown);
}

static void
on_kind_selected(RangeEditor *self)
{
    on_changed(self);
    if (!self->updating)
        keep(self);
}

static void
set_field(RangeEditor *self, RangeField field, const char *text)
{
    GtkEditable *editable = GTK_EDITABLE(row_of(self, field));

    if (g_strcmp0(gtk_editable_get_text(editable), text) != 0)
        gtk_editable_set_text(editable, text);
}

static void
fill(RangeEditor *self, const char *text)
{
    g_auto(GStrv) parts = NULL;
    g_auto(RangeText) range = {0};
    MamutoSource kind = mamuto_argument_split(text, &parts);

    if (kind < MAMUTO_SOURCE_LINEAR)
        return;
    adw_combo_row_set_selected(self->kind_row, kind - MAMUTO_SOURCE_LINEAR);
    for (RangeField field = 0, part = 0; field < N_RANGE_FIELDS; field++)
        if (range_text_has_field(kind, field))
            set_field(self, field, parts[part++]);
    show_fields(self, kind);
    read_fields(self, &range);
    /* the text stays as it is, but its problem is told in the words of the window */
    self->changed(text, range.problem, self->data);
}

static void
empty(RangeEditor *self)
{
    const RangeText range = {0};

    for (RangeField field = 0; field < N_RANGE_FIELDS; field++)
        set_field(self, field, "");
    show_remarks(self, &range);
    show_fields(self, kind_of(self));
    show_preview(self, NULL);
}

void
range_editor_show(RangeEditor *self, const char *text)
{
    if (g_strcmp0(text, self->shown) == 0)
        return;
    g_free(self->shown);
    self->shown = g_strdup(text);
    g_free(self->kept);
    self->kept = g_strdup(text);
    self->updating = TRUE;
    if (text)
        fill(self, text);
    else
        empty(self);
    self->updating = FALSE;
}

void
range_editor_set_visible(RangeEditor *self, gboolean visible)
{
    gtk_widget_set_visible(GTK_WIDGET(self->kind_row), visible);
    gtk_widget_set_visible(self->preview_row, visible && self->has_preview);
    if (visible) {
        show_fields(self, kind_of(self));
        return;
    }
    for (RangeField field = 0; field < N_RANGE_FIELDS; field++)
        gtk_widget_set_visible(GTK_WIDGET(row_of(self, field)), FALSE);
}

void
range_editor_reset(RangeEditor *self)
{
    range_editor_clear(self);
    self->updating = TRUE;
    adw_combo_row_set_selected(self->kind_row, 0);
    empty(self);
    self->updating = FALSE;
}

void
range_editor_focus(RangeEditor *self)
{
    AdwEntryRow *first = NULL;

    for (RangeField field = 0; field < N_RANGE_FIELDS; field++) {
        AdwEntryRow *row = row_of(self, field);

        if (!range_text_has_field(kind_of(self), field))
            continue;
        if (gtk_widget_has_css_class(GTK_WIDGET(row), "error") ||
            *gtk_editable_get_text(GTK_EDITABLE(row)) == '\0') {
            gtk_widget_grab_focus(GTK_WIDGET(row));
            return;
        }
        first = first ? first : row;
    }
    gtk_widget_grab_focus(GTK_WIDGET(first));
}

void
range_editor_init(RangeEditor *self, RangeEditorFunc changed, gpointer data)
{
    self->changed = changed;
    self->data = data;
    for (RangeField field = 0; field < N_RANGE_FIELDS; field++) {
        GtkEventController *focus = gtk_event_controller_focus_new();

        g_signal_connect_swapped(focus, "leave", G_CALLBACK(keep), self);
        gtk_widget_add_controller(GTK_WIDGET(row_of(self, field)), focus);
        adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(row_of(self, field)), FALSE);
        g_signal_connect_swapped(row_of(self, field), "changed", G_CALLBACK(on_changed), self);
    }
    g_signal_connect_swapped(self->kind_row, "notify::selected", G_CALLBACK(on_kind_selected),
                             self);
    range_editor_reset(self);
    range_editor_set_visible(self, FALSE);
}

void
range_editor_clear(RangeEditor *self)
{
    g_clear_pointer(&self->shown, g_free);
    g_clear_pointer(&self->kept, g_free);
}
