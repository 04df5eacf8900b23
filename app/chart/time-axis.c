/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See time-axis.h. */
#include "time-axis.h"

#include <glib/gi18n.h>

gint64
time_axis_step(gint64 at_least)
{
    /* Steps up to 5 s are a number of fine[] times a power of ten, in µs. Longer steps are a number
     * of coarse[], in seconds, or whole days. */
    static const gint64 fine[] = {1, 2, 5};
    static const gint64 coarse[] = {10,   20,   30,   60,   120,   300,  600,
                                    1200, 1800, 3600, 7200, 14400, 43200};
    const gint64 day = 86400 * (gint64)G_USEC_PER_SEC;

    for (gint64 power = 1; power < 10 * G_USEC_PER_SEC; power *= 10)
        for (guint i = 0; i < G_N_ELEMENTS(fine); i++)
            if (fine[i] * power >= at_least)
                return fine[i] * power;
    for (guint i = 0; i < G_N_ELEMENTS(coarse); i++)
        if (coarse[i] * G_USEC_PER_SEC >= at_least)
            return coarse[i] * G_USEC_PER_SEC;
    return day * (1 + at_least / day);
}

char *
time_axis_format(gint64 us, gint64 step)
{
    gint64 seconds = us / G_USEC_PER_SEC;

    if (step < 1000)
        /* Translators: milliseconds */
        return g_strdup_printf(_("%.1f ms"), (double)us / 1e3);
    if (seconds >= 3600)
        /* Translators: hours and minutes */
        return g_strdup_printf(_("%d h %d min"), (int)(seconds / 3600), (int)(seconds % 3600 / 60));
    if (seconds >= 60)
        /* Translators: minutes and seconds */
        return g_strdup_printf(_("%d min %d s"), (int)(seconds / 60), (int)(seconds % 60));
    /* Translators: seconds; %.*f is the number, with 0 to 3 decimals */
    return g_strdup_printf(_("%.*f s"),
                           step >= G_USEC_PER_SEC ? 0
                           : step >= 100000       ? 1
                           : step >= 10000        ? 2
                                                  : 3,
                           (double)us / G_USEC_PER_SEC);
}
