/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The quark of the error domain. */
#include "mamuto-error.h"

/* clang-format off: the name is a word with hyphens */
G_DEFINE_QUARK(mamuto-error-quark, mamuto_error)
