//! The value of a node and its lexical form.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{
    DataType, Texts, date, definition::QuestionKind, definition::lower::data_type,
    limits::MAX_ANSWER_BYTES,
};

/// What a node holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Value {
    /// No answer.
    #[default]
    Empty,
    Text(String),
    Integer(i64),
    /// Finite. A calculation that comes to a number holds one too, whole numbers included, and any other result as text.
    Decimal(f64),
    /// A day as `YYYY-MM-DD`.
    Date(String),
    /// The value of the one choice selected.
    Choice(String),
    /// The values of the choices selected, each once.
    Choices(Vec<String>),
    /// SHA-256 of each file in lowercase hexadecimal, each once: photos, recordings, documents.
    Files(Vec<String>),
}

/// Why a value is not an answer to a question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    #[error("not a whole number")]
    Integer,
    #[error("not a number")]
    Decimal,
    #[error("not a date of the calendar (year-month-day)")]
    Date,
    #[error("not the SHA-256 of a file in lowercase hexadecimal")]
    File,
    #[error("not one choice value")]
    Choice,
    #[error("the form offers no choice \"{0}\"")]
    UnknownChoice(String),
    #[error("\"{0}\" is given more than once")]
    Repeated(String),
    #[error("contains a control character")]
    ControlCharacter,
    #[error("longer than {MAX_ANSWER_BYTES} bytes")]
    TooLong,
    #[error("a note takes no answer")]
    Note,
    #[error("the value is of another kind than the question")]
    Kind,
    #[error("not a time (hours:minutes:seconds)")]
    Time,
    #[error("not a date with a time")]
    DateTime,
    #[error("not a position (latitude and longitude in degrees)")]
    Position,
}

impl ValueError {
    /// The reason in both languages.
    pub fn texts(&self) -> Texts {
        let chinese = match self {
            Self::Integer => "不是整数".to_owned(),
            Self::Decimal => "不是数字".to_owned(),
            Self::Date => "不是有效日期（年-月-日）".to_owned(),
            Self::File => "不是文件的 SHA-256 值（小写十六进制）".to_owned(),
            Self::Choice => "不是一个选项值".to_owned(),
            Self::UnknownChoice(value) => format!("表单没有选项“{value}”"),
            Self::Repeated(value) => format!("“{value}”重复"),
            Self::ControlCharacter => "含有控制字符".to_owned(),
            Self::TooLong => format!("超过 {MAX_ANSWER_BYTES} 字节"),
            Self::Note => "说明不接受回答".to_owned(),
            Self::Kind => "值的类型与问题不符".to_owned(),
            Self::Time => "不是时间（时:分:秒）".to_owned(),
            Self::DateTime => "不是日期和时间".to_owned(),
            Self::Position => "不是位置（纬度、经度，以度为单位）".to_owned(),
        };
        Texts::both(chinese, self.to_string())
    }
}

impl Value {
    /// Reads the lexical form of an answer to a question of `kind`: numbers in decimal digits without exponent, dates as
    /// `YYYY-MM-DD`, choices and files separated by white space. `""` is [`Value::Empty`] for every kind. Whether a
    /// choice is on the question's list only the instance can tell.
    pub fn read(kind: QuestionKind, text: &str) -> Result<Self, ValueError> {
        if text.is_empty() {
            return Ok(Self::Empty);
        }
        if text.len() > MAX_ANSWER_BYTES {
            return Err(ValueError::TooLong);
        }
        let value = match kind {
            QuestionKind::Text | QuestionKind::Barcode | QuestionKind::Acknowledge => {
                Self::Text(text.to_owned())
            }
            QuestionKind::Note => return Err(ValueError::Note),
            QuestionKind::SelectMultiple | QuestionKind::Rank => {
                Self::Choices(text.split_whitespace().map(str::to_owned).collect())
            }
            QuestionKind::Photo
            | QuestionKind::Audio
            | QuestionKind::Video
            | QuestionKind::File => {
                Self::Files(text.split_whitespace().map(str::to_owned).collect())
            }
            _ if text.trim().is_empty() => Self::Empty,
            QuestionKind::Integer => {
                let number: i32 = text.trim().parse().map_err(|_| ValueError::Integer)?;
                Self::Integer(number.into())
            }
            QuestionKind::Decimal | QuestionKind::Range => {
                Self::Decimal(read_decimal(text.trim())?)
            }
            QuestionKind::Date => Self::Date(text.trim().to_owned()),
            QuestionKind::SelectOne => Self::Choice(text.trim().to_owned()),
            QuestionKind::Time
            | QuestionKind::DateTime
            | QuestionKind::Geopoint
            | QuestionKind::Geotrace
            | QuestionKind::Geoshape => Self::Text(text.trim().to_owned()),
        };
        value.fit(kind)
    }

    /// The value as an answer to a question of `kind`, in the one form the engine keeps: blank texts and lists become
    /// [`Value::Empty`], negative zero becomes zero.
    pub fn fit(self, kind: QuestionKind) -> Result<Self, ValueError> {
        match (kind, self) {
            (_, Self::Empty) => Ok(Self::Empty),
            (QuestionKind::Note, _) => Err(ValueError::Note),
            (_, Self::Text(text) | Self::Choice(text) | Self::Date(text)) if text.is_empty() => {
                Ok(Self::Empty)
            }
            (_, Self::Choices(list) | Self::Files(list)) if list.is_empty() => Ok(Self::Empty),
            (
                QuestionKind::Time
                | QuestionKind::DateTime
                | QuestionKind::Geopoint
                | QuestionKind::Geotrace
                | QuestionKind::Geoshape,
                Self::Text(text),
            ) => {
                let data_type = data_type(kind);
                match (data_type.normalise(&text), data_type) {
                    (spelled, _) if !spelled.is_empty() => Ok(Self::Text(spelled.into_owned())),
                    (_, DataType::Time) => Err(ValueError::Time),
                    (_, DataType::DateTime) => Err(ValueError::DateTime),
                    _ => Err(ValueError::Position),
                }
            }
            (
                QuestionKind::Text | QuestionKind::Barcode | QuestionKind::Acknowledge,
                Self::Text(text),
            ) => {
                if text.len() > MAX_ANSWER_BYTES {
                    Err(ValueError::TooLong)
                } else if text
                    .chars()
                    .any(|c| c.is_control() && !"\t\n\r".contains(c))
                {
                    Err(ValueError::ControlCharacter)
                } else {
                    Ok(Self::Text(text))
                }
            }
            (QuestionKind::Integer, Self::Integer(number)) if i32::try_from(number).is_ok() => {
                Ok(Self::Integer(number))
            }
            (QuestionKind::Integer, Self::Integer(_)) => Err(ValueError::Integer),
            (QuestionKind::Decimal | QuestionKind::Range, Self::Decimal(number))
                if number.is_finite() =>
            {
                Ok(Self::Decimal(number + 0.0))
            }
            (QuestionKind::Decimal | QuestionKind::Range, Self::Decimal(_)) => {
                Err(ValueError::Decimal)
            }
            (QuestionKind::Date, Self::Date(day)) => match date::days(&day) {
                Some(_) => Ok(Self::Date(day)),
                None => Err(ValueError::Date),
            },
            (QuestionKind::SelectOne, Self::Choice(value)) => {
                if value.len() > MAX_ANSWER_BYTES {
                    Err(ValueError::TooLong)
                } else if value.contains(char::is_whitespace) {
                    Err(ValueError::Choice)
                } else {
                    Ok(Self::Choice(value))
                }
            }
            (QuestionKind::SelectMultiple | QuestionKind::Rank, Self::Choices(values)) => {
                each_once(&values)?;
                if values
                    .iter()
                    .any(|value| value.is_empty() || value.contains(char::is_whitespace))
                {
                    return Err(ValueError::Choice);
                }
                Ok(Self::Choices(values))
            }
            (_, Self::Files(hashes)) if kind.is_file() => {
                each_once(&hashes)?;
                if hashes.iter().all(|hash| is_sha256(hash)) {
                    Ok(Self::Files(hashes))
                } else {
                    Err(ValueError::File)
                }
            }
            _ => Err(ValueError::Kind),
        }
    }

    /// What a calculation holds when it comes to `text`: a number where that writes the same text, else the text.
    pub(crate) fn calculated(text: &str) -> Result<Self, ValueError> {
        let number = xpath::number_of_text(text, false);
        if number.is_finite() && xpath::text_of_number(number) == text {
            return Ok(Self::Decimal(number));
        }
        Self::read(QuestionKind::Text, text)
    }

    /// The lexical form, `""` if empty; [`Value::read`] reads it back.
    pub fn write(&self) -> String {
        self.text().into_owned()
    }

    /// The lexical form without a copy where the value holds it already.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) | Self::Date(text) | Self::Choice(text) => Cow::Borrowed(text),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Decimal(number) => Cow::Owned(xpath::text_of_number(*number)),
            Self::Choices(list) | Self::Files(list) => match list.as_slice() {
                [one] => Cow::Borrowed(one),
                _ => Cow::Owned(list.join(" ")),
            },
        }
    }

    /// The value as a number where it is one: integers, decimals, and texts that read as one.
    pub fn number(&self) -> Option<f64> {
        let number = match self {
            Self::Empty | Self::Date(_) => return None,
            other => other.to_number(),
        };
        number.is_finite().then_some(number)
    }

    /// `XPath`'s `number()` of the value.
    pub(crate) fn to_number(&self) -> f64 {
        match self {
            Self::Empty => f64::NAN,
            #[allow(clippy::cast_precision_loss, reason = "XPath numbers are doubles")]
            Self::Integer(number) => *number as f64,
            Self::Decimal(number) => *number,
            other => xpath::number_of_text(&other.text(), false),
        }
    }

    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }
}

/// Whether a text is `digits`, `digits.`, `digits.digits` or `.digits`.
fn is_digits_with_point(text: &str) -> bool {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    (!whole.is_empty() || !part.is_empty())
        && whole
            .bytes()
            .chain(part.bytes())
            .all(|byte| byte.is_ascii_digit())
}

fn read_decimal(token: &str) -> Result<f64, ValueError> {
    let unsigned = token.strip_prefix(['+', '-']).unwrap_or(token);
    if !is_digits_with_point(unsigned) {
        return Err(ValueError::Decimal);
    }
    json::decimal(token).ok_or(ValueError::Decimal)
}

fn each_once(list: &[String]) -> Result<(), ValueError> {
    let length: usize = list.iter().map(|entry| entry.len() + 1).sum();
    if length > MAX_ANSWER_BYTES + 1 {
        return Err(ValueError::TooLong);
    }
    let mut sorted: Vec<&str> = list.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(ValueError::Repeated(pair[0].to_owned())),
        None => Ok(()),
    }
}

fn is_sha256(hash: &str) -> bool {
    hash.len() == 64
        && hash
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
