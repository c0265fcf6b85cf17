"""What every option on the page is called, and one sentence on what it does (both msgids).

Choices stand by the name they have in a spec, grouped by the field they are chosen in; FIELDS holds the fields
themselves, by the name they have in forms and links.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.datasets import DATASETS
from app.i18n import N_


@dataclass(frozen=True, slots=True)
class Option:
    """A title, and one sentence of explanation."""

    title: str
    sentence: str


ACTIVATIONS = {
    "linear": Option(N_("linear"), N_("a = z: no bend at all, for outputs that may be any number.")),
    "sigmoid": Option(N_("sigmoid"), N_("Between 0 and 1, flat at both ends, where its gradient vanishes.")),
    "tanh": Option(N_("tanh"), N_("Between −1 and 1 and centred on 0; flat at both ends, like the sigmoid.")),
    "relu": Option(
        N_("ReLU"), N_("0 below 0, z above: cheap, and its gradient does not shrink while it is on.")
    ),
    "leaky_relu": Option(
        N_("leaky ReLU"), N_("Like ReLU, with a slope of 0.01 below 0, so that no unit dies.")
    ),
    "elu": Option(N_("ELU"), N_("Like ReLU, but bends smoothly towards −1 below 0.")),
    "selu": Option(N_("SELU"), N_("A scaled ELU that keeps mean 0 and variance 1 from layer to layer.")),
    "gelu": Option(N_("GELU"), N_("z times the normal distribution function of z: a smooth ReLU.")),
    "softplus": Option(N_("softplus"), N_("ln(1 + eᶻ): ReLU with its corner rounded off.")),
    "silu": Option(N_("SiLU"), N_("z times its sigmoid: smooth, with a small dip below 0.")),
    "softmax": Option(N_("softmax"), N_("Makes the outputs of a layer probabilities that add up to 1.")),
}

LOSSES = {
    "squared_error": Option(
        N_("squared error"),
        N_("½ Σ (a − y)² for each sample, as textbooks write it; the mean over the batch."),
    ),
    "mse": Option(
        N_("mean squared error"), N_("The mean of (a − y)²: large errors count far more than small ones.")
    ),
    "mae": Option(N_("mean absolute error"), N_("The mean of |a − y|: single outliers pull less.")),
    "huber": Option(N_("Huber"), N_("Squared up to an error of 1, absolute beyond: calm with outliers.")),
    "binary_cross_entropy": Option(
        N_("binary cross-entropy"),
        N_("−ln of the probability given to the truth; stands after a sigmoid output."),
    ),
    "cross_entropy": Option(
        N_("cross-entropy"),
        N_("−ln of the probability given to the right class; stands after a softmax output."),
    ),
    "hinge": Option(N_("hinge"), N_("max(0, 1 − a·y) with targets −1 and 1: no loss beyond the margin.")),
}

INITIALIZERS = {
    "zeros": Option(N_("zeros"), N_("All weights 0: the units of a layer then stay alike for ever.")),
    "normal": Option(N_("normal"), N_("Normally distributed with a standard deviation of 0.1.")),
    "uniform": Option(N_("uniform"), N_("Evenly between −0.5 and 0.5.")),
    "xavier_uniform": Option(
        N_("Xavier, uniform"), N_("Evenly within ±√(6 / (fan_in + fan_out)); suits tanh and sigmoid.")
    ),
    "xavier_normal": Option(
        N_("Xavier, normal"), N_("Normal with variance 2 / (fan_in + fan_out); suits tanh and sigmoid.")
    ),
    "he_uniform": Option(N_("He, uniform"), N_("Evenly within ±√(6 / fan_in); suits ReLU.")),
    "he_normal": Option(N_("He, normal"), N_("Normal with variance 2 / fan_in; suits ReLU.")),
    "lecun_uniform": Option(N_("LeCun, uniform"), N_("Evenly within ±√(3 / fan_in); suits SELU and tanh.")),
    "lecun_normal": Option(N_("LeCun, normal"), N_("Normal with variance 1 / fan_in; suits SELU and tanh.")),
    "orthogonal": Option(
        N_("orthogonal"), N_("Columns at right angles to each other: lengths survive many layers.")
    ),
}

OPTIMIZERS = {
    "sgd": Option(N_("SGD"), N_("Down the gradient of each batch, learning rate times slope.")),
    "momentum": Option(
        N_("Momentum"), N_("Adds up past gradients in a velocity, like a heavy ball rolling.")
    ),
    "nesterov": Option(N_("Nesterov"), N_("Momentum that already looks one step ahead.")),
    "adagrad": Option(
        N_("AdaGrad"), N_("Divides by the root of all squared gradients so far; steps only get smaller.")
    ),
    "rmsprop": Option(N_("RMSprop"), N_("Divides by the root of a running mean of squared gradients.")),
    "adadelta": Option(N_("Adadelta"), N_("Scales each step by the sizes of past steps and past gradients.")),
    "adam": Option(N_("Adam"), N_("Momentum and RMSprop together, both corrected for their start at 0.")),
    "adamw": Option(N_("AdamW"), N_("Adam with weight decay apart from the gradient.")),
}

SCHEDULES = {
    "constant": Option(N_("constant"), N_("The learning rate stays as it is.")),
    "step": Option(N_("in steps"), N_("Multiplied by a factor after every so many updates.")),
    "exponential": Option(N_("exponential"), N_("Multiplied by gamma with every update.")),
    "inverse_time": Option(
        N_("inverse time"), N_("Divided by 1 + decay · t: fast at first, then ever slower.")
    ),
    "cosine": Option(N_("cosine"), N_("Down half a cosine wave to a floor, then level.")),
    "warmup": Option(N_("warm-up"), N_("Rises evenly from almost 0 to the full rate, then stays.")),
}

SHUFFLES = {
    "true": Option(N_("shuffled"), N_("Every epoch takes the samples in another order.")),
    "false": Option(N_("not shuffled"), N_("Every epoch takes the samples in the order of the rows.")),
}

NOTATIONS = {
    "matrix": Option(N_("by layer: W⁽¹⁾₁₂"), N_("The weight of layer 1 from its input 1 to its unit 2.")),
    "nodes": Option(N_("by node: w13"), N_("Neurons are counted through all layers, the inputs too.")),
    "sequence": Option(N_("in a row: w1, w2, …"), N_("Weights are counted through all layers.")),
}

FEATURES = {
    "x1": Option("x1", N_("The first input as it is.")),
    "x2": Option("x2", N_("The second input as it is.")),
    "x1^2": Option("x1²", N_("The square of the first input.")),
    "x2^2": Option("x2²", N_("The square of the second input.")),
    "x1*x2": Option("x1·x2", N_("The product of both inputs: alone it solves XOR.")),
    "sin(x1)": Option("sin x1", N_("The sine of the first input.")),
    "sin(x2)": Option("sin x2", N_("The sine of the second input.")),
}

DATA_SETS = {name: Option(kind.title, kind.description) for name, kind in DATASETS.items()}

LAYERS = {
    "dense": Option(N_("dense"), N_("Every unit sees every number: weights times inputs, plus a bias.")),
    "conv2d": Option(
        N_("convolution"), N_("Small kernels slide over an image, the same weights at every place.")
    ),
    "maxpool2d": Option(N_("max pooling"), N_("Keeps the largest of each square of an image.")),
    "avgpool2d": Option(N_("mean pooling"), N_("Keeps the mean of each square of an image.")),
    "flatten": Option(N_("flatten"), N_("Puts all numbers of an image or a sequence into one row.")),
    "dropout": Option(
        N_("dropout"), N_("Leaves numbers out at random while training, so that no unit relies on one other.")
    ),
    "rnn": Option(N_("recurrent"), N_("Reads a sequence step by step; its state is its memory.")),
    "lstm": Option(
        N_("LSTM"), N_("Recurrent, with a cell that gates write to, erase and read: it forgets less.")
    ),
    "gru": Option(N_("GRU"), N_("Recurrent, with two gates that say how much of its state is made new.")),
}

PADDINGS = {
    "valid": Option(N_("valid"), N_("Kernels stay inside the image, which gets smaller.")),
    "same": Option(N_("same"), N_("Zeros around the image, so that it keeps its size.")),
}

STEPS = {
    "false": Option(
        N_("the last step"), N_("Only the state after the last step goes on: one answer a sequence.")
    ),
    "true": Option(N_("every step"), N_("The state after each step goes on: a sequence again.")),
}

CHOICES: dict[str, dict[str, Option]] = {
    "dataset": DATA_SETS,
    "features": FEATURES,
    "type": LAYERS,
    "activation": ACTIVATIONS,
    "padding": PADDINGS,
    "return_sequences": STEPS,
    "loss": LOSSES,
    "initializer": INITIALIZERS,
    "shuffle": SHUFFLES,
    "notation": NOTATIONS,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
}

FIELDS = {
    "dataset": Option(N_("Data set"), N_("The samples that the network learns from and is tested on.")),
    "samples": Option(N_("Samples"), N_("How many samples are made, for training and testing together.")),
    "noise": Option(
        N_("Noise"), N_("How far the samples are scattered, or how many symbols are wrong, from 0 to 1.")
    ),
    "test_fraction": Option(
        N_("For testing"),
        N_("The share of the samples, from 0 to 0.9, that is kept for testing and never trained on."),
    ),
    "data_seed": Option(
        N_("Seed of the data"), N_("Another whole number makes other samples of the same kind.")
    ),
    "features": Option(
        N_("Inputs"), N_("What the network is given of each sample: the inputs, or functions of them.")
    ),
    "type": Option(N_("Type"), N_("What a layer does with the numbers it gets.")),
    "time_steps": Option(
        N_("Time steps"),
        N_("How long each sequence is; the longer, the more steps a gradient has to go back through."),
    ),
    "units": Option(N_("Units"), N_("How many neurons a layer has.")),
    "activation": Option(N_("Activation"), N_("What each neuron of a layer makes of its weighted sum z.")),
    "filters": Option(N_("Filters"), N_("How many kernels a convolution has: one map each.")),
    "kernel": Option(N_("Kernel"), N_("Height and width of a kernel in pixels: 3, or 3×2.")),
    "stride": Option(N_("Stride"), N_("By how many pixels a kernel moves on.")),
    "padding": Option(N_("Padding"), N_("What a convolution does at the rim of an image.")),
    "size": Option(N_("Size"), N_("Height and width of the squares of which one pixel each is made.")),
    "rate": Option(N_("Rate"), N_("The share of numbers left out, from 0 to below 1.")),
    "return_sequences": Option(N_("Output"), N_("Which states of a recurrent layer the next layer gets.")),
    "loss": Option(N_("Loss"), N_("The number that training makes small: how far outputs are from targets.")),
    "initializer": Option(
        N_("Initial weights"), N_("How the weights are drawn at step 0; biases start at 0.")
    ),
    "seed": Option(
        N_("Seed"), N_("Another whole number draws other initial weights and another order of batches.")
    ),
    "shuffle": Option(
        N_("Order of the samples"), N_("In which order an epoch goes through the training samples.")
    ),
    "notation": Option(N_("Names"), N_("How weights, biases and neurons are called on the page.")),
    "batch_size": Option(N_("Batch size"), N_("How many samples each update averages over.")),
    "optimizer": Option(N_("Optimiser"), N_("The rule that turns gradients into updates.")),
    "learning_rate": Option(
        N_("Learning rate"), N_("How far each update goes; too far, and training diverges.")
    ),
    "momentum": Option(
        N_("Momentum (μ)"), N_("How much of the velocity is kept with each update, from 0 to below 1.")
    ),
    "rho": Option(N_("Decay (ρ)"), N_("How much of the running mean of squares is kept with each update.")),
    "beta1": Option(N_("β₁"), N_("How much of the running mean of gradients is kept with each update.")),
    "beta2": Option(
        N_("β₂"), N_("How much of the running mean of squared gradients is kept with each update.")
    ),
    "epsilon": Option(N_("ε"), N_("A small number added so that nothing is divided by almost 0.")),
    "weight_decay": Option(
        N_("Weight decay"), N_("The share of itself, times the learning rate, each weight loses.")
    ),
    "schedule": Option(N_("Schedule"), N_("How the learning rate changes with the number of updates.")),
    "every": Option(
        N_("Updates per step"), N_("After so many updates the learning rate is multiplied once more.")
    ),
    "factor": Option(
        N_("Factor"), N_("What the learning rate is multiplied by at each step of the schedule.")
    ),
    "gamma": Option(N_("Gamma (γ)"), N_("What the learning rate is multiplied by with each update.")),
    "decay": Option(
        N_("Decay per update"), N_("How fast the learning rate falls: it is halved after 1 / decay updates.")
    ),
    "steps": Option(N_("Length in updates"), N_("After so many updates the schedule has reached its end.")),
    "floor": Option(N_("Floor"), N_("The share of the learning rate that is left at the end.")),
    "clip_norm": Option(
        N_("Clip the gradient at"), N_("A longer gradient is shortened to this length; empty: never.")
    ),
    "l1": Option(N_("L1 penalty"), N_("Adds l1 · Σ|w| to the loss: weights that are not needed become 0.")),
    "l2": Option(N_("L2 penalty"), N_("Adds l2/2 · Σw² to the loss: keeps all weights small.")),
    "max_steps": Option(N_("Stop after steps"), N_("Training ends at this step; empty: it goes on.")),
    "gradient_tolerance": Option(
        N_("Stop at gradient"),
        N_("Training ends when the gradient is no longer than this; empty: it goes on."),
    ),
    "loss_tolerance": Option(
        N_("Stop at loss"), N_("Training ends when the batch loss is no larger than this; empty: it goes on.")
    ),
}
