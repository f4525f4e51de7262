// A talk from its convening to the closed chain: reports, requirements, acknowledgements, links, and the materials called in.

import type { Page } from "@playwright/test";
import { butForRequests } from "../fixtures/complaints.ts";
import { deskOf, expectProper, openProperly, pickBody, pressOnce } from "../fixtures/office.ts";
import { expect, open, started, test } from "../fixtures/test.ts";

const CENTRE = "市社会福利事务管理中心";
const HOME = "市第一社会福利院";
const FILE = { name: "自查记录.csv", mimeType: "text/csv", buffer: Buffer.from("日期,项目\n3月13日,消毒\n") };

function moment(days: number): string {
  const at = new Date(Date.now() + days * 86_400_000 + 8 * 3_600_000);
  return at.toISOString().slice(0, 16);
}

async function add(page: Page, id: string, name: string): Promise<void> {
  await pickBody(page, id, name);
  await page.locator(".stack", { has: page.locator(`#${id}`) }).last().getByRole("button", { name: "加入名单" }).click();
}

test("a talk from its convening to a chain without gaps", async ({ browser, server }) => {
  const organiser = await deskOf(browser, server, "organiser");
  const { page } = organiser;

  await test.step("it is convened, and what is missing is said", async () => {
    await openProperly(page, "/talks/new");
    await page.getByRole("button", { name: "召集", exact: true }).click();
    await expect(page.locator("#talk-errors")).toContainText("请选择“被约谈单位”");
    await expectProper(page);
    await page.locator("#talk-title").fill("补充约谈");
    await page.locator("#talk-place").fill("会议室");
    await add(page, "talk-conveners", "驻市民政局纪检监察组");
    await add(page, "talk-attendees", CENTRE);
    await add(page, "talk-attendees", HOME);
    await page.getByRole("button", { name: "召集", exact: true }).click();
    await page.waitForURL(/\/talks\/[0-9a-f-]{36}$/);
    await started(page);
    await expect(page.locator("h1")).toHaveText("补充约谈");
    await expectProper(page);
  });
  const talk = new URL(page.url()).pathname;

  await test.step("a report is heard and a demand is made of both", async () => {
    await page.locator("summary", { hasText: "记录汇报" }).click();
    await page.locator("#report-account").fill("六家机构均已部署。");
    await page.getByRole("button", { name: "记录汇报" }).click();
    await expect(page.locator(".timeline")).toContainText("六家机构均已部署。");
    await page.locator("summary", { hasText: "提出要求" }).click();
    await expectProper(page);
    await page.locator("#demand-text").fill("门卫全天值守，来访登记。");
    await page.getByRole("button", { name: "提出要求" }).click();
    await expect(page.locator("#requirement-1")).toContainText("门卫全天值守");
    await expect(page.locator("#requirement-1")).toContainText("还没有关联检查或问题");
  });

  await test.step("of two who make a demand at once the second is told what the first demanded, and keeps their own", async () => {
    const other = await deskOf(browser, server, "organiser");
    await open(other.page, talk);
    await page.locator("#demand-text").fill("每日公布值守名单。");
    await page.getByRole("button", { name: "提出要求" }).click();
    await expect(page.locator("#requirement-2")).toContainText("每日公布值守名单。");
    await other.page.locator("summary", { hasText: "提出要求" }).click();
    await other.page.locator("#demand-text").fill("夜间加派一人。");
    await other.page.getByRole("button", { name: "提出要求" }).click();
    await expect(other.page.locator("#demand-errors")).toContainText("他人作了更改");
    await expect(other.page.locator("#demand-errors")).toContainText("提出要求");
    await expect(other.page.locator("#demand-text")).toHaveValue("夜间加派一人。");
    await expectProper(other.page);
    await other.page.getByRole("button", { name: "提出要求" }).click();
    await expect(other.page.locator("#requirement-3")).toContainText("夜间加派一人。");
    expect(butForRequests(other.complaints)).toEqual([]);
  });

  await test.step("the trace says what is missing", async () => {
    await openProperly(page, "/talks/trace");
    await expect(page.locator("main")).toContainText("没有依据通知的约谈");
    await expect(page.locator("main")).toContainText("第1项：门卫全天值守");
    await expect(page.locator("main")).toContainText("打开约谈，把要求关联到督查或检查项");
  });

  const home = await deskOf(browser, server, "welfare-home-1");
  await test.step("each body acknowledges its own", async () => {
    await openProperly(home.page, talk);
    await home.page.getByRole("button", { name: `确认第1项要求：${HOME}` }).click();
    await expect(home.page.locator("#requirement-1")).toContainText("市第一社会福利院负责人");
    await expect(home.page.getByRole("button", { name: /^确认第1项要求/ })).toHaveCount(0);
    await expect(home.page.locator("main")).not.toContainText("记录汇报");
  });

  await test.step("the demand is linked to the campaign that looks into it, and unlinked with a reason", async () => {
    await open(page, talk);
    await page.locator("#requirement-1 summary").click();
    await page.locator("#requirement-1").getByRole("button", { name: "选择" }).click();
    const targets = page.locator("#link-target");
    const label = (await targets.locator("option").filter({ hasText: "督查：" }).first().textContent()) ?? "";
    await targets.selectOption({ label });
    await page.locator("#requirement-1").getByRole("button", { name: "关联", exact: true }).click();
    await expect(page.locator("#requirement-1 .files").last()).toContainText(label.replace("督查：", ""));
    await expectProper(page);
    await page.locator("#requirement-1").getByRole("button", { name: /^取消关联/ }).click();
    await page.locator("#unlink-reason").fill("选错了");
    await page.getByRole("button", { name: "取消关联", exact: true }).click();
    await expect(page.locator("#requirement-1")).toContainText("还没有关联检查或问题");
  });

  await test.step("findings that no demand leads to are linked to one together", async () => {
    await openProperly(page, "/findings?requirement=none");
    const rows = page.locator('tbody a[href^="/findings/"]');
    const first = (await rows.first().getAttribute("href")) ?? "";
    for (const place of [0, 1]) {
      await page.locator('tbody td.select input[type="checkbox"]').nth(place).check();
    }
    const bar = page.getByRole("group", { name: "批量操作" });
    await bar.getByRole("button", { name: "关联到约谈要求" }).click();
    const demands = page.locator("#bulk-entered");
    await expect(demands).toBeVisible();
    const label = (await demands.locator("option").filter({ hasText: "1. 门卫全天值守" }).first().textContent()) ?? "";
    await demands.selectOption({ label });
    await expectProper(page);
    await page.getByRole("button", { name: "关联到约谈要求（2条）" }).click();
    await expect(page.locator('.banner[data-kind="success"]')).toContainText("2 条已完成");
    await expect(page.locator(`main a[href="${first}"]`)).toHaveCount(0);
    await openProperly(page, talk);
    await expect(page.locator(`#requirement-1 a[href="${first}"]`)).toBeVisible();
    await expect(page.locator('#requirement-1 a[href^="/findings/"]')).toHaveCount(2);
  });

  await test.step("a demand gets another day, and one that was made twice is withdrawn", async () => {
    await openProperly(page, talk);
    await page.getByRole("button", { name: "第3项：调整期限" }).click();
    await page.locator("#requirement-due").fill(moment(-1));
    await page.locator("#requirement-reason").fill("人手到位较晚。");
    await page.locator("#requirement-3").getByRole("button", { name: "调整期限" }).click();
    await expect(page.locator("#requirement-due-error")).toContainText("完成期限已过");
    await expectProper(page);
    await page.locator("#requirement-due").fill(moment(3));
    await page.locator("#requirement-3").getByRole("button", { name: "调整期限" }).click();
    await expect(page.locator("#requirement-due")).toHaveCount(0);
    await expect(page.locator("#requirement-3")).toContainText("前完成");
    await page.getByRole("button", { name: "第2项：撤回要求" }).click();
    await page.locator("#requirement-2").getByRole("button", { name: "撤回要求" }).click();
    await expect(page.locator("#requirement-withdraw-errors")).toContainText("请填写“原因”");
    await page.locator("#requirement-reason").fill("与第1项重复");
    await page.locator("#requirement-2").getByRole("button", { name: "撤回要求" }).click();
    await expect(page.locator("#requirement-2")).toContainText("原因：与第1项重复");
    await expect(page.getByRole("button", { name: "第2项：撤回要求" })).toHaveCount(0);
    await expectProper(page);
    await openProperly(home.page, talk);
    await expect(home.page.locator("#requirement-2")).toContainText("原因：与第1项重复");
    await expect(home.page.getByRole("button", { name: /^确认第2项要求/ })).toHaveCount(0);
    await open(home.page, "/inbox");
    await expect(home.page.locator("main")).toContainText("撤回要求");
    await openProperly(page, "/talks/trace");
    await expect(page.locator("main")).toContainText("每日公布值守名单");
    await expect(page.locator("main")).not.toContainText("第2项：每日公布值守名单");
  });

  const others = (complaints: string[]) => butForRequests(complaints);
  for (const desk of [organiser, home]) {
    expect(others(desk.complaints)).toEqual([]);
  }
});

test("materials are called in, handed in, returned, handed in again and accepted", async ({ browser, server }) => {
  const organiser = await deskOf(browser, server, "organiser");
  const { page } = organiser;
  await openProperly(page, "/talks/materials/new");
  await page.locator("#material-title").fill("门卫值守材料");
  await pickBody(page, "material-authority", "驻市民政局纪检监察组");
  await add(page, "material-bodies", HOME);
  await page.locator("#material-items").fill("值班表 | Roster\n*照片");
  await page.locator("#material-due").fill(moment(1));
  await page.getByRole("button", { name: "发出调阅" }).click();
  await page.waitForURL(/\/talks\/materials\/[0-9a-f-]{36}$/);
  await started(page);
  await expectProper(page);
  const request = new URL(page.url()).pathname;

  await test.step("there is more time, with the reason", async () => {
    await page.getByRole("button", { name: `延长报送期限：${HOME}` }).click();
    await page.locator("#extend-due").fill(moment(0));
    await page.locator("#extend-reason").fill("门卫轮换，值班表待汇总。");
    await expectProper(page);
    await page.getByRole("button", { name: "延长期限", exact: true }).click();
    await expect(page.locator("#extend-due-error")).toContainText("新的期限应晚于原期限");
    await expect(page.locator("#extend-reason")).toHaveValue("门卫轮换，值班表待汇总。");
    await page.locator("#extend-due").fill(moment(3));
    await page.getByRole("button", { name: "延长期限", exact: true }).click();
    await expect(page.locator("#extend-due")).toHaveCount(0);
    await expect(page.getByRole("row").filter({ hasText: "延长报送期限" })).toBeVisible();
  });

  await test.step("of two who give more time at once the second is told so, and keeps what was entered", async () => {
    const other = await deskOf(browser, server, "organiser");
    await open(other.page, request);
    for (const [desk, days] of [[page, 4], [other.page, 5]] as const) {
      await desk.getByRole("button", { name: `延长报送期限：${HOME}` }).click();
      await desk.locator("#extend-due").fill(moment(days));
      await desk.locator("#extend-reason").fill("值班表由两处汇总。");
      await desk.getByRole("button", { name: "延长期限", exact: true }).click();
      if (desk === page) {
        await expect(page.locator("#extend-due")).toHaveCount(0);
      }
    }
    await expect(other.page.locator("#extend-errors")).toContainText("他人作了更改");
    await expect(other.page.locator("#extend-errors")).toContainText("延长报送期限");
    await expect(other.page.locator("#extend-reason")).toHaveValue("值班表由两处汇总。");
    await other.page.getByRole("button", { name: "延长期限", exact: true }).click();
    await expect(other.page.locator("#extend-due")).toHaveCount(0);
    expect(butForRequests(other.complaints)).toEqual([]);
  });

  const home = await deskOf(browser, server, "welfare-home-1");
  await test.step("a required item is asked for, then it is handed in", async () => {
    await openProperly(home.page, request);
    await home.page.getByRole("button", { name: "报送材料" }).click();
    await expect(home.page.locator("#submit-errors")).toContainText("第1项为必报材料");
    await home.page.locator("#item-1").setInputFiles(FILE);
    await expect(home.page.locator(".files").first()).toContainText("自查记录.csv");
    await home.page.getByRole("button", { name: "报送材料" }).click();
    await expect(home.page.locator("main")).toContainText("已报送");
  });

  await test.step("it is received and returned", async () => {
    await open(page, request);
    await page.getByRole("button", { name: "签收材料" }).click();
    await expect(page.locator("main")).toContainText("审阅中");
    await page.getByRole("radio", { name: "退回补充" }).check();
    await page.locator("#review-opinion").fill("缺少夜班。");
    await page.locator("#review-due").fill(moment(2));
    await expectProper(page);
    await page.getByRole("button", { name: "提交审阅" }).click();
    await expect(page.locator("main")).toContainText("缺少夜班。");
  });

  await test.step("it is handed in again and accepted", async () => {
    await openProperly(home.page, request);
    await expect(home.page.locator("main")).toContainText("退回补充");
    const again = { ...FILE, buffer: Buffer.from("日期,班次\n3月13日,夜班\n") };
    await home.page.locator("#item-1").setInputFiles(again);
    await home.page.getByRole("button", { name: "报送材料" }).click();
    await expect(home.page.locator("main")).toContainText("已报送");
    await open(page, request);
    await page.getByRole("button", { name: "签收材料" }).click();
    await page.locator("#review-opinion").fill("齐全。");
    await page.getByRole("button", { name: "提交审阅" }).click();
    await expect(page.locator("main")).toContainText("已通过");
  });

  await test.step("nobody else sees it", async () => {
    const other = await deskOf(browser, server, "shoushan-fuhai");
    const answer = await other.page.goto(request);
    expect(answer?.status()).toBe(404);
  });
  for (const desk of [organiser, home]) {
    expect(butForRequests(desk.complaints)).toEqual([]);
  }
});

test("a talk is moved and called off before it is held", async ({ browser, server }) => {
  const organiser = await deskOf(browser, server, "organiser");
  const { page } = organiser;
  const convene = async (title: string) => {
    await openProperly(page, "/talks/new");
    await page.locator("#talk-title").fill(title);
    await page.locator("#talk-place").fill("会议室");
    await page.locator("#talk-at").fill(moment(1));
    await add(page, "talk-conveners", "驻市民政局纪检监察组");
    await add(page, "talk-attendees", HOME);
    await page.getByRole("button", { name: "召集", exact: true }).click();
    await page.waitForURL(/\/talks\/[0-9a-f-]{36}$/);
    await started(page);
    return new URL(page.url()).pathname;
  };
  await convene("另一次约谈");
  const talk = await convene("临时约谈");
  const home = await deskOf(browser, server, "welfare-home-1");

  await test.step("it is moved, and who takes part is told", async () => {
    await page.locator("summary", { hasText: "改期或改地点" }).click();
    await page.locator("#move-at").fill(moment(-1));
    await page.getByRole("button", { name: "改期", exact: true }).click();
    await expect(page.locator("#move-errors")).toContainText("请填写“原因”");
    await page.locator("#move-reason").fill("会议室检修");
    await page.getByRole("button", { name: "改期", exact: true }).click();
    await expect(page.locator("#move-at-error")).toContainText("约谈时间已过");
    await expectProper(page);
    await page.locator("#move-at").fill(moment(2));
    await page.locator("#move-place").fill("二楼会议室");
    await page.getByRole("button", { name: "改期", exact: true }).click();
    await expect(page.locator("main")).toContainText("在会议室举行，已改期。原因：会议室检修");
    await expectProper(page);
    await openProperly(home.page, talk);
    await expect(home.page.locator("main")).toContainText("二楼会议室");
    await open(home.page, "/inbox");
    await expect(home.page.locator("main")).toContainText("约谈时间或地点变更");
  });

  await test.step("it is called off, and nothing more is done in it", async () => {
    await page.locator("summary", { hasText: "取消约谈" }).click();
    await page.locator("#cancel-reason").fill("问题已另行解决");
    await page.getByRole("button", { name: "取消约谈" }).click();
    await page.locator("#reason-confirm").click();
    await expect(page.locator("main")).toContainText("取消这次约谈。原因：问题已另行解决");
    await expect(page.locator("summary", { hasText: "改期或改地点" })).toHaveCount(0);
    await expectProper(page);
    await openProperly(home.page, talk);
    await expect(home.page.locator("main")).toContainText("原因：问题已另行解决");
    await open(page, "/talks");
    await expect(page.locator("tbody")).toContainText("已取消");
  });

  await test.step("those ahead are called off together, with one reason", async () => {
    for (const box of await page.locator('tbody td.select input[type="checkbox"]').all()) {
      await box.check();
    }
    const bar = page.getByRole("group", { name: "批量操作" });
    await bar.getByRole("button", { name: "取消所选约谈" }).click();
    await page.locator("#bulk-entered").fill("合并办理");
    await expectProper(page);
    await page.getByRole("button", { name: "取消所选约谈（1条）" }).click();
    await expect(page.locator('.banner[data-kind="success"]')).toContainText("1 条已完成");
    await expect(page.locator("tbody tr", { hasText: "已取消" })).toHaveCount(2);
    await openProperly(page, "/talks/trace");
    await expect(page.locator("main")).toContainText("临时约谈");
  });
  for (const desk of [organiser, home]) {
    expect(butForRequests(desk.complaints)).toEqual([]);
  }
});

test("a request for materials gets more time for all, and is withdrawn", async ({ browser, server }) => {
  const organiser = await deskOf(browser, server, "organiser");
  const { page } = organiser;
  await openProperly(page, "/talks/materials/new");
  await page.locator("#material-title").fill("重复的调阅");
  await pickBody(page, "material-authority", "驻市民政局纪检监察组");
  await add(page, "material-bodies", HOME);
  await add(page, "material-bodies", CENTRE);
  await page.locator("#material-items").fill("值班表");
  await page.locator("#material-due").fill(moment(1));
  await page.getByRole("button", { name: "发出调阅" }).click();
  await page.waitForURL(/\/talks\/materials\/[0-9a-f-]{36}$/);
  await started(page);
  const request = new URL(page.url()).pathname;

  await test.step("there is more time for all, and not less", async () => {
    await page.locator("summary", { hasText: "统一延长报送期限" }).click();
    await page.locator("#all-due").fill(moment(0.5));
    await page.locator("#all-reason").fill("正值节日。");
    await page.getByRole("button", { name: "统一延长" }).click();
    await expect(page.locator("#all-due-error")).toContainText("新的期限应晚于原期限");
    await expectProper(page);
    await page.locator("#all-due").fill(moment(2));
    await page.getByRole("button", { name: "统一延长" }).click();
    await expect(page.getByRole("row").filter({ hasText: "延长报送期限" })).toHaveCount(2);
  });

  const home = await deskOf(browser, server, "welfare-home-1");
  await test.step("it is withdrawn with a reason; nobody hands anything in", async () => {
    await openProperly(home.page, request);
    await expect(home.page.getByRole("button", { name: "报送材料" })).toBeVisible();
    await page.locator("summary", { hasText: "撤回调阅" }).click();
    await page.getByRole("button", { name: "撤回调阅" }).click();
    await expect(page.locator("#withdraw-errors")).toContainText("请填写“原因”");
    await page.locator("#withdraw-reason").fill("已在另一项中调阅");
    await page.getByRole("button", { name: "撤回调阅" }).click();
    await page.locator("#reason-confirm").click();
    await expect(page.locator("main")).toContainText("不再要求报送。原因：已在另一项中调阅");
    await expectProper(page);
    await openProperly(home.page, request);
    await expect(home.page.locator("main")).toContainText("原因：已在另一项中调阅");
    await expect(home.page.getByRole("button", { name: "报送材料" })).toHaveCount(0);
    await open(home.page, "/inbox");
    await expect(home.page.locator("main")).toContainText("撤回调阅");
    await openProperly(page, "/talks/materials?state=withdrawn");
    await expect(page.locator("tbody")).toContainText("重复的调阅");
  });
  for (const desk of [organiser, home]) {
    expect(butForRequests(desk.complaints)).toEqual([]);
  }
});

test("the demo city’s chain runs from the notice to its talk, and names its gaps", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "oversight");
  await openProperly(page, "/talks/trace");
  await expect(page.locator("main")).toContainText("示例〔2022〕1号");
  await expect(page.locator("main tbody").first()).toContainText("扛起主体责任");
  await expect(page.locator("main")).toContainText("第5项：统筹协调");
  await open(page, "/talks");
  await page.getByRole("link", { name: "一级响应落实情况集体约谈" }).click();
  await expect(page.locator(".timeline")).toContainText("市民政局机关纪委");
  const committee = await deskOf(browser, server, "committee");
  await open(committee.page, new URL(page.url()).pathname);
  await pressOnce(committee.page, "确认第5项要求：市民政局机关纪委");
  expect(complaints).toEqual([]);
});
