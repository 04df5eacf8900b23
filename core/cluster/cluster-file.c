/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads and writes cluster.cfg. Every value is validated before it is set on a host. An error
 * message names the file, the line and the expected value. */
#include "cluster-file.h"

#include <cjson/cJSON.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "host-name.h"
#include "json-writer.h"
#include "mamuto-error.h"
#include "quote.h"

#define PARAMETERS "parameters"
#define HOST_PREFIX "host "

static char *
section_of(const char *name)
{
    return g_strconcat(HOST_PREFIX, name, NULL);
}

/* Reads the value of @key. Sets @value to NULL if the key is missing or its value is empty or
 * "None", because Python programs write "None" for an unset key. */
static gboolean
get_set(Ini *ini, const char *section, const char *key, char **value, GError **error)
{
    GError *failure = NULL;

    *value = ini_get(ini, section, key, &failure);
    if (failure) {
        g_propagate_error(error, failure);
        return FALSE;
    }
    if (*value && (!**value || strcmp(*value, "None") == 0))
        g_clear_pointer(value, g_free);
    return TRUE;
}

static gboolean
read_text(Ini *ini, const char *section, const char *key, char **value, GError **error)
{
    g_autoptr(GError) wrong = NULL;

    if (!get_set(ini, section, key, value, error))
        return FALSE;
    if (!*value || host_check_value(key, *value, &wrong))
        return TRUE;
    ini_set_error(ini, section, key, error, "%s", wrong->message);
    g_clear_pointer(value, g_free);
    return FALSE;
}

static gboolean
read_number(Ini *ini, const char *section, const char *key, int min, int max, int unset, int *value,
            GError **error)
{
    g_autofree char *text = NULL;
    gint64 number;

    *value = unset;
    if (!get_set(ini, section, key, &text, error))
        return FALSE;
    if (!text)
        return TRUE;
    if (!host_parse_number(text, min, max, &number)) {
        g_autofree char *shown = quote_start(text, strlen(text), QUOTE_SHOWN_CHARS);

        ini_set_error(ini, section, key, error, _("“%s”: expected a whole number from %d to %d"),
                      shown, min, max);
        return FALSE;
    }
    *value = (int)number;
    return TRUE;
}

/* Accepts the same words as Python's configparser: yes/no, true/false, on/off and 1/0. */
static gboolean
read_boolean(Ini *ini, const char *section, const char *key, gboolean *value, GError **error)
{
    static const char *const words[][4] = {{"0", "no", "false", "off"}, {"1", "yes", "true", "on"}};
    g_autofree char *text = NULL, *shown = NULL;

    if (!get_set(ini, section, key, &text, error))
        return FALSE;
    if (!text)
        return TRUE;
    for (int truth = 0; truth < 2; truth++)
        for (int i = 0; i < 4; i++)
            if (g_ascii_strcasecmp(text, words[truth][i]) == 0) {
                *value = truth;
                return TRUE;
            }
    shown = quote_start(text, strlen(text), QUOTE_SHOWN_CHARS);
    ini_set_error(ini, section, key, error, _("“%s”: expected yes or no"), shown);
    return FALSE;
}

/* Converts @item, one "name: cores" pair of the JSON object, to a host and appends it to @hosts.
 * @names contains the names of the earlier pairs. Fails for a duplicate name, which cJSON itself
 * accepts. */
static gboolean
read_host_item(Ini *ini, const cJSON *item, GHashTable *names, GPtrArray *hosts, GError **error)
{
    g_autoptr(GError) wrong = NULL;
    g_autoptr(MamutoHost) host = mamuto_host_new(item->string, 0, &wrong);

    if (!host) {
        ini_set_error(ini, PARAMETERS, "hosts", error, "%s", wrong->message);
        return FALSE;
    }
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) ||
        item->valuedouble > MAMUTO_HOST_MAX_CORES ||
        item->valuedouble != floor(item->valuedouble)) {
        g_autofree char *found = cJSON_PrintUnformatted(item);
        g_autofree char *shown =
            found ? quote_start(found, strlen(found), QUOTE_SHOWN_CHARS) : NULL;

        ini_set_error(
            ini, PARAMETERS, "hosts", error,
            _("cores of “%s”: %s: expected a whole number from 1 to %d, or 0 for all that "
              "the host has"),
            item->string, shown ? shown : "?", MAMUTO_HOST_MAX_CORES);
        return FALSE;
    }
    if (!g_hash_table_add(names, g_strdup(item->string))) {
        ini_set_error(ini, PARAMETERS, "hosts", error,
                      _("“%s” is listed twice; list each host only once"), item->string);
        return FALSE;
    }
    mamuto_host_set_cores(host, (guint)item->valuedouble);
    g_ptr_array_add(hosts, g_steal_pointer(&host));
    return TRUE;
}

/* Returns whether the JSON text contains the escaped character U+0000. Such text is rejected,
 * because cJSON stores names as C strings and would cut the name at the NUL. */
static gboolean
has_nul(const char *json)
{
    for (; *json; json++) {
        if (*json != '\\')
            continue;
        json++; /* the next character belongs to the backslash, also if it is another backslash */
        if (g_str_has_prefix(json, "u0000"))
            return TRUE;
        if (!*json)
            break;
    }
    return FALSE;
}

/* Reads the hosts from the value of the key "hosts". Returns NULL with an error if the value is not
 * valid. */
static GPtrArray *
read_hosts(Ini *ini, GError **error)
{
    GError *failure = NULL;
    g_autofree char *text = ini_get(ini, PARAMETERS, "hosts", &failure);
    g_autoptr(GPtrArray) hosts = g_ptr_array_new_with_free_func(g_object_unref);
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const char *end = NULL;
    cJSON *json, *item;
    gboolean ok = TRUE;

    if (!text) {
        if (failure)
            g_propagate_error(error, failure);
        else
            ini_set_error(ini, PARAMETERS, NULL, error,
                          _("[parameters] has no “hosts”; expected hosts = {\"localhost\": 4, …}"));
        return NULL;
    }
    json = cJSON_ParseWithLengthOpts(text, strlen(text), &end, FALSE);
    if (json)
        end += strspn(end, " \t\r\n");
    if (json && !*end && cJSON_IsObject(json) && !has_nul(text)) {
        if (cJSON_GetArraySize(json) > MAMUTO_CLUSTER_MAX_HOSTS) {
            ini_set_error(ini, PARAMETERS, "hosts", error, _("more than %d hosts"),
                          MAMUTO_CLUSTER_MAX_HOSTS);
            ok = FALSE;
        }
        for (item = json->child; ok && item; item = item->next)
            ok = read_host_item(ini, item, names, hosts, error);
    } else {
        const char *at = json && cJSON_IsObject(json) ? end : json ? text : end ? end : text;
        g_autofree char *near = g_utf8_make_valid(at, strnlen(at, 24));

        if (*near)
            ini_set_error(ini, PARAMETERS, "hosts", error,
                          _("not a JSON object at character %ld of its value, at “%s”; expected "
                            "{\"HOST\": CORES, …}"),
                          g_utf8_pointer_to_offset(text, at) + 1, near);
        else
            ini_set_error(ini, PARAMETERS, "hosts", error,
                          _("not a JSON object at character %ld of its value (its end); expected "
                            "{\"HOST\": CORES, …}"),
                          g_utf8_pointer_to_offset(text, at) + 1);
        ok = FALSE;
    }
    cJSON_Delete(json);
    return ok ? g_steal_pointer(&hosts) : NULL;
}

static gboolean
read_host_section(Ini *ini, MamutoHost *host, GError **error)
{
    g_autofree char *section = section_of(mamuto_host_get_name(host));
    g_autofree char *user = NULL;
    g_autofree char *python = NULL;
    g_autofree char *workdir = NULL;
    gboolean enabled = TRUE;
    int cores, port, nice;

    if (!ini_has_section(ini, section))
        return TRUE;
    if (!read_boolean(ini, section, "enabled", &enabled, error) ||
        !read_number(ini, section, "cores", 0, MAMUTO_HOST_MAX_CORES, -1, &cores, error) ||
        !read_text(ini, section, "user", &user, error) ||
        !read_number(ini, section, "port", 1, 65535, 0, &port, error) ||
        !read_text(ini, section, "python", &python, error) ||
        !read_text(ini, section, "workdir", &workdir, error) ||
        !read_number(ini, section, "nice", -20, 19, MAMUTO_NICE_UNSET, &nice, error))
        return FALSE;
    mamuto_host_set_enabled(host, enabled);
    if (cores >= 0)
        mamuto_host_set_cores(host, (guint)cores);
    mamuto_host_set_user(host, user);
    mamuto_host_set_port(host, (guint)port);
    mamuto_host_set_python(host, python);
    mamuto_host_set_workdir(host, workdir);
    mamuto_host_set_nice(host, nice);
    return TRUE;
}

gboolean
cluster_file_read(Ini *ini, MamutoCluster *cluster, GError **error)
{
    g_autoptr(GPtrArray) hosts = NULL;
    g_autofree char *python = NULL;
    g_autofree char *workdir = NULL;
    int nice;

    if (!ini_has_section(ini, PARAMETERS)) {
        ini_set_error(ini, PARAMETERS, NULL, error,
                      _("has no section [parameters], so it is not a cluster file"));
        return FALSE;
    }
    hosts = read_hosts(ini, error);
    if (!hosts || !read_text(ini, PARAMETERS, "python", &python, error) ||
        !read_text(ini, PARAMETERS, "workdir", &workdir, error) ||
        !read_number(ini, PARAMETERS, "nice", -20, 19, 0, &nice, error))
        return FALSE;
    for (guint i = 0; i < hosts->len; i++)
        if (!read_host_section(ini, g_ptr_array_index(hosts, i), error))
            return FALSE;
    for (guint i = 0; i < hosts->len; i++)
        mamuto_cluster_add(cluster, g_ptr_array_index(hosts, i));
    mamuto_cluster_set_python(cluster, python);
    mamuto_cluster_set_workdir(cluster, workdir);
    mamuto_cluster_set_nice(cluster, nice);
    return TRUE;
}

static char *
hosts_to_json(MamutoCluster *cluster)
{
    JsonWriter *json = json_writer_new(FALSE);
    guint n = mamuto_cluster_get_n_hosts(cluster);

    json_writer_begin_object(json, NULL);
    for (guint i = 0; i < n; i++) {
        MamutoHost *host = mamuto_cluster_get_host(cluster, i);

        json_writer_add_uint(json, mamuto_host_get_name(host), mamuto_host_get_cores(host));
    }
    json_writer_end(json);
    return json_writer_finish(json);
}

/* Returns whether @old and @cluster have the same hosts with the same cores in the same order. */
static gboolean
same_hosts(GPtrArray *old, MamutoCluster *cluster)
{
    if (!old || old->len != mamuto_cluster_get_n_hosts(cluster))
        return FALSE;
    for (guint i = 0; i < old->len; i++) {
        MamutoHost *a = g_ptr_array_index(old, i);
        MamutoHost *b = mamuto_cluster_get_host(cluster, i);

        if (strcmp(mamuto_host_get_name(a), mamuto_host_get_name(b)) != 0 ||
            mamuto_host_get_cores(a) != mamuto_host_get_cores(b))
            return FALSE;
    }
    return TRUE;
}

/* Writes @value to the file. If @value is NULL, a key in [parameters] gets an empty value, because
 * Python programs expect the key to exist. In other sections the key is removed. */
static gboolean
write_text(Ini *ini, const char *section, const char *key, const char *value, GError **error)
{
    g_autofree char *old = NULL;

    /* If the file already has an equivalent value, its text is kept. For example, "None" is not
     * replaced by an empty value. */
    if (read_text(ini, section, key, &old, NULL) && g_strcmp0(old, value) == 0)
        return TRUE;
    return ini_set(ini, section, key, value || strcmp(section, PARAMETERS) != 0 ? value : "",
                   error);
}

static gboolean
write_number(Ini *ini, const char *section, const char *key, int value, int unset, GError **error)
{
    gboolean keep = value != unset || strcmp(section, PARAMETERS) == 0;
    g_autofree char *text = keep ? g_strdup_printf("%d", value) : NULL;
    int old;

    if (read_number(ini, section, key, G_MININT + 1, G_MAXINT, unset, &old, NULL) && old == value)
        return TRUE;
    return ini_set(ini, section, key, text, error);
}

/* Writes a host's section. A host without settings of its own gets no new section. */
static gboolean
write_host_section(Ini *ini, MamutoHost *host, GError **error)
{
    const char *name = mamuto_host_get_name(host);
    g_autofree char *section = section_of(name);
    g_autoptr(MamutoHost) plain = mamuto_host_new(name, 0, error);
    gboolean old = TRUE;
    gboolean enabled = mamuto_host_get_enabled(host);
    const char *user = mamuto_host_get_user(host);
    guint port = mamuto_host_get_port(host);
    int cores = (int)mamuto_host_get_cores(host);

    if (!plain)
        return FALSE;
    /* A user or port that is part of the name is not written as a separate setting. */
    if (g_strcmp0(user, mamuto_host_get_user(plain)) == 0)
        user = NULL;
    if (port == mamuto_host_get_port(plain))
        port = 0;
    if ((!read_boolean(ini, section, "enabled", &old, NULL) || old != enabled) &&
        !ini_set(ini, section, "enabled", enabled ? "yes" : "no", error))
        return FALSE;
    /* The number of cores is part of "hosts" in [parameters]. The key "cores" in the host's section
     * is only updated, never added. */
    if (!write_number(ini, section, "cores", ini_has_key(ini, section, "cores") ? cores : -1, -1,
                      error))
        return FALSE;
    return write_text(ini, section, "user", user, error) &&
           write_number(ini, section, "port", (int)port, 0, error) &&
           write_text(ini, section, "python", mamuto_host_get_python(host), error) &&
           write_text(ini, section, "workdir", mamuto_host_get_workdir(host), error) &&
           write_number(ini, section, "nice", mamuto_host_get_nice(host), MAMUTO_NICE_UNSET, error);
}

/* Removes the section of each host in @old (the hosts in the file) whose name is not in @names (the
 * names in the cluster). */
static void
remove_old_sections(Ini *ini, GPtrArray *old, GHashTable *names)
{
    for (guint i = 0; old && i < old->len; i++) {
        const char *name = mamuto_host_get_name(g_ptr_array_index(old, i));
        g_autofree char *section = section_of(name);

        if (!g_hash_table_contains(names, name))
            ini_remove_section(ini, section);
    }
}

static void
rename_sections(Ini *ini, MamutoCluster *cluster, GHashTable *names)
{
    for (guint i = 0; i < mamuto_cluster_get_n_hosts(cluster); i++) {
        MamutoHost *host = mamuto_cluster_get_host(cluster, i);
        const char *old = g_hash_table_lookup(names, host);
        g_autofree char *from = old ? section_of(old) : NULL;
        g_autofree char *to = section_of(mamuto_host_get_name(host));

        if (from && strcmp(from, to) != 0)
            ini_rename_section(ini, from, to);
    }
}

gboolean
cluster_file_write(Ini *ini, MamutoCluster *cluster, GHashTable *names, GError **error)
{
    g_autoptr(GPtrArray) old = read_hosts(ini, NULL);
    g_autoptr(GHashTable) now = g_hash_table_new(g_str_hash, g_str_equal);
    guint n = mamuto_cluster_get_n_hosts(cluster);
    gboolean fresh = !ini_has_section(ini, PARAMETERS);

    if (n > MAMUTO_CLUSTER_MAX_HOSTS) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%u, more than the limit of %d in one cluster"), n, MAMUTO_CLUSTER_MAX_HOSTS);
        g_prefix_error(error, "hosts: ");
        return FALSE;
    }
    for (guint i = 0; i < n; i++) {
        const char *name = mamuto_host_get_name(mamuto_cluster_get_host(cluster, i));

        if (!g_hash_table_add(now, (gpointer)name)) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                        _("“%s” is listed twice; list each host only once"), name);
            g_prefix_error(error, "hosts: ");
            return FALSE;
        }
    }
    rename_sections(ini, cluster, names);
    remove_old_sections(ini, old, now);
    if (!same_hosts(old, cluster)) {
        g_autofree char *json = hosts_to_json(cluster);

        if (!ini_set(ini, PARAMETERS, "hosts", json, error))
            return FALSE;
    }
    /* A new file contains all keys, because Python programs expect the keys to exist. */
    if (fresh && !(ini_set(ini, PARAMETERS, "workdir", "", error) &&
                   ini_set(ini, PARAMETERS, "python", "", error) &&
                   ini_set(ini, PARAMETERS, "nice", "0", error)))
        return FALSE;
    if (!write_text(ini, PARAMETERS, "workdir", mamuto_cluster_get_workdir(cluster), error) ||
        !write_text(ini, PARAMETERS, "python", mamuto_cluster_get_python(cluster), error) ||
        !write_number(ini, PARAMETERS, "nice", mamuto_cluster_get_nice(cluster), 0, error))
        return FALSE;
    for (guint i = 0; i < n; i++)
        if (!write_host_section(ini, mamuto_cluster_get_host(cluster, i), error))
            return FALSE;
    return TRUE;
}
