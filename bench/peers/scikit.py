"""scikit-learn's networks of dense layers: one `partial_fit` of one batch is one step."""

from __future__ import annotations

from typing import Any

from app.nn import Array, Dense
from bench.peers.side import Case, Here, PeerMissingError


class ScikitLearn:
    """See Peer."""

    name = "scikit-learn"
    tolerance = 1e-3  # its Adam has its ε elsewhere

    def __init__(self) -> None:
        try:
            from sklearn import neural_network
        except ImportError:
            raise PeerMissingError(
                "scikit-learn is not measured: it is not installed; "
                "pip install -r requirements-bench.txt gets it."
            ) from None
        self._kinds = neural_network

    def has(self, case: Case) -> bool:
        """See Peer."""
        return all(isinstance(layer, Dense) for layer in case.network.layers)

    def side(self, case: Case) -> Here:
        """See Peer."""
        model, x, y = self._model(case), *case.data()
        targets = y.argmax(axis=1) if case.is_classifier else y.ravel()
        more = {"classes": range(10)} if case.is_classifier else {}
        model.partial_fit(x, targets, **more)  # makes its arrays
        for weights, own in zip(model.coefs_, case.network.unflatten(case.parameters()), strict=True):
            weights[...] = own["W"]
        for biases, own in zip(model.intercepts_, case.network.unflatten(case.parameters()), strict=True):
            biases[...] = own["b"]
        if case.optimizer == "adam":
            rule = model._optimizer
            rule.t = 0
            for moment in (*rule.ms, *rule.vs):
                moment[...] = 0.0

        def outputs() -> Array:
            made: Array = model.predict_proba(x) if case.is_classifier else model.predict(x)[:, None]
            return made

        return Here(lambda: model.partial_fit(x, targets), outputs)

    def _model(self, case: Case) -> Any:
        """A model that updates once a call, by the rule of the case alone: no penalty, no momentum."""
        kind = self._kinds.MLPClassifier if case.is_classifier else self._kinds.MLPRegressor
        hidden = [layer for layer in case.network.layers[:-1] if isinstance(layer, Dense)]
        # its loss of a number is half the square: twice the rate is the same step of gradient descent
        slope = 1.0 if case.is_classifier or case.optimizer == "adam" else 2.0
        return kind(
            hidden_layer_sizes=tuple(layer.units for layer in hidden),
            activation=hidden[0].activation,
            solver=case.optimizer,
            learning_rate_init=case.rate * slope,
            batch_size=case.batch,
            alpha=0.0,
            momentum=0.0,
            nesterovs_momentum=False,
            random_state=0,
        )
