/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * mamuto-cli config: writes a cluster file (cluster.cfg), which lists the hosts of a cluster. */
#include <stdio.h>

#include "command.h"
#include "mamuto-host.h"

#define SUMMARY "Writes FILE, a cluster file: which hosts to use and how."
#define MORE                                                                                       \
    "HOST:CORES,... is a list such as localhost:4,rem1:16,user@rem2:2222*8. See mamuto-cli(1)\n"   \
    "for further settings of the file, also for single hosts."

int
config_command(int argc, char **argv)
{
    g_autofree char *hosts = NULL, *workdir = NULL, *python = NULL;
    g_auto(GStrv) rest = NULL;
    g_autoptr(GError) error = NULL;
    gboolean force = FALSE;
    int nice = 0;
    const GOptionEntry entries[] = {
        {"hosts", 'H', 0, G_OPTION_ARG_FILENAME, &hosts, "The hosts and their cores",
         "HOST:CORES,..."},
        {"workdir", 0, 0, G_OPTION_ARG_FILENAME, &workdir, "The folder in which functions run",
         "DIR"},
        {"python", 0, 0, G_OPTION_ARG_FILENAME, &python, "The Python that runs functions",
         "PROGRAM"},
        {"nice", 0, 0, G_OPTION_ARG_INT, &nice, "The nice value of functions, up to 19", "N"},
        {"force", 'f', 0, G_OPTION_ARG_NONE, &force, "Overwrite an existing file", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, NULL, NULL},
        {NULL},
    };

    if (!command_parse("config", "FILE -H HOST:CORES,...", SUMMARY, MORE, entries, argc, argv))
        return STATUS_USAGE;
    if (rest == NULL || g_strv_length(rest) != 1)
        return command_refuse("config", "name exactly one file to write");
    if (hosts == NULL)
        return command_refuse("config", "-H is missing; for example: -H localhost:4,rem1:16");
    if (!force && g_file_test(rest[0], G_FILE_TEST_EXISTS))
        return command_refuse("config", "%s exists; use --force to overwrite the file", rest[0]);
    if (!mamuto_create_config_file(rest[0], hosts, workdir, python, nice, &error)) {
        command_tell_error("", error);
        return STATUS_USAGE;
    }
    return STATUS_OK;
}
