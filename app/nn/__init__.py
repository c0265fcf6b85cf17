"""The engine: networks laid out as lists of NumPy calls. Imports nothing from the rest of app."""

from app.nn.activations import ACTIVATIONS, activate, slope_at
from app.nn.arrays import Array, BoolArray, IntArray
from app.nn.chain import Link, Slope, links, value_of
from app.nn.conv import PADDINGS, Conv2d
from app.nn.dense import Dense
from app.nn.diagnose import Along, activation_of, alike, constant_loss, openness, silent, time_norms
from app.nn.dropout import Dropout
from app.nn.evaluation import Evaluation, evaluate, penalty, predict
from app.nn.explain import Terms, penalty_gradient, terms
from app.nn.fields import Field
from app.nn.formula import Formula, formula
from app.nn.gradcheck import GradCheck, LayerCheck, gradcheck
from app.nn.gru import Gru
from app.nn.initializers import INITIALIZERS
from app.nn.layer import Layer, Part
from app.nn.losses import LOSSES
from app.nn.lstm import Lstm
from app.nn.maps import activations_over
from app.nn.metrics import Kind, accuracy
from app.nn.network import Columns, Network, ParameterError, Slot
from app.nn.optimizers import (
    OPTIMIZERS,
    Optimizer,
    Update,
    optimizer,
    state_names,
    state_size,
)
from app.nn.plan import Plan, plan_for, update_for
from app.nn.pooling import AvgPool2d, MaxPool2d
from app.nn.recurrent import Recurrent, Rnn
from app.nn.schedules import SCHEDULES, Schedule, learning_rate, schedule
from app.nn.shape import Flatten
from app.nn.trace import LayerTrace, Trace

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "LOSSES",
    "OPTIMIZERS",
    "PADDINGS",
    "SCHEDULES",
    "Along",
    "Array",
    "AvgPool2d",
    "BoolArray",
    "Columns",
    "Conv2d",
    "Dense",
    "Dropout",
    "Evaluation",
    "Field",
    "Flatten",
    "Formula",
    "GradCheck",
    "Gru",
    "IntArray",
    "Kind",
    "Layer",
    "LayerCheck",
    "LayerTrace",
    "Link",
    "Lstm",
    "MaxPool2d",
    "Network",
    "Optimizer",
    "ParameterError",
    "Part",
    "Plan",
    "Recurrent",
    "Rnn",
    "Schedule",
    "Slope",
    "Slot",
    "Terms",
    "Trace",
    "Update",
    "accuracy",
    "activate",
    "activation_of",
    "activations_over",
    "alike",
    "constant_loss",
    "evaluate",
    "formula",
    "gradcheck",
    "learning_rate",
    "links",
    "openness",
    "optimizer",
    "penalty",
    "penalty_gradient",
    "plan_for",
    "predict",
    "schedule",
    "silent",
    "slope_at",
    "state_names",
    "state_size",
    "terms",
    "time_norms",
    "update_for",
    "value_of",
]
