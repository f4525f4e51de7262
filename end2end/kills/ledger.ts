// What the page showed as saved, kept on this side of the glass: nothing that dies takes it along.

import type { Page } from "@playwright/test";

/** What stands in a form, by the names of its controls; photos by where they stand, each by its hash. */
export type Entries = Record<string, string>;

/** One look at an inspection's page. */
export interface Look {
  /** Whether the page says that what was entered is on disk, and all of the form stands on it. */
  saved: boolean;
  entries: Entries;
  /** The names of all controls, filled in or not. */
  names: string[];
  /** Photos whose picture is not on the page yet. */
  undrawn: number;
}

export const PHOTOS = "photos/";

/** Looks at an inspection's page: what it says and what it shows, at one and the same moment. */
export function look(page: Page): Promise<Look> {
  return page.evaluate(() => {
    const form = document.querySelector("form.sections");
    const entries: Record<string, string> = {};
    const names = new Set<string>();
    for (const control of form?.querySelectorAll<HTMLInputElement>("input, textarea, select") ?? []) {
      if (control.type === "file" || control.type === "search") {
        continue;
      }
      names.add(control.name);
      if ((["radio", "checkbox"].includes(control.type) && !control.checked) || control.value === "") {
        continue;
      }
      entries[control.name] = control.name in entries ? `${entries[control.name]} ${control.value}` : control.value;
    }
    let undrawn = 0;
    for (const figure of form?.querySelectorAll("figure") ?? []) {
      const item = figure.closest("[data-test^=item-]")?.getAttribute("data-test")?.slice("item-".length) ?? "?";
      const part = figure.closest("[data-test=photos-fixed]") ? "fixed" : figure.closest("[data-test=finding]") ? "finding" : "answer";
      const place = `photos/${part}/${item}`;
      const hash = figure.querySelector("[title^='SHA-256 ']")?.getAttribute("title")?.slice("SHA-256 ".length) ?? "?";
      entries[place] = place in entries ? `${entries[place]} ${hash}` : hash;
      undrawn += (figure.querySelector("img")?.naturalWidth ?? 0) > 0 ? 0 : 1;
    }
    const stands = form !== null && !form.hasAttribute("aria-busy");
    const saved = stands && document.querySelector("[data-test=saved]")?.getAttribute("data-state") === "saved";
    return { saved, entries, names: [...names], undrawn };
  });
}

/** An act that has begun and of which nobody knows whether it is on disk. */
export interface Pending {
  /** Whether an entry may stand there instead of what was confirmed. */
  mayShow(name: string, shown: string | undefined, confirmed: string | undefined): boolean;
}

export type Standing = "assigned" | "begun" | "handedIn" | "received";
/** How far a visit is at least, each with those after it. */
const ORDER: Standing[] = ["assigned", "begun", "handedIn", "received"];

/** A visit as far as the page has confirmed it. */
export class Visit {
  readonly id: string;
  standing: Standing = "assigned";
  entries: Entries = {};
  readonly names = new Set<string>();
  /** Begun, and not known to be done. */
  pending: Pending[] = [];
  /** Before that, whatever it begins with is as good as anything. */
  #isConfirmed = false;
  beginning = false;
  handingIn = false;

  constructor(id: string) {
    this.id = id;
  }

  /** The page said that it is so far. */
  reached(standing: Standing): void {
    if (ORDER.indexOf(standing) > ORDER.indexOf(this.standing)) {
      this.standing = standing;
    }
  }

  /** The page said that everything is saved, and showed this. */
  confirm(look: Look): void {
    this.#isConfirmed = true;
    this.entries = look.entries;
    this.pending = [];
    for (const name of look.names) {
      this.names.add(name);
    }
  }

  /** What was confirmed and is not there, or is there otherwise, in words. */
  lost(shown: Entries): string[] {
    if (!this.#isConfirmed) {
      return [];
    }
    const names = new Set([...Object.keys(this.entries), ...Object.keys(shown)]);
    return [...names]
      .filter((name) => !isSame(shown[name], this.entries[name]))
      .filter((name) => !this.pending.some((act) => act.mayShow(name, shown[name], this.entries[name])))
      .map((name) => `${name} was ${quoted(this.entries[name])} and is ${quoted(shown[name])}`);
  }
}

/** Whether two spellings are one answer: a decimal is spelled `1.0` once nobody types in it any more. */
export function isSame(one: string | undefined, other: string | undefined): boolean {
  const decimal = /^-?\d+(\.\d+)?$/;
  return one === other || (decimal.test(one ?? "") && decimal.test(other ?? "") && Number(one) === Number(other));
}

function quoted(entry: string | undefined): string {
  return entry === undefined ? "nothing" : JSON.stringify(entry);
}

/** The ledger of a run. */
export class Ledger {
  readonly visits: Visit[];
  /** How many entries were found again, over all restarts. */
  found = 0;

  constructor(ids: string[]) {
    this.visits = ids.map((id) => new Visit(id));
  }

  at(...standings: Standing[]): Visit[] {
    return this.visits.filter(({ standing }) => standings.includes(standing));
  }

  visit(id: string): Visit {
    const visit = this.visits.find((visit) => visit.id === id);
    if (!visit) {
      throw new Error(`there is no visit ${id}`);
    }
    return visit;
  }
}
