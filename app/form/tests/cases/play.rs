//! A case step by step.

use std::sync::Arc;

use form::{
    Attachments, CHINESE, ENGLISH, Edit, Form, Instance, NodeId, Opening, Request, Session, Texts,
};

use crate::survey::{attributes, survey};
use crate::{Case, Entry, expected, support};

/// A case as it is played.
pub struct Play<'c> {
    case: &'c Case,
    session: Session,
    attachments: Attachments,
    /// The XML of the form, once it is known.
    xml: Option<String>,
    form: Option<Result<Arc<Form>, Vec<String>>>,
    instance: Option<Instance>,
    requests: Vec<Request>,
    changes: Vec<String>,
    pub differences: Vec<String>,
}

pub type Outcome = Result<(), String>;

impl<'c> Play<'c> {
    pub fn new(case: &'c Case) -> Self {
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
    pub fn is_lost(&self) -> bool {
        self.form.is_none() || (self.instance.is_none() && matches!(self.form, Some(Ok(_))))
    }

    pub fn entry(&mut self, entry: &Entry) -> Outcome {
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
            Some(Err(errors))
                if errors
                    .iter()
                    .any(|error| same("error", error, expected).is_ok()) =>
            {
                Ok(())
            }
            Some(Err(errors)) => Err(format!("errors are {errors:?}")),
            _ => Err("the form compiles".to_owned()),
        }
    }

    fn warning(&self, expected: &str) -> Outcome {
        let warnings = match &self.form {
            Some(Ok(form)) => support::told(form.warnings().to_vec()),
            _ => return Err("the form does not compile".to_owned()),
        };
        if warnings
            .iter()
            .any(|warning| same("warning", warning, expected).is_ok())
        {
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

    pub fn instance(&self) -> Result<&Instance, String> {
        if let Some(Err(errors)) = &self.form {
            return Err(format!("the form does not compile: {}", errors.join("; ")));
        }
        self.instance
            .as_ref()
            .ok_or_else(|| "there is no instance".to_owned())
    }

    pub fn node(&self, path: &str) -> Result<NodeId, String> {
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
}

/// The English of a text that is there in Chinese as well.
pub fn both(texts: &Texts) -> String {
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

pub fn unquoted(text: &str) -> String {
    let text = text.trim();
    text.strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text)
        .replace("\\n", "\n")
}

/// Whether a text is what a case expects, where `{}` stands for anything.
pub fn same(what: &str, had: &str, wanted: &str) -> Outcome {
    expected::same(what, had, wanted, ("{}", ""))
}
