/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Determines the kind of a file from its content or from the suffix of its name. */
#include "mamuto-file-kind.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Number of bytes at the beginning of a file that are searched for the name of a section, such as
 * [job]. 64 KiB are enough, because usually only comments precede the section. */
#define MAX_READ 65536

/* A kind may have several suffixes. The first one whose @saved is TRUE is the default suffix of the
 * kind. */
static const struct {
    const char *suffix;
    MamutoFileKind kind;
    gboolean saved; /* FALSE: files with this suffix are read but never saved */
} suffixes[] = {
    {".mamuto", MAMUTO_FILE_JOB, TRUE},       {".cfg", MAMUTO_FILE_CLUSTER, TRUE},
    {".ini", MAMUTO_FILE_CLUSTER, TRUE},      {".py", MAMUTO_FILE_FUNCTION, FALSE},
    {".npy", MAMUTO_FILE_NPY, TRUE},          {".npz", MAMUTO_FILE_NPZ, FALSE},
    {".csv", MAMUTO_FILE_TABLE, TRUE},        {".tsv", MAMUTO_FILE_TABLE, TRUE},
    {".txt", MAMUTO_FILE_TABLE, FALSE},       {".csv.gz", MAMUTO_FILE_TABLE, FALSE},
    {".tsv.gz", MAMUTO_FILE_TABLE, FALSE},    {".txt.gz", MAMUTO_FILE_TABLE, FALSE},
    {".jsonl", MAMUTO_FILE_JSON_LINES, TRUE},
};

static char **
list_suffixes(MamutoFileKind kinds, gboolean saved)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++)
        if (suffixes[i].kind & kinds && (!saved || suffixes[i].saved))
            g_strv_builder_add(builder, suffixes[i].suffix);
    return g_strv_builder_end(builder);
}

/**
 * mamuto_file_kind_get_suffixes:
 * @kinds: kinds of files
 *
 * Can be called from any thread.
 *
 * Returns: (transfer full): the suffixes, in lower case and with the dot (".npy"), of the files of
 *   these kinds that Mamuto reads
 */
char **
mamuto_file_kind_get_suffixes(MamutoFileKind kinds)
{
    return list_suffixes(kinds, FALSE);
}

/**
 * mamuto_file_kind_get_saved_suffixes:
 * @kinds: kinds of files
 *
 * Can be called from any thread.
 *
 * Returns: (transfer full): the suffixes under which Mamuto saves files of these kinds, the default
 *   suffix first
 */
char **
mamuto_file_kind_get_saved_suffixes(MamutoFileKind kinds)
{
    return list_suffixes(kinds, TRUE);
}

/**
 * mamuto_file_kind_from_name:
 * @path: (type filename): a file, which need not exist
 *
 * Can be called from any thread.
 *
 * Returns: the kind for the suffix of the file's name, in upper or lower case; %MAMUTO_FILE_UNKNOWN
 *   for any other suffix
 */
MamutoFileKind
mamuto_file_kind_from_name(const char *path)
{
    g_autofree char *folded = NULL;

    g_return_val_if_fail(path != NULL, MAMUTO_FILE_UNKNOWN);
    folded = g_ascii_strdown(path, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++)
        if (g_str_has_suffix(folded, suffixes[i].suffix))
            return suffixes[i].kind;
    return MAMUTO_FILE_UNKNOWN;
}

/* Returns the first MAX_READ bytes of a regular file. Returns NULL for any other file. O_NONBLOCK
 * is set, because otherwise open() of a named pipe would wait for a program that writes to the
 * pipe. */
static char *
read_beginning(const char *path)
{
    int fd = g_open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
    g_autofree char *text = NULL;
    size_t length = 0;
    GStatBuf info;

    if (fd < 0)
        return NULL;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
        text = g_malloc(MAX_READ + 1);
        while (length < MAX_READ) {
            ssize_t n = read(fd, text + length, MAX_READ - length);

            if (n < 0 && errno == EINTR)
                continue;
            if (n <= 0)
                break;
            length += (size_t)n;
        }
        text[length] = '\0';
    }
    close(fd);
    return g_steal_pointer(&text);
}

/* Recognises a job by its section [job] and a cluster by its section [parameters]. Other sections
 * may precede these. The search ends at a line outside any section. Tables and programs begin with
 * such a line, but jobs and clusters do not. */
static MamutoFileKind
find_section(const char *text)
{
    gboolean in_section = FALSE;

    if (g_str_has_prefix(text, "\xef\xbb\xbf"))
        text += 3;
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += strspn(line, " \t\r\n");
        if (g_str_has_prefix(line, "[job]"))
            return MAMUTO_FILE_JOB;
        if (g_str_has_prefix(line, "[parameters]"))
            return MAMUTO_FILE_CLUSTER;
        in_section |= *line == '[';
        if (!in_section && *line != '#' && *line != ';')
            break;
    }
    return MAMUTO_FILE_UNKNOWN;
}

/**
 * mamuto_file_kind_guess:
 * @path: (type filename): a file
 *
 * Searches the beginning of the file for a section of a job or a cluster, because jobs and clusters
 * may have any file name. If the search finds none, or the file does not exist, the file's name
 * determines the kind. Blocks while reading. Can be called from any thread.
 *
 * Returns: the kind of the file
 */
MamutoFileKind
mamuto_file_kind_guess(const char *path)
{
    g_autofree char *text = NULL;
    MamutoFileKind kind;

    g_return_val_if_fail(path != NULL, MAMUTO_FILE_UNKNOWN);
    text = read_beginning(path);
    kind = text ? find_section(text) : MAMUTO_FILE_UNKNOWN;
    return kind != MAMUTO_FILE_UNKNOWN ? kind : mamuto_file_kind_from_name(path);
}

/**
 * mamuto_file_kind_complete_name:
 * @kinds: the kinds that the file may be saved as
 * @path: (type filename): the path that the user has chosen
 *
 * Appends the default suffix of @kinds to the name of a new file. If the name already has a suffix
 * of @kinds, or if the file exists, the name is not changed. Can be called from any thread.
 *
 * Returns: (transfer full) (type filename): the path to save under
 */
char *
mamuto_file_kind_complete_name(MamutoFileKind kinds, const char *path)
{
    g_auto(GStrv) saved = NULL;

    g_return_val_if_fail(path != NULL, NULL);
    saved = list_suffixes(kinds, TRUE);
    if (mamuto_file_kind_from_name(path) & kinds || g_file_test(path, G_FILE_TEST_EXISTS))
        return g_strdup(path);
    return g_strconcat(path, saved[0], NULL);
}
