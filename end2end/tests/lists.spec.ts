// Lists: filters, order and page stand in the address; rows are selected and acted on together; the export is what is shown.

import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { deskOf, expectProper, rowOf, seal } from "../fixtures/office.ts";
import { expect, open, test } from "../fixtures/test.ts";

// Of the list, not of what stands below it on its page.
const names = (page: Page) => page.locator("table").first().locator("tbody th[scope=row]").allTextContents();

test("a list is filtered, sorted and paged by its address, with and without scripts", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "organiser");
  await open(page, "/bodies?kind=elderCare");
  await page.getByRole("link", { name: "服务对象" }).click();
  await expect(page).toHaveURL(/\/bodies\?kind=elderCare&sort=-residents$/);
  await expect(page.locator('th[aria-sort="descending"]')).toHaveText("服务对象");
  await expect(page.locator("tbody tr").first()).toContainText("市第一社会福利院");
  await expectProper(page);
  await page.getByRole("link", { name: "下一页" }).click();
  await expect(page).toHaveURL(/sort=-residents&page=2$/);
  const second = await names(page);
  await page.getByRole("link", { name: "服务对象" }).click();
  await expect(page).toHaveURL(/sort=residents$/);
  await expect(page.locator('th[aria-sort="ascending"]')).toHaveText("服务对象");

  await test.step("a filter keeps the order", async () => {
    await page.locator('select[name="district"]').selectOption("110106");
    await page.getByRole("button", { name: "筛选" }).click();
    await expect(page).toHaveURL(/sort=residents/);
    await expect(page).toHaveURL(/district=110106/);
    await expect(page.locator('th[aria-sort="ascending"]')).toHaveText("服务对象");
  });

  await test.step("the same address shows the same rows where there are no scripts", async () => {
    const cookies = await page.context().cookies();
    const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false });
    await context.addCookies(cookies);
    const plain = await context.newPage();
    await plain.goto("/bodies?kind=elderCare&sort=-residents&page=2");
    expect(await names(plain)).toEqual(second);
    await plain.getByRole("link", { name: "名称" }).click();
    await expect(plain).toHaveURL(/\/bodies\?kind=elderCare&sort=name$/);
    await context.close();
  });
  expect(complaints).toEqual([]);
});

test("an export is what the list shows", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "organiser");
  await open(page, "/bodies?district=110106&sort=-staff");
  const shown = await names(page);
  const said = await page.locator(".pager p").textContent();
  for (const kind of ["CSV", "XLSX"]) {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: `导出 ${kind}` }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`bodies.${kind.toLowerCase()}`);
    const bytes = await readFile(await download.path());
    if (kind === "CSV") {
      const lines = bytes.toString("utf8").trim().split("\r\n");
      expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
      expect(lines[0]).toBe("名称,类型,区,床位数,服务对象,工作人员,未销号问题");
      expect(lines.slice(1, shown.length + 1).map((line) => line.split(",")[0])).toEqual(shown);
      expect(said).toContain(`共 ${lines.length - 1} 条`);
    } else {
      expect(bytes.subarray(0, 2).toString()).toBe("PK");
    }
  }
  expect(complaints).toEqual([]);
});

test("rows are selected and acted on together, and each refusal is told", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "administrator");
  await open(page, "/administration?role=administrator");
  await expect(page.locator("tbody tr")).toHaveCount(1);
  await open(page, "/administration?search=adm");
  const select = (name: string) => page.getByRole("checkbox", { name: `选择：${name}`, exact: true });
  const act = page.locator(".bulk button");
  const sure = page.locator("#bulk-confirm");
  await expect(act).toBeDisabled();
  await select("管理员").check();
  await expect(page.locator(".bulk")).toContainText("已选 1 条");
  await act.click();
  await expect(sure).toHaveText("停用（1条）");
  await page.locator(".bulk").getByRole("button", { name: "返回" }).click();
  await act.click();
  await sure.click();
  await expect(page.locator(".errors")).toContainText("0 条已完成，1 条未被接受");
  await expect(page.locator(".errors")).toContainText("不能停用自己的账号");
  await expect(select("管理员")).toBeChecked();
  await expectProper(page);

  await open(page, "/administration?search=inspector-0&sort=signIn");
  await page.getByRole("checkbox", { name: "选择本页全部" }).check();
  await expect(page.locator(".bulk")).toContainText("已选 9 条");
  await select("检查员09").uncheck();
  await act.click();
  await sure.click();
  await expect(page.locator(".banner[data-kind=success]")).toContainText("8 条已完成");
  await expect(page.locator("tbody").getByText("已停用", { exact: true })).toHaveCount(8);
  await expect(page.locator(".bulk")).toContainText("已选 0 条");
  expect(complaints).toEqual([]);
});

test("sealed assignments are released together, and are known to nobody else before", async ({ browser, server }) => {
  const HOMES = ["市第一社会福利院", "朝阳区示例养老院01"];
  const { page, complaints } = await deskOf(browser, server, "organiser");
  for (const [index, home] of HOMES.entries()) {
    await seal(page, home, new RegExp(`^检查${index + 1}组`));
  }
  const campaign = new URL(page.url()).pathname;
  const watcher = await deskOf(browser, server, "oversight");
  await open(watcher.page, `${campaign}?state=sealed`);
  await expect(watcher.page.locator("main")).toContainText("没有符合条件的任务");

  await test.step("those that are sealed are selected and released at one question", async () => {
    await open(page, `${campaign}?state=sealed`);
    await expectProper(page);
    const sealed = await page.locator('tbody [data-state="sealed"]').count();
    expect(sealed).toBeGreaterThanOrEqual(HOMES.length);
    await page.getByRole("checkbox", { name: "选择本页全部" }).check();
    const act = page.locator(".bulk button");
    await act.click();
    await expect(page.locator(".bulk")).toContainText("不能再密封");
    await page.locator("#bulk-confirm").click();
    await expect(page.locator(".banner[data-kind=success]")).toContainText(`${sealed} 条已完成`);
    await expect(page.locator("main")).toContainText("没有符合条件的任务");
  });

  await test.step("what was released is there for who watches, and can be acted on no more", async () => {
    await open(watcher.page, `${campaign}?state=released`);
    for (const home of HOMES) {
      await expect(rowOf(watcher.page, home).first()).toBeVisible();
    }
    await expect(watcher.page.locator('input[type="checkbox"]')).toHaveCount(0);
    await rowOf(watcher.page, HOMES[0] ?? "").first().getByRole("link").click();
    await watcher.page.waitForURL(/\/assignments\/[0-9a-f-]{36}$/);
    await expectProper(watcher.page);
  });

  await test.step("the file has what the list shows", async () => {
    await open(page, `${campaign}?state=released&sort=target`);
    const shown = await names(page);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "导出 CSV" }).click(),
    ]);
    const lines = (await readFile(await download.path())).toString("utf8").trim().split("\r\n");
    expect(lines.slice(1, shown.length + 1).map((line) => line.split(",")[0])).toEqual(shown);
  });
  expect(complaints).toEqual([]);
  expect(watcher.complaints).toEqual([]);
});
