//! The inspection on the glass: the form, the findings and the visit itself, on disk after each change.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::Command;
use domain::arrival::{Arrival, Whereabouts};
use domain::assignment::AssignmentOrder;
use domain::entrance::{CodeRead, EntranceCode};
use domain::finding::{Photo, PhotoHash};
use domain::id::{FindingId, InspectionId, PersonId};
use domain::inspection::Outcome;
use domain::instant::Instant;
use domain::record::Hash;
use domain::remark::Remark;
use domain::visit_mode::VisitMode;
use form::{NodeId, Severity, Value};
use futures::FutureExt as _;
use futures::channel::oneshot;
use leptos::prelude::*;
use leptos::task::spawn_local;
use uuid::Uuid;

use super::browser;
use super::handing_in::{self, anchor_of, finding_gaps, free_anchor, written_gaps};
use super::next_open::{nearest_question, next_open};
use super::photo_capture::Captured;
use super::recording::take_up;
use super::saves::{Changed, Next, PhotoUnderWay, Right, Saves};
use super::tablet::{RecordError, Saving, Tablet};
use crate::form_session::{Entered, FormSession};
use crate::local_store::{
    Draft, DraftChange, EntranceDraft, FindingDraft, LocalStore, NewPhoto, PhotoFate, PhotoRecord,
    SignatureDrafts, SignedDraft, Signer, StoreError, wait_before_retry,
};

/// What is kept of items, by their nodes.
type OfItems<Kept> = Mutex<BTreeMap<NodeId, ArcRwSignal<Kept>>>;

pub struct OpenInspection {
    pub id: InspectionId,
    pub order: AssignmentOrder,
    pub form: FormSession,
    pub outcome: ArcRwSignal<Outcome>,
    pub mode: ArcRwSignal<VisitMode>,
    pub present: ArcRwSignal<Vec<PersonId>>,
    pub arrival: ArcRwSignal<Option<Arrival>>,
    pub entrance: ArcRwSignal<Option<EntranceDraft>>,
    pub account: ArcRwSignal<String>,
    pub account_photos: ArcRwSignal<Vec<Photo>>,
    pub signatures: ArcRwSignal<SignatureDrafts>,
    /// By the item's node; one of an instance of a repeat goes with it.
    findings: OfItems<FindingDraft>,
    noted_freely: Mutex<BTreeMap<FindingId, ArcRwSignal<FindingDraft>>>,
    /// Which findings were noted freely, in their order.
    pub free_findings: ArcRwSignal<Vec<FindingId>>,
    /// Findings of items this checklist does not have, by name: kept as they are.
    strange_findings: BTreeMap<String, FindingDraft>,
    /// As findings are kept.
    remarks: OfItems<Remark>,
    strange_remarks: BTreeMap<String, Remark>,
    /// Once a person has asked to hand in, what is required and empty is marked.
    pub checked: ArcRwSignal<bool>,
    /// Photos that are taken and not on disk yet.
    pub photos_under_way: ArcRwSignal<usize>,
    /// The questions of which a recording was found that had not ended when the page was last gone; what there was of it is kept.
    pub cut_off: ArcRwSignal<Vec<NodeId>>,
    /// When each photo of this visit was taken.
    photos: Mutex<BTreeMap<String, Instant>>,
    taken_out: Mutex<BTreeSet<PhotoHash>>,
    /// The question somebody is at: of which something was entered last, or to which they were led.
    at: Mutex<Option<NodeId>>,
    first: Draft,
    tablet: Tablet,
    person: PersonId,
    saves: Mutex<Saves>,
    /// Ends the wait for the next try of a save that failed.
    sooner: Mutex<Option<oneshot::Sender<()>>>,
}

/// What a draft keeps of the form's items, and of items that the form does not have, by their names.
fn of_items<Kept: Clone + Send + Sync + 'static>(
    form: &FormSession,
    kept: &BTreeMap<String, Kept>,
) -> (OfItems<Kept>, BTreeMap<String, Kept>) {
    let (mut items, mut strange) = (BTreeMap::new(), BTreeMap::new());
    for (name, one) in kept {
        match form.with(|instance| instance.named(name)) {
            Some(node) => drop(items.insert(node, ArcRwSignal::new(one.clone()))),
            None => drop(strange.insert(name.clone(), one.clone())),
        }
    }
    (Mutex::new(items), strange)
}

/// A photo that was taken and is not on disk yet: counted until it is dropped.
pub struct Taking(Arc<OpenInspection>);

impl Drop for Taking {
    fn drop(&mut self) {
        self.0.saves().photo_ends();
        self.0.photos_under_way.update(|photos| *photos -= 1);
        self.0.settle();
    }
}

/// Why an inspection cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenError {
    SignedOut,
    NoDraft,
    /// Its checklist has not arrived, or this version cannot read it.
    NoChecklist,
}

impl OpenInspection {
    /// The inspection with this id, as it was left.
    pub fn take_up(tablet: Tablet, id: InspectionId) -> Result<Arc<OpenInspection>, OpenError> {
        if let Some(open) = tablet.at_work(id) {
            tablet.open.set(Some(Arc::clone(&open)));
            return Ok(open);
        }
        let person = tablet.person_untracked().ok_or(OpenError::SignedOut)?;
        let draft = tablet
            .drafts
            .with_untracked(|drafts| drafts.get(&id).cloned())
            .ok_or(OpenError::NoDraft)?;
        let (order, form) = tablet.facts.with_untracked(|facts| {
            let order = facts
                .facts()
                .assignment(id.assignment())
                .order
                .clone()
                .ok_or(OpenError::NoDraft)?;
            let form = facts
                .form(order.checklist, &order.checklist_version)
                .ok_or(OpenError::NoChecklist)?;
            Ok((order, form))
        })?;
        let named = draft.named();
        let photos = tablet.photos.with_untracked(|photos| {
            photos
                .iter()
                .filter(|photo| {
                    named.contains(&photo.hash)
                        || photo.inspection == id && !draft.taken_out.contains(&photo.hash)
                })
                .map(|photo| (photo.hash.0.clone(), photo.taken_at))
                .collect()
        });
        let session = draft.session.clone();
        let form = if draft.is_untouched() {
            FormSession::begin(form, session)
        } else {
            let (answers, instances) = (&draft.answers, &draft.instances);
            FormSession::resume(form, session, answers, instances, &draft.unreadable)
        };
        let (findings, strange_findings) = of_items(&form, &draft.findings);
        let (remarks, strange_remarks) = of_items(&form, &draft.remarks);
        let left_at = draft.left_at.as_ref();
        let at = left_at.and_then(|name| form.with(|instance| instance.named(name)));
        let open = OpenInspection {
            id,
            order,
            form,
            outcome: ArcRwSignal::new(draft.outcome),
            mode: ArcRwSignal::new(draft.mode),
            present: ArcRwSignal::new(draft.present.clone()),
            arrival: ArcRwSignal::new(draft.arrival),
            entrance: ArcRwSignal::new(draft.entrance),
            account: ArcRwSignal::new(draft.account.clone()),
            account_photos: ArcRwSignal::new(draft.account_photos.clone()),
            signatures: ArcRwSignal::new(draft.signatures.clone()),
            findings,
            noted_freely: Mutex::new(
                draft
                    .noted_freely
                    .iter()
                    .map(|(id, finding)| (*id, ArcRwSignal::new(finding.clone())))
                    .collect(),
            ),
            free_findings: ArcRwSignal::new(draft.noted_freely.keys().copied().collect()),
            strange_findings,
            remarks,
            strange_remarks,
            checked: ArcRwSignal::new(false),
            photos_under_way: ArcRwSignal::new(0),
            cut_off: ArcRwSignal::default(),
            photos: Mutex::new(photos),
            taken_out: Mutex::new(draft.taken_out.clone()),
            at: Mutex::new(at),
            first: draft,
            tablet,
            person,
            saves: Mutex::new(Saves::default()),
            sooner: Mutex::new(None),
        };
        let open = Arc::new(open);
        tablet.begins_work(&open);
        spawn_local(take_up(Arc::clone(&open)));
        Ok(open)
    }

    /// How grave a finding is at least: that of an item, as the checklist says.
    pub fn least_severity(&self, at: FindingAt) -> Severity {
        let FindingAt::Item(node) = at else {
            return Severity::General;
        };
        let severity = self.form.with(|instance| {
            let check = instance.question(node)?.check.as_ref()?;
            Some(check.severity)
        });
        severity.unwrap_or_default()
    }

    /// A finding: of an item, begun when it is first asked for; of one noted freely that was taken back meanwhile, what nothing is kept of.
    pub fn finding(&self, at: FindingAt) -> ArcRwSignal<FindingDraft> {
        let node = match at {
            FindingAt::Item(node) => node,
            FindingAt::Itself(id) => {
                let known = self.noted_freely().get(&id).cloned();
                return known.unwrap_or_else(|| ArcRwSignal::new(FindingDraft::noted_freely(id)));
            }
        };
        let severity = self.least_severity(at);
        let mut findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
        findings
            .entry(node)
            .or_insert_with(|| {
                ArcRwSignal::new(FindingDraft::new(FindingId(Uuid::now_v7()), severity))
            })
            .clone()
    }

    fn noted_freely(&self) -> MutexGuard<'_, BTreeMap<FindingId, ArcRwSignal<FindingDraft>>> {
        self.noted_freely
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to note a fault freely.
    pub fn note_freely(self: &Arc<Self>) -> FindingId {
        let id = FindingId(Uuid::now_v7());
        let begun = ArcRwSignal::new(FindingDraft::noted_freely(id));
        self.noted_freely().insert(id, begun);
        self.free_findings.update(|findings| findings.push(id));
        self.save();
        id
    }

    /// Takes back what was noted freely. Its photos stay until the visit is handed in.
    pub fn take_back(self: &Arc<Self>, id: FindingId) {
        let Some(finding) = self.noted_freely().remove(&id) else {
            return;
        };
        let photos = finding.with_untracked(|finding| {
            let photos = finding.all_photos().map(|photo| photo.hash.clone());
            photos.collect::<Vec<_>>()
        });
        self.forget_photos(photos);
        self.free_findings
            .update(|findings| findings.retain(|known| *known != id));
        self.save();
    }

    /// What is noted of an item; nothing at first, or what was noted before its instance of a repeat was there again.
    pub fn remark(&self, node: NodeId) -> ArcRwSignal<Remark> {
        let mut remarks = self.remarks.lock().unwrap_or_else(PoisonError::into_inner);
        let remark = remarks.entry(node).or_insert_with(|| {
            let found = |name: &str| self.strange_remarks.get(name).cloned();
            let name = self.form.with(|instance| instance.name(node));
            ArcRwSignal::new(found(&name).unwrap_or_default())
        });
        remark.clone()
    }

    /// Where what is entered here is kept.
    pub fn store(&self) -> Rc<dyn LocalStore> {
        self.tablet.store()
    }

    /// Who works here.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// The time, by the server's clock.
    pub fn now(&self) -> Instant {
        self.tablet.now()
    }

    /// Everything as it now stands.
    pub fn draft(&self) -> Draft {
        let findings = self.by_name(&self.findings, &self.strange_findings, |_| true);
        let remarks = self.by_name(&self.remarks, &self.strange_remarks, |remark| {
            !remark.is_empty()
        });
        let noted_freely = self.noted_freely();
        let noted_freely = noted_freely
            .iter()
            .map(|(id, finding)| (*id, finding.get_untracked()))
            .collect();
        Draft {
            inspection: self.id,
            started_at: self.first.started_at,
            saved_at: browser::now(),
            session: self.first.session.clone(),
            outcome: self.outcome.get_untracked(),
            mode: self.mode.get_untracked(),
            present: self.present.get_untracked(),
            arrival: self.arrival.get_untracked(),
            entrance: self.entrance.get_untracked(),
            account: self.account.get_untracked(),
            account_photos: self.account_photos.get_untracked(),
            answers: self.form.answers(),
            instances: self.form.counts(),
            left_at: self.left_at(),
            unreadable: self.form.unreadable(),
            findings,
            noted_freely,
            remarks,
            signatures: self.signatures.get_untracked(),
            taken_out: self.taken_out().clone(),
            handed_in_at: None,
            laid_aside: false,
        }
    }

    /// What `is_kept` of items that are there, and of what this checklist does not have.
    fn by_name<Kept: Clone + Send + Sync + 'static>(
        &self,
        kept: &OfItems<Kept>,
        strange: &BTreeMap<String, Kept>,
        is_kept: fn(&Kept) -> bool,
    ) -> BTreeMap<String, Kept> {
        let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = strange.clone();
        self.form.with(|instance| {
            for (node, one) in kept.iter().filter(|(node, _)| instance.is_there(**node)) {
                // What is on the page goes before what was found by the same name, also where it was taken out again.
                if one.with_untracked(is_kept) {
                    all.insert(instance.name(*node), one.get_untracked());
                } else if !strange.is_empty() {
                    all.remove(&instance.name(*node));
                }
            }
        });
        all
    }

    fn saves(&self) -> MutexGuard<'_, Saves> {
        self.saves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn taken_out(&self) -> MutexGuard<'_, BTreeSet<PhotoHash>> {
        self.taken_out
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn at(&self) -> MutexGuard<'_, Option<NodeId>> {
        self.at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The name of the question somebody is at; of what no longer applies, that of the nearest before it.
    pub fn left_at(&self) -> Option<String> {
        let at = (*self.at())?;
        self.form
            .with(|instance| nearest_question(instance, at).map(|node| instance.name(node)))
    }

    pub fn answer(self: &Arc<Self>, node: NodeId, value: Value) {
        // Refused only for what the page does not offer: a read-only question, a choice that is none.
        if let Ok(entered) = self.form.answer(node, &value) {
            self.at().replace(node);
            self.begin_finding(node);
            self.save_and_show(entered);
        }
    }

    pub fn answer_typed(self: &Arc<Self>, node: NodeId, typed: &str) {
        if let Ok(entered) = self.form.answer_typed(node, typed) {
            self.at().replace(node);
            self.save_and_show(entered);
        }
    }

    /// Adds an instance to a repeat; gives the name of the first question in it.
    pub fn add_instance(self: &Arc<Self>, repeat: NodeId) -> Option<String> {
        let before: BTreeSet<NodeId> = self.form.with(|form| form.nodes().into_iter().collect());
        // Refused only at the limit, and for what the page does not offer.
        let entered = self.form.add_instance(repeat).ok()?;
        self.save_and_show(entered);
        self.form.with(|form| {
            let mut added = form.nodes().into_iter();
            let first = added.find(|node| !before.contains(node) && form.question(*node).is_some());
            first.map(|node| form.name(node))
        })
    }

    /// Whether anything was entered in an instance of a repeat.
    pub fn holds_anything(&self, instance: NodeId) -> bool {
        let within = self.form.with(|form| {
            let position = form.instance_position(instance).unwrap_or_default();
            format!("{}[{position}]/", form.name(instance))
        });
        let draft = self.draft();
        let names = draft.answers.0.keys().chain(draft.unreadable.keys());
        let mut names = names
            .chain(draft.findings.keys())
            .chain(draft.remarks.keys());
        names.any(|name| name.starts_with(&within))
    }

    /// Takes an instance of a repeat away, with its answers and findings.
    pub fn remove_instance(self: &Arc<Self>, instance: NodeId) {
        let before = self.form.with(|form| {
            let nodes = form.nodes();
            let place = nodes.iter().position(|node| *node == instance)?;
            nearest_question(form, *nodes.get(place.checked_sub(1)?)?)
        });
        if let Ok(entered) = self.form.remove_instance(instance) {
            *self.at() = before;
            self.save_and_show(entered);
        }
    }

    /// What was entered is on its way to the disk before the page follows.
    fn save_and_show(self: &Arc<Self>, entered: Entered) {
        self.save();
        self.form.show(entered);
    }

    fn begin_finding(&self, node: NodeId) {
        if self.form.with(|instance| instance.calls_for_finding(node)) {
            self.finding(FindingAt::Item(node));
        }
    }

    pub fn edit_finding(self: &Arc<Self>, at: FindingAt, edit: impl FnOnce(&mut FindingDraft)) {
        if let FindingAt::Item(node) = at {
            self.at().replace(node);
        }
        self.finding(at).update(edit);
        self.save();
    }

    fn edit_account_photos(self: &Arc<Self>, edit: impl FnOnce(&mut Vec<Photo>)) {
        self.account_photos.update(edit);
        self.save();
    }

    pub fn edit_remark(self: &Arc<Self>, node: NodeId, edit: impl FnOnce(&mut Remark)) {
        self.at().replace(node);
        self.remark(node).update(edit);
        self.save();
    }

    fn sooner(&self) -> MutexGuard<'_, Option<oneshot::Sender<()>>> {
        self.sooner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Saves everything as it stands, unless a save is under way: then again after it.
    pub fn save(self: &Arc<Self>) {
        let changed = self.saves().changed();
        if changed == Changed::Nothing {
            return;
        }
        self.tablet.saving_begins();
        if changed == Changed::Sooner {
            if let Some(sooner) = self.sooner().take() {
                let _ = sooner.send(());
            }
            return;
        }
        let open = Arc::clone(self);
        let mut saving = Box::pin(async move { open.save_until_still().await });
        // It begins before the page follows what was entered, and goes on while it is drawn.
        if saving.as_mut().now_or_never().is_none() {
            spawn_local(saving);
        }
    }

    async fn save_until_still(self: Arc<Self>) {
        let mut failures = 0;
        loop {
            let draft = self.draft();
            let outcome = self
                .tablet
                .store()
                .save_draft(self.person, &draft, None)
                .await;
            let next = self.saves().tried(outcome.is_ok());
            if next == Next::GiveUp {
                return;
            }
            self.tablet
                .drafts
                .update(|drafts| drop(drafts.insert(self.id, draft)));
            match outcome {
                Ok(()) if next == Next::Still => {
                    self.settle();
                    return;
                }
                Ok(()) => failures = 0,
                Err(error) => {
                    failures += 1;
                    self.tablet.saving.set(Saving::Failed(error));
                    let (sooner, told) = oneshot::channel();
                    self.sooner().replace(sooner);
                    browser::pause(wait_before_retry(failures), told).await;
                    if self.saves().gives_up() {
                        return;
                    }
                }
            }
        }
    }

    /// Says that everything is saved, once it is.
    fn settle(&self) {
        let still = self.saves().is_still();
        if still {
            self.tablet.saving.set(Saving::Saved);
        }
    }

    /// Whether the draft is this page's to keep, now or when handing it in has failed.
    pub fn is_at_work(&self) -> bool {
        self.saves().right() != Right::Over
    }

    /// Ends work on the visit here: keeps its draft for good and records what follows from the commands; or neither, and goes on. Refused while
    /// it is being ended already, since the one would take what the other names.
    pub async fn close(
        self: &Arc<Self>,
        draft: Draft,
        commands: &[Command],
        photos: Vec<PhotoHash>,
    ) -> Result<(), RecordError> {
        if self.saves().right() != Right::Ours {
            return Err(RecordError::UnderWay);
        }
        self.hand_in().map_err(|_| RecordError::PhotoUnderWay)?;
        let mut draft = Draft {
            handed_in_at: Some(self.tablet.now()),
            ..draft
        };
        let unsent = handing_in::unsent_signatures(&draft, &photos);
        draft.taken_out.extend(unsent);
        let draft = Box::new(draft);
        let change = DraftChange::HandedIn { draft, photos };
        let outcome = self.tablet.carry_out(commands, change).await;
        match outcome {
            Ok(()) => {
                self.end();
                self.tablet.open.set(None);
            }
            Err(_) => self.go_on(),
        }
        outcome
    }

    /// The draft is not saved any more: it is being handed in. Refused while a photo is not on disk.
    pub fn hand_in(&self) -> Result<(), PhotoUnderWay> {
        self.saves().hand_in()
    }

    /// The draft is being handed in, or given up for another.
    pub fn is_handing_in(&self) -> bool {
        self.saves().right() == Right::HandingIn
    }

    /// Handing in failed: saving goes on, with whatever was entered meanwhile.
    pub fn go_on(self: &Arc<Self>) {
        self.saves().go_on();
        self.save();
    }

    /// The draft was handed in, or someone else works here: nothing is kept from here any more.
    pub fn end(&self) {
        self.saves().end();
    }

    /// A photo is being taken: the visit is not handed in before it is on disk, or is known to be none.
    pub fn takes_photo(self: &Arc<Self>) -> Taking {
        self.saves().photo_begins();
        self.photos_under_way.update(|photos| *photos += 1);
        self.tablet.saving_begins();
        Taking(Arc::clone(self))
    }

    /// Whether this visit has the photo already: the same picture proves one thing only.
    pub fn has_photo(&self, captured: &Captured) -> bool {
        self.photos
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains_key(&captured.hash.0)
    }

    /// Keeps a photo, then names it where it belongs. Until it is on disk it is tried again, and the page says that it is not
    /// saved. One that was still being made ready while the visit was handed in belongs to nothing, and is kept all the same.
    pub async fn keep_photo(
        self: &Arc<Self>,
        taking: &Taking,
        captured: Captured,
        place: PhotoPlace,
    ) {
        self.keep_photo_of(taking, captured, Some(place), self.now(), None)
            .await;
    }

    /// The same of a photo that shows what was there at another time than now, or was a recording until now. Without a place that takes it, it
    /// is named nowhere, and stays on the tablet when the visit is handed in. False where the visit is not this page's to keep any more.
    pub async fn keep_photo_of(
        self: &Arc<Self>,
        _taking: &Taking,
        captured: Captured,
        place: Option<PhotoPlace>,
        taken_at: Instant,
        mut recording: Option<Uuid>,
    ) -> bool {
        let Captured {
            hash,
            media_type,
            bytes,
        } = captured;
        let record = PhotoRecord {
            hash: hash.clone(),
            media_type: media_type.into(),
            taken_at,
            by: self.person,
            inspection: self.id,
            bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            fate: PhotoFate::OfDraft,
        };
        self.photos
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(hash.0.clone(), taken_at);
        self.taken_out().remove(&hash);
        let photo = Photo { hash, taken_at };
        let mut failures = 0;
        while self.is_at_work() {
            let mut draft = self.draft();
            if let Some(place) = place {
                self.name_in(&mut draft, &photo, place);
            }
            let kept = Some(NewPhoto {
                record: record.clone(),
                bytes: bytes.clone(),
                recording,
            });
            let store = self.tablet.store();
            let Err(error) = store.save_draft(self.person, &draft, kept).await else {
                break;
            };
            // What its parts take up on a full disk is its own; the whole of it is here.
            if let (StoreError::Full(_), Some(id)) = (&error, recording)
                && store.forget_recording(self.person, id).await.is_ok()
            {
                recording = None;
                continue;
            }
            failures += 1;
            self.tablet.saving.set(Saving::Failed(error));
            try_again_after(failures).await;
        }
        let right = self.saves().right();
        match right {
            Right::Over => return false,
            // What became of it is as the store says; a failure shows where photos are next read.
            Right::HandingIn => drop(self.tablet.load_photos(self.person).await),
            Right::Ours => self.tablet.photos.update(|photos| {
                if photos.iter().all(|known| known.hash != record.hash) {
                    photos.push(record);
                }
            }),
        }
        // Shown once it is on disk; what was entered meanwhile is saved with it once more.
        let Some(place) = place else { return true };
        match place {
            PhotoPlace::Finding(at) => {
                self.edit_finding(at, |finding| finding.photos.push(photo));
            }
            PhotoPlace::Fixed(at) => {
                self.edit_finding(at, |finding| finding.photos_fixed.push(photo));
            }
            PhotoPlace::Remark(node) => {
                self.edit_remark(node, |remark| remark.photos.push(photo));
            }
            PhotoPlace::Account => self.edit_account_photos(|photos| photos.push(photo)),
            PhotoPlace::Answer(node) => self.answer(
                node,
                Value::Files([self.photos_at(place), vec![photo.hash.0]].concat()),
            ),
            PhotoPlace::Signature(signer, content) => {
                let signed = signed(photo, content);
                self.edit_signatures(|signatures| signatures.set(signer, Some(signed)));
            }
        }
        true
    }

    /// Whether what a photo is to be part of is still there: an instance of a repeat may have been taken out.
    pub fn has_place(&self, place: PhotoPlace) -> bool {
        match place {
            PhotoPlace::Finding(FindingAt::Itself(id))
            | PhotoPlace::Fixed(FindingAt::Itself(id)) => self.noted_freely().contains_key(&id),
            PhotoPlace::Finding(FindingAt::Item(node))
            | PhotoPlace::Fixed(FindingAt::Item(node))
            | PhotoPlace::Remark(node) => self.form.with(|instance| instance.is_there(node)),
            PhotoPlace::Answer(node) => self
                .form
                .with(|instance| instance.is_there(node) && !instance.readonly(node)),
            PhotoPlace::Account | PhotoPlace::Signature(..) => true,
        }
    }

    /// The photos that are part of something now.
    pub fn photos_at(&self, place: PhotoPlace) -> Vec<String> {
        let hashes = |photos: &[Photo]| photos.iter().map(|photo| photo.hash.0.clone()).collect();
        match place {
            PhotoPlace::Finding(at) => self
                .finding(at)
                .with_untracked(|finding| hashes(&finding.photos)),
            PhotoPlace::Fixed(at) => self
                .finding(at)
                .with_untracked(|finding| hashes(&finding.photos_fixed)),
            PhotoPlace::Remark(node) => self
                .remark(node)
                .with_untracked(|remark| hashes(&remark.photos)),
            PhotoPlace::Account => self.account_photos.with_untracked(|photos| hashes(photos)),
            PhotoPlace::Answer(node) => match self.form.with(|instance| instance.answer(node)) {
                Value::Files(hashes) => hashes,
                _ => Vec::new(),
            },
            PhotoPlace::Signature(signer, _) => self.signatures.with_untracked(|signatures| {
                let signed = signatures.of(signer).into_iter();
                signed.map(|signed| signed.picture.0.clone()).collect()
            }),
        }
    }

    /// Notes where the team arrived. A position that was had stays when another is not to be had; false then.
    pub fn arrive(self: &Arc<Self>, arrival: Arrival) -> bool {
        let had = |known: &Arrival| matches!(known.whereabouts, Whereabouts::Found(_));
        let keeps = self
            .arrival
            .with_untracked(|known| known.as_ref().is_some_and(had) && !had(&arrival));
        if !keeps {
            self.arrival.set(Some(arrival));
            self.save();
        }
        !keeps
    }

    /// Notes that a code was read; `own` is the digest of the institution's. That it was the institution's stays when another is read after
    /// it, false then; and when it is read again, it was read the first time.
    pub fn read_code(self: &Arc<Self>, code: EntranceCode, own: Option<Hash>) -> bool {
        let digest = code.digest();
        let is_own = Some(digest) == own;
        let known = self.entrance.get_untracked();
        if let Some(known) = known.filter(|known| known.digest == digest || (known.own && !is_own))
        {
            return known.digest == digest;
        }
        let (at, proof) = (self.now(), code.proof(self.id));
        self.entrance.set(Some(EntranceDraft {
            read: CodeRead { at, proof },
            digest,
            own: is_own,
        }));
        self.save();
        true
    }

    pub fn edit_signatures(self: &Arc<Self>, edit: impl FnOnce(&mut SignatureDrafts)) {
        self.signatures.update(edit);
        self.save();
    }

    /// The hash of all that is entered, which is what is signed.
    pub fn content(&self) -> Hash {
        let draft = self.draft();
        self.form
            .with(|instance| handing_in::content(instance, &draft, &self.order))
    }

    fn name_in(&self, draft: &mut Draft, photo: &Photo, place: PhotoPlace) {
        if !self.has_place(place) {
            return;
        }
        let name = |node| self.form.with(|instance| instance.name(node));
        match place {
            PhotoPlace::Finding(at) | PhotoPlace::Fixed(at) => {
                let finding = match at {
                    FindingAt::Item(node) => draft.findings.get_mut(&name(node)),
                    FindingAt::Itself(id) => draft.noted_freely.get_mut(&id),
                };
                let photos = finding.map(|finding| match place {
                    PhotoPlace::Fixed(_) => &mut finding.photos_fixed,
                    _ => &mut finding.photos,
                });
                if let Some(photos) = photos {
                    photos.push(photo.clone());
                }
            }
            PhotoPlace::Remark(node) => {
                let remark = draft.remarks.entry(name(node)).or_default();
                remark.photos.push(photo.clone());
            }
            PhotoPlace::Account => draft.account_photos.push(photo.clone()),
            PhotoPlace::Answer(node) => {
                let answer = draft.answers.0.entry(name(node)).or_default();
                if !answer.is_empty() {
                    answer.push(' ');
                }
                answer.push_str(&photo.hash.0);
            }
            PhotoPlace::Signature(signer, content) => {
                let signed = signed(photo.clone(), content);
                draft.signatures.set(signer, Some(signed));
            }
        }
    }

    /// Takes a photo out of where it was named. Its bytes stay until the visit is handed in.
    pub fn drop_photo(self: &Arc<Self>, hash: &str, place: PhotoPlace) {
        self.forget_photos([PhotoHash(hash.to_owned())]);
        match place {
            PhotoPlace::Finding(at) => self.edit_finding(at, |finding| {
                finding.photos.retain(|photo| photo.hash.0 != hash);
            }),
            PhotoPlace::Fixed(at) => self.edit_finding(at, |finding| {
                finding.photos_fixed.retain(|photo| photo.hash.0 != hash);
            }),
            PhotoPlace::Remark(node) => self.edit_remark(node, |remark| {
                remark.photos.retain(|photo| photo.hash.0 != hash);
            }),
            PhotoPlace::Account => self.edit_account_photos(|photos| {
                photos.retain(|photo| photo.hash.0 != hash);
            }),
            PhotoPlace::Answer(node) => {
                self.has_heard_of_cut_off(node);
                let mut left = self.photos_at(place);
                left.retain(|kept| kept != hash);
                self.answer(node, Value::Files(left));
            }
            PhotoPlace::Signature(signer, _) => self.edit_signatures(|signatures| {
                // One that has been signed again meanwhile stays.
                if signatures
                    .of(signer)
                    .is_some_and(|signed| signed.picture.0 == hash)
                {
                    signatures.set(signer, None);
                }
            }),
        }
    }

    /// That a recording of a question had been cut off is not said any more.
    pub fn has_heard_of_cut_off(&self, node: NodeId) {
        if self
            .cut_off
            .with_untracked(|cut_off| cut_off.contains(&node))
        {
            self.cut_off
                .update(|cut_off| cut_off.retain(|known| *known != node));
        }
    }

    fn forget_photos(&self, photos: impl IntoIterator<Item = PhotoHash>) {
        for hash in photos {
            self.photos
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&hash.0);
            self.taken_out().insert(hash);
        }
    }

    pub fn taken_at(&self, hash: &str) -> Option<Instant> {
        self.photos
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(hash)
            .copied()
    }

    /// Goes on to what is to be done next ([`next_open`]), a fault noted freely that lacks something last. Gives its anchor.
    pub fn go_to_next_open(&self, in_sight: &[NodeId]) -> Option<String> {
        let lacking = untrack(|| self.lacking());
        let mut at = self.at();
        let next = self.form.with(|instance| {
            let node = next_open(instance, *at, in_sight, &lacking)?;
            Some((node, anchor_of(&instance.name(node))))
        });
        let Some((node, anchor)) = next else {
            return untrack(|| self.lacking_freely())
                .first()
                .map(|id| free_anchor(*id));
        };
        at.replace(node);
        Some(anchor)
    }

    /// The items of which the finding that is called for lacks something.
    fn lacking(&self) -> Vec<NodeId> {
        let called_for = self
            .form
            .standing()
            .with(|standing| standing.findings.clone());
        let lacks = |node: &NodeId| {
            let finding = self.finding(FindingAt::Item(*node)).get();
            let lacks = |instance: &form::Instance| finding_gaps(instance, *node, Some(&finding));
            !self.form.with(lacks).is_empty()
        };
        called_for.into_iter().filter(lacks).collect()
    }

    /// The section of each of them.
    pub fn sections_of_lacking(&self) -> Vec<usize> {
        let lacking = self.lacking();
        self.form.with(|instance| {
            let section = |node| instance.form().section_of(instance.def(node));
            lacking.into_iter().filter_map(section).collect()
        })
    }

    /// The faults noted freely that lack something.
    pub fn lacking_freely(&self) -> Vec<FindingId> {
        let lacks = |id: &FindingId| {
            let finding = self.finding(FindingAt::Itself(*id));
            finding.with(|finding| !written_gaps(Some(finding)).is_empty())
        };
        self.free_findings.get().into_iter().filter(lacks).collect()
    }
}

/// Waits before what could not be kept is tried once more, after so many failures in a row.
pub async fn try_again_after(failures: u32) {
    let never = std::future::pending::<()>();
    browser::pause(wait_before_retry(failures), std::pin::pin!(never)).await;
}

/// What a finding is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingAt {
    /// An item that failed.
    Item(NodeId),
    /// Nothing but itself: it was noted freely.
    Itself(FindingId),
}

/// What a photo is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoPlace {
    Finding(FindingAt),
    /// Of a finding, once it was fixed on the spot.
    Fixed(FindingAt),
    /// Of what is noted of an item.
    Remark(NodeId),
    Answer(NodeId),
    /// Beside the account of the visit.
    Account,
    /// Of the record with this hash ([`OpenInspection::content`]), as it stood when it was signed.
    Signature(Signer, Hash),
}

fn signed(photo: Photo, content: Hash) -> SignedDraft {
    SignedDraft {
        picture: photo.hash,
        at: photo.taken_at,
        of: content.to_string(),
    }
}
