/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The command line of mamuto-cli that runs a job. */
#include "job-private.h"
#include "quote.h"

static void
append_word(GString *line, const char *word)
{
    g_autofree char *quoted = quote_word(word);

    if (line->len > 0)
        g_string_append_c(line, ' ');
    g_string_append(line, quoted);
}

/* Returns the value of the option --keep: the numbers of the arguments to keep on the hosts.
 * Arguments without a value are not counted, because the command line omits them. */
static char *
kept_positions(MamutoJob *self)
{
    GString *list = g_string_new(NULL);
    guint position = 0;

    for (guint i = 0; i < self->arguments->len; i++) {
        const JobArgument *argument = g_ptr_array_index(self->arguments, i);

        if (argument->text == NULL)
            continue;
        position++;
        if (argument->keep)
            g_string_append_printf(list, "%s%u", list->len > 0 ? "," : "", position);
    }
    return g_string_free(list, FALSE);
}

/* Appends a file name to the command line. Inserts "./" before a name that begins with "-", because
 * mamuto-cli would read the name as an option. */
static void
append_file(GString *line, const char *word)
{
    g_autofree char *guarded = *word == '-' ? g_strconcat("./", word, NULL) : NULL;

    append_word(line, guarded ? guarded : word);
}

/* Appends an argument. @by_name: whether to write NAME=SPEC. A range that begins with "-" needs no
 * guard, because mamuto-cli knows that numbers are no options. */
static void
append_argument(GString *line, const JobArgument *argument, gboolean by_name)
{
    g_autofree char *word = NULL;

    if (!by_name && !argument_spec_is_range(argument->text)) {
        append_file(line, argument->text);
        return;
    }
    word = argument_spec_quote(by_name ? argument->name : NULL, argument->text);
    g_string_append_printf(line, " %s", word);
}

static void
append_arguments(GString *line, MamutoJob *self)
{
    gboolean skipped = FALSE;

    for (guint i = 0; i < self->arguments->len; i++) {
        const JobArgument *argument = g_ptr_array_index(self->arguments, i);
        gboolean has_name = argument->name && job_is_parameter_name(argument->name);

        if (argument->text)
            append_argument(line, argument, argument->by_name || (skipped && has_name));
        else
            skipped = TRUE;
    }
}

static void
append_option(GString *line, const char *option, const char *value)
{
    if (!value || !*value)
        return;
    append_word(line, option);
    append_file(line, value);
}

static void
append_timeout(GString *line, const char *option, double seconds)
{
    g_autofree char *text = mamuto_job_format_timeout(seconds);

    if (seconds > 0)
        append_option(line, option, text);
}

/**
 * mamuto_job_to_command:
 * @self: a job
 * @program: (nullable) (type filename): path of mamuto-cli; %NULL to find mamuto-cli in PATH
 *
 * Returns: (transfer full): the command line that runs the job in a terminal, quoted for bash
 *   and zsh. Arguments without a value are omitted, and the arguments after them are passed by
 * their names, if they have names
 */
char *
mamuto_job_to_command(MamutoJob *self, const char *program)
{
    g_autofree char *keep = NULL;
    g_autofree char *depends = NULL;
    GString *line;

    g_return_val_if_fail(MAMUTO_IS_JOB(self), NULL);
    line = g_string_new(NULL);
    append_word(line, program ? program : "mamuto-cli");
    append_word(line, "map");
    keep = kept_positions(self);
    depends = g_strjoinv(",", self->depends);
    if (self->function)
        append_file(line, self->function);
    append_arguments(line, self);
    append_option(line, "-c", self->cluster);
    append_option(line, "-o", self->output);
    append_option(line, "--depends", depends);
    for (char **path = self->send; *path; path++)
        append_option(line, "--send", *path);
    append_option(line, "--keep", keep);
    if (self->flags & MAMUTO_MAP_BATCH)
        append_word(line, "--batch");
    if (self->flags & MAMUTO_MAP_GRID)
        append_word(line, "--grid");
    if (self->flags & MAMUTO_MAP_CONTINUE)
        append_option(line, "--on-error", "continue");
    append_timeout(line, "--row-timeout", self->row_timeout);
    append_timeout(line, "--start-timeout", self->start_timeout);
    return g_string_free(line, FALSE);
}
