/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writes JSON sequentially, without building a tree. Each value is added to the innermost object or
 * array that is not yet closed. The argument @name is the key of the value if it is added to an
 * object. @name is NULL for an element of an array and for the outermost value. The decimal
 * separator is a point in every locale. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _JsonWriter JsonWriter;

/* Creates a writer. @pretty: TRUE writes each member on its own line, indented by tabs, and a line
 * feed at the end; FALSE writes a single line. */
JsonWriter *json_writer_new(gboolean pretty);
/* Returns the text (transfer full) and frees the writer. All objects and arrays must be closed. */
char *json_writer_finish(JsonWriter *self);

void json_writer_begin_object(JsonWriter *self, const char *name);
void json_writer_begin_array(JsonWriter *self, const char *name);
/* Closes the innermost object or array that is not yet closed. */
void json_writer_end(JsonWriter *self);

/* Writes a string. @text (nullable): NULL is written as null; invalid UTF-8 is replaced by
 * U+FFFD. */
void json_writer_add_text(JsonWriter *self, const char *name, const char *text);
void json_writer_add_int(JsonWriter *self, const char *name, gint64 value);
void json_writer_add_uint(JsonWriter *self, const char *name, guint64 value);
void json_writer_add_bool(JsonWriter *self, const char *name, gboolean value);
/* Writes a number. @format: a format of g_ascii_formatd(), such as "%.3f" or "%.9g". If @value is
 * not finite or its magnitude exceeds 1e18, null is written instead. */
void json_writer_add_double(JsonWriter *self, const char *name, double value, const char *format);
/* Writes a time of @us microseconds as a number of seconds. The number has six decimals, so it is
 * not rounded. */
void json_writer_add_seconds(JsonWriter *self, const char *name, gint64 us);
void json_writer_add_null(JsonWriter *self, const char *name);
/* Writes @json, a value that is already encoded as JSON. */
void json_writer_add_raw(JsonWriter *self, const char *name, const char *json);
/* Prepares to write a value in several pieces: writes the comma and the key before the value, and
 * returns the output buffer (transfer none). The caller appends the encoded value to this
 * buffer. */
GString *json_writer_begin_raw(JsonWriter *self, const char *name);

G_END_DECLS
