/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads and edits configuration files in the format of Python's configparser. GKeyFile cannot read
 * this format: values span several lines, keys are case-insensitive, ":" is a delimiter too, "%%"
 * is a percent sign. Editing keeps comments, blank lines, order, line ends and unknown keys byte
 * for byte; only values that change are rewritten.
 *
 * As in configparser, the keys of [DEFAULT] apply to every section and %(key)s is expanded. A "%"
 * before any other character is literal, because a program may have written the file without
 * interpolation. Section names are case-sensitive. Values are stripped of white space at both ends.
 */
#pragma once

#include <glib.h>

/* Bytes. A larger file is certainly no configuration, and reading it would only cost memory. */
#define INI_MAX_SIZE (1024 * 1024)

typedef struct _Ini Ini;

/* Creates an empty document; error messages call it @name. */
Ini *ini_new(const char *name);
/* Parses @length bytes. Fails with MAMUTO_ERROR_INVALID_FILE; the message contains @name and the
 * line. */
Ini *ini_new_from_data(const char *name, const char *data, gsize length, GError **error);
/* As ini_new_from_data(); also fails with G_FILE_ERROR if the file cannot be read. */
Ini *ini_new_from_file(const char *path, GError **error);
void ini_free(Ini *self);

/* Returns (transfer full) the value with its references expanded; NULL without an error if the key
 * is missing from both the section and [DEFAULT]. */
char *ini_get(Ini *self, const char *section, const char *key, GError **error);
gboolean ini_has_section(Ini *self, const char *section);
gboolean ini_has_key(Ini *self, const char *section, const char *key);
/* (transfer full): the section names in the order of the file, without DEFAULT. */
char **ini_get_sections(Ini *self);
/* (transfer full): the section's own keys in the order of the file, in lower case, without those of
 * [DEFAULT]. */
char **ini_get_keys(Ini *self, const char *section);

/* Adds or changes a value, or removes it if @value is NULL; adds the section if it is missing. An
 * equal value is not rewritten. Fails with MAMUTO_ERROR_INVALID_ARGUMENT if reading the file would
 * not return the same value: if it has several lines, leading or trailing white space, or invalid
 * UTF-8. */
gboolean ini_set(Ini *self, const char *section, const char *key, const char *value,
                 GError **error);
/* Does nothing if @section does not exist or a section @name already exists. */
void ini_rename_section(Ini *self, const char *section, const char *name);
/* Removes the section with its keys and comments, except comments after its last key, which may
 * belong to the next section. */
void ini_remove_section(Ini *self, const char *section);

char *ini_to_data(Ini *self, gsize *length);
/* As output_file_save(), but refuses files that are not regular and documents larger than
 * INI_MAX_SIZE, because neither could be read again. */
gboolean ini_save(Ini *self, const char *path, GError **error);

/* Sets a MAMUTO_ERROR_INVALID_FILE about a key, as "FILE:LINE: key: message". @key (nullable): NULL
 * for an error about the section. */
void ini_set_error(Ini *self, const char *section, const char *key, GError **error,
                   const char *format, ...) G_GNUC_PRINTF(5, 6);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ini, ini_free)
