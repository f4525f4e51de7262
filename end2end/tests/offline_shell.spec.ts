// The field opens with neither network nor server, and a new version waits for its moment.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { butForRequests } from "../fixtures/complaints.ts";
import { holdSecondPart, refuseSecondPart } from "../fixtures/second_part.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

const VISIT = "一福寿山福海养老服务中心";

test("after one visit the field starts with the server gone", async ({ server, newTablet }) => {
  const tablet = await newTablet();
  await tablet.switchOn();
  await tablet.signIn("inspector-01");
  await tablet.expectCard(VISIT, "NotStarted");
  await tablet.switchOff();
  await server.kill();

  // The network is there, the server is not; then neither is.
  for (const offline of [false, true]) {
    const page = await tablet.switchOn({ offline });
    await page.addInitScript(() => {
      const saw = () => document.querySelector("[data-test=second-part]") && document.documentElement.setAttribute("data-saw-it-coming", "");
      new MutationObserver(saw).observe(document, { subtree: true, childList: true });
    });
    await open(page, "/field");
    await tablet.expectCard(VISIT, "NotStarted");
    // What is all here is not said to be on its way, not for a moment.
    await expect(page.locator("html")).not.toHaveAttribute("data-saw-it-coming");
    await tablet.cardLink(VISIT).click();
    await expect(tablet.hook("start")).toBeVisible();
    // Any address of the field opens from the same shell.
    await page.reload();
    await expect(tablet.hook("start")).toBeVisible();
    await expect(tablet.hook("sync-state")).toHaveAttribute("data-state", "offline");
    await tablet.switchOff();
  }
});

test("the first page does not wait for the pages of a visit, and the tablet says that they are still to come", async ({ newTablet }) => {
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  const letGo = await holdSecondPart(tablet.context);
  await open(page, "/field");
  await tablet.signInHere("inspector-01");
  await tablet.expectCard(VISIT, "NotStarted");
  await expect(tablet.hook("second-part")).toContainText("检查页面还在下载");
  // Nothing says that it opens without a network before it does.
  expect(await page.evaluate(() => navigator.serviceWorker.getRegistration().then((worker) => worker?.scope))).toBeUndefined();

  await tablet.cardLink(VISIT).click();
  // It comes up after a moment, so that nothing flickers where there is nothing to wait for.
  await expect(tablet.hook("second-part-coming")).toHaveCSS("opacity", "1");
  await expectAccessible(page);
  letGo();
  await expect(tablet.hook("start")).toBeVisible();
  await page.goBack();
  await tablet.expectCard(VISIT, "NotStarted");
  await expect(tablet.hook("second-part")).toHaveCount(0);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
});

for (const how of ["dropped", "gone"] as const) {
  test(`where the pages of a visit do not come, ${how}, it is said, and they are asked for until they do`, async ({ newTablet }) => {
    const tablet = await newTablet();
    const page = await tablet.switchOn();
    const mend = await refuseSecondPart(tablet.context, how);
    await open(page, "/field");
    await tablet.signInHere("inspector-01");
    await tablet.cardLink(VISIT).click();
    await expect(tablet.hook("second-part-missed")).toContainText("这一页还没有取到");
    await expectAccessible(page);
    const again = page.getByRole("button", { name: "重新载入" });
    await again.focus();
    // It is asked for meanwhile, and what stands is not drawn anew for that.
    await page.waitForRequest(/field-visit-/);
    await page.waitForRequest(/field-visit-/);
    await expect(again).toBeFocused();
    await again.click();
    await expect(tablet.hook("second-part-missed")).toBeVisible();
    await mend();
    await expect(tablet.hook("start")).toBeVisible();
    // The browser's notes of what did not come, and why the page asks again.
    const others = butForRequests(tablet.complaints).filter((complaint) => !/ERR_CONNECTION_RESET|404|Failed to fetch|HTTP status code is not ok/.test(complaint));
    expect(others).toEqual([]);
    tablet.complaints.length = 0;
  });
}

test("pages of a visit that neither come nor fail are waited for no longer than a while, and may come yet", async ({ newTablet }) => {
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  const letGo = await holdSecondPart(tablet.context);
  await open(page, "/field");
  await tablet.signInHere("inspector-01");
  await tablet.cardLink(VISIT).click();
  await expect(tablet.hook("second-part-coming")).toBeVisible();
  await expect(tablet.hook("second-part-missed")).toBeVisible({ timeout: 30_000 });
  letGo();
  await expect(tablet.hook("start")).toBeVisible();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
});

test("a first visit with no network says so instead of pretending", async ({ server, newTablet }) => {
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await open(page, "/field");
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await server.kill();
  await tablet.context.setOffline(true);
  await page.reload();
  await expect(page.getByRole("status")).toContainText("登录需要网络");
});

test("the service worker never answers for the office", async ({ server, newTablet }) => {
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await tablet.signIn("inspector-01");
  await server.kill();
  const answers = await page.evaluate(() => {
    const ask = (path: string) => fetch(path).then(
      () => "answered",
      () => "failed",
    );
    return Promise.all(["/api/sync/v1/me", "/photo/00", "/findings", "/"].map(ask));
  });
  expect(answers).toEqual(["failed", "failed", "failed", "failed"]);
  await expect(page.goto("/findings")).rejects.toThrow(/ERR_CONNECTION_REFUSED/);
});

test.describe("a new version", () => {
  test.use({ ownSite: true });

  test("waits while an inspection is open and takes over when asked to", async ({ server, newTablet }) => {
    const tablet = await newTablet();
    const page = await tablet.switchOn();
    await tablet.signIn("inspector-01");
    await tablet.cardLink(VISIT).click();
    await tablet.hook("start").click();
    await expect(tablet.hook("section-link").first()).toBeVisible();
    await tablet.upToDate();
    await tablet.expectUnsent(0);

    await test.step("the server comes back with other files", async () => {
      const css = (JSON.parse(await readFile(join(server.site, "assets.json"), "utf8")) as { css: string }).css;
      await server.stop();
      const name = css.replace(/-[0-9a-f]+\.css$/, "-0123456789ab.css");
      const text = await readFile(join(server.site, css), "utf8");
      await writeFile(join(server.site, name), `${text}\n/* another version */\n`);
      const assets = await readFile(join(server.site, "assets.json"), "utf8");
      await writeFile(join(server.site, "assets.json"), assets.replaceAll(css, name));
      await server.start();
      await page.evaluate(() => navigator.serviceWorker.getRegistration().then((worker) => worker?.update()));
      await expect
        .poll(() => page.evaluate(() => navigator.serviceWorker.getRegistration().then((worker) => worker?.waiting?.state)))
        .toBe("installed");
    });

    const stylesheet = () => page.locator('link[rel="stylesheet"]').getAttribute("href");
    await test.step("the inspection stays as it is, reloaded or not", async () => {
      const before = await stylesheet();
      await page.reload();
      await expect(tablet.hook("section-link").first()).toBeVisible();
      expect(await stylesheet()).toBe(before);
      await expect(page.getByText("新版本")).toHaveCount(0);
    });

    await test.step("on the first page it is offered, and installed when asked", async () => {
      await page.locator(".bar a").first().click();
      await page.getByRole("button", { name: "现在更新" }).click();
      await expect.poll(stylesheet).toContain("0123456789ab");
      await tablet.expectCard(VISIT, "InProgress");
      const kept = await page.evaluate(() => caches.keys());
      expect(kept).toHaveLength(1);
    });
  });
});
