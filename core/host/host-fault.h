/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Converts a FAULT frame, in which an agent reports a failure, into an error with stage, advice
 * and traceback. */
#pragma once

#include "mamuto-error.h"
#include "wire.h"

G_BEGIN_DECLS

/* Returns: (transfer full): an error. The first line of the text in the FAULT frame becomes the
 * message. The other lines become the traceback. */
GError *host_fault_to_error(const struct wire_fault *fault, const char *host);

G_END_DECLS
