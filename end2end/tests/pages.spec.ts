// Every page as everybody who may open it, in both languages: it is quiet, it has a title and one heading, axe finds nothing.
// And what is outside one's role says so.

import type { Page } from "@playwright/test";
import { butForRequests } from "../fixtures/complaints.ts";
import { type Language, deskOf, expectProper, openProperly } from "../fixtures/office.ts";
import { expect, open, signIn, started, test } from "../fixtures/test.ts";

const LANGUAGES = { zh: "zh-Hans", en: "en" } as const;

const LISTS = [
  "/",
  "/inbox",
  "/notices",
  "/notices/overdue",
  "/talks",
  "/talks/materials",
  "/arrangements",
  "/campaigns",
  "/draws",
  "/findings",
  "/findings/support",
  "/findings/look-backs",
  "/inspections",
  "/inspections/pairs",
  "/situation",
  "/situation/reports",
  "/bodies",
  "/checklists",
  "/record",
];
/** Pages whose address is not known beforehand: a list, and which of its links is followed. */
const OF_ALL: [string, string][] = [
  ["/notices", 'main th a[href^="/notices/"]'],
  ["/bodies?kind=elderCare", 'main th a[href^="/bodies/"]'],
  ["/checklists", 'main a[href^="/checklists/"]'],
  ["/draws", 'main th a[href^="/draws/"]'],
];
/** Of what was found: the visit, the finding, a look-back; and the letter that pressed for one. */
const OF_FINDINGS: [string, ...string[]][] = [
  ["/inspections", 'main th a[href^="/inspections/"]'],
  ["/findings", 'tbody a[href^="/findings/"]'],
  ["/findings/look-backs", 'main th a[href^="/findings/look-backs/"]'],
  ["/findings?due=overdue&stage=notified", 'tbody a[href^="/findings/"]', 'main a[href*="/papers/"]'],
];
const BODY = "/bodies?search=%E5%AF%BF%E5%B1%B1";
const BODY_RULES: [string, ...string[]] = [BODY, 'main th a[href^="/bodies/"]', 'main a[href$="/rules"]'];
const BODY_EDIT: [string, ...string[]] = [BODY, 'main th a[href^="/bodies/"]', 'main a[href$="/edit"]'];
const BODY_ENTRANCE: [string, ...string[]] = [BODY, 'main th a[href^="/bodies/"]', 'main a[href$="/entrance"]'];
const ARRANGEMENT: [string, string] = ["/arrangements", 'main th a[href^="/arrangements/"]'];
const CAMPAIGN: [string, string] = ["/campaigns", 'main th a[href^="/campaigns/"]'];
const ASSIGNMENT: [string, ...string[]] = ["/campaigns", 'main th a[href^="/campaigns/"]', 'main a[href^="/assignments/"]'];
/** The same with another link that is followed from there. */
const OF_NOTICE: [string, ...string[]][] = [
  ["/notices", 'main th a[href^="/notices/"]', 'nav.tabs a[href$="/receipts"]'],
  ["/notices", 'main th a[href^="/notices/"]', 'nav.tabs a[href$="/transmission"]'],
];
const OF_TALK: [string, ...string[]][] = [
  ["/talks", 'main th a[href^="/talks/"]'],
  ["/talks/materials", 'main th a[href^="/talks/materials/"]'],
];
const FILTERED = ["/situation/reports?day=2022-03-20&state=missing", "/bodies?sort=-residents&page=2", "/bodies?district=110106&search=%E5%85%BB", "/findings?stage=raised&severity=key", "/findings?due=overdue", "/findings?mine=order&stage=disputed,planSubmitted,extensionAsked"];
const SETTLING = ["/administration/held"];
const RULES: (string | [string, string])[] = [
  "/levels",
  ["/levels", 'main th a[href^="/levels/"]'],
  "/guides",
  ["/guides", 'main th a[href^="/guides/"]'],
];

/** Who opens what: addresses, and lists with the link that is followed. */
const ROLES: Record<string, (string | [string, ...string[]])[]> = {
  administrator: [
    ...LISTS,
    ...FILTERED,
    ...SETTLING,
    "/bodies/new",
    "/bodies/import",
    "/administration",
    "/administration/districts",
    "/administration/devices",
    ["/administration/devices", 'main th a[href^="/administration/devices/"]'],
    "/administration/people/new",
    "/administration/people/import",
    ["/administration?search=fengtai", 'main th a[href^="/administration/people/"]'],
    "/levels/new",
    "/guides/new",
    "/password",
    BODY_RULES,
    BODY_EDIT,
    BODY_ENTRANCE,
    ...RULES,
    ...OF_ALL,
    CAMPAIGN,
  ],
  organiser: [...LISTS, ...SETTLING, "/record/events", "/campaigns/new", "/draws/new", "/arrangements/new", ARRANGEMENT, "/notices/new", "/talks/new", "/talks/materials/new", "/inspections/clearances", ["/inspections/clearances", 'main th a[href^="/inspections/clearances/"]'], "/inspections/exposure?name=%E6%A3%80%E6%9F%A5%E5%91%9834&at=2022-03-13T08%3A00", "/talks/trace", "/talks/trace/orphans", ...OF_ALL, ...OF_NOTICE, ...OF_TALK, CAMPAIGN, ASSIGNMENT],
  oversight: [...LISTS, ...SETTLING, "/talks/trace", ...OF_ALL, ...OF_TALK, ...OF_FINDINGS, CAMPAIGN],
  "inspector-05": ["/", "/inbox", "/unsent"],
  "fengtai-officer": [...LISTS, ...OF_ALL, ...OF_NOTICE],
  "welfare-home-1": [...LISTS, ...OF_ALL, ...OF_NOTICE, ...RULES, ["/", 'main a[href^="/situation/"]'], ["/", 'main a[href^="/self-inspections/"]']],
};

/** The address of a page of a list. */
async function found(page: Page, [list, ...links]: [string, ...string[]]): Promise<string> {
  let address = list;
  for (const link of links) {
    await open(page, address);
    address = (await page.locator(link).first().getAttribute("href")) ?? "";
  }
  return address;
}

/** What a role sees, so many pages at a time: a test of dozens would end by its length before it ends by a fault. */
function* parts<Path>(roles: Record<string, Path[]>): Generator<[string, number, Path[]]> {
  const length = 14;
  for (const [role, paths] of Object.entries(roles)) {
    for (let from = 0; from < paths.length; from += length) {
      yield [role, from / length + 1, paths.slice(from, from + length)];
    }
  }
}

for (const [code, tag] of Object.entries(LANGUAGES) as [Language, string][]) {
  for (const [role, number, paths] of parts(ROLES)) {
    test(`${role} in ${code}, part ${number}`, async ({ browser, server }) => {
      const { page, complaints } = await deskOf(browser, server, role, code);
      for (const asked of paths) {
        const path = typeof asked === "string" ? asked : await found(page, asked);
        // Another role's words in another language change nothing that axe looks at: it looks once at each of them.
        await openProperly(page, path, { axe: code === "zh" || role === "administrator" });
        expect(new URL(page.url()).pathname, `${path} was opened`).toBe(path.split("?")[0]);
        await expect(page.locator("html")).toHaveAttribute("lang", tag);
        await expect(page.locator(".skeleton")).toHaveCount(0);
      }
      expect(complaints).toEqual([]);
    });
  }

  test(`what needs no sign-in, in ${code}`, async ({ browser, server }) => {
    const { page, complaints } = await deskOf(browser, server, undefined, code);
    await openProperly(page, "/sign-in");
    await openProperly(page, "/public/draws");
    await page.locator('main th a[href^="/public/draws/"]').first().click();
    await expectProper(page);
    await expect(page.locator("html")).toHaveAttribute("lang", tag);
    expect(complaints).toEqual([]);
  });

  test(`the field in ${code}`, async ({ browser, server }) => {
    const { page, complaints } = await deskOf(browser, server, undefined, code);
    await open(page, "/field");
    await expect(page.locator("#password")).toBeVisible();
    await expectProper(page);
    await signIn(page, "inspector-04");
    await open(page, "/field");
    const card = page.locator('[data-test="assignment-card"]');
    await expect(card).toHaveCount(1);
    await expect(page.locator("html")).toHaveAttribute("lang", tag);
    await expectProper(page);
    await card.getByRole("link").click();
    await expectProper(page);
    await page.locator('[data-test="start"]').click();
    await expect(page.locator('[data-test="section-link"]').first()).toBeVisible();
    await expectProper(page);
    await page.locator('[data-test="review"]').click();
    await expect(page.locator("#gaps")).toBeVisible();
    await expectProper(page);
    await open(page, "/field/outbox");
    await expect(page.locator('[data-test="outbox-row"]')).toHaveCount(1);
    await expect(page.locator('[data-test="outbox-draft"]')).toHaveCount(1);
    await expectProper(page);
    await open(page, "/field/sign-in");
    await expectProper(page);
    expect(butForRequests(complaints)).toEqual([]);
  });
}

test("pages without scripts show all that is to be read", async ({ browser, server }) => {
  const desk = await deskOf(browser, server, "organiser");
  const cookies = await desk.page.context().cookies();
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false });
  await context.addCookies(cookies);
  const page = await context.newPage();
  for (const path of LISTS) {
    await page.goto(path);
    await expect(page.locator("h1")).toHaveCount(1);
    await expect(page.locator(".skeleton")).toHaveCount(0);
  }
  await page.goto("/bodies?search=%E7%AC%AC%E4%B8%80%E7%A4%BE%E4%BC%9A%E7%A6%8F%E5%88%A9%E9%99%A2");
  await expect(page.locator("tbody tr")).toHaveCount(1);
});

test("what is not there says so", async ({ browser, server }) => {
  const { page } = await deskOf(browser, server, "organiser");
  for (const path of ["/no-such-page", "/findings/not-an-id", "/findings/01890000-0000-7000-8000-000000000000"]) {
    const answer = await page.goto(path);
    await started(page);
    expect(answer?.status(), path).toBe(404);
    await expect(page.locator("main")).toContainText("没有找到这一页");
    await expectProper(page);
  }
});

const OUTSIDE: [string, string][] = [
  ["organiser", "/administration/people/new"],
  ["organiser", "/administration/people/import"],
  ["organiser", "/bodies/new"],
  ["organiser", "/bodies/import"],
  ["organiser", "/levels/new"],
  ["administrator", "/campaigns/new"],
  ["welfare-home-1", "/administration"],
  ["welfare-home-1", "/administration/held"],
  ["organiser", "/administration/devices"],
  ["welfare-home-1", "/campaigns/new"],
  ["welfare-home-1", "/inspections/exposure"],
  ["fengtai-officer", "/bodies/new"],
  ["fengtai-officer", "/notices/new"],
  ["fengtai-officer", "/talks/new"],
  ["fengtai-officer", "/talks/materials/new"],
  ["inspector-05", "/findings"],
  ["inspector-05", "/bodies"],
  ["inspector-05", "/record"],
];

for (const role of new Set(OUTSIDE.map(([role]) => role))) {
  test(`what is outside the role of ${role} says so`, async ({ browser, server }) => {
    const { page } = await deskOf(browser, server, role);
    for (const [, path] of OUTSIDE.filter(([who]) => who === role)) {
      await open(page, path);
      await expect(page.locator("main"), path).toContainText(/不在您的职责范围|没有权限|职责范围之外/);
      await expect(page.locator("main form"), `no form on ${path}`).toHaveCount(0);
      await expectProper(page);
    }
  });
}

test("an inspector's Today has their visits, and leads to the field", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "inspector-05");
  await openProperly(page, "/");
  await page.locator('main a[href^="/assignments/"]').first().click();
  await page.waitForURL(/\/assignments\//);
  await expect(page.locator("dl.facts")).toContainText("检查员05");
  await openProperly(page, "/");
  await page.locator('main a[href="/field"]').click();
  await expect(page.locator('[data-test="sync-state"]')).toHaveAttribute("data-sync", "UpToDate");
  expect(complaints).toEqual([]);
});

test("an officer of one institution sees nothing of another", async ({ browser, server }) => {
  const { page } = await deskOf(browser, server, "welfare-home-1");
  await open(page, "/bodies");
  await expect(page.locator("tbody tr")).toHaveCount(1);
  await expect(page.locator("tbody")).toContainText("市第一社会福利院");
});

/** What of an address makes it another page: its path, and the names of what its query asks for. */
function sortOf(address: string): string {
  const { pathname, searchParams } = new URL(address, "http://dubang.test");
  return `${pathname}?${[...searchParams.keys()].join("&")}`;
}

test("an institution meets no way that is closed to it", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "welfare-home-1");
  const waiting = ["/"];
  const seen = new Set<string>();
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) {
      continue;
    }
    seen.add(path);
    const answer = await page.goto(path);
    await started(page);
    expect(answer?.status(), path).toBe(200);
    const links = page.locator('a[href^="/"]:not([rel="external"])');
    const addresses = await links.evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
    // A list in another order, or of another day, is no other page.
    const sorts = new Set([...seen].map(sortOf));
    for (const address of addresses.filter((address) => !address.startsWith("/photo/"))) {
      if (!sorts.has(sortOf(address))) {
        sorts.add(sortOf(address));
        waiting.push(address);
      }
    }
  }
  const bodies = [...seen].filter((path) => path.startsWith("/bodies/")).map((path) => path.split(/[/?]/)[2]);
  expect(new Set(bodies).size).toBe(1);
  expect([...seen].filter((path) => path.startsWith("/campaigns"))).toEqual([]);
  expect(complaints).toEqual([]);
});

test("a role that holds for one body names the body", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "administrator");
  for (const [person, scope] of [
    ["welfare-home-1-discipline", "市第一社会福利院（含下属单位）"],
    ["committee", "市民政局（含下属单位）"],
    ["fengtai-officer", "丰台区"],
    ["organiser", "北京市（示例）"],
  ]) {
    await open(page, `/administration?search=${person}`);
    const row = page.getByRole("row").filter({ has: page.getByRole("cell", { name: person, exact: true }) });
    await expect(row).toContainText(`· ${scope}`);
  }
  expect(complaints).toEqual([]);

  const officer = await deskOf(browser, server, "welfare-home-1");
  await officer.page.locator("details.menu summary").click();
  await expect(officer.page.locator("details.menu")).toContainText("· 市第一社会福利院（含下属单位）");
  expect(officer.complaints).toEqual([]);
});

test("the demo campaign is of spring 2022, and a visit added today is too", async ({ browser, server }) => {
  const { page } = await deskOf(browser, server, "organiser");
  await open(page, "/campaigns");
  await expect(page.locator("tbody")).toContainText("2022年3月13日");
  await expect(page.locator("tbody")).toContainText("2022年5月31日");
  await page.getByRole("link", { name: "四不两直" }).click();
  await page.getByRole("button", { name: "新建任务" }).click();
  await expect(page.locator("#assignment-day")).toHaveValue("2022-03-14");
});
