/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See csv-kind.h. */
#include "csv-kind.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "array-lines.h"
#include "array-private.h"
#include "json-text.h"
#include "mamuto-error.h"

/* Bytes of the elements that are converted at once. */
#define BLOCK_SIZE (256 << 10)
/* Largest array of texts in bytes that a type in a table may request, unless the texts need a
 * quarter of it. */
#define MAX_PADDED ((gint64)1 << 30)

static gboolean
is_text(const MamutoDtype *dtype)
{
    return dtype->kind == 'S' || dtype->kind == 'U';
}

/* ---- saving ---- */

/* Sets @width to the number of characters of the longest text of @array, but at least to 1. */
static gboolean
measure_texts(MamutoArray *array, gsize *width, GError **error)
{
    gsize n = array->dtype.itemsize / sizeof(guint32);
    g_autofree guint32 *item = g_new(guint32, n + 1);

    *width = 1;
    for (gint64 i = 0; i < array->n_items && *width < n; i++) {
        gsize length = n;

        if (!array_read_items(array, i, 1, item, error))
            return FALSE;
        while (length > 0 && item[length - 1] == 0)
            length--;
        *width = MAX(*width, length);
    }
    return TRUE;
}

/* Sets @lost to whether the reader would choose another type for the cells of @array. */
static gboolean
is_kind_lost(MamutoArray *array, gboolean *lost, GError **error)
{
    const MamutoDtype *dtype = &array->dtype;
    gsize width;

    if (dtype->kind == 'U') {
        *lost = FALSE;
        if (!measure_texts(array, &width, error))
            return FALSE;
        *lost = width * sizeof(guint32) != dtype->itemsize;
        return TRUE;
    }
    /* Without rows, all numbers become the type "f8". */
    *lost = array->n_items == 0 ? dtype->kind != 'f' || dtype->itemsize != 8
            : dtype->kind == 'c'
                ? dtype->itemsize != 16
                : dtype->kind != 'b' && (dtype->itemsize != 8 || dtype->kind == 'u');
    *lost = *lost || dtype->kind == 'S';
    return TRUE;
}

gboolean
csv_kind_note(MamutoArray *array, gint64 n_columns, MamutoTableOptions *options, GError **error)
{
    g_autoptr(GString) shape = g_string_new(NULL);
    char type[MAMUTO_DTYPE_STRING_MAX];
    gboolean lost;

    if (array->is_text) /* texts of any length; the header tells that they are texts */
        return TRUE;
    if (!is_kind_lost(array, &lost, error))
        return FALSE;
    mamuto_dtype_to_string(&array->dtype, type);
    if (lost)
        options->kind = g_strdup(type + 1); /* the byte order does not matter in a table */
    for (guint i = 1; i < array->n_dims; i++)
        g_string_append_printf(shape, "%s%" PRId64, i > 1 ? "x" : "", array->shape[i]);
    /* A table of one column becomes an array of one axis, any other one of two. */
    if (array->n_dims > 2 || (array->n_dims == 2 && n_columns == 1))
        options->shape = g_strdup(shape->str);
    return TRUE;
}

/* ---- loading ---- */

guint
csv_kind_parse_shape(const char *text, gint64 lengths[MAMUTO_ARRAY_MAX_DIMS])
{
    g_auto(GStrv) parts = g_strsplit(text, "x", MAMUTO_ARRAY_MAX_DIMS + 1);
    guint n = g_strv_length(parts);

    if (n >= MAMUTO_ARRAY_MAX_DIMS)
        return 0;
    for (guint i = 0; i < n; i++) {
        guint64 length;

        if (!g_ascii_string_to_unsigned(parts[i], 10, 1, G_MAXINT32, &length, NULL))
            return 0;
        lengths[i] = (gint64)length;
    }
    return n;
}

static gboolean
refuse_value(MamutoArray *array, gint64 item, const MamutoDtype *dtype, const guint8 *bytes,
             const char *kind, GError **error)
{
    gint64 row_items = MAX(array->n_items / MAX(array->shape[0], 1), 1);
    g_autoptr(GString) value = g_string_new(NULL);
    g_autofree char *shown = NULL;

    array_append_element(value, dtype, bytes);
    shown = array_show_text(value->str, value->len);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                _("row %'" PRId64 ": %s is no value of the type %s (+kind=%s)"), item / row_items,
                shown, kind, kind);
    return FALSE;
}

/* Converts a text to UTF-8. Returns FALSE if it does not fit. */
static gboolean
encode(const guint8 *item, const MamutoDtype *from, guint8 *dest, gsize size)
{
    gsize n = from->itemsize / sizeof(gunichar);
    g_autofree gunichar *text = g_new0(gunichar, n + 1);
    g_autofree char *bytes = NULL;
    glong length = 0;

    memcpy(text, item, from->itemsize);
    bytes = g_ucs4_to_utf8(text, -1, NULL, &length, NULL);
    if (bytes == NULL || (gsize)length > size)
        return FALSE;
    memset(dest, 0, size);
    memcpy(dest, bytes, (gsize)length);
    return TRUE;
}

/* Returns whether a converted number has the same value, except for the digits of a float. */
static gboolean
is_same(const MamutoDtype *from, const guint8 *item, const MamutoDtype *to, const guint8 *converted)
{
    const MamutoDtype wide = {'c', G_BYTE_ORDER == G_LITTLE_ENDIAN ? '<' : '>', 16};
    guint8 back[16] = {0};
    double a[2], b[2];

    if (from->kind != 'f' && from->kind != 'c') {
        mamuto_dtype_convert(to, converted, from, back, 1);
        return memcmp(back, item, from->itemsize) == 0;
    }
    mamuto_dtype_convert(from, item, &wide, a, 1);
    mamuto_dtype_convert(to, converted, &wide, b, 1);
    if (to->kind != 'f' && to->kind != 'c')
        return a[1] == 0 && a[0] == b[0];
    return (to->kind == 'c' || a[1] == 0) && !isfinite(a[0]) == !isfinite(b[0]) &&
           !isfinite(a[1]) == !isfinite(b[1]);
}

/* @from: the type of @items. */
static gboolean
convert_block(MamutoArray *array, gint64 first, gsize n, const MamutoDtype *from,
              const guint8 *items, const MamutoDtype *to, guint8 *dest, const char *kind,
              GError **error)
{
    if (to->kind != 'S')
        mamuto_dtype_convert(from, items, to, dest, n);
    for (gsize i = 0; i < n; i++) {
        const guint8 *item = items + i * from->itemsize;
        guint8 *converted = dest + i * to->itemsize;
        gboolean ok;

        if (to->kind == 'S') {
            ok = encode(item, from, converted, to->itemsize);
        } else if (to->kind == 'U') {
            g_autofree guint8 *back = g_malloc((gsize)from->itemsize + 1);

            mamuto_dtype_convert(to, converted, from, back, 1);
            ok = memcmp(back, item, from->itemsize) == 0;
        } else {
            ok = is_same(from, item, to, converted);
        }
        if (!ok)
            return refuse_value(array, first + (gint64)i, from, item, kind, error);
    }
    return TRUE;
}

static gboolean
convert_items(MamutoArray *array, const MamutoDtype *to, guint8 *dest, const char *kind,
              GError **error)
{
    gsize size = MAX(array->dtype.itemsize, 1);
    gint64 at_once = MAX(BLOCK_SIZE / (gint64)size, 1);
    g_autofree guint8 *items = g_malloc((gsize)at_once * size);

    for (gint64 done = 0; done < array->n_items; done += at_once) {
        gint64 n = MIN(at_once, array->n_items - done);

        if (!array_read_items(array, done, n, items, error) ||
            !convert_block(array, done, (gsize)n, &array->dtype, items, to,
                           dest + (gsize)done * to->itemsize, kind, error))
            return FALSE;
    }
    return TRUE;
}

/* Converts texts that are stored as JSON strings, see csv-texts.h. */
static gboolean
convert_lines(MamutoArray *array, const MamutoDtype *to, guint8 *dest, const char *kind,
              GError **error)
{
    g_autoptr(GString) json = g_string_new(NULL);
    MamutoDtype from = {'U', G_BYTE_ORDER == G_LITTLE_ENDIAN ? '<' : '>', 0};

    for (gint64 row = 0; row < array->n_items; row++) {
        g_autofree gunichar *text = NULL;

        g_string_truncate(json, 0);
        if (!array_lines_append_row(array, row, G_MAXSSIZE / 2, json, error))
            return FALSE;
        text = g_new(gunichar, json->len);
        from.itemsize = (guint32)(json_text_decode(json->str, json->len, text) * sizeof(gunichar));
        if (!convert_block(array, row, 1, &from, (const guint8 *)text, to,
                           dest + (gsize)row * to->itemsize, kind, error))
            return FALSE;
    }
    return TRUE;
}

/* Refuses a type of texts that would make an array consist mainly of padding, because a small file
 * could then use up the memory. */
static gboolean
check_width(MamutoArray *array, const MamutoDtype *to, const char *kind, GError **error)
{
    gint64 size,
        largest = MAX(MAX_PADDED, array->n_bytes <= G_MAXINT64 / 4 ? 4 * array->n_bytes : 0);

    if (!is_text(to) ||
        (!__builtin_mul_overflow(array->n_items, (gint64)to->itemsize, &size) && size <= largest))
        return TRUE;
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                _("%'" PRId64 " texts of the type %s (+kind=%s) would need more than %'" PRId64
                  " bytes, mainly for padding; name a shorter type"),
                array->n_items, kind, kind, largest);
    return FALSE;
}

static MamutoArray *
convert(MamutoArray *array, const MamutoDtype *to, const char *kind, GError **error)
{
    g_autoptr(MamutoArray) converted = NULL;
    guint8 *dest;

    if (mamuto_array_is_text(array) != is_text(to) && array->n_items > 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    is_text(to) ? _("the cells are numbers, and not of the type %s; write +text= "
                                    "for columns of texts")
                                : _("the cells are texts, and not of the type %s"),
                    kind);
        return NULL;
    }
    if (!check_width(array, to, kind, error))
        return NULL;
    converted = mamuto_array_new(to, array->n_dims, array->shape, error);
    if (converted == NULL)
        return NULL;
    dest = mamuto_array_get_data(converted);
    if (!(mamuto_array_is_json(array) ? convert_lines(array, to, dest, kind, error)
                                      : convert_items(array, to, dest, kind, error)))
        return NULL;
    return g_steal_pointer(&converted);
}

static gboolean
apply_shape(MamutoArray *array, const char *text, GError **error)
{
    gint64 lengths[MAMUTO_ARRAY_MAX_DIMS] = {0};
    guint n = csv_kind_parse_shape(text, lengths);
    gint64 n_columns = array->n_dims > 1 ? array->shape[1] : 1, product = 1;

    if (mamuto_array_is_json(array)) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("the texts have very differing lengths, so that they have one axis, and not "
                      "rows of the shape %s (+shape=%s); write +kind= with a type of texts, such "
                      "as U1000"),
                    text, text);
        return FALSE;
    }
    for (guint i = 0; i < n && product <= n_columns; i++)
        product *= lengths[i];
    if (n == 0 || product != n_columns) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("the table has %'" PRId64 " columns, which are not rows of the shape %s "
                      "(+shape=%s)"),
                    n_columns, text, text);
        return FALSE;
    }
    array->n_dims = n + 1;
    memcpy(array->shape + 1, lengths, n * sizeof *lengths);
    array_fill_strides(array, FALSE, array->strides);
    return TRUE;
}

MamutoArray *
csv_kind_apply(MamutoArray *array, const MamutoTableOptions *options, gboolean has_all_columns,
               GError **error)
{
    g_autoptr(MamutoArray) given = array;
    MamutoDtype to;

    if (options->kind != NULL) {
        MamutoArray *converted;

        if (!mamuto_dtype_parse(options->kind, &to, error))
            return NULL;
        if (!mamuto_dtype_equal(&to, &array->dtype)) {
            converted = convert(array, &to, options->kind, error);
            if (converted == NULL)
                return NULL;
            g_object_unref(given);
            given = converted;
        }
    }
    if (options->shape != NULL && has_all_columns && !apply_shape(given, options->shape, error))
        return NULL;
    return g_steal_pointer(&given);
}
