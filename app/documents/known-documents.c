/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See known-documents.h. Each line of the list is the SHA-256 of a file and its URI. The newest
 * line is the last one. */
#include "known-documents.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "app-data.h"

#define ORIGIN "mamuto-origin"
#define MAX_FILES 1000
#define MAX_SIZE (1024 * 1024)

static char *
make_list_path(void)
{
    g_autofree char *folder = app_data_make_state_folder();

    return g_build_filename(folder, "known-documents", NULL);
}

/* (transfer full): the lines of the list. A list that other users can write is ignored, because its
 * files would run without a question. */
static char **
read_list(void)
{
    g_autofree char *path = make_list_path();
    g_autofree char *text = NULL;
    GStatBuf info;

    if (g_stat(path, &info) != 0 || !S_ISREG(info.st_mode) || info.st_uid != geteuid() ||
        (info.st_mode & (S_IWGRP | S_IWOTH)) != 0 || info.st_size > MAX_SIZE ||
        !g_file_get_contents(path, &text, NULL, NULL))
        return g_new0(char *, 1);
    return g_strsplit(text, "\n", -1);
}

/* (transfer none): the lines that this process has added. They are kept in memory too, so that this
 * process does not ask the user again if the list cannot be written. */
static GHashTable *
get_added(void)
{
    static GHashTable *added;

    if (!added)
        added = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return added;
}

static gboolean
has_line(const char *line)
{
    g_auto(GStrv) lines = NULL;

    if (g_hash_table_contains(get_added(), line))
        return TRUE;
    lines = read_list();
    return g_strv_contains((const char *const *)lines, line);
}

/* Adds @line at the end of the list and removes the line @dropped (nullable). If the list becomes
 * too long, removes the oldest lines. */
static void
add_line(const char *line, const char *dropped)
{
    g_autofree char *path = make_list_path();
    g_auto(GStrv) lines = read_list();
    g_autoptr(GPtrArray) kept = g_ptr_array_new();
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    guint first;
    gsize size = 0;

    g_hash_table_add(get_added(), g_strdup(line));
    for (char **old = lines; *old; old++)
        if (**old && strcmp(*old, line) != 0 && g_strcmp0(*old, dropped) != 0)
            g_ptr_array_add(kept, *old);
    g_ptr_array_add(kept, (gpointer)line);
    for (first = kept->len; first > 0 && kept->len - first < MAX_FILES; first--) {
        size += strlen(g_ptr_array_index(kept, first - 1)) + 1;
        if (size > MAX_SIZE)
            break;
    }
    for (guint i = first; i < kept->len; i++)
        g_string_append_printf(text, "%s\n", (char *)g_ptr_array_index(kept, i));
    if (!g_file_set_contents_full(path, text->str, (gssize)text->len,
                                  G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
        g_message("%s", error->message);
}

/* (transfer full): the line of the list for @content, if @content is stored in the file @path. */
static char *
format_origin(gpointer content, const char *path)
{
    g_autofree char *hash = MAMUTO_IS_JOB(content) ? mamuto_job_dup_file_hash(content)
                                                   : mamuto_cluster_dup_file_hash(content);
    g_autofree char *uri = g_filename_to_uri(path, NULL, NULL);

    return g_strdup_printf("%s %s", hash ? hash : "", uri ? uri : "");
}

const char *
known_documents_get_origin(gpointer content)
{
    return g_object_get_data(content, ORIGIN);
}

void
known_documents_set_origin(gpointer content, const char *origin)
{
    g_object_set_data_full(content, ORIGIN, g_strdup(origin), g_free);
}

gboolean
known_documents_contain(gpointer content)
{
    const char *origin = known_documents_get_origin(content);

    return !origin || has_line(origin);
}

void
known_documents_approve(gpointer content)
{
    const char *origin = known_documents_get_origin(content);

    if (origin)
        add_line(origin, NULL);
}

void
known_documents_note_opened(gpointer content, const char *path)
{
    g_autofree char *origin = format_origin(content, path);

    known_documents_set_origin(content, origin);
}

void
known_documents_note_saved(gpointer content, const char *path)
{
    const char *old = known_documents_get_origin(content);
    g_autofree char *origin = format_origin(content, path);
    const char *old_uri = old ? strchr(old, ' ') : NULL;

    /* the old content of the same file is dropped, so that frequent saving does not displace other
     * files from the list */
    if (known_documents_contain(content))
        add_line(origin, g_strcmp0(old_uri, strchr(origin, ' ')) == 0 ? old : NULL);
    known_documents_set_origin(content, origin);
}
