// Where the field's pages are and how to recognise them. When a page changes, this is the file to change.

import type { Page } from "@playwright/test";

/** The account whose tablet is measured. */
export const INSPECTOR = "inspector-03";

/** The first page of the field. */
export const FIELD = "/field";

/** Is there when the first page of the field can be used. */
export const FIELD_USABLE = "main h1";

/** Is there when an inspection's form can be filled in. */
export const FORM_USABLE = 'form input:not([type="hidden"]):enabled, form textarea:enabled';

/** From the first page of the field to an inspection's form, whose address then is that of the page. */
export async function openForm(page: Page): Promise<void> {
  await page.locator('a[href^="/field/"]').first().click();
  await page.locator(FORM_USABLE).first().waitFor();
}

/** Resolves when everything an offline start needs is on the tablet. */
export async function readyForOffline(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
}
