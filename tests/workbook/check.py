#!/usr/bin/env python3
"""Checks what spreadsheets and other programs read of callmerit's workbooks, CSV and Parquet.

    python3 -m venv VENV && VENV/bin/pip install -r tests/workbook/requirements.txt
    VENV/bin/python tests/workbook/check.py PATH_TO_CALLMERIT [--keep DIR]

Each file is read by a program that is not ours: workbooks by openpyxl and by LibreOffice, which must be installed, CSV by
Python and by LibreOffice, Parquet by DuckDB. All of it must equal the NDJSON of the same report. One of the logs has names
that are made to be taken for formulas, numbers, markup and paths.
"""

import argparse
import csv
import datetime
import itertools
import json
import re
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import openpyxl

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample-data"
PLANS = ROOT / "examples" / "plans"
SHOWN_FAILURES = 20

HOSTILE = [
    "=1+1", "+49 30 1", "-2+3", "@SUM(A1)", "=HYPERLINK(\"http://x\",\"y\")", "=cmd|' /C calc'!A0", "-inf", "＝1+1",
    "007", "1e5", "1/2", "2026-03-01", "TRUE", "50%", "1,5", "_x0041_", "_x005F_x0041_", "<b>bold</b> & more",
    "<r><t>rich</t></r>", "<r>&</r>", "O'Hara, \"Nell\"", "'quoted", "semi;colon", "tab\tinside", "pipe|bar",
    "line\nbreak", "carriage\rreturn", "bell\x07", "escape\x1b[31m", "vertical\x0btab", "null\x00byte", "\ufffe odd", "שרה כהן", "‮gnirts",
    "Zoë 🙂👩‍👩‍👧", "../../etc/passwd", "C:\\temp\\x", "mailto:a@b.c", "http://example.com/", "a" * 300, "&amp;", "  blanks  ",
    "non\u00a0breaking", "\u200b", "王芳",
]


class Failures:
    def __init__(self):
        self.count = 0
        self.checked = 0

    def expect(self, ok, where, *told):
        self.checked += 1
        if not ok:
            self.count += 1
            if self.count <= SHOWN_FAILURES:
                print(f"  {where}:", *told)


def hostile_log(path):
    """An agent of each such name with enough calls to be compared, and the options to read them with."""
    start = datetime.datetime(2026, 3, 2, 8)
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(
            "contact_id started_at direction queue agent team customer_id wait_seconds talk_seconds hold_seconds "
            "after_call_work_seconds outcome transferred satisfaction".split()
        )
        for n, (turn, (who, agent)) in enumerate(itertools.product(range(60), enumerate(HOSTILE))):
            luck = (n * 7919 + 13) % 101
            out.writerow([
                f"K{n:06}", start + datetime.timedelta(minutes=7 * n), "inbound", ["Orders", "=Billing", "<i>Tech"][turn % 3],
                agent, ["North", "+South"][who % 2], f"C{(n * 31) % 900:05}", luck, 120 + 3 * luck + 5 * who, luck % 17,
                20 + luck % 31, "answered", "yes" if luck < 10 + who % 7 else "no", [1, 2, 3, 4, 5, ""][luck % 6],
            ])
    fields = {"contact": "contact_id", "start": "started_at", "customer": "customer_id"}
    fields |= {name: name for name in "direction queue agent team outcome transferred".split()}
    fields |= {name: f"{column}_seconds" for name, column in [("wait", "wait"), ("talk", "talk"), ("hold", "hold"), ("acw", "after_call_work")]}
    fields |= {"csat": "satisfaction"}
    scale = ["scale = [1, 5]"]
    units = {"wait", "talk", "hold", "acw"}
    lines = ['name = "hostile"', 'title = "hostile names"']
    for field, column in fields.items():
        lines += [f"[fields.{field}]", f'column = "{column}"'] + ["unit = \"s\""] * (field in units) + scale * (field == "csat")
    profile = path.with_suffix(".toml")
    profile.write_text("\n".join(lines))
    return [path, "--profile", profile]


def run(*args):
    done = subprocess.run([str(a) for a in args], capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, args))}\nfailed: {done.stderr.decode()}")
    return done.stdout


def flat(value, name=None):
    """The keys of a row as CSV has them: of nested ones what is below the first."""
    row = {}
    for key, inner in value.items():
        full = key if name is None else f"{name}_{key}" if name else key
        if isinstance(inner, dict):
            row.update(flat(inner, "" if name is None else full))
        else:
            row[full] = inner
    return row


def truth(callmerit, args):
    """The tables of the report by name, as lists of rows."""
    tables = {}
    for line in run(callmerit, "report", "-q", *args, "--format", "ndjson").decode().splitlines():
        row = json.loads(line)
        tables.setdefault(row.pop("table"), []).append(flat(row))
    return tables


def plain_times():
    """openpyxl rounds times to thousandths of a second; the numbers themselves are to be compared."""
    usual = openpyxl.worksheet._reader.from_excel

    def from_excel(value, epoch, timedelta=False):
        return value if timedelta else usual(value, epoch, timedelta=timedelta)

    openpyxl.worksheet._reader.from_excel = from_excel


def plain_texts():
    """openpyxl does not undo all of the escapes of shared strings that the format has."""
    text = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}t"

    def strings(source):
        items = ElementTree.parse(source).getroot()
        whole = ("".join(part.text or "" for part in item.iter(text)) for item in items)
        return [re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), each) for each in whole]

    openpyxl.reader.excel.read_string_table = strings


def close(a, b):
    return a == b or abs(a - b) <= 1e-12 * max(abs(a), abs(b))


def same(told, cell, number_format, column):
    """Whether a cell of a workbook says what JSON says."""
    if isinstance(told, list):
        told = "; ".join(told)
    if told is None or told == "":
        return cell is None or cell == ""
    if isinstance(told, bool):
        return cell is told
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() == told
    if isinstance(told, str):
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            # An amount: as many decimals as the text has.
            decimals = len(told.partition(".")[2])
            return f"{cell:.{decimals}f}" == told
        return cell == told
    if ":ss" in number_format:
        cell = cell * 86_400
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and close(cell, told)


def tables_of(book):
    """Name of the table, sheet, and the range of its cells."""
    for sheet in book.worksheets:
        for table in sheet.tables.values():
            yield table, sheet


def check_workbook(path, tables, case, failures, whole=True):
    book = openpyxl.load_workbook(path)
    names = [sheet.title for sheet in book.worksheets]
    if whole:
        first = ["Summary", "Scorecards", "Measures"] + (["Recommendations"] if "recommendations" in tables else [])
        expected = first + ["Signals", "Definitions", "Intake"]
        failures.expect(names[: len(expected)] == expected, case, "sheets", names)
        check_summary(book["Summary"], tables["summary"], case, failures)
    seen = set()
    for table, sheet in tables_of(book):
        where = f"{case}, {sheet.title}"
        seen.add(table.name)
        header, *cells = sheet[table.ref]
        columns = [cell.value for cell in header]
        rows = tables.get(table.name, [])
        failures.expect(len(set(columns)) == len(columns), where, "columns twice")
        failures.expect(sheet.freeze_panes is not None and sheet.freeze_panes.endswith("4"), where, sheet.freeze_panes)
        failures.expect(table.autoFilter is not None, where, "no filter")
        failures.expect(len(cells) == max(1, len(rows)), where, f"{len(cells)} rows, {len(rows)} told")
        for at, column in enumerate(columns, 1):
            letter = openpyxl.utils.get_column_letter(at)
            width = sheet.column_dimensions[letter].width
            failures.expect(4 < width <= 61, where, column, "is", width, "wide")
            failures.expect(sheet.cell(2, at).value, where, column, "has no title")
        if not rows:
            continue
        told_names = {name[:-2] + "_time" if f"{name[:-2]}_time" in columns else name for name in rows[0]}
        failures.expect(told_names == set(columns), where, "columns", told_names ^ set(columns))
        for row, told in zip(cells, rows):
            for column, cell in zip(columns, row):
                name = f"{column[:-5]}_s" if column.endswith("_time") and f"{column[:-5]}_s" in told else column
                failures.expect(cell.data_type != "f", where, cell.coordinate, "is a formula")
                failures.expect(cell.hyperlink is None, where, cell.coordinate, "is a link")
                told_value = told.get(name)
                failures.expect(
                    same(told_value, cell.value, cell.number_format, column),
                    where, cell.coordinate, column, repr(told_value), repr(cell.value), cell.number_format,
                )
                failures.expect(fits(told_value, cell), where, cell.coordinate, column, cell.number_format, repr(cell.value))
    if whole:
        failures.expect(seen == set(tables) - {"summary"} | (seen - set(tables)), case, "tables", seen ^ set(tables))
    return book


def check_sum(book, rows, case, failures):
    """Amounts add up to the cent."""
    sheet = book["Recommendations"]
    columns = [cell.value for cell in sheet[3]]
    cells = [row[columns.index("amount")].value for row in sheet.iter_rows(min_row=4)]
    told = sum(Decimal(row["amount"]) for row in rows)
    failures.expect(f"{sum(cells):.2f}" == f"{told:.2f}", case, "the sum of amounts is", sum(cells), "and not", told)


def fits(told, cell):
    """The format of a cell is that of what it holds."""
    if cell.value is None or isinstance(told, bool):
        return True
    if isinstance(told, int) and not isinstance(told, bool):
        return cell.number_format in ("#,##0", "+#,##0;-#,##0;0", "[m]:ss", "[h]:mm:ss", "0.00", "0.0\" s\"", "0.0%")
    if isinstance(told, float):
        return cell.number_format != "General"
    return True


def check_summary(sheet, figures, case, failures):
    """The figures stand on the summary, in the order of the metrics."""
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    for heading in ["Look at first", "Figures", "What this is of", "Definitions in use"]:
        failures.expect(heading in texts, case, "no", heading)
    top = next(cell.row for cell in sheet["A"] if cell.value == "Figures") + 2
    for at, told in enumerate(figures):
        row = [cell for cell in sheet[top + at]]
        failures.expect(row[0].value == told["name"], case, row[0].value, told["name"])
        for cell, key in zip(row[1:4], ["value", "low", "high"]):
            failures.expect(same(told[key], cell.value, cell.number_format, ""), case, told["metric"], key, told[key], cell.value)
        failures.expect(row[6].value == told["definition"], case, told["metric"], "definition")


def office(home, *args):
    run("soffice", "--headless", f"-env:UserInstallation=file://{home}/office", *args)


def check_in_office(path, tables, case, failures, work):
    """LibreOffice opens the workbook and writes every sheet as CSV, the values as they are, formulas as formulas."""
    out = work / "office-csv"
    out.mkdir(exist_ok=True)
    for old in out.iterdir():
        old.unlink()
    #       , "  UTF-8 ... quote texts, not as shown, formulas, no blanks off, all sheets
    options = "44,34,76,1,,1033,true,false,false,false,false,-1"
    office(work, "--convert-to", f"csv:Text - txt - csv (StarCalc):{options}", "--outdir", out, path)
    book = openpyxl.load_workbook(path)
    for table, sheet in tables_of(book):
        where = f"{case} in LibreOffice, {sheet.title}"
        found = out / f"{path.stem}-{sheet.title}.csv"
        failures.expect(found.exists(), where, "not written", [p.name for p in out.iterdir()])
        with open(found, newline="", encoding="utf-8") as file:
            lines = list(csv.reader(file))
        columns = [name for name in lines[2] if name]
        rows = tables.get(table.name, [])
        failures.expect(len(lines) - 3 >= len(rows), where, len(lines) - 3, len(rows))
        for line, told in zip(lines[3:], rows):
            for column, cell in zip(columns, line):
                time = column.endswith("_time") and f"{column[:-5]}_s" in told
                name = f"{column[:-5]}_s" if time else column
                failures.expect(office_same(told.get(name), cell, sheet, column), where, column, repr(told.get(name)), repr(cell))


def office_same(told, cell, sheet, column):
    if isinstance(told, list):
        told = "; ".join(told)
    if told is None or told == "":
        return cell == ""
    if isinstance(told, bool):
        return cell == str(told).upper()
    if isinstance(told, str):
        if cell == told:
            return True
        try:
            return "." in told and Decimal(cell) == Decimal(told)
        except ArithmeticError:
            # A line ends as LibreOffice's own lines do, and what no cell can show is left out.
            return shown(cell) == shown(told)
    if cell.endswith("%"):
        return abs(float(cell[:-1]) / 100 - told) <= 1e-13
    try:
        # It writes 15 digits.
        return abs(float(cell) - told) <= 1e-14 * abs(told)
    except ValueError:
        return close_as_time(cell, told)


def close_as_time(cell, told):
    """LibreOffice writes times like 05:11.0129032, 12:04:11 AM and 1:02:03."""
    match = re.fullmatch(r"(?:(\d+):)?(\d+):(\d\d(?:\.\d+)?)( [AP]M)?", cell)
    if not match:
        return False
    hours, minutes, seconds, half = match.groups()
    hours = int(hours or 0)
    if half:
        hours = hours % 12 + 12 * (half == " PM")
    # With AM it may write whole seconds.
    return abs(hours * 3600 + int(minutes) * 60 + float(seconds) - told) < (1 if half else 1e-6)


def shown(text):
    """What is left where a program shows no control characters."""
    return re.sub(r"[\x00-\x1f\ufffe]", "", text)


def guarded(text):
    """docs/output.md: a text that a spreadsheet would take for a formula has an apostrophe before it."""
    starts = text.lstrip().startswith(tuple("=+-@＝＋－＠")) or text.startswith(("\t", "\r", "\n", "\0"))
    number = re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", text) and not text.startswith(("\t", "\r", "\n", "\0"))
    return f"'{text}" if starts and not number else text


def as_csv(told, comma, raw):
    """What CSV has of a value of JSON."""
    if told is None:
        return ""
    if isinstance(told, bool):
        return str(told).lower()
    if isinstance(told, list):
        return "; ".join(told)
    if isinstance(told, str):
        return told if raw else guarded(told)
    return None


def check_csv(callmerit, args, tables, case, failures, work):
    variants = [
        ([], ",", False), (["--bom"], ",", False), (["--delimiter", ";"], ";", False), (["--delimiter", "tab"], "\t", False),
        (["--delimiter", "|"], "|", False), (["--decimal-comma"], ";", False), (["--decimal-comma", "--delimiter", "tab"], "\t", False),
        (["--raw-text"], ",", True), (["--tables-format", "tsv", "--bom"], "\t", False),
    ]
    for options, delimiter, raw in variants:
        folder = work / "tables" / case
        run(callmerit, "report", "-q", *args, "--tables", folder, *options)
        ending = "tsv" if "tsv" in options else "csv"
        comma = "--decimal-comma" in options
        for name, rows in tables.items():
            where = f"{case}, {name}.{ending} {' '.join(options)}"
            data = (folder / f"{name}.{ending}").read_bytes()
            failures.expect(data.startswith(b"\xef\xbb\xbf") == ("--bom" in options), where, "byte order mark")
            lines = list(csv.reader(data.decode("utf-8-sig").splitlines(keepends=True), delimiter=delimiter))
            failures.expect(lines[0] == list(rows[0]), where, lines[0][:5])
            failures.expect(len(lines) == len(rows) + 1, where, len(lines), len(rows))
            for line, told in zip(lines[1:], rows):
                for column, cell in zip(lines[0], line):
                    value = told[column]
                    expected = as_csv(value, comma, raw)
                    if isinstance(value, (int, float)) and not isinstance(value, bool):
                        ok = float(cell.replace(",", ".") if comma else cell) == value and not (comma and "." in cell)
                    else:
                        ok = cell == expected or comma and is_amount(value) and cell == value.replace(".", ",")
                    failures.expect(ok, where, column, repr(value), repr(cell))
                    failures.expect(raw or not runs(cell), where, column, "would be run:", repr(cell))
            for file in folder.iterdir():
                if file.stem == name and file.suffix == f".{ending}" and name in ("recommendations", "scorecards"):
                    failures.expect(oct(file.stat().st_mode)[-3:] == "600", where, "can be read by others")


def is_amount(text):
    return isinstance(text, str) and re.fullmatch(r"-?\d+\.\d+", text) is not None


def runs(cell):
    """Whether a spreadsheet would take a cell for a formula."""
    if re.fullmatch(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?", cell):
        return False
    return cell.lstrip(" ").startswith(tuple("=+-@\t\r"))


def check_csv_in_office(callmerit, args, tables, case, failures, work):
    """LibreOffice reads CSV as who opens it does, and runs what it takes for formulas: nothing is one, numbers are numbers."""
    for options, number, language in [(["--bom"], "44", "1033"), (["--decimal-comma", "--bom"], "59", "1031")]:
        folder = work / "tables-for-office" / case
        run(callmerit, "report", "-q", *args, "--tables", folder, *options)
        out = work / "from-csv"
        # Delimiter, quote, UTF-8, first line, no formats, language, quoted cells are no texts, numbers are found, ..., formulas are run.
        infilter = f"CSV:{number},34,76,1,,{language},false,true,false,false,false,,true"
        for name in ["scorecards", "recommendations", "measures"]:
            if name not in tables:
                continue
            office(work, "--infilter=" + infilter, "--convert-to", "xlsx", "--outdir", out, folder / f"{name}.csv")
            sheet = openpyxl.load_workbook(out / f"{name}.xlsx").worksheets[0]
            header, *rows = sheet.iter_rows()
            columns = [cell.value for cell in header]
            where = f"{case}, {name}.csv {' '.join(options)} in LibreOffice"
            failures.expect(columns == list(tables[name][0]), where, "columns", columns[:4])
            failures.expect(len(rows) == len(tables[name]), where, len(rows), "rows of", len(tables[name]))
            for row, told in zip(rows, tables[name]):
                for column, cell in zip(columns, row):
                    failures.expect(cell.data_type != "f", where, cell.coordinate, "is a formula", cell.value)
                    value = told[column]
                    if isinstance(value, (int, float)) and not isinstance(value, bool):
                        ok = isinstance(cell.value, (int, float)) and close(cell.value, value)
                        failures.expect(ok, where, cell.coordinate, column, value, cell.value)


def check_parquet(callmerit, args, tables, case, failures, work):
    folder = work / "parquet" / case
    run(callmerit, "report", "-q", *args, "--tables", folder, "--tables-format", "parquet")
    schema = []
    for file in sorted(folder.glob("*.parquet")):
        where = f"{case}, {file.name}"
        result = duckdb.connect().execute(f"select * from read_parquet('{file}')")
        columns = [(name, str(kind)) for name, kind, *_ in result.description]
        found = result.fetchall()
        rows = tables.get(file.stem, [])
        failures.expect(len(found) == len(rows), where, len(found), "rows of", len(rows))
        if rows:
            failures.expect([name for name, _ in columns] == list(rows[0]), where, columns)
        for row, told in zip(found, rows):
            for (column, kind), cell in zip(columns, row):
                value = told[column]
                if isinstance(value, list):
                    value = "; ".join(value)
                if isinstance(cell, datetime.date):
                    cell = cell.isoformat()
                failures.expect(cell == value and type(cell) in (type(value), float), where, column, kind, repr(value), repr(cell))
        schema += [(file.stem, column, kind) for column, kind in columns]
    return schema


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("callmerit", type=Path)
    parser.add_argument("--keep", type=Path, help="a folder for what is made, instead of one that is removed")
    asked = parser.parse_args()
    callmerit = asked.callmerit.resolve()
    failures = Failures()
    plain_times()
    plain_texts()
    with tempfile.TemporaryDirectory() as folder:
        work = (asked.keep or Path(folder)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        few = work / "few.csv"
        few.write_text("".join((SAMPLES / "contacts.csv").read_text().splitlines(keepends=True)[:2]))
        roster = ["--roster", SAMPLES / "roster.csv"]
        cases = {
            "plan": [SAMPLES / "contacts.csv", "--plan", PLANS / "technical-support.toml", "--decisions", ROOT / "examples" / "decisions.csv"],
            "no-plan": [SAMPLES / "genesys-cloud.csv"],
            "hostile": [*hostile_log(work / "hostile.csv"), "--plan", PLANS / "balanced.toml"],
            "recognition": [SAMPLES / "contacts.csv", *roster, "--plan", PLANS / "recognition.toml"],
            "one-call": [few],
        }
        schemas = []
        for case, args in cases.items():
            before = failures.count
            tables = truth(callmerit, args)
            path = work / f"{case}.xlsx"
            run(callmerit, "report", "-q", *args, "-o", path)
            book = check_workbook(path, tables, case, failures)
            if "recommendations" in tables:
                check_sum(book, tables["recommendations"], case, failures)
            check_in_office(path, tables, case, failures, work)
            again = work / "again.xlsx"
            run(callmerit, "report", "-q", *args, "--threads", "1", "-o", again)
            failures.expect(path.read_bytes() == again.read_bytes(), case, "other bytes the second time")
            failures.expect(oct(path.stat().st_mode)[-3:] == "600", case, "can be read by others")
            check_csv(callmerit, args, tables, case, failures, work)
            check_csv_in_office(callmerit, args, tables, case, failures, work)
            schemas.append(check_parquet(callmerit, args, tables, case, failures, work))
            print(f"{case}: {failures.count - before} differences")
        kinds = {}
        for name, column, kind in itertools.chain.from_iterable(schemas):
            known = kinds.setdefault((name, column), kind)
            failures.expect(kind == known, name, column, "is", kind, "and", known, "by what is in it")
    print(f"{failures.checked} comparisons, {failures.count} differences")
    sys.exit(failures.count > 0)


if __name__ == "__main__":
    main()
