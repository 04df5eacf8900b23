/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A note for the reader of a report or a comparison, such as "a host was lost". A note consists of
 * a kind, names and numbers, so that each program can make a sentence in the user's language. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * MamutoNoteKind:
 * @MAMUTO_NOTE_TEXT: a note of an unknown kind; its text is a complete sentence
 * @MAMUTO_NOTE_BUDGET_OVER: the time budget of a comparison ended before everything was measured
 * @MAMUTO_NOTE_STOPPED: a comparison was stopped before everything was measured
 * @MAMUTO_NOTE_ENDED: a comparison failed before everything was measured; the text is the reason
 * @MAMUTO_NOTE_NO_CLUSTER: the cluster could not be measured; the text is the reason
 * @MAMUTO_NOTE_QUESTION: a cold start was not measured, because the user had to answer a question
 * @MAMUTO_NOTE_HOST_LOST: the host was lost; the text, if any, is the reason
 * @MAMUTO_NOTE_HOST_FAILED: the host could not be used; the text, if any, is the reason
 * @MAMUTO_NOTE_MORE_LOST: @count more hosts were lost
 * @MAMUTO_NOTE_MORE_FAILED: @count more hosts could not be used
 * @MAMUTO_NOTE_CPUS_DIFFER: CPUs of the hosts lack features that other hosts have. Each text lists
 *   the missing features of the host at the same index. @count further hosts are not listed
 * @MAMUTO_NOTE_SPANS_DROPPED: the report contains too many spans, so that @count spans were not
 *   stored
 */
typedef enum {
    MAMUTO_NOTE_TEXT,
    MAMUTO_NOTE_BUDGET_OVER,
    MAMUTO_NOTE_STOPPED,
    MAMUTO_NOTE_ENDED,
    MAMUTO_NOTE_NO_CLUSTER,
    MAMUTO_NOTE_QUESTION,
    MAMUTO_NOTE_HOST_LOST,
    MAMUTO_NOTE_HOST_FAILED,
    MAMUTO_NOTE_MORE_LOST,
    MAMUTO_NOTE_MORE_FAILED,
    MAMUTO_NOTE_CPUS_DIFFER,
    MAMUTO_NOTE_SPANS_DROPPED,
} MamutoNoteKind;

/**
 * MamutoNote:
 * @kind: the subject of the note
 * @hosts: (array zero-terminated=1): names of hosts
 * @texts: (array zero-terminated=1): texts whose meaning depends on @kind; valid UTF-8. Texts
 *   that were received from hosts may contain control characters
 * @count: a number whose meaning depends on @kind
 */
typedef struct {
    MamutoNoteKind kind;
    char **hosts;
    char **texts;
    guint64 count;
} MamutoNote;

#define MAMUTO_TYPE_NOTE (mamuto_note_get_type())
GType mamuto_note_get_type(void);

MamutoNote *mamuto_note_new(MamutoNoteKind kind, const char *host, const char *text, guint64 count);
void mamuto_note_add(MamutoNote *self, const char *host, const char *text);
MamutoNote *mamuto_note_copy(const MamutoNote *self);
void mamuto_note_free(MamutoNote *self);
char *mamuto_note_format(const MamutoNote *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MamutoNote, mamuto_note_free)

G_END_DECLS
