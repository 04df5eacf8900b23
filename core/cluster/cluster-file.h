/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Converts between the text of cluster.cfg and a MamutoCluster. The format:
 *
 *     [parameters]
 *     hosts = {"localhost": 4, "me@rem1:2222": 8}     a JSON object, name: cores (0: all cores)
 *     workdir = ~/work                                 empty, "None" or missing: not set
 *     python = python3
 *     nice = 10
 *
 *     [host me@rem1:2222]                              settings of one host
 *     enabled = no                                     yes/no, true/false, on/off, 1/0
 *     python = /opt/python/bin/python3
 *
 * A section of a host that is not in `hosts` is ignored when reading and kept when writing. */
#pragma once

#include "ini.h"
#include "mamuto-cluster.h"

/* Reads hosts and settings from @ini, a parsed cluster.cfg, into @cluster. */
gboolean cluster_file_read(Ini *ini, MamutoCluster *cluster, GError **error);
/* Writes the hosts and settings of @cluster to @ini. Unchanged values keep their text. @names is a
 * hash table from each MamutoHost to the name of the host in @ini. If a host has a new name, its
 * section in @ini is renamed. */
gboolean cluster_file_write(Ini *ini, MamutoCluster *cluster, GHashTable *names, GError **error);
