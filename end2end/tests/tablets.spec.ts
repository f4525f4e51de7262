// A tablet enrols itself, what it sends is known to be its own, and after it is revoked nothing of it is taken unseen.

import { butForRequests } from "../fixtures/complaints.ts";
import { begin, handIn } from "../fixtures/finding.ts";
import { assign, deskOf, expectEnglish, expectProper, openProperly } from "../fixtures/office.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

const [HOME, OTHER] = ["市第一社会福利院", "朝阳区示例养老院01"];
const PATH = "/administration/devices";

test("a tablet enrols itself and signs; once it is revoked, what it sends is held", async ({ browser, server, newTablet }) => {
  const organiser = await deskOf(browser, server, "organiser");
  const administrator = await deskOf(browser, server, "administrator", "en");
  await assign(organiser.page, HOME, /^检查1组/);
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await tablet.signIn("inspector-02");
  const own = administrator.page.getByRole("row").filter({ hasText: "Inspector 02" });

  await test.step("it is listed once its inspector has signed in, and nothing was sent with it", async () => {
    await expect(async () => {
      await openProperly(administrator.page, PATH);
      await expect(own).toHaveCount(1, { timeout: 500 });
    }).toPass();
    await expect(own).toContainText("Trusted");
    await expectEnglish(administrator.page.locator("main"));
  });

  await test.step("what it sends is taken, and shows who used it", async () => {
    await begin(tablet, HOME);
    await handIn(tablet, HOME);
    await tablet.expectCard(HOME, "Received");
    await openProperly(administrator.page, `${PATH}?search=${encodeURIComponent("Inspector 02")}`);
    await own.getByRole("link").click();
    await expect(administrator.page.locator('[data-test="device"]')).toContainText("Inspector 02");
    await expect(administrator.page.locator('[data-test="device"]')).not.toContainText("None yet");
    await expectProper(administrator.page);
  });

  await test.step("it is revoked once somebody has said why, and was asked", async () => {
    const form = administrator.page.locator("form:has(#revoke-reason)");
    await administrator.page.locator("summary").filter({ hasText: "Revoke this tablet" }).click();
    await form.locator('button[type="submit"]').click();
    await expect(administrator.page.locator(".errors")).toContainText("Fill in");
    await form.locator("#revoke-reason").fill("It was left on a bus.");
    await form.locator('button[type="submit"]').click();
    await administrator.page.locator("#reason-confirm").click();
    await expect(administrator.page.locator("h1 + p")).toContainText("Revoked");
    const told = administrator.page.getByRole("row").filter({ hasText: "Tablet revoked" });
    await expect(told).toContainText("It was left on a bus.");
    await expectProper(administrator.page);
    await expectEnglish(administrator.page.locator("main"));
    await openProperly(administrator.page, `${PATH}?state=trusted`);
    await expect(own).toHaveCount(0);
  });

  await test.step("what it sends then is kept for a person, on the server, and it says so", async () => {
    await assign(organiser.page, OTHER, /^检查1组/);
    await open(page, "/field");
    await expect(tablet.hook("not-enrolled")).toContainText("这台平板已停用");
    await expectAccessible(page);
    await begin(tablet, OTHER);
    await handIn(tablet, OTHER);
    await tablet.expectCard(OTHER, "NeedsAttention");
    await tablet.expectUnsent(0);
    await page.locator('a[href="/field/outbox"]').click();
    // By which it is told from others of its make.
    const code = (await tablet.hook("tablet-code").textContent())?.slice(-4) ?? "-";
    await openProperly(administrator.page, `${PATH}?state=revoked`);
    await expect(own).toContainText(code);
    const submission = page.locator('[data-test="outbox-row"][data-kind="inspection.submitted"][data-state="held"]');
    await expect(submission).toHaveCount(1);
    await expect(submission.locator(".reason")).toContainText("该平板已停用");
    await expectAccessible(page);
    await open(organiser.page, "/administration/held?state=waiting");
    await expect(organiser.page.getByRole("row").filter({ hasText: "该平板已停用" }).first()).toBeVisible();
  });
  await test.step("found again, it is let enrol anew, and what it sends is taken", async () => {
    await own.getByRole("link").click();
    await administrator.page.locator("summary").filter({ hasText: "Let it enrol anew" }).click();
    await administrator.page.locator("#readmit-reason").fill("The driver brought it back.");
    await administrator.page.locator('form:has(#readmit-reason) button[type="submit"]').click();
    await administrator.page.locator("#reason-confirm").click();
    await expect(administrator.page.locator("h1 + p")).toContainText("To enrol anew");
    await expectProper(administrator.page);
    await expectEnglish(administrator.page.locator("main"));
    await open(page, "/field");
    await tablet.upToDate();
    await expect(tablet.hook("not-enrolled")).toHaveCount(0);
    await administrator.page.reload();
    await expect(administrator.page.locator("h1 + p")).toContainText("Trusted");
  });
  for (const desk of [organiser, administrator, tablet]) {
    expect(butForRequests(desk.complaints)).toEqual([]);
  }
});
