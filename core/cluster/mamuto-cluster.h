/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The hosts that a job may use, and what they share: a GListModel of MamutoHost, kept in
 * cluster.cfg. Belongs to the thread that made it. */
#pragma once

#include <gio/gio.h>

#include "mamuto-host.h"

G_BEGIN_DECLS

#define MAMUTO_TYPE_CLUSTER (mamuto_cluster_get_type())
G_DECLARE_FINAL_TYPE(MamutoCluster, mamuto_cluster, MAMUTO, CLUSTER, GObject)

/* Properties, all writable and notified: python, workdir, nice. */
MamutoCluster *mamuto_cluster_new(void);
/* This computer with all its cores. */
MamutoCluster *mamuto_cluster_new_local(void);
MamutoCluster *mamuto_cluster_new_from_file(const char *path, GError **error);
/* "localhost:4,rem1:4,user@rem2:2222*8,rem[01-20]:8": HOST (all its cores), HOST:CORES or
 * HOST[:PORT]*CORES. */
MamutoCluster *mamuto_cluster_new_from_string(const char *hosts, GError **error);

/* Keeps comments, order and keys that it does not know; temporary file, fsync, rename. */
gboolean mamuto_cluster_save(MamutoCluster *self, const char *path, GError **error);

void mamuto_cluster_add(MamutoCluster *self, MamutoHost *host);
void mamuto_cluster_insert(MamutoCluster *self, guint position, MamutoHost *host);
void mamuto_cluster_remove(MamutoCluster *self, guint position);
guint mamuto_cluster_get_n_hosts(MamutoCluster *self);
/* (transfer none), unlike g_list_model_get_item(). */
MamutoHost *mamuto_cluster_get_host(MamutoCluster *self, guint position);
MamutoHost *mamuto_cluster_find_host(MamutoCluster *self, const char *name);
/* Cores of the enabled hosts, as far as they are known: a host with "all its cores" (0) counts with
 * this computer's if it is local, else not at all until it was connected to. */
guint mamuto_cluster_get_n_cores(MamutoCluster *self);

/* Shared settings; the getters of a host's say what holds for it (its own, else the shared). */
const char *mamuto_cluster_get_python(MamutoCluster *self);
const char *mamuto_cluster_get_workdir(MamutoCluster *self);
int mamuto_cluster_get_nice(MamutoCluster *self);
void mamuto_cluster_set_python(MamutoCluster *self, const char *python);
void mamuto_cluster_set_workdir(MamutoCluster *self, const char *workdir);
void mamuto_cluster_set_nice(MamutoCluster *self, int nice);
const char *mamuto_cluster_get_host_python(MamutoCluster *self, MamutoHost *host);
const char *mamuto_cluster_get_host_workdir(MamutoCluster *self, MamutoHost *host);
int mamuto_cluster_get_host_nice(MamutoCluster *self, MamutoHost *host);

gboolean mamuto_create_config_file(const char *filename, const char *hosts, const char *workdir,
                                   const char *python, int nice, GError **error);

/* The hosts that ssh knows: ~/.ssh/config, then known_hosts. */
char **mamuto_list_ssh_hosts(void);

G_END_DECLS
