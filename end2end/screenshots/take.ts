// Pictures of the pages in pages.json, in both languages: target/screenshots/<language>/<width>x<height>/<name>.png
//
// A page is { name, path, account, viewports, follow?, step? }. `account` is one of the demo city's, or null without a sign-in;
// `follow` is a list of selectors clicked one after the other to reach a page whose address is not known beforehand; `step` is
// one of steps.ts. Before the first picture one visit is handed in and its finding rectified, so that there is something to see.

import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type BrowserContext, type Page, chromium } from "@playwright/test";
import { launchOptions, place } from "../fixtures/browser.ts";
import { open, signIn, started } from "../fixtures/page.ts";
import { onDemoCity } from "../fixtures/server.ts";
import { somethingToSee } from "./something_to_see.ts";
import { steps } from "./steps.ts";
import list from "./pages.json" with { type: "json" };

interface Picture {
  name: string;
  path: string;
  account: string | null;
  viewports: string[];
  follow?: string[];
  step?: string;
}

const LANGUAGES = ["zh", "en"];
const output = join(process.env.DUBANG_OUTPUT ?? "../target", "screenshots");
const viewports: Record<string, number[][]> = list.viewports;
const wanted = process.argv.slice(2);
const pictures = (list.pages as Picture[]).filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
);
if (pictures.length === 0) {
  throw new Error(`no page of pages.json is called ${wanted.join(" or ")}`);
}

/** Nothing is being loaded or moved any more. */
async function settle(page: Page): Promise<void> {
  await started(page);
  await page.locator('[aria-busy="true"]').waitFor({ state: "detached" });
  // One connection stays open for what is new: the network is never idle.
  await page.waitForLoadState("load");
  await page.waitForTimeout(500);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

async function take(context: BrowserContext, picture: Picture, language: string): Promise<void> {
  for (const kind of picture.viewports) {
    for (const [width = 0, height = 0] of viewports[kind] ?? []) {
      const page = await context.newPage();
      await page.setViewportSize({ width, height });
      await open(page, picture.path);
      for (const selector of picture.follow ?? []) {
        await page.locator(selector).first().click();
        await settle(page);
      }
      if (picture.step) {
        await steps[picture.step]?.(page);
      }
      // What the last step clicked is not what the picture is about.
      await page.mouse.move(0, 0);
      await settle(page);
      const path = join(output, language, `${width}x${height}`, `${picture.name}.png`);
      await mkdir(dirname(path), { recursive: true });
      await page.screenshot({ path, animations: "disabled", caret: "hide" });
      console.log(path);
      await page.close();
    }
  }
}

if (wanted.length === 0) {
  await rm(output, { recursive: true, force: true });
}
const failures: string[] = [];
for (const { name, step } of pictures) {
  if (step && !(step in steps)) {
    throw new Error(`${name} asks for the step ${step}, which steps.ts does not have`);
  }
}
await onDemoCity(async (server) => {
  const browser = await chromium.launch(launchOptions());
  try {
    await somethingToSee(browser, server);
    for (const language of LANGUAGES) {
      for (const account of new Set(pictures.map((picture) => picture.account))) {
        const context = await browser.newContext({
          ...place,
          locale: language === "zh" ? "zh-CN" : "en-GB",
          baseURL: server.url,
        });
        context.setDefaultTimeout(15_000);
        await context.addCookies([{ name: "language", value: language, url: server.url }]);
        if (account !== null) {
          const page = await context.newPage();
          await signIn(page, account);
          await page.close();
        }
        for (const picture of pictures.filter((picture) => picture.account === account)) {
          try {
            await take(context, picture, language);
          } catch (error) {
            // One page that does not come up does not cost the pictures of the others.
            failures.push(`${picture.name} (${language}): ${error instanceof Error ? error.message : String(error)}`);
          }
        }
        await context.close();
      }
    }
  } finally {
    await browser.close();
  }
});
if (failures.length > 0) {
  console.error(failures.join("\n"));
  process.exitCode = 1;
}
