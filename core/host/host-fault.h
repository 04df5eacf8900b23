/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Converts an agent's FAULT into an error with stage, advice and traceback. */
#pragma once

#include "mamuto-error.h"
#include "wire.h"

G_BEGIN_DECLS

/* (transfer full): the first line of the fault's text is the message, the rest is the traceback. */
GError *host_fault_to_error(const struct wire_fault *fault, const char *host);

G_END_DECLS
