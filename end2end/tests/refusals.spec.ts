// What goes wrong around a visit, and that nothing is lost by it.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { butForRequests } from "../fixtures/complaints.ts";
import { copyOf } from "../fixtures/demo_city.ts";
import { REQUIRED, begin, fail, handIn, submit } from "../fixtures/finding.ts";
import { answer, item } from "../fixtures/inspection.ts";
import { askToSeal, assign, deskOf, expectEnglish, expectProper, openProperly, rowOf, seal } from "../fixtures/office.ts";
import { sentOut } from "../fixtures/sent_out.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";
const SESSION = "dubang_session";

test("a session that ends in the field costs a sign-in and nothing else", async ({ browser, server, newTablet }) => {
  const organiser = await deskOf(browser, server, "organiser");
  await assign(organiser.page, HOME, /^检查1组/);
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await tablet.signIn("inspector-01");

  await test.step("the session ends while there is no network", async () => {
    await tablet.context.setOffline(true);
    await begin(tablet, HOME);
    await tablet.context.clearCookies({ name: SESSION });
    await answer(page, "capacity", "200");
    await tablet.expectSaved();
  });

  await test.step("work goes on, and what is recorded asks for a sign-in", async () => {
    await tablet.context.setOffline(false);
    await expect(tablet.hook("sync-state")).toHaveAttribute("data-sync", "SignIn");
    await answer(page, "residents_on_site", "150");
    await tablet.expectSaved();
    await expectAccessible(page);
    await handIn(tablet, HOME);
    await tablet.expectCard(HOME, "WaitingToSend");
    await tablet.expectUnsent(2);
  });

  await test.step("after the sign-in everything is sent", async () => {
    await page.locator('a[href="/field/sign-in"]').click();
    await tablet.signInHere("inspector-01");
    await tablet.expectUnsent(0);
    await tablet.expectCard(HOME, "Received");
  });
  expect(butForRequests(tablet.complaints)).toEqual([]);
});

test("a session that ended while the tablet slept asks for a sign-in and keeps the draft", async ({ browser, server, newTablet }) => {
  const organiser = await deskOf(browser, server, "organiser");
  await assign(organiser.page, HOME, /^检查1组/);
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await tablet.signIn("inspector-01");
  await begin(tablet, HOME);
  await answer(page, "capacity", "321");
  await tablet.expectSaved();
  await tablet.context.clearCookies({ name: SESSION });
  await tablet.switchOff();

  const again = await tablet.switchOn();
  await again.goto("/field");
  await expect(tablet.hook("sync-state")).toHaveAttribute("data-sync", "SignIn");
  await tablet.expectCard(HOME, "InProgress");
  await tablet.cardLink(HOME).click();
  await expect(item(again, "capacity").locator("input")).toHaveValue("321");
});

test("what was entered at a visit that is then turned away stays on the tablet", async ({ browser, server, newTablet }) => {
  const NOTE = "东门无人值守，来访人员未登记即可入内。";
  const organiser = await deskOf(browser, server, "organiser");
  await assign(organiser.page, HOME, /^检查1组/);
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await tablet.signIn("inspector-01");

  await test.step("what is not answered is said by section, leads to its place, and is asked for twice", async () => {
    await begin(tablet, HOME);
    await page.locator('input[name="present"]:not(:checked)').first().check();
    for (const [name, value] of Object.entries({ ...REQUIRED, a1: "pass", a2: "unassessed" })) {
      await answer(page, name, value);
    }
    await fail(page, "b8", NOTE);
    await tablet.expectSaved();
    await tablet.hook("review").click();
    const section = page.locator('[data-test="coverage-section"]:not([data-unanswered="0"])').first();
    await expect(section).toBeVisible();
    await expect(tablet.hook("unanswered")).toBeVisible();
    await expect(page.locator('[data-test="coverage-section"][data-not-assessed="1"]')).toHaveCount(1);
    await tablet.hook("submit").click();
    await expect(page.locator("#confirmation-error")).toBeVisible();
    await expect(page).toHaveURL(/\/review$/);
    await expectAccessible(page);
    await section.locator("summary").first().click();
    await expectAccessible(page);
    await section.locator('[data-test="open-item"]').first().click();
    await expect(page).toHaveURL(/\/inspections\/[0-9a-f-]{36}$/);
    await expect(page.locator(".item:focus-within")).toHaveCount(1);
  });

  await test.step("turned away after all: what will not be sent is said before it is submitted", async () => {
    await page.locator('input[name="outcome"][value="refusedEntry"]').check();
    await page.locator("#account").fill("查到一半，机构以疫情为由请检查组离开。");
    await tablet.expectSaved();
    await tablet.hook("review").click();
    await expect(tablet.hook("left-here")).toContainText("1 个问题、0 条备注、1 张照片或文件");
    await expect(tablet.hook("coverage")).toHaveCount(0);
    await expect(tablet.hook("score")).toHaveCount(0);
    await expectAccessible(page);
    await submit(tablet);
    await tablet.expectCard(HOME, "Received");
    await tablet.expectUnsent(0);
  });

  await test.step("it is read on the record page, with its photo, after the browser was closed too", async () => {
    await tablet.switchOff();
    const again = await tablet.switchOn({ offline: true });
    await open(again, "/field");
    await tablet.cardLink(HOME).click();
    await again.locator(".dock a").click();
    const kept = tablet.hook("kept-here");
    await expect(kept).toContainText(NOTE);
    await expect(kept).toContainText(REQUIRED.capacity);
    await expect(kept.locator("figure img")).toHaveCount(1);
    await expect.poll(() => kept.locator("img").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    await expectAccessible(again);
  });
  expect(butForRequests(tablet.complaints)).toEqual([]);
});

test("a visit that is called off while it is under way is laid aside, and read where it was made", async ({ browser, server, newTablet }) => {
  const ACCOUNT = "到门口时机构已转运，无人接待。";
  const { organiser, tablet, page } = await sentOut({ browser, server, newTablet }, HOME);
  await tablet.context.setOffline(true);
  await begin(tablet, HOME);
  await page.locator('input[name="outcome"][value="closed"]').check();
  await page.locator("#account").fill(ACCOUNT);
  await tablet.expectSaved();
  const { page: desk } = organiser;
  await rowOf(desk, HOME).getByRole("button", { name: `取消任务：${HOME}` }).click();
  await desk.getByLabel("取消的原因").fill("该院正在转运。");
  await desk.getByRole("button", { name: "取消这项任务" }).click();
  await expect(rowOf(desk, HOME).locator('[data-state="cancelled"]')).toBeVisible();

  await tablet.context.setOffline(false);
  await open(page, "/field");
  await tablet.upToDate();
  await tablet.expectCard(HOME, "InProgress");
  await expect(tablet.card(HOME)).toContainText("任务已取消");
  await tablet.cardLink(HOME).click();
  await expect(tablet.hook("visit-over")).toContainText("该任务已取消");
  await tablet.hook("lay-aside").click();
  await tablet.hook("lay-aside-sure").click();
  await tablet.expectCard(HOME, "Cancelled");
  await tablet.expectUnsent(0);
  await tablet.cardLink(HOME).click();
  await page.getByRole("link", { name: "查看记录" }).click();
  await expect(tablet.hook("kept-here")).toContainText(ACCOUNT);
  await expectAccessible(page);
  expect([...butForRequests(tablet.complaints), ...organiser.complaints]).toEqual([]);
});

test("of two tablets that hand in the same visit one is received and the other is held", async ({ browser, server, newTablet }) => {
  const organiser = await deskOf(browser, server, "organiser");
  await assign(organiser.page, HOME, /^检查1组/);
  const [first, second] = [await newTablet(), await newTablet()];
  await first.switchOn();
  await second.switchOn();
  await first.signIn("inspector-01");
  await second.signIn("inspector-02");

  await test.step("both fill it in with no network", async () => {
    for (const tablet of [first, second]) {
      await tablet.context.setOffline(true);
      await begin(tablet, HOME);
      await handIn(tablet, HOME);
      await tablet.expectCard(HOME, "WaitingToSend");
    }
  });

  await test.step("the first is received, the second needs attention and says why", async () => {
    await first.context.setOffline(false);
    await first.expectCard(HOME, "Received");
    await second.context.setOffline(false);
    await second.expectCard(HOME, "NeedsAttention");
    // The server has it: nothing waits on this tablet any more.
    await second.expectUnsent(0);
    await second.page.locator('a[href="/field/outbox"]').click();
    const submission = second.page.locator('[data-test="outbox-row"][data-kind="inspection.submitted"]');
    await expect(submission).toHaveAttribute("data-state", "held");
    await expect(submission.locator(".reason")).not.toBeEmpty();
    await expectAccessible(second.page);
    await first.expectCard(HOME, "Received");
  });

  await test.step("the office has the first as the inspection and the second among the held records", async () => {
    const { page } = organiser;
    await page.goto("/inspections");
    await expect(page.getByRole("row").filter({ hasText: HOME })).toHaveCount(1);
    await expect(page.getByRole("row").filter({ hasText: HOME })).toContainText("检查员01");
    await page.goto("/");
    await page.locator('main a[href="/administration/held"]').click();
    await open(page, "/administration/held?state=waiting");
    const held = page.getByRole("row").filter({ hasText: "检查员02" }).filter({ hasText: "提交检查" });
    await expect(held).toHaveCount(1);
    await expectProper(page);
    await held.getByRole("link").click();
    const record = page.locator('[data-test="held"]');
    await expect(record).toContainText("检查员02");
    await record.locator("summary").click();
    await expect(record.locator("pre")).toContainText("residents_on_site");
    await expectProper(page);
  });

  await test.step("a person settles it, in words, and the record says who did", async () => {
    const { page } = organiser;
    const other = await deskOf(browser, server, "oversight", "en");
    const deputy = await deskOf(browser, server, "deputy-organiser");
    await open(deputy.page, "/administration/held?state=waiting");
    await deputy.page.getByRole("row").filter({ hasText: "检查员02" }).filter({ hasText: "提交检查" }).getByRole("checkbox").check();
    await openProperly(other.page, new URL(page.url()).pathname);
    await expectEnglish(other.page.locator("main dl"));
    await other.page.locator('form:has(#held-decision) button[type="submit"]').click();
    await expect(other.page.locator(".errors")).toContainText("Fill in");
    await other.page.locator("#held-decision").fill("Both are kept.");
    await page.locator("#held-decision").fill("以检查员01的记录为准，已当面核对。");
    await page.locator('form:has(#held-decision) button[type="submit"]').click();
    await expect(page.locator('[data-test="held"]')).toContainText("已当面核对");
    await expect(page.locator("h1 + p")).toContainText("已处理");
    await expect(page.getByRole("row").filter({ hasText: "存疑记录已处理" })).toContainText("组织者");
    await expectProper(page);
    // Whoever comes second is told what was done, and by whom; what they wrote is still there.
    await other.page.locator('form:has(#held-decision) button[type="submit"]').click();
    await expect(other.page.locator(".errors")).toContainText("Held record settled");
    await expect(other.page.locator("#held-decision")).toHaveValue("Both are kept.");
    // Nor is it settled again among others that are selected: it is named, and why.
    await deputy.page.locator(".bulk").getByRole("button", { name: "处理所选" }).click();
    await deputy.page.locator("#bulk-entered").fill("两份都要。");
    await deputy.page.locator("#bulk-confirm").click();
    await expect(deputy.page.locator(".errors")).toContainText("0 条已完成，1 条未被接受");
    await expect(deputy.page.locator(".errors li")).toContainText("提交检查");
    expect(butForRequests(deputy.complaints)).toEqual([]);
    expect(butForRequests(other.complaints)).toEqual([]);
    await open(page, "/administration/held?state=waiting");
    await expect(page.getByRole("row").filter({ hasText: "检查员02" }).filter({ hasText: "提交检查" })).toHaveCount(0);
  });
});

test("a server restored from an older copy is sent again what it lost, held records and photos included", async ({ browser, server, newTablet }) => {
  const OTHER_HOME = "一福寿山福海养老服务中心";
  const organiser = await deskOf(browser, server, "organiser");
  await assign(organiser.page, HOME, /^检查1组/);
  const [first, second] = [await newTablet(), await newTablet()];
  await first.switchOn();
  await second.switchOn();
  await first.signIn("inspector-01");
  await second.signIn("inspector-02");
  await server.stop();
  const older = await copyOf(server.store);
  await server.start();

  await test.step("a record is held, its photo received", async () => {
    await second.context.setOffline(true);
    await begin(second, HOME);
    await fail(second.page, "b8", "东门无人值守。");
    await handIn(second, HOME);
    await begin(first, HOME);
    await handIn(first, HOME);
    await first.expectCard(HOME, "Received");
    await second.context.setOffline(false);
    await second.expectCard(HOME, "NeedsAttention");
    await second.expectUnsent(0);
    await first.context.setOffline(true);
  });

  await test.step("the server loses all of that, and learns of it with the next thing recorded", async () => {
    await server.stop();
    await server.restore(older);
    await server.start();
    await begin(second, OTHER_HOME);
    await second.page.locator(".bar a").first().click();
    await second.expectCard(HOME, "Received");
    await second.expectUnsent(0);
    await second.page.locator('a[href="/field/outbox"]').click();
    const rows = second.hook("outbox-row");
    // Two visits begun, one handed in with its finding.
    await expect(rows).toHaveCount(4);
    for (const row of await rows.all()) {
      await expect(row).toHaveAttribute("data-state", "received");
    }
  });

  await test.step("the office has the record and its photo", async () => {
    const { page } = organiser;
    await open(page, "/inspections");
    await expect(page.getByRole("row").filter({ hasText: HOME })).toContainText("检查员02");
    await page.getByRole("link", { name: HOME }).click();
    await page.locator('main a[href^="/findings/"]').first().click();
    const picture = page.locator(".timeline img").first();
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  });

  await test.step("a tablet with nothing new to send learns of it when it fetches, and sends its own again", async () => {
    await first.expectCard(HOME, "Received");
    await first.context.setOffline(false);
    await first.page.getByRole("button", { name: "立即同步" }).click();
    // The other tablet's was there first.
    await first.expectCard(HOME, "NeedsAttention");
    await first.expectUnsent(0);
  });

  await test.step("a server that comes back with its record and without its photos gets them from a tablet that sent them", async () => {
    const picture = await organiser.page.locator(".timeline img").first().getAttribute("src");
    const status = async () => (await organiser.page.request.get(picture ?? "")).status();
    expect(await status()).toBe(200);
    await server.stop();
    await rm(join(server.store.data, "photos"), { recursive: true });
    await server.start();
    expect(await status()).toBe(404);
    await second.page.reload();
    await expect.poll(status).toBe(200);
    await second.expectUnsent(0);
  });
});

test("a day on which a body is visited already leads to the visit in the way", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "organiser");
  await seal(page, HOME, /^检查1组/);
  await askToSeal(page, HOME, /^检查2组/);
  const told = page.locator(".errors");
  await expect(told).toContainText("该单位这一天已有任务");
  await expectProper(page);
  const [opened] = await Promise.all([page.waitForEvent("popup"), told.getByRole("link", { name: "在新窗口查看那项任务" }).click()]);
  await expect(opened).toHaveURL(/\/assignments\/[0-9a-f-]{36}$/);
  await expect(opened.locator("main")).toContainText(HOME);
  expect(butForRequests(complaints)).toEqual([]);
});
