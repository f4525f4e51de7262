//! Notices: what must be done from when on, who it is addressed to, and who has acknowledged it.

use std::collections::BTreeMap;

use form::Texts;
use serde::{Deserialize, Serialize};

use crate::body::BodyKind;
use crate::facts::Context;
use crate::id::{BodyId, PersonId};
use crate::instant::Instant;
use crate::jurisdiction::check_texts;
use crate::permission::{Act, Place};
use crate::response_level::ResponseLevel;
use crate::wording::{self, ACCOUNT_LIMIT, NAME_LIMIT, WordingRefusal};
use crate::{Language, say};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NoticeContent {
    /// The document number, such as 示例〔2022〕1号.
    pub number: String,
    pub title: Texts,
    pub text: Texts,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<ResponseLevel>,
    pub effective_from: Instant,
    /// Every body of these kinds.
    pub addressees: Vec<BodyKind>,
    /// When every addressee must have acknowledged it.
    pub acknowledge_by: Instant,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notice {
    pub content: Option<NoticeContent>,
    pub receipts: BTreeMap<BodyId, PersonId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NoticeCommand {
    Issue(NoticeContent),
    /// A body confirms that it has the notice.
    Acknowledge {
        body: BodyId,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NoticeEvent {
    Issued(NoticeContent),
    Acknowledged { body: BodyId },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NoticeRefusal {
    AlreadyIssued,
    NotIssued,
    Number(WordingRefusal),
    Title(WordingRefusal),
    Text(WordingRefusal),
    NoAddressee,
    NotAddressed,
    AlreadyAcknowledged,
}

impl NoticeRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            NoticeRefusal::AlreadyIssued => say!(
                language,
                "该通知已发布",
                "This notice has been issued already"
            ),
            NoticeRefusal::NotIssued => say!(language, "没有这份通知", "There is no such notice"),
            NoticeRefusal::Number(refusal) => {
                let why = refusal.text(language);
                say!(language, "文号：{why}", "Number: {why}")
            }
            NoticeRefusal::Title(refusal) => {
                let why = refusal.text(language);
                say!(language, "标题：{why}", "Title: {why}")
            }
            NoticeRefusal::Text(refusal) => {
                let why = refusal.text(language);
                say!(language, "正文：{why}", "Text: {why}")
            }
            NoticeRefusal::NoAddressee => {
                say!(language, "请选择发送对象", "Choose who it is addressed to")
            }
            NoticeRefusal::NotAddressed => {
                say!(
                    language,
                    "该通知未发送给这个单位",
                    "This notice is not addressed to this body"
                )
            }
            NoticeRefusal::AlreadyAcknowledged => say!(
                language,
                "该单位已签收",
                "This body has acknowledged it already"
            ),
        }
    }
}

impl Notice {
    pub fn evolve(&mut self, event: &NoticeEvent, actor: PersonId) {
        match event {
            NoticeEvent::Issued(content) => self.content = Some(content.clone()),
            NoticeEvent::Acknowledged { body } => {
                self.receipts.insert(*body, actor);
            }
        }
    }
}

pub fn decide(
    state: &Notice,
    command: &NoticeCommand,
    context: &Context<'_>,
) -> Result<Vec<NoticeEvent>, crate::Refusal> {
    match command {
        NoticeCommand::Issue(content) => {
            context.permit(Act::IssueNotices, &Place::Jurisdiction)?;
            if state.content.is_some() {
                return Err(NoticeRefusal::AlreadyIssued.into());
            }
            wording::require(&content.number, NAME_LIMIT).map_err(NoticeRefusal::Number)?;
            check_texts(&content.title, NAME_LIMIT).map_err(NoticeRefusal::Title)?;
            check_texts(&content.text, ACCOUNT_LIMIT).map_err(NoticeRefusal::Text)?;
            if content.addressees.is_empty() {
                return Err(NoticeRefusal::NoAddressee.into());
            }
            Ok(vec![NoticeEvent::Issued(content.clone())])
        }
        NoticeCommand::Acknowledge { body } => {
            let Some(content) = &state.content else {
                return Err(NoticeRefusal::NotIssued.into());
            };
            context.permit(Act::ReceiveNotices, &Place::Body(*body))?;
            if !context
                .directory
                .body(*body)
                .is_some_and(|known| content.addressees.contains(&known.kind))
            {
                return Err(NoticeRefusal::NotAddressed.into());
            }
            if state.receipts.contains_key(body) {
                return Err(NoticeRefusal::AlreadyAcknowledged.into());
            }
            Ok(vec![NoticeEvent::Acknowledged { body: *body }])
        }
    }
}
