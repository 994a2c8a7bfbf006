//! The JSON of every command is what its schema says, the schema says nothing that no command writes, and a document with a
//! fault is refused.

#[path = "common/centre.rs"]
#[allow(dead_code)] // not every test program needs every helper
mod centre;
mod common;
#[path = "common/nights.rs"]
#[allow(dead_code)]
mod nights;

use callmerit::report::Document;
use callmerit::schema::{of_document, of_line};
use centre::{Call, Centre, name};
use clap::ValueEnum;
use common::{folder, root, run, stdout, text};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A command that writes JSON, and what it writes.
struct Case {
    document: Document,
    args: Vec<String>,
}

const SAMPLE: &str = "sample-data/contacts.csv";

/// Commands over everything that changes what is written: sources, plans, periods, groups, and what is beside them.
fn cases(made_up: &str, held: &str, pages: &str) -> Vec<Case> {
    let mut all = Vec::new();
    let mut add = |document: Document, line: &str| {
        let args = line
            .split('|')
            .map(|part| part.trim().replace("HELD", held).replace("CENTRE", made_up).replace("PAGES", pages));
        all.push(Case { document, args: args.filter(|a| !a.is_empty()).collect() });
    };
    let sources = [
        SAMPLE,
        "sample-data/amazon-connect.parquet",
        "sample-data/asterisk-queue_log*",
        "sample-data/five9-call-log.csv",
        "sample-data/genesys-cloud.csv",
        "sample-data/genesys-cloud-formatted.csv | --date-order | mdy",
        "tests/wild/hospital-switchboard.csv",
        "tests/wild/clinic-no-wait.csv",
        "CENTRE",
    ];
    for source in sources {
        add(Document::Report, &format!("report | {source}"));
        add(Document::Signals, &format!("signals | {source} | --contacts"));
        add(Document::Metrics, &format!("metrics | {source} | --by | agent"));
        add(Document::Check, &format!("check | {source}"));
    }
    for by in ["team", "manager", "site", "queue"] {
        let roster = "--roster | sample-data/roster.csv";
        add(Document::Scorecard, &format!("scorecard | {SAMPLE} | {roster} | --by | {by}"));
    }
    for more in [
        "--period | week",
        "--period | month | --limit | 7m",
        "--period | quarter | --roster | sample-data/roster.csv",
        "--outcomes | sample-data/outcomes.csv | --period | month",
        "--from | 2026-03-02 | --to | 2026-03-02",
        "--agent-service-level",
    ] {
        add(Document::Scorecard, &format!("scorecard | {SAMPLE} | {more}"));
    }
    add(Document::Signals, &format!("signals | {SAMPLE} | --period | week | --contacts"));
    add(Document::Signals, "signals | HELD | --period | week | --limit | 7m");
    add(Document::Signals, "signals | HELD | --period | month | --contacts");
    for by in ["none", "queue,issue", "direction,weekday,hour", "day", "week", "month", "quarter", "interval"] {
        add(Document::Metrics, &format!("metrics | {SAMPLE} | --by | {by}"));
    }
    let roster = "--roster | sample-data/roster.csv";
    add(Document::Metrics, &format!("metrics | {SAMPLE} | {roster} | --by | team,manager,site"));
    add(Document::Check, &format!("check | {SAMPLE} | sample-data/five9-call-log.csv | {roster}"));
    add(Document::Check, &format!("check | {SAMPLE} | --outcomes | sample-data/outcomes.csv"));
    let figures = "--figures | tests/statement/figures.csv";
    let decided = "--decisions | tests/statement/weekly-decided.csv";
    let beside = format!("--roster | tests/statement/roster.csv | {figures}");
    let mut plans: Vec<String> = ["balanced", "technical-support", "team-pool", "recognition", "pay-for-speed"]
        .map(|name| format!("{SAMPLE} | --plan | examples/plans/{name}.toml"))
        .into();
    plans.push(format!("{SAMPLE} | --plan | examples/plans/own-targets.toml"));
    plans.push(format!("{SAMPLE} | --plan | examples/plans/retention.toml | --outcomes | sample-data/outcomes.csv"));
    plans.extend(
        ["measures", "gates", "pool", "raw", "quick"]
            .map(|name| format!("{SAMPLE} | --plan | tests/statement/{name}.toml | {beside}")),
    );
    plans.push(format!("{SAMPLE} | --plan | tests/statement/weekly.toml | {decided} | {beside} | --for | 2026-W12"));
    plans.push(format!("{SAMPLE} | --plan | tests/plans/month/plan.toml | --for | 2026-03"));
    plans.push("CENTRE | --plan | examples/plans/balanced.toml".to_string());
    for plan in &plans {
        add(Document::Incentives, &format!("incentives | {plan}"));
        add(Document::Report, &format!("report | {plan}"));
        let agent = match plan {
            made_up if made_up.starts_with("CENTRE") => name(11),
            decided if decided.contains("decisions") => "Okafor, Ada".to_string(),
            _ => "Castell, Bruno".to_string(),
        };
        add(Document::Explain, &format!("explain | {plan} | --agent | {agent}"));
        let naive = ["pay-for-speed", "raw"].iter().any(|name| plan.contains(name));
        if !naive {
            add(Document::Goals, &format!("goals | {}", plan.replace(decided, "").replace(figures, "")));
        }
    }
    let month = format!("{SAMPLE} | --plan | tests/plans/month/plan.toml");
    add(Document::Goals, &format!("goals | {month} | --for | 2026-04 | --reached"));
    add(Document::Goals, &format!("goals | {month} | --for | 2026-04 | --reached | --agent | Castell, Bruno"));
    add(Document::Goals, &format!("goals | {SAMPLE} | --plan | tests/goals/plan.toml | --for | 2026-04 | --reached"));
    add(Document::Incentives, &format!("incentives | {} | --for | 2026-Q1 | --compare | naive", plans[1]));
    add(Document::Explain, &format!("explain | HELD | --plan | examples/plans/balanced.toml | --agent | {}", name(11)));
    add(Document::Explain, &format!("explain | {} | --agent | Okafor, Ada", plans[0]));
    add(Document::Report, &format!("report | {} | --pages | PAGES | -o | /dev/stdout", plans[0]));
    add(Document::Report, "report | HELD | --plan | examples/plans/balanced.toml");
    add(Document::PlanCheck, "plan | check | tests/cmd/plan-check.in/quick.toml");
    for plan in ["balanced", "technical-support", "team-pool", "recognition", "retention", "own-targets"] {
        add(Document::PlanCheck, &format!("plan | check | examples/plans/{plan}.toml"));
        let outcomes = "--outcomes | sample-data/outcomes.csv";
        add(Document::PlanCheck, &format!("plan | check | examples/plans/{plan}.toml | {SAMPLE} | {outcomes}"));
    }
    for plan in ["examples/plans/pay-for-speed.toml", "tests/goals/plan.toml"] {
        add(Document::PlanCheck, &format!("plan | check | {plan} | {SAMPLE}"));
    }
    add(
        Document::PlanCheck,
        "plan | check | tests/cmd/plan-check.in/clean.toml | tests/cmd/plan-check.in/one-agent.csv",
    );
    add(Document::Definitions, "definitions");
    all
}

/// What a case writes; a plan with errors ends with 1 and writes all the same.
fn written(case: &Case, format: &str) -> String {
    let args: Vec<&str> = case.args.iter().map(String::as_str).chain(["--format", format, "-q"]).collect();
    let args = if case.document == Document::Definitions { &args[..args.len() - 1] } else { &args[..] };
    let output = run(args);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

/// The schemas of all documents, and of their lines.
struct Known {
    whole: BTreeMap<String, Value>,
    line: BTreeMap<String, Value>,
}

fn known() -> Known {
    let all = || Document::value_variants().iter();
    Known {
        whole: all().map(|document| (document.name(), of_document(*document))).collect(),
        line: all().filter_map(|document| Some((document.name(), of_line(*document)?))).collect(),
    }
}

/// Whether a value is what a schema says, by all that these schemas say; else what is wrong. `.ci/run` asks another
/// validator.
fn check(root: &Value, schema: &Value, value: &Value, here: &str) -> Result<(), String> {
    let Value::Object(keywords) = schema else { return Err(format!("{here}: {schema} is no schema")) };
    let fits = |schema: &Value| check(root, schema, value, here).is_ok();
    for (keyword, says) in keywords {
        let list = || says.as_array().expect("a list");
        let right = match keyword.as_str() {
            "$schema" | "$id" | "title" | "description" | "$defs" | "then" => true,
            "$ref" => {
                let inside = says.as_str().and_then(|reference| root.pointer(reference.strip_prefix('#')?));
                check(root, inside.unwrap_or_else(|| panic!("no {says}")), value, here)?;
                true
            }
            "type" => says.as_array().map_or(vec![says], |all| all.iter().collect()).into_iter().any(|t| is(value, t)),
            "const" => value == says,
            "enum" => list().contains(value),
            "minimum" => value.as_f64().is_none_or(|number| number >= says.as_f64().expect("a number")),
            "maximum" => value.as_f64().is_none_or(|number| number <= says.as_f64().expect("a number")),
            "required" => {
                list().iter().all(|name| value.is_null() || value.get(name.as_str().expect("a name")).is_some())
            }
            "anyOf" => list().iter().any(fits),
            "oneOf" => list().iter().filter(|schema| fits(schema)).count() == 1,
            "allOf" => {
                list().iter().try_for_each(|schema| check(root, schema, value, here))?;
                true
            }
            "if" => {
                if fits(says) {
                    check(root, &schema["then"], value, here)?;
                }
                true
            }
            "properties" => {
                for (name, value) in value.as_object().into_iter().flatten() {
                    if let Some(of) = says.get(name) {
                        check(root, of, value, &format!("{here}/{name}"))?;
                    }
                }
                true
            }
            "additionalProperties" => {
                let described = |name: &str| schema["properties"].get(name).is_some();
                for (name, value) in value.as_object().into_iter().flatten().filter(|(name, _)| !described(name)) {
                    match says {
                        Value::Bool(_) => return Err(format!("{here}: nobody described `{name}`")),
                        of => check(root, of, value, &format!("{here}/{name}"))?,
                    }
                }
                true
            }
            "items" => {
                let items = value.as_array().into_iter().flatten().enumerate();
                items.into_iter().try_for_each(|(i, item)| check(root, says, item, &format!("{here}/{i}")))?;
                true
            }
            other => panic!("the test does not know `{other}`"),
        };
        if !right {
            return Err(format!(
                "{here}: `{keyword}` is {says}, and here is {}",
                value.to_string().chars().take(200).collect::<String>()
            ));
        }
    }
    Ok(())
}

fn is(value: &Value, kind: &Value) -> bool {
    match kind.as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.is_u64() || value.is_i64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        Some("null") => value.is_null(),
        other => panic!("the test does not know the type {other:?}"),
    }
}

fn accepts(schema: &Value, value: &Value) -> Result<(), String> {
    check(schema, schema, value, "")
}

/// Where a value stands: the schema that describes it, by its place among all schemas.
type Place = (String, String);

/// Walks a value beside its schema and tells every property that both have, with its value.
fn walk(root: &Value, schema: &Value, place: &str, value: &Value, told: &mut impl FnMut(Place, &Value)) {
    if let Some(reference) = schema["$ref"].as_str() {
        let inside = reference.trim_start_matches('#');
        return walk(root, root.pointer(inside).expect("a definition"), inside, value, told);
    }
    for (i, part) in ["anyOf", "oneOf"].iter().flat_map(|key| schema[*key].as_array().into_iter().flatten()).enumerate()
    {
        let refers = part["$ref"].as_str().and_then(|r| root.pointer(r.trim_start_matches('#')));
        let fits = refers.is_some_and(|of| has_all(of, value));
        if fits {
            walk(root, part, &format!("{place}/{i}"), value, told);
        }
    }
    for case in schema["allOf"].as_array().into_iter().flatten() {
        if case["if"]["properties"]["table"]["const"] == value["table"] {
            walk(root, &case["then"], place, value, told);
        }
    }
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                if let Some(of) = schema["properties"].get(name) {
                    told((place.to_string(), name.clone()), value);
                    walk(root, of, &format!("{place}/{name}"), value, told);
                } else if schema["additionalProperties"].is_object() {
                    walk(root, &schema["additionalProperties"], &format!("{place}/*"), value, told);
                }
            }
        }
        Value::Array(all) => {
            for value in all {
                walk(root, &schema["items"], &format!("{place}/-"), value, told);
            }
        }
        _ => {}
    }
}

fn has_all(schema: &Value, value: &Value) -> bool {
    schema["required"].as_array().into_iter().flatten().all(|name| value.get(name.as_str().unwrap_or("")).is_some())
        && value.is_object()
}

/// Every property that a schema has, by its place.
fn properties(schema: &Value, place: &str, all: &mut BTreeMap<Place, Value>) {
    if let Some(Value::Object(of)) = schema.get("properties") {
        for (name, of) in of {
            all.insert((place.to_string(), name.clone()), of.clone());
            properties(of, &format!("{place}/{name}"), all);
        }
    }
    if let Some(items) = schema.get("items") {
        properties(items, &format!("{place}/-"), all);
    }
    for (name, of) in schema.get("$defs").and_then(Value::as_object).into_iter().flatten() {
        properties(of, &format!("/$defs/{name}"), all);
    }
}

#[test]
fn every_property_has_a_type_and_says_what_it_is() {
    let described = |schema: &Value, of: &Value| match of["$ref"].as_str() {
        Some(reference) => schema.pointer(reference.trim_start_matches('#')).expect("a definition").clone(),
        None => of.clone(),
    };
    let known = known();
    for (name, schema) in known.whole.iter().chain(&known.line) {
        assert!(schema["title"].as_str().is_some_and(|title| title.len() > 10), "{name}");
        let mut all = BTreeMap::new();
        properties(schema, "", &mut all);
        for (place, of) in all {
            let target = described(schema, &of);
            let says = of["description"].as_str().or(target["description"].as_str()).unwrap_or("");
            assert!(says.len() > 5 && says.ends_with('.'), "{name}: {place:?} says `{says}`");
            let typed = ["type", "const", "enum", "anyOf", "oneOf"].iter().any(|key| !target[*key].is_null());
            assert!(typed, "{name}: {place:?} has no type: {target}");
        }
    }
}

/// Documents with faults, made of a good one: each of its objects without a property, with a word for a number, and with a
/// property that nobody described.
fn damaged(document: &Value, schema: &Value) -> Vec<(String, Value)> {
    let mut pointers = HashMap::new();
    point(document, "", &mut pointers);
    // One place of each property is enough.
    let mut places: BTreeMap<Place, &String> = BTreeMap::new();
    walk(schema, schema, "", document, &mut |place, value| {
        places.entry(place).or_insert_with(|| &pointers[&std::ptr::from_ref(value)]);
    });
    let mut all = Vec::new();
    for ((_, name), pointer) in &places {
        let (parent, _) = pointer.rsplit_once('/').expect("a property");
        let mut change = |what: &str, by: &dyn Fn(&mut Map<String, Value>)| {
            let mut copy = document.clone();
            by(copy.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object"));
            all.push((format!("{what} {pointer}"), copy));
        };
        change("extra beside", &|map| drop(map.insert("surprise".to_string(), Value::Null)));
        change("a list for", &|map| drop(map.insert(name.clone(), serde_json::json!([[1]]))));
        match document.pointer(pointer) {
            Some(Value::Number(n)) => {
                let n = n.to_string();
                change("text for", &|map| drop(map.insert(name.clone(), Value::from(n.clone()))));
            }
            Some(Value::String(_)) => change("number for", &|map| drop(map.insert(name.clone(), Value::from(1)))),
            _ => {}
        }
    }
    all
}

/// The pointers of all properties inside.
fn point(value: &Value, here: &str, all: &mut HashMap<*const Value, String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                let below = format!("{here}/{}", name.replace('~', "~0").replace('/', "~1"));
                all.insert(value, below.clone());
                point(value, &below, all);
            }
        }
        Value::Array(values) => values.iter().enumerate().for_each(|(i, v)| point(v, &format!("{here}/{i}"), all)),
        _ => {}
    }
}

/// The same with the first two and the last entry of each list, so that it has every shape and is small.
fn short(value: &Value) -> Value {
    match value {
        Value::Array(all) if all.len() > 3 => {
            Value::Array([0, 1, all.len() - 1].into_iter().map(|i| short(&all[i])).collect())
        }
        Value::Array(all) => Value::Array(all.iter().map(short).collect()),
        Value::Object(map) => Value::Object(map.iter().map(|(name, value)| (name.clone(), short(value))).collect()),
        other => other.clone(),
    }
}

/// So many cases of each document are written as NDJSON, too.
const LINES_OF: usize = 5;

/// A log in which so many agents have a signal that it is the centre's.
fn with_a_signal() -> String {
    let mut centre = Centre::of(7, 30, 300);
    for agent in 4..16 {
        centre.change(agent, 0.1, Call::whole, |call, dice| call.cut(dice.between(3..=10), false));
    }
    // And the answers in one queue are better than all.
    for call in centre.calls.iter_mut().filter(|call| call.queue == 1) {
        call.score = call.score.map(|_| 5);
    }
    centre.csv(&[])
}

#[test]
fn documents_are_what_their_schemas_say_and_schemas_say_nothing_else() {
    let folder = folder();
    let path = |file: &str, content: String| {
        let path = folder.path().join(file);
        std::fs::write(&path, content).expect("a file");
        text(&path).to_string()
    };
    let made_up = path("centre.csv", Centre::of(3, centre::TWO_MONTHS, 200).csv(&[]));
    let held = path("held.csv", with_a_signal());
    let known = known();
    let mut seen: BTreeSet<Place> = BTreeSet::new();
    let mut filled: BTreeSet<Place> = BTreeSet::new();
    let mut described: BTreeMap<Place, Value> = BTreeMap::new();
    let mut faults = 0;
    let mut tried: BTreeMap<String, usize> = BTreeMap::new();
    let own = |document: &str, place: Place| {
        // What stands among the definitions is the same in every schema; and what a report has inside, others are.
        let whole = match document {
            "incentives" => "/$defs/IncentivesReport",
            "goals" => "/$defs/GoalsReport",
            "explain" => "/$defs/StatementReport",
            other => other,
        };
        if place.0.starts_with("/$defs/") { place } else { (format!("{whole}{}", place.0), place.1) }
    };
    for case in cases(&made_up, &held, text(&folder.path().join("pages"))) {
        let name = case.document.name();
        let schema = &known.whole[&name];
        let document: Value = serde_json::from_str(&written(&case, "json")).expect("JSON");
        accepts(schema, &document).unwrap_or_else(|error| panic!("{:?}: {error}", case.args));
        walk(schema, schema, "", &document, &mut |place, value| {
            let place = own(&name, place);
            if !value.is_null() {
                filled.insert(place.clone());
            }
            seen.insert(place);
        });
        let mut all = BTreeMap::new();
        properties(schema, "", &mut all);
        described.extend(all.into_iter().map(|(place, of)| (own(&name, place), of)));
        let is_planned = case.document == Document::Report && case.args.iter().any(|arg| arg == "--plan");
        let times = tried.entry(name.clone()).or_insert(0);
        *times += 1;
        if *times == 1 {
            let document = short(&document);
            accepts(schema, &document).expect("a short document is a document");
            for (what, damaged) in damaged(&document, schema) {
                assert!(accepts(schema, &damaged).is_err(), "{name}: {what} is accepted");
                faults += 1;
            }
        }
        if let Some(schema) = known.line.get(&name).filter(|_| *times <= LINES_OF || is_planned) {
            let all = written(&case, "ndjson");
            for line in all.lines() {
                let line: Value = serde_json::from_str(line).expect("JSON");
                accepts(schema, &line).unwrap_or_else(|error| panic!("{:?}: {line}: {error}", case.args));
                walk(schema, schema, "", &line, &mut |place, value| {
                    let place = own(&name, place);
                    if !value.is_null() {
                        filled.insert(place.clone());
                    }
                    seen.insert(place);
                });
            }
            let mut all = BTreeMap::new();
            properties(schema, "", &mut all);
            described.extend(all.into_iter().map(|(place, of)| (own(&name, place), of)));
        }
    }
    let dead: Vec<&Place> = described.keys().filter(|place| !seen.contains(place)).collect();
    assert!(dead.is_empty(), "described, and never written: {dead:#?}");
    let empty: Vec<&Place> = described.keys().filter(|place| !filled.contains(place)).collect();
    assert!(empty.is_empty(), "never anything but null: {empty:#?}");
    assert!(faults > 500, "only {faults} faults were tried");
}

#[test]
fn a_manifest_is_what_its_schema_says() {
    let project = nights::Project::with_plan();
    let run = |date: &str| assert_eq!(project.night(date, &[]).status.code(), Some(0));
    run("2026-06-20");
    std::fs::remove_file(project.path("exports/calls-2026-06-19.csv")).expect("an export");
    run("2026-06-20");
    let schema = of_document(Document::Manifest);
    let mut all = BTreeMap::new();
    properties(&schema, "", &mut all);
    let mut filled = BTreeSet::new();
    for night in ["2026-06-20", "2026-06-20.2"] {
        let manifest = project.manifest(night);
        accepts(&schema, &manifest).unwrap_or_else(|error| panic!("{night}: {error}"));
        walk(&schema, &schema, "", &manifest, &mut |place, value| {
            if !value.is_null() {
                filled.insert(place);
            }
        });
        for (what, damaged) in damaged(&short(&manifest), &schema) {
            assert!(accepts(&schema, &damaged).is_err(), "{what} is accepted");
        }
    }
    // Of a source that tells satisfaction: its scale is in the other documents.
    let dead: Vec<&Place> = all.keys().filter(|place| !filled.contains(place)).collect();
    assert!(dead.is_empty(), "described, and never written: {dead:#?}");
}

#[test]
fn the_published_schemas_are_what_the_program_prints() {
    let folder = root().join("docs/schema");
    let mut files: BTreeSet<String> = std::fs::read_dir(&folder)
        .expect("docs/schema")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    for document in Document::value_variants() {
        let mut kinds = vec![(format!("{}.json", document.name()), vec![])];
        if of_line(*document).is_some() {
            kinds.push((format!("{}-line.json", document.name()), vec!["--line"]));
        }
        for (file, more) in kinds {
            let printed = stdout(&[&["schema", &document.name()][..], &more].concat());
            let path = folder.join(&file);
            if std::env::var_os("SCHEMA").is_some_and(|value| value == "overwrite") {
                std::fs::write(&path, &printed).expect("a file");
            }
            let published = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(published == printed, "docs/schema/{file} is not fresh: run this test with SCHEMA=overwrite");
            files.remove(&file);
        }
    }
    assert!(files.is_empty(), "nobody prints {files:?}");
}
