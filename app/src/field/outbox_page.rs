//! What was recorded here, each with where it is: on this tablet, received, or waiting for a person.

use domain::id::{FindingId, InspectionId};
use domain::instant::Instant;
use domain::{Text, say};
use leptos::prelude::*;
use markup::{component, view};
use sync::outbox::Delivery;

use super::bar::Bar;
use super::drafts_from_file::DraftsFromFile;
use super::icon::{Icon, IconName};
use super::local_facts::assignment_of;
use super::photos::checkpoint;
use super::piece::{Piece, Pieces as _};
use super::save_unsent::SaveUnsent;
use super::sync_now::SyncNow;
use super::tablet::{SyncState, tablet};
use crate::clock::instant_text;
use crate::i18n::{language, said, t, told, tr};
use crate::local_store::{OutboxEntry, PhotoFate};
use crate::widgets::finding_title::headline;

/// Received events shown; the record itself has them all.
const RECEIVED_SHOWN: usize = 50;

#[component]
pub fn OutboxPage() -> Piece {
    let tablet = tablet();
    let back = (
        "/field".to_owned(),
        Text::new("返回任务", "Back to the assignments"),
    );
    let title = Signal::derive(|| t(Text::new("发送明细", "Outbox")).to_owned());
    let entries = Memo::new(move |_| {
        tablet.outbox.with(|outbox| {
            let (received, open): (Vec<_>, Vec<_>) = outbox
                .iter()
                .rev()
                .cloned()
                .partition(|entry| entry.delivery == Delivery::Received);
            open.into_iter()
                .chain(received.into_iter().take(RECEIVED_SHOWN))
                .collect::<Vec<_>>()
        })
    });
    let photos = Memo::new(move |_| {
        tablet.photos.with(|photos| {
            let mut waits = photos
                .iter()
                .filter(|photo| photo.fate == PhotoFate::Waiting);
            // The first that waits is sent first.
            let first = waits.next().cloned();
            let waiting = waits.count() + usize::from(first.is_some());
            let received = photos
                .iter()
                .filter(|photo| photo.fate == PhotoFate::Received)
                .count();
            let refused: Vec<_> = photos
                .iter()
                .filter_map(|photo| match &photo.fate {
                    PhotoFate::Refused { reason } => Some((photo.hash.0.clone(), reason.clone())),
                    _ => None,
                })
                .collect();
            let kept = photos
                .iter()
                .filter(|photo| photo.fate == PhotoFate::Kept)
                .count();
            (waiting, first, received, kept, refused)
        })
    });
    // What is being filled in is sent only once it is handed in: it would otherwise be missed here.
    let drafts = Memo::new(move |_| {
        tablet.drafts.with(|drafts| {
            let saved = drafts
                .values()
                .map(|draft| (draft.inspection, draft.saved_at, draft.answers.0.len()));
            saved.collect::<Vec<_>>()
        })
    });
    view! {
        <Bar title back=Some(back)/>
        <main id="main" class="plain">
            {move || tablet.trouble.get().map(|trouble| view! {
                <div class="banner" data-kind="warning" role="status"><Icon name=IconName::TriangleAlert/><p>{tr(&trouble)}</p></div>
            })}
            <div class="row">
                <SyncNow/>
            </div>
            <SaveUnsent/>
            <DraftsFromFile/>
            <p class="hint" data-test="tablet-code">{
                let id = tablet.device().to_string();
                let end = id[id.len() - 4..].to_owned();
                move || say!(language(), "本机编号末四位：{end}", "This tablet’s id ends in {end}")
            }</p>
            {move || {
                let (waiting, first, received, kept, refused) = photos.get();
                let sending = first.filter(|_| tablet.sync.get() == SyncState::Sending);
                let part = sending.as_ref().map_or(0, |photo| tablet.uploaded(photo));
                let language = language();
                (waiting + received + kept + refused.len() > 0).then(|| view! {
                    <ul class="sync">
                        {(waiting + received > 0).then(|| view! {
                            <li data-test="outbox-photos">
                                <div>
                                    <strong>{t(Text::new("照片、录音和签字", "Photos, recordings and signatures"))}</strong>
                                    <p>{say!(language, "{received} 份已收到，{waiting} 份待发送", "{received} received, {waiting} to be sent")}</p>
                                    {sending.is_some().then(|| {
                                        let (number, all, percent) = (received + 1, received + waiting, part / 10);
                                        view! { <p data-test="sending-photo">{say!(
                                            language,
                                            "正在发送第 {number} 张，共 {all} 张；服务器已收到本张的 {percent}%",
                                            "Sending {number} of {all}; the server has {percent}% of this one"
                                        )}</p> }
                                    })}
                                </div>
                                {if waiting > 0 { waiting_tag() } else { received_tag() }}
                                {(waiting > 0).then(|| view! {
                                    <progress value=(received as u64 * 1_000 + part).to_string() max=((waiting + received) * 1_000).to_string()
                                        aria-label=t(Text::new("照片发送进度", "Photos sent"))></progress>
                                })}
                            </li>
                        })}
                        {(kept > 0).then(|| view! {
                            <li data-test="kept-photos">
                                <div>
                                    <strong>{t(Text::new("未随记录提交的照片", "Photos no record carries"))}</strong>
                                    <p>{say!(language, "{kept} 张，不发送，可在各次检查的记录页查看", "{kept}, not sent; each is on the record page of its inspection")}</p>
                                </div>
                                {kept_tag()}
                            </li>
                        })}
                        {refused.into_iter().map(|(hash, reason)| view! {
                            <li>
                                <div><strong>{t(Text::new("照片", "Photo"))}</strong><p>{checkpoint(&hash)}</p></div>
                                {attention_tag()}
                                <p class="reason">{tr(&reason)}</p>
                            </li>
                        }).pieces()}
                    </ul>
                })
            }}
            {move || {
                let drafts = drafts.get();
                (!drafts.is_empty()).then(|| view! {
                    <ul class="sync">{drafts.into_iter().map(draft_line).pieces()}</ul>
                })
            }}
            {move || if entries.with(Vec::is_empty) && drafts.with(Vec::is_empty) {
                view! { <p>{t(Text::new("这里还没有记录。", "Nothing has been recorded here yet."))}</p> }
            } else {
                view! {
                    <ul class="sync">
                        {entries.get().into_iter().map(|entry| view! { <Row entry/> }).pieces()}
                    </ul>
                }
            }}
        </main>
    }
}

#[component]
fn Row(entry: OutboxEntry) -> Piece {
    let tablet = tablet();
    let name = tablet.facts.with_untracked(|facts| {
        let id = assignment_of(&entry.event)?;
        facts
            .facts()
            .assignment(id)
            .order
            .as_ref()
            .map(|order| facts.body_name(order.target))
    });
    let at = entry.event.occurred_at;
    // Several are raised at once: each says what it found.
    let found = tablet.facts.with_untracked(|facts| {
        let stream = entry.event.stream()?;
        facts.raised_as(FindingId(stream.id)).cloned()
    });
    let what = match entry.event.kind.as_str() {
        "inspection.started" => Text::new("开始检查", "Inspection started"),
        "inspection.submitted" => Text::new("提交检查记录", "Inspection submitted"),
        "inspection.signedAfterwards" => Text::new("补签检查记录", "Inspection signed afterwards"),
        "finding.raised" => Text::new("登记问题", "Finding raised"),
        _ => Text::new("记录", "Record"),
    };
    let (tag, reason, state) = match entry.delivery {
        Delivery::Waiting => (waiting_tag(), None, "waiting"),
        Delivery::Received => (received_tag(), None, "received"),
        Delivery::Held { reason } => (held_tag(), Some(reason), "held"),
        Delivery::NeedsAttention { reason } => (attention_tag(), Some(reason), "attention"),
    };
    view! {
        <li data-test="outbox-row" data-state=state data-kind=entry.event.kind>
            <div>
                <strong>{said(what)}</strong>
                {found.map(|raised| view! { <p>{move || headline(&raised.note, &tr(&raised.title))}</p> })}
                <p>{move || {
                    let at = instant_text(at, &tablet.time_zone(), language());
                    name.as_ref().map_or(at.clone(), |name| format!("{} · {at}", tr(name)))
                }}</p>
            </div>
            {tag}
            {reason.map(|reason| view! { <p class="reason">{told(&reason)}</p> })}
        </li>
    }
}

/// A visit that is being filled in, when it was last saved, and how much of it.
fn draft_line((id, saved_at, answers): (InspectionId, Instant, usize)) -> Piece {
    let tablet = tablet();
    let name = tablet.facts.with_untracked(|facts| {
        let order = facts.facts().assignment(id.assignment()).order.as_ref();
        order.map(|order| facts.body_name(order.target))
    });
    view! {
        <li data-test="outbox-draft">
            <div>
                <strong><a href=format!("/field/inspections/{id}")>{move || match &name {
                    Some(name) => tr(name),
                    None => t(Text::new("检查", "Inspection")).to_owned(),
                }}</a></strong>
                <p>{move || {
                    let at = instant_text(saved_at, &tablet.time_zone(), language());
                    say!(language(), "已填 {answers} 项 · {at} 保存", "Answers so far: {answers} · saved {at}")
                }}</p>
            </div>
            {tag("local", IconName::Pencil, Text::new("填写中，提交后发送", "Being filled in; sent once submitted"))}
        </li>
    }
}

fn tag(tone: &'static str, icon: IconName, text: Text) -> Piece {
    view! { <span class="tag" data-state=tone><Icon name=icon/>{said(text)}</span> }
}

fn waiting_tag() -> Piece {
    tag(
        "local",
        IconName::Tablet,
        Text::new("在本机，待发送", "On this tablet, waiting to send"),
    )
}

pub fn kept_tag() -> Piece {
    tag(
        "local",
        IconName::Tablet,
        Text::new("留在本机", "Stays on this tablet"),
    )
}

fn received_tag() -> Piece {
    tag(
        "received",
        IconName::CloudCheck,
        Text::new("已收到", "Received"),
    )
}

fn held_tag() -> Piece {
    tag(
        "attention",
        IconName::Clock,
        Text::new("已收到，待人工处理", "Received, to be settled"),
    )
}

fn attention_tag() -> Piece {
    tag(
        "attention",
        IconName::CircleAlert,
        Text::new("需要处理", "Needs attention"),
    )
}
