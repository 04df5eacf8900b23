/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A question as the person who answers it has it: what it says, and the ways to answer. Let go
 * without an answer, it is declined. */
#include "question-private.h"

struct _MamutoQuestion {
    GObject parent_instance;
    MamutoAsker *asker;
    AskerEntry *entry; /* its way through the asker's queue, reference-counted */
    MamutoQuestionKind kind;
    char *host, *target, *prompt, *server_text, *key_type, *fingerprint, *file;
    gboolean echo;
    guint attempt;
};

/**
 * MamutoQuestion:
 *
 * Something that a person has to decide or type while a host connects.
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
     * The connection that asked was cancelled or lost; an answer has no effect any more. Emitted in
     * the main context of the asker, and only for a question that was shown.
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
 * Returns: what kind of answer is wanted
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
 * Returns: (transfer none): the host's name as the user gave it
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
 * Returns: (transfer none): where the name led, as user@address:port
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
 * Returns: (transfer none): what to ask; our words, never the server's
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
 * The server's own words. They may lie: show them only together with whose words they are.
 *
 * Returns: (transfer none) (nullable): the text, escaped
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
 * Returns: whether the answer may be seen while it is typed
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
 * Returns: which try this is, from 1; more than 1 means that the last answer was wrong
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
 * Returns: (transfer none) (nullable): the key file that a passphrase is for, or the known_hosts
 *   file that an accepted key is added to
 */
const char *
mamuto_question_get_file(MamutoQuestion *self)
{
    g_return_val_if_fail(MAMUTO_IS_QUESTION(self), NULL);
    return self->file;
}

/**
 * mamuto_question_answer:
 * @self: a question of another kind than %MAMUTO_QUESTION_HOST_KEY
 * @text: the answer; copied, and the copy wiped after its use. Wiping @text is the caller's.
 *
 * Answers a question. Only the first answer, acceptance or refusal counts.
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
 * Says that the host's key is right: it is added to the known_hosts file, and the host connects.
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
 * Gives no answer: this host does not connect.
 */
void
mamuto_question_decline(MamutoQuestion *self)
{
    g_return_if_fail(MAMUTO_IS_QUESTION(self));
    asker_settle(self->asker, self->entry, ASKER_DECLINED, NULL);
}
