// A campaign's groups, whom they keep away from, and its sealed visits until the team may know of them: by time, on arrival, or never.

import type { Page } from "@playwright/test";
import { butForRequests } from "../fixtures/complaints.ts";
import { deskOf, expectProper, formGroup, pickBody, rowOf } from "../fixtures/office.ts";
import { expect, open, started, test } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";
/** Nobody visits it in the demo city. */
const OTHER = "朝阳区示例养老院01";

/** A day and a minute as the city's clock shows them. */
function cityTime(at: Date): { day: string; time: string } {
  const [day, time] = new Date(at.getTime() + 8 * 3_600_000).toISOString().split("T");
  return { day: day ?? "", time: (time ?? "").slice(0, 5) };
}

/** A day as pages write it. */
function dayText(day: string): string {
  const [year, month, date] = day.split("-").map(Number);
  return `${year}年${month}月${date}日`;
}

/** Creates the assignment that stands in the form, for `body` by `group`. */
async function create(page: Page, body: string, group: string): Promise<void> {
  await pickBody(page, "assignment-target", body);
  await page.getByLabel("由谁检查").selectOption({ label: group });
  await page.getByRole("button", { name: "建立任务" }).click();
}

test("a group of two is formed, keeps away from what one of it declared, and visits what it may", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "organiser");
  await open(page, "/campaigns");
  await page.getByRole("link", { name: "四不两直" }).click();
  await started(page);
  const form = page.locator("form:has(#group-name)");
  const errors = page.locator("#group-errors");

  await test.step("it wants a name, a leader among its members, and two of them", async () => {
    await page.locator("summary", { hasText: "成立检查组" }).click();
    await form.getByRole("button", { name: "成立检查组" }).click();
    await expect(errors).toContainText("请填写“名称（中文）”");
    await expect(errors).toContainText("请选择成员");
    await page.locator("#group-name").fill("机动组");
    await form.getByRole("checkbox", { name: "检查员40" }).check();
    await form.getByRole("button", { name: "成立检查组" }).click();
    await expect(errors).toContainText("请从成员中选择组长");
    await page.locator("#group-leader").selectOption({ label: "检查员40" });
    await form.getByRole("button", { name: "成立检查组" }).click();
    await expect(errors).toContainText("每次检查至少2人");
    await expect(page.locator("#group-name")).toHaveValue("机动组");
    await expect(rowOf(page, "机动组")).toHaveCount(0);
  });

  await test.step("with a leader and two inspectors it is formed", async () => {
    for (const name of ["检查员41", "检查员42"]) {
      await form.getByRole("checkbox", { name }).check();
    }
    await form.getByRole("button", { name: "成立检查组" }).click();
    await expect(rowOf(page, "机动组")).toContainText("检查员40、检查员41、检查员42");
    await expect(rowOf(page, "机动组").getByRole("cell").nth(2)).toHaveText("3");
  });

  await test.step("one of it declares an interest", async () => {
    await page.locator("summary", { hasText: "申报利害关系" }).click();
    await page.getByRole("button", { name: "登记" }).click();
    await expect(page.locator("#interest-errors")).toContainText("请选择检查员");
    await page.getByLabel("检查员", { exact: true }).selectOption({ label: "检查员41" });
    await pickBody(page, "interest-body", HOME);
    await page.locator("#interest-note").fill("直系亲属在该院工作。");
    await page.getByRole("button", { name: "登记" }).click();
    await expect(page.locator(".toasts")).toContainText("已办理：登记");
    await expect(page.locator("#interest-note"), "there may be more to declare").toBeVisible();
    await expect(page.getByRole("listitem").filter({ hasText: `检查员41：回避 ${HOME}` })).toBeVisible();
  });

  await test.step("the group is not sent there, and is sent elsewhere", async () => {
    await page.getByRole("button", { name: "新建任务" }).click();
    await page.locator("#assignment-sealed").uncheck();
    await create(page, HOME, "机动组");
    await expect(page.locator("#assignment-errors")).toContainText("已申报与受检单位有利害关系（回避）（涉及：检查员41）");
    await expectProper(page);
    await create(page, OTHER, "机动组");
    await expect(rowOf(page, OTHER).filter({ hasText: "机动组" }).locator('[data-state="open"]')).toBeVisible();
    await expect(rowOf(page, HOME).filter({ hasText: "机动组" })).toHaveCount(0);
  });

  await test.step("who declares an interest after that is named beside the visit", async () => {
    await page.getByLabel("检查员", { exact: true }).selectOption({ label: "检查员42" });
    await pickBody(page, "interest-body", OTHER);
    await page.locator("#interest-note").fill("曾在该机构任职。");
    await page.getByRole("button", { name: "登记" }).click();
    const visit = rowOf(page, OTHER).filter({ hasText: "机动组" });
    await expect(visit).toContainText("检查员42已申报与受检单位有利害关系");
    await expectProper(page);
  });

  await test.step("the organiser's day says so, and one of the team declares another for themself", async () => {
    const day = await deskOf(browser, server, "deputy-organiser");
    await open(day.page, "/");
    await expect(day.page.getByRole("link", { name: `组员须回避，改派他人：${OTHER}` })).toBeVisible();
    expect(day.complaints).toEqual([]);
    const visit = rowOf(page, OTHER).filter({ hasText: "机动组" });
    const address = await visit.getByRole("link", { name: OTHER }).getAttribute("href");
    const inspector = await deskOf(browser, server, "inspector-40");
    await open(inspector.page, address ?? "");
    await inspector.page.locator("summary", { hasText: "本人须回避这家单位" }).click();
    await inspector.page.getByRole("button", { name: "申报回避" }).click();
    await expect(inspector.page.locator("#keep-away-errors")).toContainText("请填写“说明”");
    await inspector.page.locator("#keep-away-note").fill("配偶在该院任职。");
    await inspector.page.getByRole("button", { name: "申报回避" }).click();
    await expect(inspector.page.getByText("您已申报与受检单位有利害关系：请勿前往")).toBeVisible();
    await expectProper(inspector.page);
    expect(inspector.complaints).toEqual([]);
  });

  await test.step("who watches sees the group and its visit", async () => {
    const oversight = await deskOf(browser, server, "oversight");
    await open(oversight.page, new URL(page.url()).pathname);
    await expect(rowOf(oversight.page, "机动组")).toContainText("检查员40");
    await expect(rowOf(oversight.page, OTHER).filter({ hasText: "机动组" })).toBeVisible();
    await expect(oversight.page.locator("summary", { hasText: "申报利害关系" })).toHaveCount(0);
    expect(oversight.complaints).toEqual([]);
  });

  await test.step("the group is changed, what was declared withdrawn, and then it may go there", async () => {
    await page.getByRole("button", { name: "调整：机动组" }).click();
    await page.locator("#change-group-name").fill("机动一组");
    const change = page.locator("form:has(#change-group-name)");
    await change.getByRole("checkbox", { name: "检查员42" }).uncheck();
    await change.getByRole("button", { name: "保存" }).click();
    await expect(rowOf(page, "机动一组").getByRole("cell").nth(2)).toHaveText("2");
    const declared = page.getByRole("listitem").filter({ hasText: `检查员41：回避 ${HOME}` });
    await declared.getByRole("button", { name: /^撤销/ }).click();
    await page.locator("#withdraw-note").fill("亲属已离职。");
    await declared.getByRole("button", { name: "撤销", exact: true }).last().click();
    await expect(declared).toHaveCount(0);
    await page.getByRole("button", { name: "新建任务" }).click();
    await page.locator("#assignment-sealed").uncheck();
    await create(page, HOME, "机动一组");
    await expect(rowOf(page, HOME).filter({ hasText: "检查员41" })).toBeVisible();
    await expectProper(page);
  });

  await test.step("it is dissolved: what it was assigned stays, and it is offered no more", async () => {
    await page.getByRole("button", { name: "解散：机动一组" }).click();
    await page.locator("form:has(#dissolve-reason)").getByRole("button", { name: "解散" }).click();
    await expect(page.locator("#dissolve-errors")).toContainText("请填写“原因”");
    await page.locator("#dissolve-reason").fill("任务完成。");
    await page.locator("form:has(#dissolve-reason)").getByRole("button", { name: "解散" }).click();
    await expect(page.getByRole("button", { name: "解散：机动一组" })).toHaveCount(0);
    await expect(rowOf(page, HOME).filter({ hasText: "检查员41" })).toBeVisible();
    await page.getByRole("button", { name: "新建任务" }).click();
    await expect(page.locator("#assignment-group option").filter({ hasText: "机动一组" })).toHaveCount(0);
  });

  await test.step("the plan gets another name and an earlier end, and the record says so", async () => {
    await page.locator("summary", { hasText: "修改方案" }).click();
    await page.locator("#amend-name").fill("春季“四不两直”督查");
    await page.locator("#amend-to").fill("2022-03-01");
    await page.locator("form:has(#amend-to)").getByRole("button", { name: "保存" }).click();
    await expect(page.locator("#amend-errors")).toContainText("结束日期不能早于开始日期");
    await page.locator("#amend-to").fill("2022-04-30");
    await page.locator("form:has(#amend-to)").getByRole("button", { name: "保存" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("春季“四不两直”督查");
    await expect(page.locator("main")).toContainText("督查已于2022年4月30日结束");
    const record = page.locator("details, section").filter({ hasText: "解散检查组" }).last();
    await expect(record).toContainText("更新方案");
    await expectProper(page);
  });
  expect(butForRequests(complaints)).toEqual([]);
});

test("sealed visits are released by their time, on arrival, or cancelled before anybody knew", async ({ browser, server, newTablet }) => {
  const organiser = await deskOf(browser, server, "organiser");
  const { page } = organiser;
  const now = new Date();
  const today = cityTime(now).day;

  await test.step("a campaign that runs today, and its group", async () => {
    await open(page, "/campaigns/new");
    await page.locator("#name").fill("夜间督查");
    await pickBody(page, "authority", "市民政局");
    await page.locator("#from").fill(today);
    await page.locator("#to").fill(cityTime(new Date(now.getTime() + 30 * 86_400_000)).day);
    await page.getByLabel("是否事先通知").selectOption({ label: "不打招呼" });
    await page.getByRole("button", { name: "建立督查" }).click();
    await page.waitForURL(/\/campaigns\/[0-9a-f-]{36}$/);
    await started(page);
    await formGroup(page, "夜间一组", ["检查员46", "检查员47"]);
  });
  const campaign = new URL(page.url()).pathname;

  await test.step("a release is not after the day of the visit, nor over, nor at no time at all", async () => {
    await page.getByRole("button", { name: "新建任务" }).click();
    await page.getByLabel("启封方式").selectOption({ label: "到时自动启封" });
    await page.locator("#release-day").fill(cityTime(new Date(now.getTime() + 86_400_000)).day);
    await create(page, HOME, "夜间一组");
    await expect(page.locator("#assignment-errors")).toContainText("启封日期不能晚于检查日期");
    await page.locator("#release-day").fill(today);
    await page.locator("#release-time").fill("八点");
    await page.getByRole("button", { name: "建立任务" }).click();
    await expect(page.locator("#assignment-errors")).toContainText("时刻写作 08:00");
    await page.locator("#release-day").fill(cityTime(new Date(now.getTime() - 86_400_000)).day);
    await page.locator("#release-time").fill("08:00");
    await page.getByRole("button", { name: "建立任务" }).click();
    await expect(page.locator("#assignment-errors")).toContainText("启封时间应晚于现在");
  });

  await test.step("one is to be released by itself at the next minute", async () => {
    // The minute after, when this one is all but over.
    const at = cityTime(new Date(Math.ceil((Date.now() + 10_000) / 60_000) * 60_000));
    await page.locator("#assignment-day").fill(at.day);
    await page.locator("#release-day").fill(at.day);
    await page.locator("#release-time").fill(at.time);
    await page.getByRole("button", { name: "建立任务" }).click();
    await expect(rowOf(page, HOME).locator('[data-state="sealed"]')).toBeVisible();
    await expect(rowOf(page, HOME)).toContainText(`${at.time}自动启封`);
  });

  const tablet = await newTablet();
  const glass = await tablet.switchOn();
  await test.step("two more wait for an arrival, and the team knows of none", async () => {
    for (const home of [OTHER, "市儿童福利院"]) {
      await page.getByRole("button", { name: "新建任务" }).click();
      await page.getByLabel("启封方式").selectOption({ label: "到达现场后启封" });
      await create(page, home, "夜间一组");
      await expect(rowOf(page, home)).toContainText("到达现场后启封");
    }
    await tablet.signIn("inspector-46");
    await expect(tablet.card(OTHER)).toHaveCount(0);
    await expect(tablet.card("市儿童福利院")).toHaveCount(0);
  });

  await test.step("before several are released it is said who of their teams has no valid test; none is released yet", async () => {
    for (const home of [OTHER, "市儿童福利院"]) {
      await page.getByRole("checkbox", { name: `选择：${home}` }).check();
    }
    await page.getByRole("button", { name: "启封所选" }).click();
    const cautions = page.locator('[data-test="cautions"]');
    await expect(cautions).toContainText("其中2条请先核对");
    await expect(cautions.getByRole("listitem")).toHaveCount(2);
    await expect(cautions).toContainText("2人核酸检测不在有效期内：检查员46（");
    await expectProper(page);
    await page.getByRole("button", { name: "返回" }).click();
    // As of one by itself.
    await rowOf(page, OTHER).getByRole("button", { name: `启封：${OTHER}` }).click();
    await expect(page.getByRole("group", { name: "确认启封" })).toContainText("2人核酸检测不在有效期内");
    await page.getByRole("button", { name: "返回" }).click();
    await expect(rowOf(page, OTHER).locator('[data-state="sealed"]')).toBeVisible();
  });

  await test.step("one is moved to another day, with a reason, and its team knows of it no more than before", async () => {
    const home = "市儿童福利院";
    const tomorrow = cityTime(new Date(now.getTime() + 86_400_000)).day;
    await rowOf(page, home).getByRole("button", { name: `改期：${home}` }).click();
    const form = page.locator("form:has(#reschedule-day)");
    await form.getByRole("button", { name: "改期", exact: true }).click();
    await expect(page.locator("#reschedule-errors")).toContainText("请填写“改期的原因”");
    await page.locator("#reschedule-reason").fill("该院消毒，次日再去。");
    await form.getByRole("button", { name: "改期", exact: true }).click();
    await expect(page.locator("#reschedule-errors")).toContainText("检查日期没有变化");
    await page.locator("#reschedule-day").fill(cityTime(new Date(now.getTime() + 60 * 86_400_000)).day);
    await form.getByRole("button", { name: "改期", exact: true }).click();
    await expect(page.locator("#reschedule-errors")).toContainText("检查日期应在");
    await expectProper(page);
    await page.locator("#reschedule-day").fill(tomorrow);
    await form.getByRole("button", { name: "改期", exact: true }).click();
    await expect(form).toHaveCount(0);
    await expect(rowOf(page, home)).toContainText(dayText(tomorrow));
    await expect(rowOf(page, home).locator('[data-state="sealed"]')).toBeVisible();
    await open(glass, "/field");
    await tablet.upToDate();
    await expect(tablet.card(home)).toHaveCount(0);
  });

  await test.step("the arrival is confirmed in words, and the team sees where it stands", async () => {
    await rowOf(page, OTHER).getByRole("button", { name: `确认到达：${OTHER}` }).click();
    await page.getByRole("button", { name: "确认并启封" }).click();
    await expect(page.locator("#arrival-errors")).toContainText("请填写");
    await page.getByLabel("如何得知已到达").fill("组长来电，已到大门口。");
    await page.getByRole("button", { name: "确认并启封" }).click();
    await expect(rowOf(page, OTHER).locator('[data-state="open"]')).toBeVisible();
    await expect(page.locator("#arrival-account")).toHaveCount(0);
    await open(glass, "/field");
    await tablet.upToDate();
    await tablet.expectCard(OTHER, "NotStarted");
  });

  await test.step("the other is cancelled with a reason, and nobody of the team ever hears of it", async () => {
    const home = "市儿童福利院";
    await rowOf(page, home).getByRole("button", { name: `取消任务：${home}` }).click();
    await page.getByRole("button", { name: "取消这项任务" }).click();
    await expect(page.locator("#cancel-errors")).toContainText("请填写");
    await page.getByLabel("取消的原因").fill("该院正在转运。");
    await page.getByRole("button", { name: "取消这项任务" }).click();
    await expect(rowOf(page, home).locator('[data-state="cancelled"]')).toBeVisible();
    await expect(rowOf(page, home)).toContainText("该院正在转运。");
    await expect(rowOf(page, home).getByRole("button")).toHaveCount(0);
    await expectProper(page);
    await open(glass, "/field");
    await tablet.upToDate();
    await expect(tablet.card(home)).toHaveCount(0);
    const watcher = await deskOf(browser, server, "oversight");
    await open(watcher.page, campaign);
    await expect(rowOf(watcher.page, OTHER)).toBeVisible();
    await expect(rowOf(watcher.page, home)).toHaveCount(0);
    expect(watcher.complaints).toEqual([]);
  });

  await test.step("at its minute the first is released, and the record says that its time had come", async () => {
    await expect(async () => {
      await open(page, campaign);
      await expect(rowOf(page, HOME).locator('[data-state="open"]')).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 90_000 });
    await open(glass, "/field");
    await tablet.upToDate();
    await tablet.expectCard(HOME, "NotStarted");
    await rowOf(page, HOME).getByRole("link").click();
    await page.waitForURL(/\/assignments\/[0-9a-f-]{36}$/);
    await expect(page.getByRole("region", { name: "记录", exact: true })).toContainText("启封依据");
  });

  await test.step("moved then, its team is told, and its tablets have the new day", async () => {
    const later = cityTime(new Date(now.getTime() + 3 * 86_400_000)).day;
    await page.getByRole("button", { name: `改期：${HOME}` }).click();
    await page.locator("#reschedule-day").fill(later);
    await page.locator("#reschedule-reason").fill("该院停电。");
    await page.locator("form:has(#reschedule-day)").getByRole("button", { name: "改期", exact: true }).click();
    await expect(page.locator("form:has(#reschedule-day)")).toHaveCount(0);
    await expect(page.locator(".facts").first()).toContainText(dayText(later));
    const record = page.getByRole("region", { name: "记录", exact: true });
    await expect(record).toContainText("任务改期");
    await expect(record).toContainText("该院停电。");
    await expectProper(page);
    await open(glass, "/field");
    await tablet.upToDate();
    await expect(tablet.card(HOME)).toContainText(dayText(later));
    const member = await deskOf(browser, server, "inspector-47");
    await open(member.page, "/inbox");
    const told = member.page.locator(".inbox li").filter({ hasText: "任务改期" });
    await expect(told).toHaveCount(1);
    await expect(told).toContainText(dayText(later));
    expect(member.complaints).toEqual([]);
  });
  expect(butForRequests(organiser.complaints)).toEqual([]);
  expect(butForRequests(tablet.complaints)).toEqual([]);
});
