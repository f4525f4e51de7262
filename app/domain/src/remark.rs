//! What an inspector noted of an item, whatever its answer: words, photos, or both; on the pages it is called a note. It raises nothing and
//! is worth no points: what is wrong is a [finding](crate::finding), which has words and photos of its own.

use std::sync::Arc;

use form::{Form, Instance, QuestionKind};
use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::finding::{PHOTO_LIMIT, Photo, are_named};
use crate::inspection::Submission;
use crate::wording::{self, ACCOUNT_LIMIT, WordingRefusal};
use crate::{Language, say};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Remark {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<Photo>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RemarkRefusal {
    /// Of an item that the checklist does not have, or that does not apply.
    ItemUnknown(String),
    /// Neither words nor photos.
    Empty(String),
    Note(String, WordingRefusal),
    TooManyPhotos(String),
    /// A photo's name is none, or stands twice.
    Photo(String),
}

impl RemarkRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            RemarkRefusal::ItemUnknown(item) => say!(
                language,
                "备注所属的项目不在检查表内或不适用：{item}",
                "A note is on an item that the checklist does not have or that does not apply: {item}"
            ),
            RemarkRefusal::Empty(item) => say!(
                language,
                "项目{item}的备注没有文字，也没有照片",
                "The note on {item} has neither words nor photos"
            ),
            RemarkRefusal::Note(item, refusal) => {
                let why = refusal.text(language);
                say!(language, "项目{item}的备注：{why}", "Note on {item}: {why}")
            }
            RemarkRefusal::TooManyPhotos(item) => say!(
                language,
                "项目{item}的备注最多附{PHOTO_LIMIT}张照片",
                "The note on {item} has more than {PHOTO_LIMIT} photos"
            ),
            RemarkRefusal::Photo(item) => say!(
                language,
                "项目{item}的备注中有照片无法识别或重复，请重新拍照",
                "A photo of the note on {item} cannot be named or stands twice; take it again"
            ),
        }
    }
}

impl Remark {
    pub fn is_empty(&self) -> bool {
        self.note.trim().is_empty() && self.photos.is_empty()
    }

    fn check(&self, item: &str) -> Result<(), RemarkRefusal> {
        let item = || item.to_owned();
        if self.is_empty() {
            return Err(RemarkRefusal::Empty(item()));
        }
        wording::allow(&self.note, ACCOUNT_LIMIT)
            .map_err(|refusal| RemarkRefusal::Note(item(), refusal))?;
        if self.photos.len() > PHOTO_LIMIT {
            return Err(RemarkRefusal::TooManyPhotos(item()));
        }
        if !are_named(&self.photos) {
            return Err(RemarkRefusal::Photo(item()));
        }
        Ok(())
    }
}

/// Whether there is something to note of: a question that applies.
pub fn applies(instance: &Instance, item: &str) -> bool {
    let node = instance.named(item);
    node.is_some_and(|node| {
        let question = instance.question(node);
        let asks = question.is_some_and(|question| question.kind != QuestionKind::Note);
        asks && instance.relevant(node)
    })
}

/// # Errors
/// Every [`RemarkRefusal`], for the first remark that has one.
pub fn check(submission: &Submission, form: &Arc<Form>) -> Result<(), RemarkRefusal> {
    if submission.remarks.is_empty() {
        return Ok(());
    }
    let session = submission.session.clone();
    let (answers, counts) = (&submission.answers, &submission.instances);
    let (instance, _) = Instance::resume_as_left(Arc::clone(form), session, answers, counts);
    for (item, remark) in &submission.remarks {
        if !applies(&instance, item) {
            return Err(RemarkRefusal::ItemUnknown(item.clone()));
        }
        remark.check(item)?;
    }
    Ok(())
}
