/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where the time of all cores went in one run, or in two beside each other, with their hosts. */
#pragma once

#include <gtk/gtk.h>

/* @runs: (element-type MamutoKeptRun): one or two. */
GtkWidget *run_shares_new(GPtrArray *runs);
