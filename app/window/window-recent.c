/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The menu of recently opened or saved files. */
#include <string.h>

#include "../app-data.h"
#include "../app-text.h"
#include "window-private.h"

#define MAX_RECENT 8

void
window_fill_recent(MamutoWindow *self)
{
    g_auto(GStrv) recent = g_settings_get_strv(app_data_get_settings(), "recent-files");

    g_menu_remove_all(self->recent_menu);
    for (char **path = recent; *path; path++) {
        g_autofree char *shown = app_text_path(*path);
        g_auto(GStrv) parts = g_strsplit(shown, "_", -1);
        g_autofree char *label = g_strjoinv("__", parts);
        g_autoptr(GMenuItem) item = g_menu_item_new(label, NULL);

        g_menu_item_set_action_and_target_value(item, "win.open-recent",
                                                g_variant_new_bytestring(*path));
        g_menu_append_item(self->recent_menu, item);
    }
}

void
window_note_recent(MamutoWindow *self, const char *path)
{
    g_auto(GStrv) recent = g_settings_get_strv(app_data_get_settings(), "recent-files");
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_auto(GStrv) noted = NULL;
    guint n = 1;

    /* GSettings accepts only strings in UTF-8 */
    if (!g_utf8_validate(path, -1, NULL))
        return;
    g_strv_builder_add(builder, path);
    for (char **old = recent; *old && n < MAX_RECENT; old++)
        if (strcmp(*old, path) != 0) {
            g_strv_builder_add(builder, *old);
            n++;
        }
    noted = g_strv_builder_end(builder);
    g_settings_set_strv(app_data_get_settings(), "recent-files", (const char *const *)noted);
    window_fill_recent(self);
}
