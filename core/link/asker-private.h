/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Functions with which a connection asks the user a question and waits for the answer. */
#pragma once

#include <gio/gio.h>

#include "mamuto-asker.h"

G_BEGIN_DECLS

/* The contents of a question. The strings are copied. Only kind, host, target and prompt are
 * required. */
typedef struct {
    MamutoQuestionKind kind;
    const char *host;
    const char *target;
    const char *prompt;
    const char *server_text;
    gboolean echo;
    guint attempt;
    const char *key_type;
    const char *fingerprint;
    const char *file;
} AskerQuestion;

/* Ask the user a question, and block until it is answered or @cancellable is cancelled. Return
 * NULL or FALSE without @error if the user declined. The main context of the asker shows the
 * question, so the thread of that main context must not call these functions. */
char *asker_ask_text(MamutoAsker *self, const AskerQuestion *question, GCancellable *cancellable,
                     GError **error);
gboolean asker_ask_accept(MamutoAsker *self, const AskerQuestion *question,
                          GCancellable *cancellable, GError **error);

/* Overwrites a secret in memory, then frees it. */
void asker_wipe(char *secret);

typedef char Secret;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Secret, asker_wipe)

G_END_DECLS
