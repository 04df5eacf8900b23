/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writes JSON from begin to end without building a tree. Names are those of members of the
 * innermost open object; elements of an array, and the outermost value, have the name NULL. Numbers
 * have a point in every locale. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _JsonWriter JsonWriter;

/* @pretty: each member on a line of its own, indented by tabs, and a line feed at the end; else all
 * on one line. */
JsonWriter *json_writer_new(gboolean pretty);
/* (transfer full): the text; frees the writer. All objects and arrays must have ended. */
char *json_writer_finish(JsonWriter *self);

void json_writer_begin_object(JsonWriter *self, const char *name);
void json_writer_begin_array(JsonWriter *self, const char *name);
/* Ends the innermost open object or array. */
void json_writer_end(JsonWriter *self);

/* @text may be any bytes; NULL becomes null. */
void json_writer_add_text(JsonWriter *self, const char *name, const char *text);
void json_writer_add_int(JsonWriter *self, const char *name, gint64 value);
void json_writer_add_uint(JsonWriter *self, const char *name, guint64 value);
void json_writer_add_bool(JsonWriter *self, const char *name, gboolean value);
/* @format: as "%.3f" or "%.9g"; a value that is not finite or is beyond 1e18 becomes null. */
void json_writer_add_double(JsonWriter *self, const char *name, double value, const char *format);
/* Microseconds as seconds, to the last one: sums that hold in the program hold in the file. */
void json_writer_add_seconds(JsonWriter *self, const char *name, gint64 us);
void json_writer_add_null(JsonWriter *self, const char *name);
/* @json: a value that is JSON already. */
void json_writer_add_raw(JsonWriter *self, const char *name, const char *json);
/* The text, after what a next value needs before it: for values that are appended in pieces. */
GString *json_writer_begin_raw(JsonWriter *self, const char *name);

G_END_DECLS
