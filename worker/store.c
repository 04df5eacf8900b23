/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Stores blobs by hash. A blob is an array that this host keeps for later runs, the modules of a
 * function (bundle), or the files that are sent with a function (archive). An array or bundle that
 * was received over the network is a file in memory (memfd). All slots map the same file. The files
 * of an archive are in a directory. */
#include "agent.h"

#include <stdlib.h>
#include <string.h>

struct blob *
store_find(struct agent *a, struct wire_str hash)
{
    for (struct blob *b = a->blobs; b != NULL; b = b->next)
        if (hash.len == WIRE_HASH_LEN && memcmp(b->hash, hash.data, WIRE_HASH_LEN) == 0)
            return b;
    return NULL;
}

struct blob *
store_find_complete(struct agent *a, struct wire_str hash)
{
    struct blob *b = store_find(a, hash);
    return b != NULL && b->fd >= 0 && b->received == b->total ? b : NULL;
}

struct sent_files *
store_find_files(struct agent *a, struct wire_str hash)
{
    struct blob *b = store_find(a, hash);
    return b != NULL && b->received == b->total ? b->files : NULL;
}

struct blob *
store_add(struct agent *a, struct wire_str hash, uint64_t total)
{
    struct blob *b = xcalloc(1, sizeof *b);
    memcpy(b->hash, hash.data, WIRE_HASH_LEN);
    b->total = total;
    b->fd = -1;
    b->next = a->blobs;
    a->blobs = b;
    return b;
}

/* Removes a blob. The runs that use the blob can still read it, because they have duplicated its
 * descriptor. */
void
store_remove(struct agent *a, struct wire_str hash)
{
    for (struct blob **at = &a->blobs; *at != NULL; at = &(*at)->next) {
        struct blob *b = *at;
        if (hash.len != WIRE_HASH_LEN || memcmp(b->hash, hash.data, WIRE_HASH_LEN) != 0)
            continue;
        *at = b->next;
        close_fd(&b->fd);
        sent_files_unref(b->files);
        free(b);
        return;
    }
}

void
store_clear(struct agent *a)
{
    while (a->blobs != NULL)
        store_remove(a, wire_str(a->blobs->hash, WIRE_HASH_LEN));
}
