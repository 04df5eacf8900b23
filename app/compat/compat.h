/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Wrappers for functions of GTK 4.8 and libadwaita 1.2 that are deprecated in later versions. If
 * this project requires a later version, only these wrappers must change. */
#pragma once

#include <adwaita.h>

/* Creates a title widget for a header bar. It contains the buttons that switch the pages of @stack.
 * If the header bar is too narrow for these buttons, the widget shows the title, and @bar shows the
 * buttons. */
GtkWidget *compat_switcher_title_new(AdwViewStack *stack, AdwViewSwitcherBar *bar);
void compat_switcher_title_set_title(GtkWidget *switcher_title, const char *title,
                                     const char *subtitle);

/* Called with the chosen @file. Not called if the user cancels. */
typedef void (*CompatFileFunc)(GFile *file, gpointer user_data);

typedef struct {
    const char *title;
    const char *accept; /* label of the button that accepts the file; NULL: "_Open" or "_Save" */
    const char *filter_name; /* name of the file type that the dialog shows; NULL: the dialog shows
                                all files */
    const char *const *suffixes; /* suffixes of this file type, such as ".npy"; case is ignored */
    const char *folder;          /* the folder that is shown first; NULL: GTK chooses a folder */
    const char *name;            /* proposed file name in a dialog for saving */
} CompatFileChoice;

/* Shows a file chooser. When the user has chosen a file, calls @func with the file and @owner.
 * @owner is a GObject. If @owner has been disposed, @func is not called. */
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

/* @response: the id of the CompatResponse that the user has chosen. If the user closes the dialog
 * without choosing, @response is the parameter @cancel of compat_ask(). */
typedef void (*CompatAnswerFunc)(const char *response, gpointer user_data);

/* Shows a dialog with one button for each element of @responses. When the user clicks a button, the
 * dialog closes and calls @func with the id of the response and @owner. @extra: (nullable): a
 * widget that the dialog shows below @body. @cancel: the id of the response that is chosen if the
 * user presses Escape or closes the dialog. @proposed: (nullable): the id of the response that is
 * chosen if the user presses Return. @owner: a GObject. If @owner has been disposed, @func is not
 * called. Returns (transfer none): the dialog. */
GtkWidget *compat_ask(GtkWidget *parent, const char *heading, const char *body, GtkWidget *extra,
                      const CompatResponse *responses, guint n_responses, const char *cancel,
                      const char *proposed, CompatAnswerFunc func, gpointer owner);

/* Sends a notification to the desktop. Does nothing if no notification server is running, because
 * GLib would log a warning. */
void compat_notify(GApplication *application, const char *id, GNotification *notification);

/* Scrolls @list, a GtkListView or GtkColumnView, to the item at @position. */
void compat_list_scroll_to(GtkWidget *list, guint position);

/* Sets the accessible label of all lists inside @widget, for example inside an expander row. Screen
 * readers need a label for these lists, because they can have the focus. GTK sets no label. */
void compat_name_lists(GtkWidget *widget, const char *name);

/* Makes @spin ignore the mouse wheel. The wheel then scrolls the view that contains @spin, and does
 * not change the value. */
void compat_spin_ignore_wheel(GtkSpinButton *spin);

/* Opens a web page or a folder in the user's default program. Errors are ignored. */
void compat_show_uri(GtkWidget *parent, const char *uri);
