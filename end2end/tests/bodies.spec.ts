// Bodies are amended, moved, merged and closed; they come from a workbook and go into one. People get and lose their roles.

import { readFile } from "node:fs/promises";
import { butForRequests } from "../fixtures/complaints.ts";
import { deskOf, expectProper, pickBody } from "../fixtures/office.ts";
import { expect, open, test } from "../fixtures/test.ts";

const HEADING = "name_zh,name_en,kind,parent,district_code,district_name,residents,staff,capacity,ownership,risk";

function csv(lines: string[]) {
  return { name: "bodies.csv", mimeType: "text/csv", buffer: Buffer.from([HEADING, ...lines].join("\n"), "utf8") };
}

test("bodies come from a file, change, and keep their record", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "administrator");
  const check = page.locator('form:has(#csv) button[type="submit"]');
  const report = page.locator("#import-report");

  await test.step("a file is looked at first; one bad row, and none can be imported", async () => {
    await open(page, "/bodies/import");
    const good = "旅程甲院,Journey A,elderCare,市民政局,110106,,80,40,100,民办,高风险";
    await page.locator("#csv").setInputFiles(csv([good, "旅程乙院,,spaceship,市民政局,110106,,8,4,10,,"]));
    await check.click();
    await expect(report.locator("tbody tr")).toHaveCount(1);
    await expect(report).toContainText("spaceship");
    await expect(page.locator('[data-test="apply"]')).toHaveCount(0);
    const [whole] = await Promise.all([page.waitForEvent("download"), page.locator('[data-test="report"]').click()]);
    expect(await readFile(await whole.path(), "utf8")).toMatch(/\r\n3,不能导入,[^\r]*spaceship/);
    await page.locator("#csv").setInputFiles(csv([good, "旅程乙院,Journey B,elderCare,市民政局,110106,,8,4,10,公办,"]));
    await check.click();
    await expect(report.locator("tbody tr")).toHaveCount(2);
    await expectProper(page);
    await page.locator('[data-test="apply"]').click();
    await expect(report.locator('[data-kind="success"]')).toContainText("2");
  });

  await test.step("what is no workbook is told how to become one", async () => {
    const buffer = Buffer.from("PK\u0003\u0004 and nothing more", "latin1");
    await page.locator("#csv").setInputFiles({ name: "x.xlsx", mimeType: "application/octet-stream", buffer });
    await check.click();
    await expect(report).toContainText("损坏");
  });

  await test.step("everything can be taken out as a workbook", async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "XLSX" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("register.xlsx");
  });

  await test.step("what was taken out is edited and read back: the body it names by its id is amended", async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "CSV" }).click(),
    ]);
    const file = await readFile(await download.path(), "utf8");
    const send = async (text: string) => {
      await page.locator("#csv").setInputFiles({ name: "register.csv", mimeType: "text/csv", buffer: Buffer.from(text, "utf8") });
      await check.click();
    };
    await send(file);
    await expect(report).toContainText("与登记的一致");
    await expect(page.locator('[data-test="apply"]')).toHaveCount(0);
    const rows = file.split("\r\n");
    const [heading, row] = [rows[0] ?? "", rows.find((line) => line.includes("旅程乙院")) ?? ""];
    await send([heading, row.replace(",8,4,10,", ",9,4,10,").replace("Journey B", "Journey Two")].join("\r\n"));
    await expect(report.locator("tbody tr")).toContainText("修改：名称、服务对象人数");
    await expectProper(page);
    await page.locator('[data-test="apply"]').click();
    await expect(report.locator('[data-kind="success"]')).toContainText("修改1个");
    await open(page, "/bodies?search=旅程乙院");
    await expect(page.getByRole("row").filter({ hasText: "旅程乙院" })).toContainText("9");
  });

  await test.step("it is amended; two who change different parts at once hear of each other, and neither is lost", async () => {
    await open(page, "/bodies?search=旅程甲院");
    await page.getByRole("link", { name: "旅程甲院" }).click();
    await expect(page.locator(".facts").first()).toContainText("高风险");
    await page.getByRole("link", { name: "变更单位" }).click();
    const other = await page.context().newPage();
    await open(other, new URL(page.url()).pathname);
    await expectProper(page);
    await other.locator("#staff").fill("41");
    await other.locator('form:has(#residents) button[type="submit"]').click();
    await other.waitForURL(/\/bodies\/[0-9a-f-]{36}$/);
    await page.locator("#capacity").fill("105");
    await page.locator('form:has(#residents) button[type="submit"]').click();
    await expect(page.locator("#amend-errors")).toContainText("管理员 · 更正单位信息");
    await expect(page.locator("#capacity")).toHaveValue("105");
    await expectProper(page);
    await page.locator('form:has(#residents) button[type="submit"]').click();
    await page.waitForURL(/\/bodies\/[0-9a-f-]{36}$/);
    await expect(page.locator(".facts").first()).toContainText("41");
    await expect(page.locator(".facts").first()).toContainText("105");
    await other.close();
  });

  await test.step("two who change the same part at once decide between them", async () => {
    await page.getByRole("link", { name: "变更单位" }).click();
    await page.waitForURL(/\/edit$/);
    const other = await page.context().newPage();
    await open(other, new URL(page.url()).pathname);
    for (const [desk, residents] of [
      [other, "81"],
      [page, "82"],
    ] as const) {
      await desk.locator("#residents").fill(residents);
      await desk.locator('form:has(#residents) button[type="submit"]').click();
    }
    await other.waitForURL(/\/bodies\/[0-9a-f-]{36}$/);
    await expect(page.locator("#amend-errors")).toContainText("管理员 · 更正单位信息");
    await page.locator('form:has(#residents) button[type="submit"]').click();
    await expect(page.locator("#amend-errors")).toContainText("服务对象人数");
    await expect(page.locator("#residents")).toHaveValue("82");
    await expect(other.locator(".facts").first()).toContainText("81");
    await other.close();
  });

  await test.step("it moves, and another is merged into it", async () => {
    await page.locator("summary", { hasText: "调整隶属关系" }).click();
    await pickBody(page, "move-parent", "丰台区民政局");
    const move = page.locator('form:has(#move-parent) button[type="submit"]');
    await move.click();
    // The other amendment was told of beside its own form only; what is moved is what it is now.
    await expect(page.locator("#move-errors")).toContainText("管理员 · 更正单位信息");
    await expect(page.locator("#move-parent")).toHaveValue("丰台区民政局");
    await move.click();
    await page.waitForURL(/\/bodies\/[0-9a-f-]{36}$/);
    await expect(page.locator(".facts").first()).toContainText("丰台区民政局");
    await open(page, "/bodies?search=旅程乙院");
    await page.getByRole("link", { name: "旅程乙院" }).click();
    await page.getByRole("link", { name: "变更单位" }).click();
    await page.locator("summary", { hasText: "并入其他单位" }).click();
    await pickBody(page, "merge-into", "旅程甲院");
    await page.locator('form:has(#merge-into) button[type="submit"]').click();
    await page.locator("#merge-confirm").click();
    await page.waitForURL(/\/bodies\/[0-9a-f-]{36}$/);
    await expect(page.locator(".banner")).toContainText("已并入");
    await expect(page.getByRole("region", { name: "记录", exact: true })).toContainText("并入其他单位");
    await expect(page.getByRole("link", { name: "变更单位" })).toHaveCount(0);
    await expectProper(page);
    await page.locator(".banner a").click();
    await expect(page.locator(".facts").first()).toContainText("旅程乙院");
    await expect(page.getByRole("region", { name: "记录", exact: true })).toContainText("其他单位并入");
  });

  await test.step("it is closed with a reason, and no list shows it any more", async () => {
    await page.getByRole("link", { name: "变更单位" }).click();
    await page.locator("summary", { hasText: "撤销单位" }).click();
    const close = page.locator('form:has(#close-reason) button[type="submit"]');
    await close.click();
    await expect(page.locator("#close-errors")).toContainText("撤销原因");
    await page.locator("#close-reason").fill("旅程结束");
    await close.click();
    await page.locator("#close-confirm").click();
    await page.waitForURL(/\/bodies\/[0-9a-f-]{36}$/);
    await expect(page.locator(".banner")).toContainText("旅程结束");
    await open(page, "/bodies?search=旅程");
    await expect(page.locator("tbody tr:not(.none)")).toHaveCount(0);
  });
  expect(butForRequests(complaints)).toEqual([]);
});

test("a person gets a second role with a term, loses it, goes and comes back", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "administrator");
  await open(page, "/administration?search=fengtai-officer");
  await page.getByRole("link", { name: "丰台区民政局监管员" }).click();
  const roles = page.getByRole("region", { name: "角色与范围" });
  await expect(roles.locator("tbody tr")).toHaveCount(1);
  await expectProper(page);

  await test.step("a role that has ended already is refused, one to come is granted", async () => {
    await page.locator("summary", { hasText: "授予角色" }).click();
    await page.locator("#role").selectOption("organiser");
    await page.locator("#scope").selectOption("110106");
    const submit = page.locator('form:has(#role) button[type="submit"]');
    await page.locator("#grant-until").fill("2022-03-13T08:00");
    await submit.click();
    await expect(page.locator("#grant-errors")).toContainText("结束时间已过");
    await page.locator("#grant-from").fill("2099-01-01T08:00");
    await page.locator("#grant-until").fill("2099-02-01T08:00");
    await submit.click();
    await expect(roles.locator("tbody tr")).toHaveCount(2);
    await expect(roles).toContainText("2099年1月1日 08:00至2099年2月1日 08:00");
    await expect(roles).toContainText("尚未开始");
  });

  await test.step("until then it gives nothing", async () => {
    const officer = await deskOf(browser, server, "fengtai-officer");
    await open(officer.page, "/campaigns/new");
    await expect(officer.page.locator("main form")).toHaveCount(0);
  });

  await test.step("it is revoked", async () => {
    await page.getByRole("button", { name: "收回：组织者" }).click();
    await page.getByRole("button", { name: "确认收回" }).click();
    await expect(roles.locator("tbody tr")).toHaveCount(1);
    await page.locator("summary", { hasText: "曾有的角色（1）" }).click();
    const past = page.getByRole("region", { name: "曾有的角色" }).locator("tbody tr");
    await expect(past).toContainText("组织者");
    await expect(past).toContainText("未曾开始");
    await expect(past).toContainText("管理员 · ");
    await expectProper(page);
  });

  await test.step("the account goes and comes back, and the record tells it all", async () => {
    await page.locator("summary", { hasText: "停用账号" }).click();
    await page.locator("button", { hasText: "停用账号" }).click();
    await expect(page.locator(".head")).toContainText("已停用");
    await page.locator("summary", { hasText: "恢复账号" }).click();
    await page.locator("button", { hasText: "恢复账号" }).click();
    await expect(page.locator(".head")).toContainText("启用");
    const record = page.getByRole("region", { name: "记录", exact: true });
    for (const event of ["授予角色", "收回角色", "停用账号", "恢复账号"]) {
      await expect(record).toContainText(event);
    }
    await expectProper(page);
  });
  expect(butForRequests(complaints)).toEqual([]);
});

test("a district gets another name, which every page knows; two who rename it at once hear of each other", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "administrator");
  const districts = page.getByRole("region", { name: "区划" });
  const rename = async (desk: typeof page, name: string) => {
    await desk.getByRole("button", { name: "更名：110116" }).click();
    await desk.locator("#rename-name").fill(name);
    await desk.locator('form:has(#rename-name) button[type="submit"]').click();
  };
  await open(page, "/administration/districts");
  await expect(districts).toContainText("怀柔区");

  await test.step("a name that it has is none to give", async () => {
    await rename(page, "怀柔区");
    await expect(page.locator("#rename-errors")).toContainText("名称没有变化");
    await expectProper(page);
  });

  await test.step("whoever comes second is told, and keeps what they entered", async () => {
    const other = await page.context().newPage();
    await open(other, "/administration/districts");
    await rename(other, "怀柔新区");
    await expect(other.getByRole("rowheader", { name: "怀柔新区" })).toBeVisible();
    await page.locator("#rename-name").fill("怀柔示范区");
    await page.locator('form:has(#rename-name) button[type="submit"]').click();
    await expect(page.locator("#rename-errors")).toContainText("管理员 · 区更名");
    await expect(page.locator("#rename-name")).toHaveValue("怀柔示范区");
    await expectProper(page);
    await page.locator('form:has(#rename-name) button[type="submit"]').click();
    await expect(page.getByRole("rowheader", { name: "怀柔示范区" })).toBeVisible();
    await other.close();
  });

  await test.step("the record tells both, and a list offers the district under its name", async () => {
    await expect(page.getByRole("region", { name: "记录", exact: true })).toContainText("怀柔新区");
    await expect(page.getByRole("region", { name: "记录", exact: true })).toContainText("怀柔示范区");
    await open(page, "/bodies");
    await expect(page.locator('select[name="district"] option[value="110116"]')).toHaveText("怀柔示范区");
  });
  expect(butForRequests(complaints)).toEqual([]);
});
