// Who fills visits in on the tablet while things are killed: whatever the page shows, the next thing a person would do there.

import { setTimeout as sleep } from "node:timers/promises";
import type { Locator, Page } from "@playwright/test";
import { REQUIRED } from "../fixtures/finding.ts";
import { answer, item, unanswered } from "../fixtures/inspection.ts";
import { kept } from "../fixtures/kept.ts";
import { DEMO_PASSWORD } from "../fixtures/page.ts";
import type { Authored } from "../fixtures/session.ts";
import type { VisitState } from "../fixtures/tablet.ts";
import type { Chance } from "./chance.ts";
import { type Ledger, type Look, PHOTOS, type Pending, type Standing, type Visit, look } from "./ledger.ts";
import { noise } from "./noise.ts";
import { PATIENCE_MS, within } from "./patience.ts";

/** The account whose tablet it is: one of those the demo city has a visit for. */
export const INSPECTOR = "inspector-03";

/** What a person is at. */
export type Phase = "opening" | "filling" | "photographing" | "submitting" | "uploading";

/** More visits are not under way at a time. */
const UNDER_WAY = 2;
/** Acts before a visit is handed in. */
const FEWEST_ACTS = 3;
const MOST_ACTS = 9;
/** Of many things that are wrong the first are told. */
const TOLD = 3;
const LOOK_EVERY_MS = 20;

/** Answers that the checklist's own rules ask for; of the others any will do. */
const ANSWERS: Record<string, string> = {
  ...REQUIRED,
  staff_on_site: "60",
  isolation_in_use: "no",
  gate_temperature: "36.5",
  last_tested_on: "2022-03-13",
  residents_vaccinated: "120",
  staff_vaccinated: "80",
  chlorine_mg_per_l: "500",
};
const WORDS = ["东门无人值守", "消毒记录缺三日", "洗手液已补充", "隔离间通风良好", "登记簿完整", "口罩佩戴不规范"];

/** What was confirmed is not there. */
export class Loss extends Error {}

export interface Pages {
  page: Page;
  ledger: Ledger;
  /** What the person decides. */
  chance: Chance;
  /** Whether the server runs, as far as the driver knows. */
  serverIsUp: () => boolean;
}

export class Inspector {
  phase: Phase = "opening";
  /** The page was killed: nothing it says counts any more. */
  ended = false;
  signIns = 0;
  readonly #page: Page;
  readonly #ledger: Ledger;
  readonly #chance: Chance;
  readonly #serverIsUp: () => boolean;
  #waits: { phase: Phase; tell: () => void }[] = [];
  readonly #acts = new Map<string, number>();

  constructor({ page, ledger, chance, serverIsUp }: Pages) {
    page.setDefaultTimeout(PATIENCE_MS);
    this.#page = page;
    this.#ledger = ledger;
    this.#chance = chance;
    this.#serverIsUp = serverIsUp;
  }

  /** Resolves when the person is at this the next time. */
  entered(phase: Phase): Promise<void> {
    return new Promise((tell) => this.#waits.push({ phase, tell }));
  }

  /** Signs in on a tablet that was never used, and waits until it needs no network any more. */
  async arrive(): Promise<void> {
    await this.#page.goto("/field", { waitUntil: "commit" });
    await this.#signIn();
    this.signIns = 0;
    await this.#page.locator('[data-test="sync-state"][data-sync="UpToDate"]').waitFor();
    await this.#page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  }

  /** Opens the field and finds everything again that was confirmed, whichever page it is on. */
  async open(): Promise<void> {
    this.#enter("opening");
    await this.#page.goto("/field", { waitUntil: "commit" });
    await this.#home();
    for (const visit of this.#ledger.at("begun")) {
      await this.#findAgain(visit);
    }
  }

  /** Does the next thing, on the way to `wish`. */
  async step(wish: Phase): Promise<void> {
    const [, , kind, id, part] = new URL(this.#page.url()).pathname.split("/");
    if (kind === "sign-in") {
      await this.#signIn();
    } else if (kind === "assignments" && id) {
      await this.#begin(this.#ledger.visit(id));
    } else if (kind === "inspections" && id) {
      const visit = this.#ledger.visit(id);
      await (part === "review" ? this.#handIn(visit) : this.#fillIn(visit, wish));
    } else {
      await this.#fromHome(wish);
    }
  }

  /** Hands in what is under way and waits until all of it is received. */
  async finish(): Promise<void> {
    while (this.#ledger.at("begun").length > 0) {
      await this.step("submitting");
    }
    await this.#until("everything is received", async () => {
      if (await this.#isSignedOut()) {
        await this.#page.goto("/field/sign-in", { waitUntil: "commit" });
        await this.#signIn();
      }
      await this.#home();
      const unsent = await this.#hook("unsent").getAttribute("data-count");
      return unsent === "0" && this.#ledger.at("handedIn").length === 0;
    }, 3 * PATIENCE_MS);
  }

  /** What the outbox says of each record. */
  async outbox(): Promise<string[]> {
    await this.#page.goto("/field/outbox", { waitUntil: "commit" });
    await this.#hook("outbox-row").first().waitFor();
    return this.#hook("outbox-row").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-state") ?? ""));
  }

  /** What the tablet's database has of its own events. */
  async recorded(): Promise<Authored[]> {
    return (await kept<{ event: Authored }>(this.#page, "outbox")).map(({ value }) => value.event);
  }

  /** What stands on the page, for whoever reads of its failure. */
  async #words(): Promise<string> {
    return (await this.#page.locator("body").innerText()).replaceAll(/\s+/g, " ").slice(0, 300);
  }

  #hook(name: string): Locator {
    return this.#page.locator(`[data-test="${name}"]`);
  }

  #enter(phase: Phase): void {
    this.phase = phase;
    for (const wait of this.#waits.filter((wait) => wait.phase === phase)) {
      wait.tell();
    }
    this.#waits = this.#waits.filter((wait) => wait.phase !== phase);
  }

  async #until(what: string, holds: () => Promise<boolean>, patience = PATIENCE_MS): Promise<void> {
    const deadline = Date.now() + patience;
    while (!(await within(what, holds(), patience))) {
      if (Date.now() > deadline) {
        throw new Error(`${this.#page.url()}: after ${patience / 1_000} s still not so: ${what}`);
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  async #isSignedOut(): Promise<boolean> {
    return this.#page.evaluate(() => document.querySelector("[data-test=sync-state]")?.getAttribute("data-sync") === "SignIn");
  }

  /** A browser that is killed may lose its cookies, and with them the session; the work is there. */
  async #signIn(): Promise<void> {
    this.#enter("opening");
    if (this.#serverIsUp()) {
      this.signIns += 1;
      await this.#page.locator('input[name="name"]').fill(INSPECTOR);
      await this.#page.locator('input[name="password"]').fill(DEMO_PASSWORD);
      await this.#page.locator('form button[type="submit"]').click();
      const home = this.#hook("assignment-card").first();
      await home.or(this.#page.locator('[role="alert"]')).first().waitFor();
      if (await home.isVisible()) {
        return;
      }
    }
    await this.#page.goto("/field", { waitUntil: "commit" });
  }

  /** Reads how far each visit is on the first page, and holds it to the ledger. */
  async #home(): Promise<void> {
    const { visits } = this.#ledger;
    let states: Record<string, VisitState> = {};
    let missing = "";
    try {
      await this.#until("all visits are on the first page, none of them behind what was confirmed", async () => {
        states = await this.#page.evaluate(() =>
          Object.fromEntries(
            [...document.querySelectorAll("[data-test=assignment-card]")].map((card) => [
              card.querySelector("a")?.getAttribute("href")?.split("/").at(-1) ?? "",
              card.getAttribute("data-state") as never,
            ]),
          ),
        );
        missing = visits
          .filter((visit) => !isAsConfirmed(visit, states[visit.id]))
          .slice(0, TOLD)
          .map((visit) => `${visit.id} was ${visit.standing} and is ${states[visit.id]}`)
          .join("; ");
        return missing === "";
      });
    } catch (error) {
      throw this.ended || missing === "" ? error : new Loss(`${missing}; the page says: ${await this.#words()}`);
    }
    if (this.ended) {
      return;
    }
    for (const visit of visits) {
      const state = states[visit.id];
      if (state === "InProgress") {
        visit.reached("begun");
        visit.handingIn = false;
      } else if (state === "WaitingToSend" || state === "Received") {
        visit.reached(state === "Received" ? "received" : "handedIn");
      }
      this.#ledger.found += visit.standing === "assigned" ? 0 : 1;
    }
  }

  async #goHome(): Promise<void> {
    await this.#page.locator(".bar a").first().click();
    await this.#hook("assignment-card").first().waitFor();
  }

  async #openCard(visit: Visit): Promise<void> {
    await this.#page.locator(`[data-test="assignment-card"] h2 a[href$="${visit.id}"]`).click();
  }

  async #fromHome(wish: Phase): Promise<void> {
    await this.#home();
    if (this.#serverIsUp() && (await this.#isSignedOut())) {
      await this.#page.goto("/field/sign-in", { waitUntil: "commit" });
      return;
    }
    if (wish === "opening") {
      this.#enter("opening");
      await this.#page.reload({ waitUntil: "commit" });
      return;
    }
    if (this.phase === "uploading" && this.#ledger.at("handedIn").length > 0) {
      await sleep(LOOK_EVERY_MS);
      return;
    }
    this.#enter("filling");
    const begun = this.#ledger.at("begun");
    const fresh = this.#ledger.at("assigned");
    const another = begun.length === 0 || (begun.length < UNDER_WAY && this.#chance.next() < 0.4);
    const visit = another && fresh[0] ? fresh[0] : this.#chance.pick(begun);
    await this.#openCard(visit);
    await this.#page.waitForURL(/\/field\/(assignments|inspections)\//);
  }

  async #begin(visit: Visit): Promise<void> {
    this.#enter("filling");
    visit.beginning = true;
    await this.#hook("start").click();
    await this.#page.waitForURL(/\/field\/inspections\//);
    await this.#confirm(visit);
  }

  async #findAgain(visit: Visit): Promise<void> {
    await this.#openCard(visit);
    let lost: string[] = [];
    let seen: Look | undefined;
    try {
      await this.#until("what was confirmed is there again", async () => {
        seen = await look(this.#page);
        lost = visit.lost(seen.entries);
        return seen.saved && seen.names.length > 0 && lost.length === 0 && seen.undrawn === 0;
      });
    } catch (error) {
      const undrawn = seen && seen.undrawn > 0 ? [`${seen.undrawn} photos without a picture`] : [];
      const all = [...lost, ...undrawn];
      throw this.ended || all.length === 0 ? error : new Loss(`visit ${visit.id}: ${all.join("; ")}`);
    }
    if (seen && !this.ended) {
      this.#ledger.found += Object.keys(visit.entries).length;
      visit.confirm(seen);
    }
    await this.#goHome();
  }

  /** Waits until the page says that everything is saved, and keeps what it shows then. */
  async #confirm(visit: Visit): Promise<void> {
    let seen: Look | undefined;
    await this.#until("what was entered is saved", async () => {
      seen = await look(this.#page);
      return seen.saved && seen.names.length > 0;
    });
    if (!seen || this.ended) {
      return;
    }
    const lost = visit.lost(seen.entries);
    if (lost.length > 0) {
      throw new Loss(`visit ${visit.id}, with nothing killed: ${lost.join("; ")}`);
    }
    visit.reached("begun");
    visit.confirm(seen);
  }

  async #act(visit: Visit, phase: Phase, pending: Pending, act: () => Promise<unknown>): Promise<void> {
    this.#enter(phase);
    visit.pending.push(pending);
    await act();
    await this.#confirm(visit);
  }

  async #fillIn(visit: Visit, wish: Phase): Promise<void> {
    await this.#confirm(visit);
    const acts = (this.#acts.get(visit.id) ?? 0) + 1;
    this.#acts.set(visit.id, acts);
    const photos = Object.keys(visit.entries).filter((name) => name.startsWith(PHOTOS)).length;
    if (wish === "uploading" && photos < 2) {
      await (photos === 0 ? this.#photograph(visit) : this.#fail(visit));
      return;
    }
    if (wish === "submitting" || wish === "uploading" || acts > this.#chance.between(FEWEST_ACTS, MOST_ACTS)) {
      await this.#complete(visit);
      await this.#hook("review").click();
      await this.#hook("submit").waitFor();
      return;
    }
    if (wish === "opening") {
      this.#enter("opening");
      await this.#page.reload({ waitUntil: "commit" });
      await this.#until("the visit is open again", async () => (await look(this.#page)).names.length > 0);
      return;
    }
    if (wish === "photographing") {
      await this.#photograph(visit);
      return;
    }
    const deeds = { answer: 55, write: 20, change: 10, photograph: 5, fail: 7, leave: 3 } as const;
    switch (this.#chance.weighed(deeds)) {
      case "answer":
        return this.#answerOne(visit);
      case "write":
        return this.#write(visit, "remarks", this.#sentence());
      case "change":
        return this.#write(visit, "capacity", String(this.#chance.between(200, 299)));
      case "photograph":
        return this.#photograph(visit);
      case "fail":
        return this.#fail(visit);
      case "leave":
        return this.#goHome();
    }
  }

  #sentence(): string {
    return Array.from({ length: this.#chance.between(1, 3) }, () => this.#chance.pick(WORDS)).join("，");
  }

  async #answerOne(visit: Visit): Promise<void> {
    const open = await unanswered(this.#page);
    if (open.length === 0) {
      return this.#complete(visit);
    }
    return this.#answer(visit, this.#chance.pick(open));
  }

  async #answer(visit: Visit, name: string): Promise<void> {
    const controls = item(this.#page, name).locator(`[name="${name}"]`);
    if ((await controls.count()) === 0) {
      return this.#take(visit, item(this.#page, name), `${PHOTOS}answer/${name}`);
    }
    const values = await controls.evaluateAll((all) => all.map((one) => (one as HTMLInputElement).type === "radio" ? (one as HTMLInputElement).value : ""));
    const offered = values.filter((value) => value !== "" && value !== "fail");
    const value = ANSWERS[name] ?? (offered.length > 0 ? this.#chance.pick(offered) : undefined);
    await this.#act(visit, "filling", { mayShow: (shown) => shown === name }, () => answer(this.#page, name, value));
  }

  /** Types a text over what stands there, some letters at a time. */
  async #write(visit: Visit, name: string, text: string): Promise<void> {
    const control = this.#page.locator(`form.sections [name="${name}"]`);
    const mayShow: Pending["mayShow"] = (shown, now, before) =>
      shown === name && (now === undefined || text.startsWith(now) || now === before);
    await this.#act(visit, "filling", { mayShow }, () => control.fill(""));
    const letters = [...text];
    while (letters.length > 0) {
      const part = letters.splice(0, this.#chance.between(1, 8)).join("");
      await this.#act(visit, "filling", { mayShow }, () => control.pressSequentially(part));
    }
  }

  async #take(visit: Visit, where: Locator, place: string): Promise<void> {
    const picture = noise(this.#chance.fork(), place.replaceAll("/", "-"));
    const before = visit.entries[place]?.split(" ").length ?? 0;
    const mayShow: Pending["mayShow"] = (name, now, confirmed) =>
      name === place && (now ?? "").startsWith(confirmed ?? "") && (now?.split(" ").length ?? 0) <= before + 1;
    await this.#act(visit, "photographing", { mayShow }, async () => {
      await where.locator('input[type="file"]').first().setInputFiles(picture);
      await where.locator("figure img").nth(before).waitFor();
    });
  }

  async #photograph(visit: Visit): Promise<void> {
    const findings = await this.#findings();
    const finding = findings.find(({ photos }) => photos < 3);
    if (finding) {
      return this.#take(visit, this.#finding(finding.name), `${PHOTOS}finding/${finding.name}`);
    }
    return this.#fail(visit);
  }

  #finding(name: string): Locator {
    return item(this.#page, name).locator('[data-test="finding"]');
  }

  #findings(): Promise<{ name: string; photos: number; written: boolean }[]> {
    return this.#hook("finding").evaluateAll((all) =>
      all.map((finding) => ({
        name: finding.closest("[data-test^=item-]")?.getAttribute("data-test")?.slice("item-".length) ?? "",
        photos: finding.querySelectorAll("figure").length,
        written: (finding.querySelector<HTMLTextAreaElement>("textarea[name$='-note']")?.value ?? "") !== "",
      })),
    );
  }

  async #fail(visit: Visit): Promise<void> {
    const failable = await this.#page
      .locator('[data-test^="item-"]:not([data-answer]):has(input[value="fail"])')
      .evaluateAll((items) => items.map((one) => (one.getAttribute("data-test") ?? "").slice("item-".length)));
    if (failable.length === 0) {
      return this.#answerOne(visit);
    }
    const name = this.#chance.pick(failable);
    const mayShow: Pending["mayShow"] = (shown) => shown === name || shown.startsWith(`${name}-`);
    await this.#act(visit, "filling", { mayShow }, () => answer(this.#page, name, "fail"));
    await this.#write(visit, `${name}-note`, this.#sentence());
    await this.#take(visit, this.#finding(name), `${PHOTOS}finding/${name}`);
  }

  /** Puts right whatever would be missing when it is handed in. */
  async #complete(visit: Visit): Promise<void> {
    for (const name of Object.keys(REQUIRED)) {
      if (visit.entries[name] === undefined) {
        await this.#answer(visit, name);
      }
    }
    // Killed while it was written anew, it may be less than the residents.
    if ((visit.entries.capacity ?? "").length < REQUIRED.capacity.length) {
      await this.#write(visit, "capacity", REQUIRED.capacity);
    }
    if ((visit.entries.present ?? "").split(" ").length < 2) {
      const other = this.#page.locator('input[name="present"]:not(:checked)').first();
      await this.#act(visit, "filling", { mayShow: (name) => name === "present" }, () => other.check());
    }
    for (const { name, photos, written } of await this.#findings()) {
      if (!written) {
        await this.#write(visit, `${name}-note`, this.#sentence());
      }
      if (photos === 0) {
        await this.#take(visit, this.#finding(name), `${PHOTOS}finding/${name}`);
      }
    }
  }

  async #handIn(visit: Visit): Promise<void> {
    await this.#hook("submit").waitFor();
    const gaps = await this.#hook("gap").allTextContents();
    if (gaps.length > 0) {
      throw new Error(`visit ${visit.id} cannot be handed in: ${gaps.join("; ")}`);
    }
    const confirmation = this.#hook("confirm-incomplete");
    if ((await confirmation.count()) > 0) {
      await confirmation.check();
    }
    this.#enter("submitting");
    visit.handingIn = true;
    await this.#hook("submit").click();
    await this.#page.waitForURL((url) => url.pathname === "/field");
    this.#enter("uploading");
    await this.#home();
  }
}

/** Whether a visit's card says no less than what was confirmed. */
function isAsConfirmed({ standing, beginning, handingIn }: Visit, state: VisitState | undefined): boolean {
  const may: Record<Standing, VisitState[]> = {
    assigned: beginning ? ["NotStarted", "InProgress"] : ["NotStarted"],
    begun: handingIn ? ["InProgress", "WaitingToSend", "Received"] : ["InProgress"],
    handedIn: ["WaitingToSend", "Received"],
    received: ["Received"],
  };
  return state !== undefined && may[standing].includes(state);
}
