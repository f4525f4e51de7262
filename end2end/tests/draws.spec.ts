// A draw from its rules to a result that anyone repeats: published by the organiser, committed to and revealed by two parties, read
// by the public without signing in, verified from its record alone. And a sealed one that tells nothing.

import { butForRequests } from "../fixtures/complaints.ts";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { environment } from "../fixtures/environment.ts";
import { deskOf, expectProper, openProperly } from "../fixtures/office.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

const NAME = "四月养老机构抽查";

async function commit(page: Page, address: string): Promise<string> {
  await open(page, address);
  await page.getByRole("button", { name: "生成种子" }).click();
  await expect(page.locator("#seed")).toHaveValue(/^[0-9a-f]{64}$/);
  const seed = await page.locator("#seed").inputValue();
  await page.getByRole("button", { name: "提交承诺" }).click();
  await expect(page.getByRole("button", { name: "提交承诺" })).toHaveCount(0);
  return seed;
}

async function choose(page: Page, control: string, label: RegExp): Promise<void> {
  const select = page.locator(control);
  const text = await select.locator("option").filter({ hasText: label }).first().textContent();
  await select.selectOption({ label: text ?? "" });
}

test("a draw is published, committed to, revealed, and repeated by anyone", async ({ browser, server }, info) => {
  const organiser = await deskOf(browser, server, "organiser");
  const oversight = await deskOf(browser, server, "oversight");
  const anyone = await deskOf(browser, server);

  await open(organiser.page, "/draws/new");
  await organiser.page.getByRole("link", { name: "养老机构疫情防控抽查" }).click();
  await expect(organiser.page.locator("#name")).toBeVisible();
  await expectProper(organiser.page);
  await organiser.page.getByRole("button", { name: "公布规则和名录" }).click();
  await expect(organiser.page.locator("#draw-errors")).toContainText("请填写抽取的名称");
  await organiser.page.locator("#name").fill(NAME);
  await organiser.page.locator("#sealed").uncheck();
  await organiser.page.locator("#quota").fill("0%");
  await organiser.page.getByRole("button", { name: "公布规则和名录", exact: true }).click();
  await organiser.page.locator("#publish-confirm").click();
  await expect(organiser.page.locator("#draw-errors")).toContainText("至少由两方提供随机种子");
  await choose(organiser.page, "#party-2", /^纪检监察组监督员/);
  await organiser.page.getByRole("button", { name: "公布规则和名录", exact: true }).click();
  await organiser.page.locator("#publish-confirm").click();
  await expect(organiser.page.locator("#draw-errors")).toContainText("抽取比例应大于0");
  await organiser.page.locator("#quota").fill("1");
  await organiser.page.locator("#weighted").check();
  await organiser.page.locator("summary", { hasText: "个别层另定家数" }).click();
  await organiser.page.locator("#own-quota-district").selectOption("110101");
  await organiser.page.locator("#own-quota").fill("three");
  const add = organiser.page.locator("details", { has: organiser.page.locator("#own-quota") }).getByRole("button", { name: "加入" });
  await add.click();
  await expect(organiser.page.locator("details", { has: organiser.page.locator("#own-quota") })).toContainText("写作家数");
  await organiser.page.locator("#own-quota").fill("3");
  await add.click();
  await expect(organiser.page.locator("main")).toContainText("东城区 · 养老机构：3");
  await expectAccessible(organiser.page);
  await organiser.page.getByRole("button", { name: "公布规则和名录" }).click();
  await organiser.page.locator("#publish-confirm").click();
  await organiser.page.waitForURL(/\/draws\/[0-9a-f-]{36}$/);
  const address = new URL(organiser.page.url()).pathname;

  await openProperly(anyone.page, `/public${address}`);
  await expect(anyone.page.locator("main")).toContainText("待承诺");
  const seed = await commit(organiser.page, address);
  await expect(organiser.page.locator("main")).toContainText("待承诺");
  await open(oversight.page, "/draws");
  await expect(oversight.page.locator("tbody")).toContainText("待您办理");
  await commit(oversight.page, address);
  await expectAccessible(oversight.page);

  await open(oversight.page, address);
  await oversight.page.locator("#seed").fill(seed);
  await oversight.page.getByRole("button", { name: "揭示种子" }).click();
  await expect(oversight.page.locator("#reveal-errors")).toContainText("不是您承诺的种子");
  await open(oversight.page, address);
  await expect(oversight.page.locator("#seed")).toHaveValue(/^[0-9a-f]{64}$/);
  await oversight.page.getByRole("button", { name: "揭示种子" }).click();
  await expect(oversight.page.locator("#seed")).toHaveCount(0);
  await open(organiser.page, address);
  await organiser.page.getByRole("button", { name: "揭示种子" }).click();
  // One of each district, two of the campaign's focus, and three where three were asked for.
  const result = organiser.page.getByRole("region", { name: "抽取结果" });
  await expect(result.locator("tbody tr")).toHaveCount(19);
  await expectAccessible(organiser.page);

  await openProperly(anyone.page, `/public${address}`);
  await expect(anyone.page.getByRole("region", { name: "抽取结果" }).locator("tbody tr")).toHaveCount(19);
  const downloading = anyone.page.waitForEvent("download");
  await anyone.page.getByRole("link", { name: "下载抽取记录" }).click();
  const download = await downloading;
  const file = info.outputPath("draw.json");
  await download.saveAs(file);
  const verify = promisify(execFile);
  const { stdout } = await verify(environment.server(), ["draw", "verify", file]);
  expect(stdout).toContain("The record is sound.");
  // One institution swapped for another, and the first thing that is wrong is named.
  const record = JSON.parse(await readFile(file, "utf8"));
  const drawn = record.rounds[0].drawn.result;
  [drawn.visits[0].institution, drawn.reserves[0].institution] = [
    drawn.reserves[0].institution,
    drawn.visits[0].institution,
  ];
  await writeFile(file, JSON.stringify(record));
  const refused = await verify(environment.server(), ["draw", "verify", file]).catch((error) => error);
  expect(refused.stderr).toContain("differs from visit 1 on");

  await organiser.page.locator("#visit-day").fill("2022-04-06");
  await organiser.page.getByRole("button", { name: "建立全部任务" }).click();
  await expect(result.locator('[data-state="open"]')).toHaveCount(19);
  for (const desk of [organiser, oversight, anyone]) {
    expect(butForRequests(desk.complaints)).toEqual([]);
  }
});

test("a sealed draw shows the public its rules and the hash of its result, and no more", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server);
  await openProperly(page, "/public/draws");
  await page.getByRole("link", { name: "16组对16区" }).click();
  await expect(page.locator("main")).toContainText("结果已抽出并密封");
  await expect(page.getByRole("region", { name: "抽取结果" })).toHaveCount(0);
  await expectProper(page);
  await page.locator("#roster").getByRole("link", { name: "下一页" }).click();
  await expect(page).toHaveURL(/page=2/);
  await open(page, "/public/draws");
  await page.getByRole("link", { name: "双随机抽取" }).click();
  await expect(page.locator("main")).toContainText("逾期未履行");
  await expect(page.getByRole("region", { name: "抽取结果" }).locator("tbody tr").first()).toBeVisible();
  await expectProper(page);
  expect(complaints).toEqual([]);

  const organiser = await deskOf(browser, server, "organiser");
  await open(organiser.page, "/draws");
  await organiser.page.getByRole("link", { name: "16组对16区" }).click();
  const result = organiser.page.getByRole("region", { name: "抽取结果" });
  await expect(result.locator('[data-state="sealed"]')).toHaveCount(34);
  await expectProper(organiser.page);
  expect(butForRequests(organiser.complaints)).toEqual([]);
});
