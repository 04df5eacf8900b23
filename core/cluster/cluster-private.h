/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The structure of MamutoCluster. It is shared by the two files of the class, mamuto-cluster.c and
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
    Ini *ini;          /* (nullable): the text of the file, as last loaded or saved */
    GHashTable *names; /* maps each MamutoHost to its name in `ini` */
};

/* Stores the text of the file (transfer full). The text must match the current state of the
 * cluster. */
void cluster_keep_ini(MamutoCluster *self, Ini *ini);
