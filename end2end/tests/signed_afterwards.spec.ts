// The second inspector signs afterwards, on their own tablet, what the first one handed in: read there, signed without a network.

import { butForRequests } from "../fixtures/complaints.ts";
import { NAME, draw, seen, sign } from "../fixtures/drawing.ts";
import { REQUIRED, begin, fail, submit } from "../fixtures/finding.ts";
import { answer } from "../fixtures/inspection.ts";
import { expectProper } from "../fixtures/office.ts";
import { sentOut } from "../fixtures/sent_out.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";
const NOTE = "东门无人值守，来访人员未登记";

test("who was there signs on their own tablet what was handed in without them", async ({ browser, server, newTablet }) => {
  const { organiser, tablet: first, page } = await sentOut({ browser, server, newTablet }, HOME);
  const second = await newTablet();
  await second.switchOn();
  let visit = "";

  await test.step("the first tablet says that who is away may sign afterwards, and hands in without them", async () => {
    await begin(first, HOME);
    await page.locator('input[name="present"]:not(:checked)').first().check();
    for (const [name, value] of Object.entries(REQUIRED)) {
      await answer(page, name, value);
    }
    await fail(page, "b8", NOTE);
    await first.expectSaved();
    await first.hook("review").click();
    await expect(page).toHaveURL(/\/review$/);
    visit = new URL(page.url()).pathname.split("/")[3] ?? "";
    const [leader, other] = [first.hook("sign-inspector-0"), first.hook("sign-inspector-1")];
    await expect(leader.locator('[data-test="afterwards"]')).toHaveCount(0);
    await expect(other).toContainText("也可在提交后用本人的平板补签");
    await sign(leader);
    const institution = first.hook("sign-institution");
    await expect(page.locator("#confirmation")).not.toContainText("未签字的都是检查员");
    await institution.getByRole("textbox").first().fill("王芳，院长");
    await sign(institution);
    await expect(page.locator("#confirmation")).toContainText("未签字的都是检查员，可在提交后用各自的平板补签");
    await expectAccessible(page);
    await submit(first);
    await first.expectCard(HOME, "Received");
    await first.expectUnsent(0);
    await open(organiser.page, `/inspections/${visit}`);
    const awaited = organiser.page.locator('[data-test="signatures"]').getByRole("row").filter({ hasText: "检查员02" });
    await expect(awaited).toContainText("未签字");
    await expect(first.hook("to-sign-line").locator(`a[href*="${visit}"]`)).toHaveCount(0);
  });

  // Another page after each start of the tablet.
  const line = () => second.hook("to-sign-line").filter({ has: second.page.locator(`a[href*="${visit}"]`) });
  const here = () => second.hook("sign-afterwards");
  await test.step("the second one’s tablet has it among what is to be signed, and shows all of it without a network", async () => {
    await second.signIn("inspector-02");
    await expect(line()).toContainText("检查员01");
    await expectAccessible(second.page);
    await second.context.setOffline(true);
    await line().getByRole("link").click();
    const record = second.hook("record");
    const found = record.locator('[data-test="found"]');
    await expect(found).toContainText(NOTE);
    await expect(found).toContainText("个别");
    await expect(record.locator('[data-test="photo-elsewhere"]')).toContainText("联网后可看");
    await expectAccessible(second.page);
    // The photos are on the first one's tablet and on the server.
    await second.context.setOffline(false);
    const photo = found.getByRole("img", { name: /^问题照片 1/ });
    await expect.poll(() => photo.evaluate((photo: HTMLImageElement) => photo.naturalWidth)).toBeGreaterThan(0);
    await second.context.setOffline(true);
    await expect(record).toContainText("核定床位");
    await expect(record.locator('[data-test="signatures"] li')).toHaveCount(3);
    await expect(record.locator('[data-test="signatures"]')).toContainText(/检查员02.*未签字/s);
    await second.hook("to-signature").click();
    await expect(here().getByRole("img")).toBeInViewport();
    await expectAccessible(second.page);
  });

  await test.step("what was not said to be signed is nobody’s signature", async () => {
    await draw(here(), NAME);
    await second.page.reload();
    await expect(here().locator('[data-test="keep-drawing"]')).toBeDisabled();
    await second.expectUnsent(0);
  });

  await test.step("signed without a network it waits, also over a restart, and is sent with its picture", async () => {
    await draw(here(), NAME);
    await expect(here().getByRole("status")).toContainText("按“签字”签署");
    await here().locator('[data-test="keep-drawing"]').click();
    await expect(here()).toContainText("您已于");
    await expect(second.hook("signatures")).toContainText(/检查员02.*补签/s);
    await expect(second.hook("to-signature")).toHaveCount(0);
    await expectAccessible(second.page);
    await second.switchOff();
    await second.switchOn({ offline: true });
    await open(second.page, "/field");
    await expect(line()).toHaveCount(0);
    await second.expectUnsent(2);
    await second.expectCard(HOME, "WaitingToSend");
    await second.context.setOffline(false);
    await second.expectUnsent(0);
    await second.expectCard(HOME, "Received");
  });

  await test.step("the office shows both signatures, and which was given afterwards", async () => {
    const { page: desk, complaints } = organiser;
    await open(desk, `/inspections/${visit}`);
    const signed = desk.locator('[data-test="signatures"]');
    await expect(signed.locator("img")).toHaveCount(3);
    await expect(signed.getByRole("row").filter({ hasText: "检查员01" })).not.toContainText("补签");
    const later = signed.getByRole("row").filter({ hasText: "检查员02" });
    await expect(later).toContainText("事后在本人平板上补签");
    await later.getByRole("img").scrollIntoViewIfNeeded();
    expect(await seen(later.getByRole("img"))).toEqual({ size: [1_200, 400], corner: 255, darkest: 0 });
    await expect(desk.locator("main")).toContainText("事后补签");
    await expectProper(desk);
    expect(complaints).toEqual([]);
  });

  await test.step("and so does the tablet that handed it in", async () => {
    await open(page, "/field");
    await first.upToDate();
    await open(page, `/field/inspections/${visit}`);
    await expect(first.hook("signatures")).toContainText(/检查员02.*补签/s);
    await open(page, `/field/inspections/${visit}/feedback`);
    await expect(first.hook("feedback").locator("figure").filter({ hasText: "检查员02" })).toContainText("补签");
    // What the other drew is on the server.
    const drawn = first.hook("feedback").getByRole("img", { name: /检查员02.*补签/ });
    await expect.poll(() => drawn.evaluate((drawn: HTMLImageElement) => drawn.naturalWidth)).toBe(1_200);
  });
  expect([...butForRequests(first.complaints), ...butForRequests(second.complaints)]).toEqual([]);
});
