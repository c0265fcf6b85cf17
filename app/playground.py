"""The one door to sessions, for pages and API alike: load, apply an operation, save; one request after the other."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import Context
from dataclasses import replace
from functools import lru_cache, partial
from math import inf
from time import monotonic
from typing import TypeVar

import numpy as np

from app import looking, training
from app.errors import LimitError, NotFoundError, NotOwnerError, PlaygroundError, TooManyError
from app.history import Log
from app.i18n import N_
from app.limits import Limits
from app.pairing import Both, PairOperation, twin
from app.session import Session
from app.setup import Setup, is_large, prepare
from app.spec import Spec
from app.stores.base import SNAPSHOT, StaleError, Store

T = TypeVar("T")
Operation = Callable[[Session], Session]

INLINE_WORK = 2e6  # multiplications (a millisecond or two) below which a thread is not worth its switch
BYTE_WORK = 7  # multiplications that take as long as reading or writing a byte of JSON
THREADS = 2
POLL_SECONDS = 1.0
ROOM_SECONDS = 10.0


def new_secret() -> str:
    """What the owner's browser keeps in its cookie."""
    return secrets.token_urlsafe(24)


@lru_cache(maxsize=1024)
def owner_of(secret: str | None) -> str:
    """What the store keeps of it: a hash, so that a copy of the store owns nothing."""
    return hashlib.sha256(secret.encode()).hexdigest() if secret else ""


class Playground:
    """Sessions by id over a store. Operations are pure; whoever comes second to a session waits for the first.

    Floating-point warnings are off while they and views run: numbers without bound are shown, not reported.
    """

    def __init__(self, store: Store, limits: Limits) -> None:
        self.store = store
        self.limits = limits
        self._busy: dict[str, asyncio.Event] = {}  # sessions that are changed on a thread
        self._followers: dict[str, set[asyncio.Event]] = {}
        self._looked = -inf
        without_warnings = partial(np.seterr, all="ignore")
        self._threads = ThreadPoolExecutor(THREADS, "engine", without_warnings)
        self._here = Context()  # holds NumPy's error state: np.errstate takes 3 µs each time, this 0.1
        self._here.run(without_warnings)

    def close(self) -> None:
        """Let go of threads and store."""
        self._threads.shutdown()
        self.store.close()

    def load(self, session_id: str, is_recent_enough: bool = False) -> Session:
        """The session of that id; one that is `recent` if that will do. Raises NotFoundError."""
        load = self.store.recent if is_recent_enough else self.store.load
        session = None if session_id.startswith(SNAPSHOT) else load(session_id)
        if session is None:
            raise NotFoundError(
                N_("There is no session {id}; it may have been deleted, or the link is cut off."),
                id=session_id,
            )
        return session

    async def create(self, spec: Spec, owner: str, preset: str | None) -> Session:
        """A new session at step 0."""
        return await self._begin(await self.prepared(spec), owner, preset)

    async def prepared(self, spec: Spec) -> Setup:
        """The setup of a spec. Raises SpecError, DataError."""
        return await self.aside(is_large(spec), partial(prepare, spec, self.limits))

    async def _begin(self, setup: Setup, owner: str, preset: str | None) -> Session:
        work = setup.pass_work(setup.train.count)
        made = await self._run(work, lambda: training.start(setup, _new_id(), owner, preset))
        return self._keep(made)

    async def create_pair(self, specs: tuple[Spec, Spec], owner: str, preset: str | None) -> Both:
        """Two new sessions at step 0 that begin with the same parameters where their shapes agree; the left one
        is of that preset. Raises SpecError, DataError before either is kept."""
        left = await self.prepared(specs[0])
        other = await self.aside(is_large(specs[1]), partial(twin, left, specs[1], self.limits))
        right = await self.prepared(other)
        return await self._begin(left, owner, preset), await self._begin(right, owner, None)

    async def fork(self, session: Session, owner: str) -> Session:
        """A new session in the same state, history and all."""
        return self._keep(_copied(session, owner))

    async def change(self, session_id: str, owner: str, operation: Operation, passes: int = 1) -> Session:
        """Apply `operation`, which takes about `passes` passes over a batch, and save what it gives.

        Raises NotFoundError, NotOwnerError, LimitError, and whatever the operation raises; then nothing changes.
        """
        is_recent_enough = True  # saving tells whether it was; where nothing is saved, the file is asked
        while True:
            if session_id in self._busy:
                await self.settled(session_id)
            session = self.load(session_id, is_recent_enough)
            try:
                _hold_owner(session, owner)
                changed = await self._run(self.work(session, passes), partial(operation, session), session_id)
            except PlaygroundError:
                if not is_recent_enough:
                    raise
                changed = session
            if changed is not session:
                with suppress(StaleError):  # another process was first: do it again on what it left
                    saved = self.store.save(changed, session)
                    self._tell(session_id)
                    return saved
            elif not is_recent_enough:
                return session
            is_recent_enough = False

    async def change_pair(
        self, ids: tuple[str, str], owner: str, operation: PairOperation, passes: int = 1
    ) -> Both:
        """Apply `operation` to two sessions and save both, or neither. Raises as `change` does."""
        while True:
            await self.settled(*ids)
            both = (self.load(ids[0]), self.load(ids[1]))
            for session in both:
                _hold_owner(session, owner)
            work = sum(self.work(session, passes) for session in both)
            changed = await self._run(work, partial(operation, *both), *ids)
            moved = [(new, old) for new, old in zip(changed, both, strict=True) if new is not old]
            try:
                saved = {session.id: session for session in self.store.save_all(moved)}
            except StaleError:
                continue  # another process was first: do it again on what it left
            for session_id in saved:
                self._tell(session_id)
            left, right = (saved.get(session.id, session) for session in changed)
            return left, right

    def _tell(self, session_id: str) -> None:
        """Wake who follows a session."""
        for follower in self._followers.get(session_id, ()):
            follower.set()

    async def look(
        self, session: Session, view: Callable[[Session], T], passes: int = 1, work: float = 0.0
    ) -> T:
        """What `view`, which takes about `passes` passes over a batch and `work` besides, sees of a session."""
        return await self._run(self.work(session, passes) + work, partial(view, session))

    async def follow(self, session_id: str) -> AsyncGenerator[Session | None]:
        """The session now and after each change; None now and then, when there is none. A slow follower misses some.

        Changes by other processes are noticed within POLL_SECONDS. Raises NotFoundError, TooManyError.
        """
        if sum(map(len, self._followers.values())) >= self.limits.max_followers:
            text = N_("Too many are following; the limit max_followers is {limit}.")
            raise TooManyError(text, limit=self.limits.max_followers)
        changed = asyncio.Event()
        self._followers.setdefault(session_id, set()).add(changed)
        try:
            seen = None
            while True:
                changed.clear()
                session = self.load(session_id)
                yield session if session.version != seen else None
                seen = session.version
                with suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), POLL_SECONDS)
        finally:
            self._followers[session_id].discard(changed)
            if not self._followers[session_id]:
                del self._followers[session_id]

    async def delete(self, session_id: str, owner: str) -> None:
        """Forget a session. Raises NotFoundError, NotOwnerError."""
        await self.settled(session_id)
        session = self.load(session_id)
        _hold_owner(session, owner)
        self.store.delete(session_id)

    def share(self, session: Session) -> str:
        """Store a snapshot of the session as it is now; gives its slug, the same for the same state."""
        slug = looking.fingerprint(session)
        key = SNAPSHOT + slug
        if self.store.load(key) is None:
            if self.store.count(snapshots=True) >= self.limits.max_snapshots:
                raise TooManyError(
                    N_("No more snapshots can be stored; the limit max_snapshots is {limit}."),
                    limit=self.limits.max_snapshots,
                )
            now = session.now
            alone = replace(
                session,
                id=key,
                owner="",
                history=Log.starting(0, (now,)),
                cursor=0,
                history_bytes=now.nbytes,
                curve=session.curve.until(now.step),
                version=0,
            )
            with suppress(StaleError):  # another process has just stored the same
                self.store.save(alone, None)
        return slug

    async def open_snapshot(self, slug: str, owner: str) -> Session:
        """A new session at exactly the state of a snapshot. Raises NotFoundError."""
        snapshot = self.store.load(SNAPSHOT + slug)
        if snapshot is None:
            raise NotFoundError(N_("There is no snapshot {slug}; the link may be cut off."), slug=slug)
        return self._keep(_copied(snapshot, owner))

    def _keep(self, session: Session) -> Session:
        limits = self.limits
        if self.store.count(snapshots=False) >= limits.max_sessions:
            self._make_room()
            if self.store.count(snapshots=False) >= limits.max_sessions:
                raise TooManyError(
                    N_("The server is full; the limit max_sessions is {limit}."), limit=limits.max_sessions
                )
        return self.store.save(session, None)

    def _make_room(self) -> None:
        """Forget who has been away for long; now and then, since all sessions are looked at."""
        if monotonic() - self._looked >= ROOM_SECONDS:
            self._looked, limits = monotonic(), self.limits
            self.store.make_room(limits.session_idle_hours * 3600, limits.session_unused_hours * 3600)

    async def settled(self, *ids: str) -> None:
        """Wait until none of these sessions is changed on a thread any more."""
        while busy := next((self._busy[one] for one in ids if one in self._busy), None):
            await busy.wait()

    async def _run(self, work: float, function: Callable[[], T], *changes: str) -> T:
        """Do `work` in `function`, large work aside. Raises LimitError."""
        if work > self.limits.max_work_per_request:
            raise LimitError(
                N_("This takes {work} multiplications; the limit max_work_per_request is {limit}."),
                work=f"{work:.2g}",
                limit=f"{self.limits.max_work_per_request:.2g}",
            )
        if work <= INLINE_WORK:
            return self._here.run(function)
        return await self.aside(True, function, *changes)

    async def aside(self, is_long: bool, function: Callable[[], T], *changes: str) -> T:
        """What does not take long here and now, what does on a thread while others are served; nobody else changes the
        sessions that it `changes`."""
        if not is_long:
            return self._here.run(function)
        ended = asyncio.Event()
        self._busy.update(dict.fromkeys(changes, ended))
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, function)
        finally:
            for one in set(changes):
                del self._busy[one]
            ended.set()  # whoever waits goes on when this task is next in waiting: what came of it is saved then

    def work(self, session: Session, passes: int) -> float:
        """Multiplications that `passes` passes over a batch of a session take, about."""
        setup = session.setup
        batch = min(session.now.regime.knobs.batch_size, setup.train.count)
        return passes * (setup.pass_work(batch) + setup.update_work)

    def spec_work(self, session: Session) -> float:
        """What reading or writing all that is given in the spec of a session takes, in multiplications, about."""
        return BYTE_WORK * session.setup.written.nbytes


def _hold_owner(session: Session, owner: str) -> None:
    if not owner:
        raise NotOwnerError(
            N_(
                "Only the browser that started this network can change it, and is known by its cookie; this one sends"
                " none. If it blocks cookies, allow them for this page; then fork it."
            )
        )
    if not hmac.compare_digest(session.owner, owner):
        raise NotOwnerError(N_("Only the browser that started this network can change it; fork it."))


def _copied(session: Session, owner: str) -> Session:
    """The same as a session of that owner; neither holds what the other goes on to."""
    return replace(session, id=_new_id(), owner=owner, version=0, history=session.history.apart())


def _new_id() -> str:
    return secrets.token_urlsafe(9)
