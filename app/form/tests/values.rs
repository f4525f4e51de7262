//! Values and their lexical form.

mod support;

use form::{CHINESE, QuestionKind, Value, ValueError, limits};

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn lexical_forms_read_as_the_kind_says() {
    use QuestionKind::{
        Audio, Date, Decimal, File, Integer, Note, Photo, SelectMultiple, SelectOne, Text, Video,
    };
    let hash = "0123456789abcdef".repeat(4);
    let long = "x".repeat(limits::MAX_ANSWER_BYTES + 1);
    for (kind, text, expected) in [
        (Integer, "42", Ok(Value::Integer(42))),
        (Integer, " +7\n", Ok(Value::Integer(7))),
        (
            Integer,
            "-2147483648",
            Ok(Value::Integer(i64::from(i32::MIN))),
        ),
        (Integer, "2147483648", Err(ValueError::Integer)),
        (Integer, "4.0", Err(ValueError::Integer)),
        (Integer, "四", Err(ValueError::Integer)),
        (Integer, "  ", Ok(Value::Empty)),
        (Decimal, "2.50", Ok(Value::Decimal(2.5))),
        (Decimal, "-.5", Ok(Value::Decimal(-0.5))),
        (Decimal, "3", Ok(Value::Decimal(3.0))),
        (Decimal, "1e3", Err(ValueError::Decimal)),
        (Decimal, "NaN", Err(ValueError::Decimal)),
        (Decimal, "inf", Err(ValueError::Decimal)),
        (Decimal, "1.2.3", Err(ValueError::Decimal)),
        (Decimal, ".", Err(ValueError::Decimal)),
        (Date, "2024-02-29", Ok(Value::Date("2024-02-29".to_owned()))),
        (Date, "2023-02-29", Err(ValueError::Date)),
        (Date, "2023-2-9", Err(ValueError::Date)),
        (Text, " a b ", Ok(Value::Text(" a b ".to_owned()))),
        (Text, "两\n行", Ok(Value::Text("两\n行".to_owned()))),
        (Text, "a\u{0}b", Err(ValueError::ControlCharacter)),
        (Text, long.as_str(), Err(ValueError::TooLong)),
        (SelectOne, "a", Ok(Value::Choice("a".to_owned()))),
        (SelectOne, "a b", Err(ValueError::Choice)),
        (
            SelectMultiple,
            "b  a",
            Ok(Value::Choices(texts(&["b", "a"]))),
        ),
        (SelectMultiple, " ", Ok(Value::Empty)),
        (
            SelectMultiple,
            "a b a",
            Err(ValueError::Repeated("a".to_owned())),
        ),
        (Photo, hash.as_str(), Ok(Value::Files(vec![hash.clone()]))),
        (Audio, hash.as_str(), Ok(Value::Files(vec![hash.clone()]))),
        (Video, "voice.m4a", Err(ValueError::File)),
        (File, "", Ok(Value::Empty)),
        (Photo, "abc", Err(ValueError::File)),
        (Photo, &hash.to_uppercase(), Err(ValueError::File)),
        (Note, "x", Err(ValueError::Note)),
        (Note, "", Ok(Value::Empty)),
        (Integer, "", Ok(Value::Empty)),
    ] {
        assert_eq!(Value::read(kind, text), expected, "{kind:?} {text:.20}");
    }
    // and a decimal too large to be finite is refused
    assert_eq!(
        Value::read(Decimal, &"9".repeat(400)),
        Err(ValueError::Decimal)
    );
}

#[test]
fn what_is_written_reads_back() {
    for (kind, value, text) in [
        (QuestionKind::Integer, Value::Integer(-3), "-3"),
        (QuestionKind::Decimal, Value::Decimal(0.1), "0.1"),
        (QuestionKind::Decimal, Value::Decimal(5.0), "5"),
        (
            QuestionKind::Decimal,
            Value::Decimal(1e21),
            "1000000000000000000000",
        ),
        (
            QuestionKind::SelectMultiple,
            Value::Choices(texts(&["b", "a"])),
            "b a",
        ),
        (QuestionKind::Text, Value::Text("好".to_owned()), "好"),
        (QuestionKind::Text, Value::Empty, ""),
    ] {
        assert_eq!(value.write(), text);
        assert_eq!(Value::read(kind, text), Ok(value));
    }
}

#[test]
fn a_value_has_one_form_only() {
    for (kind, value, expected) in [
        (
            QuestionKind::Text,
            Value::Text(String::new()),
            Ok(Value::Empty),
        ),
        (
            QuestionKind::SelectMultiple,
            Value::Choices(vec![]),
            Ok(Value::Empty),
        ),
        (QuestionKind::Photo, Value::Files(vec![]), Ok(Value::Empty)),
        (
            QuestionKind::Decimal,
            Value::Decimal(f64::NAN),
            Err(ValueError::Decimal),
        ),
        (
            QuestionKind::Decimal,
            Value::Integer(1),
            Err(ValueError::Kind),
        ),
        (
            QuestionKind::Text,
            Value::Choice("a".to_owned()),
            Err(ValueError::Kind),
        ),
        (
            QuestionKind::SelectMultiple,
            Value::Choices(texts(&["a", ""])),
            Err(ValueError::Choice),
        ),
        (
            QuestionKind::SelectMultiple,
            Value::Choices(texts(&["a b"])),
            Err(ValueError::Choice),
        ),
    ] {
        assert_eq!(value.fit(kind), expected);
    }
    let zero = Value::Decimal(-0.0).fit(QuestionKind::Decimal);
    assert!(matches!(zero, Ok(Value::Decimal(number)) if number.is_sign_positive()));
}

#[test]
fn numbers_are_seen_in_values_that_have_one() {
    for (value, expected) in [
        (Value::Integer(3), Some(3.0)),
        (Value::Decimal(0.5), Some(0.5)),
        (Value::Text("7".to_owned()), Some(7.0)),
        (Value::Choice("2".to_owned()), Some(2.0)),
        (Value::Text("x".to_owned()), None),
        (Value::Date("2022-03-13".to_owned()), None),
        (Value::Empty, None),
    ] {
        assert_eq!(value.number(), expected, "{value:?}");
    }
}

#[test]
fn reasons_are_told_in_both_languages() {
    assert_eq!(ValueError::Integer.texts().get(CHINESE), "不是整数");
    assert_eq!(ValueError::Integer.texts().get("en"), "not a whole number");
}
