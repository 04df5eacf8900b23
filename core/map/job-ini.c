/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The text of a job file:
 *
 *     [job]
 *     version = 2           (1 if the job needs nothing of version 2)
 *     function = model.py:like
 *     cluster = cluster.cfg
 *     mode = row            (or batch)
 *     depends = helpers, pkg
 *     send = data, table.bin   (paths; a path with a comma is written as "a,b")
 *     output = out.npy
 *     on-error = stop       (or continue)
 *     row-timeout = 2.5     (seconds)
 *     start-timeout = 300   (seconds)
 *     grid = yes            (version 2: all combinations of the rows of the arguments)
 *
 *     [argument 1]
 *     name = x              (version 2: binds; without it: label = x)
 *     value = p.npy         (version 1: =JSON, table.csv:x, a.npz:name;
 *                            version 2: also @data.npy, 0:1:101 and all of argument-spec.h)
 *     keep = no
 *
 * Relative paths are relative to the folder of the job file. Every key is optional; the default of
 * version is 1. In version 1 a name is only displayed. In version 2 the argument is passed to the
 * parameter of this name, if the name is an identifier, and a label is only displayed. An older
 * program would misread such arguments, but it refuses a version that it does not know. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "integer.h"
#include "job-private.h"
#include "language.h"
#include "mamuto-error.h"
#include "quote.h"

#define JOB "job"
#define ARGUMENT_PREFIX "argument "
#define VERSION 2

/* Whether @text, the value of @key in [job], begins with a path. Other values are a function of an
 * installed module ("module:function"). */
static gboolean
is_path(const char *key, const char *text)
{
    g_autofree char *place = NULL;
    const char *colon;

    if (*text == '\0' || *text == '=')
        return FALSE;
    if (strcmp(key, "function") != 0)
        return TRUE;
    colon = strrchr(text, ':');
    place = g_strndup(text, colon ? (gsize)(colon - text) : 0);
    return language_is_source(text) || language_is_source(place);
}

/* Removes "./" at the beginning of @text. Leaves the rest of @text as it is, because @text may end
 * with a colon and the name of a column or array, and this name may contain "/./". */
char *
job_resolve_path(const char *text, const char *folder)
{
    if (g_path_is_absolute(text) || *text == '\0')
        return g_strdup(text);
    while (g_str_has_prefix(text, "./"))
        text += 2;
    return g_build_filename(folder, text, NULL);
}

static char *
resolve(const char *key, const char *text, const char *folder)
{
    return is_path(key, text) ? job_resolve_path(text, folder) : g_strdup(text);
}

char *
job_make_path_relative(const char *text, const char *folder)
{
    g_autofree char *here = g_get_current_dir();
    g_autofree char *whole = job_resolve_path(text, here);
    gsize length = strlen(folder);
    const char *rest;

    if (strncmp(whole, folder, length) != 0)
        return g_steal_pointer(&whole);
    if (whole[length] != '/' && !g_str_has_suffix(folder, "/"))
        return g_steal_pointer(&whole);
    rest = whole + length;
    while (*rest == '/')
        rest++;
    /* Puts "./" before a path that begins with "=", because resolve() leaves such a text as it is,
     * and before a path that begins with white space, because readers of the file remove it. */
    return *rest == '=' || !ini_is_stripped(rest) ? g_strconcat("./", rest, NULL) : g_strdup(rest);
}

static char *
make_relative(const char *key, const char *text, const char *folder)
{
    return is_path(key, text) ? job_make_path_relative(text, folder) : g_strdup(text);
}

/* ---- reading ---- */

/* Reads the value of a key. If the key is missing or its value is empty, sets *@value to NULL and
 * returns TRUE. @folder: (nullable): if set, a relative path is made absolute with this folder. */
static gboolean
read_text(Ini *ini, const char *section, const char *key, const char *folder, char **value,
          GError **error)
{
    g_autofree char *text = NULL;
    GError *failure = NULL;

    *value = NULL;
    text = ini_get(ini, section, key, &failure);
    if (failure) {
        g_propagate_error(error, failure);
        return FALSE;
    }
    if (!text || !*text)
        return TRUE;
    if (strchr(text, '\n')) {
        ini_set_error(ini, section, key, error, _("must be a single line"));
        return FALSE;
    }
    *value = folder ? resolve(key, text, folder) : g_steal_pointer(&text);
    return TRUE;
}

/* Reads a key whose value must be @first or @second. If the key is missing, the value is @first. */
static gboolean
read_choice(Ini *ini, const char *section, const char *key, const char *first, const char *second,
            gboolean *is_second, GError **error)
{
    g_autofree char *text = NULL, *shown = NULL;

    *is_second = FALSE;
    if (!read_text(ini, section, key, NULL, &text, error))
        return FALSE;
    if (!text || g_ascii_strcasecmp(text, first) == 0)
        return TRUE;
    if (g_ascii_strcasecmp(text, second) == 0) {
        *is_second = TRUE;
        return TRUE;
    }
    shown = quote_start(text, strlen(text), QUOTE_SHOWN_CHARS);
    ini_set_error(ini, section, key, error, _("“%s”: expected %s or %s"), shown, first, second);
    return FALSE;
}

/* Reads a time limit. If the key is missing, the limit is 0. */
static gboolean
read_timeout(Ini *ini, const char *key, double *seconds, GError **error)
{
    g_autofree char *text = NULL, *shown = NULL;

    *seconds = 0;
    if (!read_text(ini, JOB, key, NULL, &text, error))
        return FALSE;
    if (!text || mamuto_job_parse_timeout(text, seconds))
        return TRUE;
    shown = quote_start(text, strlen(text), QUOTE_SHOWN_CHARS);
    ini_set_error(ini, JOB, key, error, _("“%s”: expected a number of seconds"), shown);
    return FALSE;
}

static gboolean
read_version(Ini *ini, guint *version, GError **error)
{
    g_autofree char *text = NULL;
    guint64 number;

    *version = 1;
    if (!read_text(ini, JOB, "version", NULL, &text, error))
        return FALSE;
    if (!text)
        return TRUE;
    if (!integer_parse_unsigned(text, 1, G_MAXUINT32, &number)) {
        g_autofree char *shown = quote_start(text, strlen(text), QUOTE_SHOWN_CHARS);

        ini_set_error(ini, JOB, "version", error, _("“%s”: expected a whole number"), shown);
        return FALSE;
    }
    if (number > VERSION) {
        ini_set_error(
            ini, JOB, "version", error,
            _("%u comes from a newer Mamuto; this one supports versions up to %d. Update Mamuto, "
              "or create the job again"),
            (guint)number, VERSION);
        return FALSE;
    }
    *version = (guint)number;
    return TRUE;
}

static gboolean
read_depends(MamutoJob *self, Ini *ini, GError **error)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_autofree char *text = NULL;
    g_auto(GStrv) parts = NULL;

    if (!read_text(ini, JOB, "depends", NULL, &text, error))
        return FALSE;
    parts = g_strsplit(text ? text : "", ",", -1);
    for (char **part = parts; *part; part++)
        if (*g_strstrip(*part))
            g_strv_builder_add(builder, *part);
    g_strfreev(self->depends);
    self->depends = g_strv_builder_end(builder);
    return TRUE;
}

/* Reads the files to send. Each path is made canonical, as the window does when the user leaves its
 * field. Otherwise the paths of an unchanged job would differ from those of its file. */
static gboolean
read_send(MamutoJob *self, Ini *ini, const char *folder, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autofree char *text = NULL;
    g_auto(GStrv) paths = NULL;

    if (!read_text(ini, JOB, "send", NULL, &text, error))
        return FALSE;
    paths = mamuto_job_parse_list(text ? text : "", &failure);
    if (!paths) {
        ini_set_error(ini, JOB, "send", error, "%s", failure->message);
        return FALSE;
    }
    for (char **path = paths; *path; path++) {
        char *whole = g_canonicalize_filename(*path, folder);

        g_free(*path);
        *path = whole;
    }
    g_strfreev(self->send);
    self->send = g_steal_pointer(&paths);
    return TRUE;
}

/* Reads the name of an argument, and whether the name binds it. */
static gboolean
read_name(JobArgument *argument, Ini *ini, const char *section, guint version, GError **error)
{
    g_autofree char *name = NULL;

    if (!read_text(ini, section, "name", NULL, &name, error))
        return FALSE;
    argument->by_name = version > 1 && name && job_is_parameter_name(name);
    if (version > 1 && !name && !read_text(ini, section, "label", NULL, &name, error))
        return FALSE;
    g_free(argument->name);
    argument->name = g_steal_pointer(&name);
    return TRUE;
}

/* Reads the value of an argument, whose name has been read. */
static gboolean
read_value(JobArgument *argument, Ini *ini, const char *section, guint version, const char *folder,
           GError **error)
{
    g_autofree char *text = NULL;

    if (!read_text(ini, section, "value", NULL, &text, error))
        return FALSE;
    if (text && argument->by_name && job_value_is_ambiguous(text, folder)) {
        ini_set_error(
            ini, section, "value", error,
            _("“%.80s” is the name of a file and also a value; write ./%s for the file or "
              "=%s for the value"),
            text, text, text);
        return FALSE;
    }
    g_free(argument->text);
    argument->text = text ? job_value_resolve(text, argument->by_name, version, folder) : NULL;
    return TRUE;
}

static gboolean
read_argument(MamutoJob *self, Ini *ini, const char *section, guint version, const char *folder,
              GError **error)
{
    JobArgument *argument;
    gboolean keep;
    guint64 number;

    if (!integer_parse_unsigned(section + strlen(ARGUMENT_PREFIX), 1, MAMUTO_JOB_MAX_ARGUMENTS,
                                &number) ||
        section[strlen(ARGUMENT_PREFIX)] == '0') { /* rejects “01”, which equals “1” */
        g_autofree char *shown = quote_start(section, strlen(section), QUOTE_SHOWN_CHARS);

        ini_set_error(ini, section, NULL, error,
                      _("section [%s]: expected “argument” and a number from 1 to %d"), shown,
                      MAMUTO_JOB_MAX_ARGUMENTS);
        return FALSE;
    }
    if (number > self->arguments->len)
        mamuto_job_set_n_arguments(self, (guint)number);
    argument = g_ptr_array_index(self->arguments, number - 1);
    if (!read_name(argument, ini, section, version, error) ||
        !read_value(argument, ini, section, version, folder, error) ||
        !read_choice(ini, section, "keep", "no", "yes", &keep, error))
        return FALSE;
    argument->keep = keep;
    return TRUE;
}

gboolean
job_read(MamutoJob *self, Ini *ini, const char *folder, GError **error)
{
    g_auto(GStrv) sections = ini_get_sections(ini);
    gboolean batch, go_on, grid = FALSE;
    guint version;

    if (!ini_has_section(ini, JOB)) {
        ini_set_error(ini, JOB, NULL, error, _("there is no section [job]; is this a job file?"));
        return FALSE;
    }
    if (!read_version(ini, &version, error) ||
        !read_text(ini, JOB, "function", folder, &self->function, error) ||
        !read_text(ini, JOB, "cluster", folder, &self->cluster, error) ||
        !read_text(ini, JOB, "output", folder, &self->output, error) ||
        !read_depends(self, ini, error) || !read_send(self, ini, folder, error) ||
        !read_choice(ini, JOB, "mode", "row", "batch", &batch, error) ||
        !read_choice(ini, JOB, "on-error", "stop", "continue", &go_on, error) ||
        !read_timeout(ini, "row-timeout", &self->row_timeout, error) ||
        !read_timeout(ini, "start-timeout", &self->start_timeout, error) ||
        (version > 1 && !read_choice(ini, JOB, "grid", "no", "yes", &grid, error)))
        return FALSE;
    self->flags = (batch ? MAMUTO_MAP_BATCH : 0) | (go_on ? MAMUTO_MAP_CONTINUE : 0) |
                  (grid ? MAMUTO_MAP_GRID : 0);
    for (char **section = sections; *section; section++)
        if (g_str_has_prefix(*section, ARGUMENT_PREFIX) &&
            !read_argument(self, ini, *section, version, folder, error))
            return FALSE;
    return TRUE;
}

/* ---- writing ---- */

/* Sets a key to @value. Leaves the file unchanged if the key has this value already, so that a path
 * that the user wrote as an absolute path stays absolute. */
static gboolean
write_text(Ini *ini, const char *section, const char *key, const char *value, const char *folder,
           GError **error)
{
    g_autofree char *text = NULL;
    g_autofree char *old = NULL;

    if (!read_text(ini, section, key, folder, &old, NULL))
        g_clear_pointer(&old, g_free);
    if (g_strcmp0(old, value) == 0)
        return TRUE;
    text = value && folder ? make_relative(key, value, folder) : g_strdup(value);
    return ini_set(ini, section, key, text, error);
}

static gboolean
write_choice(Ini *ini, const char *section, const char *key, const char *first, const char *second,
             gboolean is_second, GError **error)
{
    gboolean old;

    if (ini_has_key(ini, section, key) &&
        read_choice(ini, section, key, first, second, &old, NULL) && old == is_second)
        return TRUE;
    return ini_set(ini, section, key, is_second ? second : first, error);
}

static gboolean
write_timeout(Ini *ini, const char *key, double seconds, GError **error)
{
    g_autofree char *text = seconds > 0 ? mamuto_job_format_timeout(seconds) : NULL;
    double old;

    if (read_timeout(ini, key, &old, NULL) && old >= seconds && old <= seconds)
        return TRUE;
    return ini_set(ini, JOB, key, text, error);
}

static gboolean
write_depends(MamutoJob *self, Ini *ini, GError **error)
{
    g_autoptr(MamutoJob) old = mamuto_job_new();
    g_autofree char *text = NULL;

    if (read_depends(old, ini, NULL) &&
        g_strv_equal((const char *const *)old->depends, (const char *const *)self->depends))
        return TRUE;
    text = g_strjoinv(", ", self->depends);
    return ini_set(ini, JOB, "depends", *text ? text : NULL, error);
}

static gboolean
write_send(MamutoJob *self, Ini *ini, const char *folder, GError **error)
{
    g_autoptr(MamutoJob) old = mamuto_job_new();
    g_autofree char *text = NULL;
    g_auto(GStrv) paths = NULL;

    if (read_send(old, ini, folder, NULL) &&
        g_strv_equal((const char *const *)old->send, (const char *const *)self->send))
        return TRUE;
    paths = g_strdupv(self->send);
    for (guint i = 0; paths[i]; i++) {
        g_free(paths[i]);
        paths[i] = job_make_path_relative(self->send[i], folder);
        if (!*paths[i]) { /* the folder of the job file itself */
            g_free(paths[i]);
            paths[i] = g_strdup(".");
        }
    }
    text = mamuto_job_format_list((const char *const *)paths);
    return ini_set(ini, JOB, "send", *text ? text : NULL, error);
}

/* Returns the lowest version in which the job can be written without a loss. */
static guint
find_version(MamutoJob *self)
{
    if (self->flags & MAMUTO_MAP_GRID)
        return 2;
    for (guint i = 0; i < self->arguments->len; i++) {
        const JobArgument *argument = g_ptr_array_index(self->arguments, i);

        if (argument->by_name || (argument->text && job_value_is_new(argument->text)))
            return 2;
    }
    return 1;
}

/* Writes the version that the job needs. A file that says version 2 without need keeps it, unless
 * the job needed it until now. */
static gboolean
write_version(MamutoJob *self, Ini *ini, const char *folder, guint *version, GError **error)
{
    g_autoptr(MamutoJob) old = mamuto_job_new();
    g_autofree char *text = NULL;
    guint old_version;

    *version = find_version(self);
    if (ini_has_key(ini, JOB, "version") && read_version(ini, &old_version, NULL)) {
        if (old_version == *version)
            return TRUE;
        if (old_version > *version && job_read(old, ini, folder, NULL) &&
            find_version(old) < old_version) {
            *version = old_version;
            return TRUE;
        }
    }
    text = g_strdup_printf("%u", *version);
    return ini_set(ini, JOB, "version", text, error);
}

/* Writes the name of an argument. A name that is only displayed is a label in version 2, where it
 * would bind the argument. */
static gboolean
write_name(const JobArgument *argument, Ini *ini, const char *section, guint version,
           GError **error)
{
    gboolean is_label = version > 1 && !argument->by_name && argument->name &&
                        job_is_parameter_name(argument->name);

    return write_text(ini, section, "name", is_label ? NULL : argument->name, NULL, error) &&
           (version == 1 ||
            write_text(ini, section, "label", is_label ? argument->name : NULL, NULL, error));
}

/* Writes the value of an argument. Leaves the file unchanged if a program that reads this version
 * finds the same value there. */
static gboolean
write_value(const JobArgument *argument, Ini *ini, const char *section, guint version,
            const char *folder, GError **error)
{
    g_autofree char *text = NULL;
    JobArgument now = {.by_name = argument->by_name};
    gboolean same = read_value(&now, ini, section, version, folder, NULL) &&
                    g_strcmp0(now.text, argument->text) == 0;

    g_free(now.text);
    if (same)
        return TRUE;
    if (argument->text)
        text = job_value_make_relative(argument->text, argument->by_name, version, folder);
    return ini_set(ini, section, "value", text, error);
}

static gboolean
write_argument(MamutoJob *self, Ini *ini, guint position, guint version, const char *folder,
               GError **error)
{
    const JobArgument *argument = g_ptr_array_index(self->arguments, position);
    g_autofree char *section = g_strdup_printf(ARGUMENT_PREFIX "%u", position + 1);

    return write_name(argument, ini, section, version, error) &&
           write_value(argument, ini, section, version, folder, error) &&
           write_choice(ini, section, "keep", "no", "yes", argument->keep, error);
}

static gboolean
write_grid(MamutoJob *self, Ini *ini, GError **error)
{
    gboolean grid = (self->flags & MAMUTO_MAP_GRID) != 0;

    return (!grid && !ini_has_key(ini, JOB, "grid")) ||
           write_choice(ini, JOB, "grid", "no", "yes", grid, error);
}

gboolean
job_write(MamutoJob *self, Ini *ini, const char *folder, GError **error)
{
    g_auto(GStrv) sections = ini_get_sections(ini);
    guint version;

    if (!write_version(self, ini, folder, &version, error))
        return FALSE;
    if (!write_text(ini, JOB, "function", self->function, folder, error) ||
        !write_text(ini, JOB, "cluster", self->cluster, folder, error) ||
        !write_choice(ini, JOB, "mode", "row", "batch", self->flags & MAMUTO_MAP_BATCH, error) ||
        !write_depends(self, ini, error) || !write_send(self, ini, folder, error) ||
        !write_text(ini, JOB, "output", self->output, folder, error) ||
        !write_choice(ini, JOB, "on-error", "stop", "continue", self->flags & MAMUTO_MAP_CONTINUE,
                      error) ||
        !write_timeout(ini, "row-timeout", self->row_timeout, error) ||
        !write_timeout(ini, "start-timeout", self->start_timeout, error) ||
        !write_grid(self, ini, error))
        return FALSE;
    for (guint i = 0; i < self->arguments->len; i++)
        if (!write_argument(self, ini, i, version, folder, error))
            return FALSE;
    for (char **section = sections; *section; section++)
        if (g_str_has_prefix(*section, ARGUMENT_PREFIX) &&
            g_ascii_strtoull(*section + strlen(ARGUMENT_PREFIX), NULL, 10) > self->arguments->len)
            ini_remove_section(ini, *section);
    return TRUE;
}
