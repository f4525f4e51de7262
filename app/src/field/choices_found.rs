//! Which of a long list of choices are shown.

use form::Choice;

/// From how many choices on there is a field to find them by.
pub const SEARCHED_FROM: usize = 20;
/// Choices shown at once: a list of a hundred thousand opens as fast as one of a dozen.
const SHOWN: usize = 30;

/// Choices of a list, found by what was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub shown: Vec<Choice>,
    /// How many have what was typed.
    pub matching: usize,
    /// How many there are.
    pub of: usize,
}

impl Found {
    /// Those that have every typed word in their label or value, in the order they are offered in. What is taken comes first, found
    /// or not: it can be taken back.
    pub fn of(choices: Vec<Choice>, sought: &str, taken: &[String]) -> Found {
        let of = choices.len();
        if of <= SEARCHED_FROM {
            return Found {
                matching: of,
                of,
                shown: choices,
            };
        }
        let sought = sought.to_lowercase();
        let words: Vec<&str> = sought.split_whitespace().collect();
        let (mut first, mut rest, mut matching) = (Vec::new(), Vec::new(), 0);
        for choice in choices {
            let matches = || {
                let (label, value) = (choice.label.to_lowercase(), choice.value.to_lowercase());
                let has = |word: &&str| label.contains(*word) || value.contains(*word);
                words.iter().all(has)
            };
            if taken.contains(&choice.value) {
                matching += 1;
                first.push(choice);
            } else if matches() {
                matching += 1;
                if rest.len() < SHOWN {
                    rest.push(choice);
                }
            }
        }
        first.append(&mut rest);
        Found {
            shown: first,
            matching,
            of,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(number: usize) -> Vec<Choice> {
        (0..number)
            .map(|index| Choice {
                value: format!("v{index}"),
                label: format!("养老院 Home {index}"),
            })
            .collect()
    }

    fn shown(found: &Found) -> Vec<&str> {
        found
            .shown
            .iter()
            .map(|choice| choice.value.as_str())
            .collect()
    }

    #[test]
    fn a_short_list_is_shown_as_it_is() {
        let found = Found::of(choices(SEARCHED_FROM), "nothing like it", &[]);
        assert_eq!(found.shown, choices(SEARCHED_FROM));
        assert_eq!(found.matching, SEARCHED_FROM);
    }

    #[test]
    fn a_long_list_shows_its_beginning_and_says_how_many_more_there_are() {
        let found = Found::of(choices(5_000), "", &[]);
        assert_eq!(
            (found.shown.len(), found.matching, found.of),
            (SHOWN, 5_000, 5_000)
        );
    }

    #[test]
    fn words_find_choices_by_label_or_value_and_what_is_taken_stays() {
        let taken = ["v7".to_owned()];
        let found = Found::of(choices(5_000), " home 4321 ", &taken);
        assert_eq!(shown(&found), ["v7", "v4321"]);
        let found = Found::of(choices(5_000), "V4999", &[]);
        assert_eq!(shown(&found), ["v4999"]);
        let found = Found::of(choices(5_000), "养老院 没有", &taken);
        assert_eq!((shown(&found), found.matching), (vec!["v7"], 1));
    }
}
