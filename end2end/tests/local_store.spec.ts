// What the tablet's own database does to a visit: lost, failing or wanted by a newer version, and nothing entered is lost by it.

import { butForRequests } from "../fixtures/complaints.ts";
import { begin, fail, handIn, submit } from "../fixtures/finding.ts";
import { answer, item } from "../fixtures/inspection.ts";
import { kept, lying } from "../fixtures/kept.ts";
import { photo } from "../fixtures/photo.ts";
import { assign, deskOf } from "../fixtures/office.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";
const OTHER_HOME = "一福寿山福海养老服务中心";

/** What a page has opened, for a test to break. */
interface Databases {
  opened: IDBDatabase[];
  /** Whether nothing can be written, or nothing that touches the store of this name. */
  failing: boolean | string;
  /** Whether photos cannot be listed. */
  photosUnread: boolean;
  /** Whether what waits waits a moment only. */
  hurried: boolean;
  /** How often the page has written drafts. */
  drafts: number;
}
declare global {
  interface Window {
    databases: Databases;
  }
}

/** Runs before the page's own scripts: keeps every connection at hand, and refuses to write while told to. No thread writes past it but where one may. */
function keepAtHand(withThreads = false): void {
  if (!withThreads) {
    Reflect.deleteProperty(window, "Worker");
  }
  const databases: Databases = { opened: [], failing: false, photosUnread: false, hurried: false, drafts: 0 };
  window.databases = databases;
  const wait = window.setTimeout.bind(window);
  window.setTimeout = ((act: TimerHandler, millis = 0) => wait(act, databases.hurried ? Math.min(millis, 100) : millis)) as typeof window.setTimeout;
  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (names, mode, options) {
    if (!databases.opened.includes(this)) {
      databases.opened.push(this);
    }
    const stores: string[] = typeof names === "string" ? [names] : [...names];
    const unwritten = databases.failing === true || (databases.failing !== false && stores.includes(databases.failing));
    const unread = databases.photosUnread && stores.includes("photo");
    if (mode === "readwrite" ? unwritten : unread) {
      throw new DOMException("the disk is gone", "UnknownError");
    }
    databases.drafts += mode === "readwrite" && stores.includes("draft") ? 1 : 0;
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
    await tablet.cardLink(HOME).click();
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

test("answers are written by a thread of their own, and by the page once that is gone", async ({ browser, server, newTablet }) => {
  const organiser = await deskOf(browser, server, "organiser");
  await assign(organiser.page, HOME, /^检查1组/);
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await page.addInitScript(keepAtHand, true);
  await tablet.signIn("inspector-01");
  await begin(tablet, HOME);
  const writtenHere = () => page.evaluate(() => window.databases.drafts);
  const answersOf = async () => (await kept<{ answers: Record<string, string> }>(page, "draft"))[0]?.value.answers;

  await test.step("what is typed is on disk, and the page did not write it", async () => {
    let beds = 200;
    await expect(async () => {
      const before = await writtenHere();
      beds += 1;
      await answer(page, "capacity", String(beds));
      await tablet.expectSaved();
      expect(await writtenHere()).toBe(before);
    }).toPass();
    expect(await answersOf()).toMatchObject({ capacity: String(beds) });
  });

  await test.step("it writes over no draft that was handed in, and over none that is not sealed", async () => {
    const outcomes = await page.evaluate(async () => {
      const writer = new Worker("/draft_writer.js");
      const asked = <T>(message: object): Promise<T> =>
        new Promise((resolve) => {
          writer.onmessage = ({ data }) => resolve(data as T);
          writer.postMessage(message);
        });
      const database = window.databases.opened[0]!;
      await asked({ name: database.name, version: database.version });
      const [sealed, handedIn, plain] = [Uint8Array.of(1, 0, 7), Uint8Array.of(1, 1, 7), "{}"];
      const outcomes: [boolean, unknown][] = [];
      for (const lies of [undefined, sealed, handedIn, plain]) {
        const key = ["nobody", "nothing"];
        const done = (act: (drafts: IDBObjectStore) => IDBRequest): Promise<unknown> =>
          new Promise((resolve, reject) => {
            const request = act(database.transaction("draft", "readwrite").objectStore("draft"));
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error ?? new Error("the database failed"));
          });
        if (lies !== undefined) {
          await done((drafts) => drafts.put(lies, key));
        }
        const { kept } = await asked<{ kept: boolean }>({ number: 1, key, value: Uint8Array.of(1, 0, 8) });
        const now = await done((drafts) => drafts.get(key));
        outcomes.push([kept, now instanceof Uint8Array ? [...now] : now]);
        await done((drafts) => drafts.delete(key));
      }
      writer.terminate();
      return outcomes;
    });
    expect(outcomes).toEqual([
      [true, [1, 0, 8]],
      [true, [1, 0, 8]],
      [false, [1, 1, 7]],
      [false, "{}"],
    ]);
  });

  await test.step("a thread that does not answer any more is done without", async () => {
    const [writer] = page.workers();
    await writer?.evaluate(() => self.close());
    const before = await writtenHere();
    await answer(page, "residents_on_site", "150");
    await expect.poll(writtenHere, { timeout: 15_000 }).toBeGreaterThan(before);
    await tablet.expectSaved();
    expect(await answersOf()).toMatchObject({ residents_on_site: "150" });
  });
});

test("what is not on disk holds back the handing in, and is nobody else's", async ({ browser, server, newTablet }) => {
  const organiser = await deskOf(browser, server, "organiser");
  await assign(organiser.page, HOME, /^检查1组/);
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await page.addInitScript(keepAtHand);
  await tablet.signIn("inspector-01");

  await test.step("a visit is not handed in while a photo of it is on its way", async () => {
    await begin(tablet, HOME);
    await answer(page, "b8", "fail");
    await page.locator('input[name="present"]:not(:checked)').first().check();
    await tablet.expectSaved();
    await page.evaluate(() => (window.databases.failing = true));
    await item(page, "b8").locator('[data-test="finding"] input[type="file"]').setInputFiles(await photo(page, "东门"));
    await expect(tablet.hook("saved")).toHaveAttribute("data-state", "attention");
    await page.locator('input[name="outcome"][value="refusedEntry"]').check();
    await page.locator("#account").fill("门卫拒绝入内。");
    await tablet.hook("review").click();
    await submit(tablet);
    await expect(page.getByText("还有照片或录音、录像正在录制或保存")).toBeVisible();
    await expect(page).toHaveURL(/\/review$/);
    await page.evaluate(() => (window.databases.failing = false));
    await tablet.expectSaved();
  });

  await test.step("once it is on disk the visit is recorded, whatever cannot be read afterwards", async () => {
    await page.evaluate(() => (window.databases.photosUnread = true));
    await submit(tablet);
    await tablet.expectCard(HOME, "Received");
    await tablet.expectUnsent(0);
    await page.evaluate(() => (window.databases.photosUnread = false));
  });

  await test.step("signing out says what is not saved, and what the next person has is left alone", async () => {
    await begin(tablet, OTHER_HOME);
    await answer(page, "capacity", "321");
    await tablet.expectSaved();
    await page.evaluate(() => (window.databases.failing = "draft"));
    await answer(page, "capacity", "322");
    await expect(tablet.hook("saved")).toHaveAttribute("data-state", "attention");
    await page.locator(".bar a").first().click();
    await page.getByRole("button", { name: "退出登录" }).click();
    await expect(tablet.hook("unsaved")).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: "仍要退出" }).click();
    await expect(page.locator('input[name="password"]')).toBeVisible();
    await page.evaluate(() => {
      window.databases.hurried = true;
      window.databases.failing = false;
    });
    await tablet.signInHere("inspector-02");
    await expect(tablet.card(OTHER_HOME)).toBeVisible();
    // Time enough for a save that went on to be tried again.
    await page.waitForTimeout(1_000);
    await expect(tablet.card(OTHER_HOME)).not.toHaveAttribute("data-state", "InProgress");
    await tablet.expectSaved();
    await page.evaluate(() => (window.databases.hurried = false));
    // What stood on the page has ended with it, and nothing of it fails now.
    expect(butForRequests(tablet.complaints)).toEqual([]);
  });

  await test.step("who comes back finds what was saved, and the leaving of a page that is not saved loses nothing", async () => {
    await page.getByRole("button", { name: "退出登录" }).click();
    await tablet.signInHere("inspector-01");
    await tablet.cardLink(OTHER_HOME).click();
    await expect(item(page, "capacity").locator("input")).toHaveValue("321");
    await page.evaluate(() => (window.databases.failing = "draft"));
    await answer(page, "capacity", "323");
    await page.locator(".bar a").first().click();
    await tablet.cardLink(OTHER_HOME).click();
    await answer(page, "residents_on_site", "150");
    await page.evaluate(() => (window.databases.failing = false));
    await tablet.expectSaved();
    await expect(item(page, "capacity").locator("input")).toHaveValue("323");
  });

  await test.step("what another tab entered meanwhile is there when the turn comes back", async () => {
    const other = await tablet.context.newPage();
    await other.goto(page.url());
    await other.getByRole("button", { name: "改在此页使用" }).click();
    await expect(page.getByText("已在另一个标签页打开")).toBeVisible();
    await answer(other, "capacity", "400");
    await expect(other.locator('[data-test="saved"]')).toHaveAttribute("data-state", "saved");
    await page.getByRole("button", { name: "改在此页使用" }).click();
    await expect(item(page, "capacity").locator("input")).toHaveValue("400");
    await answer(page, "staff_employed", "80");
    await tablet.expectSaved();
    await other.close();
  });

  await test.step("a database that was cleared under the page is not begun anew by it", async () => {
    const cleared = await page.evaluate(
      () =>
        new Promise<boolean>((resolve) => {
          const request = indexedDB.deleteDatabase("dubang-field");
          request.onsuccess = () => resolve(true);
          request.onerror = () => resolve(false);
        }),
    );
    expect(cleared).toBe(true);
    await answer(page, "capacity", "500");
    await expect(tablet.hook("saved")).toHaveAttribute("data-state", "attention");
    await expect(page.getByText("本机保存的内容已被清除").first()).toBeVisible();
    await open(page, "/field");
    await tablet.upToDate();
    await begin(tablet, OTHER_HOME);
    await answer(page, "capacity", "501");
    await tablet.expectSaved();
    await page.locator(".bar a").first().click();
    await tablet.expectUnsent(0);
  });
});

interface Earlier {
  version: number;
  /** Of which stores the keys were hashes alone. */
  byHash: string[];
}

/** Makes the tablet's database what it was in an earlier version: without recordings, and with what then lay under its hash alone. Runs in the page. */
async function backTo({ version, byHash }: Earlier): Promise<void> {
  const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.addEventListener("success", () => resolve(request.result));
      request.addEventListener("error", () => reject(request.error ?? new Error("the database failed")));
    });
  const latest = await done(indexedDB.open("dubang-field"));
  const names = [...latest.objectStoreNames].filter((name) => !name.startsWith("recording"));
  const read = latest.transaction(names);
  const kept: { name: string; rows: [IDBValidKey, unknown][] }[] = [];
  for (const name of names) {
    const store = read.objectStore(name);
    const [keys, values] = [await done(store.getAllKeys()), (await done(store.getAll())) as unknown[]];
    kept.push({ name, rows: keys.map((key, place) => [byHash.includes(name) && Array.isArray(key) ? (key[1] as IDBValidKey) : key, values[place]]) });
  }
  latest.close();
  await done(indexedDB.deleteDatabase("dubang-field"));
  const opening = indexedDB.open("dubang-field", version);
  opening.addEventListener("upgradeneeded", () => {
    for (const { name, rows } of kept) {
      const store = opening.result.createObjectStore(name);
      for (const [key, value] of rows) {
        store.put(value, key);
      }
    }
  });
  (await done(opening)).close();
}

const EARLIER: Earlier[] = [
  { version: 1, byHash: ["photo", "photo_bytes"] },
  { version: 2, byHash: ["photo_bytes"] },
  { version: 3, byHash: [] },
];
for (const earlier of EARLIER) {
  test(`a database of version ${earlier.version} is taken over with all that is in it`, async ({ browser, server, newTablet }) => {
    const organiser = await deskOf(browser, server, "organiser");
    await assign(organiser.page, HOME, /^检查1组/);
    const tablet = await newTablet();
    const page = await tablet.switchOn();
    // A server of that time, which gives no key to seal by.
    await page.route("**/api/sync/v1/local-key", (route) => route.fulfill({ status: 404, json: {} }));
    await tablet.signIn("inspector-01");
    await expect(tablet.hook("protection")).toContainText("还没有加密");
    await begin(tablet, HOME);
    await answer(page, "capacity", "200");
    await fail(page, "b8", "东门无人值守。");
    await tablet.expectSaved();

    await test.step("given what that version kept", async () => {
      // A page of the same place that has nothing to do with the database.
      await page.goto("/favicon.svg");
      await page.evaluate(backTo, earlier);
      expect(await page.evaluate(async () => (await indexedDB.databases()).map(({ version }) => version))).toEqual([earlier.version]);
    });

    await test.step("then the visit goes on with its answers and its photo", async () => {
      await open(page, "/field");
      await tablet.cardLink(HOME).click();
      await expect(item(page, "capacity").locator("input")).toHaveValue("200");
      await expect(item(page, "b8").locator("figure img")).toHaveCount(1);
      expect(await page.evaluate(async () => (await indexedDB.databases()).map(({ version }) => version))).toEqual([4]);
      expect((await lying(page)).filter(({ sealed }) => sealed)).toEqual([]);
    });

    await test.step("and once the server gives a key, all of it is sealed and nothing else changes", async () => {
      await page.unroute("**/api/sync/v1/local-key");
      const before = await kept(page, "draft");
      await open(page, "/field");
      await tablet.upToDate();
      await expect(tablet.hook("protection")).toContainText("已用您的密钥加密");
      await expect(async () => expect((await lying(page)).filter(({ sealed }) => !sealed)).toEqual([])).toPass();
      expect(await kept(page, "draft")).toEqual(before);
      await open(page, "/field");
      await tablet.cardLink(HOME).click();
      await expect(item(page, "capacity").locator("input")).toHaveValue("200");
      await expect(item(page, "b8").locator("figure img")).toHaveCount(1);
    });

    await test.step("and the photo is sent with it", async () => {
      await handIn(tablet, HOME);
      await tablet.expectCard(HOME, "Received");
      await tablet.expectUnsent(0);
    });
  });
}
