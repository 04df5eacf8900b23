# SPDX-License-Identifier: LGPL-2.1-or-later
# Converts results to JSON, for runs whose results are JSON (see "Variable rows" in wire.h). A result
# is converted immediately after its call, so that later calls cannot change it. Also reads arguments
# whose rows are JSON.
NO_JSON = ('which JSON cannot contain; return a dict, a list, text, bytes, a number, True, False, None, or '
           'an array of numbers or text')


class NoJson(BadResult):
    """Raised for a value or a part of a value that JSON cannot contain."""


def bytes_in_json(value):
    """JSON has no bytes. An object tells them from a text, and another program can decode them."""
    return {'base64': b2a_base64(value, newline=False).decode()}


def plain_of(value):
    """Returns numpy's numbers and arrays as numbers and lists of Python. The json module calls this
    function for values that it does not know."""
    if isinstance(value, bytes):
        return bytes_in_json(value)
    if isinstance(value, numpy.ndarray) and has_mask(value):
        raise BadResult(MASKED)
    if isinstance(value, (numpy.ndarray, numpy.generic)):
        kind = value.dtype.kind
        if kind in 'biuSU' or kind == 'f' and value.dtype.itemsize <= 8:
            return value.tolist()
        if kind == 'O':
            return with_text_keys(value.tolist())
    raise NoJson(value)


encode_json = json.JSONEncoder(ensure_ascii=False, default=plain_of).encode
# Writes half of a surrogate pair, which UTF-8 cannot contain, as an escape sequence.
encode_ascii = json.JSONEncoder(default=plain_of).encode


def has_other_keys(value):
    """Returns whether a dict in the value has keys other than text. Two of them, or one and a text,
    may be the same key in JSON."""
    if isinstance(value, dict):
        if not set(map(type, value)) <= {str}:
            return True
        parts = value.values()
    elif isinstance(value, (list, tuple)):
        parts = value
    else:
        return False
    return not set(map(type, parts)) <= plain_types and any(map(has_other_keys, parts))


def text_of_key(key):
    if isinstance(key, numpy.generic):
        key = key.item()
    if isinstance(key, str):
        return str(key)
    if key is None or isinstance(key, (int, float)):
        return encode_json(key)
    raise BadResult('returned a dict with a key of type %s; in JSON, keys are text' %
                    type(key).__name__)


def with_text_keys(value):
    """Returns the value with the keys of its dicts as text."""
    if isinstance(value, (list, tuple)):
        return [with_text_keys(part) for part in value]
    if not isinstance(value, dict):
        return value
    renamed = {}
    for key, part in value.items():
        name = text_of_key(key)
        if name in renamed:
            raise BadResult('returned a dict with two keys that are %s in JSON' % encode_json(name))
        renamed[name] = with_text_keys(part)
    return renamed


def as_json(value):
    """Returns the value as JSON in UTF-8, without line breaks. Raises BadResult if JSON cannot
    contain the value."""
    try:
        if has_other_keys(value):
            value = with_text_keys(value)
        try:
            return encode_json(value).encode('utf-8')
        except UnicodeEncodeError:
            return encode_ascii(value).encode('utf-8')
    except NoJson as error:
        part = error.args[0]
        reason = NO_JSON if part is value else 'with %s inside, %s' % (describe(part), NO_JSON)
    except (BadResult, MemoryError):
        raise
    except RecursionError:
        reason = 'which contains itself or is nested too deeply'
    except Exception as error:
        reason = 'which cannot be written as JSON: %s' % error
    raise BadResult('returned %s, %s' % (describe(value), reason))


def json_of_batch(result, n, errors):
    lines = []
    for i, value in enumerate(rows_of_batch(result, n)):
        try:
            lines.append(as_json(value))
        except BadResult as error:
            errors.add(i, BAD_RESULT, clean(str(error)))
    return lines


class VariablePart(Part):
    """All results of a chunk as variable rows (see wire.h): offsets and the bytes of the rows. dtype:
    b'json' or b'bytes'."""

    def __init__(self, rows, dtype):
        offsets = numpy.zeros(len(rows) + 1, '<u8')
        numpy.cumsum(numpy.fromiter(map(len, rows), 'u8', len(rows)), out=offsets[1:])
        self.block = numpy.frombuffer(b''.join([offsets.tobytes()] + rows), 'u1')
        self.indices, self.dtype, self.shape = None, dtype, ()


# An array of texts or bytes gives each row the width of the longest one. They are sent as variable rows
# instead, texts as JSON strings, if the array would have more than WIDE_ARRAY bytes and more than PADDED
# times those of the values.
WIDE_ARRAY, PADDED = 1 << 20, 8


def are_wide(values):
    """Returns whether the values are all texts or all bytes, and an array of them would consist mainly of
    padding."""
    if not values or not isinstance(values[0], (str, bytes)):
        return False
    kinds, width = ({str, numpy.str_}, 4) if isinstance(values[0], str) else ({bytes, numpy.bytes_}, 1)
    try:
        size = width * max(map(len, values)) * len(values)
    except Exception:  # a number or None among them, or an object of the user
        return False
    return size > WIDE_ARRAY and set(map(type, values)) <= kinds and size > PADDED * sum(map(len, values))


def variable_parts(values, n, errors):
    """Returns texts or bytes of very differing widths as variable rows. Those fail that an array could not
    keep, because the controller may put them into one."""
    nul, reason, encode, dtype = '\0', ENDS_IN_NUL, as_json, b'json'
    if isinstance(values[0], bytes):
        nul, reason, encode, dtype = b'\0', BYTES_END_IN_NUL, bytes, b'bytes'
    rows, indices = [], [i for i in range(n) if i not in errors.rows]
    for index, value in zip(indices, values):
        if value.endswith(nul):
            errors.add(index, NO_ARRAY, clean(reason))
        else:
            rows.append(encode(value))
    return [VariablePart(rows, dtype)] if rows else []


class BadArgument(BadResult):
    """Raised for a row whose argument cannot be read. It is the failure of the row. The controller
    knows the file and the line, see WIRE_ROW_BAD_ARGUMENT in wire.h."""
    kind = BAD_ARGUMENT

    def __init__(self, number, row, reason):
        super().__init__('%d %d %s' % (number, row, reason))


class JsonRows:
    """An argument whose rows are JSON, as a sequence of values. A row is read when it is needed, so
    that each call gets its own value, and a row that cannot be read is only the failure of itself."""

    def __init__(self, fd, at, total, lo, n, number, key, first=0):
        """Rows [lo, lo + n) of a block of `total` variable rows (see wire.h), which begins at byte `at`
        of a file. number: of the argument. first: the number of the first row of the block."""
        head = 8 * (total + 1)
        offsets = numpy.frombuffer(os.pread(fd, 8 * (n + 1), at + 8 * lo), '<i8')
        size = os.fstat(fd).st_size - at - head
        if len(offsets) != n + 1 or offsets[0] < 0 or (numpy.diff(offsets) < 0).any() or \
                offsets[-1] > size or lo == 0 and offsets[0] != 0:
            raise OSError('the rows of argument %d are incomplete' % (number + 1))
        begin, self.end = at + head + int(offsets[0]), at + head + int(offsets[-1])
        if self.end - begin <= READ_BELOW:
            self.data = os.pread(fd, self.end - begin, begin)
        else:
            start = begin - begin % ALLOCATIONGRANULARITY
            self.data = mmap(fd, self.end - start, access=ACCESS_READ, offset=start)
            begin = start
        self.offsets = (offsets + (at + head - begin)).tolist()  # in `data`
        self.rows, self.number, self.key, self.first = range(n), number, key, first + lo

    def read(self, row):
        begin, end = self.offsets[row], self.offsets[row + 1]
        try:
            value = json.loads(self.data[begin:end].decode('utf-8'))
        except (ValueError, RecursionError) as error:
            self.refuse(row, 'Python cannot read this JSON: %s' % error)
        if self.key is None:
            return value
        if not isinstance(value, dict):
            self.refuse(row, '%s has no keys; the key %r was asked for' %
                        (describe(value), self.key))
        if self.key not in value:
            self.refuse(row, 'no key %r' % self.key)
        return value[self.key]

    def refuse(self, row, reason):
        raise BadArgument(self.number, self.first + row, reason)

    def chosen(self, rows):
        part = JsonRows.__new__(JsonRows)
        part.__dict__.update(self.__dict__, rows=rows)
        return part

    def __len__(self):
        return len(self.rows)

    def __iter__(self):
        return map(self.read, self.rows)

    def __getitem__(self, index):
        rows = self.rows[index]
        if isinstance(rows, int):
            return self.read(rows)
        return self.chosen(rows)
