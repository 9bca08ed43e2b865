// What must hold on every page, and what must hold on the site.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { open, watch } from "./browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
// The rules whose verdict can change with colours or with the size of the screen.
const looks = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"];

// Sentences about what axe-core finds against WCAG 2.2 AA: all rules, or those of looks.
async function violations(page, runOnly) {
  // Evaluated by the debugger, which the Content-Security-Policy doesn't bind.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const result = await page.evaluate(
    (rules) => window.axe.run(document, { runOnly: rules, resultTypes: ["violations"] }),
    runOnly,
  );
  return result.violations.flatMap((violation) =>
    violation.nodes.slice(0, 3).map((node) => `${violation.id}: ${node.target.join(" ")}: ${node.failureSummary}`),
  );
}
export const accessibility = (page) => violations(page, { type: "tag", values: standards });
export const accessibleLooks = (page) => violations(page, { type: "rule", values: looks });

// Every element that is wider inside than outside. What scrolls by itself may be,
// if the keyboard reaches it and it has a name; what is for the ear only isn't seen.
export async function overflow(page) {
  const wide = await page.evaluate(() => {
    const scrolls = (one, style) =>
      ["auto", "scroll"].includes(style.overflowX) && one.tabIndex === 0 && one.hasAttribute("aria-label");
    const found = [];
    for (const one of document.querySelectorAll("html, body, body *:not(svg, svg *)")) {
      const style = getComputedStyle(one);
      if (one.clientWidth <= 1 || one.scrollWidth <= one.clientWidth + 1 || scrolls(one, style)) continue;
      if (one.closest(".spoken") !== null) continue;
      const name = `${one.tagName.toLowerCase()}.${one.className}`;
      found.push(`${name}: ${one.scrollWidth} in ${one.clientWidth}: ${one.textContent.trim().slice(0, 60)}`);
    }
    return found.slice(0, 5);
  });
  return wide.map((one) => `wider than its box: ${one}`);
}

// No word stands in pieces: what a table's column is called, states, short names.
export async function brokenWords(page) {
  const broken = await page.evaluate(() =>
    [...document.querySelectorAll("th, td code, .badge span")]
      .filter((one) => one.checkVisibility() && one.textContent.length < 20 && !/\s/.test(one.textContent))
      .filter((one) => {
        const text = document.createRange();
        text.selectNodeContents(one);
        return new Set([...text.getClientRects()].map((box) => Math.round(box.top))).size > 1;
      })
      .slice(0, 5)
      .map((one) => one.textContent),
  );
  return broken.map((one) => `broken within the word: ${one}`);
}

const openDetails = () => {
  for (const one of document.querySelectorAll("details")) one.open = true;
};

// Most pages of measures differ in their text only: without a probe there is no chart,
// no table of runs and no colour that the annex's page doesn't have as well. The
// first few stand for all of them in what doesn't depend on the text.
const isPlain = (page, path) => path.includes("/measures/") && page.evaluate(() => !document.querySelector(".probe"));
const plainPages = { looked: 0, enough: 4 };
async function repeatedChecks(page, path) {
  if (!(await isPlain(page, path))) return [];
  return ++plainPages.looked > plainPages.enough ? [accessibility, accessibleLooks] : [accessibleLooks];
}

// The page in every look: loaded once, then seen wide and narrow, light and dark;
// `see` is called with each look; its findings are reported by look.
export async function onePage(page, base, path, looksOfPage, see) {
  const status = path.endsWith("/nothing") ? 404 : 200;
  const { findings: watched, stop } = watch(page, base, status);
  const response = await page.goto(path, { waitUntil: "load" });
  if (response.status() !== status) watched.push(`status ${response.status()}`);
  await page.evaluate(openDetails);
  const repeated = await repeatedChecks(page, path);
  for (const look of looksOfPage) {
    const checks = look.checks.filter((check) => !repeated.includes(check));
    if (checks.length === 0 && look.checks.length > 0) continue;
    await page.setViewportSize({ width: look.width, height: 800 });
    await page.emulateMedia({ colorScheme: look.scheme });
    const findings = [];
    for (const check of checks) findings.push(...(await check(page)));
    await see(page, look, findings.concat(watched.splice(0)));
  }
  stop();
}

const focused = () => {
  const one = document.activeElement;
  const ring = (element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const box = one.getBoundingClientRect();
  const entry = one.closest(".entry");
  return {
    href: one.getAttribute("href"),
    visible: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0,
    ring: ring(one) || (entry !== null && ring(entry)),
  };
};

// Tab reaches every link of the page in order, each with a visible focus ring.
export async function keyboard(context, path) {
  const page = await context.newPage();
  await page.goto(path);
  const findings = [];
  const links = await page.$$eval("a[href]", (all) => all.map((one) => one.getAttribute("href")));
  const reached = [];
  for (let step = 0; step < links.length + 50 && reached.length < links.length; ++step) {
    await page.keyboard.press("Tab");
    const state = await page.evaluate(focused);
    if (state.href === null) continue;
    reached.push(state.href);
    if (!state.visible) findings.push(`focused but out of sight: ${state.href}`);
    if (!state.ring) findings.push(`focused without a ring: ${state.href}`);
  }
  if (reached.join("\n") !== links.join("\n"))
    findings.push(`Tab reached ${reached.length} of ${links.length} links, or in another order`);
  await page.close();
  return findings;
}

// The skip link shows itself, and leads past the navigation.
export async function skipLink(context, path) {
  const page = await context.newPage();
  await page.goto(path);
  await page.keyboard.press("Tab");
  const first = await page.evaluate(focused);
  const findings = [];
  if (first.href !== "#content" || !first.visible) findings.push("the first Tab isn't the skip link");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  const inside = await page.evaluate(() => document.activeElement.closest("main") !== null);
  if (!inside) findings.push("after the skip link, Tab isn't in the main part");
  await page.close();
  return findings;
}

// A reader's way through the site, with scripts switched off.
export async function journey(browser, base, language) {
  const context = await open(browser, { base, scripts: false, locale: language === "de" ? "de-DE" : "en-GB" });
  const page = await context.newPage();
  const findings = [];
  const expectPath = (wanted) => {
    const path = new URL(page.url()).pathname;
    if (!wanted.test(path)) findings.push(`at ${path} instead of ${wanted}`);
  };
  await page.goto("/");
  expectPath(new RegExp(`^/${language}/$`));
  await page.click(".entry.is-kept a");
  expectPath(new RegExp(`^/${language}/measures/`));
  await page.click('.probe td a[href*="/evidence/"]');
  expectPath(new RegExp(`^/${language}/evidence/\\d+$`));
  await page.click(`.pages a[href="/${language}/security-audits"]`);
  await page.click('tbody a[href*="/security-audits/"]');
  expectPath(new RegExp(`^/${language}/security-audits/\\d+$`));
  await page.click(`.pages a[href="/${language}/annex"]`);
  await page.click(".contents a");
  if (!new URL(page.url()).hash) findings.push("the contents don't lead to a section");
  await page.click(".languages a:not([aria-current])");
  expectPath(new RegExp(`^/${language === "de" ? "en" : "de"}/annex$`));
  await context.close();
  return findings;
}

// On paper: no navigation, and every sentence is there.
export async function print(context, path) {
  const page = await context.newPage();
  await page.goto(path);
  await page.emulateMedia({ media: "print" });
  const findings = await page.evaluate(() => {
    const shown = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
    const found = [];
    if (shown(".pages a").length > 0) found.push("the navigation is printed");
    const all = document.querySelectorAll(".sentence").length;
    if (shown(".sentence").length !== all || all === 0) found.push("not every sentence is printed");
    return found;
  });
  await page.close();
  return findings;
}
