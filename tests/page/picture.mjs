// The pictures of the README, from sample data: node picture.mjs PATH_TO_CALLMERIT
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { browse } from "./browser.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const callmerit = resolve(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), "callmerit-picture-"));
const run = (args, env = {}) =>
  execFileSync(callmerit, args, { cwd: root, env: { ...process.env, ...env }, encoding: "utf8" });

/** What a terminal shows, as HTML: bold, dim and colours of the program's own output, and nothing else. */
function terminal(text) {
  const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  const body = escaped.replace(/\x1b\[([\d;]*)m/g, (_, code) => (code === "0" || code === "" ? "</span>" : `<span class="c${code}">`));
  return `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; background: #16191d; color: #d8dde3; }
    pre { margin: 0; padding: 22px 26px; font: 15px/1.42 "DejaVu Sans Mono", monospace; }
    .c1 { font-weight: 700; color: #fff; } .c2 { opacity: .62; } .c31 { color: #f2866b; } .c32 { color: #7fc98b; }
    .c33 { color: #e6b450; } .c36 { color: #6fc1d6; } .prompt { color: #7fc98b; }
  </style><pre>${body}</pre>`;
}

const page = join(folder, "report.html");
run(["report", "sample-data/contacts.csv", "--plan", "examples/plans/balanced.toml", "-q", "-o", page]);
const shown = [
  ["report", 14],
  ["scorecard", 15],
].map(([command, lines]) => {
  const args = [command, "sample-data/contacts.csv", "--format", "table", "--color", "always", "-q"];
  const text = run(args, { COLUMNS: "100", LC_ALL: "C.UTF-8" });
  return `\x1b[32m$\x1b[0m callmerit ${command} sample-data/contacts.csv\n${text.split("\n").slice(0, lines).join("\n")}\n`;
});
const screen = join(folder, "terminal.html");
writeFileSync(screen, terminal(shown.join("\n")));

await browse(async (context) => {
  const tab = await context.newPage();
  for (const [from, to, width, height] of [
    [page, "docs/page.png", 1240, 1530],
    [screen, "docs/terminal.png", 960, 100],
  ]) {
    const picture = join(root, to);
    await tab.setViewportSize({ width, height });
    await tab.goto(pathToFileURL(from).href);
    await tab.screenshot({ path: picture, fullPage: height === 100 });
    console.log(`${to}: ${Math.round(statSync(picture).size / 1000)} kB`);
  }
});
rmSync(folder, { recursive: true });
