//! What a plan says beyond when and by whom, as forms ask for it: who is inspected, with which checklists, where harder, and jointly with
//! whom. An arrangement says it, and a campaign that carries out none.

use domain::campaign::{CampaignPlan, CampaignTerms, ChecklistUse, Subjects};
use domain::draw::plan::{FOCUS_FACTORS, FOCUS_LIMIT, Focus};
use domain::id::BodyId;
use domain::jurisdiction::DistrictCode;
use domain::{Text, say};
use form::Texts;
use leptos::prelude::*;

use super::Site;
use crate::api::view::ChecklistRow;
use crate::i18n::{language, t, tr};
use crate::widgets::ask::{Ask, Control, read_number};
use crate::widgets::bodies_picker::{BodiesPicker, Chosen};
use crate::widgets::sending::{Fault, Sending};
use crate::widgets::ticks::ticks;

const FACTOR: Text = Text::new("重点区权重（2至10）", "Weight of the focus (2 to 10)");

/// How much a focus weighs, or what it may.
pub fn read_factor(id: &'static str, label: Text, value: RwSignal<String>) -> Result<u32, Fault> {
    let factor = read_number(id, label, value)?;
    if FOCUS_FACTORS.contains(&factor) {
        return Ok(factor);
    }
    Err(Fault {
        field: Some(id),
        text: say!(
            language(),
            "重点区权重应为2至{FOCUS_LIMIT}",
            "The weight of the focus is from 2 to {FOCUS_LIMIT}"
        ),
    })
}

/// What was chosen.
#[derive(Clone)]
pub struct Terms {
    pub subjects: Subjects,
    /// The first is the one that a visit is made with where nobody says otherwise.
    pub checklists: Vec<ChecklistUse>,
    pub focus: Option<Focus>,
    pub partners: Vec<BodyId>,
}

impl Terms {
    /// As a campaign has them, which carries out no arrangement: its first checklist, and the rest. None without a checklist.
    pub fn of_campaign(self) -> Option<(ChecklistUse, CampaignTerms)> {
        let mut checklists = self.checklists.into_iter();
        let first = checklists.next()?;
        let terms = CampaignTerms {
            subjects: self.subjects,
            checklists: checklists.collect(),
            focus: self.focus,
            partners: self.partners,
            arrangement: None,
        };
        Some((first, terms))
    }

    /// Those of a campaign.
    pub fn of(plan: &CampaignPlan) -> Terms {
        let first = ChecklistUse {
            checklist: plan.checklist,
            version: plan.checklist_version.clone(),
        };
        let terms = &plan.terms;
        Terms {
            subjects: terms.subjects,
            checklists: std::iter::once(first)
                .chain(terms.checklists.iter().cloned())
                .collect(),
            focus: terms.focus.clone(),
            partners: terms.partners.clone(),
        }
    }
}

#[derive(Clone, Copy)]
pub struct TermsForm {
    subjects: RwSignal<String>,
    /// Codes of what is ticked.
    used: RwSignal<Vec<String>>,
    focus: RwSignal<String>,
    factor: RwSignal<String>,
    partners: BodiesPicker,
    /// The checklists that can be ticked: those that were, in their order, then the others.
    choices: StoredValue<Vec<(ChecklistUse, String)>>,
}

/// By what it is, not by its place: a draft outlives the order of the list.
fn code(one: &ChecklistUse) -> String {
    format!("{}/{}", one.checklist, one.version)
}

/// What a form offers: the latest edition of every checklist, and those of `used` of an earlier one, with their titles.
pub fn offered<'a>(
    rows: &'a [ChecklistRow],
    used: impl IntoIterator<Item = (ChecklistUse, &'a Texts)>,
) -> Vec<(ChecklistUse, String)> {
    let latest = rows.iter().map(|row| {
        let own = ChecklistUse {
            checklist: row.id,
            version: row.version.clone(),
        };
        (own, &row.title)
    });
    let mut offered = Vec::new();
    for (one, title) in latest.chain(used) {
        if offered.iter().all(|(known, _)| *known != one) {
            let name = format!("{} · {}", tr(title), one.version);
            offered.push((one, name));
        }
    }
    offered
}

impl TermsForm {
    /// Begins with these; `partners` are theirs, with their names.
    pub fn new(
        mut choices: Vec<(ChecklistUse, String)>,
        terms: &Terms,
        partners: Chosen,
    ) -> TermsForm {
        // The first is the one that a visit is made with where nobody says otherwise: it stays first.
        let place = |one: &ChecklistUse| {
            let mut used = terms.checklists.iter();
            used.position(|used| used == one).unwrap_or(usize::MAX)
        };
        choices.sort_by_key(|(one, _)| place(one));
        let (focus, factor) = match &terms.focus {
            Some(focus) => (focus.district.0.clone(), focus.factor.to_string()),
            None => (String::new(), "2".to_owned()),
        };
        let picker = BodiesPicker::new("partner", Text::new("联合检查的单位", "Inspects jointly"));
        picker.chosen.set(partners);
        TermsForm {
            subjects: RwSignal::new(terms.subjects.code().to_owned()),
            used: RwSignal::new(terms.checklists.iter().map(code).collect()),
            focus: RwSignal::new(focus),
            factor: RwSignal::new(factor),
            partners: picker,
            choices: StoredValue::new(choices),
        }
    }

    /// None where something is missing or wrong, which is among the faults then.
    pub fn read(self, faults: &mut Vec<Fault>) -> Option<Terms> {
        let ticked = self.used.get_untracked();
        let checklists: Vec<ChecklistUse> = self.choices.with_value(|choices| {
            let ticked = choices
                .iter()
                .filter(|(one, _)| ticked.contains(&code(one)));
            ticked.map(|(one, _)| one.clone()).collect()
        });
        if checklists.is_empty() {
            let text = t(Text::new("请选择检查表", "Choose a checklist")).to_owned();
            faults.push(Fault {
                field: Some("checklists"),
                text,
            });
        }
        let district = Some(self.focus.get_untracked()).filter(|code| !code.is_empty());
        let focus = match district {
            // What stands beside no district is no weight of one.
            None => Ok(None),
            Some(district) => read_factor("factor", FACTOR, self.factor).map(|factor| {
                Some(Focus {
                    district: DistrictCode(district),
                    factor,
                })
            }),
        };
        let focus = focus.map_err(|fault| faults.push(fault)).ok();
        let partners = self.partners.read();
        let partners = partners.map_err(|fault| faults.push(fault)).ok();
        let subjects = Subjects::from_code(&self.subjects.get_untracked());
        Some(Terms {
            subjects: subjects?,
            checklists: Some(checklists).filter(|all| !all.is_empty())?,
            focus: focus?,
            partners: partners?,
        })
    }

    pub fn view(self, sending: Sending, site: &Site) -> AnyView {
        let who = Subjects::ALL.map(|one| (one.code().to_owned(), t(one.title()).to_owned()));
        let no_focus = (
            String::new(),
            t(Text::new("没有重点区", "No focus")).to_owned(),
        );
        let districts: Vec<(String, String)> =
            std::iter::once(no_focus).chain(site.districts()).collect();
        let choices = self.choices.with_value(|choices| {
            let choice = |(one, name): &(ChecklistUse, String)| (code(one), name.clone());
            choices.iter().map(choice).collect()
        });
        let boxes = ticks(
            "checklists",
            Text::new("检查表", "Checklists"),
            Some(Text::new(
                "勾选的第一份是建立任务时的默认检查表。",
                "The first of those ticked is the one that an assignment begins with.",
            )),
            choices,
            self.used,
            sending,
        );
        view! {
            {Ask::new("subjects", Text::new("检查对象", "Who is inspected"), Control::Choice(who.to_vec()), self.subjects).view(sending)}
            {boxes}
            {Ask::new("focus", Text::new("重点区", "Focus district"), Control::Choice(districts), self.focus).view(sending)}
            {Ask::new("factor", FACTOR, Control::Number, self.factor).view(sending)}
            {self.partners.view(sending, true)}
        }
        .into_any()
    }
}
