/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Asks the user before a job or cluster from elsewhere runs programs for the first time. */
#pragma once

#include <gtk/gtk.h>

#include "../documents/mamuto-job-document.h"

/* What the user has asked for. The dialog names it. */
typedef enum { APPROVE_RUN, APPROVE_CHECK, APPROVE_COMPARE } ApproveAction;

typedef void (*ApproveFunc)(GtkWidget *widget);

/* Calls @then with @widget if the job and its cluster are known (see known-documents.h). Otherwise
 * shows what they run and where, and calls @then only if the user approves them. @widget is inside
 * a window. Does nothing if @widget waits for an answer already. */
void approve_documents(GtkWidget *widget, MamutoJobDocument *job, ApproveAction action,
                       ApproveFunc then);
