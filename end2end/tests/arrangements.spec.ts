// A written plan: drafted, approved by somebody else, issued, amended the same way; a campaign carries it out.

import type { Page } from "@playwright/test";
import { butForRequests } from "../fixtures/complaints.ts";
import { deskOf, expectProper, openProperly, pickBody, rowOf } from "../fixtures/office.ts";
import { expect, open, started, test } from "../fixtures/test.ts";

const TITLE = "儿童福利机构专项督查工作安排";

/** Presses a button and says yes to what it asks. */
async function confirm(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
  await page.getByRole("button", { name: `确认${name}`, exact: true }).click();
}

test("an arrangement is approved by another than its author, issued, carried out and amended", async ({ browser, server }) => {
  const organiser = await deskOf(browser, server, "organiser");
  const deputy = await deskOf(browser, server, "deputy-organiser");
  const { page } = organiser;

  await openProperly(page, "/arrangements/new");
  await page.getByRole("button", { name: "提交审批" }).click();
  await expect(page.locator("#arrangement-errors")).toContainText("请填写");
  await page.locator("#number").fill("示例〔2022〕9号");
  await page.locator("#name").fill(TITLE);
  await page.locator("#words").fill("对儿童福利机构开展专项督查。");
  await pickBody(page, "authority", "市民政局");
  await page.locator("#from").fill("2022-04-01");
  await page.locator("#to").fill("2022-04-30");
  await page.getByRole("button", { name: "提交审批" }).click();
  await page.waitForURL(/\/arrangements\/[0-9a-f-]{36}$/);
  const address = new URL(page.url()).pathname;
  await expect(page.locator("main")).toContainText("等待他人审批");
  await expect(page.getByRole("button", { name: "审批通过" })).toHaveCount(0);
  await expectProper(page);

  await open(deputy.page, address);
  await confirm(deputy.page, "审批通过");
  await expect(deputy.page.locator("main")).toContainText("已审批");
  await open(page, address);
  await confirm(page, "印发");
  await expect(page.locator("main")).toContainText("第1版（现行）");
  await expectProper(page);

  await page.getByRole("button", { name: "据此建立督查" }).click();
  await page.getByRole("button", { name: "确认据此建立督查" }).click();
  await page.waitForURL(/\/campaigns\/[0-9a-f-]{36}$/);
  await expect(page.locator("main")).toContainText(TITLE);
  const campaign = new URL(page.url()).pathname;
  await expect(page.locator(`main a[href="${address}"]`)).toBeVisible();

  await open(page, address);
  await page.getByText("修订", { exact: true }).click();
  await page.locator("#reason").fill("疫情形势变化，延长一个月。");
  await page.locator("#to").fill("2022-05-31");
  await page.getByRole("button", { name: "提交审批" }).click();
  await expect(page.locator("main")).toContainText("修订稿");
  await expect(page.locator("main")).toContainText("第1版（现行）");

  await test.step("written anew after it was read it is not approved, nor returned, before it is read again", async () => {
    await open(deputy.page, address);
    await page.getByText("修改稿件", { exact: true }).click();
    await page.locator("#to").fill("2022-06-30");
    await page.getByRole("button", { name: "提交审批" }).click();
    await expect(page.locator("main")).toContainText("6月30日");
    await deputy.page.getByText("退回修改", { exact: true }).first().click();
    await deputy.page.locator("#return-reason").fill("请写明延长的依据。");
    await confirm(deputy.page, "审批通过");
    await expect(deputy.page.locator("#pending-errors")).toContainText("您阅读之后，他人改动了这份稿件");
    await confirm(deputy.page, "审批通过");
    await expect(deputy.page.locator("#pending-errors")).toContainText("您阅读之后，他人改动了这份稿件");
    await expectProper(deputy.page);
    await deputy.page.getByRole("button", { name: "查看最新稿" }).click();
    await expect(deputy.page.locator("main")).toContainText("6月30日");
    await expect(deputy.page.locator("#return-reason")).toHaveValue("请写明延长的依据。");
    await confirm(deputy.page, "审批通过");
    await expect(deputy.page.locator("main")).toContainText("已审批");
  });

  await test.step("the campaign takes over what was amended", async () => {
    await open(page, address);
    await confirm(page, "印发");
    await expect(page.locator("main")).toContainText("第2版（现行）");
    await openProperly(page, campaign);
    await expect(page.locator("main")).toContainText("工作安排已修订");
    await page.getByRole("button", { name: "按现行工作安排更新" }).click();
    await expect(page.locator("main")).not.toContainText("工作安排已修订");
    await expect(page.locator("main")).toContainText("6月30日");
  });
  // The refusals of approving what was written anew.
  expect(organiser.complaints).toEqual([]);
  expect(butForRequests(deputy.complaints)).toEqual([]);
});

test("a plan with a focus and a partner is carried out by joint teams, amended with its history, and withdrawn", async ({ browser, server }) => {
  const PARTNER = "养老工作处";
  const organiser = await deskOf(browser, server, "organiser");
  const deputy = await deskOf(browser, server, "deputy-organiser");
  const { page } = organiser;

  await open(page, "/arrangements/new");
  await page.locator("#number").fill("示例〔2022〕10号");
  await page.locator("#name").fill("联合抽查工作安排");
  await page.locator("#words").fill("与养老工作处联合抽查。");
  await pickBody(page, "authority", "市民政局");
  await page.locator("#from").fill("2022-04-01");
  await page.locator("#to").fill("2022-04-30");
  await page.getByLabel("重点区", { exact: true }).selectOption({ label: "海淀区" });
  await page.locator("#factor").fill("3");
  await pickBody(page, "partner", PARTNER);
  await page.getByRole("button", { name: "加入名单" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: PARTNER })).toBeVisible();
  await page.getByRole("button", { name: "提交审批" }).click();
  await page.waitForURL(/\/arrangements\/[0-9a-f-]{36}$/);
  const address = new URL(page.url()).pathname;
  const approve = async () => {
    await open(deputy.page, address);
    await confirm(deputy.page, "审批通过");
    await expect(deputy.page.locator("main")).toContainText("已审批");
    await open(page, address);
    await confirm(page, "印发");
  };
  await approve();
  await expect(page.locator("main")).toContainText("第1版（现行）");
  await expect(page.locator("main")).toContainText("海淀区，权重3");

  await test.step("the campaign names both, and a team of one side alone does not go where both must", async () => {
    await page.getByRole("button", { name: "据此建立督查" }).click();
    await page.getByRole("button", { name: "确认据此建立督查" }).click();
    await page.waitForURL(/\/campaigns\/[0-9a-f-]{36}$/);
    await started(page);
    await expect(page.locator("main")).toContainText("海淀区，权重3");
    await expect(page.locator("main")).toContainText(PARTNER);
    await page.locator("summary", { hasText: "成立检查组" }).click();
    const form = page.locator("form:has(#group-name)");
    await expect(form).toContainText(`和任一联合单位（${PARTNER}）的人员`);
    await expect(form.getByRole("checkbox", { name: /检查员12/ })).toHaveAccessibleName(`检查员12 ${PARTNER}`);
    // The last comes from the elder-care division, the others from the bureau.
    for (const [name, members] of Object.entries({ 一方组: ["检查员05", "检查员06"], 联合组: ["检查员08", "检查员12"] })) {
      await page.locator("#group-name").fill(name);
      for (const member of members) {
        await form.getByRole("checkbox", { name: member }).check();
      }
      await page.locator("#group-leader").selectOption({ label: members[0] ?? "" });
      await form.getByRole("button", { name: "成立检查组" }).click();
      await expect(rowOf(page, name)).toBeVisible();
    }
    const home = "海淀区示例养老院01";
    await page.getByRole("button", { name: "新建任务" }).click();
    for (const group of ["一方组", "联合组"]) {
      await pickBody(page, "assignment-target", home);
      await page.getByLabel("由谁检查").selectOption({ label: group });
      await page.getByRole("button", { name: "建立任务" }).click();
      if (group === "一方组") {
        await expect(page.locator("#assignment-errors")).toContainText("联合检查的小组须同时有实施单位和联合单位的人员");
      }
    }
    await expect(rowOf(page, home)).toContainText("联合组");
  });

  await test.step("it is amended, and says what it was before and why it is so no more", async () => {
    await open(page, address);
    await page.getByText("修订", { exact: true }).click();
    await page.locator("#reason").fill("丰台区病例增多。");
    await page.getByLabel("重点区", { exact: true }).selectOption({ label: "丰台区" });
    await page.getByRole("button", { name: "提交审批" }).click();
    await expect(page.locator("main")).toContainText("修订稿");
    await approve();
    await expect(page.getByRole("heading", { level: 2, name: /^第.版/ })).toHaveText(["第2版（现行）", "第1版"]);
    await expect(page.locator("main")).toContainText("修订原因：丰台区病例增多。");
    await expect(page.locator("main")).toContainText("丰台区，权重3");
    await expect(page.locator("main")).toContainText("海淀区，权重3");
    await expect(page.locator("main")).toContainText(PARTNER);
    await expectProper(page);
  });

  await test.step("it is withdrawn with a reason, and nothing is begun by it any more", async () => {
    await page.locator("summary", { hasText: "撤销" }).click();
    await page.getByRole("button", { name: "撤销", exact: true }).click();
    await expect(page.locator("#withdraw-errors")).toContainText("请填写");
    await page.locator("#withdraw-reason").fill("改由市级统一部署。");
    await page.getByRole("button", { name: "撤销", exact: true }).click();
    await page.locator("#withdraw-confirm").click();
    await expect(page.locator("main")).toContainText("已撤销：改由市级统一部署。");
    await expect(page.getByRole("button", { name: "据此建立督查" })).toHaveCount(0);
    await page.locator('main a[href^="/campaigns/"]').first().click();
    await expect(page.locator('.banner[data-kind="warning"]')).toContainText("撤销原因：改由市级统一部署。");
    const oversight = await deskOf(browser, server, "oversight");
    await open(oversight.page, "/arrangements");
    await oversight.page.getByRole("link", { name: "联合抽查工作安排" }).click();
    await expect(oversight.page.locator("main")).toContainText("已撤销：改由市级统一部署。");
    await expect(oversight.page.getByRole("heading", { level: 2, name: /^第.版/ })).toHaveText(["第2版", "第1版"]);
    expect(oversight.complaints).toEqual([]);
  });
  for (const desk of [organiser, deputy]) {
    expect(butForRequests(desk.complaints)).toEqual([]);
  }
});
