"""Values that follow from their keys: whoever uses one that exists shares it; some that nobody uses are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Shared(Generic[K, V]):
    """At most one value for each key at a time. The most recently asked for stay although nobody uses them, as
    many as fit into `most_bytes` by `size`."""

    def __init__(self, most_bytes: int, size: Callable[[V], int]) -> None:
        self._alive: WeakValueDictionary[K, V] = WeakValueDictionary()
        self._recent: OrderedDict[K, V] = OrderedDict()
        self._most, self._size, self._bytes = most_bytes, size, 0
        self._lock = Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of `key`, made when there is none."""
        value = self._alive.get(key)
        if value is None:
            value = make()
        with self._lock:
            value = self._alive.setdefault(key, value)
            if key not in self._recent:
                self._recent[key] = value
                self._bytes += self._size(value)
            self._recent.move_to_end(key)
            while self._bytes > self._most and self._recent:
                self._bytes -= self._size(self._recent.popitem(last=False)[1])
        return value
