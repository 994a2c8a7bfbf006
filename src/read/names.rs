//! What columns are called in the wild, in several languages.

use super::duration::Unit;
use super::profile::Field;

/// What the headers of a field are called, best first; see [`name_score`].
pub const NAMES: [(Field, &[&str]); 21] = [
    (
        Field::Start,
        &[
            "start", "started", "start time", "started at", "call start", "call started", "start date",
            "call start time", "timestamp", "date time", "datetime", "call date time", "call timestamp", "created",
            "created at", "date created", "call received", "received", "arrival", "arrived", "initiated", "enqueued",
            "queued at", "entered queue", "offered at", "call time", "begin", "anrufbeginn", "beginn", "inicio",
            "début", "debut", "start ts", "date", "call date", "leg start", "interaction start", "datum", "fecha",
            "time", "hora", "uhrzeit", "heure",
        ],
    ),
    (
        Field::SurveySource,
        &[
            "survey source", "survey method", "survey channel", "survey type", "survey sent by", "survey offered by",
            "survey started by", "survey initiated by", "survey asked by", "survey initiator", "survey mode",
            "survey via", "survey by", "csat source", "csat channel", "csat method", "umfrage art", "umfragekanal",
        ],
    ),
    (
        Field::Outcome,
        &[
            "outcome", "call outcome", "result", "call result", "status", "call status", "disposition",
            "call disposition", "state", "leg result", "ergebnis", "resultado", "estado", "résultat", "statut",
            "final status",
        ],
    ),
    (
        Field::Answered,
        &[
            "answered", "call answered", "answered flag", "is answered", "was answered", "handled", "connected",
            "beantwortet", "contestada", "atendida", "répondu", "answered y n", "angenommen",
        ],
    ),
    (
        Field::Abandoned,
        &[
            "abandoned", "abandon", "abandonned", "is abandoned", "abandon flag", "abandoned flag", "missed", "lost",
            "dropped", "hung up", "abandonada", "abandonné", "verloren", "was abandoned", "unanswered",
        ],
    ),
    (
        Field::Direction,
        &["direction", "call direction", "dir", "in out", "type", "call type", "richtung", "dirección", "sens"],
    ),
    (
        Field::Channel,
        &[
            "channel", "media", "media type", "medium", "contact channel", "channel type", "contact type", "kanal",
            "canal", "type", "call type", "interaction type",
        ],
    ),
    (
        Field::Wait,
        &[
            "wait", "wait time", "waiting", "waiting time", "waited", "queue time", "time in queue", "queued time",
            "wait s", "speed of answer", "speed to answer", "time to answer", "answer time", "answer delay",
            "wait length", "queue wait", "queue wait time", "queue duration", "wait duration", "asa",
            "seconds to answer", "ring", "ring time", "ringing", "wartezeit", "tiempo de espera", "espera", "attente",
            "temps d attente", "queue", "delay", "hold in queue",
        ],
    ),
    (
        Field::Hold,
        &[
            "hold", "hold time", "held", "on hold", "hold duration", "time on hold", "holding time", "haltezeit",
            "halten", "tiempo en espera", "mise en attente", "customer hold", "customer hold time",
        ],
    ),
    (
        Field::Acw,
        &[
            "acw", "after call work", "after call work time", "after contact work", "wrap", "wrap up", "wrapup",
            "wrap time", "wrap up time", "after call", "post call", "post call work", "acw time", "nachbearbeitung",
            "nachbearbeitungszeit", "clerical", "postllamada", "post appel", "work time", "dispo time",
        ],
    ),
    (
        Field::Talk,
        &[
            "talk", "talk time", "talked", "talk duration", "talking", "conversation", "conversation time",
            "time in call", "duration in call", "in call", "agent talk time", "service length", "service time",
            "billsec", "call length", "call duration", "duration", "length", "speaking time", "gesprächszeit",
            "gesprächsdauer", "dauer", "tiempo de conversación", "conversación", "duración", "durée",
            "temps de conversation", "connected time", "interaction duration", "interaction time",
        ],
    ),
    (
        Field::Handle,
        &[
            "handle", "handle time", "handling time", "handled time", "total handle", "total handle time",
            "handle duration", "bearbeitungszeit", "temps de traitement", "tiempo de gestión",
        ],
    ),
    (
        Field::Transferred,
        &[
            "transferred", "transfer", "transfers", "forwarded", "transferred to", "was transferred", "is transferred",
            "xfer", "xferred", "xfer cnt", "xfers", "transfer flag", "transfer count", "# transfers",
            "number of transfers", "weitergeleitet", "transferida", "transferido", "transféré", "escalated",
        ],
    ),
    (
        Field::Resolved,
        &[
            "resolved", "issue resolved", "resolved on first call", "first call resolution",
            "first contact resolution", "fcr", "resolution", "solved", "is resolved", "was resolved", "gelöst",
            "resuelta", "resuelto", "résolu", "resolved flag", "query resolved", "resolution status", "disposition",
            "agent disposition", "call disposition", "problem solved",
        ],
    ),
    (
        Field::Csat,
        &[
            "csat", "satisfaction", "satisfaction rating", "satisfaction score", "csat score", "survey score",
            "survey rating", "customer satisfaction", "rating", "survey", "customer rating", "feedback score", "stars",
            "score", "zufriedenheit", "valoración", "satisfacción", "note de satisfaction", "kundenzufriedenheit",
        ],
    ),
    (
        Field::Agent,
        &[
            "agent name", "agent", "agent full name", "agent username", "agent email", "agent login", "agent id",
            "agent ext", "handled by", "answered by", "operator", "user", "user name", "username", "rep",
            "representative", "csr", "advisor", "adviser", "consultant", "employee", "employee name", "staff",
            "staff member", "receptionist", "assignee", "assignee email", "assigned to", "mitarbeiter", "bearbeiter",
            "agente", "operador", "conseiller", "opérateur", "associate", "call taker", "dispatcher", "server",
            "technician",
        ],
    ),
    (Field::Team, &["team", "team name", "agent team", "equipo", "équipe", "agent group", "squad"]),
    (
        Field::Queue,
        &[
            "queue name", "queue", "skill", "skill name", "split", "hunt group", "ring group", "queue cd", "queue id",
            "acd queue", "warteschlange", "cola", "file d attente", "department", "dept", "service", "campaign",
            "line", "vdn", "csq", "group", "call group", "abteilung", "departamento", "business unit", "call center",
        ],
    ),
    (
        Field::Issue,
        &[
            "issue", "topic", "reason", "reason for call", "call reason", "contact reason", "category",
            "call category", "subject", "issue type", "call topic", "query type", "problem type", "ivr option",
            "thema", "anliegen", "grund", "motivo", "motif", "tema", "type of call", "enquiry type",
        ],
    ),
    (
        Field::Customer,
        &[
            "customer id", "customer", "caller id", "caller", "customer number", "customer no", "customer ref",
            "customer hash", "account", "account number", "account id", "client id", "client", "member id",
            "patient id", "subscriber", "caller number", "caller phone", "phone", "phone number", "telephone",
            "customer phone", "customer tel", "customer phone number", "ani", "cli", "msisdn", "calling number",
            "from", "from number", "contact number", "kundennummer", "kunde", "rufnummer", "anrufer", "teléfono",
            "cliente", "llamante", "numéro client", "numéro", "caller id number", "remote",
        ],
    ),
    (
        Field::Contact,
        &[
            "contact id", "call id", "interaction id", "conversation id", "callid", "call key", "call ref",
            "call reference", "call no", "call number", "unique id", "uniqueid", "session id", "interaction",
            "reference", "ref", "log no", "id", "record id", "call uuid", "uuid", "no", "anruf id", "anruf nr",
            "id llamada", "ucid", "contact",
        ],
    ),
];

/// Words of a header that say what a number counts, and no more.
pub const UNIT_WORDS: [(&str, Unit); 22] = [
    ("ms", Unit::Ms),
    ("msec", Unit::Ms),
    ("millis", Unit::Ms),
    ("milliseconds", Unit::Ms),
    ("s", Unit::S),
    ("sec", Unit::S),
    ("secs", Unit::S),
    ("second", Unit::S),
    ("seconds", Unit::S),
    ("sek", Unit::S),
    ("sekunden", Unit::S),
    ("segundos", Unit::S),
    ("secondes", Unit::S),
    ("seg", Unit::S),
    ("min", Unit::Min),
    ("mins", Unit::Min),
    ("minutes", Unit::Min),
    ("minuten", Unit::Min),
    ("minutos", Unit::Min),
    ("h", Unit::H),
    ("hours", Unit::H),
    ("days", Unit::Day),
];

/// Words that make a column something else than the value of one call.
pub const AVERAGES: [&str; 8] = ["avg", "average", "mean", "aht", "durchschnitt", "promedio", "moyenne", "target"];
/// Rows below a table.
pub const FOOTERS: [&str; 16] = [
    "Total", "total", "TOTAL", "Grand Total", "Sum", "Summe", "Gesamt", "Suma", "Somme", "Average", "Generated",
    "Report", "Printed", "Filter", "End of", "***",
];

/// Words that tell the role of a time.
pub const ANSWER_WORDS: [&str; 9] =
    ["answered", "answer", "connected", "connect", "pickup", "picked", "accepted", "agentjoined", "angenommen"];
pub const END_WORDS: [&str; 12] = [
    "ended", "end", "finished", "finish", "disconnected", "disconnect", "hangup", "completed", "closed", "stop",
    "ende", "fin",
];
pub const OTHER_WORDS: [&str; 5] = ["updated", "modified", "survey", "exported", "scheduled"];
