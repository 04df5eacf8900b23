/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A text entry for one setting of a host or of the cluster. Valid text is applied while the user
 * types; invalid text is marked as an error. If the entry is empty, its title shows the value that
 * is used instead. */
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

/* @title: translated; must live longer than the field. */
void host_field_init(HostField *self, AdwEntryRow *row, GtkLabel *problem, const char *property,
                     const char *title);
/* Shows the setting of @target. @instead: (nullable): the value that is used if the setting is
 * empty. */
void host_field_show(HostField *self, GObject *target, const char *instead);
/* Returns FALSE and sets @error if @text is invalid for @property. An empty @text is valid and
 * removes the setting. */
gboolean host_field_check(const char *property, const char *text, GError **error);
/* @text must be valid according to host_field_check(). */
void host_field_set(GObject *target, const char *property, const char *text);
/* Shows a number of cores. Does not overwrite the text while the user is typing if the value is
 * unchanged. */
void host_field_show_cores(GtkSpinButton *spin, guint cores);
