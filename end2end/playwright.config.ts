import { defineConfig } from "@playwright/test";
import { launchOptions, place } from "./fixtures/browser.ts";

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  globalSetup: "./fixtures/global_setup.ts",
  // A bound on what hangs, not a measure: machines are noisy.
  timeout: 240_000,
  expect: { timeout: 15_000 },
  // What fails is tried again by `cargo xtask test`, when all others are done.
  retries: 0,
  fullyParallel: true,
  workers: 2,
  forbidOnly: process.env.CI !== undefined,
  reporter: [["list"]],
  // The longest first, so that nothing waits for it at the end.
  projects: [
    { name: "story", testMatch: "story.spec.ts" },
    { name: "others", testIgnore: "story.spec.ts" },
  ],
  use: {
    browserName: "chromium",
    launchOptions: launchOptions(),
    ...place,
    viewport: { width: 1280, height: 800 },
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    screenshot: "only-on-failure",
    // A tenth of the time of every journey; `--trace=retain-on-failure` where one is looked into.
    trace: "off",
  },
});
