"""The engine: networks laid out as lists of NumPy calls. Imports nothing from the rest of app."""

from app.nn.activations import ACTIVATIONS, activate, slope_at
from app.nn.algebra import Expression, Write, stages
from app.nn.arrays import Array, BoolArray, Call, IntArray, Runner
from app.nn.chain import Link, Slope, links, value_of
from app.nn.conv import PADDINGS, Conv2d
from app.nn.dense import Dense
from app.nn.diagnose import Along, activation_of, alike, constant_loss, openness, silent, time_norms
from app.nn.dropout import Dropout
from app.nn.evaluation import Laid, evaluate, evaluate_parts, lay_parts, penalty, predict
from app.nn.explain import Terms, penalty_gradient, terms
from app.nn.fields import Field
from app.nn.formula import NAMESPACE, Formula, formula, parameter_symbol
from app.nn.gradcheck import DERIVATIVE_PASSES, GradCheck, gradcheck
from app.nn.gru import Gru
from app.nn.initializers import INITIALIZERS
from app.nn.landscape import Grid, Slice, coordinates, objectives, random_directions
from app.nn.layer import Layer, Part
from app.nn.losses import LOSSES
from app.nn.lstm import Lstm
from app.nn.maps import Sketch, activations_over
from app.nn.metrics import Kind, Truth, accuracy, are_right, right_answers, truth
from app.nn.network import Columns, Network, ParameterError, Slot
from app.nn.optimizers import (
    OPTIMIZERS,
    Optimizer,
    Update,
    first_state,
    optimizer,
    state_names,
    state_size,
)
from app.nn.parts import Evaluation
from app.nn.plan import Plan, plan_for
from app.nn.pooling import AvgPool2d, MaxPool2d
from app.nn.quotient import Quotient, quotient
from app.nn.recurrent import Recurrent, Rnn
from app.nn.rules import OneUpdate, RuleLine, rule
from app.nn.schedules import SCHEDULES, Schedule, learning_rate, schedule
from app.nn.shape import Flatten
from app.nn.sums import Summand, summands
from app.nn.trace import LayerTrace, Means, Trace, Units

__all__ = [
    "ACTIVATIONS",
    "DERIVATIVE_PASSES",
    "INITIALIZERS",
    "LOSSES",
    "NAMESPACE",
    "OPTIMIZERS",
    "PADDINGS",
    "SCHEDULES",
    "Along",
    "Array",
    "AvgPool2d",
    "BoolArray",
    "Call",
    "Columns",
    "Conv2d",
    "Dense",
    "Dropout",
    "Evaluation",
    "Expression",
    "Field",
    "Flatten",
    "Formula",
    "GradCheck",
    "Grid",
    "Gru",
    "IntArray",
    "Kind",
    "Laid",
    "Layer",
    "LayerTrace",
    "Link",
    "Lstm",
    "MaxPool2d",
    "Means",
    "Network",
    "OneUpdate",
    "Optimizer",
    "ParameterError",
    "Part",
    "Plan",
    "Quotient",
    "Recurrent",
    "Rnn",
    "RuleLine",
    "Runner",
    "Schedule",
    "Sketch",
    "Slice",
    "Slope",
    "Slot",
    "Summand",
    "Terms",
    "Trace",
    "Truth",
    "Units",
    "Update",
    "Write",
    "accuracy",
    "activate",
    "activation_of",
    "activations_over",
    "alike",
    "are_right",
    "constant_loss",
    "coordinates",
    "evaluate",
    "evaluate_parts",
    "first_state",
    "formula",
    "gradcheck",
    "lay_parts",
    "learning_rate",
    "links",
    "objectives",
    "openness",
    "optimizer",
    "parameter_symbol",
    "penalty",
    "penalty_gradient",
    "plan_for",
    "predict",
    "quotient",
    "random_directions",
    "right_answers",
    "rule",
    "schedule",
    "silent",
    "slope_at",
    "stages",
    "state_names",
    "state_size",
    "summands",
    "terms",
    "time_norms",
    "truth",
    "value_of",
]
