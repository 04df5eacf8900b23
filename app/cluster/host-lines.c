/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See host-lines.h. Each line is converted to the syntax of mamuto_cluster_new_from_string() and
 * then parsed by that function. */
#include "host-lines.h"

#include <glib/gi18n.h>
#include <string.h>

static void
problem_free(gpointer data)
{
    HostLineProblem *problem = data;

    g_free(problem->message);
    g_free(problem);
}

static void
add_problem(HostLines *self, guint line, gboolean skipped, char *message)
{
    HostLineProblem *problem = g_new(HostLineProblem, 1);

    *problem = (HostLineProblem){line, skipped, message};
    g_ptr_array_add(self->problems, problem);
    if (!skipped)
        self->n_wrong++;
}

static gboolean
is_number(const char *word)
{
    return *word && !word[strspn(word, "0123456789")];
}

/* (transfer full): converts a line to the syntax of mamuto_cluster_new_from_string(). Examples:
 * "rem1 8" becomes "rem1*8", "rem1 rem2" becomes "rem1,rem2", "rem1 rem2 8" becomes
 * "rem1*8,rem2*8", and "rem1 slots=8" (the syntax of MPI host files) becomes "rem1*8". */
static char *
unify(const char *line)
{
    g_auto(GStrv) parts = NULL;
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_auto(GStrv) words = NULL;
    g_autoptr(GString) joined = NULL;
    const char *cores;
    guint n;

    if (strchr(line, ','))
        return g_strdup(line);
    parts = g_strsplit_set(line, " \t", -1);
    for (char **part = parts; *part; part++)
        if (**part)
            g_strv_builder_add(builder, *part);
    words = g_strv_builder_end(builder);
    n = g_strv_length(words);
    cores = n < 2                                      ? ""
            : g_str_has_prefix(words[n - 1], "slots=") ? words[n - 1] + strlen("slots=")
                                                       : words[n - 1];
    if (!is_number(cores) || strchr(line, '*'))
        return g_strjoinv(",", words);
    joined = g_string_new(NULL);
    for (guint i = 0; i + 1 < n; i++)
        g_string_append_printf(joined, "%s%s*%s", i > 0 ? "," : "", words[i], cores);
    return g_string_free(g_steal_pointer(&joined), FALSE);
}

static void
take_line(HostLines *self, guint number, const char *line, MamutoCluster *cluster,
          GHashTable *names)
{
    g_autofree char *text = unify(line);
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoCluster) found = mamuto_cluster_new_from_string(text, &error);

    if (!found) {
        add_problem(self, number, FALSE, g_strdup(error->message));
        return;
    }
    for (guint i = 0; i < mamuto_cluster_get_n_hosts(found); i++) {
        MamutoHost *host = mamuto_cluster_get_host(found, i);
        const char *name = mamuto_host_get_name(host);

        if (mamuto_cluster_find_host(cluster, name))
            /* Translators: %s is the name of a host */
            add_problem(self, number, TRUE,
                        g_strdup_printf(_("%s is already in the cluster"), name));
        else if (!g_hash_table_add(names, g_strdup(name)))
            /* Translators: %s is the name of a host */
            add_problem(self, number, TRUE, g_strdup_printf(_("%s is already listed"), name));
        else
            g_ptr_array_add(self->hosts, g_object_ref(host));
    }
}

void
host_lines_parse(HostLines *self, const char *text, MamutoCluster *cluster)
{
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint room = MAMUTO_CLUSTER_MAX_HOSTS - mamuto_cluster_get_n_hosts(cluster);

    *self = (HostLines){.hosts = g_ptr_array_new_with_free_func(g_object_unref),
                        .problems = g_ptr_array_new_with_free_func(problem_free)};
    for (guint i = 0; lines[i]; i++) {
        const char *line = g_strstrip(lines[i]);

        if (*line && *line != '#' && self->hosts->len <= room)
            take_line(self, i, line, cluster, names);
        if (self->hosts->len > room) {
            add_problem(self, i, FALSE,
                        g_strdup_printf(_("A cluster can have at most %d hosts"),
                                        MAMUTO_CLUSTER_MAX_HOSTS));
            return;
        }
    }
}

void
host_lines_clear(HostLines *self)
{
    g_clear_pointer(&self->hosts, g_ptr_array_unref);
    g_clear_pointer(&self->problems, g_ptr_array_unref);
}
