/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Describes the progress of a run and the problems of its hosts. All functions return a new string.
 */
#pragma once

#include "../runner/mamuto-run-record.h"

/* For example "412,000 of 1,000,000 rows". */
char *progress_words_rows(MamutoRunRecord *record);
/* For example "86,000 rows/s · 4.8 s · about 7 s left · 2 failed". */
char *progress_words_pace(MamutoRunRecord *record);
/* Formats a rate with three significant digits, for example "86,000", because the digits after
 * these change too fast to be read. */
char *progress_words_rate(double rate);
/* Summarizes the lost and failed hosts: "rem2 was lost; …" or "3 hosts were lost". (nullable): NULL
 * if no host was lost or failed. */
char *progress_words_hosts(MamutoRun *run);
/* Lists the reasons why hosts were lost or failed. Each reason follows the names of its hosts. */
char *progress_words_hosts_details(MamutoRun *run);
