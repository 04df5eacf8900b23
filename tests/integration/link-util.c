/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See link-util.h. */
#include "link-util.h"

#include <string.h>

/* Maximum waiting time for a step of a test. A step needs only a few ms, unless the test hangs. */
#define DEADLINE_MS 30000

static LinkEvents
wait_for(Link *link, LinkEvents events)
{
    LinkEvents possible = link_wait(link, events, DEADLINE_MS);

    g_assert_cmpint(possible, !=, 0);
    return possible;
}

void
write_all(Link *link, const void *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    const char *p = data;

    while (size > 0) {
        gssize n;

        wait_for(link, LINK_WRITABLE);
        n = link_write(link, p, size, NULL, 0, &error);
        g_assert_no_error(error);
        p += n;
        size -= n;
    }
}

void
read_all(Link *link, void *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    char *p = data;

    while (size > 0) {
        gssize n;

        wait_for(link, LINK_READABLE);
        n = link_read(link, p, size, NULL, NULL, &error);
        g_assert_no_error(error);
        p += n;
        size -= n;
    }
}

void
expect_text(Link *link, const char *text)
{
    g_autofree char *got = g_malloc0(strlen(text) + 1);

    read_all(link, got, strlen(text));
    g_assert_cmpstr(got, ==, text);
}

void
expect_lost(Link *link, const char *message)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *formatted = NULL;
    char buffer[4096];
    gssize n;

    do {
        wait_for(link, LINK_READABLE);
        n = link_read(link, buffer, sizeof buffer, NULL, NULL, &error);
    } while (n >= 0);
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LOST);
    formatted = mamuto_error_format(error);
    if (!g_pattern_match_simple(message, formatted))
        g_assert_cmpstr(formatted, ==, message);

    /* After an error, each further call must report the same error. */
    g_clear_error(&error);
    g_assert_cmpint(link_wait(link, LINK_READABLE | LINK_WRITABLE, DEADLINE_MS), !=, 0);
    g_assert_cmpint(link_read(link, buffer, 1, NULL, NULL, &error), ==, -1);
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LOST);
    g_clear_error(&error);
    g_assert_cmpint(link_write(link, buffer, 1, NULL, 0, &error), ==, -1);
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LOST);
}

void
command(Link *link, int what, guint64 number)
{
    char message[16] = "command";

    message[7] = (char)what;
    memcpy(message + 8, &number, sizeof number);
    write_all(link, message, sizeof message);
}

guint64
ask_pid(Link *link)
{
    guint64 pid;

    command(link, COMMAND_PID, 0);
    read_all(link, &pid, sizeof pid);
    return pid;
}

/* Returns the number at index @i of the sent data. The receiver computes the same number and
 * compares it with the received number. */
static guint32
word(guint32 seed, gsize i)
{
    return (guint32)((i + seed) * 2654435761u) ^ (guint32)(i >> 7);
}

void
exchange(Link *link, gsize size, guint32 seed)
{
    const gsize block = 64 << 10;
    g_autofree guint32 *out = g_malloc(block * 4), *in = g_malloc(link_get_read_size(link) + 4);
    gsize n_words = size / 4, sent = 0, back = 0, filled = 0, used = 0, held = 0;
    g_autoptr(GError) error = NULL;

    while (back < n_words) {
        LinkEvents possible = wait_for(link, LINK_READABLE | (sent < n_words ? LINK_WRITABLE : 0));
        gssize n;

        if (possible & LINK_WRITABLE) {
            if (used == filled) {
                filled = MIN(block, n_words - sent) * 4;
                used = 0;
                for (gsize i = 0; i < filled / 4; i++)
                    /* Each word contains the byte 0xff, so the data cannot contain the text
                     * "command". The program stand-in-agent would execute this text. */
                    out[i] = word(seed, sent + i) | 0xff;
            }
            n = link_write(link, (char *)out + used, filled - used, NULL, 0, &error);
            g_assert_no_error(error);
            used += n;
            if (used == filled)
                sent += filled / 4;
        }
        if (possible & LINK_READABLE) {
            n = link_read(link, (char *)in + held, link_get_read_size(link), NULL, NULL, &error);
            g_assert_no_error(error);
            held += n;
            for (gsize i = 0; i < held / 4; i++, back++)
                if (in[i] != (word(seed, back) | 0xff))
                    g_error("word %" G_GSIZE_FORMAT " of the answer is wrong", back);
            memmove(in, (char *)in + held / 4 * 4, held % 4);
            held %= 4;
        }
    }
    g_assert_cmpuint(back, ==, n_words);
    g_assert_cmpuint(held, ==, 0);
}
