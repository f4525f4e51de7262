// A notice from its draft to the last receipt: written, kept, issued, passed on, acknowledged, reminded, and how long it all took.

import type { Page } from "@playwright/test";
import { butForRequests } from "../fixtures/complaints.ts";
import { deskOf, expectProper, openProperly, pressOnce } from "../fixtures/office.ts";
import { expect, open, started, test } from "../fixtures/test.ts";

const CENTRE = "市社会福利事务管理中心";
const FILE = { name: "补充说明.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 what is to be done") };

/** A moment some days from now as a control takes it, in the city's time. */
function moment(days: number): string {
  const at = new Date(Date.now() + days * 86_400_000 + 8 * 3_600_000);
  return at.toISOString().slice(0, 16);
}

async function expectSaved(page: Page, link: string, name: string, content: RegExp): Promise<void> {
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: link }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe(name);
  let text = "";
  for await (const chunk of (await saved.createReadStream()).setEncoding("utf8")) {
    text += String(chunk);
  }
  expect(text).toMatch(content);
}

test("a notice from its draft to the last receipt", async ({ browser, server }) => {
  const organiser = await deskOf(browser, server, "organiser");
  const { page } = organiser;

  await test.step("what is missing is said, and a draft survives a closed page", async () => {
    await openProperly(page, "/notices/new");
    await page.getByRole("button", { name: "发布通知" }).click();
    await expect(page.locator("#notice-errors")).toContainText("请填写“文号”");
    await expectProper(page);
    await page.locator("#notice-number").fill("示例〔2022〕2号");
    await page.locator("#notice-title").fill("关于补充措施的通知");
    await page.locator("#notice-text").fill("一、门卫全天值守。\n二、见附件。");
    await page.locator("#notice-by").fill(moment(-1));
    await page.locator('input[name="notice-kinds"][value="childWelfare"]').check();
    await expect(page.locator("#notice-reach")).toContainText("儿童福利机构");
    await page.locator('input[name="notice-kinds"][value="childWelfare"]').uncheck();
    await expect(page.locator("#notice-reach")).toContainText("没有单位会收到");
    await page.locator("#notice-files").setInputFiles(FILE);
    await expect(page.locator(".files").first()).toContainText("补充说明.pdf");
    // A part of the name will do where only one body is called so; its whole name is what is taken.
    await page.locator("#notice-bodies").fill("福利事务管理");
    await expect(page.locator("#notice-bodies-list option")).toHaveCount(1);
    await page.getByRole("button", { name: "加入名单" }).click();
    await expect(page.locator(".files").last()).toContainText(CENTRE);
    await expect(page.locator("#notice-reach")).toContainText("目前共有 1 个单位会收到：监管部门1家");
    await page.reload();
    await started(page);
    await expect(page.locator("#notice-number")).toHaveValue("示例〔2022〕2号");
    await expect(page.locator("#notice-text")).toHaveValue("一、门卫全天值守。\n二、见附件。");
    await expect(page.locator("main")).toContainText("的草稿");
    await expect(page.locator(".files").first()).toContainText("补充说明.pdf");
  });

  await test.step("a deadline in the past and a file of no known kind are refused", async () => {
    await page.locator("#notice-files").setInputFiles({ name: "a.exe", mimeType: "application/octet-stream", buffer: Buffer.from("MZ\0\x01") });
    await expect(page.locator("#notice-errors")).toContainText("只接受 PDF");
    await page.getByRole("button", { name: "发布通知" }).click();
    await page.getByRole("button", { name: "确认发布通知" }).click();
    await expect(page.locator("#notice-errors")).toContainText("签收期限已过");
    await expect(page.locator("#notice-by-error")).toContainText("签收期限已过");
    await expect(page.locator("#notice-number")).toHaveValue("示例〔2022〕2号");
  });

  await test.step("a number that another notice has is refused at its field", async () => {
    await page.locator("#notice-by").fill(moment(2));
    await page.locator("#notice-number").fill("示例〔2022〕1号");
    await page.getByRole("button", { name: "发布通知" }).click();
    await page.getByRole("button", { name: "确认发布通知" }).click();
    await expect(page.locator("#notice-number-error")).toContainText("已用于另一份通知");
    await expect(page.locator("#notice-title")).toHaveValue("关于补充措施的通知");
    await page.locator("#notice-number").fill("示例〔2022〕2号");
  });

  await test.step("it is issued, and the draft is gone", async () => {
    await page.getByRole("button", { name: "发布通知" }).click();
    await expect(page.locator("main form")).toContainText("发布后只能更正或撤回");
    await page.getByRole("button", { name: "确认发布通知" }).click();
    await page.waitForURL(/\/notices\/[0-9a-f-]{36}$/);
    await started(page);
    await expect(page.locator("h1")).toHaveText("关于补充措施的通知");
    await expectSaved(page, "补充说明.pdf", "补充说明.pdf", /^%PDF-1.7/);
    await expectProper(page);
  });
  const notice = new URL(page.url()).pathname;

  const home = await deskOf(browser, server, "welfare-home-1");
  await test.step("whom it does not reach does not see it", async () => {
    const answer = await home.page.goto(notice);
    expect(answer?.status()).toBe(404);
    await open(home.page, "/notices");
    await expect(home.page.locator("tbody tr")).toHaveCount(1);
  });

  const centre = await deskOf(browser, server, "welfare-centre");
  await test.step("the centre acknowledges it and passes it on to two of its homes", async () => {
    await open(centre.page, "/");
    await expect(centre.page.locator("main")).toContainText("关于补充措施的通知");
    await openProperly(centre.page, notice);
    await pressOnce(centre.page, "确认签收");
    await centre.page.locator("summary", { hasText: "选择单位" }).click();
    await expectProper(centre.page);
    // The notice is addressed to the centre alone: nobody below it is ticked beforehand.
    await expect(centre.page.getByRole("button", { name: /^转发给/ })).toHaveCount(0);
    for (const name of ["市第一社会福利院", "一福寿山福海养老服务中心"]) {
      await centre.page.getByRole("checkbox", { name, exact: true }).check();
    }
    await centre.page.getByRole("button", { name: "转发给2个单位" }).click();
    await expect(centre.page.locator(".timeline")).toContainText("转发2个单位，其中0个已签收");
  });

  await test.step("a home has it now, and acknowledges it", async () => {
    await openProperly(home.page, notice);
    await pressOnce(home.page, "确认签收");
    await home.page.reload();
    await expect(home.page.locator(".timeline")).toContainText("其中1个已签收");
  });

  await test.step("who has not is reminded once a day", async () => {
    await openProperly(page, `${notice}/receipts?state=awaited`);
    await expect(page.locator("tbody tr")).toHaveCount(1);
    await expect(page.locator("tbody")).toContainText("一福寿山福海养老服务中心");
    await page.getByRole("checkbox", { name: "选择本页全部" }).check();
    await page.getByRole("button", { name: "催办所选" }).click();
    await expect(page.locator(".banner[data-kind=success]")).toContainText("1 条已完成");
    await page.locator('tbody input[type="checkbox"]').check();
    await page.getByRole("button", { name: "催办所选" }).click();
    await expect(page.locator(".errors")).toContainText("每个单位每天只催办一次");
    await expectProper(page);
    const other = await deskOf(browser, server, "shoushan-fuhai");
    await open(other.page, notice);
    await expect(other.page.locator("main")).toContainText("已催办1次");
    expect(other.complaints).toEqual([]);
  });

  await test.step("a department records a receipt for a home of its own", async () => {
    await open(centre.page, `${notice}/receipts`);
    await centre.page.getByRole("button", { name: "代为登记签收：一福寿山福海养老服务中心" }).click();
    await expect(centre.page.locator("tbody")).toContainText("不能撤回");
    await centre.page.getByRole("button", { name: "确认登记签收" }).click();
    await expect(centre.page.locator("tbody")).toContainText("市社会福利事务管理中心监管员");
    await expect(centre.page.getByRole("button", { name: /^代为登记签收/ })).toHaveCount(0);
  });

  await test.step("the report says how long it took, on the page and as a file", async () => {
    await openProperly(page, `${notice}/transmission`);
    await expect(page.locator(".tiles")).toContainText("3个单位中的3个");
    await expectSaved(page, "导出 CSV", "示例〔2022〕2号 传达时效.csv", /朝阳区/);
  });

  await test.step("it is corrected with a reason, and the earlier text can still be read", async () => {
    // A page that was opened before the correction.
    await openProperly(home.page, notice);
    await openProperly(page, notice);
    await page.locator("summary", { hasText: "更正通知" }).click();
    await page.locator("#correct-text").fill("一、门卫全天值守，两人一班。\n二、见附件。");
    await page.getByRole("button", { name: "发布更正" }).click();
    await expect(page.locator("#correct-errors")).toContainText("请填写“更正的原因”");
    await expectProper(page);
    await page.locator("#correct-reason").fill("漏写每班人数");
    await page.locator("#correct-again").check();
    await page.getByRole("button", { name: "发布更正" }).click();
    await expect(page.getByRole("group", { name: "确认发布更正" })).toContainText("已签收的须重新签收");
    await page.locator("#correct-confirm").click();
    const corrections = page.locator("[data-test=corrections]");
    await expect(corrections).toContainText("原因：漏写每班人数");
    await expect(corrections).toContainText("签收了更正后文本的单位：0 / 3");
    await expect(page.locator("article")).toContainText("两人一班");
    await corrections.locator("summary", { hasText: "更正前的文本" }).click();
    await expect(corrections.locator("details .prose")).toContainText("一、门卫全天值守。");
    await expectProper(page);
    await expect(page.locator("#record")).toContainText("已签收的单位须重新签收");
  });

  await test.step("a home is told, and acknowledges what it says now", async () => {
    await open(home.page, "/inbox");
    const told = home.page.getByRole("listitem").filter({ hasText: "更正通知" });
    await expect(told).toContainText("请重新签收：");
    await expect(home.page.locator("li[data-unread]").filter({ hasText: "更正通知" })).toHaveCount(1);
    await openProperly(home.page, notice);
    await expect(home.page.locator("main")).toContainText("签收了更正前的文本，请阅读后重新签收");
    await pressOnce(home.page, "确认签收");
    await open(home.page, "/inbox");
    await expect(told).toBeVisible();
    await expect(home.page.locator("li[data-unread]").filter({ hasText: "更正通知" }), "a receipt says that it was read").toHaveCount(0);
    await open(page, `${notice}/receipts?state=earlier`);
    await expect(page.locator("tbody tr")).toHaveCount(2);
    await expect(page.locator("tbody")).toContainText("签收的是更正前文本");
  });

  await test.step("it is withdrawn with a reason, and asks for nothing any more", async () => {
    await openProperly(page, notice);
    await page.locator("summary", { hasText: "撤回通知" }).click();
    await page.locator("#withdraw-reason").fill("与另一通知重复");
    await page.getByRole("button", { name: "撤回通知" }).click();
    await page.locator("#reason-confirm").click();
    await expect(page.locator("main")).toContainText("撤回这份通知，不再要求签收。原因：与另一通知重复");
    await expect(page.locator("summary", { hasText: "更正通知" })).toHaveCount(0);
    await expectProper(page);
    await openProperly(centre.page, notice);
    await expect(centre.page.locator("main")).toContainText("原因：与另一通知重复");
    await expect(centre.page.getByRole("button", { name: "确认签收" })).toHaveCount(0);
    await open(centre.page, "/notices");
    await expect(centre.page.locator("tbody")).toContainText("已撤回");
    await openProperly(page, `${notice}/transmission`);
    await expect(page.locator("main")).toContainText("这份通知已撤回");
  });

  // The browser writes down what was refused, and the page that was not there.
  const others = (complaints: string[]) => butForRequests(complaints).filter((line) => !line.includes("404"));
  for (const desk of [organiser, centre, home]) {
    expect(others(desk.complaints)).toEqual([]);
  }
});

test("the demo city’s notice was passed on and mostly acknowledged", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "fengtai-officer");
  await open(page, "/notices");
  await page.locator('main th a[href^="/notices/"]').first().click();
  await expect(page.locator(".timeline")).toContainText("丰台区民政局");
  await expect(page.getByRole("link", { name: /一级响应$/ })).toHaveAttribute("href", /^\/levels\//);
  await page.getByRole("link", { name: "签收", exact: true }).click();
  await expect(page.locator(".tiles")).toContainText("应签收");
  await page.locator('select[name="state"]').selectOption("late");
  await page.getByRole("button", { name: "筛选" }).click();
  await expect(page).toHaveURL(/state=late/);
  await expect(page.locator("tbody tr").first()).toContainText("逾期签收");
  await page.getByRole("link", { name: "传达时效" }).click();
  await expect(page.locator("main")).toContainText("各区");
  await page.getByRole("link", { name: "签收", exact: true }).click();

  await test.step("the officer records together what the homes of the district said by telephone", async () => {
    await page.locator('select[name="state"]').selectOption("overdue");
    await page.getByRole("button", { name: "筛选" }).click();
    await expect(page).toHaveURL(/state=overdue/);
    await expect(page.locator("tbody tr").filter({ hasNotText: "逾期未签收" })).toHaveCount(0);
    const record = page.getByRole("button", { name: "登记所选签收" });
    await expect(record).toBeDisabled();
    await page.getByRole("checkbox", { name: "选择本页全部" }).check();
    const owed = await page.locator("tbody tr").count();
    expect(owed).toBeGreaterThan(0);
    await record.click();
    await expect(page.getByRole("group", { name: "登记所选签收" })).toContainText("不能撤回");
    await page.getByRole("button", { name: `登记所选签收（${owed}条）` }).click();
    await expect(page.locator(".banner[data-kind=success]")).toContainText(`${owed} 条已完成`);
    await expect(page.locator("tbody")).toContainText("没有符合条件的单位。");
    await expectProper(page);
  });
  expect(complaints).toEqual([]);
});

test("overdue receipts of all notices are narrowed, saved and reminded together", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "organiser");
  await open(page, "/");
  const told = page.locator('main a[href^="/notices/overdue"]').first();
  const owing = Number(/\d+/.exec((await told.textContent()) ?? "")?.[0]);
  expect(owing).toBeGreaterThan(1);

  await test.step("Today leads to those that it counts", async () => {
    await told.click();
    await page.waitForURL(/\/notices\/overdue\?notice=[0-9a-f-]{36}&remind=mine$/);
    await expect(page.locator("tbody tr")).toHaveCount(owing);
    await expectProper(page);
  });

  await test.step("and the list of notices to all of them, which are narrowed by district", async () => {
    await open(page, "/notices");
    await page.getByRole("link", { name: "逾期未签收", exact: true }).click();
    await page.waitForURL(/\/notices\/overdue$/);
    const district = (await page.locator("tbody tr").first().locator("td").nth(2).textContent())?.trim() ?? "";
    await page.locator('select[name="district"]').selectOption({ label: district });
    await page.getByRole("button", { name: "筛选" }).click();
    await page.waitForURL(/district=\d+/);
    const rows = page.locator("tbody tr");
    await expect.poll(() => rows.count()).toBeLessThan(owing);
    for (const row of await rows.all()) {
      await expect(row).toContainText(district);
    }
    await expectSaved(page, "导出 CSV", "overdue-receipts.csv", new RegExp(district));
  });

  await test.step("who owes one is reminded", async () => {
    const rows = await page.locator("tbody tr").count();
    const reminders = page.locator("tbody tr").first().locator("td").nth(6);
    const before = Number(await reminders.textContent());
    await page.getByRole("checkbox", { name: "选择本页全部" }).check();
    await page.getByRole("button", { name: "催办所选" }).click();
    await expect(page.locator(".banner[data-kind=success]")).toContainText(`${rows} 条已完成`);
    await page.reload();
    await expect(reminders).toHaveText(String(before + 1));
  });
  expect(complaints).toEqual([]);
});
