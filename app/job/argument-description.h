/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Describes an argument in the subtitle of its row. */
#pragma once

#include "../documents/mamuto-job-document.h"

/* (transfer full): a description such as "p.npy · 100,000 × 3 · float64"; empty if there is nothing
 * to tell. */
char *argument_description_make(MamutoJobDocument *document, guint position);
