/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Paths of the window's files and its settings, as installed or in the build folder that the
 * program runs from. */
#pragma once

#include <gio/gio.h>

/* (transfer full): the folder with the files of the example. */
char *app_data_find_examples(void);
/* (transfer full): the folder with the translations. */
char *app_data_find_locale(void);
/* (transfer full): the command for mamuto-cli in a terminal: its name if it is in the PATH, else
 * its full path. */
char *app_data_find_cli(void);
/* (transfer none): the settings, with the schema of the build folder or else the installed one. */
GSettings *app_data_get_settings(void);
/* (transfer full): the folder "mamuto" in the user's data folder or state folder (XDG). It is
 * created if it does not exist. */
char *app_data_make_data_folder(void);
char *app_data_make_state_folder(void);
