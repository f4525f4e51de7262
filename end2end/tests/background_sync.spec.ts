// What was submitted without a network is sent once there is one, with every page of the tablet closed; unless a PIN, or who signed out,
// keeps it for its person.

import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { butForRequests } from "../fixtures/complaints.ts";
import { begin, fail, handIn } from "../fixtures/finding.ts";
import { signIn } from "../fixtures/page.ts";
import { parcelOn, pushOn, wakeWorker } from "../fixtures/parcel.ts";
import { sentOut } from "../fixtures/sent_out.ts";
import { expect, open, started, test } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";
const NOTE = "东门无人值守，来访人员未登记即可入内。";
const PIN = "290417";

/** How many visits to the home the office has of inspector 01. */
async function visits(office: Page): Promise<number> {
  await open(office, `/inspections?search=${encodeURIComponent(HOME)}`);
  return await office.getByRole("row").filter({ hasText: HOME }).filter({ hasText: "检查员01" }).count();
}

/** Everything that the browser's database has on the disk, a character for each byte. */
async function onDisk(folder: string): Promise<string> {
  const place = join(folder, "Default", "IndexedDB");
  const names = await readdir(place, { recursive: true });
  // Folders among them have nothing of their own.
  return (await Promise.all(names.map((name) => readFile(join(place, name), "latin1").catch(() => "")))).join("");
}

/** Pieces of 48 bytes, one in twenty; a file may cut some of them in two. */
function pieces(base64: string): string[] {
  const bytes = Buffer.from(base64, "base64").toString("latin1");
  return bytes.match(/[^]{48}/g)?.filter((_, at) => at % 20 === 0) ?? [];
}

test("what was submitted without a network arrives with every page closed", async ({ browser, server, newTablet }) => {
  const { organiser, tablet, page } = await sentOut({ browser, server, newTablet }, HOME);

  await test.step("a visit is submitted without a network, and lies ready, sealed", async () => {
    await tablet.context.setOffline(true);
    await begin(tablet, HOME);
    await fail(page, "b8", NOTE);
    await handIn(tablet, HOME);
    await tablet.expectCard(HOME, "WaitingToSend");
    await expect.poll(() => pushOn(page)).toContain(NOTE);
    const parcel = await parcelOn(page);
    expect(parcel?.extractable).toBe(false);
    expect(parcel?.calls.at(-1)?.address).toBe("/api/sync/v1/push");
    const disk = await onDisk(tablet.folder);
    for (const { sealed, content } of parcel?.calls ?? []) {
      expect(pieces(sealed).some((piece) => disk.includes(piece)), "it is on the disk").toBe(true);
      expect(pieces(content).some((piece) => disk.includes(piece)), "as it is sent").toBe(false);
    }
    for (const encoding of ["utf8", "utf16le"] as const) {
      expect(disk.includes(Buffer.from(NOTE.slice(0, 6), encoding).toString("latin1")), encoding).toBe(false);
    }
  });

  const blank = await tablet.killTab("close");
  await test.step("the network is back, and the browser wakes the worker by itself", async () => {
    expect(await visits(organiser.page)).toBe(0);
    await tablet.context.setOffline(false);
    await expect.poll(() => visits(organiser.page)).toBe(1);
    await open(organiser.page, `/findings?search=${encodeURIComponent(NOTE.slice(0, 6))}`);
    await organiser.page.getByRole("link", { name: NOTE.slice(0, -1) }).click();
    await organiser.page.waitForURL(/\/findings\/[0-9a-f-]{36}$/);
    await started(organiser.page);
  });

  await test.step("the page that opens again finds it received, sends the photo, and all of it counts once", async () => {
    await open(blank, "/field");
    await tablet.expectCard(HOME, "Received");
    await tablet.expectUnsent(0);
    await tablet.upToDate();
    await expect.poll(() => parcelOn(blank)).toBeUndefined();
    expect(await visits(organiser.page)).toBe(1);
    expect(butForRequests(tablet.complaints)).toEqual([]);
  });
});

test("it is the page's to send while one is open, and is tried again as long as the server does not answer", async ({ browser, server, newTablet }) => {
  const { organiser, tablet, page } = await sentOut({ browser, server, newTablet }, HOME);
  await tablet.context.setOffline(true);
  await begin(tablet, HOME);
  await handIn(tablet, HOME);
  await expect.poll(() => pushOn(page)).toContain("inspection.submitted");

  await test.step("the page is told", async () => {
    await page.evaluate(() => {
      const heard = new Promise((resolve) => {
        navigator.serviceWorker.addEventListener("message", ({ data }) => resolve(data));
      });
      Object.assign(globalThis, { heard });
    });
    await server.kill();
    await tablet.context.setOffline(false);
    expect(await page.evaluate(() => (globalThis as unknown as { heard: Promise<unknown> }).heard)).toEqual({ type: "send" });
    await tablet.expectCard(HOME, "WaitingToSend");
  });

  const blank = await tablet.killTab("close");
  await test.step("what met no server is sent the next time", async () => {
    await wakeWorker(blank, server.url);
    await server.start();
    expect(await visits(organiser.page)).toBe(0);
  });

  await test.step("and not by whoever else is signed in on an office page of this browser", async () => {
    await tablet.context.clearCookies();
    await signIn(blank, "inspector-02");
    await wakeWorker(blank, server.url);
    // Longer than it takes the right one, below.
    await blank.waitForTimeout(3_000);
    expect(await visits(organiser.page)).toBe(0);
    await tablet.context.clearCookies();
    await signIn(blank, "inspector-01");
    await wakeWorker(blank, server.url);
    await expect.poll(() => visits(organiser.page)).toBe(1);
  });
});

test("with a PIN, or signed out, nothing is left for the worker", async ({ browser, server, newTablet }) => {
  const { organiser, tablet, page } = await sentOut({ browser, server, newTablet }, HOME);
  const form = tablet.hook("pin-form");

  await test.step("a PIN takes away what lay ready, and without it that is left again", async () => {
    await tablet.context.setOffline(true);
    await begin(tablet, HOME);
    await handIn(tablet, HOME);
    await expect.poll(() => pushOn(page)).toContain("inspection.submitted");
    await page.getByRole("button", { name: "设置 PIN 码" }).click();
    await form.locator("#pin-new").fill(PIN);
    await form.locator("#pin-again").fill(PIN);
    await form.getByRole("button", { name: "保存" }).click();
    await expect(form).toHaveCount(0);
    expect(await parcelOn(page)).toBeUndefined();
    await page.getByRole("button", { name: "停用 PIN 码" }).click();
    await page.locator("#pin-now").fill(PIN);
    await form.getByRole("button", { name: "停用 PIN 码" }).click();
    await expect(form).toHaveCount(0);
    await expect.poll(() => parcelOn(page)).toBeDefined();
  });

  await test.step("so does signing out", async () => {
    await page.getByRole("button", { name: "退出登录" }).click();
    await page.getByRole("button", { name: "仍要退出" }).click();
    await expect(page.locator('input[name="password"]')).toBeVisible();
    expect(await parcelOn(page)).toBeUndefined();
    const blank = await tablet.killTab("close");
    await tablet.context.setOffline(false);
    await wakeWorker(blank, server.url);
    // Longer than it takes where something is.
    await blank.waitForTimeout(3_000);
    expect(await visits(organiser.page)).toBe(0);
    await open(blank, "/field");
    await tablet.signInHere("inspector-01");
    await tablet.expectCard(HOME, "Received");
    await expect.poll(() => parcelOn(blank)).toBeUndefined();
  });
});
