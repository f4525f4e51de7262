//! One request for materials: what is asked, and with each body what it handed in, who received it and what the reviewer says.

use domain::command::Command;
use domain::id::{BodyId, MaterialId};
use domain::material::{
    Handed, ITEM_LIMIT, MaterialCommand, MaterialItem, MaterialStage, MaterialStep, material_step,
};
use domain::record::StreamKind;
use domain::{Text, say};
use leptos::prelude::*;

use super::handed_in::handed_in;
use super::notices::withdrawn_tag;
use super::reason_form::{Asked, reason_form};
use super::{Site, id_in_address};
use crate::api::query::material;
use crate::api::view::{HandedInRow, MaterialView, StandingView};
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, empty_faults, read_moment};
use crate::widgets::browser;
use crate::widgets::draft::Part;
use crate::widgets::files::{FileInput, attachments};
use crate::widgets::head::{banner, crumbs, fact, head};
use crate::widgets::history::RecordOf;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::list::Asking;
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::sending::{Seen, Sending};
use crate::widgets::tag::tag;

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<MaterialId>() else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| material(id));
    let record = RecordOf::ask(StreamKind::Material, id.0);
    let asking = Asking::<HandedInRow>::new(Some(("material", id.to_string())));
    let told = Callback::new(move |()| {
        answer.refetch();
        record.ask_again();
    });
    let again = asking.again();
    let done = Callback::new(move |()| {
        again.run(());
        told.run(());
    });
    view! {
        {loaded(answer, move |view| show(&view, &site, &asking, (told, done)))}
        {record.show()}
    }
    .into_any()
}

pub const OVERDUE: Text = Text::new("逾期未报", "Overdue");

pub fn stage_tag(stage: MaterialStage) -> AnyView {
    let (state, icon) = match stage {
        MaterialStage::Due => ("attention", IconName::Clock),
        MaterialStage::Submitted => ("sending", IconName::FileText),
        MaterialStage::Received => ("rectified", IconName::SearchCheck),
        MaterialStage::Returned => ("reopened", IconName::RotateCcw),
        MaterialStage::Accepted => ("closed", IconName::BadgeCheck),
    };
    tag(state, icon, t(stage.title()))
}

/// `told` is run after the list of bodies asked for itself again, `done` after anything else was done.
fn show(
    material: &MaterialView,
    site: &Site,
    asking: &Asking<HandedInRow>,
    (told, done): (Callback<()>, Callback<()>),
) -> AnyView {
    // What one body does with it is nothing to the others: of one act, only what was done with the same body is told.
    provide_context(Seen::of(material.version));
    let request = &material.request;
    let title = site.name(&request.title);
    let items: Vec<_> = (1_u32..)
        .zip(&request.items)
        .map(|(number, item)| {
            let mark = (!item.required).then(|| {
                view! { " "<span class="optional">{t(Text::new("选报", "optional"))}</span> }
            });
            view! { <li>{number}". "{site.name(&item.name)}{mark}</li> }
        })
        .collect();
    let notice = material.notice.as_ref().map(|notice| {
        let withdrawn = notice.withdrawn.then(withdrawn_tag);
        let link = view! { <a href=format!("/notices/{}", notice.id)>{notice.number.clone()}</a>" "{withdrawn} };
        fact(Text::new("依据的通知", "Goes with the notice"), link)
    });
    let talk = material.talk.as_ref().zip(request.talk).map(|(title, id)| {
        let link = view! { <a href=format!("/talks/{id}")>{site.name(title)}</a> };
        fact(Text::new("约谈", "Goes with the talk"), link)
    });
    let by = material
        .requested_by
        .as_ref()
        .map(|person| fact(Text::new("经办人", "Asked by"), site.name(&person.name)));
    let note = (!request.note.is_empty()).then(|| view! { <p>{request.note.clone()}</p> });
    // One form of a kind on a page: that of the body that was opened.
    let opened = RwSignal::new(only_to_do(material));
    let extending = RwSignal::new(None);
    let standings: Vec<AnyView> = material
        .standings
        .iter()
        .map(|standing| one(material, standing, [opened, extending], site, done))
        .collect();
    // One body stands below by itself.
    let several = material.standings.len() > 1;
    let withdrawn = material.withdrawn.as_ref().map(|withdrawn| {
        let (by, at) = (site.name(&withdrawn.by.name), site.at(withdrawn.at));
        let reason = &withdrawn.reason;
        let words = say!(
            site.language,
            "{by}已于{at}撤回这项调阅，不再要求报送。原因：{reason}",
            "{by} withdrew this request on {at}; nothing is to be handed in any more. Reason: {reason}"
        );
        banner("warning", words)
    });
    let change = material
        .may_review
        .then(|| view! { {all_form(material, site, done)}{withdraw_form(material.id, done)} });
    let bodies = several.then(|| handed_in(material.id, asking, told));
    view! {
        {crumbs("/talks/materials", Text::new("调阅材料", "Materials"), title.clone())}
        {head(title, (), ())}
        {withdrawn}
        <section class="card">
            <h2>{t(Text::new("调阅内容", "What is asked"))}</h2>
            <dl class="facts">
                {fact(Text::new("调阅单位", "In the name of"), site.body(&material.authority))}
                {fact(Text::new("发出", "Asked"), site.at(material.requested_at))}
                {fact(Text::new("报送期限", "To be handed in by"), site.at(request.due))}
                {by}{notice}{talk}
            </dl>
            <ol class="prose">{items}</ol>
            {note}
        </section>
        {change}
        {bodies}
        {standings}
    }
    .into_any()
}

/// The body whose form stands open from the first: the only one with something to do for the reader.
fn only_to_do(material: &MaterialView) -> Option<BodyId> {
    let mut to_do = material
        .standings
        .iter()
        .filter(|standing| has_act(material, standing));
    match (to_do.next(), to_do.next()) {
        (Some(one), None) => Some(one.body.id),
        _ => None,
    }
}

fn has_act(material: &MaterialView, standing: &StandingView) -> bool {
    standing.may_submit
        || (material.may_review
            && matches!(
                standing.stage,
                MaterialStage::Submitted | MaterialStage::Received
            ))
}

fn one(
    material: &MaterialView,
    standing: &StandingView,
    [opened, extending]: [RwSignal<Option<BodyId>>; 2],
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let body = standing.body.id;
    let name = site.name(&standing.body.name);
    let overdue = standing
        .overdue
        .then(|| tag("overdue", IconName::Clock, t(OVERDUE)));
    let due = site.at(standing.due);
    let due = say!(site.language, "期限 {due}", "due {due}");
    // Nothing is owed any more once the request is withdrawn.
    let stands = if material.withdrawn.is_some() && standing.submitted.is_none() {
        withdrawn_tag()
    } else {
        view! { {stage_tag(standing.stage)}{overdue}<span>{due}</span> }.into_any()
    };
    let when = |words: Text,
                act: &Option<(
        crate::api::view::Named<domain::id::PersonId>,
        domain::instant::Instant,
    )>| {
        act.as_ref().map(|(by, at)| {
            let who = format!("{} · {}", site.name(&by.name), site.at(*at));
            fact(words, who)
        })
    };
    let returns = standing.returns;
    let returned = (returns > 0).then(|| {
        let words = say!(site.language, "{returns}次", "{returns} times");
        fact(Text::new("退回", "Returned"), words)
    });
    let opinion = (!standing.opinion.is_empty()).then(|| {
        view! { <p><strong>{t(Text::new("审阅意见：", "Opinion: "))}</strong>{standing.opinion.clone()}</p> }
    });
    let note = (!standing.note.is_empty()).then(|| {
        view! { <p><strong>{t(Text::new("报送说明：", "Note: "))}</strong>{standing.note.clone()}</p> }
    });
    let files: Vec<_> = material
        .request
        .items
        .iter()
        .zip(&standing.files)
        .filter(|(_, files)| !files.is_empty())
        .map(|(item, files)| view! { <h3>{site.name(&item.name)}</h3>{attachments(files)} })
        .collect();
    let has_act = has_act(material, standing);
    let open = move || {
        (has_act && opened.get() != Some(body)).then(|| {
            let label = say!(crate::i18n::language(), "办理：{name}", "Deal with {name}");
            view! {
                <p><button class="button" data-kind="primary" type="button" aria-label=label on:click=move |_| opened.set(Some(body))>
                    <Icon name=IconName::ArrowRight/>{t(Text::new("办理", "Deal with it"))}
                </button></p>
            }
        })
    };
    let longer = extends(material, standing).then(|| {
        let (material, standing, site) = (material.clone(), standing.clone(), site.clone());
        // One such form on a page, too.
        let ask = {
            let name = site.name(&standing.body.name);
            move || {
                let label = say!(
                    crate::i18n::language(),
                    "延长报送期限：{name}",
                    "Give {name} more time"
                );
                view! {
                    <p><button class="button" type="button" aria-label=label on:click=move |_| {
                        extending.set(Some(body));
                        browser::focus_later("extend-due");
                    }>
                        <Icon name=IconName::Clock/>{t(Text::new("延长期限", "Give more time"))}
                    </button></p>
                }
            }
        };
        move || {
            if extending.get() == Some(body) {
                extend_form(&material, &standing, extending, &site, done)
            } else {
                ask().into_any()
            }
        }
    });
    let form = {
        let (material, standing, site) = (material.clone(), standing.clone(), site.clone());
        move || {
            (has_act && opened.get() == Some(body)).then(|| {
                if standing.may_submit && standing.stage != MaterialStage::Received {
                    submit_form(&material, &standing, &site, done)
                } else {
                    review_form(&material, &standing, &site, done)
                }
            })
        }
    };
    view! {
        <section class="card">
            <h2>{site.body(&standing.body)}</h2>
            <p class="row">{stands}</p>
            <dl class="facts">
                {when(Text::new("报送", "Handed in"), &standing.submitted)}
                {when(Text::new("签收", "Received"), &standing.received)}
                {when(Text::new("审阅", "Reviewed"), &standing.reviewed)}
                {returned}
            </dl>
            {files}
            {note}
            {opinion}
            {open}
            {form}
            {longer}
        </section>
    }
    .into_any()
}

/// The items' ids: static, as the controls take them, and one for every item a request can have.
const ITEM_IDS: [&str; ITEM_LIMIT] = [
    "item-1", "item-2", "item-3", "item-4", "item-5", "item-6", "item-7", "item-8", "item-9",
    "item-10", "item-11", "item-12", "item-13", "item-14", "item-15", "item-16", "item-17",
    "item-18", "item-19", "item-20", "item-21", "item-22", "item-23", "item-24", "item-25",
    "item-26", "item-27", "item-28", "item-29", "item-30", "item-31", "item-32", "item-33",
    "item-34", "item-35", "item-36", "item-37", "item-38", "item-39", "item-40", "item-41",
    "item-42", "item-43", "item-44", "item-45", "item-46", "item-47", "item-48", "item-49",
    "item-50",
];

/// Each item with its number, from 1, and the id of its control.
fn numbered(items: &[MaterialItem]) -> impl Iterator<Item = (u32, &'static str, &MaterialItem)> {
    let ids = (1..).zip(ITEM_IDS);
    ids.zip(items)
        .map(|((number, id), item)| (number, id, item))
}

fn submit_form(
    material: &MaterialView,
    standing: &StandingView,
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let (id, body) = (material.id, standing.body.id);
    let sending =
        Sending::new("submit-errors").kept(&format!("talks/materials/{id}/{body}/submit"));
    let note = RwSignal::new(String::new());
    let label = Text::new("文件", "Files");
    let inputs: Vec<(u32, FileInput, String, bool)> = numbered(&material.request.items)
        .map(|(number, item_id, item)| {
            let input = FileInput::new(item_id, label);
            (number, input, site.name(&item.name), item.required)
        })
        .collect();
    let given: Vec<(u32, FileInput)> = inputs
        .iter()
        .map(|(number, input, _, _)| (*number, *input))
        .collect();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let handed: Vec<Handed> = given
            .iter()
            .map(|(item, input)| Handed {
                item: *item,
                files: input.taken(),
            })
            .filter(|handed| !handed.files.is_empty())
            .collect();
        let command = Command::Material {
            id,
            command: MaterialCommand::Submit {
                body,
                handed,
                note: note.get_untracked(),
            },
        };
        sending.run_command(Vec::new(), Some(command), move || done.run(()));
    };
    let asks: Vec<_> = inputs
        .into_iter()
        .map(|(number, input, name, required)| {
            view! { <h3>{number}". "{name}</h3>{input.view(sending, !required)} }
        })
        .collect();
    let act = if standing.stage == MaterialStage::Submitted {
        Text::new("替换已报送的材料", "Replace what was handed in")
    } else {
        Text::new("报送材料", "Hand it in")
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            {asks}
            {Ask::area("submit-note", Text::new("说明", "Note"), note).optional().view(sending)}
            {sending.submit(IconName::Send, act)}
        </form>
    }
    .into_any()
}

/// Whether whoever asked may give the body more time.
fn extends(material: &MaterialView, standing: &StandingView) -> bool {
    material.may_review && material_step(MaterialStep::Extend, standing.stage).is_some()
}

fn extend_form(
    material: &MaterialView,
    standing: &StandingView,
    extending: RwSignal<Option<BodyId>>,
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    const DUE: Text = Text::new("新的报送期限", "To be handed in by");
    const REASON: Text = Text::new("延长的原因", "Why there is more time");
    let (id, body) = (material.id, standing.body.id);
    let [due, reason] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let sending = Sending::beside("extend-errors", format!("/talks/materials/{id}"))
        .kept(&format!("talks/materials/{id}/{body}/extend"));
    let zone = site.jurisdiction.time_zone.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let until = read_moment("extend-due", DUE, due, &zone).map_err(|fault| faults.push(fault));
        faults.extend(empty_faults(&[("extend-reason", REASON, reason)]));
        let command = until.ok().map(|due| Command::Material {
            id,
            command: MaterialCommand::Extend {
                body,
                due,
                reason: reason.get_untracked(),
            },
        });
        sending.run_command(faults, command, move || {
            extending.try_set(None);
            done.run(());
        });
    };
    let now = site.at(standing.due);
    let title = say!(
        site.language,
        "延长报送期限（现为{now}）",
        "More time to hand it in (now {now})"
    );
    view! {
        <form class="stack" novalidate on:submit=submit>
            <h3>{title}</h3>
            {sending.summary()}
            {Ask::new("extend-due", DUE, Control::Moment, due)
                .hint(Text::new("须晚于现有期限。", "After the deadline there is."))
                .view(sending)}
            {Ask::area("extend-reason", REASON, reason).view(sending)}
            <div class="row">
                {sending.submit(IconName::Clock, Text::new("延长期限", "Give more time"))}
                <button class="button" type="button" on:click=move |_| extending.set(None)>{t(Text::new("返回", "Back"))}</button>
            </div>
        </form>
    }
    .into_any()
}

/// More time for everybody who has to hand in; None where nobody has, and where the one who has is given more time below its materials.
fn all_form(material: &MaterialView, site: &Site, done: Callback<()>) -> Option<AnyView> {
    const DUE: Text = Text::new("新的报送期限", "To be handed in by");
    const REASON: Text = Text::new("延长的原因", "Why there is more time");
    let open = material
        .standings
        .iter()
        .filter(|standing| extends(material, standing));
    if open.count() < 2 {
        return None;
    }
    let id = material.id;
    let [due, reason] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let sending = Sending::beside("all-errors", format!("/talks/materials/{id}"))
        .named(&[("due", "all-due"), ("reason", "all-reason")])
        .kept(&format!("talks/materials/{id}/extend"));
    let zone = site.jurisdiction.time_zone.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let until = read_moment("all-due", DUE, due, &zone).map_err(|fault| faults.push(fault));
        faults.extend(empty_faults(&[("all-reason", REASON, reason)]));
        let command = until.ok().map(|due| Command::Material {
            id,
            command: MaterialCommand::ExtendAll {
                due,
                reason: reason.get_untracked(),
            },
        });
        sending.run_command(faults, command, move || done.run(()));
    };
    Some(
        view! {
            <details class="card">
                <summary>{t(Text::new("统一延长报送期限", "More time for all"))}</summary>
                <form class="stack prose" novalidate on:submit=submit>
                    {sending.summary()}
                    {Ask::new("all-due", DUE, Control::Moment, due)
                        .hint(Text::new(
                            "尚未报送和被退回的单位中，期限早于此的都延至此时，并会得知。",
                            "Everybody who has yet to hand in, and had until before that, has until then, and is told.",
                        ))
                        .view(sending)}
                    {Ask::area("all-reason", REASON, reason).view(sending)}
                    {sending.submit(IconName::Clock, Text::new("统一延长", "Give all more time"))}
                </form>
            </details>
        }
        .into_any(),
    )
}

fn withdraw_form(id: MaterialId, done: Callback<()>) -> AnyView {
    let asked = Asked {
        form: "withdraw-errors",
        field: "withdraw-reason",
        title: Text::new("撤回调阅", "Withdraw the request"),
        consequence: Text::new(
            "被调阅的单位都会得知，不再要求报送；已报送的材料保留。撤回后不能恢复。",
            "Everybody asked is told, and nothing is to be handed in any more. What was handed in stays. It is not undone.",
        ),
    };
    let command = move |reason| Command::Material {
        id,
        command: MaterialCommand::Withdraw { reason },
    };
    reason_form(
        asked,
        &format!("talks/materials/{id}/withdraw"),
        command,
        done,
    )
}

pub const OPINION: Text = Text::new("审阅意见", "Opinion");
const AGAIN_BY: Text = Text::new(
    "退回时：重新报送期限",
    "If it is returned: to be handed in again by",
);

/// The outcomes of a review.
const ACCEPT: &str = "accept";
const RETURN: &str = "return";

fn review_form(
    material: &MaterialView,
    standing: &StandingView,
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let (id, body) = (material.id, standing.body.id);
    let sending = Sending::new("review-errors").kept(&format!(
        "talks/materials/{id}/{body}/review/{}",
        standing.returns
    ));
    if standing.stage == MaterialStage::Submitted {
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            let command = Command::Material {
                id,
                command: MaterialCommand::Receive { body },
            };
            sending.run_command(Vec::new(), Some(command), move || done.run(()));
        };
        return view! {
            <form class="stack" on:submit=submit>
                {sending.summary()}
                {sending.submit(IconName::Check, Text::new("签收材料", "Receive it"))}
            </form>
        }
        .into_any();
    }
    let returns = standing.returns;
    let [opinion, due] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let outcome = RwSignal::new(ACCEPT.to_owned());
    sending.keep("review-outcome", Part::Setting(outcome));
    let zone = site.jurisdiction.time_zone.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = empty_faults(&[("review-opinion", OPINION, opinion)]);
        let words = opinion.get_untracked();
        let command = if outcome.get_untracked() == ACCEPT {
            Some(MaterialCommand::Accept {
                body,
                returns,
                opinion: words,
            })
        } else {
            read_moment("review-due", AGAIN_BY, due, &zone)
                .map_err(|fault| faults.push(fault))
                .ok()
                .map(|due| MaterialCommand::Return {
                    body,
                    returns,
                    opinion: words,
                    due,
                })
        };
        let command = command.map(|command| Command::Material { id, command });
        sending.run_command(faults, command, move || done.run(()));
    };
    let choice = move |code: &'static str, text: Text| {
        view! {
            <label class="choice">
                <input type="radio" name="review-outcome" value=code prop:checked=move || outcome.get() == code
                    on:change=move |_| outcome.set(code.to_owned())/>
                {t(text)}
            </label>
        }
    };
    let again = move || {
        (outcome.get() == RETURN)
            .then(|| Ask::new("review-due", AGAIN_BY, Control::Moment, due).view(sending))
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            <fieldset class="ask">
                <legend>{t(Text::new("审阅结论", "Outcome"))}</legend>
                {choice(ACCEPT, Text::new("通过", "Accept"))}
                {choice(RETURN, Text::new("退回补充", "Return"))}
            </fieldset>
            {Ask::area("review-opinion", OPINION, opinion).view(sending)}
            {again}
            {sending.submit(IconName::SearchCheck, Text::new("提交审阅", "Submit the review"))}
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Given a request of as many items as there can be, then every one has a control of its own, in its place.
    #[test]
    fn every_item_is_handed_in_by_itself() {
        let item = |number: usize| MaterialItem {
            name: form::Texts::both(format!("材料{number}"), format!("Item {number}")),
            required: true,
        };
        let items: Vec<MaterialItem> = (1..=ITEM_LIMIT).map(item).collect();
        let asked: Vec<_> = numbered(&items).collect();
        assert_eq!(asked.len(), ITEM_LIMIT);
        let ids: BTreeSet<&str> = asked.iter().map(|(_, id, _)| *id).collect();
        assert_eq!(ids.len(), ITEM_LIMIT);
        for (number, id, item) in asked {
            assert_eq!(id, format!("item-{number}"));
            assert_eq!(item.name.get("en"), format!("Item {number}"));
        }
    }
}
