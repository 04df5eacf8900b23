/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Loads files that are included in the library: the programs of the agent, the sources of the
 * agent, and the script that installs the agent on a host. */
#include <string.h>
#include <sys/utsname.h>

#include "link-private.h"
#include "link-resources.h"

#define RESOURCE "/org/mamuto/link/"

GBytes *
link_lookup_resource(const char *name, GError **error)
{
    g_autofree char *path = g_strconcat(RESOURCE, name, NULL);

    /* This call makes the linker include the resource when the library is linked statically.
     * Its result is not used, because in GLib 2.74 it may be NULL while another thread
     * registers the resource. A lookup in all resources works during that time, too. */
    link_get_resource();
    return g_resources_lookup_data(path, 0, error);
}

/* Reads the program of the agent from the file named by $MAMUTO_AGENT, for tests and
 * experiments. */
static GBytes *
load_replacement(const char *path, GError **error)
{
    char *data;
    gsize length;

    if (!g_file_get_contents(path, &data, &length, error)) {
        g_prefix_error(error, "MAMUTO_AGENT: ");
        return NULL;
    }
    return g_bytes_new_take(data, length);
}

gboolean
agent_is_replaced(void)
{
    const char *path = g_getenv("MAMUTO_AGENT");

    return path && *path;
}

GBytes *
agent_for_this_machine(GError **error)
{
    const char *path = g_getenv("MAMUTO_AGENT");
    g_autoptr(GError) local_error = NULL;
    GBytes *agent = agent_is_replaced() ? load_replacement(path, &local_error)
                                        : link_lookup_resource("agent", &local_error);

    if (!agent)
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_AGENT, local_error->message);
    return agent;
}

void
agent_name_this_machine(char **sysname, char **machine)
{
    struct utsname here = {0};

    uname(&here);
    *sysname = g_strdup(here.sysname);
    *machine = g_strdup(here.machine);
}

gboolean
agent_for_machine(const char *sysname, const char *machine, GBytes **agent, GError **error)
{
    g_autofree char *our_sysname = NULL, *our_machine = NULL;

    *agent = NULL;
    agent_name_this_machine(&our_sysname, &our_machine);
    if (strcmp(our_sysname, sysname) != 0 || strcmp(our_machine, machine) != 0)
        return TRUE;
    *agent = agent_for_this_machine(error);
    return *agent != NULL;
}

GBytes *
agent_get_source(void)
{
    return link_lookup_resource("agent-source.tar", NULL);
}
