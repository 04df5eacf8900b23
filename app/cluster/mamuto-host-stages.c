/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-host-stages.h. */
#include "mamuto-host-stages.h"

#include <glib/gi18n.h>
#include <string.h>

#include "../app-error.h"
#include "mamuto-host-item.h"

typedef struct {
    GtkWidget *row;
    GtkStack *stack;
    GtkImage *icon;
    GtkSpinner *spinner;
    GtkLabel *title;
    GtkLabel *text; /* Shows a detail of the stage, its error, or its outcome, such as "Passed". */
} Stage;

struct _MamutoHostStages {
    AdwBin parent_instance;
    Stage stages[MAMUTO_N_CHECK_STAGES];
};

G_DEFINE_FINAL_TYPE(MamutoHostStages, mamuto_host_stages, ADW_TYPE_BIN)

static void
mamuto_host_stages_class_init(MamutoHostStagesClass *klass)
{
}

static void
make_stage(MamutoHostStages *self, MamutoCheckStage number, GtkBox *list, GtkSizeGroup *titles)
{
    Stage *stage = &self->stages[number];

    stage->row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 9);
    stage->stack = GTK_STACK(gtk_stack_new());
    stage->icon = GTK_IMAGE(gtk_image_new());
    stage->spinner = GTK_SPINNER(gtk_spinner_new());
    stage->title = GTK_LABEL(gtk_label_new(host_stage_title(number)));
    stage->text = GTK_LABEL(gtk_label_new(NULL));
    gtk_widget_set_valign(GTK_WIDGET(stage->stack), GTK_ALIGN_START);
    gtk_widget_set_valign(GTK_WIDGET(stage->title), GTK_ALIGN_START);
    gtk_label_set_xalign(stage->title, 0);
    gtk_size_group_add_widget(titles, GTK_WIDGET(stage->title));
    gtk_label_set_xalign(stage->text, 0);
    gtk_label_set_wrap(stage->text, TRUE);
    gtk_label_set_wrap_mode(stage->text, PANGO_WRAP_WORD_CHAR);
    gtk_widget_set_hexpand(GTK_WIDGET(stage->text), TRUE);
    gtk_stack_add_named(stage->stack, GTK_WIDGET(stage->icon), "icon");
    gtk_stack_add_named(stage->stack, GTK_WIDGET(stage->spinner), "spinner");
    gtk_box_append(GTK_BOX(stage->row), GTK_WIDGET(stage->stack));
    gtk_box_append(GTK_BOX(stage->row), GTK_WIDGET(stage->title));
    gtk_box_append(GTK_BOX(stage->row), GTK_WIDGET(stage->text));
    gtk_box_append(list, stage->row);
}

static void
mamuto_host_stages_init(MamutoHostStages *self)
{
    GtkWidget *list = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
    g_autoptr(GtkSizeGroup) titles = gtk_size_group_new(GTK_SIZE_GROUP_HORIZONTAL);

    gtk_widget_add_css_class(GTK_WIDGET(self), "card");
    gtk_widget_add_css_class(list, "stages");
    for (MamutoCheckStage stage = 0; stage < MAMUTO_N_CHECK_STAGES; stage++)
        make_stage(self, stage, GTK_BOX(list), titles);
    adw_bin_set_child(ADW_BIN(self), list);
}

static void
set_class(GtkWidget *widget, const char *class)
{
    static const char *const classes[] = {"success", "error", "dim-label"};

    for (gsize i = 0; i < G_N_ELEMENTS(classes); i++)
        if (g_strcmp0(classes[i], class) == 0)
            gtk_widget_add_css_class(widget, classes[i]);
        else
            gtk_widget_remove_css_class(widget, classes[i]);
}

static void
show_stage(Stage *stage, MamutoCheckOutcome outcome, const char *detail)
{
    const char *icon = NULL, *class = "dim-label", *word = "";
    g_autofree char *text = NULL;
    g_autofree char *valid = g_strchomp(g_utf8_make_valid(detail ? detail : "", -1));

    switch (outcome) {
    case MAMUTO_CHECK_PASSED:
        icon = "object-select-symbolic";
        class = "success";
        /* Translators: the outcome of a stage of a check */
        word = C_("check", "Passed");
        break;
    case MAMUTO_CHECK_FAILED:
        icon = "dialog-error-symbolic";
        class = "error";
        word = C_("check", "Failed");
        break;
    case MAMUTO_CHECK_RUNNING:
        word = C_("check", "In progress");
        break;
    case MAMUTO_CHECK_SKIPPED:
        icon = "list-remove-symbolic";
        /* Translators: the outcome of a stage of a check: the stage was skipped, because an earlier
         * stage failed */
        word = C_("check", "Skipped");
        break;
    default:
        icon = "view-more-symbolic";
        word = C_("check", "Waiting");
    }
    gtk_stack_set_visible_child_name(stage->stack, icon ? "icon" : "spinner");
    gtk_spinner_set_spinning(stage->spinner, !icon);
    gtk_image_set_from_icon_name(stage->icon, icon);
    if (outcome == MAMUTO_CHECK_FAILED && *valid)
        /* Translators: the outcome of a stage of a check; %s is the reason and begins with a
         * lower-case letter */
        text = g_strdup_printf(_("Failed: %s"), valid);
    gtk_label_set_text(stage->text, text ? text : *valid ? valid : word);
    gtk_label_set_selectable(stage->text, outcome == MAMUTO_CHECK_FAILED);
    gtk_widget_set_tooltip_text(GTK_WIDGET(stage->stack), word);
    set_class(GTK_WIDGET(stage->icon), class);
    set_class(GTK_WIDGET(stage->title), outcome == MAMUTO_CHECK_FAILED ? "error" : "dim-label");
    set_class(GTK_WIDGET(stage->text), outcome == MAMUTO_CHECK_PASSED || *valid ? NULL : class);
}

void
mamuto_host_stages_show(MamutoHostStages *self, MamutoCheck *check, gboolean local)
{
    gtk_widget_set_visible(GTK_WIDGET(self), check != NULL);
    for (MamutoCheckStage i = 0; check && i < MAMUTO_N_CHECK_STAGES; i++) {
        MamutoCheckOutcome outcome = mamuto_check_get_outcome(check, i);
        const GError *error = mamuto_check_get_error(check);
        g_autofree char *why =
            outcome == MAMUTO_CHECK_FAILED && error ? app_error_describe_without_host(error) : NULL;

        /* for this computer, hide the stages before MAMUTO_CHECK_AGENT, because no connection or
         * login is needed */
        gtk_widget_set_visible(self->stages[i].row, !(local && i < MAMUTO_CHECK_AGENT));
        show_stage(&self->stages[i], outcome, why ? why : mamuto_check_get_detail(check, i));
    }
}
