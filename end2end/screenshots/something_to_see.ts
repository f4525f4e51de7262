import type { Browser } from "@playwright/test";
import { acceptPlan, begin, claim, fail, handIn, inAWeek, notify, plan } from "../fixtures/finding.ts";
import { deskOf } from "../fixtures/office.ts";
import { open } from "../fixtures/page.ts";
import type { Server } from "../fixtures/server.ts";
import { Tablet } from "../fixtures/tablet.ts";

const VISITED = "一福寿山福海养老服务中心";
const GATE = "东门无人值守，来访人员未登记即可入内。";
const REGISTER = "抽查三条登记，其中一条缺核酸证明。";
const PLANS = {
  [GATE]: {
    affected: "对当日经东门入内的人员逐一登记、检测，已通知家属。",
    "at-risk": "排查同期接触人员，每日测温两次，连续七日。",
    "system-change": "东门改为双岗值守，未登记不开门；值班表每日公示。",
    monitoring: "纪检小组每日抽查登记簿，结果报养老工作处。",
  },
  [REGISTER]: {
    affected: "联系当事人补交证明，补齐前暂停进入居住区。",
    "at-risk": "核对近七日全部登记，缺证明的逐人补齐。",
    "system-change": "登记与查验由两人分别完成，缺一项不放行。",
    monitoring: "每周抽查三十条登记，结果公示。",
  },
};

/** One visit with three findings: one claimed rectified, one planned, one new. A second tablet hands the same visit in, and is held. */
export async function somethingToSee(browser: Browser, server: Server): Promise<void> {
  const [tablet, second] = [await Tablet.new(server.url), await Tablet.new(server.url)];
  try {
    await second.switchOn();
    await second.signIn("inspector-02");
    await second.context.setOffline(true);
    await begin(second, VISITED);
    await handIn(second, VISITED);
    const page = await tablet.switchOn();
    await tablet.signIn("inspector-01");
    await begin(tablet, VISITED);
    await fail(page, "b8", GATE);
    await fail(page, "b7", REGISTER);
    await fail(page, "a1", "工作方案未按一级响应更新。");
    await handIn(tablet, VISITED);
    await tablet.expectUnsent(0);
    await second.context.setOffline(false);
    await second.expectCard(VISITED, "NeedsAttention");
  } finally {
    await tablet.discard();
    await second.discard();
  }
  const { page: organiser } = await deskOf(browser, server, "organiser");
  await open(organiser, "/findings");
  await organiser.getByRole("link", { name: GATE.slice(0, -1) }).click();
  await organiser.waitForURL(/\/findings\/[0-9a-f-]{36}$/);
  await notify(organiser, "示例整改〔2022〕90号");
  const gate = organiser.url();
  const { page } = await deskOf(browser, server, "shoushan-fuhai");
  const planned: string[] = [];
  for (const [found, parts] of Object.entries(PLANS)) {
    await open(page, "/findings");
    await page.getByRole("link", { name: found.slice(0, -1) }).click();
    await page.waitForURL(/\/findings\/[0-9a-f-]{36}$/);
    await plan(page, parts, inAWeek());
    planned.push(page.url());
  }
  for (const finding of planned) {
    await open(organiser, finding);
    await acceptPlan(organiser);
  }
  await organiser.context().close();
  await open(page, gate);
  await claim(page, "东门已双岗值守，登记簿完整，随附现场照片。");
  await page.context().close();
}
