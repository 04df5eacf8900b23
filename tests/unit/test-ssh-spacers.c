/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests that strings of libssh move away from a distance at which copying is slow: allocates and
 * frees memory in the order of libssh, which handles a message between two calls. */
#include <stdlib.h>

#include "ssh-private.h"

#define LENGTH (32u << 10)

static void
test_neighbours(void)
{
    SshSpacers spacers = {0};
    gpointer packet = calloc(2, LENGTH), string = g_malloc(LENGTH + 8), buffer = calloc(2, LENGTH);

    g_free(string);
    for (guint i = 0; i <= G_N_ELEMENTS(spacers.blocks) && spacers.checked == NULL; i++)
        ssh_spacers_check(&spacers, buffer, LENGTH);
    /* An allocator may find no such place. Then the check must end. */
    g_assert_true(spacers.checked == buffer || spacers.n == G_N_ELEMENTS(spacers.blocks));
    string = g_malloc(LENGTH + 8);
    if (spacers.checked == buffer)
        g_assert_cmpuint(((gsize)buffer - (gsize)string) % 4096, >=, 32);
    g_free(string);
    ssh_spacers_clear(&spacers);
    free(packet);
    free(buffer);
}

static void
test_small_messages(void)
{
    SshSpacers spacers = {0};
    gpointer buffer = calloc(1, LENGTH);

    ssh_spacers_check(&spacers, buffer, 100);
    g_assert_cmpuint(spacers.n, ==, 0);
    free(buffer);
}

/* The check must not allocate a block for each message. */
static void
test_many_messages(void)
{
    SshSpacers spacers = {0};
    gpointer buffer = calloc(2, LENGTH);
    guint n;

    for (guint i = 0; i < 20; i++)
        ssh_spacers_check(&spacers, buffer, LENGTH);
    n = spacers.n;
    g_assert_cmpuint(n, >=, 1);
    for (guint i = 0; i < 1000; i++)
        ssh_spacers_check(&spacers, buffer, LENGTH);
    g_assert_cmpuint(spacers.n, ==, n);
    ssh_spacers_clear(&spacers);
    free(buffer);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ssh-spacers/neighbours", test_neighbours);
    g_test_add_func("/ssh-spacers/small-messages", test_small_messages);
    g_test_add_func("/ssh-spacers/many-messages", test_many_messages);
    return g_test_run();
}
