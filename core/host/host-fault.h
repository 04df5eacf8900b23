/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Converts the FAULT frame of an agent into an error with stage, advice and traceback. */
#pragma once

#include "mamuto-error.h"
#include "wire.h"

G_BEGIN_DECLS

/* (transfer full): an error whose message is the first line of the fault's text and whose traceback
 * is the rest of the text. */
GError *host_fault_to_error(const struct wire_fault *fault, const char *host);

G_END_DECLS
