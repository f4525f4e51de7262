//! The four levels of response to an outbreak, I the gravest, and the decisions that put one in force: where, for which
//! institutions, from which minute to which, and on which notice each rests.
//!
//! A decision is made once; its term may be extended and it may be ended. Which of several decisions governs a body is not said
//! here but in [`crate::projection::rules`].

use serde::{Deserialize, Serialize};

use crate::body::BodyKind;
use crate::facts::Context;
use crate::id::{NoticeId, RulePackId};
use crate::instant::Instant;
use crate::jurisdiction::DistrictCode;
use crate::permission::{Act, Place};
use crate::{Language, Text, say};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ResponseLevel {
    I,
    #[serde(rename = "II")]
    Ii,
    #[serde(rename = "III")]
    Iii,
    #[serde(rename = "IV")]
    Iv,
}

impl ResponseLevel {
    pub const ALL: [ResponseLevel; 4] = [
        ResponseLevel::I,
        ResponseLevel::Ii,
        ResponseLevel::Iii,
        ResponseLevel::Iv,
    ];

    pub const fn title(self) -> Text {
        match self {
            ResponseLevel::I => Text::new("一级响应", "Level-I response"),
            ResponseLevel::Ii => Text::new("二级响应", "Level-II response"),
            ResponseLevel::Iii => Text::new("三级响应", "Level-III response"),
            ResponseLevel::Iv => Text::new("四级响应", "Level-IV response"),
        }
    }

    /// The name in addresses and stored rows.
    pub const fn code(self) -> &'static str {
        match self {
            ResponseLevel::I => "I",
            ResponseLevel::Ii => "II",
            ResponseLevel::Iii => "III",
            ResponseLevel::Iv => "IV",
        }
    }

    pub fn from_code(code: &str) -> Option<ResponseLevel> {
        ResponseLevel::ALL
            .into_iter()
            .find(|level| level.code() == code)
    }
}

/// Where a level holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Area {
    Jurisdiction,
    District(DistrictCode),
}

impl Area {
    pub fn place(&self) -> Place {
        match self {
            Area::Jurisdiction => Place::Jurisdiction,
            Area::District(code) => Place::District(code.clone()),
        }
    }
}

/// A level as it is put in force. Instants are whole minutes: `from` is the first at which it holds, `until` the first at which it
/// does not any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LevelOrder {
    pub level: ResponseLevel,
    pub area: Area,
    /// Kinds of institutions, each once.
    pub kinds: Vec<BodyKind>,
    pub from: Instant,
    /// None until further notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    pub notice: NoticeId,
    /// The guides that are followed while it holds, each in the edition of the moment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guides: Vec<RulePackId>,
}

impl LevelOrder {
    /// Whether it is about institutions of a kind that lie in a district.
    pub fn is_about(&self, kind: BodyKind, district: Option<&DistrictCode>) -> bool {
        let within = match &self.area {
            Area::Jurisdiction => true,
            Area::District(code) => district == Some(code),
        };
        within && self.kinds.contains(&kind)
    }
}

/// A longer term, and the notice that says so.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Extension {
    /// The new end; None until further notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    pub notice: NoticeId,
}

/// The end of a level before its term, and the notice that says so.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LevelEnd {
    /// The first instant at which it does not hold any more.
    pub at: Instant,
    pub notice: NoticeId,
}

/// A decision with what became of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LevelDecision {
    /// None until it is set.
    pub order: Option<LevelOrder>,
    pub extensions: Vec<Extension>,
    pub ended: Option<LevelEnd>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LevelCommand {
    Set(LevelOrder),
    Extend(Extension),
    End(LevelEnd),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LevelEvent {
    Set(LevelOrder),
    Extended(Extension),
    Ended(LevelEnd),
}

impl LevelCommand {
    /// The notice it rests on, and the guides it names.
    pub fn basis(&self) -> (NoticeId, &[RulePackId]) {
        match self {
            LevelCommand::Set(order) => (order.notice, &order.guides),
            LevelCommand::Extend(extension) => (extension.notice, &[]),
            LevelCommand::End(end) => (end.notice, &[]),
        }
    }
}

impl LevelEvent {
    /// The notice by which it holds, or holds on.
    pub const fn puts_in_force(&self) -> Option<NoticeId> {
        match self {
            LevelEvent::Set(order) => Some(order.notice),
            LevelEvent::Extended(extension) => Some(extension.notice),
            LevelEvent::Ended(_) => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LevelRefusal {
    AlreadySet,
    NotSet,
    /// A level holds for institutions; none was chosen, or a kind that is none.
    NotInstitutions,
    DistrictUnknown(DistrictCode),
    NoticeUnknown,
    /// Nothing rests on a notice that was withdrawn.
    NoticeWithdrawn,
    /// The notice puts another level in force.
    NoticeSaysOtherwise(ResponseLevel),
    GuideUnknown,
    /// Instants are whole minutes.
    NotAMinute,
    /// More than a year from now: a slip of the finger.
    TooFar,
    /// The end does not come after the beginning.
    EndBeforeStart,
    /// The end has passed already.
    EndInThePast,
    /// An extension ends later than what it extends.
    NotLonger,
    /// It has no end that could be moved.
    NoEnd,
    AlreadyEnded,
    /// Its term has run out: it is set anew.
    Expired,
    /// It would be ended after its term: it is extended.
    EndAfterTerm,
}

impl LevelRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            LevelRefusal::AlreadySet => say!(
                language,
                "该响应等级决定已作出",
                "This decision has been made already"
            ),
            LevelRefusal::NotSet => say!(
                language,
                "没有这项响应等级决定",
                "There is no such decision on a response level"
            ),
            LevelRefusal::NotInstitutions => say!(
                language,
                "请至少选择一类机构；响应等级不适用于部门",
                "Choose at least one kind of institution; levels do not hold for departments"
            ),
            LevelRefusal::DistrictUnknown(code) => {
                let code = &code.0;
                say!(
                    language,
                    "区划代码 {code} 不存在",
                    "There is no district with code {code}"
                )
            }
            LevelRefusal::NoticeUnknown => say!(
                language,
                "请选择所依据的通知",
                "Choose the notice the decision rests on"
            ),
            LevelRefusal::NoticeWithdrawn => say!(
                language,
                "所依据的通知已撤回，请选择其他通知",
                "The notice it rests on was withdrawn; choose another"
            ),
            LevelRefusal::NoticeSaysOtherwise(level) => {
                let level = level.title().get(language);
                say!(
                    language,
                    "所依据的通知执行的是{level}",
                    "The notice it rests on puts another level in force: {level}"
                )
            }
            LevelRefusal::GuideUnknown => {
                say!(language, "没有这份指南", "There is no such guide")
            }
            LevelRefusal::NotAMinute => {
                say!(language, "时间应精确到分钟", "Give the time to the minute")
            }
            LevelRefusal::TooFar => say!(
                language,
                "时间与现在相差超过一年，请核对",
                "The time is more than a year from now; check it"
            ),
            LevelRefusal::EndBeforeStart => say!(
                language,
                "结束时间应晚于生效时间",
                "The end must come after the start"
            ),
            LevelRefusal::EndInThePast => say!(
                language,
                "期限已过，请填写将来的时间",
                "The end has passed already; give a time to come"
            ),
            LevelRefusal::NotLonger => say!(
                language,
                "延长后的期限应晚于现有期限",
                "An extension must end later than the present term"
            ),
            LevelRefusal::NoEnd => say!(
                language,
                "该等级没有期限，无需延长",
                "It holds until further notice; there is nothing to extend"
            ),
            LevelRefusal::AlreadyEnded => {
                say!(language, "该等级已终止", "It has been ended already")
            }
            LevelRefusal::Expired => say!(
                language,
                "该等级的期限已过，请重新作出决定",
                "Its term has run out; make a new decision"
            ),
            LevelRefusal::EndAfterTerm => say!(
                language,
                "终止时间不能晚于已定的期限；要适用更久，请延长",
                "It cannot be ended after its term; to have it hold longer, extend it"
            ),
        }
    }
}

impl LevelDecision {
    pub fn evolve(&mut self, event: &LevelEvent) {
        match event {
            LevelEvent::Set(order) => self.order = Some(order.clone()),
            LevelEvent::Extended(extension) => self.extensions.push(*extension),
            LevelEvent::Ended(end) => self.ended = Some(*end),
        }
    }

    /// Where its term ends as last extended, whether or not it was ended before.
    pub fn term(&self) -> Option<Instant> {
        match (self.extensions.last(), &self.order) {
            (Some(extension), _) => extension.until,
            (None, Some(order)) => order.until,
            (None, None) => None,
        }
    }

    /// Whether it was ended before it took effect, so that it never does, and takes no other's place.
    pub fn is_annulled(&self) -> bool {
        let ended = self.ended.map(|end| end.at);
        ended.is_some_and(|at| self.order.as_ref().is_some_and(|order| at <= order.from))
    }

    /// Whether it holds at an instant, or is to hold after it.
    pub fn stands(&self, now: Instant) -> bool {
        self.order.is_some() && !self.is_annulled() && self.end().is_none_or(|end| end > now)
    }

    /// The first instant at which it does not hold any more; None until further notice.
    pub fn end(&self) -> Option<Instant> {
        let ended = self.ended.map(|end| end.at);
        [ended, self.term()].into_iter().flatten().min()
    }
}

/// A year either way of now is meant; more is a slip of the finger.
const FARTHEST: i64 = 366 * 24;

/// Whether an instant is a whole minute and within a year of now. Shared with the editions of rule packs.
pub(crate) fn check_minute(at: Instant, now: Instant) -> Result<(), LevelRefusal> {
    if at.millis() % 60_000 != 0 {
        return Err(LevelRefusal::NotAMinute);
    }
    if at > now.plus_hours(FARTHEST) || at < now.plus_hours(-FARTHEST) {
        return Err(LevelRefusal::TooFar);
    }
    Ok(())
}

/// Whether a decision may hold from an instant until another: it ends after it begins, and not in the past.
///
/// # Errors
/// [`LevelRefusal::EndBeforeStart`] or [`LevelRefusal::EndInThePast`].
pub fn check_term(from: Instant, until: Instant, now: Instant) -> Result<(), LevelRefusal> {
    if until <= from {
        return Err(LevelRefusal::EndBeforeStart);
    }
    if until <= now {
        return Err(LevelRefusal::EndInThePast);
    }
    Ok(())
}

/// Whether what holds until `term` may be extended until another instant.
///
/// # Errors
/// [`LevelRefusal::NotLonger`].
pub fn check_extension(term: Instant, until: Instant) -> Result<(), LevelRefusal> {
    if until <= term {
        return Err(LevelRefusal::NotLonger);
    }
    Ok(())
}

/// Whether what holds from an instant may be ended at another.
///
/// # Errors
/// [`LevelRefusal::EndBeforeStart`], but for one that has not taken effect and is annulled: it ends as it would begin;
/// [`LevelRefusal::EndInThePast`], since what was answered while it held was judged by it; [`LevelRefusal::EndAfterTerm`].
pub fn check_end(
    from: Instant,
    term: Option<Instant>,
    at: Instant,
    now: Instant,
) -> Result<(), LevelRefusal> {
    let annuls = at == from && from > now;
    if at <= from && !annuls {
        return Err(LevelRefusal::EndBeforeStart);
    }
    if at < now {
        return Err(LevelRefusal::EndInThePast);
    }
    if term.is_some_and(|term| at > term) {
        return Err(LevelRefusal::EndAfterTerm);
    }
    Ok(())
}

/// A decision may be recorded after it took effect, since notices arrive late; its end may not have passed.
///
/// Refused: see [`LevelRefusal`]; and without [`Act::SetRules`] in the area.
pub fn decide(
    state: &LevelDecision,
    command: &LevelCommand,
    context: &Context<'_>,
) -> Result<Vec<LevelEvent>, crate::Refusal> {
    let now = context.now;
    let notice = |id: NoticeId| {
        let notice = context.facts.notice(id);
        if notice.withdrawn.is_some() {
            return Err(LevelRefusal::NoticeWithdrawn);
        }
        notice.content.as_ref().ok_or(LevelRefusal::NoticeUnknown)
    };
    if let LevelCommand::Set(order) = command {
        context.permit(Act::SetRules, &order.area.place())?;
        if state.order.is_some() {
            return Err(LevelRefusal::AlreadySet.into());
        }
        let mut kinds = order.kinds.clone();
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.is_empty()
            || kinds.len() < order.kinds.len()
            || !kinds.iter().all(|kind| kind.is_institution())
        {
            return Err(LevelRefusal::NotInstitutions.into());
        }
        if let Area::District(code) = &order.area
            && context.directory.district(code).is_none()
        {
            return Err(LevelRefusal::DistrictUnknown(code.clone()).into());
        }
        check_minute(order.from, now)?;
        if let Some(until) = order.until {
            check_minute(until, now)?;
            check_term(order.from, until, now)?;
        }
        if let Some(level) = notice(order.notice)?.level
            && level != order.level
        {
            return Err(LevelRefusal::NoticeSaysOtherwise(level).into());
        }
        let known = |guide: &RulePackId| !context.facts.rule_pack(*guide).editions.is_empty();
        if !order.guides.iter().all(known) {
            return Err(LevelRefusal::GuideUnknown.into());
        }
        return Ok(vec![LevelEvent::Set(order.clone())]);
    }
    let Some(order) = &state.order else {
        return Err(LevelRefusal::NotSet.into());
    };
    context.permit(Act::SetRules, &order.area.place())?;
    if state.ended.is_some() {
        return Err(LevelRefusal::AlreadyEnded.into());
    }
    if state.term().is_some_and(|term| term <= now) {
        return Err(LevelRefusal::Expired.into());
    }
    match command {
        LevelCommand::Set(_) => Err(LevelRefusal::AlreadySet.into()),
        LevelCommand::Extend(extension) => {
            notice(extension.notice)?;
            let term = state.term().ok_or(LevelRefusal::NoEnd)?;
            if let Some(until) = extension.until {
                check_minute(until, now)?;
                check_extension(term, until)?;
            }
            Ok(vec![LevelEvent::Extended(*extension)])
        }
        LevelCommand::End(end) => {
            notice(end.notice)?;
            check_minute(end.at, now)?;
            check_end(order.from, state.term(), end.at, now)?;
            Ok(vec![LevelEvent::Ended(*end)])
        }
    }
}
