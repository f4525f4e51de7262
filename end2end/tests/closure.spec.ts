// From the notice to the closure, on the demo city's findings: each act by whom it belongs to, with what is wrong said beside it,
// and nothing typed lost.

import { butForRequests } from "../fixtures/complaints.ts";
import { expectActFirst, inAWeek } from "../fixtures/finding.ts";
import { deskOf, expectProper, openProperly, pickBody } from "../fixtures/office.ts";
import { photo, takenAt } from "../fixtures/photo.ts";
import { type Server, expect, open, started, test } from "../fixtures/test.ts";
import type { Browser, Page } from "@playwright/test";

/** The findings of the demo city at a stage. */
async function openFirst(page: Page, stage: string, body?: string): Promise<string> {
  await open(page, `/findings?stage=${stage}`);
  const rows = page.locator("tbody tr").filter(body === undefined ? {} : { hasText: body });
  const address = await rows.first().locator('a[href^="/findings/"]').getAttribute("href");
  await openProperly(page, address ?? "");
  return address ?? "";
}

async function story(page: Page): Promise<number> {
  return page.locator(".timeline > li").count();
}

async function submit(page: Page, control: string): Promise<void> {
  await page.locator(`form:has(${control}) button[type="submit"]`).click();
}

async function desks(browser: Browser, server: Server, ...names: string[]): Promise<Page[]> {
  return Promise.all(names.map(async (name) => (await deskOf(browser, server, name)).page));
}

test("a finding is notified, disputed, upheld, planned, returned, accepted, extended and claimed", async ({ browser, server }) => {
  test.setTimeout(240_000);
  const [organiser, officer] = await desks(browser, server, "organiser", "care-demonstration");
  if (organiser === undefined || officer === undefined) {
    throw new Error("two desks");
  }
  const address = await openFirst(organiser, "raised", "市养老护理照料示范中心");

  await test.step("the notice wants its number, and a deadline that is not over", async () => {
    await expectActFirst(organiser, "下达整改通知");
    // It is proposed, after those that the unit issued before.
    await expect(organiser.locator("#notice-number")).toHaveValue(/^示例整改〔\d{4}〕\d+号$/);
    await organiser.locator("#notice-number").fill("");
    await submit(organiser, "#notice-number");
    await expect(organiser.locator(".errors")).toContainText("请填写“文号”");
    await organiser.locator("#notice-number").fill("示例整改〔2022〕80号");
    await organiser.locator("#notice-basis").fill("封闭管理要求");
    await organiser.locator("#notice-requirement").fill("补齐联系电话并公示。");
    const proposed = await organiser.locator("#notice-plan-by").inputValue();
    await organiser.locator("#notice-plan-by").fill("2022-03-01");
    await submit(organiser, "#notice-number");
    await expect(organiser.locator(".errors")).toContainText("计划报送期限：不能早于今天");
    await expect(organiser.locator("#notice-requirement")).toHaveValue("补齐联系电话并公示。");
    await organiser.locator("#notice-plan-by").fill(proposed);
    await submit(organiser, "#notice-number");
    await expect(organiser.locator(".next")).toContainText("等待报送整改计划");
    await expectProper(organiser);
  });

  await test.step("the notice is a paper", async () => {
    await organiser.getByRole("link", { name: "整改通知书" }).click();
    await expect(organiser.locator("article.document")).toContainText("示例整改〔2022〕80号");
    await expect(organiser.locator("article.document")).toContainText("补齐联系电话并公示。");
    await expectProper(organiser);
  });

  await test.step("the institution disputes, and is answered", async () => {
    await openProperly(officer, address);
    await expectActFirst(officer, "报送整改计划");
    await officer.locator("summary", { hasText: "对该问题提出申诉" }).click();
    await officer.locator("#dispute-grounds").fill("电话另行张贴。");
    await submit(officer, "#dispute-grounds");
    await expect(officer.locator(".next")).toContainText("等待答复申诉");
    await openProperly(organiser, address);
    await expectActFirst(organiser, "答复申诉");
    await expect(organiser.locator(".next blockquote")).toContainText("电话另行张贴。");
    await organiser.locator("#uphold-reason").fill("分工表应当写明。");
    await submit(organiser, "#uphold-reason");
    await expect(organiser.locator(".next")).toContainText("等待报送整改计划");
  });

  const plan = async (text: string) => {
    for (const part of ["affected", "at-risk", "system-change", "monitoring"]) {
      await officer.locator(`#plan-${part}`).fill(text);
    }
    await officer.locator("#plan-complete-by").fill(inAWeek());
    const before = await story(officer);
    await submit(officer, "#plan-affected");
    await expect(officer.locator(".timeline > li")).toHaveCount(before + 1);
  };

  await test.step("a plan replaced while it is read cannot be accepted unread; then it is returned, and the next accepted", async () => {
    await open(officer, address);
    await expect(officer.locator(".next")).toContainText("分工表应当写明。");
    await plan("第一份计划。");
    await openProperly(organiser, address);
    await expectActFirst(organiser, "审核整改计划");
    await officer.locator("summary", { hasText: "修改整改计划" }).click();
    await plan("第二份计划。");
    await organiser.locator("#accept-opinion").fill("同意第一份。");
    await submit(organiser, "#accept-opinion");
    // First it is told what happened meanwhile; sent again all the same, that the plan it accepts is no longer the one there is.
    await expect(organiser.locator(".errors")).toContainText("他人作了更改");
    await expect(organiser.locator(".errors")).toContainText("报送整改计划");
    await submit(organiser, "#accept-opinion");
    await expect(organiser.locator(".errors")).toContainText("机构已报送新的计划（第2份）");
    await expect(organiser.locator("#accept-opinion")).toHaveValue("同意第一份。");
    await expect(organiser.getByRole("link", { name: "在新窗口查看最新情况" })).toBeVisible();
    await open(organiser, address);
    await organiser.locator("summary", { hasText: "退回整改计划" }).click();
    await organiser.locator("#return-opinion").fill("写明谁来查看。");
    await submit(organiser, "#return-opinion");
    await expect(organiser.locator('.head [data-state="planReturned"]')).toBeVisible();
    await open(officer, address);
    await expect(officer.locator(".next blockquote")).toContainText("写明谁来查看。");
    await expect(officer.locator("#plan-affected")).toHaveValue("第二份计划。");
    await plan("第三份计划。");
    await open(organiser, address);
    await submit(organiser, "#accept-opinion");
    await expect(organiser.locator('.head [data-state="planned"]')).toBeVisible();
  });

  await test.step("more time is asked for and granted", async () => {
    await open(officer, address);
    await expectActFirst(officer, "申报整改完成");
    await officer.locator("#claim-account").fill("正在补齐。");
    await officer.locator("#claim-photos").setInputFiles(await photo(officer, "half a duty table"));
    await expect(officer.locator("form:has(#claim-account) img")).toHaveCount(1);
    await officer.locator("summary", { hasText: "申请延期" }).click();
    await officer.locator("#extension-until").fill(inAWeek());
    await officer.locator("#extension-reason").fill("印制延后。");
    await submit(officer, "#extension-until");
    await expect(officer.locator(".errors")).toContainText("延期须晚于现有期限");
    const later = new Date(Date.now() + 14 * 24 * 3_600_000).toISOString().slice(0, 10);
    await officer.locator("#extension-until").fill(later);
    await submit(officer, "#extension-until");
    await expect(officer.locator('.head [data-state="extensionAsked"]')).toBeVisible();
    // What stands in the form beside it stays.
    await expect(officer.locator("#claim-account")).toHaveValue("正在补齐。");
    await expect(officer.locator("form:has(#claim-account) img")).toHaveCount(1);
    await openProperly(organiser, address);
    await expectActFirst(organiser, "审批延期");
    await expect(organiser.locator("#grant-until")).toHaveValue(later);
    await submit(organiser, "#grant-until");
    await expect(organiser.locator('.head [data-state="planned"]')).toBeVisible();
  });

  await test.step("it is claimed", async () => {
    await open(officer, address);
    await expect(officer.locator("form:has(#claim-account)")).toContainText("的草稿");
    await expect(officer.locator("#claim-account")).toHaveValue("正在补齐。");
    await officer.getByRole("button", { name: "丢弃草稿" }).click();
    await expect(officer.locator("#claim-account")).toHaveValue("");
    await expect(officer.locator("form:has(#claim-account) img")).toHaveCount(0);
    await officer.locator("#claim-account").fill("已补齐。");
    // A picture from before the notice shows nothing of what it ordered, and is told when it was taken.
    const yesterday = new Date(Date.now() - 16 * 3_600_000).toISOString().slice(0, 10);
    const old = takenAt(await photo(officer, "an older table"), `${yesterday.replaceAll("-", ":")} 00:01:00`);
    await officer.locator("#claim-photos").setInputFiles(old);
    await expect(officer.locator("form:has(#claim-account) figcaption")).toContainText("00:01拍摄");
    await submit(officer, "#claim-account");
    await expect(officer.locator("#claim-photos-error")).toContainText("整改通知下达之后拍摄");
    await officer.getByRole("button", { name: "移除照片1" }).click();
    await officer.locator("#claim-photos").setInputFiles(await photo(officer, "duty table"));
    await expect(officer.locator("form:has(#claim-account) img")).toHaveCount(1);
    await expect(officer.locator("form:has(#claim-account) figcaption")).toContainText("未读到照片的拍摄时间");
    await expectProper(officer);
    await submit(officer, "#claim-account");
    await expect(officer.locator('.head [data-state="rectified"]')).toBeVisible();
    await expectProper(officer);
  });
});

test("of two people closing one finding at once the second is told who was first, and keeps the draft", async ({ browser, server }) => {
  const [first, second] = await desks(browser, server, "oversight", "oversight");
  if (first === undefined || second === undefined) {
    throw new Error("two desks");
  }
  const address = await openFirst(first, "rectified", "市第二儿童福利院");
  await openProperly(second, address);
  // What was claimed stands above what is entered, with its photos beside those of the fault.
  await expect(first.locator(".next")).toContainText("申报整改完成。");
  await expect(first.locator(".next blockquote")).not.toBeEmpty();
  await expect(first.locator(".next .compared")).toContainText("申报整改完成时");
  for (const [page, words] of [
    [first, "外卖已改在院外交接。"],
    [second, "现场查看属实。"],
  ] as const) {
    await page.locator("#verify-pass").check();
    await page.locator("#verify-account").fill(words);
    await page.locator("#verify-photos").setInputFiles(await photo(page, words));
    await expect(page.locator("form:has(#verify-account) img")).toHaveCount(1);
  }
  await submit(first, "#verify-account");
  await expect(first.locator('.head [data-state="closed"]')).toBeVisible();
  await submit(second, "#verify-account");
  await expect(second.locator(".errors")).toContainText("纪检监察组监督员 · 复核通过，销号");
  // One thing is to be put right, however much others did; and it is no longer said to wait for this reader.
  await expect(second.locator(".errors h2")).toHaveText("有1处需要处理");
  await expect(second.locator('.next[data-state="wait"]')).toContainText("他人已先办理");
  await expect(second.getByText("下一步：由您办理")).toHaveCount(0);
  await expectProper(second);
  await submit(second, "#verify-account");
  await expect(second.locator(".errors")).toContainText("办理，现为“已销号”");
  await expect(second.locator("#verify-account")).toHaveValue("现场查看属实。");
  await expect(second.locator("form:has(#verify-account) img")).toHaveCount(1);
});

test("what is late is listed, escalated by a letter, and the letter printed and answered", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "oversight");
  await openProperly(page, "/findings?due=overdue&stage=notified");
  const late = page.locator("tbody tr").filter({ hasText: "市养老护理照料示范中心" }).first();
  await late.locator('a[href^="/findings/"]').click();
  await page.waitForURL(/\/findings\/[0-9a-f-]{36}$/);
  const address = new URL(page.url()).pathname;
  await expectActFirst(page, "督办逾期");
  await page.locator("#letter-number").fill("示例督办〔2022〕80号");
  await page.locator("#letter-demand").fill("三日内报送计划。");
  const before = await story(page);
  await submit(page, "#letter-number");
  await expect(page.locator(".timeline > li")).toHaveCount(before + 1);
  await expect(page.locator(".next")).toContainText("等待报送整改计划");
  await page.getByRole("link", { name: "督办函" }).last().click();
  await expect(page.locator("article.document h1")).toHaveText("督办函");
  await expect(page.locator("article.document")).toContainText("三日内报送计划。");
  await expectProper(page);
  const { page: officer } = await deskOf(browser, server, "care-demonstration");
  await openProperly(officer, address);
  const card = officer.locator(".next:has(#answer-account)");
  await expect(card).toContainText("三日内报送计划。");
  await submit(officer, "#answer-account");
  await expect(card.locator(".errors")).toContainText("请填写“情况说明”");
  await officer.locator("#answer-account").fill("负责人隔离，计划明日报送。");
  await submit(officer, "#answer-account");
  await expect(card).toHaveCount(0);
  await expect(officer.locator(".timeline > li").last()).toContainText("负责人隔离，计划明日报送。");
  await expectProper(officer);
  expect(complaints).toEqual([]);
});

test("late support is the regulator's delay, not the institution's", async ({ browser, server }) => {
  const [regulator, home] = await desks(browser, server, "child-welfare-officer", "children-home");
  if (regulator === undefined || home === undefined) {
    throw new Error("two desks");
  }
  await openProperly(regulator, "/findings/support?state=late");
  const row = regulator.locator("tbody tr");
  await expect(row).toHaveCount(1);
  await expect(row).toContainText("等待支持，期限顺延");
  await row.getByRole("link").click();
  await regulator.waitForURL(/\/findings\/[0-9a-f-]{36}$/);
  const address = new URL(regulator.url()).pathname;
  await expectProper(regulator);
  // How much is late stands beside the way to Today, and goes with what is done.
  const late = regulator.locator('.nav a[href="/"] .count');
  const before = Number(await late.textContent());
  await regulator.locator("#provide-account").fill("两名护理员今日到岗。");
  await submit(regulator, "#provide-account");
  await expect(regulator.locator(".timeline")).toContainText("所等的工作日不计入机构的整改时间");
  await expect(late).toHaveText(before > 1 ? [String(before - 1)] : []);
  await openProperly(home, address);
  await expect(home.locator('.head [data-state="overdue"]')).toHaveCount(0);
  await home.getByRole("button", { name: "确认收到" }).click();
  await expect(home.locator('[data-test="support"]')).toContainText("已确认");
  await openProperly(regulator, "/findings/support?state=provided");
  await expect(regulator.locator("tbody")).toContainText("因支持逾期顺延");
});

test("a dispute that is right ends in the withdrawal of the finding, and nothing is owed any more", async ({ browser, server }) => {
  const [organiser, home] = await desks(browser, server, "organiser", "children-home");
  if (organiser === undefined || home === undefined) {
    throw new Error("two desks");
  }
  const address = await openFirst(organiser, "disputed", "市儿童福利院");
  await expectActFirst(organiser, "答复申诉");
  await organiser.locator("summary", { hasText: "申诉成立：撤销该问题" }).click();
  await submit(organiser, "#withdraw-reason");
  await expect(organiser.locator(".errors")).toContainText("请填写“理由”");
  await organiser.locator("#withdraw-reason").fill("入职材料属实，问题不成立。");
  await submit(organiser, "#withdraw-reason");
  await expect(organiser.locator('.head [data-state="withdrawn"]')).toBeVisible();
  await expect(organiser.locator(".next")).toContainText("申诉成立，已撤销");
  await expect(organiser.locator(".next")).toContainText("没有后续步骤");
  await expect(organiser.locator("main form")).toHaveCount(0);

  await openProperly(home, address);
  await expect(home.locator(".next")).toContainText("申诉成立，已撤销");
  await expect(home.locator(".timeline > li").last()).toContainText("入职材料属实，问题不成立。");
  await expect(home.locator("main form")).toHaveCount(0);
  // It is no task of anybody's.
  await open(home, "/");
  await expect(home.locator(`main a[href="${address}"]`)).toHaveCount(0);
});

test("more time is refused, and the institution claims within the time it had", async ({ browser, server }) => {
  const [organiser, home] = await desks(browser, server, "organiser", "children-home-2");
  if (organiser === undefined || home === undefined) {
    throw new Error("two desks");
  }
  const address = await openFirst(organiser, "extensionAsked", "市第二儿童福利院");
  await expectActFirst(organiser, "审批延期");
  await organiser.locator("summary", { hasText: "不同意延期" }).click();
  await submit(organiser, "#refuse-opinion");
  await expect(organiser.locator(".errors")).toContainText("请填写“意见”");
  await organiser.locator("#refuse-opinion").fill("本市有现货，可先行采购。");
  await submit(organiser, "#refuse-opinion");
  await expect(organiser.locator('.head [data-state="planned"]')).toBeVisible();
  await expect(organiser.locator(".timeline > li").last()).toContainText("本市有现货，可先行采购。");

  await openProperly(home, address);
  await expect(home.locator(".timeline > li").last()).toContainText("本市有现货，可先行采购。");
  await expectActFirst(home, "申报整改完成");
  await home.locator("#claim-account").fill("药品已备足七日。");
  await home.locator("#claim-photos").setInputFiles(await photo(home, "seven days of stock"));
  await expect(home.locator("form:has(#claim-account) img")).toHaveCount(1);
  await submit(home, "#claim-account");
  await expect(home.locator('.head [data-state="rectified"]')).toBeVisible();
});

test("support that the regulator owes is recorded, provided by it and confirmed by who needed it", async ({ browser, server }) => {
  const HELP = "请协调两名护理员支援一周。";
  const [organiser, regulator, home] = await desks(browser, server, "organiser", "child-welfare-officer", "sos-village");
  if (organiser === undefined || regulator === undefined || home === undefined) {
    throw new Error("three desks");
  }
  const address = await openFirst(organiser, "planned", "北京SOS儿童村");
  const support = (page: Page) => page.locator('[data-test="support"]');

  await test.step("only a regulator owes it", async () => {
    await organiser.locator("summary", { hasText: "登记应提供的支持" }).click();
    await submit(organiser, "#support-by");
    await expect(organiser.locator("#support-errors")).toContainText("请填写“支持事项”");
    await pickBody(organiser, "support-by", "市儿童福利院");
    await organiser.locator("#support-what").fill(HELP);
    await submit(organiser, "#support-by");
    await expect(organiser.locator("#support-errors")).toContainText("提供支持的应是监管部门");
    await expect(organiser.locator("#support-what")).toHaveValue(HELP);
    await pickBody(organiser, "support-by", "儿童福利和保护处");
    await submit(organiser, "#support-by");
    await expect(support(organiser)).toContainText(HELP);
    await expect(organiser.locator(".timeline > li").last()).toContainText("儿童福利和保护处");
  });

  await test.step("the regulator finds it among what it owes, and provides it", async () => {
    await openProperly(regulator, "/findings/support?state=owed");
    await regulator.locator("tbody tr").filter({ hasText: HELP }).getByRole("link").click();
    await expect(regulator).toHaveURL(new RegExp(`${address}$`));
    await submit(regulator, "#provide-account");
    await expect(regulator.locator("#provide-errors")).toContainText("请填写");
    await regulator.locator("#provide-account").fill("两名护理员今日到岗。");
    await submit(regulator, "#provide-account");
    await expect(support(regulator)).toContainText("已提供");
    await expect(regulator.getByRole("button", { name: "确认收到" })).toHaveCount(0);
  });

  await test.step("the institution confirms, and the ledger says so", async () => {
    await openProperly(home, address);
    await expect(home.locator(".timeline > li").last()).toContainText("两名护理员今日到岗。");
    await home.getByRole("button", { name: "确认收到" }).click();
    await expect(support(home)).toContainText("已确认");
    await open(organiser, "/findings/support?state=provided");
    await expect(organiser.locator("tbody tr").filter({ hasText: HELP })).toContainText("已确认");
  });
});

test("a closed finding that proves not to be rectified is opened again, and planned anew", async ({ browser, server }) => {
  const [oversight, home] = await desks(browser, server, "oversight", "sos-village");
  if (oversight === undefined || home === undefined) {
    throw new Error("two desks");
  }
  const address = await openFirst(oversight, "closed", "北京SOS儿童村");
  const before = await story(oversight);
  await oversight.locator("summary", { hasText: "重新打开" }).click();
  const proposed = await oversight.locator("#reopen-complete-by").inputValue();
  await submit(oversight, "#reopen-reason");
  await expect(oversight.locator(".errors")).toContainText("请填写“理由”");
  await oversight.locator("#reopen-reason").fill("群众反映又有同样情形。");
  await oversight.locator("#reopen-complete-by").fill("2022-03-01");
  await submit(oversight, "#reopen-reason");
  await expect(oversight.locator("#reopen-complete-by-error")).toContainText("不能早于今天");
  await expect(oversight.locator("#reopen-reason")).toHaveValue("群众反映又有同样情形。");
  await oversight.locator("#reopen-complete-by").fill(proposed);
  await submit(oversight, "#reopen-reason");
  await expect(oversight.locator('.head [data-state="reopened"]')).toBeVisible();
  await expect(oversight.locator(".next")).toContainText("等待重新报送整改计划");

  await openProperly(home, address);
  await expectActFirst(home, "报送整改计划");
  await expect(home.locator(".next blockquote")).toContainText("群众反映又有同样情形。");
  for (const part of ["affected", "at-risk", "system-change", "monitoring"]) {
    await home.locator(`#plan-${part}`).fill("专人每日查看并登记。");
  }
  await home.locator("#plan-complete-by").fill(inAWeek());
  await submit(home, "#plan-affected");
  await expect(home.locator(".timeline > li")).toHaveCount(before + 2);
  await expect(home.locator('.head [data-state="planSubmitted"]')).toBeVisible();
});

test("closed findings are drawn with a seed and looked at again", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "oversight");
  await openProperly(page, "/findings/look-backs");
  await page.locator("summary", { hasText: "抽样" }).click();
  await page.locator("#draw-seed").fill("端对端");
  await page.locator("#draw-share").fill("0");
  await page.locator("#draw-from").fill("2022-03-01");
  await page.locator("#draw-to").fill("2022-05-31");
  await submit(page, "#draw-seed");
  await expect(page.locator(".errors")).toContainText("抽样比例应在1%至100%之间");
  await page.locator("#draw-share").fill("50");
  await submit(page, "#draw-seed");
  await expectProper(page);
  await page.locator("#draw-confirm").click();
  await page.getByRole("link", { name: "端对端" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("端对端");
  await expectProper(page);
  await page.locator('tbody a[href^="/findings/"]').first().click();
  await page.waitForURL(/\/findings\/[0-9a-f-]{36}$/);
  await expectActFirst(page, "回头看");
  await page.locator("#verify-fail").check();
  await page.locator("#verify-account").fill("又不符合。");
  const soon = inAWeek();
  await page.locator("#verify-complete-by").fill(soon);
  await page.reload();
  await started(page);
  await expect(page.locator("#verify-account")).toHaveValue("又不符合。");
  await expect(page.locator("#verify-complete-by"), "the day comes back with the rest").toHaveValue(soon);
  await page.locator("#verify-photos").setInputFiles(await photo(page, "again"));
  await expect(page.locator("form:has(#verify-account) img")).toHaveCount(1);
  // It is rectified again by a day after today.
  const again = page.locator("#verify-complete-by");
  const proposed = await again.inputValue();
  await again.fill("2022-03-01");
  await submit(page, "#verify-account");
  await expect(page.locator("#verify-complete-by-error")).toContainText("不能早于今天");
  await expect(page.locator("#verify-account")).toHaveValue("又不符合。");
  await again.fill(proposed);
  await submit(page, "#verify-account");
  await expect(page.locator('.head [data-state="reopened"]')).toBeVisible();
  await expect(page.locator(".timeline > li").last()).toContainText("整改期限");
  expect(butForRequests(complaints)).toEqual([]);
});
