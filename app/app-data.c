/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See app-data.h. The functions first search the build folder of the program, then use the
 * installed files. */
#include "app-data.h"

/* (transfer full) (nullable): the path of the folder @name in the build folder; NULL if that folder
 * does not contain the file @must_hold. */
static char *
find_in_build(const char *name, const char *must_hold)
{
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = program ? g_path_get_dirname(program) : NULL;
    g_autofree char *top = folder ? g_path_get_dirname(folder) : NULL;
    g_autofree char *found = top ? g_build_filename(top, name, NULL) : NULL;
    g_autofree char *inside = found ? g_build_filename(found, must_hold, NULL) : NULL;

    return inside && g_file_test(inside, G_FILE_TEST_EXISTS) ? g_steal_pointer(&found) : NULL;
}

char *
app_data_find_examples(void)
{
    char *found = find_in_build("data/examples", "model.py");

    return found ? found : g_build_filename(MAMUTO_DATADIR, "mamuto", "examples", NULL);
}

char *
app_data_find_cli(void)
{
    g_autofree char *in_path = g_find_program_in_path("mamuto-cli");
    char *folder;

    if (in_path)
        return g_strdup("mamuto-cli");
    folder = find_in_build("core", "cli/mamuto-cli");
    if (folder) {
        g_autofree char *core = folder;

        return g_build_filename(core, "cli", "mamuto-cli", NULL);
    }
    return g_build_filename(MAMUTO_BINDIR, "mamuto-cli", NULL);
}

char *
app_data_find_locale(void)
{
    g_autofree char *data = find_in_build("data", "gschemas.compiled");
    char *found = data ? find_in_build("po", ".") : NULL;

    return found ? found : g_strdup(MAMUTO_LOCALEDIR);
}

GSettings *
app_data_get_settings(void)
{
    static GSettings *settings;
    g_autofree char *folder = find_in_build("data", "gschemas.compiled");
    g_autoptr(GSettingsSchemaSource) source = NULL;
    g_autoptr(GSettingsSchema) schema = NULL;

    if (settings)
        return settings;
    if (folder)
        source = g_settings_schema_source_new_from_directory(
            folder, g_settings_schema_source_get_default(), FALSE, NULL);
    if (source)
        schema = g_settings_schema_source_lookup(source, MAMUTO_APP_ID, TRUE);
    settings = schema ? g_settings_new_full(schema, NULL, NULL) : g_settings_new(MAMUTO_APP_ID);
    return settings;
}

static char *
make_folder(const char *parent)
{
    char *folder = g_build_filename(parent, "mamuto", NULL);

    /* ignore errors: writing a file into the folder will report them */
    g_mkdir_with_parents(folder, 0700);
    return folder;
}

char *
app_data_make_data_folder(void)
{
    return make_folder(g_get_user_data_dir());
}

char *
app_data_make_state_folder(void)
{
    return make_folder(g_get_user_state_dir());
}
