// Debian's Chromium, quiet: no services of its own, a fresh profile each time.
import { chromium } from "playwright-core";

const quiet = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: quiet });

// A context of this look; the certificate of a scratch authority is accepted.
export const open = (browser, { base, width = 1280, scheme = "light", scripts = true, locale = "de-DE" }) =>
  browser.newContext({
    baseURL: base,
    viewport: { width, height: width < 600 ? 640 : 900 },
    colorScheme: scheme,
    javaScriptEnabled: scripts,
    reducedMotion: "reduce",
    ignoreHTTPSErrors: true,
    locale,
  });

// What a page did that it shouldn't: console messages, failed requests, requests to
// others. The browser's own message about the expected status is none.
export function watch(page, base, status = 200) {
  const findings = [];
  const listeners = {
    console: (message) => {
      const isExpected = status !== 200 && message.text().includes(`status of ${status}`);
      if (!isExpected && ["error", "warning"].includes(message.type())) findings.push(`console: ${message.text()}`);
    },
    pageerror: (error) => findings.push(`script: ${error.message}`),
    requestfailed: (request) => {
      const why = request.failure()?.errorText;
      // The browser's own request for the icon ends when the page is left.
      const isLeftIcon = request.resourceType() === "other" && why === "net::ERR_ABORTED";
      if (!isLeftIcon) findings.push(`failed: ${request.url()} (${request.resourceType()}, ${why})`);
    },
    request: (request) => {
      if (new URL(request.url()).origin !== new URL(base).origin) findings.push(`third party: ${request.url()}`);
    },
  };
  for (const [event, listener] of Object.entries(listeners)) page.on(event, listener);
  const stop = () => {
    for (const [event, listener] of Object.entries(listeners)) page.off(event, listener);
  };
  return { findings, stop };
}
