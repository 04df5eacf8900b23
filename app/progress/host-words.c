/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See host-words.h. */
#include "host-words.h"

#include <glib/gi18n.h>

static const HostWords words[] = {
    [MAMUTO_HOST_CONNECTING] = {"network-transmit-receive-symbolic", NC_("host", "Connecting"),
                                NULL},
    [MAMUTO_HOST_PREPARING] = {"emblem-synchronizing-symbolic", NC_("host", "Preparing"), NULL},
    [MAMUTO_HOST_WAITING] = {"content-loading-symbolic", NC_("host", "Waiting"), NULL},
    [MAMUTO_HOST_COMPUTING] = {"emblem-system-symbolic", NC_("host", "Computing"), NULL},
    [MAMUTO_HOST_DONE] = {"object-select-symbolic", NC_("host", "Done"), "success"},
    /* Translators: a host that took part in the run, but does not reply any more */
    [MAMUTO_HOST_LOST] = {"network-offline-symbolic", NC_("host", "Lost"), "error"},
    [MAMUTO_HOST_FAILED] = {"dialog-error-symbolic", NC_("host", "Failed"), "error"},
};

HostWords
host_words_get(MamutoHostStatus *status)
{
    MamutoHostState state = mamuto_host_status_get_state(status);
    HostWords told = words[state];

    if ((state == MAMUTO_HOST_WAITING || state == MAMUTO_HOST_COMPUTING) &&
        mamuto_host_status_get_cores(status) == 0)
        told = mamuto_host_status_get_n_busy(status) > 0
                   /* Translators: a host that finishes its current rows and gets no more rows */
                   ? (HostWords){"media-playback-pause-symbolic", NC_("host", "Finishing"), NULL}
                   /* Translators: a host that the user has excluded from the run */
                   : (HostWords){"media-playback-pause-symbolic", NC_("host", "Left out"), NULL};
    told.word = g_dpgettext2(NULL, "host", told.word);
    return told;
}

char *
host_words_format_memory(MamutoHostStatus *status)
{
    guint64 total = mamuto_host_status_get_memory_total(status);
    guint64 available = MIN(mamuto_host_status_get_memory_available(status), total);

    if (total == 0)
        return NULL;
    /* Translators: used and total memory: "3.2 of 8.0 GB" */
    return g_strdup_printf(_("%.1f of %.1f GB"), (double)(total - available) / 1e9,
                           (double)total / 1e9);
}
