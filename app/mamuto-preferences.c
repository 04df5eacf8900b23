/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-preferences.h. */
#include "mamuto-preferences.h"

#include <glib/gi18n.h>

#include "app-data.h"

/* The color schemes, in the order of the items in the combo row. */
static const AdwColorScheme schemes[] = {ADW_COLOR_SCHEME_DEFAULT, ADW_COLOR_SCHEME_FORCE_LIGHT,
                                         ADW_COLOR_SCHEME_FORCE_DARK};

static void
on_scheme_selected(AdwComboRow *row, GParamSpec *pspec, gpointer data)
{
    g_settings_set_enum(app_data_get_settings(), "color-scheme",
                        (int)schemes[adw_combo_row_get_selected(row)]);
}

static GtkWidget *
make_scheme_row(void)
{
    const char *const names[] = {_("Follow System"), _("Light"), _("Dark"), NULL};
    g_autoptr(GtkStringList) model = gtk_string_list_new(names);
    GtkWidget *row = adw_combo_row_new();
    int scheme = g_settings_get_enum(app_data_get_settings(), "color-scheme");

    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), _("Style"));
    adw_combo_row_set_model(ADW_COMBO_ROW(row), G_LIST_MODEL(model));
    for (guint i = 0; i < G_N_ELEMENTS(schemes); i++)
        if ((int)schemes[i] == scheme)
            adw_combo_row_set_selected(ADW_COMBO_ROW(row), i);
    g_signal_connect(row, "notify::selected", G_CALLBACK(on_scheme_selected), NULL);
    return row;
}

static GtkWidget *
make_switch_row(const char *title, const char *subtitle, const char *key)
{
    GtkWidget *row = adw_action_row_new();
    GtkWidget *toggle = gtk_switch_new();

    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
    adw_action_row_set_subtitle(ADW_ACTION_ROW(row), subtitle);
    gtk_widget_set_valign(toggle, GTK_ALIGN_CENTER);
    gtk_accessible_update_property(GTK_ACCESSIBLE(toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                   -1);
    g_settings_bind(app_data_get_settings(), key, toggle, "active", G_SETTINGS_BIND_DEFAULT);
    adw_action_row_add_suffix(ADW_ACTION_ROW(row), toggle);
    adw_action_row_set_activatable_widget(ADW_ACTION_ROW(row), toggle);
    return row;
}

static GtkWidget *
make_group(const char *title)
{
    GtkWidget *group = adw_preferences_group_new();

    adw_preferences_group_set_title(ADW_PREFERENCES_GROUP(group), title);
    return group;
}

void
mamuto_preferences_show(GtkWindow *parent)
{
    GtkWidget *window = adw_preferences_window_new();
    GtkWidget *page = adw_preferences_page_new();
    GtkWidget *look = make_group(_("Appearance"));
    GtkWidget *runs = make_group(_("Runs"));

    adw_preferences_group_add(ADW_PREFERENCES_GROUP(look), make_scheme_row());
    adw_preferences_group_add(ADW_PREFERENCES_GROUP(runs),
                              make_switch_row(_("Notify When a Run Ends"),
                                              _("Only while the window is in the background"),
                                              "notify-at-end"));
    adw_preferences_page_add(ADW_PREFERENCES_PAGE(page), ADW_PREFERENCES_GROUP(look));
    adw_preferences_page_add(ADW_PREFERENCES_PAGE(page), ADW_PREFERENCES_GROUP(runs));
    adw_preferences_window_add(ADW_PREFERENCES_WINDOW(window), ADW_PREFERENCES_PAGE(page));
    adw_preferences_window_set_search_enabled(ADW_PREFERENCES_WINDOW(window), FALSE);
    gtk_window_set_transient_for(GTK_WINDOW(window), parent);
    gtk_window_set_modal(GTK_WINDOW(window), TRUE);
    gtk_window_set_default_size(GTK_WINDOW(window), 480, 360);
    gtk_window_present(GTK_WINDOW(window));
}
