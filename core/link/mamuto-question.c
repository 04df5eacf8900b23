/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * MamutoQuestion: a question that a program shows to the user. The program passes the answer to
 * the question. If the program frees an unanswered question, the question counts as declined. */
#include "question-private.h"

struct _MamutoQuestion {
    GObject parent_instance;
    MamutoAsker *asker;
    AskerEntry *entry; /* (owned): the entry of this question in the asker's queue */
    MamutoQuestionKind kind;
    char *host, *target, *prompt, *server_text, *key_type, *fingerprint, *file;
    gboolean echo;
    guint attempt;
};

/**
 * MamutoQuestion:
 *
 * A question that the user must answer before a host can be connected. The program answers, accepts
 * or declines the question once, in the thread in which the callback received it. If the program
 * releases the last reference to an unanswered question, the question is declined.
 */
G_DEFINE_FINAL_TYPE(MamutoQuestion, mamuto_question, G_TYPE_OBJECT)

static guint withdrawn;

static void
mamuto_question_finalize(GObject *object)
{
    MamutoQuestion *self = MAMUTO_QUESTION(object);

    if (self->entry) {
        asker_settle(self->asker, self->entry, ASKER_DECLINED, NULL);
        asker_entry_unref(self->entry);
    }
    g_clear_object(&self->asker);
    g_free(self->host);
    g_free(self->target);
    g_free(self->prompt);
    g_free(self->server_text);
    g_free(self->key_type);
    g_free(self->fingerprint);
    g_free(self->file);
    G_OBJECT_CLASS(mamuto_question_parent_class)->finalize(object);
}

static void
mamuto_question_class_init(MamutoQuestionClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_question_finalize;

    /**
     * MamutoQuestion::withdrawn:
     * @self: the question
     *
     * Emitted when the answer is no longer needed, because the connection was cancelled or lost.
     * Emitted in the main context of the asker, and only for a question that was passed to the
     * callback. A later answer has no effect.
     */
    withdrawn = g_signal_new("withdrawn", MAMUTO_TYPE_QUESTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                             NULL, G_TYPE_NONE, 0);
}

static void
mamuto_question_init(MamutoQuestion *self)
{
}

MamutoQuestion *
question_new(MamutoAsker *asker, const AskerQuestion *from, AskerEntry *entry)
{
    MamutoQuestion *self = g_object_new(MAMUTO_TYPE_QUESTION, NULL);

    self->asker = g_object_ref(asker);
    self->entry = g_atomic_rc_box_acquire(entry);
    self->kind = from->kind;
    self->host = g_strdup(from->host);
    self->target = g_strdup(from->target);
    self->prompt = g_strdup(from->prompt);
    self->server_text = g_strdup(from->server_text);
    self->key_type = g_strdup(from->key_type);
    self->fingerprint = g_strdup(from->fingerprint);
    self->file = g_strdup(from->file);
    self->echo = from->echo;
    self->attempt = MAX(from->attempt, 1);
    return self;
}

void
question_tell_withdrawn(MamutoQuestion *self)
{
    g_signal_emit(self, withdrawn, 0);
}

/**
 * mamuto_question_get_kind:
 * @self: a question
 *
 * Returns: the kind of the question, which determines how it is answered
 */
MamutoQuestionKind
mamuto_question_get_kind(MamutoQuestion *self)
{
    g_return_val_if_fail(MAMUTO_IS_QUESTION(self), MAMUTO_QUESTION_PASSWORD);
    return self->kind;
}

/**
 * mamuto_question_get_host:
 * @self: a question
 *
 * Returns: (transfer none): the host's name, as in the cluster
 */
const char *
mamuto_question_get_host(MamutoQuestion *self)
{
    g_return_val_if_fail(MAMUTO_IS_QUESTION(self), NULL);
    return self->host;
}

/**
 * mamuto_question_get_target:
 * @self: a question
 *
 * Returns: (transfer none): the login for which the question is asked, as user@address:port
 */
const char *
mamuto_question_get_target(MamutoQuestion *self)
{
    g_return_val_if_fail(MAMUTO_IS_QUESTION(self), NULL);
    return self->target;
}

/**
 * mamuto_question_get_prompt:
 * @self: a question
 *
 * Returns: (transfer none): a text to show, which names the host ("Password for ann@rem1"). The
 *   text comes from Mamuto, never from the server.
 */
const char *
mamuto_question_get_prompt(MamutoQuestion *self)
{
    g_return_val_if_fail(MAMUTO_IS_QUESTION(self), NULL);
    return self->prompt;
}

/**
 * mamuto_question_get_server_text:
 * @self: a question
 *
 * Gets the question in the words of the server. A malicious server may send a misleading text, so
 * show the text only together with the name of the host.
 *
 * Returns: (transfer none) (nullable): the text, with control characters escaped
 */
const char *
mamuto_question_get_server_text(MamutoQuestion *self)
{
    g_return_val_if_fail(MAMUTO_IS_QUESTION(self), NULL);
    return self->server_text;
}

/**
 * mamuto_question_get_echo:
 * @self: a question
 *
 * Returns: %TRUE if the answer may be visible while the user types it
 */
gboolean
mamuto_question_get_echo(MamutoQuestion *self)
{
    g_return_val_if_fail(MAMUTO_IS_QUESTION(self), FALSE);
    return self->echo;
}

/**
 * mamuto_question_get_attempt:
 * @self: a question
 *
 * Returns: the number of the attempt, from 1; more than 1 means that the previous answer was wrong
 */
guint
mamuto_question_get_attempt(MamutoQuestion *self)
{
    g_return_val_if_fail(MAMUTO_IS_QUESTION(self), 1);
    return self->attempt;
}

/**
 * mamuto_question_get_key_type:
 * @self: a question
 *
 * Returns: (transfer none) (nullable): the type of the host key ("ED25519")
 */
const char *
mamuto_question_get_key_type(MamutoQuestion *self)
{
    g_return_val_if_fail(MAMUTO_IS_QUESTION(self), NULL);
    return self->key_type;
}

/**
 * mamuto_question_get_fingerprint:
 * @self: a question
 *
 * Returns: (transfer none) (nullable): the fingerprint of the host key ("SHA256:…")
 */
const char *
mamuto_question_get_fingerprint(MamutoQuestion *self)
{
    g_return_val_if_fail(MAMUTO_IS_QUESTION(self), NULL);
    return self->fingerprint;
}

/**
 * mamuto_question_get_file:
 * @self: a question
 *
 * Returns: (transfer none) (nullable): the key file that needs a passphrase, or the known_hosts
 *   file to which an accepted host key is added
 */
const char *
mamuto_question_get_file(MamutoQuestion *self)
{
    g_return_val_if_fail(MAMUTO_IS_QUESTION(self), NULL);
    return self->file;
}

/**
 * mamuto_question_answer:
 * @self: a question of any kind except %MAMUTO_QUESTION_HOST_KEY
 * @text: the answer. The function copies @text and overwrites the copy after use. The caller
 *   must overwrite @text.
 *
 * Answers a question. Does nothing if the question was already answered, declined or withdrawn.
 */
void
mamuto_question_answer(MamutoQuestion *self, const char *text)
{
    g_return_if_fail(MAMUTO_IS_QUESTION(self));
    g_return_if_fail(self->kind != MAMUTO_QUESTION_HOST_KEY);
    g_return_if_fail(text != NULL);
    asker_settle(self->asker, self->entry, ASKER_ANSWERED, text);
}

/**
 * mamuto_question_accept:
 * @self: a question of the kind %MAMUTO_QUESTION_HOST_KEY
 *
 * Accepts the host's key: the key is added to the known_hosts file, and the connection continues.
 * Does nothing if the question was already answered, declined or withdrawn.
 */
void
mamuto_question_accept(MamutoQuestion *self)
{
    g_return_if_fail(MAMUTO_IS_QUESTION(self));
    g_return_if_fail(self->kind == MAMUTO_QUESTION_HOST_KEY);
    asker_settle(self->asker, self->entry, ASKER_ACCEPTED, NULL);
}

/**
 * mamuto_question_decline:
 * @self: a question
 *
 * Declines a question. The connection then tries another login method or fails. Does nothing if the
 * question was already answered, declined or withdrawn.
 */
void
mamuto_question_decline(MamutoQuestion *self)
{
    g_return_if_fail(MAMUTO_IS_QUESTION(self));
    asker_settle(self->asker, self->entry, ASKER_DECLINED, NULL);
}
