/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The terminal as a device: its size, its cursor and its echo, which are put back however the
 * program ends or is stopped. One terminal a process. */
#pragma once

#include <glib.h>

/* Installs what puts the terminal back at exit, at Ctrl-Z and at Ctrl-\. */
void terminal_init(void);
/* Whether a display that redraws itself makes sense there. */
gboolean terminal_can_redraw(int fd);
gboolean terminal_is_utf8(void);
gboolean terminal_has_colour(int fd); /* NO_COLOR is honoured */
void terminal_get_size(int fd, guint *width, guint *height);
/* FALSE while the program is in the background of its terminal. */
gboolean terminal_is_foreground(int fd);

void terminal_hide_cursor(int fd);
void terminal_show_cursor(void);
gboolean terminal_set_echo(int fd, gboolean echo);
/* Puts everything back; signal-safe. */
void terminal_restore(void);
/* Whether the program was stopped and continued since the last call: what stood on the screen may
 * be gone. */
gboolean terminal_was_continued(void);

/* All of @text, in as few writes as possible; what cannot be written is dropped. */
void terminal_write(int fd, const char *text, gsize size);
