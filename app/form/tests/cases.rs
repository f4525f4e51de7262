//! The engine's own cases, as texts: a form, what is done with it, and the state after every step. One file a topic under
//! `cases/`; how they are written stands in `cases/README.md`.

mod support;
#[path = "support/survey.rs"]
mod survey;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use form::{
    Attachments, CHINESE, ENGLISH, Edit, EvidenceMissing, Form, Instance, ItemOutcome, NodeId,
    NodeKind, Opening, Request, Session, TextForm, Texts, ViolationKind,
};
use survey::{attributes, survey};

/// A line of a file, with its number.
#[derive(Clone, Debug)]
struct Line {
    number: usize,
    text: String,
}

/// Something at the left edge, with the indented lines below it.
#[derive(Clone, Debug)]
struct Entry {
    line: Line,
    below: Vec<Line>,
}

struct Case {
    title: String,
    entries: Vec<Entry>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// Every file with its cases, by name.
fn files() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder())
        .expect("the cases are beside the test")
        .map(|entry| entry.expect("a folder can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .map(|path| {
            let name = path.file_name().unwrap_or_default();
            let name = name.to_string_lossy().into_owned();
            let text = std::fs::read_to_string(path).expect("a case is text");
            (name, text)
        })
        .collect();
    files.sort();
    files
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (index, text) in text.lines().enumerate() {
        let line = Line {
            number: index + 1,
            text: text.to_owned(),
        };
        if text.starts_with('#') || text.trim().is_empty() {
            continue;
        }
        if let Some(title) = text.strip_prefix("case ") {
            cases.push(Case {
                title: title.to_owned(),
                entries: Vec::new(),
            });
            continue;
        }
        let case = cases.last_mut().expect("a file begins with a case");
        match (text.strip_prefix("  "), case.entries.last_mut()) {
            (Some(inner), Some(entry)) => entry.below.push(Line {
                text: inner.to_owned(),
                ..line
            }),
            (Some(_), None) => panic!("line {}: indented below nothing", line.number),
            (None, _) => case.entries.push(Entry {
                line,
                below: Vec::new(),
            }),
        }
    }
    cases
}

#[test]
fn every_case_comes_out_as_written() {
    let mut failed = Vec::new();
    let mut count = 0;
    for (file, text) in files() {
        for case in cases(&text) {
            count += 1;
            let mut play = Play::new(&case);
            for entry in &case.entries {
                let done = play.entry(entry);
                play.differences.extend(done.err());
                if !play.differences.is_empty() {
                    for difference in std::mem::take(&mut play.differences) {
                        failed.push(format!(
                            "{file}:{}: {}: {}\n      {difference}",
                            entry.line.number, case.title, entry.line.text
                        ));
                    }
                    if play.is_lost() {
                        break;
                    }
                }
            }
        }
    }
    assert!(
        failed.is_empty(),
        "{} differences in {count} cases\n{}",
        failed.len(),
        failed.join("\n")
    );
}

#[test]
fn every_function_is_in_a_case() {
    let all: String = files().into_iter().map(|(_, text)| text).collect();
    let called = |name: &str| {
        all.match_indices(&format!("{name}(")).any(|(at, _)| {
            !all[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        })
    };
    let missing: Vec<&str> = xpath::FUNCTIONS
        .iter()
        .map(|signature| signature.name)
        .filter(|name| !called(name))
        .collect();
    assert!(missing.is_empty(), "no case calls {missing:?}");
}

/// A case as it is played.
struct Play<'c> {
    case: &'c Case,
    session: Session,
    attachments: Attachments,
    /// The XML of the form, once it is known.
    xml: Option<String>,
    form: Option<Result<Arc<Form>, Vec<String>>>,
    instance: Option<Instance>,
    requests: Vec<Request>,
    changes: Vec<String>,
    differences: Vec<String>,
}

type Outcome = Result<(), String>;

impl<'c> Play<'c> {
    fn new(case: &'c Case) -> Self {
        Self {
            case,
            session: support::session(),
            attachments: Attachments::default(),
            xml: None,
            form: None,
            instance: None,
            requests: Vec::new(),
            changes: Vec::new(),
            differences: Vec::new(),
        }
    }

    /// Whether there is nothing to go on with.
    fn is_lost(&self) -> bool {
        self.form.is_none() || (self.instance.is_none() && matches!(self.form, Some(Ok(_))))
    }

    fn entry(&mut self, entry: &Entry) -> Outcome {
        let (word, rest) = split(&entry.line.text);
        match word {
            "clock" => {
                let clock = xpath::Moment::read(rest, &self.session.time_zone);
                let milliseconds = clock.and_then(|clock| clock.milliseconds);
                self.session.now = milliseconds.ok_or("not a clock")?;
            }
            "zone" => {
                let minutes = rest.parse().map_err(|_| "minutes east of UTC")?;
                self.session.time_zone.offset_minutes = minutes;
            }
            "speaks" => self.session.language = Some(rest.to_owned()),
            "property" => {
                let (name, value) = pair(rest)?;
                self.session.properties.insert(name, value);
            }
            "file" => {
                let lines: Vec<&str> = entry.below.iter().map(|line| line.text.as_str()).collect();
                let bytes = lines.join("\n").into_bytes();
                self.attachments.0.insert(rest.to_owned(), bytes);
            }
            "form" => {
                let mut lines: Vec<(usize, &str)> = Vec::new();
                lines.extend(
                    entry
                        .below
                        .iter()
                        .map(|line| (line.number, line.text.as_str())),
                );
                let xml = if lines.first().is_some_and(|(_, text)| text.starts_with('<')) {
                    let lines: Vec<&str> = lines.iter().map(|(_, text)| *text).collect();
                    lines.join("\n")
                } else {
                    survey(&lines, &self.evaluated())?
                };
                self.xml = Some(xml);
                self.open(|form, session, _| Instance::new(form, session))?;
            }
            "error" => return self.error(rest),
            "warning" => return self.warning(rest),
            // What an expression comes to, each in a node of its own.
            "eval" => return self.eval(entry.line.number, rest),
            "refused" => {
                let (step, reason) = rest.rsplit_once(" => ").ok_or("refused STEP => REASON")?;
                let done = self.step(step);
                return match done {
                    Err(error) => same("reason", &error, reason),
                    Ok(()) => Err("is not refused".to_owned()),
                };
            }
            _ if word.starts_with('/') => return self.expect(word, rest),
            _ => return self.step(&entry.line.text),
        }
        Ok(())
    }

    /// The expressions of the case, by the line they stand in.
    fn evaluated(&self) -> Vec<(usize, String)> {
        self.case
            .entries
            .iter()
            .filter_map(|entry| {
                let rest = entry.line.text.strip_prefix("eval ")?;
                let (expression, _) = rest.rsplit_once(" => ")?;
                Some((entry.line.number, expression.to_owned()))
            })
            .collect()
    }

    fn open(
        &mut self,
        begin: impl FnOnce(
            Arc<Form>,
            Session,
            Option<&Instance>,
        ) -> Result<Instance, form::InstanceError>,
    ) -> Outcome {
        if self.form.is_none() {
            let xml = self.xml.clone().ok_or("there is no form yet")?;
            self.form = Some(match Form::read_xform(&xml, &self.attachments) {
                Ok(form) => Ok(Arc::new(form)),
                Err(errors) => Err(support::told(errors)),
            });
        }
        // An error may be what the case is about.
        let Some(Ok(form)) = &self.form else {
            return Ok(());
        };
        let begun = begin(
            Arc::clone(form),
            self.session.clone(),
            self.instance.as_ref(),
        );
        let mut instance = begun.map_err(|error| both(&error.texts()))?;
        self.requests = instance.take_requests();
        self.instance = Some(instance);
        Ok(())
    }

    fn error(&self, expected: &str) -> Outcome {
        match &self.form {
            Some(Err(errors)) if errors.iter().any(|error| fits(error, expected)) => Ok(()),
            Some(Err(errors)) => Err(format!("errors are {errors:?}")),
            _ => Err("the form compiles".to_owned()),
        }
    }

    fn warning(&self, expected: &str) -> Outcome {
        let warnings = match &self.form {
            Some(Ok(form)) => support::told(form.warnings().to_vec()),
            _ => return Err("the form does not compile".to_owned()),
        };
        if warnings.iter().any(|warning| fits(warning, expected)) {
            return Ok(());
        }
        Err(format!("warnings are {warnings:?}"))
    }

    fn eval(&self, line: usize, rest: &str) -> Outcome {
        let (_, expected) = rest
            .rsplit_once(" => ")
            .ok_or("eval EXPRESSION => RESULT")?;
        if let Some(Err(errors)) = &self.form {
            return Err(errors.join("; "));
        }
        let instance = self.instance()?;
        let node = instance
            .find(&format!("/data/line-{line}"))
            .ok_or("its node is missing")?;
        same("result", instance.value(node), &unquoted(expected))
    }

    fn instance(&self) -> Result<&Instance, String> {
        if let Some(Err(errors)) = &self.form {
            return Err(format!("the form does not compile: {}", errors.join("; ")));
        }
        self.instance
            .as_ref()
            .ok_or_else(|| "there is no instance".to_owned())
    }

    fn node(&self, path: &str) -> Result<NodeId, String> {
        let found = match path.split_once("/@") {
            Some(_) => None,
            None => self.instance()?.find(path),
        };
        found.ok_or_else(|| format!("there is no {path}"))
    }

    fn apply(&mut self, edit: Edit) -> Outcome {
        let instance = self.instance.as_mut().ok_or("there is no instance")?;
        let changes = instance.apply(edit).map_err(|error| both(&error.texts()))?;
        self.changes = changes
            .iter()
            .map(|change| {
                let mut line = instance.path(change.node);
                for (is, what) in [
                    (change.value, "value"),
                    (change.relevant, "relevant"),
                    (change.required, "required"),
                    (change.readonly, "readonly"),
                    (change.validity, "validity"),
                    (change.finding, "finding"),
                    (change.label, "label"),
                    (change.choices, "choices"),
                    (change.instances, "instances"),
                ] {
                    if is {
                        line.push(' ');
                        line.push_str(what);
                    }
                }
                line
            })
            .collect();
        self.requests = instance.take_requests();
        Ok(())
    }

    fn step(&mut self, text: &str) -> Outcome {
        let (word, rest) = split(text);
        match word {
            "answer" => {
                let (path, value) = pair(rest)?;
                let node = self.node(&path)?;
                self.apply(Edit::Answer { node, value })
            }
            "position" => {
                let (path, value) = pair(rest)?;
                let node = self.node(&path)?;
                self.apply(Edit::Position { node, value })
            }
            "add" => {
                let (path, after) = match rest.split_once(" after ") {
                    Some((path, after)) => (path, Some(after)),
                    None => (rest, None),
                };
                let repeat = self.node(path)?;
                let after = after.map(|after| after.parse().unwrap_or(0));
                self.apply(Edit::CreateRepeat { repeat, after })
            }
            "remove" => {
                let instance = self.node(rest)?;
                self.apply(Edit::RemoveRepeat { instance })
            }
            "language" => self.apply(Edit::SetLanguage(rest.to_owned())),
            "new" => self.open(|form, session, _| Instance::new(form, session)),
            // A new instance in which some nodes have values from the start: `/data/a=1 /data/b="x y"`.
            "begin" => {
                let values = attributes(rest)?;
                self.open(|form, session, _| Instance::with_values(form, session, &values))
            }
            "restore" | "edit" => {
                let opening = if word == "edit" {
                    Opening::Edit
                } else {
                    Opening::Restore
                };
                let given = rest.to_owned();
                self.open(|form, session, now| {
                    let submission = match now {
                        Some(now) if given.is_empty() => now.submission(),
                        _ => given,
                    };
                    Instance::open(form, session, &submission, opening)
                })
            }
            // The draft kept on a device.
            "snapshot" => {
                let draft = self.instance()?.snapshot();
                let form = Arc::clone(self.instance()?.form());
                let taken_up = Instance::from_snapshot(form, self.session.clone(), &draft);
                self.instance = Some(taken_up.map_err(|error| both(&error.texts()))?);
                Ok(())
            }
            "finalise" => {
                let now = self.session.now;
                self.instance
                    .as_mut()
                    .ok_or("there is no instance")?
                    .finalise(now);
                Ok(())
            }
            "submission" => same("submission", &self.instance()?.submission(), rest),
            "whole" => same("whole", &self.instance()?.whole_xml(), rest),
            "absent" => match self.instance()?.find(rest) {
                None => Ok(()),
                Some(_) => Err(format!("{rest} is there")),
            },
            "nodes" => {
                let instance = self.instance()?;
                let nodes: Vec<String> = instance
                    .nodes()
                    .into_iter()
                    .map(|node| instance.path(node))
                    .collect();
                same("nodes", &nodes.join(" "), rest)
            }
            "changes" => same("changes", &self.changes.join(", "), rest),
            "requests" => same("requests", &self.requested()?, rest),
            "form-is" => self.form_is(rest),
            "score" => self.score(rest),
            "findings" => {
                let instance = self.instance()?;
                let findings: Vec<String> = instance
                    .findings()
                    .into_iter()
                    .map(|node| instance.path(node))
                    .collect();
                same("findings", &findings.join(" "), rest)
            }
            other => Err(format!("no step is called {other}")),
        }
    }

    fn requested(&self) -> Result<String, String> {
        let instance = self.instance()?;
        let requests: Vec<String> = self
            .requests
            .iter()
            .map(|request| match request {
                Request::Position { node } => format!("position {}", instance.path(*node)),
                Request::RecordAudio { node, quality } => {
                    format!("audio {} {quality}", instance.path(*node))
                        .trim_end()
                        .to_owned()
                }
            })
            .collect();
        Ok(requests.join(", "))
    }

    fn form_is(&self, rest: &str) -> Outcome {
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

    fn score(&self, rest: &str) -> Outcome {
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

    fn expect(&mut self, path: &str, rest: &str) -> Outcome {
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

/// The English of a text that is there in Chinese as well.
fn both(texts: &Texts) -> String {
    let (chinese, english) = (texts.get(CHINESE), texts.get(ENGLISH));
    assert!(!chinese.is_empty() && chinese != english, "{english}");
    english.to_owned()
}

/// The first word of a line, and what follows.
fn split(text: &str) -> (&str, &str) {
    text.split_once(' ')
        .map_or((text, ""), |(word, rest)| (word, rest.trim()))
}

/// `left = right`; the right side may be quoted, or nothing.
fn pair(text: &str) -> Result<(String, String), String> {
    let (left, right) = text.split_once('=').ok_or("LEFT = RIGHT")?;
    Ok((left.trim().to_owned(), unquoted(right.trim())))
}

fn unquoted(text: &str) -> String {
    let text = text.trim();
    text.strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text)
        .replace("\\n", "\n")
}

fn same(what: &str, had: &str, wanted: &str) -> Outcome {
    if fits(had, wanted) {
        Ok(())
    } else {
        Err(format!("{what} is {had:?}, not {wanted:?}"))
    }
}

/// Equal, where `{}` stands for anything.
fn fits(had: &str, wanted: &str) -> bool {
    let Some((literal, rest)) = wanted.split_once("{}") else {
        return had == wanted;
    };
    let Some(had) = had.strip_prefix(literal) else {
        return false;
    };
    had.char_indices()
        .map(|(at, _)| &had[at..])
        .chain([""])
        .any(|had| fits(had, rest))
}
