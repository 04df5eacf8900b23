/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * mamuto-cli show: prints how the program understands a file of data: the notation of a table, the
 * types, shapes, first rows and statistics of its arrays. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "show-data.h"
#include "terminal.h"

#define SUMMARY                                                                                    \
    "Prints how FILE is understood (separator, header, kinds of columns), and the shape, the\n"    \
    "first rows and statistics of its arrays. FILE is .npy, .npz, .csv, .tsv or .txt; a table\n"   \
    "may be compressed (.csv.gz)."
#define MORE                                                                                       \
    "PART is columns of a table (x,y or 0,2) or an array of an NPZ file. For the options of a\n"   \
    "table (+header=no+decimal=,), see mamuto-cli(1). Exit status: 0 the file can be used,\n"      \
    "1 it cannot, 2 wrong usage."

/* Width of the output if it is not written to a terminal. */
#define PLAIN_WIDTH 100

static int
print(const GString *text)
{
    if (fwrite(text->str, 1, text->len, stdout) == text->len && fflush(stdout) == 0)
        return STATUS_OK;
    command_tell("The output could not be written to standard output: %s", g_strerror(errno));
    return STATUS_FAILED;
}

int
show_command(int argc, char **argv)
{
    g_auto(GStrv) rest = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    gboolean json = FALSE;
    guint width = PLAIN_WIDTH, height;
    ShowData data;
    int status;
    const GOptionEntry entries[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "Write the description as JSON", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, NULL, NULL},
        {NULL},
    };

    if (!command_parse("show", "FILE[:PART][+KEY=VALUE...]", SUMMARY, MORE, entries, argc, argv))
        return STATUS_USAGE;
    if (rest == NULL || g_strv_length(rest) != 1)
        return command_refuse("show", "name exactly one file");
    if (isatty(STDOUT_FILENO))
        terminal_get_size(STDOUT_FILENO, &width, &height);
    show_data_load(&data, rest[0]);
    if (json)
        show_append_json(&data, text);
    else
        show_append_text(&data, MAX(width, 20), terminal_is_utf8(), text);
    status = print(text);
    if (data.error != NULL) {
        command_tell_error("", data.error);
        status = STATUS_FAILED;
    }
    show_data_clear(&data);
    return status;
}
