/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The document that contains the cluster, that is, the hosts and their settings. It also stores
 * whether the cluster has unsaved edits. */
#pragma once

#include <mamuto.h>

#include "mamuto-document.h"

#define MAMUTO_TYPE_CLUSTER_DOCUMENT (mamuto_cluster_document_get_type())
/* Implements MamutoDocument.
 * Property "cluster" (MamutoCluster): notified, because opening a file replaces the object.
 * Signal "hosts-changed" (): a host, a setting or the whole cluster has changed. */
G_DECLARE_FINAL_TYPE(MamutoClusterDocument, mamuto_cluster_document, MAMUTO, CLUSTER_DOCUMENT,
                     GObject)

MamutoClusterDocument *mamuto_cluster_document_new(void);
MamutoCluster *mamuto_cluster_document_get_cluster(MamutoClusterDocument *self);
MamutoCluster *mamuto_cluster_document_copy_cluster(MamutoClusterDocument *self);
void mamuto_cluster_document_set_cluster(MamutoClusterDocument *self, MamutoCluster *cluster,
                                         const char *path, gboolean dirty);
