// Looks at a running art32 with a real browser:
//
//   node run.mjs --base https://localhost:8443 [--junit FILE] [--screenshots FOLDER] [--only PATTERN]
//
// Every page in both languages, light and dark, on wide and on 320-pixel screens:
// WCAG 2.2 AA by axe-core, nothing wider than its box, nothing on the console, no
// request to anybody else. Then keyboard, print, PDF, and a way through without
// scripts. Expects the server of run.sh: its newest audit failed, its newest version
// isn't in force yet.
import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { launch, open } from "./browser.mjs";
import {
  accessibility,
  accessibleLooks,
  brokenWords,
  journey,
  keyboard,
  onePage,
  overflow,
  print,
  skipLink,
} from "./checks.mjs";
import { crawl } from "./crawl.mjs";
import { pdf } from "./documents.mjs";
import { Report } from "./report.mjs";
import { stranger } from "./stranger.mjs";

const { values: options } = parseArgs({
  options: {
    base: { type: "string" },
    junit: { type: "string" },
    screenshots: { type: "string" },
    only: { type: "string", default: "" },
  },
});
if (!options.base) {
  console.error("run.mjs: --base is missing: give the address of a running art32");
  process.exit(2);
}

// Contrast depends on the scheme, size of targets on the width: three looks see
// all of it; the fourth is for who looks at screenshots.
const looks = [
  { name: "wide, light", width: 1280, scheme: "light", checks: [accessibility, overflow, brokenWords] },
  { name: "wide, dark", width: 1280, scheme: "dark", checks: [accessibleLooks] },
  { name: "320 pixels, dark", width: 320, scheme: "dark", checks: [accessibleLooks, overflow] },
];
if (options.screenshots) looks.push({ name: "320 pixels, light", width: 320, scheme: "light", checks: [] });

// What must be among the pages, by what it shows.
const critical = [
  ["/de/", /class="alert"/],
  ["/en/", /class="alert"/],
  ["/de/", /Heute gilt Fassung 1\.0\.0/],
  ["/en/annex", /Version 1\.0\.0 applies today/],
  ["/de/measures/access.data", /class="is-fail stem"/],
  ["/de/security-audits/4", /class="badge is-fail"/],
  ["/en/security-audits/4", /class="badge is-fail"/],
  ["/de/versions/1.0.0..1.1.0", /<ins>/],
  ["/en/versions/1.0.0..1.1.0", /<del>/],
];

async function missing(context, pages) {
  const findings = [];
  for (const [path, shown] of critical) {
    const text = await (await context.request.get(path)).text();
    if (!pages.includes(path)) findings.push(`not looked at: ${path}`);
    if (!shown.test(text)) findings.push(`${path} doesn't show ${shown}`);
  }
  return findings;
}

const fileName = (path, look) => `${path.replaceAll(/[^a-zA-Z0-9.]+/g, "_")}${look.width}-${look.scheme}.png`;

// As many pages at a time as there are processors. Each is used again and again: a new
// one costs the browser more than what is looked at.
async function everyPage(browser, pages, report) {
  const waiting = [...pages];
  const see = (path) => async (page, look, findings) => {
    report.check(`${path} (${look.name})`, findings);
    if (options.screenshots)
      await page.screenshot({ path: join(options.screenshots, fileName(path, look)), fullPage: true });
  };
  const work = async () => {
    const context = await open(browser, { base: options.base });
    const page = await context.newPage();
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift())
      await onePage(page, options.base, path, looks, see(path));
    await context.close();
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));
}

async function site(browser, report) {
  const context = await open(browser, { base: options.base });
  for (const language of ["de", "en"]) {
    report.check(`keyboard on /${language}/`, await keyboard(context, `/${language}/`));
    report.check(`keyboard on /${language}/annex`, await keyboard(context, `/${language}/annex`));
    report.check(`skip link on /${language}/`, await skipLink(context, `/${language}/`));
    report.check(`print of /${language}/annex`, await print(context, `/${language}/annex`));
    report.check(`PDF of /${language}/annex`, await pdf(context, `/${language}/annex.pdf`));
    report.check(`a way through without scripts (${language})`, await journey(browser, options.base, language));
  }
  report.check("a stranger verifies evidence with the program of the verify page", await stranger(context));
  await context.close();
}

const report = new Report();
const browser = await launch();
try {
  if (options.screenshots) mkdirSync(options.screenshots, { recursive: true });
  console.log("TAP version 13");
  const context = await open(browser, { base: options.base });
  const found = await crawl(context, options.base);
  report.check("what went wrong is among the pages", await missing(context, found.pages));
  await context.close();
  report.check(`every link leads somewhere (${found.pages.length} pages)`, found.broken);
  const twins = found.pages.filter((path) => {
    const twin = path.startsWith("/de/") ? path.replace("/de/", "/en/") : path.replace("/en/", "/de/");
    return !found.pages.includes(twin);
  });
  report.check("every page has its twin in the other language", twins);
  report.check("pages exist", found.pages.length < 20 ? [`only ${found.pages.length} found`] : []);
  const pages = found.pages.concat("/de/nothing", "/en/nothing");
  await everyPage(browser, pages.filter((path) => path.includes(options.only)), report);
  if (options.only === "") await site(browser, report);
} finally {
  await browser.close();
}
if (options.junit) report.write(options.junit);
report.end();
process.exit(report.failed === 0 ? 0 : 1);
