/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Computes SHA-256 with libcrypto. libcrypto uses the processor's SHA instructions and is about
 * five times as fast as GLib's GChecksum. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HASH_SIZE 32

/* A hash that is computed from data in several pieces. */
typedef struct _Hash Hash;

Hash *hash_new(void);
void hash_update(Hash *self, gconstpointer data, gsize size);
/* Returns (transfer full): the digest in lower-case hexadecimal digits. After this call, only
 * hash_free() may be called. */
char *hash_finish(Hash *self);
void hash_free(Hash *self);

void hash_data(gconstpointer data, gsize size, guint8 digest[HASH_SIZE]);
/* Returns (transfer full): the digest in lower-case hexadecimal digits. */
char *hash_bytes(GBytes *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Hash, hash_free)

G_END_DECLS
