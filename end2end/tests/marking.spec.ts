// A fault is ringed on its photo, without a network; the photo itself stays as it is, and both are sent.

import { type Locator } from "@playwright/test";
import { butForRequests } from "../fixtures/complaints.ts";
import { draw } from "../fixtures/drawing.ts";
import { begin, fail, handIn } from "../fixtures/finding.ts";
import { item } from "../fixtures/inspection.ts";
import { assign, deskOf, expectProper } from "../fixtures/office.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

/** Of all of a picture's pixels, the part that is of the colour that marks. */
const marked = (picture: Locator) =>
  picture.evaluate((image: HTMLImageElement) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const pen = canvas.getContext("2d");
    pen?.drawImage(image, 0, 0);
    const pixels = pen?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray();
    let red = 0;
    for (let at = 0; at < pixels.length; at += 4) {
      const [r = 0, g = 0, b = 0] = pixels.slice(at, at + 3);
      red += r > 220 && g < 90 && b < 90 ? 1 : 0;
    }
    return red / (pixels.length / 4);
  });

test("a fault is ringed on its photo, which stays as it was", async ({ browser, server, newTablet }) => {
  const home = "市第一社会福利院";
  const organiser = await deskOf(browser, server, "organiser");
  await assign(organiser.page, home, /^检查1组/);
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await tablet.signIn("inspector-01");
  await tablet.context.setOffline(true);
  await begin(tablet, home);
  await fail(page, "b8", "东门无人值守。");
  const finding = item(page, "b8").locator('[data-test="finding"]');
  const pictures = finding.locator("figure img");
  const panel = finding.locator('[data-test="marking"]');
  const mark = finding.getByRole("button", { name: "在照片 1 上标注" });
  const hash = finding.locator("figcaption code");
  const first = (await hash.textContent()) ?? "";
  await expect.poll(() => pictures.first().evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(320);
  const before = await marked(pictures.first());

  await test.step("given up, nothing is kept", async () => {
    await mark.click();
    await expect(panel.getByRole("status")).toContainText("圈出问题");
    await draw(panel, [[[0.2, 0.2], [0.8, 0.8]]]);
    await expect(panel.getByRole("status")).toContainText("已画1笔");
    await expectAccessible(page);
    await panel.locator('[data-test="give-up-mark"]').click();
    await expect(panel).toHaveCount(0);
    await expect(pictures).toHaveCount(1);
  });

  await test.step("ringed, it is a photo of its own beside the first", async () => {
    await mark.click();
    await draw(panel, [
      [[0.3, 0.3], [0.7, 0.3], [0.7, 0.7], [0.3, 0.7], [0.3, 0.3]],
      [[0.1, 0.1], [0.2, 0.9]],
    ]);
    await panel.locator('[data-test="undo-mark"]').click();
    await expect(panel.getByRole("status")).toContainText("已画1笔");
    // The sheet has the photo's shape: it is all there.
    const glass = (await panel.locator("canvas").boundingBox()) ?? { width: 0, height: 1 };
    expect(Math.abs(glass.width / glass.height - 320 / 240)).toBeLessThan(0.02);
    await panel.locator('[data-test="keep-mark"]').click();
    await expect(pictures).toHaveCount(2);
    await expect(hash.first()).toHaveText(first);
    expect(await marked(pictures.first())).toBe(before);
    await expect.poll(() => marked(pictures.last())).toBeGreaterThan(before + 0.003);
    await tablet.expectSaved();
  });

  await test.step("leaving the page is as good as done", async () => {
    await mark.click();
    await draw(panel, [[[0.4, 0.4], [0.6, 0.6]]]);
    await tablet.hook("review").click();
    await expect(page).toHaveURL(/\/review$/);
    await page.goBack();
    await expect(pictures).toHaveCount(3);
    await tablet.expectSaved();
  });

  await test.step("the office has all of them, and a marked one says which it was made of", async () => {
    await handIn(tablet, home);
    await tablet.context.setOffline(false);
    await tablet.expectUnsent(0);
    await open(organiser.page, "/findings?search=东门无人值守");
    await organiser.page.locator('main th a[href^="/findings/"]').first().click();
    const shown = organiser.page.locator(".timeline .photos img");
    await expect(shown).toHaveCount(3);
    const [original, ringed] = [await shown.nth(0).getAttribute("src"), await shown.nth(1).getAttribute("src")];
    const bytes = await (await organiser.page.request.get(ringed ?? "")).body();
    expect(bytes.toString("latin1")).toContain(`marked on SHA-256 ${(original ?? "").split("/").at(-1)}`);
    await expectProper(organiser.page);
  });
  expect(butForRequests(tablet.complaints)).toEqual([]);
});
