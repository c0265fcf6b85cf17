"""Prometheus metrics of one process."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from starlette.responses import Response

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


METHODS = frozenset(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])


class Metrics:
    """What is counted: requests and their time, by route."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "playground_requests", "Requests answered", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "playground_request_seconds",
            "Time to answer",
            ("route",),
            registry=self.registry,
            buckets=BUCKETS,
        )

        self._counted: dict[tuple[str, str, int], tuple[Callable[[], None], Callable[[float], None]]] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request was answered."""
        key = (method if method in METHODS else "other", route, status)
        if key not in self._counted:
            labelled = self.requests.labels(*key), self.seconds.labels(route)
            self._counted[key] = labelled[0].inc, labelled[1].observe
        inc, observe = self._counted[key]
        inc()
        observe(seconds)

    def answer(self) -> Response:
        """The metrics as Prometheus reads them."""
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)
