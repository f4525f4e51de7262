// What stands in a tablet's way (a full disk, a permission denied, a browser that keeps nothing, a wrong clock, somebody else's turn),
// and what the page then does. The README's table says the same in words.

import type { Browser, BrowserContext } from "@playwright/test";
import { place } from "../fixtures/browser.ts";
import { butForRequests } from "../fixtures/complaints.ts";
import { begin, fail, handIn, submit } from "../fixtures/finding.ts";
import { answer, item } from "../fixtures/inspection.ts";
import { type Definition, assignLongForm } from "../fixtures/long_form.ts";
import { assign, deskOf, expectProper, openProperly } from "../fixtures/office.ts";
import { photo } from "../fixtures/photo.ts";
import { Session } from "../fixtures/session.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";
const ROOM_REMEMBERED_MS = 3_000;
const DAY_MS = 24 * 3_600_000;

/** A day as pages write it. */
function day(at: number): string {
  return new Intl.DateTimeFormat("zh-CN", { timeZone: place.timezoneId, month: "long", day: "numeric" }).format(at);
}

declare global {
  interface Window {
    /** What the page asked permission for. */
    asked: string[];
    /** How many milliseconds the tablet's clock is behind. */
    behind: number;
  }
}

test("a full disk: it is said, nothing is lost, and what was entered is saved by itself once there is room", async ({ browser, server, newTablet }) => {
  const organiser = await deskOf(browser, server, "organiser");
  await assign(organiser.page, HOME, /^检查1组/);
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await tablet.signIn("inspector-01");
  await begin(tablet, HOME);
  await answer(page, "capacity", "200");
  await answer(page, "b8", "fail");
  await tablet.expectSaved();
  const devtools = await tablet.context.newCDPSession(page);

  await test.step("an answer and a photo that find no room are said not to be saved", async () => {
    // The browser goes by how much room there was until a while after the database was closed, by the service worker, too, that it woke.
    const inspected = page.url();
    await page.goto("about:blank");
    await devtools.send("ServiceWorker.enable");
    await devtools.send("ServiceWorker.stopAllWorkers");
    await devtools.send("Storage.overrideQuotaForOrigin", { origin: server.url, quotaSize: 1 });
    await page.waitForTimeout(ROOM_REMEMBERED_MS);
    await page.goto(inspected);
    await answer(page, "remarks", "写到一半。");
    await expect(tablet.hook("saved")).toHaveAttribute("data-state", "attention");
    await expect(page.getByText("本机存储空间已满")).toBeVisible();
    await item(page, "b8").locator('[data-test="finding"] input[type="file"]').setInputFiles(await photo(page, "东门"));
    await expect(item(page, "b8").getByText("正在处理…")).toBeVisible();
    await expect(item(page, "b8").locator("figure img")).toHaveCount(0);
    await expectAccessible(page);
  });

  await test.step("it is not handed in half", async () => {
    await page.locator('input[name="present"]:not(:checked)').first().check();
    await page.locator('input[name="outcome"][value="refusedEntry"]').check();
    await page.locator("#account").fill("门卫拒绝入内。");
    await tablet.hook("review").click();
    await submit(tablet);
    await expect(page.getByText("还有照片或录音、录像正在录制或保存")).toBeVisible();
    await page.goBack();
    await page.locator('input[name="outcome"][value="completed"]').check();
  });

  await test.step("with room again everything is saved without another keystroke, and is there after a restart", async () => {
    await devtools.send("Storage.overrideQuotaForOrigin", { origin: server.url });
    await tablet.expectSaved();
    await expect(item(page, "b8").locator("figure img")).toHaveCount(1);
    await expect(page.getByText("本机存储空间已满")).toHaveCount(0);
    await tablet.kill();
    const again = await tablet.switchOn();
    await open(again, "/field");
    await tablet.cardLink(HOME).click();
    await expect(item(again, "remarks").locator("textarea")).toHaveValue("写到一半。");
    await expect(item(again, "b8").locator("figure img")).toHaveCount(1);
  });
});

test("no room for the app itself: it is said that it does not open without a network, until there is", async ({ server, newTablet }) => {
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  const devtools = await tablet.context.newCDPSession(page);
  // Room for what is entered, not for what is loaded.
  await devtools.send("Storage.overrideQuotaForOrigin", { origin: server.url, quotaSize: 1_000_000 });
  await open(page, "/field");
  await tablet.signInHere("inspector-01");
  await expect(tablet.hook("no-offline")).toContainText("没有网络时打不开");
  await expectAccessible(page);
  await devtools.send("Storage.overrideQuotaForOrigin", { origin: server.url });
  await page.waitForTimeout(ROOM_REMEMBERED_MS);
  await expect(async () => {
    await open(page, "/field");
    const isKept = () => page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state === "activated");
    await expect.poll(isKept, { timeout: 5_000 }).toBe(true);
  }).toPass();
  await expect(tablet.hook("no-offline")).toHaveCount(0);
  await tablet.switchOff();
  const again = await tablet.switchOn({ offline: true });
  await again.goto("/field");
  await expect(again.locator("h1")).toBeVisible();
});

const PLACES: Definition = {
  id: "places",
  version: "1",
  title: { "zh-Hans": "地点", en: "Places" },
  choiceLists: {},
  children: [
    { node: "question", name: "gate", kind: "geopoint", label: { "zh-Hans": "大门位置", en: "Where the gate is" } },
    { node: "question", name: "yard", kind: "geopoint", label: { "zh-Hans": "院子位置", en: "Where the yard is" } },
    { node: "question", name: "view", kind: "photo", label: { "zh-Hans": "照片", en: "A photo" } },
  ],
};

test("camera and position denied: nothing is asked for by itself, a photo comes from a file, a position is typed or left open", async ({ server, newTablet }) => {
  const visit = await assignLongForm(server.url, "inspector-03", PLACES);
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  const devtools = await tablet.context.newCDPSession(page);
  for (const name of ["camera", "microphone", "geolocation"]) {
    await devtools.send("Browser.setPermission", { permission: { name }, setting: "denied", origin: server.url });
  }
  await page.addInitScript(() => {
    window.asked = [];
    const { geolocation } = navigator;
    const locate = geolocation.getCurrentPosition.bind(geolocation);
    geolocation.getCurrentPosition = (...asked) => {
      window.asked.push("position");
      locate(...asked);
    };
    navigator.mediaDevices.getUserMedia = () => Promise.reject(window.asked.push("camera"));
  });
  await tablet.signIn("inspector-03");
  await page.locator(`[data-test="assignment-card"] h2 a[href*="${visit}"]`).click();
  await tablet.hook("start").click();
  await answer(page, "gate", "39.9075 116.3972 0 0");

  await test.step("the photo button opens the files", async () => {
    const picture = await photo(page, "大门");
    const chooser = page.waitForEvent("filechooser");
    await item(page, "view").getByText("拍照").click();
    await (await chooser).setFiles(picture);
    await expect(item(page, "view").locator("figure img")).toHaveCount(1);
  });
  await tablet.expectSaved();
  expect(await page.evaluate(() => window.asked)).toEqual([]);

  await test.step("asked where it is, the tablet says that it is not allowed to, and what was typed stays", async () => {
    const gate = item(page, "gate");
    await gate.getByRole("button", { name: "取当前位置" }).click();
    await expect(gate.locator('[data-test="place-said"]')).toContainText("没有定位权限");
    await expect(gate.locator("input")).toHaveValue("39.9075 116.3972 0 0");
    expect(await page.evaluate(() => window.asked)).toEqual(["position"]);
    await expectAccessible(page);
  });

  await test.step("it is handed in with the position that was typed, and without the one that was not", async () => {
    await page.locator('input[name="present"]:not(:checked)').first().check();
    await tablet.expectSaved();
    await tablet.hook("review").click();
    await submit(tablet);
    await tablet.expectUnsent(0);
    // Nothing is unsent before it is handed in, too.
    const handedIn = async () => {
      const events = await (await Session.of("inspector-03", server.url)).pullAll();
      return events.find(({ kind, stream }) => kind === "inspection.submitted" && stream.endsWith(visit));
    };
    await expect.poll(async () => (await handedIn()) !== undefined, { timeout: 30_000 }).toBe(true);
    const submitted = await handedIn();
    const { answers } = (submitted?.body as { submitted: { answers: Record<string, string> } }).submitted;
    expect(answers.gate).toBe("39.9075 116.3972 0.0 0.0");
    expect(answers.yard).toBeUndefined();
    expect(answers.view).toMatch(/^[0-9a-f]{64}$/);
  });
  expect(butForRequests(tablet.complaints)).toEqual([]);
});

/** Ways in which browsers keep nothing, each as it is met. Run before the page's own scripts. */
const WITHOUT_DATABASE: Record<string, () => void> = {
  "there is none": () => {
    Object.defineProperty(globalThis, "indexedDB", { value: undefined });
  },
  "opening it is forbidden": () => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    };
  },
  "opening it fails": () => {
    const proper = IDBFactory.prototype.open;
    IDBFactory.prototype.open = function (name) {
      const request = proper.call(this, `${name}-refused`, 1);
      // What a private window of older browsers says.
      request.addEventListener("upgradeneeded", () => request.transaction?.abort());
      return request;
    };
  },
};

async function visitor(browser: Browser, origin: string, language: "zh" | "en"): Promise<BrowserContext> {
  const context = await browser.newContext({ ...place, baseURL: origin, viewport: { width: 1024, height: 768 } });
  await context.addCookies([{ name: "language", value: language, url: origin }]);
  return context;
}

for (const [way, withhold] of Object.entries(WITHOUT_DATABASE)) {
  test(`a browser that keeps nothing, since ${way}: the page says so and takes nothing`, async ({ browser, server }) => {
    const words = {
      zh: ["无法在本机保存", "请改用普通窗口或其他浏览器"],
      en: ["Nothing can be kept on this tablet", "Use a normal window or another browser"],
    } as const;
    for (const language of ["zh", "en"] as const) {
      const context = await visitor(browser, server.url, language);
      const page = await context.newPage();
      await page.addInitScript(withhold);
      await open(page, "/field");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(words[language][0]);
      await expect(page.getByRole("alert")).toContainText(words[language][1]);
      await expect(page.locator("input, textarea, button")).toHaveCount(0);
      await expectAccessible(page);
      await context.close();
    }
  });
}

test("a clock set back by days: work is saved, sent and received, under the tablet's time and the server's", async ({ browser, server, newTablet }) => {
  const organiser = await deskOf(browser, server, "organiser");
  await assign(organiser.page, HOME, /^检查1组/);
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await page.addInitScript(() => {
    const now = Date.now.bind(Date);
    window.behind = Number(localStorage.getItem("behind") ?? 0);
    Date.now = () => now() - window.behind;
  });
  await tablet.signIn("inspector-01");
  await begin(tablet, HOME);
  await answer(page, "capacity", "200");
  await tablet.expectSaved();

  const began = Date.now();
  await test.step("it is set back while the visit is under way and the server cannot be reached", async () => {
    await server.kill();
    await page.evaluate((days) => {
      window.behind = days;
      localStorage.setItem("behind", String(days));
    }, 3 * DAY_MS);
    await fail(page, "b8", "东门无人值守。");
    await handIn(tablet, HOME);
    await tablet.expectCard(HOME, "WaitingToSend");
  });

  await test.step("the server comes back and has all of it, without a restart of the tablet", async () => {
    await server.start();
    await expect(tablet.hook("unsent")).toHaveAttribute("data-count", "0", { timeout: 60_000 });
    await tablet.expectCard(HOME, "Received");
  });

  // A midnight may lie between.
  const sinceThen = (by: number) => new RegExp([began, Date.now()].map((at) => day(at + by)).join("|"));
  await test.step("the office shows the tablet's time and the server's beside each other", async () => {
    const { page } = organiser;
    await openProperly(page, `/inspections?search=${encodeURIComponent(HOME)}`);
    await page.locator('main th a[href^="/inspections/"]').first().click();
    const row = page.getByRole("row").filter({ hasText: "（平板）" }).filter({ hasText: "提交" });
    await expect(row.first().locator("td.brief").first()).toContainText(sinceThen(-3 * DAY_MS));
    await expect(row.first().locator("td.brief").last()).toContainText(sinceThen(0));
  });

  await test.step("and its pages open and fetch as ever", async () => {
    await page.reload();
    await tablet.upToDate();
    await tablet.expectCard(HOME, "Received");
  });
  expect(butForRequests(tablet.complaints)).toEqual([]);
});

test("a clock that is wrong from the start: the record has the server's time, and says by how much the tablet's was off", async ({ browser, server, newTablet }) => {
  const organiser = await deskOf(browser, server, "organiser");
  await assign(organiser.page, HOME, /^检查1组/);
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await page.addInitScript((behind) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() - behind;
  }, 3 * DAY_MS);
  await tablet.signIn("inspector-01");
  const began = Date.now();
  await tablet.context.setOffline(true);
  await begin(tablet, HOME);
  await handIn(tablet, HOME);
  await tablet.expectCard(HOME, "WaitingToSend");
  await tablet.context.setOffline(false);
  await tablet.expectCard(HOME, "Received");

  // A midnight may lie between.
  const today = new RegExp([began, Date.now()].map(day).join("|"));
  await openProperly(organiser.page, `/inspections?search=${encodeURIComponent(HOME)}`);
  await organiser.page.locator('main th a[href^="/inspections/"]').first().click();
  await expect(organiser.page.locator("dl.facts").first()).toContainText("慢3天");
  const row = organiser.page.getByRole("row").filter({ hasText: "（平板）" }).filter({ hasText: "提交" });
  await expect(row.first().locator("td.brief").first()).toContainText(today);
  await expectProper(organiser.page);
  expect(butForRequests(tablet.complaints)).toEqual([]);
});

test("signing out with unsent work: it is counted first, stays here, and is sent when its person comes back", async ({ browser, server, newTablet }) => {
  const organiser = await deskOf(browser, server, "organiser");
  await assign(organiser.page, HOME, /^检查1组/);
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await tablet.signIn("inspector-01");
  await tablet.context.setOffline(true);
  await begin(tablet, HOME);
  await handIn(tablet, HOME);
  await tablet.expectUnsent(2);

  await test.step("what is not sent is counted, and staying is one press away", async () => {
    await page.getByRole("button", { name: "退出登录" }).click();
    await expect(page.getByText("还有 2 项未发送。退出后内容保留在本机，您再次登录后才会发送；再次登录需要网络。")).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: "取消" }).click();
    await tablet.expectCard(HOME, "WaitingToSend");
  });

  await test.step("signed out without a network, the tablet is somebody else's, who neither sees nor sends it", async () => {
    await page.getByRole("button", { name: "退出登录" }).click();
    await page.getByRole("button", { name: "仍要退出" }).click();
    await expect(page.locator('input[name="password"]')).toBeVisible();
    await tablet.context.setOffline(false);
    await tablet.signInHere("inspector-02");
    await tablet.expectCard(HOME, "NotStarted");
    await tablet.upToDate();
    await tablet.expectUnsent(0);
  });

  await test.step("who comes back has it, and it is sent by itself", async () => {
    await page.getByRole("button", { name: "退出登录" }).click();
    await tablet.signInHere("inspector-01");
    await tablet.expectCard(HOME, "Received");
    await tablet.expectUnsent(0);
  });
  expect(butForRequests(tablet.complaints)).toEqual([]);
});
