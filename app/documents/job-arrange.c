/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See job-arrange.h. The rows of a job are, in this order: an argument for each parameter that can
 * be passed by position, the arguments for *args, an argument for each parameter that can only be
 * passed by name, the arguments for **kwargs, and the arguments without a parameter. An argument
 * without a parameter is passed by its name, so that neither this program nor mamuto-cli can pass
 * it to another parameter: both refuse the run. */
#include "job-arrange.h"

#include <string.h>

/* The name of the data of a job that say for which function its arguments are arranged. */
#define ARRANGEMENT "arrangement"

/* Which function's parameters the positions of the arguments belong to. */
typedef struct {
    char *function; /* (nullable): as in mamuto_job_get_function() */
    gboolean named; /* FALSE: the names of the arguments are those of a file, which may be wrong */
} Arrangement;

/* The values of an argument while the arguments are put into another order. */
typedef struct {
    char *name, *text;
    gboolean keep, by_name;
    guint position; /* among all arguments, or among those without a name if they have no names */
} Entry;

/* The entries, by the kind of the parameter that gets them. */
typedef struct {
    GPtrArray *parameters;
    gboolean has_rest, has_keywords; /* *args, **kwargs */
    GPtrArray *fixed;                /* for each positional parameter an Entry or NULL */
    GPtrArray *rest, *named, *extra, *left;
} Places;

/* ---- for which function the arguments are arranged ---- */

static void
arrangement_free(gpointer data)
{
    Arrangement *self = data;

    g_free(self->function);
    g_free(self);
}

static void
set_arrangement(MamutoJob *job, const char *function, gboolean named)
{
    Arrangement *self = g_new0(Arrangement, 1);

    self->function = g_strdup(function);
    self->named = named;
    g_object_set_data_full(G_OBJECT(job), ARRANGEMENT, self, arrangement_free);
}

/**
 * job_arrange_note_opened:
 *
 * Notes that the positions of the arguments belong to the current function, because the job is new
 * or was read from a file. Does nothing if the job was arranged before.
 */
void
job_arrange_note_opened(MamutoJob *job)
{
    if (!g_object_get_data(G_OBJECT(job), ARRANGEMENT))
        set_arrangement(job, mamuto_job_get_function(job), FALSE);
}

/**
 * job_arrange_is_opened:
 *
 * Returns: whether the positions of the arguments belong to the current function and their names
 * are those of the file
 */
gboolean
job_arrange_is_opened(MamutoJob *job)
{
    const Arrangement *self = g_object_get_data(G_OBJECT(job), ARRANGEMENT);

    return self && !self->named && g_strcmp0(self->function, mamuto_job_get_function(job)) == 0;
}

/**
 * job_arrange_get_function:
 *
 * Returns: (nullable): the function for whose parameters the arguments were arranged, which may
 * differ from the function of the job; %NULL if job_arrange() has not been called
 */
const char *
job_arrange_get_function(MamutoJob *job)
{
    const Arrangement *self = g_object_get_data(G_OBJECT(job), ARRANGEMENT);

    return self && self->named ? self->function : NULL;
}

/**
 * job_arrange_set_function:
 * @function: (nullable): the result of job_arrange_get_function() for a job with the same arguments
 */
void
job_arrange_set_function(MamutoJob *job, const char *function)
{
    set_arrangement(job, function ? function : mamuto_job_get_function(job), function != NULL);
}

/* ---- entries ---- */

static void
entry_free(gpointer data)
{
    Entry *self = data;

    g_free(self->name);
    g_free(self->text);
    g_free(self);
}

/* Returns (transfer full) the arguments of the job. @named: as in Arrangement. */
static GPtrArray *
take_entries(MamutoJob *job, gboolean named)
{
    GPtrArray *entries = g_ptr_array_new_with_free_func(entry_free);
    guint n_positional = 0;

    for (guint i = 0; i < mamuto_job_get_n_arguments(job); i++) {
        Entry *entry = g_new0(Entry, 1);

        entry->name = g_strdup(mamuto_job_get_argument_name(job, i));
        entry->text = g_strdup(mamuto_job_get_argument(job, i));
        entry->keep = mamuto_job_get_keep(job, i);
        entry->by_name = mamuto_job_get_by_name(job, i);
        n_positional += !entry->by_name;
        entry->position = named ? i : n_positional - 1;
        g_ptr_array_add(entries, entry);
    }
    return entries;
}

static gboolean
is_entry_at(const Entry *entry, MamutoJob *job, guint position)
{
    return g_strcmp0(entry->name, mamuto_job_get_argument_name(job, position)) == 0 &&
           g_strcmp0(entry->text, mamuto_job_get_argument(job, position)) == 0 &&
           entry->keep == mamuto_job_get_keep(job, position) &&
           entry->by_name == mamuto_job_get_by_name(job, position);
}

/* Sets the arguments of the job. Does nothing if the job has these arguments already. */
static void
put_entries(MamutoJob *job, GPtrArray *entries)
{
    guint n = MIN(entries->len, MAMUTO_JOB_MAX_ARGUMENTS);

    mamuto_job_set_n_arguments(job, n);
    for (guint i = 0; i < n; i++) {
        const Entry *entry = entries->pdata[i];

        if (is_entry_at(entry, job, i))
            continue;
        mamuto_job_set_by_name(job, i, FALSE);
        mamuto_job_set_argument_name(job, i, entry->name);
        mamuto_job_set_by_name(job, i, entry->by_name);
        mamuto_job_set_argument(job, i, entry->text);
        mamuto_job_set_keep(job, i, entry->keep);
    }
}

/* ---- parameters ---- */

static const MamutoParameter *
get_parameter(GPtrArray *parameters, guint i)
{
    return g_ptr_array_index(parameters, i);
}

static int
find_parameter(GPtrArray *parameters, MamutoParameterKind kind, const char *name)
{
    int at = 0;

    for (guint i = 0; i < parameters->len; i++) {
        if (get_parameter(parameters, i)->kind != kind)
            continue;
        if (g_strcmp0(get_parameter(parameters, i)->name, name) == 0)
            return at;
        at++;
    }
    return -1;
}

/* Returns the positional parameter @number, from 0. */
static const MamutoParameter *
get_fixed(GPtrArray *parameters, guint number)
{
    for (guint i = 0; i < parameters->len; i++)
        if (get_parameter(parameters, i)->kind == MAMUTO_PARAMETER_POSITIONAL && number-- == 0)
            return get_parameter(parameters, i);
    return NULL;
}

static guint
count_fixed(GPtrArray *parameters)
{
    guint n = 0;

    for (guint i = 0; i < parameters->len; i++)
        n += get_parameter(parameters, i)->kind == MAMUTO_PARAMETER_POSITIONAL;
    return n;
}

/* Whether @name can be passed by name: "rest[0]" cannot, and neither can some names in a file. */
static gboolean
is_identifier(const char *name)
{
    if (!name || !*name || !g_utf8_validate(name, -1, NULL))
        return FALSE;
    for (const char *p = name; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);

        if (c != '_' && !g_unichar_isalpha(c) && (p == name || !g_unichar_isalnum(c)))
            return FALSE;
    }
    return TRUE;
}

/* Whether the argument was one of several for *args, such as "rest[0]". */
static gboolean
was_rest(const Entry *entry)
{
    return entry->name && g_str_has_suffix(entry->name, "]");
}

/* ---- the parameter of each argument ---- */

static Places *
places_new(GPtrArray *parameters)
{
    Places *self = g_new0(Places, 1);

    self->parameters = parameters;
    for (guint i = 0; i < parameters->len; i++) {
        self->has_rest |= get_parameter(parameters, i)->kind == MAMUTO_PARAMETER_VAR_POSITIONAL;
        self->has_keywords |= get_parameter(parameters, i)->kind == MAMUTO_PARAMETER_VAR_KEYWORD;
    }
    self->fixed = g_ptr_array_new();
    g_ptr_array_set_size(self->fixed, (int)count_fixed(parameters));
    self->rest = g_ptr_array_new();
    self->named = g_ptr_array_new();
    self->extra = g_ptr_array_new();
    self->left = g_ptr_array_new();
    return self;
}

static void
places_free(Places *self)
{
    g_ptr_array_unref(self->fixed);
    g_ptr_array_unref(self->rest);
    g_ptr_array_unref(self->named);
    g_ptr_array_unref(self->extra);
    g_ptr_array_unref(self->left);
    g_free(self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Places, places_free)

static Entry *
find_named(Places *self, const char *name)
{
    for (guint i = 0; i < self->named->len; i++)
        if (g_strcmp0(((const Entry *)self->named->pdata[i])->name, name) == 0)
            return self->named->pdata[i];
    return NULL;
}

static gboolean
place_at(Places *self, Entry *entry, guint slot)
{
    if (slot >= self->fixed->len || self->fixed->pdata[slot])
        return FALSE;
    self->fixed->pdata[slot] = entry;
    return TRUE;
}

static gboolean
place_by_name(Places *self, Entry *entry)
{
    int slot = find_parameter(self->parameters, MAMUTO_PARAMETER_POSITIONAL, entry->name);

    if (!entry->name)
        return FALSE;
    if (was_rest(entry) && self->has_rest) {
        g_ptr_array_add(self->rest, entry);
        return TRUE;
    }
    if (slot >= 0)
        return place_at(self, entry, (guint)slot);
    if (find_parameter(self->parameters, MAMUTO_PARAMETER_KEYWORD_ONLY, entry->name) < 0 ||
        find_named(self, entry->name))
        return FALSE;
    g_ptr_array_add(self->named, entry);
    return TRUE;
}

/* Places an argument that has never had a name: a parameter that needs a value gets it first. */
static gboolean
place_nameless(Places *self, Entry *entry)
{
    for (int with_default = 0; with_default < 2; with_default++)
        for (guint i = 0; i < self->fixed->len; i++)
            if (!get_fixed(self->parameters, i)->default_text == !with_default &&
                place_at(self, entry, i))
                return TRUE;
    return FALSE;
}

/* Whether the job has a row of this name, with or without a value. */
static gboolean
has_row(MamutoJob *job, const char *name)
{
    for (guint i = 0; i < mamuto_job_get_n_arguments(job); i++)
        if (g_strcmp0(mamuto_job_get_argument_name(job, i), name) == 0)
            return TRUE;
    return FALSE;
}

/* Places an argument whose parameter was renamed in the source of the function. */
static gboolean
place_renamed(Places *self, Entry *entry, MamutoJob *job)
{
    return entry->position < self->fixed->len && !was_rest(entry) &&
           !has_row(job, get_fixed(self->parameters, entry->position)->name) &&
           place_at(self, entry, entry->position);
}

static void
place_elsewhere(Places *self, Entry *entry)
{
    if (!entry->name && self->has_rest)
        g_ptr_array_add(self->rest, entry);
    else if (self->has_keywords && is_identifier(entry->name))
        g_ptr_array_add(self->extra, entry);
    else
        g_ptr_array_add(self->left, entry);
}

static void
place_all(Places *self, GPtrArray *entries, MamutoJob *job, gboolean same, gboolean named)
{
    g_autoptr(GPtrArray) pending = g_ptr_array_new();

    for (guint i = 0; i < entries->len; i++) {
        Entry *entry = entries->pdata[i];
        gboolean by_position = same && !named && !entry->by_name;

        if (!entry->text)
            continue;
        if (by_position && entry->position >= self->fixed->len && self->has_rest)
            g_ptr_array_add(self->rest, entry);
        else if (!(by_position ? place_at(self, entry, entry->position)
                               : place_by_name(self, entry)))
            g_ptr_array_add(pending, entry);
    }
    for (guint i = 0; i < pending->len; i++) {
        Entry *entry = pending->pdata[i];

        if (same && !named && !entry->by_name) /* the file has more arguments than the function */
            g_ptr_array_add(self->left, entry);
        else if (!(entry->name ? same && named && place_renamed(self, entry, job)
                               : place_nameless(self, entry)))
            place_elsewhere(self, entry);
    }
}

/* ---- the rows ---- */

static void
add_row(GPtrArray *rows, const Entry *entry, char *name, gboolean by_name)
{
    Entry *row = g_new0(Entry, 1);

    row->name = name;
    row->text = entry ? g_strdup(entry->text) : NULL;
    row->keep = entry && entry->keep;
    row->by_name = by_name;
    g_ptr_array_add(rows, row);
}

/* Returns (transfer full) the arguments in their order, with their names. decide_names() must
 * follow. */
static GPtrArray *
make_rows(Places *self, gboolean keep_names)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(entry_free);
    const char *rest = NULL;

    for (guint i = 0; i < self->fixed->len; i++)
        add_row(rows, self->fixed->pdata[i], g_strdup(get_fixed(self->parameters, i)->name), FALSE);
    for (guint i = 0; i < self->parameters->len; i++)
        if (get_parameter(self->parameters, i)->kind == MAMUTO_PARAMETER_VAR_POSITIONAL)
            rest = get_parameter(self->parameters, i)->name;
    for (guint i = 0; i < self->rest->len; i++)
        add_row(rows, self->rest->pdata[i], g_strdup_printf("%s[%u]", rest, i), FALSE);
    for (guint i = 0; i < self->parameters->len; i++) {
        const MamutoParameter *parameter = get_parameter(self->parameters, i);

        if (parameter->kind == MAMUTO_PARAMETER_KEYWORD_ONLY)
            add_row(rows, find_named(self, parameter->name), g_strdup(parameter->name), FALSE);
    }
    for (guint i = 0; i < self->extra->len; i++) {
        const Entry *entry = self->extra->pdata[i];

        add_row(rows, entry, g_strdup(entry->name), TRUE);
    }
    for (guint i = 0; i < self->left->len; i++) {
        const Entry *entry = self->left->pdata[i];
        gboolean by_name = entry->by_name || (keep_names && is_identifier(entry->name));

        add_row(rows, entry, keep_names || by_name ? g_strdup(entry->name) : NULL, by_name);
    }
    return rows;
}

/* Whether the job in the file passes by name what could have a position. */
static gboolean
wants_names(MamutoJob *saved, GPtrArray *parameters)
{
    gboolean given = TRUE;

    for (guint i = 0; given && i < count_fixed(parameters); i++) {
        const char *name = get_fixed(parameters, i)->name;

        given = FALSE;
        for (guint j = 0; j < mamuto_job_get_n_arguments(saved); j++) {
            if (g_strcmp0(mamuto_job_get_argument_name(saved, j), name) != 0)
                continue;
            if (mamuto_job_get_by_name(saved, j))
                return TRUE;
            given |= mamuto_job_get_argument(saved, j) != NULL;
        }
    }
    return FALSE;
}

/* Decides which arguments are passed by name: those that have no position, those after a parameter
 * whose default is used, and all if @all is set. */
static void
decide_names(GPtrArray *rows, GPtrArray *parameters, gboolean all)
{
    guint n_fixed = count_fixed(parameters);
    gboolean gap = FALSE, rest = FALSE;

    for (guint i = n_fixed; i < rows->len; i++) {
        Entry *row = rows->pdata[i];

        if (find_parameter(parameters, MAMUTO_PARAMETER_KEYWORD_ONLY, row->name) >= 0)
            row->by_name = all || row->text;
        else /* arguments of *args need all positions before them */
            rest |= !row->by_name && row->text;
    }
    for (guint i = 0; i < n_fixed; i++) {
        Entry *row = rows->pdata[i];

        row->by_name = !rest && (all || (gap && row->text));
        gap |= !row->text && get_fixed(parameters, i)->default_text;
    }
}

/**
 * job_arrange_names:
 * @function: the function of the job, for which the arguments are arranged
 * @saved: the job as it is in its file
 *
 * Decides again which arguments are passed by name, after the user has set or cleared a value: an
 * argument after a parameter whose default is used cannot be passed by its position.
 */
void
job_arrange_names(MamutoJob *job, MamutoFunction *function, MamutoJob *saved)
{
    GPtrArray *parameters = mamuto_function_get_parameters(function);
    g_autoptr(GPtrArray) rows = take_entries(job, TRUE);

    for (guint i = 0; i < count_fixed(parameters); i++)
        if (i >= rows->len ||
            g_strcmp0(((const Entry *)rows->pdata[i])->name, get_fixed(parameters, i)->name) != 0)
            return;
    decide_names(rows, parameters, wants_names(saved, parameters));
    put_entries(job, rows);
}

/**
 * job_arrange:
 * @function: the function of the job, whose parameters are known
 * @saved: the job as it is in its file
 *
 * Creates an argument for each parameter and gives each argument with a value to the parameter of
 * its name. The names of a job file that do not bind are ignored as long as the job has the
 * function of its file. If only the source of the function has changed, an argument whose parameter
 * is gone gets the new parameter at its position. Keeps an argument even if the function has no
 * parameter for it, because a value must not be lost without a decision of the user.
 */
void
job_arrange(MamutoJob *job, MamutoFunction *function, MamutoJob *saved)
{
    const char *function_before = job_arrange_get_function(job);
    gboolean named = function_before != NULL;
    gboolean same =
        job_arrange_is_opened(job) || g_strcmp0(function_before, mamuto_job_get_function(job)) == 0;
    g_autoptr(GPtrArray) entries = take_entries(job, named);
    g_autoptr(Places) places = places_new(mamuto_function_get_parameters(function));
    g_autoptr(GPtrArray) rows = NULL;

    place_all(places, entries, job, same, named);
    rows = make_rows(places, named || !same);
    decide_names(rows, places->parameters, wants_names(saved, places->parameters));
    put_entries(job, rows);
    set_arrangement(job, mamuto_job_get_function(job), TRUE);
}

/**
 * job_arrange_assign:
 * @position: the position of an argument
 * @name: a parameter of the function that has no argument yet
 *
 * Gives the argument to the parameter @name.
 */
void
job_arrange_assign(MamutoJob *job, MamutoFunction *function, MamutoJob *saved, guint position,
                   const char *name)
{
    mamuto_job_set_by_name(job, position, FALSE);
    mamuto_job_set_argument_name(job, position, name);
    job_arrange(job, function, saved);
}
