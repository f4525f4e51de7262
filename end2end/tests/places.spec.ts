// Where something is: taken from the tablet, drawn to scale, kept, and handed in as the form has it.

import { butForRequests } from "../fixtures/complaints.ts";
import { submit } from "../fixtures/finding.ts";
import { item } from "../fixtures/inspection.ts";
import { type Definition, assignLongForm } from "../fixtures/long_form.ts";
import { deskOf, expectProper } from "../fixtures/office.ts";
import { Session } from "../fixtures/session.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

const PLACES: Definition = {
  id: "where",
  version: "1",
  title: { "zh-Hans": "地点", en: "Places" },
  choiceLists: {},
  children: [
    { node: "question", name: "gate", kind: "geopoint", label: { "zh-Hans": "大门位置", en: "Where the gate is" } },
    { node: "question", name: "path", kind: "geotrace", label: { "zh-Hans": "消毒路线", en: "The way that was disinfected" } },
    { node: "question", name: "zone", kind: "geoshape", label: { "zh-Hans": "封闭区域", en: "The closed area" } },
  ],
};
/** Some hundred metres north and east of each other, in Beijing. */
const [NORTH, EAST] = [0.0009, 0.00117];
const at = (north: number, east: number) => ({ latitude: 39.9 + north * NORTH, longitude: 116.4 + east * EAST, accuracy: 12 });

test("a place, a way and an area are taken from where the tablet is, without a network", async ({ browser, server, newTablet }) => {
  const visit = await assignLongForm(server.url, "inspector-03", PLACES);
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await tablet.context.grantPermissions(["geolocation"], { origin: server.url });
  await tablet.signIn("inspector-03");
  await tablet.context.setOffline(true);
  await page.locator(`[data-test="assignment-card"] h2 a[href*="${visit}"]`).click();
  await tablet.hook("start").click();
  const [gate, path, zone] = [item(page, "gate"), item(page, "path"), item(page, "zone")];
  /** The browser takes a moment to know where it was put. */
  const stand = async (place: ReturnType<typeof at>) => {
    await tablet.context.setGeolocation(place);
    const where = () =>
      page.evaluate(
        () =>
          new Promise<number[]>((resolve, reject) => {
            navigator.geolocation.getCurrentPosition(({ coords }) => resolve([coords.latitude, coords.longitude]), reject, { maximumAge: 0 });
          }),
      );
    await expect.poll(where).toEqual([place.latitude, place.longitude]);
  };
  const said = (of: typeof gate) => of.locator('[data-test="place-said"]');

  await test.step("a place is where the tablet is, and says how well it knows", async () => {
    await stand(at(0, 0));
    await gate.getByRole("button", { name: "取当前位置" }).click();
    await expect(gate.locator("input")).toHaveValue("39.9 116.4 0.0 12.0");
    await expect(said(gate)).toContainText("精度12米");
    // Taken again, it is another.
    await stand(at(1, 0));
    await gate.getByRole("button", { name: "取当前位置" }).click();
    await expect(gate.locator("input")).toHaveValue("39.9009 116.4 0.0 12.0");
  });

  await test.step("a way is one point after the other, and the last is taken back", async () => {
    for (const [number, place] of [at(0, 0), at(0, 1), at(5, 5)].entries()) {
      await stand(place);
      await path.getByRole("button", { name: "加上当前位置" }).click();
      await expect(said(path)).toHaveText(new RegExp(`^${number + 1}个点`));
    }
    await path.getByRole("button", { name: "撤销上一点" }).click();
    await expect(said(path)).toContainText("2个点，全长100米");
    await expect(path.locator('[data-test="sketch"] circle')).toHaveCount(2);
  });

  await test.step("what cannot be read is put right before another point is taken", async () => {
    await path.locator("input").fill("39.9 116.4；39.9");
    await path.getByRole("button", { name: "加上当前位置" }).click();
    await expect(said(path)).toContainText("无法识别");
    await expect(path.locator("input")).toHaveValue("39.9 116.4；39.9");
    await path.locator("input").fill("39.9 116.4 0 12; 39.9 116.40117 0 12");
    await expect(path.locator('[data-test="sketch"] circle')).toHaveCount(2);
  });

  await test.step("an area is closed by itself and has its size", async () => {
    for (const [number, place] of [at(0, 0), at(0, 1), at(1, 1), at(1, 0)].entries()) {
      await stand(place);
      await zone.getByRole("button", { name: "加上当前位置" }).click();
      await expect(said(zone)).toHaveText(new RegExp(`^${number + 1}个点`));
    }
    await expect(said(zone)).toContainText(/4个点，周长400米，面积(99|100)\d\d平方米/);
    await expect(zone.locator('[data-test="sketch"] figcaption')).toContainText("上为北");
    await expectAccessible(page);
    await tablet.expectSaved();
  });

  await test.step("all of it is there after a restart, and handed in", async () => {
    await page.reload();
    await expect(said(zone)).toContainText("4个点");
    await page.locator('input[name="present"]:not(:checked)').first().check();
    await tablet.expectSaved();
    await tablet.context.setOffline(false);
    await tablet.hook("review").click();
    await submit(tablet);
    await tablet.expectUnsent(0);
    const handedIn = async () => {
      const events = await (await Session.of("inspector-03", server.url)).pullAll();
      return events.find(({ kind, stream }) => kind === "inspection.submitted" && stream.endsWith(visit));
    };
    await expect.poll(async () => (await handedIn()) !== undefined, { timeout: 30_000 }).toBe(true);
    const { answers } = ((await handedIn())?.body as { submitted: { answers: Record<string, string> } }).submitted;
    expect(answers.gate).toBe("39.9009 116.4 0.0 12.0");
    expect(answers.path).toBe("39.9 116.4 0.0 12.0;39.9 116.40117 0.0 12.0");
    const around = answers.zone?.split(";") ?? [];
    expect(around).toHaveLength(5);
    expect(around.at(-1)).toBe(around[0]);
  });

  await test.step("the office reads how far they reach, and sees how they lie", async () => {
    const { page: desk, complaints } = await deskOf(browser, server, "organiser");
    await open(desk, `/inspections/${visit}`);
    const answer = (question: string) => desk.getByRole("row").filter({ hasText: question });
    await expect(answer("大门位置")).toContainText("纬度39.90090，经度116.40000，精度12米");
    await expect(answer("大门位置").locator("svg[viewBox]")).toHaveCount(0);
    await expect(answer("消毒路线")).toContainText("2个点，全长100米");
    await expect(answer("消毒路线").locator("polyline")).toHaveCount(1);
    await expect(answer("封闭区域")).toContainText(/4个点，周长400米，面积(99|100)\d\d平方米/);
    await expect(answer("封闭区域").locator("circle")).toHaveCount(4);
    await expectProper(desk);
    expect(complaints).toEqual([]);
  });
  expect(butForRequests(tablet.complaints)).toEqual([]);
});
