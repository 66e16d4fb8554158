"""What is written under the fields of a class: Python forgets it, the source does not.

class Usage(Struct):
    no: int
    \"\"\"How many are used.\"\"\"
"""

import ast
import inspect
import sys
from functools import cache
from itertools import pairwise

Words = dict[str, str]


def field_words(cls: type) -> Words:
    """By the field's name; those of a base count where the class says nothing itself."""
    found: Words = {}
    for base in reversed(cls.__mro__):
        found |= _module_words(base.__module__).get(base.__qualname__, {})
    return found


@cache
def _module_words(module: str) -> dict[str, Words]:
    """Of the classes at the top of a module, by their names; nothing where there is no source."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (OSError, TypeError):
        return {}
    return {each.name: _class_words(each) for each in tree.body if isinstance(each, ast.ClassDef)}


def _class_words(cls: ast.ClassDef) -> Words:
    found: Words = {}
    for field, below in pairwise(cls.body):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str() as text)):
                found[name] = " ".join(text.split())
    return found
