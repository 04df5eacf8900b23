/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Helpers for all fuzz targets. A fuzz target is a function that gets any bytes, passes them to a
 * part of Mamuto, and ends the program if the result is wrong. libFuzzer (clang) calls it with
 * bytes that reach new code; replay.c calls it with the files of a folder. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program if @condition is false. Writes to descriptor 2, because a target may have
 * redirected the stream stderr. */
#define FUZZ_ASSERT(condition)                                                                     \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            dprintf(2, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);                   \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* The bytes of an input that a target has not used yet. */
struct fuzz_input {
    const uint8_t *data;
    size_t size;
};

/* Takes up to *@n bytes from the input and stores their number in *@n. */
static inline const uint8_t *
fuzz_take(struct fuzz_input *in, size_t *n)
{
    const uint8_t *at = in->data;

    if (*n > in->size)
        *n = in->size;
    in->data += *n;
    in->size -= *n;
    return at;
}

/* Takes one byte. Returns 0 at the end of the input. */
static inline uint8_t
fuzz_take_u8(struct fuzz_input *in)
{
    size_t n = 1;
    const uint8_t *at = fuzz_take(in, &n);

    return n > 0 ? *at : 0;
}

static inline uint16_t
fuzz_take_u16(struct fuzz_input *in)
{
    uint8_t low = fuzz_take_u8(in);

    return (uint16_t)(low | fuzz_take_u8(in) << 8);
}

/* Returns a descriptor of a file in memory that contains the bytes. */
static inline int
fuzz_make_file(const void *data, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);

    FUZZ_ASSERT(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    return fd;
}

/* Returns the lowest unused descriptor. If it differs after a call, the call has left a descriptor
 * open. */
static inline int
fuzz_get_free_fd(void)
{
    int fd = dup(0);

    FUZZ_ASSERT(fd >= 0);
    close(fd);
    return fd;
}
