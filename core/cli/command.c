/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Parses options, prints messages and runs work in threads, for all subcommands of mamuto-cli. */
#include "command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mamuto-error.h"
#include "mamuto-python.h"
#include "terminal.h"
#include "text.h"
#include "thread.h"

/* Put before a word that begins like a negative number while GOption parses the words, because
 * GOption would take -5..5 for an option. No word of a command line begins with this character. */
#define NUMBER_MARK '\001'

/* Whether the next word after @word is the value of an option. */
static gboolean
takes_value(const char *word, const GOptionEntry *entries)
{
    for (; entries->long_name != NULL; entries++) {
        if (entries->arg == G_OPTION_ARG_NONE)
            continue;
        if (g_str_has_prefix(word, "--") && g_str_equal(word + 2, entries->long_name))
            return TRUE;
        if (word[0] == '-' && word[1] != '\0' && word[1] == entries->short_name && word[2] == '\0')
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_negative_number(const char *word)
{
    return word[0] == '-' &&
           (g_ascii_isdigit(word[1]) || (word[1] == '.' && g_ascii_isdigit(word[2])));
}

/* Removes the marks from the words that are no options. */
static void
remove_marks(const GOptionEntry *entries)
{
    while (entries->long_name != NULL && *entries->long_name != '\0') /* G_OPTION_REMAINING is "" */
        entries++;
    if (entries->long_name == NULL || *(char ***)entries->arg_data == NULL)
        return;
    for (char **word = *(char ***)entries->arg_data; *word != NULL; word++)
        if (**word == NUMBER_MARK)
            memmove(*word, *word + 1, strlen(*word));
}

gboolean
command_parse(const char *name, const char *usage, const char *summary, const char *more,
              const GOptionEntry *entries, int argc, char **argv)
{
    g_autoptr(GOptionContext) context = g_option_context_new(usage);
    g_autoptr(GError) error = NULL;
    g_autofree char *program = g_strdup_printf("mamuto-cli %s", name);
    /* Copies argv, because GOption removes the parsed options from its array. */
    g_auto(GStrv) arguments = g_new0(char *, argc + 1);

    for (int i = 0; i < argc; i++)
        if (i > 0 && is_negative_number(argv[i]) && !takes_value(argv[i - 1], entries))
            arguments[i] = g_strdup_printf("%c%s", NUMBER_MARK, argv[i]);
        else
            arguments[i] = g_strdup(argv[i]);
    g_set_prgname(program);
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, more);
    if (g_option_context_parse_strv(context, &arguments, &error)) {
        remove_marks(entries);
        return TRUE;
    }
    command_refuse(name, "%s", error->message);
    return FALSE;
}

static void
print_message(const char *format, va_list args)
{
    g_autofree char *text = g_strdup_vprintf(format, args);
    g_autofree char *escaped = mamuto_text_escape(text, TRUE);
    g_autofree char *line = g_strdup_printf("mamuto-cli: %s\n", escaped);

    terminal_write(STDERR_FILENO, line, strlen(line));
}

void
command_tell(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    print_message(format, args);
    va_end(args);
}

void
command_tell_error(const char *before, const GError *error)
{
    g_autofree char *text = mamuto_error_format(error);

    command_tell("%s%s", before, text);
}

int
command_refuse(const char *name, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    print_message(format, args);
    va_end(args);
    fprintf(stderr, "Try 'mamuto-cli %s --help'.\n", name);
    return STATUS_USAGE;
}

static gboolean
has_host_in_use(MamutoCluster *cluster)
{
    for (guint i = 0; i < mamuto_cluster_get_n_hosts(cluster); i++)
        if (mamuto_host_get_enabled(mamuto_cluster_get_host(cluster, i)))
            return TRUE;
    return FALSE;
}

MamutoCluster *
command_load_cluster(const char *config, const char *hosts, GError **error)
{
    g_autoptr(MamutoCluster) cluster = NULL;

    if (config != NULL && hosts != NULL) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "-c and -H both name the hosts: use only one of them");
        return NULL;
    }
    if (config != NULL)
        cluster = mamuto_cluster_new_from_file(config, error);
    else if (hosts != NULL)
        cluster = mamuto_cluster_new_from_string(hosts, error);
    else
        cluster = mamuto_cluster_new_local();
    if (cluster == NULL && hosts != NULL)
        g_prefix_error(error, "hosts: ");
    if (cluster != NULL && !has_host_in_use(cluster)) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "%s: no enabled host: the cluster has no hosts, or all are disabled",
                    config != NULL ? config : hosts);
        return NULL;
    }
    return g_steal_pointer(&cluster);
}

char *
command_find_python(MamutoCluster *cluster)
{
    return mamuto_python_find(mamuto_cluster_get_python(cluster));
}

char **
command_split_list(const char *text)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) raw = g_strsplit(text, ",", -1);

    for (char **part = raw; *part != NULL; part++)
        if (*g_strstrip(*part) != '\0')
            g_ptr_array_add(parts, g_strdup(*part));
    g_ptr_array_add(parts, NULL);
    g_ptr_array_set_free_func(parts, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&parts), FALSE);
}

typedef struct {
    WorkFunc func;
    gpointer data;
    GCancellable *cancellable;
    gboolean done, ok;
    GError *error;
} Work;

static gboolean
on_worked(gpointer data)
{
    ((Work *)data)->done = TRUE;
    return G_SOURCE_REMOVE;
}

static gpointer
run_work(gpointer data)
{
    Work *work = data;

    work->ok = work->func(work->data, work->cancellable, &work->error);
    g_idle_add_full(G_PRIORITY_DEFAULT, on_worked, work, NULL);
    return NULL;
}

gboolean
command_work(WorkFunc func, gpointer data, GCancellable *cancellable, GError **error)
{
    Work work = {.func = func, .data = data, .cancellable = cancellable};
    GThread *thread = thread_start("mamuto-work", run_work, &work, error);

    if (thread == NULL)
        return FALSE;
    while (!work.done)
        g_main_context_iteration(NULL, TRUE);
    g_thread_join(thread);
    if (work.error != NULL)
        g_propagate_error(error, work.error);
    return work.ok;
}
