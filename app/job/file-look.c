/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See file-look.h. */
#include "file-look.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How much of a file is read for its first lines, how many lines are kept, and how many characters
 * of each line. A header usually stands in one of the first lines; comments may precede it. */
#define HEAD_SIZE (64 * 1024)
#define MAX_LINES 60
#define MAX_CHARS 300

typedef struct {
    char *spec;
    MamutoFileKind kind;
    gboolean inspect;
} Task;

static void
task_free(gpointer data)
{
    g_free(((Task *)data)->spec);
    g_free(data);
}

void
file_look_free(FileLook *self)
{
    g_clear_pointer(&self->table, mamuto_table_free);
    g_clear_pointer(&self->members, g_ptr_array_unref);
    g_strfreev(self->lines);
    g_free(self->message);
    g_free(self);
}

/* Uncompresses @head if it is the beginning of a gzip file. */
static GByteArray *
uncompress(GByteArray *head)
{
    g_autoptr(GZlibDecompressor) gzip = NULL;
    g_autoptr(GInputStream) memory = NULL;
    g_autoptr(GInputStream) stream = NULL;
    GByteArray *text;
    gsize got = 0;

    if (head->len < 2 || head->data[0] != 0x1f || head->data[1] != 0x8b)
        return head;
    gzip = g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP);
    memory = g_memory_input_stream_new_from_data(head->data, head->len, NULL);
    stream = g_converter_input_stream_new(memory, G_CONVERTER(gzip));
    text = g_byte_array_sized_new(HEAD_SIZE);
    g_byte_array_set_size(text, HEAD_SIZE);
    /* Usually fails at the end of the head, which is not the end of the compressed data. The bytes
     * before are valid. */
    (void)g_input_stream_read_all(stream, text->data, text->len, &got, NULL, NULL);
    g_byte_array_set_size(text, (guint)got);
    g_byte_array_unref(head);
    return text;
}

/* (transfer full) (nullable): the beginning of a regular file, uncompressed. Does not wait for the
 * writer of a named pipe. */
static GByteArray *
read_head(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    GByteArray *head = NULL;
    struct stat st;
    ssize_t got = -1;

    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        head = g_byte_array_sized_new(HEAD_SIZE);
        g_byte_array_set_size(head, HEAD_SIZE);
        got = read(fd, head->data, HEAD_SIZE);
        g_byte_array_set_size(head, got > 0 ? (guint)got : 0);
    }
    close(fd);
    return head ? uncompress(head) : NULL;
}

/* (transfer full): a line for display: control characters are escaped, and a long line is cut. */
static char *
show_line(const guint8 *line, gsize size)
{
    gsize kept = MIN(size, MAX_CHARS * 4);
    g_autofree char *text = g_malloc(kept + 1);
    g_autofree char *shown = NULL;

    memcpy(text, line, kept);
    text[kept] = '\0';
    for (gsize i = 0; i < kept; i++)
        if (text[i] == '\0')
            text[i] = '\1'; /* the end of a C string; shown as another control character */
    shown = mamuto_text_escape(text, FALSE);
    if (g_utf8_strlen(shown, -1) > MAX_CHARS || kept < size) {
        glong length = MIN(g_utf8_strlen(shown, -1), MAX_CHARS);

        *g_utf8_offset_to_pointer(shown, length) = '\0';
        return g_strconcat(shown, "…", NULL);
    }
    return g_steal_pointer(&shown);
}

static char **
read_lines(const char *path)
{
    g_autoptr(GByteArray) head = read_head(path);
    g_autoptr(GStrvBuilder) lines = g_strv_builder_new();
    gsize at = 0;

    for (guint n = 0; head && at < head->len && n < MAX_LINES; n++) {
        const guint8 *line = head->data + at;
        const guint8 *end = memchr(line, '\n', head->len - at);
        gsize size = end ? (gsize)(end - line) : head->len - at;
        g_autofree char *shown = NULL;

        at += size + 1;
        if (size > 0 && line[size - 1] == '\r')
            size--;
        if (n == 0 && size >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0) {
            line += 3; /* a byte order mark */
            size -= 3;
        }
        shown = show_line(line, size);
        g_strv_builder_add(lines, shown);
    }
    return g_strv_builder_end(lines);
}

/* Finds out how a table is understood. A part that does not fit the table, for example a column
 * that does not exist, is left out. */
static void
inspect(FileLook *look, const char *spec)
{
    g_autofree char *part = NULL;
    g_autofree char *options = NULL;
    g_autofree char *file = mamuto_array_split_spec(spec, &part, &options);
    g_autoptr(GError) error = NULL;

    look->table = mamuto_table_inspect(spec, part ? NULL : &error);
    if (!look->table && part) {
        g_autofree char *whole = g_strconcat(file, options ? "+" : NULL, options, NULL);

        look->table = mamuto_table_inspect(whole, &error);
    }
    if (error)
        look->message = g_strdup(error->message);
}

static void
run(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    const Task *what = data;
    g_autofree char *part = NULL;
    g_autofree char *options = NULL;
    g_autofree char *file = mamuto_array_split_spec(what->spec, &part, &options);
    FileLook *look = g_new0(FileLook, 1);
    g_autoptr(GError) error = NULL;

    if (what->kind == MAMUTO_FILE_NPZ) {
        look->members = mamuto_npz_list_members(file, &error);
        look->message = error ? g_strdup(error->message) : NULL;
    } else if (what->kind == MAMUTO_FILE_TABLE) {
        look->lines = read_lines(file);
        if (what->inspect)
            inspect(look, what->spec);
    }
    g_task_return_pointer(task, look, (GDestroyNotify)file_look_free);
}

void
file_look_async(const char *spec, MamutoFileKind kind, gboolean inspect_table,
                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
    g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, data);
    Task *what = g_new0(Task, 1);

    what->spec = g_strdup(spec);
    what->kind = kind;
    what->inspect = inspect_table;
    g_task_set_task_data(task, what, task_free);
    mamuto_task_run_in_thread(task, run);
}

FileLook *
file_look_finish(GAsyncResult *result)
{
    return g_task_propagate_pointer(G_TASK(result), NULL);
}
