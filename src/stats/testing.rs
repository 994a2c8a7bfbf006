//! What the tests of these files share.

/// Fails unless `got` is `want` to the relative tolerance; infinities and zeros must be equal.
#[track_caller]
pub fn assert_close(got: f64, want: f64, relative: f64) {
    let close = got == want || (got - want).abs() <= relative * want.abs();
    assert!(close, "got {got:e}, want {want:e}, off by {:e}", (got - want) / want);
}
