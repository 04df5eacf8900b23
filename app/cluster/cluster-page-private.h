/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The fields and internal functions of the cluster page, shared by its source files. */
#pragma once

#include "../widgets/mamuto-disk-notice.h"
#include "../widgets/mamuto-split.h"
#include "mamuto-cluster-page.h"
#include "mamuto-host-details.h"
#include "mamuto-host-item.h"

enum { CLUSTER_SHOW_ALL, CLUSTER_SHOW_PROBLEMS_FIRST, CLUSTER_SHOW_PROBLEMS_ONLY };

struct _MamutoClusterPage {
    AdwBin parent_instance;
    MamutoJobDocument *job;
    MamutoClusterDocument *document; /* The cluster of @job. */
    MamutoAsker *asker;
    MamutoCluster *cluster;
    GHashTable *items; /* keys: MamutoHost; values: MamutoHostItem; includes removed hosts, because
                          Undo restores them */
    GtkFilter *filter;
    GtkSorter *sorter;
    GtkSortListModel *sorted;
    GtkSelectionModel *selection; /* The selection in the list model @sorted. */
    GPtrArray *rows;              /* The row widgets that GTK has created. */
    guint update_source;
    GWeakRef undo_toast; /* The toast for the last removal of hosts. It has the Undo button. */
    gboolean selecting;  /* TRUE while the program, and not the user, changes the selection. */

    MamutoDiskNotice *disk_notice;
    GtkLabel *title_label;
    GtkLabel *summary_label;
    GtkButton *open_button;
    GtkButton *save_button;
    GtkBox *tools;
    GtkButton *check_button;
    GtkBox *find_box;
    GtkSearchEntry *search_entry;
    GtkDropDown *show_drop;
    MamutoSplit *split;
    GtkStack *stack;
    GtkListView *hosts_list;
    MamutoHostDetails *details;
};

/* mamuto-cluster-page.c */
/* (transfer container) (element-type MamutoHostItem): the selected items, in the list's order. */
GPtrArray *cluster_page_get_selected(MamutoClusterPage *self);
/* @hosts: (element-type MamutoHost): the hosts to select; other hosts are unselected. */
void cluster_page_select(MamutoClusterPage *self, GPtrArray *hosts);
MamutoHostItem *cluster_page_get_item(MamutoClusterPage *self, MamutoHost *host);
/* Returns TRUE if the list shows all hosts in the order of the cluster file, because only then the
 * user can move hosts. */
gboolean cluster_page_is_movable(MamutoClusterPage *self);

/* cluster-page-hosts.c */
void cluster_page_install_actions(GtkWidgetClass *klass);
void cluster_page_add_shortcuts(MamutoClusterPage *self);
void cluster_page_update_actions(MamutoClusterPage *self);
/* Moves @hosts in the cluster: after @target if @after is TRUE, otherwise before @target. Keeps the
 * order of @hosts. */
void cluster_page_move(MamutoClusterPage *self, GPtrArray *hosts, MamutoHost *target,
                       gboolean after);

/* cluster-page-disk.c */
void cluster_page_watch_file(MamutoClusterPage *self);
void cluster_page_reload(MamutoClusterPage *self);
void cluster_page_keep_mine(MamutoClusterPage *self);
