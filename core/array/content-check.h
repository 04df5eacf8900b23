/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Verifies the content of a large file in a thread of its own, while the program already uses the
 * file. Whoever uses the content waits for the outcome before the results are final. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ContentCheck ContentCheck;

/* Reads the content. Returns FALSE with @error set if the content is damaged, or with
 * G_IO_ERROR_CANCELLED soon after @cancellable was cancelled. */
typedef gboolean (*ContentCheckFunc)(gpointer data, GCancellable *cancellable, GError **error);

/* Starts a thread that calls @func once. If no thread can be started, the first call of
 * content_check_wait() calls @func. @destroy is called with @data after @func has returned, or when
 * the check is freed. Returns (transfer full): the check. */
ContentCheck *content_check_start(ContentCheckFunc func, gpointer data, GDestroyNotify destroy);

/* Waits for the end of the check. Returns FALSE with the error of the ContentCheckFunc, or with
 * G_IO_ERROR_CANCELLED soon after @cancellable (nullable) was cancelled. Can be called from any
 * thread. */
gboolean content_check_wait(ContentCheck *self, GCancellable *cancellable, GError **error);

/* Returns FALSE with the error of the ContentCheckFunc if the check has already failed. Does not
 * wait. Can be called from any thread. */
gboolean content_check_peek(ContentCheck *self, GError **error);

/* Frees the check. A thread that is still reading is told to stop, and is not waited for. */
void content_check_free(ContentCheck *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ContentCheck, content_check_free)

G_END_DECLS
