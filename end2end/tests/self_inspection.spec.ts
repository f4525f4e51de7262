// An institution inspects itself: called by its welfare centre, by its own people, on the tablet; what they find is a finding like any.

import { butForRequests } from "../fixtures/complaints.ts";
import { begin, fail, handIn } from "../fixtures/finding.ts";
import { deskOf, expectProper, openProperly } from "../fixtures/office.ts";
import { expect, open, test } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";
const OFFICER = `${HOME}负责人`;
const DISCIPLINE = `${HOME}纪检负责人`;

test("an institution that is called inspects itself, and what it finds is put right", async ({ browser, server, newTablet }) => {
  const officer = await deskOf(browser, server, "welfare-home-1");
  const { page } = officer;
  const form = page.locator("form:has(#self-day)");

  await test.step("what waits leads to the call, and it takes two of its own people", async () => {
    await openProperly(page, "/");
    await page.getByRole("link", { name: "组织自查：所属机构封闭管理自查" }).click();
    await page.waitForURL(/\/self-inspections\/[0-9a-f-]{36}$/);
    await expect(page.locator("dl.facts")).toContainText("市社会福利事务管理中心");
    await expectProper(page);
    await form.getByRole("checkbox", { name: OFFICER, exact: true }).check();
    await page.locator("#self-leader").selectOption({ label: OFFICER });
    await form.getByRole("button", { name: "安排自查" }).click();
    await expect(page.locator("#self-errors")).toContainText("至少2人");
    await page.locator("#self-day").fill("2022-06-01");
    await form.getByRole("button", { name: "安排自查" }).click();
    await expect(page.locator("#self-errors")).toContainText("检查日期应在督查期间");
    await form.getByRole("checkbox", { name: DISCIPLINE }).check();
    await page.locator("#self-day").fill("2022-03-14");
    await form.getByRole("button", { name: "安排自查" }).click();
    await expect(page.getByRole("row").filter({ hasText: DISCIPLINE })).toBeVisible();
    await expect(page.locator("#self-errors")).toHaveCount(0);
  });
  const call = new URL(page.url()).pathname;

  await test.step("one that was a mistake is called off, with the reason", async () => {
    const row = page.getByRole("row").filter({ hasText: DISCIPLINE });
    await row.getByRole("button", { name: /^取消/ }).click();
    await page.locator("#cancel-reason").fill("改为三月十五日。");
    await page.getByRole("button", { name: "取消这项任务" }).click();
    await expect(row).toContainText("已取消");
    for (const name of [OFFICER, DISCIPLINE]) {
      await form.getByRole("checkbox", { name, exact: true }).check();
    }
    await page.locator("#self-leader").selectOption({ label: OFFICER });
    await page.locator("#self-day").fill("2022-03-15");
    await form.getByRole("button", { name: "安排自查" }).click();
    await expect(page.getByRole("row").filter({ hasText: "2022年3月15日" })).toBeVisible();
    await openProperly(page, "/");
    await expect(page.getByRole("link", { name: /^组织自查/ })).toHaveCount(0);
    await expect(page.getByRole("link", { name: `填写自查：${HOME}` })).toBeVisible();
  });

  await test.step("its people fill it in on the tablet and hand it in", async () => {
    const tablet = await newTablet();
    await tablet.switchOn();
    await tablet.signIn("welfare-home-1");
    await begin(tablet, HOME);
    await fail(tablet.page, "b8", "侧门未关闭。");
    await handIn(tablet, HOME);
    await tablet.expectCard(HOME, "Received");
  });

  await test.step("the call shows it as done, and the finding is there to be ordered", async () => {
    await openProperly(page, call);
    await expect(page.getByRole("row").filter({ hasText: "2022年3月15日" })).toContainText("已提交");
    await open(page, "/");
    await expect(page.getByRole("link", { name: /自查/ })).toHaveCount(0);
    await openProperly(page, "/findings?stage=raised");
    await expect(page.locator("tbody")).toContainText("侧门未关闭");
    const centre = await deskOf(browser, server, "welfare-centre");
    await open(centre.page, "/findings?stage=raised");
    await expect(centre.page.locator("tbody")).toContainText("侧门未关闭");
    expect(centre.complaints).toEqual([]);
  });

  await test.step("another institution that was not called knows of none", async () => {
    const other = await deskOf(browser, server, "fengtai-officer");
    await open(other.page, call);
    await expect(other.page.locator("main")).toContainText("不在您的职责范围内");
  });
  expect(butForRequests(officer.complaints)).toEqual([]);
});
