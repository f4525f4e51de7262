//! What an instance says of its nodes and of itself, as texts to compare.

use std::sync::Arc;

use form::{ENGLISH, EvidenceMissing, ItemOutcome, NodeId, NodeKind, TextForm, ViolationKind};

use crate::play::{Outcome, Play, both, same, unquoted};
use crate::survey::attributes;

impl Play<'_> {
    pub fn form_is(&self, rest: &str) -> Outcome {
        let form = Arc::clone(self.instance()?.form());
        for (name, expected) in attributes(rest)? {
            let had = match name.as_str() {
                "id" => form.id().to_owned(),
                "version" => form.version().to_owned(),
                "title" => form.title().to_owned(),
                "languages" => form.languages().join(" "),
                "sections" => {
                    let sections = form.sections().iter();
                    let sections: Vec<String> =
                        sections.map(|section| form.path(section.id)).collect();
                    sections.join(" ")
                }
                "items" => {
                    let items: Vec<String> =
                        form.items().iter().map(|item| form.path(*item)).collect();
                    items.join(" ")
                }
                "language" => self.instance()?.language(),
                other => return Err(format!("a form has no {other}")),
            };
            same(&name, &had, &expected)?;
        }
        Ok(())
    }

    pub fn score(&self, rest: &str) -> Outcome {
        let score = self.instance()?.score();
        for (name, expected) in attributes(rest)? {
            let section = |index: usize| {
                score
                    .by_section
                    .get(index)
                    .map_or_else(String::new, |section| {
                        format!("{} of {}", section.earned, section.possible)
                    })
            };
            let had = match name.as_str() {
                "earned" => score.earned.to_string(),
                "possible" => score.possible.to_string(),
                "share" => score
                    .share
                    .map_or_else(String::new, |share| share.to_string()),
                "assessed" => score.assessed.to_string(),
                "na" => score.not_applicable.to_string(),
                "open" => score.not_assessed.to_string(),
                "section1" => section(0),
                "section2" => section(1),
                other => return Err(format!("a score has no {other}")),
            };
            same(&name, &had, &expected)?;
        }
        Ok(())
    }

    pub fn expect(&mut self, path: &str, rest: &str) -> Outcome {
        let node = match path.split_once("/@") {
            None => self.node(path)?,
            Some((owner, name)) => {
                let instance = self.instance()?;
                let owner = instance.find(owner).ok_or("its element is missing")?;
                let attributes = instance.attributes(owner);
                let had = attributes.iter().find(|(known, _)| known == name);
                let had = had.ok_or("there is no such attribute")?;
                let wanted = rest.strip_prefix("value=").ok_or("value=")?;
                return same("value", &had.1, &unquoted(wanted));
            }
        };
        let mut differences = Vec::new();
        for (name, expected) in attributes(rest)? {
            let had = self.fact(node, &name)?;
            differences.extend(same(&name, &had, &expected).err());
        }
        self.differences.append(&mut differences);
        Ok(())
    }

    /// What an instance says of a node, as text.
    fn fact(&self, node: NodeId, name: &str) -> Result<String, String> {
        let instance = self.instance()?;
        let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
        let text = |form: TextForm, language: &str| {
            instance.text_in(node, form, language).unwrap_or_default()
        };
        let (name, language) = match name.split_once('.') {
            Some((name, language)) => (name, language.to_owned()),
            None => (name, instance.language()),
        };
        let language = language.as_str();
        if let Some(parameter) = name.strip_prefix("parameter:") {
            let parameters = instance.parameters(node);
            let had = parameters.iter().find(|(known, _)| known == parameter);
            return Ok(had.map_or_else(String::new, |(_, value)| value.clone()));
        }
        if let Some(what) = name.strip_prefix("check:") {
            return self.check(node, what);
        }
        Ok(match name {
            "value" => instance.value(node).to_owned(),
            "kept" => instance.kept(node).to_owned(),
            "kind" => kind(instance.kind(node)).to_owned(),
            "type" => instance.data_type(node).name().to_owned(),
            "relevant" => yes(instance.relevant(node)),
            "required" => yes(instance.required(node)),
            "readonly" => yes(instance.readonly(node)),
            "asked" => yes(instance.is_asked(node)),
            "finding" => yes(instance.calls_for_finding(node)),
            "invalid" => match instance.violation(node) {
                None => "no",
                Some(ViolationKind::Required) => "required",
                Some(ViolationKind::Constraint) => "constraint",
            }
            .to_owned(),
            "message" => match instance.violation(node) {
                Some(kind) => instance.message_in(node, language).unwrap_or_else(|| {
                    instance.violation_texts(node, kind).get(ENGLISH).to_owned()
                }),
                None => String::new(),
            },
            "label" => text(TextForm::Label, language),
            "hint" => text(TextForm::Hint, language),
            "guidance" => text(TextForm::Guidance, language),
            "image" => text(TextForm::Image, language),
            "big-image" => text(TextForm::BigImage, language),
            "audio" => text(TextForm::Audio, language),
            "video" => text(TextForm::Video, language),
            "appearance" => instance.appearance(node).to_owned(),
            "choices" => {
                let choices = instance.choices_in(node, language);
                let choices: Vec<String> = choices
                    .into_iter()
                    .map(|choice| format!("{}:{}", choice.value, choice.label))
                    .collect();
                choices.join("|")
            }
            "count" => instance.count(node).to_string(),
            "controlled" => yes(instance.count_controlled(node)),
            "outcome" => match instance.outcome(node) {
                ItemOutcome::None => "none".to_owned(),
                ItemOutcome::Assessed(points) => points.to_string(),
                ItemOutcome::NotApplicable => "na".to_owned(),
                ItemOutcome::NotAssessed => "open".to_owned(),
            },
            other => return Err(format!("a node has no {other}")),
        })
    }

    fn check(&self, node: NodeId, what: &str) -> Result<String, String> {
        let instance = self.instance()?;
        let check = instance
            .form()
            .check_item(instance.def(node))
            .ok_or("it is no item of a checklist")?;
        Ok(match what {
            "code" => check.code.clone(),
            "clause" => check.clause.clone(),
            "line" => format!("{:?}", check.line).to_lowercase(),
            "subject" => format!("{:?}", check.subject).to_lowercase(),
            "severity" => format!("{:?}", check.severity).to_lowercase(),
            "critical" => check.critical.to_string(),
            "weight" => check.weight.to_string(),
            "finding" => check.finding.clone().unwrap_or_default(),
            "score" => check.score.clone().unwrap_or_default(),
            "photos" => check.evidence.photos_at_least.to_string(),
            "note-required" => check.evidence.note_required.to_string(),
            "evidence" => both(&check.evidence.kind),
            // What a finding without photos and without a note lacks.
            "missing" => {
                let EvidenceMissing { photos, note } = instance.evidence_missing(node, 0, "");
                format!("{photos} photos{}", if note { " and a note" } else { "" })
            }
            other => return Err(format!("an item has no {other}")),
        })
    }
}

fn kind(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Root => "root",
        NodeKind::Group => "group",
        NodeKind::Repeat => "repeat",
        NodeKind::RepeatInstance => "instance",
        NodeKind::Value => "value",
        NodeKind::Note => "note",
        NodeKind::Input => "input",
        NodeKind::Select1 => "select1",
        NodeKind::Select => "select",
        NodeKind::Rank => "rank",
        NodeKind::Range => "range",
        NodeKind::Trigger => "trigger",
        NodeKind::Upload => "upload",
    }
}
