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
  await hook(page, "start").or(hook(page, "section-link").first()).first().waitFor();
  if (await hook(page, "start").isVisible()) {
    await hook(page, "start").click();
  }
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
};
