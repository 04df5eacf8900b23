/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The cluster as a document: its hosts and their settings, and whether they were changed. */
#pragma once

#include <mamuto.h>

#include "mamuto-document.h"

#define MAMUTO_TYPE_CLUSTER_DOCUMENT (mamuto_cluster_document_get_type())
/* A MamutoDocument. Property "cluster" (MamutoCluster), notified: another object when another
 * cluster is opened. Signal "hosts-changed" (): a host or a setting has changed, or all of them. */
G_DECLARE_FINAL_TYPE(MamutoClusterDocument, mamuto_cluster_document, MAMUTO, CLUSTER_DOCUMENT,
                     GObject)

MamutoClusterDocument *mamuto_cluster_document_new(void);
MamutoCluster *mamuto_cluster_document_get_cluster(MamutoClusterDocument *self);
MamutoCluster *mamuto_cluster_document_copy_cluster(MamutoClusterDocument *self);
void mamuto_cluster_document_set_cluster(MamutoClusterDocument *self, MamutoCluster *cluster,
                                         const char *path, gboolean dirty);
