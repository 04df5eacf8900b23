/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * mamuto-cli config: writes a cluster.cfg. */
#include <stdio.h>

#include "command.h"
#include "mamuto-host.h"

#define SUMMARY "Writes FILE, which says which hosts to use and how."
#define MORE                                                                                       \
    "HOSTS is a list as localhost:4,rem1:16,user@rem2:2222*8. What a file can hold beside this,\n" \
    "for single hosts too, stands in mamuto-cli(1)."

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
        {"workdir", 0, 0, G_OPTION_ARG_FILENAME, &workdir, "The folder that functions run in",
         "DIR"},
        {"python", 0, 0, G_OPTION_ARG_FILENAME, &python, "The Python that runs functions",
         "PROGRAM"},
        {"nice", 0, 0, G_OPTION_ARG_INT, &nice, "How far they step back for others, to 19", "N"},
        {"force", 'f', 0, G_OPTION_ARG_NONE, &force, "Overwrite a file that is there", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, NULL, NULL},
        {NULL},
    };

    if (!command_parse("config", "FILE -H HOST:CORES,...", SUMMARY, MORE, entries, argc, argv))
        return STATUS_USAGE;
    if (rest == NULL || g_strv_length(rest) != 1)
        return command_refuse("config", "one file is to be named");
    if (hosts == NULL)
        return command_refuse("config", "-H is missing: say for example -H localhost:4,rem1:16");
    if (!force && g_file_test(rest[0], G_FILE_TEST_EXISTS))
        return command_refuse("config", "%s exists; --force overwrites it", rest[0]);
    if (!mamuto_create_config_file(rest[0], hosts, workdir, python, nice, &error)) {
        command_tell_error("", error);
        return STATUS_USAGE;
    }
    return STATUS_OK;
}
