/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads ssh's configuration files by the rules of ssh. If a keyword occurs several times, its
 * first value is used. Host and Match sections apply to the host name that the user wrote.
 * libssh can read these files, too, but its reader is not used. It compares the patterns of later
 * sections with the HostName instead of the name that the user wrote. It also ignores security
 * settings (HostKeyAlias, IdentitiesOnly, CertificateFile, additional known_hosts files). */
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glob.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "integer.h"
#include "quote.h"
#include "ssh-private.h"

#define MAX_DEPTH 16

typedef struct {
    SshConfig *config;
    const char *file;
    guint line;
    guint depth;
    gboolean active;
    GError **error;
} Reader;

static const struct {
    const char *keyword;
    gsize offset;
} texts[] = {
    {"hostname", offsetof(SshConfig, host)},
    {"user", offsetof(SshConfig, user)},
    {"addressfamily", offsetof(SshConfig, address_family)},
    {"bindaddress", offsetof(SshConfig, bind_address)},
    {"hostkeyalias", offsetof(SshConfig, host_key_alias)},
    {"stricthostkeychecking", offsetof(SshConfig, strict_host_keys)},
    {"hashknownhosts", offsetof(SshConfig, hash_known_hosts)},
    {"identitiesonly", offsetof(SshConfig, identities_only)},
    {"identityagent", offsetof(SshConfig, identity_agent)},
    {"pubkeyauthentication", offsetof(SshConfig, public_key)},
    {"passwordauthentication", offsetof(SshConfig, password)},
    {"kbdinteractiveauthentication", offsetof(SshConfig, keyboard)},
    {"challengeresponseauthentication", offsetof(SshConfig, keyboard)},
    {"batchmode", offsetof(SshConfig, batch)},
    {"connecttimeout", offsetof(SshConfig, connect_timeout)},
    {"numberofpasswordprompts", offsetof(SshConfig, password_prompts)},
    {"ciphers", offsetof(SshConfig, ciphers)},
    {"macs", offsetof(SshConfig, macs)},
    {"kexalgorithms", offsetof(SshConfig, key_exchanges)},
    {"hostkeyalgorithms", offsetof(SshConfig, host_key_algorithms)},
    {"pubkeyacceptedalgorithms", offsetof(SshConfig, key_algorithms)},
    {"pubkeyacceptedkeytypes", offsetof(SshConfig, key_algorithms)},
    {"requiredrsasize", offsetof(SshConfig, required_rsa_size)},
};

/* Keywords whose value extends to the end of the line, including spaces. */
static const struct {
    const char *keyword;
    gsize offset;
} lines[] = {
    {"proxycommand", offsetof(SshConfig, proxy_command)},
    {"proxyjump", offsetof(SshConfig, proxy_jump)},
    {"userknownhostsfile", offsetof(SshConfig, user_known_hosts)},
    {"globalknownhostsfile", offsetof(SshConfig, global_known_hosts)},
    {"revokedhostkeys", offsetof(SshConfig, revoked_host_keys)},
    {"knownhostscommand", offsetof(SshConfig, known_hosts_command)},
};

static gboolean read_file(Reader *parent, const char *path, gboolean system);

char *
ssh_config_own_file(const char *name)
{
    const char *home = g_getenv("HOME");

    return g_build_filename(home && *home ? home : g_get_home_dir(), ".ssh", name, NULL);
}

gboolean
ssh_config_flag(const char *value, gboolean otherwise)
{
    if (!value)
        return otherwise;
    return g_ascii_strcasecmp(value, "yes") == 0 || g_ascii_strcasecmp(value, "true") == 0;
}

guint
ssh_config_number(const char *value, guint otherwise)
{
    guint64 number;

    return value && integer_parse_unsigned(value, 0, 86400, &number) ? (guint)number : otherwise;
}

char *
ssh_config_remove(const char *option, const char *algorithms)
{
    g_auto(GStrv) list = g_strsplit(algorithms, ",", -1);
    g_autoptr(GStrvBuilder) kept = g_strv_builder_new();
    g_auto(GStrv) rest = NULL;

    if (!option || option[0] != '-')
        return g_strdup(algorithms);
    for (char **name = list; *name; name++)
        if (!ssh_patterns_match(option + 1, ",", *name))
            g_strv_builder_add(kept, *name);
    rest = g_strv_builder_end(kept);
    return g_strjoinv(",", rest);
}

static const char *
word(const SshConfig *self, char letter, char *buffer, gsize size)
{
    switch (letter) {
    case '%':
        return "%";
    case 'd':
        return g_getenv("HOME") ? g_getenv("HOME") : g_get_home_dir();
    case 'h':
        return self->host ? self->host : self->name;
    case 'k':
        return self->host_key_alias ? self->host_key_alias : self->name;
    case 'n':
        return self->name;
    case 'p':
        g_snprintf(buffer, size, "%u", self->port ? self->port : 22);
        return buffer;
    case 'r':
        return self->user ? self->user : g_get_user_name();
    case 'u':
        return g_get_user_name();
    case 'i':
        g_snprintf(buffer, size, "%u", (guint)getuid());
        return buffer;
    case 'l':
    case 'L':
        return g_get_host_name();
    default:
        return NULL;
    }
}

char *
ssh_config_expand(const SshConfig *self, const char *text)
{
    GString *out = g_string_new(NULL);
    char buffer[16];

    if (text[0] == '~' && (text[1] == '/' || text[1] == '\0')) {
        g_string_append(out, word(self, 'd', buffer, sizeof buffer));
        text++;
    }
    for (; *text; text++) {
        const char *end = g_str_has_prefix(text, "${") ? strchr(text, '}') : NULL;

        if (end) {
            g_autofree char *name = g_strndup(text + 2, end - text - 2);

            g_string_append(out, g_getenv(name) ? g_getenv(name) : "");
            text = end;
        } else if (text[0] == '%' && word(self, text[1], buffer, sizeof buffer)) {
            g_string_append(out, word(self, *++text, buffer, sizeof buffer));
        } else {
            g_string_append_c(out, *text);
        }
    }
    return g_string_free(out, FALSE);
}

/* Removes the next word from a line and returns it. Words are separated by spaces. If @keyword
 * is TRUE, the word is a keyword, and "=" may stand between it and the next word. A word in double
 * quotes may contain spaces. */
static char *
next_word(char **line, gboolean keyword)
{
    char *p = *line + strspn(*line, " \t\r"), *start, stop;

    if (*p == '\0' || *p == '#')
        return NULL;
    if (*p == '"') {
        start = ++p;
        p += strcspn(p, "\"");
    } else {
        start = p;
        p += strcspn(p, keyword ? " \t\r=" : " \t\r");
    }
    stop = *p;
    if (stop)
        *p++ = '\0';
    if (keyword && stop != '=') {
        p += strspn(p, " \t");
        if (*p == '=')
            p++;
    }
    *line = p;
    return start;
}

static gboolean
fail(Reader *self, const char *what, const char *value)
{
    g_autofree char *shown_what = quote_text(what), *shown = value ? quote_text(value) : NULL;

    g_set_error(self->error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, "%s:%u: %s: %s", self->file,
                self->line, shown_what, shown ? shown : _("nothing"));
    return FALSE;
}

static gboolean
command_succeeds(const SshConfig *config, const char *command)
{
    g_autofree char *expanded = ssh_config_expand(config, command);
    const char *argv[] = {"/bin/sh", "-c", expanded, NULL};
    LinkChild child = {0};
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    gboolean ended = null >= 0 && link_child_spawn(&child, argv[0], (char **)argv, null,
                                                   STDERR_FILENO, SIGKILL, NULL);

    while (ended && !link_child_wait(&child, 60 * 1000))
        ;
    if (null >= 0)
        close(null);
    return ended && child.known && g_spawn_check_wait_status(child.status, NULL);
}

static gboolean
match(Reader *self, char *line)
{
    const SshConfig *config = self->config;
    gboolean result = TRUE, any = FALSE;
    char *criterion;

    while ((criterion = next_word(&line, FALSE))) {
        gboolean negated = *criterion == '!', holds;
        char *argument;

        criterion += negated;
        any = TRUE;
        if (g_ascii_strcasecmp(criterion, "all") == 0) {
            holds = TRUE;
        } else if (g_ascii_strcasecmp(criterion, "canonical") == 0 ||
                   g_ascii_strcasecmp(criterion, "final") == 0) {
            /* These criteria hold only when the files are read a second time. This program reads
             * them only once. */
            holds = FALSE;
        } else if (!(argument = next_word(&line, FALSE))) {
            return fail(self, _("Match has no argument for"), criterion);
        } else if (g_ascii_strcasecmp(criterion, "host") == 0) {
            holds = ssh_patterns_match(argument, ",", config->host ? config->host : config->name);
        } else if (g_ascii_strcasecmp(criterion, "originalhost") == 0) {
            holds = ssh_patterns_match(argument, ",", config->name);
        } else if (g_ascii_strcasecmp(criterion, "user") == 0) {
            holds =
                ssh_patterns_match(argument, ",", config->user ? config->user : g_get_user_name());
        } else if (g_ascii_strcasecmp(criterion, "localuser") == 0) {
            holds = ssh_patterns_match(argument, ",", g_get_user_name());
        } else if (g_ascii_strcasecmp(criterion, "exec") == 0) {
            holds = result && command_succeeds(config, argument);
        } else {
            return fail(self, _("unknown Match criterion"), criterion);
        }
        result = result && holds != negated;
    }
    self->active = any && result;
    return any || fail(self, _("Match needs"), _("a criterion"));
}

static gboolean
include(Reader *self, char *line, gboolean system)
{
    char *name;
    gboolean ok = TRUE;

    if (self->depth >= MAX_DEPTH)
        return fail(self, _("too many files include each other; the last is"), self->file);
    while (ok && (name = next_word(&line, FALSE))) {
        g_autofree char *expanded = ssh_config_expand(self->config, name);
        g_autofree char *own = ssh_config_own_file(expanded);
        g_autofree char *path =
            g_path_is_absolute(expanded)
                ? g_strdup(expanded)
                : (system ? g_build_filename("/etc/ssh", expanded, NULL) : g_strdup(own));
        glob_t found;

        if (glob(path, 0, NULL, &found) == 0) {
            for (gsize i = 0; ok && i < found.gl_pathc; i++)
                ok = read_file(self, found.gl_pathv[i], system);
            globfree(&found);
        }
    }
    return ok;
}

static void
set_once(char **slot, const char *value)
{
    if (!*slot)
        *slot = g_strdup(value);
}

static gboolean
set_value(Reader *self, const char *keyword, char *line)
{
    char *rest = line + strspn(line, " \t"), *value;
    guint64 port;

    for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
        if (g_ascii_strcasecmp(keyword, lines[i].keyword) == 0) {
            g_strchomp(rest);
            if (!*rest)
                return fail(self, keyword, NULL);
            set_once(G_STRUCT_MEMBER_P(self->config, lines[i].offset), rest);
            /* ProxyCommand and ProxyJump exclude each other, so the keyword that is read first
             * disables the other one. */
            if (self->config->proxy_command && !self->config->proxy_jump)
                self->config->proxy_jump = g_strdup("none");
            if (self->config->proxy_jump && !self->config->proxy_command)
                self->config->proxy_command = g_strdup("none");
            return TRUE;
        }

    value = next_word(&line, FALSE);
    if (g_ascii_strcasecmp(keyword, "port") == 0) {
        if (!value || !integer_parse_unsigned(value, 1, 65535, &port))
            return fail(self, _("Port is not a number from 1 to 65535"), value);
        if (!self->config->port)
            self->config->port = (guint)port;
    } else if (g_ascii_strcasecmp(keyword, "identityfile") == 0 && value) {
        g_ptr_array_add(self->config->identities, g_strdup(value));
    } else if (g_ascii_strcasecmp(keyword, "certificatefile") == 0 && value) {
        g_ptr_array_add(self->config->certificates, g_strdup(value));
    }
    for (guint i = 0; value && i < G_N_ELEMENTS(texts); i++)
        if (g_ascii_strcasecmp(keyword, texts[i].keyword) == 0) {
            char **slot = G_STRUCT_MEMBER_P(self->config, texts[i].offset);
            g_autofree char *expanded = texts[i].offset == offsetof(SshConfig, host)
                                            ? ssh_config_expand(self->config, value)
                                            : g_strdup(value);

            set_once(slot, expanded);
        }
    return TRUE;
}

static gboolean
read_line(Reader *self, char *line, gboolean system)
{
    char *keyword = next_word(&line, TRUE);

    if (!keyword)
        return TRUE;
    if (g_ascii_strcasecmp(keyword, "host") == 0) {
        self->active = ssh_patterns_match(g_strchomp(line), " \t\"", self->config->name);
        return TRUE;
    }
    if (g_ascii_strcasecmp(keyword, "match") == 0)
        return match(self, line);
    if (!self->active)
        return TRUE;
    if (g_ascii_strcasecmp(keyword, "include") == 0)
        return include(self, line, system);
    return set_value(self, keyword, line);
}

/* Rejects a file that other users can change, because commands in the file are executed
 * (ProxyCommand, Match exec). */
static gboolean
is_safe(Reader *self)
{
    struct stat st;

    if (stat(self->file, &st) == 0 &&
        ((st.st_uid != 0 && st.st_uid != getuid()) || (st.st_mode & 022) != 0)) {
        g_set_error(
            self->error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
            _("%s belongs to another user or is writable by other users; run chmod go-w on it"),
            self->file);
        return FALSE;
    }
    return TRUE;
}

static gboolean
read_file(Reader *parent, const char *path, gboolean system)
{
    Reader self = *parent;
    g_auto(GStrv) all = NULL;

    self.file = path;
    self.depth = parent->depth + 1;
    if (!(all = ssh_read_lines(path, NULL)))
        return TRUE; /* a file that does not exist is not an error in ssh either */
    if (!is_safe(&self))
        return FALSE;
    for (guint i = 0; all[i]; i++) {
        self.line = i + 1;
        if (!read_line(&self, all[i], system))
            return FALSE;
    }
    return TRUE;
}

SshConfig *
ssh_config_load_files(const char *name, const char *user, guint port, const char **files,
                      GError **error)
{
    g_autoptr(SshConfig) self = g_new0(SshConfig, 1);

    self->name = g_strdup(name);
    self->user = g_strdup(user);
    self->port = port;
    self->identities = g_ptr_array_new_with_free_func(g_free);
    self->certificates = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; files[i]; i++) {
        Reader reader = {.config = self, .active = TRUE, .error = error};

        if (!read_file(&reader, files[i], i > 0))
            return NULL;
    }
    set_once(&self->user, g_get_user_name());
    set_once(&self->host, self->name);
    if (!self->port)
        self->port = 22;
    return g_steal_pointer(&self);
}

SshConfig *
ssh_config_load(const char *name, const char *user, guint port, GError **error)
{
    g_autofree char *own = ssh_config_own_file("config");
    const char *files[] = {own, "/etc/ssh/ssh_config", NULL};

    return ssh_config_load_files(name, user, port, files, error);
}

GPtrArray *
ssh_config_list_files(const SshConfig *self, const char *list)
{
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *copy = g_strdup(list);
    char *line = copy, *name;

    while ((name = next_word(&line, FALSE)))
        if (g_ascii_strcasecmp(name, "none") != 0)
            g_ptr_array_add(files, ssh_config_expand(self, name));
    return files;
}

void
ssh_config_free(SshConfig *self)
{
    if (!self)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_clear_pointer((char **)G_STRUCT_MEMBER_P(self, texts[i].offset), g_free);
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
        g_clear_pointer((char **)G_STRUCT_MEMBER_P(self, lines[i].offset), g_free);
    g_clear_pointer(&self->identities, g_ptr_array_unref);
    g_clear_pointer(&self->certificates, g_ptr_array_unref);
    g_free(self->name);
    g_free(self);
}
