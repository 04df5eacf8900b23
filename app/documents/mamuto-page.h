/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Interface for the pages that contain input fields. An invalid value in such a field prevents a
 * run from starting. */
#pragma once

#include <gtk/gtk.h>

#include "problem.h"

#define MAMUTO_TYPE_PAGE (mamuto_page_get_type())
G_DECLARE_INTERFACE(MamutoPage, mamuto_page, MAMUTO, PAGE, GtkWidget)

struct _MamutoPageInterface {
    GTypeInterface parent_interface;

    gboolean (*has_field)(MamutoPage *self, MamutoField field);
    void (*show_problem)(MamutoPage *self, const MamutoProblem *problem);
};

gboolean mamuto_page_has_field(MamutoPage *self, MamutoField field);
void mamuto_page_show_problem(MamutoPage *self, const MamutoProblem *problem);
