/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * All about one host of a run, in a popover: what it does and why, what it is, its part of the
 * work; and its cores, which can be changed while the run goes on. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

#define MAMUTO_TYPE_HOST_CARD (mamuto_host_card_get_type())
/* Signals: "cores" (uint): so many are to be used from now on; "show-log" (). */
G_DECLARE_FINAL_TYPE(MamutoHostCard, mamuto_host_card, MAMUTO, HOST_CARD, GtkPopover)

MamutoHostCard *mamuto_host_card_new(void);
/* @number: of the host in the job. */
void mamuto_host_card_set_status(MamutoHostCard *self, MamutoHostStatus *status, guint number);
guint mamuto_host_card_get_number(MamutoHostCard *self);
/* Shows what it is now; @active: whether cores can be changed. */
void mamuto_host_card_update(MamutoHostCard *self, gboolean active);
