//! The visit itself: how it ended, who was there, what there is to say about it.

use domain::inspection::Outcome;
use domain::visit_mode::VisitMode;
use domain::{Language, Text};
use leptos::prelude::*;
use markup::{component, view};

use super::arrival_panel::ArrivalPanel;
use super::entrance_panel::EntrancePanel;
use super::handing_in::VISIT_ANCHOR;
use super::icon::{Icon, IconName};
use super::inspection_page::Open;
use super::laying_aside::LayAside;
use super::open_inspection::PhotoPlace;
use super::photos::Photos;
use super::piece::{Piece, Pieces as _};
use super::tablet::tablet;
use crate::i18n::{language, said, t, told};

/// Why what is entered here may not be wanted any more.
const HANDED_IN: Text = Text::new(
    "该任务已由另一台设备提交。您填写的内容仍可提交，将保留待人工处理。",
    "Another tablet has submitted this visit. What you entered can still be submitted; it is kept for a person to settle.",
);
const CANCELLED: Text = Text::new(
    "该任务已取消。您填写的内容仍可提交，将保留待人工处理。",
    "This visit was cancelled. What you entered can still be submitted; it is kept for a person to settle.",
);

#[component]
pub fn VisitPanel(open: Open) -> Piece {
    let tablet = tablet();
    let outcome = RwSignal::from(open.with_value(|open| open.outcome.clone()));
    let mode = RwSignal::from(open.with_value(|open| open.mode.clone()));
    let present = RwSignal::from(open.with_value(|open| open.present.clone()));
    let account = RwSignal::from(open.with_value(|open| open.account.clone()));
    let account_photos = RwSignal::from(open.with_value(|open| open.account_photos.clone()));
    let photos = Signal::derive(move || {
        account_photos.with(|photos| {
            let hashes = photos.iter().map(|photo| photo.hash.0.clone());
            hashes.collect::<Vec<_>>()
        })
    });
    let checked = RwSignal::from(open.with_value(|open| open.checked.clone()));
    let order = open.with_value(|open| open.order.clone());
    let save = move || open.with_value(super::open_inspection::OpenInspection::save);
    let id = open.with_value(|open| open.id);
    let over = Memo::new(move |_| {
        tablet.facts.with(|facts| {
            if facts.facts().inspection(id).submitted.is_some() {
                Some(HANDED_IN)
            } else {
                let assignment = facts.facts().assignment(id.assignment());
                assignment.cancelled.then_some(CANCELLED)
            }
        })
    });
    let completed = Memo::new(move |_| outcome.get() == Outcome::Completed);
    let team: Vec<_> = tablet.facts.with_untracked(|facts| {
        order
            .team
            .iter()
            .map(|person| (*person, facts.person_name(*person)))
            .collect()
    });
    let alone = Memo::new(move |_| present.with(Vec::len) < domain::campaign::SMALLEST_TEAM);
    let account_missing = Memo::new(move |_| {
        checked.get() && !completed.get() && account.with(|account| account.trim().is_empty())
    });
    view! {
        <section id=VISIT_ANCHOR aria-labelledby="visit-title">
            {move || over.get().map(|over| view! {
                <div class="banner" data-kind="warning" data-test="visit-over">
                    <Icon name=IconName::TriangleAlert/>
                    <p role="status">{said(over)}</p>
                    <LayAside open/>
                </div>
            })}
            <h2 id="visit-title">{said(Text::new("到访", "The visit"))}</h2>
            <ol class="items"><li><article class="item">
                <fieldset class="answer">
                    <legend>{said(Text::new("结果", "Outcome"))}</legend>
                    <div>
                        {Outcome::ALL.into_iter().map(|choice| view! {
                            <label data-value=move || (choice != Outcome::Completed).then_some("general")>
                                <input type="radio" name="outcome" value=choice.code()
                                    prop:checked=move || outcome.get() == choice
                                    on:change=move |_| { outcome.set(choice); save(); }/>
                                <Icon name=if choice == Outcome::Completed { IconName::Check } else { IconName::TriangleAlert }/>
                                {said(choice.title())}
                            </label>
                        }).pieces()}
                    </div>
                    <Show when=move || !completed.get()>
                        <p class="hint" role="status">{said(Text::new(
                            "检查表不再显示，填过的内容不随记录发送；改回“完成检查”就都还在。",
                            "The checklist is put away, and what was filled in is not sent with the record; choose “Completed” again and all of it is there.",
                        ))}</p>
                    </Show>
                </fieldset>
                <div class="calls">
                    <fieldset class="ask">
                        <legend>{said(VisitMode::MADE)}</legend>
                        <div class="choices">{VisitMode::ALL.into_iter().map(|choice| view! {
                            <label class="choice">
                                <input type="radio" name="mode" value=choice.code()
                                    prop:checked=move || mode.get() == choice
                                    on:change=move |_| { mode.set(choice); save(); }/>
                                {said(choice.title())}
                            </label>
                        }).pieces()}</div>
                    </fieldset>
                    <ArrivalPanel open/>
                    <EntrancePanel open/>
                    <fieldset class="ask">
                        <legend>{said(Text::new("在场人员（至少两人）", "Who was there (at least two)"))}</legend>
                        <Show when=move || checked.get() && alone.get()>
                            <p class="error"><Icon name=IconName::CircleAlert/>
                                {move || domain::inspection::InspectionRefusal::TooFewPresent.text(language())}</p>
                        </Show>
                        <div class="choices">{team.into_iter().map(|(person, name)| view! {
                            <label class="choice">
                                <input type="checkbox" name="present" value=person.to_string()
                                    prop:checked=move || present.with(|present| present.contains(&person))
                                    on:change:target=move |event| {
                                        let is_there = event.target().checked();
                                        present.update(|present| {
                                            present.retain(|other| *other != person);
                                            if is_there {
                                                present.push(person);
                                            }
                                        });
                                        save();
                                    }/>
                                {told(&name)}
                            </label>
                        }).pieces()}</div>
                    </fieldset>
                    <div class="ask">
                        <label for="account">
                            {said(Text::new("情况说明", "Account"))}" "
                            <span class="optional">{move || completed.get().then(|| t(Text::new("选填", "optional")))}</span>
                        </label>
                        <Show when=move || account_missing.get()>
                            <p class="error" id="account-error"><Icon name=IconName::CircleAlert/>
                                {said(Text::new("请写明经过：时间、何人、何种理由", "Say what happened: when, who, on what grounds"))}</p>
                        </Show>
                        <textarea id="account" name="account" rows="2" prop:value=account
                            aria-invalid=move || account_missing.get().then_some("true")
                            aria-describedby=move || account_missing.get().then_some("account-error")
                            lang=move || (language() == Language::Chinese).then_some("zh-Hans")
                            on:input:target=move |event| { account.set(event.target().value()); save(); }></textarea>
                        // Of a completed visit, photos are of its items; one that was taken before it was completed stays.
                        <Show when=move || !completed.get() || !photos.with(Vec::is_empty)>
                            <div role="group" aria-labelledby="account-photos" data-test="account-photos">
                                <p id="account-photos"><strong>{said(Text::new("照片", "Photos"))}</strong></p>
                                <Photos open place=PhotoPlace::Account hashes=photos/>
                            </div>
                        </Show>
                    </div>
                </div>
            </article></li></ol>
        </section>
    }
}
