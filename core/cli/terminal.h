/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Size, cursor and echo of the terminal. The cursor and the echo are restored whenever the program
 * exits or is stopped. Only one terminal is supported. */
#pragma once

#include <glib.h>

/* Installs handlers that restore the cursor and the echo at exit, at Ctrl-Z (stop) and at Ctrl-\
 * (quit). */
void terminal_init(void);
/* Whether @fd is a terminal that supports moving the cursor. */
gboolean terminal_can_redraw(int fd);
gboolean terminal_is_utf8(void);
gboolean terminal_has_colour(int fd); /* FALSE if the environment variable NO_COLOR is set */
void terminal_get_size(int fd, guint *width, guint *height);
/* Returns FALSE while the shell runs the program in the background. */
gboolean terminal_is_foreground(int fd);

void terminal_hide_cursor(int fd);
void terminal_show_cursor(void);
gboolean terminal_set_echo(int fd, gboolean echo);
/* Restores the cursor and the echo. Can be called from any thread, but not in a signal handler. */
void terminal_restore(void);
/* Whether the program was stopped (Ctrl-Z) and continued since the last call of this function. The
 * caller must then redraw, because other programs may have changed the screen. */
gboolean terminal_was_continued(void);
/* Makes terminal_was_resized() notice changes of the size. */
void terminal_watch_size(void);
/* Whether the terminal's size has changed since the last call of this function. */
gboolean terminal_was_resized(void);

/* Tells terminal_write() that a signal has interrupted the program, so that it does not wait for
 * long. Can be called from any thread. */
void terminal_interrupt(void);
/* Writes @text, if possible with one call of write(). Waits until the reader of @fd takes it, for
 * example while the user has suspended the terminal with Ctrl-S. After terminal_interrupt(), it
 * waits only for a moment, so that the program can end. On an error and after this moment, the rest
 * of the text is lost. */
void terminal_write(int fd, const char *text, gsize size);
