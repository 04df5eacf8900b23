/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-file-part.h. A change of the user becomes a new text of the argument, which comes back
 * with mamuto_file_part_show(). The file is read in a thread, and only while the row can be seen;
 * see file-look.h. */
#include "mamuto-file-part.h"

#include <glib/gi18n.h>
#include <string.h>

#include "../app-text.h"
#include "../compat/compat.h"
#include "column-choice.h"
#include "file-lines.h"
#include "file-look.h"
#include "file-spec.h"
#include "mamuto-part-list.h"
#include "part-items.h"
#include "table-words.h"

/* The items of the separator row after "Automatic". */
static const char separators[] = {',', ';', '\t', ' ', '|', '\n'};
/* The items of the decimal row. */
static const char decimals[] = {'\0', '.', ','};

/* Greatest number of characters of the chosen columns in the subtitle. */
#define MAX_PART_CHARS 60

struct _MamutoFilePart {
    AdwExpanderRow parent_instance;
    MamutoInput *input;
    FileSpec spec; /* empty if the argument has no file */
    MamutoFileKind kind;
    MamutoTableOptions *options; /* those in the text of the argument */
    gboolean updating;

    MamutoTable *table; /* (nullable): how the table is understood */
    char *table_key;    /* (nullable): the file and the options of @table */

    GCancellable *cancellable; /* (nullable): of the look into the file that is going on */
    FileLook *look;            /* (nullable): the last one */
    char *look_key;            /* (nullable): what was looked at last */
    gboolean stale;            /* whether the file may have changed since then */
    /* (nullable): the columns to choose, and those to read as text, as soon as it is known which
     * names they have with the options that the user has chosen */
    GArray *pending;
    GArray *pending_text;

    GtkWidget *list_row;
    MamutoPartList *list;
    AdwComboRow *header_row;
    AdwComboRow *decimal_row;
    AdwComboRow *separator_row;
    GtkWidget *lines_row;
    GtkGrid *lines_grid;
};

enum { SIGNAL_CHOSEN, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(MamutoFilePart, mamuto_file_part, ADW_TYPE_EXPANDER_ROW)

static void update(MamutoFilePart *self);

/* ---- looking into the file ---- */

static char *
make_table_key(const FileSpec *spec)
{
    return g_strconcat(spec->file, "\n", spec->options, NULL);
}

static void
take_table(MamutoFilePart *self, const MamutoTable *table, const FileSpec *spec)
{
    MamutoTable *copy = table ? mamuto_table_copy(table) : NULL;

    g_clear_pointer(&self->table, mamuto_table_free);
    g_free(self->table_key);
    self->table = copy;
    self->table_key = make_table_key(spec);
}

/* (transfer none) (nullable): how the table was understood that the argument has loaded. */
static const MamutoTable *
get_loaded_table(MamutoFilePart *self)
{
    MamutoArgument *argument = mamuto_input_get_argument(self->input);
    MamutoArray *array = argument ? mamuto_argument_get_array(argument) : NULL;
    g_autofree char *text = file_spec_format(&self->spec);

    return array && g_strcmp0(mamuto_input_get_text(self->input), text) == 0
               ? mamuto_array_get_table(array)
               : NULL;
}

static void
choose(MamutoFilePart *self, const char *part, const char *options)
{
    FileSpec spec = {self->spec.prefix, self->spec.file, (char *)part, (char *)options};
    g_autofree char *text = file_spec_format(&spec);

    g_signal_emit(self, signals[SIGNAL_CHOSEN], 0, text);
}

static void
on_looked(GObject *source, GAsyncResult *result, gpointer data)
{
    MamutoFilePart *self = data;
    FileLook *look = file_look_finish(result);

    if (!look) /* after a cancellation, the row may already be finalized */
        return;
    g_clear_object(&self->cancellable);
    g_clear_pointer(&self->look, file_look_free);
    self->look = look;
    if ((look->table || look->message) && !get_loaded_table(self))
        take_table(self, look->table, &self->spec);
    update(self);
}

static void
cancel_look(MamutoFilePart *self)
{
    g_cancellable_cancel(self->cancellable);
    g_clear_object(&self->cancellable);
}

/* Forgets the columns to choose if the text of the argument was changed in another way. */
static void
drop_pending(MamutoFilePart *self)
{
    if (!self->pending)
        return;
    cancel_look(self);
    g_clear_pointer(&self->pending, g_array_unref);
    g_clear_pointer(&self->pending_text, g_array_unref);
}

static void
start_look(MamutoFilePart *self, const char *spec, gboolean inspect, GAsyncReadyCallback callback)
{
    cancel_look(self);
    self->cancellable = g_cancellable_new();
    file_look_async(spec, self->kind, inspect, self->cancellable, callback, self);
}

/* A compressed table is uncompressed as a whole before it is understood. It is not, if loading the
 * argument does the same already. */
static gboolean
may_inspect(MamutoFilePart *self)
{
    return !g_str_has_suffix(self->spec.file, ".gz") ||
           mamuto_input_get_state(self->input) == MAMUTO_INPUT_FAILED;
}

static void
look_if_needed(MamutoFilePart *self)
{
    gboolean inspect = may_inspect(self);
    g_autofree char *spec = file_spec_format_array(&self->spec);
    g_autofree char *key = g_strconcat(spec, inspect ? "\n" : "", NULL);

    if (self->kind == MAMUTO_FILE_JSON_LINES || self->pending ||
        (!self->stale && g_strcmp0(key, self->look_key) == 0))
        return;
    g_free(self->look_key);
    self->look_key = g_steal_pointer(&key);
    self->stale = FALSE;
    start_look(self, spec, inspect, on_looked);
}

/* ---- from the row to the argument ---- */

static void
on_pending_looked(GObject *source, GAsyncResult *result, gpointer data)
{
    MamutoFilePart *self = data;
    g_autoptr(FileLook) look = file_look_finish(result);
    g_autoptr(GArray) columns = NULL;
    g_autofree char *options = NULL;
    g_autofree char *part = NULL;

    if (!look)
        return;
    g_clear_object(&self->cancellable);
    columns = g_steal_pointer(&self->pending);
    part = column_choice_format(look->table, columns);
    g_strfreev(self->options->text);
    self->options->text = column_choice_list(look->table, self->pending_text);
    g_clear_pointer(&self->pending_text, g_array_unref);
    options = mamuto_table_options_format(self->options);
    /* forces a look with the new text, also if the user has chosen the old one again */
    g_clear_pointer(&self->look_key, g_free);
    choose(self, part, *options ? options + 1 : NULL);
}

/* Finds out which names the chosen columns have with the new options, so that the same columns
 * remain chosen. Returns FALSE if no column is chosen. */
static gboolean
keep_columns(MamutoFilePart *self)
{
    const char *const *text = (const char *const *)self->options->text;
    g_autofree char *text_columns = text && *text ? mamuto_table_join_columns(text) : NULL;
    MamutoTableOptions options = *self->options;
    g_autofree char *words = NULL;
    g_autofree char *spec = NULL;

    if (!self->table || (!self->spec.part && !text_columns))
        return FALSE;
    drop_pending(self);
    self->pending = column_choice_parse(self->table, self->spec.part);
    self->pending_text = column_choice_parse(self->table, text_columns);
    options.text = NULL;
    words = mamuto_table_options_format(&options);
    spec = g_strconcat(self->spec.file, words, NULL);
    start_look(self, spec, TRUE, on_pending_looked);
    return TRUE;
}

static void
on_format_selected(MamutoFilePart *self)
{
    guint separator = adw_combo_row_get_selected(self->separator_row);
    char old_separator = self->options ? self->options->separator : '\0';
    g_autofree char *options = NULL;

    if (self->updating || !self->options)
        return;
    self->options->header = (MamutoTableChoice)adw_combo_row_get_selected(self->header_row);
    self->options->decimal = decimals[adw_combo_row_get_selected(self->decimal_row)];
    self->options->separator = separator > 0 ? separators[separator - 1] : '\0';
    /* another separator makes other columns */
    if (old_separator == self->options->separator && keep_columns(self))
        return;
    options = mamuto_table_options_format(self->options);
    choose(self, NULL, *options ? options + 1 : NULL);
}

static void
on_column_toggled(MamutoFilePart *self, guint position, gboolean active)
{
    g_autoptr(GArray) columns = column_choice_parse(self->table, self->spec.part);
    g_autofree char *part = NULL;

    if (position == 0)
        g_array_set_size(columns, 0);
    else
        column_choice_set(columns, position - 1, active);
    part = column_choice_format(self->table, columns);
    choose(self, part, self->spec.options);
}

static void
on_toggled(MamutoFilePart *self, guint position, gboolean active)
{
    if (self->kind == MAMUTO_FILE_TABLE && self->table) {
        on_column_toggled(self, position, active);
    } else if (self->kind == MAMUTO_FILE_NPZ && self->look && self->look->members) {
        const MamutoNpzMember *member = self->look->members->pdata[position];

        choose(self, member->name, NULL);
    } else if (self->kind == MAMUTO_FILE_JSON_LINES) {
        choose(self, position > 0 ? mamuto_input_get_keys(self->input)[position - 1] : NULL, NULL);
    }
    update(self); /* the choice may be the same as before */
}

/* ---- from the argument to the row ---- */

static void
update_list(MamutoFilePart *self)
{
    g_autoptr(GPtrArray) items = NULL;
    g_autoptr(GArray) chosen = g_array_new(FALSE, FALSE, sizeof(guint));
    gboolean is_table = self->kind == MAMUTO_FILE_TABLE;
    g_autofree char *key = make_table_key(&self->spec);

    if (self->kind == MAMUTO_FILE_JSON_LINES)
        items = part_items_for_keys(mamuto_input_get_keys(self->input), self->spec.part, chosen);
    else if (is_table && self->table)
        items = part_items_for_table(self->table, self->spec.part, chosen);
    else if (!is_table && self->look && self->look->members)
        items = part_items_for_members(self->look->members, self->spec.part, chosen);
    gtk_widget_set_visible(self->list_row, items != NULL);
    if (!items)
        return;
    mamuto_part_list_set_items(self->list, items, is_table,
                               adw_preferences_row_get_title(ADW_PREFERENCES_ROW(self)));
    mamuto_part_list_choose(self->list, chosen);
    /* while other options are tried, the names of the columns are not known */
    gtk_widget_set_sensitive(GTK_WIDGET(self->list),
                             !is_table || g_strcmp0(key, self->table_key) == 0);
}

static guint
find_separator(char separator)
{
    for (guint i = 0; i < G_N_ELEMENTS(separators); i++)
        if (separator == separators[i])
            return i + 1;
    return 0;
}

static void
update_format(MamutoFilePart *self)
{
    gboolean is_table = self->kind == MAMUTO_FILE_TABLE;
    const MamutoTable *table = self->table;
    g_autofree char *header = table ? table_words_header(table, self->options->header) : NULL;
    g_autofree char *markup = header ? g_markup_escape_text(header, -1) : NULL;
    /* Translators: %s is a decimal separator, or a separator of cells: "Detected: Tab" */
    g_autofree char *separator =
        table ? g_strdup_printf(_("Detected: %s"), table_words_separator(table->separator)) : NULL;
    g_autofree char *decimal =
        table ? g_strdup_printf(_("Detected: %s"), table->decimal == ',' ? C_("separator", "Comma")
                                                                         : C_("separator", "Point"))
              : NULL;

    gtk_widget_set_visible(GTK_WIDGET(self->header_row), is_table);
    gtk_widget_set_visible(GTK_WIDGET(self->decimal_row), is_table);
    gtk_widget_set_visible(GTK_WIDGET(self->separator_row), is_table);
    if (!is_table || self->pending)
        return;
    adw_combo_row_set_selected(self->header_row, self->options->header);
    adw_combo_row_set_selected(self->decimal_row, self->options->decimal == '.'   ? 1
                                                  : self->options->decimal == ',' ? 2
                                                                                  : 0);
    adw_combo_row_set_selected(self->separator_row, find_separator(self->options->separator));
    adw_action_row_set_subtitle(ADW_ACTION_ROW(self->header_row), markup ? markup : "");
    adw_action_row_set_subtitle(ADW_ACTION_ROW(self->decimal_row),
                                decimal && self->options->decimal == '\0' ? decimal : "");
    adw_action_row_set_subtitle(ADW_ACTION_ROW(self->separator_row),
                                separator && self->options->separator == '\0' ? separator : "");
}

/* (transfer full): what is chosen, and how the table is read. */
static char *
describe(MamutoFilePart *self)
{
    g_autofree char *part =
        self->spec.part ? table_words_shorten(self->spec.part, MAX_PART_CHARS) : NULL;
    g_autofree char *columns = NULL;
    g_autofree char *format = NULL;
    g_autofree char *count = NULL;

    if (self->kind == MAMUTO_FILE_JSON_LINES)
        return g_strdup(part ? part : _("Whole Line"));
    if (self->kind == MAMUTO_FILE_NPZ)
        return g_strdup(part ? part : "");
    if (!self->table)
        return g_strdup(self->look && self->look->message ? _("Not understood as a table")
                        : part                            ? part
                                                          : "");
    format = table_words_format(self->table);
    count = app_text_count(self->table->n_columns);
    columns =
        part ? g_strdup(part)
             : g_strdup_printf(
                   ngettext("%s column", "All %s columns", (gulong)self->table->n_columns), count);
    return g_strconcat(columns, " · ", format, NULL);
}

static void
update_title(MamutoFilePart *self)
{
    g_autofree char *words = describe(self);
    g_autofree char *markup = app_text_markup(words);
    const char *title = self->kind == MAMUTO_FILE_TABLE ? _("Columns and Format")
                        : self->kind == MAMUTO_FILE_NPZ ? _("Array in the File")
                                                        : _("Key in Each Line");

    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(self), title);
    adw_expander_row_set_subtitle(ADW_EXPANDER_ROW(self), markup);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
    compat_name_lists(GTK_WIDGET(self), title);
}

static void
update(MamutoFilePart *self)
{
    self->updating = TRUE;
    update_title(self);
    update_list(self);
    update_format(self);
    gtk_widget_set_visible(
        self->lines_row,
        file_lines_show(self->lines_grid, self->look ? self->look->lines : NULL, self->table));
    self->updating = FALSE;
}

/* The name of a file tells its kind. If it does not, what was loaded does. */
static MamutoFileKind
find_kind(const FileSpec *spec, MamutoArray *array)
{
    MamutoFileKind kind = mamuto_file_kind_from_name(spec->file) & MAMUTO_FILE_ROWS;

    if (kind != MAMUTO_FILE_UNKNOWN || !array)
        return kind;
    if (mamuto_array_get_table(array))
        return MAMUTO_FILE_TABLE;
    return mamuto_array_is_json(array) ? MAMUTO_FILE_JSON_LINES : MAMUTO_FILE_UNKNOWN;
}

static void
on_input_changed(MamutoFilePart *self)
{
    if (mamuto_input_get_state(self->input) == MAMUTO_INPUT_LOADING)
        self->stale = TRUE;
}

static void
watch_input(MamutoFilePart *self, MamutoInput *input)
{
    if (self->input == input)
        return;
    if (self->input)
        g_signal_handlers_disconnect_by_data(self->input, self);
    g_set_object(&self->input, input);
    g_signal_connect_object(input, "changed", G_CALLBACK(on_input_changed), self,
                            G_CONNECT_SWAPPED);
    self->stale = TRUE;
}

/* Forgets what is known of another file. */
static void
take_spec(MamutoFilePart *self, const char *text)
{
    FileSpec spec;

    file_spec_parse(&spec, text);
    if (g_strcmp0(spec.file, self->spec.file) != 0) {
        cancel_look(self);
        g_clear_pointer(&self->table, mamuto_table_free);
        g_clear_pointer(&self->table_key, g_free);
        g_clear_pointer(&self->look, file_look_free);
        g_clear_pointer(&self->look_key, g_free);
    }
    if (g_strcmp0(spec.file, self->spec.file) != 0 ||
        g_strcmp0(spec.options, self->spec.options) != 0 ||
        g_strcmp0(spec.part, self->spec.part) != 0)
        drop_pending(self);
    file_spec_clear(&self->spec);
    self->spec = spec;
    if (self->pending)
        return; /* the options are those that the user has chosen */
    g_clear_pointer(&self->options, mamuto_table_options_free);
    if (spec.options)
        self->options = mamuto_table_options_parse(spec.options, NULL);
    if (!self->options)
        self->options = mamuto_table_options_new();
}

void
mamuto_file_part_show(MamutoFilePart *self, MamutoInput *input, const char *text)
{
    MamutoArgument *argument = mamuto_input_get_argument(input);
    MamutoArray *array = argument ? mamuto_argument_get_array(argument) : NULL;
    const MamutoTable *table;

    watch_input(self, input);
    take_spec(self, text);
    self->kind = self->spec.file && mamuto_input_has_file(input) ? find_kind(&self->spec, array)
                                                                 : MAMUTO_FILE_UNKNOWN;
    if (self->kind == MAMUTO_FILE_NPY)
        self->kind = MAMUTO_FILE_UNKNOWN;
    gtk_widget_set_visible(GTK_WIDGET(self), self->kind != MAMUTO_FILE_UNKNOWN);
    if (self->kind == MAMUTO_FILE_UNKNOWN)
        return;
    table = get_loaded_table(self);
    if (table)
        take_table(self, table, &self->spec);
    if (gtk_widget_get_mapped(GTK_WIDGET(self)))
        look_if_needed(self);
    update(self);
}

static void
on_map(MamutoFilePart *self)
{
    if (self->kind != MAMUTO_FILE_UNKNOWN)
        look_if_needed(self);
}

static void
mamuto_file_part_dispose(GObject *object)
{
    MamutoFilePart *self = MAMUTO_FILE_PART(object);

    cancel_look(self);
    g_clear_object(&self->input);
    file_spec_clear(&self->spec);
    g_clear_pointer(&self->options, mamuto_table_options_free);
    g_clear_pointer(&self->table, mamuto_table_free);
    g_clear_pointer(&self->table_key, g_free);
    g_clear_pointer(&self->look, file_look_free);
    g_clear_pointer(&self->look_key, g_free);
    g_clear_pointer(&self->pending, g_array_unref);
    g_clear_pointer(&self->pending_text, g_array_unref);
    G_OBJECT_CLASS(mamuto_file_part_parent_class)->dispose(object);
}

static void
mamuto_file_part_class_init(MamutoFilePartClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_file_part_dispose;
    signals[SIGNAL_CHOSEN] = g_signal_new("chosen", MAMUTO_TYPE_FILE_PART, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
    g_type_ensure(MAMUTO_TYPE_PART_LIST);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/mamuto/Mamuto/ui/mamuto-file-part.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoFilePart, list_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoFilePart, list);
    gtk_widget_class_bind_template_child(widget_class, MamutoFilePart, header_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoFilePart, decimal_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoFilePart, separator_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoFilePart, lines_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoFilePart, lines_grid);
    gtk_widget_class_bind_template_callback(widget_class, on_map);
    gtk_widget_class_bind_template_callback(widget_class, on_toggled);
    gtk_widget_class_bind_template_callback(widget_class, on_format_selected);
}

static void
mamuto_file_part_init(MamutoFilePart *self)
{
    g_autoptr(GtkStringList) names = gtk_string_list_new(NULL);

    self->updating = TRUE;
    gtk_widget_init_template(GTK_WIDGET(self));
    gtk_string_list_append(names, _("Automatic"));
    for (guint i = 0; i < G_N_ELEMENTS(separators); i++)
        gtk_string_list_append(names, table_words_separator(separators[i]));
    adw_combo_row_set_model(self->separator_row, G_LIST_MODEL(names));
    self->updating = FALSE;
}
