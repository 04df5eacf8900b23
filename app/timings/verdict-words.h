/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What follows from a comparison, in sentences of the person's language. */
#pragma once

#include <mamuto.h>

/* Which is faster for few rows, from how many rows on that changes, and what is gained. (transfer
 * full): empty if too little was measured. */
char *verdict_words(MamutoTimings *timings);
/* Two digits that count. */
gint64 verdict_words_round(double rows);
/* A note of the library (of timings or of a report), which is in English, as it is in files.
 * (transfer full): what is none that is known here stays as it is. */
char *verdict_words_note(const char *note);
