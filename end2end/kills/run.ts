// The whole run, on a demo city of its own: `cargo xtask kills [--moments N] [--seed N]`.

import { parseArgs } from "node:util";
import { onDemoCity } from "../fixtures/server.ts";
import { Tablet } from "../fixtures/tablet.ts";
import { killAtRandomMoments } from "./driver.ts";

const { values } = parseArgs({ options: { moments: { type: "string" }, seed: { type: "string" } } });
const moments = Number(values.moments ?? 200);
const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(values.seed);
console.log(`seed ${seed}`);

await onDemoCity(async (server) => {
  const tablet = await Tablet.new(server.url);
  try {
    const tally = await killAtRandomMoments({ server, tablet, seed, moments, say: console.log });
    await server.stop();
    await server.verify();
    console.log(JSON.stringify(tally));
    console.log(`${tally.moments} kills, seed ${seed}: nothing lost`);
  } finally {
    await tablet.discard();
  }
});
