// The last resort of a tablet that finds no network: its work as a file, taken in at a desk by whoever recorded it, once.

import { readFile, writeFile } from "node:fs/promises";
import { butForRequests } from "../fixtures/complaints.ts";
import { begin, fail, handIn } from "../fixtures/finding.ts";
import { answer, item } from "../fixtures/inspection.ts";
import { assign, deskOf, expectEnglish, expectProper, openProperly } from "../fixtures/office.ts";
import type { Tablet } from "../fixtures/tablet.ts";
import { expect, expectAccessible, open, started, test } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";
const NOTE = "东门无人值守，来访人员未登记即可入内。";

/** Keeps the unsent work of a tablet that shows its outbox as a file; gives the name it was offered under. */
async function keepAsFile(tablet: Tablet, file: string): Promise<string> {
  await tablet.hook("save-unsent").locator("summary").click();
  const download = tablet.page.waitForEvent("download");
  await tablet.hook("save-unsent-now").click();
  const saved = await download;
  await saved.saveAs(file);
  return saved.suggestedFilename();
}

test("work that a tablet cannot send is saved as a file and taken in at a desk, once", async ({ browser, server, newTablet }, testInfo) => {
  const organiser = await deskOf(browser, server, "organiser");
  await assign(organiser.page, HOME, /^检查1组/);
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await tablet.signIn("inspector-01");
  const file = testInfo.outputPath("work.dubang");

  await test.step("a visit is made without a network, and kept as a file", async () => {
    await tablet.context.setOffline(true);
    await begin(tablet, HOME);
    await fail(page, "b8", NOTE);
    await handIn(tablet, HOME);
    await tablet.expectCard(HOME, "WaitingToSend");
    await page.locator('a[href="/field/outbox"]').click();
    expect(await keepAsFile(tablet, file)).toMatch(/^inspector-01-\d{8}T\d{4}\.dubang$/);
    await expectAccessible(page);
    await expect(tablet.hook("saved-unsent")).toContainText("3 条记录，1 张照片，0 次尚未提交的检查");
    expect(butForRequests(tablet.complaints)).toEqual([]);
  });

  await test.step("nobody else takes it in, nor anything that is no such file", async () => {
    const other = await deskOf(browser, server, "inspector-02", "en");
    await openProperly(other.page, "/unsent");
    await other.page.locator("#unsent-file").setInputFiles(file);
    await expect(other.page.locator('[data-test="unsent"]')).toContainText("sign in as them");
    await expectEnglish(other.page.locator('[data-test="unsent"]'));
    await expect(other.page.locator('[data-test="bring-in"]')).toHaveCount(0);
    const broken = testInfo.outputPath("broken.dubang");
    await writeFile(broken, "PK\u0003\u0004 no such file");
    await other.page.locator("#unsent-file").setInputFiles(broken);
    await expect(other.page.locator('[data-test="unsent-outcome"]')).toContainText("no file of unsent work");
    await expectEnglish(other.page.locator('[data-test="unsent-outcome"]'));
    expect(butForRequests(other.complaints)).toEqual([]);
  });

  const desk = await deskOf(browser, server, "inspector-01");
  await test.step("whoever recorded it takes it in, and it is all there", async () => {
    await open(desk.page, "/");
    await desk.page.getByRole("link", { name: "导入平板文件" }).click();
    await expect(desk.page).toHaveURL(/\/unsent$/);
    await desk.page.locator("#unsent-file").setInputFiles(file);
    await expect(desk.page.locator('[data-test="unsent"]')).toContainText("检查员01");
    await desk.page.locator('[data-test="bring-in"]').click();
    await expect(desk.page.locator('[data-test="unsent-outcome"]')).toContainText("已导入3条；0条服务器上已有；0条留存待人工处理；0条未被接受");
    await expectProper(desk.page);
    await open(organiser.page, `/findings?search=${encodeURIComponent(NOTE.slice(0, 6))}`);
    await organiser.page.getByRole("link", { name: NOTE.slice(0, -1) }).click();
    await organiser.page.waitForURL(/\/findings\/[0-9a-f-]{36}$/);
    await started(organiser.page);
    const picture = organiser.page.locator("figure img").first();
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  });

  await test.step("taken in once more, or sent by the tablet after all, nothing counts twice", async () => {
    await expect(desk.page.locator('[data-test="bring-in"]'), "it is done").toHaveCount(0);
    await desk.page.locator("#unsent-file").setInputFiles(file);
    await desk.page.locator('[data-test="bring-in"]').click();
    await expect(desk.page.locator('[data-test="unsent-outcome"]')).toContainText("已导入0条；3条服务器上已有");
    const pushed = page.waitForRequest("**/api/sync/v1/push");
    await tablet.context.setOffline(false);
    // A visit's answers travel packed.
    expect(await (await pushed).headerValue("content-encoding")).toBe("gzip");
    await tablet.expectUnsent(0);
    await open(organiser.page, `/inspections?search=${encodeURIComponent(HOME)}`);
    await expect(organiser.page.getByRole("row").filter({ hasText: HOME }).filter({ hasText: "检查员01" })).toHaveCount(1);
    expect(butForRequests(desk.complaints)).toEqual([]);
  });
});

test("what was begun on a tablet that breaks is gone on with on another", async ({ browser, server, newTablet }, testInfo) => {
  const organiser = await deskOf(browser, server, "organiser");
  await assign(organiser.page, HOME, /^检查1组/);
  const broken = await newTablet();
  await broken.switchOn();
  await broken.signIn("inspector-01");
  const file = testInfo.outputPath("begun.dubang");

  await test.step("half a visit is filled in without a network, and kept as a file", async () => {
    const { page } = broken;
    await broken.context.setOffline(true);
    await begin(broken, HOME);
    await fail(page, "b8", NOTE);
    await answer(page, "a1", "pass");
    await broken.expectSaved();
    await open(page, "/field/outbox");
    await keepAsFile(broken, file);
    await expect(broken.hook("saved-unsent")).toContainText("1 条记录，1 张照片，1 次尚未提交的检查");
    expect(butForRequests(broken.complaints)).toEqual([]);
  });

  await test.step("a desk takes in what waits to be sent, and says where the rest is gone on with", async () => {
    const desk = await deskOf(browser, server, "inspector-01", "en");
    await openProperly(desk.page, "/unsent");
    await desk.page.locator("#unsent-file").setInputFiles(file);
    await expect(desk.page.locator('[data-test="drafts-in-file"]')).toContainText("Not handed in, and not imported here: 1");
    await expectEnglish(desk.page.locator('[data-test="unsent"]'));
    await desk.page.locator('[data-test="bring-in"]').click();
    await expect(desk.page.locator('[data-test="unsent-outcome"]')).toContainText("1 imported; 0 were on the server before");
    expect(butForRequests(desk.complaints)).toEqual([]);
  });

  await test.step("nobody else goes on with it", async () => {
    const other = await newTablet();
    const page = await other.switchOn();
    await other.signIn("inspector-02");
    await open(page, "/field/outbox");
    await other.hook("drafts-from-file").locator("summary").click();
    await other.hook("choose-drafts").setInputFiles(file);
    await expect(other.hook("drafts-fault")).toContainText("由检查员01保存，须由其本人登录");
    await expect(other.hook("take-draft")).toHaveCount(0);
    const spoilt = testInfo.outputPath("spoilt.dubang");
    await writeFile(spoilt, Uint8Array.from(await readFile(file)).subarray(0, -5));
    await other.hook("choose-drafts").setInputFiles(spoilt);
    await expect(other.hook("drafts-fault")).toContainText("文件不完整或已损坏");
    expect(butForRequests(other.complaints)).toEqual([]);
  });

  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await test.step("another tablet of theirs goes on with it, with its photo", async () => {
    await tablet.signIn("inspector-01");
    await tablet.expectCard(HOME, "NotStarted");
    await open(page, "/field/outbox");
    await tablet.hook("drafts-from-file").locator("summary").click();
    await tablet.hook("choose-drafts").setInputFiles(file);
    await expect(tablet.hook("draft-of-file")).toContainText(HOME);
    await expectAccessible(page);
    // A photo of which a byte is another is none of theirs, and nothing is taken.
    const bent = Uint8Array.from(await readFile(file));
    bent[bent.length - 9] = (bent.at(-9) ?? 0) ^ 1;
    const spoilt = testInfo.outputPath("bent.dubang");
    await writeFile(spoilt, bent);
    await tablet.hook("choose-drafts").setInputFiles(spoilt);
    await tablet.hook("take-draft").click();
    await expect(tablet.hook("draft-of-file").getByRole("alert")).toContainText("文件不完整或已损坏");
    await tablet.hook("choose-drafts").setInputFiles(file);
    await tablet.hook("take-draft").click();
    await expect(tablet.hook("draft-taken")).toContainText("照片等文件 1 份");
    await tablet.hook("draft-of-file").getByRole("link", { name: "接着填写" }).click();
    await expect(item(page, "a1").locator('input[value="pass"]')).toBeChecked();
    await expect(item(page, "b8").locator("textarea[name='b8-note']")).toHaveValue(NOTE);
    const picture = item(page, "b8").locator("figure img");
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  });

  await test.step("what was entered here is not written over unless its person says so", async () => {
    await answer(page, "a1", "na");
    await tablet.expectSaved();
    await open(page, "/field/outbox");
    await tablet.hook("drafts-from-file").locator("summary").click();
    await tablet.hook("choose-drafts").setInputFiles(file);
    await expect(tablet.hook("draft-of-file")).toContainText("本机也填写过这次检查");
    await tablet.hook("take-draft").click();
    await expect(tablet.hook("draft-taken")).toBeVisible();
    await tablet.hook("draft-of-file").getByRole("link", { name: "接着填写" }).click();
    await expect(item(page, "a1").locator('input[value="pass"]')).toBeChecked();
  });

  await test.step("handed in, it is there once, and the file offers it no more", async () => {
    await handIn(tablet, HOME);
    await tablet.expectUnsent(0);
    await open(organiser.page, `/inspections?search=${encodeURIComponent(HOME)}`);
    await expect(organiser.page.getByRole("row").filter({ hasText: HOME }).filter({ hasText: "检查员01" })).toHaveCount(1);
    await open(page, "/field/outbox");
    await tablet.hook("drafts-from-file").locator("summary").click();
    await tablet.hook("choose-drafts").setInputFiles(file);
    await expect(tablet.hook("draft-of-file")).toContainText("这次检查在本机已经提交");
    await expect(tablet.hook("take-draft")).toHaveCount(0);
    expect(butForRequests(tablet.complaints)).toEqual([]);
  });

  await test.step("the first tablet, mended, hears of it, and what it has is laid aside", async () => {
    const { page } = broken;
    await broken.context.setOffline(false);
    await open(page, "/field");
    await broken.expectUnsent(0);
    await broken.expectCard(HOME, "InProgress");
    await broken.cardLink(HOME).click();
    await expect(broken.hook("visit-over")).toContainText("该任务已由另一台设备提交");
    await broken.hook("lay-aside").click();
    await expectAccessible(page);
    await broken.hook("lay-aside-sure").click();
    await broken.expectCard(HOME, "Received");
    await broken.cardLink(HOME).click();
    await page.getByRole("link", { name: "查看记录" }).click();
    const kept = broken.hook("kept-here");
    await expect(kept).toContainText("2 项答案、1 个问题、0 条备注、1 张照片或文件");
    await expect(kept).toContainText(NOTE);
    // The paper is of what was handed in, on whatever tablet.
    await expect(broken.hook("feedback-link")).toHaveCount(1);
    await broken.expectUnsent(0);
    expect(butForRequests(broken.complaints)).toEqual([]);
  });
});
