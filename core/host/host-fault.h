/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A FAULT of an agent as an error with its fields. */
#pragma once

#include "mamuto-error.h"
#include "wire.h"

G_BEGIN_DECLS

/* (transfer full). The first line of the fault's text is the message, the rest is the traceback. */
GError *host_fault_to_error(const struct wire_fault *fault, const char *host);

G_END_DECLS
