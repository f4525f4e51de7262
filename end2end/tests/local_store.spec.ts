// What the tablet's own database does to a visit: lost, failing or wanted by a newer version, and nothing entered is lost by it.

import { begin, fail } from "../fixtures/finding.ts";
import { answer, item } from "../fixtures/inspection.ts";
import { assign, deskOf } from "../fixtures/office.ts";
import { expect, open, test } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";

/** What a page has opened, for a test to break. */
interface Databases {
  opened: IDBDatabase[];
  failing: boolean;
}
declare global {
  interface Window {
    databases: Databases;
  }
}

/** Runs before the page's own scripts: keeps every connection at hand, and refuses to write while told to. */
function keepAtHand(): void {
  const databases: Databases = { opened: [], failing: false };
  window.databases = databases;
  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (names, mode, options) {
    if (!databases.opened.includes(this)) {
      databases.opened.push(this);
    }
    if (databases.failing && mode === "readwrite") {
      throw new DOMException("the disk is gone", "UnknownError");
    }
    return begin.call(this, names, mode, options);
  };
}

test("a database that is lost or fails costs nothing that was entered", async ({ browser, server, newTablet }) => {
  const organiser = await deskOf(browser, server, "organiser");
  await assign(organiser.page, HOME, /^检查1组/);
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await page.addInitScript(keepAtHand);
  await tablet.signIn("inspector-01");
  await begin(tablet, HOME);

  await test.step("a connection that was dropped is opened again", async () => {
    await answer(page, "capacity", "200");
    await tablet.expectSaved();
    await page.evaluate(() => window.databases.opened.forEach((database) => database.close()));
    await answer(page, "residents_on_site", "150");
    await tablet.expectSaved();
    await page.evaluate(() => {
      const last = window.databases.opened.at(-1);
      last?.dispatchEvent(new Event("close"));
      last?.close();
    });
    await answer(page, "staff_employed", "80");
    await tablet.expectSaved();
    expect(await page.evaluate(() => window.databases.opened.length)).toBeGreaterThanOrEqual(3);
  });

  await test.step("a save that fails stays said and is made up for without another keystroke", async () => {
    await page.evaluate(() => (window.databases.failing = true));
    await answer(page, "staff_on_site", "60");
    await expect(tablet.hook("saved")).toHaveAttribute("data-state", "attention");
    await answer(page, "remarks", "写到一半。");
    // Trying again does not make it look saved.
    for (let look = 0; look < 20; look += 1) {
      await expect(tablet.hook("saved")).toHaveAttribute("data-state", "attention");
    }
    await page.evaluate(() => (window.databases.failing = false));
    await tablet.expectSaved();
  });

  await test.step("a photo that cannot be kept at once is kept later", async () => {
    await answer(page, "b8", "fail");
    await tablet.expectSaved();
    await page.evaluate(() => (window.databases.failing = true));
    const shown = fail(page, "b8", "东门无人值守。");
    await expect(tablet.hook("saved")).toHaveAttribute("data-state", "attention");
    await expect(item(page, "b8").getByText("正在处理…")).toBeVisible();
    await page.evaluate(() => (window.databases.failing = false));
    await shown;
    await tablet.expectSaved();
  });

  await test.step("all of it is there after the browser ended", async () => {
    await tablet.switchOff();
    const again = await tablet.switchOn({ offline: true });
    await open(again, "/field");
    await tablet.card(HOME).getByRole("link").click();
    for (const [name, value] of Object.entries({ capacity: "200", residents_on_site: "150", staff_employed: "80", staff_on_site: "60" })) {
      await expect(item(again, name).locator("input")).toHaveValue(value);
    }
    await expect(item(again, "remarks").locator("textarea")).toHaveValue("写到一半。");
    await expect(item(again, "b8").locator("figure img")).toHaveCount(1);
  });

  await test.step("a newer version may take the database over, and this page says so instead of pretending", async () => {
    const upgraded = await tablet.page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const request = indexedDB.open("dubang-field", 1_000);
          request.onblocked = () => resolve("blocked");
          request.onsuccess = () => {
            request.result.close();
            resolve("upgraded");
          };
        }),
    );
    expect(upgraded).toBe("upgraded");
    await answer(tablet.page, "staff_employed", "81");
    await expect(tablet.hook("saved")).toHaveAttribute("data-state", "attention");
    await expect(tablet.page.getByText("已更新到新版本")).toBeVisible();
  });
});
