//! What an inspection adds up to: points, and the result on the checklist's own scale.

use domain::{Language, say};
use form::{Grading, Score, Texts};

/// Points with at most one decimal.
pub fn points(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// Earned of possible, or a dash where nothing could be earned.
pub fn score(earned: f64, possible: f64) -> String {
    if possible > 0.0 {
        format!("{} / {}", points(earned), points(possible))
    } else {
        "—".to_owned()
    }
}

/// The result of a checklist that says what it is graded in.
#[derive(Clone, Debug, PartialEq)]
pub struct Graded {
    /// None while nothing is assessed.
    points: Option<f64>,
    out_of: f64,
    band: Option<Texts>,
    /// A critical item failed and holds the result down.
    capped: bool,
}

impl Graded {
    /// None of a checklist without grading.
    pub fn of(score: &Score, grading: Option<&Grading>) -> Option<Graded> {
        let grading = grading?;
        let band = score.grade.and_then(|grade| grading.bands.get(grade));
        Some(Graded {
            points: score.points(grading),
            out_of: grading.out_of,
            band: band.map(|band| band.label.clone()),
            capped: score.capped,
        })
    }

    /// What it is a result of: 百分制 of a hundred.
    pub fn title(&self, language: Language) -> String {
        let out_of = points(self.out_of);
        say!(language, "成绩（满分{out_of}）", "Result out of {out_of}")
    }

    /// The same while something is still unanswered.
    pub fn title_so_far(&self, language: Language) -> String {
        let out_of = points(self.out_of);
        say!(language, "暂计（满分{out_of}）", "So far, out of {out_of}")
    }

    /// What was reached, or a dash while nothing is assessed. Rounded down: 59.96 is not a pass mark of 60.
    pub fn reached(&self) -> String {
        // A thousandth makes good what binary fractions lose.
        self.points.map_or_else(
            || "—".to_owned(),
            |reached| points(((reached + 0.001) * 10.0).floor() / 10.0),
        )
    }

    /// The result and its band.
    pub fn text(&self, language: Language) -> String {
        let mut text = self.reached();
        if let (Some(_), Some(band)) = (self.points, &self.band) {
            text.push(' ');
            text.push_str(band.get(language.tag()));
        }
        text
    }

    /// What was reached, and in a word that a critical item holds it down.
    pub fn reached_so_far(&self, language: Language) -> String {
        let reached = self.reached();
        if self.capped {
            say!(language, "{reached}（封顶）", "{reached} (held down)")
        } else {
            reached
        }
    }

    /// Said beside a result that a critical item holds down.
    pub fn note(&self, language: Language) -> Option<String> {
        self.capped.then(|| {
            say!(
                language,
                "关键项不符合，成绩封顶",
                "Held down by a critical item"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use form::GradeBand;

    use super::*;

    #[test]
    fn points_have_at_most_one_decimal() {
        for (earned, possible, shown) in [
            (87.5, 100.0, "87.5 / 100"),
            (3.0, 4.0, "3 / 4"),
            (0.0, 0.0, "—"),
        ] {
            assert_eq!(score(earned, possible), shown);
        }
    }

    #[test]
    fn the_result_is_on_the_checklists_scale_with_its_band() {
        let band = |from_share, chinese, english| GradeBand {
            from_share,
            label: Texts::both(chinese, english),
        };
        let grading = |out_of| Grading {
            out_of,
            bands: vec![band(0.6, "合格", "Pass"), band(0.0, "不合格", "Fail")],
            critical_cap_share: Some(0.59),
        };
        for (share, grade, capped, out_of, chinese, english, note) in [
            (
                Some(0.923),
                Some(0),
                false,
                100.0,
                "92.3 合格",
                "92.3 Pass",
                None,
            ),
            (
                Some(1.0),
                Some(0),
                false,
                1_000.0,
                "1000 合格",
                "1000 Pass",
                None,
            ),
            (
                Some(0.5996),
                Some(1),
                false,
                100.0,
                "59.9 不合格",
                "59.9 Fail",
                None,
            ),
            (
                Some(0.59),
                Some(1),
                true,
                100.0,
                "59 不合格",
                "59 Fail",
                Some("Held down by a critical item"),
            ),
            (Some(0.29), None, false, 100.0, "29", "29", None),
            (None, None, false, 100.0, "—", "—", None),
        ] {
            let score = Score {
                share,
                grade,
                capped,
                ..Score::default()
            };
            let graded = Graded::of(&score, Some(&grading(out_of))).unwrap();
            assert_eq!(graded.text(Language::Chinese), chinese);
            assert_eq!(graded.text(Language::English), english);
            assert_eq!(graded.note(Language::English).as_deref(), note);
        }
        assert_eq!(Graded::of(&Score::default(), None), None);
        let title = Graded::of(&Score::default(), Some(&grading(100.0))).unwrap();
        assert_eq!(title.title(Language::Chinese), "成绩（满分100）");
    }
}
