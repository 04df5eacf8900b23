/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The link to an agent at the far end of an ssh channel. */
#include "link-private.h"

Link *
ssh_link_open(const LinkOptions *options, GError **error)
{
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_CONNECT, "ssh is not available");
    return NULL;
}
