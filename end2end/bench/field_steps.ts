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

declare global {
  interface Window {
    /** Resolves with when, in milliseconds since the epoch, the form could be filled in and was on the glass. */
    formUsable?: Promise<number>;
  }
}

/**
 * As `openForm`, by the page itself: nothing outside has it wait or lay itself out, as looking for what is to be clicked would. Gives the
 * milliseconds it took.
 */
export async function timeToForm(page: Page): Promise<number> {
  await page.addInitScript(
    ({ card, start, form }) => {
      window.formUsable = new Promise((resolve) => {
        const clicked = new Set<Element>();
        const observer = new MutationObserver(() => {
          if (document.querySelector(form)) {
            observer.disconnect();
            // What is posted in a frame comes after it was laid out and painted.
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve(Date.now());
            requestAnimationFrame(() => port2.postMessage(null));
            return;
          }
          const next = document.querySelector<HTMLElement>(start) ?? document.querySelector<HTMLElement>(card);
          if (next && !clicked.has(next)) {
            clicked.add(next);
            next.click();
          }
        });
        observer.observe(document, { subtree: true, childList: true, attributeFilter: ["disabled"] });
      });
    },
    { card: CARD, start: START, form: FORM_USABLE },
  );
  const began = Date.now();
  await page.goto(FIELD, { waitUntil: "commit" });
  const usable = page.evaluate(() => {
    const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error("no form that can be filled in")), 60_000));
    return Promise.race([late, window.formUsable ?? Promise.reject(new Error("not the page that was asked for"))]);
  });
  return (await usable) - began;
}

/** Resolves when everything an offline start needs is on the tablet. */
export async function readyForOffline(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
}
