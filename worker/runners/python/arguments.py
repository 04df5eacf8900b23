# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The arguments of a run: what the metadata says about them, the memory with their rows of a chunk,
# which is read or mapped, and the call of the function with some of them by name.

ROWS, KEPT, REF, VALUE = 1, 2, 3, 4
READ_BELOW = 64 << 10  # bytes of rows that are read rather than mapped


class Refused(Exception):
    pass


def raise_it(error):
    raise error


class Constant:
    """The value of an argument that is the same in all calls. Each call gets its own copy of a list
    or object, because the function may change it."""

    def __init__(self, value):
        self.copy, self.source = None, value
        parts = value if type(value) is list else value.values() if type(value) is dict else ()
        if any(isinstance(part, (list, dict)) for part in parts):
            self.copy, self.source = pickle.loads, pickle.dumps(value, 4)
        elif isinstance(value, (list, dict)):
            self.copy = type(value)

    def get(self):
        return self.source if self.copy is None else self.copy(self.source)

    def repeat(self, n):
        values = repeat(self.source, n)
        return values if self.copy is None else map(self.copy, values)


class Combined:
    """The rows of an argument in some of the combinations of a grid. Rows are copied when they are
    read, because each is in several combinations."""

    def __init__(self, rows, index):
        self.rows, self.index = rows, index

    def __len__(self):
        return len(self.index)

    def __getitem__(self, i):
        rows = self.rows[self.index[i]]
        return rows if isinstance(i, slice) else rows.copy()  # a slice is a copy already


class Argument:
    """An argument of a run. It is an array in a file, or a single value for all rows. The array has a
    row for each call, or a row for several combinations, or each call gets the whole array."""

    def __init__(self, number, kind, whole, dtype, shape, strides, offset, repeats, text, key):
        self.number = number
        self.kind = kind
        self.is_whole = whole
        self.fd = -1
        self.constant = None
        self.own_rows = None  # all rows of an argument that is combined with others; only KEPT
        self.repeats = repeats
        self.n_rows = shape[0] if shape else 0
        self.offset = offset
        self.is_json = kind != VALUE and dtype == 'json'
        self.type_of_row = text if kind == VALUE else (dtype, tuple(shape[0 if whole else 1:]))
        if kind == VALUE:
            try:
                self.constant = Constant(json.loads(text))
            except ValueError as error:
                raise Refused('a value is not JSON: %s' % error)
            return
        if self.is_json:
            self.key = key or None
            return
        try:
            self.dtype = numpy.dtype(dtype)
        except TypeError as error:
            raise Refused('numpy on this host does not know the dtype %s: %s' % (dtype, error))
        if whole:
            self.shape, self.strides = tuple(shape), tuple(strides)
            return
        self.row_shape = tuple(shape[1:])
        itemsize = self.dtype.itemsize
        if kind != REF:
            strides = [itemsize] * len(shape)
            for i in range(len(shape) - 1, 0, -1):
                strides[i - 1] = strides[i] * shape[i]
        self.strides = tuple(strides)
        self.row_bytes = itemsize
        for n in self.row_shape:
            self.row_bytes *= n
        # Number of bytes from the first byte of a row to the end of its last element. In Fortran
        # order this range also contains elements of other rows.
        self.row_extent = itemsize + sum((n - 1) * s for n, s in zip(self.row_shape, strides[1:]))

    def map_whole(self):
        """Returns the whole array, which shares memory with the other slots. It is read-only, because
        a call that changed it would change the results of the later calls in this slot only."""
        itemsize = self.dtype.itemsize
        if itemsize == 0 or 0 in self.shape:
            return numpy.zeros(self.shape, self.dtype)
        end = self.offset + itemsize + sum((n - 1) * s for n, s in zip(self.shape, self.strides))
        start = self.offset - self.offset % ALLOCATIONGRANULARITY
        return numpy.ndarray(self.shape, self.dtype,
                             mmap(self.fd, end - start, access=ACCESS_READ, offset=start),
                             self.offset - start, self.strides)

    def get_constant(self):
        if self.constant is None and self.is_json:
            try:
                self.constant = Constant(list(self.json_rows(0, self.n_rows)))
            except BadArgument as error:
                self.constant = Constant(None)
                self.constant.copy, self.constant.source = raise_it, error  # each call fails
        elif self.constant is None:
            self.constant = Constant(self.map_whole())
        return self.constant

    def json_rows(self, lo, n):
        """Returns n rows of an argument that the host keeps."""
        return JsonRows(self.fd, self.offset, self.n_rows, lo, n, self.number, self.key)

    def combined(self, lo, n):
        """Returns what the argument is in n combinations from number lo on."""
        rows = self.own_rows
        if rows is None:
            rows = self.json_rows(0, self.n_rows) if self.is_json else self.map(self.fd, self.offset, self.n_rows)
        if self.kind == KEPT:  # its name is that of its content, but a file may change between runs
            self.own_rows = rows
        index = numpy.arange(lo, lo + n) // self.repeats % self.n_rows
        return rows.chosen(index.tolist()) if self.is_json else Combined(rows, index)

    def map(self, fd, base, n):
        """Returns n rows, which begin at byte `base` of a file, as an array. Writing to the array
        does not change the file."""
        if self.row_bytes == 0:
            return numpy.zeros((n,) + self.row_shape, self.dtype)
        end = base + (n - 1) * self.strides[0] + self.row_extent
        if end - base <= READ_BELOW:  # a mapping takes longer, because each page is a page fault
            data = bytearray(os.pread(fd, end - base, base))
            if len(data) == end - base:  # else the file has become shorter: the mapping fails
                return numpy.ndarray((n,) + self.row_shape, self.dtype, data, 0, self.strides)
        start = base - base % ALLOCATIONGRANULARITY
        return numpy.ndarray((n,) + self.row_shape, self.dtype,
                             mmap(fd, end - start, access=ACCESS_COPY, offset=start),
                             base - start, self.strides)


class MetaReader:
    """Reads numbers and strings from metadata (see wire.h)."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def number(self, code):
        value, = struct.unpack_from('<' + code, self.data, self.at)
        self.at += struct.calcsize(code)
        return value

    def text(self):
        n = self.number('I')
        self.at += n
        return self.data[self.at - n:self.at].decode('utf-8')


def names_caller(n_positional, names):
    """Returns a function that takes the user's function and returns a function of positional
    arguments, which calls it with the last arguments by name. It is written for these names, because
    a call with a dict would take longer."""
    for name in names:
        if not name.isidentifier() or keyword.iskeyword(name):
            raise Refused('an argument has the name %s, which cannot be the name of a parameter' % name)
    values = ['a%d' % i for i in range(n_positional + len(names))]
    call = values[:n_positional] + list(map('%s=%s'.__mod__, zip(names, values[n_positional:])))
    text = 'lambda function: lambda %s: function(%s)' % (', '.join(values), ', '.join(call))
    try:
        return eval(compile(text, RUNNER, 'eval'))
    except SyntaxError as error:
        raise Refused('arguments with the names %s: %s' % (', '.join(names), error.msg))


class Arguments:
    """All arguments of a run."""

    def __init__(self, r, n):
        """r: the MetaReader of the run, in front of the first of n arguments."""
        self.list, names = [], []
        for number in range(n):
            kind, whole, dtype, n_dims = r.number('I'), r.number('I'), r.text(), r.number('I')
            shape = [r.number('q') for _ in range(n_dims)]
            strides = [r.number('q') for _ in range(n_dims)]
            offset, repeats = r.number('Q'), r.number('Q')
            text, key, name = r.text(), r.text(), r.text()
            if name:
                names.append(name)
            self.list.append(Argument(number, kind, whole, dtype, shape, strides, offset, repeats, text, key))
        self.by_name = names_caller(n - len(names), names) if names else None
        self.shares_arrays = any(a.is_whole and not a.is_json for a in self.list)
        self.type_of_rows = [argument.type_of_row for argument in self.list]

    def set_fds(self, fds):
        """fds: a descriptor for each argument that is in a file."""
        left = iter(fds)
        for argument in self.list:
            if argument.kind in (KEPT, REF):
                argument.fd = next(left)
                argument.constant = argument.own_rows = None  # of another file

    def caller(self, function):
        """Returns a function that calls the user's function with positional arguments."""
        return function if self.by_name is None else self.by_name(function)

    def columns(self, lo, n, rows_fd, n_sent):
        """Returns each argument for rows [lo, lo + n): an array or a Constant. The file rows_fd has
        the rows [lo, lo + n_sent)."""
        columns, at = [], 0
        for a in self.list:
            if a.kind == VALUE or a.is_whole:
                columns.append(a.get_constant())
            elif a.repeats:
                columns.append(a.combined(lo, n))
            elif a.is_json and a.kind == KEPT:
                columns.append(a.json_rows(lo, n))
            elif a.is_json:
                column = JsonRows(rows_fd, at, n_sent, 0, n_sent, a.number, a.key, lo)
                columns.append(column[:n])
                at = column.end
            elif a.kind == ROWS:
                columns.append(a.map(rows_fd, at, n))
                at += a.row_bytes * n_sent
            else:
                columns.append(a.map(a.fd, a.offset + lo * a.strides[0], n))
        return columns


def whole_of(column):
    """Returns what a batch function gets for an argument."""
    if type(column) is Constant:
        return column.get()
    if type(column) is Combined:
        return column[:]
    return list(column) if type(column) is JsonRows else column
