//! The office: one file a page. Pages are rendered on the server and come alive in the browser; what only lists or shows works
//! without scripts.

pub mod arrangement;
pub mod arrangement_form;
pub mod arrangements;
pub mod assignment;
pub mod assignment_form;
pub mod assignments;
pub mod bodies;
pub mod bodies_import;
pub mod body;
pub mod body_edit;
pub mod body_entrance;
pub mod body_form;
pub mod body_new;
pub mod body_rules;
pub mod campaign;
pub mod campaign_amend;
pub mod campaign_new;
pub mod campaigns;
pub mod checklist;
pub mod checklists;
pub mod clearance;
pub mod clearances;
pub mod confirmation;
pub mod device;
pub mod devices;
pub mod districts;
pub mod draw;
pub mod draw_new;
pub mod draws;
pub mod evidence_form;
pub mod exposure;
pub mod finding;
pub mod finding_act;
pub mod finding_forms;
pub mod finding_next;
pub mod finding_paper;
pub mod finding_story;
pub mod finding_support;
pub mod findings;
pub mod follow_form;
pub mod frame;
pub mod group_form;
pub mod guide;
pub mod guide_new;
pub mod guides;
pub mod handed_in;
pub mod held;
pub mod held_record;
pub mod import_form;
pub mod inbox;
pub mod inspection;
pub mod inspections;
pub mod interest_form;
pub mod level;
pub mod level_new;
pub mod levels;
pub mod look_back;
pub mod look_backs;
pub mod material;
pub mod material_new;
pub mod materials;
pub mod notice;
pub mod notice_change;
pub mod notice_new;
pub mod notice_receipts;
pub mod notice_transmission;
pub mod notices;
pub mod overdue_receipts;
pub mod pairs;
pub mod people;
pub mod people_import;
pub mod person;
pub mod person_new;
pub mod plan_form;
pub mod reason_form;
pub mod record;
pub mod recorded;
pub mod regulator_file;
pub mod release_picker;
pub mod self_inspection;
pub mod situation;
pub mod situation_report;
pub mod situation_reports;
pub mod support;
pub mod talk;
pub mod talk_change;
pub mod talk_forms;
pub mod talk_new;
pub mod talks;
pub mod team_picker;
pub mod terms_form;
pub mod today;
pub mod trace;
pub mod unsent;

use std::sync::Arc;

use domain::draw::plan::Focus;
use domain::id::BodyId;
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use domain::permission::{Act, Grant, Role, Scope};
use domain::{Language, Text, say};
use form::Texts;
use leptos::prelude::*;

use crate::api::view::{JurisdictionView, LinkedBody, Named, Viewer};
use crate::clock::{instant_text, wall_text};
use crate::i18n::t;

/// Where the reader is and who they are; every office page finds it in its context.
#[derive(Clone)]
pub struct Site {
    pub jurisdiction: Arc<JurisdictionView>,
    pub viewer: Arc<Viewer>,
    pub language: Language,
}

impl Site {
    /// The site of the page at hand. Office pages are only drawn inside their frame, which provides it.
    pub fn here() -> Site {
        expect_context()
    }

    pub fn may(&self, act: Act) -> bool {
        self.viewer.acts.contains(&act)
    }

    /// Campaigns are for whoever sees the whole jurisdiction, or organises: nobody else learns of visits to come.
    pub fn sees_campaigns(&self) -> bool {
        self.may(Act::Organise) || self.sees_everything()
    }

    fn sees_everything(&self) -> bool {
        let whole = |grant: &Grant| {
            grant.scope == Scope::Jurisdiction && grant.role.acts().contains(&Act::See)
        };
        self.viewer.grants.iter().any(whole)
    }

    /// Whether nothing in the record is hidden from the reader, as the server decides it.
    pub fn sees_every_event(&self) -> bool {
        let everywhere = |act: Act| {
            let mut grants = self.viewer.grants.iter();
            grants
                .any(|grant| grant.scope == Scope::Jurisdiction && grant.role.acts().contains(&act))
        };
        everywhere(Act::Organise) && everywhere(Act::See)
    }

    /// Whether all that the reader sees is of one institution, for which they speak: nothing sets one of its rows apart from the others
    /// by kind or district.
    pub fn sees_one_institution(&self) -> bool {
        let mut grants = self
            .viewer
            .grants
            .iter()
            .filter(|grant| grant.role.acts().contains(&Act::See));
        let Some(first) = grants.next() else {
            return false;
        };
        let is_own = |grant: &Grant| {
            grant.role == Role::InstitutionOfficer && matches!(grant.scope, Scope::Body(_))
        };
        is_own(first) && grants.all(|grant| is_own(grant) && grant.scope == first.scope)
    }

    pub fn name(&self, texts: &Texts) -> String {
        texts.get(self.language.tag()).to_owned()
    }

    /// A body's name: the way to its page, where the reader may go there.
    pub fn body(&self, body: &LinkedBody) -> AnyView {
        let name = self.name(&body.name);
        if body.visible {
            view! { <a href=format!("/bodies/{}", body.id)>{name}</a> }.into_any()
        } else {
            name.into_any()
        }
    }

    /// An instant on the jurisdiction's clock.
    pub fn at(&self, instant: Instant) -> String {
        instant_text(instant, &self.jurisdiction.time_zone, self.language)
    }

    /// The same as an address or a time control has it: `2022-03-13T08:00`.
    pub fn wall(&self, instant: Instant) -> String {
        wall_text(instant, &self.jurisdiction.time_zone)
    }

    /// A district's name; its code where the name is not known.
    pub fn district(&self, code: &DistrictCode) -> String {
        let known = self
            .jurisdiction
            .districts
            .iter()
            .find(|district| district.code == *code);
        known.map_or_else(|| code.0.clone(), |district| self.name(&district.name))
    }

    /// A district that is looked at more closely, and how much more.
    pub fn focus(&self, focus: &Focus) -> String {
        let (district, factor) = (self.district(&focus.district), focus.factor);
        say!(
            self.language,
            "{district}，权重{factor}",
            "{district}, weight {factor}"
        )
    }

    /// Codes and names of all districts, for a filter or a form.
    pub fn districts(&self) -> Vec<(String, String)> {
        let districts = self.jurisdiction.districts.iter();
        districts
            .map(|district| (district.code.0.clone(), self.name(&district.name)))
            .collect()
    }

    /// A role and where it holds, in words alone.
    pub fn grant_text(&self, grant: &Grant, names: &[Named<BodyId>]) -> String {
        let role = t(grant.role.title());
        let place = match &grant.scope {
            Scope::Jurisdiction => self.name(&self.jurisdiction.name),
            Scope::District(code) => self.district(code),
            Scope::Body(body) => {
                let below = t(Text::new("（含下属单位）", " (and all below it)"));
                let known = names.iter().find(|known| known.id == *body);
                known.map_or_else(
                    || t(Text::new("所辖单位", "one body")).to_owned(),
                    |known| format!("{}{below}", self.name(&known.name)),
                )
            }
        };
        format!("{role} · {place}")
    }

    /// A role and where it holds; `names` are those of the bodies it may hold for.
    pub fn grant(&self, grant: &Grant, names: &[Named<BodyId>]) -> AnyView {
        let role = t(grant.role.title());
        match &grant.scope {
            Scope::Jurisdiction => {
                format!("{role} · {}", self.name(&self.jurisdiction.name)).into_any()
            }
            Scope::District(code) => format!("{role} · {}", self.district(code)).into_any(),
            Scope::Body(body) => {
                let known = names.iter().find(|known| known.id == *body);
                let name = known.map_or_else(
                    || t(Text::new("所辖单位", "one body")).to_owned(),
                    |known| self.name(&known.name),
                );
                let below = t(Text::new("（含下属单位）", " (and all below it)"));
                view! { {role}" · "<a href=format!("/bodies/{body}")>{name}</a>{below} }.into_any()
            }
        }
    }
}

/// What an address names, or None when it is no id at all.
pub fn id_in_address<I: std::str::FromStr>() -> Option<I> {
    let params = leptos_router::hooks::use_params_map();
    params
        .with_untracked(|params| params.get("id"))
        .and_then(|id| id.parse().ok())
}
