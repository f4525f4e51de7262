// An inspector at work on a tablet, and at random moments its tab, its browser or the server is killed. Whatever the page had said is
// saved must be there again each time; what is handed in must reach the server as it stood, each thing once.

import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Server } from "../fixtures/server.ts";
import { type Authored, Session } from "../fixtures/session.ts";
import type { Tablet } from "../fixtures/tablet.ts";
import { assignAlike } from "../fixtures/visits.ts";
import { Chance } from "./chance.ts";
import { INSPECTOR, Inspector, Loss, type Phase } from "./inspector.ts";
import { PATIENCE_MS, within } from "./patience.ts";
import { type Entries, Ledger, PHOTOS, type Visit, isSame } from "./ledger.ts";

export type Kill = "tab crashed" | "tab closed" | "browser" | "server";

const KILLS: Record<Kill, number> = { "tab crashed": 20, "tab closed": 15, browser: 35, server: 30 };
const PHASES: Record<Phase, number> = { opening: 12, filling: 36, photographing: 16, submitting: 16, uploading: 20 };
/** How long after the beginning of a phase it may come. */
const LONGEST_MS: Record<Phase, number> = { opening: 1_500, filling: 1_200, photographing: 500, submitting: 150, uploading: 300 };
/** A phase that does not come is not waited for. */
const PHASE_PATIENCE_MS = 20_000;
const LONGEST_DOWN_MS = 1_500;
/** More visits are assigned than will be handed in. */
const MOMENTS_A_VISIT = 2;

export interface Run {
  server: Server;
  tablet: Tablet;
  seed: number;
  moments: number;
  /** No further moment begins after so long. */
  budgetMs?: number;
  /** Told of each moment. */
  say?: (line: string) => void;
}

export interface Tally {
  moments: number;
  kills: Record<Kill, number>;
  phases: Record<Phase, number>;
  /** Confirmed entries and visits that were looked for after a kill, and found. */
  found: number;
  visits: number;
  answers: number;
  findings: number;
  photos: number;
  /** How often the session's cookie had gone with the browser. */
  signIns: number;
  seconds: number;
}

/** Kills at random moments; throws at the first thing that is lost, with seed and moment. */
export async function killAtRandomMoments(run: Run): Promise<Tally> {
  const { server, tablet, seed, moments, say = () => undefined } = run;
  const chance = new Chance(seed);
  const [fate, acts] = [chance.fork(), chance.fork()];
  const visits = await assignAlike(server.url, INSPECTOR, Math.ceil(moments / MOMENTS_A_VISIT) + 2);
  const ledger = new Ledger(visits.map(({ id }) => id));
  const tally: Tally = {
    moments: 0,
    kills: { "tab crashed": 0, "tab closed": 0, browser: 0, server: 0 },
    phases: { opening: 0, filling: 0, photographing: 0, submitting: 0, uploading: 0 },
    found: 0,
    visits: 0,
    answers: 0,
    findings: 0,
    photos: 0,
    signIns: 0,
    seconds: 0,
  };
  const began = performance.now();
  let isUp = true;
  const hands = () => new Inspector({ page: tablet.page, ledger, chance: acts, serverIsUp: () => isUp });

  await tablet.switchOn();
  let inspector = hands();
  await inspector.arrive();
  await inspector.open();

  while (tally.moments < moments && performance.now() - began < (run.budgetMs ?? Infinity)) {
    const kill = fate.weighed(KILLS);
    const wish = fate.weighed(PHASES);
    const delay = fate.between(0, LONGEST_MS[wish]);
    const down = fate.between(0, LONGEST_DOWN_MS);
    const moment = tally.moments + 1;
    const at = inspector;
    let phase: Phase = wish;
    let isOver = false;
    let isLost = false;
    const reached = at.entered(wish);
    const killing = (async () => {
      await Promise.race([reached, sleep(PHASE_PATIENCE_MS)]);
      await sleep(delay);
      if (isLost) {
        return;
      }
      phase = at.phase;
      if (kill === "server") {
        isUp = false;
        await within("the server ends", server.kill());
        await sleep(down);
        await within("the server starts", server.start(), 2 * PATIENCE_MS);
        isUp = true;
      } else {
        at.ended = true;
        const killed: Promise<unknown> = kill === "browser" ? tablet.kill() : tablet.killTab(kill === "tab crashed" ? "crash" : "close");
        await within(`${kill} ends`, killed);
      }
      isOver = true;
    })();
    const working = (async () => {
      while (!isOver && !at.ended) {
        await within(`the next step to ${wish}`, at.step(wish), 4 * PATIENCE_MS);
      }
    })();
    try {
      // A page that was killed answers nothing any more, or with an error that is no news.
      const unlessEnded = working.catch((error: unknown) => {
        if (!at.ended) {
          throw error;
        }
      });
      await Promise.race([killing, unlessEnded.then(() => killing)]);
      if (kill === "server") {
        await unlessEnded;
        await expectReceived(server, ledger);
      } else {
        if (kill === "browser") {
          await within("the browser starts", tablet.switchOn(), 2 * PATIENCE_MS);
        }
        tally.signIns += at.signIns;
        inspector = hands();
        await inspector.open();
      }
    } catch (error) {
      // Whoever asked may end server and tablet now: nothing is killed, nor started again, behind their back.
      isLost = true;
      await killing.catch(() => undefined);
      const what = error instanceof Loss ? "lost" : "failed";
      const words = error instanceof Error ? error.message : String(error);
      const where = `seed ${seed}, moment ${moment}: ${kill} killed while ${phase}, ${delay} ms into ${wish}`;
      throw new Error(`${where}; ${what}: ${words}`);
    }
    tally.moments = moment;
    tally.kills[kill] += 1;
    tally.phases[phase] += 1;
    const standings = (["begun", "handedIn", "received"] as const).map((standing) => `${ledger.at(standing).length} ${standing}`);
    say(`${moment}/${moments}, ${Math.round((performance.now() - began) / 1_000)} s: ${kill}, while ${phase}; ${standings.join(", ")}`);
  }

  try {
    await inspector.finish();
    tally.signIns += inspector.signIns;
    const waiting = (await inspector.outbox()).filter((state) => state !== "received");
    if (waiting.length > 0) {
      throw new Loss(`the outbox is not empty: ${waiting.join(", ")}`);
    }
    Object.assign(tally, await expectEverything(server, ledger, await inspector.recorded()));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new Error(`seed ${seed}, after ${tally.moments} moments: ${words}`);
  }
  tally.found = ledger.found;
  tally.seconds = Math.round((performance.now() - began) / 1_000);
  return tally;
}

interface Submitted {
  answers: Record<string, string>;
  present: string[];
  findings: Record<string, string>;
}

interface Raised {
  inspection: string;
  item: string;
  note: string;
  photos: { hash: string }[];
}

const bodyOf = <T>({ body }: Authored, part: string): T => (body as Record<string, T>)[part] as T;

/** The events of a kind that are about a visit. */
function submissionsOf(events: Authored[], visit: Visit): Authored[] {
  return events.filter(({ kind, stream }) => kind === "inspection.submitted" && stream.endsWith(visit.id));
}

/** What the tablet said is received is on the server, also after that was killed. */
async function expectReceived(server: Server, ledger: Ledger): Promise<void> {
  const received = ledger.at("received");
  if (received.length === 0) {
    return;
  }
  const events = await (await Session.of(INSPECTOR, server.url)).pullAll();
  for (const visit of received) {
    if (submissionsOf(events, visit).length !== 1) {
      throw new Loss(`visit ${visit.id} was received, and the server has ${submissionsOf(events, visit).length} of it`);
    }
  }
}

/**
 * Holds the server to the ledger: each visit as it stood when it was handed in, once, with its photos byte by byte. Findings are not told
 * to those who raised them: the tablet's own record of them is held to the ledger, and the server must know each of its events already.
 */
async function expectEverything(
  server: Server,
  ledger: Ledger,
  recorded: Authored[],
): Promise<Pick<Tally, "visits" | "answers" | "findings" | "photos">> {
  const session = await Session.of(INSPECTOR, server.url);
  const events = await session.pullAll();
  if (new Set(events.map(({ id }) => id)).size !== events.length) {
    throw new Loss("an event is told twice");
  }
  const { lastSequence } = await session.pull(recorded[0]?.device);
  const pushed = await session.push(recorded);
  if (lastSequence !== recorded.length || pushed.duplicate !== recorded.length) {
    throw new Loss(`of ${recorded.length} events the server has the first ${lastSequence}; pushed once more: ${JSON.stringify(pushed)}`);
  }
  const organiser = await Session.of("organiser", server.url);
  const counts = { visits: 0, answers: 0, findings: 0, photos: 0 };
  for (const visit of ledger.visits) {
    const handedIn = visit.standing === "received";
    const all = submissionsOf(events, visit);
    if (all.length !== (handedIn ? 1 : 0)) {
      throw new Loss(`visit ${visit.id} is ${visit.standing}, and the server has ${all.length} of it`);
    }
    const raised = recorded
      .filter(({ kind }) => kind === "finding.raised")
      .map((event) => bodyOf<Raised>(event, "raised"))
      .filter(({ inspection }) => inspection === visit.id);
    const [event] = all;
    if (!event) {
      continue;
    }
    const submitted = bodyOf<Submitted>(event, "submitted");
    const wrong = differences(visit, submitted, raised);
    if (wrong.length > 0) {
      throw new Loss(`visit ${visit.id} is on the server otherwise than it was handed in: ${wrong.join("; ")}`);
    }
    const photos = photosOf(visit.entries);
    for (const hash of photos) {
      const bytes = await organiser.photo(hash);
      if (createHash("sha256").update(bytes).digest("hex") !== hash) {
        throw new Loss(`photo ${hash} of visit ${visit.id} has other bytes on the server`);
      }
    }
    counts.visits += 1;
    counts.answers += Object.keys(submitted.answers).length;
    counts.findings += raised.length;
    counts.photos += photos.length;
  }
  return counts;
}

function photosOf(entries: Entries): string[] {
  return Object.keys(entries)
    .filter((name) => name.startsWith(PHOTOS))
    .flatMap((name) => (entries[name] ?? "").split(" "));
}

/** Where what is on the server is not what the page had confirmed, in words. */
function differences(visit: Visit, submitted: Submitted, raised: Raised[]): string[] {
  const { entries } = visit;
  const wrong: string[] = [];
  const compare = (what: string, confirmed: string | undefined, kept: string | undefined) => {
    if (!isSame(confirmed ?? "", kept ?? "")) {
      wrong.push(`${what} was ${JSON.stringify(confirmed)} and is ${JSON.stringify(kept)}`);
    }
  };
  const ofVisit = ["outcome", "mode", "present", "account"];
  const items = raised.map(({ item }) => item);
  const ofFinding = (name: string) => items.some((item) => name.startsWith(`${item}-`));
  for (const name of visit.names) {
    if (!ofVisit.includes(name) && !ofFinding(name)) {
      compare(name, entries[name], submitted.answers[name]);
    }
  }
  compare("present", sorted(entries.present), sorted(submitted.present.join(" ")));
  for (const name of Object.keys(entries).filter((name) => name.startsWith(`${PHOTOS}answer/`))) {
    compare(name, entries[name], submitted.answers[name.slice(`${PHOTOS}answer/`.length)]);
  }
  const failed = Object.keys(entries).filter((name) => entries[name] === "fail" && name in submitted.answers);
  compare("findings", sorted(failed.join(" ")), sorted(items.join(" ")));
  for (const { item, note, photos } of raised) {
    compare(`${item}-note`, entries[`${item}-note`], note);
    compare(`photos of ${item}`, entries[`${PHOTOS}finding/${item}`], photos.map(({ hash }) => hash).join(" "));
  }
  return wrong;
}

function sorted(words: string | undefined): string {
  return (words ?? "").split(" ").toSorted().join(" ");
}
