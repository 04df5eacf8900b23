/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A popover with the details of a host in a run: its state and the reason for this state, its
 * hardware, its number of computed rows, and its number of cores. The user can change the number of
 * cores during the run. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

#define MAMUTO_TYPE_HOST_CARD (mamuto_host_card_get_type())
/* Signal "cores" (uint): the user has requested this number of cores. Signal "show-log" (): the
 * user wants to read the host's log. */
G_DECLARE_FINAL_TYPE(MamutoHostCard, mamuto_host_card, MAMUTO, HOST_CARD, GtkPopover)

MamutoHostCard *mamuto_host_card_new(void);
/* @number: the host's index in the run. */
void mamuto_host_card_set_status(MamutoHostCard *self, MamutoHostStatus *status, guint number);
guint mamuto_host_card_get_number(MamutoHostCard *self);
/* Shows the current status. @active: TRUE if the run is active. Only then the card lets the user
 * change the number of cores. */
void mamuto_host_card_update(MamutoHostCard *self, gboolean active);
