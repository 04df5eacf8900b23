/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The main function of a fuzz target that is built without libFuzzer. Calls the target with each
 * file that is named on the command line, and with each file of each folder. */
#include <dirent.h>

#include "fuzz.h"

static unsigned n_replayed;

static void
replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    long size;
    uint8_t *data;

    FUZZ_ASSERT(file != NULL && fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0);
    rewind(file);
    /* The block has exactly the size of the input, so that the address sanitizer finds reads beyond
     * its end. */
    data = malloc(size > 0 ? (size_t)size : 1);
    FUZZ_ASSERT(data != NULL && fread(data, 1, (size_t)size, file) == (size_t)size);
    fclose(file);
    printf("%s\n", path);
    fflush(stdout);
    LLVMFuzzerTestOneInput(data, (size_t)size);
    free(data);
    n_replayed++;
}

static void
replay(const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;

    if (folder == NULL) {
        replay_file(path);
        return;
    }
    while ((entry = readdir(folder)) != NULL) {
        char inner[4096];

        if (entry->d_name[0] == '.')
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        replay_file(inner);
    }
    closedir(folder);
}

int
main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        replay(argv[i]);
    printf("%u inputs replayed\n", n_replayed);
    return n_replayed > 0 ? 0 : 1;
}
