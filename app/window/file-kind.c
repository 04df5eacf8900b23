/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See file-kind.h. */
#include "file-kind.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Of a file so much is looked at: a section stands near its beginning, after comments at most. */
#define MAX_LOOK 65536

/* Of each kind; what is saved gets the first. */
static const char *const endings[FILE_KIND_UNKNOWN][6] = {
    [FILE_KIND_JOB] = {".mamuto"},
    [FILE_KIND_CLUSTER] = {".cfg", ".ini"},
    [FILE_KIND_FUNCTION] = {".py"},
    [FILE_KIND_ARRAY] = {".npy", ".npz", ".csv", ".tsv", ".txt"},
};

static gboolean
has_ending(const char *path, FileKind kind)
{
    g_autofree char *folded = g_ascii_strdown(path, -1);

    for (const char *const *ending = endings[kind]; *ending; ending++)
        if (g_str_has_suffix(folded, *ending))
            return TRUE;
    return FALSE;
}

/* What a regular file begins with; no pipe is waited for. */
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
        text = g_malloc(MAX_LOOK + 1);
        while (length < MAX_LOOK) {
            ssize_t n = read(fd, text + length, MAX_LOOK - length);

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

/* By the section that is a job's or a cluster's; other sections may come before it, lines that
 * belong to none may not: those of a table or a program do. */
static FileKind
find_section(const char *text)
{
    gboolean in_section = FALSE;

    if (g_str_has_prefix(text, "\xef\xbb\xbf"))
        text += 3;
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += strspn(line, " \t\r\n");
        if (g_str_has_prefix(line, "[job]"))
            return FILE_KIND_JOB;
        if (g_str_has_prefix(line, "[parameters]"))
            return FILE_KIND_CLUSTER;
        in_section |= *line == '[';
        if (!in_section && *line != '#' && *line != ';')
            break;
    }
    return FILE_KIND_UNKNOWN;
}

FileKind
file_kind_find(const char *path)
{
    g_autofree char *text = read_beginning(path);
    FileKind kind = text ? find_section(text) : FILE_KIND_UNKNOWN;

    for (FileKind named = 0; kind == FILE_KIND_UNKNOWN && named < FILE_KIND_UNKNOWN; named++)
        if (has_ending(path, named))
            kind = named;
    return kind;
}

char *
file_kind_name(FileKind kind, const char *path)
{
    if (has_ending(path, kind) || g_file_test(path, G_FILE_TEST_EXISTS))
        return g_strdup(path);
    return g_strconcat(path, endings[kind][0], NULL);
}
