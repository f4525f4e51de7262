// A fault that no item asks about: noted freely without a network, fixed on the spot, signed with the rest, and on the road to closure as any other.

import { butForRequests } from "../fixtures/complaints.ts";
import { begin, handIn } from "../fixtures/finding.ts";
import { takePhoto } from "../fixtures/inspection.ts";
import { expectProper } from "../fixtures/office.ts";
import { photo } from "../fixtures/photo.ts";
import { sentOut } from "../fixtures/sent_out.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";
const NOTE = "东侧消防通道堆放杂物";
const OTHER = "洗衣房门未上锁";

test("a fault outside the checklist is noted, handed in and found in the office", async ({ browser, server, newTablet }) => {
  const { organiser, tablet, page } = await sentOut({ browser, server, newTablet }, HOME);
  await begin(tablet, HOME);
  await tablet.context.setOffline(true);
  const found = tablet.hook("free-finding");
  const [add, count] = [tablet.hook("note-freely"), tablet.hook("findings")];

  await test.step("the rail leads to where it is noted, and one goes on writing", async () => {
    await tablet.hook("free-findings-link").click();
    await expect(add).toBeInViewport();
    await add.click();
    await expect(found.getByLabel("问题描述")).toBeFocused();
    await page.keyboard.type(NOTE);
    await found.getByText("监管责任").click();
    await takePhoto(found, await photo(page, "corridor"));
    await expect(found.locator("figure img")).toHaveCount(1);
    await expect(count).toHaveText("1");
    await tablet.expectSaved();
    await expectAccessible(page);
  });

  await test.step("one begun by mistake goes at once; one that is written is asked about", async () => {
    await add.click();
    await expect(found).toHaveCount(2);
    await found.last().locator('[data-test="take-back"]').click();
    await expect(found).toHaveCount(1);
    await add.click();
    await page.keyboard.type(OTHER);
    await found.last().locator('[data-test="take-back"]').click();
    await found.last().getByRole("button", { name: "取消" }).click();
    await expect(found).toHaveCount(2);
    await tablet.expectSaved();
  });

  await test.step("all of it is there after the page was closed, and none is handed in without words", async () => {
    await page.reload();
    await expect(found).toHaveCount(2);
    await expect(found.first().getByLabel("问题描述")).toHaveValue(NOTE);
    await expect(found.first().locator("figure img")).toHaveCount(1);
    await expect(found.first().getByRole("radio", { name: "监管责任" })).toBeChecked();
    await found.last().getByLabel("问题描述").fill("");
    await tablet.hook("review").click();
    await page.getByRole("link", { name: /问题描述/ }).first().click();
    await expect(found.last().getByLabel("问题描述")).toBeInViewport();
    await found.last().locator('[data-test="take-back"]').click();
    await expect(found).toHaveCount(1);
  });

  await test.step("who signs sees it, and so does who is left with the paper", async () => {
    await tablet.hook("review").click();
    await expect(page.locator("main")).toContainText(NOTE);
    await page.goBack();
    await handIn(tablet, HOME);
    await tablet.cardLink(HOME).click();
    await page.locator(".dock a").click();
    // The record counts it with those of items.
    await expect(tablet.hook("findings-count")).toHaveText("1");
    await tablet.hook("feedback-link").click();
    await expect(tablet.hook("feedback")).toContainText(NOTE);
    await expectAccessible(page);
  });

  await test.step("it is a finding as any other in the office, of no item", async () => {
    await tablet.context.setOffline(false);
    await open(page, "/field");
    await tablet.expectUnsent(0);
    await tablet.expectCard(HOME, "Received");
    const { page: desk } = organiser;
    await open(desk, `/findings?search=${encodeURIComponent(NOTE)}`);
    await expectProper(desk);
    await desk.getByRole("link", { name: NOTE }).first().click();
    await expect(desk.locator("h1")).toContainText(NOTE);
    await expect(desk.locator("main")).toContainText("检查表以外的问题");
    await expect(desk.locator("main")).toContainText("监管责任");
    await expectProper(desk);
    expect(butForRequests(tablet.complaints)).toEqual([]);
  });
});
