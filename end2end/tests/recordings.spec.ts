// Sound, video and documents as answers: recorded or chosen without a network, kept, handed in, and played in the office.

import { type Locator } from "@playwright/test";
import { butForRequests } from "../fixtures/complaints.ts";
import { submit } from "../fixtures/finding.ts";
import { item } from "../fixtures/inspection.ts";
import { kept, lying } from "../fixtures/kept.ts";
import { type Definition, assignLongForm } from "../fixtures/long_form.ts";
import { deskOf, expectProper } from "../fixtures/office.ts";
import { expect, expectAccessible, open, test } from "../fixtures/test.ts";

const RECORDED: Definition = {
  id: "recorded",
  version: "1",
  title: { "zh-Hans": "录音录像", en: "Recordings" },
  choiceLists: {},
  children: [
    { node: "question", name: "talk", kind: "audio", label: { "zh-Hans": "谈话录音", en: "Recording of the talk" }, bind: { required: "true()" } },
    { node: "question", name: "walk", kind: "video", label: { "zh-Hans": "通道录像", en: "Video of the passage" } },
    { node: "question", name: "plan", kind: "file", label: { "zh-Hans": "应急预案", en: "Emergency plan" } },
  ],
};
const CODED: Definition = {
  id: "coded",
  version: "1",
  title: { "zh-Hans": "扫码", en: "Codes" },
  choiceLists: {},
  children: [{ node: "question", name: "lot", kind: "barcode", label: { "zh-Hans": "消毒剂批号", en: "Lot of the disinfectant" } }],
};
const PLAN = { name: "应急预案.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n% 应急预案\n%%EOF\n") };
const PROGRAM = { name: "报告.pdf", mimeType: "application/pdf", buffer: Buffer.from("MZ\x90\x00not a document") };

/** Seconds that are shown as having been recorded. */
const seconds = async (of: Locator) => Number(/(\d+):(\d+)/.exec((await of.getByRole("timer").textContent()) ?? "")?.[2]);

/** How many seconds there are in a player. */
const lengthOf = (player: Locator) =>
  player.evaluate(
    (player: HTMLMediaElement) =>
      new Promise<number>((resolve, reject) => {
        // What was cut off does not say how long it is: the browser finds out by going to its end.
        player.addEventListener("error", () => reject(new Error(player.error?.message)));
        player.addEventListener("durationchange", () => Number.isFinite(player.duration) && resolve(player.duration));
        player.currentTime = Number.MAX_SAFE_INTEGER;
      }),
  );

/** Plays a part of what is in a player, to see that there is something. */
const plays = (player: Locator) =>
  player.evaluate(
    (player: HTMLMediaElement) =>
      new Promise<{ wide: boolean }>((resolve, reject) => {
        player.addEventListener("error", () => reject(new Error(player.error?.message)));
        player.addEventListener("timeupdate", () => {
          if (player.currentTime > 0) {
            player.pause();
            resolve({ wide: player instanceof HTMLVideoElement && player.videoWidth > 0 });
          }
        });
        player.muted = true;
        player.play().catch(reject);
      }),
  );

test("a talk is recorded without a network, and the office hears it", async ({ browser, server, newTablet }) => {
  const visit = await assignLongForm(server.url, "inspector-03", RECORDED);
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await tablet.signIn("inspector-03");
  await page.locator(`[data-test="assignment-card"] h2 a[href*="${visit}"]`).click();
  await expect(tablet.hook("start")).toBeVisible();
  await tablet.context.setOffline(true);
  await tablet.hook("start").click();
  const [talk, walk, plan] = [item(page, "talk"), item(page, "walk"), item(page, "plan")];
  const record = (of: Locator) => of.locator('[data-test="record"]');
  const stop = (of: Locator) => of.locator('[data-test="stop-recording"]');
  const file = (of: Locator) => of.locator('input[type="file"]');

  await test.step("a microphone that is denied is said to be, with what else there is", async () => {
    await record(talk).click();
    await expect(talk.getByRole("alert")).toContainText("在浏览器的网站设置中允许");
    await expect(talk.locator("audio")).toHaveCount(0);
    await tablet.expectSaved();
    await expectAccessible(page);
  });

  await tablet.context.grantPermissions(["microphone", "camera"], { origin: server.url });
  await test.step("what is thrown away is not kept", async () => {
    await record(talk).click();
    await expect(talk.getByRole("timer")).toContainText("正在录音");
    await expect(talk.getByRole("alert")).toHaveCount(0);
    await talk.locator('[data-test="discard-recording"]').click();
    await expect(record(talk)).toBeVisible();
    await expect(talk).not.toHaveAttribute("data-answer");
    await tablet.expectSaved();
  });

  await test.step("a talk is recorded, and is there after a restart", async () => {
    await record(talk).click();
    await expect.poll(() => seconds(talk)).toBeGreaterThan(1);
    await expectAccessible(page);
    await stop(talk).click();
    await expect(talk.locator("audio")).toHaveCount(1);
    await expect(talk.getByText("录制已保存")).toBeVisible();
    await expect(record(talk)).toBeFocused();
    await expect(talk).toHaveAttribute("data-answer", "given");
    await tablet.expectSaved();
    await plays(talk.locator("audio"));
    await page.reload();
    await expect(talk.locator("audio")).toHaveCount(1);
    await plays(talk.locator("audio"));
  });

  await test.step("a video goes on until the page is left, which keeps it", async () => {
    await record(walk).click();
    await expect(walk.getByRole("timer")).toContainText("正在录像");
    await expect.poll(() => walk.locator("video").evaluate((glass: HTMLVideoElement) => glass.videoWidth)).toBeGreaterThan(0);
    await expect.poll(() => seconds(walk)).toBeGreaterThan(0);
    await tablet.hook("review").click();
    await expect(tablet.hook("coverage-section").first()).toHaveAttribute("data-unanswered", "1");
    await tablet.expectSaved();
    await page.locator(".bar a").first().click();
    expect(await plays(walk.locator("figure video"))).toEqual({ wide: true });
  });

  await test.step("a document is chosen; a program, a document that is no recording, and the same again are not taken", async () => {
    await file(plan).setInputFiles(PROGRAM);
    await expect(plan.getByRole("alert")).toContainText("不认识这种文件");
    await file(plan).setInputFiles(PLAN);
    await expect(plan.locator("a.file")).toHaveText("PDF · 30 B");
    await expect(plan.getByRole("alert")).toHaveCount(0);
    await file(plan).setInputFiles(PLAN);
    await expect(plan.getByRole("alert")).toContainText("已用在本次检查中");
    await file(talk).setInputFiles({ ...PLAN, buffer: Buffer.from("%PDF-1.7 another") });
    await expect(talk.getByRole("alert")).toContainText("这不是录音");
    await expect(talk.locator("figure")).toHaveCount(1);
    const saved = page.waitForEvent("download");
    await plan.locator("a.file").click();
    expect((await saved).suggestedFilename()).toMatch(/^[0-9a-f]{8}\.pdf$/);
    await tablet.expectSaved();
    await expectAccessible(page);
  });

  await test.step("a tablet that is put away keeps what was recorded until then, and says so", async () => {
    await record(talk).click();
    await expect(stop(talk)).toBeFocused();
    await expect.poll(() => seconds(talk)).toBeGreaterThan(0);
    await page.evaluate(() => {
      Object.defineProperty(document, "hidden", { configurable: true, value: true });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
      Reflect.deleteProperty(document, "hidden");
    });
    await expect(talk.locator("audio")).toHaveCount(2);
    await expect(talk.getByText("录制已自行停止")).toBeVisible();
    await tablet.expectSaved();
  });

  await test.step("what was recorded too much is removed, which is asked about; the others are counted anew", async () => {
    await talk.getByRole("button", { name: "删除录音 1" }).click();
    await talk.locator('[data-test="remove-photo"]').click();
    await expect(talk.locator("audio")).toHaveCount(1);
    await expect(talk.getByRole("button", { name: "删除录音 1" })).toBeVisible();
    await tablet.expectSaved();
  });

  await test.step("it is handed in, and sent once there is a network", async () => {
    await page.locator('input[name="present"]:not(:checked)').first().check();
    await tablet.hook("review").click();
    await expect(tablet.hook("gap")).toHaveCount(0);
    await submit(tablet);
    // Start, submission and three files; what was removed is not sent.
    await tablet.expectUnsent(5);
    await tablet.context.setOffline(false);
    await tablet.expectUnsent(0);
  });

  await test.step("the office hears, sees and fetches them", async () => {
    const { page, complaints } = await deskOf(browser, server, "organiser");
    await open(page, `/inspections/${visit}`);
    const answer = (question: string) => page.getByRole("row").filter({ hasText: question });
    await plays(answer("谈话录音").locator("audio"));
    expect(await plays(answer("通道录像").locator("video"))).toEqual({ wide: true });
    const address = (await answer("应急预案").locator("a.file").getAttribute("href")) ?? "";
    const whole = await page.request.get(address);
    expect(await whole.body()).toEqual(PLAN.buffer);
    expect(whole.headers()["content-disposition"]).toMatch(/^attachment; filename="[0-9a-f]{8}\.pdf"$/);
    const part = await page.request.get(address, { headers: { range: "bytes=0-7" } });
    expect([part.status(), await part.text(), part.headers()["content-range"]]).toEqual([206, "%PDF-1.7", `bytes 0-7/${PLAN.buffer.length}`]);
    const beyond = await page.request.get(address, { headers: { range: "bytes=9000-" } });
    expect([beyond.status(), beyond.headers()["content-range"]]).toEqual([416, `bytes */${PLAN.buffer.length}`]);
    await expectProper(page);
    expect(complaints).toEqual([]);
  });
  expect(butForRequests(tablet.complaints)).toEqual([]);
});

test("a recording that the page dies over is kept as far as it came", async ({ server, newTablet }) => {
  const visit = await assignLongForm(server.url, "inspector-03", RECORDED);
  const tablet = await newTablet();
  await tablet.switchOn();
  await tablet.signIn("inspector-03");
  await tablet.context.grantPermissions(["microphone", "camera"], { origin: server.url });
  await tablet.page.locator(`[data-test="assignment-card"] h2 a[href*="${visit}"]`).click();
  await tablet.hook("start").click();
  await tablet.expectSaved();
  await tablet.context.setOffline(true);
  const record = async (question: string, others: number) => {
    const asked = item(tablet.page, question);
    await asked.locator('[data-test="record"]').click();
    await expect.poll(() => seconds(asked)).toBeGreaterThan(3);
    expect(await kept(tablet.page, "recording")).toHaveLength(1 + others);
  };
  const reopen = async () => {
    await open(tablet.page, "/field");
    await tablet.page.locator(`[data-test="assignment-card"] h2 a[href*="${visit}"]`).click();
  };

  await test.step("given a page that dies while a talk is recorded, then what was said until then is its answer", async () => {
    await record("talk", 0);
    await tablet.killTab("crash");
    await reopen();
    const talk = item(tablet.page, "talk");
    await expect(talk.locator("audio")).toHaveCount(1);
    await expect(talk.getByText("关闭前录到的内容已保存")).toBeVisible();
    await expect(talk).toHaveAttribute("data-answer", "given");
    expect(await lengthOf(talk.locator("audio"))).toBeGreaterThan(1);
    await tablet.expectSaved();
    expect(await kept(tablet.page, "recording")).toEqual([]);
  });

  await test.step("and a video, of which nothing lies open on the disk", async () => {
    await record("walk", 0);
    const parts = (await lying(tablet.page)).filter(({ store }) => store.startsWith("recording"));
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.filter(({ sealed }) => !sealed)).toEqual([]);
    await tablet.kill();
    await tablet.switchOn({ offline: true });
    await reopen();
    const walk = item(tablet.page, "walk");
    expect(await plays(walk.locator("figure video"))).toEqual({ wide: true });
    await tablet.expectSaved();
  });

  await test.step("it is kept once, however often the visit is opened", async () => {
    await reopen();
    await expect(item(tablet.page, "talk").locator("audio")).toHaveCount(1);
    await expect(item(tablet.page, "walk").locator("figure video")).toHaveCount(1);
    expect(await kept(tablet.page, "recording")).toEqual([]);
  });
});

test("a code is scanned where the browser reads codes, and typed where it does not", async ({ server, newTablet }) => {
  const visit = await assignLongForm(server.url, "inspector-03", CODED);
  const tablet = await newTablet();
  const page = await tablet.switchOn();
  await tablet.signIn("inspector-03");
  await page.locator(`[data-test="assignment-card"] h2 a[href*="${visit}"]`).click();
  await tablet.hook("start").click();
  const lot = item(page, "lot");
  const scan = tablet.hook("scan");

  await test.step("this browser has no reader: the field says so and takes what is typed", async () => {
    await expect(tablet.hook("no-scanner")).toContainText("此浏览器不能扫码");
    await expect(scan).toHaveCount(0);
    await lot.locator("input").fill("6901234567892");
    await expect(lot).toHaveAttribute("data-answer", "given");
    await tablet.expectSaved();
  });

  // Chromium has its reader on Android, ChromeOS and macOS alone: what stands in for it here finds a code in the third picture.
  await page.addInitScript(() => {
    let looks = 0;
    Object.assign(window, {
      BarcodeDetector: class {
        detect(glass: HTMLVideoElement) {
          looks += glass.videoWidth > 0 ? 1 : 0;
          return Promise.resolve(looks < 3 ? [] : [{ rawValue: " 6909876543210 " }]);
        }
      },
    });
  });
  await page.reload();
  await test.step("a camera that is denied is said to be", async () => {
    await scan.click();
    await expect(lot.locator("..").getByRole("alert")).toContainText("在浏览器的网站设置中允许");
    await expect(lot.locator("input")).toHaveValue("6901234567892");
  });

  await test.step("what is scanned is the answer, and the camera is let go", async () => {
    await tablet.context.grantPermissions(["camera"], { origin: server.url });
    await scan.click();
    await expect(tablet.hook("scanning")).toBeVisible();
    await expectAccessible(page);
    await expect(lot.locator("input")).toHaveValue("6909876543210");
    await expect(tablet.hook("scanning")).toHaveCount(0);
    await tablet.expectSaved();
  });
  expect(butForRequests(tablet.complaints)).toEqual([]);
});
