/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Loads any bytes as a cluster file and as a list of hosts. A cluster that is loaded must be the
 * same after it was saved and loaded again. */
#include "fuzz-folder.h"
#include "fuzz.h"
#include "mamuto-cluster.h"

static void
check_hosts(MamutoHost *a, MamutoHost *b)
{
    FUZZ_ASSERT(g_strcmp0(mamuto_host_get_name(a), mamuto_host_get_name(b)) == 0);
    FUZZ_ASSERT(g_strcmp0(mamuto_host_get_address(a), mamuto_host_get_address(b)) == 0);
    FUZZ_ASSERT(g_strcmp0(mamuto_host_get_user(a), mamuto_host_get_user(b)) == 0);
    FUZZ_ASSERT(g_strcmp0(mamuto_host_get_python(a), mamuto_host_get_python(b)) == 0);
    FUZZ_ASSERT(g_strcmp0(mamuto_host_get_workdir(a), mamuto_host_get_workdir(b)) == 0);
    FUZZ_ASSERT(mamuto_host_get_cores(a) == mamuto_host_get_cores(b));
    FUZZ_ASSERT(mamuto_host_get_enabled(a) == mamuto_host_get_enabled(b));
    FUZZ_ASSERT(mamuto_host_get_port(a) == mamuto_host_get_port(b));
    FUZZ_ASSERT(mamuto_host_get_nice(a) == mamuto_host_get_nice(b));
    FUZZ_ASSERT(mamuto_host_is_local(a) == mamuto_host_is_local(b));
}

static void
check_saved(MamutoCluster *cluster)
{
    g_autofree char *path = fuzz_folder_path("saved.cfg");
    g_autoptr(MamutoCluster) back = NULL;
    GError *error = NULL;
    guint n = mamuto_cluster_get_n_hosts(cluster);

    FUZZ_ASSERT(n <= MAMUTO_CLUSTER_MAX_HOSTS);
    FUZZ_ASSERT(mamuto_cluster_save(cluster, path, &error));
    back = mamuto_cluster_new_from_file(path, &error);
    FUZZ_ASSERT(back != NULL && mamuto_cluster_get_n_hosts(back) == n);
    for (guint i = 0; i < n; i++)
        check_hosts(mamuto_cluster_get_host(cluster, i), mamuto_cluster_get_host(back, i));
    FUZZ_ASSERT(g_strcmp0(mamuto_cluster_get_python(cluster), mamuto_cluster_get_python(back)) ==
                0);
    FUZZ_ASSERT(g_strcmp0(mamuto_cluster_get_workdir(cluster), mamuto_cluster_get_workdir(back)) ==
                0);
    FUZZ_ASSERT(mamuto_cluster_get_nice(cluster) == mamuto_cluster_get_nice(back));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *path = fuzz_folder_put("loaded.cfg", data, size);
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(MamutoCluster) cluster = NULL, list = NULL;
    GError *error = NULL;

    cluster = mamuto_cluster_new_from_file(path, &error);
    fuzz_check_error(cluster, error);
    if (cluster != NULL)
        check_saved(cluster);
    if (!g_utf8_validate(text, -1, NULL))
        return 0; /* the caller of this function converts its arguments */
    error = NULL;
    list = mamuto_cluster_new_from_string(text, &error);
    fuzz_check_error(list, error);
    if (list != NULL && mamuto_cluster_get_n_hosts(list) < 200)
        check_saved(list);
    return 0;
}
