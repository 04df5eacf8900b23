/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The fields and internal functions of the window, shared by the files window-*.c. */
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
    GCancellable *cancellable; /* Cancelled when the window is disposed. */
    guint draft_source;
    gboolean may_close; /* TRUE: close without asking the user again. */
    gboolean is_ending; /* TRUE: quit as soon as the results are saved. */

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

/* Implemented in window-actions.c: */
void window_install_actions(GtkWidgetClass *klass);
void window_update_actions(MamutoWindow *self);
/* Runs the job. Asks the user first if the job or the cluster comes from elsewhere, or if the
 * results of the last run are not saved. */
void window_ask_to_run(MamutoWindow *self);

/* Texts that the window shows about jobs or about clusters. window-documents.c contains these texts
 * and the following functions. @kind: MAMUTO_FILE_JOB or MAMUTO_FILE_CLUSTER. */
typedef struct {
    const char *name; /* Plural, for the filter of the file chooser. */
    const char *open;
    const char *not_opened;
    const char *save;
    const char *saved;
    const char *not_saved;
} DocumentWords;
const DocumentWords *window_get_document_words(MamutoFileKind kind);
MamutoDocument *window_get_document(MamutoWindow *self, MamutoFileKind kind);
/* (transfer full) (nullable): the initial folder for a file chooser. */
char *window_find_folder(MamutoWindow *self);
/* Opens the drafts. If a draft does not exist, opens the file that was opened last. After this
 * call, the window saves the drafts and the paths when they change. */
void window_restore_documents(MamutoWindow *self);
void window_save_drafts(MamutoWindow *self);

/* Implemented in window-save.c: */
/* Applies the typed text of the focused field. Without this call, the field applies its text only
 * when it loses the focus. The focus returns to the field, so that the user can continue typing. */
void window_take_what_is_typed(MamutoWindow *self);
/* Saves the document. If the document has no file yet, shows the Save As dialog. */
void window_save_document(MamutoWindow *self, MamutoFileKind kind);
void window_save_document_as(MamutoWindow *self, MamutoFileKind kind);

/* Implemented in window-undo.c: */
/* Shows a toast with Undo if a document in @held had unsaved edits and was replaced. @held:
 * (transfer full). */
void window_offer_undo_of_loss(MamutoWindow *self, MamutoHeldDocuments *held);
/* Shows a toast with Undo after the job's function was replaced by another. @function: the replaced
 * function. */
void window_offer_undo_of_function(MamutoWindow *self, const char *function);

/* Implemented in window-recent.c: */
void window_fill_recent(MamutoWindow *self);
/* Moves a job or cluster to the top of the recent files. */
void window_note_recent(MamutoWindow *self, const char *path);

/* Implemented in window-example.c: */
/* Opens the example as a job that is ready to run. If the arrays do not exist yet, creates them in
 * a thread. */
void window_open_example(MamutoWindow *self);

/* Implemented in window-state.c: */
void window_restore_state(MamutoWindow *self);
void window_save_state(MamutoWindow *self);
/* Returns FALSE if the window may close, because no run is active and all results are saved.
 * Otherwise returns TRUE, and a dialog asks the user, unless the results are already being saved.
 * The window then closes after the run is stopped or the results are saved or discarded. */
gboolean window_hold_close(MamutoWindow *self);
/* Replaces the start page by the pages for the job and the cluster. */
void window_leave_start(MamutoWindow *self);
