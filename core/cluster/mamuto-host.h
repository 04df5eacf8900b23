/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * MamutoHost: one host of a cluster, with its address, the number of cores to use and its own
 * settings. If python, workdir or nice is unset (NULL or MAMUTO_NICE_UNSET), the cluster's value
 * applies. If user or port is unset (NULL or 0), the value in the name or ssh's default applies.
 * The properties name, cores, enabled, user, port, python, workdir and nice notify changes. All
 * properties except name are writable. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define MAMUTO_NICE_UNSET G_MININT
/**
 * MAMUTO_HOST_MAX_CORES:
 *
 * The largest number of cores of one host. A larger number is rejected, because it is probably a
 * mistake.
 */
#define MAMUTO_HOST_MAX_CORES 4096
/**
 * MAMUTO_CLUSTER_MAX_HOSTS:
 *
 * The largest number of hosts of one cluster. A larger number is rejected, because it is probably a
 * mistake.
 */
#define MAMUTO_CLUSTER_MAX_HOSTS 10000

#define MAMUTO_TYPE_HOST (mamuto_host_get_type())
G_DECLARE_FINAL_TYPE(MamutoHost, mamuto_host, MAMUTO, HOST, GObject)

MamutoHost *mamuto_host_new(const char *name, guint cores, GError **error);
gboolean mamuto_host_check(const char *property, const char *value, GError **error);

const char *mamuto_host_get_name(MamutoHost *self);
guint mamuto_host_get_cores(MamutoHost *self);
gboolean mamuto_host_get_enabled(MamutoHost *self);
const char *mamuto_host_get_address(MamutoHost *self);
const char *mamuto_host_get_user(MamutoHost *self);
guint mamuto_host_get_port(MamutoHost *self);
const char *mamuto_host_get_python(MamutoHost *self);
const char *mamuto_host_get_workdir(MamutoHost *self);
int mamuto_host_get_nice(MamutoHost *self);
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
