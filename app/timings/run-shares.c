/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See run-shares.h. */
#include "run-shares.h"

#include <glib/gi18n.h>

#include "app-text.h"
#include "mamuto-share-bar.h"
#include "run-list.h"

#define BAR_HEIGHT 40
#define HOST_BAR_HEIGHT 14
/* Greatest height of the list of hosts in pixels. A longer list scrolls. */
#define HOSTS_MOST 300

static void
on_host_setup(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
    GtkWidget *label = gtk_label_new(NULL);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_width_chars(GTK_LABEL(label), 16);
    gtk_label_set_max_width_chars(GTK_LABEL(label), 16);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_MIDDLE);
    gtk_box_append(GTK_BOX(box), label);
    gtk_box_append(GTK_BOX(box), mamuto_share_bar_new(HOST_BAR_HEIGHT));
    gtk_list_item_set_child(item, box);
    gtk_list_item_set_activatable(item, FALSE);
}

static void
on_host_bind(GtkSignalListItemFactory *factory, GtkListItem *item, MamutoReport *report)
{
    GtkWidget *label = gtk_widget_get_first_child(gtk_list_item_get_child(item));
    guint host = gtk_list_item_get_position(item);

    gtk_label_set_label(GTK_LABEL(label), app_text_host(mamuto_report_get_host_name(report, host)));
    gtk_widget_set_tooltip_text(label, mamuto_report_get_host_name(report, host));
    mamuto_share_bar_set_report(MAMUTO_SHARE_BAR(gtk_widget_get_next_sibling(label)), report,
                                (int)host);
}

static GtkWidget *
make_hosts(MamutoReport *report)
{
    GtkWidget *expander = gtk_expander_new(_("By Host"));
    GtkWidget *scrolled = gtk_scrolled_window_new(), *view;
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
    GtkStringList *names = gtk_string_list_new(NULL);

    for (guint h = 0; h < mamuto_report_get_n_hosts(report); h++)
        gtk_string_list_append(names, mamuto_report_get_host_name(report, h));
    g_signal_connect(factory, "setup", G_CALLBACK(on_host_setup), NULL);
    g_signal_connect_data(factory, "bind", G_CALLBACK(on_host_bind), g_object_ref(report),
                          (GClosureNotify)(void (*)(void))g_object_unref, 0);
    view =
        gtk_list_view_new(GTK_SELECTION_MODEL(gtk_no_selection_new(G_LIST_MODEL(names))), factory);
    gtk_widget_add_css_class(view, "hosts");
    gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Hosts"),
                                   -1);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), view);
    gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(scrolled), TRUE);
    gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(scrolled), HOSTS_MOST);
    gtk_expander_set_child(GTK_EXPANDER(expander), scrolled);
    return expander;
}

static void
add_label(GtkWidget *box, const char *text, gboolean markup)
{
    GtkWidget *label = gtk_label_new(NULL);

    if (markup)
        gtk_label_set_markup(GTK_LABEL(label), text);
    else
        gtk_label_set_label(GTK_LABEL(label), text);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_box_append(GTK_BOX(box), label);
}

static void
add_share(GtkWidget *shares, MamutoKeptRun *kept)
{
    MamutoReport *report = mamuto_kept_run_get_report(kept);
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
    GtkWidget *bar = mamuto_share_bar_new(BAR_HEIGHT);
    g_autofree char *text = mamuto_kept_run_format_title(kept);
    g_autofree char *legend = NULL;

    mamuto_share_bar_set_report(MAMUTO_SHARE_BAR(bar), report, -1);
    legend = mamuto_share_bar_make_legend(MAMUTO_SHARE_BAR(bar));
    add_label(box, text, FALSE);
    gtk_box_append(GTK_BOX(box), bar);
    add_label(box, legend, TRUE);
    if (mamuto_report_get_n_hosts(report) > 1)
        gtk_box_append(GTK_BOX(box), make_hosts(report));
    gtk_box_append(GTK_BOX(shares), box);
}

static void
add_difference(GtkWidget *shares, MamutoKeptRun *a, MamutoKeptRun *b)
{
    MamutoReport *x = mamuto_kept_run_get_report(a), *y = mamuto_kept_run_get_report(b);
    double rate_x = (double)mamuto_report_get_n_rows(x) / MAX(mamuto_report_get_wall(x), 1e-6);
    double rate_y = (double)mamuto_report_get_n_rows(y) / MAX(mamuto_report_get_wall(y), 1e-6);
    gboolean first = rate_x >= rate_y;
    g_autofree char *date = mamuto_kept_run_format_date(first ? a : b);
    g_autofree char *text = g_strdup_printf(
        /* Translators: the date and time of a run, then a factor such as 1.50 */
        _("The run of %s computed %.2f times as many rows per second."), date,
        first ? rate_x / MAX(rate_y, 1e-9) : rate_y / MAX(rate_x, 1e-9));

    add_label(shares, text, FALSE);
}

GtkWidget *
run_shares_new(GPtrArray *runs)
{
    GtkWidget *shares = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);

    if (runs->len == 2)
        add_difference(shares, g_ptr_array_index(runs, 0), g_ptr_array_index(runs, 1));
    for (guint i = 0; i < runs->len; i++)
        add_share(shares, g_ptr_array_index(runs, i));
    return shares;
}
