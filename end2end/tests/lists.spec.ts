// Lists: filters, order and page stand in the address; rows are selected and acted on together; the export is what is shown.

import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { deskOf, expectProper, pickBody, rowOf, seal } from "../fixtures/office.ts";
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
  // The address changes before the rows do.
  await expect(page.locator("tbody tr").first()).not.toContainText("市第一社会福利院");
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
      expect(lines[0]).toBe("名称,类型,区,上级单位,风险等级,床位数,服务对象,工作人员,未销号问题");
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

test("bodies are graded and moved together, and the one that cannot be moved stays selected", async ({ browser, server }) => {
  const HOMES = ["通州区示例养老院08", "通州区示例养老院09"];
  const { page, complaints } = await deskOf(browser, server, "administrator");
  const select = (name: string) => page.getByRole("checkbox", { name: `选择：${name}`, exact: true });
  const bulk = page.locator(".bulk");
  await open(page, `/bodies?search=${encodeURIComponent("通州区示例养老院0")}`);

  await test.step("a grade is chosen once for all of them", async () => {
    for (const home of HOMES) {
      await select(home).check();
    }
    await bulk.getByRole("button", { name: "调整风险等级" }).click();
    await page.locator("#bulk-entered").selectOption({ label: "高风险" });
    await expectProper(page);
    await page.locator("#bulk-confirm").click();
    await expect(page.locator(".banner[data-kind=success]")).toContainText("2 条已完成");
    for (const home of HOMES) {
      await expect(rowOf(page, home)).toContainText("高风险");
    }
  });

  await test.step("only one thing is asked at a time, and without a body nothing is done", async () => {
    for (const home of HOMES) {
      await select(home).check();
    }
    await bulk.getByRole("button", { name: "调整风险等级" }).click();
    await bulk.getByRole("button", { name: "调整上级单位" }).click();
    await expect(page.locator("#bulk-confirm")).toHaveCount(1);
    await page.locator("#bulk-confirm").click();
    await expect(page.locator("#bulk-errors")).toContainText("新的上级单位");
    await expectProper(page);
  });

  await test.step("none goes below itself, which is told by name; the other is moved", async () => {
    await pickBody(page, "bulk-entered", HOMES[1] ?? "");
    await page.locator("#bulk-confirm").click();
    await expect(page.locator(".errors")).toContainText("1 条已完成，1 条未被接受");
    await expect(page.locator(".errors li")).toContainText(HOMES[1] ?? "");
    await expect(page.locator(".errors li")).toContainText("不能移到自己的下属单位之下");
    await expect(select(HOMES[1] ?? "")).toBeChecked();
    await expect(select(HOMES[0] ?? "")).not.toBeChecked();
    await expect(bulk).toContainText("已选 1 条");
    await expect(rowOf(page, HOMES[0] ?? "")).toContainText(HOMES[1] ?? "");
  });
  expect(complaints).toEqual([]);
});

test("plans are accepted together, and materials received and accepted", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "organiser");
  await open(page, "/findings?stage=planSubmitted");
  const boxes = page.locator('tbody input[type="checkbox"]');
  const plans = await boxes.count();
  expect(plans).toBeGreaterThan(0);
  await page.getByRole("checkbox", { name: "选择本页全部" }).check();
  await page.locator(".bulk").getByRole("button", { name: "通过所选计划" }).click();
  await expect(page.locator(".bulk")).toContainText("超出责令期限的计划不能批量通过");
  await page.locator("#bulk-confirm").click();
  await expect(page.locator(".banner[data-kind=success]")).toContainText(`${plans} 条已完成`);
  await expect(boxes).toHaveCount(0);

  await open(page, "/talks/materials");
  await page.locator('main th a[href^="/talks/materials/"]').first().click();
  const bodies = page.locator('[data-test="handed-in"]');
  const select = bodies.getByRole("checkbox", { name: "选择：儿童福利和保护处", exact: true });
  await select.check();
  await expectProper(page);
  await bodies.getByRole("button", { name: "签收所选" }).click();
  await expect(bodies.locator(".banner[data-kind=success]")).toContainText("1 条已完成");
  // The list and the card below it are asked for again.
  await expect(rowOf(page, "儿童福利和保护处")).toContainText("审阅中");
  await expect(page.locator("section.card").filter({ has: page.getByRole("heading", { name: "儿童福利和保护处", exact: true }) })).toContainText("审阅中");
  await select.check();
  await bodies.getByRole("button", { name: "通过所选" }).click();
  await page.locator("#bulk-confirm").click();
  await expect(page.locator("#bulk-errors")).toContainText("请填写“审阅意见”");
  await page.locator("#bulk-entered").fill("材料齐全。");
  await page.locator("#bulk-confirm").click();
  await expect(bodies.locator(".banner[data-kind=success]")).toContainText("1 条已完成");
  await expect(rowOf(page, "儿童福利和保护处")).toContainText("已通过");
  await expect(page.locator("main")).toContainText("材料齐全。");
  expect(complaints).toEqual([]);
});

test("pairs, levels, guides, checklists, exposures and gaps go into files as they are shown", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "organiser");
  for (const [path, sort] of [
    ["/inspections/pairs?failed=yes", "机构"],
    ["/levels", "期限"],
    ["/guides?state=inForce", "要求"],
    ["/checklists", "项目"],
    ["/inspections/exposure?name=%E6%A3%80%E6%9F%A5%E5%91%9834&at=2022-03-13T08%3A00", "检查时间"],
    ["/talks/trace/orphans", "缺什么"],
  ] as const) {
    await open(page, path);
    const table = page.locator(".table").last();
    await table.getByRole("columnheader", { name: sort, exact: true }).getByRole("link").click();
    await expect(page).toHaveURL(/sort=/);
    await expect(table.locator("th[aria-sort]")).toHaveText(sort);
    const shown = await table.locator("tbody th[scope=row]").allTextContents();
    expect(shown.length, path).toBeGreaterThan(0);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "导出 CSV" }).click(),
    ]);
    const lines = (await readFile(await download.path())).toString("utf8").trim().split("\r\n");
    expect(lines.slice(1, shown.length + 1).map((line) => line.split(",")[0]), path).toEqual(shown);
    await expectProper(page);
  }

  // The first of each kind of gap, and all of it as a file.
  await open(page, "/talks/trace");
  const group = page.locator("section.stack").filter({ has: page.getByRole("link", { name: "导出 CSV" }) }).first();
  const total = Number(/\((\d+)\)/.exec((await group.locator("h2 a").textContent()) ?? "")?.[1]);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    group.getByRole("link", { name: "导出 CSV" }).click(),
  ]);
  const lines = (await readFile(await download.path())).toString("utf8").trim().split("\r\n");
  expect(lines.length - 1).toBe(total);
  expect(complaints).toEqual([]);
});

test("support is provided and confirmed together; what somebody provided meanwhile is told by name", async ({ browser, server }) => {
  const HELP = ["请协调两名护理员支援三天。", "请调拨防护服一百套。"] as const;
  const organiser = await deskOf(browser, server, "organiser");
  const regulator = await deskOf(browser, server, "child-welfare-officer");
  const home = await deskOf(browser, server, "sos-village");
  const { page } = regulator;
  const boxes = (list: Page) => HELP.map((help) => list.getByRole("checkbox", { name: `选择：${help}`, exact: true }));

  const address = await test.step("two are owed to one finding", async () => {
    await open(organiser.page, "/findings?stage=planned");
    const row = organiser.page.locator("tbody tr").filter({ hasText: "北京SOS儿童村" }).first();
    const finding = (await row.locator('a[href^="/findings/"]').getAttribute("href")) ?? "";
    for (const help of HELP) {
      await open(organiser.page, finding);
      await organiser.page.locator("summary", { hasText: "登记应提供的支持" }).click();
      await pickBody(organiser.page, "support-by", "儿童福利和保护处");
      await organiser.page.locator("#support-what").fill(help);
      await organiser.page.locator('form:has(#support-by) button[type="submit"]').click();
      await expect(organiser.page.locator('[data-test="support-row"]').filter({ hasText: help })).toBeVisible();
    }
    return finding;
  });

  await test.step("the regulator records them as provided, the first of which a colleague did a moment ago", async () => {
    await open(page, "/findings/support?state=owed");
    for (const box of boxes(page)) {
      await box.check();
    }
    const colleague = await page.context().newPage();
    await open(colleague, address);
    await colleague.locator("#provide-account").fill("护理员今日到岗。");
    await colleague.locator('form:has(#provide-account) button[type="submit"]').click();
    await expect(colleague.locator('[data-test="support-row"]').filter({ hasText: HELP[0] })).toContainText("已提供");
    await colleague.close();
    await page.locator(".bulk").getByRole("button", { name: "登记所选已提供" }).click();
    await page.locator("#bulk-confirm").click();
    await expect(page.locator("#bulk-errors")).toContainText("请填写");
    await page.locator("#bulk-entered").fill("今日已送到。");
    await expectProper(page);
    await page.locator("#bulk-confirm").click();
    await expect(page.locator(".errors")).toContainText("1 条已完成，1 条未被接受");
    await expect(page.locator(".errors li")).toContainText(HELP[0]);
  });

  await test.step("the institution confirms both", async () => {
    await open(home.page, "/findings/support?state=provided");
    for (const box of boxes(home.page)) {
      await box.check();
    }
    await home.page.locator(".bulk").getByRole("button", { name: "确认收到所选" }).click();
    await expect(home.page.locator(".banner[data-kind=success]")).toContainText("2 条已完成");
    for (const help of HELP) {
      await expect(rowOf(home.page, help)).toContainText("已确认");
    }
  });
  for (const desk of [organiser, regulator, home]) {
    expect(desk.complaints).toEqual([]);
  }
});
