/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-page.h. */
#include "mamuto-page.h"

G_DEFINE_INTERFACE(MamutoPage, mamuto_page, GTK_TYPE_WIDGET)

static void
mamuto_page_default_init(MamutoPageInterface *iface)
{
}

/**
 * mamuto_page_has_field:
 *
 * Returns: whether the page contains the widget for @field
 */
gboolean
mamuto_page_has_field(MamutoPage *self, MamutoField field)
{
    return MAMUTO_PAGE_GET_IFACE(self)->has_field(self, field);
}

/**
 * mamuto_page_show_problem:
 * @problem: a problem with a field of this page
 *
 * Moves the focus to the field with the problem. Before this call, the caller must make the page
 * visible. This function does not show the message of the problem.
 */
void
mamuto_page_show_problem(MamutoPage *self, const MamutoProblem *problem)
{
    MAMUTO_PAGE_GET_IFACE(self)->show_problem(self, problem);
}
