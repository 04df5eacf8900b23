/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the parts of the window share. */
#pragma once

#include "../dialogs/mamuto-asker-dialogs.h"
#include "../documents/held-documents.h"
#include "../runner/mamuto-runner.h"
#include "mamuto-opener.h"
#include "mamuto-window.h"

struct _MamutoWindow {
    AdwApplicationWindow parent_instance;
    MamutoClusterDocument *cluster;
    MamutoJobDocument *job;
    MamutoRunner *runner;
    MamutoOpener *opener;
    GtkWidget *switcher_title;
    MamutoAskerDialogs *asker_dialogs;
    GCancellable *cancellable; /* what the window waits for, as long as it is open */
    guint draft_source;
    gboolean may_close; /* somebody has answered what stood in the way */
    gboolean is_ending; /* as soon as the results are saved */

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

/* window-documents.c: @kind is a job or a cluster */
typedef struct {
    const char *name; /* of many of them, in the file chooser */
    const char *open;
    const char *not_opened;
    const char *save;
    const char *saved;
    const char *not_saved;
} DocumentWords;
const DocumentWords *window_get_document_words(MamutoFileKind kind);
MamutoDocument *window_get_document(MamutoWindow *self, MamutoFileKind kind);
/* (transfer full) (nullable): where a file chooser begins. */
char *window_find_folder(MamutoWindow *self);
/* Opens the drafts or the last documents, and keeps both up to date from now on. */
void window_restore_documents(MamutoWindow *self);
void window_save_drafts(MamutoWindow *self);

/* window-save.c */
/* What is typed in a field counts, also before the field is left; typing may go on after it. */
void window_take_what_is_typed(MamutoWindow *self);
/* As, where it has no file yet. */
void window_save_document(MamutoWindow *self, MamutoFileKind kind);
void window_save_document_as(MamutoWindow *self, MamutoFileKind kind);

/* window-undo.c */
/* If edits of what is @held are not shown any more. @held: (transfer full). */
void window_offer_undo_of_loss(MamutoWindow *self, MamutoHeldDocuments *held);
/* @function: the one that the job had before. */
void window_offer_undo_of_function(MamutoWindow *self, const char *function);

/* window-recent.c */
void window_fill_recent(MamutoWindow *self);
/* Puts a job or cluster at the head of the recent ones. */
void window_note_recent(MamutoWindow *self, const char *path);

/* window-example.c */
/* Opens the example as a job, ready to run; its arrays are made in the background where they are
 * not there yet. */
void window_open_example(MamutoWindow *self);

/* window-state.c: size, last documents, drafts, closing during a run */
void window_restore_state(MamutoWindow *self);
void window_save_state(MamutoWindow *self);
/* TRUE: not now, something is asked first. */
gboolean window_hold_close(MamutoWindow *self);
/* Shows the pages instead of the start page. */
void window_leave_start(MamutoWindow *self);
