/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See timeout-field.h. */
#include "timeout-field.h"

#include <glib/gi18n.h>

#include "../app-text.h"

/* Reads the text of the row. An empty text means 0. Returns FALSE if the text is invalid. */
static gboolean
read_seconds(TimeoutField *self, double *seconds)
{
    g_autofree char *text = g_strdup(gtk_editable_get_text(GTK_EDITABLE(self->row)));

    g_strdelimit(g_strstrip(text), ",", '.'); /* the decimal comma of many languages */
    *seconds = 0;
    return *text == '\0' || mamuto_job_parse_timeout(text, seconds);
}

static void
show_title(TimeoutField *self, gboolean valid)
{
    gboolean empty = *gtk_editable_get_text(GTK_EDITABLE(self->row)) == '\0';
    const char *remark = !valid ? _("not a number of seconds") : empty ? self->instead : NULL;
    /* Translators: the name of a setting, and a remark: "Time Limit per Row (s) · none" */
    g_autofree char *title =
        remark ? g_strdup_printf(_("%s · %s"), self->title, remark) : g_strdup(self->title);

    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(self->row), title);
    if (valid)
        gtk_widget_remove_css_class(GTK_WIDGET(self->row), "error");
    else
        gtk_widget_add_css_class(GTK_WIDGET(self->row), "error");
}

static void
on_changed(TimeoutField *self)
{
    double seconds;
    gboolean valid = read_seconds(self, &seconds);

    show_title(self, valid);
    if (!valid || self->updating || !self->job)
        return;
    /* note the value first, because the job emits "changed", which calls timeout_field_show() */
    self->shown = seconds;
    self->set(self->job, seconds);
}

void
timeout_field_init(TimeoutField *self, AdwEntryRow *row, const char *title, const char *instead,
                   double (*get)(MamutoJob *job), void (*set)(MamutoJob *job, double seconds))
{
    *self = (TimeoutField){.row = row, .title = title, .instead = instead, .get = get, .set = set};
    adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(row), FALSE);
    g_signal_connect_swapped(row, "changed", G_CALLBACK(on_changed), self);
    show_title(self, TRUE);
}

void
timeout_field_show(TimeoutField *self, MamutoJob *job)
{
    double seconds = self->get(job);
    g_autofree char *number = seconds > 0 ? mamuto_job_format_timeout(seconds) : g_strdup("");
    g_autofree char *text = app_text_number(number);

    /* keep the text that the user has typed, such as "2,50", as long as the job is the same */
    if (self->job == job && seconds >= self->shown && seconds <= self->shown)
        return;
    g_set_object(&self->job, job);
    self->shown = seconds;
    self->updating = TRUE;
    gtk_editable_set_text(GTK_EDITABLE(self->row), text);
    self->updating = FALSE;
}

void
timeout_field_clear(TimeoutField *self)
{
    g_clear_object(&self->job);
}
