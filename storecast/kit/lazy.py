"""`cached_property` as Python has it from 3.12 on: without a lock, which costs more than most of what is kept here."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functools import cached_property as cached_property
else:

    class cached_property:  # noqa: N801 - its name
        def __init__(self, make):
            self._make = make
            self.__doc__ = make.__doc__

        def __set_name__(self, owner, name):
            self._name = name

        def __get__(self, instance, owner=None):
            if instance is None:
                return self
            made = instance.__dict__[self._name] = self._make(instance)
            return made
