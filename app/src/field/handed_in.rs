//! That a visit was handed in, said on the first page until its inspector goes on to something else.

use domain::id::InspectionId;
use domain::{Text, say};
use leptos::prelude::*;
use markup::{component, view};

use super::icon::{Icon, IconName};
use super::piece::Piece;
use super::tablet::tablet;
use crate::i18n::{language, said, tr};

/// The visit that was handed in a moment ago.
#[derive(Clone, Copy)]
pub struct JustHandedIn(RwSignal<Option<InspectionId>>);

/// That of this page.
pub fn just_handed_in() -> JustHandedIn {
    expect_context()
}

/// Gives the pages a place for it.
pub fn provide_just_handed_in() {
    provide_context(JustHandedIn(RwSignal::new(None)));
}

impl JustHandedIn {
    pub fn say(self, visit: InspectionId) {
        self.0.set(Some(visit));
    }
}

/// Says it, and is silent when the page is opened again.
#[component]
pub fn HandedIn() -> Piece {
    let tablet = tablet();
    let JustHandedIn(just) = just_handed_in();
    let visit = just.get_untracked();
    on_cleanup(move || {
        let _ = just.try_set(None);
    });
    let name = visit.and_then(|visit| {
        tablet.facts.with_untracked(|facts| {
            let order = facts
                .facts()
                .assignment(visit.assignment())
                .order
                .as_ref()?;
            Some(facts.body_name(order.target))
        })
    });
    visit.zip(name).map_or_else(Piece::default, |(visit, name)| {
        view! {
            <div class="banner" data-kind="success" role="status" data-test="just-handed-in">
                <Icon name=IconName::CircleCheck/>
                <p>
                    <strong>{move || { let name = tr(&name); say!(language(), "已提交：{name}", "Submitted: {name}") }}</strong>" "
                    {said(Text::new(
                        "记录已保存在本机，有网络时自动发送；送达后显示“已收到”。",
                        "It is saved on this tablet and sent when there is a network; “Received” says that it has arrived.",
                    ))}
                </p>
                <a class="button" href=format!("/field/inspections/{visit}")>{said(Text::new("查看记录", "Read the record"))}</a>
            </div>
        }
    })
}
