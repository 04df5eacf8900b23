# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Joins texts and writes them as a C array: embed-text.py OUTPUT INPUT...
import sys

output, inputs = sys.argv[1], sys.argv[2:]
text = b'\n'.join(open(name, 'rb').read() for name in inputs)
with open(output, 'w') as out:
    out.write('/* Generated from the runner\'s sources. */\n#include "agent.h"\n\n')
    out.write('const unsigned char runner_text[] = {\n')
    for i in range(0, len(text), 20):
        out.write('    %s,\n' % ', '.join(str(b) for b in text[i:i + 20]))
    out.write('};\nconst size_t runner_text_size = sizeof runner_text;\n')
