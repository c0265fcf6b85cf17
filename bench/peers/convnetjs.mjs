// ConvNetJS: its trainer takes sample after sample and updates after each batch. 0.3.0 has no Adam: here it
// stands over the parameters and gradients that its network lists, in the way of its other rules.
import convnetjs from "convnetjs";
import { serve } from "./serve.mjs";

const { Net, Trainer, Vol } = convnetjs;

const DEFINITIONS = {
  dense: (layer) => ({ type: "fc", num_neurons: layer.units }),
  conv: (layer) => ({ type: "conv", sx: layer.kernel, filters: layer.units, stride: 1, pad: layer.pad }),
  pool: (layer) => ({ type: "pool", sx: layer.size, stride: layer.size }),
};

function definitions({ shape, layers }) {
  const [height, width, depth] = shape.length === 3 ? shape : [1, 1, shape[0]];
  const input = { type: "input", out_sx: width, out_sy: height, out_depth: depth };
  const hidden = layers.slice(0, -1).map((layer) => {
    const made = DEFINITIONS[layer.kind](layer);
    return layer.activation ? { ...made, activation: layer.activation } : made;
  });
  const { units, activation } = layers.at(-1);
  const last = activation === "softmax" ? { type: "softmax", num_classes: units } : { type: "regression", num_neurons: units };
  return [input, ...hidden, last];
}

function setParameters(net, layers) {
  const given = layers.filter((layer) => layer.W);
  const made = net.layers.filter((layer) => layer.filters);
  made.forEach((layer, at) => {
    const { W, b, units } = given[at];
    layer.filters.forEach((filter, unit) => filter.w.forEach((_, k) => (filter.w[k] = W[k * units + unit])));
    b.forEach((value, unit) => (layer.biases.w[unit] = value));
  });
}

function adam(net, { rate, slope, count }) {
  const [beta1, beta2, eps] = [0.9, 0.999, 1e-8];
  const moments = net.getParamsAndGrads().map(({ params }) => [new Float64Array(params.length), new Float64Array(params.length)]);
  let t = 0;
  return () => {
    t++;
    net.getParamsAndGrads().forEach(({ params, grads }, at) => {
      const [m, v] = moments[at];
      for (let k = 0; k < params.length; k++) {
        const g = (slope * grads[k]) / count;
        m[k] = m[k] * beta1 + (1 - beta1) * g;
        v[k] = v[k] * beta2 + (1 - beta2) * g * g;
        params[k] -= (rate * (m[k] / (1 - beta1 ** t))) / (Math.sqrt(v[k] / (1 - beta2 ** t)) + eps);
        grads[k] = 0;
      }
    });
  };
}

function stepOf(net, inputs, targets, { optimizer, rate, slope }) {
  const count = inputs.length;
  if (optimizer === "adam") {
    const update = adam(net, { rate, slope, count });
    return () => {
      for (let k = 0; k < count; k++) {
        net.forward(inputs[k], true);
        net.backward(targets[k]);
      }
      update();
    };
  }
  const trainer = new Trainer(net, { method: "sgd", learning_rate: rate * slope, momentum: 0, batch_size: count });
  return () => {
    for (let k = 0; k < count; k++) trainer.train(inputs[k], targets[k]);
  };
}

serve((asked) => {
  const net = new Net();
  net.makeLayers(definitions(asked));
  setParameters(net, asked.layers);
  const classes = asked.layers.at(-1).activation === "softmax";
  const inputs = asked.x.map((sample) => {
    const [height, width, depth] = asked.shape.length === 3 ? asked.shape : [1, 1, asked.shape[0]];
    const vol = new Vol(width, height, depth, 0);
    sample.forEach((value, k) => (vol.w[k] = value));
    return vol;
  });
  const targets = asked.y.map((target) => (classes ? target.indexOf(1) : target));
  // its loss of a number is half the square: twice the rate is the same step
  const slope = classes ? 1 : 2;
  return {
    step: stepOf(net, inputs, targets, { optimizer: asked.optimizer, rate: asked.rate, slope }),
    outputs: () => inputs.map((x) => [...net.forward(x).w]),
  };
});
