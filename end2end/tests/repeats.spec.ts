// What is asked several times over: instances are added and taken out on the tablet, and each keeps what is its own.

import type { Locator } from "@playwright/test";
import { butForRequests } from "../fixtures/complaints.ts";
import { submit } from "../fixtures/finding.ts";
import { item } from "../fixtures/inspection.ts";
import { kept } from "../fixtures/kept.ts";
import { type Definition, assignLongForm } from "../fixtures/long_form.ts";
import { deskOf, expectProper } from "../fixtures/office.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

const ROOMS: Definition = {
  id: "rooms",
  version: "1",
  title: { "zh-Hans": "逐室检查", en: "Room by room" },
  choiceLists: {},
  children: [
    {
      node: "repeat",
      name: "room",
      label: { "zh-Hans": "房间", en: "Room" },
      children: [
        { node: "question", name: "number", kind: "text", label: { "zh-Hans": "房号", en: "Number" }, bind: { required: "true()" } },
        { node: "question", name: "talk", kind: "audio", label: { "zh-Hans": "谈话录音", en: "Recording of the talk" } },
      ],
    },
  ],
};

test("rooms are added and taken out, and what is said in one stays with it, whatever becomes of the page", async ({ browser, server, newTablet }) => {
  const visit = await assignLongForm(server.url, "inspector-03", ROOMS);
  const tablet = await newTablet();
  await tablet.switchOn();
  await tablet.signIn("inspector-03");
  await tablet.context.grantPermissions(["microphone"], { origin: server.url });
  const card = () => tablet.page.locator(`[data-test="assignment-card"] h2 a[href*="${visit}"]`);
  await card().click();
  await tablet.hook("start").click();
  const number = (place: number) => item(tablet.page, `room[${place}]/number`).locator("input");
  const talk = (place: number) => item(tablet.page, `room[${place}]/talk`);
  const rooms = () => tablet.page.locator(".instance");

  await test.step("given three rooms, each with its number", async () => {
    for (const [place, name] of ["101", "102", "103"].entries()) {
      if ((await rooms().count()) <= place) {
        await tablet.hook("add-instance").click();
      }
      // What was added is led to.
      await expect(number(place + 1)).toBeInViewport();
      await number(place + 1).fill(name);
    }
    await tablet.expectSaved();
    await expectAccessible(tablet.page);
  });

  await test.step("one in which something was entered is taken out only when that is meant", async () => {
    await rooms().nth(1).locator('[data-test="remove-instance"]').click();
    await expect(rooms().nth(1).getByRole("alert")).toContainText("一并删除");
    await expectAccessible(tablet.page);
    await rooms().nth(1).locator('[data-test="keep-instance"]').click();
    await expect(rooms()).toHaveCount(3);
    // One without anything goes at once.
    await tablet.hook("add-instance").click();
    await expect(rooms()).toHaveCount(4);
    await rooms().nth(3).locator('[data-test="remove-instance"]').click();
    await expect(rooms()).toHaveCount(3);
  });

  await test.step("the way to add one is below all that are there, and one without anything outlives the page", async () => {
    await tablet.hook("add-instance").click();
    await expect(rooms()).toHaveCount(4);
    await expect(number(4)).toBeFocused();
    const top = async (place: Locator) => (await place.boundingBox())?.y ?? 0;
    expect(await top(tablet.hook("add-instance"))).toBeGreaterThan(await top(talk(4)));
    await expect(tablet.hook("add-instance")).toHaveText("添加一组：房间");
    await tablet.expectSaved();
    await tablet.killTab("crash");
    await open(tablet.page, "/field");
    await card().click();
    await expect(rooms()).toHaveCount(4);
    await rooms().nth(3).locator('[data-test="remove-instance"]').click();
    await expect(rooms()).toHaveCount(3);
  });

  await test.step("when a talk is recorded in the third while the first is taken out, then it ends, and is in what is now the second", async () => {
    await talk(3).locator('[data-test="record"]').click();
    await expect(talk(3).locator('[data-test="stop-recording"]')).toBeVisible();
    await expect.poll(async () => (await kept(tablet.page, "recording")).length).toBe(1);
    await rooms().nth(0).locator('[data-test="remove-instance"]').click();
    await rooms().nth(0).locator('[data-test="remove-instance"]').click();
    await expect(rooms()).toHaveCount(2);
    await expect(talk(2).locator("audio")).toHaveCount(1);
    await tablet.expectSaved();
    expect(await kept(tablet.page, "recording")).toEqual([]);
  });

  await test.step("when the page dies over another in the second, then that is there as well, in its place", async () => {
    await talk(2).locator('[data-test="record"]').click();
    await expect.poll(async () => (await kept<{ item: string }>(tablet.page, "recording")).map(({ value }) => value.item)).toEqual(["room[2]/talk"]);
    await tablet.killTab("crash");
    await open(tablet.page, "/field");
    await card().click();
    await expect(number(1)).toHaveValue("102");
    await expect(number(2)).toHaveValue("103");
    await expect(talk(2).locator("audio")).toHaveCount(2);
    await expect(talk(1).locator("audio")).toHaveCount(0);
    await tablet.expectSaved();
  });

  await test.step("what was thrown away does not come back", async () => {
    await talk(1).locator('[data-test="record"]').click();
    await expect.poll(async () => (await kept(tablet.page, "recording")).length).toBe(1);
    await talk(1).locator('[data-test="discard-recording"]').click();
    await expect(talk(1).getByText("已放弃这段录制")).toBeVisible();
    expect(await kept(tablet.page, "recording_part").catch(() => "not JSON")).toEqual([]);
    await tablet.killTab("crash");
    await open(tablet.page, "/field");
    await card().click();
    await expect(talk(2).locator("audio")).toHaveCount(2);
    await expect(talk(1).locator("audio")).toHaveCount(0);
  });

  await test.step("all of it is handed in, and read in the office", async () => {
    await tablet.page.locator('input[name="present"]:not(:checked)').first().check();
    await tablet.hook("review").click();
    await submit(tablet);
    await tablet.expectUnsent(0);
    const { page, complaints } = await deskOf(browser, server, "organiser");
    await open(page, `/inspections/${visit}`);
    for (const name of ["102", "103"]) {
      await expect(page.getByRole("row").filter({ hasText: "房号" }).filter({ hasText: name })).toHaveCount(1);
    }
    await expect(page.locator("main audio")).toHaveCount(2);
    await expectProper(page);
    expect(complaints).toEqual([]);
  });
  expect(butForRequests(tablet.complaints)).toEqual([]);
});
