/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An entry for one setting of a host or of the cluster. Valid text is applied while it is typed;
 * invalid text is marked. If the entry is empty, its title shows the value that is used instead. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

typedef struct {
    AdwEntryRow *row;
    GtkLabel *problem;    /* Shows the error message. */
    const char *property; /* "user", "port", "python", "workdir" or "nice" */
    const char *title;
    GObject *target; /* MamutoHost or MamutoCluster, or NULL */
    gboolean updating;
} HostField;

/* @title: translated; must outlive the field. */
void host_field_init(HostField *self, AdwEntryRow *row, GtkLabel *problem, const char *property,
                     const char *title);
/* Shows the setting of @target. @instead: (nullable): the value used if @target has none of its
 * own. */
void host_field_show(HostField *self, GObject *target, const char *instead);
/* Returns FALSE with @error if @text is invalid for @property. "" is valid and means "not set". */
gboolean host_field_check(const char *property, const char *text, GError **error);
/* @text must be valid: see host_field_check(). */
void host_field_set(GObject *target, const char *property, const char *text);
/* Shows a number of cores. If the user is typing and the value is unchanged, the text is not
 * overwritten. */
void host_field_show_cores(GtkSpinButton *spin, guint cores);
