// Does what the verify page tells a stranger to do: fetches the key, the newest
// evidence and the Go program, and runs it. Then changes one octet.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

function verify(folder, key, evidence) {
  try {
    return execFileSync("go", ["run", join(folder, "verify.go"), key], {
      input: evidence,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, GO111MODULE: "off", GOFLAGS: "", GOPATH: "/usr/share/gocode", GOCACHE: join(folder, "cache") },
    });
  } catch (error) {
    return String(error.stderr);
  }
}

export async function stranger(context) {
  const fetchText = async (path) => (await context.request.get(path)).text();
  const page = await fetchText("/en/verify");
  const [, address] = page.match(/(\/evidence\/\d+\.json)/) ?? [];
  if (!address) return ["the verify page names no evidence"];
  const folder = mkdtempSync(join(tmpdir(), "art32-stranger-"));
  try {
    writeFileSync(join(folder, "verify.go"), await fetchText("/verify.go"));
    const key = (await fetchText("/ledger/key")).trim();
    const evidence = JSON.parse(await fetchText(address));
    const findings = [];
    const good = verify(folder, key, JSON.stringify(evidence));
    if (!good.startsWith("VERIFIED: ")) findings.push(`the evidence is refused: ${good}`);
    const record = Buffer.from(evidence.record, "base64");
    record[record.length - 2] ^= 1;
    const bad = verify(folder, key, JSON.stringify({ ...evidence, record: record.toString("base64") }));
    if (!bad.includes("REFUSED: ")) findings.push(`a changed record is accepted: ${bad}`);
    return findings;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
