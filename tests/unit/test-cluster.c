/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the list of hosts: signals for added and removed hosts, a short text that names
 * several hosts, and settings that all hosts share. */
#include <string.h>

#include "mamuto-cluster.h"
#include "mamuto-error.h"

/* Returns a text with all hosts, such as "rem1=4 rem2=8". The numbers are cores. */
static char *
describe(MamutoCluster *cluster)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (guint i = 0; i < mamuto_cluster_get_n_hosts(cluster); i++) {
        MamutoHost *host = mamuto_cluster_get_host(cluster, i);

        g_string_append_printf(out, "%s%s=%u", i > 0 ? " " : "", mamuto_host_get_name(host),
                               mamuto_host_get_cores(host));
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
test_strings(void)
{
    static const char *const cases[][2] = {
        {"localhost:4,rem1:4", "localhost=4 rem1=4"},
        {"localhost", "localhost=0"},
        {" a:1 , b ", "a=1 b=0"},
        {"user@rem2:2222*8", "user@rem2:2222=8"},
        {"rem*8,rem2:2222", "rem=8 rem2=2222"},
        {"rem[1-3]:8", "rem1=8 rem2=8 rem3=8"},
        {"rem[08-10]", "rem08=0 rem09=0 rem10=0"},
        {"me@r[1-2]n[1,3-4]:22*2,x", "me@r1n1:22=2 me@r1n3:22=2 me@r1n4:22=2 me@r2n1:22=2 "
                                     "me@r2n3:22=2 me@r2n4:22=2 x=0"},
        {"[::1],[::2]:4,[::3]:22*4", "[::1]=0 [::2]=4 [::3]:22=4"},
        {"me@[::1]*4", "me@[::1]=4"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(MamutoCluster) cluster = mamuto_cluster_new_from_string(cases[i][0], &error);
        g_autofree char *found = NULL;

        g_assert_no_error(error);
        found = describe(cluster);
        g_assert_cmpstr(found, ==, cases[i][1]);
    }
}

static void
test_bad_strings(void)
{
    static const char *const cases[][2] = {
        {"", "missing"},
        {"a,", "missing"},
        {",a", "missing"},
        {"a,,b", "missing"},
        {"a:0", "number from 1 to 4096"},
        {"a:4097", "number from 1 to 4096"},
        {"a:x", "number from 1 to 4096"},
        {"a:", "number from 1 to 4096"},
        {"a*", "number from 1 to 4096"},
        {"a:22*", "number from 1 to 4096"},
        {"a*4*4", "valid host name"},
        {"a:70000*4", "port"},
        {"a,b,a:3", "“a” is listed twice"},
        {"a[1-3],a2", "“a2” is listed twice"},
        {"a[3-1]", "smaller"},
        {"a[]", "the brackets are empty"},
        {"a[1-]", "numbers and ranges"},
        {"a[1-2-3]", "numbers and ranges"},
        {"a[x]", "numbers and ranges"},
        {"a[1", "valid host name"},
        {"a[0-99999]", "more than 10000 hosts"},
        {"a[0-999]b[0-999]", "more than 10000 hosts"},
        {"a[1-9999999999]", "numbers and ranges"},
        {"::1", "brackets"},
        {"a b", "valid host name"},
        {"-a", "valid host name"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(mamuto_cluster_new_from_string(cases[i][0], &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
        g_test_message("%s: %s", cases[i][0], error->message);
        g_assert_nonnull(strstr(error->message, cases[i][1]));
    }
}

typedef struct {
    guint position, removed, added;
} Change;

static void
on_changed(GListModel *model, guint position, guint removed, guint added, gpointer data)
{
    *(Change *)data = (Change){position, removed, added};
}

static void
test_list(void)
{
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_new_from_string("a:1,b:2,c:3", NULL);
    g_autoptr(MamutoHost) host = mamuto_host_new("d", 4, NULL);
    g_autoptr(MamutoHost) item = NULL;
    g_autofree char *found = NULL;
    Change change = {9, 9, 9};

    g_signal_connect(cluster, "items-changed", G_CALLBACK(on_changed), &change);
    mamuto_cluster_insert(cluster, 1, host);
    g_assert_cmpuint(change.position, ==, 1);
    g_assert_cmpuint(change.removed, ==, 0);
    g_assert_cmpuint(change.added, ==, 1);
    mamuto_cluster_remove(cluster, 0);
    g_assert_cmpuint(change.position, ==, 0);
    g_assert_cmpuint(change.removed, ==, 1);
    g_assert_cmpuint(change.added, ==, 0);
    found = describe(cluster);
    g_assert_cmpstr(found, ==, "d=4 b=2 c=3");
    g_assert_true(g_list_model_get_item_type(G_LIST_MODEL(cluster)) == MAMUTO_TYPE_HOST);
    g_assert_cmpuint(g_list_model_get_n_items(G_LIST_MODEL(cluster)), ==, 3);
    item = g_list_model_get_item(G_LIST_MODEL(cluster), 2);
    g_assert_true(item == mamuto_cluster_find_host(cluster, "c"));
    g_assert_null(g_list_model_get_item(G_LIST_MODEL(cluster), 3));
    g_assert_null(mamuto_cluster_find_host(cluster, "a"));
    g_assert_cmpuint(mamuto_cluster_get_n_cores(cluster), ==, 9);
    mamuto_host_set_enabled(host, FALSE);
    g_assert_cmpuint(mamuto_cluster_get_n_cores(cluster), ==, 5);
}

static void
test_local(void)
{
    g_autoptr(MamutoCluster) local = mamuto_cluster_new_local();
    g_autoptr(MamutoCluster) all = mamuto_cluster_new_from_string("localhost,rem", NULL);

    g_assert_true(mamuto_host_is_local(mamuto_cluster_get_host(local, 0)));
    g_assert_cmpuint(mamuto_cluster_get_n_cores(local), ==, g_get_num_processors());
    g_assert_cmpuint(mamuto_cluster_get_n_cores(all), ==, g_get_num_processors());
}

static void
count(GObject *object, GParamSpec *pspec, gpointer data)
{
    (*(int *)data)++;
}

static void
test_shared_settings(void)
{
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_new_from_string("a,b", NULL);
    MamutoHost *a = mamuto_cluster_get_host(cluster, 0);
    MamutoHost *b = mamuto_cluster_get_host(cluster, 1);
    int notified = 0;

    g_signal_connect(cluster, "notify", G_CALLBACK(count), &notified);
    g_object_set(cluster, "python", "python3", "workdir", "/w", "nice", 5, NULL);
    mamuto_cluster_set_python(cluster, "python3");
    g_assert_cmpint(notified, ==, 3);
    mamuto_host_set_python(b, "/b/python");
    mamuto_host_set_workdir(b, "/b");
    mamuto_host_set_nice(b, 0);
    g_assert_cmpstr(mamuto_cluster_get_host_python(cluster, a), ==, "python3");
    g_assert_cmpstr(mamuto_cluster_get_host_python(cluster, b), ==, "/b/python");
    g_assert_cmpstr(mamuto_cluster_get_host_workdir(cluster, a), ==, "/w");
    g_assert_cmpstr(mamuto_cluster_get_host_workdir(cluster, b), ==, "/b");
    g_assert_cmpint(mamuto_cluster_get_host_nice(cluster, a), ==, 5);
    g_assert_cmpint(mamuto_cluster_get_host_nice(cluster, b), ==, 0);
    mamuto_cluster_set_workdir(cluster, "");
    g_assert_null(mamuto_cluster_get_workdir(cluster));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cluster/strings", test_strings);
    g_test_add_func("/cluster/bad-strings", test_bad_strings);
    g_test_add_func("/cluster/list", test_list);
    g_test_add_func("/cluster/local", test_local);
    g_test_add_func("/cluster/shared-settings", test_shared_settings);
    return g_test_run();
}
