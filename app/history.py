"""A log that never changes: appending, cutting and trimming give a new one that shares nearly everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from threading import Lock
from typing import Generic, TypeVar, cast

T = TypeVar("T")
CHUNK = 64
_growing = Lock()


@dataclass(frozen=True, slots=True)
class Log(Generic[T]):
    """Entries numbered `first` … `end`−1 by their absolute index; immutable, every operation O(CHUNK + n/CHUNK),
    and appending to the longest of those that share a chunk O(1).

    Chunk k holds the entries 64k … 64k+63. The last one is shared with the log that goes on from here: it grows
    behind the end of this one, which never looks there. What was trimmed away leaves None in its place at the
    head of the first chunk.
    """

    first: int = 0
    end: int = 0
    chunks: tuple[list[T | None], ...] = ()

    @staticmethod
    def starting(first: int, entries: Sequence[T]) -> Log[T]:
        """A log of `entries` whose first one has the absolute index `first`."""
        padded: list[T | None] = [*(None,) * (first % CHUNK), *entries]
        return Log(first, first + len(entries), _chunked(padded))

    def __len__(self) -> int:
        return self.end - self.first

    def __getitem__(self, index: int) -> T:
        """The entry with that absolute index. Raises IndexError outside `first` … `end`−1."""
        if not self.first <= index < self.end:
            raise IndexError(f"entry {index} is outside {self.first} … {self.end - 1}")
        return self.chunks[index // CHUNK - self.first // CHUNK][index % CHUNK]  # type: ignore[return-value]

    def __iter__(self) -> Iterator[T]:
        skipped = self.first % CHUNK
        return islice(cast(Iterator[T], chain.from_iterable(self.chunks)), skipped, skipped + len(self))

    def last(self, count: int) -> tuple[T, ...]:
        """Up to `count` entries at its end, at most CHUNK."""
        first = max(self.first, self.end - min(count, CHUNK))
        skipped = first // CHUNK - self.first // CHUNK
        found = [entry for chunk in self.chunks[skipped:] for entry in chunk]
        return cast(tuple[T, ...], tuple(found[first % CHUNK : first % CHUNK + self.end - first]))

    def append(self, entries: Sequence[T]) -> Log[T]:
        """This log with `entries` behind its end."""
        if self.end == self.first:
            return Log.starting(self.end, entries)
        chunks, held = self.chunks, self.end % CHUNK
        room = -self.end % CHUNK
        if room:
            with _growing:
                is_longest = len(chunks[-1]) == held
                if is_longest:
                    chunks[-1].extend(entries[:room])
            if not is_longest:
                chunks = (*chunks[:-1], [*chunks[-1][:held], *entries[:room]])
        if len(entries) > room:
            chunks += _chunked(entries[room:])
        return Log(self.first, self.end + len(entries), chunks)

    def apart(self) -> Log[T]:
        """The same entries, in which nothing is held of what others that go on from here append."""
        if self.end == self.first:
            return self
        *closed, last = self.chunks
        return Log(self.first, self.end, (*closed, last[: (self.end - 1) % CHUNK + 1]))

    def cut(self, end: int) -> Log[T]:
        """This log without the entries from `end` on."""
        if end >= self.end:
            return self
        if end <= self.first:
            return Log(self.first, self.first)
        keep = end // CHUNK - self.first // CHUNK
        rest = self.chunks[keep][: end % CHUNK] if end % CHUNK else []
        return Log(self.first, end, self.chunks[:keep] + ((rest,) if rest else ()))

    def trim(self, first: int) -> Log[T]:
        """This log without the entries before `first`."""
        if first <= self.first:
            return self
        if first >= self.end:
            return Log(self.end, self.end)
        head, *others = self.chunks[first // CHUNK - self.first // CHUNK :]
        gone = first % CHUNK
        rest = head[gone:] if others else head[gone : gone + self.end - first]
        return Log(first, self.end, ([*(None,) * gone, *rest], *others))


def _chunked(entries: Sequence[T | None]) -> tuple[list[T | None], ...]:
    return tuple(list(entries[i : i + CHUNK]) for i in range(0, len(entries), CHUNK))
