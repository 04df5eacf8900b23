/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-host-keys.h. */
#include "mamuto-host-keys.h"

#include <glib/gi18n.h>

/* If the dialog has at least this number of keys, it shows a check button that ticks all keys. */
#define MIN_FOR_ALL 5

typedef struct {
    MamutoQuestion *question;
    GtkWidget *row;
    GtkCheckButton *check;
} Key;

struct _MamutoHostKeys {
    AdwWindow parent_instance;
    MamutoAsker *asker;
    GPtrArray *keys; /* (element-type Key) */
    gboolean answered;
    gboolean updating;

    GtkCheckButton *all_check;
    GtkButton *accept_button;
    GtkListBox *list;
    GtkLabel *file_label;
};

G_DEFINE_FINAL_TYPE(MamutoHostKeys, mamuto_host_keys, ADW_TYPE_WINDOW)

static guint answered_signal;

static void
key_free(gpointer data)
{
    Key *key = data;

    g_object_unref(key->question);
    g_free(key);
}

static void
show_count(MamutoHostKeys *self)
{
    g_autofree char *label = NULL;
    guint n = 0;

    for (guint i = 0; i < self->keys->len; i++)
        n += gtk_check_button_get_active(((Key *)g_ptr_array_index(self->keys, i))->check);
    label = n == 0 ? g_strdup(_("_Accept"))
                   : g_strdup_printf(ngettext("_Accept %u Key", "_Accept %u Keys", n), n);
    gtk_button_set_label(self->accept_button, label);
    gtk_widget_set_sensitive(GTK_WIDGET(self->accept_button), n > 0);
    self->updating = TRUE;
    gtk_check_button_set_active(self->all_check, n > 0 && n == self->keys->len);
    gtk_check_button_set_inconsistent(self->all_check, n > 0 && n < self->keys->len);
    self->updating = FALSE;
}

static void
on_all(MamutoHostKeys *self)
{
    gboolean active = gtk_check_button_get_active(self->all_check);

    if (self->updating)
        return;
    for (guint i = 0; i < self->keys->len; i++)
        gtk_check_button_set_active(((Key *)g_ptr_array_index(self->keys, i))->check, active);
}

static void
add_key(MamutoHostKeys *self, MamutoQuestion *question)
{
    Key *key = g_new0(Key, 1);
    const char *host = mamuto_question_get_host(question);
    const char *target = mamuto_question_get_target(question);
    const char *type = mamuto_question_get_key_type(question);
    const char *print = mamuto_question_get_fingerprint(question);
    GtkWidget *label = NULL;
    g_autofree char *text = g_strdup_printf("%s %s", type ? type : "", print ? print : "");
    /* Translators: %s is the name of a host */
    g_autofree char *name = g_strdup_printf(_("Accept the key of %s"), host);
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 3);

    key->question = g_object_ref(question);
    key->check = GTK_CHECK_BUTTON(gtk_check_button_new());
    key->row = adw_action_row_new();
    adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(key->row), FALSE);
    gtk_widget_set_valign(GTK_WIDGET(key->check), GTK_ALIGN_CENTER);
    gtk_accessible_update_property(GTK_ACCESSIBLE(key->check), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                   -1);
    gtk_widget_set_margin_top(box, 9);
    gtk_widget_set_margin_bottom(box, 9);
    gtk_widget_set_hexpand(box, TRUE);
    label = gtk_label_new(NULL);
    {
        g_autofree char *title = g_strdup_printf("%s (%s)", host, target);

        gtk_label_set_text(GTK_LABEL(label), title);
    }
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    gtk_box_append(GTK_BOX(box), label);
    label = gtk_label_new(text);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_selectable(GTK_LABEL(label), TRUE);
    gtk_widget_set_can_focus(label, FALSE);
    gtk_widget_add_css_class(label, "fingerprint");
    gtk_box_append(GTK_BOX(box), label);
    adw_action_row_add_prefix(ADW_ACTION_ROW(key->row), box);
    adw_action_row_add_prefix(ADW_ACTION_ROW(key->row), GTK_WIDGET(key->check));
    adw_action_row_set_activatable_widget(ADW_ACTION_ROW(key->row), GTK_WIDGET(key->check));
    g_signal_connect_swapped(key->check, "toggled", G_CALLBACK(show_count), self);
    gtk_list_box_append(self->list, key->row);
    g_ptr_array_add(self->keys, key);
}

/* Updates the list of keys. Adds new keys, and removes keys that need no answer any more. Keeps the
 * ticks of the other keys. */
static void
update(MamutoHostKeys *self)
{
    g_autoptr(GPtrArray) waiting = NULL;

    if (self->answered)
        return;
    waiting = mamuto_asker_list_host_keys(self->asker);
    for (guint i = self->keys->len; i-- > 0;) {
        Key *key = g_ptr_array_index(self->keys, i);

        if (g_ptr_array_find(waiting, key->question, NULL))
            continue;
        gtk_list_box_remove(self->list, key->row);
        g_ptr_array_remove_index(self->keys, i);
    }
    for (guint i = 0; i < waiting->len; i++) {
        MamutoQuestion *question = g_ptr_array_index(waiting, i);
        gboolean shown = FALSE;

        for (guint k = 0; k < self->keys->len && !shown; k++)
            shown = ((Key *)g_ptr_array_index(self->keys, k))->question == question;
        if (!shown)
            add_key(self, question);
    }
    gtk_widget_set_visible(GTK_WIDGET(self->all_check), self->keys->len >= MIN_FOR_ALL);
    show_count(self);
}

/* Accepts the ticked keys if @accept is TRUE. Declines all other keys. */
static void
answer(MamutoHostKeys *self, gboolean accept)
{
    g_autoptr(GPtrArray) keys = g_steal_pointer(&self->keys);

    if (self->answered)
        return;
    self->answered = TRUE;
    for (guint i = 0; i < keys->len; i++) {
        Key *key = g_ptr_array_index(keys, i);

        g_signal_handlers_disconnect_by_data(key->check, self);
        if (accept && gtk_check_button_get_active(key->check))
            mamuto_question_accept(key->question);
        else
            mamuto_question_decline(key->question);
    }
    g_signal_emit(self, answered_signal, 0);
}

static void
on_accept(MamutoHostKeys *self)
{
    answer(self, TRUE);
    gtk_window_close(GTK_WINDOW(self));
}

static gboolean
mamuto_host_keys_close_request(GtkWindow *window)
{
    MamutoHostKeys *self = MAMUTO_HOST_KEYS(window);

    if (!self->answered)
        answer(self, FALSE);
    return GTK_WINDOW_CLASS(mamuto_host_keys_parent_class)->close_request(window);
}

static void
mamuto_host_keys_dispose(GObject *object)
{
    MamutoHostKeys *self = MAMUTO_HOST_KEYS(object);

    self->answered = TRUE;
    g_clear_pointer(&self->keys, g_ptr_array_unref);
    g_clear_object(&self->asker);
    G_OBJECT_CLASS(mamuto_host_keys_parent_class)->dispose(object);
}

static void
mamuto_host_keys_class_init(MamutoHostKeysClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_host_keys_dispose;
    GTK_WINDOW_CLASS(klass)->close_request = mamuto_host_keys_close_request;
    answered_signal = g_signal_new("answered", MAMUTO_TYPE_HOST_KEYS, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/mamuto/Mamuto/ui/mamuto-host-keys.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoHostKeys, accept_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostKeys, list);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostKeys, all_check);
    gtk_widget_class_bind_template_callback(widget_class, on_all);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostKeys, file_label);
    gtk_widget_class_bind_template_callback(widget_class, on_accept);
    gtk_widget_class_add_binding_action(widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
mamuto_host_keys_init(MamutoHostKeys *self)
{
    self->keys = g_ptr_array_new_with_free_func(key_free);
    gtk_widget_init_template(GTK_WIDGET(self));
}

GtkWidget *
mamuto_host_keys_new(GtkWindow *parent, MamutoAsker *asker)
{
    MamutoHostKeys *self = g_object_new(MAMUTO_TYPE_HOST_KEYS, "transient-for", parent, NULL);
    const char *file = NULL;

    self->asker = g_object_ref(asker);
    g_signal_connect_object(asker, "host-keys-changed", G_CALLBACK(update), self,
                            G_CONNECT_SWAPPED);
    update(self);
    if (self->keys->len > 0)
        file = mamuto_question_get_file(((Key *)g_ptr_array_index(self->keys, 0))->question);
    if (file) {
        /* Translators: %s is the file that contains the keys of hosts */
        g_autofree char *text = g_strdup_printf(_("Accepted keys are added to %s"), file);

        gtk_label_set_text(self->file_label, text);
    }
    gtk_widget_set_visible(GTK_WIDGET(self->file_label), file != NULL);
    return GTK_WIDGET(self);
}
