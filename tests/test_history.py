"""The log: it behaves as a list with a moving start, and never changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.history import CHUNK, Log

operations = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(0, 150)),
        st.tuples(st.just("cut"), st.integers(0, 400)),
        st.tuples(st.just("trim"), st.integers(0, 400)),
    ),
    max_size=12,
)


@given(operations)
def test_a_log_behaves_as_a_list_that_remembers_absolute_indices(steps: list[tuple[str, int]]) -> None:
    log: Log[int] = Log()
    model: dict[int, int] = {}
    end, counter = 0, 0
    for name, n in steps:
        before = (log, list(log))
        if name == "append":
            log = log.append(range(counter, counter + n))
            model.update({end + k: counter + k for k in range(n)})
            counter, end = counter + n, end + n
        elif name == "cut":
            first = log.first
            log = log.cut(n)
            if n < end:
                end = max(n, first)
            model = {k: v for k, v in model.items() if k < n}
        else:
            log = log.trim(n)
            model = {k: v for k, v in model.items() if k >= n}
        assert list(before[0]) == before[1]
        assert (len(log), log.end) == (len(model), end)
        assert [log[k] for k in range(log.first, log.end)] == [model[k] for k in sorted(model)]


def test_outside_is_an_index_error() -> None:
    log = Log.starting(100, "abc")
    assert (log[100], log[102]) == ("a", "c")
    for index in (99, 103, -1):
        with pytest.raises(IndexError, match=str(index)):
            log[index]


def test_trimming_lets_go_of_what_it_trims() -> None:
    entries = [object() for _ in range(3 * CHUNK)]
    log = Log.starting(0, entries).trim(CHUNK + 5)
    assert len(log.chunks) == 2
    assert log.chunks[0][:5] == [None] * 5


def test_appending_shares_all_closed_chunks() -> None:
    log = Log.starting(0, range(10 * CHUNK + 3))
    longer = log.append([0])
    assert all(a is b for a, b in zip(log.chunks[:10], longer.chunks, strict=False))


def test_logs_that_go_on_from_the_same_one_are_their_own() -> None:
    log = Log.starting(2, range(5))
    one, other = log.append([5, 6]), log.append([7])
    assert one.chunks is log.chunks  # nothing is copied for the first
    assert (list(log), list(one), list(other)) == ([0, 1, 2, 3, 4], [0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4, 7])
    assert (log.last(3), log[6], log.trim(5).append([8])[7]) == ((2, 3, 4), 4, 8)
    assert list(log.trim(5).append([8])) == [3, 4, 8]
    with pytest.raises(IndexError):
        log[7]


@pytest.mark.parametrize("length", [0, 1, CHUNK - 3, CHUNK, CHUNK + 5])
def test_apart_nothing_is_held_of_what_others_append(length: int) -> None:
    log = Log.starting(3, range(100, 100 + length))
    log.append([-1, -2])
    alone = log.apart()
    assert (list(alone), alone.end) == (list(log), log.end)
    assert not any(entry in (-1, -2) for chunk in alone.chunks for entry in chunk)
    assert list(alone.append([7])) == [*range(100, 100 + length), 7]
    assert not any(entry == 7 for chunk in log.chunks for entry in chunk)


def test_what_was_cut_off_is_gone_from_what_goes_on_in_its_place() -> None:
    log = Log.starting(0, [object() for _ in range(4)])
    undone = log[3]
    anew = log.cut(3).append([object()])
    assert not any(entry is undone for chunk in anew.chunks for entry in chunk)


@pytest.mark.parametrize("length", [0, 1, 5, CHUNK, CHUNK + 2, 3 * CHUNK + 1])
def test_the_last_entries_are_those_at_its_end(length: int) -> None:
    log = Log.starting(3, range(length))
    for count in (1, 6, CHUNK):
        assert list(log.last(count)) == list(log)[-count:]
    trimmed = log.trim(log.end - 2)
    assert list(trimmed.last(6)) == list(trimmed)
