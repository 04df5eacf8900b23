/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * mamuto-cli, the terminal program of Mamuto. Calls the C function of the subcommand, such as
 * "map". */
#include <locale.h>
#include <signal.h>
#include <stdio.h>

#include "command.h"
#include "terminal.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"map", map_command},         {"config", config_command}, {"check", check_command},
    {"compare", compare_command}, {"show", show_command},
};

static const char help[] =
    "Usage: mamuto-cli map FUNCTION ARG... [OPTION...]      map a Python function over arrays\n"
    "       mamuto-cli config FILE -H HOST:CORES,...        write a cluster.cfg\n"
    "       mamuto-cli check [-c CLUSTER.cfg | -H ...]      check whether the hosts can be used\n"
    "       mamuto-cli compare FUNCTION ARG... [OPTION...]  find from how many rows on they help\n"
    "       mamuto-cli show FILE[:PART] [--json]            print how a file of data is "
    "understood\n"
    "\n"
    "Example: mamuto-cli map model.py:like p.npy data.npy -o out.npy -H localhost:4,rem1:16\n"
    "\n"
    "For the options: mamuto-cli COMMAND --help. For everything: man mamuto-cli.\n";

int
main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : NULL;

    /* Does not set LC_NUMERIC, because a locale may have a decimal comma. */
    setlocale(LC_CTYPE, "");
    /* Ignores SIGPIPE. If the reader of a pipe exits, write() then fails, but this program
     * continues and saves its results. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a write beyond the file size limit then fails */
    terminal_init();

    if (name == NULL) {
        fputs(help, stderr);
        return STATUS_USAGE;
    }
    if (g_str_equal(name, "--help") || g_str_equal(name, "-h") || g_str_equal(name, "help")) {
        fputs(help, stdout);
        return STATUS_OK;
    }
    if (g_str_equal(name, "--version")) {
        puts("mamuto-cli " MAMUTO_VERSION);
        return STATUS_OK;
    }
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
        if (g_str_equal(name, commands[i].name))
            return commands[i].run(argc - 1, argv + 1);
    command_tell("unknown command \"%s\"; the commands are map, config, check, compare and show",
                 name);
    return STATUS_USAGE;
}
