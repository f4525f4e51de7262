//! Times as the browser's pickers take them and as a form keeps them.

/// What a picker of times, or of days with times, shows of a kept answer: it knows no offset from UTC.
pub fn for_picker(kept: &str) -> &str {
    let clock = kept.find(':').unwrap_or(kept.len());
    let offset = kept[clock..].find(['Z', '+', '-']);
    offset.map_or(kept, |offset| &kept[..clock + offset])
}

/// What a form keeps of what was picked: pickers leave out seconds that are zero.
pub fn from_picker(picked: &str) -> String {
    if picked.matches(':').count() == 1 {
        format!("{picked}:00")
    } else {
        picked.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use form::{QuestionKind, Value};

    use super::{for_picker, from_picker};

    #[test]
    fn what_is_picked_is_kept_and_shown_again() {
        for (kind, picked, shown) in [
            (QuestionKind::Time, "08:30", "08:30:00"),
            (QuestionKind::Time, "08:30:15.250", "08:30:15.250"),
            (
                QuestionKind::DateTime,
                "2022-03-13T08:00",
                "2022-03-13T08:00:00",
            ),
            (QuestionKind::Time, "", ""),
        ] {
            let kept = Value::read(kind, &from_picker(picked)).expect("the form takes it");
            assert_eq!(for_picker(&kept.write()), shown);
        }
    }

    #[test]
    fn an_offset_is_not_shown() {
        for (kept, shown) in [
            ("08:30:00.000+08:00", "08:30:00.000"),
            ("08:30:00Z", "08:30:00"),
            ("2022-03-13T08:00:00-05:00", "2022-03-13T08:00:00"),
            ("2022-03-13", "2022-03-13"),
        ] {
            assert_eq!(for_picker(kept), shown);
        }
    }
}
