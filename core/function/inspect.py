# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Analyses Python source with the module ast, without running the source. Usage:
#     python3 -I -S -c THIS function NAME < FILE     the signature of a function, or of CLASS.NAME
#     python3 -I -S -c THIS list < FILE              the functions at the top level
#     python3 -I -S -c THIS imports FOLDER FILE...   the modules in FOLDER that the files import
# Prints fields, each terminated by a NUL byte. The first field is "mamuto-inspect", the last is
# "end". Between them are records. A record is a keyword and some fields; the keyword determines
# their number. signature.c reads the records of the commands "function" and "list".
# language-python.c reads the records of the command "imports".
#
# Python must not search modules in the current folder. The option -I sets this too.
import sys
sys.path[:] = [entry for entry in sys.path if entry[:1] == "/"]
import ast
import io
import os
import tokenize

MAX_FILES = 2000
MAX_SIZE = 8 << 20
out = ["mamuto-inspect"]


def emit(*fields):
    out.extend(str(field).replace("\0", " ") for field in fields)


def parse(data):
    """Parses the source. After a syntax error, prints a record with the error and returns None."""
    try:
        return ast.parse(data)
    except SyntaxError as error:
        emit("syntax-error", error.lineno or 0, error.msg, (error.text or "").strip()[:200])
    except (ValueError, RecursionError, MemoryError) as error:
        emit("syntax-error", 0, str(error) or type(error).__name__, "")


def decode(data):
    encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    return io.TextIOWrapper(io.BytesIO(data), encoding, errors="replace").read()


def names_in(target):
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Starred):
        yield from names_in(target.value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for item in target.elts:
            yield from names_in(item)


def bindings(body, conditional=False):
    """Yields a tuple (name, node, conditional) for each name that the statements in body define,
    in source order. node is the ast node of the def, class or lambda; it is None for other values,
    which are unknown. conditional is True if the statement may not be executed."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, node, conditional
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                known = isinstance(target, ast.Name) and isinstance(node.value, ast.Lambda)
                for name in names_in(target):
                    yield name, node.value if known else None, conditional
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            known = isinstance(node.value, ast.Lambda)
            for name in names_in(node.target):
                yield name, node.value if known else None, conditional
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield alias.asname or alias.name.split(".")[0], None, conditional
        else:
            if isinstance(node, (ast.For, ast.AsyncFor)):
                targets = [node.target]
            elif isinstance(node, (ast.With, ast.AsyncWith)):
                targets = [i.optional_vars for i in node.items if i.optional_vars is not None]
            else:
                targets = []
            for target in targets:
                for name in names_in(target):
                    yield name, None, conditional
            inside = conditional or not isinstance(node, (ast.With, ast.AsyncWith))
            for field in ("body", "handlers", "cases", "orelse", "finalbody"):
                for part in getattr(node, field, None) or []:
                    if isinstance(part, ast.stmt):
                        yield from bindings([part], inside)
                    elif hasattr(part, "body"):
                        yield from bindings(part.body, inside)


def functions(body, prefix=""):
    found = {}
    for name, node, _ in bindings(body):
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            found[prefix + name] = True
    return list(found)


def emit_parameters(node, source, skipped):
    def emit_one(kind, arg, default):
        text = ""
        if default is not None:
            text = getattr(ast, "get_source_segment", lambda *_: None)(source, default) or "..."
        emit("parameter", kind, arg.arg, "yes" if default is not None else "no", text)

    spec = node.args
    position_only = list(getattr(spec, "posonlyargs", []))
    ordinary = position_only + spec.args
    defaults = [None] * (len(ordinary) - len(spec.defaults)) + list(spec.defaults)
    for arg, default in list(zip(ordinary, defaults))[skipped:]:
        emit_one("position-only" if arg in position_only else "positional", arg, default)
    if spec.vararg:
        emit_one("var-positional", spec.vararg, None)
    for arg, default in zip(spec.kwonlyargs, spec.kw_defaults):
        emit_one("keyword-only", arg, default)
    if spec.kwarg:
        emit_one("var-keyword", spec.kwarg, None)


def yields(node):
    """Returns whether the node is a generator function: it contains a yield outside nested
    functions."""
    inner = list(ast.iter_child_nodes(node)) if isinstance(node, ast.FunctionDef) else []
    while inner:
        child = inner.pop()
        if isinstance(child, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            inner += ast.iter_child_nodes(child)
    return False


def find(body, wanted):
    """Returns the definitions of a name that can be in effect at the end of the statements: the
    last unconditional one and the conditional ones after it. Returns also whether the statements may
    define further names, which are unknown."""
    candidates = []
    open_names = False
    for name, node, conditional in bindings(body):
        if name == wanted:
            if not conditional:
                candidates = []
            candidates.append(node)
        open_names = open_names or name in ("*", "__getattr__")
    return candidates, open_names


def is_method_of(node, kind):
    """Returns whether the only decorator of a function is `kind`."""
    decorators = getattr(node, "decorator_list", None) or []
    return len(decorators) == 1 and isinstance(decorators[0], ast.Name) and decorators[0].id == kind


def emit_function(data, wanted):
    tree = parse(data)
    if tree is None:
        return
    body, prefix, inherits = tree.body, "", False
    *classes, wanted = wanted.split(".")
    for name in classes:
        candidates, open_names = find(body, name)
        if len(candidates) == 1 and isinstance(candidates[0], ast.ClassDef):
            node = candidates[0]
            body = node.body
            prefix += name + "."
            inherits = bool(node.bases or node.keywords or node.decorator_list)
        elif candidates or open_names or inherits:
            emit("unknown")
            return
        else:
            wanted = ""
            break
    candidates, open_names = find(body, wanted)
    only = candidates[0] if classes and len(candidates) == 1 else None
    is_static, is_class_method = is_method_of(only, "staticmethod"), is_method_of(only, "classmethod")
    if not candidates:
        emit("unknown" if open_names or inherits else "missing")
        for name in functions(body, prefix):
            emit("function", name)
    elif len(candidates) > 1 or candidates[0] is None:
        emit("unknown")
    elif isinstance(candidates[0], ast.AsyncFunctionDef):
        emit("async", candidates[0].lineno)
    elif isinstance(candidates[0], ast.ClassDef):
        emit("class", candidates[0].lineno)
    elif yields(candidates[0]) and (is_static or is_class_method or not candidates[0].decorator_list):
        emit("generator", candidates[0].lineno)
    else:
        node = candidates[0]
        plain = is_static or is_class_method or not getattr(node, "decorator_list", None)
        emit("plain" if plain else "decorated")
        emit_parameters(node, decode(data), 1 if is_class_method else 0)
        if isinstance(node, ast.FunctionDef):
            emit("docstring", ast.get_docstring(node) or "")


def imported(path):
    """Yields the top-level modules that a file imports, including imports within functions."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_SIZE + 1)
        tree = ast.parse(data) if len(data) <= MAX_SIZE else None
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        tree = None
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.split(".")[0]


def files_of(path):
    """Returns the Python files of a module: the file itself or, for a package, all its files."""
    if not os.path.isdir(path):
        return [path]
    found = []
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(f for f in folders if f[0] != "." and f != "__pycache__")
        found += [os.path.join(folder, f) for f in sorted(files) if f.endswith(".py")]
        if len(found) > MAX_FILES:
            break
    return found


def emit_imports(folder, paths):
    queue = [file for path in paths for file in files_of(path)]
    seen = set()
    read = 0
    while queue and read < MAX_FILES:
        read += 1
        for name in imported(queue.pop(0)):
            if name in seen:
                continue
            seen.add(name)
            package = os.path.join(folder, name)
            if os.path.isfile(os.path.join(package, "__init__.py")):
                path = package
            elif os.path.isfile(package + ".py"):
                path = package + ".py"
            else:
                continue
            emit("import", name)
            queue += files_of(path)


if sys.argv[1] == "function":
    emit_function(sys.stdin.buffer.read(), sys.argv[2])
elif sys.argv[1] == "list":
    parsed = parse(sys.stdin.buffer.read())
    for each in functions(parsed.body) if parsed else ():
        emit("function", each)
else:
    emit_imports(sys.argv[2], sys.argv[3:])
out.append("end")
sys.stdout.buffer.write("".join(field + "\0" for field in out).encode("utf-8", "replace"))
