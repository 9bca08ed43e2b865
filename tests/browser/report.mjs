// Counts checks and prints them as TAP version 13; at the end "N passed, N failed".
import { writeFileSync } from "node:fs";

const escapeXml = (text) =>
  text.replace(/[<>&"]/g, (sign) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;" })[sign]);

export class Report {
  rows = [];

  // `findings` is a list of sentences; empty means that the check holds.
  check(name, findings) {
    this.rows.push({ name, findings });
    console.log(`${findings.length === 0 ? "ok" : "not ok"} ${this.rows.length} - ${name}`);
    for (const finding of findings.slice(0, 20)) console.log(`  # ${finding}`);
  }

  get failed() {
    return this.rows.filter((row) => row.findings.length > 0).length;
  }

  // JUnit, as the other tests of this project leave it.
  write(path) {
    const cases = this.rows.map(({ name, findings }) => {
      const failure = findings.length === 0 ? "" : `<failure message="${escapeXml(findings.join("\n"))}"/>`;
      return `<testcase name="${escapeXml(name)}" classname="browser" status="run" result="completed">${failure}</testcase>`;
    });
    writeFileSync(
      path,
      `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites tests="${this.rows.length}" failures="${this.failed}" ` +
        `disabled="0" errors="0" name="browser"><testsuite name="browser" tests="${this.rows.length}" ` +
        `failures="${this.failed}" disabled="0" skipped="0" errors="0">\n${cases.join("\n")}\n</testsuite></testsuites>\n`,
    );
  }

  end() {
    console.log(`1..${this.rows.length}`);
    console.log(`${this.rows.length - this.failed} passed, ${this.failed} failed`);
  }
}
