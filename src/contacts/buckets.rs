//! Work on rows by key, several buckets of keys at a time, each small enough for the processor's cache.

/// Entries (key and index) of some rows, sorted into buckets by key; one such set for each thread.
pub struct Part {
    entries: Vec<(u64, u32)>,
    /// Where each bucket begins, and the end of the last.
    bounds: Vec<usize>,
}

/// Entries that a bucket should hold: few enough to stay in the processor's cache.
const BUCKET: usize = 8_192;

/// Sorts the indices below `count` that have a key into buckets by the key's upper bits.
pub fn partition(count: usize, threads: usize, key: impl Fn(usize) -> Option<u64> + Sync) -> Vec<Part> {
    let buckets = (count / BUCKET).next_power_of_two().clamp(1, 1_024);
    let shift = 64 - buckets.trailing_zeros();
    let bucket = |key: u64| if shift == 64 { 0 } else { (key >> shift) as usize };
    let threads = threads.clamp(1, count.div_ceil(1 << 16).max(1));
    let one = |t: usize| {
        let rows = count * t / threads..count * (t + 1) / threads;
        let mut bounds = vec![0usize; buckets + 1];
        for i in rows.clone() {
            if let Some(key) = key(i) {
                bounds[bucket(key) + 1] += 1;
            }
        }
        for b in 0..buckets {
            bounds[b + 1] += bounds[b];
        }
        let mut at = bounds.clone();
        let mut entries = vec![(0u64, 0u32); bounds[buckets]];
        for i in rows {
            if let Some(key) = key(i) {
                let place = &mut at[bucket(key)];
                entries[*place] = (key, i as u32);
                *place += 1;
            }
        }
        Part { entries, bounds }
    };
    if threads == 1 {
        return vec![one(0)];
    }
    std::thread::scope(|scope| {
        let one = &one;
        let started: Vec<_> = (0..threads).map(|t| scope.spawn(move || one(t))).collect();
        started.into_iter().map(|t| t.join().expect("partitioning does not panic")).collect()
    })
}

/// Works on every bucket, several at a time; what each adds to its list is returned in the order of buckets.
pub fn in_parallel(parts: &[Part], threads: usize, work: impl Fn(&[(u64, u32)], &mut Vec<u32>) + Sync) -> Vec<u32> {
    let buckets = parts.first().map_or(0, |p| p.bounds.len() - 1);
    let threads = threads.clamp(1, buckets.max(1));
    let some = |t: usize| {
        let mut out = Vec::new();
        let mut joined = Vec::new();
        for b in buckets * t / threads..buckets * (t + 1) / threads {
            joined.clear();
            for part in parts {
                joined.extend_from_slice(&part.entries[part.bounds[b]..part.bounds[b + 1]]);
            }
            work(&joined, &mut out);
        }
        out
    };
    if threads == 1 {
        return some(0);
    }
    std::thread::scope(|scope| {
        let some = &some;
        let started: Vec<_> = (0..threads).map(|t| scope.spawn(move || some(t))).collect();
        started.into_iter().flat_map(|t| t.join().expect("a bucket's work does not panic")).collect()
    })
}

/// A value for each key met; open addressing over keys that are hashes already.
pub struct SmallMap<T> {
    slots: Vec<Option<(u64, T)>>,
    mask: usize,
}

impl<T: Copy> SmallMap<T> {
    pub fn new(entries: usize) -> Self {
        let size = (entries * 2).next_power_of_two().max(16);
        SmallMap { slots: vec![None; size], mask: size - 1 }
    }

    /// The value of the key, which is `new` if it was not met before.
    #[inline]
    pub fn entry(&mut self, key: u64, new: T) -> &mut T {
        let mut at = key as usize & self.mask;
        while self.slots[at].as_ref().is_some_and(|(known, _)| *known != key) {
            at = (at + 1) & self.mask;
        }
        &mut self.slots[at].get_or_insert((key, new)).1
    }
}
