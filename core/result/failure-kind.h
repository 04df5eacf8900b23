/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What causes of failed rows have in common that tell of different values; see also
 * mamuto_failure_kind(). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @a and @b are of one kind: their text, with "…" for the numbers that differ; (transfer full). */
char *failure_kind_merge(const char *a, const char *b);

G_END_DECLS
