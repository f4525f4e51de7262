// A campaign that inspects regulators: who it looks at is chosen with it, a department is visited as an institution is, and what is found
// there is put right by its own people.

import { butForRequests } from "../fixtures/complaints.ts";
import { begin, claim, fail, handIn, inAWeek, notify, plan } from "../fixtures/finding.ts";
import { deskOf, expectProper, formGroup, openProperly, pickBody, pressOnce, rowOf } from "../fixtures/office.ts";
import { expect, open, started, test } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";
const DIVISION = "养老工作处";
const PARTNER = "儿童福利和保护处";
const NOTE = "未按一级响应要求更新对机构的工作方案。";
const PARTS = {
  affected: "已通知所辖机构暂按国家指南执行。",
  "at-risk": "核对其余各类机构的方案是否更新。",
  "system-change": "等级变化后一日内由专人更新方案。",
  monitoring: "处长每周核对方案版本。",
};

test("a department is visited as an institution is, and its own people put right what was found", async ({ browser, server, newTablet }) => {
  const organiser = await deskOf(browser, server, "organiser");
  const { page } = organiser;
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" }).format(new Date());

  await test.step("whom it looks at, with what, where harder and jointly with whom is said of a new campaign", async () => {
    await openProperly(page, "/campaigns/new");
    await page.locator("#name").fill("监管部门履职督查");
    await pickBody(page, "authority", "市民政局");
    await page.locator("#from").fill(today);
    await page.locator("#to").fill(inAWeek());
    await page.getByLabel("检查对象").selectOption({ label: "监管部门" });
    const lists = page.locator('input[name="checklists"]');
    await expect(lists.first()).toBeChecked();
    await lists.first().uncheck();
    await page.getByLabel("重点区", { exact: true }).selectOption({ label: "海淀区" });
    await page.locator("#factor").fill("3");
    await pickBody(page, "partner", PARTNER);
    await page.getByRole("button", { name: "加入名单" }).click();
    await page.getByRole("button", { name: "建立督查" }).click();
    await expect(page.locator("#campaign-errors")).toContainText("请选择检查表");
    await lists.first().check();
    await page.getByRole("button", { name: "建立督查" }).click();
    await page.waitForURL(/\/campaigns\/[0-9a-f-]{36}$/);
    await started(page);
    for (const said of ["监管部门", "海淀区，权重3", PARTNER]) {
      await expect(page.locator("dl.facts").first()).toContainText(said);
    }
    await expectProper(page);
  });

  await test.step("the plan is amended: no partner, no focus", async () => {
    await page.locator("summary", { hasText: "修改方案" }).click();
    await page.getByRole("button", { name: `移除：${PARTNER}` }).click();
    await page.getByLabel("重点区", { exact: true }).selectOption({ label: "没有重点区" });
    await page.getByRole("button", { name: "保存" }).click();
    await expect(page.locator("dl.facts").first()).not.toContainText(PARTNER);
    await expect(page.locator("dl.facts").first()).not.toContainText("权重");
    await expect(page.locator("dl.facts").first()).toContainText("监管部门");
  });

  await test.step("an institution is none of its subjects; a department is", async () => {
    // Both of the resident group: people of the bureau keep away from its own divisions.
    await formGroup(page, "监管检查组", ["检查员43", "检查员46"]);
    await page.getByRole("button", { name: "新建任务" }).click();
    await page.getByLabel("由谁检查").selectOption({ label: "监管检查组" });
    // An institution is not even proposed.
    await page.locator("#assignment-target").fill(HOME);
    await page.getByRole("button", { name: "建立任务" }).click();
    await expect(page.locator("#assignment-errors")).toContainText("请从提示中选择“受检单位”");
    await pickBody(page, "assignment-target", DIVISION);
    await page.getByRole("button", { name: "建立任务" }).click();
    const row = rowOf(page, DIVISION);
    await row.getByRole("button", { name: /^启封/ }).click();
    await page.getByRole("button", { name: "确认启封" }).click();
    await expect(row.locator('[data-state="open"]')).toBeVisible();
    expect(butForRequests(organiser.complaints)).toEqual([]);
  });

  await test.step("its visit is filled in on the tablet, with one finding", async () => {
    const tablet = await newTablet();
    const glass = await tablet.switchOn();
    await tablet.signIn("inspector-46");
    await begin(tablet, DIVISION);
    await fail(glass, "a1", NOTE);
    await handIn(tablet, DIVISION);
    await tablet.expectCard(DIVISION, "Received");
    expect(butForRequests(tablet.complaints)).toEqual([]);
  });

  const officer = await deskOf(browser, server, "elder-care-officer");
  await test.step("notice is given of it, and the division's own officer plans and claims", async () => {
    await open(page, `/findings?search=${encodeURIComponent(NOTE.slice(0, 8))}`);
    await page.getByRole("link", { name: NOTE.slice(0, -1) }).click();
    await page.waitForURL(/\/findings\/[0-9a-f-]{36}$/);
    await started(page);
    await notify(page, "示例整改〔2022〕95号");
    const finding = new URL(page.url()).pathname;
    await open(officer.page, "/");
    await expect(officer.page.locator("main")).toContainText(NOTE.slice(0, -1));
    await openProperly(officer.page, finding);
    await plan(officer.page, PARTS, inAWeek());
    await open(page, finding);
    await pressOnce(page, "通过计划");
    await openProperly(officer.page, finding);
    await claim(officer.page, "方案已按一级响应更新并印发，附现场照片。");
    expect(butForRequests(officer.complaints)).toEqual([]);
  });
});
