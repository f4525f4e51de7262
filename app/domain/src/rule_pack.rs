//! Rule packs: a guide in its dated editions. An edition lists obligations: who bears each, at which levels, in which institutions,
//! how often, and which check items look at it. What changed from edition to edition (how often staff are tested, within how many
//! minutes a case is reported) stands here and nowhere in the code.

use form::{Line, Texts};
use serde::{Deserialize, Serialize};

use crate::body::BodyKind;
use crate::facts::Context;
use crate::instant::Instant;
use crate::jurisdiction::check_texts;
use crate::permission::{Act, Place};
use crate::response_level::{LevelRefusal, ResponseLevel, check_minute};
use crate::wording::{ACCOUNT_LIMIT, NAME_LIMIT, WordingRefusal};
use crate::{Language, Text, say};

/// Obligations of an edition.
pub const OBLIGATION_LIMIT: usize = 500;
/// Check items of an obligation.
pub const ITEM_LIMIT: usize = 50;
/// Characters of a code, of an obligation or of a check item.
pub const CODE_LIMIT: usize = 20;

/// What an obligation counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MeasureUnit {
    TimesADay,
    TimesAWeek,
    /// At most so many minutes.
    Minutes,
    /// At most so many hours.
    Hours,
    /// At least so many days.
    Days,
}

impl MeasureUnit {
    pub const ALL: [MeasureUnit; 5] = [
        MeasureUnit::TimesADay,
        MeasureUnit::TimesAWeek,
        MeasureUnit::Minutes,
        MeasureUnit::Hours,
        MeasureUnit::Days,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            MeasureUnit::TimesADay => "timesADay",
            MeasureUnit::TimesAWeek => "timesAWeek",
            MeasureUnit::Minutes => "minutes",
            MeasureUnit::Hours => "hours",
            MeasureUnit::Days => "days",
        }
    }

    pub fn from_code(code: &str) -> Option<MeasureUnit> {
        MeasureUnit::ALL
            .into_iter()
            .find(|unit| unit.code() == code)
    }

    pub const fn title(self) -> Text {
        match self {
            MeasureUnit::TimesADay => Text::new("次/日", "times a day"),
            MeasureUnit::TimesAWeek => Text::new("次/周", "times a week"),
            MeasureUnit::Minutes => Text::new("分钟内", "minutes at most"),
            MeasureUnit::Hours => Text::new("小时内", "hours at most"),
            MeasureUnit::Days => Text::new("天以上", "days at least"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Measure {
    pub amount: u32,
    pub unit: MeasureUnit,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Obligation {
    /// Unique in its edition, such as `B1`.
    pub code: String,
    pub text: Texts,
    pub line: Line,
    /// The levels that activate it.
    pub levels: Vec<ResponseLevel>,
    /// The kinds of institutions it is about; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<BodyKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<Measure>,
    /// Codes of the check items that look at it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Edition {
    /// The guide, as this edition calls it.
    pub guide: Texts,
    /// Counts up: 2 for the second edition.
    pub number: u32,
    /// The edition in words, such as 第二版.
    pub name: Texts,
    /// Restated and adapted, not an official text; the page says so.
    #[serde(default)]
    pub adapted: bool,
    /// The first instant at which it is the one to follow, to the minute; until the next edition's.
    pub from: Instant,
    pub obligations: Vec<Obligation>,
}

/// A guide: its editions by number, and so by their beginnings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RulePack {
    pub editions: Vec<Edition>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RulePackCommand {
    PublishEdition(Box<Edition>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RulePackEvent {
    EditionPublished(Box<Edition>),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RulePackRefusal {
    Guide(WordingRefusal),
    Name(WordingRefusal),
    /// The last edition has this number; the next one's is higher.
    Number {
        last: u32,
    },
    /// It would take effect before the edition it follows.
    BeforeThePrevious,
    Time(LevelRefusal),
    NoObligation,
    TooManyObligations,
    /// The code of an obligation, which two have or which is no code.
    Code(String),
    Obligation {
        code: String,
        why: WordingRefusal,
    },
    /// No level activates it.
    NoLevel {
        code: String,
    },
    /// It names a kind that is no institution.
    NotInstitutions {
        code: String,
    },
    /// It names too many check items, or something that is no code.
    Items {
        code: String,
    },
}

impl RulePackRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            RulePackRefusal::Guide(refusal) => {
                let why = refusal.text(language);
                say!(language, "指南名称：{why}", "Name of the guide: {why}")
            }
            RulePackRefusal::Name(refusal) => {
                let why = refusal.text(language);
                say!(language, "版本名称：{why}", "Name of the edition: {why}")
            }
            RulePackRefusal::Number { last } => say!(
                language,
                "版次应大于上一版（第{last}版）",
                "The number must be higher than the last edition’s ({last})"
            ),
            RulePackRefusal::BeforeThePrevious => say!(
                language,
                "生效时间不能早于上一版",
                "It cannot take effect before the previous edition"
            ),
            RulePackRefusal::Time(refusal) => refusal.text(language),
            RulePackRefusal::NoObligation => say!(
                language,
                "请至少写入一项要求",
                "Give the edition at least one obligation"
            ),
            RulePackRefusal::TooManyObligations => say!(
                language,
                "一版最多{OBLIGATION_LIMIT}项要求",
                "An edition has {OBLIGATION_LIMIT} obligations at most"
            ),
            RulePackRefusal::Code(code) => say!(
                language,
                "要求的编号“{code}”重复，或不是1至{CODE_LIMIT}位字母、数字、点、横线",
                "The code “{code}” stands twice, or is not 1 to {CODE_LIMIT} letters, digits, dots and hyphens"
            ),
            RulePackRefusal::Obligation { code, why } => {
                let why = why.text(language);
                say!(language, "要求{code}：{why}", "Obligation {code}: {why}")
            }
            RulePackRefusal::NoLevel { code } => say!(
                language,
                "要求{code}没有适用的响应等级",
                "Obligation {code}: no level activates it"
            ),
            RulePackRefusal::NotInstitutions { code } => say!(
                language,
                "要求{code}只能限定机构类别",
                "Obligation {code}: only kinds of institutions can be named"
            ),
            RulePackRefusal::Items { code } => say!(
                language,
                "要求{code}的检查项编号有误，或超过{ITEM_LIMIT}个",
                "Obligation {code}: a check item’s code is wrong, or there are more than {ITEM_LIMIT}"
            ),
        }
    }
}

impl RulePack {
    pub fn evolve(&mut self, event: &RulePackEvent) {
        let RulePackEvent::EditionPublished(edition) = event;
        self.editions.push((**edition).clone());
    }

    /// The edition to follow at an instant; none before the first took effect.
    pub fn edition_at(&self, at: Instant) -> Option<&Edition> {
        self.editions
            .iter()
            .rev()
            .find(|edition| edition.from <= at)
    }
}

/// Whether a text can be a code of an obligation or a check item.
pub fn is_code(text: &str) -> bool {
    (1..=CODE_LIMIT).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
}

/// Refused: see [`RulePackRefusal`]; and without [`Act::SetRules`] in the whole jurisdiction.
pub fn decide(
    state: &RulePack,
    command: &RulePackCommand,
    context: &Context<'_>,
) -> Result<Vec<RulePackEvent>, crate::Refusal> {
    let RulePackCommand::PublishEdition(edition) = command;
    context.permit(Act::SetRules, &Place::Jurisdiction)?;
    check_texts(&edition.guide, NAME_LIMIT).map_err(RulePackRefusal::Guide)?;
    check_texts(&edition.name, NAME_LIMIT).map_err(RulePackRefusal::Name)?;
    check_minute(edition.from, context.now).map_err(RulePackRefusal::Time)?;
    let last = state.editions.last();
    if edition.number <= last.map_or(0, |last| last.number) {
        let last = last.map_or(0, |last| last.number);
        return Err(RulePackRefusal::Number { last }.into());
    }
    if last.is_some_and(|last| edition.from < last.from) {
        return Err(RulePackRefusal::BeforeThePrevious.into());
    }
    check_obligations(&edition.obligations)?;
    Ok(vec![RulePackEvent::EditionPublished(edition.clone())])
}

fn check_obligations(obligations: &[Obligation]) -> Result<(), RulePackRefusal> {
    if obligations.is_empty() {
        return Err(RulePackRefusal::NoObligation);
    }
    if obligations.len() > OBLIGATION_LIMIT {
        return Err(RulePackRefusal::TooManyObligations);
    }
    let mut codes = std::collections::BTreeSet::new();
    for obligation in obligations {
        let code = || obligation.code.clone();
        if !is_code(&obligation.code) || !codes.insert(obligation.code.as_str()) {
            let shown = obligation.code.chars().take(CODE_LIMIT).collect();
            return Err(RulePackRefusal::Code(shown));
        }
        check_texts(&obligation.text, ACCOUNT_LIMIT)
            .map_err(|why| RulePackRefusal::Obligation { code: code(), why })?;
        if obligation.levels.is_empty() {
            return Err(RulePackRefusal::NoLevel { code: code() });
        }
        if !obligation.kinds.iter().all(|kind| kind.is_institution()) {
            return Err(RulePackRefusal::NotInstitutions { code: code() });
        }
        if obligation.items.len() > ITEM_LIMIT || !obligation.items.iter().all(|item| is_code(item))
        {
            return Err(RulePackRefusal::Items { code: code() });
        }
    }
    Ok(())
}
