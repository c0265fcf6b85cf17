// A peer on node: it makes a network, runs steps of it, tells its outputs; one line of JSON in, one line out.
import { createInterface } from "node:readline";

export async function serve(make) {
  let network = null;
  for await (const line of createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    const answer = {};
    if (asked.make) network = make(asked.make);
    if (asked.steps) {
      const before = process.cpuUsage();
      for (let k = 0; k < asked.steps; k++) network.step();
      const spent = process.cpuUsage(before);
      answer.seconds = (spent.user + spent.system) / 1e6;
    }
    if (asked.outputs) answer.outputs = network.outputs();
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}
