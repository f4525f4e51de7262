// Ways to pages of the field that take more than a click. They are taken with no network: nothing of them is sent.

import { type Page, expect } from "@playwright/test";
import { REQUIRED, fail } from "../fixtures/finding.ts";
import { answer, item } from "../fixtures/inspection.ts";

const FAILED = "b8";

const hook = (page: Page, name: string) => page.locator(`[data-test="${name}"]`);

/** The inspection, begun now or earlier in this browser. */
async function inspection(page: Page): Promise<void> {
  await expect(hook(page, "sync-state")).toHaveAttribute("data-sync", /UpToDate|Offline/);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.context().setOffline(true);
  await hook(page, "assignment-card").locator("a").first().click();
  const outcome = page.locator('input[name="outcome"][value="completed"]');
  await hook(page, "start").or(outcome).first().waitFor();
  if (await hook(page, "start").isVisible()) {
    await hook(page, "start").click();
  }
  // A step before this one may have left it turned away.
  await outcome.check();
  await expect(hook(page, "section-link").first()).toBeVisible();
}

/** In the middle of work: some answers, one finding, which is brought under the eyes. */
async function midway(page: Page): Promise<void> {
  await inspection(page);
  if ((await item(page, FAILED).locator("figure img").count()) === 0) {
    for (const [name, value] of Object.entries({ ...REQUIRED, a1: "pass", a2: "pass", a3: "na", b1: "pass", b2: "pass" })) {
      await answer(page, name, value);
    }
    await page.locator('input[name="present"]:not(:checked)').first().check();
    await fail(page, FAILED, "东门无人值守，来访人员未登记即可入内。");
  }
  await expect(hook(page, "saved")).toHaveAttribute("data-state", "saved");
  await item(page, FAILED).evaluate((element) => element.scrollIntoView({ block: "start" }));
}

async function review(page: Page): Promise<void> {
  await midway(page);
  await hook(page, "review").click();
  await expect(hook(page, "submit")).toBeVisible();
}

/** Turned away after all: the review says what stays behind. */
async function turnedAway(page: Page): Promise<void> {
  await midway(page);
  await page.locator('input[name="outcome"][value="refusedEntry"]').check();
  await page.locator("#account").fill("查到一半，机构以疫情为由请检查组离开。");
  await hook(page, "review").click();
  await expect(hook(page, "left-here")).toBeVisible();
}

/** Its record, with what was not sent; the visit is handed in when this is first asked for. */
async function record(page: Page): Promise<void> {
  await expect(hook(page, "sync-state")).toHaveAttribute("data-sync", /UpToDate|Offline|Sending/);
  if ((await hook(page, "assignment-card").first().getAttribute("data-state")) === "InProgress") {
    await turnedAway(page);
    await hook(page, "submit").click();
  }
  await page.locator('[data-test="assignment-card"]:not([data-state="NotStarted"]) a').first().click();
  await page.locator('.dock a[href^="/field/inspections/"]').click();
  await hook(page, "kept-here").evaluate((element) => element.scrollIntoView({ block: "start" }));
}

async function outbox(page: Page): Promise<void> {
  await inspection(page);
  await page.locator(".bar a").first().click();
  await page.locator('a[href="/field/outbox"]').click();
  await expect(hook(page, "outbox-row").first()).toBeVisible();
}

export const steps: Record<string, (page: Page) => Promise<void>> = {
  inspection: async (page) => {
    await inspection(page);
    await page.evaluate(() => window.scrollTo(0, 0));
  },
  midway,
  review,
  "review-with-gaps": async (page) => {
    await inspection(page);
    await hook(page, "review").click();
    await expect(page.locator("#gaps")).toBeVisible();
  },
  outbox,
  "turned-away": turnedAway,
  record,
  // Made by whoever comes first.
  entranceCode: async (page) => {
    const sheet = hook(page, "entrance-sheet");
    const make = page.locator('form button[type="submit"]');
    await sheet.or(make).first().waitFor();
    if (await make.isVisible()) {
      await make.click();
    }
    await expect(sheet).toBeVisible();
  },
  feedback: async (page) => {
    await record(page);
    await hook(page, "feedback-link").click();
    await expect(hook(page, "feedback")).toBeVisible();
  },
};
