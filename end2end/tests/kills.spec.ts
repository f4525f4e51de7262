// A short run of `cargo xtask kills`: tab, browser and server are killed at random moments, and nothing is lost.

import { killAtRandomMoments } from "../kills/driver.ts";
import { expect, test } from "../fixtures/test.ts";

/** Another one each time the suite runs, and in the message of what fails. */
const SEED = Math.floor(Math.random() * 1_000_000);

test("nothing that was confirmed is lost when things are killed", async ({ server, newTablet }) => {
  const tablet = await newTablet();
  console.log(`seed ${SEED}`);
  const tally = await killAtRandomMoments({ server, tablet, seed: SEED, moments: 12, budgetMs: 45_000 });
  expect(tally.visits, "visits handed in").toBeGreaterThan(0);
  await server.stop();
  await server.verify();
});
