/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The progress of a run and its problems in words. All functions return a new string. */
#pragma once

#include "../runner/mamuto-run-record.h"

/* "412,000 of 1,000,000 rows" */
char *progress_words_rows(MamutoRunRecord *record);
/* "86,000 rows/s · 4.8 s · about 7 s left · 2 failed" */
char *progress_words_pace(MamutoRunRecord *record);
/* "86,000": three significant digits, because the rate changes all the time. */
char *progress_words_rate(double rate);
/* (nullable): a summary of lost and failed hosts: "rem2 was lost; …" or "3 hosts were lost". */
char *progress_words_hosts(MamutoRun *run);
/* The reasons, each below the names of its hosts. */
char *progress_words_hosts_details(MamutoRun *run);
