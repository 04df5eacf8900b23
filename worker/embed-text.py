# SPDX-License-Identifier: LGPL-2.1-or-later
# Usage: embed-text.py NAME OUTPUT INPUT...
#
# Joins text files and writes them as a C array NAME and its size NAME_size.
import sys

name, output, inputs = sys.argv[1], sys.argv[2], sys.argv[3:]
text = b'\n'.join(open(path, 'rb').read() for path in inputs)
with open(output, 'w') as out:
    out.write('/* Generated from the runner\'s sources. */\n#include <stddef.h>\n\n')
    out.write('extern const unsigned char %s[];\nextern const size_t %s_size;\n' % (name, name))
    out.write('const unsigned char %s[] = {\n' % name)
    for i in range(0, len(text), 20):
        out.write('    %s,\n' % ', '.join(str(b) for b in text[i:i + 20]))
    out.write('};\nconst size_t %s_size = sizeof %s;\n' % (name, name))
