/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Asks the user before a job or cluster from elsewhere runs programs for the first time. A job or
 * cluster is from elsewhere if the user has neither created nor approved it in the window. */
#pragma once

#include <gtk/gtk.h>

#include "../documents/mamuto-job-document.h"

/* The action that the user has started. The title of the dialog depends on the action. */
typedef enum { APPROVE_RUN, APPROVE_CHECK, APPROVE_COMPARE } ApproveAction;

typedef void (*ApproveFunc)(GtkWidget *widget);

/* Calls @then with @widget if the job and its cluster are known (see known-documents.h). Otherwise
 * shows a dialog with their programs and hosts, and calls @then only if the user approves them.
 * @widget is inside a window. Does nothing if a dialog for @widget is already open. */
void approve_documents(GtkWidget *widget, MamutoJobDocument *job, ApproveAction action,
                       ApproveFunc then);
