/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An item of the list of hosts: the host, and the state and result of its last check. */
#pragma once

#include <mamuto.h>

typedef enum {
    HOST_STATE_OFF,
    HOST_STATE_UNKNOWN, /* Not checked, or changed since the check. */
    HOST_STATE_CHECKING,
    HOST_STATE_READY,
    HOST_STATE_FAILED,
} HostState;

#define MAMUTO_TYPE_HOST_ITEM (mamuto_host_item_get_type())
/* Signal "changed" (): the host's settings or the state has changed. */
G_DECLARE_FINAL_TYPE(MamutoHostItem, mamuto_host_item, MAMUTO, HOST_ITEM, GObject)

MamutoHostItem *mamuto_host_item_new(MamutoHost *host);
MamutoHost *mamuto_host_item_get_host(MamutoHostItem *self);
/* "This Computer" or the host's name. */
const char *mamuto_host_item_get_title(MamutoHostItem *self);
HostState mamuto_host_item_get_state(MamutoHostItem *self);
/* The state in one or two words. */
const char *mamuto_host_item_get_word(MamutoHostItem *self);
/* (nullable): NULL if the state has no icon. */
const char *mamuto_host_item_get_icon_name(MamutoHostItem *self);
/* (nullable): the error of a failed check. */
const GError *mamuto_host_item_get_error(MamutoHostItem *self);
/* (nullable): the running check, or else the last one. */
MamutoCheck *mamuto_host_item_get_check(MamutoHostItem *self);
/* The number of cores found by the last check; 0: unknown. */
guint mamuto_host_item_get_found_cores(MamutoHostItem *self);
/* @n_at_once: see mamuto_check_run_async(). */
void mamuto_host_item_check(MamutoHostItem *self, MamutoCluster *cluster, MamutoAsker *asker,
                            guint n_at_once);
void mamuto_host_item_stop(MamutoHostItem *self);
/* Discards the last check, whose result is not valid any more. */
void mamuto_host_item_forget(MamutoHostItem *self);

/* The translated title of a stage. */
const char *host_stage_title(MamutoCheckStage stage);
