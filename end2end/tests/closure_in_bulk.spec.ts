// Several findings at once: letters about what is late, and rectification notices, each with a number of its own.

import type { Locator, Page } from "@playwright/test";
import { butForRequests } from "../fixtures/complaints.ts";
import { begin, fail, handIn } from "../fixtures/finding.ts";
import { assign, deskOf, expectProper, openProperly } from "../fixtures/office.ts";
import { expect, open, test } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";

/** Selects the first so many rows that can be selected, and gives the addresses of their findings. */
async function selectFirst(page: Page, count: number): Promise<string[]> {
  const rows = page.locator("tbody tr").filter({ has: page.locator('td.select input[type="checkbox"]') });
  const addresses: string[] = [];
  for (let place = 0; place < count; place += 1) {
    const row = rows.nth(place);
    await row.locator('td.select input[type="checkbox"]').check();
    addresses.push((await row.locator('a[href^="/findings/"]').first().getAttribute("href")) ?? "");
  }
  return addresses;
}

const bar = (page: Page): Locator => page.getByRole("group", { name: "批量操作" });

test("letters go out about several late findings at once, each with its number", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "oversight");
  await openProperly(page, "/findings?mine=press");
  const before = await page.locator("tbody tr").count();
  expect(before).toBeGreaterThanOrEqual(3);
  const [first, second, third] = await selectFirst(page, 3);

  await test.step("the number has to be one that counts up, and a demand is owed", async () => {
    await bar(page).getByRole("button", { name: "发督办函" }).click();
    await expect(page.locator("#letter-number")).toBeFocused();
    await page.locator("#letter-number").fill("示例督办");
    await page.locator("#bulk-confirm").click();
    await expect(page.locator("#bulk-errors")).toContainText("请填写");
    await expect(page.locator("#bulk-errors")).toContainText("文号里应有序号");
    await expect(page.locator("#letter-number")).toHaveValue("示例督办");
    await page.locator("#letter-number").fill("示例督办〔2022〕99号");
    await expect(page.locator('[data-test="numbers"]')).toHaveText("所选3条的文号：示例督办〔2022〕99号至示例督办〔2022〕101号");
    await page.locator("#letter-demand").fill("三日内书面答复。");
    await expectProper(page);
  });

  await test.step("one of them was pressed for meanwhile: the others go out, and it is said which did not and why", async () => {
    const other = await deskOf(browser, server, "oversight");
    await open(other.page, second ?? "");
    await other.page.locator("#letter-number").fill("示例督办〔2022〕80号");
    await other.page.locator("#letter-demand").fill("请先报送。");
    await other.page.locator('form:has(#letter-number) button[type="submit"]').click();
    await expect(other.page.locator(".timeline > li").last()).toContainText("示例督办〔2022〕80号");
    await page.getByRole("button", { name: "发督办函（3条）" }).click();
    await expect(page.locator(".errors")).toContainText("2 条已完成，1 条未被接受");
    await expect(page.locator("tbody tr")).toHaveCount(before - 3);
    expect(other.complaints).toEqual([]);
  });

  await test.step("each has its letter", async () => {
    for (const [address, number] of [
      [first, "示例督办〔2022〕99号"],
      [third, "示例督办〔2022〕101号"],
    ] as const) {
      await open(page, address ?? "");
      await expect(page.locator(".timeline > li").last()).toContainText(number);
      await expect(page.locator(".timeline > li").last()).toContainText("三日内书面答复。");
    }
  });
  expect(butForRequests(complaints)).toEqual([]);
});

test("rectification notices go out about several findings at once, each with its own facts", async ({ browser, server, newTablet }) => {
  const { page, complaints } = await deskOf(browser, server, "organiser");
  await test.step("a visit finds two faults", async () => {
    await assign(page, HOME, /^检查1组/);
    const tablet = await newTablet();
    await tablet.switchOn();
    await tablet.signIn("inspector-01");
    await begin(tablet, HOME);
    await fail(tablet.page, "b8", "东门无人值守。");
    await fail(tablet.page, "b7", "访客没有登记。");
    await handIn(tablet, HOME);
    await tablet.expectCard(HOME, "Received");
  });
  await openProperly(page, "/findings?stage=raised");
  const before = await page.locator("tbody tr").count();
  const addresses = await selectFirst(page, 2);
  await bar(page).getByRole("button", { name: "下达整改通知" }).click();
  await expect(page.locator("#notice-number")).toHaveValue(/^示例整改〔\d{4}〕\d+号$/);
  await page.locator("#notice-number").fill("示例整改〔2022〕90号");
  await page.locator("#notice-basis").fill("封闭管理要求");
  await page.locator("#notice-requirement").fill("立即整改，查清原因。");
  await page.locator("#notice-plan-by").fill("2022-03-01");
  await page.getByRole("button", { name: "下达整改通知（2条）" }).click();
  await expect(page.locator(".errors")).toContainText("0 条已完成，2 条未被接受");
  await expect(page.locator(".errors")).toContainText("计划报送期限：不能早于今天");

  // What was refused stays selected, and what was entered stands there again.
  await bar(page).getByRole("button", { name: "下达整改通知" }).click();
  await expect(page.locator("#notice-basis")).toHaveValue("封闭管理要求");
  await expect(page.locator("#notice-number")).toHaveValue("示例整改〔2022〕90号");
  const week = new Date(Date.now() + 7 * 24 * 3_600_000).toISOString().slice(0, 10);
  await page.locator("#notice-plan-by").fill(week);
  await page.getByRole("button", { name: "下达整改通知（2条）" }).click();
  await expect(page.locator('.banner[data-kind="success"]')).toContainText("2 条已完成");
  await expect(page.locator("tbody tr")).toHaveCount(before === 2 ? 1 : before - 2);
  await expectProper(page);

  const papers: string[] = [];
  for (const [place, address] of addresses.entries()) {
    await open(page, address);
    await expect(page.locator('.head [data-state="notified"]')).toBeVisible();
    await page.getByRole("link", { name: "整改通知书" }).click();
    const paper = page.locator("article.document");
    await expect(paper).toContainText(`示例整改〔2022〕${90 + place}号`);
    await expect(paper).toContainText("立即整改，查清原因。");
    papers.push((await paper.textContent()) ?? "");
  }
  expect(new Set(papers).size).toBe(2);
  expect(butForRequests(complaints)).toEqual([]);
});
