// The annex as PDF: typeset without being asked twice, tagged, PDF/UA.
import { execFileSync } from "node:child_process";

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function fetchPdf(context, path) {
  const until = Date.now() + 90_000;
  for (;;) {
    const response = await context.request.get(path);
    if (response.status() !== 503 || Date.now() > until) return response;
    if (response.headers()["retry-after"] !== "5") return response;
    await pause(1000);
  }
}

export async function pdf(context, path) {
  const response = await fetchPdf(context, path);
  if (response.status() !== 200) return [`status ${response.status()}`];
  const input = await response.body();
  const info = execFileSync("pdfinfo", ["-"], { input, encoding: "utf8" });
  const metadata = execFileSync("pdfinfo", ["-meta", "-"], { input, encoding: "utf8" });
  const findings = [];
  if (!/^Tagged: +yes$/m.test(info)) findings.push("isn't tagged");
  if (!/pdfuaid:part(>|=")1/.test(metadata)) findings.push("doesn't say that it is PDF/UA-1");
  const text = execFileSync("pdftotext", ["-", "-"], { input, encoding: "utf8", maxBuffer: 64 << 20 });
  const state = path.startsWith("/de/") ? "Aktueller Stand: https://" : "Current state: https://";
  if (!text.includes(state)) findings.push("doesn't say where the state of today is");
  return findings;
}
