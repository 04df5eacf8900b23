/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The terminal: size, cursor and echo. Cursor and echo are restored whenever the program exits or
 * is stopped. A process uses at most one terminal. */
#pragma once

#include <glib.h>

/* Installs handlers that restore the terminal at exit, at Ctrl-Z and at Ctrl-\. */
void terminal_init(void);
/* Whether @fd is a terminal that supports moving the cursor. */
gboolean terminal_can_redraw(int fd);
gboolean terminal_is_utf8(void);
gboolean terminal_has_colour(int fd); /* FALSE if NO_COLOR is set */
void terminal_get_size(int fd, guint *width, guint *height);
/* Returns FALSE while the program is in the background of its terminal. */
gboolean terminal_is_foreground(int fd);

void terminal_hide_cursor(int fd);
void terminal_show_cursor(void);
gboolean terminal_set_echo(int fd, gboolean echo);
/* Restores cursor and echo. Any thread, but not a signal handler. */
void terminal_restore(void);
/* Whether the program was stopped and continued since the last call. The screen may have changed
 * meanwhile. */
gboolean terminal_was_continued(void);

/* Writes @text with as few calls of write() as possible. On an error the remaining text is dropped.
 */
void terminal_write(int fd, const char *text, gsize size);
