/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-argument-row.h. The widgets show the values of the job. When the user changes a value,
 * the widget writes it directly to the job. Therefore the row needs no copy of the values. */
#include "mamuto-argument-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "../app-text.h"
#include "../compat/compat.h"
#include "../documents/job-arguments.h"
#include "argument-description.h"
#include "mamuto-file-part.h"
#include "mamuto-parameter-row.h"
#include "range-editor.h"
#include "source-texts.h"
#include "table-words.h"

enum { SIGNAL_LOOKED_AT, N_SIGNALS };

static guint signals[N_SIGNALS];

struct _MamutoArgumentRow {
    AdwExpanderRow parent_instance;
    MamutoJobDocument *document;
    MamutoInput *input;
    guint position;
    gboolean updating; /* TRUE while the program, not the user, changes the widgets. */
    RowSource source;  /* What the user has chosen, also if there is no text yet. */
    SourceTexts texts;
    MamutoJob *shown_job; /* The job and the parameter of @texts. */
    char *shown_name;
    MamutoJob *asked_job; /* The job and the parameter for which the file dialog was opened. */
    char *asked_name;
    RangeEditor range;

    GtkSpinner *spinner;
    GtkWidget *warning_icon;
    GtkWidget *kept_label;
    GtkWidget *choose_button;
    MamutoParameterRow *parameter_row;
    AdwComboRow *source_row;
    MamutoFilePart *file_part;
    GtkEditable *value_row;
    GtkWidget *keep_row;
    GtkSwitch *keep_switch;
    AdwActionRow *remove_row;
    /* the rows of @range */
    AdwComboRow *range_kind_row;
    AdwEntryRow *range_from_row;
    AdwEntryRow *range_to_row;
    AdwEntryRow *range_count_row;
    AdwEntryRow *range_list_row;
    GtkWidget *range_preview_row;
    GtkLabel *range_preview_label;
};

G_DEFINE_FINAL_TYPE(MamutoArgumentRow, mamuto_argument_row, ADW_TYPE_EXPANDER_ROW)

static void
mamuto_argument_row_dispose(GObject *object)
{
    MamutoArgumentRow *self = MAMUTO_ARGUMENT_ROW(object);

    g_clear_object(&self->document);
    g_clear_object(&self->input);
    g_clear_object(&self->shown_job);
    g_clear_pointer(&self->shown_name, g_free);
    g_clear_object(&self->asked_job);
    g_clear_pointer(&self->asked_name, g_free);
    source_texts_clear(&self->texts);
    range_editor_clear(&self->range);
    G_OBJECT_CLASS(mamuto_argument_row_parent_class)->dispose(object);
}

/* ---- from the row to the job ---- */

static MamutoJob *
job_of(MamutoArgumentRow *self)
{
    return mamuto_job_document_get_job(self->document);
}

static const char *
text_of(MamutoArgumentRow *self)
{
    return mamuto_job_get_argument(job_of(self), self->position);
}

static void
set_text(MamutoArgumentRow *self, const char *text)
{
    mamuto_job_set_argument(job_of(self), self->position, text);
}

static gboolean
is_file(MamutoArgumentRow *self)
{
    return self->source == SOURCE_ROWS || self->source == SOURCE_WHOLE;
}

static gboolean
is_whole(MamutoArgumentRow *self)
{
    return self->source == SOURCE_WHOLE;
}

static MamutoInput *
input_of(MamutoArgumentRow *self)
{
    return mamuto_job_document_get_input(self->document, self->position);
}

/* Forgets a range that the user has begun to enter. */
static void
finish_editing(MamutoArgumentRow *self)
{
    mamuto_input_set_unfinished(input_of(self), NULL);
    range_editor_reset(&self->range);
}

static void
set_file(MamutoArgumentRow *self, guint position, gboolean whole, GFile *file)
{
    g_autofree char *path = g_file_get_path(file);
    g_autofree char *text = path ? source_write_file(path, whole) : NULL;

    if (!text)
        return;
    if (position == self->position)
        range_editor_reset(&self->range);
    mamuto_input_set_unfinished(mamuto_job_document_get_input(self->document, position), NULL);
    mamuto_job_set_argument(job_of(self), position, text);
    g_signal_emit(self, signals[SIGNAL_LOOKED_AT], 0);
}

/* The arguments may have been rearranged while the dialog was open, for example because the file of
 * the function was rewritten. The file belongs to the parameter for which the dialog was opened,
 * and to no other one. */
static void
on_file_chosen(GFile *file, gpointer data)
{
    MamutoArgumentRow *self = data;
    MamutoJob *job = job_of(self);
    guint n = job == self->asked_job ? mamuto_job_get_n_arguments(job) : 0, position = 0;

    if (g_strcmp0(mamuto_job_get_argument_name(job, self->position), self->asked_name) == 0 &&
        self->position < n) {
        set_file(self, self->position, is_whole(self), file);
        return;
    }
    while (position < n &&
           g_strcmp0(mamuto_job_get_argument_name(job, position), self->asked_name) != 0)
        position++;
    if (position < n) {
        const char *text = mamuto_job_get_argument(job, position);

        set_file(self, position, text && source_of_text(text) == SOURCE_WHOLE, file);
    }
}

static void
on_choose(MamutoArgumentRow *self)
{
    g_auto(GStrv) suffixes = mamuto_file_kind_get_suffixes(MAMUTO_FILE_ROWS);
    g_autofree char *file = NULL;
    g_autofree char *part = NULL;
    g_autofree char *folder = NULL;
    const char *function =
        mamuto_inspector_get_file(mamuto_job_document_get_inspector(self->document));

    if (is_file(self) && mamuto_input_split(text_of(self), &file, &part))
        folder = g_path_get_dirname(file + is_whole(self));
    else if (function)
        folder = g_path_get_dirname(function);
    g_set_object(&self->asked_job, job_of(self));
    g_free(self->asked_name);
    self->asked_name = g_strdup(mamuto_job_get_argument_name(job_of(self), self->position));
    compat_open_file(GTK_WIDGET(self),
                     &(CompatFileChoice){.title = _("Choose an Array or Table"),
                                         .filter_name = _("Arrays and Tables"),
                                         .suffixes = (const char *const *)suffixes,
                                         .folder = folder},
                     on_file_chosen, self);
}

static void
on_source_selected(MamutoArgumentRow *self)
{
    RowSource source = adw_combo_row_get_selected(self->source_row);
    g_autofree char *text = NULL;

    if (self->updating || source == self->source)
        return;
    finish_editing(self);
    text = source_texts_switch(&self->texts, text_of(self), self->source, source);
    self->source = source;
    set_text(self, text);
    if (source == SOURCE_RANGE && !text)
        mamuto_input_set_unfinished(input_of(self), _("Fill in the fields of the range"));
    mamuto_argument_row_update(self);
    if (!is_file(self))
        mamuto_argument_row_focus(self);
}

static void
on_part_chosen(MamutoArgumentRow *self, const char *text)
{
    if (!self->updating)
        set_text(self, text);
}

static void
on_value_changed(MamutoArgumentRow *self)
{
    g_autofree char *value = NULL;
    g_autofree char *text = NULL;

    if (self->updating || self->source != SOURCE_VALUE)
        return;
    value = g_strdup(gtk_editable_get_text(self->value_row));
    g_strstrip(value);
    text = *value ? source_write_value(value) : NULL;
    set_text(self, text);
}

static void
on_remove(MamutoArgumentRow *self)
{
    source_texts_clear(&self->texts);
    self->source = SOURCE_ROWS;
    finish_editing(self);
    gtk_widget_grab_focus(self->choose_button);
    mamuto_job_document_remove_argument(self->document, self->position);
}

static void
on_expanded(MamutoArgumentRow *self)
{
    if (adw_expander_row_get_expanded(ADW_EXPANDER_ROW(self)))
        g_signal_emit(self, signals[SIGNAL_LOOKED_AT], 0);
}

static void
on_keep_switched(MamutoArgumentRow *self)
{
    if (!self->updating)
        mamuto_job_set_keep(job_of(self), self->position, gtk_switch_get_active(self->keep_switch));
}

static gboolean
on_drop(GtkDropTarget *target, const GValue *value, double x, double y, MamutoArgumentRow *self)
{
    g_autoptr(GSList) files = gdk_file_list_get_files(g_value_get_boxed(value));

    if (!files || files->next)
        return FALSE;
    set_file(self, self->position, is_whole(self), files->data);
    return TRUE;
}

/* ---- from the job to the row ---- */

/* Forgets the texts of another job or parameter, which this row has shown before. */
static void
update_owner(MamutoArgumentRow *self)
{
    const char *name = mamuto_job_get_argument_name(job_of(self), self->position);

    if (self->shown_job == job_of(self) && g_strcmp0(self->shown_name, name) == 0)
        return;
    g_set_object(&self->shown_job, job_of(self));
    g_free(self->shown_name);
    self->shown_name = g_strdup(name);
    source_texts_clear(&self->texts);
    self->source = SOURCE_ROWS;
    finish_editing(self);
}

static void
update_value(MamutoArgumentRow *self)
{
    g_autofree char *shown = g_strstrip(g_strdup(gtk_editable_get_text(self->value_row)));
    g_auto(GStrv) parts = NULL;
    const char *value = "";
    gboolean wrong = mamuto_input_get_state(input_of(self)) == MAMUTO_INPUT_FAILED;

    gtk_widget_set_visible(GTK_WIDGET(self->value_row), self->source == SOURCE_VALUE);
    if (self->source != SOURCE_VALUE)
        return;
    if (text_of(self)) {
        mamuto_argument_split(text_of(self), &parts);
        value = g_strstrip(parts[0]);
    }
    if (strcmp(shown, value) != 0)
        gtk_editable_set_text(self->value_row, value);
    if (wrong)
        gtk_widget_add_css_class(GTK_WIDGET(self->value_row), "error");
    else
        gtk_widget_remove_css_class(GTK_WIDGET(self->value_row), "error");
}

static void
update_source(MamutoArgumentRow *self)
{
    if (text_of(self))
        self->source = source_of_text(text_of(self));
    adw_combo_row_set_selected(self->source_row, self->source);
    update_value(self);
    if (self->source == SOURCE_RANGE)
        range_editor_show(&self->range, text_of(self));
    range_editor_set_visible(&self->range, self->source == SOURCE_RANGE);
}

/* (transfer full) (nullable): what was decided from the content of a table. */
static char *
describe_table(MamutoInput *input)
{
    MamutoArgument *argument = mamuto_input_get_argument(input);
    MamutoArray *array = argument ? mamuto_argument_get_array(argument) : NULL;
    const MamutoTable *table = array ? mamuto_array_get_table(array) : NULL;

    return table ? table_words_notice(table) : NULL;
}

static void
update_words(MamutoArgumentRow *self)
{
    MamutoInput *input = mamuto_job_document_get_input(self->document, self->position);
    const char *name = mamuto_job_get_argument_name(job_of(self), self->position);
    g_autofree char *number = g_strdup_printf(_("Argument %u"), self->position + 1);
    g_autofree char *title = g_markup_escape_text(name ? name : number, -1);
    g_autofree char *what = argument_description_make(self->document, self->position);
    g_autofree char *problem = mamuto_job_document_check_input(self->document, self->position);
    g_autofree char *notice = describe_table(input);
    g_autofree char *words =
        g_strconcat(what, notice ? "\n" : "", notice ? notice : "", problem && *what ? "\n" : "",
                    problem ? problem : "", NULL);
    g_autofree char *markup = app_text_markup(words);
    /* Translators: %s is the name of an argument of the function */
    g_autofree char *choose = g_strdup_printf(_("Choose a File for %s"), name ? name : number);
    gboolean loading = mamuto_input_get_state(input) == MAMUTO_INPUT_LOADING;

    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(self), title);
    adw_expander_row_set_subtitle(ADW_EXPANDER_ROW(self), markup);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   name ? name : number, -1);
    compat_name_lists(GTK_WIDGET(self), name ? name : number);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->choose_button),
                                   GTK_ACCESSIBLE_PROPERTY_LABEL, choose, -1);
    /* show no warning if the user has not set a value yet */
    gtk_widget_set_visible(self->warning_icon,
                           problem && mamuto_input_get_state(input) != MAMUTO_INPUT_EMPTY);
    gtk_widget_set_tooltip_text(self->warning_icon, problem);
    gtk_widget_set_visible(GTK_WIDGET(self->spinner), loading);
    gtk_spinner_set_spinning(self->spinner, loading);
}

static void
on_progress(MamutoArgumentRow *self)
{
    update_words(self);
}

static void
watch_input(MamutoArgumentRow *self)
{
    MamutoInput *input = mamuto_job_document_get_input(self->document, self->position);

    if (self->input == input)
        return;
    if (self->input)
        g_signal_handlers_disconnect_by_data(self->input, self);
    g_set_object(&self->input, input);
    g_signal_connect_object(input, "progress", G_CALLBACK(on_progress), self, G_CONNECT_SWAPPED);
}

/* Updates the list row that removes the argument when the user clicks it. If the function has a
 * parameter of its own for the argument, a click removes only the value, and the list row is hidden
 * while there is no value. */
static void
update_remove(MamutoArgumentRow *self)
{
    const MamutoParameter *parameter =
        mamuto_job_document_get_parameter(self->document, self->position);
    gboolean fixed = job_arguments_is_own(parameter);

    gtk_widget_set_visible(GTK_WIDGET(self->remove_row), !fixed || text_of(self));
    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(self->remove_row),
                                  !fixed                    ? _("Remove This Argument")
                                  : parameter->default_text ? _("Use the Default")
                                                            : _("Clear Value"));
}

/* Dims the name of a parameter that keeps its default. */
static void
update_dimmed(MamutoArgumentRow *self)
{
    const MamutoParameter *parameter =
        mamuto_job_document_get_parameter(self->document, self->position);

    if (!text_of(self) && parameter && parameter->default_text)
        gtk_widget_add_css_class(GTK_WIDGET(self), "default-argument");
    else
        gtk_widget_remove_css_class(GTK_WIDGET(self), "default-argument");
}

/* Called when the user has edited the range, and when its fields show another text. */
static void
on_range_changed(const char *text, const char *problem, gpointer data)
{
    MamutoArgumentRow *self = data;

    set_text(self, text);
    mamuto_input_set_unfinished(input_of(self), problem);
    update_words(self);
}

void
mamuto_argument_row_update(MamutoArgumentRow *self)
{
    gboolean keep = mamuto_job_get_keep(job_of(self), self->position);

    self->updating = TRUE;
    watch_input(self);
    update_owner(self);
    update_source(self);
    mamuto_file_part_show(self->file_part, self->input, is_file(self) ? text_of(self) : NULL);
    update_words(self);
    update_remove(self);
    update_dimmed(self);
    mamuto_parameter_row_update(self->parameter_row, self->document, self->position);
    gtk_switch_set_active(self->keep_switch, keep);
    gtk_widget_set_visible(self->kept_label, keep);
    /* a whole array is sent once in any case */
    gtk_widget_set_visible(self->keep_row, keep || !is_whole(self));
    self->updating = FALSE;
}

void
mamuto_argument_row_focus(MamutoArgumentRow *self)
{
    if (is_file(self)) {
        gtk_widget_grab_focus(self->choose_button);
        return;
    }
    adw_expander_row_set_expanded(ADW_EXPANDER_ROW(self), TRUE);
    if (self->source == SOURCE_RANGE)
        range_editor_focus(&self->range);
    else
        gtk_widget_grab_focus(GTK_WIDGET(self->value_row));
}

static void
mamuto_argument_row_class_init(MamutoArgumentRowClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_argument_row_dispose;
    g_type_ensure(MAMUTO_TYPE_FILE_PART);
    g_type_ensure(MAMUTO_TYPE_PARAMETER_ROW);
    signals[SIGNAL_LOOKED_AT] =
        g_signal_new("looked-at", MAMUTO_TYPE_ARGUMENT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                     G_TYPE_NONE, 0);
    gtk_widget_class_set_template_from_resource(
        widget_class, "/io/github/mamuto/Mamuto/ui/mamuto-argument-row.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, spinner);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, warning_icon);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, kept_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, choose_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, parameter_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, source_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, file_part);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, value_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, keep_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, keep_switch);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, range_kind_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, range_from_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, range_to_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, range_count_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, range_list_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, range_preview_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, range_preview_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, remove_row);
    gtk_widget_class_bind_template_callback(widget_class, on_choose);
    gtk_widget_class_bind_template_callback(widget_class, on_remove);
    gtk_widget_class_bind_template_callback(widget_class, on_expanded);
    gtk_widget_class_bind_template_callback(widget_class, on_source_selected);
    gtk_widget_class_bind_template_callback(widget_class, on_part_chosen);
    gtk_widget_class_bind_template_callback(widget_class, on_value_changed);
    gtk_widget_class_bind_template_callback(widget_class, on_keep_switched);
}

static void
mamuto_argument_row_init(MamutoArgumentRow *self)
{
    GtkDropTarget *target = gtk_drop_target_new(GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

    self->updating = TRUE;
    gtk_widget_init_template(GTK_WIDGET(self));
    self->range = (RangeEditor){
        .kind_row = self->range_kind_row,
        .from_row = self->range_from_row,
        .to_row = self->range_to_row,
        .count_row = self->range_count_row,
        .list_row = self->range_list_row,
        .preview_row = self->range_preview_row,
        .preview_label = self->range_preview_label,
    };
    range_editor_init(&self->range, on_range_changed, self);
    self->updating = FALSE;
    g_signal_connect(target, "drop", G_CALLBACK(on_drop), self);
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(target));
}

GtkWidget *
mamuto_argument_row_new(MamutoJobDocument *document, guint position)
{
    MamutoArgumentRow *self = g_object_new(MAMUTO_TYPE_ARGUMENT_ROW, NULL);

    self->document = g_object_ref(document);
    self->position = position;
    mamuto_argument_row_update(self);
    return GTK_WIDGET(self);
}
