/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Analyses source files with a Python on this computer; inspect.py describes the arguments and the
 * output. */
#pragma once

#include <gio/gio.h>

/* Bytes. Larger source files are refused, to limit memory and time. */
#define ASK_PYTHON_MAX_SOURCE (8 * 1024 * 1024)

/* Runs inspect.py with @args and with the file @path (nullable) as its standard input. Returns
 * (transfer full) (element-type utf8) the fields of its output. NULL with MAMUTO_ERROR_FUNCTION if
 * @path cannot be read, MAMUTO_ERROR_PYTHON, or G_IO_ERROR_CANCELLED. Blocks; any thread. */
GPtrArray *ask_python(const char *python, const char *path, const char *const *args,
                      GCancellable *cancellable, GError **error);
