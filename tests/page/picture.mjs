// The picture of the README, from sample data: node picture.mjs PATH_TO_CALLMERIT
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { browse } from "./browser.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const callmerit = resolve(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), "callmerit-picture-"));
const page = join(folder, "report.html");
const picture = join(root, "docs/page.png");
execFileSync(callmerit, ["report", "sample-data/contacts.csv", "--plan", "examples/plans/balanced.toml", "-q", "-o", page], { cwd: root });
await browse(async (context) => {
  const tab = await context.newPage();
  await tab.setViewportSize({ width: 1240, height: 1530 });
  await tab.goto(pathToFileURL(page).href);
  await tab.screenshot({ path: picture });
});
rmSync(folder, { recursive: true });
console.log(`${picture}: ${Math.round(statSync(picture).size / 1000)} kB`);
