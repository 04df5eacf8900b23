/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Configuration files as Python's configparser reads and writes them (GKeyFile does not: values go
 * over several lines, keys have no case, ":" delimits too, "%%" is a percent sign), changed in
 * place: comments, blank lines, order, line ends and all that is not understood stay as they are,
 * byte for byte; only a value that was set to something else is written anew.
 *
 * What stands in [DEFAULT] holds in every section, and %(key)s is replaced, as configparser does.
 * A "%" before anything else stands for itself (such a file was written without interpolation).
 * Keys have no case, sections do. Values are stripped of white space at both ends. */
#pragma once

#include <glib.h>

/* A file larger than this is not a configuration. */
#define INI_MAX_SIZE (1024 * 1024)

typedef struct _Ini Ini;

/* An empty one; @name is what messages call it. */
Ini *ini_new(const char *name);
/* Fails with MAMUTO_ERROR_INVALID_FILE that names @name and the line. */
Ini *ini_new_from_data(const char *name, const char *data, gsize length, GError **error);
/* Fails with G_FILE_ERROR too. */
Ini *ini_new_from_file(const char *path, GError **error);
void ini_free(Ini *self);

/* The value with what it refers to replaced; NULL without an error if the key is not there. */
char *ini_get(Ini *self, const char *section, const char *key, GError **error);
gboolean ini_has_section(Ini *self, const char *section);
gboolean ini_has_key(Ini *self, const char *section, const char *key);
/* The sections in order, without DEFAULT. */
char **ini_get_sections(Ini *self);
/* The keys of the section itself in order, in lower case. */
char **ini_get_keys(Ini *self, const char *section);

/* Adds, changes (if it differs) or with NULL removes a value; makes the section if need be. Fails
 * with MAMUTO_ERROR_INVALID_ARGUMENT if the file could not give the same value back: one of
 * several lines, or with white space at an end. */
gboolean ini_set(Ini *self, const char *section, const char *key, const char *value,
                 GError **error);
/* Does nothing if there is no @section, or if there is a @name already. */
void ini_rename_section(Ini *self, const char *section, const char *name);
/* With all in it, comments too; those after its last value stay. */
void ini_remove_section(Ini *self, const char *section);

char *ini_to_data(Ini *self, gsize *length);
/* As output_file_save(); what is no regular file is refused, since it could not be read again. */
gboolean ini_save(Ini *self, const char *path, GError **error);

/* An error of code MAMUTO_ERROR_INVALID_FILE about a key: "FILE:LINE: key: what is wrong". */
void ini_set_error(Ini *self, const char *section, const char *key, GError **error,
                   const char *format, ...) G_GNUC_PRINTF(5, 6);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ini, ini_free)
