// Every page of the site, found by following links from the two trust pages.

// At most this many single audits, pieces of evidence and the like are looked at
// in each language: they are the same page with other data.
const samples = { evidence: 3, "security-audits": 2, versions: 4 };

const pathOf = (link, page, base) => {
  const address = new URL(link, new URL(page, base));
  return address.origin === new URL(base).origin ? address.pathname + address.search : null;
};

// { pages: paths of HTML pages, others: paths of documents, broken: sentences }
export async function crawl(context, base) {
  const open = ["/de/", "/en/"];
  const seen = new Set(open);
  const counts = new Map();
  const found = { pages: [], others: [], broken: [] };
  while (open.length > 0 && seen.size < 1000) {
    const path = open.shift();
    const response = await context.request.get(path);
    if (!response.ok() && !(path.endsWith("annex.pdf") && response.status() === 503))
      found.broken.push(`${path}: ${response.status()}`);
    if (!response.ok()) continue;
    if (!(response.headers()["content-type"] ?? "").startsWith("text/html")) {
      found.others.push(path);
      continue;
    }
    found.pages.push(path);
    for (const [, link] of (await response.text()).matchAll(/ href="([^"#]+)/g)) {
      const next = pathOf(link.replaceAll("&amp;", "&"), path, base);
      if (next === null || seen.has(next) || next.startsWith("/mailto")) continue;
      const [, language, kind, rest] = next.split("/");
      if (rest !== undefined && kind in samples) {
        const key = `${language}/${kind}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
        if (counts.get(key) > samples[kind]) continue;
      }
      seen.add(next);
      open.push(next);
    }
  }
  return found;
}
