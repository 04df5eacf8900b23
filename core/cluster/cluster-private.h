/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The structure of MamutoCluster, for mamuto-cluster.c and cluster-load.c. */
#pragma once

#include "ini.h"
#include "mamuto-cluster.h"

struct _MamutoCluster {
    GObject parent_instance;
    GPtrArray *hosts;
    char *python;
    char *workdir;
    int nice;
    Ini *ini;          /* (nullable): the cluster file as last loaded or saved */
    GHashTable *names; /* key: MamutoHost; value: its name in `ini` */
};

/* Stores @ini (transfer full), the parsed cluster file. It must contain the current hosts and
 * settings of @self. */
void cluster_keep_ini(MamutoCluster *self, Ini *ini);
