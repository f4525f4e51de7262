// What Lighthouse has to say of the field's pages, signed in: accessibility, and what a progressive web app owes. Prints each finding and
// fails on any. What Lighthouse leaves to people to look at is no finding.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Page, chromium } from "@playwright/test";
import lighthouse from "lighthouse";
import { launchOptions, place } from "../fixtures/browser.ts";
import { REQUIRED, fail } from "../fixtures/finding.ts";
import { answer } from "../fixtures/inspection.ts";
import { DEMO_PASSWORD, open } from "../fixtures/page.ts";
import { freePort, onDemoCity } from "../fixtures/server.ts";
import { assignAlike } from "../fixtures/visits.ts";

const INSPECTOR = "inspector-03";
/** A tablet held either way, in one language each. */
const WAYS = [
  { language: "zh", width: 1024, height: 768 },
  { language: "en", width: 768, height: 1024 },
] as const;

const hook = (page: Page, name: string) => page.locator(`[data-test="${name}"]`);

/** Begins a visit, and leaves the page on its form. */
async function begin(page: Page, visit: string): Promise<void> {
  await open(page, `/field/assignments/${visit}`);
  await hook(page, "start").click();
  await hook(page, "section-link").first().waitFor();
}

/** A visit under way, one handed in, one not begun: what the pages show when they are used. Gives their addresses. */
async function work(page: Page, [under = "", done = "", fresh = ""]: string[]): Promise<string[]> {
  await open(page, "/field");
  await page.locator('input[name="name"]').fill(INSPECTOR);
  await page.locator('input[name="password"]').fill(DEMO_PASSWORD);
  await page.locator('form button[type="submit"]').click();
  await page.locator('[data-test="sync-state"][data-sync="UpToDate"]').waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  for (const visit of [done, under]) {
    await begin(page, visit);
    await page.locator('input[name="present"]:not(:checked)').first().check();
    await fail(page, "b8", `东门无人值守 ${visit.slice(0, 4)}`);
    for (const [name, value] of Object.entries(REQUIRED)) {
      await answer(page, name, value);
    }
    await page.locator('[data-test="saved"][data-state="saved"]').waitFor();
    if (visit === done) {
      await hook(page, "review").click();
      await hook(page, "confirm-incomplete").check();
      await hook(page, "submit").click();
      await page.locator('[data-test="unsent"][data-count="0"]').waitFor();
    }
  }
  const inspections = [under, `${under}/review`, done].map((way) => `inspections/${way}`);
  return ["", `assignments/${fresh}`, ...inspections, "outbox", "sign-in"].map((way) => `/field/${way}`.replace(/\/$/, ""));
}

/** What Lighthouse finds on a page, in lines. */
async function findings(address: string, port: number, { width, height }: { width: number; height: number }): Promise<string[]> {
  const result = await lighthouse(address, {
    port,
    output: "json",
    logLevel: "error",
    onlyCategories: ["accessibility", "pwa"],
    // Signed in, and with what the tablet keeps.
    disableStorageReset: true,
    throttlingMethod: "provided",
    maxWaitForLoad: 15_000,
    disableFullPageScreenshot: true,
    formFactor: "desktop",
    screenEmulation: { mobile: false, width, height, deviceScaleFactor: 1, disabled: false },
  });
  if (!result) {
    throw new Error(`${address}: Lighthouse says nothing`);
  }
  const { lhr } = result;
  if (lhr.runtimeError) {
    return [`Lighthouse could not judge it: ${lhr.runtimeError.message}`];
  }
  const judged = Object.values(lhr.audits).filter(({ score }) => score !== null);
  if (judged.length < 20) {
    throw new Error(`${address}: Lighthouse judged ${judged.length} things only`);
  }
  return judged
    .filter(({ score }) => (score ?? 0) < 1)
    .map(({ id, title, explanation, details }) => {
      const items = (details as { items?: { node?: { snippet?: string }; reason?: string }[] } | undefined)?.items ?? [];
      const places = items.map(({ node, reason }) => `\n    ${node?.snippet ?? reason ?? ""}`);
      return `${id}: ${title}${explanation ? ` (${explanation})` : ""}${places.join("")}`;
    });
}

let found = 0;
await onDemoCity(async (server) => {
  const visits = (await assignAlike(server.url, INSPECTOR, 3)).map(({ id }) => id);
  const folder = await mkdtemp(join(tmpdir(), "dubang-lighthouse-"));
  const port = await freePort();
  const { args, ...options } = launchOptions();
  const context = await chromium.launchPersistentContext(folder, {
    ...options,
    ...place,
    args: [...args, `--remote-debugging-port=${port}`],
    viewport: { width: 1024, height: 768 },
    baseURL: server.url,
  });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    const ways = await work(page, visits);
    // One tab at a time works on what the tablet keeps.
    await page.goto("about:blank");
    for (const way of WAYS) {
      await context.addCookies([{ name: "language", value: way.language, url: server.url }]);
      for (const path of ways) {
        const lines = await findings(server.url + path, port, way);
        found += lines.length;
        console.log(`${way.language} ${way.width}x${way.height} ${path}: ${lines.length === 0 ? "no findings" : ""}`);
        for (const line of lines) {
          console.log(`  ${line}`);
        }
      }
    }
  } finally {
    await context.close();
    await rm(folder, { recursive: true, force: true });
  }
});
console.log(`${found} findings`);
process.exitCode = found === 0 ? 0 : 1;
