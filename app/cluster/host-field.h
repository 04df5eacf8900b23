/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An entry row in which the user edits one setting of a host or of the cluster. Each valid text is
 * stored in the setting while the user types. If the text is invalid, the row shows an error. If
 * the text is empty, the setting is not set, and the title of the row shows the default value. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

typedef struct {
    AdwEntryRow *row;
    GtkLabel *problem;    /* Shows the error if the text is invalid. */
    const char *property; /* "user", "port", "python", "workdir" or "nice" */
    const char *title;
    GObject *target; /* the MamutoHost or MamutoCluster that has the setting, or NULL */
    gboolean updating;
} HostField;

/* @property: the name of the setting. @title: the translated title of @row. The field does not copy
 * the strings. */
void host_field_init(HostField *self, AdwEntryRow *row, GtkLabel *problem, const char *property,
                     const char *title);
/* Makes the field edit the setting of @target. @instead: (nullable): the default value, which the
 * title shows if the setting is not set. */
void host_field_show(HostField *self, GObject *target, const char *instead);
/* Returns TRUE if @text is a valid value of the setting @property. Otherwise sets @error. An empty
 * @text is valid. */
gboolean host_field_check(const char *property, const char *text, GError **error);
/* Stores @text in the setting @property of @target. An empty @text removes the setting. The caller
 * must first check @text with host_field_check(). */
void host_field_set(GObject *target, const char *property, const char *text);
/* Shows @cores in @spin. If @spin has the focus and this value, its text is not changed, because
 * the user may be typing. */
void host_field_show_cores(GtkSpinButton *spin, guint cores);
