#!/usr/bin/env python3
"""Writes the exports of unknown sources in this folder, and what a careful reader must find in each.

    python3 generate.py            write them all, and README.md
    python3 generate.py --verify   write nothing, fail if a file here differs from what would be written

Every NAME.json is computed from the simulated calls, never from the program under test. Nobody in here exists:
telephone numbers come from the ranges kept for fiction (555-01xx and 020 7946 0xxx), e-mail from example.com.
"""

import csv
import gzip
import io
import json
import random
import struct
import sys
import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Optional

HERE = Path(__file__).resolve().parent
SERVICE_LEVEL_S, SHORT_ABANDON_S, FCR_WINDOW = 20, 5, timedelta(days=7)


# ------------------------------------------------------------------------------------------------ calls


@dataclass
class Call:
    """What truly happened. A source shows only some of it; what it does not show is set to None before measuring."""

    at: datetime
    answered: bool
    wait: Optional[float]
    talk: Optional[float] = None
    hold: Optional[float] = None
    acw: Optional[float] = None
    handle: Optional[float] = None
    agent: str = ""
    queue: str = ""
    issue: str = ""
    transferred: bool = False
    resolved: Optional[bool] = None
    csat: Optional[int] = None
    customer: Optional[str] = None
    direction: str = "in"
    channel: str = "voice"
    copy: bool = False  # the same row exported twice
    unreadable: bool = False  # a row that no reader can place in time

    @property
    def counted(self):
        return self.direction == "in" and self.channel == "voice" and not self.copy and not self.unreadable

    @property
    def answered_at(self):
        return self.at + timedelta(seconds=self.wait)

    @property
    def ended_at(self):
        return self.answered_at + timedelta(seconds=self.talk or 0)


def simulate(name, n, first_day, days, agents, queues=("Sales", "Support", "Billing"), issues=("Other",), hours=(8, 18),
             abandon=0.13, transfer=0.11, scale=(1, 5), answers=0.55, resolves=0.74, talk_s=250, longest="answered"):
    """n calls in time order, with the values at which definitions differ: waits of exactly 20 and 21 s, abandons at 5 and 6 s."""
    r = random.Random("callmerit wild " + name)
    first = datetime.strptime(first_day, "%Y-%m-%d")
    opening, seconds = hours[0] * 3600, (hours[1] - hours[0]) * 3600
    starts = sorted(first + timedelta(days=r.randrange(days), seconds=opening + r.randrange(seconds)) for _ in range(n))
    calls = []
    for at in starts:
        queue, issue = r.choice(queues), r.choice(issues)
        if r.random() < abandon:
            calls.append(Call(at, False, min(150, 2 + int(r.expovariate(1 / 35))), queue=queue, issue=issue))
            continue
        calls.append(Call(
            at, True, int(r.expovariate(1 / 17)), queue=queue, issue=issue, agent=r.choice(agents),
            talk=20 + int(r.lognormvariate(0, 0.6) * talk_s), hold=r.choice((0, 0, 0, 15, 32, 48, 75)), acw=r.randrange(8, 95),
            transferred=r.random() < transfer, resolved=r.random() < resolves,
            csat=r.randint(*scale) if r.random() < answers else None))
    answered, abandoned = [c for c in calls if c.answered], [c for c in calls if not c.answered]
    for call, wait in zip(answered[3:], (20, 21, 0, 20)):
        call.wait = wait
    for call, wait in zip(abandoned[1:], (5, 6, 3)):
        call.wait = wait
    for call, score in zip(answered[10:], range(scale[0], scale[1] + 1)):
        call.csat = score
    (answered if longest == "answered" else abandoned)[-3].wait = max(c.wait for c in calls) + 17
    return r, calls


def outbound(r, calls, share, direction="out"):
    """Turns some of the calls into calls that nobody queued for; who dialled is known even when nobody picked up."""
    agents = sorted({call.agent for call in calls if call.agent})
    for call in calls:
        if call.direction == "in" and r.random() < share:
            call.direction, call.csat, call.agent = direction, None, call.agent or r.choice(agents)
    return calls


# ------------------------------------------------------------------------------------------------ measuring


def mean(values):
    values = [v for v in values if v is not None]
    return sum(values) / len(values) if values else None


def share(values, good):
    values = [v for v in values if v is not None]
    return sum(map(good, values)) / len(values) if values else None


def measure(calls, gives, top=(4, 5), handled=None):
    """The expected metrics of the calls. gives: the columns this source has, of
    abandoned wait talk hold acw handle transferred resolved csat. handled: the legs, where a contact has several."""
    counted = [c for c in calls if c.counted]
    answered, abandoned = [c for c in counted if c.answered], [c for c in counted if not c.answered]
    legs = answered if handled is None else handled
    has = set(gives.split())
    out = {"rows": len(calls), "answered": len(answered), "handled": len(legs)}
    if "abandoned" in has:
        out.update(offered=len(counted), abandoned=len(abandoned))
    else:
        out.update(abandoned=None)
    waits = "wait" in has
    out["service_level"] = None
    if waits and "abandoned" in has:
        short = sum(c.wait is not None and c.wait <= SHORT_ABANDON_S for c in abandoned)
        out["service_level"] = sum(c.wait <= SERVICE_LEVEL_S for c in answered) / (len(counted) - short)
    out["asa_s"] = mean(c.wait for c in answered) if waits else None
    out["longest_wait_s"] = max(c.wait for c in counted if c.wait is not None) if waits else None
    parts = ["handle"] if "handle" in has else [p for p in ("talk", "hold", "acw") if p in has]
    out["aht_s"] = mean(sum(getattr(c, p) for p in parts) for c in legs) if parts else None
    out["transfer_rate"] = share((c.transferred for c in answered), bool) if "transferred" in has else None
    out["fcr_coded"] = share((c.resolved for c in answered), bool) if "resolved" in has else None
    scores = [c.csat for c in answered if c.csat is not None] if "csat" in has else []
    out["csat"] = share(scores, lambda s: s in top)
    out["csat_mean"] = mean(scores)
    out["csat_n"] = len(scores) if "csat" in has else None
    return out


def first_contact_resolution(calls):
    """Answered contacts with a known caller, older than the window at the last call: who did not come back within it."""
    known = [c for c in calls if c.counted and c.customer]
    end = max(c.at for c in calls if c.counted)
    decided = [c for c in known if c.answered and c.at + FCR_WINDOW <= end]
    back = [any(o.customer == c.customer and c.at < o.at <= c.at + FCR_WINDOW for o in known) for c in decided]
    return {"fcr": back.count(False) / len(back), "fcr_n": len(back)}


# ------------------------------------------------------------------------------------------------ writing values


def h_mm_ss(s):
    return f"{int(s) // 3600}:{int(s) // 60 % 60:02}:{int(s) % 60:02}"


def hh_mm_ss(s):
    return f"{int(s) // 3600:02}:{int(s) // 60 % 60:02}:{int(s) % 60:02}"


def m_ss(s):
    return f"{int(s) // 60}:{int(s) % 60:02}"


def mm_ss(s):
    return f"{int(s) // 60:02}:{int(s) % 60:02}"


def in_words(s):
    return f"{int(s) // 60}m {int(s) % 60:02}s" if s >= 60 else f"{int(s)}s"


def day_fraction(s):
    """As a spreadsheet saves a time in the General format."""
    return format(s / 86400, ".15G")


def minutes(s):
    return f"{s / 60:.2f}"


def twelve_hour(t, seconds=True):
    clock = t.strftime("%M:%S") if seconds else t.strftime("%M")
    return f"{t.hour % 12 or 12}:{clock} {'AM' if t.hour < 12 else 'PM'}"


def us_date(t):
    return f"{t.month}/{t.day}/{t.year}"


def utc(t):
    return t.replace(tzinfo=timezone.utc)


def epoch(t):
    return str(int(utc(t).timestamp()))


def if_answered(call, value, otherwise=""):
    return value if call.answered else otherwise


def text(value, otherwise=""):
    return otherwise if value is None else str(value)


def us_number(i):
    return f"1{(212, 303, 415, 617, 718)[i // 100 % 5]}55501{i % 100:02}"


def uk_number(i):
    return f"020 7946 0{i % 1000:03}"


def table(header, rows, delimiter=",", newline="\n", quote=csv.QUOTE_MINIMAL, encoding="utf-8", before=(), after=(), tail=""):
    """The bytes of a file; before and after are whole lines, tail ends every line of the table."""
    body = io.StringIO()
    writer = csv.writer(body, delimiter=delimiter, lineterminator=tail + newline, quoting=quote)
    writer.writerow(header)
    writer.writerows(rows)
    whole = "".join(l + newline for l in before) + body.getvalue() + "".join(l + newline for l in after)
    return whole.encode(encoding)


# ------------------------------------------------------------------------------------------------ sources


@dataclass
class Source:
    file: str
    about: str  # one line: what this file tests
    data: bytes
    mapping: dict = field(default_factory=dict)
    metrics: dict = field(default_factory=dict)
    never: dict = field(default_factory=dict)  # column -> fields it must not be taken for
    private: list = field(default_factory=list)  # customer values that must not be printed
    extra_lines: int = 0  # title, footer and total lines, which a reader may or may not count as rows
    notes: list = field(default_factory=list)
    refused: Any = None  # what stderr must mention, where the right answer is exit 2

    @property
    def name(self):
        return self.file.split(".")[0]

    def expected(self):
        head = {"file": self.file, "tests": self.about, "args": []}
        if self.refused is not None:
            return {**head, "exit": 2, "stderr_mentions": self.refused}
        lacks = {f: None for f in ("agent", "queue", "wait", "talk", "hold", "acw", "handle", "customer", "transferred", "resolved", "csat")}
        out = {**head, "mapping": {**lacks, **self.mapping}, "metrics": self.metrics}
        for key in ("never", "private", "extra_lines", "notes"):
            if getattr(self, key):
                out[key] = getattr(self, key)
        return out


def either(*columns):
    """Readings that an analyst would both accept; None is "not used"."""
    return {"any": list(columns)}


def difference(*columns):
    """No column of its own: the time between these."""
    return {"difference": list(columns)}


SOURCES = []


def source(make):
    SOURCES.append(make)
    return make


STAFF = ("Grace", "Milo", "Priya", "Otto", "Lena", "Tomas")
NO_ABANDON_WAIT = "abandoned calls have no wait here: none of them can be called short, so all of them stay in the service level"


@source
def course_dataset():
    _, calls = simulate("course", 130, "2026-01-05", 40, STAFF, issues=("Streaming", "Technical Support", "Payment related", "Contract related", "Admin Support"), hours=(9, 18), abandon=0.19)
    rows = []
    for i, c in enumerate(calls):
        agent = c.agent or STAFF[i % len(STAFF)]
        rows.append([f"ID{i + 1:04}", agent, f"{c.at:%Y-%m-%d}", f"{c.at:%H:%M:%S}", c.issue, if_answered(c, "Y", "N"),
                     "Y" if c.resolved else "N", if_answered(c, c.wait), if_answered(c, hh_mm_ss(c.talk or 0)), text(c.csat)])
        if not c.answered:
            c.wait = None
    header = "Call Id,Agent,Date,Time,Topic,Answered (Y/N),Resolved,Speed of answer in seconds,AvgTalkDuration,Satisfaction rating".split(",")
    return Source(
        "course-dataset.csv", "a training course's set: date and time apart, h:mm:ss talk under a header that says Avg, agent and `Resolved` N also on calls nobody answered",
        table(header, rows),
        {"contact": "Call Id", "start": ["Date", "Time"], "agent": "Agent", "issue": either("Topic", None), "queue": either(None, "Topic"), "outcome": "Answered (Y/N)",
         "resolved": "Resolved", "wait": "Speed of answer in seconds", "talk": "AvgTalkDuration", "csat": "Satisfaction rating"},
        measure(calls, "abandoned wait talk resolved csat"),
        notes=[NO_ABANDON_WAIT, "fcr_coded is over answered calls; `Resolved` N of an unanswered call is no verdict on anybody"])


@source
def queue_simulation():
    _, calls = simulate("simulation", 140, "2026-01-19", 20, STAFF, hours=(8, 18), abandon=0.08)
    rows, day, nth = [], None, 0
    for i, c in enumerate(calls):
        nth = nth + 1 if c.at.date() == day else 1
        day = c.at.date()
        rows.append([i + 1, us_date(c.at), nth, twelve_hour(c.at), if_answered(c, twelve_hour(c.answered_at)), twelve_hour(c.ended_at),
                     c.wait, if_answered(c, c.talk), "TRUE" if c.answered and c.wait <= 60 else "FALSE"])
    return Source(
        "queue-simulation.csv", "a simulated centre: am/pm times without a date beside a date column, abandoned shown by an empty answer time, no agent, `daily_caller` is a running number",
        table("call_id,date,daily_caller,call_started,call_answered,call_ended,wait_length,service_length,meets_standard".split(","), rows),
        {"contact": "call_id", "start": ["date", "call_started"], "wait": "wait_length", "talk": either("service_length", None), "handle": either("service_length", None),
         "outcome": either(None, "call_answered")},
        measure(calls, "abandoned wait talk"),
        never={"daily_caller": ["customer", "wait", "talk", "agent"], "meets_standard": ["outcome", "resolved", "csat"]})


@source
def hospital_switchboard():
    _, calls = simulate("hospital", 96, "2026-02-09", 12, ("Op 1", "Op 2", "Op 3", "Op 4"), queues=("Main", "A&E", "Maternity", "Outpatients"), hours=(18, 30), abandon=0.14, talk_s=70)
    calls[20].at = calls[20].at.replace(hour=23, minute=59, second=52)
    calls[20].wait = 21
    calls[41].at = calls[41].at.replace(hour=23, minute=58, second=50)
    calls[41].wait = 33
    calls.sort(key=lambda c: c.at)
    rows = []
    for i, c in enumerate(calls):
        rows.append([2200 + i, f"{c.at:%d/%m/%Y}", f"{c.at:%H:%M:%S}", if_answered(c, f"{c.answered_at:%H:%M:%S}"), f"{c.ended_at:%H:%M:%S}", c.queue, c.agent,
                     if_answered(c, "Answered", "Caller hung up"), f"Ext {3000 + i}" if c.transferred else ""])
    return Source(
        "hospital-switchboard.csv", "night shift: wait and talk only as differences of clock times, some across midnight; day-first; `Transferred To` is filled only on a transfer",
        table("Log No,Date Received,Time Received,Time Answered,Time Ended,Department,Operator,Outcome,Transferred To".split(","), rows),
        {"contact": either("Log No", None), "start": ["Date Received", "Time Received"], "agent": "Operator", "queue": "Department", "outcome": either("Outcome", "Time Answered"),
         "wait": difference("Time Answered", "Time Received"), "talk": difference("Time Ended", "Time Answered"), "transferred": "Transferred To"},
        measure(calls, "abandoned wait talk transferred"))


@source
def uk_helpdesk_answered():
    agents = ("Okafor, Grace (4021)", "Lindqvist, Jon (4022)", "Abbasi, Noor (4027)", "Whitfield, Sam (4030)")
    _, calls = simulate("uk helpdesk", 170, "2026-03-02", 26, agents, talk_s=560)
    calls = [c for c in calls if c.answered]
    rows, total = [], 0
    for c in calls:
        total += c.talk
        rows.append([f"{c.at:%d/%m/%Y}", f"{c.at:%H:%M:%S}", c.agent, hh_mm_ss(c.talk), hh_mm_ss(total) if total < 86400 else f"{total / 86400:.1f} Days"])
    return Source(
        "uk-helpdesk-answered.csv", "small PBX: title lines, CRLF, `Surname, First (ext)`, answered calls only, a column that runs up over the file and turns into `1.1 Days`, footer lines",
        table("Date,Time Received,Agent,Talk Time,Total Call Time".split(","), rows, newline="\r\n",
              before=("Helpdesk Telephone Report", '"Calls answered, by time received"', "Period: 02/03/2026 to 27/03/2026", ""),
              after=("", f"Total calls: {len(rows)}", "Report generated 28/03/2026 07:00:12")),
        {"start": ["Date", "Time Received"], "agent": "Agent", "talk": "Talk Time"},
        measure(calls, "talk"), never={"Total Call Time": ["talk", "handle", "wait", "hold", "acw"]}, extra_lines=7,
        notes=["the file cannot show an abandoned call: abandoned is unknown, not 0; offered is left unchecked"])


@source
def pbx_in_out():
    r, calls = simulate("pbx", 120, "2026-03-09", 10, ("201", "202", "205", "207"), abandon=0.15, talk_s=140)
    outbound(r, calls, 0.25)
    outbound(r, calls, 0.12, "internal")
    rows = []
    for i, c in enumerate(calls):
        outside = uk_number(i * 7)
        ends = {"in": (outside, "200"), "out": (c.agent, outside), "internal": (c.agent, "203")}[c.direction]
        rows.append([{"in": "IN", "out": "OUT", "internal": "INT"}[c.direction], f"{c.at:%Y/%m/%d %H:%M:%S}", *ends, c.agent, c.wait, h_mm_ss(c.talk or 0), if_answered(c, "Answered", "No answer")])
    total = ["Totals", "", "", "", "", sum(c.wait for c in calls), h_mm_ss(sum(c.talk or 0 for c in calls)), ""]
    return Source(
        "pbx-in-out.csv", "`;` with a delimiter at the end of every line, IN/OUT/INT of which only IN counts, ring time is the wait, a totals row as last line",
        table("Type;Start;From;To;Agent Ext;Ring (s);Talk;Status".split(";"), rows + [total], delimiter=";", tail=";"),
        {"start": "Start", "direction": "Type", "agent": "Agent Ext", "customer": "From", "wait": "Ring (s)", "talk": "Talk", "outcome": "Status"},
        measure(calls, "abandoned wait talk"), extra_lines=1, private=[uk_number(i * 7) for i, c in enumerate(calls) if c.direction == "in"][:6],
        notes=["an inbound call with `No answer` was lost: it counts as abandoned"])


@source
def german_hotline():
    agents = ("Jürgen Weiß", "Käthe Möller", "Björn Krüger", "Sabine Groß")
    _, calls = simulate("german", 110, "2026-03-16", 16, agents, queues=("Verträge", "Störung", "Rückfragen"))
    rows = []
    for i, c in enumerate(calls):
        c.customer = f"K-00{48000 + (i * 37) % 900}"
        comma = lambda s: f"{s:.1f}".replace(".", ",")
        rows.append([f"{c.at:%d.%m.%Y %H:%M:%S}", c.queue, c.agent, comma(c.wait), if_answered(c, comma(c.talk or 0)), if_answered(c, comma(c.acw or 0)), if_answered(c, "angenommen", "abgebrochen"),
                     if_answered(c, "ja" if c.transferred else "nein"), if_answered(c, "ja" if c.resolved else "nein"), c.customer, text(c.csat, "-")])
    return Source(
        "german-hotline.csv", "German headers and values, `;`, decimal comma, Windows-1252, `31.03.2026 14:05:09`, `-` for no survey answer",
        table(["Anrufbeginn", "Warteschlange", "Mitarbeiter", "Wartezeit (Sek.)", "Gesprächszeit (Sek.)", "Nachbearbeitung (Sek.)", "Ergebnis", "Weitergeleitet", "Gelöst", "Kundennummer", "Zufriedenheit (1-5, 5 = sehr zufrieden)"],
              rows, delimiter=";", newline="\r\n", encoding="cp1252"),
        {"start": "Anrufbeginn", "queue": "Warteschlange", "agent": "Mitarbeiter", "wait": "Wartezeit (Sek.)", "talk": "Gesprächszeit (Sek.)", "acw": "Nachbearbeitung (Sek.)", "outcome": "Ergebnis",
         "transferred": "Weitergeleitet", "resolved": "Gelöst", "customer": "Kundennummer", "csat": "Zufriedenheit (1-5, 5 = sehr zufrieden)"},
        measure(calls, "abandoned wait talk acw transferred resolved csat"), private=[c.customer for c in calls[:6]])


@source
def spanish_atencion():
    agents = ("Núñez Íñigo", "Peña Lucía", "Ibáñez Raúl", "Güell Marta")
    _, calls = simulate("spanish", 88, "2026-02-16", 11, agents, queues=("Averías", "Facturación", "Información"))
    rows = []
    for c in calls:
        yes = lambda b: "Sí" if b else "No"
        rows.append([f"{c.at:%d/%m/%Y}", f"{c.at:%H:%M:%S}", c.agent, c.queue, h_mm_ss(c.wait), if_answered(c, h_mm_ss(c.talk or 0)), yes(c.answered),
                     if_answered(c, yes(c.transferred)), if_answered(c, yes(c.resolved)), text(c.csat)])
    return Source(
        "spanish-atencion.csv", "Spanish headers, Sí/No, `;`, UTF-8 with a byte order mark, day-first date and time apart",
        table(["Fecha", "Hora", "Agente", "Cola", "Tiempo de espera", "Tiempo de conversación", "Contestada", "Transferida", "Resuelta", "Valoración (1 a 5)"], rows, delimiter=";", encoding="utf-8-sig"),
        {"start": ["Fecha", "Hora"], "agent": "Agente", "queue": "Cola", "wait": "Tiempo de espera", "talk": "Tiempo de conversación", "outcome": "Contestada", "transferred": "Transferida",
         "resolved": "Resuelta", "csat": "Valoración (1 a 5)"},
        measure(calls, "abandoned wait talk transferred resolved csat"))


@source
def french_town_hall():
    agents = ("Zoé Lefèvre", "François Bérard", "Anaïs Gaël")
    r, calls = simulate("french", 75, "2026-03-23", 9, agents, queues=("État civil", "Urbanisme", "Écoles"), talk_s=180)
    rows = []
    for c in calls:
        c.wait += 0.5 * (r.random() < 0.5)
        comma = lambda s: f"{s:.1f}".replace(".", ",")
        note = r.choice(("", "", "rappel demandé", "pièce manquante ; à relancer", "réclamation n° 12 ; voir « dossier »"))
        rows.append([f"{c.at:%d.%m.%Y %H:%M:%S}", c.agent, c.queue, comma(c.wait), if_answered(c, comma(c.talk or 0)), if_answered(c, comma(c.acw or 0)), if_answered(c, "Answered", "Abandoned"),
                     if_answered(c, "Oui" if c.transferred else "Non"), note])
    return Source(
        "french-town-hall.csv", "English headers over French values: Oui/Non, half seconds with a decimal comma, `;` inside quoted comments, Windows-1252",
        table("Start;Agent;Queue;Wait (s);Talk (s);Wrap-up (s);Status;Transferred;Comment".split(";"), rows, delimiter=";", newline="\r\n", encoding="cp1252"),
        {"start": "Start", "agent": "Agent", "queue": "Queue", "wait": "Wait (s)", "talk": "Talk (s)", "acw": "Wrap-up (s)", "outcome": "Status", "transferred": "Transferred"},
        measure(calls, "abandoned wait talk acw transferred"))


@source
def municipal_311():
    r, calls = simulate("municipal", 118, "2026-04-01", 12, ("A104", "A117", "A122", "A131"), issues=("Trash", "Potholes", "Noise", "Permits"), hours=(7, 19), longest="abandoned")
    last = [c for c in calls if c.at.day == 12]
    for c in last:
        c.at += timedelta(days=1)
    rows = []
    for c in calls:
        if c.answered and r.random() < 0.2:
            c.resolved = None
        rows.append([f"{c.at:%m/%d/%Y}", f"{c.at:%H:%M:%S}", c.agent, c.issue, m_ss(c.wait), m_ss(c.talk or 0), c.hold or 0, if_answered(c, r.choice((1, 1, 2)) if c.transferred else 0, 0),
                     "" if c.resolved is None else "Yes" if c.resolved else "No", if_answered(c, "No", "Yes")])
    return Source(
        "municipal-311.tsv", "TSV, month-first decided only by the rows of the last day (the 13th), talk in m:ss beside hold in seconds, a count of transfers, `Resolved on first call` often left empty",
        table("Date,Time,Agent ID,Reason,Wait,Talk,Hold,# Transfers,Resolved on first call,Abandoned?".split(","), rows, delimiter="\t"),
        {"start": ["Date", "Time"], "agent": "Agent ID", "issue": either("Reason", None), "queue": either(None, "Reason"), "wait": "Wait", "talk": "Talk", "hold": "Hold", "transferred": "# Transfers",
         "resolved": "Resolved on first call", "outcome": "Abandoned?"},
        measure(calls, "abandoned wait talk hold transferred resolved"),
        notes=["an answered call without an entry in `Resolved on first call` is unknown and stays out of fcr_coded", "the longest wait is that of a caller who gave up"])


@source
def pipe_utilities():
    _, calls = simulate("utilities", 104, "2026-02-02", 18, ("Ito Kenji", "Ramos Ana", "Petrov Vera", "Nkosi Thabo"), queues=("Electricity", "Water", "Moving house"))
    flag = lambda b: "TRUE" if b else "FALSE"
    rows = [[f"{i + 90311}", f"{c.at:%Y-%m-%d %H:%M:%S}", c.queue, c.agent, day_fraction(c.wait), day_fraction(c.talk or 0), day_fraction(c.acw or 0), flag(c.answered), flag(c.transferred), text(c.csat)] for i, c in enumerate(calls)]
    return Source(
        "pipe-utilities.txt", "`|`, durations as a fraction of a day as a spreadsheet saves them (some as 5.78703703703704E-05), TRUE/FALSE",
        table("CallKey|CallStart|Skill|AgentName|QueueTime|TalkTime|WrapTime|Answered|Transferred?|CSAT".split("|"), rows, delimiter="|"),
        {"contact": "CallKey", "start": "CallStart", "queue": "Skill", "agent": "AgentName", "wait": "QueueTime", "talk": "TalkTime", "acw": "WrapTime", "outcome": "Answered", "transferred": "Transferred?", "csat": "CSAT"},
        measure(calls, "abandoned wait talk acw transferred csat"))


@source
def hotel_reservations():
    agents = ("Søren Dahl", "Núria Puig", "Łukasz Wrona", "Zoë Adams")
    r, calls = simulate("hotel", 92, "2026-01-12", 15, agents, queues=("Reservations EN", "Reservations ES", "Groups"), abandon=0.2, talk_s=320)
    rows = [[f"{c.at:%d-%b-%Y %H:%M:%S}", c.agent, c.queue, in_words(c.wait), in_words(c.talk or 0), if_answered(c, "Answered", r.choice(("Abandoned", "Abandoned", "Missed"))),
             if_answered(c, "y" if c.transferred else "n")] for c in calls]
    return Source(
        "hotel-reservations.csv", "UTF-16LE with byte order mark, TAB, CRLF; durations as `5m 12s`; status Answered/Abandoned/Missed; `02-Mar-2026`",
        b"\xff\xfe" + table("Date/Time,Reservation Agent,Line,Waiting,Conversation,Result,Forwarded".split(","), rows, delimiter="\t", newline="\r\n", encoding="utf-16-le"),
        {"start": "Date/Time", "agent": "Reservation Agent", "queue": either("Line", None), "wait": "Waiting", "talk": "Conversation", "outcome": "Result", "transferred": "Forwarded"},
        measure(calls, "abandoned wait talk transferred"), notes=["nobody spoke to the caller of a `Missed` call: it is offered and not answered, and counts as abandoned"])


@source
def helpdesk_api():
    r, calls = simulate("helpdesk api", 100, "2026-03-03", 14, ("lena.fox@example.com", "otto.berg@example.com", "priya.rao@example.com"), queues=("it", "facilities", "hr"))
    outbound(r, calls, 0.2)
    rows = [[f"c_{i * 7919 % 100003:05}", epoch(c.at), if_answered(c, epoch(c.answered_at)), epoch(c.ended_at), c.agent, c.queue, "inbound" if c.direction == "in" else "outbound",
             if_answered(c, c.acw), if_answered(c, "true" if c.transferred else "false")] for i, c in enumerate(calls)]
    return Source(
        "helpdesk-api.csv", "epoch seconds, everything quoted, wait and talk only as differences, agents as e-mail, outbound calls to leave out",
        table("id,created_at,answered_at,ended_at,assignee_email,queue,direction,wrap_up_sec,was_transferred".split(","), rows, quote=csv.QUOTE_ALL),
        {"contact": "id", "start": "created_at", "agent": "assignee_email", "queue": "queue", "direction": "direction", "wait": difference("answered_at", "created_at"), "talk": difference("ended_at", "answered_at"),
         "acw": "wrap_up_sec", "transferred": "was_transferred", "outcome": either(None, "answered_at")},
        measure(calls, "abandoned wait talk acw transferred"))


@source
def warehouse_ms():
    r, calls = simulate("warehouse", 125, "2026-02-23", 12, ("104.0", "109.0", "121.0", "130.0"), queues=("q_orders", "q_returns"))
    rows = []
    for i, c in enumerate(calls):
        c.customer = f"{r.getrandbits(48):012x}"
        rows.append([i, f"{utc(c.at).timestamp() * 1000:.0f}", c.queue, c.agent, c.customer, c.wait * 1000, if_answered(c, f"{(c.talk or 0) * 1000:.1f}"), if_answered(c, f"{(c.hold or 0) * 1000:.1f}"),
                     if_answered(c, f"{(c.acw or 0) * 1000:.1f}"), int(not c.answered), int(c.transferred), "" if c.csat is None else f"{c.csat}.0"])
    return Source(
        "warehouse-ms.csv", "a data frame's CSV: index column without a name, epoch milliseconds, durations in `_ms`, whole numbers as 104.0 because of gaps, 1/0",
        table(",start_ts,queue,agent_id,customer_hash,queue_ms,talk_ms,hold_ms,acw_ms,abandoned,is_transferred,csat".split(","), rows),
        {"start": "start_ts", "queue": "queue", "agent": "agent_id", "customer": "customer_hash", "wait": "queue_ms", "talk": "talk_ms", "hold": "hold_ms", "acw": "acw_ms", "outcome": "abandoned",
         "transferred": "is_transferred", "csat": "csat"},
        measure(calls, "abandoned wait talk hold acw transferred csat"), private=[c.customer for c in calls[:6]])


@source
def ticket_desk():
    r, calls = simulate("ticket desk", 84, "2026-03-02", 19, STAFF, talk_s=300)
    rows = [[f"T{i + 5001}", f"{c.at:%Y-%m-%d}", f"{c.at:%H:%M:%S}", c.agent, if_answered(c, "Answered", "Abandoned"), f"{c.wait}.0", if_answered(c, f"{c.talk}.0"), if_answered(c, f"#{r.randrange(10000, 99999)}"),
             if_answered(c, r.choice(("Open", "Pending", "Waiting on customer", "Closed"))), r.choice(("Low", "Normal", "High"))] for i, c in enumerate(calls)]
    return Source(
        "ticket-desk.csv", "the header `Status` twice: the call's, then the ticket's, which is no resolution of the call; seconds as `312.0`",
        table("Call ID,Date,Time,Agent,Status,Wait Time,Talk Time,Ticket,Status,Priority".split(","), rows),
        {"contact": "Call ID", "start": ["Date", "Time"], "agent": "Agent", "outcome": "Status", "wait": "Wait Time", "talk": "Talk Time", "queue": either(None, "Priority")},
        measure(calls, "abandoned wait talk"), never={"Ticket": ["contact", "customer"], "Priority": ["csat"]})


@source
def retail_callers():
    r, calls = simulate("retail", 110, "2026-02-02", 16, STAFF[:4], queues=("Shop", "Web orders"), hours=(9, 17), abandon=0.1)
    _, late = simulate("retail late", 30, "2026-02-20", 6, STAFF[:4], queues=("Shop", "Web orders"), hours=(9, 17), abandon=0.1)
    calls += late
    for i, c in enumerate(calls):
        c.customer = us_number(300 + i) if not c.answered else us_number(r.randrange(70)) if r.random() < 0.93 else None
    rows = []
    for c in calls:
        n = c.customer
        spelled = r.choice((f"+1 ({n[1:4]}) {n[4:7]}-{n[7:]}", n, f"+{n[0]}-{n[1:4]}-{n[4:7]}-{n[7:]}", f"1 {n[1:4]} {n[4:7]} {n[7:]}", f"tel:+{n}")) if n else r.choice(("anonymous", "", "Unknown"))
        rows.append([f"{c.at:%Y-%m-%d %H:%M:%S}", spelled, c.queue, c.agent, c.wait, m_ss(c.talk or 0), if_answered(c, "Yes", "No")])
    return Source(
        "retail-callers.csv", "the same caller in five spellings of the number, hidden and unknown callers: repeat-contact FCR must see one person",
        table("Call Time,Caller,Line,Agent,Wait,Talk,Answered".split(","), rows),
        {"start": "Call Time", "customer": "Caller", "queue": either("Line", None), "agent": "Agent", "wait": "Wait", "talk": "Talk", "outcome": "Answered"},
        {**measure(calls, "abandoned wait talk"), **first_contact_resolution(calls)},
        private=sorted({c.customer for c in calls[:8] if c.customer} | {row[1] for row in rows[:8] if row[1][:1] in "+1t" and row[1]}),
        notes=["fcr: answered contacts with a known caller that are at least 7 days older than the last call; `anonymous`, `Unknown` and empty are nobody; no abandoned caller calls twice, no call lies near the border"])


@source
def decimal_minutes():
    r, calls = simulate("minutes", 115, "2026-03-04", 21, ("nina.holt@example.com", "sam.diaz@example.com", "ulf.krantz@example.com", "bo.chen@example.com"), scale=(0, 10), answers=0.5)
    rows = []
    for c in calls:
        for part in ("wait", "talk", "hold", "acw"):
            value = getattr(c, part)
            setattr(c, part, None if value is None else round(float(minutes(value)) * 60, 3))
        rows.append([f"{us_date(c.at)} {twelve_hour(c.at)}", c.agent, c.queue, minutes(c.wait), if_answered(c, minutes(c.talk or 0)), if_answered(c, minutes(c.hold or 0)), if_answered(c, minutes(c.acw or 0)),
                     if_answered(c, "Handled", "Abandoned"), "X" if c.transferred else "", text(c.csat, "N/A")])
    return Source(
        "decimal-minutes.csv", "decimal minutes with the unit only in the header, US date with am/pm, `Xfer` marked X or empty, survey 0-10 where 0 is an answer and N/A is none",
        table("Interaction Start,Agent Email,Queue Name,Wait Time (min),Talk Time (min),Hold Time (min),Wrap Time (min),Call Outcome,Xfer,Survey (0-10)".split(","), rows),
        {"start": "Interaction Start", "agent": "Agent Email", "queue": "Queue Name", "wait": "Wait Time (min)", "talk": "Talk Time (min)", "hold": "Hold Time (min)", "acw": "Wrap Time (min)", "outcome": "Call Outcome",
         "transferred": "Xfer", "csat": "Survey (0-10)"},
        measure(calls, "abandoned wait talk hold acw transferred csat", top=(9, 10)),
        notes=["20 s was written as 0.33 min = 19.8 s, 5 s as 0.08 min = 4.8 s, 21 s as 0.35 min = 21 s: the file's value counts"])


@source
def clinic_no_wait():
    _, calls = simulate("clinic", 66, "2026-03-02", 18, ("Hannah", "Idris", "Molly"), issues=("Appointment", "Repeat prescription", "Test results"), hours=(8, 18), talk_s=150)
    rows = []
    for i, c in enumerate(calls):
        c.at = c.at.replace(second=0)
        c.customer = f"P-00{482000 + i * 13 % 700}"
        rows.append([f"{c.at:%d-%b-%Y}", twelve_hour(c.at, seconds=False), c.agent, c.customer, c.issue, if_answered(c, h_mm_ss(c.talk or 0)), if_answered(c, "Answered", "Abandoned")])
    return Source(
        "clinic-no-wait.csv", "no wait anywhere: service level, ASA and longest wait are unknown, not 0; times to the minute; `Receptionist` is the agent",
        table("Call Date,Call Time,Receptionist,Patient ID,Reason for call,Call Duration,Call Result".split(","), rows),
        {"start": ["Call Date", "Call Time"], "agent": "Receptionist", "customer": "Patient ID", "issue": either("Reason for call", None), "queue": either(None, "Reason for call"), "talk": either("Call Duration", None),
         "handle": either("Call Duration", None), "outcome": "Call Result"},
        measure(calls, "abandoned talk"), private=[c.customer for c in calls[:6]])


@source
def insurance_handle():
    _, calls = simulate("insurance", 108, "2026-02-10", 15, ("ahart", "bmoss", "cvance", "dpryor"), queues=("Claims", "Motor", "Home"), abandon=0.16)
    rows = []
    for i, c in enumerate(calls):
        c.handle = c.talk + c.hold + c.acw if c.answered else None
        rows.append([f"INS-{i + 700}", f"{c.at:%Y-%m-%dT%H:%M:%SZ}", c.queue, m_ss(c.wait), m_ss(c.handle or 0), c.agent])
    return Source(
        "insurance-handle.csv", "handle time without its parts; an abandoned call is shown only by an empty agent",
        table("Contact ID,Start Time,Skill,Wait,Handle Time,Agent".split(","), rows),
        {"contact": "Contact ID", "start": "Start Time", "queue": "Skill", "wait": "Wait", "handle": "Handle Time", "agent": "Agent", "outcome": either(None, "Agent")},
        measure(calls, "abandoned wait handle"))


@source
def ops_dashboard():
    agents = ("Rivera, Luz", "Stone, Abe", "Tanaka, Yui", "Umar, Zain")
    _, calls = simulate("ops", 122, "2026-03-05", 13, agents, talk_s=230)
    waits, handles, rows, total = [], {a: [] for a in agents}, [], 0
    for i, c in enumerate(calls):
        waits.append(c.wait)
        spent = c.talk + c.hold + c.acw if c.answered else 0
        if c.answered:
            handles[c.agent].append(spent)
        total += c.wait + spent
        usual = m_ss(sum(handles[c.agent]) / len(handles[c.agent])) if c.answered else ""
        rows.append([f"{i + 88001}", f"{c.at:%Y-%m-%d %H:%M:%S}", c.queue, m_ss(sum(waits) / len(waits)), m_ss(c.wait), c.agent, usual, if_answered(c, m_ss(c.talk or 0)), if_answered(c, c.hold), if_answered(c, m_ss(c.acw or 0)),
                     hh_mm_ss(total), "Y" if c.answered and c.wait <= 30 else "N", if_answered(c, "N", "Y"), if_answered(c, "Y" if c.transferred else "N")])
    return Source(
        "ops-dashboard.csv", "columns that mislead: a running average wait, the agent's usual AHT on every row, a total that runs up, `SLA met` for 30 s; hold in seconds beside m:ss",
        table("Call Ref,Start,Queue,Avg wait (queue),Wait,Agent,AHT,Talk,Hold,ACW,Total Duration,SLA met,Abandoned,Transferred (Y/N)".split(","), rows),
        {"contact": "Call Ref", "start": "Start", "queue": "Queue", "wait": "Wait", "agent": "Agent", "talk": "Talk", "hold": "Hold", "acw": "ACW", "outcome": "Abandoned", "transferred": "Transferred (Y/N)"},
        measure(calls, "abandoned wait talk hold acw transferred"),
        never={"AHT": ["talk", "handle", "wait"], "Avg wait (queue)": ["wait", "queue"], "Total Duration": ["talk", "handle", "wait"], "SLA met": ["outcome", "resolved", "csat"]})


@source
def omnichannel():
    r, calls = simulate("omni", 145, "2026-01-13", 17, ("k.lund@example.com", "m.sato@example.com", "p.eze@example.com"), queues=("Care", "Orders"))
    rows = []
    for i, c in enumerate(calls):
        c.channel = r.choice(("voice", "voice", "voice", "chat", "email"))
        if c.channel == "voice":
            outbound(r, [c], 0.15 if c.agent else 0)
        waited = c.wait + 14000 if c.channel == "email" else c.wait
        c.handle = c.talk + c.acw if c.answered else None
        rows.append([f"{i:06}-{r.getrandbits(24):06x}", {"voice": "Phone", "chat": "Chat", "email": "Email"}[c.channel], "Inbound" if c.direction == "in" else "Outbound", f"{c.at:%Y-%m-%dT%H:%M:%S.000Z}", c.queue, c.agent, waited,
                     if_answered(c, c.handle), if_answered(c, "Handled", "Abandoned"), text(c.csat)])
    return Source(
        "omnichannel.csv", "phone, chat and e-mail in one file, inbound and outbound: only inbound phone counts (an e-mail waits four hours)",
        table("Interaction ID,Channel,Direction,Created,Queue,Agent,Wait (sec),Handle (sec),Outcome,CSAT (1-5)".split(","), rows),
        {"contact": "Interaction ID", "channel": "Channel", "direction": "Direction", "start": "Created", "queue": "Queue", "agent": "Agent", "wait": "Wait (sec)", "handle": "Handle (sec)", "outcome": "Outcome", "csat": "CSAT (1-5)"},
        measure(calls, "abandoned wait handle csat"))


@source
def travel_survey_zero():
    r, calls = simulate("travel", 98, "2026-02-03", 20, STAFF, queues=("Flights", "Hotels"), answers=0.4)
    rows = []
    for c in calls:
        yes, no = r.choice(("Yes", "yes", "Y")), r.choice(("No", "no", "N"))
        rows.append([f"{c.at:%d %b %Y %H:%M:%S}", c.queue, c.agent, mm_ss(c.wait), mm_ss(c.talk or 0), if_answered(c, yes, no), if_answered(c, yes if c.transferred else no), if_answered(c, yes if c.resolved else no), text(c.csat, "0")])
    return Source(
        "travel-survey-zero.csv", "survey 1-5 where 0 means no answer (most rows); yes, Y and Yes mixed in one column; `02 Mar 2026`",
        table("Call Started,Queue,Consultant,Time to Answer,Talk Time,Answered,Transferred?,Issue Resolved?,Survey Score (1-5)".split(","), rows),
        {"start": "Call Started", "queue": "Queue", "agent": "Consultant", "wait": "Time to Answer", "talk": "Talk Time", "outcome": "Answered", "transferred": "Transferred?", "resolved": "Issue Resolved?", "csat": "Survey Score (1-5)"},
        measure(calls, "abandoned wait talk transferred resolved csat"), notes=["the header says 1-5, so 0 is no score"])


@source
def transfer_legs():
    r, calls = simulate("legs", 90, "2026-03-10", 10, ("Fay", "Gus", "Hal", "Ivy"), queues=("First line",), transfer=0.2)
    rows, legs = [], []
    line = lambda call_id, n, c, wait, result: [call_id, n, f"{c.at:%Y-%m-%d %H:%M:%S}", c.queue, c.agent, wait, if_answered(c, c.talk, 0), if_answered(c, c.hold, 0), if_answered(c, c.acw, 0), result]
    for i, c in enumerate(calls):
        call_id = f"{20260310000 + i}"
        rows.append(line(call_id, 1, c, c.wait, if_answered(c, "Transferred" if c.transferred else "Completed", "Abandoned")))
        if not c.answered:
            continue
        legs.append(c)
        if c.transferred:
            second = Call(c.ended_at, True, 0, talk=r.randrange(60, 400), hold=0, acw=r.randrange(10, 80), queue="Second line", agent=r.choice([a for a in ("Fay", "Gus", "Hal", "Ivy") if a != c.agent]))
            legs.append(second)
            rows.append(line(call_id, 2, second, 0, "Completed"))
    metrics = {**measure(calls, "abandoned wait talk hold acw", handled=legs), "rows": len(rows)}
    del metrics["transfer_rate"]
    return Source(
        "transfer-legs.csv", "a transferred call is two rows with one call id: offered and answered once, handled twice",
        table("Call ID,Leg,Leg Start,Queue,Agent,Wait (s),Talk (s),Hold (s),ACW (s),Leg Result".split(","), rows),
        {"contact": "Call ID", "start": "Leg Start", "queue": "Queue", "agent": "Agent", "wait": "Wait (s)", "talk": "Talk (s)", "hold": "Hold (s)", "acw": "ACW (s)", "outcome": "Leg Result", "transferred": either(None, "Leg Result")},
        metrics, notes=["warm transfers: the second leg waits 0 s and is no second arrival, so ASA and service level are of the first leg", "transfer_rate is left unchecked: by contact or by leg is a definition of its own"])


@source
def overlapping_export():
    r, calls = simulate("overlap", 100, "2026-02-24", 14, STAFF, queues=("North", "South"))
    row = lambda i, c: [f"7{i + 30000}", f"{c.at:%d/%m/%Y %H:%M:%S}", c.queue, c.agent, m_ss(c.wait), m_ss(c.talk or 0), if_answered(c, "Answered", "Abandoned")]
    rows, log = [], []
    for i, c in enumerate(calls):
        rows.append(row(i, c))
        log.append(c)
        if i == 69:
            for j in range(60, 70):
                rows.append(row(j, calls[j]))
                log.append(Call(calls[j].at, calls[j].answered, calls[j].wait, copy=True))
    return Source(
        "overlapping-export.csv", "two exports pasted together: ten rows are there twice, byte for byte, with the same call id, and count once",
        table("Call ID,Date & Time,Queue,Agent,Wait,Talk,Result".split(","), rows),
        {"contact": "Call ID", "start": "Date & Time", "queue": "Queue", "agent": "Agent", "wait": "Wait", "talk": "Talk", "outcome": "Result"},
        measure(log, "abandoned wait talk"))


@source
def boiler_service_notes():
    r, calls = simulate("boiler", 130, "2026-01-20", 24, ("Dev Anand", 'Patrick "Paddy" Quinn', "Mary O'Neill"), talk_s=190)
    notes = ("", "no heat, no hot water", "said \"it clicks, then stops\"", "1st visit: Tue\n2nd visit: Thu", "part no. 12,5; call back", "radiator valve\r\nkitchen, left")
    rows = []
    for i, c in enumerate(calls):
        c.unreadable = i == 30
        started = "30/02/2026 10:15:00" if c.unreadable else f"{c.at:%d/%m/%Y %H:%M:%S}"
        rows.append([i + 1, started, c.agent, uk_number(i * 11 + 3), hh_mm_ss(c.wait), if_answered(c, hh_mm_ss(c.talk or 0)), if_answered(c, "YES", "NO"), r.choice(notes)])
    return Source(
        "boiler-service-notes.csv", "everything quoted; line breaks, commas and doubled quotes inside the notes; one row on 30 February is left out and counted",
        table(["Call No", "Started", "Advisor", "Customer Tel", "Waited", "Talked", "Answered?", "Job Notes"], rows, quote=csv.QUOTE_ALL, newline="\r\n"),
        {"contact": either("Call No", None), "start": "Started", "agent": "Advisor", "customer": "Customer Tel", "wait": "Waited", "talk": "Talked", "outcome": "Answered?"},
        measure(calls, "abandoned wait talk"), private=[uk_number(i * 11 + 3) for i in range(6)])


@source
def university_it():
    _, calls = simulate("university", 72, "2026-03-02", 24, ("Rep 3", "Rep 5", "Rep 8"), scale=(1, 10), answers=0.6, talk_s=280)
    rows = []
    for c in calls:
        c.at = c.at.replace(second=0)
        rows.append([f"{c.at:%B} {c.at.day}, {c.at.year} {twelve_hour(c.at, seconds=False)}", c.agent, mm_ss(c.wait), if_answered(c, mm_ss(c.talk or 0)), if_answered(c, "No", "Yes"), text(c.csat)])
    return Source(
        "university-it.csv", "`March 2, 2026 2:05 PM` with its comma in quotes, mm:ss, a `Missed` column that says the opposite of answered, satisfaction 1-10",
        table("Call received,Rep,Time to answer,Talk time,Missed,Satisfaction (1-10)".split(","), rows),
        {"start": "Call received", "agent": "Rep", "wait": "Time to answer", "talk": "Talk time", "outcome": "Missed", "csat": "Satisfaction (1-10)"},
        measure(calls, "abandoned wait talk csat", top=(9, 10)))


@source
def mainframe_dispatch():
    r, calls = simulate("mainframe", 128, "2026-03-17", 14, ("AG07", "AG11", "AG19", "AG23"), queues=("DISP", "TRCK", "CLMS"), hours=(6, 22))
    outbound(r, calls, 0.2)
    rows = [[f"{c.at:%Y%m%d}", f"{c.at:%H%M%S}", "IN" if c.direction == "in" else "OUT", c.queue, c.agent, f"{c.wait:05}", f"{c.talk or 0:05}", f"{c.hold or 0:05}", f"{c.acw or 0:05}", if_answered(c, "N", "Y" if c.direction == "in" else "N"), f"{int(c.transferred)}"] for c in calls]
    return Source(
        "mainframe-dispatch.csv", "20260331 and 140509 as date and time, durations as zero-padded seconds, IN/OUT, short capital names",
        table("CALL_DATE,CALL_TIME,DIR,QUEUE_CD,AGENT_ID,WAIT_SEC,TALK_SEC,HOLD_SEC,WRAP_SEC,ABANDON_FLAG,XFER_CNT".split(","), rows, newline="\r\n"),
        {"start": ["CALL_DATE", "CALL_TIME"], "direction": "DIR", "queue": "QUEUE_CD", "agent": "AGENT_ID", "wait": "WAIT_SEC", "talk": "TALK_SEC", "hold": "HOLD_SEC", "acw": "WRAP_SEC", "outcome": "ABANDON_FLAG", "transferred": "XFER_CNT"},
        measure(calls, "abandoned wait talk hold acw transferred"))


@source
def ticketline_offsets():
    _, calls = simulate("ticketline", 80, "2026-03-27", 5, ("Aoife", "Bram", "Chloe"), queues=("Concerts", "Sport"), hours=(0, 23))
    calls[30].at, calls[30].wait, calls[30].talk, calls[30].answered, calls[30].agent = datetime(2026, 3, 29, 0, 59, 48), 27, 200, True, "Bram"
    calls.sort(key=lambda c: c.at)
    def local(t):
        summer = t >= datetime(2026, 3, 29, 1)
        return f"{t + timedelta(hours=2 if summer else 1):%Y-%m-%dT%H:%M:%S}+0{2 if summer else 1}:00"
    rows = [[f"{i + 1}", local(c.at), if_answered(c, local(c.answered_at)), local(c.ended_at), c.queue, c.agent] for i, c in enumerate(calls)]
    return Source(
        "ticketline-offsets.csv", "ISO times with their offset over the night the clocks change, one call across it; wait and talk only as differences; a blank answer time is an abandon",
        table("No,Enqueued,Connected,Disconnected,Queue,Agent".split(","), rows),
        {"contact": either("No", None), "start": "Enqueued", "wait": difference("Connected", "Enqueued"), "talk": difference("Disconnected", "Connected"), "queue": "Queue", "agent": "Agent", "outcome": either(None, "Connected", "Agent")},
        measure(calls, "abandoned wait talk"))


# ------------------------------------------------------------------------------------------------ to be refused


def plain_rows(name, n=60, day="2026-05-04", days=1):
    _, calls = simulate(name, n, day, days, STAFF)
    return calls, [[c.queue, c.agent, c.wait, if_answered(c, c.talk), if_answered(c, "Answered", "Abandoned")] for c in calls]


@source
def one_day_slashes():
    calls, rows = plain_rows("one day")
    rows = [[f"{c.at:%d/%m/%Y}", f"{c.at:%H:%M:%S}"] + row for c, row in zip(calls, rows)]
    return Source("one-day-slashes.csv", "a single day, 04/05/2026: 4 May or 5 April cannot be told", table("Date,Time,Queue,Agent,Wait,Talk,Status".split(","), rows), refused=["day", "month"])


@source
def two_days_dashes():
    calls, rows = plain_rows("two days", 80, "2026-05-04", 2)
    rows = [[f"{c.at:%d-%m-%Y %H:%M:%S}"] + row for c, row in zip(calls, rows)]
    return Source("two-days-dashes.csv", "04-05-2026 and 05-05-2026 in one column: the order of day and month cannot be told", table("Start,Queue,Agent,Wait,Talk,Status".split(","), rows), refused=["day", "month"])


@source
def nothing_in_it():
    return Source("nothing-in-it.csv", "a file of no bytes", b"", refused=["empty"])


@source
def names_only():
    return Source("names-only.csv", "a header and no rows", table("Call ID,Start,Queue,Agent,Wait,Talk,Status".split(","), []), refused=[["no rows", "no data", "no calls", "without rows", "only a header", "only the header", "header but no"]])


@source
def picture():
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    pixels = b"".join(b"\0" + bytes((x * y) % 256 for x in range(96)) for y in range(32))
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return Source("picture.csv", "a PNG picture named .csv", data, refused=[["png", "image", "picture", "binary", "not text", "not a text"]])


@source
def broken_download():
    calls, rows = plain_rows("download", 150, "2026-03-02", 20)
    whole = gzip.compress(table("Start,Queue,Agent,Wait,Talk,Status".split(","), [[f"{c.at:%Y-%m-%d %H:%M:%S}"] + row for c, row in zip(calls, rows)]), mtime=0)
    return Source("broken-download.csv.gz", "a gzip that stops in the middle: nothing may be reported from its first half", whole[: len(whole) * 6 // 10],
                  refused=[["truncated", "cut off", "cut short", "incomplete", "unexpected end", "ended early", "ends in the middle", "ends before", "corrupt", "damaged", "not complete"]])


@source
def sign_in_page():
    page = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Sign in, Reports</title></head>
<body><h1>Your session has ended</h1><p>Please sign in again to download <b>calls, March 2026</b>.</p>
<form method="post"><label>User, or e-mail <input name="user"></label><label>Password <input name="password" type="password"></label></form>
<table><tr><th>Call ID</th><th>Start</th></tr><tr><td>1</td><td>2026-03-02 10:00:00</td></tr></table></body></html>
"""
    return Source("sign-in-page.csv", "the portal's sign-in page saved under the export's name", page.encode(), refused=[["html", "web page"]])


@source
def no_start_time():
    _, rows = plain_rows("no start", 50)
    return Source("no-time-column.csv", "good columns but no date or time at all: the start time is asked for by name", table("Call ID,Queue,Agent,Wait,Talk,Status".split(","), [[i + 1] + row for i, row in enumerate(rows)]), refused=["start"])


@source
def half_hours():
    r = random.Random("callmerit wild half hours")
    rows = []
    for day in range(2, 5):
        for half in range(16, 36):
            for queue in ("Sales", "Support"):
                answered, abandoned = r.randrange(8, 40), r.randrange(0, 5)
                rows.append([f"2026-03-{day:02} {half // 2:02}:{half % 2 * 30:02}", queue, answered + abandoned, answered, abandoned, m_ss(r.randrange(4, 60)), m_ss(r.randrange(180, 320)), f"{r.randrange(60, 100)}%"])
    return Source("half-hours.csv", "a report of half hours by queue: counts and averages, a row is no call", table("Interval Start,Queue,Offered,Answered,Abandoned,ASA,AHT,SL %".split(","), rows),
                  refused=[["total", "aggregat", "summar", "not calls", "per call", "one call", "each call", "single call", "individual call", "no call"]])


@source
def agents_month():
    r = random.Random("callmerit wild agents month")
    rows = [[f"Agent {i:02}", r.randrange(300, 700), r.randrange(5, 40), hh_mm_ss(r.randrange(150, 400)), hh_mm_ss(r.randrange(5, 60)), f"{r.uniform(3.2, 4.9):.2f}"] for i in range(1, 41)]
    return Source("agents-month.csv", "a month's summary with a row for each agent: no start time, and rows are no calls", table("Agent,Calls Answered,Calls Transferred,Avg Talk,Avg Hold,Avg CSAT".split(","), rows),
                  refused=[["start", "total", "aggregat", "summar", "not calls"]])


# ------------------------------------------------------------------------------------------------ the folder


def readme(sources):
    read = [s for s in sources if s.refused is None]
    refused = [s for s in sources if s.refused is not None]
    listing = lambda group: "".join(f"| `{s.file}` | {s.about} |\n" for s in group)
    return f"""# Exports that nobody has seen before

{len(read)} exports of unknown sources as analysts, courses and small vendors write them, and {len(refused)} files that must be refused. No
profile exists for any of them. Beside each lies NAME.json: how a careful reader understands its columns and what the metrics
then are, computed from the simulated calls by `generate.py` and never by the program.

    python3 check.py PATH_TO_CALLMERIT [NAME...]    compare; exit 1 if anything differs
    python3 generate.py                             write everything here again, this page too

Everybody in these files is invented.

## To be read

| file | what it tests |
|---|---|
{listing(read)}
## To be refused: exit 2, nothing on stdout, stderr says what to do

| file | what it tests |
|---|---|
{listing(refused)}
## What the expectations assume where the definitions leave room

- Nobody spoke to the caller: the call is abandoned, whatever the source calls it (`No answer`, `Missed`, an empty agent or answer time).
- Where abandoned calls carry no wait, none of them is called short; the service level keeps them all.
- The longest wait is over answered and abandoned calls. (In `municipal-311.tsv` it is an abandoned one, elsewhere an answered one.)
- AHT adds those of talk, hold and after-call work that the source has; where it has only a handle time, that.
- The transfer rate and `fcr_coded` are over answered calls; an empty mark in a column of marks is no transfer, an empty resolution is unknown.
- CSAT is the share of the two highest values of the scale: 4 and 5 of 5, 9 and 10 of 10.
- A file that cannot show abandoned calls gives `abandoned` null.
- NAME.json names a metric only where it is settled; a metric that is not named is not compared. `rows` may include title, footer and total
  lines or not (`extra_lines`).
"""


def main():
    sources = [make() for make in SOURCES]
    files = {"README.md": readme(sources).encode(), ".gitattributes": b"* -text\n"}
    for s in sources:
        files[s.file] = s.data
        files[s.name + ".json"] = (json.dumps(s.expected(), indent=1, ensure_ascii=False) + "\n").encode()
    if "--verify" in sys.argv[1:]:
        different = [name for name, data in files.items() if not (HERE / name).is_file() or (HERE / name).read_bytes() != data]
        print("differs:", ", ".join(different)) if different else print(f"{len(files)} files as generated")
        return 1 if different else 0
    for name, data in files.items():
        (HERE / name).write_bytes(data)
    print(f"{len(files)} files written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
