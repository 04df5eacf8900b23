/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See host-field.h. */
#include "host-field.h"

#include <glib/gi18n.h>
#include <string.h>

static gboolean
read_number(const char *text, gint64 min, gint64 max, gint64 *value, GError **error)
{
    g_autoptr(GError) wrong = NULL;

    if (g_ascii_string_to_signed(text, 10, min, max, value, &wrong))
        return TRUE;
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                /* Translators: the typed text, then the smallest and the largest allowed number */
                _("“%s” is not a whole number from %d to %d"), text, (int)min, (int)max);
    return FALSE;
}

gboolean
host_field_check(const char *property, const char *text, GError **error)
{
    gint64 number;

    if (!*text)
        return TRUE;
    if (strcmp(property, "port") == 0)
        return read_number(text, 1, 65535, &number, error);
    if (strcmp(property, "nice") == 0)
        return read_number(text, -20, 19, &number, error);
    return mamuto_host_check(property, text, error);
}

void
host_field_set(GObject *target, const char *property, const char *text)
{
    if (strcmp(property, "port") == 0)
        g_object_set(target, "port", (guint)g_ascii_strtoull(text, NULL, 10), NULL);
    else if (strcmp(property, "nice") == 0)
        g_object_set(target, "nice",
                     *text                       ? (int)g_ascii_strtoll(text, NULL, 10)
                     : MAMUTO_IS_CLUSTER(target) ? 0
                                                 : MAMUTO_NICE_UNSET,
                     NULL);
    else
        g_object_set(target, property, *text ? text : NULL, NULL);
}

/* (transfer full): the setting as text. The text is "" if the setting is not set, or if the name of
 * the host already contains the value, as in "user@host:22". */
static char *
own_text(HostField *self)
{
    g_autoptr(MamutoHost) plain =
        MAMUTO_IS_HOST(self->target)
            ? mamuto_host_new(mamuto_host_get_name(MAMUTO_HOST(self->target)), 0, NULL)
            : NULL;
    g_autofree char *text = NULL;

    if (strcmp(self->property, "port") == 0) {
        guint port = mamuto_host_get_port(MAMUTO_HOST(self->target));

        return port == 0 || (plain && port == mamuto_host_get_port(plain))
                   ? g_strdup("")
                   : g_strdup_printf("%u", port);
    }
    if (strcmp(self->property, "nice") == 0) {
        int nice;

        g_object_get(self->target, "nice", &nice, NULL);
        return nice == (plain ? MAMUTO_NICE_UNSET : 0) ? g_strdup("") : g_strdup_printf("%d", nice);
    }
    g_object_get(self->target, self->property, &text, NULL);
    if (!text || (plain && strcmp(self->property, "user") == 0 &&
                  g_strcmp0(text, mamuto_host_get_user(plain)) == 0))
        return g_strdup("");
    return g_steal_pointer(&text);
}

static void
say_problem(HostField *self, const char *message)
{
    const char *mark = g_object_get_data(G_OBJECT(self->problem), "property");

    /* keep a message of another field, because several fields share this label */
    if (!message && g_strcmp0(mark, self->property) != 0)
        return;
    gtk_label_set_text(self->problem, message ? message : "");
    gtk_widget_set_visible(GTK_WIDGET(self->problem), message != NULL);
    g_object_set_data(G_OBJECT(self->problem), "property",
                      message ? (gpointer)self->property : NULL);
}

static void
mark(HostField *self, const char *message)
{
    if (message)
        gtk_widget_add_css_class(GTK_WIDGET(self->row), "error");
    else
        gtk_widget_remove_css_class(GTK_WIDGET(self->row), "error");
    say_problem(self, message);
}

static void
on_changed(HostField *self)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    if (self->updating || !self->target)
        return;
    text = g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(self->row))));
    if (host_field_check(self->property, text, &error)) {
        self->updating = TRUE;
        host_field_set(self->target, self->property, text);
        self->updating = FALSE;
    }
    mark(self, error ? error->message : NULL);
}

void
host_field_init(HostField *self, AdwEntryRow *row, GtkLabel *problem, const char *property,
                const char *title)
{
    *self = (HostField){.row = row, .problem = problem, .property = property, .title = title};
    g_signal_connect_swapped(row, "changed", G_CALLBACK(on_changed), self);
}

void
host_field_show(HostField *self, GObject *target, const char *instead)
{
    g_autofree char *text = NULL;
    g_autofree char *title = NULL;

    self->target = target;
    if (!target)
        return;
    text = own_text(self);
    title = *text || !instead ? g_strdup(self->title)
                              /* Translators: the name of a setting that is not set, and the value
                               * that is used: "Python · detected" */
                              : g_strdup_printf(_("%s · %s"), self->title, instead);
    adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(self->row), FALSE);
    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(self->row), title);
    if (self->updating || strcmp(gtk_editable_get_text(GTK_EDITABLE(self->row)), text) == 0)
        return;
    self->updating = TRUE;
    gtk_editable_set_text(GTK_EDITABLE(self->row), text);
    self->updating = FALSE;
    mark(self, NULL);
}

void
host_field_show_cores(GtkSpinButton *spin, guint cores)
{
    GtkEditable *text = gtk_editable_get_delegate(GTK_EDITABLE(spin));

    if (gtk_widget_has_focus(GTK_WIDGET(text)) &&
        gtk_spin_button_get_value_as_int(spin) == (int)cores)
        return;
    gtk_spin_button_set_value(spin, cores);
}
