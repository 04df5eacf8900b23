/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Creates and frees the data of a report, and derives the notes from the data. */
#include "report-data.h"

#include <string.h>

#include "mamuto-result.h"

/* Maximum number of hosts that are named in notes. Further hosts are only counted. */
#define MAX_NAMED_HOSTS 5

static void
report_host_free(gpointer data)
{
    ReportHost *host = data;

    g_free(host->name);
    g_free(host->message);
    g_free(host->traceback);
    g_free(host->machine);
    g_free(host->cpu_model);
    g_free(host->cpu_features);
    g_free(host->python);
    g_free(host->python_version);
    g_free(host->numpy_version);
    g_free(host->separate_imports);
    g_free(host);
}

static void
report_run_free(gpointer data)
{
    ReportRun *run = data;

    g_free(run->function);
    g_free(run);
}

void
report_data_init(ReportData *self)
{
    *self = (ReportData){
        .hosts = g_ptr_array_new_with_free_func(report_host_free),
        .runs = g_ptr_array_new_with_free_func(report_run_free),
        .spans = g_array_new(FALSE, FALSE, sizeof(MamutoSpan)),
        .created = g_date_time_new_now_utc(),
    };
}

void
report_data_clear(ReportData *self)
{
    g_ptr_array_unref(self->hosts);
    g_ptr_array_unref(self->runs);
    g_array_unref(self->spans);
    g_clear_pointer(&self->failures, g_ptr_array_unref);
    g_date_time_unref(self->created);
    g_free(self->job_name);
}

gint64
report_data_get_wall(const ReportData *self)
{
    gint64 wall = 0;

    for (guint i = 0; i < self->runs->len; i++) {
        const ReportRun *run = g_ptr_array_index(self->runs, i);

        wall += run->end - run->begin;
    }
    return wall;
}

/* Returns the CPU features of all hosts that computed rows, each feature once. */
static GHashTable *
collect_features(const ReportData *self)
{
    g_autoptr(GHashTable) all = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < self->hosts->len; i++) {
        const ReportHost *host = g_ptr_array_index(self->hosts, i);
        g_auto(GStrv) features = NULL;

        if (host->rows == 0 || host->cpu_features == NULL)
            continue;
        features = g_strsplit(host->cpu_features, " ", -1);
        for (char **f = features; *f != NULL; f++)
            if (**f != '\0')
                g_hash_table_add(all, g_strdup(*f));
    }
    return g_steal_pointer(&all);
}

/* Returns (nullable) (transfer full): the elements of @features that the CPU of the host does not
 * have, separated by spaces, or NULL if the CPU has all of them. */
static char *
find_lack(const ReportHost *host, GPtrArray *features)
{
    g_auto(GStrv) own = g_strsplit(host->cpu_features, " ", -1);
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < features->len; i++)
        if (!g_strv_contains((const char *const *)own, g_ptr_array_index(features, i)))
            g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "",
                                   (const char *)g_ptr_array_index(features, i));
    return text->len > 0 ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}

static int
compare_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
note_differing_cpus(const ReportData *self, GPtrArray *notes)
{
    g_autoptr(GHashTable) all = collect_features(self);
    g_autoptr(GPtrArray) features = g_ptr_array_new();
    GHashTableIter iter;
    gpointer feature;
    g_autoptr(MamutoNote) note = mamuto_note_new(MAMUTO_NOTE_CPUS_DIFFER, NULL, NULL, 0);
    guint n = 0;

    g_hash_table_iter_init(&iter, all);
    while (g_hash_table_iter_next(&iter, &feature, NULL))
        g_ptr_array_add(features, feature);
    g_ptr_array_sort(features, compare_text);
    for (guint i = 0; i < self->hosts->len; i++) {
        const ReportHost *host = g_ptr_array_index(self->hosts, i);
        g_autofree char *lack = NULL;

        if (host->rows == 0 || host->cpu_features == NULL)
            continue;
        lack = find_lack(host, features);
        if (lack != NULL && n++ < MAX_NAMED_HOSTS)
            mamuto_note_add(note, host->name, lack);
    }
    if (n == 0)
        return;
    note->count = n > MAX_NAMED_HOSTS ? n - MAX_NAMED_HOSTS : 0;
    g_ptr_array_add(notes, g_steal_pointer(&note));
}

/* Adds a note of the kind @one for each host whose state is @state. After MAX_NAMED_HOSTS notes,
 * adds one note of the kind @more with the number of the remaining hosts. */
static void
note_hosts_in_state(const ReportData *self, MamutoHostState state, MamutoNoteKind one,
                    MamutoNoteKind more, GPtrArray *notes)
{
    guint n = 0;

    for (guint i = 0; i < self->hosts->len; i++) {
        const ReportHost *host = g_ptr_array_index(self->hosts, i);

        if (host->state == state && n++ < MAX_NAMED_HOSTS)
            g_ptr_array_add(notes, mamuto_note_new(one, host->name, host->message, 0));
    }
    if (n > MAX_NAMED_HOSTS)
        g_ptr_array_add(notes, mamuto_note_new(more, NULL, NULL, n - MAX_NAMED_HOSTS));
}

GPtrArray *
report_data_get_notes(const ReportData *self)
{
    GPtrArray *notes = g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_note_free);

    note_hosts_in_state(self, MAMUTO_HOST_LOST, MAMUTO_NOTE_HOST_LOST, MAMUTO_NOTE_MORE_LOST,
                        notes);
    note_hosts_in_state(self, MAMUTO_HOST_FAILED, MAMUTO_NOTE_HOST_FAILED, MAMUTO_NOTE_MORE_FAILED,
                        notes);
    note_differing_cpus(self, notes);
    if (self->n_dropped > 0)
        g_ptr_array_add(notes,
                        mamuto_note_new(MAMUTO_NOTE_SPANS_DROPPED, NULL, NULL, self->n_dropped));
    return notes;
}
