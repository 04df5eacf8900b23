/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Analyses source files by running the script inspect.py with a Python on this computer. The
 * first comment in inspect.py describes its arguments and output. */
#pragma once

#include <gio/gio.h>

/* Maximum size of a source file in bytes. Larger files are rejected, to limit memory and time. */
#define ASK_PYTHON_MAX_SOURCE (8 * 1024 * 1024)

/* Runs inspect.py with @args. Its standard input is the file @path (nullable). Returns the fields
 * of its output (transfer full) (element-type utf8). Returns NULL with MAMUTO_ERROR_FUNCTION if
 * @path cannot be read, with MAMUTO_ERROR_PYTHON if Python fails, or with G_IO_ERROR_CANCELLED.
 * Blocks; any thread. */
GPtrArray *ask_python(const char *python, const char *path, const char *const *args,
                      GCancellable *cancellable, GError **error);
