"""What goes wrong, in words: what it is with its numbers, why, and what can be done."""

from __future__ import annotations

from dataclasses import dataclass

from app.diagnosis import Finding, Kind
from app.i18n import N_
from app.remedies import Remedy, remedies_for
from app.scene.format import short
from app.scene.inspector_words import Words
from app.spec import Spec

DIGITS = 3  # of a number in a sentence

TITLES: dict[Kind, str] = {
    "divergence": N_("Divergence"),
    "symmetric": N_("Symmetric initialisation"),
    "exploding": N_("Exploding gradients"),
    "too_large": N_("Learning rate too large"),
    "dead": N_("Dead ReLU units"),
    "saturated": N_("Saturated units"),
    "vanishing": N_("Vanishing gradients"),
    "too_small": N_("Learning rate too small"),
    "plateau": N_("Plateau"),
    "over_fitting": N_("Over-fitting"),
}
WHAT: dict[Kind, str] = {
    "divergence": N_(
        "Since step {step} the loss cannot be computed; a weight of layer {layer} has the size {size}."
    ),
    "symmetric": N_(
        "{count} of the {units} units of layer {layer} compute the same and get the same gradient."
    ),
    "exploding": N_(
        "The gradient of layer {layer} is {ratio} times as long as that of the last layer: {first} against {last}."
    ),
    "too_large": N_(
        "With the rate {rate} the step takes the loss of its own batch from {before} up to {after}; {times} of it "
        "would have been the best."
    ),
    "dead": N_("{count} of the {units} ReLU units of layer {layer} answer 0 to each of {samples} samples."),
    "saturated": N_(
        "{count} of the {units} units of layer {layer} are saturated: their f′(z) is {slope} on average, of at "
        "most {largest}."
    ),
    "vanishing": N_(
        "The gradient of layer {layer} is {ratio} times as long as that of the last layer: {first} against {last}."
    ),
    "too_small": N_(
        "With the rate {rate} the step takes the loss of its batch from {before} to {after}; a step {times} times "
        "as long would have been the best."
    ),
    "plateau": N_("For {steps} steps the loss has stood at {loss}; the best constant answer has {chance}."),
    "over_fitting": N_(
        "The test loss has risen from {best} at step {step} to {test}, while the training loss fell to {train}."
    ),
}
OVER_TIME = N_(
    "In layer {layer} the gradient ∂L/∂h of the whole batch is {ratio} times as long at the first of {time} time "
    "steps as at the last: {first} against {last}."
)
WHY: dict[Kind, str] = {
    "divergence": N_(
        "Steps that are too long make the gradient longer, and the next step longer still, until nothing can be "
        "computed any more."
    ),
    "symmetric": N_(
        "Units that begin alike stay alike, for the gradient moves them together: the layer is worth a single "
        "unit. Random initial weights break the symmetry."
    ),
    "exploding": N_(
        "On its way back the gradient is multiplied by the weights and by f′(z) of every layer or time step; "
        "where these factors are above 1 it grows exponentially, and a single update throws the weights far away."
    ),
    "too_large": N_(
        "Along the step the loss curves upwards: more than twice the way to its lowest point ends higher than it "
        "began."
    ),
    "dead": N_(
        "For z < 0 the slope of ReLU is 0: no gradient reaches the weights of such a unit, so it stays as it is."
    ),
    "saturated": N_(
        "Far from 0 the curves of sigmoid and tanh are flat. δ holds the factor f′(z), so hardly anything of the "
        "error gets through to these weights."
    ),
    "vanishing": N_(
        "On its way back the gradient is multiplied by the weights and by f′(z) of every layer or time step (at "
        "most ¼ for a sigmoid); where these factors are below 1 it shrinks exponentially, and what lies far back "
        "hardly learns."
    ),
    "too_small": N_(
        "The direction is right, but the update is the learning rate times the gradient, and the loss would allow "
        "a far longer one before it rises again."
    ),
    "plateau": N_(
        "The loss is nearly flat around these weights, as at a saddle point: the gradient is small although there "
        "is much left to learn."
    ),
    "over_fitting": N_(
        "The network fits what is accidental in the training samples, and that does not hold for others; large "
        "weights make such fine detail possible."
    ),
}


@dataclass(frozen=True)
class Told:
    """A finding as the page tells it; `remedies` are the changes that help and can be made."""

    kind: Kind
    title: str
    what: Words
    why: str
    remedies: tuple[Remedy, ...]


def told(finding: Finding, spec: Spec) -> Told:
    """A finding in words, its numbers to DIGITS digits."""
    numbers = {name: short(number, DIGITS) for name, number in finding.numbers.items()}
    layer = "" if finding.layer is None else finding.layer + 1
    what = OVER_TIME if finding.numbers.get("time") else WHAT[finding.kind]
    return Told(
        finding.kind,
        TITLES[finding.kind],
        Words(what, numbers | {"layer": layer}),
        WHY[finding.kind],
        tuple(remedies_for(finding.kind, spec)),
    )
