//! The program as a user runs it: whole standard output and standard error of the README's commands, and of
//! everything that can go wrong.

#[test]
fn what_is_printed_is_what_is_documented() {
    trycmd::TestCases::new()
        .env("COLUMNS", "120")
        .env("LC_ALL", "C.UTF-8")
        .env("POLARS_FORCE_STREAMING", "1")
        .case("README.md")
        .case("tests/cmd/*.md");
}
