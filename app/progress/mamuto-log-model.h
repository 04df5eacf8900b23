/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The output of user code during a run, as a list of the newest lines that pass a filter. Lines
 * appear in the list ten times a second at most, however many are added. */
#pragma once

#include <gio/gio.h>
#include <mamuto.h>

#define MAMUTO_TYPE_LOG_LINE (mamuto_log_line_get_type())
G_DECLARE_FINAL_TYPE(MamutoLogLine, mamuto_log_line, MAMUTO, LOG_LINE, GObject)
const char *mamuto_log_line_get_text(MamutoLogLine *self);
guint mamuto_log_line_get_host(MamutoLogLine *self);
/* 1: stdout, 2: stderr. */
guint mamuto_log_line_get_stream(MamutoLogLine *self);
/* Seconds since the run began. */
double mamuto_log_line_get_time(MamutoLogLine *self);

#define MAMUTO_TYPE_LOG_MODEL (mamuto_log_model_get_type())
/* A GListModel of MamutoLogLine. Signal "changed" (): the number of lines or of dropped lines may
 * have changed. */
G_DECLARE_FINAL_TYPE(MamutoLogModel, mamuto_log_model, MAMUTO, LOG_MODEL, GObject)

/* @max_lines: number of lines to keep; 0: 100,000. */
MamutoLogModel *mamuto_log_model_new(guint max_lines);
/* @text: lines, the last one with or without a newline; control characters are made visible. */
void mamuto_log_model_add(MamutoLogModel *self, guint host, guint stream, double time,
                          const char *text);
/* Makes added lines appear in the list immediately. */
void mamuto_log_model_flush(MamutoLogModel *self);
void mamuto_log_model_clear(MamutoLogModel *self);
/* @host: -1: all hosts; @text: (nullable): only lines that contain it, ignoring case. */
void mamuto_log_model_filter(MamutoLogModel *self, int host, const char *text);
guint mamuto_log_model_get_n_lines(MamutoLogModel *self);
guint64 mamuto_log_model_get_n_dropped(MamutoLogModel *self);
