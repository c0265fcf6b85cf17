"""Every limit, named, with its default, checked before any work is done; the environment may change them."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from app.errors import Fault, SpecError, listed
from app.i18n import N_

Size = tuple[tuple[str | int, ...], float, str]  # where something is counted, how much it is, the limit on it
TOO_MANY = N_("{count} is more than the limit {limit} = {value}")


class Limits(BaseModel):
    """The limits of one server. A refusal names the limit and its value."""

    model_config = ConfigDict(frozen=True)

    max_layers: int = Field(32, ge=1, description="layers in one network")
    max_units: int = Field(1024, ge=1, description="units in one layer")
    max_parameters: int = Field(200_000, ge=1, description="weights and biases in one network")
    max_time_steps: int = Field(
        500, ge=1, description="time steps of one sequence in front of recurrent layers"
    )
    max_pass_values: int = Field(
        50_000_000, ge=1_000, description="numbers kept in one pass (those of one sample times the batch)"
    )
    max_samples: int = Field(10_000, ge=1, description="samples in one data set, training and test together")
    max_data_values: int = Field(1_000_000, ge=1, description="numbers in the data of one spec")
    max_batch_size: int = Field(2_048, ge=1, description="samples in one batch")
    max_steps_per_request: int = Field(10_000, ge=1, description="updates asked for in one request")
    max_work_per_request: float = Field(
        1e10, gt=0, description="multiplications in one request (weights times samples times passes)"
    )
    max_gradcheck_parameters: int = Field(300, ge=1, description="parameters one gradient check looks at")
    max_landscape_work: float = Field(
        5e8, gt=0, description="multiplications of one picture of the loss as a landscape"
    )
    max_explained_terms: int = Field(
        50_000, ge=1, description="terms in one explanation: samples times positions or steps"
    )
    max_request_bytes: int = Field(8_000_000, ge=1_000, description="bytes in the body of one request")
    max_button_bytes: int = Field(64_000, ge=1_000, description="bytes that one press of a button sends")
    max_form_bytes: int = Field(1_000_000, ge=1_000, description="bytes in the body of one form")
    max_form_fields: int = Field(1_000, ge=100, description="fields in one form")
    max_link_bytes: int = Field(30_000, ge=100, description="bytes in the query of one link")
    max_history_bytes: int = Field(
        8_000_000, ge=1_000, description="bytes of undo history kept for one session"
    )
    max_history_moments: int = Field(5_000, ge=2, description="undo steps kept for one session")
    max_followers: int = Field(200, ge=1, description="event streams open at a time in one process")
    max_curve_points: int = Field(4_096, ge=16, description="points kept of one session's loss curves")
    max_sessions: int = Field(20_000, ge=1, description="sessions kept by the store")
    max_snapshots: int = Field(100_000, ge=1, description="snapshots kept by the store")
    session_unused_hours: float = Field(
        1.0, gt=0, description="hours after which a session that was opened and never used may make room"
    )
    session_idle_hours: float = Field(
        24.0 * 30, gt=0, description="hours after which an untouched session may make room"
    )

    def hold(self, sizes: Iterable[Size]) -> None:
        """Raises SpecError with a fault for each size that is over its limit, as `listed`."""
        faults = [
            Fault(loc, TOO_MANY, (("count", size), ("limit", name), ("value", getattr(self, name))))
            for loc, size, name in sizes
            if size > getattr(self, name)
        ]
        if faults:
            raise SpecError(N_("A limit is exceeded."), listed(faults, len(faults)))
