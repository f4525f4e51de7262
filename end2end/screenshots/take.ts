// Pictures of the pages in pages.json, in both languages: target/screenshots/<language>/<width>x<height>/<name>.png
//
// A page is { name, path, account, viewports, follow?, step? }. `account` is one of the demo city's, or null without a sign-in;
// `follow` is a list of selectors clicked one after the other to reach a page whose address is not known beforehand; `step` is
// one of steps.ts. Before the first picture one visit is handed in and its finding rectified, so that there is something to see.
// `city` is "none" for a page of a server that was never set up, "founded" for one just after; without it it is the demo city.

import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Browser, type BrowserContext, type Page, chromium } from "@playwright/test";
import { launchOptions, place } from "../fixtures/browser.ts";
import { open, signIn, started } from "../fixtures/page.ts";
import { type Server, onDemoCity, onEmptyServer } from "../fixtures/server.ts";
import { found } from "../fixtures/set_up.ts";
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
  city?: "none" | "founded";
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

/** A page that does not come up does not cost the pictures of the others. */
async function takeAll(context: BrowserContext, own: Picture[], language: string): Promise<void> {
  for (const picture of own) {
    try {
      await take(context, picture, language);
    } catch (error) {
      failures.push(`${picture.name} (${language}): ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

async function contextIn(browser: Browser, server: Server, language: string): Promise<BrowserContext> {
  const context = await browser.newContext({
    ...place,
    locale: language === "zh" ? "zh-CN" : "en-GB",
    baseURL: server.url,
  });
  context.setDefaultTimeout(15_000);
  await context.addCookies([{ name: "language", value: language, url: server.url }]);
  return context;
}

const browser = await chromium.launch(launchOptions());
try {
  const [ofCity, before, after] = [undefined, "none", "founded"].map((city) => pictures.filter((one) => one.city === city));
  if (ofCity && ofCity.length > 0) {
    await onDemoCity(async (server) => {
      await somethingToSee(browser, server);
      for (const language of LANGUAGES) {
        for (const account of new Set(ofCity.map((picture) => picture.account))) {
          const context = await contextIn(browser, server, language);
          if (account !== null) {
            const page = await context.newPage();
            await signIn(page, account);
            await page.close();
          }
          await takeAll(context, ofCity.filter((picture) => picture.account === account), language);
          await context.close();
        }
      }
    });
  }
  // A server is founded once: each language has one of its own.
  const empty = [...(before ?? []), ...(after ?? [])];
  for (const language of empty.length > 0 ? LANGUAGES : []) {
    await onEmptyServer(async (server) => {
      const context = await contextIn(browser, server, language);
      await takeAll(context, before ?? [], language);
      if (after && after.length > 0) {
        await found(await context.newPage(), server);
        await takeAll(context, after, language);
      }
      await context.close();
    });
  }
} finally {
  await browser.close();
}
if (failures.length > 0) {
  console.error(failures.join("\n"));
  process.exitCode = 1;
}
