//! Pictures that are drawn on the tablet instead of photographed.

use domain::Text;
use form::{Question, QuestionKind};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    Signature,
    Drawing,
}

impl Drawn {
    /// What a question asks to be drawn: a picture with ODK's appearance `signature` or `draw`. None for a photo, and for
    /// whatever is no picture.
    pub fn asked(question: &Question) -> Option<Drawn> {
        if question.kind != QuestionKind::Photo {
            return None;
        }
        let mut words = question.appearance.split_whitespace();
        words.find_map(|word| match word {
            "signature" => Some(Drawn::Signature),
            "draw" => Some(Drawn::Drawing),
            _ => None,
        })
    }

    /// What it is called.
    pub const fn title(self) -> Text {
        match self {
            Drawn::Signature => Text::new("签名", "Signature"),
            Drawn::Drawing => Text::new("绘图", "Drawing"),
        }
    }

    /// The height of what it is drawn on, in widths.
    pub const fn height(self) -> f64 {
        match self {
            Drawn::Signature => 1.0 / 3.0,
            Drawn::Drawing => 0.75,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(kind: QuestionKind, appearance: &str) -> Option<Drawn> {
        Drawn::asked(&Question {
            kind,
            appearance: appearance.into(),
            ..Question::default()
        })
    }

    #[test]
    fn a_picture_is_drawn_where_its_appearance_says_so() {
        let photo = QuestionKind::Photo;
        assert_eq!(asked(photo, "signature"), Some(Drawn::Signature));
        assert_eq!(asked(photo, "w1  draw"), Some(Drawn::Drawing));
        assert_eq!(asked(photo, ""), None);
        assert_eq!(asked(photo, "annotate"), None);
        assert_eq!(asked(photo, "drawn signatures"), None);
        assert_eq!(asked(QuestionKind::Text, "signature"), None);
    }
}
