/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Runs tasks in threads. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void mamuto_task_run_in_thread(GTask *task, GTaskThreadFunc func);

G_END_DECLS
