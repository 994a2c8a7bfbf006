// Opens the pages that callmerit writes in Chromium, and looks at them as people, screen readers and attackers would.
//
//     node check.mjs PATH_TO_CALLMERIT [--shared ../shared [--require-shared]] [--require] [NAME...]
//
// Exit 0 if everything holds, or if there is no browser here and --require was not said; 1 if anything does not.
// For each page: it renders; nothing is said on the console, nothing is fetched and nothing runs; the body never scrolls
// sideways; axe-core finds no violation, light and dark, with everything folded and unfolded; the keyboard reaches what
// there is; without JavaScript it is the same; it prints; its tables hold the numbers of the JSON.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const args = process.argv.slice(2);
const option = (name, length) => {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args.splice(at, length).at(-1);
};
const required = option("--require", 1) !== undefined;
const sharedRequired = option("--require-shared", 1) !== undefined;
const given = option("--shared", 2);
const shared = given && resolve(given);
const [callmerit, ...wanted] = args.map((arg, i) => (i ? arg : resolve(arg)));
const browser = process.env.CALLMERIT_CHROMIUM ?? "/usr/bin/chromium";

const modules = createRequire(import.meta.url);
const missing = !existsSync(browser)
  ? `there is no ${browser}; install chromium, or name one in CALLMERIT_CHROMIUM`
  : !existsSync(join(root, "tests/page/node_modules/axe-core"))
    ? "playwright-core and axe-core are not installed; run `npm ci` in tests/page"
    : undefined;
if (missing) {
  console.log(`${required ? "failed" : "skipped"}: ${missing}`);
  process.exit(required ? 1 : 0);
}
const { browse } = await import("./browser.mjs");
const { HOSTILE, hostile, hostilePlan, read, tiny } = await import("./logs.mjs");
const axe = readFileSync(modules.resolve("axe-core/axe.min.js"), "utf8");

let failures = 0;
let checks = 0;
const check = (holds, what, more = "") => {
  checks++;
  if (!holds) {
    failures++;
    if (failures <= 40) console.log(`  FAILED ${what}${more ? `: ${more}` : ""}`);
  }
};

const folder = mkdtempSync(join(tmpdir(), "callmerit-pages-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
let reports = 0;

/** The page, the agents' pages and the JSON of one log. */
function report(log, more = []) {
  const out = join(folder, `report-${reports++}`);
  const files = ["-o", `${out}.html`, "-o", `${out}.json`, "--pages", out];
  execFileSync(callmerit, ["report", log, ...more, "-q", ...files], { cwd: root });
  const index = readFileSync(join(out, "index.csv"), "utf8");
  const pages = readdirSync(out).filter((f) => f.endsWith(".html")).map((f) => join(out, f));
  return { page: `${out}.html`, pages, index, json: JSON.parse(readFileSync(`${out}.json`, "utf8")), folder: out };
}

/** Opens a page so that whatever it does is seen. */
async function open(context, file) {
  const page = await context.newPage();
  const seen = { console: [], requests: [], dialogs: [] };
  page.on("console", (m) => seen.console.push(m.text()));
  page.on("pageerror", (e) => seen.console.push(String(e)));
  page.on("dialog", (d) => (seen.dialogs.push(d.message()), d.dismiss()));
  const url = pathToFileURL(file).href;
  page.on("request", (r) => r.url() === url || r.url().startsWith("data:") || seen.requests.push(r.url()));
  await page.route((u) => u.href !== url, (route) => route.abort());
  await page.goto(url, { waitUntil: "load" });
  return { page, seen };
}

const quiet = (name, seen) => {
  check(seen.console.length === 0, `${name}: the console says nothing`, seen.console[0]);
  check(seen.requests.length === 0, `${name}: nothing is fetched`, seen.requests[0]);
  check(seen.dialogs.length === 0, `${name}: nothing runs`, seen.dialogs[0]);
};

const unfold = (page) => page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));

async function accessible(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const told = violations.map((v) => `${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 200)} ${v.nodes[0].failureSummary}`);
  check(violations.length === 0, `${name}: axe finds nothing`, told.join("\n    "));
}

async function narrow(page, name) {
  const [wide, has] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  check(wide <= has, `${name}: the body does not scroll sideways`, `${wide} in ${has}`);
}

/** axe does not look into pictures: what stands on a shade must be read, too. */
async function shades(page, name) {
  const worst = await page.evaluate(() => {
    const light = (color) => {
      const [r, g, b] = color.match(/[\d.]+/g).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (g) => {
      const [a, b] = ["rect", "text"].map((s) => light(getComputedStyle(g.querySelector(s)).fill));
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    };
    return Math.min(21, ...[...document.querySelectorAll("svg g:has(> rect):has(> text)")].map(contrast));
  });
  check(worst >= 4.5, `${name}: numbers can be read on every shade`, worst);
}

/** Sizes, themes, folded and unfolded. */
async function looks(context, file, name, thorough) {
  const { page, seen } = await open(context, file);
  for (const width of [360, 768, 1280]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      const at = `${name}, ${width} px, ${colorScheme}`;
      await narrow(page, at);
      if (thorough || width === 360) await accessible(page, at);
      if (width === 360) await shades(page, at);
    }
  }
  const ground = (colorScheme) =>
    page.emulateMedia({ colorScheme }).then(() => page.evaluate(() => getComputedStyle(document.body).backgroundColor));
  check((await ground("light")) !== (await ground("dark")), `${name}: light and dark differ`);
  await unfold(page);
  for (const [width, colorScheme] of [[360, "dark"], [1280, "light"]]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await narrow(page, `${name}, unfolded, ${width} px`);
    await accessible(page, `${name}, unfolded, ${width} px, ${colorScheme}`);
  }
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  await page.setViewportSize({ width: 700, height: 1000 });
  await narrow(page, `${name}, printed`);
  const pdf = await page.pdf({ format: "A4" });
  check(pdf.subarray(0, 5).toString() === "%PDF-" && pdf.length > 10_000, `${name}: prints`);
  quiet(name, seen);
  await page.close();
}

/** Landmarks, headings, pictures. */
async function structure(context, file, name) {
  const { page } = await open(context, file);
  const found = await page.evaluate(() => {
    const count = (s) => document.querySelectorAll(s).length;
    const levels = [...document.querySelectorAll("h1,h2,h3,h4")].map((h) => +h.tagName[1]);
    const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
    return {
      landmarks: ["body > header", "nav[aria-label]", "main#content", "body > footer"].map(count),
      h1: levels.filter((l) => l === 1).length,
      jumps: levels.some((l, i) => i > 0 && l > levels[i - 1] + 1),
      sections: [...document.querySelectorAll("main > section")].every((s) => document.getElementById(s.getAttribute("aria-labelledby"))),
      links: [...document.querySelectorAll("a[href^='#']")].every((a) => document.getElementById(a.getAttribute("href").slice(1))),
      twice: ids.filter((id, i) => ids.indexOf(id) !== i),
      pictures: [...document.querySelectorAll("svg[role=img]")].every((svg) =>
        ["aria-labelledby", "aria-describedby"].every((a) => document.getElementById(svg.getAttribute(a))?.textContent.trim()) &&
        svg.closest("figure").querySelector("details table")),
      tables: [...document.querySelectorAll("table")].every((t) =>
        t.caption?.textContent.trim() && [...t.querySelectorAll("th")].every((th) => th.hasAttribute("scope"))),
      undefined: document.body.textContent.match(/NaN|undefined|Infinity/)?.[0] ?? document.body.innerHTML.match(/="[^"]*NaN[^"]*"/)?.[0],
      active: count("script, iframe, object, embed, form, input, link[rel=stylesheet], img"),
    };
  });
  check(found.landmarks.every((n) => n === 1), `${name}: header, nav, main, footer once each`, found.landmarks);
  check(found.h1 === 1 && !found.jumps, `${name}: headings in order`);
  check(found.sections && found.links, `${name}: sections are named and links lead somewhere`);
  check(found.twice.length === 0, `${name}: no id twice`, found.twice[0]);
  check(found.pictures, `${name}: each picture is named, described, and has a table`);
  check(found.tables, `${name}: each table has a caption and its headings a scope`);
  check(!found.undefined, `${name}: no number that is none`, found.undefined);
  check(found.active === 0, `${name}: nothing active`);
  await page.close();
}

/** What the tabulator key comes to. */
async function keyboard(context, file, name) {
  const { page } = await open(context, file);
  await page.setViewportSize({ width: 1280, height: 900 });
  const focus = () => page.evaluate(() => {
    const e = document.activeElement;
    const style = getComputedStyle(e);
    return { tag: e.tagName, id: e.id, class: e.className, inNav: !!e.closest("nav"), top: e.getBoundingClientRect().top, outline: style.outlineStyle };
  });
  await page.keyboard.press("Tab");
  const skip = await focus();
  check(skip.class === "skip" && skip.top >= 0, `${name}: the first stop is the skip link, and it shows`, JSON.stringify(skip));
  await page.keyboard.press("Enter");
  check((await focus()).id === "content", `${name}: the skip link leads to the content`);
  await page.evaluate(() => document.activeElement.blur());
  await page.reload();
  const met = { nav: false, summary: false, scroll: false, seen: true };
  for (let i = 0; i < 80 && !(met.nav && met.summary && met.scroll); i++) {
    await page.keyboard.press("Tab");
    const at = await focus();
    met.seen &&= at.tag === "BODY" || at.outline !== "none";
    met.nav ||= at.inNav;
    met.scroll ||= /scroll|chart/.test(at.class);
    if (at.tag === "SUMMARY" && !met.summary) {
      await page.keyboard.press("Enter");
      met.summary = await page.evaluate(() => document.activeElement.parentElement.open);
    }
  }
  check(met.nav && met.summary && met.scroll && met.seen, `${name}: the keyboard reaches contents, folds and what scrolls`, JSON.stringify(met));
  await page.close();
}

/** Where a table of the page stands in the JSON. */
function rows(json, name) {
  const places = [json.peers[name], json.overview[name], json[name], json.incentives?.[name]];
  if (name === "summary") return json.summary.figures;
  if (name === "goals") return json.goals.goals;
  if (name === "definitions") return json.metrics;
  return places.find(Array.isArray);
}

/** Every figure of every table is the one of the JSON. */
async function figures(context, file, json, name) {
  const { page } = await open(context, file);
  const cells = await page.evaluate(() =>
    [...document.querySelectorAll("[data-table] [data-column]")].map((e) => ({
      table: e.closest("[data-table]").dataset.table,
      row: e.closest("[data-row]")?.dataset.row,
      column: e.dataset.column,
      value: e.dataset.value,
      text: e.textContent,
    })),
  );
  let compared = 0;
  for (const cell of cells) {
    const table = rows(json, cell.table);
    if (!table || cell.row === undefined) continue;
    const expected = table[+cell.row]?.[cell.column];
    const where = `${name}: ${cell.table} ${cell.row} ${cell.column}`;
    if (cell.value === undefined) {
      const shown = expected === null ? ["", "-", "(none)"].includes(cell.text) : cell.text === String(expected);
      check(Array.isArray(expected) || shown || cell.table === "signals", where, `${cell.text} and ${expected}`);
    } else if (typeof expected === "number") check(Number(cell.value) === expected && cell.value !== "", where, `${cell.value} and ${expected}`);
    else check((expected ?? "") === cell.value || String(expected) === cell.value, where, `${cell.value} and ${expected}`);
    compared++;
  }
  check(compared > 100, `${name}: figures were compared`, compared);
  console.log(`  ${compared} figures of ${name} are those of the JSON`);
  await page.close();
}

/** Without scripts of any kind it is the same page. */
async function scriptless(file, name) {
  const shot = (javaScriptEnabled) =>
    browse(async (context) => {
      const { page } = await open(context, file);
      await page.setViewportSize({ width: 1280, height: 900 });
      return (await page.screenshot({ fullPage: false })).toString("base64");
    }, { javaScriptEnabled });
  check((await shot(true)) === (await shot(false)), `${name}: the same without JavaScript`);
}

/** Whether a file of the shared data is there. */
function there(file) {
  const is = shared && existsSync(join(shared, file));
  if (!is) console.log(`  skipped: ${file} of --shared is not here`);
  check(is || !sharedRequired, `${file} is there`);
  return is;
}

const plan = ["--plan", "examples/plans/balanced.toml"];
const cases = {
  async contacts() {
    const made = report("sample-data/contacts.csv", plan);
    await browse(async (context) => {
      await looks(context, made.page, "contacts", true);
      await structure(context, made.page, "contacts");
      await keyboard(context, made.page, "contacts");
      await figures(context, made.page, made.json, "contacts");
      await looks(context, made.pages[0], "an agent", true);
      for (const file of made.pages) await structure(context, file, "an agent");
      await keyboard(context, made.pages[0], "an agent");
    });
    await scriptless(made.page, "contacts");
    const rights = [made.page, ...readdirSync(made.folder).map((f) => join(made.folder, f))];
    check(rights.every((f) => (statSync(f).mode & 0o077) === 0), "only the owner may read them");
    const names = made.json.scorecards.map((card) => card.agent);
    check(names.length === made.pages.length, "one page an agent", `${names.length} and ${made.pages.length}`);
    for (const file of made.pages) {
      const html = readFileSync(file, "utf8");
      const named = names.filter((name) => html.includes(name.replaceAll("&", "&amp;")));
      check(named.length === 1, "an agent's page names no other agent", named.join("; "));
    }
  },
  async "no-plan"() {
    const made = report("sample-data/contacts.csv");
    await browse(async (context) => {
      await looks(context, made.page, "without a plan", false);
      await structure(context, made.page, "without a plan");
      await figures(context, made.page, made.json, "without a plan");
      await structure(context, made.pages[0], "an agent without a plan");
      await looks(context, made.pages[0], "an agent without a plan", false);
    });
  },
  async hostile() {
    const told = hostilePlan(folder, readFileSync(join(root, plan[1]), "utf8"));
    const made = report(hostile(folder), ["--plan", told.file, "--decisions", join(folder, "decisions.csv")]);
    const names = [...new Set(HOSTILE.map(read))];
    await browse(async (context) => {
      await looks(context, made.page, "hostile names", false);
      await structure(context, made.page, "hostile names");
      await figures(context, made.page, made.json, "hostile names");
      const { page, seen } = await open(context, made.page);
      await unfold(page);
      const shown = await page.evaluate(() => {
        const texts = (s) => [...document.querySelectorAll(s)].map((e) => e.textContent);
        return {
          agents: texts("table[data-table=scorecards] th[data-column=agent]"),
          isolated: [...document.querySelectorAll("[data-column=agent]")].every((e) => e.querySelector("bdi")),
          queues: texts("table[data-table=queues] th"),
          teams: texts("td[data-column=team]"),
          why: texts("td[data-column=decided_why]"),
          by: texts("td[data-column=decided_by]"),
          plan: document.querySelector("#plan").parentElement.querySelector("bdi").textContent,
          ran: window.ran,
          names: document.querySelectorAll("b, title > *, td > script").length,
        };
      });
      for (const agent of names) check(shown.agents.includes(agent), `the agent ${agent.slice(0, 40)} is shown as it is`);
      check(shown.isolated, "names that run the other way turn nothing around them");
      for (const queue of [1, 5, 9]) check(shown.queues.includes(read(HOSTILE[queue])), `the queue ${HOSTILE[queue]} is shown as it is`);
      check(shown.teams.includes(HOSTILE[0]), "the team is shown as it is");
      check(shown.why.includes(told.why) && shown.by.includes(told.by), "the decision is shown as it is", JSON.stringify(shown.why.filter(Boolean)));
      check(shown.plan === told.name, "the plan is shown as it is", shown.plan);
      check(shown.ran === undefined && shown.names === 0, "nothing of it runs or becomes an element");
      quiet("hostile names, unfolded", seen);
      await page.close();
      check(made.pages.length === names.length, "one page for each hostile name");
      check(made.pages.every((f) => /^[a-z0-9-]+\.html$/.test(f.split("/").at(-1)) && f.split("/").at(-1).length < 70), "files have safe names");
      const titles = [];
      for (const file of made.pages) {
        const { page, seen } = await open(context, file);
        titles.push(await page.evaluate(() => document.querySelector("h1").textContent));
        await page.setViewportSize({ width: 360, height: 900 });
        await unfold(page);
        await narrow(page, "an agent with a hostile name");
        check((await page.evaluate(() => window.ran)) === undefined, "nothing runs on an agent's page");
        quiet("an agent with a hostile name", seen);
        await page.close();
      }
      check(names.every((name) => titles.includes(name)), "agents' pages are named as they are");
    });
  },
  async tiny() {
    await browse(async (context) => {
      for (const [name, log] of Object.entries(tiny(folder))) {
        for (const more of [[], plan]) {
          let made;
          try {
            made = report(log, more);
          } catch (error) {
            check(more.length > 0, `${name} has a page`, String(error.stderr));
            continue;
          }
          await looks(context, made.page, name, false);
          await structure(context, made.page, name);
          for (const file of made.pages) await structure(context, file, `${name}, an agent`);
          const text = readFileSync(made.page, "utf8");
          if (name.startsWith("no customers")) check(text.includes("not available"), `${name}: says what is not available`);
        }
      }
    });
  },
  async world() {
    if (!there("worlds/world-1/calls.csv.gz")) return;
    const made = report(join(shared, "worlds/world-1/calls.csv.gz"), plan);
    await browse(async (context) => {
      await looks(context, made.page, "200 agents", false);
      await structure(context, made.page, "200 agents");
      await figures(context, made.page, made.json, "200 agents");
      await looks(context, made.pages[17], "one of 200 agents", false);
    });
  },
  async bank() {
    if (!there("data/anonymous-bank-1999/january.txt")) return;
    const made = report(join(shared, "data/anonymous-bank-1999/january.txt"));
    await browse(async (context) => {
      await looks(context, made.page, "the bank", false);
      await structure(context, made.page, "the bank");
      await figures(context, made.page, made.json, "the bank");
    });
  },
};

for (const [name, work] of Object.entries(cases)) {
  if (wanted.length && !wanted.includes(name)) continue;
  console.log(name);
  await work();
}
console.log(`${checks} checks, ${failures} failed`);
process.exit(failures ? 1 : 0);
