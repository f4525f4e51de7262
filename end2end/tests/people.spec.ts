// A person from the registration to the last sign-in: a first password that does not last, one of their own, and an end.

import type { Page } from "@playwright/test";
import { butForRequests } from "../fixtures/complaints.ts";
import { deskOf, expectProper, pickBody } from "../fixtures/office.ts";
import { expect, open, signIn, started, test } from "../fixtures/test.ts";

const NAME = "检查三处新同事";
const SIGN_IN_NAME = "new-colleague";
const FIRST = "handed over once";
const OWN = "known to nobody else";
const NEXT = "known to nobody at all";

async function enter(page: Page, name: string, password: string): Promise<void> {
  await page.locator("#name").fill(name);
  await page.locator("#password").fill(password);
  await page.locator('form:has(#password) button[type="submit"]').click();
}

async function change(page: Page, old: string, password: string, again = password): Promise<void> {
  await page.locator("#password").fill(old);
  await page.locator("#new").fill(password);
  await page.locator("#again").fill(again);
  await page.getByRole("button", { name: "修改密码" }).click();
}

test("a person is registered, chooses a password at the first sign-in, changes it, and is let go", async ({ browser, server }) => {
  const administrator = await deskOf(browser, server, "administrator");
  const { page } = administrator;
  const person = await deskOf(browser, server);

  await test.step("what is missing is said, and a name that is taken", async () => {
    await open(page, "/administration");
    await page.getByRole("link", { name: "登记人员" }).click();
    await page.waitForURL(/\/people\/new$/);
    await page.getByRole("button", { name: "登记" }).click();
    await expect(page.locator(".errors")).toContainText("请填写姓名");
    await page.locator("#name").first().fill(NAME);
    await pickBody(page, "unit", "市民政局");
    await page.getByLabel("角色", { exact: true }).selectOption({ label: "检查员" });
    await page.getByLabel("职责范围").selectOption({ label: "北京市（示例）" });
    await page.locator("#sign-in-name").fill("organiser");
    await page.locator("form #password").fill(FIRST);
    await page.getByRole("button", { name: "登记" }).click();
    await expect(page.locator(".errors")).toContainText("登录名");
    await expect(page.locator("#name").first()).toHaveValue(NAME);
  });

  await test.step("the person is registered, with a first password to hand over", async () => {
    await page.locator("#sign-in-name").fill(SIGN_IN_NAME);
    await page.getByRole("button", { name: "登记" }).click();
    await page.waitForURL(/\/administration\/people\/[0-9a-f-]{36}$/);
    await started(page);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(NAME);
    await expect(page.getByRole("region", { name: "角色与范围" })).toContainText("检查员");
    await expectProper(page);
  });

  await test.step("the first password opens nothing but the way to one’s own", async () => {
    await open(person.page, "/sign-in");
    await enter(person.page, SIGN_IN_NAME, FIRST);
    await expect(person.page.locator("#again")).toBeVisible();
    await started(person.page);
    await expect(person.page.locator("main")).toContainText("请先设自己的密码");
    await change(person.page, FIRST, OWN, "something else entirely");
    await expect(person.page.getByRole("alert")).toContainText("不一致");
    await change(person.page, FIRST, OWN);
    await expect(person.page.locator("#again")).toHaveCount(0);
    await expect(person.page).not.toHaveURL(/password|sign-in/);
  });

  await test.step("at the desk it is changed again, which signs out the other browser", async () => {
    const other = await deskOf(browser, server);
    await signIn(other.page, SIGN_IN_NAME, OWN);
    await open(person.page, "/password");
    await change(person.page, OWN, NEXT);
    await expect(person.page.getByRole("status")).toContainText("密码已修改，其他设备上的登录已失效。");
    await open(other.page, "/inbox");
    await expect(other.page).toHaveURL(/\/sign-in/);
    expect(butForRequests(other.complaints)).toEqual([]);
    await other.page.context().close();
  });

  await test.step("the account is deactivated: no session goes on, and none begins", async () => {
    await page.locator("summary", { hasText: "停用账号" }).click();
    await page.locator("button", { hasText: "停用账号" }).click();
    await expect(page.locator(".head")).toContainText("已停用");
    await open(person.page, "/inbox");
    await expect(person.page).toHaveURL(/\/sign-in/);
    // The fifth time that this name is tried: a sixth would have to wait.
    await enter(person.page, SIGN_IN_NAME, NEXT);
    await expect(person.page.getByRole("alert")).toHaveText("登录名或密码不正确");
    await expect(person.page).toHaveURL(/\/sign-in/);
    await expect(page.getByRole("region", { name: "记录", exact: true })).toContainText("停用账号");
  });
  for (const desk of [administrator, person]) {
    expect(butForRequests(desk.complaints)).toEqual([]);
  }
});
