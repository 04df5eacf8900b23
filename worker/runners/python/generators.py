# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Finds the random number generators that user code holds (of numpy and of the module random) and
# seeds them. The global generators of numpy.random and random are always seeded too. A SeedSequence
# of numpy counts as a generator, because its method spawn() returns another seed at each call.

# Generators that the user's modules hold, each with numbers made from its name and with its
# SeedSequence (see seeds_of). With a seed, they are seeded before each row.
named_generators = []
n_unnamed = 0
MAX_PARTS = 10000


def generator_types():
    types = [random.Random, numpy.random.RandomState]
    if hasattr(numpy.random, 'BitGenerator'):
        types += [numpy.random.BitGenerator, numpy.random.Generator, numpy.random.SeedSequence]
    return tuple(types)


def is_generator(value, types):
    # type() instead of isinstance(), because proxy objects may run code when their __class__ is read.
    return issubclass(type(value), types) and not issubclass(type(value), random.SystemRandom)


def bits_of(generator):
    """Returns the object that holds the state. Two generators may share one BitGenerator."""
    if hasattr(numpy.random, 'Generator') and isinstance(generator, numpy.random.Generator):
        return generator.bit_generator
    return getattr(generator, '_bit_generator', generator)


def seeds_of(generator):
    """Returns the SeedSequence that makes the seeds of a generator's children (Generator.spawn), or
    the generator itself if it is a SeedSequence. Returns None if there is none."""
    types = getattr(numpy.random, 'SeedSequence', ())
    if isinstance(generator, types):
        return generator
    seeds = getattr(bits_of(generator), '_seed_seq', None)
    return seeds if isinstance(seeds, types) else None


def global_generators():
    # tempfile makes a new generator for its names in each process.
    names = getattr(sys.modules.get('tempfile'), '_name_sequence', None)
    found = [getattr(random, '_inst', None), getattr(numpy.random.mtrand, '_rand', None),
             getattr(names, '_rng', None)]
    return set(id(g) for g in found) | set(id(bits_of(g)) for g in found)


def find_generators():
    """Returns all generators of the process except the global ones."""
    import gc
    objects = gc.get_objects()
    types, known = generator_types(), global_generators()
    # As tempfile does itself, joblib keeps a sequence of names with a generator for each process.
    names = getattr(sys.modules.get('tempfile'), '_RandomNameSequence', None)
    known.update(id(o.__dict__.get('_rng')) for o in objects if type(o) is names)
    found = [g for g in objects if is_generator(g, types)]
    # A SeedSequence that spawn() returned is usually one of many, each used by one row, and does not
    # change then.
    known.update(id(g) for g in found if seeds_of(g) is g and g.spawn_key)
    known.update(id(seeds_of(g)) for g in found if seeds_of(g) is not g)
    return [g for g in found if id(g) not in known and id(bits_of(g)) not in known]


def reseed(generator, words, seeds=None):
    """Seeds a generator, and its SeedSequence `seeds` if given, with a list of 32-bit words."""
    if isinstance(generator, random.Random):
        random.Random.seed(generator, sum(w << 32 * i for i, w in enumerate(words)))
        return
    bits = bits_of(generator)
    if bits is generator and isinstance(generator, numpy.random.RandomState):
        generator.seed(words)  # numpy before 1.17
        return
    if seeds is None:
        seeds = numpy.random.SeedSequence(words)
    else:
        numpy.random.SeedSequence.__init__(seeds, words)  # also begins with the first child again
    if seeds is generator:
        return
    state = type(bits)(seeds).state
    if isinstance(generator, numpy.random.RandomState):
        generator.set_state(state)  # also forgets a normal number that was drawn in advance
    else:
        bits.state = state


def seed_global_generators():
    random.seed(os.urandom(32))
    numpy.random.seed(numpy.frombuffer(os.urandom(64), numpy.uint32))


def skip_children(seeds):
    """Lets a SeedSequence return children that other processes do not get. Its own seed stays the
    same, because a function may use it with the number of its row."""
    seeds.__init__(seeds.entropy, spawn_key=seeds.spawn_key, pool_size=seeds.pool_size,
                   n_children_spawned=random.SystemRandom().randrange(1 << 20, 1 << 31))


def take_fresh_numbers():
    """Seeds all generators of the process from the operating system. Used in a forked child of a
    slot, which would otherwise draw the numbers that the slot and other children draw."""
    seed_global_generators()
    for generator in find_generators():
        try:
            seeds = seeds_of(generator)
            if seeds is not None:
                skip_children(seeds)
            if generator is not seeds:
                reseed(generator, [int.from_bytes(os.urandom(4), 'little') for _ in range(8)])
        except Exception as error:
            sys.stderr.write('a random number generator (%s) cannot be seeded: %s\n' % (
                type(generator).__name__, error))


def parts_of(value):
    """Returns the names and values of what a module, class, function, container or other object
    holds. Large containers are skipped, because a list of data would take much memory here."""
    if isinstance(value, (dict, list, tuple)) and len(value) > MAX_PARTS:
        return []
    if isinstance(value, dict):
        return [('[%r]' % (k,), v) for k, v in list(value.items()) if isinstance(k, (str, int))]
    if isinstance(value, (list, tuple)):
        return [('[%d]' % i, v) for i, v in enumerate(value)]
    if isinstance(value, type):
        inner = vars(value)
    else:
        inner = object.__getattribute__(value, '__dict__')
    parts = [('.%s' % k, v) for k, v in list(inner.items()) if isinstance(k, str)]
    if type(value) is type(parts_of):
        parts += [('(%s)' % k, v) for k, v in inspect_closure(value)]
    return parts


def inspect_closure(function):
    held = [('defaults', function.__defaults__), ('kwdefaults', function.__kwdefaults__)]
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        try:
            held.append((name, cell.cell_contents))
        except ValueError:
            pass  # the variable has no value
    return held


def name_states(states, modules):
    """Returns a dict from the id of a generator's state to a name, for example 'model.rng'. Names
    come from the source code, so they are the same on all hosts and in all slots. A generator has
    no name if a module holds it in a way that parts_of() does not follow."""
    names, left, seen, types = {}, set(states), set(), generator_types()
    level = [(name, sys.modules[name]) for name in modules if sys.modules.get(name) is not None]
    for _ in range(8):
        deeper = []
        for name, value in level:
            if not left:
                return names
            if id(value) in seen:
                continue
            seen.add(id(value))
            if is_generator(value, types):
                state = id(bits_of(value))
                if state in left:
                    names[state] = name
                    left.discard(state)
                continue
            try:
                deeper += [(name + part, inner) for part, inner in parts_of(value)
                           if type(inner) is not type(sys)]
            except Exception:
                pass  # an object that has no __dict__
        level = deeper
    return names


def note_generators(module_name, before):
    """Finds the generators that the import of a module made, so that seed_row() seeds them. before
    contains the names of the modules that were imported earlier."""
    global n_unnamed
    import hashlib
    states = {}
    for generator in find_generators():
        # Prefers a RandomState, because only the RandomState itself can forget a number that it
        # drew in advance.
        state = id(bits_of(generator))
        if state not in states or isinstance(generator, numpy.random.RandomState):
            states[state] = generator
    modules = [module_name] + sorted(set(sys.modules) - set(before) - {module_name})
    names = name_states(states, modules)
    n_unnamed = len(states) - len(names)
    for state, name in names.items():
        digest = hashlib.sha256(name.encode('utf-8', 'backslashreplace')).digest()
        named_generators.append((states[state], list(struct.unpack('<4I', digest[:16])),
                                 seeds_of(states[state])))


def seed_row(seed, row):
    global n_unnamed
    random.seed(seed << 64 | row)
    words = [seed & 0xffffffff, seed >> 32, row & 0xffffffff, row >> 32]
    numpy.random.seed(words)
    for generator, name, seeds in named_generators:
        reseed(generator, words + name, seeds)
    if n_unnamed:
        sys.stderr.write('%d random number generators of the module cannot be seeded for each row, '
                         'because no variable of a module leads to them\n' % n_unnamed)
        n_unnamed = 0
