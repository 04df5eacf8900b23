/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Parses and validates host names and host settings. Programs pass these values to ssh and print
 * them to terminals. Therefore only characters without a special meaning to ssh or a terminal
 * are accepted. */
#include "host-name.h"

#include <arpa/inet.h>
#include <glib/gi18n-lib.h>
#include <limits.h>
#include <string.h>

#include "integer.h"
#include "mamuto-error.h"
#include "quote.h"

/* Maximum length of a DNS name in bytes. */
#define MAX_NAME 255

void
host_name_clear(HostName *self)
{
    g_clear_pointer(&self->user, g_free);
    g_clear_pointer(&self->address, g_free);
    self->port = 0;
}

gboolean
host_parse_number(const char *text, gint64 min, gint64 max, gint64 *value)
{
    return integer_parse_signed(text, min, max, value);
}

/* Returns whether @text consists of letters, digits and the characters in @others. Text that begins
 * with "." is rejected. Text that begins with "-" is rejected, because ssh would parse it as an
 * option. */
static gboolean
is_word(const char *text, const char *others)
{
    if (!*text || *text == '-' || *text == '.' || strlen(text) > MAX_NAME ||
        !g_utf8_validate(text, -1, NULL))
        return FALSE;
    for (; *text; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);

        if (!g_unichar_isalnum(c) && (c >= 0x80 || !strchr(others, (char)c)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_user(const char *text)
{
    return is_word(text, "._-+$\\@");
}

/* Returns whether @text is an IPv6 address ("::1"). The name of a network interface may follow
 * ("fe80::1%eth0"). */
static gboolean
is_ipv6(const char *text)
{
    const char *zone = strchr(text, '%');
    g_autofree char *address = zone ? g_strndup(text, zone - text) : g_strdup(text);
    struct in6_addr parsed;

    return inet_pton(AF_INET6, address, &parsed) == 1 && (!zone || is_word(zone + 1, "._-"));
}

static gboolean
fail(const char *text, GError **error, const char *why)
{
    g_autofree char *shown = quote_start(text, strlen(text), QUOTE_SHOWN_NAME);

    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                _("host “%s”: %s; expected HOST, USER@HOST, HOST:PORT or USER@HOST:PORT"), shown,
                why);
    return FALSE;
}

static gboolean
parse_port(const char *text, const char *port, HostName *name, GError **error)
{
    gint64 value;

    if (!host_parse_number(port, 1, 65535, &value))
        return fail(text, error, _("its port is not a number from 1 to 65535"));
    name->port = (guint)value;
    return TRUE;
}

gboolean
host_name_parse(const char *text, HostName *name, GError **error)
{
    g_auto(HostName) found = {0};
    const char *at = strrchr(text, '@');
    const char *host = at ? at + 1 : text;
    const char *colon = strrchr(host, ':');

    if (!*text)
        return fail(text, error, _("is empty"));
    if (at) {
        found.user = g_strndup(text, at - text);
        if (!is_user(found.user))
            return fail(text, error, _("its user is not a valid user name"));
    }
    if (*host == '[') {
        const char *close = strchr(host, ']');

        if (close)
            found.address = g_strndup(host + 1, close - host - 1);
        if (!close || !is_ipv6(found.address) || (close[1] && close[1] != ':'))
            return fail(text, error, _("the text in brackets is not an IPv6 address"));
        colon = close[1] ? close + 1 : NULL;
    } else {
        if (colon && strchr(host, ':') != colon)
            return fail(text, error,
                        _("more than one colon; write a port and cores as HOST:PORT*CORES, and an "
                          "IPv6 address in brackets, [::1]"));
        found.address = colon ? g_strndup(host, colon - host) : g_strdup(host);
        if (!is_word(found.address, "._-+"))
            return fail(text, error, _("is not a valid host name"));
    }
    if (colon && !parse_port(text, colon + 1, &found, error))
        return FALSE;
    *name = found;
    memset(&found, 0, sizeof found);
    return TRUE;
}

/* Returns whether @text can be a command or a path. It must be one line of printable text without
 * white space at the ends. It must not begin with "-", because a program would parse it as an
 * option. */
static gboolean
is_path(const char *text)
{
    if (!*text || *text == '-' || strlen(text) >= PATH_MAX || !g_utf8_validate(text, -1, NULL))
        return FALSE;
    if (g_unichar_isspace(g_utf8_get_char(text)))
        return FALSE;
    for (; *text; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);
        const char *next = g_utf8_next_char(text);

        if (!g_unichar_isprint(c) || (!*next && g_unichar_isspace(c)))
            return FALSE;
    }
    return TRUE;
}

/* Returns whether @text is a path relative to the current folder. Such a path as the python of a
 * cluster file would run whatever lies in the folder in which the program or the host works. */
static gboolean
is_relative_path(const char *text)
{
    return strchr(text, '/') && *text != '/' && !g_str_has_prefix(text, "~/");
}

gboolean
host_check_value(const char *property, const char *value, GError **error)
{
    g_autofree char *shown = quote_start(value, strlen(value), QUOTE_SHOWN_NAME);

    if (strcmp(property, "name") == 0) {
        g_auto(HostName) name = {0};

        return host_name_parse(value, &name, error);
    }
    if (strcmp(property, "user") == 0) {
        if (is_user(value))
            return TRUE;
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("“%s” is not a valid user name"), shown);
        return FALSE;
    }
    if (strcmp(property, "python") == 0 && is_relative_path(value)) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("“%s” is a path relative to a folder that differs from host to host; "
                      "write a name such as python3, or a path that begins with “/” or “~/”"),
                    shown);
        return FALSE;
    }
    if (is_path(value))
        return TRUE;
    g_set_error(
        error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
        strcmp(property, "python") == 0
            ? _("“%s” is not a program's name or path: it must be one line of printable text, "
                "not begin with “-” and have no leading or trailing white space")
            : _("“%s” is not a folder: it must be one line of printable text, not begin with "
                "“-” and have no leading or trailing white space"),
        shown);
    return FALSE;
}
