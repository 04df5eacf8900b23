/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See comparison-setup.h. */
#include "comparison-setup.h"

#include <glib/gi18n.h>

#include "app-text.h"

/* Appends the arguments that have a value to @arguments, with the names of their parameters, and
 * their positions in the job to @positions (elements: guint). */
static void
gather(MamutoJobDocument *document, GPtrArray *arguments, GArray *positions)
{
    MamutoJob *job = mamuto_job_document_get_job(document);

    for (guint i = 0; i < mamuto_job_document_get_n_inputs(document); i++) {
        MamutoArgument *loaded =
            mamuto_input_get_argument(mamuto_job_document_get_input(document, i));

        if (!loaded)
            continue;
        g_ptr_array_add(
            arguments, mamuto_job_get_by_name(job, i)
                           ? mamuto_argument_with_name(loaded, mamuto_job_get_argument_name(job, i))
                           : mamuto_argument_ref(loaded));
        g_array_append_val(positions, i);
    }
}

MamutoComparison *
comparison_setup_new(MamutoRunner *runner, GError **error)
{
    MamutoJobDocument *document = mamuto_runner_get_job(runner);
    MamutoJob *job = mamuto_job_document_get_job(document);
    g_autofree char *title = mamuto_document_dup_title(MAMUTO_DOCUMENT(document));
    g_autoptr(MamutoFunction) function = mamuto_job_make_function(job, error);
    g_autoptr(GPtrArray) arguments =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);
    g_autoptr(GArray) positions = g_array_new(FALSE, FALSE, sizeof(guint));
    MamutoComparison *comparison;

    if (!function)
        return NULL;
    gather(document, arguments, positions);
    comparison = mamuto_comparison_new(
        mamuto_cluster_document_get_cluster(mamuto_runner_get_cluster(runner)), function, arguments,
        mamuto_job_get_flags(job));
    for (guint i = 0; i < positions->len; i++)
        mamuto_comparison_set_keep(comparison, i,
                                   mamuto_job_get_keep(job, g_array_index(positions, guint, i)));
    mamuto_timings_set_job_name(mamuto_comparison_get_timings(comparison), title);
    mamuto_comparison_set_asker(comparison, mamuto_runner_get_asker(runner));
    return comparison;
}

/* ---- description ---- */

/* Returns whether the cluster has an enabled host other than this computer. */
static gboolean
has_cluster(MamutoRunner *runner)
{
    MamutoCluster *cluster = mamuto_cluster_document_get_cluster(mamuto_runner_get_cluster(runner));

    for (guint i = 0; i < mamuto_cluster_get_n_hosts(cluster); i++) {
        MamutoHost *host = mamuto_cluster_get_host(cluster, i);

        if (mamuto_host_get_enabled(host) && !mamuto_host_is_local(host))
            return TRUE;
    }
    return FALSE;
}

/* Rounds the number of calls to two significant digits, because it is an estimate. */
static char *
format_calls(gint64 n_calls)
{
    gint64 unit = 1;

    while (n_calls / unit >= 100)
        unit *= 10;
    return app_text_count((n_calls + unit / 2) / unit * unit);
}

char *
comparison_setup_describe(MamutoComparison *comparison, MamutoRunner *runner)
{
    double planned = mamuto_comparison_get_planned_seconds(comparison);
    g_autofree char *calls = format_calls(mamuto_comparison_get_planned_calls(comparison));
    g_autofree char *seconds = app_text_seconds(planned);
    g_autofree char *rows = app_text_rows(mamuto_comparison_get_largest_size(comparison));
    g_autofree char *does = g_strdup_printf(
        /* Translators: a number of calls, a number of rows such as "1,000 rows", a duration */
        _("The comparison calls your function about %s times, with up to %s, "
          "evenly spaced, and takes about %s. The results are discarded."),
        calls, rows, seconds);

    if (has_cluster(runner))
        return g_steal_pointer(&does);
    return g_strdup_printf("%s\n\n%s", does,
                           _("Your cluster has no host besides this computer, so only a plain loop "
                             "and all cores of this computer are compared."));
}
