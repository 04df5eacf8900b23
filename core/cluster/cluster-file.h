/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What cluster.cfg says, between its text and the objects:
 *
 *     [parameters]
 *     hosts = {"localhost": 4, "me@rem1:2222": 8}     a JSON object, name: cores (0: all it has)
 *     workdir = ~/work                                 empty, "None" or not there: not set
 *     python = python3
 *     nice = 10
 *
 *     [host me@rem1:2222]                              what one host has of its own
 *     enabled = no                                     yes/no, true/false, on/off, 1/0
 *     python = /opt/python/bin/python3
 *
 * A section of a host that [parameters] does not list is left alone. */
#pragma once

#include "ini.h"
#include "mamuto-cluster.h"

/* Adds hosts and settings of the file to @cluster. */
gboolean cluster_file_read(Ini *ini, MamutoCluster *cluster, GError **error);
/* Brings @ini up to what @cluster is now; what has not changed is not touched. @names: the names
 * that hosts have in @ini, MamutoHost to string, so that one with another name keeps its section.
 */
gboolean cluster_file_write(Ini *ini, MamutoCluster *cluster, GHashTable *names, GError **error);
