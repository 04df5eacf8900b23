/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One host of a cluster: where it is, how many of its cores to use, and what it has of its own.
 * A setting that is not set (%NULL, 0 or %MAMUTO_NICE_UNSET) is the cluster's. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define MAMUTO_NICE_UNSET G_MININT
/**
 * MAMUTO_HOST_MAX_CORES:
 *
 * more in one host is taken for a mistake
 */
#define MAMUTO_HOST_MAX_CORES 4096
/**
 * MAMUTO_CLUSTER_MAX_HOSTS:
 *
 * more hosts in one cluster are taken for a mistake
 */
#define MAMUTO_CLUSTER_MAX_HOSTS 10000

#define MAMUTO_TYPE_HOST (mamuto_host_get_type())
G_DECLARE_FINAL_TYPE(MamutoHost, mamuto_host, MAMUTO, HOST, GObject)

/* @name: "host", "user@host", "host:port", "user@host:port", "[::1]", "[::1]:port" or "localhost".
 * @cores: how many to use; 0 means all that the host has, found out when it is connected to.
 * Properties, all notified and, but for name, writable: name, cores, enabled, user, port, python,
 * workdir, nice. */
MamutoHost *mamuto_host_new(const char *name, guint cores, GError **error);
/* Whether @value will do for the property "name", "user", "python" or "workdir". The setters take
 * nothing else, so that what comes from a person is to be checked with this first. */
gboolean mamuto_host_check(const char *property, const char *value, GError **error);

const char *mamuto_host_get_name(MamutoHost *self);
/* 0: all that the host has. */
guint mamuto_host_get_cores(MamutoHost *self);
gboolean mamuto_host_get_enabled(MamutoHost *self);
/* The name to connect to: @name without user and port, an IPv6 address without its brackets. */
const char *mamuto_host_get_address(MamutoHost *self);
/* (nullable): the one set, else the one of @name. */
const char *mamuto_host_get_user(MamutoHost *self);
/* The one set, else the one of @name, else 0. */
guint mamuto_host_get_port(MamutoHost *self);
const char *mamuto_host_get_python(MamutoHost *self);
const char *mamuto_host_get_workdir(MamutoHost *self);
int mamuto_host_get_nice(MamutoHost *self);
/* This computer: "localhost" without user or port. */
gboolean mamuto_host_is_local(MamutoHost *self);

gboolean mamuto_host_set_name(MamutoHost *self, const char *name, GError **error);
void mamuto_host_set_cores(MamutoHost *self, guint cores);
void mamuto_host_set_enabled(MamutoHost *self, gboolean enabled);
void mamuto_host_set_user(MamutoHost *self, const char *user);
void mamuto_host_set_port(MamutoHost *self, guint port);
void mamuto_host_set_python(MamutoHost *self, const char *python);
void mamuto_host_set_workdir(MamutoHost *self, const char *workdir);
void mamuto_host_set_nice(MamutoHost *self, int nice);

G_END_DECLS
