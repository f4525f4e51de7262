//! A finding, its evidence, and the help that goes with it: of an item that failed, or noted freely.

use domain::finding::{Extent, Photo, line_title, severity_title};
use domain::{Text, say};
use form::{Line, Severity};
use leptos::prelude::*;
use markup::{component, view};

use super::handing_in::{finding_gaps, free_anchor, written_gaps};
use super::icon::{Icon, IconName};
use super::inspection_page::Open;
use super::open_inspection::{FindingAt, OpenInspection, PhotoPlace};
use super::photos::Photos;
use super::piece::{Piece, Pieces as _};
use crate::i18n::{language, said, t, tr};
use crate::local_store::FindingDraft;

/// A text of the finding: how it is read and how it is written.
type Field = (fn(&FindingDraft) -> &String, fn(&mut FindingDraft, String));

#[component]
pub fn FindingPanel(open: Open, at: FindingAt) -> Piece {
    let finding = RwSignal::from(open.with_value(|open| open.finding(at)));
    let checked = RwSignal::from(open.with_value(|open| open.checked.clone()));
    let (name, code, photos_at_least) = open.with_value(|open| of_what(open, at));
    let least = open.with_value(|open| open.least_severity(at));
    let edit = move |edit: &dyn Fn(&mut FindingDraft)| {
        open.with_value(|open| open.edit_finding(at, |finding| edit(finding)));
    };
    let gaps = Memo::new(move |_| {
        let finding = finding.get();
        if !checked.get() {
            return Vec::new();
        }
        match at {
            FindingAt::Item(node) => open.with_value(|open| {
                open.form
                    .with(|instance| finding_gaps(instance, node, Some(&finding)))
            }),
            FindingAt::Itself(_) => written_gaps(Some(&finding)),
        }
    });
    let named = |photos: &[Photo]| -> Vec<String> {
        photos.iter().map(|photo| photo.hash.0.clone()).collect()
    };
    let hashes = Signal::derive(move || finding.with(|finding| named(&finding.photos)));
    let fixed = Signal::derive(move || finding.with(|finding| named(&finding.photos_fixed)));
    let id = move |part: &str| format!("{name}-{part}");
    let severity_name = id("severity");
    let extent_id = id("extent");
    let photos_id = id("photos");
    let photos_label = photos_id.clone();
    let fixed_id = id("photos-fixed");

    let text = move |id: String, title: Text, optional: bool, (read, write): Field| {
        view! {
            <div class="ask">
                <label for=id.clone()>
                    {said(title)}" "
                    {optional.then(|| view! { <span class="optional">{said(Text::new("选填", "optional"))}</span> })}
                </label>
                <textarea id=id.clone() name=id
                    prop:value=move || finding.with(|finding| read(finding).clone())
                    aria-required=(!optional).then_some("true")
                    on:input:target=move |event| {
                        let text = event.target().value();
                        edit(&|finding| write(finding, text.clone()));
                    }></textarea>
            </div>
        }
    };
    let label = code.clone();
    view! {
        <section class="calls" data-test="finding" aria-label=move || {
            if let Some(code) = &label {
                return say!(language(), "{code} 的问题", "Finding on {code}");
            }
            let note = finding.with(|finding| finding.note.trim().to_owned());
            say!(language(), "问题：{note}", "Finding: {note}")
        }>
            <h3><Icon name=IconName::Flag/>" "{said(Text::new("问题", "Finding"))}</h3>
            {move || gaps.get().into_iter().map(|gap| view! {
                <div class="ask"><p class="error"><Icon name=IconName::CircleAlert/>{tr(&gap)}</p></div>
            }).pieces()}
            <div class="pair">
                <fieldset class="answer">
                    <legend>{said(Text::new("严重程度", "Severity"))}</legend>
                    <div>
                        {[(Severity::General, "general", IconName::TriangleAlert), (Severity::Key, "key", IconName::OctagonAlert)]
                            .map(|(severity, value, icon)| view! {
                                <label data-value=value>
                                    <input type="radio" name=severity_name.clone() value=value
                                        disabled=severity < least
                                        prop:checked=move || finding.with(|finding| finding.severity.max(least) == severity)
                                        on:change=move |_| edit(&|finding| finding.severity = severity)/>
                                    <Icon name=icon/>{move || t(severity_title(severity))}
                                </label>
                            })}
                    </div>
                    {(least > Severity::General).then(|| view! {
                        <p class="hint">{said(Text::new("检查表定为重点问题，不能降低", "The checklist makes it a key problem, which cannot be lowered"))}</p>
                    })}
                </fieldset>
                <div class="ask">
                    <label for=extent_id.clone()>{said(Text::new("范围", "Extent"))}</label>
                    <select id=extent_id.clone() name=extent_id
                        prop:value=move || finding.with(|finding| finding.extent.code())
                        on:change:target=move |event| {
                            if let Some(extent) = Extent::from_code(&event.target().value()) {
                                edit(&|finding| finding.extent = extent);
                            }
                        }>
                        {Extent::ALL.map(|extent| view! {
                            <option value=extent.code() selected=move || finding.with_untracked(|finding| finding.extent == extent)>
                                {said(extent.title())}
                            </option>
                        })}
                    </select>
                </div>
            </div>
            {matches!(at, FindingAt::Itself(_)).then(|| view! { <LineAsked open at id=id("line")/> })}
            {text(
                id("note"),
                Text::new("问题描述", "Description"),
                false,
                (|finding| &finding.note, |finding, text| finding.note = text),
            )}
            <div class="ask" role="group" aria-labelledby=photos_label>
                <p id=photos_id>
                    <strong>{said(Text::new("照片", "Photos"))}</strong>" "
                    {(photos_at_least > 0).then(|| view! {
                        <span class="hint">{move || say!(language(), "至少 {photos_at_least} 张", "at least {photos_at_least}")}</span>
                    })}
                </p>
                <Photos open place=PhotoPlace::Finding(at) hashes/>
            </div>
            <label class="choice">
                <input type="checkbox" name=id("fixed")
                    prop:checked=move || finding.with(|finding| finding.fixed_on_the_spot)
                    on:change:target=move |event| {
                        let fixed = event.target().checked();
                        edit(&|finding| finding.fixed_on_the_spot = fixed);
                    }/>
                {said(Text::new("立行立改：当场已改正", "Fixed on the spot"))}
            </label>
            <Show when=move || finding.with(|finding| finding.fixed_on_the_spot)>
                <div class="ask" role="group" data-test="photos-fixed" aria-labelledby=fixed_id.clone()>
                    <p id=fixed_id.clone()><strong>{said(Text::new("改正后的照片", "Photos of it fixed"))}</strong></p>
                    <Photos open place=PhotoPlace::Fixed(at) hashes=fixed/>
                </div>
            </Show>
            <div class="pair">
                {text(
                    id("help"),
                    Text::new("现场帮扶", "Help given"),
                    true,
                    (|finding| &finding.help_given, |finding, text| finding.help_given = text),
                )}
                {text(
                    id("support"),
                    Text::new("需协调支持", "Support owed"),
                    true,
                    (|finding| &finding.support_owed, |finding, text| finding.support_owed = text),
                )}
            </div>
        </section>
    }
}

/// What a finding's fields are named by, the code of its item, and how many photos that asks for.
fn of_what(open: &OpenInspection, at: FindingAt) -> (String, Option<String>, u32) {
    match at {
        FindingAt::Itself(id) => (free_anchor(id), None, 0),
        FindingAt::Item(node) => open.form.with(|instance| {
            let check = instance
                .question(node)
                .and_then(|question| question.check.as_ref());
            (
                instance.name(node),
                Some(check.map(|check| check.code.clone()).unwrap_or_default()),
                check.map_or(0, |check| check.evidence.photos_at_least),
            )
        }),
    }
}

/// Whose responsibility it is: what a checklist says of its items, a person says of what is none.
#[component]
fn LineAsked(open: Open, at: FindingAt, id: String) -> Piece {
    let finding = RwSignal::from(open.with_value(|open| open.finding(at)));
    let line = Memo::new(move |_| finding.with(|finding| finding.line.unwrap_or_default()));
    view! {
        <fieldset class="answer">
            <legend>{said(Text::new("责任", "Responsibility"))}</legend>
            <div>
                {[Line::Main, Line::Regulatory, Line::Oversight].map(|one| view! {
                    <label>
                        <input type="radio" name=id.clone() prop:checked=move || line.get() == one
                            on:change=move |_| open.with_value(|open| {
                                open.edit_finding(at, |finding| finding.line = Some(one));
                            })/>
                        {said(line_title(one))}
                    </label>
                })}
            </div>
        </fieldset>
    }
}
