/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The quark of the error domain. */
#include "mamuto-error.h"

/**
 * mamuto_error_quark:
 *
 * The domain of #MamutoError. Any thread.
 *
 * Returns: the quark
 */
/* the name is a word with hyphens, not a subtraction */
/* clang-format off */
G_DEFINE_QUARK(mamuto-error-quark, mamuto_error)
