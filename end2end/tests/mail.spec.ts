// What one is told of arrives by mail where one asked for it, over a relay that speaks SMTP.

import type { Page } from "@playwright/test";
import { butForRequests } from "../fixtures/complaints.ts";
import { deskOf, expectProper } from "../fixtures/office.ts";
import { Relay } from "../fixtures/relay.ts";
import { type Server, test as base, expect, open, started } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";
const VILLAGE = "北京SOS儿童村";

const test = base.extend<{ taking: Relay }>({
  taking: async ({}, use) => {
    const relay = await Relay.start();
    await use(relay);
    await relay.stop();
  },
  relay: async ({ taking }, use) => {
    await use(taking.url);
  },
});

/** Asks for mail at an address, in the language of the page. */
async function askForMail(page: Page, address: string): Promise<void> {
  await open(page, "/inbox");
  await askForMailAs(page, address);
}

/** Asks for a digest, too, which nobody gets who does not. */
async function askForDigests(page: Page, address: string): Promise<void> {
  await open(page, "/inbox");
  await expect(page.locator("#mail-digest")).not.toBeChecked();
  await page.locator("#mail-digest").check();
  await askForMailAs(page, address);
}

/** The same on the inbox as it stands. */
async function askForMailAs(page: Page, address: string): Promise<void> {
  await page.locator("#mail").fill(address);
  const answered = page.waitForResponse((answer) => answer.url().includes("/api/set-mail"));
  await page.locator("form", { has: page.locator("#mail") }).locator('button[type="submit"]').click();
  expect((await answered).ok()).toBe(true);
}

test("who asked for mail gets it in their language, with the way to what it is about", async ({ browser, server, taking }) => {
  const officer = await deskOf(browser, server, "welfare-home-1");
  const english = await deskOf(browser, server, "welfare-home-1-discipline");
  const village = await deskOf(browser, server, "sos-village");
  await test.step("three give an address, one of them in English", async () => {
    await askForMail(officer.page, "officer@example.org");
    await open(english.page, "/");
    await english.page.getByRole("link", { name: "English" }).click();
    await started(english.page);
    await askForMail(english.page, "discipline@example.org");
    await askForMail(village.page, "village@example.org");
  });

  const organiser = await deskOf(browser, server, "organiser");
  const chase = async (home: string) => {
    const { page, complaints } = organiser;
    await open(page, "/situation");
    await page.getByRole("link", { name: "查看今天" }).click();
    await expect(page.getByRole("link", { name: "查看今天" })).toHaveCount(0);
    await page.getByRole("link", { name: "查看未报机构并催报" }).click();
    await page.locator('input[name="search"]').fill(home);
    await page.getByRole("button", { name: "筛选" }).click();
    await page.getByRole("checkbox", { name: `选择：${home}` }).check();
    await page.getByRole("button", { name: "催报" }).click();
    await expect(page.locator('.banner[data-kind="success"]')).toContainText("1 条已完成");
    expect(butForRequests(complaints)).toEqual([]);
  };
  await test.step("one home is asked for its report", () => chase(HOME));

  await test.step("its two officers have a mail each, and nobody else", async () => {
    await expect.poll(() => taking.arrived.length, { timeout: 60_000 }).toBe(2);
    const sorted = [...taking.arrived].sort((one, other) => one.to.join().localeCompare(other.to.join()));
    expect(sorted.map(({ to }) => to)).toEqual([["discipline@example.org"], ["officer@example.org"]]);
    const [toEnglish, toChinese] = sorted.map(({ mail }) => mail);
    expect(toChinese?.from?.value.map(({ address }) => address)).toEqual(["dubang@example.org"]);
    expect(toChinese?.subject).toBe("督帮：催报每日情况");
    expect(toChinese?.text).toContain(`请登录查看：${server.url}/inbox`);
    expect(toEnglish?.subject).toBe("Dubang: Situation report asked for");
    expect(toEnglish?.text).toContain(`Sign in to see it: ${server.url}/inbox`);
    expect(toEnglish?.date?.getTime()).toBeGreaterThan(Date.now() - 600_000);
  });

  await test.step("the way in the mail leads there", async () => {
    const text = taking.arrived.find(({ to }) => to.includes("officer@example.org"))?.mail.text ?? "";
    const address = /http:\/\/\S+/.exec(text)?.[0] ?? "";
    await officer.page.goto(address);
    await started(officer.page);
    await expect(officer.page.locator(".inbox li").first()).toContainText("催报每日情况");
  });
  // Mails go in the order of what they tell: had the village been told of the home, that would have come before its own.
  await test.step("another home's officer is told of that home alone", async () => {
    await chase(VILLAGE);
    await expect.poll(() => taking.arrived.some(({ to }) => to.includes("village@example.org")), { timeout: 60_000 }).toBe(true);
    expect(taking.arrived.map(({ to }) => to.join()).sort()).toEqual(["discipline@example.org", "officer@example.org", "village@example.org"]);
  });
  for (const desk of [officer, english, village]) {
    expect(butForRequests(desk.complaints)).toEqual([]);
  }
});

/** Has the digests of the next working day queued; the day, and what was said. */
async function nextDigests(server: Server): Promise<[string, string]> {
  for (let days = 1; days < 14; days += 1) {
    const day = new Date(Date.now() + days * 24 * 3_600_000).toISOString().slice(0, 10);
    const said = await server.digest(`${day}T08:00`);
    if (said.includes("queued")) {
      return [day, said];
    }
    expect(said).toContain("day off");
  }
  throw new Error("a fortnight without a working day");
}

test("what is late or due soon comes by mail once a working day, to who asked for it", async ({ browser, server, taking }) => {
  const committee = await deskOf(browser, server, "committee");
  const regulator = await deskOf(browser, server, "child-welfare-officer");
  const without = await deskOf(browser, server, "oversight");
  await test.step("two want it, one of them in English, and one wants the news alone", async () => {
    await askForDigests(committee.page, "committee@example.org");
    await expectProper(committee.page);
    await open(regulator.page, "/");
    await regulator.page.getByRole("link", { name: "English" }).click();
    await started(regulator.page);
    await askForDigests(regulator.page, "regulator@example.org");
    await open(regulator.page, "/inbox");
    await expect(regulator.page.locator("#mail-digest")).toBeChecked();
    await askForMail(without.page, "oversight@example.org");
    await open(without.page, "/inbox");
    await expect(without.page.locator("#mail-digest")).not.toBeChecked();
  });

  await test.step("each has one, and no other when it is tried again", async () => {
    const [day, said] = await nextDigests(server);
    expect(said).toContain("queued: 2");
    expect(await server.digest(`${day}T09:00`)).toContain("queued: 0");
    await expect.poll(() => taking.arrived.length, { timeout: 60_000 }).toBe(2);
    const of = (address: string) => taking.arrived.find(({ to }) => to.includes(address))?.mail;
    const [chinese, english] = [of("committee@example.org"), of("regulator@example.org")];
    expect(chinese?.subject).toMatch(/^督帮：\d+项逾期/);
    expect(chinese?.text).toContain("待报送的材料：1项逾期");
    expect(chinese?.text).toContain(`全部事项：${server.url}/`);
    expect(english?.subject).toMatch(/^Dubang: \d+ overdue/);
    expect(english?.text).toContain("Support to provide: 1 overdue");
    // It leads to the page where that is done.
    const address = /http\S+\/findings\/\S+/.exec(english?.text ?? "")?.[0] ?? "";
    await regulator.page.goto(address);
    await started(regulator.page);
    await expect(regulator.page.locator("#provide-account")).toBeVisible();
  });
  for (const desk of [committee, regulator, without]) {
    expect(butForRequests(desk.complaints)).toEqual([]);
  }
});
