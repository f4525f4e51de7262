// A day's work of a whole team on one tablet, sent over a network that drops every few seconds.
//
// field.flapping.bytes_ratio  bytes from the tablet over bytes of its events and photos: with headers, questions, and all that was sent
//                             in vain. `payload_bytes` and `sent_bytes` are its two sides. At most RATIO_LIMIT, or this fails.
//
// The first visit is filled in on the tablet's pages, without a network: a finding with four photos. The others are copies of what the
// tablet then has of it in its own database, in the form its store documents (app/src/local_store/indexed_db.rs), with ids and photos of
// their own: each an assignment the organiser made, each photo PHOTO_BYTES of JPEG, the size of a photo of 640 × 480. Then the pages are
// opened anew, and the tablet sends by itself. In the end the server is asked about every event and every photo.

import { setTimeout as sleep } from "node:timers/promises";
import { type Locator, type Page, expect } from "@playwright/test";
import { REQUIRED, fail, submit } from "../fixtures/finding.ts";
import { answer, item, takePhoto } from "../fixtures/inspection.ts";
import { kept } from "../fixtures/kept.ts";
import { photo } from "../fixtures/photo.ts";
import { onDemoCity } from "../fixtures/server.ts";
import { type Authored, Session } from "../fixtures/session.ts";
import { Tablet } from "../fixtures/tablet.ts";
import { type Visit, assignAlike } from "../fixtures/visits.ts";
import { CountingProxy } from "./counting_proxy.ts";
import { INSPECTOR } from "./field_steps.ts";

const VISITS = 500;
const PHOTOS_A_VISIT = 4;
const PHOTO_BYTES = 60_000;
const RATIO_LIMIT = 1.05;
/** Up, then down. */
const UP_MS = 5_000;
const DOWN_MS = 500;
const PATIENCE_MS = 20 * 60_000;
/** Reading the queue takes the tablet time that it would send in. */
const LOOK_EVERY_MS = 10_000;
/** How long the tablet may take to fetch so many assignments. */
const FETCH_MS = 60_000;

/** What the tablet's database says of the queue. */
interface Queue {
  events: number;
  photos: number;
  waiting: number;
  attention: string[];
  /** Of the events' texts and the photos. */
  bytes: number;
  hashes: string[];
  recorded: Authored[];
}

/** The way to a visit on the field's first page. */
function card(tablet: Tablet, visit: string): Locator {
  return tablet.page.locator(`[data-test="assignment-card"] h2 a[href*="${visit}"]`);
}

/** Fills one visit in on the tablet's pages: a finding with photos, and what else must be answered. */
async function fillIn(tablet: Tablet, visit: string): Promise<void> {
  const { page } = tablet;
  await card(tablet, visit).click();
  await tablet.hook("start").click();
  await fail(page, "b8", "东门无人值守。");
  const finding = item(page, "b8").locator('[data-test="finding"]');
  for (let more = 1; more < PHOTOS_A_VISIT; more += 1) {
    await takePhoto(finding, await photo(page, `东门 ${more}`));
  }
  await page.locator('input[name="present"]:not(:checked)').first().check();
  for (const [name, value] of Object.entries(REQUIRED)) {
    await answer(page, name, value);
  }
  await tablet.expectSaved();
  await tablet.hook("review").click();
  await submit(tablet);
}

/** What is made many of. */
interface Multiplied {
  visits: Visit[];
  photoBytes: number;
  entries: { event: Authored & { actor: string } }[];
  photos: { hash: string; inspection: string; bytes: number }[];
}

/**
 * Makes of the one visit that waits in the tablet's database as many as there are in `visits`, each with ids, photos and an institution
 * of its own.
 * Runs in the page.
 */
async function multiply({ visits, photoBytes, entries, photos }: Multiplied): Promise<void> {
  const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.addEventListener("success", () => resolve(request.result));
      request.addEventListener("error", () => reject(request.error ?? new Error("the database failed")));
    });
  const database = await done(indexedDB.open("dubang-field"));
  const names = ["meta", "event", "outbox", "photo", "photo_bytes"];
  const read = database.transaction(names);
  const [first, ...others] = visits;
  const person = entries[0]?.event.actor;
  if (!first || !person) {
    throw new Error("there is no visit to make others of");
  }
  const number = async (key: string) => Number(await done(read.objectStore("meta").get(key)));
  let sequence = await number(`sequence/${person}`);
  let arrival = await number(`arrivals/${person}`);
  // Findings have streams of their own, which go with their visit.
  const streams = new Set(entries.map(({ event }) => event.stream.split("/")[1] ?? ""));
  const sha256 = async (bytes: Uint8Array<ArrayBuffer>) =>
    [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  for (const visit of others) {
    const changed = new Map([...streams].map((id) => [id, id === first.id ? visit.id : crypto.randomUUID() as string]));
    changed.set(first.target, visit.target);
    const taken: { hash: string; bytes: Uint8Array<ArrayBuffer>; text: string }[] = [];
    for (const photo of photos) {
      const bytes = crypto.getRandomValues(new Uint8Array(photoBytes));
      bytes.set([0xff, 0xd8, 0xff, 0xe0]);
      const hash = await sha256(bytes);
      changed.set(photo.hash, hash);
      taken.push({ hash, bytes, text: JSON.stringify({ ...photo, hash, inspection: visit.id, bytes: photoBytes }) });
    }
    const write = database.transaction(names, "readwrite");
    for (const entry of entries) {
      let text = JSON.stringify({ ...entry, event: { ...entry.event, id: crypto.randomUUID() } });
      for (const [before, after] of changed) {
        text = text.replaceAll(before, after);
      }
      sequence += 1;
      arrival += 1;
      const copy = JSON.parse(text) as { event: Authored & { deviceSequence: number } };
      copy.event.deviceSequence = sequence;
      // A record has the hashes of what its findings say, and a copy's say something else: it is handed in as before there were any.
      const { submitted } = copy.event.body as { submitted?: { raised?: unknown } };
      if (submitted) {
        delete submitted.raised;
      }
      write.objectStore("outbox").put(JSON.stringify(copy), [person, sequence]);
      write.objectStore("event").put(JSON.stringify({ arrival, event: copy.event }), [person, copy.event.id]);
    }
    for (const { hash, bytes, text } of taken) {
      write.objectStore("photo").put(text, [person, hash]);
      write.objectStore("photo_bytes").put(bytes.buffer, [person, hash]);
    }
    write.objectStore("meta").put(String(sequence), `sequence/${person}`);
    write.objectStore("meta").put(String(arrival), `arrivals/${person}`);
    await new Promise<void>((resolve, reject) => {
      write.addEventListener("complete", () => resolve());
      write.addEventListener("abort", () => reject(write.error ?? new Error("the database failed")));
    });
  }
  database.close();
}

/** Reads the queue out of the tablet's database. */
async function queue(page: Page): Promise<Queue> {
  const entries = (await kept<{ event: Authored; delivery: { is: string } }>(page, "outbox")).map(({ value }) => value);
  const records = (await kept<{ hash: string; bytes: number; fate: { is: string } }>(page, "photo")).map(({ value }) => value);
  const states = [...entries.map(({ delivery }) => delivery), ...records.map(({ fate }) => fate)];
  const is = (...names: string[]) => states.filter((state) => names.includes(state.is));
  return {
    events: entries.length,
    photos: records.length,
    waiting: is("waiting").length,
    attention: is("needsAttention", "refused", "held").map((state) => JSON.stringify(state)),
    bytes:
      entries.reduce((sum, { event }) => sum + new TextEncoder().encode(JSON.stringify(event)).length, 0) +
      records.reduce((sum, { bytes }) => sum + bytes, 0),
    hashes: records.map(({ hash }) => hash),
    recorded: entries.map(({ event }) => event),
  };
}

await onDemoCity(async (server) => {
  const proxy = await CountingProxy.to(server.port);
  const tablet = await Tablet.new(proxy.url);
  try {
    const page = await tablet.switchOn();
    // What runs in the page was compiled with a helper that keeps the names of functions, which the page does not have.
    await page.addInitScript("globalThis.__name = (named) => named");
    await tablet.signIn(INSPECTOR);
    const visits = await assignAlike(server.url, INSPECTOR, VISITS);
    await page.reload();
    await card(tablet, visits.at(-1)?.id ?? "").waitFor({ timeout: FETCH_MS });
    await expect(tablet.hook("sync-state")).toHaveAttribute("data-sync", "UpToDate", { timeout: FETCH_MS });
    proxy.down();
    await fillIn(tablet, visits[0]?.id ?? "");
    const entries = (await kept<Multiplied["entries"][number]>(page, "outbox")).map(({ value }) => value);
    const photos = (await kept<Multiplied["photos"][number]>(page, "photo")).map(({ value }) => value);
    await page.evaluate(multiply, { visits, photoBytes: PHOTO_BYTES, entries, photos });
    const before = await queue(page);
    expect(before.photos, "photos that wait").toBe(VISITS * PHOTOS_A_VISIT);
    expect(before.waiting, "all of it waits").toBe(before.events + before.photos);
    // Pages that open later know of all of it.
    await page.goto("/field/outbox", { waitUntil: "commit" });

    proxy.sent = 0;
    const began = performance.now();
    proxy.flap(UP_MS, DOWN_MS);
    let now = before;
    while (now.waiting > 0) {
      if (performance.now() - began > PATIENCE_MS) {
        throw new Error(`after ${PATIENCE_MS / 60_000} minutes ${now.waiting} wait`);
      }
      await sleep(LOOK_EVERY_MS);
      now = await queue(page);
      const seconds = Math.round((performance.now() - began) / 1_000);
      console.error(`${seconds} s, cut ${proxy.cuts} times: ${now.waiting} of ${now.events + now.photos} wait`);
    }
    const seconds = (performance.now() - began) / 1_000;
    const { sent, cuts } = proxy;
    expect(now.attention, "what needs attention").toEqual([]);

    const inspector = await Session.of(INSPECTOR, server.url);
    expect(await inspector.lacking(now.hashes), "photos that did not arrive").toEqual([]);
    // The server has of this tablet's sequence as many as were recorded, without gaps, and knows each of them by its id.
    const { lastSequence } = await inspector.pull(now.recorded[0]?.device);
    expect(lastSequence, "the last number that arrived").toBe(now.events);
    expect(await inspector.push(now.recorded), "pushed once more").toEqual({ duplicate: now.events });
    console.error(
      `${VISITS} visits, ${now.events} events, ${now.photos} photos of ${PHOTO_BYTES} bytes: ${seconds.toFixed(0)} s, ` +
        `cut ${cuts} times, up ${UP_MS} ms and down ${DOWN_MS} ms`,
    );
    const ratio = sent / now.bytes;
    console.log(
      JSON.stringify({
        name: "field.flapping.bytes_ratio",
        value: Math.round(ratio * 10_000) / 10_000,
        unit: "bytes sent / bytes to be sent",
        sent_bytes: sent,
        payload_bytes: now.bytes,
      }),
    );
    expect(cuts, "the network dropped").toBeGreaterThan(5);
    expect(ratio, "bytes sent over payload").toBeLessThanOrEqual(RATIO_LIMIT);
  } finally {
    proxy.close();
    await tablet.discard();
  }
});
