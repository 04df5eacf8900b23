/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Builds the job of mamuto-cli map from a job file (--job) or from the command line. Options on
 * the command line replace the values of the job file. */
#include "map.h"

#include "arguments.h"
#include "command.h"

static gboolean
read_file(MapOptions *options, const MapWords *words)
{
    g_autoptr(GError) error = NULL;

    if (words->rest != NULL && words->rest[0] != NULL) {
        command_refuse(
            "map",
            "unexpected argument %s: with --job, the function and its arguments come from the file",
            words->rest[0]);
        return FALSE;
    }
    options->job = mamuto_job_new_from_file(words->job, &error);
    if (options->job == NULL) {
        command_tell_error("", error);
        return FALSE;
    }
    if (mamuto_job_get_function(options->job) == NULL) {
        command_tell("%s: the job has no function: the key \"function\" is missing in [job]",
                     words->job);
        return FALSE;
    }
    /* Removes the last arguments if they have no value, so that the function uses its default
     * values for them. */
    mamuto_job_trim_arguments(options->job);
    return TRUE;
}

static void
set_flags(MamutoJob *job, const MapWords *words)
{
    MamutoMapFlags flags = mamuto_job_get_flags(job);

    if (words->batch)
        flags |= MAMUTO_MAP_BATCH;
    if (words->grid)
        flags |= MAMUTO_MAP_GRID;
    if (words->on_error != NULL) {
        flags &= ~(guint)MAMUTO_MAP_CONTINUE;
        flags |= g_str_equal(words->on_error, "continue") ? MAMUTO_MAP_CONTINUE : 0;
    }
    mamuto_job_set_flags(job, flags);
}

/* Returns FALSE if @text, the value of --@option, is not a time limit. If @text is NULL, the limit
 * of the job stays. */
static gboolean
set_timeout(MamutoJob *job, const char *option, const char *text,
            void (*set)(MamutoJob *job, double seconds))
{
    double seconds;

    if (text == NULL)
        return TRUE;
    if (!mamuto_job_parse_timeout(text, &seconds)) {
        command_refuse("map", "--%s %s: the value must be a number of seconds from 0", option,
                       text);
        return FALSE;
    }
    set(job, seconds);
    return TRUE;
}

gboolean
map_job_read(MapOptions *options, const MapWords *words)
{
    if (words->job != NULL) {
        if (!read_file(options, words))
            return FALSE;
    } else {
        options->job = mamuto_job_new();
        if (!arguments_read("map", options->job, words->rest))
            return FALSE;
    }
    if (words->keep != NULL && !arguments_set_keep("map", options->job, words->keep))
        return FALSE;
    options->keep = g_strdup(words->keep);
    if (words->depends != NULL) {
        g_auto(GStrv) depends = command_split_list(words->depends);

        mamuto_job_set_depends(options->job, (const char *const *)depends);
    }
    if (words->send != NULL)
        mamuto_job_set_send(options->job, (const char *const *)words->send);
    set_flags(options->job, words);
    if (!set_timeout(options->job, "row-timeout", words->row_timeout, mamuto_job_set_row_timeout) ||
        !set_timeout(options->job, "start-timeout", words->start_timeout,
                     mamuto_job_set_start_timeout))
        return FALSE;
    if (options->output != NULL)
        mamuto_job_set_output(options->job, options->output);
    else
        options->output = g_strdup(mamuto_job_get_output(options->job));
    if (options->config == NULL && options->hosts == NULL)
        options->config = g_strdup(mamuto_job_get_cluster(options->job));
    return TRUE;
}
