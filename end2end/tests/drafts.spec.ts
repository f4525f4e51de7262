// What is entered in a long form is kept in the browser until it is sent: whoever closes the page, or loads it anew, finds it again.

import type { Page } from "@playwright/test";
import { butForRequests } from "../fixtures/complaints.ts";
import { deskOf, expectProper, pickBody } from "../fixtures/office.ts";
import { expect, open, started, test } from "../fixtures/test.ts";

/** Loads the page anew once the browser has kept what was entered. */
async function again(page: Page, word: string): Promise<void> {
  const isKept = (word: string) =>
    Object.keys(localStorage).some((key) => key.startsWith("draft/") && (localStorage.getItem(key) ?? "").includes(word));
  await page.waitForFunction(isKept, word);
  await page.reload();
  await started(page);
}

test("an organiser’s long forms are found again as they were left", async ({ browser, server }) => {
  const { page, complaints } = await deskOf(browser, server, "organiser");

  await test.step("a new campaign", async () => {
    await open(page, "/campaigns/new");
    await page.locator("#name").fill("未写完的督查");
    await pickBody(page, "authority", "市民政局");
    await page.locator("#kind").selectOption({ index: 1 });
    await page.locator("#to").fill("2030-12-31");
    const kind = await page.locator("#kind").inputValue();
    await again(page, "2030-12-31");
    await expect(page.locator("#name")).toHaveValue("未写完的督查");
    await expect(page.locator("#authority")).toHaveValue("市民政局");
    await expect(page.locator("#kind")).toHaveValue(kind);
    await expect(page.locator("#to")).toHaveValue("2030-12-31");
    await expect(page.locator("main")).toContainText("的草稿");
    await expectProper(page);
    // Also for whoever goes to another page and back, where no page is loaded anew.
    await page.locator('nav a[href="/talks"]').click();
    await expect(page.locator("h1")).toHaveText("约谈");
    await page.goBack();
    await expect(page.locator("#name")).toHaveValue("未写完的督查");
    await expect(page.locator("#authority")).toHaveValue("市民政局");
    await expect(page.locator("#to")).toHaveValue("2030-12-31");
  });

  await open(page, "/campaigns");
  await page.getByRole("link", { name: "四不两直" }).click();
  await page.waitForURL(/\/campaigns\/[0-9a-f-]{36}$/);
  await started(page);
  const group = page.locator("form:has(#group-name)");

  await test.step("a campaign’s plan and a group of it, whatever else is done in the campaign", async () => {
    await page.locator("summary", { hasText: "修改方案" }).click();
    await page.locator("#amend-name").fill("改到一半的名称");
    await page.locator("summary", { hasText: "成立检查组" }).click();
    await page.locator("#group-name").fill("未成立的组");
    for (const name of ["检查员40", "检查员41"]) {
      await group.getByRole("checkbox", { name }).check();
    }
    await page.locator("#group-leader").selectOption({ label: "检查员41" });
    await again(page, "未成立的组");
    await expect(page.locator("#amend-name")).toHaveValue("改到一半的名称");
    await expect(page.locator("#group-name")).toHaveValue("未成立的组");
    for (const [name, isIn] of [["检查员40", true], ["检查员41", true], ["检查员42", false]] as const) {
      await expect(group.getByRole("checkbox", { name, includeHidden: true })).toBeChecked({ checked: isIn });
    }
    await expect(page.locator("#group-leader option:checked")).toHaveText("检查员41");
    await page.locator("summary", { hasText: "成立检查组" }).click();
    await group.getByRole("button", { name: "成立检查组" }).click();
    await expect(page.locator("main")).toContainText("未成立的组");
    await expect(page.locator("#group-name")).toHaveValue("");
    await expect(page.locator("#amend-name")).toHaveValue("改到一半的名称");
  });

  await test.step("a draw, with what was added to its lists", async () => {
    await open(page, "/draws/new");
    await page.getByRole("link", { name: "养老机构疫情防控抽查" }).click();
    await page.locator("#name").fill("未公布的抽取");
    await page.locator("#by-kind").uncheck();
    await page.locator("summary", { hasText: "个别层另定家数" }).click();
    await page.locator("#own-quota").fill("7");
    await page.locator("details", { has: page.locator("#own-quota") }).getByRole("button", { name: "加入" }).click();
    await expect(page.locator("main")).toContainText("：7");
    await page.locator("summary", { hasText: "不参加抽取的单位" }).click();
    await pickBody(page, "excluded", "朝阳区示例养老院01");
    await page.locator("#why").fill("已列入其他安排");
    await page.locator("details", { has: page.locator("#why") }).getByRole("button", { name: "加入" }).click();
    await expect(page.locator("main")).toContainText("朝阳区示例养老院01：已列入其他安排");
    await again(page, "已列入其他安排");
    await expect(page.locator("#name")).toHaveValue("未公布的抽取");
    await expect(page.locator("#by-kind")).not.toBeChecked();
    await expect(page.locator("#by-district")).toBeChecked();
    await expect(page.locator("main")).toContainText("：7");
    await expect(page.locator("main")).toContainText("朝阳区示例养老院01：已列入其他安排");
  });

  expect(butForRequests(complaints)).toEqual([]);
});

test("a look-back, a level, a guide and a person to register are found again, a password never", async ({ browser, server }) => {
  const oversight = await deskOf(browser, server, "oversight");
  await open(oversight.page, "/findings/look-backs");
  await oversight.page.locator("summary", { hasText: "抽样" }).click();
  await oversight.page.locator("#draw-seed").fill("未抽的种子");
  await oversight.page.locator("#draw-from").fill("2022-03-01");
  await again(oversight.page, "未抽的种子");
  await expect(oversight.page.locator("#draw-seed")).toHaveValue("未抽的种子");
  await expect(oversight.page.locator("#draw-from")).toHaveValue("2022-03-01");

  const { page, complaints } = await deskOf(browser, server, "administrator");
  await test.step("a response level, of which nothing is written but chosen", async () => {
    await open(page, "/levels/new");
    await page.locator("#level").selectOption({ index: 2 });
    const level = await page.locator("#level").inputValue();
    await page.locator("#until").fill("2030-12-31T08:00");
    const kind = page.getByRole("checkbox", { name: "儿童福利机构" });
    await kind.uncheck();
    await again(page, "2030-12-31T08:00");
    await expect(page.locator("#level")).toHaveValue(level);
    await expect(page.locator("#until")).toHaveValue("2030-12-31T08:00");
    await expect(kind).not.toBeChecked();
  });

  await test.step("an edition of a guide, with what was read from its file", async () => {
    const lines = ["code,text_zh,text_en,line,levels,kinds,amount,unit,items", "B1,门岗双人值守,Two at the gate,main,I,,,,B1"];
    await open(page, "/guides/new");
    await page.locator("#edition").fill("未发布的一版");
    await page.locator("#adapted").check();
    await page.locator("#obligations").setInputFiles({ name: "obligations.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\n")) });
    await expect(page.getByText("文件中有1项要求。").first()).toBeVisible();
    await again(page, "门岗双人值守");
    await expect(page.locator("#edition")).toHaveValue("未发布的一版");
    await expect(page.locator("#adapted")).toBeChecked();
    await expect(page.getByText("文件中有1项要求。").first()).toBeVisible();
  });
  const SECRET = "handed over by nobody";
  await open(page, "/administration/people/new");
  await page.locator("form #password").fill(SECRET);
  await page.locator("form #name").fill("未登记的同事");
  await page.locator("#sign-in-name").fill("not-yet");
  await page.locator("#grant-until").fill("2030-12-31T08:00");
  await again(page, "2030-12-31T08:00");
  await expect(page.locator("form #name")).toHaveValue("未登记的同事");
  await expect(page.locator("#sign-in-name")).toHaveValue("not-yet");
  await expect(page.locator("#grant-until")).toHaveValue("2030-12-31T08:00");
  await expect(page.locator("form #password")).toHaveValue("");
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain(SECRET);
  expect(butForRequests([...oversight.complaints, ...complaints])).toEqual([]);
});
