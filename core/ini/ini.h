/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads and edits configuration files in the format of Python's configparser. In this format values
 * may span several lines, keys are case-insensitive, ":" is a second delimiter and "%%" means a
 * percent sign. GKeyFile cannot read this format. Editing keeps comments, blank lines, order, line
 * ends and unknown keys byte for byte; only changed values are rewritten.
 *
 * As in configparser, the keys of [DEFAULT] apply to every section and %(key)s is expanded. A "%"
 * before any other character is literal, because a program may have written the file without
 * interpolation. Section names are case-sensitive. White space at both ends of a value is
 * removed. */
#pragma once

#include <glib.h>

/* Maximum size in bytes. A larger file is not a configuration file, so reading it would only waste
 * memory. */
#define INI_MAX_SIZE (1024 * 1024)

typedef struct _Ini Ini;

/* Creates an empty document. Error messages contain @name as the name of the document. */
Ini *ini_new(const char *name);
/* Parses @length bytes. Fails with MAMUTO_ERROR_INVALID_FILE; the message contains @name and the
 * line. */
Ini *ini_new_from_data(const char *name, const char *data, gsize length, GError **error);
/* As ini_new_from_data(); also fails with G_FILE_ERROR if the file cannot be read. */
Ini *ini_new_from_file(const char *path, GError **error);
void ini_free(Ini *self);

/* Returns the value with its references expanded (transfer full). Returns NULL without an error if
 * neither the section nor [DEFAULT] has the key. */
char *ini_get(Ini *self, const char *section, const char *key, GError **error);
gboolean ini_has_section(Ini *self, const char *section);
gboolean ini_has_key(Ini *self, const char *section, const char *key);
/* Returns (transfer full): the section names in the order of the file, without DEFAULT. */
char **ini_get_sections(Ini *self);
/* Returns (transfer full): the section's own keys in the order of the file, in lower case, without
 * the keys of [DEFAULT]. */
char **ini_get_keys(Ini *self, const char *section);

/* Adds or changes a value. If @value is NULL, removes the key. Adds the section if it is missing.
 * If the value is unchanged, its text in the file is kept. Fails with MAMUTO_ERROR_INVALID_ARGUMENT
 * for a value that would be different when read again: several lines, white space at the ends, or
 * invalid UTF-8. */
gboolean ini_set(Ini *self, const char *section, const char *key, const char *value,
                 GError **error);
/* Does nothing if @section does not exist or a section @name already exists. */
void ini_rename_section(Ini *self, const char *section, const char *name);
/* Removes the section with its keys and comments. Comments after the last key are kept, because
 * they may belong to the next section. */
void ini_remove_section(Ini *self, const char *section);

char *ini_to_data(Ini *self, gsize *length);
/* As output_file_save(), but fails for files that are not regular and for documents larger than
 * INI_MAX_SIZE, because such files could not be read again. */
gboolean ini_save(Ini *self, const char *path, GError **error);

/* Sets a MAMUTO_ERROR_INVALID_FILE about a key, with the message "FILE:LINE: key: message". @key
 * (nullable): NULL for an error about the whole section. */
void ini_set_error(Ini *self, const char *section, const char *key, GError **error,
                   const char *format, ...) G_GNUC_PRINTF(5, 6);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ini, ini_free)
