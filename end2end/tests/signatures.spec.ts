// What is signed and drawn on the tablet, offline: kept as photos are, handed in, and seen in the office.

import { butForRequests } from "../fixtures/complaints.ts";
import { NAME, type Strokes, draw, ink, seen, sheet, sign } from "../fixtures/drawing.ts";
import { submit } from "../fixtures/finding.ts";
import { item } from "../fixtures/inspection.ts";
import { type Definition, assignLongForm } from "../fixtures/long_form.ts";
import { deskOf, expectProper } from "../fixtures/office.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

const SIGNED: Definition = {
  id: "signed",
  version: "1",
  title: { "zh-Hans": "签字确认", en: "Signed" },
  choiceLists: {},
  children: [
    {
      node: "question",
      name: "companion",
      kind: "photo",
      appearance: "signature",
      label: { "zh-Hans": "陪同人员签名", en: "Signature of who accompanied the visit" },
      bind: { required: "true()" },
    },
    { node: "question", name: "plan", kind: "photo", appearance: "draw", label: { "zh-Hans": "现场平面示意图", en: "Sketch of the place" } },
    { node: "question", name: "head", kind: "photo", appearance: "signature", label: { "zh-Hans": "机构负责人签名", en: "Signature of the institution's head" } },
  ],
};

const RING_AND_SLIP: Strokes = [
  [[0.3, 0.3], [0.7, 0.3], [0.7, 0.7], [0.3, 0.7], [0.3, 0.3]],
  [[0.1, 0.1], [0.2, 0.9]],
];

test("a visit is signed on the glass without a network, and the office sees who signed", async ({ browser, server, newTablet }) => {
  const visit = await assignLongForm(server.url, "inspector-03", SIGNED);
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await tablet.signIn("inspector-03");
  await page.locator(`[data-test="assignment-card"] h2 a[href*="${visit}"]`).click();
  await expect(tablet.hook("start")).toBeVisible();
  await tablet.context.setOffline(true);
  await tablet.hook("start").click();
  const [companion, plan, head] = [item(page, "companion"), item(page, "plan"), item(page, "head")];
  const done = '[data-test="keep-drawing"]';

  await test.step("nothing is no signature, and neither is a touch", async () => {
    const canvas = companion.getByRole("img", { name: "陪同人员签名" });
    await expect(canvas).toHaveAccessibleDescription(/还没有签名/);
    await expect(companion.locator(done)).toBeDisabled();
    await expectAccessible(page);
    await draw(companion, [[[0.5, 0.5]]]);
    await expect(companion.locator('[data-test="clear-drawing"]')).toBeEnabled();
    await expect(companion.locator(done)).toBeDisabled();
    await companion.locator('[data-test="clear-drawing"]').click();
    expect(await ink(sheet(companion))).toBeNull();
  });

  await test.step("what is signed stays when the tablet is turned", async () => {
    await draw(companion, NAME);
    await expect(companion.getByRole("status")).toHaveText(/已写2笔/);
    const before = await ink(sheet(companion));
    expect(before).not.toBeNull();
    const wide = await sheet(companion).evaluate((canvas: HTMLCanvasElement) => canvas.width);
    await page.setViewportSize({ width: 768, height: 1024 });
    await expect.poll(() => sheet(companion).evaluate((canvas: HTMLCanvasElement) => canvas.width)).not.toBe(wide);
    const after = await ink(sheet(companion));
    for (const [edge, place] of (before ?? []).entries()) {
      expect(Math.abs((after?.[edge] ?? 9) - place)).toBeLessThan(0.02);
    }
    await page.setViewportSize({ width: 1024, height: 768 });
  });

  await test.step("done by night, it is black on white, and there after a restart", async () => {
    await tablet.hook("night").click();
    await companion.locator(done).click();
    await expect(companion.getByRole("img", { name: /^签名，/ })).toBeVisible();
    expect(await seen(companion.locator("figure img"))).toEqual({ size: [1_200, 400], corner: 255, darkest: 0 });
    await expect(companion.locator('[data-test="draw-again"]')).toBeFocused();
    await tablet.expectSaved();
    await expectAccessible(page);
    await page.reload();
    await expect(companion.locator("figure img")).toHaveCount(1);
    expect((await seen(companion.locator("figure img"))).size).toEqual([1_200, 400]);
  });

  await test.step("signed again, the earlier one stands until the new one is done", async () => {
    const hash = companion.locator("figcaption code");
    const first = (await hash.textContent()) ?? "";
    await companion.locator('[data-test="draw-again"]').click();
    await draw(companion, NAME);
    await companion.locator('[data-test="keep-earlier"]').click();
    await expect(hash).toHaveText(first);
    await companion.locator('[data-test="draw-again"]').click();
    await draw(companion, NAME.slice(1));
    await companion.locator(done).click();
    await expect(hash).toHaveCount(1);
    await expect(hash).not.toHaveText(first);
    await tablet.expectSaved();
  });

  await test.step("of a drawing the last stroke is taken back, and leaving the page is as good as done", async () => {
    await draw(plan, RING_AND_SLIP);
    await expect(plan.getByRole("status")).toHaveText(/已写2笔/);
    await plan.locator('[data-test="undo-stroke"]').click();
    await expect(plan.getByRole("status")).toHaveText(/已写1笔/);
    expect((await ink(sheet(plan)))?.[0]).toBeGreaterThan(0.25);
    await tablet.hook("review").click();
    await expect(tablet.hook("coverage-section").first()).toHaveAttribute("data-unanswered", "1");
    await tablet.expectSaved();
    await page.locator(".bar a").first().click();
    expect((await seen(plan.locator("figure img"))).size).toEqual([1_200, 900]);
  });

  await test.step("who cannot draw types a name, by keyboard alone", async () => {
    await head.locator('[data-test="type-instead"]').focus();
    await page.keyboard.press("Enter");
    await expect(head.getByRole("textbox")).toBeFocused();
    await page.keyboard.insertText("王芳");
    await expect(head.getByRole("status")).toHaveText(/已输入/);
    await expectAccessible(page);
    await head.locator(done).press("Enter");
    const picture = await seen(head.locator("figure img"));
    expect(picture).toEqual({ size: [1_200, 400], corner: 255, darkest: 0 });
    await tablet.expectSaved();
  });

  const [leader, institution] = [tablet.hook("sign-inspector-0"), tablet.hook("sign-institution")];
  await test.step("the record is signed; what is changed afterwards has to be signed again", async () => {
    await page.locator('input[name="present"]:not(:checked)').first().check();
    await tablet.expectSaved();
    await tablet.hook("review").click();
    await expect(tablet.hook("gap")).toHaveCount(0);
    await sign(leader);
    await tablet.expectSaved();
    await page.reload();
    await expect(leader.locator("figure img")).toHaveCount(1);
    await page.locator(".bar a").first().click();
    await page.locator("#account").fill("院长在场。");
    await tablet.expectSaved();
    await tablet.hook("review").click();
    await expect(leader).toContainText("请重新签字");
    await expect(leader.locator("figure img")).toHaveCount(0);
    await sign(leader, NAME.slice(1));
    await expect(leader).not.toContainText("请重新签字");
  });

  await test.step("who will not sign says why; who has not signed is asked about", async () => {
    // A scribble before the refusal is no signature.
    await draw(institution, NAME);
    await institution.getByRole("checkbox").check();
    await tablet.hook("submit").click();
    // Beside what is to be filled in.
    await expect(institution.locator(".ask:has(textarea)").getByRole("alert")).toContainText("请填写");
    await expect(page).toHaveURL(/\/review$/);
    await expectAccessible(page);
    await institution.locator("textarea").fill("称须请示上级。");
    await expect(institution.getByRole("alert")).toHaveCount(0);
    // What is on the glass and was not said to be done is lost by nobody, and done by nobody else.
    const other = tablet.hook("sign-inspector-1");
    await draw(other, NAME);
    await tablet.hook("submit").click();
    await expect(page.locator("#signing").getByRole("alert")).toContainText("有签字还没有完成");
    await expect(page).toHaveURL(/\/review$/);
    await other.locator('[data-test="clear-drawing"]').click();
    // Of the regulator somebody is named, and has not signed.
    await page.locator("#signing summary").click();
    const regulator = tablet.hook("sign-regulator");
    await regulator.getByRole("textbox").fill("李明，科长");
    await tablet.hook("submit").click();
    await expect(page.locator("#confirmation")).toContainText("有 2 人未签字");
    await regulator.getByRole("textbox").fill("");
    // The other inspector.
    await tablet.hook("submit").click();
    await expect(page.locator("#confirmation-error")).toBeVisible();
    await expect(page.locator("#confirmation")).toContainText("有 1 人未签字");
    await tablet.expectSaved();
  });

  await test.step("it is handed in, and sent once there is a network", async () => {
    await submit(tablet);
    // Start, submission, three pictures and a signature; what was replaced is not sent.
    await tablet.expectUnsent(6);
    await page.locator(`[data-test="assignment-card"] h2 a[href*="${visit}"]`).click();
    await page.locator('.dock a[href^="/field/inspections/"]').click();
    await tablet.hook("feedback-link").click();
    const signed = tablet.hook("feedback").locator(".signed > li");
    await expect(signed).toHaveCount(2);
    expect(await seen(signed.first().locator("img"))).toEqual({ size: [1_200, 400], corner: 255, darkest: 0 });
    await expect(signed.last()).toContainText(/拒绝签字：称须请示上级。.*受检单位/);
    await expect(tablet.hook("feedback")).toContainText("未签字：检查员01。");
    await tablet.context.setOffline(false);
    await tablet.expectUnsent(0);
  });

  await test.step("the office sees the pictures", async () => {
    const { page, complaints } = await deskOf(browser, server, "organiser");
    await open(page, `/inspections/${visit}`);
    for (const [question, name, size] of [
      ["陪同人员签名", "签名", [1_200, 400]],
      ["现场平面示意图", "绘图", [1_200, 900]],
      ["机构负责人签名", "签名", [1_200, 400]],
    ] as const) {
      const picture = page.getByRole("row").filter({ hasText: question }).getByRole("img", { name, exact: true });
      await picture.scrollIntoViewIfNeeded();
      expect(await seen(picture)).toEqual({ size, corner: 255, darkest: 0 });
      const answer = await page.request.get((await picture.getAttribute("src")) ?? "");
      expect(answer.headers()["content-type"]).toBe("image/png");
    }
    const signed = page.locator('[data-test="signatures"]');
    await expect(signed.locator("img")).toHaveCount(1);
    await expect(signed.getByRole("row").filter({ hasText: "受检单位" })).toContainText(/拒绝签字.*称须请示上级/);
    await expectProper(page);
    expect(complaints).toEqual([]);
  });
  expect(butForRequests(tablet.complaints)).toEqual([]);
});
