// Signing in and out at the desk.

import { butForRequests } from "../fixtures/complaints.ts";
import { deskOf, expectProper } from "../fixtures/office.ts";
import { DEMO_PASSWORD, expect, open, signIn, started, test } from "../fixtures/test.ts";

test("an office page asks to sign in and then opens", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server);
  await open(page, "/findings?stage=raised");
  await expect(page).toHaveURL(/\/sign-in\?to=/);
  await expectProper(page);
  await page.locator("#name").fill("organiser");
  await page.locator("#password").fill("not the password");
  await page.locator('form:has(#password) button[type="submit"]').click();
  await expect(page.getByRole("alert")).toHaveText("登录名或密码不正确");
  await expect(page.locator("#name")).toHaveValue("organiser");
  await expectProper(page);
  await page.locator("#password").fill(DEMO_PASSWORD);
  await page.locator('form:has(#password) button[type="submit"]').click();
  await expect(page).toHaveURL(`${server.url}/findings?stage=raised`);
  await expect(page.locator('select[name="stage"]')).toHaveValue("raised");
  expect(butForRequests(complaints)).toEqual([]);
});

test("an address from elsewhere is not followed after signing in", async ({ browser, server }) => {
  for (const to of ["https://example.org/", "//example.org/", "/\\example.org/"]) {
    const { page } = await deskOf(browser, server);
    await open(page, `/sign-in?to=${encodeURIComponent(to)}`);
    await page.locator("#name").fill("organiser");
    await page.locator("#password").fill(DEMO_PASSWORD);
    await page.locator('form:has(#password) button[type="submit"]').click();
    await expect(page).toHaveURL(`${server.url}/`);
    await page.context().close();
  }
});

test("signing in works without scripts", async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("/findings");
  await expect(page).toHaveURL(/\/sign-in\?to=/);
  await page.locator("#name").fill("organiser");
  await page.locator("#password").fill("not the password");
  await page.locator('form:has(#password) button[type="submit"]').click();
  await expect(page.getByRole("alert")).toHaveText("登录名或密码不正确");
  await expect(page.locator("#name")).toHaveValue("organiser");
  await page.locator("#password").fill(DEMO_PASSWORD);
  await page.locator('form:has(#password) button[type="submit"]').click();
  await expect(page).toHaveURL(`${server.url}/findings`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("问题");
});

test("guessing is slowed down, in words", async ({ browser, server }) => {
  const { page } = await deskOf(browser, server);
  await open(page, "/sign-in");
  const alert = page.getByRole("alert");
  for (let guess = 0; guess < 5; guess += 1) {
    await page.locator("#name").fill("oversight");
    await page.locator("#password").fill(`guess ${guess}`);
    const answered = page.waitForResponse((answer) => answer.url().includes("/api/sign-in"));
    await page.locator('form:has(#password) button[type="submit"]').click();
    await answered;
    await expect(alert).toHaveText("登录名或密码不正确");
  }
  // The right password has to wait as well: a guesser must not learn from the delay.
  await page.locator("#password").fill(DEMO_PASSWORD);
  await page.locator('form:has(#password) button[type="submit"]').click();
  await expect(alert).toContainText(/\d+\s*秒/);
  await expect(page).toHaveURL(/\/sign-in/);
});

test("the language changes where one is, and stays", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "organiser");
  await open(page, "/findings?severity=key");
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-Hans");
  await page.getByRole("link", { name: "English" }).click();
  await started(page);
  await expect(page).toHaveURL(`${server.url}/findings?severity=key`);
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Findings");
  await open(page, "/bodies");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Bodies");
  expect(complaints).toEqual([]);
});

test("the tablet changes its language in place and keeps it", async ({ newTablet }) => {
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await tablet.signIn("inspector-02");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("我的任务");
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("My assignments");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await tablet.switchOff();
  const again = await tablet.switchOn();
  await open(again, "/field");
  await expect(again.getByRole("heading", { level: 1 })).toHaveText("My assignments");
  expect(butForRequests(tablet.complaints)).toEqual([]);
});

test("signing out everywhere ends the session of another browser", async ({ browser, server }) => {
  const one = await deskOf(browser, server, "committee");
  const other = await deskOf(browser, server, "committee");
  const bystander = await deskOf(browser, server, "organiser");
  await one.page.locator("details.menu summary").click();
  await one.page.getByRole("button", { name: "在所有设备上退出" }).click();
  await expect(one.page).toHaveURL(/\/sign-in/);
  await open(other.page, "/findings");
  await expect(other.page).toHaveURL(/\/sign-in\?to=/);
  await open(bystander.page, "/findings");
  await expect(bystander.page).toHaveURL(`${server.url}/findings`);
});

test("signing out ends this session alone", async ({ browser, server }) => {
  const one = await deskOf(browser, server, "committee");
  const other = await deskOf(browser, server, "committee");
  await one.page.locator("details.menu summary").click();
  await one.page.getByRole("button", { name: "退出登录" }).click();
  await expect(one.page).toHaveURL(/\/sign-in/);
  await open(one.page, "/findings");
  await expect(one.page).toHaveURL(/\/sign-in\?to=/);
  await open(other.page, "/findings");
  await expect(other.page).toHaveURL(`${server.url}/findings`);
});

test("drafts stay with who wrote them when signing out, unless they are let go", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "organiser");
  const NUMBER = "示例〔2022〕55号";
  const menu = page.locator("details.menu");
  const number = page.locator("#notice-number");
  const as = async (name: string) => {
    await signIn(page, name);
    await open(page, "/notices/new");
  };
  await open(page, "/notices/new");
  await number.fill(NUMBER);
  await page.reload();
  await started(page);
  await expect(number).toHaveValue(NUMBER);
  await menu.locator("summary").click();
  await expect(menu).toContainText("本机浏览器存有1份未提交的草稿，退出后保留");
  await expectProper(page);
  await page.getByRole("button", { name: "退出登录" }).click();
  await expect(page).toHaveURL(/\/sign-in/);

  await test.step("the next person at the same computer does not find it", async () => {
    await as("deputy-organiser");
    await expect(number).toHaveValue("");
    await menu.locator("summary").click();
    await expect(menu).not.toContainText("草稿");
    await page.getByRole("button", { name: "退出登录" }).click();
    await expect(page).toHaveURL(/\/sign-in/);
  });

  await test.step("who wrote it does, and lets it go", async () => {
    await as("organiser");
    await expect(number).toHaveValue(NUMBER);
    await menu.locator("summary").click();
    await page.getByRole("button", { name: "清除草稿并退出" }).click();
    await expect(page).toHaveURL(/\/sign-in/);
    await as("organiser");
    await expect(number).toHaveValue("");
  });
  expect(butForRequests(complaints)).toEqual([]);
});
