// What a tablet downloads on its first visit, and how long it takes from a cold start to a form one can fill in.
//
// field.first_visit.brotli_bytes  the program as it travels until a signed-in inspector in a browser that was never here has the
//                                 assignments on the glass: shell, wasm, js, css. The second part of the program, which the page asks for
//                                 meanwhile, is kept from it until then. At most FIRST_VISIT_BAR
// field.offline_ready.brotli_bytes  the whole program, once all of it is on the tablet: with the second part and the service worker
// field.offline_ready.all_bytes   every byte from the server until then: with headers, icons, and the inspector's assignments,
//                                 checklists and bodies
// field.start_online_ms           a fresh browser process and a fresh profile, network there: from asking for the field, by way of
//                                 its card, to the first field of an inspection that can be filled in; CPU slowed four times
// field.start_offline_ms          the same with the profile of an earlier visit, its inspection begun, and the network gone
//
// A form can be filled in once that is on the glass. Times are the middle of RUNS runs.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, type Page, chromium } from "@playwright/test";
import { launchOptions, place } from "../fixtures/browser.ts";
import { signIn } from "../fixtures/page.ts";
import { holdSecondPart } from "../fixtures/second_part.ts";
import { onDemoCity } from "../fixtures/server.ts";
import { CountingProxy } from "./counting_proxy.ts";
import { INSPECTOR, openField, openForm, readyForOffline, timeToForm } from "./field_steps.ts";

const RUNS = 5;
const SLOWED = 4;
const QUIET_MS = 1_500;
const FIRST_VISIT_BAR = 350_000;
const VIEWPORT = { width: 1024, height: 768 };

type Cookies = Awaited<ReturnType<BrowserContext["cookies"]>>;

function report(name: string, value: number, unit: string, more: object = {}): void {
  console.log(JSON.stringify({ name, value: Math.round(value * 10) / 10, unit, ...more }));
}

function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A browser process of its own on the profile in `folder`, ended when `visit` is done. */
async function inBrowser<T>(folder: string, origin: string, visit: (page: Page) => Promise<T>): Promise<T> {
  const context = await chromium.launchPersistentContext(folder, {
    ...launchOptions(),
    ...place,
    viewport: VIEWPORT,
    baseURL: origin,
  });
  try {
    return await visit(context.pages()[0] ?? (await context.newPage()));
  } finally {
    await context.close();
  }
}

async function withProfile<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "dubang-profile-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The sign-in happens in a browser that is thrown away, so that it warms nothing up. */
function signInCookies(origin: string): Promise<Cookies> {
  return withProfile((folder) =>
    inBrowser(folder, origin, async (page) => {
      await signIn(page, INSPECTOR);
      return page.context().cookies();
    }),
  );
}

/** Bytes of the bodies, as they travelled, of what the page is made of. Runs in the page. */
function programBytes(): number {
  const fetched = ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind));
  const program = (fetched as PerformanceResourceTiming[]).filter(({ name }) =>
    /^\/(field$|pkg\/|sw\.js$)/.test(new URL(name).pathname),
  );
  // What is asked for ahead and then used is there twice, and came once.
  const bytes = new Map(program.map(({ name, encodedBodySize }) => [name, encodedBodySize]));
  return [...bytes.values()].reduce((sum, one) => sum + one, 0);
}

/** Milliseconds from asking for the field to a form one can fill in. */
async function start(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWED });
  return timeToForm(page);
}

await onDemoCity(async (server) => {
  const proxy = await CountingProxy.to(server.port);
  try {
    const origin = proxy.url;
    const cookies = await signInCookies(origin);

    await withProfile((fresh) =>
      inBrowser(fresh, origin, async (page) => {
        await page.context().addCookies(cookies);
        const letGo = await holdSecondPart(page.context());
        await openField(page);
        await proxy.quiet(QUIET_MS);
        const bytes = await page.evaluate(programBytes);
        report("field.first_visit.brotli_bytes", bytes, "bytes", { bar: `<= ${FIRST_VISIT_BAR}` });
        letGo();
      }),
    );

    await withProfile(async (folder) => {
      await inBrowser(folder, origin, async (page) => {
        await page.context().addCookies(cookies);
        const before = proxy.received;
        await openField(page);
        await readyForOffline(page);
        await proxy.quiet(QUIET_MS);
        const all = proxy.received - before;
        // The worker was fetched by the browser, not by the page.
        await page.evaluate(async () => void (await (await fetch("/sw.js")).arrayBuffer()));
        report("field.offline_ready.brotli_bytes", await page.evaluate(programBytes), "bytes");
        report("field.offline_ready.all_bytes", all, "bytes");
        await openForm(page);
        await proxy.quiet(QUIET_MS);
      });

      const online: number[] = [];
      for (let run = 0; run < RUNS; run += 1) {
        const took = await withProfile((fresh) =>
          inBrowser(fresh, origin, async (page) => {
            await page.context().addCookies(cookies);
            return start(page);
          }),
        );
        online.push(took);
      }
      report("field.start_online_ms", median(online), "ms");

      // The profile of the first visit, a server that is gone, and a way to it that is gone.
      await server.kill();
      proxy.close();
      const offline: number[] = [];
      for (let run = 0; run < RUNS; run += 1) {
        offline.push(await inBrowser(folder, origin, start));
      }
      report("field.start_offline_ms", median(offline), "ms");
    });
    console.error(`runs: ${RUNS}; CPU slowed ${SLOWED} times`);
  } finally {
    proxy.close();
  }
});
