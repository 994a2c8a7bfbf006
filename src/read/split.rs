//! Bytes into records and fields: tolerant CSV, fast.
//!
//! The rules, which do not depend on where blocks of bytes begin or end:
//! - a quote opens a field only as its first byte; elsewhere it is an ordinary character;
//! - a quoted field may hold delimiters, line ends and doubled quotes;
//! - a record that spans lines counts only if its quotes are regular and it has as many fields as the
//!   header; otherwise a quote was lost, and its first line stands alone, so that one lost quote costs
//!   one row and not the rest of the file.

/// A record that has not ended after so many bytes has lost a quote.
const LONGEST_RECORD: usize = 1 << 20;

/// How a text file is cut into fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    pub delimiter: u8,
    /// `\n`, or `\r` for the rare files that have nothing else.
    pub line_end: u8,
}

/// Where a field lies in its buffer: start and end.
pub type Span = (u32, u32);

/// One record.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    buffer: &'a [u8],
    spans: &'a [Span],
    /// Line of its first byte, counted from 0 at the beginning of the bytes.
    pub line: u32,
    /// A quote was opened and not closed.
    pub broken_quote: bool,
}

impl<'a> Record<'a> {
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Field `i` without its quotes; `i` must be below `len`.
    #[inline(always)]
    pub fn field(&self, i: usize) -> &'a [u8] {
        let (start, end) = self.spans[i];
        &self.buffer[start as usize..end as usize]
    }

    pub fn fields(&self) -> impl Iterator<Item = &'a [u8]> {
        let buffer = self.buffer;
        self.spans.iter().map(move |(start, end)| &buffer[*start as usize..*end as usize])
    }
}

/// Reads records one after the other from a block of bytes.
pub struct Records<'a> {
    bytes: &'a [u8],
    dialect: Dialect,
    /// Fields a record that spans lines must have; 0 where that is not known yet.
    columns: usize,
    /// No more bytes follow this block.
    last: bool,
    position: usize,
    line: u32,
    spans: Vec<Span>,
    unescaped: Vec<u8>,
    /// The window of 64 bytes whose marks are being used, and the marks left in it.
    window: usize,
    marks: u64,
    /// All marks before this place are used and none behind it.
    resume: usize,
}

/// How one attempt at a record ended.
enum Attempt {
    /// A record up to the position given; `regular` quotes; lines it spans; fields that hold doubled quotes.
    Record {
        next: usize,
        lines: u32,
        regular: bool,
        escaped: bool,
    },
    /// The bytes end before the record does.
    Unfinished,
    TooLong,
}

impl<'a> Records<'a> {
    pub fn new(bytes: &'a [u8], dialect: Dialect, columns: usize, last: bool) -> Self {
        Records {
            bytes,
            dialect,
            columns,
            last,
            position: 0,
            line: 0,
            spans: Vec::with_capacity(columns + 1),
            unescaped: Vec::new(),
            window: 0,
            marks: 0,
            resume: usize::MAX,
        }
    }

    /// Where the first record begins that was not returned.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Line ends passed so far.
    pub fn lines(&self) -> u32 {
        self.line
    }

    /// The next record; `None` at the end of the bytes, or before a record that they do not finish.
    #[allow(clippy::should_implement_trait)] // lends from itself, which Iterator cannot
    pub fn next(&mut self) -> Option<Record<'_>> {
        let start = self.position;
        if start >= self.bytes.len() {
            return None;
        }
        let line = self.line;
        let mut broken_quote = false;
        let mut buffer: &[u8] = self.bytes;
        match self.attempt(start) {
            Attempt::Unfinished if !self.last => return None,
            Attempt::Record { next, lines: 1, escaped: false, .. } => {
                self.position = next;
                self.line += 1;
            }
            Attempt::Record { next, lines, regular, escaped }
                if lines == 1 || (regular && (self.columns == 0 || self.spans.len() == self.columns)) =>
            {
                self.position = next;
                self.line += lines;
                if escaped {
                    self.unescape();
                    buffer = &self.unescaped;
                }
            }
            _ => {
                self.split_first_line(start);
                self.line += 1;
                broken_quote = true;
            }
        }
        Some(Record { buffer, spans: &self.spans, line, broken_quote })
    }

    /// Splits from `start`, following quotes over line ends.
    fn attempt(&mut self, start: usize) -> Attempt {
        let Dialect { delimiter, line_end } = self.dialect;
        let bytes = self.bytes;
        self.spans.clear();
        let mut field = start;
        // Start of the content of the open quoted field, and where its quote closed.
        let mut quoted: Option<usize> = None;
        let mut closed: Option<usize> = None;
        let mut lines = 0u32;
        let mut regular = true;
        let mut escaped = false;
        let mut skip = usize::MAX;
        self.seek(start);
        loop {
            let Some(at) = self.next_mark() else {
                // The bytes end here.
                if quoted.is_some() || !self.last {
                    return Attempt::Unfinished;
                }
                self.end_field(field, bytes.len(), closed);
                return Attempt::Record { next: bytes.len(), lines: lines + 1, regular, escaped };
            };
            let byte = bytes[at];
            if quoted.is_some() {
                if at == skip {
                    continue;
                }
                if byte == line_end {
                    lines += 1;
                    if at - start > LONGEST_RECORD {
                        return Attempt::TooLong;
                    }
                } else if byte == b'"' {
                    match bytes.get(at + 1) {
                        Some(b'"') => {
                            escaped = true;
                            skip = at + 1;
                        }
                        None if !self.last => return Attempt::Unfinished,
                        follower => {
                            let ends = follower.is_none_or(|b| *b == delimiter || *b == line_end || *b == b'\r');
                            if ends {
                                closed = Some(at);
                            } else {
                                regular = false;
                            }
                            quoted = None;
                        }
                    }
                }
                continue;
            }
            if byte == delimiter {
                self.end_field(field, at, closed);
                field = at + 1;
                closed = None;
            } else if byte == line_end {
                let end = if line_end == b'\n' && at > field && bytes[at - 1] == b'\r' { at - 1 } else { at };
                self.end_field(field, end, closed);
                self.resume = at + 1;
                return Attempt::Record { next: at + 1, lines: lines + 1, regular, escaped };
            } else if at == field {
                quoted = Some(at + 1);
            }
        }
    }

    #[inline(always)]
    fn end_field(&mut self, start: usize, end: usize, closed: Option<usize>) {
        let span = match closed {
            Some(close) => (start as u32 + 1, close as u32),
            None => (start as u32, end as u32),
        };
        self.spans.push(span);
    }

    /// Copies the fields with doubled quotes halved.
    fn unescape(&mut self) {
        self.unescaped.clear();
        for span in &mut self.spans {
            let field = &self.bytes[span.0 as usize..span.1 as usize];
            let was_quoted = span.0 > 0 && self.bytes[span.0 as usize - 1] == b'"';
            let begin = self.unescaped.len();
            let mut previous_kept_quote = false;
            for byte in field {
                if was_quoted && *byte == b'"' && previous_kept_quote {
                    previous_kept_quote = false;
                    continue;
                }
                previous_kept_quote = *byte == b'"';
                self.unescaped.push(*byte);
            }
            *span = (begin as u32, self.unescaped.len() as u32);
        }
    }

    /// Splits the line at `start` with quotes that cannot pass its end; an unclosed one is a character.
    fn split_first_line(&mut self, start: usize) {
        let Dialect { delimiter, line_end } = self.dialect;
        let rest = &self.bytes[start..];
        let (line, next) = match memchr::memchr(line_end, rest) {
            Some(at) => (&rest[..at], start + at + 1),
            None => (rest, self.bytes.len()),
        };
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        self.spans.clear();
        let mut field = 0;
        while field <= line.len() {
            let tail = &line[field..];
            let close = tail.first().filter(|b| **b == b'"').and_then(|_| {
                (1..tail.len()).find(|i| tail[*i] == b'"' && tail.get(i + 1).is_none_or(|b| *b == delimiter))
            });
            let (span, length) = match close {
                Some(close) => ((field + 1, field + close), close + 1),
                None => {
                    let end = memchr::memchr(delimiter, tail).unwrap_or(tail.len());
                    ((field, field + end), end)
                }
            };
            self.spans.push(((start + span.0) as u32, (start + span.1) as u32));
            field += length + 1;
        }
        self.position = next;
    }

    /// Makes `at` the place where marks are taken next.
    #[inline(always)]
    fn seek(&mut self, at: usize) {
        if self.resume != at {
            self.window = at & !63;
            self.marks = self.load(self.window) & (!0u64 << (at & 63));
        }
        self.resume = usize::MAX;
    }

    /// The next delimiter, line end or quote.
    #[inline(always)]
    fn next_mark(&mut self) -> Option<usize> {
        while self.marks == 0 {
            let window = self.window + 64;
            if window >= self.bytes.len() {
                return None;
            }
            self.window = window;
            self.marks = self.load(window);
        }
        let at = self.window + self.marks.trailing_zeros() as usize;
        self.marks &= self.marks - 1;
        Some(at)
    }

    /// Bits of the delimiters, line ends and quotes in the 64 bytes at `window`.
    #[inline(always)]
    fn load(&self, window: usize) -> u64 {
        let rest = &self.bytes[window..];
        match rest.first_chunk::<64>() {
            Some(chunk) => marks(chunk, self.dialect.delimiter, self.dialect.line_end),
            None => {
                let mut chunk = [0u8; 64];
                chunk[..rest.len()].copy_from_slice(rest);
                marks(&chunk, self.dialect.delimiter, self.dialect.line_end)
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn marks(chunk: &[u8; 64], delimiter: u8, line_end: u8) -> u64 {
    use std::arch::x86_64::{__m128i, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8};
    // SAFETY: SSE2 is part of x86-64; the four unaligned loads stay within the 64 bytes.
    unsafe {
        let (d, n, q) = (_mm_set1_epi8(delimiter as i8), _mm_set1_epi8(line_end as i8), _mm_set1_epi8(b'"' as i8));
        let mut bits = 0u64;
        for part in 0..4 {
            let lane = _mm_loadu_si128(chunk.as_ptr().add(part * 16).cast::<__m128i>());
            let hit =
                _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(lane, d), _mm_cmpeq_epi8(lane, n)), _mm_cmpeq_epi8(lane, q));
            bits |= u64::from(_mm_movemask_epi8(hit) as u16) << (part * 16);
        }
        bits
    }
}

#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
fn marks(chunk: &[u8; 64], delimiter: u8, line_end: u8) -> u64 {
    let mut bits = 0u64;
    for (i, byte) in chunk.iter().enumerate() {
        let hit = (*byte == delimiter) | (*byte == line_end) | (*byte == b'"');
        bits |= u64::from(hit) << i;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COMMA: Dialect = Dialect { delimiter: b',', line_end: b'\n' };

    fn all(text: &str, columns: usize) -> Vec<Vec<String>> {
        let mut records = Records::new(text.as_bytes(), COMMA, columns, true);
        let mut out = Vec::new();
        while let Some(record) = records.next() {
            out.push(record.fields().map(|f| String::from_utf8_lossy(f).into_owned()).collect());
        }
        out
    }

    #[test]
    fn splits_quotes_doubled_quotes_line_ends_and_empty_fields() {
        assert_eq!(
            all("a,\"b, c\",\r\n\"d\"\"e\",\"f\ng\",h\n,,\nlast,1,2", 3),
            [vec!["a", "b, c", ""], vec!["d\"e", "f\ng", "h"], vec!["", "", ""], vec!["last", "1", "2"]]
        );
    }

    #[test]
    fn quotes_inside_a_field_are_characters() {
        assert_eq!(
            all("6\" pipe,x\n\"User 10\" <114>,y\n", 2),
            [vec!["6\" pipe", "x"], vec!["\"User 10\" <114>", "y"]]
        );
    }

    #[test]
    fn a_lost_quote_costs_one_line() {
        let text = "1,\"Smith, J,9\n2,\"Jones, K\",9\n3,\"Brown, L\",9\n";
        assert_eq!(
            all(text, 3),
            [vec!["1", "\"Smith", " J", "9"], vec!["2", "Jones, K", "9"], vec!["3", "Brown, L", "9"]]
        );
        assert_eq!(all("1,2,\"open\n2,3,4\n", 3), [vec!["1", "2", "\"open"], vec!["2", "3", "4"]]);
    }

    #[test]
    fn long_fields_pass_the_window_of_64_bytes() {
        let long = "x".repeat(300);
        assert_eq!(all(&format!("{long},\"{long},{long}\"\n1,2\n"), 2)[1], ["1", "2"]);
    }

    /// Records of `bytes` fed in two parts, as the reader does with blocks that end at a line end.
    fn in_two(bytes: &[u8], cut: usize, columns: usize) -> Vec<Vec<Vec<u8>>> {
        let mut out = Vec::new();
        let mut take = |bytes: &[u8], last: bool| -> usize {
            let mut records = Records::new(bytes, COMMA, columns, last);
            while let Some(record) = records.next() {
                out.push(record.fields().map(<[u8]>::to_vec).collect());
            }
            records.position()
        };
        let used = take(&bytes[..cut], false);
        take(&bytes[used..], true);
        out
    }

    proptest! {
        #[test]
        fn records_do_not_depend_on_where_the_bytes_are_cut(
            bytes in proptest::collection::vec(proptest::sample::select(b"ab,\"\n\r".to_vec()), 0..200),
            cut in 0usize..200,
        ) {
            let whole = in_two(&bytes, 0, 3);
            prop_assert_eq!(in_two(&bytes, cut.min(bytes.len()), 3), whole);
        }

        #[test]
        fn what_the_csv_crate_writes_is_read_back(
            rows in proptest::collection::vec(proptest::collection::vec("[ab,\"\n ]{0,9}", 3), 1..9),
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            prop_assert_eq!(all(&text, 3), rows);
        }
    }
}
