// A person from the registration to the last sign-in: a first password that does not last, one of their own, and an end. And many at once,
// from a file.

import { readFile } from "node:fs/promises";
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

const HEADING = "sign_in_name,name_zh,name_en,unit,unit_district,role,scope,scope_district,from,until";

test("people come from a file with their roles, and their first passwords are told once", async ({ browser, server }) => {
  const administrator = await deskOf(browser, server, "administrator");
  const { page } = administrator;
  const report = page.locator("#import-report");
  const check = page.locator('form:has(#csv) button[type="submit"]');
  const apply = page.locator('[data-test="apply"]');
  const send = async (rows: string[]) => {
    const buffer = Buffer.from([HEADING, ...rows].join("\n"), "utf8");
    await page.locator("#csv").setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer });
    await check.click();
  };
  const kept = async (button: string) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator(button).click()]);
    return readFile(await download.path(), "utf8");
  };
  const good = [
    "journey.one,旅程一,Journey One,丰台区民政局,,检查员,丰台区,,,",
    "journey.one,旅程一,Journey One,丰台区民政局,,groupLeader,jurisdiction,,2022-03-13,2099-06-30",
    "journey.two,旅程二,,市第一社会福利院,,机构负责人,市第一社会福利院,,,",
    "fengtai-officer,丰台区民政局监管员,,丰台区民政局,,组织者,丰台区,,,2099/6/30",
  ];

  await test.step("with one bad row none can be imported, and all of it is told in a file", async () => {
    await open(page, "/administration");
    await page.getByRole("link", { name: "导入与导出" }).click();
    await page.waitForURL(/\/people\/import$/);
    await started(page);
    await check.click();
    await expect(page.locator("#import-errors")).toContainText("请选择一个 CSV 或 XLSX 文件");
    await send([...good, "journey.three,旅程三,,市民政局,,厨师,jurisdiction,,,"]);
    await expect(report.locator("tbody tr")).toHaveCount(1);
    await expect(report).toContainText("厨师");
    await expect(apply).toHaveCount(0);
    await expectProper(page);
    const whole = await kept('[data-test="report"]');
    expect(whole).toContain("\r\n2,可以导入,新增人员、授予角色\r\n");
    expect(whole).toMatch(/\r\n6,不能导入,/);
  });

  const passwords = await test.step("each row says what becomes of it; then all of it is imported", async () => {
    await send(good);
    await expect(report.locator("tbody tr")).toHaveCount(4);
    await expect(report).toContainText("新增2人，变更1人");
    await expect(report.locator("tbody tr").nth(3)).toContainText("授予角色、更正姓名");
    await expect(report.locator("tbody tr").nth(1)).toContainText("2022年3月13日 00:00至2099年7月1日 00:00");
    await expectProper(page);
    await apply.click();
    await expect(report.locator('[data-kind="success"]')).toContainText("新增2人，变更1人");
    await expect(report.locator("tbody tr")).toHaveCount(2);
    await expectProper(page);
    const file = await kept('[data-test="passwords"]');
    const lines = file.trim().split("\r\n").slice(1);
    return new Map(lines.map((line) => line.split(",").slice(1) as [string, string]));
  });

  await test.step("a first password opens the way to one’s own", async () => {
    const person = await deskOf(browser, server);
    await open(person.page, "/sign-in");
    const first = passwords.get("journey.two") ?? "";
    await enter(person.page, "journey.two", first);
    await expect(person.page.locator("#again")).toBeVisible();
    await started(person.page);
    await change(person.page, first, OWN);
    await expect(person.page).not.toHaveURL(/password|sign-in/);
    await person.page.context().close();
  });

  await test.step("a second time there is nothing to do, nor with what is taken out", async () => {
    await open(page, "/administration/people/import");
    await send(good);
    await expect(report).toContainText("与登记的一致");
    await expect(apply).toHaveCount(0);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "XLSX" }).click()]);
    const buffer = await readFile(await download.path());
    await page.locator("#csv").setInputFiles({ name: "register.xlsx", mimeType: "application/octet-stream", buffer });
    await check.click();
    await expect(report).toContainText("与登记的一致");
  });

  await test.step("who has not chosen their own yet gets another first password, and nobody else", async () => {
    await page.locator("#also").check();
    await send(good);
    await expect(report).toContainText("新的初始密码1个");
    await apply.click();
    await expect(report.locator("tbody tr")).toHaveCount(1);
    await expect(report.locator("tbody tr")).toContainText("journey.one");
    await expect(report).not.toContainText(passwords.get("journey.one") ?? "?");
  });
  expect(butForRequests(administrator.complaints)).toEqual([]);
});
