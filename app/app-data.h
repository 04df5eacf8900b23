/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where the window finds what belongs to it: as installed, or in the build folder it runs from. */
#pragma once

#include <gio/gio.h>

/* The folder of the example's files; (transfer full). */
char *app_data_find_examples(void);
/* The folder of translations; (transfer full). */
char *app_data_find_locale(void);
/* What a line for a terminal calls the terminal program: its name alone if the PATH has it;
 * (transfer full). */
char *app_data_find_cli(void);
/* The settings; the schema is the installed one, or that of the build folder. */
GSettings *app_data_get_settings(void);
/* "…/mamuto" under the folder for a person's data, or for the state of programs; made if it is not
 * there; (transfer full). */
char *app_data_make_data_folder(void);
char *app_data_make_state_folder(void);
