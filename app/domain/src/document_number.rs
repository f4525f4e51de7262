//! Document numbers (发文字号), such as 示例整改〔2022〕81号: of several papers that go out together, one after the other.

/// The number that comes so many after one: its last group of digits counted up, in as many digits as it has. None of a number without
/// digits, and where they would grow beyond all counting.
pub fn counted_up(first: &str, by: u32) -> Option<String> {
    let Counted {
        before,
        number,
        width,
        after,
    } = Counted::of(first)?;
    let counted = number.checked_add(by.into())?;
    Some(format!("{before}{counted:0width$}{after}"))
}

/// What follows on the numbers that were given before, the latest first: of the series of the latest the highest, counted up. A number
/// that says its year, as 〔2022〕 or 2022/, goes on in another year from 1. None where there are none before, or none that counts.
pub fn following<'a>(before: impl IntoIterator<Item = &'a str>, year: u16) -> Option<String> {
    let before: Vec<Counted<'_>> = before.into_iter().filter_map(Counted::of).collect();
    let latest = before.first()?;
    let head = match latest.year().filter(|old| *old != year) {
        Some(old) => {
            let (head, tail) = latest.before.rsplit_once(&old.to_string())?;
            format!("{head}{year}{tail}")
        }
        None => latest.before.to_owned(),
    };
    // Of this year there may be some already: the latest was one of last year that came late.
    let same = before
        .iter()
        .filter(|other| (other.before, other.after) == (&*head, latest.after));
    let highest = same.map(|other| other.number).max();
    let number = highest.unwrap_or_default().checked_add(1)?;
    let width = if latest.is_padded() { latest.width } else { 1 };
    Some(format!("{head}{number:0width$}{}", latest.after))
}

/// A number taken apart at its last group of digits.
struct Counted<'a> {
    before: &'a str,
    number: u64,
    width: usize,
    after: &'a str,
}

impl<'a> Counted<'a> {
    fn of(number: &'a str) -> Option<Counted<'a>> {
        let number = number.trim();
        let end = number.rfind(|character: char| character.is_ascii_digit())? + 1;
        let before = number[..end].trim_end_matches(|character: char| character.is_ascii_digit());
        let digits = &number[before.len()..end];
        Some(Counted {
            before,
            number: digits.parse().ok()?,
            width: digits.len(),
            after: &number[end..],
        })
    }

    fn is_padded(&self) -> bool {
        self.width > self.number.to_string().len()
    }

    /// The four digits that stand before the number, if they can be a year.
    fn year(&self) -> Option<u16> {
        let end = self
            .before
            .rfind(|character: char| character.is_ascii_digit())?
            + 1;
        let head =
            self.before[..end].trim_end_matches(|character: char| character.is_ascii_digit());
        let year = self.before[head.len()..end].parse().ok()?;
        (1_900..2_200).contains(&year).then_some(year)
    }
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

    #[test]
    fn what_follows_is_the_next_of_the_series_and_the_first_of_a_year() {
        for (before, year, expected) in [
            (
                &["示例整改〔2022〕81号"][..],
                2022,
                Some("示例整改〔2022〕82号"),
            ),
            // The highest, whichever went out last; another series counts for itself.
            (
                &[
                    "示例整改〔2022〕81号",
                    "示例整改〔2022〕84号",
                    "丰台整改〔2022〕99号",
                ],
                2022,
                Some("示例整改〔2022〕85号"),
            ),
            (
                &["示例整改〔2022〕99号"],
                2022,
                Some("示例整改〔2022〕100号"),
            ),
            (&["示例整改〔2022〕81号"], 2023, Some("示例整改〔2023〕1号")),
            // One of last year that came late begins no series anew.
            (
                &["示例整改〔2021〕99号", "示例整改〔2022〕81号"],
                2022,
                Some("示例整改〔2022〕82号"),
            ),
            (&["Sample 2022/007"], 2022, Some("Sample 2022/008")),
            (&["Sample 2022/007"], 2023, Some("Sample 2023/001")),
            // What does not count is passed over.
            (&["口头通知", "甲7"], 2022, Some("甲8")),
            (&["口头通知"], 2022, None),
            (&[], 2022, None),
            (&["18446744073709551615"], 2022, None),
        ] {
            let found = following(before.iter().copied(), year);
            assert_eq!(found.as_deref(), expected, "{before:?} {year}");
        }
    }
}
