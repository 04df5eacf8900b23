/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Describes the results of a comparison in translated sentences. */
#pragma once

#include <mamuto.h>

/* Describes which of two contenders, for example the cluster and this computer, is faster for few
 * rows, from which number of rows on this changes, and the speed-up for many rows. (transfer full):
 * "" if there are too few measurements. */
char *verdict_words(MamutoTimings *timings);
/* Rounds @rows to two significant digits. */
gint64 verdict_words_round(double rows);
/* Describes a note of a comparison or a report in a sentence; (transfer full). */
char *verdict_words_note(const MamutoNote *note);
