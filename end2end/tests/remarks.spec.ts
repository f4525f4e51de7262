// What an inspector notes of an item that is in order: words and a photo, without a network, read again on the tablet and in the office.

import { butForRequests } from "../fixtures/complaints.ts";
import { begin, handIn } from "../fixtures/finding.ts";
import { answer, item, takePhoto } from "../fixtures/inspection.ts";
import { expectProper } from "../fixtures/office.ts";
import { photo } from "../fixtures/photo.ts";
import { sentOut } from "../fixtures/sent_out.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";
const NOTE = "登记本自3月1日起新换，旧本已封存。";
const OTHER = "待复核";

test("a note and a photo go with any item, and come to the office with the visit", async ({ browser, server, newTablet }) => {
  const { organiser, tablet, page } = await sentOut({ browser, server, newTablet }, HOME);
  await begin(tablet, HOME);
  await tablet.context.setOffline(true);
  const place = item(page, "b8");
  const [add, remark] = [place.locator('[data-test="add-remark"]'), place.locator('[data-test="remark"]')];

  await test.step("it unfolds under the item, where one goes on writing", async () => {
    await answer(page, "b8", "pass");
    await expect(remark).toHaveCount(0);
    await add.click();
    await expect(remark.locator("textarea")).toBeFocused();
    await page.keyboard.type(NOTE);
    await takePhoto(remark, await photo(page, "register"));
    await expect(remark.locator("figure img")).toHaveCount(1);
    await expect(add).toHaveCount(0);
    await tablet.expectSaved();
    await expectAccessible(page);
  });

  await test.step("it is there after the page was closed; what was left empty is folded again", async () => {
    await item(page, "b9").locator('[data-test="add-remark"]').click();
    await page.reload();
    await expect(remark.locator("textarea")).toHaveValue(NOTE);
    await expect(remark.locator("figure img")).toHaveCount(1);
    await expect(item(page, "b9").locator('[data-test="remark"]')).toHaveCount(0);
  });

  await test.step("a failed item has its finding for words and photos, and keeps what was noted before", async () => {
    await item(page, "b10").locator('[data-test="add-remark"]').click();
    await page.keyboard.type(OTHER);
    await answer(page, "b10", "fail");
    await expect(item(page, "b10").locator('[data-test="finding"]')).toBeVisible();
    await expect(item(page, "b10").locator('[data-test="remark"] textarea')).toHaveValue(OTHER);
    await answer(page, "b10", "pass");
    await item(page, "b9").locator("input[value=fail]").check();
    await expect(item(page, "b9").locator('[data-test="finding"]')).toBeVisible();
    await expect(item(page, "b9").locator('[data-test="add-remark"]')).toHaveCount(0);
    await answer(page, "b9", "pass");
  });

  await test.step("who signs sees what was noted", async () => {
    await tablet.hook("review").click();
    await expect(tablet.hook("notes").locator("li")).toHaveCount(2);
    await expect(tablet.hook("notes")).toContainText(NOTE);
    await page.goBack();
    await expect(remark.locator("textarea")).toHaveValue(NOTE);
  });

  await test.step("it is read again on the tablet", async () => {
    await handIn(tablet, HOME);
    await tablet.cardLink(HOME).click();
    await page.locator(".dock a").click();
    const row = tablet.hook("record").locator("li", { hasText: NOTE });
    await expect(row).toContainText("1 张照片");
    await expectAccessible(page);
  });

  await test.step("and in the office, beside the answer", async () => {
    await tablet.context.setOffline(false);
    await tablet.expectUnsent(0);
    const { page: desk } = organiser;
    await open(desk, `/inspections?search=${encodeURIComponent(HOME)}`);
    await desk.locator('main th a[href^="/inspections/"]').first().click();
    const row = desk.locator("tr", { hasText: NOTE });
    // Pictures come when they are near the glass.
    await row.scrollIntoViewIfNeeded();
    await expect.poll(() => row.locator("img").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    await expect(desk.locator("tr", { hasText: OTHER })).toHaveCount(1);
    await expectProper(desk);
  });
  expect(butForRequests(tablet.complaints)).toEqual([]);
});
