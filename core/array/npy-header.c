/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads and writes the header of NPY files. A header is a Python dict. The parser in this file
 * accepts only the part of Python's syntax that headers use, including that of Python 2. The
 * written headers are byte for byte the same as numpy's. */
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "mamuto-error.h"
#include "npy.h"

/* Maximum length of a header in bytes. A header has about a hundred bytes, or up to a thousand with
 * 32 dimensions. Only types with named fields have longer headers, and these types are not
 * supported. */
#define MAX_DICT_SIZE (1024 * 1024)

/* The header is padded, so that the array's data starts at a multiple of this number of bytes. */
#define ALIGNMENT 64

/* numpy pads the header with spaces, so that the length of the first axis can later grow to this
 * many digits without moving the data. */
#define GROWTH_DIGITS 21

typedef struct {
    const char *p;
    const char *end;
} Cursor;

static gboolean
malformed(GError **error, const char *what)
{
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, _("not a valid NPY header: %s"),
                what);
    return FALSE;
}

static void
skip_space(Cursor *cursor)
{
    while (cursor->p < cursor->end && strchr(" \t\r\n", *cursor->p) != NULL && *cursor->p != '\0')
        cursor->p++;
}

/* Skips white space. If the next character is @c, skips it too and returns TRUE. */
static gboolean
take(Cursor *cursor, char c)
{
    skip_space(cursor);
    if (cursor->p == cursor->end || *cursor->p != c)
        return FALSE;
    cursor->p++;
    return TRUE;
}

static gboolean
take_word(Cursor *cursor, const char *word)
{
    gsize length = strlen(word);

    skip_space(cursor);
    if ((gsize)(cursor->end - cursor->p) < length || memcmp(cursor->p, word, length) != 0)
        return FALSE;
    cursor->p += length;
    return TRUE;
}

/* Skips the "u" of a unicode string of Python 2, such as u'descr'. */
static void
skip_unicode_prefix(Cursor *cursor)
{
    skip_space(cursor);
    if (cursor->end - cursor->p >= 2 && g_ascii_tolower(cursor->p[0]) == 'u' &&
        (cursor->p[1] == '\'' || cursor->p[1] == '"'))
        cursor->p++;
}

/* Reads a quoted string. Rejects a string with a backslash, because no key or type in a header
 * contains one. */
static gboolean
take_string(Cursor *cursor, char *string, gsize size)
{
    gsize length = 0;
    char quote;

    skip_unicode_prefix(cursor);
    quote = take(cursor, '\'') ? '\'' : take(cursor, '"') ? '"' : '\0';
    if (quote == '\0')
        return FALSE;
    for (; cursor->p < cursor->end && *cursor->p != quote; cursor->p++) {
        if (!g_ascii_isprint(*cursor->p) || *cursor->p == '\\' || length + 1 == size)
            return FALSE;
        string[length++] = *cursor->p;
    }
    string[length] = '\0';
    return take(cursor, quote);
}

static gboolean
take_dimension(Cursor *cursor, gint64 *dimension, GError **error)
{
    gint64 value = 0;

    if (take(cursor, '-'))
        return malformed(error, _("a negative dimension in 'shape'"));
    skip_space(cursor);
    if (cursor->p == cursor->end || !g_ascii_isdigit(*cursor->p))
        return malformed(error, _("'shape' must be a tuple of ints"));
    for (; cursor->p < cursor->end && g_ascii_isdigit(*cursor->p); cursor->p++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, *cursor->p - '0', &value))
            return malformed(error, _("a dimension in 'shape' is too big"));
    take(cursor, 'L'); /* numpy in Python 2 wrote long ints, such as 4L */
    *dimension = value;
    return TRUE;
}

static gboolean
take_shape(Cursor *cursor, NpyHeader *header, GError **error)
{
    gboolean comma = TRUE;

    if (!take(cursor, '('))
        return malformed(error, _("'shape' must be a tuple of ints"));
    header->n_dims = 0;
    while (!take(cursor, ')')) {
        if (!comma)
            return malformed(error, _("'shape' must be a tuple of ints"));
        if (header->n_dims == MAMUTO_ARRAY_MAX_DIMS) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
                        _("an array of more than %d dimensions"), MAMUTO_ARRAY_MAX_DIMS);
            return FALSE;
        }
        if (!take_dimension(cursor, &header->shape[header->n_dims++], error))
            return FALSE;
        comma = take(cursor, ',');
    }
    if (header->n_dims == 1 && !comma) /* in Python, (5) is a number; a tuple is written (5,) */
        return malformed(error, _("'shape' must be a tuple of ints"));
    return TRUE;
}

static gboolean
take_descr(Cursor *cursor, NpyHeader *header, GError **error)
{
    char descr[64];

    skip_space(cursor);
    if (cursor->p < cursor->end && (*cursor->p == '[' || *cursor->p == '(')) {
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
                            _("a structured dtype; these are not handled: save each field as an "
                              "array of its own, such as np.save('x.npy', a['x'])"));
        return FALSE;
    }
    if (!take_string(cursor, descr, sizeof descr))
        return malformed(error, _("'descr' must be a string such as '<f8'"));
    return mamuto_dtype_parse(descr, &header->dtype, error);
}

static gboolean
take_bool(Cursor *cursor, gboolean *value, GError **error)
{
    *value = take_word(cursor, "True");
    if (*value || take_word(cursor, "False"))
        return TRUE;
    return malformed(error, _("'fortran_order' must be True or False"));
}

gboolean
npy_parse_dict(const char *text, gsize length, NpyHeader *header, GError **error)
{
    Cursor cursor = {text, text + length};
    gboolean descr = FALSE, fortran_order = FALSE, shape = FALSE;
    gboolean comma = TRUE;

    if (!take(&cursor, '{'))
        return malformed(error, _("it does not start with '{'"));
    while (!take(&cursor, '}')) {
        gboolean taken;
        char key[32];

        if (!comma || !take_string(&cursor, key, sizeof key) || !take(&cursor, ':'))
            return malformed(error, _("it is not a dict of 'descr', 'fortran_order' and 'shape'"));
        if (g_str_equal(key, "descr") && !descr)
            taken = descr = take_descr(&cursor, header, error);
        else if (g_str_equal(key, "fortran_order") && !fortran_order)
            taken = fortran_order = take_bool(&cursor, &header->fortran_order, error);
        else if (g_str_equal(key, "shape") && !shape)
            taken = shape = take_shape(&cursor, header, error);
        else
            return malformed(error, _("it has an unknown or duplicate key"));
        if (!taken)
            return FALSE;
        comma = take(&cursor, ',');
    }
    skip_space(&cursor);
    if (!descr || !fortran_order || !shape)
        return malformed(error, _("'descr', 'fortran_order' or 'shape' is missing"));
    if (cursor.p != cursor.end)
        return malformed(error, _("text follows its '}'"));
    return TRUE;
}

static gboolean
read_exactly(NpyReader read, gpointer source, guint64 offset, gpointer dest, gsize size,
             GError **error)
{
    gssize got = read(source, offset, dest, size, error);

    if (got < 0)
        return FALSE;
    if ((gsize)got < size) {
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                            _("too short: it ends within the NPY header"));
        return FALSE;
    }
    return TRUE;
}

gboolean
npy_read_header(NpyReader read, gpointer source, NpyHeader *header, GError **error)
{
    g_autofree char *text = NULL;
    guint8 start[12] = {0};
    gsize length, prefix;

    if (!read_exactly(read, source, 0, start, 10, error))
        return FALSE;
    if (memcmp(start, NPY_MAGIC, NPY_MAGIC_SIZE) != 0) {
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                            _("not an NPY file: it does not start with its magic bytes"));
        return FALSE;
    }
    if (start[6] < 1 || start[6] > 3 || start[7] != 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
                    _("NPY version %u.%u; 1.0, 2.0 and 3.0 are handled"), start[6], start[7]);
        return FALSE;
    }
    prefix = start[6] == 1 ? 10 : 12;
    if (prefix == 12 && !read_exactly(read, source, 10, start + 10, 2, error))
        return FALSE;
    length = start[8] | (gsize)start[9] << 8 | (gsize)start[10] << 16 | (gsize)start[11] << 24;
    if (length > MAX_DICT_SIZE) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("an NPY header of %zu bytes; at most %d are read"), length, MAX_DICT_SIZE);
        return FALSE;
    }
    text = g_malloc(length + 1);
    if (!read_exactly(read, source, prefix, text, length, error))
        return FALSE;
    header->size = prefix + length;
    return npy_parse_dict(text, length, header, error);
}

gssize
npy_read_file(gpointer source, guint64 offset, gpointer dest, gsize size, GError **error)
{
    NpyFile *file = source;
    gsize done = 0;

    while (done < size) {
        ssize_t got = pread(file->fd, (guint8 *)dest + done, size - done,
                            (off_t)(file->start + offset + done));

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, _("cannot be read: %s"),
                        g_strerror(errno));
            return -1;
        }
        if (got == 0)
            break;
        done += (gsize)got;
    }
    return (gssize)done;
}

static GString *
format_dict(const MamutoDtype *dtype, guint n_dims, const gint64 *shape, gboolean fortran_order)
{
    GString *dict = g_string_new(NULL);
    char descr[MAMUTO_DTYPE_STRING_MAX];
    char digits[24];

    mamuto_dtype_to_string(dtype, descr);
    g_string_printf(dict, "{'descr': '%s', 'fortran_order': %s, 'shape': (", descr,
                    fortran_order ? "True" : "False");
    for (guint i = 0; i < n_dims; i++)
        g_string_append_printf(dict, i > 0 ? ", %" G_GINT64_FORMAT : "%" G_GINT64_FORMAT, shape[i]);
    g_string_append(dict, n_dims == 1 ? ",), }" : "), }");
    if (n_dims > 0) {
        int n = g_snprintf(digits, sizeof digits, "%" G_GINT64_FORMAT,
                           shape[fortran_order ? n_dims - 1 : 0]);

        g_string_append_printf(dict, "%*s", GROWTH_DIGITS - n, "");
    }
    return dict;
}

GByteArray *
npy_format_header(const MamutoDtype *dtype, guint n_dims, const gint64 *shape,
                  gboolean fortran_order, gsize reserved, GError **error)
{
    g_autoptr(GString) dict = format_dict(dtype, n_dims, shape, fortran_order);
    /* Size of the fields before the dict in format version 1.0. A header of this version is long
     * enough for 32 dimensions. */
    const gsize prefix = 10;
    gsize size = prefix + dict->len + 1;
    GByteArray *header;

    size += ALIGNMENT - size % ALIGNMENT;
    if (reserved > 0 && (reserved < prefix + dict->len + 1 || reserved - prefix > G_MAXUINT16)) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                    _("an NPY header of %zu bytes does not fit into the %zu reserved for it"), size,
                    reserved);
        return NULL;
    }
    size = reserved > 0 ? reserved : size;
    header = g_byte_array_sized_new((guint)size);
    g_byte_array_set_size(header, (guint)size);
    memset(header->data, ' ', size);
    memcpy(header->data, NPY_MAGIC "\x01\x00", 8);
    header->data[8] = (guint8)(size - prefix);
    header->data[9] = (guint8)((size - prefix) >> 8);
    memcpy(header->data + prefix, dict->str, dict->len);
    header->data[size - 1] = '\n';
    return header;
}

gboolean
npy_write_header(int fd, const MamutoDtype *dtype, guint n_dims, const gint64 *shape,
                 gsize reserved, GError **error)
{
    g_autoptr(GByteArray) header = npy_format_header(dtype, n_dims, shape, FALSE, reserved, error);
    gsize done = 0;

    if (header == NULL)
        return FALSE;
    while (done < header->len) {
        ssize_t written = pwrite(fd, header->data + done, header->len - done, (off_t)done);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                        _("the NPY header cannot be written: %s"), g_strerror(errno));
            return FALSE;
        }
        done += (gsize)written;
    }
    return TRUE;
}
