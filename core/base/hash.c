/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See hash.h. A failure of libcrypto aborts the program, as a failed allocation does in GLib.
 * Without SHA-256, the program's ssh connections could not work either. */
#include "hash.h"

#include <openssl/evp.h>

struct _Hash {
    EVP_MD_CTX *context;
};

static void
check(int done)
{
    if (done != 1)
        g_error("libcrypto has no SHA-256");
}

Hash *
hash_new(void)
{
    Hash *self = g_new0(Hash, 1);

    self->context = EVP_MD_CTX_new();
    check(self->context != NULL);
    check(EVP_DigestInit_ex(self->context, EVP_sha256(), NULL));
    return self;
}

void
hash_update(Hash *self, gconstpointer data, gsize size)
{
    check(EVP_DigestUpdate(self->context, data, size));
}

static char *
to_hex(const guint8 digest[HASH_SIZE])
{
    GString *hex = g_string_sized_new(2 * HASH_SIZE);

    for (guint i = 0; i < HASH_SIZE; i++)
        g_string_append_printf(hex, "%02x", digest[i]);
    return g_string_free(hex, FALSE);
}

char *
hash_finish(Hash *self)
{
    guint8 digest[HASH_SIZE];

    check(EVP_DigestFinal_ex(self->context, digest, NULL));
    return to_hex(digest);
}

void
hash_free(Hash *self)
{
    EVP_MD_CTX_free(self->context);
    g_free(self);
}

void
hash_data(gconstpointer data, gsize size, guint8 digest[HASH_SIZE])
{
    check(EVP_Digest(data, size, digest, NULL, EVP_sha256(), NULL));
}

char *
hash_bytes(GBytes *bytes)
{
    gsize size;
    gconstpointer data = g_bytes_get_data(bytes, &size);
    guint8 digest[HASH_SIZE];

    hash_data(data, size, digest);
    return to_hex(digest);
}
