/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Describes the results of a comparison in translated sentences. */
#pragma once

#include <mamuto.h>

/* (transfer full): compares two contenders, for example the cluster and this computer, in
 * sentences. They state which contender is faster for few rows, the number of rows at which the
 * other contender becomes faster, and the speed-up for many rows. "" if there are too few
 * measurements. */
char *verdict_words(MamutoTimings *timings);
/* Rounds @rows to two significant digits. */
gint64 verdict_words_round(double rows);
/* Describes a note of a comparison or a report in a sentence; (transfer full). */
char *verdict_words_note(const MamutoNote *note);
