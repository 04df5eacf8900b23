/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The output of user code during a run, as a list of the newest lines that pass a filter. The list
 * is updated at most ten times per second, independent of the number of new lines. */
#pragma once

#include <gio/gio.h>
#include <mamuto.h>

#define MAMUTO_TYPE_LOG_LINE (mamuto_log_line_get_type())
G_DECLARE_FINAL_TYPE(MamutoLogLine, mamuto_log_line, MAMUTO, LOG_LINE, GObject)
const char *mamuto_log_line_get_text(MamutoLogLine *self);
guint mamuto_log_line_get_host(MamutoLogLine *self);
/* 1: standard output, 2: standard error. */
guint mamuto_log_line_get_stream(MamutoLogLine *self);
/* Time of the output, in seconds since the run began. */
double mamuto_log_line_get_time(MamutoLogLine *self);

#define MAMUTO_TYPE_LOG_MODEL (mamuto_log_model_get_type())
/* A GListModel of MamutoLogLine. Signal "changed" (): the number of lines or of dropped lines may
 * have changed. */
G_DECLARE_FINAL_TYPE(MamutoLogModel, mamuto_log_model, MAMUTO, LOG_MODEL, GObject)

/* @max_lines: number of lines to keep; 0: the default, 100,000. */
MamutoLogModel *mamuto_log_model_new(guint max_lines);
/* Adds output. @text: one or several lines; the last line may lack a newline. Control characters
 * are replaced by visible characters. */
void mamuto_log_model_add(MamutoLogModel *self, guint host, guint stream, double time,
                          const char *text);
/* Shows new lines in the list immediately, without waiting for the next timed update. */
void mamuto_log_model_flush(MamutoLogModel *self);
void mamuto_log_model_clear(MamutoLogModel *self);
/* @host: the host whose lines are shown; -1: all hosts. @text: (nullable): the text that the shown
 * lines contain, ignoring case; NULL: all lines. */
void mamuto_log_model_filter(MamutoLogModel *self, int host, const char *text);
guint mamuto_log_model_get_n_lines(MamutoLogModel *self);
guint64 mamuto_log_model_get_n_dropped(MamutoLogModel *self);
