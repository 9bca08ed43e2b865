// Looks at a running art32 with a real browser:
//
//   node run.mjs --base https://localhost:8443 [--junit FILE] [--screenshots FOLDER] [--only PATTERN]
//
// Every page in both languages, light and dark, on wide and on 320-pixel screens:
// WCAG 2.2 AA by axe-core, no scrolling sideways, nothing on the console, no
// request to anybody else. Then keyboard, print, and a way through without scripts.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { launch, open } from "./browser.mjs";
import { accessibility, accessibleLooks, journey, keyboard, onePage, overflow, print, skipLink } from "./checks.mjs";
import { crawl } from "./crawl.mjs";
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

const looks = [
  { name: "wide, light", width: 1280, scheme: "light", checks: [accessibility, overflow] },
  { name: "wide, dark", width: 1280, scheme: "dark", checks: [accessibleLooks] },
  { name: "320 pixels, dark", width: 320, scheme: "dark", checks: [accessibleLooks, overflow] },
  { name: "320 pixels, light", width: 320, scheme: "light", checks: [accessibleLooks] },
];

const fileName = (path, look) => `${path.replaceAll(/[^a-zA-Z0-9.]+/g, "_")}${look.width}-${look.scheme}.png`;

async function everyPage(browser, pages, report) {
  const context = await open(browser, { base: options.base });
  for (const path of pages)
    await onePage(context, options.base, path, looks, async (page, look, findings) => {
      report.check(`${path} (${look.name})`, findings);
      if (options.screenshots)
        await page.screenshot({ path: join(options.screenshots, fileName(path, look)), fullPage: true });
    });
  await context.close();
}

async function site(browser, report) {
  const context = await open(browser, { base: options.base });
  for (const language of ["de", "en"]) {
    report.check(`keyboard on /${language}/`, await keyboard(context, `/${language}/`));
    report.check(`keyboard on /${language}/annex`, await keyboard(context, `/${language}/annex`));
    report.check(`skip link on /${language}/`, await skipLink(context, `/${language}/`));
    report.check(`print of /${language}/annex`, await print(context, `/${language}/annex`));
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
