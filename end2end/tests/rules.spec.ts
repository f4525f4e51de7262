// What applies to a body at a moment, and why: 07:59 and 08:00 on 13 March 2022 differ; a level is set, extended and ended.

import { butForRequests } from "../fixtures/complaints.ts";
import { deskOf, expectProper } from "../fixtures/office.ts";
import { expect, open, test } from "../fixtures/test.ts";

const HOME = "市第一社会福利院";
const SEARCH = `/bodies?search=${encodeURIComponent(HOME)}`;

/** A moment so many hours from now as a control takes it, in the city's time. */
function local(hours: number): string {
  const at = new Date(Date.now() + hours * 3_600_000 + 8 * 3_600_000);
  return at.toISOString().slice(0, 16);
}

test("07:59 and 08:00 on 13 March 2022 select different rules", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "welfare-home-1");
  await open(page, SEARCH);
  await page.getByRole("link", { name: HOME }).click();
  await page.getByRole("link", { name: "适用规则" }).click();
  await expect(page.locator("h1")).toContainText(HOME);
  const moment = page.locator('input[name="at"]');
  const show = page.getByRole("button", { name: "查看", exact: true });

  await test.step("a minute before, no level is in force and nothing is asked", async () => {
    await moment.fill("2022-03-13T07:59");
    await show.click();
    await expect(page).toHaveURL(/\/rules\?at=2022-03-13T07/);
    await expect(page.locator(".banner")).toContainText("没有响应等级");
    await expect(page.locator("main")).toContainText("尚未生效");
    await expect(page.getByRole("heading", { name: "启用的检查项" })).toHaveCount(0);
    await expectProper(page);
  });

  await test.step("at eight the level-I response governs, and says on what it rests", async () => {
    await moment.fill("2022-03-13T08:00");
    await show.click();
    await expect(page.locator(".banner")).toContainText("一级响应，自2022年3月13日 08:00起生效");
    await expect(page.locator('a[href^="/notices/"]').first()).toContainText("示例〔2022〕1号");
    await expect(page.getByRole("heading", { name: /第二版/ })).toBeVisible();
    await expect(page.getByRole("rowheader", { name: /暂停探视/ })).toBeVisible();
    await expect(page.getByRole("rowheader", { name: "探视是否全部暂停（含已预约的）" })).toBeVisible();
    await expectProper(page);
  });

  await test.step("the address alone leads back to either", async () => {
    const address = page.url();
    await page.getByRole("link", { name: "2022年3月13日 07:59" }).click();
    await expect(page.locator(".banner")).toContainText("没有响应等级");
    await page.goto(address);
    await expect(page.locator(".banner")).toContainText("一级响应");
  });

  await test.step("a moment that is none says so", async () => {
    await open(page, `${new URL(page.url()).pathname}?at=tomorrow`);
    await expect(page.locator('[role="alert"]')).toContainText("2022-03-13T08:00");
  });
  expect(butForRequests(complaints)).toEqual([]);
});

test("without scripts the moment is asked for all the same", async ({ browser, server }) => {
  const desk = await deskOf(browser, server, "organiser");
  const cookies = await desk.page.context().cookies();
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false });
  await context.addCookies(cookies);
  const page = await context.newPage();
  await page.goto(SEARCH);
  await page.getByRole("link", { name: HOME }).click();
  await page.getByRole("link", { name: "适用规则" }).click();
  await page.locator('input[name="at"]').fill("2022-03-13T08:00");
  await page.locator('main form button[type="submit"]').click();
  await expect(page.locator(".banner")).toContainText("一级响应");
});

test("an administrator sets a level for a district, extends it and ends it", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "administrator");
  const submit = page.getByRole("button", { name: "作出决定", exact: true });
  const confirm = page.locator("#level-confirm");
  await open(page, "/levels");
  await page.getByRole("link", { name: "决定响应等级" }).click();

  await test.step("what is wrong is said beside what was typed, which stays", async () => {
    await submit.click();
    await expect(page.locator("#level-errors")).toContainText("生效时间");
    await expect(page.locator("#level-errors")).toContainText("请选择地区");
    await page.locator("#level").selectOption({ index: 1 });
    await page.locator("#area").selectOption("110106");
    await page.locator("#from").fill(local(1));
    await page.locator("#until").fill(local(0.5));
    await submit.click();
    await expect(page.locator("#level-errors")).toContainText("结束时间应晚于生效时间");
    await expect(confirm, "what is wrong is said before anything is asked").toHaveCount(0);
    await expect(page.locator("#area")).toHaveValue("110106");
    await expectProper(page);
  });

  await test.step("it is set", async () => {
    await page.locator("#until").fill(local(24));
    await submit.click();
    await confirm.click();
    await page.waitForURL(/\/levels\/[0-9a-f-]{36}$/);
    await expect(page.locator("main")).toContainText("丰台区");
    await expect(page.locator(".head")).toContainText("尚未生效");
    await expectProper(page);
  });

  await test.step("it is extended", async () => {
    await page.locator("summary", { hasText: "延长期限" }).click();
    await page.locator("#extend-until").fill(local(12));
    await page.locator('form:has(#extend-until) button[type="submit"]').click();
    await expect(page.locator("#extend-errors")).toContainText("晚于现有期限");
    await page.locator("#extend-until").fill(local(48));
    await page.locator('form:has(#extend-until) button[type="submit"]').click();
    await expectProper(page);
    await page.locator("#extend-confirm").click();
    await expect(page.locator(".head")).toContainText("已延长");
    await expect(page.locator(".toasts")).toContainText("已办理：延长");
    await expect(page.locator("#extend-until"), "done, it is folded away").toBeHidden();
  });

  await test.step("it is ended, and the record tells all three", async () => {
    await page.locator("summary", { hasText: "终止" }).click();
    await page.locator("#end-at").fill(local(2));
    await page.locator('form:has(#end-at) button[type="submit"]').click();
    await page.locator("#end-confirm").click();
    await expect(page.locator(".head")).toContainText("提前终止");
    for (const event of ["决定响应等级", "延长响应期限", "终止响应等级"]) {
      await expect(page.getByRole("region", { name: "记录", exact: true })).toContainText(event);
    }
    await expectProper(page);
  });
  expect(butForRequests(complaints)).toEqual([]);
});

test("a level that has not taken effect is annulled, and never does", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "administrator");
  const from = local(3);
  await open(page, "/levels/new");
  await page.locator("#level").selectOption({ label: "一级响应" });
  await page.locator("#area").selectOption("110107");
  await page.locator("#from").fill(from);
  await page.getByRole("button", { name: "作出决定", exact: true }).click();
  await page.locator("#level-confirm").click();
  await page.waitForURL(/\/levels\/[0-9a-f-]{36}$/);
  await expect(page.locator(".head")).toContainText("尚未生效");
  const end = page.locator('form:has(#end-at) button[type="submit"]');

  await test.step("it does not end before it would begin", async () => {
    await page.locator("summary", { hasText: "终止" }).click();
    await page.locator("#end-at").fill(local(1));
    await end.click();
    await expect(page.locator("#end-errors")).toContainText("结束时间应晚于生效时间");
    await expectProper(page);
  });

  await test.step("at the time from which it would hold it is annulled, and can be changed no more", async () => {
    await page.locator("#end-at").fill(from);
    await end.click();
    await page.locator("#end-confirm").click();
    await expect(page.locator(".head")).toContainText("已结束");
    await expect(page.locator("#end-at")).toHaveCount(0);
    await expect(page.getByRole("region", { name: "记录", exact: true })).toContainText("终止响应等级");
    await expectProper(page);
  });

  await test.step("no home of the district is told of it", async () => {
    await open(page, "/bodies?district=110107&kind=elderCare");
    await page.getByRole("rowheader").getByRole("link").first().click();
    await page.getByRole("link", { name: "适用规则" }).click();
    await page.locator('input[name="at"]').fill(local(4));
    await page.getByRole("button", { name: "查看", exact: true }).click();
    await expect(page.locator("main")).toContainText("适用规则");
    await expect(page.locator(".banner")).not.toContainText(from.replace("T", " "));
  });
  expect(butForRequests(complaints)).toEqual([]);
});

test("a later decision for the same area takes the place of the one before, which says so and is not extended any more", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "administrator");
  // Of the level that the notice carries out.
  const decide = async (from: string) => {
    await open(page, "/levels");
    await page.getByRole("link", { name: "决定响应等级" }).click();
    await page.locator("#level").selectOption({ label: "一级响应" });
    await page.locator("#area").selectOption("110101");
    await page.locator("#from").fill(from);
    await page.getByRole("button", { name: "作出决定", exact: true }).click();
    await page.locator("#level-confirm").click();
    await page.waitForURL(/\/levels\/[0-9a-f-]{36}$/);
    return new URL(page.url()).pathname;
  };
  const first = await decide(local(-2));
  await expect(page.locator("summary", { hasText: "终止" })).toBeVisible();
  const second = await decide(local(-1));
  await open(page, first);
  await expect(page.locator(".head")).toContainText("已被取代");
  await expect(page.locator('.banner[data-kind="warning"]')).toContainText("被同一地区的另一决定取代，不再适用");
  await expect(page.locator("summary", { hasText: "延长期限" })).toHaveCount(0);
  await expectProper(page);
  await page.getByRole("link", { name: "查看取代它的决定" }).click();
  await expect(page).toHaveURL(new RegExp(`${second}$`));
  await expect(page.locator(".head")).not.toContainText("已被取代");
  await expect(page.locator("summary", { hasText: "终止" })).toBeVisible();

  const officer = await deskOf(browser, server, "dongcheng-officer");
  await open(officer.page, `/bodies?search=${encodeURIComponent("东城区示例养老院01")}`);
  await officer.page.getByRole("link", { name: "东城区示例养老院01" }).click();
  await officer.page.getByRole("link", { name: "适用规则" }).click();
  await officer.page.locator('input[name="at"]').fill(local(0));
  await officer.page.getByRole("button", { name: "查看", exact: true }).click();
  await expect(officer.page).toHaveURL(/at=/);
  await expect(officer.page.locator(".banner").first()).toContainText("一级响应");
  await expect(officer.page.locator("tbody").first()).toContainText(/自.+起由.*取代/);

  await test.step("levels are ended together, by one notice; what was superseded is not among them", async () => {
    await open(page, "/levels?area=110101");
    for (const box of await page.locator('tbody td.select input[type="checkbox"]').all()) {
      await box.check();
    }
    const bar = page.getByRole("group", { name: "批量操作" });
    await bar.getByRole("button", { name: "终止所选" }).click();
    await page.locator("#bulk-entered").selectOption({ index: 1 });
    await expectProper(page);
    await page.getByRole("button", { name: "终止所选（1条）" }).click();
    await expect(page.locator('.banner[data-kind="success"]')).toContainText("1 条已完成");
    await expect(page.locator("tbody tr", { hasText: "提前终止" })).toHaveCount(1);
    await expect(page.locator("tbody tr", { hasText: "提前终止" }).locator(`a[href="${second}"]`)).toBeVisible();
  });
  expect(butForRequests(officer.complaints)).toEqual([]);
  expect(butForRequests(complaints)).toEqual([]);
});

test("a new edition of a guide is read from a file, and governs from its minute on", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "administrator");
  const HEADING = "code,text_zh,text_en,line,levels,kinds,amount,unit,items";
  const file = (...lines: string[]) => ({
    name: "obligations.csv",
    mimeType: "text/csv",
    buffer: Buffer.from([HEADING, ...lines].join("\n"), "utf8"),
  });
  const GOOD = ["B1,门岗双人值守并登记,Two at the gate at all hours,main,I,,,,B1", "E1,工作人员每日核酸检测,Daily testing of staff,main,I,,1,timesADay,E1"];
  await open(page, "/guides");
  await page.getByRole("rowheader", { name: /高风险/ }).getByRole("link").click();
  await page.waitForURL(/\/guides\/[0-9a-f-]{36}$/);
  const guide = new URL(page.url()).pathname;

  await test.step("what is missing is said, and a file that cannot be read says where", async () => {
    await open(page, "/guides/new");
    await page.getByLabel("指南", { exact: true }).selectOption(guide.split("/").at(-1) ?? "");
    await page.getByRole("button", { name: "发布", exact: true }).click();
    await expect(page.locator(".errors")).toContainText("请选择写有要求的文件");
    await page.locator("#edition").fill("第三版");
    await page.locator("#count").fill("3");
    await page.locator("#from").fill(local(1));
    await page.locator("#obligations").setInputFiles(file("B1,门岗,Gate,nobody,I,,,,B1"));
    await expect(page.getByRole("status").filter({ hasText: "nobody" })).toBeVisible();
  });

  await test.step("a good file is shown as it was understood, and published", async () => {
    await page.locator("#obligations").setInputFiles(file(...GOOD));
    await expect(page.getByText("文件中有2项要求。").first()).toBeVisible();
    await expectProper(page);
    await page.getByRole("button", { name: "发布", exact: true }).click();
    await page.waitForURL(new RegExp(`${guide}$`));
    await expect(page.getByRole("heading", { level: 2, name: "第三版" })).toBeVisible();
    await expect(page.getByRole("rowheader", { name: "门岗双人值守并登记" })).toBeVisible();
  });

  await test.step("an institution follows the second edition until then, and the third from then on", async () => {
    const home = await deskOf(browser, server, "welfare-home-1");
    await open(home.page, SEARCH);
    await home.page.getByRole("link", { name: HOME }).click();
    await home.page.getByRole("link", { name: "适用规则" }).click();
    for (const [moment, edition] of [
      [local(0.5), /第二版/],
      [local(1.5), /第三版/],
    ] as const) {
      // The page of the moment before may only be being drawn, and takes what is typed with it.
      await expect(async () => {
        await home.page.locator('input[name="at"]').fill(moment);
        await home.page.getByRole("button", { name: "查看", exact: true }).click();
        await expect.poll(() => new URL(home.page.url()).searchParams.get("at"), { timeout: 3_000 }).toBe(moment);
      }).toPass();
      await expect(home.page.getByRole("heading", { name: edition })).toBeVisible();
    }
    await expect(home.page.getByRole("rowheader", { name: "门岗双人值守并登记" })).toBeVisible();
    expect(butForRequests(home.complaints)).toEqual([]);
  });
  expect(butForRequests(complaints)).toEqual([]);
});
