// The office in English, from what is missing in a form to what was sent: nothing that a reader of English is told stands in Chinese.

import { butForRequests } from "../fixtures/complaints.ts";
import { deskOf, expectEnglish, expectProper, openProperly, pickBody, pressOnce } from "../fixtures/office.ts";
import { expect, open, started, test } from "../fixtures/test.ts";

const HOME = "Municipal First Social Welfare Home";

/** A moment some days from now as a control takes it, in the city's time. */
function moment(days: number): string {
  return new Date(Date.now() + days * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 16);
}

test("a notice is issued, acknowledged and reported on in English", async ({ browser, server }) => {
  const organiser = await deskOf(browser, server, "organiser", "en");
  const { page } = organiser;
  let notice = "";

  await test.step("what is missing or wrong is said in English, and what was typed stays", async () => {
    await openProperly(page, "/notices/new");
    await page.getByRole("button", { name: "Issue the notice" }).click();
    await expect(page.locator("#notice-errors li")).not.toHaveCount(0);
    await expectEnglish(page.locator("#notice-errors"));
    await page.locator("#notice-number").fill("Example [2022] No. 7");
    await page.locator("#notice-title").fill("关于探视的通知");
    await page.locator("#notice-title-english").fill("Notice on visits");
    await page.locator("#notice-text").fill("暂停探视。");
    await page.locator("#notice-text-english").fill("No visits until further notice.");
    await page.locator("#notice-by").fill(moment(-1));
    await pickBody(page, "notice-bodies", HOME);
    await page.getByRole("button", { name: "Add to the list" }).click();
    await page.getByRole("button", { name: "Issue the notice" }).click();
    await page.getByRole("button", { name: /^Confirm/ }).click();
    await expect(page.locator("#notice-by-error")).not.toBeEmpty();
    await expectEnglish(page.locator("#notice-errors"));
    await expect(page.locator("#notice-title-english")).toHaveValue("Notice on visits");
  });

  await test.step("it is issued, and read under its English name", async () => {
    await page.locator("#notice-by").fill(moment(2));
    await page.getByRole("button", { name: "Issue the notice" }).click();
    await page.getByRole("button", { name: /^Confirm/ }).click();
    await page.waitForURL(/\/notices\/[0-9a-f-]{36}$/);
    await started(page);
    await expect(page.locator("h1")).toHaveText("Notice on visits");
    await expectEnglish(page.locator("main"));
    await expectProper(page);
    notice = new URL(page.url()).pathname;
  });

  const home = await deskOf(browser, server, "welfare-home-1", "en");
  await test.step("the home is told and acknowledges", async () => {
    await open(home.page, "/inbox");
    await expect(home.page.locator(".inbox li").first()).toContainText("Notice on visits");
    await expectEnglish(home.page.locator(".inbox li").first());
    await open(home.page, notice);
    await pressOnce(home.page, "Acknowledge");
    await expectEnglish(home.page.locator("main"));
  });

  await test.step("its daily report is refused in English where it cannot be, and then taken", async () => {
    await open(home.page, "/");
    await home.page.locator('main a[href^="/situation/"]').first().click();
    await home.page.waitForURL(/\/situation\//);
    await started(home.page);
    const report = home.page.getByRole("button", { name: "Report", exact: true });
    await report.click();
    await expect(home.page.locator(".errors li")).not.toHaveCount(0);
    await expectEnglish(home.page.locator(".errors"));
    const figures = { on_site: "300", infections: "0", isolated: "2", tests_due: "1350", tests_done: "1400", vaccinated: "1200", stock_days: "20" };
    for (const [figure, value] of Object.entries(figures)) {
      await home.page.locator(`#${figure}`).fill(value);
    }
    await report.click();
    await expect(home.page.locator("#tests_done-error")).not.toBeEmpty();
    await expectEnglish(home.page.locator(".errors"));
    await home.page.locator("#tests_done").fill("1350");
    await report.click();
    await expect(home.page.locator("h2", { hasText: "Reported" })).toBeVisible();
    await expectEnglish(home.page.locator("main"));
    await expectProper(home.page);
  });
  expect(butForRequests(organiser.complaints)).toEqual([]);
  expect(butForRequests(home.complaints)).toEqual([]);
});
