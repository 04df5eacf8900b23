/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A host as the list shows it: the host, and what is known of it from its last check. */
#pragma once

#include <mamuto.h>

typedef enum {
    HOST_STATE_OFF,
    HOST_STATE_UNKNOWN, /* not checked, or changed since */
    HOST_STATE_CHECKING,
    HOST_STATE_READY,
    HOST_STATE_FAILED,
} HostState;

#define MAMUTO_TYPE_HOST_ITEM (mamuto_host_item_get_type())
/* Signal "changed" (): of the host's settings or of its state. */
G_DECLARE_FINAL_TYPE(MamutoHostItem, mamuto_host_item, MAMUTO, HOST_ITEM, GObject)

MamutoHostItem *mamuto_host_item_new(MamutoHost *host);
MamutoHost *mamuto_host_item_get_host(MamutoHostItem *self);
/* "This Computer", else the host's name. */
const char *mamuto_host_item_get_title(MamutoHostItem *self);
HostState mamuto_host_item_get_state(MamutoHostItem *self);
/* The state in a word or two. */
const char *mamuto_host_item_get_word(MamutoHostItem *self);
/* (nullable): where there is nothing to see. */
const char *mamuto_host_item_get_icon_name(MamutoHostItem *self);
/* (nullable): what failed, if it did. */
const GError *mamuto_host_item_get_error(MamutoHostItem *self);
/* (nullable): the check that goes on, or the last one. */
MamutoCheck *mamuto_host_item_get_check(MamutoHostItem *self);
/* Found by the last check; 0: not known. */
guint mamuto_host_item_get_found_cores(MamutoHostItem *self);
/* @n_at_once: see mamuto_check_run_async(). */
void mamuto_host_item_check(MamutoHostItem *self, MamutoCluster *cluster, MamutoAsker *asker,
                            guint n_at_once);
void mamuto_host_item_stop(MamutoHostItem *self);
/* What the last check found does not hold any more. */
void mamuto_host_item_forget(MamutoHostItem *self);

/* The stage of a check as a title. */
const char *host_stage_title(MamutoCheckStage stage);
