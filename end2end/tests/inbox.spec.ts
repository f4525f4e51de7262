// What one is told of: read one by one or all at once, and by mail if one wishes.

import { butForRequests } from "../fixtures/complaints.ts";
import { deskOf, expectProper, openProperly, rowOf, seal } from "../fixtures/office.ts";
import { expect, open, started, test } from "../fixtures/test.ts";

test("messages are read one by one and all at once, and nobody else’s are touched", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "welfare-centre");
  const unread = page.getByRole("listitem").filter({ hasText: "未读：" });
  const way = page.locator('a[href="/inbox"]').first();
  await open(page, "/inbox");
  await expect(unread.first()).toBeVisible();
  const before = await unread.count();
  await expect(way).toContainText("条未读");
  await expectProper(page);

  await test.step("one is marked, and marked back", async () => {
    await page.getByRole("button", { name: /^标为已读/ }).first().click();
    await expect(unread).toHaveCount(before - 1);
    await page.getByRole("button", { name: /^标为未读/ }).first().click();
    await expect(unread).toHaveCount(before);
  });

  await test.step("what is unread stands by itself where the address says so", async () => {
    const filter = page.getByRole("search", { name: "筛选消息" });
    await page.getByRole("button", { name: /^标为已读/ }).first().click();
    await expect(unread).toHaveCount(before - 1);
    await filter.getByLabel("状态").selectOption({ label: "未读" });
    await filter.getByRole("button", { name: "筛选" }).click();
    await expect(page).toHaveURL(/\/inbox\?.*state=unread/);
    await expect(page.locator(".inbox li")).toHaveCount(before - 1);
    await page.reload();
    await started(page);
    await expect(page.locator(".inbox li")).toHaveCount(before - 1);
    await expect(page.getByRole("navigation", { name: "分页" })).toContainText(`共 ${before - 1} 条`);
    await expectProper(page);
    await filter.getByRole("link", { name: "清除" }).click();
    await page.getByRole("button", { name: /^标为未读/ }).first().click();
    await expect(unread).toHaveCount(before);
  });

  await test.step("what is of one kind stands by itself, and what is of none says so", async () => {
    const filter = page.getByRole("search", { name: "筛选消息" });
    await filter.getByLabel("事项").selectOption({ label: "通知" });
    await filter.getByRole("button", { name: "筛选" }).click();
    await expect(page).toHaveURL(/about=notice/);
    await expect(page.locator(".inbox li").filter({ hasNotText: "通知" })).toHaveCount(0);
    await expect(page.locator(".inbox li").first()).toBeVisible();
    await filter.getByLabel("事项").selectOption({ label: "待处理记录" });
    await filter.getByRole("button", { name: "筛选" }).click();
    await expect(page.locator(".banner")).toContainText("没有这类消息");
    await filter.getByRole("link", { name: "清除" }).click();
    await expect(unread).toHaveCount(before);
  });

  await test.step("all at once, for good", async () => {
    await page.getByRole("button", { name: "全部标为已读" }).click();
    await expect(unread).toHaveCount(0);
    await expect(page.getByRole("button", { name: "全部标为已读" })).toHaveCount(0);
    await expect(way).not.toContainText("条未读");
    await page.reload();
    await started(page);
    await expect(page.locator(".inbox li").first()).toBeVisible();
    await expect(unread).toHaveCount(0);
  });

  await test.step("another reader’s are as they were", async () => {
    const other = await deskOf(browser, server, "welfare-home-1");
    await open(other.page, "/inbox");
    await expect(other.page.getByRole("button", { name: "全部标为已读" })).toBeVisible();
    expect(other.complaints).toEqual([]);
  });
  expect(butForRequests(complaints)).toEqual([]);
});

test("a team hears of its visit when it is released, and nothing before", async ({ browser, server }) => {
  const home = "西城区示例养老院01";
  const organiser = await deskOf(browser, server, "organiser");
  const inspector = await deskOf(browser, server, "inspector-01");
  const lines = inspector.page.locator(".inbox li").filter({ hasText: home });
  await seal(organiser.page, home, /^检查1组/);
  await openProperly(inspector.page, "/inbox");
  await expect(lines).toHaveCount(0);
  await rowOf(organiser.page, home).getByRole("button", { name: /^启封/ }).click();
  await organiser.page.getByRole("button", { name: "确认启封" }).click();
  // It comes by itself, and leads to the visit.
  await expect(lines).toContainText("未读：启封任务");
  await expect(lines).toContainText(/检查日期：\d+年\d+月\d+日/);
  await expect(inspector.page.locator('a[href="/inbox"]').first()).toContainText("条未读");
  await expectProper(inspector.page);
  await lines.getByRole("link").click();
  await expect(inspector.page.getByRole("heading", { level: 1 })).toContainText(home);
  expect(inspector.complaints).toEqual([]);
  expect(organiser.complaints).toEqual([]);
});

test.describe("where a relay takes mail", () => {
  test.use({ relay: "smtp://127.0.0.1:9" });

  test("an address for mail is set, kept, and taken back", async ({ browser, server }) => {
    const { page, complaints } = await deskOf(browser, server, "welfare-centre");
    const form = page.locator("form", { has: page.locator("#mail") });
    const save = async (address: string) => {
      await page.locator("#mail").fill(address);
      const answered = page.waitForResponse((answer) => answer.url().includes("/api/set-mail"));
      await form.getByRole("button", { name: "保存" }).click();
      await answered;
    };
    await open(page, "/inbox");
    await expect(page.locator("#mail")).toHaveValue("");
    await save("not an address");
    await expect(page.locator("#mail-errors")).toBeVisible();
    await expect(page.locator("#mail")).toHaveValue("not an address");
    await expectProper(page);
    for (const address of ["centre@example.org", ""]) {
      await save(address);
      await expect(page.locator("#mail-errors")).toHaveCount(0);
      await page.reload();
      await started(page);
      await expect(page.locator("#mail")).toHaveValue(address);
    }
    // An address is its reader's alone.
    await save("centre@example.org");
    const other = await deskOf(browser, server, "welfare-home-1");
    await open(other.page, "/inbox");
    await expect(other.page.locator("#mail")).toHaveValue("");
    expect(butForRequests(complaints)).toEqual([]);
  });
});
