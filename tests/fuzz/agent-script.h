/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Runs the agent within the process of a fuzz target. The input is a script: it says what the
 * controller, the interpreters and the slots of the agent send, and when the clock advances. No
 * process is started and none is killed: the functions of the agent that would do this are replaced
 * at link time (option --wrap). Every frame that the agent sends is checked as the controller
 * checks it.
 *
 * A script consists of steps. Each begins with a byte: bits 0 to 3 are the kind of the step (enum
 * step in agent-script.c); if bit 7 is set, the next step follows before the agent runs. */
#pragma once

#include "agent.h"
#include "fuzz.h"

/* Plays the script until its end, then ends the input of the agent, and waits until the agent has
 * ended. @before: frames that the agent receives before the script begins. */
void agent_script_play(const struct fuzz_input *before, const struct fuzz_input *script);

/* Fails if an agent must not send the frame. */
void agent_frame_check(const struct wire_header *header, const uint8_t *meta,
                       const uint8_t *payload);
