//! Which page an address opens.

use domain::Language;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::any_nested_route::IntoAnyNestedRoute as _;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::path;

use crate::api::ApiError;
use crate::api::view::Frame;
use crate::i18n;
use crate::office::frame::OfficeFrame;
use crate::office::{
    arrangement, arrangement_form, arrangements, assignment, bodies, bodies_import, body,
    body_edit, body_entrance, body_new, body_rules, campaign, campaign_new, campaigns, checklist,
    checklists, clearance, clearances, device, devices, districts, draw, draw_new, draws, exposure,
    finding, finding_paper, findings, guide, guide_new, guides, held, held_record, inbox,
    inspection, inspections, level, level_new, levels, look_back, look_backs, material,
    material_new, materials, notice, notice_new, notice_receipts, notice_transmission, notices,
    overdue_receipts, pairs, people, people_import, person, person_new, record, recorded,
    self_inspection, situation, situation_report, situation_reports, support, talk, talk_new,
    talks, today, trace, unsent,
};
use crate::public_site::{
    draws as public_draws, not_found, password, setup, setup_bodies, sign_in,
};

/// What every page's frame shows: in the browser, what the server knew when it drew the page. Pages that change who is here or
/// where load the next one anew.
///
/// It is no resource: whatever stands inside a waiting view is drawn several times on the server, and everything a page asks for
/// would be asked, and sent along, as often.
#[derive(Clone)]
pub struct PageFrame(pub Result<Frame, ApiError>);

impl PageFrame {
    pub fn here() -> PageFrame {
        expect_context()
    }
}

/// Only the server has a request; the browser reads what it wrote.
fn frame_of_request() -> Result<Frame, ApiError> {
    #[cfg(feature = "ssr")]
    return crate::api::office::office().map(|office| office.frame());
    #[cfg(not(feature = "ssr"))]
    Err(ApiError::Unavailable {
        detail: "the page came without its frame".into(),
    })
}

/// The same language on the server, which was told by the request, and in the browser, which reads what the server wrote.
fn page_language() -> Language {
    if let Some(language) = use_context::<Language>() {
        return language;
    }
    #[cfg(all(feature = "browser", not(feature = "ssr")))]
    if let Some(html) = document().document_element() {
        let tag = html.get_attribute("lang").unwrap_or_default();
        return Language::ALL
            .into_iter()
            .find(|language| language.tag() == tag)
            .unwrap_or_default();
    }
    Language::default()
}

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    i18n::provide_language(page_language());
    provide_context(PageFrame(SharedValue::new(frame_of_request).into_inner()));
    view! {
        <Router>
            <Routes fallback=not_found::page>
                <Route path=path!("/sign-in") view=sign_in::page/>
                <Route path=path!("/password") view=password::page/>
                <Route path=path!("/setup") view=setup::page/>
                <Route path=path!("/setup/bodies") view=setup_bodies::page/>
                <Route path=path!("/public/draws") view=public_draws::list_page/>
                <Route path=path!("/public/draws/:id") view=public_draws::page/>
                <ParentRoute path=path!("") view=OfficeFrame>
                    <Supervision/>
                    <Talks/>
                    <Registers/>
                    <Planning/>
                    <Rules/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// The work itself: notices, campaigns, inspections, findings.
#[component(transparent)]
fn Supervision() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/") view=today::page/>
        <Route path=path!("/inbox") view=inbox::page/>
        <Route path=path!("/notices") view=notices::page/>
        <Route path=path!("/notices/overdue") view=overdue_receipts::page/>
        <Route path=path!("/notices/new") view=notice_new::page/>
        <Route path=path!("/notices/:id") view=notice::page/>
        <Route path=path!("/notices/:id/receipts") view=notice_receipts::page/>
        <Route path=path!("/notices/:id/transmission") view=notice_transmission::page/>
        <Route path=path!("/campaigns") view=campaigns::page/>
        <Route path=path!("/campaigns/new") view=campaign_new::page/>
        <Route path=path!("/campaigns/:id") view=campaign::page/>
        <Route path=path!("/assignments/:id") view=assignment::page/>
        <Route path=path!("/self-inspections/:id") view=self_inspection::page/>
        <Route path=path!("/findings") view=findings::page/>
        <Findings/>
        <Inspections/>
    }
    .into_inner()
    .into_any_nested_route()
}

/// Inspections and what goes with them.
#[component(transparent)]
fn Inspections() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/inspections") view=inspections::page/>
        <Route path=path!("/inspections/pairs") view=pairs::page/>
        <Route path=path!("/inspections/clearances") view=clearances::page/>
        <Route path=path!("/inspections/clearances/:id") view=clearance::page/>
        <Route path=path!("/inspections/exposure") view=exposure::page/>
        <Route path=path!("/inspections/:id") view=inspection::page/>
        <Route path=path!("/situation") view=situation::page/>
        <Route path=path!("/situation/reports") view=situation_reports::page/>
        <Route path=path!("/situation/:body/:day") view=situation_report::page/>
    }
    .into_inner()
    .into_any_nested_route()
}

/// How the work comes about: draws and arrangements.
#[component(transparent)]
fn Planning() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/arrangements") view=arrangements::page/>
        <Route path=path!("/arrangements/new") view=arrangement_form::page/>
        <Route path=path!("/arrangements/:id") view=arrangement::page/>
        <Route path=path!("/draws") view=draws::page/>
        <Route path=path!("/draws/new") view=draw_new::page/>
        <Route path=path!("/draws/:id") view=draw::page/>
    }
    .into_inner()
    .into_any_nested_route()
}

/// What was demanded and called in, and what came of it.
#[component(transparent)]
fn Talks() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/talks") view=talks::page/>
        <Route path=path!("/talks/new") view=talk_new::page/>
        <Route path=path!("/talks/materials") view=materials::page/>
        <Route path=path!("/talks/materials/new") view=material_new::page/>
        <Route path=path!("/talks/materials/:id") view=material::page/>
        <Route path=path!("/talks/trace") view=trace::page/>
        <Route path=path!("/talks/trace/orphans") view=trace::orphans_page/>
        <Route path=path!("/talks/:id") view=talk::page/>
    }
    .into_inner()
    .into_any_nested_route()
}

/// A finding and what goes with it.
#[component(transparent)]
fn Findings() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/findings/support") view=support::page/>
        <Route path=path!("/findings/look-backs") view=look_backs::page/>
        <Route path=path!("/findings/look-backs/:id") view=look_back::page/>
        <Route path=path!("/findings/:id") view=finding::page/>
        <Route path=path!("/findings/:id/papers/:version") view=finding_paper::page/>
    }
    .into_inner()
    .into_any_nested_route()
}

/// What the work stands on: bodies, checklists, the record, people.
#[component(transparent)]
fn Registers() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/bodies") view=bodies::page/>
        <Route path=path!("/bodies/new") view=body_new::page/>
        <Route path=path!("/bodies/import") view=bodies_import::page/>
        <Route path=path!("/bodies/:id") view=body::page/>
        <Route path=path!("/bodies/:id/rules") view=body_rules::page/>
        <Route path=path!("/bodies/:id/edit") view=body_edit::page/>
        <Route path=path!("/bodies/:id/entrance") view=body_entrance::page/>
        <Route path=path!("/checklists") view=checklists::page/>
        <Route path=path!("/checklists/:id/:version") view=checklist::page/>
        <Route path=path!("/record") view=record::page/>
        <Route path=path!("/record/events") view=recorded::page/>
        <Route path=path!("/unsent") view=unsent::page/>
        <Route path=path!("/administration") view=people::page/>
        <Route path=path!("/administration/people/new") view=person_new::page/>
        <Route path=path!("/administration/people/import") view=people_import::page/>
        <Route path=path!("/administration/people/:id") view=person::page/>
        <Route path=path!("/administration/districts") view=districts::page/>
        <Route path=path!("/administration/devices") view=devices::page/>
        <Route path=path!("/administration/devices/:id") view=device::page/>
        <Route path=path!("/administration/held") view=held::page/>
        <Route path=path!("/administration/held/:id") view=held_record::page/>
    }
    .into_inner()
    .into_any_nested_route()
}

/// What is to be followed: response levels and guides.
#[component(transparent)]
fn Rules() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/levels") view=levels::page/>
        <Route path=path!("/levels/new") view=level_new::page/>
        <Route path=path!("/levels/:id") view=level::page/>
        <Route path=path!("/guides") view=guides::page/>
        <Route path=path!("/guides/new") view=guide_new::page/>
        <Route path=path!("/guides/:id") view=guide::page/>
    }
    .into_inner()
    .into_any_nested_route()
}
