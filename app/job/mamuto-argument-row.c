/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-argument-row.h. The widgets show the values of the job. When the user changes a value,
 * the widget writes it directly to the job. Therefore the row needs no copy of the values. */
#include "mamuto-argument-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "../app-text.h"
#include "../compat/compat.h"
#include "file-spec.h"
#include "mamuto-file-part.h"
#include "table-words.h"

/* The items of the combo row in which the user chooses between a file and a single value. */
enum { KIND_FILE, KIND_VALUE };

enum { SIGNAL_LOOKED_AT, N_SIGNALS };

static guint signals[N_SIGNALS];

struct _MamutoArgumentRow {
    AdwExpanderRow parent_instance;
    MamutoJobDocument *document;
    MamutoInput *input;
    guint position;
    gboolean updating; /* TRUE while the program, not the user, changes the widgets. */
    gboolean is_value; /* The user has chosen KIND_VALUE. */
    char *other_text;  /* The text for the kind that is not selected; used again if the user selects
                          that kind. */

    GtkSpinner *spinner;
    GtkWidget *warning_icon;
    GtkWidget *kept_label;
    GtkWidget *choose_button;
    AdwComboRow *kind_row;
    MamutoFilePart *file_part;
    GtkEditable *value_row;
    GtkSwitch *keep_switch;
    AdwActionRow *remove_row;
};

G_DEFINE_FINAL_TYPE(MamutoArgumentRow, mamuto_argument_row, ADW_TYPE_EXPANDER_ROW)

static void
mamuto_argument_row_dispose(GObject *object)
{
    MamutoArgumentRow *self = MAMUTO_ARGUMENT_ROW(object);

    g_clear_object(&self->document);
    g_clear_object(&self->input);
    g_clear_pointer(&self->other_text, g_free);
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

/* Whether every call gets the whole array of the file. */
static gboolean
is_whole(MamutoArgumentRow *self)
{
    const char *text = text_of(self);

    return text && *text == '@';
}

static gboolean
is_range(MamutoArgumentRow *self)
{
    MamutoInput *input = mamuto_job_document_get_input(self->document, self->position);

    return mamuto_input_get_n_rows(input) >= 0 && !mamuto_input_has_file(input);
}

static void
on_file_chosen(GFile *file, gpointer data)
{
    g_autofree char *path = g_file_get_path(file);
    g_auto(GStrv) names = NULL;
    g_autofree char *text = NULL;

    if (path && mamuto_file_kind_from_name(path) == MAMUTO_FILE_NPZ)
        names = mamuto_array_list_npz(path, NULL);
    if (!path)
        return;
    text = g_strconcat(is_whole(data) ? "@" : "", path, names && names[0] ? ":" : NULL,
                       names ? names[0] : NULL, NULL);
    set_text(data, text);
    g_signal_emit(data, signals[SIGNAL_LOOKED_AT], 0);
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

    if (mamuto_input_split(text_of(self), &file, &part) && !is_range(self))
        folder = g_path_get_dirname(file + is_whole(self));
    else if (function)
        folder = g_path_get_dirname(function);
    compat_open_file(GTK_WIDGET(self),
                     &(CompatFileChoice){.title = _("Choose an Array or Table"),
                                         .filter_name = _("Arrays and Tables"),
                                         .suffixes = (const char *const *)suffixes,
                                         .folder = folder},
                     on_file_chosen, self);
}

static void
on_kind_selected(MamutoArgumentRow *self)
{
    gboolean is_value = adw_combo_row_get_selected(self->kind_row) == KIND_VALUE;
    g_autofree char *text = NULL;

    if (self->updating || is_value == self->is_value)
        return;
    self->is_value = is_value;
    text = g_steal_pointer(&self->other_text);
    self->other_text = g_strdup(text_of(self));
    set_text(self, text);
    mamuto_argument_row_update(self);
    if (is_value)
        gtk_widget_grab_focus(GTK_WIDGET(self->value_row));
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

    if (self->updating || !self->is_value)
        return;
    value = g_strdup(gtk_editable_get_text(self->value_row));
    g_strstrip(value);
    text = *value ? g_strconcat("=", value, NULL) : NULL;
    set_text(self, text);
}

static void
on_remove(MamutoArgumentRow *self)
{
    g_clear_pointer(&self->other_text, g_free);
    self->is_value = FALSE;
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
    on_file_chosen(files->data, self);
    return TRUE;
}

/* ---- from the job to the row ---- */

/* Names the source that the argument has beside a value. */
static void
update_source(MamutoArgumentRow *self)
{
    GtkStringList *kinds = GTK_STRING_LIST(adw_combo_row_get_model(self->kind_row));
    const char *name = is_whole(self)   ? _("File: the whole array for every call")
                       : is_range(self) ? _("Range: one value per call")
                                        : _("File: one row per call");

    if (strcmp(gtk_string_list_get_string(kinds, KIND_FILE), name) != 0)
        gtk_string_list_splice(kinds, KIND_FILE, 1, (const char *const[]){name, NULL});
}

static void
update_value(MamutoArgumentRow *self)
{
    const char *text = text_of(self);
    g_autofree char *shown = g_strdup(gtk_editable_get_text(self->value_row));

    g_strstrip(shown);
    if (text && *text == '=')
        self->is_value = TRUE;
    else if (text)
        self->is_value = FALSE;
    adw_combo_row_set_selected(self->kind_row, self->is_value ? KIND_VALUE : KIND_FILE);
    if (self->is_value && strcmp(shown, text ? text + 1 : "") != 0)
        gtk_editable_set_text(self->value_row, text ? text + 1 : "");
}

/* (transfer full): a description such as "p.npy · 100,000 × 3 · float64". */
static char *
describe(MamutoArgumentRow *self)
{
    MamutoInput *input = mamuto_job_document_get_input(self->document, self->position);
    const MamutoParameter *parameter =
        mamuto_job_document_get_parameter(self->document, self->position);
    g_auto(FileSpec) spec = {0};
    g_autofree char *what = mamuto_input_describe(input);
    g_autofree char *base = NULL;
    g_autofree char *source = NULL;

    if (mamuto_input_get_state(input) == MAMUTO_INPUT_EMPTY)
        return parameter && parameter->default_text
                   ? g_strdup_printf(_("Default: %s"), parameter->default_text)
                   : g_strdup("");
    if (!file_spec_parse(&spec, mamuto_input_get_text(input)))
        return g_strdup(what ? what : mamuto_input_get_text(input) + 1);
    base = g_filename_display_basename(spec.file);
    if (is_range(self)) /* may contain texts with a "/" or a colon */
        source = g_strdup(mamuto_input_get_text(input));
    else
        source = spec.part ? g_strconcat(base, ":", spec.part, NULL) : g_strdup(base);
    if (mamuto_input_get_percent(input) >= 0)
        /* Translators: "table.csv · reading, 43 %" */
        return g_strdup_printf(_("%s · reading, %d %%"), source, mamuto_input_get_percent(input));
    if (mamuto_input_get_state(input) == MAMUTO_INPUT_LOADING)
        return g_strdup_printf(_("%s · loading…"), source);
    return what ? g_strconcat(source, " · ", what, NULL) : g_strdup(source);
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
    g_autofree char *what = describe(self);
    g_autofree char *problem = mamuto_job_document_check_input(self->document, self->position);
    g_autofree char *notice = describe_table(input);
    g_autofree char *words =
        g_strconcat(what, notice ? "\n" : "", notice ? notice : "", problem && *what ? "\n" : "",
                    problem ? problem : "", NULL);
    g_autofree char *markup = g_markup_escape_text(words, -1);
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
 * positional parameter for the argument, a click removes only the value, and the list row is hidden
 * while there is no value. */
static void
update_remove(MamutoArgumentRow *self)
{
    const MamutoParameter *parameter =
        mamuto_job_document_get_parameter(self->document, self->position);
    gboolean fixed = parameter && parameter->kind == MAMUTO_PARAMETER_POSITIONAL;

    gtk_widget_set_visible(GTK_WIDGET(self->remove_row), !fixed || text_of(self));
    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(self->remove_row),
                                  !fixed                    ? _("Remove This Argument")
                                  : parameter->default_text ? _("Use the Default")
                                                            : _("Clear Value"));
}

void
mamuto_argument_row_update(MamutoArgumentRow *self)
{
    gboolean keep = mamuto_job_get_keep(job_of(self), self->position);

    self->updating = TRUE;
    watch_input(self);
    update_source(self);
    update_value(self);
    mamuto_file_part_show(self->file_part, self->input, self->is_value ? NULL : text_of(self));
    gtk_widget_set_visible(GTK_WIDGET(self->value_row), self->is_value);
    update_words(self);
    update_remove(self);
    gtk_switch_set_active(self->keep_switch, keep);
    gtk_widget_set_visible(self->kept_label, keep);
    self->updating = FALSE;
}

void
mamuto_argument_row_focus(MamutoArgumentRow *self)
{
    if (!self->is_value) {
        gtk_widget_grab_focus(self->choose_button);
        return;
    }
    adw_expander_row_set_expanded(ADW_EXPANDER_ROW(self), TRUE);
    gtk_widget_grab_focus(GTK_WIDGET(self->value_row));
}

static void
mamuto_argument_row_class_init(MamutoArgumentRowClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_argument_row_dispose;
    g_type_ensure(MAMUTO_TYPE_FILE_PART);
    signals[SIGNAL_LOOKED_AT] =
        g_signal_new("looked-at", MAMUTO_TYPE_ARGUMENT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                     G_TYPE_NONE, 0);
    gtk_widget_class_set_template_from_resource(
        widget_class, "/io/github/mamuto/Mamuto/ui/mamuto-argument-row.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, spinner);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, warning_icon);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, kept_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, choose_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, kind_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, file_part);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, value_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, keep_switch);
    gtk_widget_class_bind_template_child(widget_class, MamutoArgumentRow, remove_row);
    gtk_widget_class_bind_template_callback(widget_class, on_choose);
    gtk_widget_class_bind_template_callback(widget_class, on_remove);
    gtk_widget_class_bind_template_callback(widget_class, on_expanded);
    gtk_widget_class_bind_template_callback(widget_class, on_kind_selected);
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
