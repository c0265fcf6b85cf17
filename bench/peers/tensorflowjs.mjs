// TensorFlow.js on its plain JavaScript backend (float32).
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { serve } from "./serve.mjs";

const MADE = {
  dense: ({ units }) => layers.layers.dense({ units }),
  conv: ({ units, kernel, pad }) => layers.layers.conv2d({ filters: units, kernelSize: kernel, padding: pad ? "same" : "valid" }),
  pool: ({ size }) => layers.layers.maxPooling2d({ poolSize: size }),
  rnn: ({ units, activation }) => layers.layers.simpleRNN({ units, activation, recurrentInitializer: "zeros" }),
};

function modelOf({ shape, layers: given }) {
  const model = layers.sequential();
  model.add(layers.layers.inputLayer({ inputShape: shape }));
  for (const layer of given) {
    if (layer.flat) model.add(layers.layers.flatten());
    const made = MADE[layer.kind](layer);
    model.add(made);
    if (layer.W) {
      const wanted = layer.Wh ? [layer.W, layer.Wh, layer.b] : [layer.W, layer.b];
      made.setWeights(made.getWeights().map((weight, k) => tf.tensor(wanted[k], weight.shape)));
    }
    if (["tanh", "relu"].includes(layer.activation) && layer.kind !== "rnn") model.add(layers.layers.activation({ activation: layer.activation }));
  }
  return model;
}

await tf.setBackend("cpu");
serve((asked) => {
  const model = modelOf(asked);
  const x = tf.tensor(asked.x.flat(), [asked.x.length, ...asked.shape]);
  const y = tf.tensor2d(asked.y);
  const classes = asked.layers.at(-1).activation === "softmax";
  const lossOf = classes ? tf.losses.softmaxCrossEntropy : tf.losses.meanSquaredError;
  const rule = asked.optimizer === "adam" ? tf.train.adam(asked.rate, 0.9, 0.999, 1e-8) : tf.train.sgd(asked.rate);
  return {
    step: () => tf.tidy(() => void rule.minimize(() => lossOf(y, model.apply(x, { training: true })))),
    outputs: () => tf.tidy(() => (classes ? tf.softmax(model.predict(x)) : model.predict(x)).arraySync()),
  };
});
