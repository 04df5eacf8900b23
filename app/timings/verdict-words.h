/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Describes the conclusions of a comparison in sentences of the user's language. */
#pragma once

#include <mamuto.h>

/* Describes which contender is faster for few rows, from which number of rows on that changes, and
 * the gain. (transfer full): empty if there are too few measurements. */
char *verdict_words(MamutoTimings *timings);
/* Rounds to two significant digits. */
gint64 verdict_words_round(double rows);
/* (transfer full): a note of timings or of a report, as a sentence. */
char *verdict_words_note(const MamutoNote *note);
