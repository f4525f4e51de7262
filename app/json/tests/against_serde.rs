//! What is read here is what serde reads of the texts it writes. Of others it is stricter (no list is a struct, no `null` what a
//! variant without content holds), and laxer where it is not said which fields there may be: one may be there twice, and the last is meant.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use json::FromJson;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

fn both<T: FromJson + DeserializeOwned + PartialEq + Debug>(text: &str) {
    let (here, serde) = (json::read::<T>(text), serde_json::from_str::<T>(text));
    assert_eq!(
        here.as_ref().ok(),
        serde.as_ref().ok(),
        "{text}: {here:?}, {serde:?}"
    );
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromJson)]
#[serde(transparent)]
struct Name(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
enum Severity {
    General,
    KeyProblem,
    #[serde(rename = "IV")]
    Fourth,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Strict {
    first_name: String,
    #[serde(default)]
    count: u32,
    weight: Option<f64>,
    #[serde(default = "seven", skip_serializing_if = "Vec::is_empty")]
    list: Vec<i64>,
}

fn seven() -> Vec<i64> {
    vec![7]
}

#[derive(Debug, PartialEq, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Whole {
    some: Vec<Name>,
    other_thing: BTreeSet<Severity>,
}

impl Default for Whole {
    fn default() -> Whole {
        Whole {
            some: vec![Name("a".into())],
            other_thing: BTreeSet::from([Severity::Fourth]),
        }
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Happened {
    Nothing,
    Raised(Box<Strict>),
    #[serde(rename_all = "camelCase")]
    PutOff {
        until_day: String,
        by: Option<Name>,
    },
}

#[derive(Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", tag = "is")]
enum Tagged {
    Waiting,
    Strict(Strict),
    #[serde(rename_all = "camelCase")]
    Held {
        the_reason: BTreeMap<Name, bool>,
        pair: (u8, String),
    },
}

#[test]
fn structs_are_read_alike() {
    for text in [
        r#"{"firstName":"a","count":3,"weight":1.5e2,"list":[1,-2]}"#,
        r#" { "weight" : null , "firstName" : "\u4e2d\ud83d\ude00\n\"" } "#,
        r#"{"firstName":"a","more":1}"#,
        r#"{"firstName":"a","":1}"#,
        r#"{"count":1}"#,
        r#"{"firstName":"a","firstName":"b"}"#,
        r#"{"firstName":"a","count":-1}"#,
        r#"{"firstName":"a","count":1.0}"#,
        r#"{"firstName":"a","count":4294967296}"#,
        r#"{"firstName":"a","count":null}"#,
        r#"{"firstName":"a","weight":1e999}"#,
        r#"{"firstName":"a","weight":"1"}"#,
        r#"{"firstName":null}"#,
        r#"{"firstName":"a",}"#,
        r#"{"firstName":"a"} x"#,
        r#"{"firstName":"a" "count":1}"#,
        r#"{"firstName":"\ud83d"}"#,
        r#"{"firstName":"\x"}"#,
        r#"{firstName:"a"}"#,
        r"{}",
        r"null",
        r#""a""#,
        "",
    ] {
        both::<Strict>(text);
        both::<Whole>(text);
        both::<Option<Strict>>(text);
    }
    for text in [
        r#"{"some":[]}"#,
        r#"{"otherThing":["general","IV"],"some":["b"]}"#,
        r#"{"some":null}"#,
    ] {
        both::<Whole>(text);
    }
}

#[test]
fn enums_are_read_alike() {
    for text in [
        r#""nothing""#,
        r#"{"raised":{"firstName":"a"}}"#,
        r#"{"raised":{"firstName":"a","x":1}}"#,
        r#"{"putOff":{"untilDay":"d"}}"#,
        r#"{"putOff":{"untilDay":"d","by":"n","more":1}}"#,
        r#"{"putOff":{"until_day":"d"}}"#,
        r#""raised""#,
        r#"{"other":1}"#,
        r#"{"raised":{"firstName":"a"},"nothing":null}"#,
        "{}",
        "3",
    ] {
        both::<Happened>(text);
    }
    for text in [
        r#"{"is":"waiting"}"#,
        r#"{"is":"strict","firstName":"a"}"#,
        r#"{"firstName":"a","is":"strict","count":2}"#,
        r#"{"is":"strict","firstName":"a","more":1}"#,
        r#"{"is":"held","theReason":{"a":true},"pair":[1,"b"]}"#,
        r#"{"is":"held","theReason":{"a":true},"pair":[1]}"#,
        r#"{"is":"other"}"#,
        r#"{"firstName":"a"}"#,
    ] {
        both::<Tagged>(text);
    }
    for text in [
        r#""general""#,
        r#""keyProblem""#,
        r#""IV""#,
        r#""Fourth""#,
        r#""KeyProblem""#,
        "null",
    ] {
        both::<Severity>(text);
    }
}

#[test]
fn a_fault_says_where_it_is() {
    let fault = json::read::<Happened>(r#"{"raised":{"firstName":"a","count":"b"}}"#).unwrap_err();
    assert_eq!(fault.to_string(), "expected a number at count");
    let fault = json::read::<Tagged>(r#"{"is":"held","pair":[1,"b"]}"#).unwrap_err();
    assert_eq!(fault.to_string(), "missing field `theReason`");
    let fault = json::read::<Strict>(&format!("{}1", "[".repeat(100_000))).unwrap_err();
    assert!(fault.to_string().contains("too deep"), "{fault}");
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|fields| serde_json::Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn texts_and_numbers_are_read_alike(text in any::<String>(), number in any::<f64>(), whole in any::<u64>()) {
        both::<String>(&serde_json::to_string(&text).unwrap());
        both::<f64>(&serde_json::to_string(&number).unwrap());
        both::<f64>(&number.to_string());
        both::<u64>(&whole.to_string());
        both::<u8>(&whole.to_string());
        both::<BTreeMap<Name, Vec<String>>>(&serde_json::to_string(&BTreeMap::from([(&text, [&text])])).unwrap());
    }

    /// Whatever is JSON is taken, and what is damaged is taken by both or by neither.
    #[test]
    fn the_syntax_is_that_of_json(value in value(), at in any::<prop::sample::Index>(), letter in "[ -~\n]?") {
        let text = value.to_string();
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        prop_assert!(json::Json::of(&text).is_ok(), "{}", text);
        let place = at.get(&places);
        let rest = text[*place..].chars().skip(1).collect::<String>();
        let damaged = format!("{}{letter}{rest}", &text[..*place]);
        let serde = serde_json::from_str::<&serde_json::value::RawValue>(&damaged);
        let here = json::Json::of(&damaged);
        prop_assert_eq!(here.as_ref().ok().map(|json| json.written()), serde.as_ref().ok().map(|raw| raw.get()), "{}", damaged);
    }
}

/// Both as bits, so that a zero has its sign.
fn decimal(text: &str) -> (Option<u64>, Option<u64>) {
    let (here, std) = (json::decimal(text), text.parse::<f64>().ok());
    (here.map(f64::to_bits), std.map(f64::to_bits))
}

#[test]
fn decimals_are_rounded_as_the_language_rounds_them() {
    let long = format!("1{}1", "0".repeat(900));
    let midpoint = format!("{}5e-1", 9_007_199_254_740_993_u64);
    for text in [
        "0",
        "-0",
        "+1",
        "1.",
        ".5",
        "0.1",
        "1e22",
        "1e23",
        "9007199254740993",
        "9007199254740992.5",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "1e309",
        "1e-400",
        "1e99999999999",
        "1e-99999999999",
        "0e99999999999",
        "4.9e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "2.2250738585072011e-308",
        "2.2250738585072014e-308",
        "123456789012345678901234567890",
        "0.000000000000000000000000000000123456789",
        "00012.500",
        &long,
        &midpoint,
        &format!("{long}e-901"),
        &format!("0.{}1", "0".repeat(400)),
        "9007199254740993.00000000000000000000000000000000000000000000000000000000000000000001",
        "",
        ".",
        "-",
        "e1",
        "1e",
        "1e+",
        "1.2.3",
        "1 ",
        "1e1.5",
        "０",
    ] {
        let (here, std) = decimal(text);
        assert_eq!(here, std, "{text}");
    }
    for name in ["inf", "NaN", "infinity", "-inf"] {
        assert_eq!(json::decimal(name), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_decimal_is_rounded_as_the_language_rounds_it(
        bits in any::<u64>(), digits in "[0-9]{1,30}", part in "[0-9]{0,30}", exponent in -340_i32..320, cut in 1_usize..20,
    ) {
        let number = f64::from_bits(bits);
        prop_assume!(number.is_finite());
        let near = format!("{number:e}");
        for text in [&near, &format!("{number:.cut$e}"), &format!("{digits}.{part}e{exponent}"), &format!("{digits}.{part}")] {
            let (here, std) = decimal(text);
            prop_assert_eq!(here, std, "{}", text);
        }
    }

    /// What lies in the middle between two neighbours, a digit above it and a digit below, shortened past what can be told apart.
    #[test]
    fn a_tie_is_rounded_as_the_language_rounds_it(half in (1_u64 << 52)..(1 << 53), doubled in 0_u32..60, halved in 0_u32..30) {
        let between = u128::from(2 * half + 1);
        let whole = between << doubled;
        let part = between * 5_u128.pow(halved);
        for (digits, exponent) in [(whole, 0), (part, halved)] {
            for text in [
                format!("{digits}e-{exponent}"),
                format!("{digits}1e-{}", exponent + 1),
                format!("{}9e-{}", digits - 1, exponent + 1),
                format!("{digits}{}1e-{}", "0".repeat(900), exponent + 901),
            ] {
                let (here, std) = decimal(&text);
                prop_assert_eq!(here, std, "{}", text);
            }
        }
    }
}

/// Any value, with texts that look like what is around them.
fn any_value() -> impl Strategy<Value = serde_json::Value> {
    let text = r#"[\[\]{}",:\\\n\u{1}aé督😀 0]{0,12}"#;
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        text.prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
            prop::collection::btree_map(text, inner, 0..6)
                .prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

/// Each value inside another is found where it is, as it is written.
fn found_in(json: json::Json<'_>, value: &serde_json::Value) {
    let written: serde_json::Value = serde_json::from_str(json.written()).expect("what is written");
    assert_eq!(&written, value);
    match value {
        serde_json::Value::Array(items) => {
            let found = json.list().expect("a list");
            assert_eq!(found.len(), items.len());
            for (found, item) in found.into_iter().zip(items) {
                found_in(found, item);
            }
        }
        serde_json::Value::Object(fields) => {
            let found = json.object().expect("an object");
            assert_eq!(found.len(), fields.len());
            for ((name, found), (known, field)) in found.into_iter().zip(fields) {
                assert_eq!(&name.text().expect("a name"), known);
                found_in(found, field);
            }
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn values_inside_others_are_found_as_they_are_written(value in any_value(), space in "[ \t\n\r]{0,3}") {
        let compact = serde_json::to_string(&value).expect("a text");
        let pretty = serde_json::to_string_pretty(&value).expect("a text");
        for text in [&compact, &pretty, &format!("{space}{pretty}{space}")] {
            found_in(json::Json::of(text).expect("a value"), &value);
        }
    }
}
