/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An agent receives any frames. The session is not open yet. The input is a script (see
 * agent-script.h). */
#include "agent-script.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    agent_script_play(&(struct fuzz_input){NULL, 0}, &(struct fuzz_input){data, size});
    return 0;
}
