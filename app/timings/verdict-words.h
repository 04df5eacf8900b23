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
/* (transfer full): a note of timings or of a report. */
char *verdict_words_note(const MamutoNote *note);
