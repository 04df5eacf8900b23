/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An item in the list of hosts. It contains the host, its state, and its check. */
#pragma once

#include <mamuto.h>

typedef enum {
    HOST_STATE_OFF,
    HOST_STATE_UNKNOWN, /* The host was not checked, or a setting has changed since the check. */
    HOST_STATE_CHECKING,
    HOST_STATE_READY,
    HOST_STATE_FAILED,
} HostState;

#define MAMUTO_TYPE_HOST_ITEM (mamuto_host_item_get_type())
/* Signal "changed" (): a setting or the state of the host has changed. */
G_DECLARE_FINAL_TYPE(MamutoHostItem, mamuto_host_item, MAMUTO, HOST_ITEM, GObject)

MamutoHostItem *mamuto_host_item_new(MamutoHost *host);
MamutoHost *mamuto_host_item_get_host(MamutoHostItem *self);
/* Returns "This Computer" (translated) for localhost, otherwise the name of the host. */
const char *mamuto_host_item_get_title(MamutoHostItem *self);
HostState mamuto_host_item_get_state(MamutoHostItem *self);
/* Returns the translated state in one or two words. */
const char *mamuto_host_item_get_word(MamutoHostItem *self);
/* (nullable): returns the name of the icon for the state; NULL if the state has no icon. */
const char *mamuto_host_item_get_icon_name(MamutoHostItem *self);
/* (nullable): returns the error of the last check; NULL if the check did not fail. */
const GError *mamuto_host_item_get_error(MamutoHostItem *self);
/* (nullable): returns the running check. If no check is running, returns the last check. */
MamutoCheck *mamuto_host_item_get_check(MamutoHostItem *self);
/* Returns the number of cores that the last check found; 0 if unknown. */
guint mamuto_host_item_get_found_cores(MamutoHostItem *self);
/* Starts a check of the host. @n_at_once: see mamuto_check_run_async(). */
void mamuto_host_item_check(MamutoHostItem *self, MamutoCluster *cluster, MamutoAsker *asker,
                            guint n_at_once);
void mamuto_host_item_stop(MamutoHostItem *self);
/* Discards the check of the host. Called when the check's result is no longer valid. */
void mamuto_host_item_forget(MamutoHostItem *self);

/* Returns the translated title of a stage of a check. */
const char *host_stage_title(MamutoCheckStage stage);
