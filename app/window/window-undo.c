/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Toasts with an Undo button. A toast is shown after unsaved edits or the job's function were
 * replaced. */
#include <glib/gi18n.h>

#include "window-private.h"

/* Time for which a toast is shown: enough to read the message and to decide. */
#define UNDO_SECONDS 12

static AdwToast *
make_toast(const char *message)
{
    AdwToast *toast = adw_toast_new(message);

    adw_toast_set_button_label(toast, _("_Undo"));
    adw_toast_set_timeout(toast, UNDO_SECONDS);
    return toast;
}

/* ---- documents ---- */

static void
free_held(gpointer held)
{
    mamuto_held_documents_free(held);
}

static void
on_undo_loss(AdwToast *toast)
{
    mamuto_held_documents_put_back(g_object_get_data(G_OBJECT(toast), "held"));
}

static void
offer(MamutoWindow *self, MamutoHeldDocuments *held, const char *message)
{
    AdwToast *toast = make_toast(message);

    g_object_set_data_full(G_OBJECT(toast), "held", held, free_held);
    g_signal_connect(toast, "button-clicked", G_CALLBACK(on_undo_loss), NULL);
    adw_toast_overlay_add_toast(self->toast_overlay, toast);
}

void
window_offer_undo_of_loss(MamutoWindow *self, MamutoHeldDocuments *held)
{
    switch ((guint)mamuto_held_documents_find_loss(held)) {
    case 0:
        mamuto_held_documents_free(held);
        break;
    case MAMUTO_LOSS_JOB:
        offer(self, held, _("The previous job has unsaved changes"));
        break;
    case MAMUTO_LOSS_CLUSTER:
        offer(self, held, _("The previous cluster has unsaved changes"));
        break;
    default:
        offer(self, held, _("The previous job and cluster have unsaved changes"));
    }
}

/* ---- the function ---- */

static void
on_undo_function(AdwToast *toast, MamutoWindow *self)
{
    MamutoJob *job = mamuto_job_document_get_job(self->job);

    if (job == g_object_get_data(G_OBJECT(toast), "job"))
        mamuto_job_set_function(job, g_object_get_data(G_OBJECT(toast), "function"));
}

void
window_offer_undo_of_function(MamutoWindow *self, const char *function)
{
    AdwToast *toast = make_toast(_("The function of the job was changed"));

    g_object_set_data_full(G_OBJECT(toast), "job",
                           g_object_ref(mamuto_job_document_get_job(self->job)), g_object_unref);
    g_object_set_data_full(G_OBJECT(toast), "function", g_strdup(function), g_free);
    g_signal_connect_object(toast, "button-clicked", G_CALLBACK(on_undo_function), self, 0);
    adw_toast_overlay_add_toast(self->toast_overlay, toast);
}
