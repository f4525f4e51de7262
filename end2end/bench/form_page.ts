// What the measured page does: one engine, one form, its acts against the clock.

import { type Engine, type Files, type Filling, engine } from "./form_engines.ts";
import type { Change, EngineName, Sample, Times } from "./form_samples.ts";

/** How long one act is repeated for. */
const BUDGET_MS = 800;
const FEWEST = 3;
/** …and how often at most, where something untimed goes with it. */
const MOST = 40;
/** A shorter act is timed several at once, since the browser's clock is coarse. */
const SHORTEST_MS = 4;

class Measurement {
  readonly #sample: Sample;
  readonly #engine: Engine;
  readonly #xml: string;
  readonly #files: Files;
  #filling: Filling | undefined;

  private constructor(sample: Sample, engine: Engine, xml: string, files: Files) {
    this.#sample = sample;
    this.#engine = engine;
    this.#xml = xml;
    this.#files = files;
  }

  /** Everything but the form is ready then. */
  static async of(name: EngineName, sample: Sample): Promise<Measurement> {
    const files: Files = new Map();
    for (const { url, file } of sample.attachments) {
      files.set(url, new Uint8Array(await (await fetch(`/forms/${file}`)).arrayBuffer()));
    }
    const xml = await (await fetch(`/forms/${sample.name}.xml`)).text();
    return new Measurement(sample, await engine(name), xml, files);
  }

  linearMemory(): number {
    return this.#engine.linearMemory();
  }

  /** Loads the form; the first time is the cold one. */
  async load(): Promise<number> {
    this.#filling?.free();
    this.#filling = undefined;
    const began = performance.now();
    const filling = await this.#engine.load(this.#xml, this.#files);
    const { repeat } = this.#sample;
    if (repeat) {
      // An engine that does not make the repeat's instances by itself has not loaded the form without them.
      const node = filling.node(repeat.path);
      if (filling.instances(node) !== repeat.instances) {
        filling.setInstances(node, filling.node(repeat.count), repeat.instances);
      }
    }
    const took = performance.now() - began;
    this.#filling = filling;
    return took;
  }

  /** Everything after the first load. */
  async acts(): Promise<Times> {
    const times: Times = { warm: await this.#warm() };
    const filling = this.#loaded();
    for (const change of this.#sample.changes) {
      const series = changeTimes(filling, change);
      times[change.name] = median(series);
      times[`${change.name}Least`] = Math.min(...series);
    }
    const add = this.#add();
    if (add !== undefined) {
      times.add = add;
    }
    const filter = this.#filter();
    if (filter !== undefined) {
      times.filter = filter;
    }
    times.serialise = this.#serialise();
    return times;
  }

  async #warm(): Promise<number> {
    const loads: number[] = [];
    for (let spent = 0; loads.length < 2 || spent < BUDGET_MS; spent += loads.at(-1) ?? 0) {
      loads.push(await this.load());
    }
    return median(loads);
  }

  #add(): number | undefined {
    const { repeat } = this.#sample;
    if (!repeat) {
      return undefined;
    }
    const filling = this.#loaded();
    const [node, count] = [filling.node(repeat.path), filling.node(repeat.count)];
    let { instances } = repeat;
    const additions: number[] = [];
    for (let spent = 0; additions.length < FEWEST || (spent < BUDGET_MS && instances < repeat.instances * 2); ) {
      instances += 1;
      const began = performance.now();
      filling.setInstances(node, count, instances);
      const took = performance.now() - began;
      additions.push(took);
      spent += took;
    }
    expect(filling.instances(node), instances, "instances");
    return median(additions);
  }

  #filter(): number | undefined {
    const { cascade } = this.#sample;
    if (!cascade) {
      return undefined;
    }
    const filling = this.#loaded();
    const [node, filtered] = [filling.node(cascade.path), filling.node(cascade.filtered)];
    let district = 0;
    return median(
      series(() => {
        district = (district % cascade.values) + 1;
        filling.answer(node, `d${district}`);
        expect(filling.choices(filtered), cascade.choices, "choices");
      }),
    );
  }

  /** After an edit each time, so that nothing is written from memory. */
  #serialise(): number {
    const filling = this.#loaded();
    const { changes, cascade } = this.#sample;
    const path = changes.at(-1)?.path ?? cascade?.path ?? "";
    const values = changes.at(-1)?.values ?? ["d1", "d2"];
    const node = filling.node(path);
    const times: number[] = [];
    for (let spent = 0; times.length < FEWEST || (spent < BUDGET_MS && times.length < MOST); ) {
      filling.answer(node, values[times.length % 2] ?? "");
      const began = performance.now();
      filling.submission();
      const took = performance.now() - began;
      times.push(took);
      spent += took;
    }
    return median(times);
  }

  #loaded(): Filling {
    if (!this.#filling) {
      throw new Error("nothing was loaded");
    }
    return this.#filling;
  }
}

function changeTimes(filling: Filling, change: Change): number[] {
  const [node, total] = [filling.node(change.path), filling.node(change.total)];
  for (const index of [0, 1] as const) {
    filling.answer(node, change.values[index]);
    expect(Number(filling.value(total)), change.totals[index], `${change.path} = ${change.values[index]}`);
  }
  let turn = 0;
  const times = series(() => {
    filling.answer(node, change.values[turn % 2] ?? "");
    turn += 1;
  });
  if (turn % 2 === 1) {
    filling.answer(node, change.values[1]);
  }
  return times;
}

/** Milliseconds of one act, again and again. */
function series(act: () => void): number[] {
  const once = timed(1, act);
  const batch = Math.max(1, Math.ceil(SHORTEST_MS / Math.max(once, 0.001)));
  const times: number[] = [];
  for (let spent = 0; times.length < FEWEST || spent < BUDGET_MS; ) {
    const took = timed(batch, act);
    times.push(took / batch);
    spent += took;
  }
  return times;
}

function timed(count: number, act: () => void): number {
  const began = performance.now();
  for (let done = 0; done < count; done += 1) {
    act();
  }
  return performance.now() - began;
}

function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function expect(found: number, expected: number, what: string): void {
  if (found !== expected) {
    throw new Error(`${what}: ${found} instead of ${expected}`);
  }
}

let measurement: Measurement | undefined;

function current(): Measurement {
  if (!measurement) {
    throw new Error("nothing was prepared");
  }
  return measurement;
}

/** What the driver calls. */
const bench = {
  async prepare(name: EngineName, sample: Sample): Promise<void> {
    measurement = await Measurement.of(name, sample);
  },
  linearMemory: () => current().linearMemory(),
  load: () => current().load(),
  acts: () => current().acts(),
};

export type Bench = typeof bench;

Object.assign(globalThis, { bench });
