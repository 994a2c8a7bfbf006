//! JSON Schema of all that is written as JSON, made of the report's own types and columns.

use crate::nightly::night::Manifest;
use crate::report::{
    CheckReport, DefinitionsPage, Document, GoalsReport, Headed, IncentivesReport, PlanCheckReport, Report,
    ScorecardReport, SignalsReport, StatementReport, columns, squash,
};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

fn of<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>().into()
}

/// The schema of a document.
pub fn of_document(document: Document) -> Value {
    let mut schema = match document {
        Document::Report => of::<Report>(),
        Document::Scorecard => of::<Headed<'static, ScorecardReport>>(),
        Document::Signals => of::<Headed<'static, SignalsReport>>(),
        Document::Incentives => of::<Headed<'static, IncentivesReport>>(),
        Document::Goals => of::<Headed<'static, GoalsReport>>(),
        Document::Explain => of::<Headed<'static, StatementReport>>(),
        Document::Check => of::<CheckReport>(),
        Document::PlanCheck => of::<PlanCheckReport>(),
        Document::Definitions => of::<DefinitionsPage>(),
        Document::Manifest => of::<Manifest>(),
        Document::Metrics => json!({ "type": "array", "items": columns::items("metrics") }),
    };
    // A manifest has its version as `layout`.
    if let (true, (Some(properties), Some(required))) = (document != Document::Manifest, of_object(&mut schema)) {
        let mark = json!({ "description": "Name of the schema that this document has.", "const": document.urn() });
        properties.shift_insert(0, "schema".to_string(), mark);
        required.insert(0, json!("schema"));
    }
    if let (Document::Report, (Some(properties), _)) = (document, of_object(&mut schema)) {
        properties.shift_remove("contacts"); // those of signals; a report does not list them
    }
    add_rows(&mut schema);
    finished(schema, document.urn(), document.says().to_string())
}

/// The schema of a line of a document as NDJSON; `None` where it has no lines.
pub fn of_line(document: Document) -> Option<Value> {
    let tables = document.tables();
    let mut schema = match tables {
        [] => return None,
        [table] => columns::items(table),
        _ if document == Document::Report => {
            let case = |table: &&str| json!({ "if": { "properties": { "table": { "const": table } } }, "then": columns::items(table) });
            json!({
                "type": "object",
                "properties": { "table": { "description": OF_TABLE, "enum": tables } },
                "required": ["table"],
                "allOf": tables.iter().map(case).collect::<Vec<_>>(),
            })
        }
        _ => json!({ "oneOf": tables.iter().map(|table| columns::items(table)).collect::<Vec<_>>() }),
    };
    add_rows(&mut schema);
    if document == Document::Report {
        for table in tables {
            let row = &mut schema["$defs"][columns::row_name(table)];
            if let (Some(properties), Some(required)) = of_object(row) {
                properties.shift_insert(0, "table".to_string(), json!({ "description": OF_TABLE, "const": table }));
                required.insert(0, json!("table"));
            }
        }
    }
    let says = format!("A line of the same as NDJSON. {}", document.says());
    Some(finished(schema, format!("urn:callmerit:{}-line:1", document.name()), says))
}

const OF_TABLE: &str = "The table that the line is a row of.";

/// The properties of an object's schema, and the names of those that are always there.
fn of_object(schema: &mut Value) -> (Option<&mut Map<String, Value>>, Option<&mut Vec<Value>>) {
    let Value::Object(map) = schema else { return (None, None) };
    let (mut properties, mut required) = (None, None);
    for (key, value) in map {
        match key.as_str() {
            "properties" => properties = value.as_object_mut(),
            "required" => required = value.as_array_mut(),
            _ => {}
        }
    }
    (properties, required)
}

/// Adds the rows of those tables that a schema refers to.
fn add_rows(schema: &mut Value) {
    let text = schema.to_string();
    for table in columns::tables() {
        if text.contains(&columns::items(table).to_string()) {
            schema["$defs"][columns::row_name(table)] = columns::row(table);
        }
    }
}

/// With a name and a title, and without a property that nobody described.
fn finished(schema: Value, urn: String, says: String) -> Value {
    let Value::Object(mut schema) = schema else { unreachable!("a schema is an object") };
    schema.shift_remove("$schema");
    schema.shift_remove("title");
    schema.shift_remove("description");
    let definitions = schema.shift_remove("$defs");
    let head = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": urn, "title": squash(&says),
    });
    let Value::Object(mut all) = head else { unreachable!("an object") };
    all.extend(schema);
    all.extend(definitions.map(|definitions| ("$defs".to_string(), definitions)));
    let mut all = Value::Object(all);
    close(&mut all);
    all
}

/// Refuses what is not described, joins the lines of descriptions, and leaves out formats that only programs of one
/// language know.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            if map.get("format").is_some_and(Value::is_string) {
                map.shift_remove("format");
            }
            if let Some(Value::String(says)) = map.get_mut("description") {
                *says = squash(says);
            }
            if map.get("type").is_some_and(|kind| kind == "object")
                && map.contains_key("properties")
                && !map.contains_key("allOf")
            {
                map.insert("additionalProperties".to_string(), json!(false));
            }
            map.values_mut().for_each(close);
        }
        Value::Array(all) => all.iter_mut().for_each(close),
        _ => {}
    }
}

/// As text.
pub fn text(document: Document, line: bool) -> Option<String> {
    let schema = if line { of_line(document)? } else { of_document(document) };
    Some(format!("{schema:#}\n"))
}
