// The browser that the tests and the picture of the README use: Debian's, with nothing that talks to anybody.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-default-apps", "--force-color-profile=srgb",
];

/** Runs `work` with a browser in an empty profile, which is gone afterwards. */
export async function browse(work, options = {}) {
  const profile = mkdtempSync(join(tmpdir(), "callmerit-page-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CALLMERIT_CHROMIUM ?? "/usr/bin/chromium",
    args: FLAGS,
    ...options,
  });
  try {
    return await work(context);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
