//! Values that are words: what they mean, in every source and by a profile.

use super::keys::text_of;
use super::profile::{self, FieldSpec};

/// Spellings of "nothing here", in every source.
const NOTHING: [&str; 10] = ["-", "--", "null", "n/a", "#n/a", "na", "none", "nan", "\\n", "(null)"];

const YES: &[&str] = &[
    "yes", "y", "true", "t", "1", "x", "ja", "j", "si", "sí", "s", "oui", "o", "sim", "wahr", "vrai", "verdadero",
    "tak", "kyllä", "vero", "sì", "transferred",
];
const NO: &[&str] = &[
    "no", "n", "false", "f", "0", "nein", "non", "não", "falsch", "faux", "nee", "nie", "nej", "ei", "falso",
    "not transferred",
];

/// What business systems write where the wanted outcome came, where it did not, and where nobody knows yet; with `_`
/// and `-` as blanks. `closed`, `open` and their like can be either and are in none.
const MET: &[&str] = &[
    "kept", "retained", "saved", "stayed", "won", "win", "closed won", "renewed", "renewal", "extended", "sold",
    "sale", "bought", "upgraded", "converted", "paid", "collected", "booked", "success", "successful", "achieved",
    "met", "1.0", "gehalten", "behalten", "gewonnen", "verlängert", "verkauft", "bezahlt", "erfolgreich", "erfolg",
    "retenido", "renovado", "ganado", "vendido", "pagado", "éxito", "conservé", "renouvelé", "gagné", "vendu", "payé",
    "behouden", "verlengd", "verkocht", "betaald", "mantenuto", "rinnovato", "vinto", "venduto", "pagato", "mantido",
];
const MISSED: &[&str] = &[
    "lost", "loss", "closed lost", "cancelled", "canceled", "cancellation", "churned", "churn", "left", "expired",
    "lapsed", "terminated", "declined", "refused", "failed", "failure", "unsuccessful", "missed", "unpaid", "no sale",
    "0.0", "verloren", "gekündigt", "storniert", "nicht verlängert", "nicht verkauft", "nicht bezahlt", "erfolglos",
    "perdido", "cancelado", "no renovado", "perdu", "résilié", "annulé", "non renouvelé", "opgezegd", "geannuleerd",
    "perso", "disdetto", "annullato", "non rinnovato",
];
const NOT_YET: &[&str] = &[
    "pending", "undecided", "unknown", "in progress", "tbd", "ausstehend", "unbekannt", "pendiente", "desconocido",
    "en attente", "inconnu", "in behandeling", "onbekend", "in attesa", "sconosciuto", "pendente", "desconhecido",
];
/// Of YES and NO, what can only be said of a transfer.
const OF_TRANSFERS: [&str; 2] = ["transferred", "not transferred"];

const OUTCOME_WORDS: [&[&str]; 4] = [
    &[
        "answered", "answer", "handled", "connected", "completed", "complete", "served", "agent", "accepted",
        "success", "successful", "answered call", "call answered", "picked up", "beantwortet", "angenommen",
        "contestada", "atendida", "répondu", "beantwoord", "risposto", "risposta", "atendido", "odebrane", "besvarat",
        "resolved", "transferred", "inbound", "ok",
    ],
    &[
        "abandoned", "abandon", "abandonned", "missed", "missed call", "hangup", "hang up", "hung up", "hang", "lost",
        "unanswered", "no answer", "noanswer", "no_answer", "not answered", "dropped", "drop", "short abandoned",
        "short_abandoned", "abandoned in queue", "caller hung up", "aufgelegt", "verpasst", "verloren", "abandonada",
        "perdida", "abandonné", "abandoned call", "cancelled", "canceled", "abgebrochen", "nicht angenommen",
        "no contestada", "non répondu", "gemist", "opgehangen", "niet beantwoord", "persa", "abbandonata",
        "non risposta", "não atendida", "nieodebrane", "missat", "abandonnée", "verlaten", "caller disconnected",
        "disconnected in queue", "timeout",
    ],
    &[
        "voicemail", "voice mail", "busy", "failed", "phantom", "after hours", "out of hours", "closed", "ivr",
        "abandoned in ivr", "rejected", "blocked", "self service", "self-service", "overflow",
    ],
    // Only what can be said of an agent alone: a missed call or one without an answer may be a caller who gave up.
    &[
        "ring no answer", "ring-no-answer", "ring_no_answer", "ringnoanswer", "ringing no answer", "rang no answer",
        "rna", "agent no answer", "agent_no_answer", "no answer by agent", "agent did not answer",
        "agent not answering", "agent didn't answer", "not answered by agent", "missed by agent", "agent missed",
        "missed_by_agent", "agent_missed", "not responding", "agent not responding", "agent_not_responding",
        "refused by agent", "agent refused", "declined by agent", "agent declined", "rejected by agent",
        "agent rejected",
    ],
];
const DIRECTION_WORDS: [&[&str]; 3] = [
    &["inbound", "in", "incoming", "i", "eingehend", "entrante", "entrant", "inbound call", "incoming call"],
    &["outbound", "out", "outgoing", "o", "ausgehend", "saliente", "sortant", "outbound call", "outgoing call"],
    &["internal", "int", "intern", "interna", "interne", "internal call"],
];
const CHANNEL_WORDS: [&[&str]; 6] = [
    &[
        "voice", "phone", "call", "telephone", "telephony", "calls", "telefon", "teléfono", "téléphone",
        "inbound call", "phone call", "call-center", "call center",
    ],
    &["callback", "call back", "call-back", "queue callback"],
    &["chat", "web chat", "webchat", "live chat", "chatbot"],
    &["email", "e-mail", "mail"],
    &["message", "sms", "messaging", "whatsapp", "social", "text"],
    &["other", "web", "task", "fax", "video"],
];

const SURVEY_SOURCE_WORDS: [&[&str]; 2] = [
    &[
        "agent", "by agent", "agent offered", "offered by agent", "agent started", "started by agent", "agent asked",
        "asked by agent", "agent initiated", "agent-initiated", "agent_initiated", "agent sent", "sent by agent",
        "agent transfer", "transferred by agent", "agent invited", "manual", "manually", "advisor", "rep",
        "representative", "agent angeboten", "mitarbeiter", "manuell", "agente", "conseiller", "manuel",
    ],
    &[
        "independent", "ivr", "post call ivr", "post-call ivr", "ivr survey", "sms", "text", "text message", "email",
        "e-mail", "mail", "web", "link", "app", "automatic", "automatically", "automated", "auto", "system", "robot",
        "bot", "random", "supervisor", "team leader", "manager", "quality", "third party", "external", "whatsapp",
        "automatisch", "extern", "automático", "automatique", "auto ivr", "auto sms", "auto email",
    ],
];

/// True for the empty cell and the usual spellings of "nothing here".
#[inline(always)]
pub fn is_nothing(text: &[u8]) -> bool {
    match text.first() {
        None => true,
        Some(b'-' | b'n' | b'N' | b'\\' | b'#' | b'(') if text.len() <= 6 => is_word_for_nothing(text),
        _ => false,
    }
}

#[inline(never)]
fn is_word_for_nothing(text: &[u8]) -> bool {
    // `no`, the most frequent of these beginnings, is an answer.
    !text.eq_ignore_ascii_case(b"no") && NOTHING.iter().any(|nothing| text.eq_ignore_ascii_case(nothing.as_bytes()))
}

/// Values of a column and what they mean; compared as they stand first, then trimmed and in lower case.
#[derive(Debug, Clone, Default)]
pub struct Values {
    all: Vec<(Box<[u8]>, u8)>,
    /// For a texts' length, first and last byte, the place in `all` (from 1) that most likely holds it.
    likely: Vec<u16>,
}

/// Where `likely` keeps a text.
#[inline(always)]
fn likely_slot(text: &[u8]) -> usize {
    match text {
        [] => 0,
        [first, .., last] => (text.len() * 31 + usize::from(*first) * 7 + usize::from(*last)) & 255,
        [only] => usize::from(*only),
    }
}

impl Values {
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, u8)>) -> Self {
        let mut all: Vec<(Box<[u8]>, u8)> = Vec::new();
        for (text, meaning) in pairs {
            for spelling in [text.to_string(), text.trim().to_lowercase()] {
                if !all.iter().any(|(known, _)| **known == *spelling.as_bytes()) {
                    all.push((spelling.into_bytes().into(), meaning));
                }
            }
        }
        let mut likely = vec![0u16; 256];
        for (i, (text, _)) in all.iter().enumerate().rev() {
            likely[likely_slot(text)] = i as u16 + 1;
        }
        Values { all, likely }
    }

    #[inline]
    pub fn get(&self, text: &[u8]) -> Option<u8> {
        if self.all.is_empty() {
            return None;
        }
        match usize::from(self.likely[likely_slot(text)]).checked_sub(1) {
            Some(i) if *self.all[i].0 == *text => Some(self.all[i].1),
            _ => self.search(text),
        }
    }

    /// True where no word has a meaning.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    #[cold]
    fn search(&self, text: &[u8]) -> Option<u8> {
        let find = |text: &[u8]| self.all.iter().find(|(known, _)| **known == *text).map(|(_, meaning)| *meaning);
        find(text).or_else(|| find(text_of(text).to_lowercase().as_bytes()))
    }

    #[inline(always)]
    pub fn has(&self, text: &[u8]) -> bool {
        !self.all.is_empty() && self.get(text).is_some()
    }
}

pub fn values_of(texts: &[String]) -> Values {
    Values::new(texts.iter().map(|t| (t.as_str(), 0)))
}

/// The words of a choice, each with its number, in the order of [`Kind::Choice`].
pub fn choice_values(spec: &FieldSpec, words: &[&'static str]) -> Values {
    if !spec.map.is_empty() {
        let pairs = spec.map.iter().flat_map(|(word, values)| {
            let meaning = words.iter().position(|w| w == word).unwrap_or(0) as u8;
            values.iter().map(move |v| (v.as_str(), meaning))
        });
        return Values::new(pairs);
    }
    default_choice(words)
}

/// What the words of the field mean where a profile does not say.
pub fn default_choice(words: &[&'static str]) -> Values {
    let lists: &[&[&str]] = match words {
        profile::OUTCOMES => &OUTCOME_WORDS,
        profile::DIRECTIONS => &DIRECTION_WORDS,
        profile::SURVEY_SOURCES => &SURVEY_SOURCE_WORDS,
        _ => &CHANNEL_WORDS,
    };
    Values::new(lists.iter().enumerate().flat_map(|(i, list)| list.iter().map(move |w| (*w, i as u8))))
}

impl Values {
    /// The meaning of a text, for guessing.
    pub fn meaning(&self, text: &str) -> Option<u8> {
        self.get(text.as_bytes()).or_else(|| self.get(text.to_lowercase().as_bytes()))
    }
}

/// What a business system's word says of the outcome of a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WantedOutcome {
    Met,
    Missed,
    NotYet,
}

impl WantedOutcome {
    /// Whether the wanted outcome came, `None` as long as nobody knows.
    pub fn known(self) -> Option<bool> {
        match self {
            WantedOutcome::Met => Some(true),
            WantedOutcome::Missed => Some(false),
            WantedOutcome::NotYet => None,
        }
    }
}

/// Reads words such as `yes`, `kept`, `not kept` and `closed_lost`; `None` of a word that is not known.
pub fn wanted_outcome() -> impl Fn(&str) -> Option<WantedOutcome> {
    let meanings = [WantedOutcome::Missed, WantedOutcome::Met, WantedOutcome::NotYet];
    let lists = [(NO, 0), (MISSED, 0), (YES, 1), (MET, 1), (NOT_YET, 2)];
    let pairs = lists.into_iter().flat_map(|(list, meaning)| list.iter().map(move |word| (*word, meaning)));
    let values = Values::new(pairs.filter(|(word, _)| !OF_TRANSFERS.contains(word)));
    move |word| {
        if is_nothing(word.as_bytes()) {
            return Some(WantedOutcome::NotYet);
        }
        let word = word.to_lowercase().replace(['_', '-'], " ");
        let of = |word: &str| values.get(word.as_bytes()).map(|meaning| meanings[usize::from(meaning)]);
        let denied = || of(word.strip_prefix("not ")?).filter(|of| *of == WantedOutcome::Met);
        of(&word).or_else(|| denied().map(|_| WantedOutcome::Missed))
    }
}

/// What yes and no are spelled like where a profile does not say.
pub fn default_yes_no() -> Values {
    Values::new(YES.iter().map(|w| (*w, 1)).chain(NO.iter().map(|w| (*w, 0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_business_systems_say_whether_the_wanted_outcome_came() {
        let read = wanted_outcome();
        for (wanted, words) in [
            (WantedOutcome::Met, "yes;TRUE;1;1.0;Kept;won;Closed_Won;closed-won;renewed;Verlängert;x"),
            (WantedOutcome::Missed, "no;false;0;lost;Cancelled;canceled;CLOSED LOST;not_renewed;not-kept;churned"),
            (WantedOutcome::NotYet, ";-;null;n/a;pending;Unknown;in progress"),
        ] {
            for word in words.split(';') {
                assert_eq!(read(word), Some(wanted), "{word}");
            }
        }
        for word in ["open", "closed", "maybe", "transferred", "2", "downgraded", "not lost", "not "] {
            assert_eq!(read(word), None, "{word}");
        }
    }
}
