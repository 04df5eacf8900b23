/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The table of runners. Finds a runner by its name. */
#include "runner-table.h"

#include <string.h>

static const struct runner *const runners[N_RUNNERS] = {
    [NUMBER_OF_PYTHON] = &python_runner,
};

const struct runner *
runner_find(struct wire_str name)
{
    for (int i = 0; i < N_RUNNERS; i++)
        if (strlen(runners[i]->name) == name.len &&
            memcmp(runners[i]->name, name.data, name.len) == 0)
            return runners[i];
    return NULL;
}
