// What a tablet keeps is sealed by a key of its person, and a PIN locks it: nobody else reads it, and nothing is lost by it.

import type { Page } from "@playwright/test";
import { butForRequests } from "../fixtures/complaints.ts";
import { begin, fail, handIn } from "../fixtures/finding.ts";
import { answer, item } from "../fixtures/inspection.ts";
import { SEALED_STORES, kept, lying } from "../fixtures/kept.ts";
import { sentOut } from "../fixtures/sent_out.ts";
import { expect, expectAccessible, open, signIn, test } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";
const NOTE = "东门无人值守，门锁已损坏。";
const PIN = "290417";

async function typePin(page: Page, pin: string): Promise<void> {
  const input = page.locator("#pin");
  await expect(input).toBeFocused();
  // The sixth digit unlocks.
  await input.pressSequentially(pin);
}

async function setPin(page: Page, pin: string): Promise<void> {
  const form = page.locator('[data-test="pin-form"]');
  await page.getByRole("button", { name: "设置 PIN 码" }).click();
  await form.locator("#pin-new").fill(pin);
  await form.locator("#pin-again").fill(pin);
  await form.getByRole("button", { name: "保存" }).click();
  await expect(form).toHaveCount(0);
}

test("what a tablet keeps is sealed, for each of those who share it", async ({ browser, server, newTablet }) => {
  const { tablet, page } = await sentOut({ browser, server, newTablet }, HOME);
  await begin(tablet, HOME);
  await answer(page, "capacity", "200");
  await fail(page, "b8", NOTE);
  await tablet.expectSaved();

  await test.step("nothing that was entered or fetched lies there in words", async () => {
    const all = await lying(page);
    // Of recordings there is nothing but while they are under way.
    expect(new Set(all.map(({ store }) => store))).toEqual(new Set(SEALED_STORES.filter((store) => !store.startsWith("recording"))));
    for (const { store, sealed, bytes } of all) {
      expect(sealed, store).toBe(true);
      const text = Buffer.from(bytes, "base64").toString("utf8");
      expect(text).not.toContain("东门");
      expect(text).not.toContain("inspection");
      expect(text).not.toContain("JFIF");
    }
  });

  await test.step("another program opens it with the key, as it is documented", async () => {
    const [draft] = await kept<{ answers: Record<string, string>; findings: Record<string, { note: string }> }>(page, "draft");
    expect(draft?.value.answers).toMatchObject({ capacity: "200" });
    expect(draft?.value.findings["b8"]?.note).toBe(NOTE);
    expect((await kept<{ event: { kind: string } }>(page, "outbox")).map(({ value }) => value.event.kind)).toContain("inspection.started");
  });

  await test.step("who signs in next has a key of their own, and what was begun stays for who began it", async () => {
    await page.locator(".bar a").first().click();
    await page.getByRole("button", { name: "退出登录" }).click();
    await tablet.signInHere("inspector-02");
    await tablet.upToDate();
    await expect(tablet.card(HOME)).toHaveAttribute("data-state", "NotStarted");
    await expect(tablet.hook("protection")).toContainText("已用您的密钥加密");
    expect((await lying(page)).every(({ sealed }) => sealed)).toBe(true);
    // The key goes with its person, and what is left here opens to nobody.
    await page.getByRole("button", { name: "退出登录" }).click();
    await expect(page.locator('input[name="password"]')).toBeVisible();
    const people = new Set((await lying(page, ["event"])).map(({ key }) => key[0]));
    expect(people.size).toBe(2);
    await expect(kept(page, "event")).rejects.toThrow();
    await tablet.signInHere("inspector-01");
    await tablet.cardLink(HOME).click();
    await expect(item(page, "capacity").locator("input")).toHaveValue("200");
    await expect(item(page, "b8").locator("textarea").first()).toHaveValue(NOTE);
    await expect(item(page, "b8").locator("figure img")).toHaveCount(1);
  });

  await test.step("and it is sent as it was entered", async () => {
    await handIn(tablet, HOME);
    await tablet.expectCard(HOME, "Received");
    await tablet.expectUnsent(0);
    expect((await lying(page)).every(({ sealed }) => sealed)).toBe(true);
    expect(butForRequests(tablet.complaints)).toEqual([]);
  });
});

test("a PIN locks the tablet, and the password opens it when the PIN is forgotten", async ({ browser, server, newTablet }) => {
  const { tablet, page: first } = await sentOut({ browser, server, newTablet }, HOME);
  let page = first;
  const lock = () => tablet.hook("lock");
  const form = () => tablet.hook("pin-form");

  await test.step("a PIN is chosen with care", async () => {
    await page.getByRole("button", { name: "设置 PIN 码" }).click();
    await expect(page.locator("#pin-new")).toBeFocused();
    for (const [pin, again, words] of [
      ["1234", "1234", "6 位数字"],
      ["123456", "123456", "相同或连续"],
      [PIN, "290418", "不一致"],
    ] as const) {
      await page.locator("#pin-new").fill(pin);
      await page.locator("#pin-again").fill(again);
      await form().getByRole("button", { name: "保存" }).click();
      await expect(form().getByRole("alert")).toContainText(words);
    }
    await expectAccessible(page);
    await form().getByRole("button", { name: "取消" }).click();
    await setPin(page, PIN);
    await expect(tablet.hook("protection")).toContainText("5 分钟无人操作自动锁定");
  });

  await test.step("locked, nothing is seen and nothing reached but the PIN, and all is as it was afterwards", async () => {
    await begin(tablet, HOME);
    await answer(page, "capacity", "200");
    await tablet.expectSaved();
    await page.locator(".bar a").first().click();
    await page.getByRole("button", { name: "立即锁定" }).click();
    await expect(lock()).toBeVisible();
    await expect(page.getByRole("button", { name: "立即锁定" })).toBeHidden();
    await expect(tablet.card(HOME)).toBeHidden();
    await expectAccessible(page);
    for (let press = 0; press < 12; press += 1) {
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('[data-test="lock"]') !== null)).toBe(true);
    }
    await page.locator("#pin").focus();
    await typePin(page, "290418");
    await expect(lock().getByRole("alert")).toContainText("还可以试 9 次");
    await typePin(page, PIN);
    await expect(lock()).toHaveCount(0);
    await expect(page.getByRole("button", { name: "立即锁定" })).toBeFocused();
  });

  await test.step("it locks itself when nobody touches it, over an inspection too, and what waits is sent meanwhile", async () => {
    await tablet.cardLink(HOME).click();
    await answer(page, "residents_on_site", "150");
    await fail(page, "b8", NOTE);
    await tablet.expectSaved();
    await tablet.context.setOffline(true);
    // A picture that lies over everything would lie over the lock.
    await item(page, "b8").locator('[data-test="enlarge"]').click();
    await expect(page.locator("dialog.enlarged img")).toBeVisible();
    await expectAccessible(page);
    await page.evaluate(() => {
      const ahead = Date.now() + 5 * 60_000;
      const real = Date.now.bind(Date);
      const began = real();
      Date.now = () => ahead + real() - began;
    });
    await expect(lock()).toBeVisible({ timeout: 10_000 });
    await expect(item(page, "residents_on_site")).toBeHidden();
    await expect(page.locator("dialog.enlarged")).toHaveCount(0);
    await typePin(page, PIN);
    await expect(lock()).toHaveCount(0);
    await expect(item(page, "residents_on_site").locator("input")).toHaveValue("150");
    await expect(item(page, "b8").locator('[data-test="enlarge"]')).toBeFocused();
    await handIn(tablet, HOME);
    await page.getByRole("button", { name: "立即锁定" }).click();
    await expect(lock()).toBeVisible();
    await tablet.context.setOffline(false);
    await expect(tablet.hook("unsent")).toHaveAttribute("data-count", "0");
    await expect(lock()).toBeVisible();
    await typePin(page, PIN);
    await expect(lock()).toHaveCount(0);
    await tablet.expectCard(HOME, "Received");
  });

  await test.step("opened anew without a network it asks for the PIN, and counts the wrong ones over every start", async () => {
    await tablet.switchOff();
    page = await tablet.switchOn({ offline: true });
    await open(page, "/field");
    await typePin(page, "290418");
    await expect(lock().getByRole("alert")).toContainText("还可以试 9 次");
    await open(page, "/field");
    await typePin(page, "290419");
    await expect(lock().getByRole("alert")).toContainText("还可以试 8 次");
    await expect(tablet.card(HOME)).toHaveCount(0);
    await typePin(page, PIN);
    await tablet.expectCard(HOME, "Received");
    await page.getByRole("button", { name: "立即锁定" }).click();
    for (let left = 9; left > 0; left -= 1) {
      await typePin(page, "290418");
      await expect(lock().getByRole("alert")).toContainText(`还可以试 ${left} 次`);
    }
    await typePin(page, "290418");
    await expect(lock().getByRole("alert")).toContainText("PIN 码已不能解锁");
    await typePin(page, PIN);
    await expect(lock().getByRole("alert")).toContainText("PIN 码已不能解锁");
  });

  await test.step("then the password opens it over the network, and another PIN can be set", async () => {
    await tablet.context.setOffline(false);
    await open(page, "/field");
    await lock().getByRole("button", { name: "忘记 PIN 码" }).click();
    // The focus goes to the password; what is typed before would go there too.
    await expect(page.locator("#password")).toBeFocused();
    await expectAccessible(page);
    await tablet.signInHere("inspector-01");
    await expect(lock()).toHaveCount(0);
    await tablet.expectCard(HOME, "Received");
    await expect(tablet.hook("protection")).toContainText("设置 PIN 码后");
    await setPin(page, "112358");
    await page.getByRole("button", { name: "停用 PIN 码" }).click();
    await page.locator("#pin-now").fill(PIN);
    await form().getByRole("button", { name: "停用 PIN 码" }).click();
    await expect(form().getByRole("alert")).toContainText("不正确");
    await page.locator("#pin-now").fill("112358");
    await form().getByRole("button", { name: "停用 PIN 码" }).click();
    await expect(form()).toHaveCount(0);
    await open(page, "/field");
    await tablet.expectCard(HOME, "Received");
    expect(butForRequests(tablet.complaints)).toEqual([]);
  });
});

test("nobody is kept from what is theirs, and nobody takes it over", async ({ browser, server, newTablet }) => {
  const { tablet, page } = await sentOut({ browser, server, newTablet }, HOME);
  const leave = page.getByRole("button", { name: "退出登录" });
  const capacity = () => item(page, "capacity").locator("input");

  await test.step("given who signs out without a network, and a server that was restored from a copy without the key, the password opens it, and tells the key", async () => {
    await begin(tablet, HOME);
    await answer(page, "capacity", "200");
    await tablet.expectSaved();
    await tablet.context.setOffline(true);
    await page.locator(".bar a").first().click();
    await leave.click();
    await expect(page.locator('input[name="password"]')).toBeVisible();
    await tablet.context.setOffline(false);
    const told: unknown[] = [];
    await page.route("**/api/sync/v1/local-key", async (route) => {
      const { held } = route.request().postDataJSON() as { held?: string };
      told.push(held);
      await route.fulfill({ json: { key: held ?? "ab".repeat(32) } });
    });
    await open(page, "/field");
    await expect(kept(page, "draft")).rejects.toThrow();
    await tablet.signInHere("inspector-01");
    await tablet.cardLink(HOME).click();
    await expect(capacity()).toHaveValue("200");
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^[0-9a-f]{64}$/);
    await page.unroute("**/api/sync/v1/local-key");
  });

  await test.step("a disk that fails keeps nobody out who has the PIN", async () => {
    await page.locator(".bar a").first().click();
    await setPin(page, PIN);
    await page.getByRole("button", { name: "立即锁定" }).click();
    await page.evaluate(() => {
      const begin = IDBDatabase.prototype.transaction;
      const failing = { now: true };
      Object.assign(globalThis, { failing });
      IDBDatabase.prototype.transaction = function (names, mode, options) {
        if (mode === "readwrite" && failing.now) {
          throw new DOMException("the disk is full", "QuotaExceededError");
        }
        return begin.call(this, names, mode, options);
      };
    });
    await typePin(page, "290418");
    await expect(tablet.hook("lock").getByRole("alert")).toContainText("还可以试 9 次");
    await typePin(page, PIN);
    await expect(tablet.hook("lock")).toHaveCount(0);
    await page.evaluate(() => ((globalThis as unknown as { failing: { now: boolean } }).failing.now = false));
  });

  await test.step("who signs in over somebody else's lock sees nothing of theirs, and has a protection of their own", async () => {
    await tablet.cardLink(HOME).click();
    await expect(capacity()).toHaveValue("200");
    await page.evaluate(() => {
      const real = Date.now.bind(Date);
      Date.now = () => real() + 6 * 60_000;
    });
    await expect(tablet.hook("lock")).toBeVisible({ timeout: 10_000 });
    await expect(page).toHaveTitle("已锁定");
    await tablet.hook("lock").getByRole("button", { name: "忘记 PIN 码" }).click();
    // The focus goes to the password; what is typed before would go there too.
    await expect(page.locator("#password")).toBeFocused();
    await tablet.signInHere("inspector-02");
    await expect(tablet.hook("lock")).toHaveCount(0);
    await expect(item(page, "capacity")).toHaveCount(0);
    await open(page, "/field");
    await tablet.upToDate();
    await expect(tablet.card(HOME)).toHaveAttribute("data-state", "NotStarted");
    await expect(page.getByRole("button", { name: "设置 PIN 码" })).toBeVisible();
  });

  await test.step("whose office session is in the browser is asked for their PIN here", async () => {
    await leave.click();
    await expect(page.locator('input[name="password"]')).toBeVisible();
    const office = await tablet.context.newPage();
    await signIn(office, "inspector-01");
    await office.close();
    await open(page, "/field");
    await expect(tablet.hook("lock")).toBeVisible();
    await expect(tablet.card(HOME)).toHaveCount(0);
    await typePin(page, PIN);
    await tablet.cardLink(HOME).click();
    await expect(capacity()).toHaveValue("200");
  });
});
