/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-asker-dialogs.h. MamutoAsker emits one question at a time, so at most one dialog is
 * open. If a dialog shows text from a server, a line above the text names the server. */
#include "mamuto-asker-dialogs.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "../compat/compat.h"
#include "mamuto-host-keys.h"

struct _MamutoAskerDialogs {
    GObject parent_instance;
    MamutoRunner *runner;
    GtkWindow *parent;        /* no reference is held, because the window owns this object */
    MamutoQuestion *question; /* the question that the user must answer; NULL: no question */
    GtkWidget *dialog;        /* (nullable): the dialog that shows @question */
    char *typed; /* (nullable): a copy of the typed text, because the entry is destroyed before the
                    answer is sent */
};

G_DEFINE_FINAL_TYPE(MamutoAskerDialogs, mamuto_asker_dialogs, G_TYPE_OBJECT)

static void
wipe(MamutoAskerDialogs *self)
{
    if (self->typed)
        explicit_bzero(self->typed, strlen(self->typed));
    g_clear_pointer(&self->typed, g_free);
}

/* Returns (transfer full) (nullable): the question that the dialog shows. Afterwards self->question
 * and self->dialog are NULL. The dialog is not closed, because it closes itself. */
static MamutoQuestion *
take_question(MamutoAskerDialogs *self)
{
    if (self->question)
        g_signal_handlers_disconnect_by_data(self->question, self);
    self->dialog = NULL;
    return g_steal_pointer(&self->question);
}

static void
mamuto_asker_dialogs_dispose(GObject *object)
{
    MamutoAskerDialogs *self = MAMUTO_ASKER_DIALOGS(object);
    g_autoptr(MamutoQuestion) question = take_question(self);

    if (question)
        mamuto_question_decline(question);
    wipe(self);
    g_clear_object(&self->runner);
    G_OBJECT_CLASS(mamuto_asker_dialogs_parent_class)->dispose(object);
}

static void
mamuto_asker_dialogs_class_init(MamutoAskerDialogsClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = mamuto_asker_dialogs_dispose;
}

static void
mamuto_asker_dialogs_init(MamutoAskerDialogs *self)
{
}

/* Removes the focus before the dialog is destroyed. Without this, an entry row would lose the focus
 * after it was destroyed, and libadwaita 1.2 would use the destroyed row. */
static gboolean
on_close(GtkWindow *dialog)
{
    gtk_window_set_focus(dialog, NULL);
    return GDK_EVENT_PROPAGATE;
}

static void
on_withdrawn(MamutoQuestion *question, MamutoAskerDialogs *self)
{
    GtkWidget *dialog = self->dialog;
    g_autoptr(MamutoQuestion) gone = take_question(self);

    if (dialog) {
        gtk_window_set_focus(GTK_WINDOW(dialog), NULL);
        gtk_window_destroy(GTK_WINDOW(dialog));
    }
}

/* ---- host keys ---- */

static void
on_keys_closed(MamutoHostKeys *dialog, MamutoAskerDialogs *self)
{
    /* do not answer the question here, because the dialog has already accepted or declined all keys
     */
    g_autoptr(MamutoQuestion) question = take_question(self);
}

static void
ask_host_keys(MamutoAskerDialogs *self)
{
    self->dialog = mamuto_host_keys_new(self->parent, mamuto_runner_get_asker(self->runner));
    g_signal_connect_object(self->dialog, "answered", G_CALLBACK(on_keys_closed), self, 0);
    gtk_window_present(GTK_WINDOW(self->dialog));
}

/* ---- secrets ---- */

static void
on_secret(const char *response, gpointer data)
{
    MamutoAskerDialogs *self = data;
    g_autoptr(MamutoQuestion) question = take_question(self);

    if (question && g_strcmp0(response, "answer") == 0)
        mamuto_question_answer(question, self->typed ? self->typed : "");
    else if (question)
        mamuto_question_decline(question);
    wipe(self);
}

static void
on_typed(GtkEditable *entry, MamutoAskerDialogs *self)
{
    wipe(self);
    self->typed = g_strdup(gtk_editable_get_text(entry));
}

static const char *
heading(MamutoQuestion *question)
{
    switch (mamuto_question_get_kind(question)) {
    case MAMUTO_QUESTION_PASSPHRASE:
        return _("Passphrase Needed");
    case MAMUTO_QUESTION_KEYBOARD:
        return _("Answer Needed");
    default:
        return _("Password Needed");
    }
}

static char *
explain(MamutoQuestion *question)
{
    const char *host = mamuto_question_get_host(question);
    const char *target = mamuto_question_get_target(question);
    const char *file = mamuto_question_get_file(question);

    switch (mamuto_question_get_kind(question)) {
    case MAMUTO_QUESTION_PASSPHRASE:
        /* Translators: the first %s is the file of an ssh key, the second %s is the name of a host
         */
        return g_strdup_printf(_("The key %s is locked. Enter its passphrase to log in to %s."),
                               file ? file : "", host);
    case MAMUTO_QUESTION_KEYBOARD:
        /* Translators: the first %s is the name of a host, the second %s is its address, such
         * as "ann@10.0.0.1:22" */
        return g_strdup_printf(_("The server of %s (%s) asks for an answer before login."), host,
                               target);
    default:
        /* Translators: the first %s is the name of a host, the second %s is its address, such
         * as "ann@10.0.0.1:22" */
        return g_strdup_printf(_("%s (%s) asks for your password."), host, target);
    }
}

static GtkWidget *
make_label(const char *text, const char *class)
{
    GtkWidget *label = gtk_label_new(text);

    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_max_width_chars(GTK_LABEL(label), 40);
    gtk_widget_add_css_class(label, class);
    return label;
}

static void
add_server_text(GtkBox *box, MamutoQuestion *question)
{
    const char *text = mamuto_question_get_server_text(question);
    g_autofree char *intro = NULL;

    if (!text || !*text)
        return;
    /* Translators: %s is the name of a host */
    intro =
        g_strdup_printf(_("Message from the server of %s:"), mamuto_question_get_host(question));
    gtk_box_append(box, make_label(intro, "dim-label"));
    gtk_box_append(box, make_label(text, "server-text"));
}

static GtkWidget *
make_entry(MamutoAskerDialogs *self, MamutoQuestion *question)
{
    GtkWidget *list = gtk_list_box_new();
    GtkWidget *entry =
        mamuto_question_get_echo(question) ? adw_entry_row_new() : adw_password_entry_row_new();
    const char *title =
        mamuto_question_get_kind(question) == MAMUTO_QUESTION_PASSPHRASE ? _("Passphrase")
        : mamuto_question_get_kind(question) == MAMUTO_QUESTION_KEYBOARD ? _("Your Answer")
                                                                         : _("Password");

    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(entry), title);
    adw_entry_row_set_activates_default(ADW_ENTRY_ROW(entry), TRUE);
    g_signal_connect_object(entry, "changed", G_CALLBACK(on_typed), self, 0);
    gtk_list_box_set_selection_mode(GTK_LIST_BOX(list), GTK_SELECTION_NONE);
    gtk_accessible_update_property(GTK_ACCESSIBLE(list), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
    gtk_widget_add_css_class(list, "boxed-list");
    gtk_list_box_append(GTK_LIST_BOX(list), entry);
    return list;
}

static void
ask_secret(MamutoAskerDialogs *self)
{
    gboolean is_passphrase = mamuto_question_get_kind(self->question) == MAMUTO_QUESTION_PASSPHRASE;
    const CompatResponse responses[] = {
        {"cancel", _("_Cancel"), ADW_RESPONSE_DEFAULT},
        {"answer", is_passphrase ? _("_Unlock") : _("_Log In"), ADW_RESPONSE_SUGGESTED},
    };
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 9);
    GtkWidget *list;
    g_autofree char *body = explain(self->question);

    if (mamuto_question_get_attempt(self->question) > 1)
        gtk_box_append(GTK_BOX(box),
                       make_label(_("The answer was not accepted. Try again."), "error"));
    add_server_text(GTK_BOX(box), self->question);
    list = make_entry(self, self->question);
    gtk_box_append(GTK_BOX(box), list);
    self->dialog =
        compat_ask(GTK_WIDGET(self->parent), heading(self->question), body, box, responses,
                   G_N_ELEMENTS(responses), "cancel", "answer", on_secret, self);
    g_signal_connect(self->dialog, "close-request", G_CALLBACK(on_close), NULL);
    gtk_widget_grab_focus(GTK_WIDGET(gtk_list_box_get_row_at_index(GTK_LIST_BOX(list), 0)));
}

static gboolean
on_question(MamutoRunner *runner, MamutoQuestion *question, MamutoAskerDialogs *self)
{
    g_set_object(&self->question, question);
    g_signal_connect_object(question, "withdrawn", G_CALLBACK(on_withdrawn), self, 0);
    if (mamuto_question_get_kind(question) == MAMUTO_QUESTION_HOST_KEY)
        ask_host_keys(self);
    else
        ask_secret(self);
    return TRUE;
}

MamutoAskerDialogs *
mamuto_asker_dialogs_new(MamutoRunner *runner, GtkWindow *parent)
{
    MamutoAskerDialogs *self = g_object_new(MAMUTO_TYPE_ASKER_DIALOGS, NULL);

    self->runner = g_object_ref(runner);
    self->parent = parent;
    g_signal_connect_object(runner, "question", G_CALLBACK(on_question), self, 0);
    return self;
}
