/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Formats single array elements as text. Parsing this text gives the same value. */
#include <math.h>
#include <string.h>

#include "array-lines.h"
#include "array-private.h"
#include "dtype-convert.h"
#include "json-text.h"
#include "mamuto-error.h"
#include "number.h"
#include "quote.h"

/* Maximum number of characters of a file's text that an error message shows. */
#define SHOWN_CHARS 40
/* Maximum number of bytes of a JSON value that is shown. */
#define SHOWN_JSON 1000
#define CUT "…" /* after the beginning of a longer one */

char *
array_show_text(const char *text, gsize length)
{
    g_autofree char *shown = quote_start(text, length, SHOWN_CHARS);

    return g_strdup_printf("'%s'", shown);
}

static void
append_int(GString *text, const MamutoDtype *dtype, gconstpointer item)
{
    const MamutoDtype wide = {dtype->kind, G_BYTE_ORDER == G_LITTLE_ENDIAN ? '<' : '>', 8};
    guint64 value;

    mamuto_dtype_convert(dtype, item, &wide, &value, 1);
    if (dtype->kind == 'i')
        g_string_append_printf(text, "%" G_GINT64_FORMAT, (gint64)value);
    else
        g_string_append_printf(text, "%" G_GUINT64_FORMAT, value);
}

static void
append_float(GString *text, double value, guint width, gboolean point)
{
    char number[NUMBER_TEXT_MAX];

    g_string_append_len(text, number, number_format(value, width, point, number));
}

/* Formats a complex number as Python's str() does. */
static void
append_complex(GString *text, double re, double im, guint width)
{
    gboolean whole = re != 0 || signbit(re);

    if (whole) {
        g_string_append_c(text, '(');
        append_float(text, re, width, FALSE);
        if (isnan(im) || !signbit(im))
            g_string_append_c(text, '+');
    }
    append_float(text, im, width, FALSE);
    g_string_append(text, whole ? "j)" : "j");
}

static void
append_bytes(GString *text, const guint8 *bytes, gsize length)
{
    while (length > 0 && bytes[length - 1] == 0)
        length--;
    if (g_utf8_validate_len((const char *)bytes, length, NULL)) {
        g_string_append_len(text, (const char *)bytes, (gssize)length);
        return;
    }
    for (gsize i = 0; i < length; i++)
        if (bytes[i] > 0 && bytes[i] < 0x80)
            g_string_append_c(text, (char)bytes[i]);
        else
            g_string_append_printf(text, "\\x%02x", bytes[i]);
}

static void
append_unicode(GString *text, const MamutoDtype *dtype, const guint8 *item)
{
    gsize length = dtype->itemsize / 4;
    gsize zeros = 0;

    for (gsize i = 0; i < length; i++) {
        gunichar c;

        memcpy(&c, item + 4 * i, 4);
        c = mamuto_dtype_is_swapped(dtype) ? GUINT32_SWAP_LE_BE(c) : c;
        /* NUL characters at the end of the element are padding and are not appended. */
        if (c == 0) {
            zeros++;
            continue;
        }
        for (; zeros > 0; zeros--)
            g_string_append_c(text, '\0');
        g_string_append_unichar(text, g_unichar_validate(c) ? c : 0xfffd);
    }
}

void
array_append_element(GString *text, const MamutoDtype *dtype, gconstpointer item)
{
    const MamutoDtype wide = {'c', G_BYTE_ORDER == G_LITTLE_ENDIAN ? '<' : '>', 16};
    double value[2];

    switch (dtype->kind) {
    case 'b':
        g_string_append(text, *(const guint8 *)item ? "True" : "False");
        break;
    case 'i':
    case 'u':
        append_int(text, dtype, item);
        break;
    case 'f':
        mamuto_dtype_convert(dtype, item, &wide, value, 1);
        append_float(text, value[0], dtype->itemsize, TRUE);
        break;
    case 'c':
        mamuto_dtype_convert(dtype, item, &wide, value, 1);
        append_complex(text, value[0], value[1], dtype->itemsize / 2);
        break;
    case 'S':
        append_bytes(text, item, dtype->itemsize);
        break;
    default:
        append_unicode(text, dtype, item);
    }
}

/* Appends the text in a JSON string. A string that was cut ends in "…" instead of a quote. A row
 * without a value is "null", and nothing is appended. */
static void
append_json_text(GString *text, const char *json, gsize size)
{
    gboolean is_cut = size > 0 && json[size - 1] != '"';
    gsize limit = size - (is_cut ? strlen(CUT) : 1), end = 1, n;
    g_autofree gunichar *decoded = NULL;

    if (size == 0 || json[0] != '"')
        return;
    while (end < limit) {
        gsize length = json[end] != '\\'      ? (gsize)g_utf8_skip[(guint8)json[end]]
                       : json[end + 1] == 'u' ? 6
                                              : 2;

        if (end + length > limit)
            break; /* an escape sequence that was cut */
        end += length;
    }
    decoded = g_new(gunichar, end);
    n = json_text_decode(json, end + 1, decoded);
    for (gsize i = 0; i < n; i++)
        g_string_append_unichar(text, g_unichar_validate(decoded[i]) ? decoded[i] : 0xfffd);
    if (is_cut)
        g_string_append(text, CUT);
}

/**
 * mamuto_array_read_text:
 * @self: an array of JSON values that are texts; see mamuto_array_is_text()
 * @row: a row
 * @error: return location for a #GError
 *
 * Reads a whole text, which may be large. A row without a value has an empty text. NUL characters
 * and halves of surrogate pairs are replaced by U+FFFD. Can be called from any thread.
 *
 * Returns: (transfer full): the text in UTF-8; %NULL with the errors of mamuto_array_read_json()
 */
char *
mamuto_array_read_text(MamutoArray *self, gint64 row, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *json = NULL;

    g_return_val_if_fail(MAMUTO_IS_ARRAY(self) && self->is_text, NULL);
    json = mamuto_array_read_json(self, row, error);
    if (json == NULL)
        return NULL;
    append_json_text(text, json, strlen(json));
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/**
 * mamuto_array_format_element:
 * @self: an array
 * @index: (array): the index along each dimension
 *
 * Formats an element with the shortest digits that parse to the same value, as Python's `str()`
 * does. A JSON value is its JSON text, or, if all values are texts, the text itself; of a longer
 * one than 1,000 bytes of JSON, the beginning and "…" are returned. The text does not depend on the
 * locale. Can be called from any thread.
 *
 * Returns: (transfer full): the text; empty if the array's file was truncated
 */
char *
mamuto_array_format_element(MamutoArray *self, const gint64 *index)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree guint8 *item = NULL;
    gint64 position = 0;

    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), NULL);
    g_return_val_if_fail(self->n_dims == 0 || index != NULL, NULL);

    for (guint i = 0; i < self->n_dims; i++) {
        g_return_val_if_fail(index[i] >= 0 && index[i] < self->shape[i], NULL);
        position = position * self->shape[i] + index[i];
    }
    if (self->dtype.kind == 'J') {
        g_autoptr(GString) json = g_string_new(NULL);

        array_lines_append_row(self, position, SHOWN_JSON, json, NULL);
        if (!self->is_text)
            return g_string_free(g_steal_pointer(&json), FALSE);
        append_json_text(text, json->str, json->len);
        return g_string_free(g_steal_pointer(&text), FALSE);
    }
    item = g_malloc0(self->dtype.itemsize + 1);
    if (array_read_items(self, position, 1, item, NULL))
        array_append_element(text, &self->dtype, item);
    return g_string_free(g_steal_pointer(&text), FALSE);
}
