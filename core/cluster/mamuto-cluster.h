/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * MamutoCluster: the hosts that a job may use and their shared settings. A cluster is a GListModel
 * of MamutoHost and can be saved as cluster.cfg. It belongs to the thread that created it. The
 * properties python, workdir and nice are writable and notify changes. */
#pragma once

#include <gio/gio.h>

#include "mamuto-host.h"

G_BEGIN_DECLS

#define MAMUTO_TYPE_CLUSTER (mamuto_cluster_get_type())
G_DECLARE_FINAL_TYPE(MamutoCluster, mamuto_cluster, MAMUTO, CLUSTER, GObject)

MamutoCluster *mamuto_cluster_new(void);
MamutoCluster *mamuto_cluster_new_local(void);
MamutoCluster *mamuto_cluster_new_from_file(const char *path, GError **error);
MamutoCluster *mamuto_cluster_new_from_string(const char *hosts, GError **error);

gboolean mamuto_cluster_save(MamutoCluster *self, const char *path, GError **error);
char *mamuto_cluster_dup_file_hash(MamutoCluster *self);

void mamuto_cluster_add(MamutoCluster *self, MamutoHost *host);
void mamuto_cluster_insert(MamutoCluster *self, guint position, MamutoHost *host);
void mamuto_cluster_remove(MamutoCluster *self, guint position);
guint mamuto_cluster_get_n_hosts(MamutoCluster *self);
MamutoHost *mamuto_cluster_get_host(MamutoCluster *self, guint position);
MamutoHost *mamuto_cluster_find_host(MamutoCluster *self, const char *name);
guint mamuto_cluster_get_n_cores(MamutoCluster *self);

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

char **mamuto_list_ssh_hosts(void);

G_END_DECLS
