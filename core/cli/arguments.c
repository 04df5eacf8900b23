/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See arguments.h. */
#include "arguments.h"

#include "command.h"
#include "integer.h"
#include "mamuto-error.h"

gboolean
arguments_read(const char *command, MamutoJob *job, char **words)
{
    guint n;

    if (words == NULL || words[0] == NULL) {
        command_refuse(command, "no function is named; for example: model.py:like p.npy");
        return FALSE;
    }
    n = g_strv_length(words) - 1;
    if (n > MAMUTO_JOB_MAX_ARGUMENTS) {
        command_refuse(command, "%u arguments exceed the limit of %d", n, MAMUTO_JOB_MAX_ARGUMENTS);
        return FALSE;
    }
    mamuto_job_set_function(job, words[0]);
    mamuto_job_set_n_arguments(job, n);
    for (guint i = 0; i < n; i++)
        mamuto_job_set_argument(job, i, words[i + 1]);
    return TRUE;
}

static gboolean
is_name(const char *text)
{
    return !g_ascii_isdigit(*text) && *text != '-' && *text != '+';
}

gboolean
arguments_set_keep(const char *command, MamutoJob *job, const char *keep)
{
    guint n = mamuto_job_get_n_arguments(job);
    g_auto(GStrv) parts = command_split_list(keep);

    for (guint i = 0; i < n; i++)
        mamuto_job_set_keep(job, i, FALSE);
    for (char **part = parts; *part != NULL; part++) {
        guint64 number;

        if (is_name(*part))
            continue;
        if (!integer_parse_unsigned(*part, 1, G_MAXUINT, &number) || number > n) {
            command_refuse(command, "--keep %s: \"%s\" is not the number of an argument (1 to %u)",
                           keep, *part, n);
            return FALSE;
        }
        mamuto_job_set_keep(job, (guint)number - 1, TRUE);
    }
    return TRUE;
}

static gboolean
keep_names(MamutoJob *job, const char *keep, GError **error)
{
    g_auto(GStrv) parts = command_split_list(keep);

    for (char **part = parts; *part != NULL; part++) {
        int position = is_name(*part) ? mamuto_job_find_argument(job, *part) : -1;

        if (!is_name(*part))
            continue;
        if (position < 0) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                        "--keep %s: no argument is given for a parameter \"%s\"", keep, *part);
            return FALSE;
        }
        mamuto_job_set_keep(job, (guint)position, TRUE);
    }
    return TRUE;
}

gboolean
arguments_bind(MamutoJob *job, MamutoFunction *function, const char *keep, GError **error)
{
    return mamuto_job_bind(job, function, error) && (keep == NULL || keep_names(job, keep, error));
}
