// What applies to a body at a moment, and why: 07:59 and 08:00 on 13 March 2022 differ; a level is set, extended and ended.

import { butForRequests } from "../fixtures/complaints.ts";
import { deskOf, expectProper } from "../fixtures/office.ts";
import { expect, open, test } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";
const SEARCH = `/bodies?search=${encodeURIComponent(HOME)}`;

test("07:59 and 08:00 on 13 March 2022 select different rules", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "welfare-home-1");
  await open(page, SEARCH);
  await page.getByRole("link", { name: HOME }).click();
  await page.getByRole("link", { name: "适用规则" }).click();
  await expect(page.locator("h1")).toContainText(HOME);
  const moment = page.locator('input[name="at"]');
  const show = page.getByRole("button", { name: "查看", exact: true });

  await test.step("a minute before, no level is in force and nothing is asked", async () => {
    await moment.fill("2022-03-13T07:59");
    await show.click();
    await expect(page).toHaveURL(/\/rules\?at=2022-03-13T07/);
    await expect(page.locator(".banner")).toContainText("没有响应等级");
    await expect(page.locator("main")).toContainText("尚未生效");
    await expect(page.getByRole("heading", { name: "启用的检查项" })).toHaveCount(0);
    await expectProper(page);
  });

  await test.step("at eight the level-I response governs, and says on what it rests", async () => {
    await moment.fill("2022-03-13T08:00");
    await show.click();
    await expect(page.locator(".banner")).toContainText("一级响应，自2022年3月13日 08:00起生效");
    await expect(page.locator('a[href^="/notices/"]').first()).toContainText("示例〔2022〕1号");
    await expect(page.getByRole("heading", { name: /第二版/ })).toBeVisible();
    await expect(page.getByRole("rowheader", { name: /暂停探视/ })).toBeVisible();
    await expect(page.getByRole("rowheader", { name: "探视是否全部暂停（含已预约的）" })).toBeVisible();
    await expectProper(page);
  });

  await test.step("the address alone leads back to either", async () => {
    const address = page.url();
    await page.getByRole("link", { name: "2022年3月13日 07:59" }).click();
    await expect(page.locator(".banner")).toContainText("没有响应等级");
    await page.goto(address);
    await expect(page.locator(".banner")).toContainText("一级响应");
  });

  await test.step("a moment that is none says so", async () => {
    await open(page, `${new URL(page.url()).pathname}?at=tomorrow`);
    await expect(page.locator('[role="alert"]')).toContainText("2022-03-13T08:00");
  });
  expect(butForRequests(complaints)).toEqual([]);
});

test("without scripts the moment is asked for all the same", async ({ browser, server }) => {
  const desk = await deskOf(browser, server, "organiser");
  const cookies = await desk.page.context().cookies();
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false });
  await context.addCookies(cookies);
  const page = await context.newPage();
  await page.goto(SEARCH);
  await page.getByRole("link", { name: HOME }).click();
  await page.getByRole("link", { name: "适用规则" }).click();
  await page.locator('input[name="at"]').fill("2022-03-13T08:00");
  await page.locator('main form button[type="submit"]').click();
  await expect(page.locator(".banner")).toContainText("一级响应");
});

test("an administrator sets a level for a district, extends it and ends it", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "administrator");
  const local = (hours: number) => {
    const at = new Date(Date.now() + hours * 3_600_000 + 8 * 3_600_000);
    return at.toISOString().slice(0, 16);
  };
  const submit = page.getByRole("button", { name: "作出决定", exact: true });
  const confirm = page.locator("#level-confirm");
  await open(page, "/levels");
  await page.getByRole("link", { name: "决定响应等级" }).click();

  await test.step("what is wrong is said beside what was typed, which stays", async () => {
    await submit.click();
    await expect(page.locator("#level-errors")).toContainText("生效时间");
    await expect(page.locator("#level-errors")).toContainText("请选择地区");
    await page.locator("#level").selectOption({ index: 1 });
    await page.locator("#area").selectOption("110106");
    await page.locator("#from").fill(local(1));
    await page.locator("#until").fill(local(0.5));
    await submit.click();
    await confirm.click();
    await expect(page.locator("#level-errors")).toContainText("结束时间应晚于生效时间");
    await expect(page.locator("#area")).toHaveValue("110106");
    await expectProper(page);
  });

  await test.step("it is set", async () => {
    await page.locator("#until").fill(local(24));
    await submit.click();
    await confirm.click();
    await page.waitForURL(/\/levels\/[0-9a-f-]{36}$/);
    await expect(page.locator("main")).toContainText("丰台区");
    await expect(page.locator(".head")).toContainText("尚未生效");
    await expectProper(page);
  });

  await test.step("it is extended", async () => {
    await page.locator("summary", { hasText: "延长期限" }).click();
    await page.locator("#extend-until").fill(local(12));
    await page.locator('form:has(#extend-until) button[type="submit"]').click();
    await expect(page.locator("#extend-errors")).toContainText("晚于现有期限");
    await page.locator("#extend-until").fill(local(48));
    await page.locator('form:has(#extend-until) button[type="submit"]').click();
    await expect(page.locator(".head")).toContainText("已延长");
  });

  await test.step("it is ended, and the record tells all three", async () => {
    await page.locator("summary", { hasText: "终止" }).click();
    await page.locator("#end-at").fill(local(2));
    await page.locator('form:has(#end-at) button[type="submit"]').click();
    await expect(page.locator(".head")).toContainText("提前终止");
    for (const event of ["决定响应等级", "延长响应期限", "终止响应等级"]) {
      await expect(page.getByRole("region", { name: "记录", exact: true })).toContainText(event);
    }
    await expectProper(page);
  });
  expect(butForRequests(complaints)).toEqual([]);
});
