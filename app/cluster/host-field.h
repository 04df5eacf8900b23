/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An entry for one setting of a host or of all: what is typed counts at once if it will do, and is
 * marked where it will not. Left empty it says, dim, what holds instead. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

typedef struct {
    AdwEntryRow *row;
    GtkLabel *problem;    /* where it is said what is wrong */
    const char *property; /* "user", "port", "python", "workdir" or "nice" */
    const char *title;
    GObject *target; /* MamutoHost or MamutoCluster, or NULL */
    gboolean updating;
} HostField;

/* @title: translated, and lasting. */
void host_field_init(HostField *self, AdwEntryRow *row, GtkLabel *problem, const char *property,
                     const char *title);
/* Shows what @target has of its own; @instead (nullable): what holds if it has nothing. */
void host_field_show(HostField *self, GObject *target, const char *instead);
/* Whether @text will do for @property; else @error says why not. Empty does, for "not set". */
gboolean host_field_check(const char *property, const char *text, GError **error);
/* To be checked before. */
void host_field_set(GObject *target, const char *property, const char *text);
/* Shows a number of cores; what is being typed is not taken away by the value that was there. */
void host_field_show_cores(GtkSpinButton *spin, guint cores);
