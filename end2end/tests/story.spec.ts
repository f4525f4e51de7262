// The whole story: an unannounced visit, filled in with no network, becomes a finding, is rectified by the institution and
// closed by an independent re-verification. Browser and server end without warning on the way.

import { butForRequests } from "../fixtures/complaints.ts";
import { signAll } from "../fixtures/drawing.ts";
import { acceptPlan, expectActFirst, inAWeek, notify } from "../fixtures/finding.ts";
import { answer, answerAll, everythingEntered, item, takePhoto, unanswered } from "../fixtures/inspection.ts";
import { assign, deskOf, expectProper, openProperly } from "../fixtures/office.ts";
import { photo } from "../fixtures/photo.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";
/** A critical item whose failure must bring a photo and a note. */
const FAILED = "b8";
const HEAD = "王芳，院长";
const NOTE = "东门无人值守，来访人员未登记即可入内。";
/** What was found is what the finding is called. */
const TITLE = NOTE.slice(0, -1);
const REMARKS = "整体有序，门岗管理须立即加强。";
const EVERYTHING = {
  visited_on: "2022-03-14",
  capacity: "200",
  residents_on_site: "150",
  staff_employed: "80",
  staff_on_site: "60",
  symptoms_present: "yes",
  symptomatic_people: "2",
  symptoms_since: "2022-03-12",
  symptom_measures: "isolated reported",
  symptom_account: "两人均已单独隔离并报告属地。",
  isolation_in_use: "yes",
  isolated_people: "2",
  gate_temperature: "36.5",
  last_tested_on: "2022-03-13",
  residents_vaccinated: "120",
  staff_vaccinated: "80",
  disinfectants: "chlorine alcohol",
  chlorine_mg_per_l: "500",
  help_given: "explained demonstrated",
  remarks: REMARKS,
};
const PLAN = {
  affected: "对当日经东门入内的人员逐一登记、检测。",
  "at-risk": "排查同期接触人员，每日测温两次。",
  "system-change": "东门改为双岗值守，未登记不开门。",
  monitoring: "纪检小组每日抽查登记簿。",
};

test.setTimeout(600_000);

test("a visit becomes a finding and the finding is closed @story", async ({ browser, server, newTablet }) => {
  const tablet = await newTablet();
  const page = await tablet.switchOn();

  await test.step("the organiser creates a sealed assignment and releases it", async () => {
    const { page, complaints } = await deskOf(browser, server, "organiser");
    await assign(page, HOME, /^检查1组/);
    await expectAccessible(page);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  await test.step("the inspector signs in and sees the card", async () => {
    await tablet.signIn("inspector-01");
    await tablet.expectCard(HOME, "NotStarted");
    await expectAccessible(page);
  });

  await test.step("the network and the server are gone, the visit begins", async () => {
    await tablet.context.setOffline(true);
    await server.kill();
    await tablet.cardLink(HOME).click();
    await expect(page.getByText("四不两直").first()).toBeVisible();
    await expectAccessible(page);
    await tablet.hook("start").click();
    await expect(tablet.hook("section-link").first()).toBeVisible();
    await expect(tablet.hook("sync-state")).toHaveAttribute("data-state", "offline");
    await tablet.expectUnsent(1);
  });

  await test.step("what cannot be is said beside the question", async () => {
    await answer(page, "capacity", "200");
    await answer(page, "residents_on_site", "-1");
    await expect(item(page, "residents_on_site").locator(".error")).toHaveText(/应在0至100000之间/);
    await expect(item(page, "over_capacity")).toHaveCount(0);
    // More than there are beds for is wrong, and is what is found.
    await answer(page, "residents_on_site", "201");
    await expect(item(page, "residents_on_site").locator(".error")).toHaveCount(0);
    await expect(item(page, "over_capacity")).toContainText("在院人数超过核定床位数");
    await expect(item(page, "symptomatic_people")).toHaveCount(0);
    await answer(page, "residents_on_site", "150");
    await expect(item(page, "over_capacity")).toHaveCount(0);
    await answer(page, "symptoms_present", "yes");
    await expect(item(page, "symptomatic_people")).toBeVisible();
  });

  await test.step("a failed item unfolds its finding", async () => {
    await answer(page, FAILED, "fail");
    const finding = item(page, FAILED).locator('[data-test="finding"]');
    await expect(finding.locator(`input[name="${FAILED}-severity"][value="key"]`)).toBeChecked();
    await finding.locator(`select[name="${FAILED}-extent"]`).selectOption("pattern");
    await finding.locator(`textarea[name="${FAILED}-note"]`).fill(NOTE);
    await finding.locator(`textarea[name="${FAILED}-help"]`).fill("现场指导门岗登记。");
    await takePhoto(finding, await photo(page, "east gate"));
    await tablet.expectSaved();
    await expect(tablet.hook("findings")).toHaveText("1");
    await expectAccessible(page);
  });

  let entered: string[] = [];
  await test.step("the browser ends in the middle and loses nothing", async () => {
    await answer(page, "gate_temperature", "36.5");
    await answer(page, "gate_photo");
    await answer(page, "disinfectants", "chlorine alcohol");
    await answer(page, "remarks", REMARKS);
    await tablet.expectSaved();
    entered = await everythingEntered(page);
    await tablet.switchOff();
  });

  const again = await tablet.switchOn({ offline: true });
  await test.step("started again, still with neither network nor server, everything is there", async () => {
    await open(again, "/field");
    await tablet.expectCard(HOME, "InProgress");
    await tablet.expectUnsent(1);
    await tablet.cardLink(HOME).click();
    await expect(item(again, FAILED).locator("figure img")).toHaveCount(1);
    await expect(item(again, "gate_photo").locator("figure img")).toHaveCount(1);
    expect(await everythingEntered(again)).toEqual(entered);
  });

  await test.step("what is missing is listed, and every line leads to its place", async () => {
    await tablet.hook("review").click();
    const gaps = tablet.hook("gap");
    await expect(gaps.first()).toBeVisible();
    await expectAccessible(again);
    await expect(again.locator('[data-test="coverage-section"]:not([data-unanswered="0"])').first()).toBeVisible();
    await tablet.hook("submit").click();
    await expect(again).toHaveURL(/\/review$/);
    await gaps.last().click();
    await expect(item(again, FAILED)).toBeVisible();
  });

  let score = "";
  let result = "";
  await test.step("the rest is answered, reviewed and submitted", async () => {
    await again.locator('input[name="present"]:not(:checked)').first().check();
    await answerAll(again, EVERYTHING);
    expect(await unanswered(again)).toEqual([]);
    await tablet.expectSaved();
    score = (await tablet.hook("score").textContent()) ?? "";
    // A critical item failed: the result stays below the pass mark, in words too.
    await expect(tablet.hook("result")).toHaveText(/^[0-5]?[0-9](\.[0-9])? 不合格$/);
    result = (await tablet.hook("result").textContent()) ?? "";
    await tablet.hook("review").click();
    await expect(tablet.hook("submit")).toBeVisible();
    await expect(tablet.hook("gap")).toHaveCount(0);
    // Everything is answered and signed: nothing is asked for twice, nothing stays behind.
    await expect(tablet.hook("confirm-incomplete")).toHaveCount(1);
    await expectAccessible(again);
    await signAll(again, HEAD);
    await tablet.expectSaved();
    await expect(tablet.hook("confirm-incomplete")).toHaveCount(0);
    await expect(tablet.hook("left-here")).toHaveCount(0);
    await expect(again.locator("main").locator('[data-test="result"]')).toHaveText(result);
    await expectAccessible(again);
    await tablet.hook("submit").click();
    await tablet.expectCard(HOME, "WaitingToSend");
    // Start, submission, finding, two photos and three signatures.
    await tablet.expectUnsent(8);
  });

  await test.step("the network returns and everything is received", async () => {
    await server.start();
    await tablet.context.setOffline(false);
    await tablet.expectUnsent(0);
    await tablet.expectCard(HOME, "Received");
    await again.locator('a[href="/field/outbox"]').click();
    await expect(tablet.hook("outbox-row")).toHaveCount(3);
    for (const row of await tablet.hook("outbox-row").all()) {
      await expect(row).toHaveAttribute("data-state", "received");
    }
    await expectAccessible(again);
    await again.locator(".bar a").first().click();
    await tablet.cardLink(HOME).click();
    await again.locator(".dock a").click();
    await expect(tablet.hook("record").locator("li").filter({ hasText: TITLE })).toContainText(/B8 · .+ · 不符合/);
    await expect(tablet.hook("result")).toHaveText(result);
    await expect(tablet.hook("signatures").locator("li")).toHaveCount(3);
    await expect(tablet.hook("kept-here")).toHaveCount(0);
    await expectAccessible(again);
    await tablet.switchOff();
  });

  let finding = "";
  await test.step("the organiser sees the inspection, its answers, score and photos, and the finding", async () => {
    const { page, complaints } = await deskOf(browser, server, "organiser");
    await openProperly(page, "/inspections");
    await page.getByRole("link", { name: HOME }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(HOME);
    await expect(page.locator(".head")).toContainText(score.split(" / ")[0] ?? "?");
    await expect(page.locator('[data-test="result"]')).toContainText(result);
    await expect(page.getByRole("row").filter({ hasText: "综合意见" })).toContainText(REMARKS);
    await expect(page.getByRole("row").filter({ hasText: "已采取的措施" })).toContainText("已单独隔离、已报告属地");
    const signed = page.locator('[data-test="signatures"]');
    await expect(signed.getByRole("row").filter({ hasText: HEAD })).toContainText("受检单位");
    await expect(signed.locator("img")).toHaveCount(3);
    await signed.locator("img").last().scrollIntoViewIfNeeded();
    await expect.poll(() => signed.locator("img").last().evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1_200);
    const pictures = page.locator('.photos:not([data-kind="drawn"]) img');
    await expect(pictures).toHaveCount(1);
    await pictures.first().scrollIntoViewIfNeeded();
    await expect.poll(() => pictures.first().evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    await expectProper(page);
    await page.locator('a[href^="/findings/"]').first().click();
    await page.waitForURL(/\/findings\/[0-9a-f-]{36}$/);
    finding = new URL(page.url()).pathname;
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(TITLE);
    await expect(page.locator(".head")).toContainText(/B8 · .+ · 不符合/);
    await expectActFirst(page, "下达整改通知");
    await expect(page.locator(".next")).toContainText(HOME);
    await expect(page.locator(".timeline > li")).toHaveCount(1);
    await expect(page.locator(".timeline")).toContainText(NOTE);
    await expect(page.locator(".timeline")).toContainText("现场指导门岗登记。");
    await expect(page.locator(".timeline img")).toHaveCount(1);
    await expectProper(page);
    await notify(page, "示例整改〔2022〕91号");
    await expect(page.locator(".next")).toContainText("等待报送整改计划");
    await expectProper(page);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  await test.step("the institution plans the rectification", async () => {
    const { page, complaints } = await deskOf(browser, server, "welfare-home-1");
    const task = page.locator(`a[href="${finding}"]`).first();
    await expect(task).toHaveText(TITLE);
    await task.click();
    await expectActFirst(page, "报送整改计划");
    await page.locator('form:has(#plan-affected) button[type="submit"]').click();
    await expect(page.locator(".errors li")).toHaveCount(5);
    for (const [part, text] of Object.entries(PLAN)) {
      await page.locator(`#plan-${part}`).fill(text);
    }
    await page.locator("#plan-complete-by").fill(inAWeek());
    await page.locator('form:has(#plan-affected) button[type="submit"]').click();
    await expect(page.locator(".timeline > li")).toHaveCount(3);
    await expect(page.locator(".timeline")).toContainText(PLAN.monitoring);
    await expect(page.locator(".next")).toContainText("等待审核整改计划");
    await expectProper(page);
    const organiser = await deskOf(browser, server, "organiser");
    await openProperly(organiser.page, finding);
    await expectActFirst(organiser.page, "审核整改计划");
    await acceptPlan(organiser.page);
    expect(organiser.complaints).toEqual([]);
    await organiser.page.context().close();
    await open(page, finding);
    await expectActFirst(page, "申报整改完成");
    expect(complaints).toEqual([]);

    await test.step("its claim meets a dead server and is not lost", async () => {
      await page.locator("#claim-account").fill("东门已双岗值守，登记簿完整。");
      await page.locator("#claim-photos").setInputFiles(await photo(page, "two guards"));
      await expect(page.locator('form:has(#claim-account) img')).toHaveCount(1);
      await server.kill();
      await page.locator('form:has(#claim-account) button[type="submit"]').click();
      await expect(page.locator("#claim-errors")).toBeVisible();
      await expect(page.locator("#claim-account")).toHaveValue("东门已双岗值守，登记簿完整。");
      await server.start();
      await page.locator('form:has(#claim-account) button[type="submit"]').click();
      await expect(page.locator(".timeline > li")).toHaveCount(5);
      await expect(page.locator(".timeline")).toContainText("东门已双岗值守");
    });
    await page.context().close();
  });

  await test.step("someone of the rectifying unit may not re-verify: the page says why, and the server insists", async () => {
    const { page, complaints } = await deskOf(browser, server, "welfare-home-1-discipline");
    await openProperly(page, finding);
    await expect(page.locator(".next")).toContainText("等待独立复核");
    await expect(page.locator(".next")).toContainText("复核人不得来自整改单位");
    await expect(page.locator("#verify-account")).toHaveCount(0);
    expect(complaints).toEqual([]);
    const picture = await photo(page, "seen by the unit itself");
    const refused = await page.evaluate(
      async ({ id, base64 }) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const digest = await crypto.subtle.digest("SHA-256", bytes);
        const hash = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
        await fetch(`/api/sync/v1/photo/${hash}`, { method: "PUT", body: bytes });
        const evidence = { account: "本单位自行复核。", photos: [{ hash, takenAt: Date.now() }] };
        const answer = await fetch("/api/send", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ command: { finding: { id, command: { pass: evidence } } } }),
        });
        return { status: answer.status, text: await answer.text() };
      },
      { id: finding.split("/").at(-1), base64: picture.buffer.toString("base64") },
    );
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.text).toContain("复核人不得来自整改单位");
    await page.context().close();
  });

  await test.step("oversight re-verifies, with a photo of its own, and closes", async () => {
    const { page, complaints } = await deskOf(browser, server, "oversight");
    await page.locator(`a[href="${finding}"]`).first().click();
    await expectActFirst(page, "复核整改");
    await page.locator("#verify-pass").check();
    await page.locator("#verify-account").fill("现场查看：东门双岗，登记完整。");
    await page.locator("#verify-photos").setInputFiles(await photo(page, "two guards"));
    await expect(page.locator("form:has(#verify-account) img")).toHaveCount(1);
    await page.locator('form:has(#verify-account) button[type="submit"]').click();
    await expect(page.locator(".errors")).toContainText("这张照片以前用过");
    await page.locator("form:has(#verify-account) .photos button").click();
    await page.locator("#verify-photos").setInputFiles(await photo(page, "verified on site"));
    await expect(page.locator("form:has(#verify-account) img")).toHaveCount(1);
    await page.locator('form:has(#verify-account) button[type="submit"]').click();
    await expect(page.locator('.head [data-state="closed"]')).toBeVisible();
    await expect(page.locator(".next")).toContainText("复核通过，已销号");
    const story = page.locator(".timeline > li");
    await expect(story).toHaveCount(6);
    for (const [index, [who, what]] of [
      ["检查员01", NOTE],
      ["组织者", "示例整改〔2022〕91号"],
      [`${HOME}负责人`, PLAN.affected],
      ["组织者", "整改期限"],
      [`${HOME}负责人`, "登记簿完整"],
      ["纪检监察组监督员", "登记完整"],
    ].entries()) {
      await expect(story.nth(index)).toContainText(who ?? "");
      await expect(story.nth(index)).toContainText(what ?? "");
    }
    for (const index of [0, 4, 5]) {
      await expect(story.nth(index).locator("img")).toHaveCount(1);
    }
    await expectProper(page);
    await openProperly(page, "/record");
    expect(butForRequests(complaints)).toEqual([]);
    await page.context().close();
  });

  await test.step("the record is whole", async () => {
    await server.stop();
    expect(await server.verify()).toMatch(/in order and unchanged/);
    await server.start();
  });
  expect(butForRequests(tablet.complaints)).toEqual([]);
});
