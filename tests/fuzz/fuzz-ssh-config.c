/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads any bytes as ssh's configuration. A line end at the end of the file must not change
 * anything. The commands of the file (Match exec) are not executed, and no other file is included:
 * the functions for this are replaced at link time (option --wrap). */
#include <glob.h>
#include <sys/stat.h>

#include "fuzz-folder.h"
#include "fuzz.h"
#include "ssh-private.h"

static guint n_spawned;

gboolean __wrap_g_spawn_sync(const char *folder, char **argv, char **envp, GSpawnFlags flags,
                             GSpawnChildSetupFunc setup, gpointer data, char **out, char **err,
                             int *status, GError **error);
int __wrap_glob(const char *pattern, int flags, int (*failed)(const char *, int), glob_t *found);

/* Every second command succeeds. */
gboolean
__wrap_g_spawn_sync(const char *folder, char **argv, char **envp, GSpawnFlags flags,
                    GSpawnChildSetupFunc setup, gpointer data, char **out, char **err, int *status,
                    GError **error)
{
    if (status != NULL)
        *status = n_spawned % 2 == 0 ? 0 : 256;
    n_spawned++;
    return TRUE;
}

int
__wrap_glob(const char *pattern, int flags, int (*failed)(const char *, int), glob_t *found)
{
    return GLOB_NOMATCH;
}

static void
add(GString *out, const char *text)
{
    g_string_append(out, text != NULL ? text : "(none)");
    g_string_append_c(out, '\n');
}

/* Appends the settings of the configuration, or the error, to @out. */
static void
describe(const char *path, GString *out)
{
    const char *files[] = {path, NULL};
    g_autoptr(SshConfig) config = NULL;
    g_autoptr(GPtrArray) known = NULL;
    g_autofree char *algorithms = NULL;
    GError *error = NULL;

    n_spawned = 0;
    config = ssh_config_load_files("rem1", NULL, 0, files, &error);
    if (error != NULL)
        add(out, error->message);
    fuzz_check_error(config, error);
    if (config == NULL)
        return;
    FUZZ_ASSERT(config->port > 0 && config->port <= 65535 && config->host != NULL);
    add(out, config->host);
    add(out, config->user);
    add(out, config->host_key_alias);
    add(out, config->strict_host_keys);
    add(out, config->proxy_command);
    add(out, config->revoked_host_keys);
    add(out, config->known_hosts_command);
    g_string_append_printf(out, "%u %u\n", config->port,
                           ssh_config_number(config->connect_timeout, 3));
    for (guint i = 0; i < config->identities->len; i++) {
        g_autofree char *expanded = ssh_config_expand(config, config->identities->pdata[i]);

        add(out, expanded);
    }
    if (config->user_known_hosts != NULL) {
        known = ssh_config_list_files(config, config->user_known_hosts);
        for (guint i = 0; i < known->len; i++)
            add(out, known->pdata[i]);
    }
    algorithms = ssh_config_remove(config->host_key_algorithms, "ssh-ed25519,ssh-rsa");
    add(out, algorithms);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *path = fuzz_folder_put("config", data, size);
    g_autofree char *longer = g_malloc(size + 1);
    g_autoptr(GString) first = g_string_new(NULL), second = g_string_new(NULL);

    n_spawned = 0;
    g_spawn_sync(NULL, (char *[]){(char *)"/bin/true", NULL}, NULL, 0, NULL, NULL, NULL, NULL, NULL,
                 NULL);
    FUZZ_ASSERT(n_spawned == 1); /* the function was replaced */
    describe(path, first);
    memcpy(longer, data, size);
    longer[size] = '\n';
    g_free(fuzz_folder_put("config", longer, size + 1));
    describe(path, second);
    FUZZ_ASSERT(memchr(data, 0, size) != NULL || g_string_equal(first, second));
    return 0;
}
