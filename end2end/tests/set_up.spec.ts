// The first visit to an empty server: its code, the first administrator, the bodies from a file.

import { butForRequests } from "../fixtures/complaints.ts";
import { FOUNDING, PASSWORD, fillIn, setUpCode } from "../fixtures/set_up.ts";
import { type Language, deskOf, expectEnglish, expectProper } from "../fixtures/office.ts";
import { expect, open, test } from "../fixtures/test.ts";

test.use({ city: "none" });

const HEADING = "name_zh,name_en,kind,parent,district_code,district_name,residents,staff,capacity";
const GOOD = [
  HEADING,
  "东城区民政局,Dongcheng Civil Affairs Bureau,department,,110101,东城区,0,12,0",
  "和平养老院,Peace Elder-Care Home,elderCare,东城区民政局,110101,,80,40,100",
  '"安宁, 福利院",Anning Home,elderCare,东城区民政局,110101,,60,30,60',
];
function file(lines: string[]) {
  return { name: "bodies.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\n"), "utf8") };
}

const WORDS = {
  zh: { wrongCode: "设置码不正确", city: "试点市", name: "安宁, 福利院" },
  en: { wrongCode: "The set-up code is wrong", city: "Trial City", name: "Anning Home" },
} as const;

for (const language of Object.keys(WORDS) as Language[]) {
  test(`an empty server is set up with its code and a file of bodies (${language})`, async ({ browser, server }) => {
    const words = WORDS[language];
    const { page, complaints } = await deskOf(browser, server, undefined, language);
    const submit = page.locator('form button[type="submit"]');

    await test.step("every way leads to the set-up", async () => {
      for (const path of ["/", "/sign-in", "/findings"]) {
        await open(page, path);
        await expect(page).toHaveURL(/\/setup$/);
      }
      await expectProper(page);
    });

    await test.step("a wrong code founds nothing and costs nothing that was typed", async () => {
      await submit.click();
      await expect(page.locator("#setup-errors li")).not.toHaveCount(0);
      if (language === "en") {
        await expectEnglish(page.locator("#setup-errors"));
      }
      await fillIn(page);
      await page.locator("#code").fill("AAAA-AAAA-AAAA");
      await submit.click();
      await expect(page.locator("#setup-errors")).toContainText(words.wrongCode);
      for (const [id, text] of Object.entries(FOUNDING)) {
        await expect(page.locator(`#${id}`)).toHaveValue(text);
      }
      await expectProper(page);
    });

    await test.step("the code that the server printed founds the jurisdiction", async () => {
      await page.locator("#code").fill(setUpCode(server));
      await submit.click();
      await page.waitForURL(/\/setup\/bodies$/);
      await expectProper(page);
    });

    await test.step("a file with one bad row imports nothing and names the row", async () => {
      const bad = GOOD.with(2, "和平养老院,Peace Elder-Care Home,elderCare,没有这个单位,110101,,80,40,100");
      await page.locator("#csv").setInputFiles(file(bad));
      await submit.click();
      const report = page.locator("#import-report");
      await expect(report.locator('[data-kind="error"]')).toBeVisible();
      const rows = report.locator("tbody tr");
      await expect(rows).toHaveCount(1);
      await expect(rows.first()).toContainText("3");
      await expect(rows.first()).toContainText("没有这个单位");
      await expectProper(page);
    });

    await test.step("a file in another encoding is told how to be saved", async () => {
      const buffer = Buffer.from(`${HEADING}\n\xba\xcd\xc6\xbd`, "latin1");
      await page.locator("#csv").setInputFiles({ name: "gb.csv", mimeType: "text/csv", buffer });
      await submit.click();
      await expect(page.locator("#import-report")).toContainText("UTF-8");
    });

    await test.step("the good file is imported whole, and nothing of the bad one was", async () => {
      await page.locator("#csv").setInputFiles(file(GOOD));
      await submit.click();
      await expect(page.locator("#import-report tbody tr")).toHaveCount(3);
      await expectProper(page);
      if (language === "en") {
        await expectEnglish(page.locator("#import-report thead"));
      }
      await page.locator('[data-test="apply"]').click();
      await expect(page.locator('#import-report [data-kind="success"]')).toContainText("3");
      if (language === "en") {
        await expectEnglish(page.locator('#import-report [data-kind="success"]'));
      }
      await page.locator('#import-report a[href="/bodies"]').click();
      await expect(page.locator("tbody tr")).toHaveCount(3);
      await expect(page.getByRole("rowheader", { name: words.name })).toBeVisible();
      await expectProper(page);
    });

    await test.step("a set-up happens once, and its administrator signs in again after a restart", async () => {
      await server.kill();
      await server.start();
      const other = await deskOf(browser, server, undefined, language);
      await open(other.page, "/setup");
      await expect(other.page).toHaveURL(/\/sign-in/);
      await other.page.locator("#name").fill("first-admin");
      await other.page.locator("#password").fill(PASSWORD);
      await other.page.locator('form:has(#password) button[type="submit"]').click();
      await expect(other.page.locator(".topbar")).toContainText(words.city);
    });
    expect(butForRequests(complaints)).toEqual([]);
  });
}

test("a server can also start empty", async ({ browser, server }) => {
  const { page } = await deskOf(browser, server);
  await open(page, "/setup");
  // However it is typed.
  await page.locator("#code").fill(setUpCode(server).toLowerCase().replaceAll("-", " "));
  await fillIn(page);
  await page.locator('form button[type="submit"]').click();
  await page.waitForURL(/\/setup\/bodies$/);
  await page.getByRole("link", { name: "从空白开始" }).click();
  await expect(page).toHaveURL(`${server.url}/`);
  await expect(page.locator(".topbar")).toContainText("试点市");
  await open(page, "/bodies");
  await expect(page.locator("tbody tr:not(.none)")).toHaveCount(0);
  await expectProper(page);
});
