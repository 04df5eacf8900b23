/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See json-keys.h. */
#include "json-keys.h"

#include <cjson/cJSON.h>

gboolean
json_collect_keys(const char *text, GHashTable *seen, GStrvBuilder *keys)
{
    cJSON *value = cJSON_Parse(text);
    gboolean parsed = value != NULL;
    const cJSON *item = value && cJSON_IsObject(value) ? value->child : NULL;

    for (; item != NULL; item = item->next)
        if (g_hash_table_add(seen, g_strdup(item->string)))
            g_strv_builder_add(keys, item->string);
    cJSON_Delete(value);
    return parsed;
}
