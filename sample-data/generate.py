#!/usr/bin/env python3
"""Writes the sample call logs of this folder: one invented contact centre in five systems' exports.

    python3 generate.py            writes the data files, roster.csv, outcomes.csv, expected.json and README.md's
                                   figures
    python3 generate.py --expect   only prints what a correct reader must find in each file

Python 3.11 and its standard library are enough for the text files. `amazon-connect.parquet` needs
pyarrow, installed outside the repository:

    python3 -m venv venv && venv/bin/pip install pyarrow
    venv/bin/python generate.py

Every run writes the same bytes: all chance comes from fixed seeds and no clock is read. (The
Parquet file also carries pyarrow's version, so only the same pyarrow gives the same bytes.) People,
customers and telephone numbers are invented; the numbers lie in ranges kept free for fiction.

How it works: `simulate` plays six weeks of the centre and returns contacts, each with one leg per
agent. Each `export_...` function then puts those contacts into one vendor's shape and returns the
files' content together with an `Export` each, which knows what a reader must find there. All
instants and durations are whole milliseconds.
"""

import argparse
import csv
import heapq
import io
import json
import math
import random
import sys
import unicodedata
import uuid
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).resolve().parent
FIRST_DAY, LAST_DAY = date(2026, 3, 2), date(2026, 4, 11)  # six weeks, Monday to Saturday
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
HOUR_LOAD = {
    8: 6,
    9: 12,
    10: 15,
    11: 14,
    12: 10,
    13: 9,
    14: 11,
    15: 12,
    16: 11,
    17: 9,
    18: 6,
    19: 4,
}
WEEKDAY_LOAD = (1.25, 1.1, 1.0, 1.0, 1.0, 0.65)


# --- the centre -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Issue:
    name: str
    queue: str
    share: int  # of all contacts, in percent
    talk: int  # median seconds with an average agent
    returns: float  # chance that the customer has to come back within a week


@dataclass(frozen=True)
class Agent:
    name: str
    team: str
    queues: tuple
    late: bool  # 12:00-20:00 instead of 08:00-16:00
    pace: float = 1.0  # multiplies talk time
    returns: float = 1.0  # multiplies the chance that the customer comes back
    warmth: float = 0.0  # added to the survey score
    transfers: float = 0.075
    share: float = 1.0  # of the contacts that anybody on shift could take

    @property
    def first_last(self):
        last, first = self.name.split(", ")
        return f"{first} {last}"

    @property
    def login(self):
        plain = unicodedata.normalize("NFKD", self.first_last).encode("ascii", "ignore").decode()
        return plain.lower().replace(" ", ".").replace("'", "")


QUEUES = ("Billing", "Orders", "Technical", "Retention")
ISSUES = (
    Issue("Invoice query", "Billing", 20, 190, 0.10),
    Issue("Payment problem", "Billing", 16, 240, 0.16),
    Issue("Order status", "Orders", 22, 130, 0.07),
    Issue("Late delivery", "Orders", 14, 210, 0.20),
    Issue("Technical fault", "Technical", 18, 330, 0.25),
    Issue("Cancellation", "Retention", 10, 280, 0.12),
)
ALDER = ("Billing", "Orders")
BIRCH = ("Orders", "Technical")
CEDAR = ("Retention", "Billing", "Technical")
AGENTS = (
    Agent("Okafor, Ada", "Alder", ALDER, late=False),
    Agent("Castell, Bruno", "Alder", ALDER, late=False, pace=0.70, returns=2.6, warmth=-0.2),
    Agent("Ibáñez, Noor", "Alder", ALDER, late=True, pace=0.95, warmth=0.2),
    Agent("Ferreira, João", "Alder", ALDER, late=True, pace=1.1),
    Agent("O'Hara, Nell", "Alder", ALDER, late=False, pace=1.05, returns=0.9),
    Agent("Lindqvist, Åsa", "Birch", BIRCH, late=False, pace=1.3, returns=0.5, warmth=0.5),
    Agent("Ögren, Maja", "Birch", ("Technical",), late=True, returns=0.9, share=3),
    Agent("Tanaka, Rei", "Birch", BIRCH, late=False, pace=0.9, returns=1.1),
    Agent("Brânză, Mihai", "Birch", BIRCH, late=True, warmth=-0.5),
    Agent("Dlamini, Sipho", "Birch", BIRCH, late=True, share=0.15),
    Agent("Kovač, Lena", "Cedar", CEDAR, late=False, pace=0.85, transfers=0.22),
    Agent("Haverkamp, Jip", "Cedar", CEDAR, late=True, pace=1.05),
    Agent("Dvořák, Ilja", "Cedar", CEDAR, late=False, returns=0.8, warmth=0.3),
    Agent("Marrow, Imogen", "Cedar", CEDAR, late=True, pace=1.15, returns=1.2),
)
MANAGERS = {"Alder": "Whitlock, June", "Birch": "Adeyemi, Tola", "Cedar": "Sørensen, Pia"}
SITES = ("Leith", "Penarth")  # of the early and of the late shift
LEFT_BEFORE = (Agent("Brandt, Uwe", "Cedar", CEDAR, late=False), date(2026, 1, 30))


@dataclass(frozen=True)
class Leg:
    """One stay in a queue and, if somebody answered, the work of one agent."""

    queue: str
    agent: Agent | None  # nobody answered: None
    entered: int
    wait: int
    talk: int = 0  # without hold
    hold: int = 0
    acw: int = 0
    transferred: bool = False
    complete: bool = True  # False: the log lost the end of the call

    @property
    def answered(self):
        return self.entered + self.wait

    @property
    def ended(self):
        return self.answered + self.talk + self.hold


@dataclass
class Contact:
    number: int
    kind: str  # voice, callback, outbound, ivr, chat, message, email
    began: int  # before the queue, when the menu answered
    customer: int | None  # withheld number: None
    issue: Issue
    legs: list = field(default_factory=list)
    outcome: str = "answered"  # or abandoned, left queue, no end
    resolved: str = ""  # what the agent says: yes, no or nothing
    survey: int | None = None

    @property
    def ended(self):
        return self.legs[-1].ended if self.legs else self.began + 40 * SECOND


@dataclass(frozen=True)
class Plan:
    """One export's variation of the centre."""

    seed: int
    zone: ZoneInfo
    per_day: int
    kinds: dict  # share of each kind of contact but voice
    unit: int = 1  # all times are multiples of it: 1,000 for systems that know only seconds


class Centre:
    """Plays the six weeks of one plan."""

    def __init__(self, plan):
        self.plan, self.random = plan, random.Random(plan.seed)
        self.busy = {agent: 0 for agent in AGENTS}  # until when
        self.arrivals, self.contacts, self.customers = [], [], 0

    def run(self):
        for day in range((LAST_DAY - FIRST_DAY).days + 1):
            today = FIRST_DAY + timedelta(days=day)
            if today.weekday() == 6:
                continue
            expected = self.plan.per_day * WEEKDAY_LOAD[today.weekday()]
            for _ in range(round(self.random.gauss(expected, expected**0.5))):
                issue = self.random.choices(ISSUES, [issue.share for issue in ISSUES])[0]
                self.arrive(self.moment(today), self.some_customer(), issue)
        while self.arrivals:
            at, _, customer, issue = heapq.heappop(self.arrivals)
            self.take(at, customer, ISSUES[issue])
        return self.contacts

    def arrive(self, at, customer, issue):
        entry = (at, self.random.getrandbits(40), customer, ISSUES.index(issue))
        heapq.heappush(self.arrivals, entry)

    def moment(self, day):
        hour = self.random.choices(list(HOUR_LOAD), HOUR_LOAD.values())[0]
        opening = datetime(day.year, day.month, day.day, hour, tzinfo=self.plan.zone)
        return self.rounded(opening.timestamp() * SECOND + self.random.uniform(0, HOUR))

    def some_customer(self):
        draw = self.random.random()
        if draw < 0.04:
            return None
        if draw < 0.12 and self.customers:
            return self.random.randint(1, self.customers)
        self.customers += 1
        return self.customers

    def rounded(self, milliseconds):
        return round(milliseconds / self.plan.unit) * self.plan.unit

    def seconds(self, low, high):
        return self.rounded(self.random.uniform(low, high) * SECOND)

    def lognormal(self, median, spread):
        return self.rounded(self.random.lognormvariate(math.log(median), spread) * SECOND)

    def take(self, at, customer, issue):
        kinds = self.plan.kinds
        kind = self.random.choices(["voice", *kinds], [1 - sum(kinds.values()), *kinds.values()])[0]
        contact = Contact(len(self.contacts) + 1, kind, at, customer, issue)
        self.contacts.append(contact)
        if kind == "ivr":
            return
        entered = at if kind == "outbound" else at + self.seconds(6, 25)
        wait = self.wait(kind, entered)
        patience = self.patience() if kind == "voice" else math.inf
        if wait > patience:
            contact.outcome = "abandoned"
            contact.legs.append(Leg(issue.queue, None, entered, patience))
            if customer and self.random.random() < 0.45:
                self.come_back(contact, days=1)
            return
        self.handle(contact, issue.queue, entered, wait)
        self.close(contact)

    def wait(self, kind, entered):
        if kind == "outbound":
            return 0
        if kind == "callback":
            return self.seconds(6 * 60, 45 * 60)
        hour = datetime.fromtimestamp(entered / SECOND, self.plan.zone).hour
        rush = HOUR_LOAD[hour] / 10 if hour in HOUR_LOAD else 1
        if self.random.random() > 0.26 * rush:
            return self.seconds(1, 15)
        return self.lognormal(45, 0.85)

    def patience(self):
        return self.seconds(1, 5) if self.random.random() < 0.025 else self.lognormal(150, 0.9)

    def handle(self, contact, queue, entered, wait, not_by=None):
        agent, answered = self.agent_for(queue, entered + wait, not_by)
        hold = self.lognormal(50, 0.6) if self.random.random() < 0.28 else 0
        talk = self.lognormal(contact.issue.talk * agent.pace, 0.55)
        leg = Leg(queue, agent, entered, answered - entered, talk, hold, self.lognormal(45, 0.6))
        self.busy[agent] = leg.ended + leg.acw
        first = not_by is None
        if first and contact.kind == "voice" and self.random.random() < agent.transfers:
            talk = self.rounded(talk * 0.6)
            leg = replace(leg, talk=talk, transferred=True)
            contact.legs.append(leg)
            other = self.random.choice([name for name in QUEUES if name != queue])
            self.handle(contact, other, leg.ended, self.wait("voice", leg.ended), not_by=agent)
        else:
            contact.legs.append(leg)

    def agent_for(self, queue, when, not_by):
        """Somebody who is free then; if nobody is, whoever is free first and when that is."""
        skilled = [agent for agent in AGENTS if queue in agent.queues and agent is not not_by]
        free = [agent for agent in skilled if self.busy[agent] <= when]
        on_shift = [agent for agent in free if self.works(agent, when)]
        if not free:
            agent = min(skilled, key=self.busy.get)
            return agent, self.busy[agent]
        pool = on_shift or free
        return self.random.choices(pool, [agent.share for agent in pool])[0], when

    def works(self, agent, when):
        local = datetime.fromtimestamp(when / SECOND, self.plan.zone)
        start = 12 if agent.late else 8
        day_off = AGENTS.index(agent) % 6
        return local.weekday() != day_off and start <= local.hour < start + 8

    def close(self, contact):
        """The agent's own verdict, the customer's survey, and whether the customer comes back."""
        if contact.kind == "outbound":
            return
        last = contact.legs[-1]
        transferred = len(contact.legs) > 1
        chance = contact.issue.returns * last.agent.returns * (1.3 if transferred else 1)
        unsolved = self.random.random() < chance
        says_yes = self.random.random() < (0.60 if unsolved else 0.95)
        if self.random.random() > 0.06:
            contact.resolved = "yes" if says_yes else "no"
        if self.random.random() < 0.12:
            mood = 4.3 + last.agent.warmth - 1.6 * unsolved - 0.4 * transferred
            mood -= 0.4 * (contact.legs[0].wait > MINUTE)
            contact.survey = min(5, max(1, round(self.random.gauss(mood, 0.9))))
        if unsolved and contact.customer:
            self.come_back(contact, days=7)

    def come_back(self, contact, days):
        local = datetime.fromtimestamp(contact.ended / SECOND, self.plan.zone).date()
        day = local + timedelta(days=self.random.randint(0, days - 1))
        at = self.moment(day)
        if day.weekday() < 6 and day <= LAST_DAY and at > contact.ended + 5 * MINUTE:
            self.arrive(at, contact.customer, contact.issue)


def simulate(**plan):
    return Centre(Plan(**plan)).run()


# --- what a file holds, and how it is written -----------------------------------------------------


@dataclass
class Export:
    file: str
    zone: str
    contacts: list
    rows: int
    duplicates: int = 0
    faults: str = "-"
    also: dict = field(default_factory=dict)  # expectations that only this file has, or lacks
    wait: callable = lambda contact: contact.legs[0].wait

    def expected(self):
        """Inbound voice only, duplicates and unreadable rows left out, in-IVR ends left out."""
        calls = [contact for contact in self.contacts if contact.kind == "voice"]
        answered = [call for call in calls if call.outcome == "answered"]
        abandoned = [call for call in calls if call.outcome == "abandoned"]
        legs = [leg for call in answered for leg in call.legs if leg.complete]
        return {
            "offered": len(calls),
            "answered": len(answered),
            "abandoned": len(abandoned),
            "abandoned_within_5s": sum(self.wait(call) <= 5 * SECOND for call in abandoned),
            "answered_within_20s": sum(self.wait(call) <= 20 * SECOND for call in answered),
            "handled_legs": len(legs),
            "total_talk_s": in_seconds(sum(leg.talk for leg in legs)),
            "total_hold_s": in_seconds(sum(leg.hold for leg in legs)),
            "total_after_call_work_s": in_seconds(sum(leg.acw for leg in legs)),
            "transferred_legs": sum(leg.transferred for leg in legs),
            "surveys": sum(call.survey is not None for call in answered),
        } | self.also

    def count(self, *kinds):
        return sum(contact.kind in kinds for contact in self.contacts)


def in_seconds(milliseconds):
    return milliseconds // SECOND if milliseconds % SECOND == 0 else milliseconds / SECOND


def clock_text(milliseconds):
    minutes, seconds = divmod(milliseconds // SECOND, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


def local_time(milliseconds, zone):
    moment = datetime.fromtimestamp(milliseconds // SECOND, zone)
    return moment.replace(microsecond=milliseconds % SECOND * 1_000)


def csv_file(header, rows, line_end="\n", encoding="utf-8"):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line_end)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def uk_number(customer):
    ranges = ("+442079460", "+441134960", "+441144960", "+441174960", "+447700900")
    place = customer * 617 % 5_000
    return f"{ranges[place // 1_000]}{place % 1_000:03}"


def us_number(customer):
    areas = (201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219)
    areas += (224, 225, 228, 229, 231, 234, 239, 240, 248, 251, 252, 253, 254, 256, 260, 262, 267)
    place = customer * 617 % (100 * len(areas))
    return f"+1{areas[place // 100]}55501{place % 100:02}"


# --- contacts.csv: the generic form ---------------------------------------------------------------

CONTACTS_HEADER = (
    "contact_id,started_at,direction,channel,queue,issue,agent,team,customer_id,wait_seconds,"
    "talk_seconds,hold_seconds,after_call_work_seconds,outcome,transferred,resolved,satisfaction"
).split(",")


def export_contacts():
    kinds = {"callback": 0.025, "chat": 0.03, "outbound": 0.04}
    zone = ZoneInfo("Europe/London")
    contacts = simulate(seed=11, zone=zone, per_day=73, kinds=kinds, unit=SECOND)
    chance = random.Random(12)
    rows = sorted((row for contact in contacts for row in contact_rows(contact, zone)), key=by_time)
    duplicates = chance.sample(rows, 15)
    good = len(rows)
    for row in duplicates:
        rows.insert(rows.index(row) + chance.randint(1, 40), row)
    for fault, row in zip(("cut", "time", "talk"), chance.sample(answered_rows(rows), 3)):
        rows.insert(rows.index(row) + 1, bad_row(row, fault))
    faults = "3 unreadable rows"
    export = Export("contacts.csv", zone.key, contacts, len(rows), len(rows) - good - 3, faults)
    return [export], {export.file: csv_file(CONTACTS_HEADER, rows)}


def by_time(row):
    return row[1], row[0]


def answered_rows(rows):
    return [row for row in rows if row[13] == "answered" and row[14] == "no"]


def contact_rows(contact, zone):
    channel = contact.kind if contact.kind in ("callback", "chat") else "voice"
    direction = "outbound" if contact.kind == "outbound" else "inbound"
    customer = f"C{104_000 + contact.customer}" if contact.customer else ""
    for leg in contact.legs:
        started = f"{local_time(leg.entered, zone):%Y-%m-%d %H:%M:%S}"
        row = [f"K{contact.number:06}", started, direction, channel, leg.queue, contact.issue.name]
        wait = "" if direction == "outbound" else leg.wait // SECOND
        if not leg.agent:
            yield [*row, "", "", customer, wait, "", "", "", "abandoned", "no", "", ""]
            continue
        times = [time // SECOND for time in (leg.talk, leg.hold, leg.acw)]
        row += [leg.agent.name, leg.agent.team, customer, wait, *times, "answered"]
        if leg.transferred:
            yield [*row, "yes", "", ""]
        else:
            yield [*row, "no", contact.resolved, contact.survey or ""]


def bad_row(row, fault):
    """A row of a contact that is nowhere else in the file, damaged so that nobody can read it."""
    if fault == "cut":
        return ["K900001", *row[1:8]]
    if fault == "time":
        return ["K900002", "17th of March, after lunch", *row[2:]]
    return ["K900003", *row[1:10], "four minutes", *row[11:]]


# --- amazon-connect.parquet and .csv: the data lake's contact_record ------------------------------

CONNECT_COLUMNS = """
instance_id aws_account_id contact_id initial_contact_id previous_contact_id related_contact_id
next_contact_id channel initiation_method initiation_timestamp connected_to_system_timestamp
disconnect_timestamp disconnect_reason last_update_timestamp scheduled_timestamp
transfer_completed_timestamp queue_name queue_id queue_arn queue_duration_ms queue_enqueue_timestamp
queue_dequeue_timestamp agent_username agent_id agent_connection_attempts
agent_connected_to_agent_timestamp agent_interaction_duration_ms agent_customer_hold_duration_ms
agent_number_of_holds agent_longest_hold_duration_ms agent_after_contact_work_duration_ms
agent_after_contact_work_start_timestamp agent_after_contact_work_end_timestamp
agent_hierarchy_groups_level_1_name agent_hierarchy_groups_level_2_name agent_routing_profile_name
attributes customer_endpoint_type customer_endpoint_address system_endpoint_type
system_endpoint_address recording_status recording_type data_lake_last_processed_timestamp
""".split()
INSTANCE = "8a2c6f10-5b7d-4e31-9c44-d20b7e51a6f3"
ACCOUNT = "111122223333"


def export_connect():
    kinds = {"callback": 0.02, "chat": 0.03, "outbound": 0.04, "ivr": 0.025}
    zone = ZoneInfo("Europe/London")
    contacts = simulate(seed=21, zone=zone, per_day=34, kinds=kinds)
    records = ConnectRecords(random.Random(22))
    for contact in contacts:
        records.add(contact)
    monitored = records.add_monitors(12)
    redelivered = records.redeliver(60)
    order = ("initiation_timestamp", "contact_id")
    rows = sorted(records.rows, key=lambda row: [row[column] for column in order])
    in_order = [[row[column] for column in CONNECT_COLUMNS] for row in rows]
    texts = [[connect_text(*cell) for cell in zip(CONNECT_COLUMNS, row)] for row in in_order]
    files = {
        "amazon-connect.parquet": parquet_file(in_order),
        "amazon-connect.csv": csv_file(CONNECT_COLUMNS, texts),
    }
    also = {"monitor_records": monitored, "superseded_deliveries": redelivered}
    exports = [Export(file, "UTC", contacts, len(rows), redelivered, also=also) for file in files]
    return exports, files


class ConnectRecords:
    """Transfers, callbacks and supervisors listening in are contact records of their own."""

    def __init__(self, chance):
        self.random, self.rows, self.ids = chance, [], {}

    def new_id(self):
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def fixed_id(self, name):
        if name not in self.ids:
            self.ids[name] = self.new_id()
        return self.ids[name]

    def add(self, contact):
        rows = []
        if contact.kind in (
            "ivr",
            "callback",
        ):  # a callback begins as a call that leaves its number
            rows.append(self.record(contact, "INBOUND", contact.began, contact.began + 40_321))
        for leg in contact.legs:
            method = "TRANSFER" if leg is not contact.legs[0] else self.method(contact)
            began = contact.began if method in ("INBOUND", "API") else leg.entered
            row = self.record(contact, method, began, leg.ended)
            self.put_leg(row, contact, leg)
            rows.append(row)
        self.chain(rows)
        self.rows += rows

    def method(self, contact):
        methods = {"outbound": "OUTBOUND", "callback": "CALLBACK", "chat": "API"}
        return methods.get(contact.kind, "INBOUND")

    def record(self, contact, method, began, ended):
        chat = contact.kind == "chat"
        number = uk_number(contact.customer) if contact.customer else "anonymous"
        row = dict.fromkeys(CONNECT_COLUMNS)
        row |= {
            "instance_id": INSTANCE,
            "aws_account_id": ACCOUNT,
            "contact_id": self.new_id(),
            "channel": "CHAT" if chat else "VOICE",
            "initiation_method": method,
            "initiation_timestamp": began,
            "connected_to_system_timestamp": None if method == "TRANSFER" else began + 312,
            "disconnect_timestamp": ended,
            "disconnect_reason": self.random.choice(
                (None, "CUSTOMER_DISCONNECT", "CUSTOMER_DISCONNECT", "AGENT_DISCONNECT")
            ),
            "attributes": {"language": "en", "issue": contact.issue.name},
        }
        if not chat:
            row |= {
                "customer_endpoint_type": "TELEPHONE_NUMBER",
                "customer_endpoint_address": number,
                "system_endpoint_type": "TELEPHONE_NUMBER",
                "system_endpoint_address": "+442079460001",
            }
        return self.delivered(row, ended)

    def delivered(self, row, at):
        updated = at + self.random.randint(2_000, 90_000)
        processed = updated + self.random.randint(10 * MINUTE, 40 * MINUTE)
        return row | {
            "last_update_timestamp": updated,
            "data_lake_last_processed_timestamp": processed,
        }

    def put_leg(self, row, contact, leg):
        queue = self.fixed_id(leg.queue)
        arn = f"arn:aws:connect:eu-west-2:{ACCOUNT}:instance/{INSTANCE}/queue/{queue}"
        row |= {"queue_name": leg.queue, "queue_id": queue, "queue_arn": arn}
        if contact.kind != "outbound":
            row["queue_duration_ms"] = leg.wait
            row["queue_enqueue_timestamp"] = leg.entered
            row["queue_dequeue_timestamp"] = leg.answered
        if not leg.agent:
            row["disconnect_reason"] = "CUSTOMER_DISCONNECT"
            return
        holds = self.random.choice((1, 1, 2)) if leg.hold else 0
        self.put_agent(row, leg.agent.login, leg.agent.team, leg.answered)
        row |= {
            "agent_connection_attempts": self.random.choice((1, 1, 1, 1, 1, 2)),
            "agent_interaction_duration_ms": leg.talk,
            "agent_customer_hold_duration_ms": leg.hold,
            "agent_number_of_holds": holds,
            "agent_longest_hold_duration_ms": leg.hold if holds < 2 else leg.hold * 2 // 3,
            "agent_after_contact_work_duration_ms": leg.acw,
            "agent_after_contact_work_start_timestamp": leg.ended,
            "agent_after_contact_work_end_timestamp": leg.ended + leg.acw,
            "recording_status": "AVAILABLE" if contact.kind != "chat" else None,
            "recording_type": "AUDIO" if contact.kind != "chat" else None,
        }
        if leg.transferred:
            row["transfer_completed_timestamp"] = leg.ended
            row["disconnect_reason"] = None
        else:
            notes = {"resolved": contact.resolved, "satisfaction": str(contact.survey or "")}
            row["attributes"] |= {name: note for name, note in notes.items() if note}
        row |= self.delivered(row, leg.ended + leg.acw)

    def put_agent(self, row, login, team, connected):
        row["agent_username"] = login
        row["agent_id"] = self.fixed_id(login)
        row["agent_connected_to_agent_timestamp"] = connected
        row["agent_hierarchy_groups_level_1_name"] = team
        row["agent_routing_profile_name"] = f"{team} voice and chat"

    def chain(self, rows):
        for row in rows:
            row["initial_contact_id"] = rows[0]["contact_id"]
        for before, after in zip(rows, rows[1:]):
            before["next_contact_id"] = after["contact_id"]
            after["previous_contact_id"] = before["contact_id"]

    def add_monitors(self, count):
        """A supervisor listening in on a call: looks like a handled contact and is none."""
        calls = [
            row for row in self.rows if row["initiation_method"] == "INBOUND" and row["agent_id"]
        ]
        for call in self.random.sample(calls, count):
            began = call["agent_connected_to_agent_timestamp"] + 9_120
            row = call | {
                "contact_id": self.new_id(),
                "previous_contact_id": call["contact_id"],
                "related_contact_id": call["contact_id"],
                "next_contact_id": None,
                "initiation_method": "MONITOR",
                "initiation_timestamp": began,
                "connected_to_system_timestamp": began + 312,
                "transfer_completed_timestamp": None,
                "queue_duration_ms": None,
                "queue_enqueue_timestamp": None,
                "queue_dequeue_timestamp": None,
                "agent_interaction_duration_ms": call["disconnect_timestamp"] - began,
                "agent_customer_hold_duration_ms": 0,
                "agent_number_of_holds": 0,
                "agent_longest_hold_duration_ms": 0,
                "agent_after_contact_work_duration_ms": 0,
                "agent_after_contact_work_start_timestamp": call["disconnect_timestamp"],
                "agent_after_contact_work_end_timestamp": call["disconnect_timestamp"],
                "attributes": {},
            }
            team = call["agent_hierarchy_groups_level_1_name"]
            self.put_agent(row, f"supervisor.{team.lower()}", team, began)
            self.rows.append(row)
        return count

    def redeliver(self, count):
        """Adds earlier deliveries of some records: no after-call work yet, or no survey yet."""
        calls = [row for row in self.rows if row["queue_enqueue_timestamp"] and row["agent_id"]]
        earlier = []
        for call in self.random.sample(calls, count):
            first = call | {
                "last_update_timestamp": call["disconnect_timestamp"] + 1_204,
                "agent_after_contact_work_duration_ms": None,
                "agent_after_contact_work_start_timestamp": None,
                "agent_after_contact_work_end_timestamp": None,
                "attributes": without(call["attributes"], "resolved", "satisfaction"),
            }
            first["data_lake_last_processed_timestamp"] = (
                first["last_update_timestamp"] + 15 * MINUTE
            )
            earlier.append(first)
            if (
                "satisfaction" in call["attributes"]
            ):  # and a third delivery, next day, with the survey
                earlier.append(call | {"attributes": without(call["attributes"], "satisfaction")})
                call |= self.delivered(call, call["last_update_timestamp"] + DAY)
        for row in earlier:  # before or after the record that supersedes it: order tells nothing
            self.rows.insert(self.random.randrange(len(self.rows)), row)
        return len(earlier)


def without(attributes, *names):
    return {name: value for name, value in attributes.items() if name not in names}


def connect_kind(column):
    if column.endswith("_timestamp"):
        return "time"
    if column.endswith(("_ms", "_holds", "_attempts")):
        return "number"
    return "map" if column == "attributes" else "text"


def connect_text(column, value):
    if value is None:
        return ""
    if connect_kind(column) == "time":
        moment = local_time(value, timezone.utc)
        return f"{moment:%Y-%m-%d %H:%M:%S}.{value % SECOND:03} UTC"
    if connect_kind(column) == "map":
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value


def parquet_file(rows):
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        return None
    types = {
        "text": pyarrow.string(),
        "number": pyarrow.int64(),
        "time": pyarrow.timestamp("ms", tz="UTC"),
        "map": pyarrow.map_(pyarrow.string(), pyarrow.string()),
    }
    fields = [(column, types[connect_kind(column)]) for column in CONNECT_COLUMNS]
    columns = [
        [list(cell.items()) if isinstance(cell, dict) else cell for cell in column]
        for column in zip(*rows)
    ]
    arrays = [pyarrow.array(column, kind) for column, (_, kind) in zip(columns, fields)]
    table = pyarrow.Table.from_arrays(arrays, schema=pyarrow.schema(fields))
    content = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(table, content, compression="snappy", store_schema=False)
    return content.getvalue().to_pybytes()


# --- genesys-cloud.csv and genesys-cloud-formatted.csv: the Interactions view ---------------------

GENESYS_HEADER = (
    "Full Export Completed,Export Partial Result Timestamp,Filters,Date,Conversation ID,Users,"
    "Remote,Media Type,Direction,ANI,Duration,Queue,Wrap-up,Abandoned,Total Queue,Total Hold,"
    "Total Contacting,Total Handle,Total Talk,Total ACW,Abandoned in Queue,Disconnect Type,"
    "Time to Abandon,Transfers"
).split(",")
FORMATTED_HEADER = (
    "Full Export Completed,Partial Result Timestamp,Filters,Media Type,Users,Remote,Date,Duration,"
    "Queue,Wrap-up,Conversation ID,Abandoned,Abandoned in Queue,Time to Abandon,Total Queue,"
    "Total Hold,Total Handle,Total Contacting,Transfers,Disconnect Type"
).split(",")
GENESYS_DURATIONS = (
    "Duration,Total Queue,Total Hold,Total Contacting,Total Handle,Total Talk,Total ACW,"
    "Time to Abandon"
).split(",")


def export_genesys():
    kinds = {"callback": 0.03, "message": 0.025, "email": 0.02, "outbound": 0.04}
    zone = ZoneInfo("America/New_York")
    contacts = simulate(seed=31, zone=zone, per_day=65, kinds=kinds)
    chance = random.Random(32)
    rows = [genesys_row(contact, zone, chance) for contact in contacts]
    full = [[row[column] for column in GENESYS_HEADER] for row in rows]
    inbound = [pair for pair in zip(contacts, rows) if pair[1]["Direction"] == "Inbound"][:400]
    formatted = [formatted_row(row) for _, row in inbound]
    whole = Export("genesys-cloud.csv", zone.key, contacts, len(rows), wait=queue_total)
    part = Export(
        "genesys-cloud-formatted.csv",
        zone.key,
        [contact for contact, _ in inbound],
        len(formatted),
        faults="truncated export, start times without seconds",
        also={"total_talk_s": None, "total_after_call_work_s": None, "surveys": 0},
        wait=queue_total,
    )
    whole.also = {"total_handle_s": handle_total(whole), "surveys": 0}
    part.also["total_handle_s"] = handle_total(part)
    return [whole, part], {
        whole.file: csv_file(GENESYS_HEADER, full, encoding="utf-8-sig"),
        part.file: csv_file(FORMATTED_HEADER, formatted),
    }


def queue_total(contact):
    """Genesys adds up the waits of a conversation's queues."""
    return sum(leg.wait for leg in contact.legs)


def handle_total(export):
    legs = [leg for contact in export.contacts if contact.kind == "voice" for leg in contact.legs]
    return in_seconds(sum(leg.talk + leg.hold + leg.acw for leg in legs))


def genesys_row(contact, zone, chance):
    legs = contact.legs
    talk, hold, acw = (sum(getattr(leg, time) for leg in legs) for time in ("talk", "hold", "acw"))
    abandoned = contact.outcome == "abandoned"
    outbound = contact.kind == "outbound"
    contacting = chance.randint(3_000, 20_000) if contact.kind in ("outbound", "callback") else 0
    wait = 0 if outbound else queue_total(contact)
    number = us_number(contact.customer) if contact.customer else ""
    wrapups = [
        contact.issue.name if chance.random() > 0.25 else "ININ-WRAP-UP-TIMEOUT" for _ in legs
    ]
    written = contact.kind in ("message", "email")
    return {
        "Full Export Completed": "YES",
        "Export Partial Result Timestamp": "",
        "Filters": "Media Type: Voice, Callback, Message, Email",
        "Date": us_time(contact.began, zone),
        "Conversation ID": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "Users": "; ".join(leg.agent.name for leg in legs if leg.agent),
        "Remote": ""
        if written
        else chance.choice((number, number, "Wireless Caller", "Springfield")),
        "Media Type": "voice" if outbound else contact.kind,
        "Direction": "Outbound" if outbound else "Inbound",
        "ANI": "" if written else f"tel:{number}" if number else "sip:anonymous@anonymous.invalid",
        "Duration": contact.ended - contact.began,
        "Queue": "; ".join(leg.queue for leg in legs),
        "Wrap-up": "" if abandoned else "; ".join(wrapups),
        "Abandoned": "YES" if abandoned else "NO",
        "Total Queue": wait or "",
        "Total Hold": hold or "",
        "Total Contacting": contacting or "",
        "Total Handle": talk + hold + acw + contacting or "",
        "Total Talk": talk or "",
        "Total ACW": acw or "",
        "Abandoned in Queue": legs[0].queue if abandoned else "",
        "Disconnect Type": "Peer"
        if abandoned
        else chance.choice(("Peer", "Peer", "Client", "System")),
        "Time to Abandon": wait if abandoned else "",
        "Transfers": sum(leg.transferred for leg in legs),
    }


def formatted_row(row):
    row = row | {
        "Full Export Completed": "NO",
        "Partial Result Timestamp": "3/9/26 6:00 PM",
        "Filters": "Direction: Inbound; Initiator: Customer",
        "Date": " ".join((row["Date"][:-6], row["Date"][-2:])),
    }
    for column in GENESYS_DURATIONS:
        if row[column] != "":
            row[column] = f" {clock_text(row[column])}.{row[column] % SECOND:03}"
    return [row[column] for column in FORMATTED_HEADER]


def us_time(milliseconds, zone):
    moment = local_time(milliseconds, zone)
    half = "AM" if moment.hour < 12 else "PM"
    clock = f"{moment.hour % 12 or 12}:{moment:%M:%S}"
    return f"{moment.month}/{moment.day}/{moment:%y} {clock} {half}"


# --- asterisk-queue_log.1 and asterisk-queue_log: an event log in two rotated files ---------------

EXTENSIONS = {"Billing": 601, "Orders": 602, "Technical": 603, "Retention": 604}
OVERFLOW = {
    "Billing": "Orders",
    "Orders": "Billing",
    "Technical": "Retention",
    "Retention": "Billing",
}
TIMEOUT = 90 * SECOND  # the longest stay in one queue
ROTATION_DAY, RESTART_DAY = date(2026, 3, 24), date(2026, 4, 1)


def export_asterisk():
    zone, chance = ZoneInfo("Europe/London"), random.Random(42)
    contacts = simulate(seed=41, zone=zone, per_day=45, kinds={}, unit=SECOND)
    for contact in contacts:
        as_asterisk_sees(contact, chance)
    log = QueueLog(contacts, zone, chance)
    log.write()
    older, newer, duplicates = log.files()
    files = {
        "asterisk-queue_log.1": "".join(f"{line}\n" for line in older).encode(),
        "asterisk-queue_log": "".join(f"{line}\n" for line in newer).encode(),
    }
    also = {
        "answered_within_20s_counting_only_the_last_queue": log.quick_in_last_queue(),
        "calls_in_both_files": len(log.call_ids_in(older) & log.call_ids_in(newer)),
        "left_queue": sum(contact.outcome == "left queue" for contact in contacts),
        "no_end_while_waiting": sum(contact.outcome == "no end" for contact in contacts),
        "no_end_while_talking": sum(not c.legs[0].complete for c in contacts),
        "total_hold_s": None,
        "total_after_call_work_s": None,
        "surveys": 0,
    }
    name, faults = "asterisk-queue_log", "2 calls without an end"
    rows = len(older) + len(newer)
    return [Export(name, "UTC", contacts, rows, duplicates, faults, also)], files


def as_asterisk_sees(contact, chance):
    """Hold is part of talk, some callers leave the queue, some transfers leave the centre."""
    contact.legs = [replace(leg, talk=leg.talk + leg.hold, hold=0) for leg in contact.legs]
    first = contact.legs[0]
    if not first.agent:
        return
    if first.wait > TIMEOUT and chance.random() < 0.25:
        contact.outcome = "left queue"
        contact.legs = [Leg(first.queue, None, first.entered, TIMEOUT)]
    elif 25 * SECOND < first.wait <= TIMEOUT and chance.random() < 0.05:
        contact.outcome = "left queue"
        contact.legs = [Leg(first.queue, None, first.entered, first.wait)]
    elif first.transferred and chance.random() < 0.25:
        contact.legs = [first]


class QueueLog:
    """Lines as (second, call id, text); lines of the same second keep the order of writing."""

    def __init__(self, contacts, zone, chance):
        self.contacts, self.zone, self.random = contacts, zone, chance
        self.lines = []
        self.call_ids = {c.number: f"{c.began // SECOND}.{c.number * 6}" for c in contacts}

    def log(self, second, call_id, queue, agent, event, *data):
        queue = queue.lower() if queue in QUEUES else queue
        agent = agent.first_last if isinstance(agent, Agent) else agent
        text = f"{second}|{call_id}|{queue}|{agent}|{event}|{'|'.join(map(str, data))}"
        self.lines.append((second, call_id, text))

    def write(self):
        self.start(self.second_of(FIRST_DAY, 6))
        for contact in self.contacts:
            self.write_call(contact)
        self.write_shifts()
        self.restart()

    def write_call(self, contact):
        call_id = self.call_ids[contact.number]
        number = uk_number(contact.customer)[1:] if contact.customer else "anonymous"
        self.log(contact.began // SECOND, call_id, "NONE", "NONE", "DID", "442079460001")
        for leg in contact.legs:
            queue, entered, wait = leg.queue, leg.entered // SECOND, leg.wait // SECOND
            place = self.random.choice((1, 1, 1, 1, 2, 2, 3)) if wait > 15 else 1
            self.log(entered, call_id, queue, "NONE", "ENTERQUEUE", "", number, place)
            if leg.wait > TIMEOUT:
                limit = TIMEOUT // SECOND
                entered, wait = entered + limit, wait - limit
                self.log(entered, call_id, queue, "NONE", "EXITWITHTIMEOUT", 1, place, limit)
                queue, place = OVERFLOW[queue], 1
                self.log(entered, call_id, queue, "NONE", "ENTERQUEUE", "", number, place)
            if wait > 20 and self.random.random() < 0.3:
                self.log(entered + 16, call_id, queue, self.bystander(leg), "RINGNOANSWER", 15000)
            if leg.agent:
                self.write_answer(contact, leg, queue, wait, place)
            else:
                self.write_exit(contact, leg, queue, wait, place)

    def bystander(self, leg):
        members = [agent for agent in AGENTS if leg.queue in agent.queues]
        return self.random.choice([agent for agent in members if agent is not leg.agent])

    def write_answer(self, contact, leg, queue, wait, place):
        call_id = self.call_ids[contact.number]
        answered, talk = leg.answered // SECOND, leg.talk // SECOND
        bridged = f"{answered - 1}.{contact.number * 6 + 1 + contact.legs.index(leg)}"
        ring = min(wait, self.random.randint(1, 9))
        self.log(answered, call_id, queue, leg.agent, "CONNECT", wait, bridged, ring)
        if not leg.transferred:
            event, data = self.random.choice(("COMPLETECALLER", "COMPLETEAGENT")), ()
        elif leg is contact.legs[-1]:
            bridge = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
            event, data = "ATTENDEDTRANSFER", ("BRIDGE", bridge)
        else:
            extension = EXTENSIONS[contact.legs[1].queue]
            event, data = "BLINDTRANSFER", (extension, "from-internal")
        self.log(answered + talk, call_id, queue, leg.agent, event, *data, wait, talk, place)

    def write_exit(self, contact, leg, queue, wait, place):
        call_id, now = self.call_ids[contact.number], leg.answered // SECOND
        if contact.outcome == "abandoned":
            if wait > 5 and self.random.random() < 0.2:
                self.log(now, call_id, queue, self.bystander(leg), "RINGCANCELED", 4000)
            self.log(now, call_id, queue, "NONE", "ABANDON", 1, place, wait)
        elif leg.wait == TIMEOUT:
            self.log(now, call_id, queue, "NONE", "EXITWITHTIMEOUT", 1, place, wait)
        else:
            self.log(now, call_id, queue, "NONE", "EXITWITHKEY", 1, 1, place, wait)

    def write_shifts(self):
        """Everybody pauses; team Alder also signs in and out, the others are permanent members."""
        for agent in AGENTS:
            legs = [leg for contact in self.contacts for leg in contact.legs if leg.agent is agent]
            legs.sort(key=lambda leg: leg.entered)
            for leg, following in zip([None, *legs], [*legs, None]):
                new_day = not leg or not following or following.entered - leg.ended > 6 * HOUR
                if not new_day:
                    self.write_pause(agent, leg, following)
                elif agent.team == "Alder":
                    if leg:
                        leaves = leg.ended // SECOND + 300
                        self.for_queues(agent, leaves, "MANAGER", "REMOVEMEMBER")
                    if following:
                        comes = following.entered // SECOND - 600
                        self.for_queues(agent, comes, "MANAGER", "ADDMEMBER")

    def write_pause(self, agent, leg, following):
        start, gap = leg.ended // SECOND + 2, (following.entered - leg.ended) // SECOND
        if gap > 300 and self.random.random() < 0.05:
            reason = self.random.choice(("Break", "Lunch", "Coaching"))
            for queue in agent.queues:
                self.log(start, "NONE", queue, agent, "PAUSE", reason)
            for queue in agent.queues:
                self.log(start + min(900, gap - 10), "NONE", queue, agent, "UNPAUSE")

    def for_queues(self, agent, second, source, event):
        for queue in agent.queues:
            self.log(second, source, queue, f"PJSIP/{1001 + AGENTS.index(agent)}", event)

    def start(self, second):
        self.log(second, "NONE", "NONE", "NONE", "QUEUESTART")
        for agent in AGENTS:
            if agent.team != "Alder":
                self.for_queues(agent, second + 1, "REALTIME", "ADDMEMBER")

    def restart(self):
        """Asterisk goes down while one caller waits and one talks: neither call gets an end."""
        after = self.second_of(RESTART_DAY, 8) * SECOND
        for waiting in self.contacts:
            leg = waiting.legs[0]
            moment = leg.entered + leg.wait // 2
            if leg.entered < after or not 8 * SECOND < leg.wait < TIMEOUT or not leg.agent:
                continue
            others = [contact for contact in self.at_work(moment) if contact is not waiting]
            if len(others) == 1 and talks_simply(others[0], moment) and len(waiting.legs) == 1:
                break
        lost = {self.call_ids[waiting.number], self.call_ids[others[0].number]}
        waiting.outcome = "no end"
        others[0].legs = [replace(others[0].legs[0], complete=False)]
        second = moment // SECOND
        self.lines = [line for line in self.lines if line[0] < second or line[1] not in lost]
        self.start(second + 20)

    def at_work(self, moment):
        return [contact for contact in self.contacts if contact.began < moment < contact.ended]

    def second_of(self, day, hour):
        return int(datetime(day.year, day.month, day.day, hour, tzinfo=self.zone).timestamp())

    def files(self):
        """Rotated in the middle of a day, at its busiest moment; a few lines are there twice."""
        opening = self.second_of(ROTATION_DAY, 8) * SECOND
        moments = [
            c.legs[0].answered + 5_000 for c in self.contacts if 0 < c.began - opening < DAY / 2
        ]
        rotation = max(moments, key=lambda moment: len(self.at_work(moment))) // SECOND
        self.log(rotation, "NONE", "NONE", "NONE", "CONFIGRELOAD")
        self.lines.sort(key=lambda line: line[0])
        calls = [line for line in self.lines if line[1][0].isdigit()]
        twice = self.random.sample(calls, 12)
        for line in twice:
            self.lines.insert(self.lines.index(line), line)
        older = [text for second, _, text in self.lines if second < rotation]
        newer = [text for second, _, text in self.lines if second >= rotation]
        return older, newer, len(twice)

    def call_ids_in(self, lines):
        return {line.split("|")[1] for line in lines} & set(self.call_ids.values())

    def quick_in_last_queue(self):
        waits = [c.legs[0].wait for c in self.contacts if c.outcome == "answered"]
        return sum((wait - TIMEOUT if wait > TIMEOUT else wait) <= 20 * SECOND for wait in waits)


def talks_simply(contact, moment):
    first = contact.legs[0]
    return len(contact.legs) == 1 and not first.transferred and first.answered < moment


# --- five9-call-log.csv: the Call Log report ------------------------------------------------------

FIVE9_HEADER = (
    "CALL ID,TIMESTAMP,CAMPAIGN,CALL TYPE,SKILL,AGENT,AGENT NAME,DISPOSITION,ANI,CUSTOMER NAME,"
    "DNIS,CALL TIME,BILL TIME (ROUNDED),COST,IVR TIME,QUEUE WAIT TIME,RING TIME,TALK TIME,"
    "HOLD TIME,PARK TIME,AFTER CALL WORK TIME,TRANSFERS,CONFERENCES,HOLDS,ABANDONED,RECORDINGS"
).split(",")
SERVICE_NUMBER = "3105550100"


def export_five9():
    kinds = {"callback": 0.03, "outbound": 0.05, "ivr": 0.03}
    zone, chance = ZoneInfo("America/Los_Angeles"), random.Random(52)
    contacts = simulate(seed=51, zone=zone, per_day=66, kinds=kinds, unit=SECOND)
    rows = [row for contact in contacts for row in five9_rows(contact, zone, chance)]
    rows.sort(key=lambda row: (row["TIMESTAMP"], row["CALL ID"]))
    texts = [[row[column] for column in FIVE9_HEADER] for row in rows]
    away = sum(row["CALL TYPE"] == "3rd party transfer" for row in rows)
    also = {"surveys": 0, "transfers_to_third_parties": away}
    export = Export("five9-call-log.csv", zone.key, contacts, len(rows), also=also)
    return [export], {export.file: csv_file(FIVE9_HEADER, texts, line_end="\r\n")}


def five9_rows(contact, zone, chance):
    if (
        len(contact.legs) == 2 and chance.random() < 0.2
    ):  # transferred to somebody outside the centre
        away = contact.legs.pop()
        yield five9_row(
            contact, zone, "3rd party transfer", away.entered, outside=away.talk // SECOND
        )
    if contact.kind in ("ivr", "callback"):
        waited = chance.randint(20, 240) if contact.kind == "callback" else 0
        in_menu = chance.randint(12, 70)
        yield five9_row(contact, zone, "Inbound", contact.began, in_menu, waited)
    kinds = {"outbound": "Outbound", "callback": "Queue Callback"}
    for leg in contact.legs:
        kind = kinds.get(contact.kind, "Inbound")
        first_inbound = kind == "Inbound" and leg is contact.legs[0]
        in_menu = (leg.entered - contact.began) // SECOND if first_inbound else 0
        waited = leg.wait // SECOND if kind == "Inbound" else 0
        began = leg.answered if kind == "Queue Callback" else leg.entered - in_menu * SECOND
        row = five9_row(contact, zone, kind, began, in_menu, waited, leg)
        if leg.agent:
            add_five9_agent(row, leg, chance)
        yield row


def five9_row(contact, zone, kind, began, in_menu=0, waited=0, leg=None, outside=0):
    talk = (leg.talk + leg.hold) // SECOND if leg else outside
    call = in_menu + waited + talk
    number = us_number(contact.customer)[2:] if contact.customer else ""
    outgoing = kind in ("Outbound", "Queue Callback")
    abandoned = bool(leg) and not leg.agent
    row = dict.fromkeys(FIVE9_HEADER, "")
    return row | {
        "CALL ID": 300_000_000_400_000 + contact.number,
        "TIMESTAMP": f"{local_time(began, zone):%Y/%m/%d %H:%M:%S}",
        "CAMPAIGN": "Outbound Service" if kind == "Outbound" else "Customer Care",
        "CALL TYPE": kind,
        "SKILL": leg.queue if leg else contact.issue.queue if waited else "",
        "DISPOSITION": "Abandon" if abandoned else "Caller Disconnected",
        "ANI": SERVICE_NUMBER if outgoing else number,
        "DNIS": number if outgoing else "4245550155" if outside else SERVICE_NUMBER,
        "CALL TIME": hms(call),
        "BILL TIME (ROUNDED)": hms(math.ceil(call / 6) * 6),
        "COST": f"{math.ceil(call / 6) * 0.0018:.4f}",
        "IVR TIME": hms(in_menu),
        "QUEUE WAIT TIME": hms(waited),
        "RING TIME": hms(0),
        "TALK TIME": hms(talk),
        "HOLD TIME": hms(0),
        "PARK TIME": hms(0),
        "AFTER CALL WORK TIME": hms(0),
        "TRANSFERS": 0,
        "CONFERENCES": 0,
        "HOLDS": 0,
        "ABANDONED": int(abandoned),
        "RECORDINGS": 0,
    }


def add_five9_agent(row, leg, chance):
    row |= {
        "AGENT": f"{leg.agent.login}@example.com",
        "AGENT NAME": leg.agent.first_last,
        "DISPOSITION": chance.choice(
            ("Resolved", "Resolved", "Follow-up needed", "No Disposition")
        ),
        "RING TIME": hms(chance.randint(2, 8)),
        "HOLD TIME": hms(leg.hold // SECOND),
        "AFTER CALL WORK TIME": hms(leg.acw // SECOND),
        "TRANSFERS": int(leg.transferred),
        "HOLDS": int(leg.hold > 0),
        "RECORDINGS": 1,
    }


def hms(seconds):
    return clock_text(seconds * SECOND)


# --- the roster -----------------------------------------------------------------------------------


def roster():
    """Who the agents are, by their names in `contacts.csv`, with their spellings in the other files."""
    header = "agent,name,team,manager,site,hired,left,aliases".split(",")
    rows = [roster_row(agent, number) for number, agent in enumerate(AGENTS)]
    left, last_day = LEFT_BEFORE
    rows.append(roster_row(left, len(AGENTS), last_day))
    return csv_file(header, rows)


def roster_row(agent, number, last_day=""):
    hired = date(2019, 3, 4) + timedelta(weeks=23 * number)
    spellings = f"{agent.first_last}|{agent.login}"
    site = SITES[agent.late]
    manager = MANAGERS[agent.team]
    return [agent.name, agent.first_last, agent.team, manager, site, hired, last_day, spellings]


# --- the outcomes ---------------------------------------------------------------------------------

KEPT = {"Dvořák, Ilja": 0.78, "Kovač, Lena": 0.35}  # chance that a customer stays, by who decided it
KEPT_BY_OTHERS = 0.55
EXTRACTED = LAST_DAY + timedelta(days=3)


def outcomes(contacts):
    """What the customer database says, three days later, of those who called `contacts.csv`'s Retention queue."""
    chance = random.Random(13)
    decided, pending = [], []
    for contact in contacts:
        wants_to_leave = contact.kind == "voice" and contact.issue.queue == "Retention"
        if not wants_to_leave or contact.outcome != "answered":
            continue
        kept = chance.random() < KEPT.get(contact.legs[-1].agent.name, KEPT_BY_OTHERS)
        called = datetime.fromtimestamp(contact.began // SECOND, timezone.utc).date()
        day = called + timedelta(days=chance.randint(1, 14))
        if chance.random() < 0.05:
            continue  # never entered
        number = f"K{contact.number:06}"
        if day > EXTRACTED:
            pending.append([number, "pending", ""])
        else:
            decided.append([number, "kept" if kept else "lost", day])
    for number in range(3):  # of a shop's counter, not of the telephone
        day = FIRST_DAY + timedelta(days=chance.randint(0, 40))
        decided.append([f"S{number + 1:06}", "kept", day])
    decided.sort(key=lambda row: (row[2], row[0]))
    twice = chance.sample(range(len(decided)), 2)
    rows = [row for i, row in enumerate(decided) for _ in range(2 if i in twice else 1)]
    return csv_file(["contact", "outcome", "decided_on"], rows + pending)


# --- all together ---------------------------------------------------------------------------------

FIGURES = ("<!-- figures: written by generate.py -->", "<!-- end of figures -->")


def figures(exports):
    """The README's table: one column an export, one row a figure."""
    lines = [["", *(f"`{export.file}`" for export in exports)], ["---"] + ["---:"] * len(exports)]
    expected = [export.expected() for export in exports]
    for title, value in {
        "time zone of the times": lambda export, _: export.zone,
        "rows (lines) without header": lambda export, _: export.rows,
        "contacts of every kind": lambda export, _: len(export.contacts),
        "inbound voice: offered": lambda _, calls: calls["offered"],
        "- answered": lambda _, calls: calls["answered"],
        "- abandoned": lambda _, calls: calls["abandoned"],
        "- abandoned within 5 s": lambda _, calls: calls["abandoned_within_5s"],
        "- left the queue unanswered": lambda _, calls: calls.get("left_queue", 0),
        "- answered within 20 s, of offered": lambda _, calls: service_level(calls),
        "- mean handle time of a leg": lambda _, calls: mean_handle_time(calls),
        "- legs transferred": lambda _, calls: calls["transferred_legs"],
        "callbacks": lambda export, _: export.count("callback"),
        "outbound": lambda export, _: export.count("outbound"),
        "chats, messages, e-mails": lambda export, _: export.count("chat", "message", "email"),
        "ended in the menu (IVR)": lambda export, _: export.count("ivr"),
        "surveys, all kinds of contact": lambda export, calls: calls["surveys"] and surveys(export),
        "contacts of withheld number": lambda export, _: sum(
            not c.customer for c in export.contacts
        ),
        "transfers to third parties": lambda _, calls: calls.get("transfers_to_third_parties", 0),
        "`MONITOR` records": lambda _, calls: calls.get("monitor_records", 0),
        "calls that go on in the newer file": lambda _, calls: calls.get("calls_in_both_files", 0),
        "duplicate rows, superseded records": lambda export, _: export.duplicates,
        "planted faults": lambda export, _: export.faults,
    }.items():
        lines.append([title, *(str(value(*pair)) for pair in zip(exports, expected))])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def service_level(calls):
    return f"{100 * calls['answered_within_20s'] / calls['offered']:.1f} %"


def mean_handle_time(calls):
    times = [calls[f"total_{part}_s"] or 0 for part in ("talk", "hold", "after_call_work")]
    total = calls.get("total_handle_s", sum(times))
    return f"{total / calls['handled_legs']:.0f} s"


def surveys(export):
    return sum(contact.survey is not None for contact in export.contacts)


def with_figures(readme, table):
    before, rest = readme.split(FIGURES[0])
    after = rest.split(FIGURES[1])[1]
    return f"{before}{FIGURES[0]}\n\n{table}\n{FIGURES[1]}{after}"


def main():
    parser = argparse.ArgumentParser(description="Write the sample call logs of this folder.")
    parser.add_argument(
        "--expect", action="store_true", help="only print what each file must yield"
    )
    expect_only = parser.parse_args().expect

    makers = (export_contacts, export_connect, export_genesys, export_asterisk, export_five9)
    exports, files = [], {}
    for make in makers:
        made, content = make()
        exports += made
        files |= content
    expected = json.dumps({export.file: export.expected() for export in exports}, indent=2) + "\n"
    if expect_only:
        print(expected, end="")
        return 0
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    files["expected.json"] = expected.encode()
    files["roster.csv"] = roster()
    files["outcomes.csv"] = outcomes(exports[0].contacts)
    files["README.md"] = with_figures(readme, figures(exports)).encode()
    return write_files(files)


def write_files(files):
    for name, content in files.items():
        if content is not None:
            (HERE / name).write_bytes(content)
    left_out = [name for name, content in files.items() if content is None]
    for name in left_out:
        print(f"{name} not written: it needs pyarrow, see the top of this script", file=sys.stderr)
    return 1 if left_out else 0


if __name__ == "__main__":
    sys.exit(main())
