/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Wrappers for functions of GTK 4.8 and libadwaita 1.2 that later versions deprecate or replace. If
 * the project moves to a later version, only the wrappers must change. */
#pragma once

#include <adwaita.h>

/* Creates the view switcher for a header bar. If the header bar is too narrow for the switcher, the
 * header bar shows the title, and @bar shows the switcher. */
GtkWidget *compat_switcher_title_new(AdwViewStack *stack, AdwViewSwitcherBar *bar);
void compat_switcher_title_set_title(GtkWidget *switcher_title, const char *title,
                                     const char *subtitle);

/* @file: the chosen file. The function is not called if the user cancels. */
typedef void (*CompatFileFunc)(GFile *file, gpointer user_data);

typedef struct {
    const char *title;
    const char *accept;          /* label of the button; NULL: "_Open" or "_Save" */
    const char *filter_name;     /* name of the file type in the dialog; NULL: show all files */
    const char *const *suffixes; /* such as ".npy"; case is ignored */
    const char *folder;          /* folder shown first; NULL: GTK chooses the folder */
    const char *name;            /* proposed file name in a dialog for saving */
} CompatFileChoice;

/* Shows a file chooser. @owner: a GObject that is passed to @func. After @owner is disposed, @func
 * is not called. */
void compat_open_file(GtkWidget *parent, const CompatFileChoice *choice, CompatFileFunc func,
                      gpointer owner);
void compat_save_file(GtkWidget *parent, const CompatFileChoice *choice, CompatFileFunc func,
                      gpointer owner);
void compat_open_folder(GtkWidget *parent, const CompatFileChoice *choice, CompatFileFunc func,
                        gpointer owner);

typedef struct {
    const char *id;
    const char *label;
    AdwResponseAppearance appearance;
} CompatResponse;

/* @response: the id of the chosen CompatResponse. If the user closes the dialog, @response is the
 * @cancel that was passed to compat_ask(). */
typedef void (*CompatAnswerFunc)(const char *response, gpointer user_data);

/* Shows a dialog that asks the user to decide. @extra: (nullable): a widget below the text.
 * @cancel: the id of the response for the Escape key. @proposed: (nullable): the id of the response
 * for the Return key. @owner: a GObject that is passed to @func. After @owner is disposed, @func is
 * not called. Returns (transfer none): the dialog; the dialog closes itself. */
GtkWidget *compat_ask(GtkWidget *parent, const char *heading, const char *body, GtkWidget *extra,
                      const CompatResponse *responses, guint n_responses, const char *cancel,
                      const char *proposed, CompatAnswerFunc func, gpointer owner);

/* Sends a notification if a notification server is running. Without a notification server, GLib
 * would log a warning. */
void compat_notify(GApplication *application, const char *id, GNotification *notification);

/* Scrolls @list, a GtkListView or GtkColumnView, to the item at @position. */
void compat_list_scroll_to(GtkWidget *list, guint position);

/* Sets the accessible label of all lists inside @widget, for example inside an expander row. These
 * lists take the focus, but GTK gives them no label. */
void compat_name_lists(GtkWidget *widget, const char *name);

/* Makes @spin ignore the mouse wheel, so that the wheel scrolls the surrounding view. */
void compat_spin_ignore_wheel(GtkSpinButton *spin);

/* Opens a web page or a folder in the default program. Errors are ignored. */
void compat_show_uri(GtkWidget *parent, const char *uri);
