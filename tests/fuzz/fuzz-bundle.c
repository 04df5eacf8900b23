/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The agent unpacks any bytes as a bundle of modules. Nothing may be written outside of the folder,
 * and if the bundle is accepted, each of its files must have the right content. */
#include <fcntl.h>
#include <sys/stat.h>

#include "agent.h"
#include "fuzz.h"

static void
check_file(const char *folder, struct wire_str name, const uint8_t *content, size_t size)
{
    char path[2048];
    uint8_t *read_back = malloc(size + 1);

    snprintf(path, sizeof path, "%s/%.*s", folder, (int)name.len, name.data);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    FUZZ_ASSERT(fd >= 0 && read(fd, read_back, size + 1) == (ssize_t)size);
    FUZZ_ASSERT(memcmp(read_back, content, size) == 0);
    close(fd);
    free(read_back);
}

static void
check_files(const char *folder, const uint8_t *data, size_t size)
{
    struct wire_reader r;

    wire_reader_init(&r, data, size);
    r.used = 4;
    for (uint32_t n = wire_read_u32(&r); n > 0; n--) {
        struct wire_str name = wire_read_str(&r, 1024);
        size_t length = (size_t)wire_read_u64(&r);

        FUZZ_ASSERT(!r.failed && length <= size - r.used);
        check_file(folder, name, data + r.used, length);
        r.used += length;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* If a path with ".." were accepted, its file would be in the outer folder, and rmdir() below
     * would fail. */
    char outer[] = "/dev/shm/mamuto-fuzz-XXXXXX", inner[sizeof outer + 2];
    struct blob blob = {.fd = fuzz_make_file(data, size), .total = size, .received = size};
    const char *why = NULL;
    int free_fd = fuzz_get_free_fd();

    FUZZ_ASSERT(mkdtemp(outer) != NULL);
    snprintf(inner, sizeof inner, "%s/i", outer);
    FUZZ_ASSERT(mkdir(inner, 0700) == 0);
    if (bundle_unpack(&blob, inner, &why) == 0)
        check_files(inner, data, size);
    else
        FUZZ_ASSERT(why != NULL);
    bundle_remove(inner);
    FUZZ_ASSERT(rmdir(outer) == 0);
    FUZZ_ASSERT(fuzz_get_free_fd() == free_fd);
    close(blob.fd);
    return 0;
}
