/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-host-details.h. */
#include "mamuto-host-details.h"

#include <glib/gi18n.h>

#include "host-field.h"
#include "mamuto-host-line.h"
#include "mamuto-host-stages.h"
#include "mamuto-python-button.h"

enum { SHARED_PYTHON, SHARED_WORKDIR, SHARED_NICE, N_SHARED };
enum { HOST_USER, HOST_PORT, HOST_PYTHON, HOST_WORKDIR, HOST_NICE, N_OWN };

struct _MamutoHostDetails {
    AdwBin parent_instance;
    MamutoCluster *cluster;
    GPtrArray *items;
    gboolean updating;
    gboolean cores_typed; /* TRUE if the user has typed a number of cores for several hosts, and the
                             hosts are not changed yet. */
    HostField shared[N_SHARED];
    HostField own[N_OWN];

    GtkWidget *back_button;
    GtkWidget *close_button;
    GtkLabel *title_label;
    GtkStack *stack;
    AdwEntryRow *shared_python;
    AdwEntryRow *shared_workdir;
    AdwEntryRow *shared_nice;
    GtkLabel *shared_problem;
    AdwEntryRow *host_name;
    AdwActionRow *cores_row;
    GtkSpinButton *cores_spin;
    GtkWidget *found_row;
    AdwEntryRow *host_user;
    AdwEntryRow *host_port;
    AdwEntryRow *host_python;
    AdwEntryRow *host_workdir;
    AdwEntryRow *host_nice;
    GtkLabel *host_problem;
    MamutoPythonButton *python_button;
    MamutoHostStages *stages;
    GtkWidget *no_check_label;
    GtkButton *check_button;
    AdwActionRow *several_enabled_row;
    GtkSwitch *several_switch;
    AdwActionRow *several_cores_row;
    GtkSpinButton *several_spin;
    GtkWidget *several_found_row;
    AdwEntryRow *several_python;
    MamutoPythonButton *several_python_button;
    AdwEntryRow *several_workdir;
    GtkLabel *several_problem;
};

G_DEFINE_FINAL_TYPE(MamutoHostDetails, mamuto_host_details, ADW_TYPE_BIN)

static MamutoHost *
host_at(MamutoHostDetails *self, guint position)
{
    return mamuto_host_item_get_host(g_ptr_array_index(self->items, position));
}

/* ---- display ---- */

static void
show_shared(MamutoHostDetails *self)
{
    GObject *cluster = G_OBJECT(self->cluster);

    gtk_label_set_text(self->title_label, _("Shared Settings"));
    /* Translators: shown if no Python is set. Each host then uses the Python that it detects */
    host_field_show(&self->shared[SHARED_PYTHON], cluster, _("detected on the host"));
    /* Translators: shown if no working folder is set. Functions then run in the home folder */
    host_field_show(&self->shared[SHARED_WORKDIR], cluster, _("home folder"));
    host_field_show(&self->shared[SHARED_NICE], cluster, "0");
}

static void
show_found_cores(MamutoHostDetails *self, GtkWidget *row)
{
    guint found = 0, n_found = 0;
    gboolean differ = FALSE;
    g_autofree char *text = NULL;

    for (guint i = 0; i < self->items->len; i++) {
        guint n = mamuto_host_item_get_found_cores(g_ptr_array_index(self->items, i));

        if (n == 0)
            continue;
        found += n;
        n_found++;
        differ |= n != mamuto_host_get_cores(host_at(self, i));
    }
    gtk_widget_set_visible(row, n_found > 0 && differ);
    if (self->items->len == 1)
        text = g_strdup_printf(ngettext("%u core detected", "%u cores detected", found), found);
    else
        /* Translators: the number of cores detected on several hosts */
        text = g_strdup_printf(
            ngettext("%u core detected in total", "%u cores detected in total", found), found);
    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), text);
}

static void
show_check_button(MamutoHostDetails *self, gboolean checking)
{
    gtk_button_set_label(self->check_button, checking ? _("_Stop") : _("C_heck"));
    gtk_actionable_set_action_name(GTK_ACTIONABLE(self->check_button),
                                   checking ? "cluster.stop-check" : "cluster.check");
}

static void
show_host(MamutoHostDetails *self)
{
    MamutoHostItem *item = g_ptr_array_index(self->items, 0);
    MamutoHost *host = mamuto_host_item_get_host(item);
    gboolean local = mamuto_host_is_local(host);
    MamutoCheck *check = mamuto_host_item_get_check(item);
    const char *python = mamuto_cluster_get_python(self->cluster);
    const char *workdir = mamuto_cluster_get_workdir(self->cluster);
    g_autofree char *nice = g_strdup_printf("%d", mamuto_cluster_get_nice(self->cluster));
    const char *name = mamuto_host_get_name(host);
    g_autoptr(MamutoHost) plain = mamuto_host_new(name, 0, NULL);
    guint port = plain ? mamuto_host_get_port(plain) : 0;
    g_autofree char *port_text = port ? g_strdup_printf("%u", port) : NULL;
    const char *user = plain ? mamuto_host_get_user(plain) : NULL;

    gtk_label_set_text(self->title_label, mamuto_host_item_get_title(item));
    if (!gtk_widget_has_focus(GTK_WIDGET(gtk_editable_get_delegate(GTK_EDITABLE(self->host_name)))))
        gtk_editable_set_text(GTK_EDITABLE(self->host_name), name);
    host_field_show_cores(self->cores_spin, mamuto_host_get_cores(host));
    show_found_cores(self, self->found_row);
    gtk_widget_set_visible(GTK_WIDGET(self->host_user), !local);
    gtk_widget_set_visible(GTK_WIDGET(self->host_port), !local);
    /* Translators: shown if no user name or port is set. ssh then uses the values in ~/.ssh/config
     */
    host_field_show(&self->own[HOST_USER], G_OBJECT(host), user ? user : _("from ssh config"));
    host_field_show(&self->own[HOST_PORT], G_OBJECT(host),
                    port_text ? port_text : _("from ssh config"));
    host_field_show(&self->own[HOST_PYTHON], G_OBJECT(host), python ? python : _("detected"));
    host_field_show(&self->own[HOST_WORKDIR], G_OBJECT(host), workdir ? workdir : _("home folder"));
    host_field_show(&self->own[HOST_NICE], G_OBJECT(host), nice);
    mamuto_python_button_set_host(self->python_button, host);
    mamuto_host_stages_show(self->stages, check, local);
    gtk_widget_set_visible(self->no_check_label, check == NULL);
    show_check_button(self, mamuto_host_item_get_state(item) == HOST_STATE_CHECKING);
}

/* Shows the setting @property of the selected hosts in @row. If the hosts have different values,
 * the row is empty. @instead: the default value, which the title shows if no host has the setting.
 */
static void
show_common(MamutoHostDetails *self, AdwEntryRow *row, const char *property, const char *title,
            const char *instead)
{
    g_autofree char *common = NULL;
    gboolean differ = FALSE;
    g_autofree char *text = NULL;

    g_object_get(host_at(self, 0), property, &common, NULL);
    for (guint i = 1; i < self->items->len && !differ; i++) {
        g_autofree char *other = NULL;

        g_object_get(host_at(self, i), property, &other, NULL);
        differ = g_strcmp0(common, other) != 0;
    }
    text = differ
               /* Translators: %s is the name of a setting that differs between selected hosts */
               ? g_strdup_printf(_("%s · different values"), title)
               : common ? g_strdup(title)
                        /* Translators: the name of a setting that is not set, and the value that is
                         * used: "Python · detected" */
                        : g_strdup_printf(_("%s · %s"), title, instead);
    adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(row), FALSE);
    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), text);
    if (!gtk_widget_has_focus(GTK_WIDGET(gtk_editable_get_delegate(GTK_EDITABLE(row)))))
        gtk_editable_set_text(GTK_EDITABLE(row), differ || !common ? "" : common);
}

/* Chooses the selected host on which the button searches for Pythons: the first host with a
 * successful check. If no check was successful, chooses the first host. */
static void
offer_pythons(MamutoHostDetails *self)
{
    g_autoptr(GPtrArray) hosts = g_ptr_array_new();
    guint first = 0;

    while (first < self->items->len &&
           mamuto_host_item_get_state(g_ptr_array_index(self->items, first)) != HOST_STATE_READY)
        first++;
    if (first == self->items->len)
        first = 0;
    g_ptr_array_add(hosts, host_at(self, first));
    for (guint i = 0; i < self->items->len; i++)
        if (i != first)
            g_ptr_array_add(hosts, host_at(self, i));
    mamuto_python_button_set_hosts(self->several_python_button, hosts);
}

static void
show_several(MamutoHostDetails *self)
{
    guint least = G_MAXUINT, most = 0, n_enabled = 0;
    g_autofree char *title = NULL;
    g_autofree char *range = NULL;
    g_autofree char *used = NULL;
    const char *python = mamuto_cluster_get_python(self->cluster);
    const char *workdir = mamuto_cluster_get_workdir(self->cluster);

    for (guint i = 0; i < self->items->len; i++) {
        guint cores = mamuto_host_get_cores(host_at(self, i));

        least = MIN(least, cores);
        most = MAX(most, cores);
        n_enabled += mamuto_host_get_enabled(host_at(self, i));
    }
    title = g_strdup_printf(ngettext("%u Host Selected", "%u Hosts Selected", self->items->len),
                            self->items->len);
    gtk_label_set_text(self->title_label, title);
    gtk_switch_set_active(self->several_switch, n_enabled == self->items->len);
    if (n_enabled > 0 && n_enabled < self->items->len)
        /* Translators: the number of enabled hosts, and the number of selected hosts */
        used = g_strdup_printf(_("currently %u of %u"), n_enabled, self->items->len);
    adw_action_row_set_subtitle(self->several_enabled_row, used ? used : "");
    if (least != most && least == 0)
        /* Translators: the selected hosts have different settings: at most %u cores, or all cores
         * of the host */
        range = g_strdup_printf(_("currently up to %u, or all"), most);
    else if (least != most)
        /* Translators: the smallest and the largest number of cores among the selected hosts */
        range = g_strdup_printf(_("currently %u to %u"), least, most);
    adw_action_row_set_subtitle(self->several_cores_row, range ? range : "");
    if (!self->cores_typed)
        host_field_show_cores(self->several_spin, most);
    show_found_cores(self, self->several_found_row);
    show_common(self, self->several_python, "python", _("Python"), python ? python : _("detected"));
    show_common(self, self->several_workdir, "workdir", _("Working Folder"),
                workdir ? workdir : _("home folder"));
    offer_pythons(self);
}

static void
show(MamutoHostDetails *self)
{
    guint n = self->items->len;
    const char *page = n == 0 ? "shared" : n == 1 ? "host" : "several";

    if (!self->cluster || self->updating)
        return;
    self->updating = TRUE;
    if (n == 0)
        show_shared(self);
    else if (n == 1)
        show_host(self);
    else
        show_several(self);
    self->updating = FALSE;
    gtk_stack_set_visible_child_name(self->stack, page);
    for (GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(self->stack)); child;
         child = gtk_widget_get_next_sibling(child))
        gtk_accessible_update_state(GTK_ACCESSIBLE(child), GTK_ACCESSIBLE_STATE_HIDDEN,
                                    child != gtk_stack_get_visible_child(self->stack), -1);
}

static void
disconnect_items(MamutoHostDetails *self)
{
    for (guint i = 0; i < self->items->len; i++)
        g_signal_handlers_disconnect_by_data(g_ptr_array_index(self->items, i), self);
    g_ptr_array_set_size(self->items, 0);
}

void
mamuto_host_details_set_items(MamutoHostDetails *self, GPtrArray *items)
{
    gboolean same = items->len == self->items->len;

    for (guint i = 0; same && i < items->len; i++)
        same = g_ptr_array_index(items, i) == g_ptr_array_index(self->items, i);
    if (same && items->len > 0)
        return;
    self->cores_typed = FALSE;
    disconnect_items(self);
    for (guint i = 0; i < items->len; i++) {
        g_ptr_array_add(self->items, g_object_ref(g_ptr_array_index(items, i)));
        g_signal_connect_swapped(g_ptr_array_index(items, i), "changed", G_CALLBACK(show), self);
    }
    gtk_widget_set_visible(GTK_WIDGET(self->host_problem), FALSE);
    gtk_widget_set_visible(GTK_WIDGET(self->several_problem), FALSE);
    gtk_widget_remove_css_class(GTK_WIDGET(self->host_name), "error");
    gtk_editable_set_text(GTK_EDITABLE(self->host_name),
                          items->len == 1 ? mamuto_host_get_name(host_at(self, 0)) : "");
    gtk_widget_set_visible(self->close_button,
                           items->len > 0 && !gtk_widget_get_visible(self->back_button));
    show(self);
}

void
mamuto_host_details_set_cluster(MamutoHostDetails *self, MamutoCluster *cluster)
{
    if (self->cluster)
        g_signal_handlers_disconnect_by_data(self->cluster, self);
    disconnect_items(self);
    g_set_object(&self->cluster, cluster);
    g_signal_connect_swapped(cluster, "notify", G_CALLBACK(show), self);
    show(self);
}

void
mamuto_host_details_set_narrow(MamutoHostDetails *self, gboolean narrow)
{
    gtk_widget_set_visible(self->back_button, narrow);
    gtk_widget_set_visible(self->close_button, !narrow && self->items->len > 0);
}

/* ---- editing ---- */

static void
on_cores(MamutoHostDetails *self, GtkSpinButton *spin)
{
    guint cores = (guint)gtk_spin_button_get_value_as_int(spin);

    if (self->updating)
        return;
    self->updating = TRUE;
    for (guint i = 0; i < self->items->len; i++)
        mamuto_host_set_cores(host_at(self, i), cores);
    self->updating = FALSE;
    show(self);
}

/* Called when the user types a number of cores for several hosts. Stores in cores_typed that all
 * hosts must get this number. The value of the spin button cannot show this: it is the largest
 * number of all hosts, and it does not change if the user types the same number. */
static void
on_cores_typed(MamutoHostDetails *self)
{
    self->cores_typed |= !self->updating;
}

static void
take_typed_cores(MamutoHostDetails *self)
{
    if (!self->cores_typed)
        return;
    self->cores_typed = FALSE;
    gtk_spin_button_update(self->several_spin);
    on_cores(self, self->several_spin);
}

static void
on_several_enabled(MamutoHostDetails *self)
{
    gboolean active = gtk_switch_get_active(self->several_switch);

    if (self->updating)
        return;
    self->updating = TRUE;
    for (guint i = 0; i < self->items->len; i++)
        mamuto_host_set_enabled(host_at(self, i), active);
    self->updating = FALSE;
    show(self);
}

static void
set_name(MamutoHost *host, MamutoCluster *cluster, const char *name, GError **error)
{
    MamutoHost *other = mamuto_cluster_find_host(cluster, name);

    if (other && other != host)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    /* Translators: %s is the name of a host */
                    _("%s is already in the cluster"), name);
    else
        mamuto_host_set_name(host, name, error);
}

static void
say(GtkLabel *label, AdwEntryRow *row, const GError *error)
{
    gtk_label_set_text(label, error ? error->message : "");
    gtk_widget_set_visible(GTK_WIDGET(label), error != NULL);
    if (error)
        gtk_widget_add_css_class(GTK_WIDGET(row), "error");
    else
        gtk_widget_remove_css_class(GTK_WIDGET(row), "error");
}

static void
on_name_applied(MamutoHostDetails *self)
{
    g_autofree char *name =
        g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(self->host_name))));
    g_autoptr(GError) error = NULL;

    if (self->items->len == 1)
        set_name(host_at(self, 0), self->cluster, name, &error);
    say(self->host_problem, self->host_name, error);
}

static void
apply_to_all(MamutoHostDetails *self, AdwEntryRow *row, const char *property)
{
    g_autofree char *text = g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(row))));
    g_autoptr(GError) error = NULL;

    if (host_field_check(property, text, &error)) {
        self->updating = TRUE;
        for (guint i = 0; i < self->items->len; i++)
            host_field_set(G_OBJECT(host_at(self, i)), property, text);
        self->updating = FALSE;
        show(self);
    }
    say(self->several_problem, row, error);
}

static void
on_several_python(MamutoHostDetails *self)
{
    apply_to_all(self, self->several_python, "python");
}

static void
on_several_workdir(MamutoHostDetails *self)
{
    apply_to_all(self, self->several_workdir, "workdir");
}

/* ---- the widget ---- */

static void
mamuto_host_details_dispose(GObject *object)
{
    MamutoHostDetails *self = MAMUTO_HOST_DETAILS(object);

    if (self->cluster)
        g_signal_handlers_disconnect_by_data(self->cluster, self);
    g_clear_object(&self->cluster);
    if (self->items)
        disconnect_items(self);
    g_clear_pointer(&self->items, g_ptr_array_unref);
    G_OBJECT_CLASS(mamuto_host_details_parent_class)->dispose(object);
}

#define BIND(name) gtk_widget_class_bind_template_child(widget_class, MamutoHostDetails, name)

static void
mamuto_host_details_class_init(MamutoHostDetailsClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_host_details_dispose;
    g_type_ensure(MAMUTO_TYPE_HOST_STAGES);
    g_type_ensure(MAMUTO_TYPE_PYTHON_BUTTON);
    gtk_widget_class_set_template_from_resource(
        widget_class, "/io/github/mamuto/Mamuto/ui/mamuto-host-details.ui");
    BIND(back_button);
    BIND(close_button);
    BIND(title_label);
    BIND(stack);
    BIND(shared_python);
    BIND(shared_workdir);
    BIND(shared_nice);
    BIND(shared_problem);
    BIND(host_name);
    BIND(cores_row);
    BIND(cores_spin);
    BIND(found_row);
    BIND(host_user);
    BIND(host_port);
    BIND(host_python);
    BIND(host_workdir);
    BIND(host_nice);
    BIND(host_problem);
    BIND(python_button);
    BIND(stages);
    BIND(no_check_label);
    BIND(check_button);
    BIND(several_enabled_row);
    BIND(several_switch);
    BIND(several_cores_row);
    BIND(several_spin);
    BIND(several_found_row);
    BIND(several_python);
    BIND(several_python_button);
    BIND(several_workdir);
    BIND(several_problem);
}

static void
init_fields(MamutoHostDetails *self)
{
    const char *python = _("Python"), *folder = _("Working Folder");
    /* Translators: the scheduling priority of processes, the "nice" value of Unix */
    const char *nice = _("Nice Value");

    host_field_init(&self->shared[SHARED_PYTHON], self->shared_python, self->shared_problem,
                    "python", python);
    host_field_init(&self->shared[SHARED_WORKDIR], self->shared_workdir, self->shared_problem,
                    "workdir", folder);
    host_field_init(&self->shared[SHARED_NICE], self->shared_nice, self->shared_problem, "nice",
                    nice);
    host_field_init(&self->own[HOST_USER], self->host_user, self->host_problem, "user", _("User"));
    host_field_init(&self->own[HOST_PORT], self->host_port, self->host_problem, "port", _("Port"));
    host_field_init(&self->own[HOST_PYTHON], self->host_python, self->host_problem, "python",
                    python);
    host_field_init(&self->own[HOST_WORKDIR], self->host_workdir, self->host_problem, "workdir",
                    folder);
    host_field_init(&self->own[HOST_NICE], self->host_nice, self->host_problem, "nice", nice);
}

static void
watch_typed_cores(MamutoHostDetails *self)
{
    GtkEditable *text = gtk_editable_get_delegate(GTK_EDITABLE(self->several_spin));
    GtkEventController *focus = gtk_event_controller_focus_new();

    g_signal_connect_swapped(text, "changed", G_CALLBACK(on_cores_typed), self);
    g_signal_connect_swapped(text, "activate", G_CALLBACK(take_typed_cores), self);
    g_signal_connect_swapped(focus, "leave", G_CALLBACK(take_typed_cores), self);
    gtk_widget_add_controller(GTK_WIDGET(self->several_spin), focus);
}

static void
mamuto_host_details_init(MamutoHostDetails *self)
{
    self->items = g_ptr_array_new_with_free_func(g_object_unref);
    gtk_widget_init_template(GTK_WIDGET(self));
    init_fields(self);
    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(self->host_name), _("Name"));
    host_line_init_cores(self->cores_spin);
    host_line_init_cores(self->several_spin);
    watch_typed_cores(self);
    g_signal_connect_swapped(self->cores_spin, "value-changed", G_CALLBACK(on_cores), self);
    g_signal_connect_swapped(self->several_spin, "value-changed", G_CALLBACK(on_cores), self);
    g_signal_connect_swapped(self->several_switch, "notify::active", G_CALLBACK(on_several_enabled),
                             self);
    g_signal_connect_swapped(self->host_name, "apply", G_CALLBACK(on_name_applied), self);
    g_signal_connect_swapped(self->several_python, "apply", G_CALLBACK(on_several_python), self);
    g_signal_connect_swapped(self->several_workdir, "apply", G_CALLBACK(on_several_workdir), self);
}
