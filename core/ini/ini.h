/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads and edits configuration files in the format of Python's configparser. In this format values
 * may span several lines, keys are case-insensitive, ":" is a second delimiter and "%%" means a
 * percent sign. GKeyFile cannot read this format. Editing rewrites only the changed values.
 * Comments, blank lines, order, line ends and unknown keys are kept byte for byte. As in
 * configparser, the keys of [DEFAULT] apply to every section, and %(key)s in a value is replaced by
 * the value of this key. A "%" that does not begin "%%" or "%(key)s" is an ordinary character.
 * configparser rejects such a "%", but a file written by another program may contain it. Section
 * names are case-sensitive. White space at both ends of a value is removed. */
#pragma once

#include <glib.h>

/* Maximum size of a file in bytes. A larger file is not read, because it is certainly not a
 * configuration file. */
#define INI_MAX_SIZE (1024 * 1024)

typedef struct _Ini Ini;

/* Creates an empty configuration. Error messages contain @name as the file name. */
Ini *ini_new(const char *name);
/* Parses @length bytes. Fails with MAMUTO_ERROR_INVALID_FILE. The error message contains @name and
 * the line number. */
Ini *ini_new_from_data(const char *name, const char *data, gsize length, GError **error);
/* Reads and parses a file. Fails like ini_new_from_data(), or with G_FILE_ERROR if the file cannot
 * be read. */
Ini *ini_new_from_file(const char *path, GError **error);
void ini_free(Ini *self);

/* Returns the value of a key (transfer full), with each %(key)s replaced. Returns NULL without an
 * error if neither the section nor [DEFAULT] has the key. */
char *ini_get(Ini *self, const char *section, const char *key, GError **error);
gboolean ini_has_section(Ini *self, const char *section);
gboolean ini_has_key(Ini *self, const char *section, const char *key);
/* Returns whether @value neither begins nor ends with white space, which a reader would remove. */
gboolean ini_is_stripped(const char *value);
/* Returns (transfer full): the names of all sections except [DEFAULT], in the order of the file. */
char **ini_get_sections(Ini *self);
/* Returns (transfer full): the section's own keys in the order of the file, in lower case, without
 * the keys of [DEFAULT]. */
char **ini_get_keys(Ini *self, const char *section);

/* Adds a key or changes its value. If @value is NULL, removes the key. Adds the section if it is
 * missing. A value that is equal to the current value is not rewritten. Fails with
 * MAMUTO_ERROR_INVALID_ARGUMENT for a value that would be different when read again: several lines,
 * white space at the ends, or invalid UTF-8. */
gboolean ini_set(Ini *self, const char *section, const char *key, const char *value,
                 GError **error);
/* Renames @section to @name. Does nothing if @section does not exist, or if a section @name already
 * exists. */
void ini_rename_section(Ini *self, const char *section, const char *name);
/* Removes the section with its keys and the comments between them. Comments after the last key are
 * kept, because they may belong to the next section. */
void ini_remove_section(Ini *self, const char *section);

char *ini_to_data(Ini *self, gsize *length);
/* Returns (transfer full): the SHA-256 of the text that ini_to_data() returns, in hexadecimal
 * digits. For a configuration that was read and not edited, this is the hash of the file. */
char *ini_hash(Ini *self);
/* Writes the configuration to a file, like output_file_save(). Fails if the file is not regular or
 * would be larger than INI_MAX_SIZE, because such a file could not be read again. */
gboolean ini_save(Ini *self, const char *path, GError **error);

/* Sets a MAMUTO_ERROR_INVALID_FILE with the message "FILE:LINE: key: message". If @key is NULL, the
 * error concerns the whole section. */
void ini_set_error(Ini *self, const char *section, const char *key, GError **error,
                   const char *format, ...) G_GNUC_PRINTF(5, 6);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ini, ini_free)
