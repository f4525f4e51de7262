// The form engines beside each other in a browser: ours, rxeval (Rust too) and @getodk/xforms-engine, the engine of ODK
// Web Forms, on the same forms, with the same acts, turn by turn in the same run.
//
// Every engine meets every form in a browser process of its own, so that a cold load is one. In it, in this order: the
// engine is started and the form's text is there; the memory is looked at; the browser comes to rest; the form is loaded
// for the first time (cold); the memory is looked at again; it is loaded again (warm), changed, and serialised. What each
// engine computed is checked.
//
// Values are the middle of all rounds, and within a visit of all repetitions, by the page's clock. On a busy machine other
// programs take part in that; load_cold_processor counts only the time a processor worked for the page's main thread.
//
// Memory is what the first load adds, after a collection, of: JavaScript's heap, the browser's own objects for it (the
// DOM), array buffers, and WebAssembly's linear memory, which never shrinks and so counts at its highest.
//
// A ratio is the peer's side by ours: how many times faster or smaller ours is.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type CDPSession, chromium } from "@playwright/test";
import { launchOptions } from "../fixtures/browser.ts";
import { environment } from "../fixtures/environment.ts";
import type { Bench } from "./form_page.ts";
import type { EngineName, Sample, Times } from "./form_samples.ts";
import { serving } from "./serving.ts";

const ROUNDS = 3;
/** A browser is busy with itself after its start, which on few processors would be part of the first load's time. */
const REST_MS = 1_000;
/** No further round of an engine on a form that together have taken this long. */
const ENOUGH_MS = 60_000;
/** A peer that takes longer than this for a load, or for all that comes after it, has not done the form. */
const PATIENCE_MS = 90_000;
/** The change that fans out over insp5000 in JavaRosa 5.1 on the JVM, which does not run in a browser: measured once, on the same machine. */
const JAVAROSA_FANOUT_MS = 19;
const ENGINES: EngineName[] = ["xforms-engine", "rxeval", "ours"];
/** The engine the bars are set by. */
const PEER = "xforms-engine";

/** What one engine took on one form; the processor's time for the first load, in milliseconds; the bytes the form added. */
type Visit = Times & { coldProcessor: number; memory: number };

type Figure = keyof Visit;

/** The folder with the page, the packages and the forms, as xtask prepared it. */
const folder = environment.benchForms();
const samples = JSON.parse(await readFile(join(folder, "forms/samples.json"), "utf8")) as Sample[];

/** Bytes JavaScript holds, by itself and through the browser, once what nobody holds is gone. */
async function held(devtools: CDPSession): Promise<number> {
  await devtools.send("HeapProfiler.collectGarbage");
  await devtools.send("HeapProfiler.collectGarbage");
  // The protocol's newer fields are not in its types yet.
  const usage = (await devtools.send("Runtime.getHeapUsage")) as unknown as Record<string, number>;
  return (usage.usedSize ?? 0) + (usage.embedderHeapUsedSize ?? 0) + (usage.backingStorageSize ?? 0);
}

/** Milliseconds a processor has worked on the page's main thread. */
async function processorTime(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "ThreadTime")?.value ?? Number.NaN) * 1_000;
}

/** One engine on one form in a fresh browser. */
async function visit(origin: string, engine: EngineName, sample: Sample): Promise<Visit> {
  const browser = await chromium.launch(launchOptions());
  try {
    const page = await browser.newPage();
    await page.goto(origin);
    await page.waitForFunction("globalThis.bench !== undefined");
    const bench = await page.evaluateHandle(() => (globalThis as unknown as { bench: Bench }).bench);
    await bench.evaluate((bench, [engine, sample]) => bench.prepare(engine, sample), [engine, sample] as const);
    const devtools = await page.context().newCDPSession(page);
    const memory = async () => (await held(devtools)) + (await bench.evaluate((bench) => bench.linearMemory()));
    await devtools.send("Performance.enable");
    const before = { memory: await memory(), processor: await processorTime(devtools) };
    await page.waitForTimeout(REST_MS);
    const cold = await withPatience(bench.evaluate((bench) => bench.load()));
    const coldProcessor = (await processorTime(devtools)) - before.processor;
    const added = (await memory()) - before.memory;
    await devtools.send("Performance.disable");
    const acts = await withPatience(bench.evaluate((bench) => bench.acts()));
    return { ...acts, cold, coldProcessor, memory: added };
  } finally {
    await browser.close();
  }
}

function withPatience<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<never>((_, refuse) => {
    timer = setTimeout(() => refuse(new Error(`took more than ${PATIENCE_MS / 1_000} s`)), PATIENCE_MS);
  });
  return Promise.race([work, patience]).finally(() => clearTimeout(timer));
}

/** The visits of all engines to all forms, the engines taking turns. */
class Visits {
  readonly #visits = new Map<string, Visit[]>();
  readonly #spent = new Map<string, number>();
  readonly #refused = new Set<string>();

  async round(origin: string, round: number): Promise<void> {
    for (const sample of samples) {
      for (const engine of ENGINES) {
        const key = `${engine} ${sample.name}`;
        const spent = this.#spent.get(key) ?? 0;
        if (this.#refused.has(key) || spent > ENOUGH_MS) {
          continue;
        }
        const began = performance.now();
        try {
          const visits = this.#visits.get(key) ?? [];
          visits.push(await visit(origin, engine, sample));
          this.#visits.set(key, visits);
        } catch (error) {
          if (engine === "ours") {
            throw error;
          }
          this.#refused.add(key);
          console.error(`    ${key}: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
        }
        const took = performance.now() - began;
        this.#spent.set(key, spent + took);
        console.error(`    round ${round}: ${key}, ${(took / 1_000).toFixed(1)} s`);
      }
    }
  }

  /** The middle of all visits. */
  figure(engine: EngineName, form: string, figure: Figure): number | undefined {
    const values = (this.#visits.get(`${engine} ${form}`) ?? []).flatMap((visit) => visit[figure] ?? []);
    return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
  }
}

/** What a value has to reach. */
type Bar = { atLeast: number } | { below: number };

function report(name: string, value: number | undefined, unit: string, bar?: Bar, more: object = {}): void {
  if (value === undefined || Number.isNaN(value)) {
    return;
  }
  const judged = bar && {
    bar: "atLeast" in bar ? `>= ${bar.atLeast}` : `< ${bar.below}`,
    met: "atLeast" in bar ? value >= bar.atLeast : value < bar.below,
  };
  console.log(JSON.stringify({ name: `forms.${name}`, value: rounded(value), unit, ...judged, ...more }));
}

/** `sides` are the dividend and the divisor, in this order. */
function reportRatio(name: string, sides: Record<string, number | undefined>, unit: string, bar?: Bar): void {
  const [dividend, divisor] = Object.values(sides);
  if (dividend === undefined || divisor === undefined) {
    return;
  }
  const shown = Object.fromEntries(Object.entries(sides).map(([side, value]) => [side, rounded(value ?? Number.NaN)]));
  report(name, dividend / divisor, "ratio", bar, { sides: shown, sides_unit: unit });
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

const UNITS: Record<Figure, [string, string, number]> = {
  cold: ["load_cold_ms", "ms", 1],
  coldProcessor: ["load_cold_processor_ms", "ms", 1],
  warm: ["load_warm_ms", "ms", 1],
  fanout: ["fanout_ms", "ms", 1],
  fanoutLeast: ["fanout_least_ms", "ms", 1],
  tail: ["tail_us", "us", 1_000],
  tailLeast: ["tail_least_us", "us", 1_000],
  add: ["add_ms", "ms", 1],
  filter: ["filter_ms", "ms", 1],
  serialise: ["serialise_ms", "ms", 1],
  memory: ["memory_mb", "MB", 1 / 1_000_000],
};

/** A figure in the unit it is told in. */
function told(visits: Visits, engine: EngineName, form: string, figure: Figure): number | undefined {
  const value = visits.figure(engine, form, figure);
  return value === undefined ? undefined : value * UNITS[figure][2];
}

const visits = new Visits();
const PAGE = '<!doctype html><script type="module" src="/page.js"></script>';
await serving(folder, PAGE, async (origin) => {
  for (let round = 1; round <= ROUNDS; round += 1) {
    await visits.round(origin, round);
  }
});

// Every figure of every engine: forms.FORM.ENGINE.FIGURE.
for (const { name } of samples) {
  for (const engine of ENGINES) {
    for (const [figure, [title, unit]] of Object.entries(UNITS)) {
      report(`${name}.${engine}.${title}`, told(visits, engine, name, figure as Figure), unit);
    }
  }
}

/** Ours beside both peers on one form. */
function compare(form: string, title: string, figure: Figure, bar?: Bar): void {
  for (const peer of ENGINES.filter((engine) => engine !== "ours")) {
    const name = peer === PEER ? `${form}.${title}_ratio` : `${form}.${title}_${peer}_ratio`;
    const sides = { [peer]: told(visits, peer, form, figure), ours: told(visits, "ours", form, figure) };
    reportRatio(name, sides, UNITS[figure][1], peer === PEER ? bar : undefined);
  }
}

for (const { name } of samples) {
  const bars = name === "insp5000";
  compare(name, "load", "cold", bars ? { atLeast: 20 } : undefined);
  compare(name, "load_processor", "coldProcessor");
  compare(name, "load_warm", "warm");
  compare(name, "fanout", "fanout", bars ? { atLeast: 100 } : undefined);
  compare(name, "tail", "tail");
  compare(name, "add", "add");
  compare(name, "filter", "filter");
  compare(name, "serialise", "serialise");
  compare(name, "memory", "memory", bars ? { atLeast: 10 } : undefined);
}
reportRatio(
  "insp5000.fanout_javarosa_ratio",
  { "JavaRosa, as recorded": JAVAROSA_FANOUT_MS, ours: told(visits, "ours", "insp5000", "fanout") },
  "ms",
  { atLeast: 3 },
);
report("insp5000.tail_us", told(visits, "ours", "insp5000", "tail"), "us", { below: 50 });
report("rep200.add_ms", told(visits, "ours", "rep200", "add"), "ms", { below: 1 });
for (const form of ["choices100k", "choices100k_internal"]) {
  report(`${form}.filter_ms`, told(visits, "ours", form, "filter"), "ms", { below: 20 });
}

// Cost in proportion to what changes: the fan-out reaches five times as many nodes on the larger form, the tail as many.
const GROWING: [string, Figure][] = [
  ["load", "coldProcessor"],
  ["fanout", "fanoutLeast"],
  ["tail", "tailLeast"],
  ["memory", "memory"],
];
for (const [title, figure] of GROWING) {
  for (const [larger, smaller] of [
    [5_000, 1_000],
    [25_000, 5_000],
  ]) {
    const [large, small] = [`insp${larger}`, `insp${smaller}`];
    const sides = { [large]: told(visits, "ours", large, figure), [small]: told(visits, "ours", small, figure) };
    reportRatio(`growth.${title}_${larger}_over_${smaller}`, sides, UNITS[figure][1]);
  }
}
