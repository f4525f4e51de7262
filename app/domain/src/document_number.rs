//! Document numbers (发文字号), such as 示例整改〔2022〕81号: of several papers that go out together, one after the other.

/// The number that comes so many after one: its last group of digits counted up, in as many digits as it has. None of a number without
/// digits, and where they would grow beyond all counting.
pub fn counted_up(first: &str, by: u32) -> Option<String> {
    let first = first.trim();
    let end = first.rfind(|character: char| character.is_ascii_digit())? + 1;
    let before = first[..end].trim_end_matches(|character: char| character.is_ascii_digit());
    let digits = &first[before.len()..end];
    let counted = digits.parse::<u64>().ok()?.checked_add(by.into())?;
    let width = digits.len();
    Some(format!("{before}{counted:0width$}{}", &first[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_digits_are_counted_up() {
        for (first, by, expected) in [
            ("示例整改〔2022〕81号", 0, Some("示例整改〔2022〕81号")),
            ("示例整改〔2022〕81号", 3, Some("示例整改〔2022〕84号")),
            ("示例督办〔2022〕9号", 1, Some("示例督办〔2022〕10号")),
            (
                " Sample Letter 2022/007 ",
                4,
                Some("Sample Letter 2022/011"),
            ),
            ("99", 1, Some("100")),
            ("示例整改", 1, None),
            ("", 0, None),
            ("99999999999999999999", 1, None),
            ("18446744073709551615", 1, None),
        ] {
            assert_eq!(counted_up(first, by).as_deref(), expected, "{first} {by}");
        }
    }
}
