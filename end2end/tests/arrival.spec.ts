// Where a team arrived: recorded on the tablet without a network, held against where the institution is, and seen in the office.

import { butForRequests } from "../fixtures/complaints.ts";
import { begin, handIn } from "../fixtures/finding.ts";
import { deskOf, expectProper, registerPlace } from "../fixtures/office.ts";
import { sentOut } from "../fixtures/sent_out.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";
const GATE = { latitude: 39.9, longitude: 116.4 };
/** Some hundred metres. */
const NORTH = 0.0009;

test("a team says that it has arrived, and the office sees how far from the institution that was", async ({ browser, server, newTablet }) => {
  const administrator = await deskOf(browser, server, "administrator");
  await test.step("the administrator registers where the institution is", async () => {
    await registerPlace(administrator.page, HOME, GATE);
  });
  const { organiser, tablet, page } = await sentOut({ browser, server, newTablet }, HOME);
  await begin(tablet, HOME);
  await tablet.context.setOffline(true);
  const panel = tablet.hook("arrival");
  const [said, arrive] = [tablet.hook("arrived"), tablet.hook("arrive")];

  await test.step("a position that may not be told is recorded as none", async () => {
    await arrive.click();
    await expect(said).toContainText("浏览器未获定位许可");
    await expect(panel.locator(".tag")).toHaveCount(0);
    await tablet.expectSaved();
    await expectAccessible(page);
  });

  await test.step("one that may is held against where the institution is", async () => {
    await tablet.context.grantPermissions(["geolocation"], { origin: server.url });
    await tablet.context.setGeolocation({ latitude: GATE.latitude + 20 * NORTH, longitude: GATE.longitude, accuracy: 12 });
    await arrive.click();
    await expect(said).toContainText("距机构2.0公里（精度12米）");
    await expect(panel.locator(".tag")).toHaveText("不在机构处");
    await tablet.context.setGeolocation({ ...GATE, latitude: GATE.latitude + NORTH, accuracy: 12 });
    await expect(async () => {
      await arrive.click();
      await expect(said).toContainText("距机构100米（精度12米）", { timeout: 1_000 });
    }).toPass();
    await expect(panel.locator(".tag")).toHaveText("在机构处");
    await tablet.expectSaved();
    await page.reload();
    await expect(said).toContainText("距机构100米");
  });

  await test.step("a position that was had is not lost to one that is not", async () => {
    await tablet.context.clearPermissions();
    await arrive.click();
    await expect(panel).toContainText("保留原来的记录");
    await expect(said).toContainText("距机构100米");
    await tablet.hook("other-language").click();
    await expect(said).toContainText("100 m from the institution (to within 12 m)");
    await expect(panel.locator(".tag")).toHaveText("At the institution");
    await tablet.hook("other-language").click();
  });

  await test.step("the office sees it", async () => {
    await handIn(tablet, HOME);
    await tablet.context.setOffline(false);
    await tablet.expectUnsent(0);
    await open(organiser.page, `/inspections?search=${encodeURIComponent(HOME)}`);
    await organiser.page.locator('main th a[href^="/inspections/"]').first().click();
    const facts = organiser.page.locator("dl.facts").first();
    await expect(facts).toContainText("距机构100米（精度12米）");
    await expect(facts).toContainText("在机构处");
    await expectProper(organiser.page);
  });
  expect(butForRequests(tablet.complaints)).toEqual([]);
});
