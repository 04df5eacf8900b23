/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the parts of the window share. */
#pragma once

#include "../dialogs/mamuto-asker-dialogs.h"
#include "mamuto-window.h"

struct _MamutoWindow {
    AdwApplicationWindow parent_instance;
    MamutoWorkspace *workspace;
    GtkWidget *switcher_title;
    MamutoAskerDialogs *asker_dialogs;
    GPtrArray *waiting_arrays; /* paths, until there are arguments to give them to */
    gboolean may_close;        /* somebody has answered what stood in the way */
    gboolean is_ending;        /* as soon as the results are saved */

    AdwToastOverlay *toast_overlay;
    AdwHeaderBar *header;
    GtkButton *run_button;
    AdwButtonContent *run_content;
    GtkMenuButton *menu_button;
    GMenu *recent_menu;
    GtkStack *content;
    AdwViewStack *pages;
    AdwViewSwitcherBar *switcher_bar;
    GtkWidget *start_page;
};

/* window-actions.c */
void window_install_actions(GtkWidgetClass *klass);
void window_update_actions(MamutoWindow *self);

/* window-choose.c: @kind is a job or a cluster */
/* What is typed in a field counts, also before the field is left; typing may go on after it. */
void window_take_what_is_typed(MamutoWindow *self);
void window_choose_document(MamutoWindow *self, MamutoFileKind kind);
/* Opens its file again; what was not saved can be had back by Undo. */
void window_reload_document(MamutoWindow *self, MamutoFileKind kind);
/* As, where it has no file yet. */
void window_save_document(MamutoWindow *self, MamutoFileKind kind);
void window_save_document_as(MamutoWindow *self, MamutoFileKind kind);

/* window-example.c */
/* Opens the example as a job, ready to run; its arrays are made in the background where they are
 * not there yet. */
void window_open_example(MamutoWindow *self);

/* window-files.c */
void window_init_files(MamutoWindow *self);
/* A job or a cluster, whatever its name; it is a recent one from now on. */
void window_open_document(MamutoWindow *self, MamutoFileKind kind, const char *path);
/* Puts a job or cluster at the head of the recent ones. */
void window_note_recent(MamutoWindow *self, const char *path);

/* window-documents.c: what takes the place of something that is not saved offers an Undo; FALSE: it
 * was told why not */
void window_new_job(MamutoWindow *self);
gboolean window_open_job(MamutoWindow *self, const char *path);
gboolean window_open_cluster(MamutoWindow *self, const char *path);
void window_open_function(MamutoWindow *self, const char *path);
/* Remembers from now on which documents were open last. */
void window_watch_documents(MamutoWindow *self);

/* window-state.c: size, last documents, drafts, closing during a run */
void window_restore_state(MamutoWindow *self);
void window_save_state(MamutoWindow *self);
/* TRUE: not now, something is asked first. */
gboolean window_hold_close(MamutoWindow *self);
/* Shows the pages instead of the start page. */
void window_leave_start(MamutoWindow *self);
