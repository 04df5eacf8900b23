/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Lists the hosts in ssh's configuration and known_hosts files, as suggestions for the user.
 * Unreadable files, patterns and hashed names are skipped without an error. */
#include <glob.h>
#include <string.h>

#include "host-name.h"
#include "mamuto-cluster.h"
#include "small-file.h"

/* Maximum nesting of Include lines, as in OpenSSH. */
#define MAX_INCLUDES 16
/* Maximum number of files read. If each of 16 nested files included the next file twice, 2^16 files
 * would be read. */
#define MAX_FILES 1000
/* Maximum size of a file in bytes. A larger file is hardly a config or known_hosts file and is
 * skipped to save memory. */
#define MAX_FILE (4 * 1024 * 1024)

typedef struct {
    GStrvBuilder *names;
    GHashTable *seen;
    guint n;
    guint n_files;
} Found;

static void
add_name(Found *found, const char *name)
{
    g_auto(HostName) parts = {0};

    if (found->n >= MAMUTO_CLUSTER_MAX_HOSTS || !host_name_parse(name, &parts, NULL) ||
        !g_hash_table_add(found->seen, g_strdup(name)))
        return;
    g_strv_builder_add(found->names, name);
    found->n++;
}

static char **
read_lines(const char *path)
{
    g_autofree char *text = small_file_read(path, MAX_FILE, NULL, NULL);

    return text != NULL ? g_strsplit_set(text, "\r\n", -1) : g_new0(char *, 1);
}

static void read_config(Found *found, const char *path, int depth);

/* Reads the files that an Include line names. @pattern is "~/x", "/x", or "x" (relative to ~/.ssh)
 * and may contain wildcards. */
static void
read_included(Found *found, const char *pattern, int depth)
{
    const char *home = g_get_home_dir();
    g_autofree char *path = NULL;
    glob_t matches = {0};

    if (g_str_has_prefix(pattern, "~/"))
        path = g_build_filename(home, pattern + 2, NULL);
    else if (g_path_is_absolute(pattern))
        path = g_strdup(pattern);
    else
        path = g_build_filename(home, ".ssh", pattern, NULL);
    if (glob(path, 0, NULL, &matches) == 0)
        for (gsize i = 0; i < matches.gl_pathc; i++)
            read_config(found, matches.gl_pathv[i], depth + 1);
    globfree(&matches);
}

/* Parses lines of the form "Keyword value" or "Keyword=value". Values are quoted as in a shell. */
static void
read_config(Found *found, const char *path, int depth)
{
    g_auto(GStrv) lines = NULL;

    if (depth > MAX_INCLUDES || found->n_files++ >= MAX_FILES)
        return;
    lines = read_lines(path);
    for (char **line = lines; *line; line++) {
        char *keyword = g_strstrip(*line);
        char *rest = keyword + strcspn(keyword, " \t=");
        gboolean host, include;
        g_auto(GStrv) words = NULL;

        host = rest - keyword == 4 && g_ascii_strncasecmp(keyword, "host", 4) == 0;
        include = rest - keyword == 7 && g_ascii_strncasecmp(keyword, "include", 7) == 0;
        rest += strspn(rest, " \t");
        rest += *rest == '=';
        if (!(host || include) || !g_shell_parse_argv(rest, NULL, &words, NULL))
            continue;
        for (char **word = words; *word; word++)
            if (include)
                read_included(found, *word, depth);
            else
                add_name(found, *word);
    }
}

/* Converts a name in known_hosts to the notation of host_name_parse(). "[host]:port" becomes
 * "host:port", and an IPv6 address gets brackets. */
static char *
known_name(const char *text)
{
    const char *close = strchr(text, ']');

    if (*text != '[' && strchr(text, ':'))
        return g_strdup_printf("[%s]", text);
    if (*text != '[' || !close || memchr(text, ':', close - text))
        return g_strdup(text);
    return g_strdup_printf("%.*s%s", (int)(close - text - 1), text + 1, close + 1);
}

static gboolean
is_number(const char *name)
{
    g_auto(HostName) parts = {0};

    return host_name_parse(name, &parts, NULL) && g_hostname_is_ip_address(parts.address);
}

/* Parses lines of the form "name,name,… type key". Skips comments, hashed names and lines with a
 * marker ("@revoked"). If a line contains both names and IP addresses, only the names are added. */
static void
read_known_hosts(Found *found, const char *path)
{
    g_auto(GStrv) lines = read_lines(path);

    for (char **line = lines; *line; line++) {
        char *names = g_strstrip(*line);
        g_auto(GStrv) words = NULL;
        gboolean named = FALSE;

        if (strchr("#@|", *names))
            continue;
        names[strcspn(names, " \t")] = '\0';
        words = g_strsplit(names, ",", -1);
        for (char **word = words; *word; word++) {
            char *name = known_name(*word);

            g_free(*word);
            *word = name;
            named |= !is_number(name);
        }
        for (char **word = words; *word; word++)
            if (!named || !is_number(*word))
                add_name(found, *word);
    }
}

/**
 * mamuto_list_ssh_hosts:
 *
 * Lists the hosts in ssh's files, without duplicates. First come the hosts on `Host` lines, except
 * patterns, in `~/.ssh/config` and in the files that it includes. Then come the names in
 * `~/.ssh/known_hosts` that are not hashed. Blocks while reading; any thread.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names; empty if no host was found
 */
char **
mamuto_list_ssh_hosts(void)
{
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *config = g_build_filename(g_get_home_dir(), ".ssh", "config", NULL);
    g_autofree char *known = g_build_filename(g_get_home_dir(), ".ssh", "known_hosts", NULL);
    Found found = {.names = names, .seen = seen};

    read_config(&found, config, 0);
    read_known_hosts(&found, known);
    return g_strv_builder_end(names);
}
