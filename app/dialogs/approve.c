/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See approve.h. Texts from the files are escaped and shown without markup, because control
 * characters or markup in a name could otherwise hide the text after the name. */
#include "approve.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "../app-text.h"
#include "../compat/compat.h"
#include "../documents/known-documents.h"

/* Heights in pixels of the list, and of the rest of the dialog in a narrow window. */
#define MAX_LIST_HEIGHT 300
#define MIN_LIST_HEIGHT 150
#define OTHER_HEIGHT 280

/* The question that @widget waits for. It is stored as data of the widget, so that a widget has at
 * most one question. */
typedef struct {
    MamutoJobDocument *document;
    ApproveAction action;
    ApproveFunc then;
    MamutoJob *job;         /* the job that the dialog shows */
    MamutoCluster *cluster; /* the cluster that the dialog shows */
} Question;

#define QUESTION "approve-question"

static MamutoCluster *
get_cluster(MamutoJobDocument *document)
{
    return mamuto_cluster_document_get_cluster(mamuto_job_document_get_cluster(document));
}

static void
question_free(gpointer data)
{
    Question *question = data;

    g_object_unref(question->document);
    g_object_unref(question->job);
    g_object_unref(question->cluster);
    g_free(question);
}

/* ---- the list of programs and hosts ---- */

static GtkWidget *
make_label(const char *text)
{
    GtkWidget *label = gtk_label_new(text);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_max_width_chars(GTK_LABEL(label), 30);
    return label;
}

/* Adds a row with a small title. The text is larger, because the user must read it. */
static void
add_row(GtkListBox *list, const char *title, const char *text)
{
    GtkWidget *row = gtk_list_box_row_new();
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    GtkWidget *caption = make_label(title);
    g_autofree char *name = g_strdup_printf("%s: %s", title, text);

    gtk_widget_add_css_class(caption, "caption");
    gtk_widget_add_css_class(caption, "dim-label");
    gtk_widget_add_css_class(box, "fact");
    gtk_box_append(GTK_BOX(box), caption);
    gtk_box_append(GTK_BOX(box), make_label(text));
    gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
    gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(row), FALSE);
    gtk_accessible_update_property(GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    gtk_list_box_append(list, row);
}

/* Adds a row with text of a file, unless the text is empty. */
static void
add_text(GtkListBox *list, const char *title, const char *text)
{
    g_autofree char *shown = mamuto_text_escape(text, FALSE);

    if (*shown)
        add_row(list, title, shown);
}

static void
add_function(GtkListBox *list, MamutoJob *job)
{
    const char *spec = mamuto_job_get_function(job);
    g_autofree char *file = NULL;
    g_autofree char *name = NULL;
    g_autofree char *path = NULL;
    g_autofree char *text = NULL;

    if (!spec)
        return;
    mamuto_inspector_split(spec, &file, &name);
    path = file ? app_text_path(file) : NULL;
    if (path && name)
        text = g_strdup_printf("%s · %s", name, path);
    add_text(list, _("Function"), text ? text : path ? path : spec);
}

static void
add_modules(GtkListBox *list, MamutoJob *job)
{
    g_autofree char *names = g_strjoinv(", ", (char **)mamuto_job_get_depends(job));

    add_text(list, _("Modules Sent"), names);
}

static void
add_output(GtkListBox *list, MamutoJob *job)
{
    const char *output = mamuto_job_get_output(job);
    g_autofree char *path = output ? app_text_path(output) : NULL;

    if (path)
        add_text(list, _("Result File"), path);
}

/* (transfer full): the host with its user and port, if they are set. */
static char *
format_host(MamutoHost *host)
{
    const char *user = mamuto_host_get_user(host);
    guint port = mamuto_host_get_port(host);
    g_autoptr(GString) target = g_string_new(NULL);
    g_autofree char *shown = NULL;

    if (mamuto_host_is_local(host))
        g_string_append(target, _("This Computer"));
    else
        g_string_append_printf(target, "%s%s%s", user ? user : "", user ? "@" : "",
                               mamuto_host_get_address(host));
    if (port > 0)
        g_string_append_printf(target, ":%u", port);
    shown = mamuto_text_escape(target->str, FALSE);
    if (mamuto_host_get_enabled(host))
        return g_steal_pointer(&shown);
    /* Translators: %s is a host that is switched off */
    return g_strdup_printf(_("%s (off)"), shown);
}

static void
free_line(gpointer line)
{
    g_string_free(line, TRUE);
}

/* Adds a row with the Pythons that the cluster names, one per line, each with its hosts. If all
 * hosts have the same Python, this row does not list the hosts, because the next row does. */
static void
add_pythons(GtkListBox *list, MamutoCluster *cluster)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new(); /* elements: GString, owned by the table */
    g_autoptr(GHashTable) line_of = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_line);
    g_autoptr(GString) text = g_string_new(NULL);
    guint n_named = 0, n = mamuto_cluster_get_n_hosts(cluster);

    for (guint i = 0; i < n; i++) {
        MamutoHost *host = mamuto_cluster_get_host(cluster, i);
        const char *python = mamuto_cluster_get_host_python(cluster, host);
        g_autofree char *name = format_host(host);
        GString *line = python ? g_hash_table_lookup(line_of, python) : NULL;

        n_named += python != NULL;
        if (line) {
            g_string_append_printf(line, ", %s", name);
        } else if (python) {
            g_autofree char *shown = mamuto_text_escape(python, FALSE);

            line = g_string_new(shown);
            g_string_append_printf(line, " · %s", name);
            g_hash_table_insert(line_of, (gpointer)python, line);
            g_ptr_array_add(lines, line);
        }
    }
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? "\n" : "",
                               ((GString *)g_ptr_array_index(lines, i))->str);
    if (lines->len == 1 && n_named == n) {
        g_autofree char *shown = mamuto_text_escape(
            mamuto_cluster_get_host_python(cluster, mamuto_cluster_get_host(cluster, 0)), FALSE);

        g_string_assign(text, shown);
    }
    if (lines->len > 0)
        add_row(list, _("Python"), text->str);
}

static void
add_hosts(GtkListBox *list, MamutoCluster *cluster)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < mamuto_cluster_get_n_hosts(cluster); i++) {
        g_autofree char *name = format_host(mamuto_cluster_get_host(cluster, i));

        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", name);
    }
    if (names->len > 0)
        add_row(list, _("Hosts"), names->str);
}

/* Adds a row with the data files and folders that are sent to the hosts, one per line. */
static void
add_files(GtkListBox *list, MamutoJob *job)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (const char *const *file = mamuto_job_get_send(job); *file; file++) {
        g_autofree char *path = app_text_path(*file);
        g_autofree char *shown = mamuto_text_escape(path, FALSE);

        g_string_append_printf(text, "%s%s", text->len > 0 ? "\n" : "", shown);
    }
    if (text->len > 0)
        add_row(list, _("Files Sent"), text->str);
}

static GtkWidget *
make_list(const Question *question, int window_height)
{
    GtkWidget *list = gtk_list_box_new();
    GtkWidget *scrolled = gtk_scrolled_window_new();
    /* A check runs no function, so the dialog shows the parts of the job only if the job itself is
     * unknown. After the user's approval, the job counts as known for runs too. */
    gboolean with_job =
        question->action != APPROVE_CHECK || !known_documents_contain(question->job);

    gtk_list_box_set_selection_mode(GTK_LIST_BOX(list), GTK_SELECTION_NONE);
    gtk_widget_add_css_class(list, "boxed-list");
    gtk_widget_add_css_class(list, "facts");
    gtk_accessible_update_property(GTK_ACCESSIBLE(list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Programs and Hosts"), -1);
    if (with_job) {
        add_function(GTK_LIST_BOX(list), question->job);
        add_modules(GTK_LIST_BOX(list), question->job);
        add_files(GTK_LIST_BOX(list), question->job);
    }
    add_pythons(GTK_LIST_BOX(list), question->cluster);
    add_hosts(GTK_LIST_BOX(list), question->cluster);
    if (with_job)
        add_output(GTK_LIST_BOX(list), question->job);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(scrolled), TRUE);
    gtk_scrolled_window_set_max_content_height(
        GTK_SCROLLED_WINDOW(scrolled),
        CLAMP(window_height - OTHER_HEIGHT, MIN_LIST_HEIGHT, MAX_LIST_HEIGHT));
    /* the scrollbar stays visible, so that the user notices hidden rows of the list */
    gtk_scrolled_window_set_overlay_scrolling(GTK_SCROLLED_WINDOW(scrolled), FALSE);
    gtk_widget_add_css_class(scrolled, "facts-scroller");
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), list);
    return scrolled;
}

/* ---- the question ---- */

/* (transfer full): the name of the document's file. */
static char *
format_name(MamutoDocument *document)
{
    const char *path = mamuto_document_get_path(document);
    g_autofree char *name =
        path ? g_filename_display_basename(path) : mamuto_document_dup_title(document);

    return mamuto_text_escape(name, FALSE);
}

static char *
explain(const Question *question)
{
    g_autofree char *job = format_name(MAMUTO_DOCUMENT(question->document));
    g_autofree char *cluster =
        format_name(MAMUTO_DOCUMENT(mamuto_job_document_get_cluster(question->document)));
    gboolean with_job = !known_documents_contain(question->job);
    gboolean with_cluster = !known_documents_contain(question->cluster);

    if (with_job && with_cluster)
        return g_strdup_printf(
            /* Translators: both %s are the names of files */
            _("“%s” and “%s” are new here or were changed outside Mamuto. Their programs run with "
              "all your permissions, so continue only if you trust where the files come from."),
            job, cluster);
    return g_strdup_printf(
        /* Translators: %s is the name of a file */
        _("“%s” is new here or was changed outside Mamuto. Its programs run with all your "
          "permissions, so continue only if you trust where the file comes from."),
        with_job ? job : cluster);
}

static void
on_answer(const char *response, gpointer data)
{
    GtkWidget *widget = data;
    Question *question = g_object_steal_data(G_OBJECT(widget), QUESTION);

    if (question && g_str_equal(response, "continue")) {
        known_documents_approve(question->job);
        known_documents_approve(question->cluster);
        /* another process may have opened a file in the window while the dialog was shown; the user
         * has not asked to run that file */
        if (question->job == mamuto_job_document_get_job(question->document) &&
            question->cluster == get_cluster(question->document))
            question->then(widget);
    }
    g_clear_pointer(&question, question_free);
}

void
approve_documents(GtkWidget *widget, MamutoJobDocument *document, ApproveAction action,
                  ApproveFunc then)
{
    static const struct {
        const char *heading, *label;
    } words[] = {
        [APPROVE_RUN] = {N_("Run This Job?"), N_("_Run")},
        [APPROVE_CHECK] = {N_("Check These Hosts?"), N_("C_heck")},
        [APPROVE_COMPARE] = {N_("Run This Job for a Comparison?"), N_("_Run")},
    };
    const CompatResponse responses[] = {
        {"cancel", _("_Cancel"), ADW_RESPONSE_DEFAULT},
        {"continue", _(words[action].label), ADW_RESPONSE_SUGGESTED},
    };
    MamutoJob *job = mamuto_job_document_get_job(document);
    MamutoCluster *cluster = get_cluster(document);
    Question *question;
    GtkWidget *list;
    g_autofree char *body = NULL;

    if (known_documents_contain(job) && known_documents_contain(cluster)) {
        then(widget);
        return;
    }
    if (g_object_get_data(G_OBJECT(widget), QUESTION))
        return;
    question = g_new(Question, 1);
    *question = (Question){.document = g_object_ref(document),
                           .action = action,
                           .then = then,
                           .job = g_object_ref(job),
                           .cluster = g_object_ref(cluster)};
    g_object_set_data_full(G_OBJECT(widget), QUESTION, question, question_free);
    body = explain(question);
    list = make_list(question, gtk_widget_get_height(GTK_WIDGET(gtk_widget_get_root(widget))));
    compat_ask(widget, _(words[action].heading), body, list, responses, G_N_ELEMENTS(responses),
               "cancel", "cancel", on_answer, widget);
}
