// A checklist of 5,000 rows on a tablet, the CPU slowed four times.
//
// field.keystroke_p95_ms        from a key pressed in a text answer until the answer is in the tablet's database, with the form just
//                               begun; the 95th of a hundred, KEYS one after the other. Below KEYSTROKE_BAR
// field.keystroke_full_p95_ms   the same with every question answered
// field.choice_p95_ms           from a tap on a choice until it is there
// field.insp5000.ready_ratio    how many times sooner than ODK Web Forms: from asking for the page until its first question is there
//                               and takes an answer. `web_forms` and `ours` are its two sides. At least READY_BAR
//
// Both pages begin in a browser process of their own, with their files on this machine: ours on the profile of a tablet that has begun
// the visit, ODK Web Forms with its form's XML. The form is `insp5000` of form-bench, whose XML is held against what is published here.
// Of ODK Web Forms the fastest round counts, of ours the middle one.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type BrowserContext, type Locator, type Page, chromium, expect } from "@playwright/test";
import { launchOptions, place } from "../fixtures/browser.ts";
import { environment } from "../fixtures/environment.ts";
import { item } from "../fixtures/inspection.ts";
import { kept } from "../fixtures/kept.ts";
import { type Definition, type Entry, assignLongForm, inspection } from "../fixtures/long_form.ts";
import { type Server, onDemoCity } from "../fixtures/server.ts";
import { Tablet } from "../fixtures/tablet.ts";
import { INSPECTOR } from "./field_steps.ts";
import { serving } from "./serving.ts";

const FORM = "insp5000";
const SLOWED = 4;
const KEYS = 120;
const TAPS = 60;
const ROUNDS_OURS = 5;
const ROUNDS_PEER = 2;
const PEER_PATIENCE_MS = 10 * 60_000;
const KEYSTROKE_BAR = 16;
const READY_BAR = 20;
/** After so long without a save nothing of before is under way. */
const STILL_MS = 500;
/** Between two keys, so that each is measured alone. */
const REST_MS = 30;

function report(name: string, value: number, unit: string, more: object = {}): void {
  console.log(JSON.stringify({ name, value: Math.round(value * 100) / 100, unit, ...more }));
}

/** The value that so large a part of all does not exceed. */
function quantile(values: number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

async function slow(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWED });
}

/** Whether what is published is what the XML says: every row's logic, and the labels. */
async function expectSameForm(definition: Definition): Promise<void> {
  const xml = await readFile(join(environment.benchForms(), `forms/${FORM}.xml`), "utf8");
  const text = (written: string) =>
    written
      .replaceAll(/\/data\/(?:g\d+\/)?(\w+)/g, "${$1}")
      .replaceAll("&gt;", ">")
      .replaceAll("&lt;", "<")
      .replaceAll(/\s+/g, " ")
      .replaceAll(/ ?(\$\{\w+\}) ?/g, "$1");
  const binds = [...xml.matchAll(/<bind nodeset="\/data\/g\d+\/(q\d+)"([^>]*)\/>/g)].map(([, name, rest = ""]) => {
    const part = (key: string) => text(rest.match(new RegExp(` ${key}="([^"]*)"`))?.[1] ?? "");
    return [name, part("relevant"), part("constraint"), part("calculate")].join(" | ");
  });
  const rows = (entries: Entry[]): Entry[] => entries.flatMap((entry) => entry.children ?? []);
  const published = rows(definition.children).map(({ name, bind, calculate }) =>
    [name, text(bind?.relevant ?? ""), text(bind?.constraint ?? ""), text(calculate ?? "")].join(" | "),
  );
  expect(published).toEqual(binds);
  const labels = [...xml.matchAll(/<label>(Item [^<]*)<\/label>/g)].map(([, label]) => label);
  const questions = rows(definition.children).filter(({ node }) => node === "question");
  expect(questions.map(({ label }) => label?.en)).toEqual(labels);
}

/**
 * Notes in the page, before anything of it runs, when keys and taps happen and when the draft is on disk after them: when its transaction
 * has ended, as whoever wrote it heard, be that the page or the thread that writes for it. The time of an event is when the browser got it
 * from whoever typed.
 */
function watchSaves(): void {
  const times: number[] = [];
  let began: number | undefined;
  const begins = ({ timeStamp }: Event) => {
    began = timeStamp;
  };
  addEventListener("keydown", begins, { capture: true });
  addEventListener("pointerup", begins, { capture: true });
  const kept = (at: number) => {
    if (began !== undefined) {
      times.push(at - began);
      began = undefined;
    }
  };
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    const begun = transaction.call(this, stores, mode, options);
    if (mode === "readwrite" && [stores].flat().includes("draft")) {
      begun.addEventListener("complete", () => kept(performance.now()));
    }
    return begun;
  };
  // The thread that writes drafts says when they were on disk, by the same clock.
  globalThis.Worker = class extends Worker {
    constructor(...how: ConstructorParameters<typeof Worker>) {
      super(...how);
      this.addEventListener("message", ({ data }: MessageEvent<{ kept?: boolean; at: number }>) => {
        if (data.kept) {
          kept(data.at - performance.timeOrigin);
        }
      });
    }
  };
  Object.assign(globalThis, { savesSeen: times });
}

/** Milliseconds each act takes until it is on disk. */
async function untilSaved(page: Page, acts: number, act: (number: number) => Promise<void>): Promise<number[]> {
  const seen = () => page.evaluate(() => (globalThis as unknown as { savesSeen: number[] }).savesSeen.length);
  // What is still being saved of before would take the first act with it, and be counted as its save.
  let before = Number.NaN;
  for (let now = await seen(); now !== before; now = await seen()) {
    before = now;
    await page.waitForTimeout(STILL_MS);
  }
  for (let number = 0; number < acts; number += 1) {
    await act(number);
    await page.waitForFunction(
      (count) => (globalThis as unknown as { savesSeen: number[] }).savesSeen.length >= count,
      before + number + 1,
      // Asked with each frame, as is usual, the page would have to draw one after another for whoever asks.
      { polling: LOOK_MS },
    );
    await page.waitForTimeout(REST_MS);
  }
  const all = await page.evaluate(() => (globalThis as unknown as { savesSeen: number[] }).savesSeen);
  return all.slice(before, before + acts);
}

/** How often the page is asked whether something is on disk; when it was, the page notes by itself. */
const LOOK_MS = 100;

const LETTERS = "the lock of the second door is loose ";

/** Keys typed into the text answer of a question. */
async function type(page: Page, name: string): Promise<number[]> {
  const input = item(page, name).locator("input");
  await input.fill("");
  await input.focus();
  const times = await untilSaved(page, KEYS, (number) => page.keyboard.press(LETTERS[number % LETTERS.length] ?? "x"));
  expect((await input.inputValue()).length, "letters that were typed").toBe(KEYS);
  return times;
}

/** Begins the visit on a tablet of its own, measures what is entered there, and leaves its profile for `use`. */
async function onTablet(server: Server, definition: Definition, use: (tablet: Tablet, visit: string) => Promise<void>): Promise<void> {
  const visit = await assignLongForm(server.url, INSPECTOR, definition);
  const tablet = await Tablet.new(server.url);
  try {
    const page = await tablet.switchOn();
    await page.addInitScript("globalThis.__name = (named) => named");
    await page.addInitScript(watchSaves);
    await tablet.signIn(INSPECTOR);
    await page.locator(`[data-test="assignment-card"] h2 a[href*="${visit}"]`).click();
    await tablet.hook("start").click();
    await item(page, "q1").waitFor();
    await use(tablet, visit);
  } finally {
    await tablet.discard();
  }
}

async function measureEntering(tablet: Tablet): Promise<void> {
  const { page } = tablet;
  await slow(page);
  const keys = await type(page, "q4");
  report("field.keystroke_p95_ms", quantile(keys, 0.95), "ms", { bar: `< ${KEYSTROKE_BAR}`, p50: quantile(keys, 0.5), keys: KEYS });
  const severities = item(page, "q13").locator("input");
  // Scrolled there first: what comes to stand on the way is not to move it from under the tap.
  await severities.first().scrollIntoViewIfNeeded();
  await page.waitForTimeout(STILL_MS);
  const taps = await untilSaved(page, TAPS, (number) => severities.nth(number % 4).click());
  report("field.choice_p95_ms", quantile(taps, 0.95), "ms", { p50: quantile(taps, 0.5), taps: TAPS });
}

/** The same with all of it answered: the draft in the tablet's database is filled in, and the page opened anew. */
async function measureFull(tablet: Tablet, definition: Definition): Promise<void> {
  const { page } = tablet;
  const answers = Object.fromEntries(
    definition.children
      .flatMap(({ children }) => children ?? [])
      .filter(({ node }) => node === "question")
      .map(({ name, kind, choices }) => [name, { selectOne: choices === "sev" ? "high" : "yes", integer: "42", text: "seen", note: "", geopoint: "", geotrace: "", geoshape: "", photo: "", audio: "", video: "", file: "", barcode: "" }[kind ?? "note"]]),
  );
  await tablet.expectSaved();
  const inspected = page.url();
  await page.goto("/field/outbox");
  await fillDraft(page, answers);
  await page.goto(inspected);
  // It opens where it was left, which is further down.
  await item(page, "q13").waitFor();
  await page.waitForTimeout(STILL_MS);
  await page.evaluate(() => scrollTo(0, 0));
  await item(page, "q4").waitFor();
  const keys = await type(page, "q4");
  report("field.keystroke_full_p95_ms", quantile(keys, 0.95), "ms", { p50: quantile(keys, 0.5), keys: KEYS });
}

/** Writes answers into the one draft there is; it lies there unsealed until it is saved again. */
async function fillDraft(page: Page, answers: Record<string, string | undefined>): Promise<void> {
  const [draft] = await kept<{ answers: Record<string, string | undefined> }>(page, "draft");
  if (!draft) {
    throw new Error("there is no draft");
  }
  const text = JSON.stringify({ ...draft.value, answers: { ...draft.value.answers, ...answers } });
  await page.evaluate(
    ({ key, text }) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open("dubang-field");
        opening.onerror = () => reject(opening.error ?? new Error("the database does not open"));
        opening.onsuccess = () => {
          const write = opening.result.transaction("draft", "readwrite");
          write.objectStore("draft").put(text, key);
          write.onabort = () => reject(write.error ?? new Error("the database failed"));
          write.oncomplete = () => {
            opening.result.close();
            resolve();
          };
        };
      }),
    { key: draft.key, text },
  );
}

/** Milliseconds from asking for a page until its first question has taken an answer, in a browser process of its own. */
async function ready(context: BrowserContext, address: string, choices: (page: Page) => Locator): Promise<number> {
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(PEER_PATIENCE_MS);
    await slow(page);
    const began = performance.now();
    await page.goto(address, { waitUntil: "commit" });
    const [yes, no] = [choices(page).nth(0), choices(page).nth(1)];
    await yes.waitFor();
    // What is chosen already takes no answer.
    const other = (await yes.isChecked()) ? no : yes;
    await other.check();
    return performance.now() - began;
  } finally {
    await context.close();
  }
}

const VIEWPORT = { width: 1024, height: 768 };

async function readyOurs(tablet: Tablet, visit: string): Promise<number> {
  const page = await tablet.switchOn();
  return ready(page.context(), `/field/inspections/${visit}`, (page) => item(page, "q1").locator("input"));
}

async function readyPeer(origin: string): Promise<number> {
  const browser = await chromium.launch(launchOptions());
  try {
    const context = await browser.newContext({ ...place, viewport: VIEWPORT });
    return await ready(context, `${origin}/#${FORM}`, (page) => page.locator('input[type="radio"]'));
  } finally {
    await browser.close();
  }
}

const PEER_PAGE =
  '<!doctype html><meta charset="utf-8"><div id="form"></div><script type="module" src="/web_forms/web_forms_page.js"></script>';

const definition = inspection(5_000);
await expectSameForm(definition);
await onDemoCity((server) =>
  onTablet(server, definition, async (tablet, visit) => {
    await measureEntering(tablet);
    await measureFull(tablet, definition);
    await tablet.switchOff();
    const [ours, peer]: [number[], number[]] = [[], []];
    await serving(environment.benchForms(), PEER_PAGE, async (origin) => {
      for (let round = 0; round < Math.max(ROUNDS_OURS, ROUNDS_PEER); round += 1) {
        if (round < ROUNDS_PEER) {
          peer.push(await readyPeer(origin));
          console.error(`    ODK Web Forms: ${((peer.at(-1) ?? 0) / 1_000).toFixed(1)} s`);
        }
        if (round < ROUNDS_OURS) {
          ours.push(await readyOurs(tablet, visit));
          console.error(`    ours: ${((ours.at(-1) ?? 0) / 1_000).toFixed(2)} s`);
        }
      }
    });
    const sides = { web_forms: Math.min(...peer), ours: quantile(ours, 0.5) };
    report("field.insp5000.ready_ratio", sides.web_forms / sides.ours, "ratio", {
      bar: `>= ${READY_BAR}`,
      sides,
      sides_unit: "ms",
    });
  }),
);
