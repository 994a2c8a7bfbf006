//! The two-way mixed model: what agents add to strata that they did not choose.
//!
//! A value of agent i in stratum j is `b_j + a_i + e`, where b_j is fixed, a_i comes from N(0, tau²) and e has
//! variance sigma². C. R. Henderson, Biometrics 31 (1975) 423-447 (mixed model equations, BLUP); H. D. Patterson
//! and R. Thompson, Biometrika 58 (1971) 545-554 (REML). Exact: one of the two factors is eliminated and the
//! equations of the other, whichever is smaller, are solved by Cholesky's method.

use libm::{log, sqrt};

/// What one agent did in one stratum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    pub stratum: u32,
    /// Observations; weights of a fraction are allowed.
    pub n: f64,
    /// Sum of the values.
    pub sum: f64,
}

/// The entries of each agent, one behind the other; each agent's strata rise.
#[derive(Debug, Clone, Default)]
pub struct Design {
    entries: Vec<Entry>,
    /// Where each agent's entries end.
    ends: Vec<usize>,
    strata: usize,
}

impl Design {
    /// Adds an agent; entries without observations are left out.
    pub fn push(&mut self, entries: impl IntoIterator<Item = Entry>) {
        for entry in entries.into_iter().filter(|e| e.n > 0.0) {
            self.strata = self.strata.max(entry.stratum as usize + 1);
            self.entries.push(entry);
        }
        self.ends.push(self.entries.len());
    }

    pub fn agents(&self) -> usize {
        self.ends.len()
    }

    pub fn agent(&self, i: usize) -> &[Entry] {
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        &self.entries[start..self.ends[i]]
    }

    /// Observations and sum of values of each stratum.
    pub fn strata(&self) -> Vec<(f64, f64)> {
        let mut strata = vec![(0.0, 0.0); self.strata];
        for entry in &self.entries {
            let (n, sum) = &mut strata[entry.stratum as usize];
            *n += entry.n;
            *sum += entry.sum;
        }
        strata
    }

    /// Observations of agent `i`.
    pub fn observations(&self, i: usize) -> f64 {
        self.agent(i).iter().map(|e| e.n).sum()
    }
}

/// The model's answer for each agent.
#[derive(Debug, Clone, PartialEq)]
pub struct Effects {
    /// Best linear unbiased prediction of a_i, in the unit of the values.
    pub mean: Vec<f64>,
    /// Its variance as a multiple of sigma².
    pub variance: Vec<f64>,
    /// Restricted log likelihood of tau, but for what does not depend on it: `-(log det) / 2`, and the quadratic
    /// form that is to be divided by `2 sigma²` and added.
    pub half_log_det: f64,
    pub quadratic: f64,
}

impl Effects {
    /// Restricted log likelihood of tau given sigma², up to a constant.
    pub fn log_likelihood(&self, sigma2: f64) -> f64 {
        self.quadratic / (2.0 * sigma2) - self.half_log_det
    }
}

/// Solves the model for `lambda` = sigma² / tau², which must be positive.
///
/// An agent without observations has mean 0 and variance 1 / lambda (in units of sigma²): all that is known is tau.
pub fn effects(design: &Design, lambda: f64) -> Effects {
    debug_assert!(lambda > 0.0);
    let strata = design.strata();
    let used = strata.iter().filter(|(n, _)| *n > 0.0).count();
    if design.agents() <= used { by_agents(design, &strata, lambda) } else { by_strata(design, &strata, lambda) }
}

/// Strata eliminated: `M = diag(n_i + lambda) - N diag(1 / n_j) N'`, `a = M⁻¹ b`, variance `diag(M⁻¹)`.
fn by_agents(design: &Design, strata: &[(f64, f64)], lambda: f64) -> Effects {
    let agents = design.agents();
    let mut m = vec![0.0; agents * agents];
    let mut b = vec![0.0; agents];
    let mut rows: Vec<Vec<(usize, f64)>> = vec![Vec::new(); strata.len()];
    for i in 0..agents {
        m[i * agents + i] = lambda + design.observations(i);
        for entry in design.agent(i) {
            let (n, sum) = strata[entry.stratum as usize];
            b[i] += entry.sum - entry.n / n * sum;
            rows[entry.stratum as usize].push((i, entry.n));
        }
    }
    for (row, (n, _)) in rows.iter().zip(strata) {
        for (i, a) in row {
            for (j, b) in row.iter().take_while(|(j, _)| j <= i) {
                m[i * agents + j] -= a * b / n;
            }
        }
    }
    let half_log_det = cholesky(&mut m, agents) - 0.5 * agents as f64 * log(lambda);
    invert(&mut m, agents);
    // The inverse of M is X'X, where X is the inverse of its factor.
    let mut mean = vec![0.0; agents];
    let mut variance = vec![0.0; agents];
    for i in 0..agents {
        let x = &m[i * agents..i * agents + i + 1];
        let projected = dot(x, &b[..=i]);
        for (j, x) in x.iter().enumerate() {
            mean[j] += x * projected;
            variance[j] += x * x;
        }
    }
    let quadratic = dot(&mean, &b);
    Effects { mean, variance, half_log_det, quadratic }
}

/// Agents eliminated: `K = diag(n_j) - N' diag(1 / (n_i + lambda)) N` gives the strata, and these the agents.
fn by_strata(design: &Design, strata: &[(f64, f64)], lambda: f64) -> Effects {
    // Strata nobody was observed in are left out.
    let mut place = vec![usize::MAX; strata.len()];
    let mut size = 0;
    for (place, (n, _)) in place.iter_mut().zip(strata) {
        if *n > 0.0 {
            *place = size;
            size += 1;
        }
    }
    let agents = design.agents();
    let mut k = vec![0.0; size * size];
    let mut c = vec![0.0; size];
    let mut log_det = 0.0;
    for (place, (n, sum)) in place.iter().zip(strata).filter(|(p, _)| **p != usize::MAX) {
        k[place * size + place] = *n;
        c[*place] = *sum;
        log_det -= log(*n);
    }
    let mut row: Vec<(usize, f64)> = Vec::new();
    for i in 0..agents {
        let weight = design.observations(i) + lambda;
        log_det += log(weight / lambda);
        let total: f64 = design.agent(i).iter().map(|e| e.sum).sum();
        row.clear();
        row.extend(design.agent(i).iter().map(|e| (place[e.stratum as usize], e.n)));
        for (at, (p, n)) in row.iter().enumerate() {
            c[*p] -= n / weight * total;
            let share = n / weight;
            let line = &mut k[p * size..p * size + p + 1];
            for (q, m) in &row[..=at] {
                line[*q] -= share * m;
            }
        }
    }
    let half_log_det = cholesky(&mut k, size) + 0.5 * log_det;
    invert(&mut k, size);
    let mut beta = vec![0.0; size];
    for j in 0..size {
        let x = &k[j * size..j * size + j + 1];
        let projected = dot(x, &c[..=j]);
        for (b, x) in beta.iter_mut().zip(x) {
            *b += x * projected;
        }
    }
    // Column by column of X (K⁻¹ = X'X), so that an agent's few strata are few columns.
    let mut columns = vec![0.0; size * size];
    for j in 0..size {
        for l in 0..=j {
            columns[l * size + j] = k[j * size + l];
        }
    }
    let mut mean = Vec::with_capacity(agents);
    let mut variance = Vec::with_capacity(agents);
    let mut quadratic = 0.0;
    let mut spread = vec![0.0; size];
    for i in 0..agents {
        let weight = design.observations(i) + lambda;
        let entries = design.agent(i);
        let mut residual = 0.0;
        let mut own = 0.0;
        let first = entries.first().map_or(size, |e| place[e.stratum as usize]);
        spread[first..].fill(0.0);
        for entry in entries {
            let p = place[entry.stratum as usize];
            residual += entry.sum - entry.n * beta[p];
            let (n, sum) = strata[entry.stratum as usize];
            own += entry.sum - entry.n / n * sum;
            for (s, x) in spread[p..].iter_mut().zip(&columns[p * size + p..(p + 1) * size]) {
                *s += entry.n * x;
            }
        }
        let square = dot(&spread[first..], &spread[first..]);
        let effect = residual / weight;
        quadratic += effect * own;
        mean.push(effect);
        variance.push(1.0 / weight + square / (weight * weight));
    }
    Effects { mean, variance, half_log_det, quadratic }
}

/// Replaces the lower triangle of a symmetric positive definite matrix by its Cholesky factor and returns half the
/// logarithm of its determinant. A pivot that rounding made too small is held above zero.
fn cholesky(m: &mut [f64], size: usize) -> f64 {
    let mut half_log_det = 0.0;
    for i in 0..size {
        let (above, rest) = m.split_at_mut(i * size);
        let row = &mut rest[..=i];
        for j in 0..i {
            let other = &above[j * size..j * size + j + 1];
            row[j] = (row[j] - dot(&row[..j], &other[..j])) / other[j];
        }
        let pivot = row[i] - dot(&row[..i], &row[..i]);
        row[i] = sqrt(pivot.max(f64::EPSILON * row[i].abs().max(f64::MIN_POSITIVE)));
        half_log_det += log(row[i]);
    }
    half_log_det
}

/// Replaces a lower triangular matrix by its inverse.
fn invert(m: &mut [f64], size: usize) {
    let mut row = vec![0.0; size];
    for i in 0..size {
        let (above, rest) = m.split_at_mut(i * size);
        let pivot = rest[i];
        row[..i].fill(0.0);
        for (j, factor) in rest[..i].iter().enumerate() {
            for (r, x) in row[..=j].iter_mut().zip(&above[j * size..j * size + j + 1]) {
                *r += factor * x;
            }
        }
        for (to, r) in rest[..i].iter_mut().zip(&row) {
            *to = -r / pivot;
        }
        rest[i] = 1.0 / pivot;
    }
}

/// Scalar product in four parallel sums.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (fours_a, rest_a) = a.as_chunks::<4>();
    let (fours_b, rest_b) = b.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (a, b) in fours_a.iter().zip(fours_b) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = rest_a.iter().zip(rest_b).map(|(a, b)| a * b).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Agents' (stratum, n, sum), as a design.
    fn design(agents: &[&[(u32, f64, f64)]]) -> Design {
        let mut design = Design::default();
        for agent in agents {
            design.push(agent.iter().map(|(stratum, n, sum)| Entry { stratum: *stratum, n: *n, sum: *sum }));
        }
        design
    }

    fn three_agents() -> Design {
        design(&[&[(0, 4.0, 20.0), (1, 1.0, 9.0)], &[(0, 2.0, 14.0), (1, 3.0, 30.0)], &[(1, 5.0, 40.0)]])
    }

    fn close(a: &[f64], b: &[f64]) {
        assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(b) {
            assert!((a - b).abs() < 1e-10 * b.abs().max(1.0), "{a} is not {b}");
        }
    }

    #[test]
    fn either_factor_may_be_eliminated() {
        let design = three_agents();
        let strata = design.strata();
        let (a, b) = (by_agents(&design, &strata, 2.5), by_strata(&design, &strata, 2.5));
        close(&a.mean, &b.mean);
        close(&a.variance, &b.variance);
        close(&[a.half_log_det, a.quadratic], &[b.half_log_det, b.quadratic]);
    }

    #[test]
    fn effects_and_variances_are_those_of_the_dense_equations() {
        // n = np.array([[4,1],[2,3],[0,5.]]); y = np.array([[20,9],[14,30],[0,40.]])
        // c = np.block([[np.diag(n.sum(0)), n.T], [n, np.diag(n.sum(1) + 2.5)]]); i = np.linalg.inv(c)
        // (i @ np.r_[y.sum(0), y.sum(1)])[2:], np.diag(i)[2:]
        let found = effects(&three_agents(), 2.5);
        close(&found.mean, &[-0.285_380_116_959_061_96, 0.844_444_444_444_445_4, -0.559_064_327_485_380_4]);
        close(&found.variance, &[0.250_292_397_660_818_73, 0.222_222_222_222_222_2, 0.250_292_397_660_818_7]);
    }

    #[test]
    fn the_likelihood_is_that_of_the_dense_covariance() {
        // n and y as above; def reml(tau2, s2):
        //     a, j = np.nonzero(n); m = y[a,j] / n[a,j]; x = np.eye(2)[j]
        //     v = np.diag(s2 / n[a,j]) + tau2 * (a[:,None] == a); vi = np.linalg.inv(v); xvx = x.T @ vi @ x
        //     p = vi - vi @ x @ np.linalg.solve(xvx, x.T @ vi)
        //     return -(np.linalg.slogdet(v)[1] + np.linalg.slogdet(xvx)[1] + m @ p @ m) / 2
        // reml(4 / 2.5, 4) - reml(4 / .5, 4), reml(4 / 10, 4) - reml(4 / .5, 4)
        let of = |lambda| effects(&three_agents(), lambda).log_likelihood(4.0);
        close(&[of(2.5) - of(0.5), of(10.0) - of(0.5)], &[0.836_468_434_631_916, 0.918_196_819_592_387_3]);
    }

    #[test]
    fn effects_are_those_of_statsmodels_where_its_likelihood_is_largest() {
        // statsmodels 0.15.0: a, j = np.repeat(np.arange(6), 8), np.tile([0, 0, 0, 1, 1, 1, 2, 2], 6)
        // j = (j + a // 2) % 3; y = (np.arange(48) * 37 % 23) / 10 + .4 * a + j
        // f = sm.MixedLM(y, np.eye(3)[j], a).fit(reml=True); f.scale, f.cov_re, f.random_effects
        let (sigma2, tau2) = (0.517_252_724_452_363_1, 0.598_081_176_972_056_1);
        let mut agents = vec![[(0.0, 0.0); 3]; 6];
        for i in 0..48_usize {
            let (a, turn) = (i / 8, [0, 0, 0, 1, 1, 1, 2, 2][i % 8]);
            let j = (turn + a / 2) % 3;
            let (n, sum) = &mut agents[a][j];
            *n += 1.0;
            *sum += (i * 37 % 23) as f64 / 10.0 + 0.4 * a as f64 + j as f64;
        }
        let mut design = Design::default();
        for agent in &agents {
            design.push((0..3).zip(agent).map(|(stratum, (n, sum))| Entry { stratum, n: *n, sum: *sum }));
        }
        let found = effects(&design, sigma2 / tau2);
        let said = [
            -1.093_345_337_740, -0.484_198_229_734, -0.141_952_493_557, 0.207_743_068_447, 0.581_028_715_291,
            0.930_724_277_294,
        ];
        for (mean, said) in found.mean.iter().zip(said) {
            assert!((mean - said).abs() < 1e-9, "{mean} is not {said}");
        }
        let likelihood = |tau2: f64| effects(&design, sigma2 / tau2).log_likelihood(sigma2);
        assert!(likelihood(tau2) > likelihood(tau2 * 0.99) && likelihood(tau2) > likelihood(tau2 * 1.01));
    }

    #[test]
    fn one_agent_is_compared_with_nobody() {
        let found = effects(&design(&[&[(0, 10.0, 30.0)]]), 4.0);
        close(&found.mean, &[0.0]);
        close(&found.variance, &[0.25]);
    }

    #[test]
    fn one_stratum_is_shrinkage_of_means() {
        // Agents of 10 and 30 calls in one stratum; by hand: M = [[17.5, -7.5], [-7.5, 17.5]] - see the module's formula.
        let found = effects(&design(&[&[(0, 10.0, 10.0)], &[(0, 30.0, 60.0)]]), 10.0);
        close(&found.mean, &[-7.5 / 25.0, 7.5 / 25.0]);
        close(&found.variance, &[17.5 / 250.0, 17.5 / 250.0]);
    }

    #[test]
    fn one_call_and_no_calls_leave_the_spread_of_agents() {
        let found = effects(&design(&[&[(0, 1.0, 1.0)], &[], &[(0, 400.0, 200.0)]]), 20.0);
        close(&[found.mean[1], found.variance[1]], &[0.0, 1.0 / 20.0]);
        assert!(found.mean[0] > 0.0 && found.mean[0] < 0.5 / 20.0 && found.variance[0] < 1.0 / 20.0);
        assert_eq!(effects(&Design::default(), 1.0).mean, Vec::<f64>::new());
    }

    #[test]
    fn all_zero_and_all_one_have_no_effects() {
        for value in [0.0, 1.0] {
            let all: [&[(u32, f64, f64)]; 2] =
                [&[(0, 5.0, 5.0 * value), (1, 2.0, 2.0 * value)], &[(0, 9.0, 9.0 * value)]];
            close(&effects(&design(&all), 3.0).mean, &[0.0, 0.0]);
        }
    }
}
