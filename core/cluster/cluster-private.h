/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The structure of MamutoCluster, for the two files of the class: mamuto-cluster.c and
 * cluster-load.c. */
#pragma once

#include "ini.h"
#include "mamuto-cluster.h"

struct _MamutoCluster {
    GObject parent_instance;
    GPtrArray *hosts;
    char *python;
    char *workdir;
    int nice;
    Ini *ini;          /* (nullable): the file's text as last loaded or saved */
    GHashTable *names; /* MamutoHost to its name in `ini` */
};

/* Stores the file's text (transfer full), which must match the cluster's current state. */
void cluster_keep_ini(MamutoCluster *self, Ini *ini);
