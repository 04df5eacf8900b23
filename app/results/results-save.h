/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Results into a file, and the question before those that are in none are lost. Both are given the
 * window they belong to. */
#pragma once

#include "../window/mamuto-window.h"

/* @window: the one given. */
typedef void (*ResultsFunc)(MamutoWindow *window);

/* Asks for a name and saves there; says how it went. @then: (nullable): called if it was saved. */
void results_save(MamutoWindow *window, ResultsFunc then);
/* Calls @then at once if no result would be lost by it; else asks, and calls it unless a person
 * wants to keep them. */
void results_let_go(MamutoWindow *window, ResultsFunc then);
