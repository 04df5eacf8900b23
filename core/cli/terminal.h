/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The terminal device: size, cursor and echo. Cursor and echo are restored whenever the program
 * exits or is stopped. One terminal per process. */
#pragma once

#include <glib.h>

/* Installs handlers that restore the terminal at exit, at Ctrl-Z and at Ctrl-\. */
void terminal_init(void);
/* Whether @fd is a terminal that supports redrawing. */
gboolean terminal_can_redraw(int fd);
gboolean terminal_is_utf8(void);
gboolean terminal_has_colour(int fd); /* FALSE if NO_COLOR is set */
void terminal_get_size(int fd, guint *width, guint *height);
/* FALSE while the program is in the background of its terminal. */
gboolean terminal_is_foreground(int fd);

void terminal_hide_cursor(int fd);
void terminal_show_cursor(void);
gboolean terminal_set_echo(int fd, gboolean echo);
/* Restores cursor and echo. Any thread, but not in a signal handler. */
void terminal_restore(void);
/* Whether the program was stopped and continued since the last call: then the screen may have
 * changed. */
gboolean terminal_was_continued(void);

/* Writes all of @text with as few writes as possible. On an error the rest is dropped. */
void terminal_write(int fd, const char *text, gsize size);
