/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Which Python: the configured one, else the first of PATH's python3 and /usr/bin/python3 that
 * imports numpy (the runner tells whether it does). */
#include "agent.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *
find_in_path(const char *name)
{
    const char *path = getenv("PATH");
    if (path == NULL || path[0] == '\0')
        path = "/usr/local/bin:/usr/bin:/bin";
    while (*path != '\0') {
        size_t n = strcspn(path, ":");
        char *found = xprintf("%.*s/%s", (int)n, path, name);
        if (n > 0 && access(found, X_OK) == 0)
            return found;
        free(found);
        path += n + (path[n] == ':');
    }
    return NULL;
}

char *
python_candidate(struct agent *a, uint32_t number)
{
    if (a->python[0] != '\0') {
        char *path =
            strchr(a->python, '/') != NULL ? expand_home(a->python) : find_in_path(a->python);
        if (number == 0 && path != NULL && access(path, X_OK) == 0)
            return path;
        free(path);
        return NULL;
    }
    static const char standard[] = "/usr/bin/python3";
    char *all[3], *chosen = NULL;
    uint32_t n = 0;
    all[0] = a->python_found != NULL ? xprintf("%s", a->python_found) : NULL;
    all[1] = find_in_path("python3");
    all[2] = access(standard, X_OK) == 0 ? xprintf("%s", standard) : NULL;
    for (int i = 0; i < 3; i++) {
        bool again = all[i] == NULL;
        for (int k = 0; k < i && !again; k++)
            again = all[k] != NULL && strcmp(all[i], all[k]) == 0;
        if (!again && n++ == number)
            chosen = xprintf("%s", all[i]);
    }
    for (int i = 0; i < 3; i++)
        free(all[i]);
    return chosen;
}
