/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Finds the data files and the settings of the window program. A program in a build folder uses the
 * files of that folder; an installed program uses the installed files. */
#pragma once

#include <gio/gio.h>

/* (transfer full): the folder with the files of the example. */
char *app_data_find_examples(void);
/* (transfer full): the folder with the translations. */
char *app_data_find_locale(void);
/* (transfer full): the command that starts mamuto-cli in a terminal: "mamuto-cli" if the PATH
 * contains it, else its full path. */
char *app_data_find_cli(void);
/* (transfer none): the settings. Their schema is installed or in the build folder. */
GSettings *app_data_get_settings(void);
/* (transfer full): the folder "mamuto" in the user's XDG data or state folder. The folder is
 * created if it does not exist. */
char *app_data_make_data_folder(void);
char *app_data_make_state_folder(void);
