/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How far a run is and what went wrong, in words. All give new text. */
#pragma once

#include "../runner/mamuto-run-record.h"

/* "412,000 of 1,000,000 rows" */
char *progress_words_rows(MamutoRunRecord *record);
/* "86,000 rows/s · 4.8 s · about 7 s left · 2 failed" */
char *progress_words_pace(MamutoRunRecord *record);
/* "86,000": three digits are enough of what changes all the time. */
char *progress_words_rate(double rate);
/* (nullable): what happened to hosts: "rem2 was lost; …" or "3 hosts were lost". */
char *progress_words_hosts(MamutoRun *run);
/* Each of them with its reason, a line each. */
char *progress_words_hosts_details(MamutoRun *run);
