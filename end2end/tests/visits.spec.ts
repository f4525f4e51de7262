// What visits leave beside their inspections: both files of a pair, inspectors' clearance, and whom an exposure reaches.

import { butForRequests } from "../fixtures/complaints.ts";
import { begin, fail, handIn, submit } from "../fixtures/finding.ts";
import { answer, item, takePhoto } from "../fixtures/inspection.ts";
import { assign, deskOf, expectProper, openProperly, pickBody, rowOf } from "../fixtures/office.ts";
import { photo } from "../fixtures/photo.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

test("one visit opens two files; the regulator's is written by one and signed by another", async ({ browser, server }) => {
  const organiser = await deskOf(browser, server, "organiser");
  const { page } = organiser;
  await openProperly(page, "/inspections/pairs?conduct=notAssessed");
  const matrix = page.locator('[data-test="matrix"]');
  await expect(matrix).toContainText("共4次完成的检查");
  await page.locator('main tbody th a[href^="/inspections/"]').first().click();
  await page.waitForURL(/\/inspections\/[0-9a-f-]{36}$/);
  const address = new URL(page.url()).pathname;
  await expect(page.locator('[data-test="institution-file"]')).toContainText("个问题");
  const file = page.locator('[data-test="regulator-file"]');
  await file.locator("summary").click();
  await file.locator('button[type="submit"]').click();
  await expect(page.locator(".errors")).toContainText("请填写“评价依据”");
  await page.locator("#file-conduct").selectOption("acted");
  await page.locator("#file-account").fill("三月八日已责令整改。");
  await file.locator('button[type="submit"]').click();
  await expect(file).toContainText("知情且已处置");
  await expect(file).toContainText("评价人不得签署自己的评价");
  await expectProper(page);
  expect(organiser.complaints).toEqual([]);

  const oversight = await deskOf(browser, server, "oversight");
  await openProperly(oversight.page, address);
  await oversight.page.getByRole("button", { name: "签署监管档案" }).click();
  await expect(oversight.page.locator('[data-test="regulator-file"]')).toContainText("签署人");
  await expect(oversight.page.locator('[data-test="regulator-file"] form')).toHaveCount(0);
  expect(oversight.complaints).toEqual([]);

  await open(page, "/inspections/pairs?conduct=acted");
  await expect(page.getByRole("row").filter({ hasText: "已签署" })).toHaveCount(2);
});

test("a test is recorded, and an exposure reaches exactly the visits after it", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "organiser");
  await openProperly(page, "/inspections/clearances");
  await page.locator("summary", { hasText: "登记检测和接种" }).click();
  await page.locator("#clearance-person").selectOption({ label: "检查员01" });
  await page.locator("#clearance-tested").fill("2022-03-13T20:00");
  await page.locator("#clearance-doses").fill("3");
  await page.locator('form:has(#clearance-person) button[type="submit"]').click();
  await expect(page.locator(".errors")).toContainText("请填写最近一剂的接种日期");
  await page.locator("#clearance-last-dose").fill("2022-01-10");
  await page.locator('form:has(#clearance-person) button[type="submit"]').click();
  await expect(page.getByRole("row").filter({ hasText: "检查员01" })).toContainText("检测超时");
  await expectProper(page);

  await open(page, "/inspections/exposure");
  await page.locator("#exposed").fill("检查员34");
  await page.locator("#exposed-at").fill("2022-03-15T08:00");
  await page.getByRole("button", { name: "追溯" }).click();
  const found = page.locator('[data-test="exposure"]');
  await expect(found.locator("tbody tr")).toHaveCount(1);
  await expect(found).toContainText("市养老护理照料示范中心");
  await expect(found).toContainText("直接");
  await expectProper(page);
  await page.locator("#exposed-at").fill("2022-03-15T12:00");
  await page.getByRole("button", { name: "追溯" }).click();
  await expect(found).toContainText("此后没有检查");
  await page.locator("#exposed").fill("没有这个人");
  await page.getByRole("button", { name: "追溯" }).click();
  await expect(page.locator("main")).toContainText("没有这个名称的人员或机构");
  expect(butForRequests(complaints)).toEqual([]);
});

test("who visits records their own test; who tested positive is assigned nowhere; a visit says how it was made and who was cleared", async ({ browser, server, newTablet }) => {
  const home = "西城区示例养老院01";
  const inspector = await deskOf(browser, server, "inspector-04");
  const record = async (outcome: "positive" | "negative") => {
    const { page } = inspector;
    await openProperly(page, "/");
    await page.getByRole("link", { name: "本人健康" }).click();
    await page.locator("summary", { hasText: "登记检测和接种" }).click();
    await expect(page.locator("#clearance-person")).toHaveCount(0);
    const taken = new Date(Date.now() - 60_000).toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" }).slice(0, 16).replace(" ", "T");
    await page.locator("#clearance-tested").fill(taken);
    await page.locator("#clearance-outcome").selectOption(outcome);
    await page.locator("#clearance-doses").fill("0");
    await page.locator('form:has(#clearance-tested) button[type="submit"]').click();
    await expect(page.locator('[data-test="own"]')).toContainText(outcome === "positive" ? "阳性" : "有效");
    await expectProper(page);
  };
  const organiser = await deskOf(browser, server, "organiser");
  const { page } = organiser;
  const order = async (mode: string) => {
    await page.locator("#assignment-mode").selectOption(mode);
    await page.locator('form:has(#assignment-target) button[type="submit"]').click();
  };

  await test.step("positive: refused on site and at the perimeter, not from afar", async () => {
    await record("positive");
    await open(page, "/campaigns");
    await page.getByRole("link", { name: "四不两直" }).click();
    await page.getByRole("button", { name: "新建任务" }).click();
    await pickBody(page, "assignment-target", home);
    const groups = page.locator("#assignment-group");
    const label = await groups.locator("option").filter({ hasText: /^检查2组/ }).first().textContent();
    await groups.selectOption({ label: label ?? "" });
    await order("perimeter");
    await expect(page.locator(".errors")).toContainText("最近一次核酸检测为阳性");
  });

  await test.step("negative again: assigned, and its page says who may enter now", async () => {
    await record("negative");
    await order("perimeter");
    const row = rowOf(page, home);
    await row.getByRole("button", { name: /^启封/ }).click();
    await page.getByRole("button", { name: "确认启封" }).click();
    await row.getByRole("link", { name: home }).click();
    await page.waitForURL(/\/assignments\//);
    await expect(page.locator("dl.facts")).toContainText("院外");
    await expect(page.locator('[data-test="cleared"] li').filter({ hasText: "检查员04" })).toContainText("有效");
    await expect(page.locator('[data-test="cleared"] li').filter({ hasText: "无检测记录" })).not.toHaveCount(0);
    await expectProper(page);
  });

  await test.step("the tablet proposes the mode, and hands in how it was", async () => {
    const tablet = await newTablet();
    const field = await tablet.switchOn();
    await tablet.signIn("inspector-04");
    await tablet.cardLink(home).click();
    await expect(tablet.hook("clearance")).toContainText("有效，至");
    await expect(field.locator("dl.facts")).toContainText("院外");
    await tablet.hook("start").click();
    await field.locator('input[name="outcome"][value="refusedEntry"]').check();
    await expect(field.locator('input[name="mode"][value="perimeter"]')).toBeChecked();
    await field.locator('input[name="mode"][value="remote"]').check();
    await field.locator('input[name="present"]:not(:checked)').first().check();
    await field.locator("#account").fill("改为视频连线，对方中断。");
    // What there was to see is part of it.
    await takePhoto(tablet.hook("account-photos"), await photo(field, "大门"));
    await expectAccessible(field);
    await tablet.expectSaved();
    await field.reload();
    await expect(field.locator('input[name="mode"][value="remote"]')).toBeChecked();
    await expect(tablet.hook("account-photos").locator("figure img")).toHaveCount(1);
    await field.locator('input[name="mode"][value="perimeter"]').check();
    await tablet.expectSaved();
    await tablet.hook("review").click();
    await expect(field.locator("dl.facts")).toContainText("院外");
    await expect(field.locator("main")).toContainText("1 张照片");
    await submit(tablet);
    // It says so at once, until somebody goes on to something else.
    await expect(tablet.hook("just-handed-in")).toContainText(`已提交：${home}`);
    await expectAccessible(field);
    await tablet.hook("just-handed-in").getByRole("link").click();
    await expect(tablet.hook("record")).toContainText("1 张照片");
    await field.goBack();
    await expect(tablet.hook("just-handed-in")).toHaveCount(0);
    await tablet.expectCard(home, "Received");
  });

  await test.step("the inspection keeps what held when it began", async () => {
    await openProperly(page, `/inspections?search=${encodeURIComponent(home)}`);
    await page.locator('main th a[href^="/inspections/"]').first().click();
    await expect(page.locator("dl.facts").first()).toContainText("院外");
    await expect(page.locator('[data-test="account"]')).toContainText("对方中断");
    await expect(page.locator('[data-test="account"] img')).toHaveCount(1);
    await expect(page.locator('[data-test="cleared"] li').filter({ hasText: "检查员04" })).toContainText("有效");
    await expectProper(page);
  });
});

test("a fault put right on the spot is shown before and after", async ({ browser, server, newTablet }) => {
  const home = "市第一社会福利院";
  const organiser = await deskOf(browser, server, "organiser");
  await assign(organiser.page, home, /^检查1组/);
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await tablet.signIn("inspector-01");
  await begin(tablet, home);
  await fail(page, "b8", "东门无人值守。");
  const finding = item(page, "b8").locator('[data-test="finding"]');
  await finding.getByLabel("立行立改：当场已改正").check();

  await test.step("in the other language and by night it is the same visit", async () => {
    await tablet.hook("other-language").click();
    await expect(finding.getByLabel("Fixed on the spot")).toBeChecked();
    await expect(finding.locator('textarea[name="b8-note"]')).toHaveValue("东门无人值守。");
    await tablet.hook("night").click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    await expectAccessible(page);
    await tablet.expectSaved();
    await page.reload();
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    await tablet.hook("night").click();
    await tablet.hook("other-language").click();
    await expect(finding.getByLabel("立行立改：当场已改正")).toBeChecked();
  });

  await test.step("that little room is left is said before there is none", async () => {
    await expect(tablet.hook("space")).toHaveCount(0);
    await page.addInitScript(() => (navigator.storage.estimate = () => Promise.resolve({ usage: 9.9e9, quota: 10e9 })));
    await page.reload();
    await expect(tablet.hook("space")).toContainText("100 MB");
  });

  await test.step("without a photo of it fixed it is not handed in", async () => {
    await tablet.expectSaved();
    await tablet.hook("review").click();
    await expect(page.getByText("还缺改正后的照片")).toBeVisible();
    await expect(page.getByText("改好后，在这里签字")).toBeVisible();
    await page.goBack();
    // Its section says that there is something to put right, and so does the next open question.
    const section = tablet.hook("section-link").filter({ hasText: "B 出入" });
    await expect(section).toHaveAttribute("data-unfit");
    await item(page, "b7").scrollIntoViewIfNeeded();
    await answer(page, "b7", "na");
    await tablet.hook("next-open").click();
    await expect(item(page, "b8").locator("input").first()).toBeFocused();
    await takePhoto(finding.locator('[data-test="photos-fixed"]'), await photo(page, "东门已有人值守"));
    await expect(section).not.toHaveAttribute("data-unfit");
    await tablet.expectSaved();
  });

  await test.step("the office shows both", async () => {
    await handIn(tablet, home);
    await tablet.expectCard(home, "Received");
    await tablet.expectUnsent(0);
    await open(organiser.page, "/findings?search=东门无人值守");
    await organiser.page.locator('main th a[href^="/findings/"]').first().click();
    await expect(organiser.page.getByText("改正后：")).toBeVisible();
    await expect(organiser.page.locator(".timeline .photos img")).toHaveCount(2);
    await expectProper(organiser.page);
  });

  await test.step("the institution is left a paper, without a network", async () => {
    await tablet.context.setOffline(true);
    await tablet.card(home).locator('[data-test="card-feedback"]').click();
    const paper = tablet.hook("feedback");
    await expect(paper.getByRole("heading")).toHaveText("现场检查反馈单");
    await expect(paper).toContainText(`${home}：`);
    await expect(paper).toContainText(/得分 0 \/ 3，成绩（满分100） 0 不合格，\d+ 项未作答，发现问题 1 项：/);
    await expect(paper).toContainText("未签字：检查员01、检查员02、受检单位。");
    await expect(paper.locator(".found > li")).toContainText(/B8 .*（.*问题）.*东门无人值守。.*已当场整改。/);
    await expectAccessible(page);
    await tablet.hook("other-language").click();
    await expect(paper.getByRole("heading")).toHaveText("Feedback on an inspection");
    await expect(paper).toContainText(/\d+ unanswered; 1 finding:/);
    await expect(paper).toContainText(/Not signed: .*; .*; The institution\./);
    await expect(paper.locator(".found > li")).toContainText("Put right on the spot.");
    const asked = page.evaluate(() => new Promise<void>((resolve) => (window.print = resolve)));
    await tablet.hook("print").click();
    await asked;
    await page.emulateMedia({ media: "print" });
    await expect(paper).toBeVisible();
    await expect(page.locator(".bar")).toBeHidden();
    await expect(page.locator(".dock")).toBeHidden();
    await expect(page.locator(".banner:visible")).toHaveCount(0);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    // One sheet of A4.
    expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
    await page.emulateMedia({ media: null });
  });
});
