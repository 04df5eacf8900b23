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
    MamutoClusterDocument *document;
    MamutoAsker *asker;
    MamutoCluster *cluster;
    GHashTable *items; /* MamutoHost → MamutoHostItem; keeps removed hosts for Undo */
    GtkFilter *filter;
    GtkSorter *sorter;
    GtkSortListModel *sorted;
    GtkSelectionModel *selection; /* The selected positions in @sorted. */
    GPtrArray *rows;              /* The row widgets that GTK has created. */
    guint update_source;
    GWeakRef undo_toast; /* The toast with the Undo button for the last removal of hosts. */
    gboolean selecting;  /* TRUE while the program changes the selection. */

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
/* Returns TRUE if the list shows the hosts in the order of the file. */
gboolean cluster_page_is_movable(MamutoClusterPage *self);

/* cluster-page-hosts.c */
void cluster_page_install_actions(GtkWidgetClass *klass);
void cluster_page_add_shortcuts(MamutoClusterPage *self);
void cluster_page_update_actions(MamutoClusterPage *self);
/* Moves @hosts before or after @target in the cluster. The order among @hosts does not change. */
void cluster_page_move(MamutoClusterPage *self, GPtrArray *hosts, MamutoHost *target,
                       gboolean after);

/* cluster-page-disk.c */
void cluster_page_watch_file(MamutoClusterPage *self);
void cluster_page_reload(MamutoClusterPage *self);
void cluster_page_keep_mine(MamutoClusterPage *self);
