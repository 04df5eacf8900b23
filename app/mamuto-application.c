/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-application.h. */
#include "mamuto-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "app-data.h"
#include "mamuto-preferences.h"
#include "window/mamuto-window.h"

struct _MamutoApplication {
    AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE(MamutoApplication, mamuto_application, ADW_TYPE_APPLICATION)

static MamutoWindow *
get_window(MamutoApplication *self)
{
    GList *windows = gtk_application_get_windows(GTK_APPLICATION(self));

    for (GList *link = windows; link; link = link->next)
        if (MAMUTO_IS_WINDOW(link->data))
            return link->data;
    return mamuto_window_new(GTK_APPLICATION(self));
}

static void
mamuto_application_activate(GApplication *application)
{
    gtk_window_present(GTK_WINDOW(get_window(MAMUTO_APPLICATION(application))));
}

static void
mamuto_application_open(GApplication *application, GFile **files, int n_files, const char *hint)
{
    MamutoWindow *window = get_window(MAMUTO_APPLICATION(application));

    if (gtk_widget_get_mapped(GTK_WIDGET(window)))
        gtk_window_present(GTK_WINDOW(window));
    /* open the files before the window is shown, so that the window does not show another page
     * first */
    for (int i = 0; i < n_files; i++)
        mamuto_window_open_file(window, files[i]);
    if (!gtk_widget_get_mapped(GTK_WIDGET(window)))
        gtk_window_present(GTK_WINDOW(window));
}

static void
on_quit(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    GList *windows = gtk_application_get_windows(GTK_APPLICATION(data));

    /* close the window instead of quitting, because the window may ask whether to stop the run */
    if (windows)
        gtk_window_close(windows->data);
    else
        g_application_quit(data);
}

/* Handles SIGTERM and similar signals at the end of a desktop session. Quits without dialogs,
 * because the session does not wait for an answer. */
static gboolean
on_end_signal(gpointer data)
{
    GList *link = gtk_application_get_windows(GTK_APPLICATION(data));

    while (link && !MAMUTO_IS_WINDOW(link->data))
        link = link->next;
    if (link)
        mamuto_window_quit(link->data);
    else
        g_application_quit(data);
    return G_SOURCE_CONTINUE;
}

static void
on_about(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    adw_show_about_window(gtk_application_get_active_window(data), "application-name", _("Mamuto"),
                          "application-icon", MAMUTO_APP_ID, "version", MAMUTO_VERSION, "comments",
                          _("Maps a Python function over large arrays, on all cores of this "
                            "computer and of the computers that you reach with ssh."),
                          "license-type", GTK_LICENSE_LGPL_2_1, "developer-name",
                          _("The Mamuto developers"),
                          /* Translators: your names, one per line */
                          "translator-credits", _("translator-credits"), NULL);
}

static void
on_preferences(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    mamuto_preferences_show(gtk_application_get_active_window(data));
}

static void
on_scheme_changed(GSettings *settings, const char *key, gpointer data)
{
    adw_style_manager_set_color_scheme(adw_style_manager_get_default(),
                                       (AdwColorScheme)g_settings_get_enum(settings, key));
}

static const GActionEntry actions[] = {
    {"quit", on_quit}, {"about", on_about}, {"preferences", on_preferences}};

static const struct {
    const char *action;
    const char *accels[3];
} accels[] = {
    {"app.quit", {"<Control>q"}},
    {"app.preferences", {"<Control>comma"}},
    {"win.show-help-overlay", {"<Control>question"}},
    {"win.run", {"<Control>Return", "F5"}},
    {"win.stop", {"<Control>Escape"}},
    {"win.new-job", {"<Control>n"}},
    {"win.open-job", {"<Control>o"}},
    {"win.save-job", {"<Control>s"}},
    {"win.save-job-as", {"<Control><Shift>s"}},
    {"win.open-cluster", {"<Control><Shift>o"}},
    {"win.copy-command", {"<Control><Shift>c"}},
    {"win.page('job')", {"<Alt>1"}},
    {"win.page('cluster')", {"<Alt>2"}},
    {"win.page('progress')", {"<Alt>3"}},
    {"win.page('results')", {"<Alt>4"}},
    {"win.page('timings')", {"<Alt>5"}},
    {"window.close", {"<Control>w"}},
};

static const int end_signals[] = {SIGTERM, SIGHUP, SIGINT};

static void
mamuto_application_startup(GApplication *application)
{
    GSettings *settings = app_data_get_settings();

    G_APPLICATION_CLASS(mamuto_application_parent_class)->startup(application);
    gtk_window_set_default_icon_name(MAMUTO_APP_ID);
    g_action_map_add_action_entries(G_ACTION_MAP(application), actions, G_N_ELEMENTS(actions),
                                    application);
    for (gsize i = 0; i < G_N_ELEMENTS(accels); i++)
        gtk_application_set_accels_for_action(GTK_APPLICATION(application), accels[i].action,
                                              accels[i].accels);
    g_signal_connect_object(settings, "changed::color-scheme", G_CALLBACK(on_scheme_changed),
                            application, 0);
    on_scheme_changed(settings, "color-scheme", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(end_signals); i++)
        g_unix_signal_add(end_signals[i], on_end_signal, application);
}

static void
mamuto_application_class_init(MamutoApplicationClass *klass)
{
    GApplicationClass *application_class = G_APPLICATION_CLASS(klass);

    application_class->activate = mamuto_application_activate;
    application_class->open = mamuto_application_open;
    application_class->startup = mamuto_application_startup;
}

static void
mamuto_application_init(MamutoApplication *self)
{
    GApplication *application = G_APPLICATION(self);

    g_application_set_option_context_parameter_string(application, _("[FILE…]"));
    g_application_set_option_context_summary(
        application, _("Opens jobs (.mamuto), clusters (.cfg), functions (.py) and arrays (.npy, "
                       ".npz, .csv)."));
}

GApplication *
mamuto_application_new(void)
{
    return g_object_new(MAMUTO_TYPE_APPLICATION, "application-id", MAMUTO_APP_ID, "flags",
                        G_APPLICATION_HANDLES_OPEN, "resource-base-path",
                        "/io/github/mamuto/Mamuto", NULL);
}
