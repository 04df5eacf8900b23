/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See json-writer.h. A stack of closing brackets records the open objects and arrays. */
#include "json-writer.h"

#include <math.h>

#include "quote.h"

struct _JsonWriter {
    GString *text;
    GString *open; /* closing brackets that are still to be written, innermost last */
    gboolean pretty;
    gboolean empty; /* TRUE: the innermost object or array has no member yet */
};

JsonWriter *
json_writer_new(gboolean pretty)
{
    JsonWriter *self = g_new0(JsonWriter, 1);

    self->text = g_string_new(NULL);
    self->open = g_string_new(NULL);
    self->pretty = pretty;
    self->empty = TRUE;
    return self;
}

char *
json_writer_finish(JsonWriter *self)
{
    char *text;

    g_warn_if_fail(self->open->len == 0);
    if (self->pretty)
        g_string_append_c(self->text, '\n');
    text = g_string_free(self->text, FALSE);
    g_string_free(self->open, TRUE);
    g_free(self);
    return text;
}

static void
begin_line(JsonWriter *self)
{
    g_string_append_c(self->text, '\n');
    for (gsize i = 0; i < self->open->len; i++)
        g_string_append_c(self->text, '\t');
}

GString *
json_writer_begin_raw(JsonWriter *self, const char *name)
{
    if (!self->empty)
        g_string_append(self->text, self->pretty ? "," : ", ");
    if (self->pretty && self->open->len > 0)
        begin_line(self);
    if (name != NULL) {
        quote_append_json(self->text, name);
        g_string_append(self->text, ": ");
    }
    self->empty = FALSE;
    return self->text;
}

static void
begin(JsonWriter *self, const char *name, char opening, char closing)
{
    g_string_append_c(json_writer_begin_raw(self, name), opening);
    g_string_append_c(self->open, closing);
    self->empty = TRUE;
}

void
json_writer_begin_object(JsonWriter *self, const char *name)
{
    begin(self, name, '{', '}');
}

void
json_writer_begin_array(JsonWriter *self, const char *name)
{
    begin(self, name, '[', ']');
}

void
json_writer_end(JsonWriter *self)
{
    char closing;

    g_return_if_fail(self->open->len > 0);
    closing = self->open->str[self->open->len - 1];
    g_string_truncate(self->open, self->open->len - 1);
    if (self->pretty && !self->empty)
        begin_line(self);
    g_string_append_c(self->text, closing);
    self->empty = FALSE;
}

void
json_writer_add_raw(JsonWriter *self, const char *name, const char *json)
{
    g_string_append(json_writer_begin_raw(self, name), json);
}

void
json_writer_add_null(JsonWriter *self, const char *name)
{
    json_writer_add_raw(self, name, "null");
}

void
json_writer_add_text(JsonWriter *self, const char *name, const char *text)
{
    if (text != NULL)
        quote_append_json(json_writer_begin_raw(self, name), text);
    else
        json_writer_add_null(self, name);
}

void
json_writer_add_int(JsonWriter *self, const char *name, gint64 value)
{
    g_string_append_printf(json_writer_begin_raw(self, name), "%" G_GINT64_FORMAT, value);
}

void
json_writer_add_uint(JsonWriter *self, const char *name, guint64 value)
{
    g_string_append_printf(json_writer_begin_raw(self, name), "%" G_GUINT64_FORMAT, value);
}

void
json_writer_add_bool(JsonWriter *self, const char *name, gboolean value)
{
    json_writer_add_raw(self, name, value ? "true" : "false");
}

void
json_writer_add_double(JsonWriter *self, const char *name, double value, const char *format)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    /* In the format "%.9f", a value above 1e18 may have more digits than the buffer can hold. */
    if (!isfinite(value) || (fabs(value) > 1e18 && g_str_has_suffix(format, "f")))
        json_writer_add_null(self, name);
    else
        json_writer_add_raw(self, name, g_ascii_formatd(text, sizeof text, format, value));
}

void
json_writer_add_seconds(JsonWriter *self, const char *name, gint64 us)
{
    guint64 size = us < 0 ? -(guint64)us : (guint64)us;

    g_string_append_printf(json_writer_begin_raw(self, name), "%s%" G_GUINT64_FORMAT ".%06u",
                           us < 0 ? "-" : "", size / G_USEC_PER_SEC,
                           (guint)(size % G_USEC_PER_SEC));
}
