/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The insides of a cluster, for the two files of its class: the object, and its loading and saving.
 */
#pragma once

#include "ini.h"
#include "mamuto-cluster.h"

struct _MamutoCluster {
    GObject parent_instance;
    GPtrArray *hosts;
    char *python;
    char *workdir;
    int nice;
    Ini *ini;          /* as it was loaded or saved last */
    GHashTable *names; /* those that hosts have in it */
};

/* Keeps the file's text (transfer full), which says what the cluster is now. */
void cluster_keep_ini(MamutoCluster *self, Ini *ini);
