/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What user code printed during a run, as a list: the newest lines, those that a filter lets
 * through. Lines are told of a few times a second, however many come. */
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
/* A GListModel of MamutoLogLine. Signal "changed" (): other counts. */
G_DECLARE_FINAL_TYPE(MamutoLogModel, mamuto_log_model, MAMUTO, LOG_MODEL, GObject)

/* @max_lines: 0: 100,000. */
MamutoLogModel *mamuto_log_model_new(guint max_lines);
/* @text: whole lines; control characters are made visible. */
void mamuto_log_model_add(MamutoLogModel *self, guint host, guint stream, double time,
                          const char *text);
/* Tells of what was added at once. */
void mamuto_log_model_flush(MamutoLogModel *self);
void mamuto_log_model_clear(MamutoLogModel *self);
/* @host: -1: all; @text: (nullable): what lines must hold, whatever its case. */
void mamuto_log_model_filter(MamutoLogModel *self, int host, const char *text);
guint mamuto_log_model_get_n_lines(MamutoLogModel *self);
guint64 mamuto_log_model_get_n_dropped(MamutoLogModel *self);
