/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See progress-words.h. */
#include "progress-words.h"

#include <glib/gi18n.h>

#include "../app-error.h"
#include "../app-text.h"

/* Least rate in rows per second for which the remaining time is estimated. */
#define RATE_NONE 0.01

char *
progress_words_rows(MamutoRunRecord *record)
{
    MamutoRun *run = mamuto_run_record_get_run(record);
    g_autofree char *done = NULL, *rows = NULL;

    if (!run)
        return g_strdup(mamuto_run_record_is_active(record) ? _("Preparing") : "");
    done = app_text_count(mamuto_run_get_rows_done(run));
    rows = app_text_rows(mamuto_run_get_n_rows(run));
    /* Translators: the second %s contains "rows": "412,000 of 1,000,000 rows" */
    return g_strdup_printf(_("%s of %s"), done, rows);
}

/* Rounds the time, so that the text changes slowly enough to be read. */
static char *
round_seconds(double seconds)
{
    if (seconds < 10)
        /* Translators: seconds */
        return g_strdup_printf(_("%.0f s"), MAX(seconds, 1));
    if (seconds < 60)
        return g_strdup_printf(_("%.0f s"), 5 * (double)(int)(seconds / 5 + 0.5));
    if (seconds < 600)
        return app_text_seconds(10 * (double)(int)(seconds / 10 + 0.5));
    return app_text_seconds(60 * (double)(int)(seconds / 60 + 0.5));
}

static char *
words_for_eta(MamutoRun *run)
{
    double eta = mamuto_run_get_eta(run);
    g_autofree char *left = NULL;

    /* the remaining time cannot be estimated without a rate */
    if (eta < 0 || mamuto_run_get_rows_per_second(run) < RATE_NONE)
        return g_strdup(_("Estimating…"));
    left = round_seconds(eta);
    /* Translators: remaining time of a run: "about 7 s left" */
    return g_strdup_printf(_("about %s left"), left);
}

char *
progress_words_rate(double rate)
{
    gint64 unit = 1;

    while (rate / (double)unit >= 1000)
        unit *= 10;
    return app_text_count((gint64)(rate / (double)unit + 0.5) * unit);
}

char *
progress_words_pace(MamutoRunRecord *record)
{
    MamutoRun *run = mamuto_run_record_get_run(record);
    GString *text = g_string_new(NULL);
    g_autofree char *rate = NULL, *elapsed = NULL, *failed = NULL;
    gint64 n_failed;

    if (!run)
        return g_string_free(text, FALSE);
    rate = progress_words_rate(mamuto_run_get_rows_per_second(run));
    elapsed = app_text_seconds(mamuto_run_get_elapsed(run));
    n_failed = mamuto_run_get_rows_failed(run);
    /* Translators: rows per second */
    g_string_append_printf(text, _("%s rows/s"), rate);
    g_string_append_printf(text, " · %s", elapsed);
    if (mamuto_run_record_get_state(record) == MAMUTO_RUN_RECORD_RUNNING) {
        g_autofree char *eta = words_for_eta(run);

        g_string_append_printf(text, " · %s", eta);
    }
    if (n_failed > 0) {
        failed = app_text_count(n_failed);
        g_string_append(text, " · ");
        /* Translators: a number of rows that failed */
        g_string_append_printf(text, ngettext("%s failed", "%s failed", (gulong)n_failed), failed);
    }
    return g_string_free(text, FALSE);
}

/* ---- hosts ---- */

typedef struct {
    guint n_lost, n_failed, n_chunks;
    MamutoHostStatus *first; /* (owned) (nullable): first lost or failed host */
} Trouble;

static void
count_trouble(MamutoRun *run, Trouble *trouble)
{
    GListModel *hosts = mamuto_run_get_hosts(run);

    for (guint i = 0; i < g_list_model_get_n_items(hosts); i++) {
        g_autoptr(MamutoHostStatus) host = g_list_model_get_item(hosts, i);
        MamutoHostState state = mamuto_host_status_get_state(host);

        if (state != MAMUTO_HOST_LOST && state != MAMUTO_HOST_FAILED)
            continue;
        trouble->n_lost += state == MAMUTO_HOST_LOST;
        trouble->n_failed += state == MAMUTO_HOST_FAILED;
        if (state == MAMUTO_HOST_LOST)
            trouble->n_chunks += mamuto_host_status_get_n_lost(host);
        if (!trouble->first)
            trouble->first = g_steal_pointer(&host);
    }
}

static void
append_part(GString *text, char *part)
{
    if (text->len > 0)
        g_string_append(text, " · ");
    g_string_append(text, part);
    g_free(part);
}

char *
progress_words_hosts(MamutoRun *run)
{
    Trouble trouble = {0};
    GString *text;
    const char *name;

    count_trouble(run, &trouble);
    if (!trouble.first)
        return NULL;
    text = g_string_new(NULL);
    name = app_text_host(mamuto_host_status_get_name(trouble.first));
    if (trouble.n_lost == 1 && trouble.n_failed == 0)
        /* Translators: the name of a host */
        append_part(text, g_strdup_printf(_("%s was lost"), name));
    else if (trouble.n_lost > 0)
        append_part(text, g_strdup_printf(
                              ngettext("%u host was lost", "%u hosts were lost", trouble.n_lost),
                              trouble.n_lost));
    if (trouble.n_chunks > 0)
        append_part(text,
                    g_strdup_printf(ngettext("%u chunk moved to other hosts",
                                             "%u chunks moved to other hosts", trouble.n_chunks),
                                    trouble.n_chunks));
    if (trouble.n_failed == 1 && trouble.n_lost == 0)
        /* Translators: the name of a host */
        append_part(text, g_strdup_printf(_("%s could not be used"), name));
    else if (trouble.n_failed > 0)
        append_part(text, g_strdup_printf(ngettext("%u host could not be used",
                                                   "%u hosts could not be used", trouble.n_failed),
                                          trouble.n_failed));
    g_clear_object(&trouble.first);
    return g_string_free(text, FALSE);
}

char *
progress_words_hosts_details(MamutoRun *run)
{
    GListModel *hosts = mamuto_run_get_hosts(run);
    g_autoptr(GHashTable) by_message = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    g_autoptr(GPtrArray) messages = g_ptr_array_new_with_free_func(g_free);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < g_list_model_get_n_items(hosts); i++) {
        g_autoptr(MamutoHostStatus) host = g_list_model_get_item(hosts, i);
        MamutoHostState state = mamuto_host_status_get_state(host);
        const char *name = app_text_host(mamuto_host_status_get_name(host));
        g_autofree char *message = app_error_describe_status(host);
        char *names;

        if (state != MAMUTO_HOST_LOST && state != MAMUTO_HOST_FAILED)
            continue;
        if (!message)
            message = g_strdup(_("Unknown reason"));
        names = g_hash_table_lookup(by_message, message);
        if (!names) {
            g_hash_table_insert(by_message, message, g_strdup(name));
            g_ptr_array_add(messages, g_steal_pointer(&message));
        } else {
            names = g_strdup_printf("%s, %s", names, name);
            g_hash_table_insert(by_message, message, names);
        }
    }
    for (guint i = 0; i < messages->len; i++)
        g_string_append_printf(
            text, "%s%s:\n%s", i > 0 ? "\n\n" : "",
            (const char *)g_hash_table_lookup(by_message, g_ptr_array_index(messages, i)),
            (const char *)g_ptr_array_index(messages, i));
    return g_string_free(text, FALSE);
}
