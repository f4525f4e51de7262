// The daily report: entered on a phone in under a minute, asked for where it is missing, corrected with a reason; totals say who is missing.

import type { Page } from "@playwright/test";
import { deskOf, expectProper } from "../fixtures/office.ts";
import { Session } from "../fixtures/session.ts";
import { expect, open, test } from "../fixtures/test.ts";
import { Thumb } from "../fixtures/thumb.ts";

const HOME = "市第一社会福利院";
const PHONE = { width: 390, height: 844 };

const inbox = (page: Page) => page.locator('a[href="/inbox"]');

test("a missing report is asked for, told, entered on a phone, counted and corrected", async ({ browser, server }) => {
  const organiser = await deskOf(browser, server, "organiser");
  const officer = await deskOf(browser, server, "welfare-home-1");
  await officer.page.setViewportSize(PHONE);

  await test.step("the officer's Today says what is owed", async () => {
    await open(officer.page, "/");
    await expect(officer.page.getByRole("link", { name: "现在报送" })).toBeVisible();
    await expectProper(officer.page);
  });

  await test.step("who asks for it does so from the list of what is missing", async () => {
    const { page } = organiser;
    await open(page, "/situation");
    await expectProper(page);
    await page.getByRole("link", { name: "查看今天" }).click();
    await expect(page.locator(".tiles")).toContainText("（586家均未报）");
    await page.getByRole("link", { name: "查看未报机构并催报" }).click();
    await page.locator('input[name="search"]').fill(HOME);
    await page.getByRole("button", { name: "筛选" }).click();
    await expect(page.locator("tbody tr:not(.group)")).toHaveCount(1);
    await page.getByRole("checkbox", { name: `选择：${HOME}` }).check();
    await page.getByRole("button", { name: "催报" }).click();
    await expect(page.locator('.banner[data-kind="success"]')).toContainText("1 条已完成");
    await expectProper(page);
    await page.getByRole("checkbox", { name: `选择：${HOME}` }).check();
    await page.getByRole("button", { name: "催报" }).click();
    await expect(page.locator(".errors")).toContainText("一小时内已催报过");
  });

  await test.step("the officer's page says so by itself, and leads to the form", async () => {
    const { page } = officer;
    await expect(inbox(page)).toContainText("6 条未读");
    await expect(page.locator("main")).toContainText("已催报");
    await inbox(page).click();
    await expect(page.locator(".inbox li").first()).toContainText("催报每日情况");
    await expectProper(page);
    await page.getByRole("link", { name: "催报每日情况" }).click();
    await expect(page).toHaveURL(/\/situation\/[0-9a-f-]{36}\/\d{4}-\d\d-\d\d$/);
    await expect(inbox(page)).toContainText("5 条未读");
  });

  await test.step("yesterday's figures are offered, a zero is said, and what cannot be is refused where it stands", async () => {
    const { page } = officer;
    await expectProper(page);
    // What was reported years ago is not offered; what is registered is.
    const [, body = "", today = ""] = /\/situation\/([0-9a-f-]+)\/([0-9-]+)$/.exec(page.url()) ?? [];
    await expect(page.getByRole("button", { name: "同前一次" })).toHaveCount(0);
    await expect(page.locator("#residents")).toHaveValue("1050");
    const yesterday = new Date(Date.parse(today) - 86_400_000).toISOString().slice(0, 10);
    await open(page, `/situation/${body}/${yesterday}`);
    for (const [figure, value] of Object.entries({
      on_site: "300",
      infections: "0",
      isolated: "2",
      tests_due: "1350",
      tests_done: "1350",
      vaccinated: "1200",
      stock_days: "20",
    })) {
      await page.locator(`#${figure}`).fill(value);
    }
    await page.getByRole("button", { name: "报送", exact: true }).click();
    await expect(page.locator("h2", { hasText: "已报送" })).toBeVisible();
    await open(page, `/situation/${body}/${today}`);
    await expect(page.locator(".offer")).toContainText("（前一天）的数字");
    await expect(page.locator("#on_site")).toHaveValue("300");
    await expect(page.locator("#infections")).toHaveValue("");
    await page.getByRole("button", { name: "报送", exact: true }).click();
    await expect(page.locator("#infections-error")).toContainText("没有填0");
    await page.getByRole("button", { name: "同前一次" }).click();
    await expect(page.locator("#infections")).toHaveValue("0");
    const due = Number(await page.locator("#tests_due").inputValue());
    await page.locator("#tests_done").fill(String(due + 1));
    await page.getByRole("button", { name: "报送", exact: true }).click();
    await expect(page.locator("#tests_done-error")).toContainText("不能多于");
    await expectProper(page);
    await page.locator("#tests_done").fill(String(due - 10));
  });

  await test.step("what surprises is asked about once, and what was confirmed stands with the report", async () => {
    const { page } = officer;
    const question = page.locator(".banner", { hasText: "这些数字不寻常" });
    const confirm = page.getByRole("button", { name: "确认报送" });
    await page.locator("#residents").fill("99999");
    await page.getByRole("button", { name: "报送", exact: true }).click();
    await expect(question).toContainText("服务对象99999人，超过床位数1140张");
    await expect(confirm).toBeFocused();
    await expectProper(page);
    await question.getByRole("link", { name: "超过床位数" }).click();
    await expect(page.locator("#residents")).toBeFocused();
    // What is changed under the question is asked about again.
    await page.locator("#residents").fill("1050");
    await page.locator("#infections").fill("1");
    await confirm.click();
    await expect(question).toContainText("新增感染1人");
    await expect(question).not.toContainText("床位数");
    await page.getByRole("button", { name: "返回" }).click();
    await expect(question).toHaveCount(0);
    await page.locator("#infections").fill("0");
    await page.locator("#isolated").fill("40");
    await page.getByRole("button", { name: "报送", exact: true }).click();
    await expect(question).toContainText("隔离中");
    await confirm.click();
    await expect(page.locator("h2", { hasText: "已报送" })).toBeVisible();
    await expect(page.locator("main")).toContainText("报送人已核对下列数字");
    await expectProper(page);
  });

  await test.step("it is counted, with how many are missing", async () => {
    await open(organiser.page, "/situation");
    await expect(organiser.page.locator(".tiles li", { hasText: "新增感染" })).toContainText("0");
    await expect(organiser.page.locator(".tiles li", { hasText: "新增感染" })).toContainText("（仅已报机构，585家未报）");
  });

  await test.step("a correction says why, and names what it corrects; who corrects at the same time is told, and keeps what was typed", async () => {
    const { page } = officer;
    const other = await deskOf(browser, server, "welfare-home-1-discipline");
    await open(other.page, new URL(page.url()).pathname);
    await other.page.getByRole("button", { name: "更正" }).click();
    await other.page.locator("#isolated").fill("7");
    await other.page.locator("#reason").fill("隔离人数有误");

    await page.getByRole("button", { name: "更正" }).click();
    const due = await page.locator("#tests_due").inputValue();
    await page.locator("#tests_done").fill(due);
    await page.locator("#reason").fill("晚间补检完成");
    await page.getByRole("button", { name: "提交更正" }).click();
    await expect(page.locator(".timeline")).toContainText("更正第1次报送");
    await expect(page.locator(".timeline")).toContainText("晚间补检完成");
    await expectProper(page);

    await other.page.getByRole("button", { name: "提交更正" }).click();
    await expect(other.page.locator(".errors")).toContainText("他人作了更改");
    await expect(other.page.locator(".errors")).toContainText("更正每日情况");
    await expect(other.page.locator("#isolated")).toHaveValue("7");
    await expect(other.page.locator("#reason")).toHaveValue("隔离人数有误");
    await expectProper(other.page);
    await other.page.locator("#tests_done").fill(due);
    await other.page.getByRole("button", { name: "提交更正" }).click();
    await expect(other.page.locator(".timeline")).toContainText("更正第2次报送");
    expect(other.complaints.filter((line) => !line.includes("409"))).toEqual([]);
  });
  expect(officer.complaints).toEqual([]);
  expect(organiser.complaints).toEqual([]);
});

test("thirty days are told with their coverage, and each day's reports are exported", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "oversight");
  await open(page, "/situation?day=2022-03-20");
  await expect(page.locator("h1")).toHaveText("每日情况");
  await expect(page.locator(".charts rect").first()).toBeAttached();
  await page.getByText("逐日数字").click();
  await expectProper(page);
  await page.getByRole("link", { name: "各机构报告" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "导出 CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("situation.csv");
  expect(complaints).toEqual([]);
});

test.describe("on a phone, a day takes less than a minute to enter, by the keystroke-level model", () => {
  test.use({ viewport: PHONE, hasTouch: true, isMobile: true });

  const yesterday = {
    residents: 1050,
    staff: 460,
    onSite: 300,
    infections: 0,
    isolated: 2,
    testsDue: 1350,
    testsDone: 1350,
    vaccinated: 1200,
    stockDays: 20,
  };
  const days: [string, Record<string, string>][] = [
    ["a day as the one before", {}],
    // Three have left; no figures are longer to type than these.
    ["a day with three figures changed", { residents: "1047", tests_due: "1347", tests_done: "1347" }],
  ];
  for (const [title, changed] of days) {
    test(title, async ({ browser, server }) => {
      const { page, complaints } = await deskOf(browser, server, "welfare-home-1");
      await open(page, "/");
      const now = page.getByRole("link", { name: "现在报送" });
      const [, body = "", today = ""] = /^\/situation\/([0-9a-f-]+)\/([0-9-]+)$/.exec((await now.getAttribute("href")) ?? "") ?? [];
      const day = new Date(Date.parse(today) - 86_400_000).toISOString().slice(0, 10);
      const session = await Session.of("welfare-home-1", server.url);
      await session.send({ situation: { body, day, command: { report: { report: yesterday } } } });

      const thumb = new Thumb(page);
      await thumb.press(now);
      await thumb.press(page.getByRole("button", { name: "同前一次" }));
      await thumb.check(page.locator(".numbers input"));
      for (const [figure, value] of Object.entries(changed)) {
        await thumb.type(page.locator(`#${figure}`), value);
      }
      await thumb.press(page.getByRole("button", { name: "报送", exact: true }));
      await expect(page.locator("h2", { hasText: "已报送" })).toBeVisible();
      const reported = page.locator(".facts.figures dd");
      const { residents = "1050", tests_due = "1350", tests_done = "1350" } = changed;
      await expect(reported).toHaveText([residents, "460", "300", "0", "2", tests_due, tests_done, "1200", "20"]);

      const { seconds, of } = thumb.estimate();
      console.log(`${title}: ${seconds.toFixed(1)} s (${of})`);
      expect(seconds).toBeLessThan(60);
      expect(complaints).toEqual([]);
    });
  }
});
