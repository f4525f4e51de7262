// A written plan: drafted, approved by somebody else, issued, amended the same way; a campaign carries it out.

import { butForRequests } from "../fixtures/complaints.ts";
import { deskOf, expectProper, openProperly, pickBody } from "../fixtures/office.ts";
import { expect, open, test } from "../fixtures/test.ts";

const TITLE = "儿童福利机构专项督查工作安排";

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
  await deputy.page.getByRole("button", { name: "审批通过" }).click();
  await expect(deputy.page.locator("main")).toContainText("已审批");
  await open(page, address);
  await page.getByRole("button", { name: "印发" }).click();
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
    await deputy.page.getByRole("button", { name: "审批通过" }).click();
    await expect(deputy.page.locator("#pending-errors")).toContainText("您阅读之后，他人改动了这份稿件");
    await deputy.page.getByRole("button", { name: "审批通过" }).click();
    await expect(deputy.page.locator("#pending-errors")).toContainText("您阅读之后，他人改动了这份稿件");
    await expectProper(deputy.page);
    await deputy.page.getByRole("button", { name: "查看最新稿" }).click();
    await expect(deputy.page.locator("main")).toContainText("6月30日");
    await expect(deputy.page.locator("#return-reason")).toHaveValue("请写明延长的依据。");
    await deputy.page.getByRole("button", { name: "审批通过" }).click();
    await expect(deputy.page.locator("main")).toContainText("已审批");
  });

  await test.step("the campaign takes over what was amended", async () => {
    await open(page, address);
    await page.getByRole("button", { name: "印发" }).click();
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
