// Places on the map that the operator offers; without it, or where it does not come, they are drawn as ever.

import type { Locator } from "@playwright/test";
import { butForRequests } from "../fixtures/complaints.ts";
import { item } from "../fixtures/inspection.ts";
import { type Definition, assignLongForm } from "../fixtures/long_form.ts";
import { deskOf, registerPlace } from "../fixtures/office.ts";
import { type Server, Tablet, test as base, expect, expectAccessible } from "../fixtures/test.ts";
import { TileServer } from "../fixtures/tile_server.ts";

const test = base.extend<{ tiles: TileServer }>({
  tiles: async ({}, use) => {
    const tiles = await TileServer.start();
    await use(tiles);
    await tiles.stop();
  },
});
const withMap = test.extend({
  mapTiles: async ({ tiles }, use) => {
    await use(tiles.template);
  },
});

const PLACES: Definition = {
  id: "where",
  version: "1",
  title: { "zh-Hans": "地点", en: "Places" },
  choiceLists: {},
  children: [
    { node: "question", name: "gate", kind: "geopoint", appearance: "placement-map", label: { "zh-Hans": "大门位置", en: "Where the gate is" } },
    { node: "question", name: "path", kind: "geotrace", label: { "zh-Hans": "消毒路线", en: "The way that was disinfected" } },
    { node: "question", name: "yard", kind: "geoshape", appearance: "placement-map", label: { "zh-Hans": "院落范围", en: "The yard" } },
    { node: "question", name: "fence", kind: "geotrace", appearance: "placement-map", label: { "zh-Hans": "围栏", en: "The fence" } },
  ],
};
const [GATE, PATH] = ["39.9 116.4 0 12", "39.9 116.4 0 12; 39.9 116.40117 0 12; 39.9009 116.40117 0 12"];

/** Column and row of the tile a place is on, with how far it is on it (https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames). */
function counted([latitude, longitude]: [number, number], zoom: number): [number, number] {
  const up = Math.asinh(Math.tan((latitude * Math.PI) / 180));
  return [(2 ** zoom * (longitude + 180)) / 360, (2 ** zoom * (1 - up / Math.PI)) / 2];
}

/** The tiles of a drawing, as their addresses have them, and where its points lie on them. */
function laid(drawing: Locator): Promise<{ tiles: string[]; points: [number, number][] }> {
  return drawing.evaluate((figure) => {
    const number = (element: Element, name: string) => Number(element.getAttribute(name));
    const images = [...figure.querySelectorAll("image")];
    const tiles = images.map((image) => new URL(image.getAttribute("href") ?? "").pathname);
    const points = [...figure.querySelectorAll("circle")].map((circle) => {
      const [x, y] = [number(circle, "cx"), number(circle, "cy")];
      for (const [place, image] of images.entries()) {
        const [east, south] = [(x - number(image, "x")) / number(image, "width"), (y - number(image, "y")) / number(image, "height")];
        if (east >= 0 && east < 1 && south >= 0 && south < 1) {
          const [, , column, row] = (tiles[place] ?? "").split(/[/.]/).map(Number);
          return [(column ?? NaN) + east, (row ?? NaN) + south] as [number, number];
        }
      }
      return [NaN, NaN] as [number, number];
    });
    return { tiles, points };
  });
}

/** Expects a map of this zoom, all of it there, with each place where it is. */
async function expectOnMap(drawing: Locator, places: [number, number][], zoom: number): Promise<string[]> {
  await expect(drawing).toHaveAttribute("data-map", "");
  await expect(drawing.locator("image:not([data-there])")).toHaveCount(0);
  await expect(drawing.locator("circle")).toHaveCount(places.length);
  const { tiles, points } = await laid(drawing);
  for (const path of tiles) {
    expect(path).toMatch(new RegExp(`^/${zoom}/\\d+/\\d+\\.png$`));
  }
  for (const [place, [x, y]] of points.entries()) {
    const [column, row] = counted(places[place] ?? [NaN, NaN], zoom);
    // To a tenth of what is drawn in hundredths of the whole, which is a third of a pixel.
    expect(Math.abs(x - column)).toBeLessThan(0.002);
    expect(Math.abs(y - row)).toBeLessThan(0.002);
  }
  return tiles;
}

/** Opens the form of places on a tablet. */
async function begin(server: Server, tablet: Tablet) {
  const visit = await assignLongForm(server.url, "inspector-03", PLACES);
  const page = await tablet.switchOn();
  await tablet.signIn("inspector-03");
  await page.locator(`[data-test="assignment-card"] h2 a[href*="${visit}"]`).click();
  await tablet.hook("start").click();
  const [gate, path, yard] = [item(page, "gate"), item(page, "path"), item(page, "yard")];
  const drawing = (of: Locator) => of.locator('[data-test="sketch"]');
  return { page, gate, path, yard, gateDrawn: drawing(gate), pathDrawn: drawing(path), yardDrawn: drawing(yard) };
}

/** What pages complain about, but for tiles that did not come. */
const butForTiles = (complaints: string[], { origin }: TileServer) =>
  butForRequests(complaints).filter((complaint) => !(complaint.includes("Failed to load resource") && complaint.includes(origin)));

withMap("places lie on the map that the operator offers, and as ever where it does not come", async ({ server, newTablet, tiles }) => {
  const tablet = await newTablet();
  const { page, gate, path, yard, gateDrawn, pathDrawn, yardDrawn } = await begin(server, tablet);

  await test.step("a place that is typed lies on its tiles, and nothing was asked of what was half typed", async () => {
    await gate.locator("input").pressSequentially(GATE, { delay: 20 });
    const shown = await expectOnMap(gateDrawn, [[39.9, 116.4]], 17);
    expect(shown).toContain("/17/107915/49668.png");
    expect(tiles.asked.map(({ path }) => path).sort()).toEqual(shown.sort());
    await expect(gateDrawn.locator("small")).toHaveText("© 示例地图 Example Maps");
    // 288 pixels of 0.9152 m.
    await expect(gateDrawn.locator("figcaption")).toContainText("上为北，边长264米");
    for (const { headers } of tiles.asked) {
      expect([headers.referer, headers.cookie, headers.origin]).toEqual([undefined, undefined, undefined]);
    }
  });

  await test.step("a way lies on the nearest map that shows all of it", async () => {
    await path.locator("input").fill(PATH);
    await expectOnMap(pathDrawn, [[39.9, 116.4], [39.9, 116.40117], [39.9009, 116.40117]], 18);
    await expect(pathDrawn.locator("polyline")).toHaveCount(1);
    await expectAccessible(page);
  });

  await test.step("a point goes where the map is tapped", async () => {
    const map = gateDrawn.locator("> svg");
    const { width, height } = (await map.boundingBox()) ?? { width: 0, height: 0 };
    await map.click({ position: { x: width * 0.75, y: height * 0.25 } });
    const [east, north] = [((288 / 4) * 360) / (256 * 2 ** 17), (((288 / 4) * 360) / (256 * 2 ** 17)) * Math.cos((39.9 * Math.PI) / 180)];
    const [latitude = 0, longitude = 0, ...rest] = (await gate.locator("input").inputValue()).split(" ").map(Number);
    // Two pixels.
    expect(Math.abs(longitude - 116.4 - east)).toBeLessThan(0.000_025);
    expect(Math.abs(latitude - 39.9 - north)).toBeLessThan(0.000_02);
    expect(rest).toEqual([0, 0]);
    await expect(gate.locator('[data-test="place-said"]')).toContainText("精度未知");
    await expectOnMap(gateDrawn, [[latitude, longitude]], 17);
    await tablet.expectSaved();
  });

  await test.step("however often it was moved, it goes back to where it was measured", async () => {
    await gateDrawn.locator("> svg").click({ position: { x: 20, y: 20 } });
    const undo = gate.locator('[data-test="undo-place"]');
    await expect(gate.locator("input")).not.toHaveValue(/^39\.9 /);
    await undo.click();
    await expect(gate.locator("input")).toHaveValue("39.9 116.4 0.0 12.0");
    await expect(undo).toBeDisabled();
  });

  await test.step("a shape is set out by taps, which leave room for the next", async () => {
    const taken = async () => (await yard.locator("input").inputValue()).split(";").filter((place) => place.trim() !== "");
    const tap = async (x: number, y: number, count: number) => {
      await expect(yardDrawn).toHaveAttribute("data-map", "");
      const map = yardDrawn.locator("> svg");
      const { width, height } = (await map.boundingBox()) ?? { width: 0, height: 0 };
      await map.click({ position: { x: width * x, y: height * y } });
      await expect.poll(async () => (await taken()).length).toBe(count);
    };
    await yard.locator("input").fill(GATE);
    await tap(0.6, 0.5, 2);
    const room = await laid(yardDrawn);
    expect(room.tiles.every((path) => path.startsWith("/18/"))).toBe(true);
    // A shape ends where it begins.
    await tap(0.6, 0.4, 4);
    await expect(yard.locator('[data-test="place-said"]')).toContainText("3个点，周长");
    await expect(yardDrawn.locator("polygon")).toHaveCount(1);
    await yard.locator('[data-test="undo-place"]').click();
    expect(await taken()).toHaveLength(2);
    await expectAccessible(page);
    await yard.locator("input").fill("");
  });

  const sketched = async () => {
    await expect(pathDrawn).not.toHaveAttribute("data-map");
    await expect(pathDrawn.locator("small")).toHaveCount(0);
    // The sketch fills its square.
    await expect(pathDrawn.locator("circle").first()).toHaveAttribute("cx", "8.1");
    await expect(pathDrawn.locator("figcaption")).toContainText("上为北，边长119米");
    await expect(gateDrawn).toBeHidden();
  };
  await test.step("without a network they are drawn as ever, and on the map once there is one", async () => {
    await tablet.context.setOffline(true);
    await page.reload();
    await sketched();
    await tablet.context.setOffline(false);
    await expectOnMap(pathDrawn, [[39.9, 116.4], [39.9, 116.40117], [39.9009, 116.40117]], 18);
    await expect(gateDrawn).toBeVisible();
  });

  for (const mood of ["refuses", "is silent"] as const) {
    await test.step(`whoever has the tiles ${mood}`, async () => {
      tiles.mood = mood;
      const before = tiles.asked.length;
      await page.reload();
      await expect.poll(() => tiles.asked.length).toBeGreaterThan(before);
      await sketched();
    });
  }
  // Only tiles around the places were asked for.
  for (const { path } of tiles.asked) {
    const [, zoom = NaN, column = NaN, row = NaN] = path.split(/[/.]/).map(Number);
    const [x, y] = counted([39.9, 116.4], zoom);
    expect(Math.max(Math.abs(column - x), Math.abs(row - y)), path).toBeLessThan(3);
  }
  expect(butForTiles(tablet.complaints, tiles)).toEqual([]);
});

withMap("what is set out by taps begins on a map around the institution", async ({ browser, server, newTablet, tiles }) => {
  const administrator = await deskOf(browser, server, "administrator");
  await registerPlace(administrator.page, "一福寿山福海养老服务中心", { latitude: 39.9, longitude: 116.4 });
  const tablet = await newTablet();
  const { page, gate, gateDrawn, yard, yardDrawn } = await begin(server, tablet);
  const fence = item(page, "fence");
  const fenceDrawn = fence.locator('[data-test="sketch"]');
  const points = async (of: Locator) => (await of.locator("input").inputValue()).split(";").filter((place) => place.trim() !== "").length;
  for (const drawing of [gateDrawn, yardDrawn, fenceDrawn]) {
    await expectOnMap(drawing, [], 17);
  }
  // What is not placed on a map asks for none.
  await expect(item(page, "path").locator("image")).toHaveCount(0);
  await gateDrawn.locator("> svg").click();
  const [latitude = 0, longitude = 0] = (await gate.locator("input").inputValue()).split(" ").map(Number);
  expect(Math.abs(latitude - 39.9) + Math.abs(longitude - 116.4)).toBeLessThan(0.000_1);
  await gate.locator('[data-test="undo-place"]').click();
  await expect(gate.locator("input")).toHaveValue("");
  for (const [of, drawing] of [[yard, yardDrawn], [fence, fenceDrawn]] as const) {
    for (const count of [1, 2]) {
      await expect(drawing).toHaveAttribute("data-map", "");
      await drawing.locator("> svg").click({ position: { x: 40 * count, y: 60 } });
      await expect.poll(() => points(of)).toBe(count);
    }
    // One tap is one point, also where it is a double one.
    await expect(drawing).toHaveAttribute("data-map", "");
    await drawing.locator("> svg").dblclick({ position: { x: 90, y: 90 } });
    await expect.poll(() => points(of)).toBe(of === yard ? 4 : 3);
    await of.locator('[data-test="undo-place"]').click();
    await expect.poll(() => points(of)).toBe(2);
  }
  await expectAccessible(page);
  await tablet.expectSaved();
  expect([...butForTiles(tablet.complaints, tiles), ...administrator.complaints]).toEqual([]);
});

test("without a map nobody else is asked for anything", async ({ server, newTablet, tiles }) => {
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  const elsewhere: string[] = [];
  tablet.context.on("request", (request) => {
    if (/^https?:/.test(request.url()) && !request.url().startsWith(`${server.url}/`)) {
      elsewhere.push(request.url());
    }
  });
  const visit = await assignLongForm(server.url, "inspector-03", PLACES);
  await tablet.signIn("inspector-03");
  await page.locator(`[data-test="assignment-card"] h2 a[href*="${visit}"]`).click();
  await tablet.hook("start").click();
  const [gate, path] = [item(page, "gate"), item(page, "path")];
  await gate.locator("input").fill(GATE);
  await path.locator("input").fill(PATH);
  await expect(path.locator('[data-test="sketch"] circle')).toHaveCount(3);
  await tablet.expectSaved();
  // Longer than a map waits for what is typed.
  await page.waitForTimeout(1_500);
  await expect(gate.locator('[data-test="sketch"]')).toHaveCount(0);
  await expect(page.locator("image")).toHaveCount(0);
  // A page that asked all the same would not be let.
  const blocked = await page.evaluate(
    (address) =>
      new Promise<boolean>((resolve) => {
        document.addEventListener("securitypolicyviolation", () => resolve(true));
        const image = new Image();
        image.onload = () => resolve(false);
        image.src = address;
      }),
    `${tiles.origin}/17/107915/49668.png`,
  );
  expect(blocked).toBe(true);
  expect([elsewhere.filter((url) => !url.startsWith(tiles.origin)), tiles.asked]).toEqual([[], []]);
});
