/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See compat.h. */
#include "compat.h"

#include <glib/gi18n.h>

static gboolean
reveal_bar(gpointer data)
{
    AdwViewSwitcherBar *bar = data;
    AdwViewSwitcherTitle *title = g_object_get_data(data, "title");

    if (title)
        adw_view_switcher_bar_set_reveal(bar, adw_view_switcher_title_get_title_visible(title));
    return G_SOURCE_REMOVE;
}

/* Shows or hides the bar in an idle callback. The title widget emits notify::title-visible during a
 * layout, when GTK has already measured the bar. If animations are off, a bar that is shown during
 * the layout has no height. */
static void
on_title_visible(GtkWidget *title, GParamSpec *pspec, gpointer bar)
{
    g_idle_add_full(G_PRIORITY_HIGH_IDLE, reveal_bar, g_object_ref(bar), g_object_unref);
}

GtkWidget *
compat_switcher_title_new(AdwViewStack *stack, AdwViewSwitcherBar *bar)
{
    GtkWidget *title = adw_view_switcher_title_new();

    adw_view_switcher_title_set_stack(ADW_VIEW_SWITCHER_TITLE(title), stack);
    adw_view_switcher_bar_set_stack(bar, stack);
    g_object_set_data_full(G_OBJECT(bar), "title", g_object_ref(title), g_object_unref);
    g_signal_connect_object(title, "notify::title-visible", G_CALLBACK(on_title_visible), bar, 0);
    on_title_visible(title, NULL, bar);
    return title;
}

void
compat_switcher_title_set_title(GtkWidget *switcher_title, const char *title, const char *subtitle)
{
    adw_view_switcher_title_set_title(ADW_VIEW_SWITCHER_TITLE(switcher_title), title);
    adw_view_switcher_title_set_subtitle(ADW_VIEW_SWITCHER_TITLE(switcher_title), subtitle);
}

/* ---- files ---- */

typedef struct {
    GWeakRef owner;
    CompatFileFunc func;
} FileQuestion;

static void
on_file_response(GtkNativeDialog *dialog, int response, FileQuestion *question)
{
    g_autoptr(GObject) owner = g_weak_ref_get(&question->owner);

    if (response == GTK_RESPONSE_ACCEPT && owner) {
        g_autoptr(GFile) file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));

        if (file)
            question->func(file, owner);
    }
    g_weak_ref_clear(&question->owner);
    g_free(question);
    g_object_unref(dialog);
}

static void
add_filters(GtkFileChooser *chooser, const CompatFileChoice *choice)
{
    g_autoptr(GtkFileFilter) filter = NULL;
    g_autoptr(GtkFileFilter) all = NULL;

    if (!choice->filter_name)
        return;
    filter = gtk_file_filter_new();
    gtk_file_filter_set_name(filter, choice->filter_name);
    for (const char *const *suffix = choice->suffixes; *suffix; suffix++)
        gtk_file_filter_add_suffix(filter, *suffix + 1);
    gtk_file_chooser_add_filter(chooser, filter);
    all = gtk_file_filter_new();
    gtk_file_filter_set_name(all, _("All Files"));
    gtk_file_filter_add_pattern(all, "*");
    gtk_file_chooser_add_filter(chooser, all);
}

static void
choose_file(GtkWidget *parent, const CompatFileChoice *choice, GtkFileChooserAction action,
            CompatFileFunc func, gpointer owner)
{
    GtkRoot *root = parent ? gtk_widget_get_root(parent) : NULL;
    GtkFileChooserNative *dialog = gtk_file_chooser_native_new(
        choice->title, GTK_IS_WINDOW(root) ? GTK_WINDOW(root) : NULL, action, choice->accept, NULL);
    FileQuestion *question = g_new0(FileQuestion, 1);

    add_filters(GTK_FILE_CHOOSER(dialog), choice);
    if (choice->folder) {
        g_autoptr(GFile) folder = g_file_new_for_path(choice->folder);

        gtk_file_chooser_set_current_folder(GTK_FILE_CHOOSER(dialog), folder, NULL);
    }
    if (choice->name)
        gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(dialog), choice->name);
    gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
    g_weak_ref_init(&question->owner, owner);
    question->func = func;
    g_signal_connect(dialog, "response", G_CALLBACK(on_file_response), question);
    gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}

void
compat_open_file(GtkWidget *parent, const CompatFileChoice *choice, CompatFileFunc func,
                 gpointer owner)
{
    choose_file(parent, choice, GTK_FILE_CHOOSER_ACTION_OPEN, func, owner);
}

void
compat_save_file(GtkWidget *parent, const CompatFileChoice *choice, CompatFileFunc func,
                 gpointer owner)
{
    choose_file(parent, choice, GTK_FILE_CHOOSER_ACTION_SAVE, func, owner);
}

void
compat_open_folder(GtkWidget *parent, const CompatFileChoice *choice, CompatFileFunc func,
                   gpointer owner)
{
    choose_file(parent, choice, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, func, owner);
}

/* ---- dialogs ---- */

typedef struct {
    GWeakRef owner;
    CompatAnswerFunc func;
} Question;

static void
question_free(gpointer data, GClosure *closure)
{
    Question *question = data;

    g_weak_ref_clear(&question->owner);
    g_free(question);
}

static void
on_response(AdwMessageDialog *dialog, const char *response, Question *question)
{
    g_autoptr(GObject) owner = g_weak_ref_get(&question->owner);

    if (owner)
        question->func(response, owner);
}

GtkWidget *
compat_ask(GtkWidget *parent, const char *heading, const char *body, GtkWidget *extra,
           const CompatResponse *responses, guint n_responses, const char *cancel,
           const char *proposed, CompatAnswerFunc func, gpointer owner)
{
    GtkRoot *root = parent ? gtk_widget_get_root(parent) : NULL;
    GtkWidget *widget =
        adw_message_dialog_new(GTK_IS_WINDOW(root) ? GTK_WINDOW(root) : NULL, heading, body);
    AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG(widget);
    Question *question = g_new0(Question, 1);

    for (guint i = 0; i < n_responses; i++) {
        adw_message_dialog_add_response(dialog, responses[i].id, responses[i].label);
        adw_message_dialog_set_response_appearance(dialog, responses[i].id,
                                                   responses[i].appearance);
    }
    adw_message_dialog_set_close_response(dialog, cancel);
    if (proposed)
        adw_message_dialog_set_default_response(dialog, proposed);
    if (extra)
        adw_message_dialog_set_extra_child(dialog, extra);
    g_weak_ref_init(&question->owner, owner);
    question->func = func;
    g_signal_connect_data(dialog, "response", G_CALLBACK(on_response), question, question_free, 0);
    gtk_window_present(GTK_WINDOW(dialog));
    return widget;
}

/* ---- other widgets ---- */

void
compat_list_scroll_to(GtkWidget *list, guint position)
{
    GtkWidget *view = list;

    /* the scroll action belongs to the GtkListView inside the GtkColumnView */
    if (GTK_IS_COLUMN_VIEW(list))
        view = gtk_widget_get_last_child(list);
    gtk_widget_activate_action(view, "list.scroll-to-item", "u", position);
}

void
compat_name_lists(GtkWidget *widget, const char *name)
{
    if (GTK_IS_LIST_BOX(widget) || GTK_IS_LIST_VIEW(widget))
        gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                       -1);
    for (GtkWidget *child = gtk_widget_get_first_child(widget); child;
         child = gtk_widget_get_next_sibling(child))
        compat_name_lists(child, name);
}

void
compat_spin_ignore_wheel(GtkSpinButton *spin)
{
    g_autoptr(GListModel) controllers = gtk_widget_observe_controllers(GTK_WIDGET(spin));

    for (guint i = 0; i < g_list_model_get_n_items(controllers); i++) {
        g_autoptr(GtkEventController) controller = g_list_model_get_item(controllers, i);

        if (GTK_IS_EVENT_CONTROLLER_SCROLL(controller))
            gtk_event_controller_set_propagation_phase(controller, GTK_PHASE_NONE);
    }
}

void
compat_show_uri(GtkWidget *parent, const char *uri)
{
    GtkRoot *root = parent ? gtk_widget_get_root(parent) : NULL;

    gtk_show_uri(GTK_IS_WINDOW(root) ? GTK_WINDOW(root) : NULL, uri, GDK_CURRENT_TIME);
}

/* ---- notifications ---- */

static void
on_server(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GNotification) notification = G_NOTIFICATION(data);
    g_autoptr(GVariant) answer =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, NULL);
    GApplication *application = g_application_get_default();

    if (answer && application)
        g_application_send_notification(
            application, g_object_get_data(G_OBJECT(notification), "id"), notification);
}

void
compat_notify(GApplication *application, const char *id, GNotification *notification)
{
    GDBusConnection *bus = g_application_get_dbus_connection(application);

    if (!bus)
        return;
    g_object_set_data_full(G_OBJECT(notification), "id", g_strdup(id), g_free);
    g_dbus_connection_call(bus, "org.freedesktop.Notifications", "/org/freedesktop/Notifications",
                           "org.freedesktop.Notifications", "GetServerInformation", NULL, NULL,
                           G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_server, g_object_ref(notification));
}
