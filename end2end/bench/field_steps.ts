// Where the field's pages are and how to recognise them. When a page changes, this is the file to change.

import type { Page } from "@playwright/test";

/** The account whose tablet is measured: one of those the demo city has a visit for. */
export const INSPECTOR = "inspector-03";

/** The first page of the field. */
const FIELD = "/field";

const CARD = '[data-test="assignment-card"] a';
const START = '[data-test="start"]';

/** Is there when an inspection's form can be filled in. */
const FORM_USABLE = 'form.sections input[type="radio"]:enabled';

/** Opens the first page of the field and waits until it can be used. */
export async function openField(page: Page): Promise<void> {
  await page.goto(FIELD, { waitUntil: "commit" });
  await page.locator(CARD).first().waitFor();
}

/** From asking for the field to a form that can be filled in, whether the visit was begun on this tablet or is begun now. */
export async function openForm(page: Page): Promise<void> {
  await openField(page);
  await page.locator(CARD).first().click();
  const start = page.locator(START);
  const form = page.locator(FORM_USABLE).first();
  await start.or(form).first().waitFor();
  if (await start.isVisible()) {
    await start.click();
  }
  await form.waitFor();
}

/** Resolves when everything an offline start needs is on the tablet. */
export async function readyForOffline(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
}
