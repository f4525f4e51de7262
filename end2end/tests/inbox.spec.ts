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
  await expect(lines).toContainText("未读：有新的检查任务");
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

test("a district officer is told of a notice to the district's homes, and how many have not acknowledged it", async ({ browser, server }) => {
  const organiser = await deskOf(browser, server, "organiser");
  const by = new Date(Date.now() + (48 + 8) * 3_600_000).toISOString().slice(0, 16);
  await test.step("a notice goes to the homes of one district alone", async () => {
    const { page } = organiser;
    await open(page, "/notices/new");
    await page.locator("#notice-number").fill("示例〔2022〕31号");
    await page.locator("#notice-title").fill("关于夜间值守的通知");
    await page.locator("#notice-text").fill("安排专人夜间值守。");
    await page.locator("#notice-by").fill(by);
    await page.locator('input[name="notice-kinds"][value="elderCare"]').check();
    await page.locator('input[name="notice-districts"][value="110106"]').check();
    await page.getByRole("button", { name: "发布通知" }).click();
    await page.getByRole("button", { name: "确认发布通知" }).click();
    await page.waitForURL(/\/notices\/[0-9a-f-]{36}$/);
  });

  const officer = await deskOf(browser, server, "fengtai-officer");
  await test.step("its officer has it in the inbox, and owes no receipt", async () => {
    const { page } = officer;
    await open(page, "/inbox");
    const told = page.locator(".inbox li").filter({ hasText: "发给所辖机构：关于夜间值守的通知" });
    await expect(told).toHaveCount(1);
    await told.getByRole("link").first().click();
    await page.waitForURL(/\/notices\/[0-9a-f-]{36}/);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("关于夜间值守的通知");
    await expect(page.getByRole("button", { name: "签收" })).toHaveCount(0);
  });

  await test.step("Today counts the homes that lack it, and leads to them", async () => {
    const { page } = officer;
    await open(page, "/");
    const way = page.getByRole("link", { name: /^所辖\d+家机构未签收：关于夜间值守的通知$/ });
    const count = /所辖(\d+)家/.exec((await way.textContent()) ?? "")?.[1] ?? "";
    await way.click();
    await page.waitForURL(/\/receipts\?state=awaited$/);
    await expect(page.locator(".list-foot")).toContainText(`${count} 条`);
    await expectProper(page);
  });

  await test.step("an officer of another district is not told", async () => {
    const other = await deskOf(browser, server, "xicheng-officer");
    await open(other.page, "/inbox");
    await expect(other.page.locator(".inbox li").filter({ hasText: "夜间值守" })).toHaveCount(0);
    expect(other.complaints).toEqual([]);
  });
  for (const desk of [organiser, officer]) {
    expect(butForRequests(desk.complaints)).toEqual([]);
  }
});
