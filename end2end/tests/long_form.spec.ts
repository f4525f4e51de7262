// A checklist of five thousand rows on a tablet: what stands on the page is what is near the glass, and every question is reached as on a
// short one — by scrolling, by the sections, by "next open", from the review, and by keyboard.

import type { Page } from "@playwright/test";
import { butForRequests } from "../fixtures/complaints.ts";
import { answer, item, whole } from "../fixtures/inspection.ts";
import { type Definition, type Entry, assignLongForm, inspection } from "../fixtures/long_form.ts";
import type { Tablet } from "../fixtures/tablet.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

const ROWS = 5_000;
/** More would not be near the glass. */
const MOST_ON_PAGE = 200;

/** The names of the questions that are asked while nothing is answered, in order. */
function askedAtFirst(definition: Definition): string[] {
  const all = (entries: Entry[]): Entry[] => entries.flatMap((entry) => [entry, ...all(entry.children ?? [])]);
  return all(definition.children)
    .filter(({ node, kind, bind }) => node === "question" && kind !== "note" && bind?.relevant === undefined)
    .map(({ name }) => name);
}

async function expectFewOnPage(page: Page): Promise<void> {
  expect(await page.locator('[data-test^="item-"]').count()).toBeLessThan(MOST_ON_PAGE);
}

/** The question that has the focus. */
function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.closest("[data-test^=item-]")?.getAttribute("data-test")?.slice("item-".length));
}

/** Moves the focus to a question; each has its answer and, behind it, what leads to a note on it. */
async function moveTo(page: Page, key: "Tab" | "Shift+Tab", name: string): Promise<void> {
  await page.keyboard.press(key);
  if ((await focused(page)) !== name) {
    await page.keyboard.press(key);
  }
  expect(await focused(page)).toBe(name);
}

/** Has a visit with the form assigned and begun on the tablet; gives its page. */
async function beginOn(tablet: Tablet, origin: string, definition: Definition): Promise<Page> {
  const visit = await assignLongForm(origin, "inspector-03", definition);
  const page = await tablet.switchOn();
  await tablet.signIn("inspector-03");
  await page.locator(`[data-test="assignment-card"] h2 a[href*="${visit}"]`).click();
  await tablet.hook("start").click();
  await expect(item(page, "q1")).toBeVisible();
  return page;
}

/** Opens a visit from the assignments, as its inspector does who comes back to it. */
async function openAgain(tablet: Tablet, visit: string): Promise<void> {
  await open(tablet.page, "/field");
  await tablet.page.locator(`[data-test="assignment-card"] h2 a[href="${new URL(visit).pathname}"]`).click();
}

/** So many questions for a text. */
function texts(number: number, prefix: string): Entry[] {
  return Array.from({ length: number }, (_, place) => {
    const name = `${prefix}${place + 1}`;
    return { node: "question", name, kind: "text", label: { "zh-Hans": `备注 ${name}`, en: `Remarks ${name}` } };
  });
}

async function scrollToEnd(page: Page): Promise<void> {
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
}

test("a checklist of five thousand rows is filled in like a short one", async ({ server, newTablet }) => {
  const definition = inspection(ROWS);
  const asked = askedAtFirst(definition);
  const tablet = await newTablet();
  const page = await beginOn(tablet, server.url, definition);

  await test.step("what stands on the page is near the glass, and what an answer brings up comes at once", async () => {
    await expectFewOnPage(page);
    await expect(item(page, "q101")).toHaveCount(0);
    await expect(item(page, "q3")).toHaveCount(0);
    await answer(page, "q1", "yes");
    await expect(item(page, "q3")).toBeVisible();
    await expect(tablet.hook("section-link")).toHaveCount(ROWS / 20 + 1);
    await expectAccessible(page);
  });

  await test.step("a choice is taken back by pressing it again, and by a key that deletes", async () => {
    const yes = item(page, "q1").locator('input[value="yes"]');
    for (const takeBack of [() => yes.click(), () => yes.press("Delete"), () => yes.press("Backspace")]) {
      await takeBack();
      await expect(yes).not.toBeChecked();
      await expect(item(page, "q3")).toHaveCount(0);
      await answer(page, "q1", "yes");
      await expect(item(page, "q3")).toBeVisible();
    }
  });

  await test.step("scrolled to its end it stays light, and the last answer is kept over a restart", async () => {
    await scrollToEnd(page);
    await expect(item(page, "show")).toBeInViewport();
    await expect(item(page, "show")).toContainText("总分：2");
    await expectFewOnPage(page);
    await expect(item(page, "q101")).toHaveCount(0);
    await answer(page, "q4999", "最后一项");
    await tablet.expectSaved();
    await page.reload();
    await expect(item(page, "q1").locator('input[value="yes"]')).toBeChecked();
    await scrollToEnd(page);
    await expect(item(page, "q4999").locator("input")).toHaveValue("最后一项");
  });

  await test.step("opened from the assignments it stands at the question that somebody was at", async () => {
    await openAgain(tablet, page.url());
    await expect(item(page, "q4999")).toBeInViewport();
    expect(await focused(page)).toBeUndefined();
    await expectFewOnPage(page);
  });

  await test.step("scrolled step by step every question comes by, once, and stays where it is", async () => {
    await page.evaluate(() => scrollTo(0, 0));
    await expect(page.locator("#visit-title")).toBeInViewport();
    await expect(item(page, "q1")).toBeVisible();
    const passed: string[] = [];
    while (!passed.includes("q101")) {
      const seen = await page.evaluate(() => {
        const inside = ({ top, bottom }: DOMRect) => bottom > 0 && top < innerHeight;
        const items = [...document.querySelectorAll("[data-test^=item-]")];
        const names = items.filter((one) => inside(one.getBoundingClientRect())).map((one) => one.getAttribute("data-test"));
        scrollBy(0, innerHeight / 2);
        return names.map((name) => (name ?? "").slice("item-".length));
      });
      passed.push(...seen.filter((name) => !passed.includes(name)));
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    }
    const before = asked.slice(0, asked.indexOf("q101"));
    expect(passed.filter((name) => before.includes(name))).toEqual(before);
  });

  await test.step("the review leads to an unanswered question in the middle", async () => {
    await tablet.hook("review").click();
    const section = tablet.hook("coverage-section").filter({ hasText: "第 125 部分" });
    await section.locator("summary").first().click();
    await section.locator('[data-test="open-item"]').filter({ hasText: "第 2491 项" }).click();
    await expect(item(page, "q2491")).toBeInViewport();
    await expect.poll(() => focused(page)).toBe("q2491");
    await expectFewOnPage(page);
    await expect(page.locator('[data-test="section-link"][aria-current]')).toContainText("第 125 部分");
  });

  await test.step("back from the review it stands where it was left", async () => {
    const top = () => item(page, "q2491").evaluate((element) => Math.round(element.getBoundingClientRect().top));
    const before = await top();
    await tablet.hook("review").click();
    await expect(tablet.hook("coverage-section").first()).toBeVisible();
    await page.goBack();
    await expect(item(page, "q2491")).toBeInViewport();
    expect(Math.abs((await top()) - before)).toBeLessThan(200);
    await item(page, "q2491").locator("input").first().focus();
  });

  await test.step("a keyboard passes every question, there and back", async () => {
    const first = asked.indexOf("q2491");
    for (const name of asked.slice(first + 1, first + 41)) {
      await moveTo(page, "Tab", name);
    }
    for (const name of asked.slice(first - 20, first + 40).toReversed()) {
      await moveTo(page, "Shift+Tab", name);
    }
    await expectFewOnPage(page);
  });

  await test.step("the next open question is the next of what is looked at, or after the one that was answered", async () => {
    const seen = await focused(page);
    await tablet.hook("next-open").click();
    const near = asked.indexOf(seen ?? "");
    const led = asked.indexOf((await focused(page)) ?? "");
    expect(Math.abs(led - near)).toBeLessThan(10);
    await page.evaluate(() => scrollTo(0, 0));
    await expect(page.locator("#visit-title")).toBeInViewport();
    await tablet.hook("next-open").click();
    await expect.poll(() => focused(page)).toBe("q2");
  });

  await test.step("what is being written stays on the page, wherever it is scrolled to", async () => {
    await page.keyboard.type("4");
    await scrollToEnd(page);
    await expect(item(page, "show")).toBeInViewport();
    await page.keyboard.type("2");
    await expect(item(page, "q2").locator("input")).toHaveValue("42");
    await expect(item(page, "q2")).toBeInViewport();
    await tablet.hook("next-open").click();
    await expect.poll(() => focused(page)).toBe("q3");
  });

  await test.step("a section is reached by its link", async () => {
    await page.getByRole("link", { name: "第 200 部分" }).click();
    await expect(page.getByRole("heading", { name: "第 200 部分" })).toBeInViewport();
    await expect(item(page, "q3982")).toBeInViewport();
    await expectFewOnPage(page);
  });
  await tablet.expectSaved();
  expect(butForRequests(tablet.complaints)).toEqual([]);
});

test("a visit opens again where it was left", async ({ server, newTablet }) => {
  const tablet = await newTablet();
  const page = await beginOn(tablet, server.url, inspection(100));
  const visit = page.url();
  const expectLeftAt = async (name: string, next: string) => {
    await expect(item(tablet.page, name)).toBeInViewport();
    await expect(item(tablet.page, next)).toBeInViewport();
    // Nobody asked for a keyboard.
    expect(await focused(tablet.page)).toBeUndefined();
  };
  await answer(page, "q44", "看过");
  await tablet.expectSaved();

  await test.step("from the assignments, and what is above and below it stands as well", async () => {
    await openAgain(tablet, visit);
    await expectLeftAt("q44", "q46");
    await whole(page);
    for (const name of ["q1", "q98"]) {
      await expect(item(page, name)).toHaveCount(1);
    }
  });

  await test.step("and on from there, after the browser died as well", async () => {
    await tablet.kill();
    await tablet.switchOn({ offline: true });
    await openAgain(tablet, visit);
    await expectLeftAt("q44", "q46");
    await tablet.hook("next-open").click();
    await expect.poll(() => focused(tablet.page)).toBe("q46");
  });
  expect(butForRequests(tablet.complaints)).toEqual([]);
});

test("a long form that becomes a short one stands whole", async ({ server, newTablet }) => {
  const definition: Definition = {
    id: "growing",
    version: "1",
    title: { "zh-Hans": "会变长的检查表", en: "A checklist that grows" },
    choiceLists: {},
    children: [
      { node: "group", name: "first", label: { "zh-Hans": "先", en: "First" }, children: texts(140, "q") },
      { node: "repeat", name: "room", label: { "zh-Hans": "房间", en: "Room" }, children: texts(3, "r") },
      { node: "group", name: "end", label: { "zh-Hans": "末", en: "End" }, children: texts(1, "last") },
    ],
  };
  const tablet = await newTablet();
  const page = await beginOn(tablet, server.url, definition);
  const sections = page.locator("form.sections");
  const isLong = async () => (await sections.getAttribute("data-long")) !== null;
  const lookAtRooms = () => tablet.hook("section-link").filter({ hasText: "项目" }).click();

  // Given a form that a few rooms make a long one
  while (!(await isLong())) {
    await lookAtRooms();
    await tablet.hook("add-instance").click();
    // What was added has the focus.
    await expect.poll(() => focused(page)).toMatch(/^room/);
    await page.keyboard.type("看过");
  }
  await tablet.expectSaved();
  await page.reload();
  await expect(sections).toHaveAttribute("data-long");
  await expect(item(page, "q1")).toBeVisible();
  await expect(item(page, "q70")).toHaveCount(0);

  // When rooms are taken out until it is a short one
  while (await isLong()) {
    await scrollToEnd(page);
    // One in which something was entered asks first, and goes when it is pressed again.
    await page.locator('[data-test="remove-instance"]').last().click();
  }

  // Then all of it stands
  for (const name of ["q1", "q70", "q140", "last1"]) {
    await expect(item(page, name)).toHaveCount(1);
  }
  await expect(sections).not.toHaveAttribute("aria-busy");
});
