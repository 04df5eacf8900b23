/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Asking a Python of this computer about source files; inspect.py tells how. */
#pragma once

#include <gio/gio.h>

/* Larger source files are not read. */
#define ASK_PYTHON_MAX_SOURCE (8 * 1024 * 1024)

/* Runs inspect.py with @args, and with @path (nullable) as its input. The file is opened here and
 * only read there. Returns the fields of its answer (transfer full, strings). Blocks; any thread.
 */
GPtrArray *ask_python(const char *python, const char *path, const char *const *args,
                      GCancellable *cancellable, GError **error);
