/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What GTK 4.8 and libadwaita 1.2 do in a way that later versions deprecate or replace, each behind
 * a function that can stay as it is. */
#pragma once

#include <adwaita.h>

/* The switcher in a header: pages in a row, or the title where there is no room; then it reveals
 * @bar. */
GtkWidget *compat_switcher_title_new(AdwViewStack *stack, AdwViewSwitcherBar *bar);
void compat_switcher_title_set_title(GtkWidget *switcher_title, const char *title,
                                     const char *subtitle);

/* @file: what was chosen. Not called where nothing was. */
typedef void (*CompatFileFunc)(GFile *file, gpointer user_data);

typedef struct {
    const char *title;
    const char *accept;          /* NULL: "_Open" or "_Save" */
    const char *filter_name;     /* NULL: no filter but "All Files" */
    const char *const *suffixes; /* as ".npy", in upper or lower case */
    const char *folder;          /* NULL: where the toolkit begins */
    const char *name;            /* to save: the name proposed */
} CompatFileChoice;

/* Asks for a file. @owner: (a GObject) the answer is not given once it is gone. */
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

/* @response: the id of what was chosen, or @cancel. */
typedef void (*CompatAnswerFunc)(const char *response, gpointer user_data);

/* A dialog for a decision. @cancel is the id that Escape gives, @proposed the one that Return
 * gives.
 * @extra: (nullable) a widget below the text. Returns the dialog, shown; it closes itself. */
GtkWidget *compat_ask(GtkWidget *parent, const char *heading, const char *body, GtkWidget *extra,
                      const CompatResponse *responses, guint n_responses, const char *cancel,
                      const char *proposed, CompatAnswerFunc func, gpointer owner);

/* Sends a notification where there is somebody to show it; GLib warns where there is nobody. */
void compat_notify(GApplication *application, const char *id, GNotification *notification);

/* Brings an item of a list or column view into sight. */
void compat_list_scroll_to(GtkWidget *list, guint position);

/* Gives a name to the lists that an expander row is made of: they take the focus and have none. */
void compat_name_lists(GtkWidget *widget, const char *name);

/* A wheel over it scrolls what it stands in instead of changing its number. */
void compat_spin_ignore_wheel(GtkSpinButton *spin);

/* Opens a web page or folder with the program for it; says nothing if there is none. */
void compat_show_uri(GtkWidget *parent, const char *uri);
