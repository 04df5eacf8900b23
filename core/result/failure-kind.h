/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Groups the causes of failed rows; see mamuto_failure_kind(). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns (transfer full): the common text of two causes of the same kind. Numbers that differ are
 * replaced by "…". */
char *failure_kind_merge(const char *a, const char *b);

G_END_DECLS
