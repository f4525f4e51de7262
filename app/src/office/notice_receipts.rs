//! The bodies a notice reaches: who acknowledged it and when, who is late, who was reminded.

use domain::body::BodyKind;
use domain::command::Command;
use domain::id::NoticeId;
use domain::notice::NoticeCommand;
use domain::{Text, say};
use leptos::prelude::*;

use super::confirmation::Confirmation;
use super::notice::{Part, tabs};
use super::{Site, id_in_address};
use crate::api::query::receipts;
use crate::api::view::{ReceiptRow, ReceiptState, ReceiptsView};
use crate::i18n::t;
use crate::list::{Column, Listed};
use crate::widgets::address::with_query;
use crate::widgets::figure::grouped;
use crate::widgets::filters::Filter;
use crate::widgets::head::{banner, crumbs, head};
use crate::widgets::icon::IconName;
use crate::widgets::list::{Asking, BulkAct, Entered, List, OnPage, Question};
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::sending::{Seen, Sending};
use crate::widgets::tag::tag;

const fn state_title(state: ReceiptState) -> Text {
    match state {
        ReceiptState::All => Text::new("全部", "All"),
        ReceiptState::Received => Text::new("已签收", "Acknowledged"),
        ReceiptState::Late => Text::new("逾期签收", "Acknowledged late"),
        ReceiptState::Awaited => Text::new("未签收", "Not acknowledged"),
        ReceiptState::Overdue => Text::new("逾期未签收", "Overdue"),
        ReceiptState::Earlier => Text::new("只签收过更正前文本", "An earlier text only"),
    }
}

fn path(notice: NoticeId) -> String {
    format!("/notices/{notice}/receipts")
}

/// In one word; the tag beside it has the colour.
const fn state_of(receipt: &ReceiptRow) -> ReceiptState {
    match &receipt.received {
        Some(received) if received.late => ReceiptState::Late,
        Some(_) => ReceiptState::Received,
        None if receipt.overdue => ReceiptState::Overdue,
        None => ReceiptState::Awaited,
    }
}

fn state_tag(receipt: &ReceiptRow, _: &Site) -> AnyView {
    let state = state_of(receipt);
    let (tone, icon) = match state {
        ReceiptState::All | ReceiptState::Received => ("received", IconName::CircleCheck),
        ReceiptState::Late => ("soon", IconName::Clock),
        ReceiptState::Earlier => ("soon", IconName::RotateCcw),
        ReceiptState::Awaited => ("attention", IconName::Megaphone),
        ReceiptState::Overdue => ("overdue", IconName::Clock),
    };
    let earlier = receipt
        .is_of_an_earlier_wording()
        .then(|| tag("soon", IconName::RotateCcw, t(EARLIER)));
    view! { {tag(tone, icon, t(state_title(state)))}" "{earlier} }.into_any()
}

const EARLIER: Text = Text::new("签收的是更正前文本", "of an earlier text");

fn state_words(receipt: &ReceiptRow) -> String {
    let earlier = receipt.is_of_an_earlier_wording().then(|| t(EARLIER));
    let words = std::iter::once(t(state_title(state_of(receipt)))).chain(earlier);
    words.collect::<Vec<_>>().join(t(Text::new("，", ", ")))
}

impl Listed for ReceiptRow {
    const LIST: &'static str = "receipts";

    fn columns() -> Vec<Column<ReceiptRow>> {
        vec![
            Column::text("body", Text::new("单位", "Body"), |row, site| {
                site.name(&row.body.name).into()
            }),
            Column::text("kind", Text::new("类别", "Kind"), |row, _| {
                t(row.kind.title()).into()
            }),
            Column::brief("district", Text::new("区", "District"), |row, site| {
                row.district
                    .as_ref()
                    .map(|district| site.district(district))
                    .into()
            }),
            Column::text("passed", Text::new("转发", "Passed on"), |row, site| {
                let passed = row.passed.as_ref();
                passed
                    .map(|passed| {
                        // By whom of them, the notice's page says.
                        format!("{} · {}", site.name(&passed.from.name), site.at(passed.at))
                    })
                    .into()
            }),
            Column::brief(
                "state",
                Text::new("签收情况", "State"),
                |row: &ReceiptRow, _| state_words(row).into(),
            )
            .look(state_tag),
            Column::brief(
                "received",
                Text::new("签收时间", "Acknowledged"),
                |row: &ReceiptRow, _| {
                    let received = row.received.as_ref().map(|received| received.at);
                    received.or(row.earlier).into()
                },
            ),
            Column::text(
                "by",
                Text::new("签收人", "By"),
                |row: &ReceiptRow, site| {
                    let received = row.received.as_ref();
                    received.map(|received| site.name(&received.by.name)).into()
                },
            ),
            Column::brief(
                "reminded",
                Text::new("最近催办", "Last reminder"),
                |row: &ReceiptRow, _| row.reminded_at.into(),
            )
            .look(|row, site| {
                let Some(last) = row.reminded_at else {
                    return "—".into_any();
                };
                let count = row.reminders;
                let in_all = say!(site.language, "共{count}次", "{count} in all");
                // Beside each other they are wider than the page.
                view! { {site.at(last)}<br/>{in_all} }.into_any()
            }),
        ]
    }

    fn key(&self) -> String {
        self.body.id.to_string()
    }

    fn address(&self) -> Option<String> {
        self.body
            .visible
            .then(|| format!("/bodies/{}", self.body.id))
    }

    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
}

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(notice) = id_in_address::<NoticeId>() else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| receipts(notice));
    let asking = Asking::<ReceiptRow>::new(Some(("notice", notice.to_string())));
    loaded(answer, move |view: ReceiptsView| {
        let told = Callback::new(move |()| answer.refetch());
        show(&view, notice, &site, &asking, told)
    })
}

fn show(
    view: &ReceiptsView,
    notice: NoticeId,
    site: &Site,
    asking: &Asking<ReceiptRow>,
    told: Callback<()>,
) -> AnyView {
    let title = site.name(&view.title);
    let deadline = site.at(view.acknowledge_by);
    let deadline = say!(
        site.language,
        "签收期限 {deadline}",
        "Acknowledge by {deadline}"
    );
    let tile = |state: ReceiptState, number: u32, tone: Option<&'static str>| {
        let address = with_query(&path(notice), &[("state", state.code())]);
        let name = if state == ReceiptState::All {
            Text::new("应签收", "To acknowledge")
        } else {
            state_title(state)
        };
        view! { <li data-tone=tone><a href=address><strong>{grouped(number.into())}</strong>" "{t(name)}</a></li> }
    };
    let tone = |number: u32, tone: &'static str| (number > 0).then_some(tone);
    let sending = Sending::new("receipts-errors");
    let recording = Confirmation::new("receipt-confirm");
    let again = asking.again();
    let done = Callback::new(move |()| {
        again.run(());
        told.run(());
    });
    let row_acts = {
        let site = site.clone();
        Callback::new(move |row: ReceiptRow| {
            let name = site.name(&row.body.name);
            let label = say!(
                site.language,
                "代为登记签收：{name}",
                "Record the receipt of {name}"
            );
            let recording = recording.of_row(row.body.id);
            row.may_acknowledge
                .then(|| recording.asking(RECORD, Some(label)))
        })
    };
    let row_under = {
        let site = site.clone();
        Callback::new(move |row: ReceiptRow| record(&row, &site, (sending, recording), done))
    };
    let on_page = OnPage {
        row_acts: Some(row_acts),
        row_under: Some(row_under),
        done: Some(told),
    };
    view! {
        {crumbs("/notices", Text::new("通知", "Notices"), view.number.clone())}
        {head(title, view! { <span>{view.number.clone()}</span><span>{deadline}</span> }, ())}
        {tabs(notice, Part::Receipts)}
        {view.withdrawn.then(withdrawn)}
        <ul class="tiles">
            {tile(ReceiptState::All, view.reached, None)}
            {tile(ReceiptState::Received, view.received, tone(view.received, "good"))}
            {tile(ReceiptState::Late, view.late, tone(view.late, "warn"))}
            {tile(ReceiptState::Overdue, view.overdue, tone(view.overdue, "key"))}
            {(view.earlier > 0).then(|| tile(ReceiptState::Earlier, view.earlier, Some("warn")))}
        </ul>
        {sending.summary()}
        {asking.show(bodies(notice, site), on_page)}
    }
    .into_any()
}

/// That nothing is asked for any more.
pub fn withdrawn() -> AnyView {
    let words = Text::new(
        "这份通知已撤回，不再要求签收。",
        "This notice was withdrawn; no receipt is asked for any more.",
    );
    banner("warning", t(words).to_owned())
}

/// The bodies the notice reaches; those that have not acknowledged it are reminded together.
fn bodies(notice: NoticeId, site: &Site) -> List<ReceiptRow> {
    let mut filters = vec![Filter::choice(
        "state",
        Text::new("签收情况", "State"),
        ReceiptState::ALL[1..]
            .iter()
            .map(|state| (state.code().to_owned(), t(state_title(*state)).to_owned()))
            .collect(),
    )];
    if !site.sees_one_institution() {
        filters.push(Filter::choice(
            "kind",
            Text::new("类别", "Kind"),
            BodyKind::ALL
                .map(|kind| (kind.code().to_owned(), t(kind.title()).to_owned()))
                .to_vec(),
        ));
        filters.push(Filter::choice(
            "district",
            Text::new("区", "District"),
            site.districts(),
        ));
    }
    List {
        path: path(notice),
        title: Text::new("签收", "Receipts"),
        filter: Text::new("筛选签收", "Filter receipts"),
        filters,
        search: Text::new("单位名称", "Body’s name"),
        none: Text::new("没有符合条件的单位。", "No body matches."),
        acts: vec![
            BulkAct {
                icon: IconName::Megaphone,
                title: Text::new("催办所选", "Remind the selected"),
                asks: None,
                commands: remind,
            },
            BulkAct {
                icon: IconName::Check,
                title: Text::new("登记所选签收", "Record receipt of the selected"),
                asks: Some(Question::Sure(Text::new(
                    "以您的名义记录所选单位已签收，不能撤回。",
                    "It is recorded, in your name and for good, that the bodies selected have the notice.",
                ))),
                commands: acknowledge,
            },
        ],
    }
}

fn acknowledge(receipt: &ReceiptRow, _: &Site, _: &Entered) -> Vec<Command> {
    let command = Command::Notice {
        id: receipt.notice,
        command: NoticeCommand::Acknowledge {
            body: receipt.body.id,
        },
    };
    receipt
        .may_acknowledge
        .then_some(command)
        .into_iter()
        .collect()
}

fn remind(receipt: &ReceiptRow, _: &Site, _: &Entered) -> Vec<Command> {
    let command = Command::Notice {
        id: receipt.notice,
        command: NoticeCommand::Remind {
            bodies: vec![receipt.body.id],
        },
    };
    receipt.may_remind.then_some(command).into_iter().collect()
}

const RECORD: (IconName, Text) = (IconName::Check, Text::new("登记签收", "Record receipt"));

/// Recording the receipt of a body that did not do so itself, while it is asked about.
fn record(
    receipt: &ReceiptRow,
    site: &Site,
    (sending, recording): (Sending, Confirmation),
    done: Callback<()>,
) -> Option<AnyView> {
    if !receipt.may_acknowledge {
        return None;
    }
    let (id, notice, name) = (
        receipt.body.id,
        receipt.notice,
        site.name(&receipt.body.name),
    );
    let seen = Seen::of(receipt.version);
    let acknowledge = Callback::new(move |()| {
        let command = Command::Notice {
            id: notice,
            command: NoticeCommand::Acknowledge { body: id },
        };
        sending.send_seen(Vec::new(), command, seen, move || done.run(()));
    });
    let consequence = say!(
        site.language,
        "以您的名义记录“{name}”已签收，不能撤回。",
        "It is recorded, in your name and for good, that {name} has the notice."
    );
    recording.of_row(id).asked(RECORD, consequence, acknowledge)
}
