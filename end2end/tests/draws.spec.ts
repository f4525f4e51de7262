// A draw from its rules to a result that anyone repeats: published by the organiser, committed to and revealed by two parties, read
// by the public without signing in, verified from its record alone. And a sealed one that tells nothing.

import { butForRequests } from "../fixtures/complaints.ts";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { environment } from "../fixtures/environment.ts";
import { deskOf, expectProper, openProperly, pressOnce } from "../fixtures/office.ts";
import { Session } from "../fixtures/session.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

const NAME = "四月养老机构抽查";

async function commit(page: Page, address: string): Promise<string> {
  await open(page, address);
  await page.getByRole("button", { name: "生成种子" }).click();
  await expect(page.locator("#seed")).toHaveValue(/^[0-9a-f]{64}$/);
  const seed = await page.locator("#seed").inputValue();
  await pressOnce(page, "提交承诺");
  return seed;
}

async function choose(page: Page, control: string, label: RegExp): Promise<void> {
  const select = page.locator(control);
  const text = await select.locator("option").filter({ hasText: label }).first().textContent();
  await select.selectOption({ label: text ?? "" });
}

async function reveal(page: Page, address: string): Promise<void> {
  await open(page, address);
  await expect(page.locator("#seed")).toHaveValue(/^[0-9a-f]{64}$/);
  await pressOnce(page, "揭示种子");
}

/** Has the teams' leaders begin every visit that a draw gave them; how many there are. */
async function beginVisits(origin: string, draw: string): Promise<number> {
  let begun = 0;
  for (let group = 0; group < 16; group++) {
    const leader = await Session.of(`inspector-${String(3 * group + 1).padStart(2, "0")}`, origin);
    for (const event of await leader.pullAll()) {
      const { created } = event.body as { created?: { draw?: string; target: string } };
      if (event.kind === "assignment.created" && created?.draw === draw) {
        const id = event.stream.slice("assignment/".length);
        await leader.send({ inspection: { id, command: { start: { target: created.target } } } });
        begun++;
      }
    }
  }
  return begun;
}

/** Fills in an open draw of one institution a district, to which oversight gives a seed too. */
async function prepare(page: Page, name: string): Promise<void> {
  await open(page, "/draws/new");
  await page.getByRole("link", { name: "养老机构疫情防控抽查" }).click();
  await page.locator("#name").fill(name);
  await page.locator("#sealed").uncheck();
  await page.locator("#quota").fill("1");
  await choose(page, "#party-2", /^纪检监察组监督员/);
}

/** Publishes what was filled in; the address of the draw. */
async function publish(page: Page): Promise<string> {
  await page.getByRole("button", { name: "公布规则和名录", exact: true }).click();
  // Nobody publishes for good what they have not seen the size of.
  await expect(page.locator(".banner", { hasText: "名录有" })).toContainText(/名录有519家机构.*48名检查员；分16层，共抽\d+家/);
  await page.locator("#publish-confirm").click();
  await page.waitForURL(/\/draws\/[0-9a-f-]{36}$/);
  return new URL(page.url()).pathname;
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
  await test.step("parties are looked for among those who may be one, people of other units first, inspectors last", async () => {
    const offered = organiser.page.locator("#party-2 option");
    await expect(offered.filter({ hasText: "市第一社会福利院" })).toHaveCount(0);
    const names = await offered.allTextContents();
    const place = (name: RegExp) => names.findIndex((offer) => name.test(offer));
    expect(place(/^纪检监察组监督员/)).toBeGreaterThan(0);
    expect(place(/^组织者/)).toBeGreaterThan(place(/^纪检监察组监督员/));
    expect(place(/^检查员/)).toBeGreaterThan(place(/^组织者/));
    await organiser.page.locator("#party-search").fill("纪检监察组监督员");
    await expect(offered).toHaveCount(2);
    // Who was chosen already stays.
    await expect(organiser.page.locator("#party-1 option:checked")).toHaveText(/^组织者/);
  });
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
  const own = await commit(oversight.page, address);
  // The last to commit is asked for the seed at once, and finds it there.
  await expect(oversight.page.locator("#seed")).toHaveValue(own);
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

test("a reserve stands in, the draw is drawn again, and everybody sees what did not count", async ({ browser, server }) => {
  const organiser = await deskOf(browser, server, "organiser");
  const oversight = await deskOf(browser, server, "oversight");
  const anyone = await deskOf(browser, server);
  const { page } = organiser;
  await prepare(page, "五月养老机构抽查");
  const address = await publish(page);
  const result = page.getByRole("region", { name: "抽取结果" });
  const draw = async () => {
    for (const step of [commit, reveal]) {
      await step(page, address);
      await step(oversight.page, address);
    }
    await open(page, address);
    await expect(result.locator("tbody tr")).toHaveCount(17);
  };
  await draw();

  const replaced = (await result.getByRole("button", { name: /^递补：/ }).first().getAttribute("aria-label"))?.slice("递补：".length) ?? "";
  await test.step("an institution cannot be visited, and the first reserve of its stratum stands in", async () => {
    await page.getByRole("button", { name: `递补：${replaced}`, exact: true }).click();
    await expect(page.getByRole("heading", { name: `由候补替换 ${replaced}` })).toBeVisible();
    await page.getByRole("button", { name: "递补", exact: true }).last().click();
    await expect(page.locator("#call-errors")).toContainText("请填写");
    await page.locator("#call-reason").fill("该院已整体转运。");
    await page.locator('form:has(#call-reason) button[type="submit"]').click();
    await expect(page.locator("#call-reason")).toHaveCount(0);
    await expect(result.locator("tbody tr")).toHaveCount(17);
    await expect(result).toContainText(`候补，替换 ${replaced}：该院已整体转运。`);
    await expect(page.getByRole("region", { name: "候补名单" })).toContainText("（已递补）");
  });

  await test.step("the public is told who stands in for whom, and why", async () => {
    await openProperly(anyone.page, `/public${address}`);
    await expect(anyone.page.getByRole("region", { name: "抽取结果" })).toContainText(`候补，替换 ${replaced}：该院已整体转运。`);
  });

  await test.step("it is drawn again by the same parties, with seeds of their own for the round", async () => {
    await page.locator("summary", { hasText: "重新抽取" }).click();
    await page.getByRole("button", { name: "开始新的一轮" }).click();
    await expect(page.locator("#round-errors")).toContainText("请填写");
    await page.locator("#round-reason").fill("名录中三家机构已停业。");
    await page.getByRole("button", { name: "开始新的一轮" }).click();
    await expect(page.getByRole("heading", { name: "第2轮" })).toBeVisible();
    await expect(page.locator("main")).toContainText("本轮结果不用，已重新抽取。原因：名录中三家机构已停业。");
    for (const step of [commit, reveal]) {
      await step(page, address);
      await step(oversight.page, address);
    }
  });

  await test.step("both rounds stay where everybody sees them, and what counts is the second", async () => {
    await open(anyone.page, `/public${address}`);
    await expect(anyone.page.locator("main")).toContainText("本轮结果不用，已重新抽取。原因：名录中三家机构已停业。");
    await expect(anyone.page.getByRole("heading", { level: 2, name: /^第.轮$/ })).toHaveText(["第2轮", "第1轮"]);
    await expect(anyone.page.getByRole("region", { name: "抽取结果" })).toHaveCount(2);
    await open(page, address);
    await expect(result.first().getByRole("button", { name: /^递补：/ })).toHaveCount(17);
    await expect(result.last().getByRole("button", { name: /^递补：/ })).toHaveCount(0);
  });
  for (const desk of [organiser, oversight, anyone]) {
    expect(butForRequests(desk.complaints)).toEqual([]);
  }
});

test("who withholds is named, another round begins without them, and an abandoned draw says why", async ({ browser, server }) => {
  const organiser = await deskOf(browser, server, "organiser");
  const anyone = await deskOf(browser, server);
  const { page } = organiser;
  await prepare(page, "六月养老机构抽查");
  await page.locator("#commit-hours").fill("1");
  // The deadlines are counted by the clock of who publishes; one that is slow by an hour, or nearly, leaves seconds of the first.
  await page.clock.setFixedTime(Date.now() - 3_600_000 + 20_000);
  const address = await publish(page);
  await commit(page, address);
  await page.clock.setFixedTime(Date.now());

  await test.step("when the deadline is over the published fallback applies", async () => {
    await expect(async () => {
      await open(page, address);
      await expect(page.getByRole("heading", { name: /^有人逾期未履行/ })).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 60_000 });
    await expect(page.getByText("公布的办法：")).toBeVisible();
    // Who did commit stays; who did not is replaced.
    await expect(page.locator("#party-1 option:checked")).toHaveText(/^组织者/);
    await expect(page.locator("#party-2 option:checked")).toHaveText("—");
    await page.locator("#round-reason").fill("监督员未在时限内承诺。");
    await page.getByRole("button", { name: "开始新的一轮" }).click();
    await expect(page.locator("#round-errors")).toContainText("至少由两方提供随机种子");
    await choose(page, "#party-2", /^机关纪委监督员/);
    await page.getByRole("button", { name: "开始新的一轮" }).click();
    await expect(page.locator("main")).toContainText("纪检监察组监督员逾期未履行，本轮作废，另起一轮。监督员未在时限内承诺。");
  });

  await test.step("it is the turn of who came in, and of the one who withheld no more", async () => {
    const [committee, oversight] = [await deskOf(browser, server, "committee"), await deskOf(browser, server, "oversight")];
    await commit(committee.page, address);
    await open(oversight.page, address);
    await expect(oversight.page.getByRole("button", { name: "提交承诺" })).toHaveCount(0);
    for (const desk of [committee, oversight]) {
      expect(butForRequests(desk.complaints)).toEqual([]);
    }
  });

  await test.step("the draw is abandoned with a reason, and nothing can be done with it any more", async () => {
    await open(page, address);
    await page.locator("summary", { hasText: "作废这次抽取" }).click();
    await page.getByRole("button", { name: "作废", exact: true }).click();
    await expect(page.locator("#abandon-errors")).toContainText("请填写");
    await page.locator("#abandon-reason").fill("改为全覆盖检查。");
    await page.getByRole("button", { name: "作废", exact: true }).click();
    await expect(page.locator("main")).toContainText("该抽取已作废：改为全覆盖检查。");
    await expect(page.getByRole("button", { name: "提交承诺" })).toHaveCount(0);
    await expect(page.locator("summary", { hasText: "作废这次抽取" })).toHaveCount(0);
    await openProperly(anyone.page, `/public${address}`);
    await expect(anyone.page.locator("main")).toContainText("该抽取已作废：改为全覆盖检查。");
    await expect(anyone.page.locator("main")).toContainText("纪检监察组监督员逾期未履行");
  });
  for (const desk of [organiser, anyone]) {
    expect(butForRequests(desk.complaints)).toEqual([]);
  }
});

test("a sealed draw is disclosed once all its visits are released and begun, and held against the hash published before", async ({ browser, server }) => {
  const organiser = await deskOf(browser, server, "organiser");
  const anyone = await deskOf(browser, server);
  const { page } = organiser;
  await open(page, "/draws");
  await page.getByRole("link", { name: "16组对16区" }).click();
  await page.waitForURL(/\/draws\/[0-9a-f-]{36}$/);
  const address = new URL(page.url()).pathname;
  await expect(page.getByRole("region", { name: "抽取结果" })).toBeVisible();
  await expect(page.getByRole("button", { name: "公开结果" })).toHaveCount(0);
  await open(anyone.page, `/public${address}`);
  const hash = anyone.page.locator(".hash", { hasText: "结果校验值" }).locator("code");
  const published = (await hash.textContent()) ?? "";
  expect(published).toMatch(/^([0-9a-f]{8} ){7}[0-9a-f]{8}$/);
  await expect(anyone.page.getByRole("region", { name: "抽取结果" })).toHaveCount(0);

  await test.step("its visits are released", async () => {
    await page.getByRole("link", { name: "养老机构疫情防控抽查" }).click();
    await page.waitForURL(/\/campaigns\/[0-9a-f-]{36}$/);
    await open(page, `${new URL(page.url()).pathname}?state=sealed`);
    const none = page.getByText("没有符合条件的任务。");
    await page.getByRole("checkbox", { name: "选择本页全部" }).check();
    await page.locator(".bulk button").click();
    await page.locator("#bulk-confirm").click();
    await expect(page.locator(".banner[data-kind=success]")).toContainText("34 条已完成");
    await expect(none).toBeVisible();
  });

  await test.step("it stays sealed while nobody has gone there: the visits are unannounced", async () => {
    await open(page, address);
    await expect(page.getByRole("region", { name: "抽取结果" })).toBeVisible();
    await expect(page.getByRole("button", { name: "公开结果" })).toHaveCount(0);
    expect(await beginVisits(server.url, address.split("/").pop() ?? "")).toBe(34);
  });

  await test.step("it is disclosed, and everybody sees seeds and result", async () => {
    await open(page, address);
    await pressOnce(page, "公开结果");
    await openProperly(anyone.page, `/public${address}`);
    await expect(anyone.page.getByRole("region", { name: "抽取结果" }).locator("tbody tr")).toHaveCount(34);
    await expect(anyone.page.locator("main")).not.toContainText("暂密封");
    await expect(anyone.page.locator("main")).not.toContainText("结果已抽出并密封");
    await expect(hash).toHaveText(published);
  });
  for (const desk of [organiser, anyone]) {
    expect(butForRequests(desk.complaints)).toEqual([]);
  }
});
