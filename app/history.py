"""A log that never changes: appending, cutting and trimming give a new one that shares nearly everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Generic, TypeVar, cast

T = TypeVar("T")
CHUNK = 64


@dataclass(frozen=True, slots=True)
class Log(Generic[T]):
    """Entries numbered `first` … `end`−1 by their absolute index; immutable, every operation O(CHUNK + n/CHUNK).

    Chunk k holds the entries 64k … 64k+63, so only the last chunk (the first one when trimming) is ever copied.
    What was trimmed away leaves None in its place at the head of the first chunk.
    """

    first: int = 0
    end: int = 0
    chunks: tuple[tuple[T | None, ...], ...] = ()

    @staticmethod
    def starting(first: int, entries: Sequence[T]) -> Log[T]:
        """A log of `entries` whose first one has the absolute index `first`."""
        padded: tuple[T | None, ...] = (None,) * (first % CHUNK) + tuple(entries)
        return Log(first, first + len(entries), _chunked(padded))

    def __len__(self) -> int:
        return self.end - self.first

    def __getitem__(self, index: int) -> T:
        """The entry with that absolute index. Raises IndexError outside `first` … `end`−1."""
        if not self.first <= index < self.end:
            raise IndexError(f"entry {index} is outside {self.first} … {self.end - 1}")
        return self.chunks[index // CHUNK - self.first // CHUNK][index % CHUNK]  # type: ignore[return-value]

    def __iter__(self) -> Iterator[T]:
        return islice(cast(Iterator[T], chain.from_iterable(self.chunks)), self.first % CHUNK, None)

    def last(self, count: int) -> tuple[T, ...]:
        """Up to `count` entries at its end, at most CHUNK."""
        found: tuple[T | None, ...] = ()
        for chunk in self.chunks[:-3:-1]:
            found = chunk + found
        return cast(tuple[T, ...], found[max(0, len(found) - min(count, len(self))) :])

    def append(self, entries: Sequence[T]) -> Log[T]:
        """This log with `entries` behind its end."""
        if not self:
            return Log.starting(self.end, entries)
        open_chunk = self.chunks[-1] if self.end % CHUNK else ()
        closed = self.chunks[:-1] if open_chunk else self.chunks
        return Log(self.first, self.end + len(entries), closed + _chunked((*open_chunk, *entries)))

    def cut(self, end: int) -> Log[T]:
        """This log without the entries from `end` on."""
        if end >= self.end:
            return self
        if end <= self.first:
            return Log(self.first, self.first)
        keep = end // CHUNK - self.first // CHUNK
        rest = self.chunks[keep][: end % CHUNK] if end % CHUNK else ()
        return Log(self.first, end, self.chunks[:keep] + ((rest,) if rest else ()))

    def trim(self, first: int) -> Log[T]:
        """This log without the entries before `first`."""
        if first <= self.first:
            return self
        if first >= self.end:
            return Log(self.end, self.end)
        head, *others = self.chunks[first // CHUNK - self.first // CHUNK :]
        gone = first % CHUNK
        return Log(first, self.end, ((None,) * gone + head[gone:], *others))


def _chunked(entries: tuple[T | None, ...]) -> tuple[tuple[T | None, ...], ...]:
    return tuple(entries[i : i + CHUNK] for i in range(0, len(entries), CHUNK))
