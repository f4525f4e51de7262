//! A form instance bound to signals: one set a node, so that an edit redraws what it changed and nothing else.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use form::{
    Answers, Change, Edit, EditError, Form, Instance, InstanceCounts, NodeId, Progress,
    QuestionKind, Session, Texts, Value, ViolationKind,
};
use leptos::prelude::*;

use crate::widgets::points::Graded;

/// What a page shows of one node.
#[derive(Clone)]
pub struct NodeSignals {
    pub value: ArcRwSignal<Value>,
    pub relevant: ArcRwSignal<bool>,
    pub required: ArcRwSignal<bool>,
    pub readonly: ArcRwSignal<bool>,
    pub violation: ArcRwSignal<Option<ViolationKind>>,
    /// Whether the answer calls for a finding.
    pub finding: ArcRwSignal<bool>,
    /// What was typed and cannot be read as an answer, with the reason.
    pub unreadable: ArcRwSignal<Option<(String, Texts)>>,
    /// Counts how often what it is called or the choices it offers changed.
    pub words: ArcRwSignal<u32>,
}

/// What the page says of the whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    pub earned: f64,
    pub possible: f64,
    /// On the checklist's own scale, if it has one.
    pub graded: Option<Graded>,
    /// The items that call for a finding, in document order.
    pub findings: Vec<NodeId>,
    pub answered: u32,
    pub total: u32,
}

/// What was entered, and is among the [answers](FormSession::answers); the page follows when it is [shown](FormSession::show), which may
/// wait until the answers are on their way to the disk.
#[derive(Debug)]
#[must_use = "the page does not follow what is not shown"]
pub struct Entered(Vec<Change>);

/// The answers to keep, and the same once more for whoever asks for them next: they are copied when there is time.
struct Kept {
    answers: Answers,
    copied: Option<Answers>,
}

impl Kept {
    fn change(&mut self, change: impl Fn(&mut Answers)) {
        change(&mut self.answers);
        if let Some(copied) = &mut self.copied {
            change(copied);
        }
    }
}

impl From<Answers> for Kept {
    fn from(answers: Answers) -> Kept {
        let copied = Some(answers.clone());
        Kept { answers, copied }
    }
}

/// A form being filled in on a page.
pub struct FormSession {
    instance: Mutex<Instance>,
    /// Made when a page first shows a node.
    nodes: Mutex<HashMap<NodeId, NodeSignals>>,
    /// What was typed and cannot be read as an answer.
    typed: Mutex<BTreeMap<NodeId, String>>,
    /// What there is to keep, as after the last edit: of thousands of answers an edit changes few.
    answers: Mutex<Kept>,
    /// The instances there are to keep, likewise.
    counts: Mutex<InstanceCounts>,
    /// By place among the form's sections.
    sections: Vec<ArcRwSignal<Progress>>,
    standing: ArcRwSignal<Standing>,
    /// Counts how often instances of repeats came or went.
    structure: ArcRwSignal<u32>,
    /// Counts how often what the page has to show, or what of it takes an answer, became more or less.
    extent: ArcRwSignal<u32>,
}

impl FormSession {
    /// A form that nobody has entered anything in.
    pub fn begin(form: Arc<Form>, session: Session) -> FormSession {
        // A form whose own rules cannot be computed still takes answers.
        let begun = Instance::new(Arc::clone(&form), session.clone());
        let nothing = Answers::default();
        FormSession::of(begun.unwrap_or_else(|_| Instance::resume(form, session, &nothing).0))
    }

    /// A form taken up where it was left. An answer the form no longer takes is shown beside its question, not dropped.
    pub fn resume(
        form: Arc<Form>,
        session: Session,
        answers: &Answers,
        counts: &InstanceCounts,
        unreadable: &BTreeMap<String, String>,
    ) -> FormSession {
        let (instance, refused) = Instance::resume_as_left(form, session, answers, counts);
        let session = FormSession::of(instance);
        for error in refused {
            let typed = answers.0.get(&error.name).cloned().unwrap_or_default();
            session.show_unreadable(&error.name, typed, error.what.texts());
        }
        for (name, typed) in unreadable {
            let kind = session.with(|instance| {
                let node = instance.named(name)?;
                instance.form().question_kind(instance.def(node))
            });
            if let Some(Err(error)) = kind.map(|kind| Value::read(kind, typed)) {
                session.show_unreadable(name, typed.clone(), error.texts());
            }
        }
        session
    }

    fn of(instance: Instance) -> FormSession {
        let progress: Vec<Progress> = instance
            .form()
            .sections()
            .iter()
            .map(|section| instance.section_progress(section))
            .collect();
        let standing = ArcRwSignal::new(standing(&instance, &progress));
        let sections = progress.into_iter().map(ArcRwSignal::new).collect();
        FormSession {
            answers: Mutex::new(instance.draft().into()),
            counts: Mutex::new(instance.counts()),
            instance: Mutex::new(instance),
            nodes: Mutex::default(),
            typed: Mutex::default(),
            sections,
            standing,
            structure: ArcRwSignal::new(0),
            extent: ArcRwSignal::new(0),
        }
    }

    fn show_unreadable(&self, name: &str, typed: String, why: Texts) {
        if let Some(node) = self.with(|instance| instance.named(name)) {
            self.is_unreadable(node, typed, why);
        }
    }

    fn is_unreadable(&self, node: NodeId, typed: String, why: Texts) {
        self.typed().insert(node, typed.clone());
        self.node(node).unreadable.set(Some((typed, why)));
    }

    fn typed(&self) -> MutexGuard<'_, BTreeMap<NodeId, String>> {
        self.typed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn instance(&self) -> MutexGuard<'_, Instance> {
        // An instance is whole after each call, whoever panicked elsewhere.
        self.instance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn form(&self) -> Arc<Form> {
        Arc::clone(self.instance().form())
    }

    /// The signals of a node of this session's instance.
    pub fn node(&self, node: NodeId) -> NodeSignals {
        let mut nodes = self.nodes.lock().unwrap_or_else(PoisonError::into_inner);
        nodes
            .entry(node)
            .or_insert_with(|| signals(&self.instance(), node))
            .clone()
    }

    /// Every answer there is, relevant or not: what to keep between two sittings.
    pub fn answers(&self) -> Answers {
        let mut kept = self.kept();
        let copied = kept.copied.take();
        copied.unwrap_or_else(|| kept.answers.clone())
    }

    /// How many instances each repeat has: to keep with the answers.
    pub fn counts(&self) -> InstanceCounts {
        self.counted().clone()
    }

    fn counted(&self) -> MutexGuard<'_, InstanceCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes over what an edit changed of the answers.
    fn keep(&self, instance: &Instance, changes: &[Change]) {
        let mut kept = self.kept();
        if changes.iter().any(|change| change.instances) {
            // Other instances have other names then.
            *kept = instance.draft().into();
            *self.counted() = instance.counts();
            return;
        }
        let drafted = |change: &&Change| change.value && instance.is_drafted(change.node);
        for change in changes.iter().filter(drafted) {
            let (name, text) = (instance.name(change.node), instance.kept(change.node));
            kept.change(|answers| {
                if text.is_empty() {
                    answers.0.remove(&name);
                } else {
                    answers.0.insert(name.clone(), text.to_owned());
                }
            });
        }
    }

    /// How far each section of the form has come, in their order.
    pub fn sections(&self) -> &[ArcRwSignal<Progress>] {
        &self.sections
    }

    pub fn standing(&self) -> &ArcRwSignal<Standing> {
        &self.standing
    }

    /// Changes whenever instances of repeats came or went.
    pub fn structure(&self) -> &ArcRwSignal<u32> {
        &self.structure
    }

    /// Changes whenever nodes began or ceased to be relevant or to take answers, and with the [structure](Self::structure).
    pub fn extent(&self) -> &ArcRwSignal<u32> {
        &self.extent
    }

    /// Looks at the instance as it is; nothing is tracked.
    pub fn with<T>(&self, look: impl FnOnce(&Instance) -> T) -> T {
        look(&self.instance())
    }

    /// Answers a question.
    pub fn answer(&self, node: NodeId, value: &Value) -> Result<Entered, EditError> {
        if self.typed().remove(&node).is_some() {
            self.node(node).unreadable.set(None);
        }
        self.edit(|instance| instance.answer_question(node, value))
    }

    /// Answers a question with what was typed. What cannot be read is kept as typed, and the question counts as unanswered.
    pub fn answer_typed(&self, node: NodeId, typed: &str) -> Result<Entered, EditError> {
        let kind = self.with(|instance| instance.form().question_kind(instance.def(node)));
        let Some(kind) = kind else {
            return Err(EditError::NotAQuestion);
        };
        match Value::read(kind, &narrow(kind, typed)) {
            Ok(value) => self.answer(node, &value),
            Err(error) => {
                let entered = self.answer(node, &Value::Empty)?;
                self.is_unreadable(node, typed.to_owned(), error.texts());
                Ok(entered)
            }
        }
    }

    /// Adds an instance to the end of a repeat.
    pub fn add_instance(&self, repeat: NodeId) -> Result<Entered, EditError> {
        self.edit(|instance| {
            instance.apply(Edit::CreateRepeat {
                repeat,
                after: None,
            })
        })
    }

    /// Takes an instance of a repeat away.
    pub fn remove_instance(&self, instance: NodeId) -> Result<Entered, EditError> {
        self.edit(|edited| edited.apply(Edit::RemoveRepeat { instance }))
    }

    fn edit(
        &self,
        edit: impl FnOnce(&mut Instance) -> Result<Vec<Change>, EditError>,
    ) -> Result<Entered, EditError> {
        let mut instance = self.instance();
        let changes = edit(&mut instance)?;
        self.keep(&instance, &changes);
        Ok(Entered(changes))
    }

    /// Has the page follow what was entered.
    pub fn show(&self, Entered(changes): Entered) {
        let instance = self.instance();
        let shown: Vec<(NodeId, Shown)> = changes
            .iter()
            .map(|change| (change.node, Shown::of(&instance, *change)))
            .collect();
        let mut progress: Vec<Progress> = self
            .sections
            .iter()
            .map(ArcRwSignal::get_untracked)
            .collect();
        for section in sections_of(&instance, &changes) {
            progress[section] = instance.section_progress(&instance.form().sections()[section]);
        }
        let standing = standing(&instance, &progress);
        // Whoever listens may look at the instance.
        drop(instance);
        for (node, shown) in shown {
            let signals = {
                let nodes = self.nodes.lock().unwrap_or_else(PoisonError::into_inner);
                nodes.get(&node).cloned()
            };
            if let Some(signals) = signals {
                shown.show(&signals);
            }
        }
        for (signal, progress) in self.sections.iter().zip(progress) {
            set_if_changed(signal, progress);
        }
        set_if_changed(&self.standing, standing);
        if changes.iter().any(|change| change.instances) {
            self.structure.update(|changes| *changes += 1);
        }
        if changes
            .iter()
            .any(|change| change.instances || change.relevant || change.readonly)
        {
            self.extent.update(|changes| *changes += 1);
        }
        let mut kept = self.kept();
        if kept.copied.is_none() {
            kept.copied = Some(kept.answers.clone());
        }
    }

    /// What was typed and cannot be read, by the question's name.
    pub fn unreadable(&self) -> BTreeMap<String, String> {
        let typed = self.typed();
        self.with(|instance| {
            typed
                .iter()
                .filter(|(node, _)| instance.is_there(**node))
                .map(|(node, typed)| (instance.name(*node), typed.clone()))
                .collect()
        })
    }
}

fn signals(instance: &Instance, node: NodeId) -> NodeSignals {
    NodeSignals {
        value: ArcRwSignal::new(instance.answer(node)),
        relevant: ArcRwSignal::new(instance.relevant(node)),
        required: ArcRwSignal::new(instance.required(node)),
        readonly: ArcRwSignal::new(instance.readonly(node)),
        violation: ArcRwSignal::new(instance.violation(node)),
        finding: ArcRwSignal::new(instance.calls_for_finding(node)),
        unreadable: ArcRwSignal::new(None),
        words: ArcRwSignal::new(0),
    }
}

/// The new state of what an edit changed of a node.
struct Shown {
    value: Option<Value>,
    relevant: Option<bool>,
    required: Option<bool>,
    readonly: Option<bool>,
    /// The violation, or that there is none.
    validity: Option<Result<(), ViolationKind>>,
    finding: Option<bool>,
    words: bool,
}

impl Shown {
    fn of(instance: &Instance, change: Change) -> Shown {
        let node = change.node;
        Shown {
            value: change.value.then(|| instance.answer(node)),
            relevant: change.relevant.then(|| instance.relevant(node)),
            required: change.required.then(|| instance.required(node)),
            readonly: change.readonly.then(|| instance.readonly(node)),
            validity: change
                .validity
                .then(|| instance.violation(node).map_or(Ok(()), Err)),
            finding: change.finding.then(|| instance.calls_for_finding(node)),
            words: change.label || change.choices,
        }
    }

    fn show(self, signals: &NodeSignals) {
        fn set<T: Send + Sync + 'static>(signal: &ArcRwSignal<T>, value: Option<T>) {
            if let Some(value) = value {
                signal.set(value);
            }
        }
        set(&signals.value, self.value);
        set(&signals.relevant, self.relevant);
        set(&signals.required, self.required);
        set(&signals.readonly, self.readonly);
        set(&signals.violation, self.validity.map(Result::err));
        set(&signals.finding, self.finding);
        if self.words {
            signals.words.update(|changes| *changes += 1);
        }
    }
}

/// The sections in which something changed, each once.
fn sections_of(instance: &Instance, changes: &[Change]) -> BTreeSet<usize> {
    let form = instance.form();
    changes
        .iter()
        .filter_map(|change| form.section_of(instance.def(change.node)))
        .collect()
}

fn set_if_changed<T: PartialEq + Send + Sync + 'static>(signal: &ArcRwSignal<T>, value: T) {
    if signal.with_untracked(|shown| *shown != value) {
        signal.set(value);
    }
}

/// What the page says of the whole, of whose sections the progress is known.
fn standing(instance: &Instance, progress: &[Progress]) -> Standing {
    let score = instance.score();
    Standing {
        earned: score.earned,
        possible: score.possible,
        graded: Graded::of(&score, instance.form().grading()),
        findings: instance.findings(),
        answered: progress.iter().map(|section| section.answered).sum(),
        total: progress.iter().map(|section| section.total).sum(),
    }
}

/// A number in the digits and signs that keyboards everywhere have: those of a Chinese one are as wide as its characters (Unicode, Halfwidth
/// and Fullwidth Forms).
fn narrow(kind: QuestionKind, typed: &str) -> Cow<'_, str> {
    let is_wide = |letter: char| ('\u{FF01}'..='\u{FF5E}').contains(&letter);
    let is_number = matches!(
        kind,
        QuestionKind::Integer | QuestionKind::Decimal | QuestionKind::Range
    );
    if !is_number || !typed.contains(is_wide) {
        return typed.into();
    }
    let narrow = |letter: char| {
        let of_wide = is_wide(letter).then(|| char::from_u32(u32::from(letter) - 0xFEE0));
        of_wide.flatten().unwrap_or(letter)
    };
    typed.chars().map(narrow).collect::<String>().into()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn form() -> Arc<Form> {
        let definition = serde_json::json!({
            "id": "gate",
            "choiceLists": {"result": [{"value": "pass"}, {"value": "fail"}, {"value": "na"}, {"value": "unassessed"}]},
            "children": [{"node": "group", "name": "entrance", "children": [
                {"node": "question", "name": "register", "kind": "selectOne", "choices": "result", "check": {"code": "E1"},
                 "bind": {"required": "true()"}},
                {"node": "question", "name": "days", "kind": "integer", "bind": {"relevant": "${register} = 'fail'"}},
            ]}],
        });
        Arc::new(Form::compile(serde_json::from_value(definition).unwrap()).unwrap())
    }

    fn session(answers: &[(&str, &str)], unreadable: &[(&str, &str)]) -> FormSession {
        let map = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect()
        };
        FormSession::resume(
            form(),
            Session::default(),
            &Answers(map(answers)),
            &InstanceCounts::default(),
            &map(unreadable),
        )
    }

    fn shown(session: &FormSession, entered: Result<Entered, EditError>) {
        session.show(entered.unwrap());
    }

    #[test]
    fn a_number_may_be_typed_on_a_chinese_keyboard() {
        for (kind, typed, read) in [
            (QuestionKind::Integer, "１２０", "120"),
            (QuestionKind::Decimal, "－３６．５", "-36.5"),
            (QuestionKind::Decimal, "36.5", "36.5"),
            (QuestionKind::Integer, "十二", "十二"),
            (QuestionKind::Text, "１２０室", "１２０室"),
        ] {
            assert_eq!(narrow(kind, typed), read);
        }
        let session = session(&[("register", "fail")], &[]);
        let days = session.with(|instance| instance.named("days")).unwrap();
        shown(&session, session.answer_typed(days, "１２"));
        assert_eq!(
            session.with(|instance| instance.answer(days)),
            Value::Integer(12)
        );
    }

    #[test]
    fn an_edit_tells_those_who_depend_on_it() {
        // given an unanswered form
        let session = session(&[], &[]);
        let (register, days) = (
            session.with(|instance| instance.named("register")).unwrap(),
            session.with(|instance| instance.named("days")).unwrap(),
        );
        assert_eq!(
            session.node(register).violation.get_untracked(),
            Some(ViolationKind::Required)
        );
        assert!(!session.node(days).relevant.get_untracked());
        // when an item fails
        shown(
            &session,
            session.answer(register, &Value::Choice("fail".into())),
        );
        // then its finding is called for, what depends on it appears, and the whole is counted again
        assert!(session.node(register).finding.get_untracked());
        assert_eq!(session.node(register).violation.get_untracked(), None);
        assert!(session.node(days).relevant.get_untracked());
        let standing = session.standing().get_untracked();
        assert_eq!(
            standing,
            Standing {
                earned: 0.0,
                possible: 1.0,
                graded: None,
                findings: vec![register],
                answered: 1,
                total: 2
            }
        );
        assert_eq!(session.sections()[0].get_untracked().answered, 1);
        // and when it passes after all, all of that goes again
        shown(
            &session,
            session.answer(register, &Value::Choice("pass".into())),
        );
        assert!(!session.node(register).finding.get_untracked());
        assert!(!session.node(days).relevant.get_untracked());
        assert_eq!(session.standing().get_untracked().findings, []);
    }

    #[test]
    fn what_there_is_to_keep_follows_each_edit() {
        let definition = serde_json::json!({
            "id": "wards",
            "children": [
                {"node": "question", "name": "beds", "kind": "integer"},
                {"node": "calculation", "name": "double", "calculate": "${beds} * 2"},
                {"node": "question", "name": "why", "kind": "text", "bind": {"relevant": "${double} > 10"}},
                {"node": "repeat", "name": "ward", "children": [{"node": "question", "name": "nurses", "kind": "integer"}]},
            ],
        });
        let form = Form::compile(serde_json::from_value(definition).unwrap()).unwrap();
        let session = FormSession::begin(Arc::new(form), Session::default());
        let node = |name: &str| session.with(|instance| instance.find(name)).unwrap();
        let agrees = |about: &str| {
            let answers = session.answers();
            assert_eq!(answers, session.with(Instance::draft), "{about}");
            assert_eq!(session.counts(), session.with(Instance::counts), "{about}");
            answers.0.len()
        };
        let before = agrees("begun");
        let entered = session.answer(node("/data/beds"), &Value::Integer(6));
        // Before the page follows; what is calculated of it is calculated anew.
        assert_eq!(agrees("not shown yet"), before + 1);
        shown(&session, entered);
        shown(
            &session,
            session.answer(node("/data/why"), &Value::Text("full".into())),
        );
        assert_eq!(agrees("answered"), before + 2);
        shown(
            &session,
            session.answer(node("/data/beds"), &Value::Integer(1)),
        );
        assert!(
            session.answers().0.contains_key("why"),
            "irrelevant is not gone"
        );
        agrees("irrelevant");
        let ward = node("/data/ward");
        for _ in 0..2 {
            shown(&session, session.add_instance(ward));
        }
        shown(
            &session,
            session.answer(node("/data/ward[2]/nurses"), &Value::Integer(3)),
        );
        agrees("in a ward");
        shown(&session, session.remove_instance(node("/data/ward[1]")));
        assert_eq!(
            session
                .answers()
                .0
                .get("ward[1]/nurses")
                .map(String::as_str),
            Some("3")
        );
        shown(&session, session.answer(node("/data/beds"), &Value::Empty));
        agrees("taken back");
    }

    #[test]
    fn what_cannot_be_read_is_kept_as_typed() {
        let session = session(&[("register", "fail")], &[]);
        let days = session.with(|instance| instance.named("days")).unwrap();
        shown(&session, session.answer_typed(days, "12"));
        shown(&session, session.answer_typed(days, "12 天"));
        assert_eq!(session.node(days).value.get_untracked(), Value::Empty);
        assert_eq!(
            session.unreadable().get("days").map(String::as_str),
            Some("12 天")
        );
        shown(&session, session.answer_typed(days, "13"));
        assert_eq!(session.node(days).value.get_untracked(), Value::Integer(13));
        assert!(session.unreadable().is_empty());
    }

    #[test]
    fn a_session_resumes_with_what_was_typed_and_refused() {
        let session = session(
            &[("register", "perhaps")],
            &[("days", "many"), ("gone", "x")],
        );
        let unreadable = session.unreadable();
        assert_eq!(
            unreadable.get("register").map(String::as_str),
            Some("perhaps")
        );
        assert_eq!(unreadable.get("days").map(String::as_str), Some("many"));
        assert_eq!(unreadable.len(), 2);
    }
}
