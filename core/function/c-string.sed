# SPDX-License-Identifier: LGPL-2.1-or-later
# Turns each line of a text into a C string literal.
s/\\/\\\\/g
s/"/\\"/g
s/^/"/
s/$/\\n"/
