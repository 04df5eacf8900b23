/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Shows how the cores spent their time in one run, or in two runs side by side. Includes a bar for
 * each host. */
#pragma once

#include <gtk/gtk.h>

/* @runs: (element-type MamutoKeptRun): one or two runs. */
GtkWidget *run_shares_new(GPtrArray *runs);
