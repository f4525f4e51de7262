// The code at an institution's entrance: printed by its officer, read by a team without a network, and judged in the office.

import type { Page } from "@playwright/test";
import { butForRequests } from "../fixtures/complaints.ts";
import { begin, handIn } from "../fixtures/finding.ts";
import { assign, deskOf, expectProper } from "../fixtures/office.ts";
import { sentOut } from "../fixtures/sent_out.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";
const OTHER = "朝阳区示例养老院01";

/** Opens the page of a body's entrance code from its own page. */
async function openEntrance(page: Page, name: string): Promise<void> {
  await open(page, `/bodies?search=${encodeURIComponent(name)}`);
  await page.locator("main th a", { hasText: name }).first().click();
  await page.getByRole("link", { name: "入口码" }).click();
  await page.waitForURL(/\/entrance$/);
}

const sheetOf = (page: Page) => page.locator('[data-test="entrance-sheet"]');
const codeOn = (page: Page): Promise<string> => sheetOf(page).locator("code").innerText();

async function makeCode(page: Page, name: string): Promise<string> {
  await openEntrance(page, name);
  await page.getByRole("button", { name: "生成入口码" }).click();
  await expect(sheetOf(page).locator("code")).toHaveText(/^([0-9A-Z]{4}-){6}[0-9A-Z]{4}$/);
  return codeOn(page);
}

test("an institution hangs up a code, and the office says of each visit whether it was read", async ({ browser, server, newTablet }) => {
  const officer = await deskOf(browser, server, "welfare-home-1");
  const administrator = await deskOf(browser, server, "administrator");
  let [code, other] = ["", ""];

  await test.step("its officer prints the code, in both languages", async () => {
    const { page } = officer;
    code = await makeCode(page, HOME);
    await expect(sheetOf(page).locator("h1")).toHaveText(HOME);
    await expect(sheetOf(page)).toContainText("Inspection teams: scan this code");
    await expect(sheetOf(page).getByRole("img", { name: "入口二维码" })).toBeVisible();
    await expectProper(page);
    await page.emulateMedia({ media: "print" });
    await expect(sheetOf(page)).toBeVisible();
    for (const away of [page.getByRole("button", { name: "打印" }), page.locator("section.unprinted")]) {
      await expect(away).toBeHidden();
    }
    await page.emulateMedia({ media: "screen" });
    await page.evaluate(() => (window.print = () => document.body.setAttribute("data-printed", "")));
    await page.getByRole("button", { name: "打印" }).click();
    await expect(page.locator("body")).toHaveAttribute("data-printed", "");
  });

  const { organiser, tablet, page } = await sentOut({ browser, server, newTablet }, HOME);
  await test.step("who does not keep it does not see it", async () => {
    const { page } = organiser;
    await open(page, new URL(officer.page.url()).pathname.replace(/\/entrance$/, ""));
    await expect(page.getByRole("link", { name: "入口码" })).toHaveCount(0);
    const answer = await page.goto(officer.page.url());
    expect(answer?.status()).toBe(404);
    other = await makeCode(administrator.page, OTHER);
    expect(other).not.toBe(code);
  });

  await begin(tablet, HOME);
  await tablet.context.setOffline(true);
  const panel = tablet.hook("entrance");
  const [field, read] = [panel.locator("#entrance-code"), tablet.hook("entrance-read")];

  await test.step("a slip is no code", async () => {
    await field.fill(code.slice(0, -1));
    await field.blur();
    await expect(panel.getByRole("alert")).toContainText("有字符输错");
    await expect(read).toBeEmpty();
    await expectAccessible(page);
  });

  await test.step("the code of somewhere else is recorded as one that is not this institution’s", async () => {
    await field.fill(other);
    await expect(panel.locator(".tag")).toHaveText("不是本机构现用的码");
    await expect(read).toContainText("已记录");
    await tablet.expectSaved();
  });

  await test.step("the institution's own is known without a network, as carelessly as it is typed", async () => {
    await field.fill(`dubang:at:${code.toLowerCase().replaceAll("-", " ")}`);
    await expect(panel.locator(".tag")).toHaveText("本机构入口码");
    await expect(field).toHaveValue("");
    await field.fill(other);
    await expect(panel).toContainText("保留原来的记录");
    await expect(panel.locator(".tag")).toHaveText("本机构入口码");
    await tablet.expectSaved();
    await page.reload();
    await expect(panel.locator(".tag")).toHaveText("本机构入口码");
    await tablet.hook("other-language").click();
    await expect(panel.locator(".tag")).toHaveText("This institution’s code");
    await expect(panel).toContainText("A photo of the code works as well as the code");
    await tablet.hook("other-language").click();
  });

  const facts = organiser.page.locator("dl.facts").first();
  await test.step("the office holds what was read against the codes it knows", async () => {
    await handIn(tablet, HOME);
    await tablet.context.setOffline(false);
    await tablet.expectUnsent(0);
    await open(organiser.page, `/inspections?search=${encodeURIComponent(HOME)}`);
    await organiser.page.locator('main th a[href^="/inspections/"]').first().click();
    await expect(facts).toContainText("本机构入口码");
    await expectProper(organiser.page);
  });

  await test.step("a code that is replaced afterwards was the right one then", async () => {
    const { page: desk } = officer;
    await desk.getByRole("button", { name: "更换入口码" }).click();
    await desk.getByRole("button", { name: "确认更换入口码" }).click();
    await expect.poll(() => codeOn(desk)).not.toBe(code);
    await organiser.page.reload();
    await expect(facts).toContainText("本机构入口码");
    await expect(facts).not.toContainText("旧码");
  });

  await test.step("one that was replaced before is an old one", async () => {
    const next = await newTablet();
    await assign(organiser.page, OTHER, /^检查1组/);
    await next.switchOn();
    await next.signIn("inspector-01");
    await begin(next, OTHER);
    await next.context.setOffline(true);
    const panel = next.hook("entrance");
    await openEntrance(administrator.page, OTHER);
    await administrator.page.getByRole("button", { name: "更换入口码" }).click();
    await administrator.page.getByRole("button", { name: "确认更换入口码" }).click();
    await expect.poll(() => codeOn(administrator.page)).not.toBe(other);
    // The tablet has not heard of the new one.
    await panel.locator("#entrance-code").fill(other);
    await expect(panel.locator(".tag")).toHaveText("本机构入口码");
    await next.context.setOffline(false);
    await handIn(next, OTHER);
    await next.expectUnsent(0);
    await open(organiser.page, `/inspections?search=${encodeURIComponent(OTHER)}`);
    await organiser.page.locator('main th a[href^="/inspections/"]').first().click();
    await expect(facts).toContainText("本机构已更换的旧码");
    await expect(facts).toContainText("更换");
    expect(butForRequests(next.complaints)).toEqual([]);
  });
  expect(butForRequests(tablet.complaints)).toEqual([]);
});
