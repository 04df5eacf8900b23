/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Makes malloc() place buffers of libssh where copying between them is fast. libssh (0.10) copies
 * the data of each message from the buffer of packets to a new string, then from the string to the
 * buffer of the channel, and frees the string. malloc() often places the string directly behind the
 * first buffer, and the last buffer directly behind the string. All three have the size of a power
 * of two and a few bytes, so the destination of each copy begins less than 16 bytes behind the
 * source, modulo 4096. At these distances memcpy() of glibc (2.36, with "rep movsb") copies 3.5
 * GB/s on AMD's Zen 4, instead of 58 GB/s at others. */
#include <stdlib.h>

#include "ssh-private.h"

/* Smallest message in bytes for which memcpy() uses "rep movsb". */
#define LARGE_MESSAGE 8192
/* Size in bytes of what libssh allocates for a string besides its text. */
#define STRING_HEAD 8
/* Below this distance (modulo 4096) between the beginnings of the string and of the channel's
 * buffer, copying is slow. It includes the bytes in front of the text of the string. */
#define SMALL_DISTANCE 32

void
ssh_spacers_check(SshSpacers *self, gconstpointer buffer, gsize length)
{
    gpointer place, rest;

    if (buffer == self->checked || length < LARGE_MESSAGE || self->n == G_N_ELEMENTS(self->blocks))
        return;
    /* libssh has just freed the string, so malloc() returns its place again. */
    place = malloc(length + STRING_HEAD);
    if (place == NULL)
        return;
    /* The distance from the buffer of packets is unknown. Therefore the first string is always
     * moved. */
    if (self->n > 0 && ((gsize)buffer - (gsize)place) % 4096 >= SMALL_DISTANCE) {
        self->checked = buffer;
        free(place);
        return;
    }
    self->blocks[self->n] = place;
    rest = realloc(self->blocks[self->n], 1);
    if (rest != NULL)
        self->blocks[self->n] = rest;
    self->n++;
}

void
ssh_spacers_clear(SshSpacers *self)
{
    while (self->n > 0)
        free(self->blocks[--self->n]);
    self->checked = NULL;
}
