/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The shares of all cores' time in one run, or in two runs side by side, with their hosts. */
#pragma once

#include <gtk/gtk.h>

/* @runs: (element-type MamutoKeptRun): one or two runs. */
GtkWidget *run_shares_new(GPtrArray *runs);
