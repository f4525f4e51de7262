//! The bodies a notice reaches: who acknowledged it and when, who is late, who was reminded.

use domain::body::BodyKind;
use domain::command::Command;
use domain::id::{BodyId, NoticeId};
use domain::jurisdiction::DistrictCode;
use domain::notice::NoticeCommand;
use domain::{Text, say};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::confirmation::Confirmation;
use super::notice::{Part, tabs};
use super::{Site, id_in_address};
use crate::api::command::send;
use crate::api::query::receipts;
use crate::api::view::{ReceiptFilter, ReceiptRow, ReceiptState, ReceiptsView};
use crate::i18n::t;
use crate::widgets::address::with_query;
use crate::widgets::figure::grouped;
use crate::widgets::filters::{Filter, filters_at};
use crate::widgets::head::{crumbs, head};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::pager::pager;
use crate::widgets::sending::Sending;
use crate::widgets::table::{Column, brief, cell, column, row, table};
use crate::widgets::tag::tag;

const fn state_title(state: ReceiptState) -> Text {
    match state {
        ReceiptState::All => Text::new("全部", "All"),
        ReceiptState::Received => Text::new("已签收", "Acknowledged"),
        ReceiptState::Late => Text::new("逾期签收", "Acknowledged late"),
        ReceiptState::Awaited => Text::new("未签收", "Not acknowledged"),
        ReceiptState::Overdue => Text::new("逾期未签收", "Overdue"),
    }
}

fn path(notice: NoticeId) -> String {
    format!("/notices/{notice}/receipts")
}

fn address(filter: &ReceiptFilter, page: u32) -> String {
    let page = if page > 1 {
        page.to_string()
    } else {
        String::new()
    };
    let pairs = [
        ("state", filter.state.code()),
        ("kind", filter.kind.map_or("", BodyKind::code)),
        (
            "district",
            filter.district.as_ref().map_or("", |district| &district.0),
        ),
        ("search", &filter.search),
        ("page", &page),
    ];
    with_query(&path(filter.notice), &pairs)
}

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(notice) = id_in_address::<NoticeId>() else {
        return missing();
    };
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| ReceiptFilter {
            notice,
            state: query
                .get("state")
                .and_then(|code| ReceiptState::from_code(&code))
                .unwrap_or_default(),
            kind: query
                .get("kind")
                .and_then(|code| BodyKind::from_code(&code)),
            district: query
                .get("district")
                .filter(|code| !code.is_empty())
                .map(DistrictCode),
            search: query.get("search").unwrap_or_default(),
            page: query
                .get("page")
                .and_then(|page| page.parse().ok())
                .unwrap_or(1),
        })
    });
    let answer = Resource::new(move || asked.get(), receipts);
    let done = Callback::new(move |()| answer.refetch());
    loaded(answer, move |view: ReceiptsView| {
        show(&view, &asked.get_untracked(), &site, done)
    })
}

fn show(view: &ReceiptsView, filter: &ReceiptFilter, site: &Site, done: Callback<()>) -> AnyView {
    let choices = vec![
        Filter::choice(
            "state",
            Text::new("签收情况", "State"),
            ReceiptState::ALL[1..]
                .iter()
                .map(|state| (state.code().to_owned(), t(state_title(*state)).to_owned()))
                .collect(),
        ),
        Filter::choice(
            "kind",
            Text::new("类别", "Kind"),
            BodyKind::ALL
                .map(|kind| (kind.code().to_owned(), t(kind.title()).to_owned()))
                .to_vec(),
        ),
        Filter::choice("district", Text::new("区", "District"), site.districts()),
    ];
    let title = site.name(&view.title);
    let deadline = site.at(view.acknowledge_by);
    let deadline = say!(
        site.language,
        "签收期限 {deadline}",
        "Acknowledge by {deadline}"
    );
    let tile = |state: ReceiptState, number: u32, tone: Option<&'static str>| {
        let address = address(
            &ReceiptFilter {
                state,
                kind: None,
                district: None,
                search: String::new(),
                ..filter.clone()
            },
            1,
        );
        let name = if state == ReceiptState::All {
            Text::new("应签收", "To acknowledge")
        } else {
            state_title(state)
        };
        view! { <li data-tone=tone><a href=address><strong>{grouped(number.into())}</strong>" "{t(name)}</a></li> }
    };
    let tone = |number: u32, tone: &'static str| (number > 0).then_some(tone);
    let paths = path(filter.notice);
    let list = {
        let filter = filter.clone();
        pager(
            view.rows.page,
            view.rows.page_size,
            view.rows.total,
            move |page| address(&filter, page),
        )
    };
    view! {
        {crumbs("/notices", Text::new("通知", "Notices"), view.number.clone())}
        {head(title, view! { <span>{view.number.clone()}</span><span>{deadline}</span> }, ())}
        {tabs(filter.notice, Part::Receipts)}
        <ul class="tiles">
            {tile(ReceiptState::All, view.reached, None)}
            {tile(ReceiptState::Received, view.received, tone(view.received, "good"))}
            {tile(ReceiptState::Late, view.late, tone(view.late, "warn"))}
            {tile(ReceiptState::Overdue, view.overdue, tone(view.overdue, "key"))}
        </ul>
        {filters_at(paths, Text::new("筛选签收", "Filter receipts"), choices, Text::new("单位名称", "Body’s name"))}
        {rows(view, filter.notice, site, done)}
        {list}
    }
    .into_any()
}

fn rows(view: &ReceiptsView, notice: NoticeId, site: &Site, done: Callback<()>) -> AnyView {
    let rows = &view.rows.rows;
    let (reminds, acknowledges) = (
        rows.iter().any(|row| row.may_remind),
        rows.iter().any(|row| row.may_acknowledge),
    );
    let chosen = RwSignal::new(Vec::<BodyId>::new());
    let sending = Sending::new("receipts-errors");
    let mut columns: Vec<Column> = Vec::new();
    if reminds {
        columns.push(column(t(Text::new("选", "Pick"))));
    }
    columns.extend([
        column(t(Text::new("单位", "Body"))),
        column(t(Text::new("区", "District"))),
        column(t(Text::new("转发", "Passed on"))),
        column(t(Text::new("签收", "Acknowledged"))),
        column(t(Text::new("催办", "Reminders"))),
    ]);
    if acknowledges {
        columns.push(column(t(Text::new("操作", "Acts"))));
    }
    let shape = Shape {
        reminds,
        acknowledges,
        recording: Confirmation::new("receipt-confirm"),
    };
    let lines = rows
        .iter()
        .map(|receipt| line(receipt, shape, notice, site, chosen, sending, done))
        .collect();
    let all: Vec<BodyId> = rows
        .iter()
        .filter(|row| row.may_remind)
        .map(|row| row.body.id)
        .collect();
    let none = t(Text::new("没有符合条件的单位。", "No body matches."));
    view! {
        {sending.summary()}
        {reminds.then(|| reminding(notice, all, chosen, sending, done))}
        {table(t(Text::new("签收", "Receipts")), &columns, lines, none)}
    }
    .into_any()
}

/// Which columns of acts the table has.
#[derive(Clone, Copy)]
struct Shape {
    reminds: bool,
    acknowledges: bool,
    recording: Confirmation,
}

fn line(
    receipt: &ReceiptRow,
    shape: Shape,
    notice: NoticeId,
    site: &Site,
    chosen: RwSignal<Vec<BodyId>>,
    sending: Sending,
    done: Callback<()>,
) -> AnyView {
    let (id, name) = (receipt.body.id, site.name(&receipt.body.name));
    let mut cells = Vec::new();
    if shape.reminds {
        let toggle = move |event: leptos::ev::Event| {
            let is_in = event_target_checked(&event);
            chosen.update(|chosen| {
                chosen.retain(|known| *known != id);
                if is_in {
                    chosen.push(id);
                }
            });
        };
        let label = say!(site.language, "选择：{name}", "Pick: {name}");
        cells.push(cell(receipt.may_remind.then(|| {
            view! {
                <input type="checkbox" name="remind" value=id.to_string() aria-label=label
                    prop:checked=move || chosen.with(|chosen| chosen.contains(&id)) on:change=toggle/>
            }
        })));
    }
    let district = receipt.district.as_ref().map(|code| site.district(code));
    let passed = receipt.passed.as_ref().map(|passed| {
        let (from, by) = (site.name(&passed.from.name), site.name(&passed.by.name));
        view! { {from}<br/><small>{by}" · "{site.at(passed.at)}</small> }
    });
    let received = match &receipt.received {
        Some(received) => {
            let late = received
                .late
                .then(|| tag("soon", IconName::Clock, t(Text::new("逾期签收", "Late"))));
            view! { {site.name(&received.by.name)}" "{late}<br/><small>{site.at(received.at)}</small> }
                .into_any()
        }
        None if receipt.overdue => tag(
            "overdue",
            IconName::Clock,
            t(Text::new("逾期未签收", "Overdue")),
        ),
        None => tag(
            "attention",
            IconName::Megaphone,
            t(Text::new("未签收", "Awaited")),
        ),
    };
    let reminders = receipt.reminders;
    let reminded = receipt.reminded_at.map(|at| {
        let count = say!(site.language, "{reminders}次", "{reminders} so far");
        view! { {count}<br/><small>{site.at(at)}</small> }
    });
    cells.extend([
        view! { <th scope="row">{site.body(&receipt.body)}<small>{t(receipt.kind.title())}</small></th> }.into_any(),
        brief(district.unwrap_or_else(|| "—".to_owned())),
        brief(passed.map_or_else(|| "—".into_any(), IntoAny::into_any)),
        brief(received),
        brief(reminded.map_or_else(|| "—".into_any(), IntoAny::into_any)),
    ]);
    if shape.acknowledges {
        let label = say!(
            site.language,
            "代为登记签收：{name}",
            "Record the receipt of {name}"
        );
        let acknowledge = Callback::new(move |()| {
            let command = Command::Notice {
                id: notice,
                command: NoticeCommand::Acknowledge { body: id },
            };
            sending.run(Vec::new(), || Box::pin(send(command)), move || done.run(()));
        });
        let consequence = say!(
            site.language,
            "以您的名义记录“{name}”已签收，不能撤回。",
            "It is recorded, in your name and for good, that {name} has the notice."
        );
        cells.push(brief(receipt.may_acknowledge.then(|| {
            let act = (IconName::Check, Text::new("登记签收", "Record receipt"));
            shape
                .recording
                .of_row(id)
                .button(act, Some(label), consequence, acknowledge)
        })));
    }
    row(cells)
}

/// Reminding those picked; all of the page at one click.
fn reminding(
    notice: NoticeId,
    all: Vec<BodyId>,
    chosen: RwSignal<Vec<BodyId>>,
    sending: Sending,
    done: Callback<()>,
) -> AnyView {
    let language = crate::i18n::language();
    let count = move || {
        let count = chosen.with(Vec::len);
        say!(
            language,
            "催办所选（{count}）",
            "Remind those picked ({count})"
        )
    };
    let remind = move |_| {
        let command = Command::Notice {
            id: notice,
            command: NoticeCommand::Remind {
                bodies: chosen.get_untracked(),
            },
        };
        sending.run(
            Vec::new(),
            || Box::pin(send(command)),
            move || {
                chosen.try_set(Vec::new());
                done.run(());
            },
        );
    };
    let pick_all = move |_| chosen.set(all.clone());
    view! {
        <div class="row">
            <button class="button" type="button" on:click=pick_all>
                <Icon name=IconName::ListChecks/>{t(Text::new("选中本页未签收的", "Pick all awaited on this page"))}
            </button>
            <button class="button" data-kind="primary" type="button" on:click=remind
                aria-busy=move || sending.is_busy().then_some("true")>
                <Icon name=IconName::Megaphone/>{count}
            </button>
            <span>{t(Text::new("每个单位每天只催办一次。", "A body is reminded once a day."))}</span>
        </div>
    }
    .into_any()
}
