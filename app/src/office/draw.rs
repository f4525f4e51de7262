//! One draw in the office: what everybody may read, and what the reader does with it.

use std::collections::BTreeMap;

use domain::assignment::ReleaseRule;
use domain::command::Command;
use domain::draw::canonical::commitment;
use domain::draw::{DrawCommand, NextRound, Phase};
use domain::id::{BodyId, DrawId, PersonId};
use domain::instant::Instant;
use domain::permission::Role;
use domain::record::{Hash, StreamKind};
use domain::{Text, say};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::draws::{TITLE, place};
use super::release_picker::ReleasePicker;
use super::{Site, id_in_address};
use crate::api::command::send;
use crate::api::draw::{assign_drawn, disclose_draw, draw};
use crate::api::query::people;
use crate::api::view::{AssignmentState, DrawView, PersonRow, VisitRow};
use crate::i18n::t;
use crate::widgets::address::with_query;
use crate::widgets::ask::{Ask, Control, empty_faults, read_day, read_number, tick};
use crate::widgets::browser;
use crate::widgets::draw_parts;
use crate::widgets::head::{banner, crumbs, head};
use crate::widgets::history::RecordOf;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::sending::{Fault, Seen, Sending, Work};

const REASON: Text = Text::new("原因", "Reason");
pub const COMMIT_HOURS: Text = Text::new("承诺时限（小时）", "Hours to commit");
pub const REVEAL_HOURS: Text = Text::new(
    "揭示时限（小时，承诺截止后）",
    "Hours to reveal, after that",
);
const PARTIES: [Text; 3] = [
    Text::new("第一方", "First party"),
    Text::new("第二方", "Second party"),
    Text::new("第三方", "Third party"),
];
const FIND_PARTY: Text = Text::new("按姓名或单位查找各方", "Find parties by name or unit");
const PARTY_IDS: [&str; 3] = ["party-1", "party-2", "party-3"];

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<DrawId>() else {
        return missing();
    };
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let page = query.with(|query| query.get("page"));
        page.and_then(|page| page.parse().ok()).unwrap_or(1_u32)
    });
    let answer = Resource::new(
        move || asked.get(),
        move |page| async move {
            let view = draw(id, page).await?;
            let people = if view.acts.organise {
                people(String::new()).await?
            } else {
                Vec::new()
            };
            Ok((view, people))
        },
    );
    let record = RecordOf::ask(StreamKind::Draw, id.0);
    let done = Callback::new(move |()| {
        answer.refetch();
        record.ask_again();
    });
    let draw = loaded(answer, move |(view, people): (DrawView, Vec<PersonRow>)| {
        show(&view, &people, &site, done)
    });
    view! { {draw}{record.show()} }.into_any()
}

fn show(draw: &DrawView, people: &[PersonRow], site: &Site, done: Callback<()>) -> AnyView {
    provide_context(Seen::of(draw.version));
    let where_ = place(site);
    let name = site.name(&draw.name);
    let address = format!("/draws/{}", draw.id);
    let roster_address = {
        let address = address.clone();
        move |page: u32| {
            format!(
                "{}#roster",
                with_query(&address, &[("page", &page.to_string())])
            )
        }
    };
    let campaign = draw.campaign.as_ref().map(|campaign| {
        let address = format!("/campaigns/{}", campaign.id);
        view! { <a href=address>{site.name(&campaign.name)}</a> }
    });
    let said = view! {
        {draw_parts::phase_tag(draw.phase, draw.sealed)}
        {campaign}
        <span>{site.at(draw.published_at)}</span>
        <a href=format!("/public/draws/{}", draw.id) rel="external">{t(Text::new("公众看到的页面", "The page everybody sees"))}</a>
    };
    let abandoned = draw.abandoned.as_ref().map(|reason| {
        let text = say!(
            site.language,
            "该抽取已作废：{reason}",
            "This draw was abandoned: {reason}"
        );
        banner("warning", text)
    });
    let calling = RwSignal::new(None::<(BodyId, String)>);
    let may_call = draw.acts.organise && draw.phase == Phase::Drawn;
    let call = {
        let site = site.clone();
        move |visit: &VisitRow| call_button(visit, may_call, &site, calling)
    };
    let id = draw.id;
    view! {
        {crumbs("/draws", TITLE, name.clone())}
        {head(name, said, ())}
        {abandoned}
        {next_act(draw, people, site, done)}
        {draw_parts::rounds(draw, &where_, call)}
        {move || calling.get().map(|(body, name)| call_form(id, body, &name, calling, done))}
        {more_acts(draw, people, site, done)}
        {draw_parts::rules(draw, &where_)}
        {draw_parts::verification(draw)}
        {draw_parts::roster(draw, &where_, roster_address)}
    }
    .into_any()
}

/// What the draw waits for, if it is the reader's to do.
fn next_act(draw: &DrawView, people: &[PersonRow], site: &Site, done: Callback<()>) -> AnyView {
    let acts = draw.acts;
    let round = u32::try_from(draw.rounds.len()).unwrap_or(u32::MAX);
    if acts.commit {
        commit_form(draw, round, site, done)
    } else if acts.reveal {
        reveal_form(draw, round, site, done)
    } else if acts.withhold {
        let title = Text::new(
            "有人逾期未履行：按公布的办法另起一轮",
            "Somebody withheld: begin another round, by the fallback",
        );
        round_form(draw, people, site, done, title, true)
    } else if acts.assign {
        assign_form(draw, site, done)
    } else if acts.disclose {
        disclose_form(draw, done)
    } else {
        ().into_any()
    }
}

/// A seed to keep, of which only the commitment is sent.
fn commit_form(draw: &DrawView, round: u32, site: &Site, done: Callback<()>) -> AnyView {
    const SEED: Text = Text::new(
        "您的种子（64位十六进制）",
        "Your seed, 64 hexadecimal digits",
    );
    let (id, rules, person) = (draw.id, draw.rules_hash.parse::<Hash>(), site.viewer.person);
    let seed = RwSignal::new(String::new());
    let sending = Sending::new("commit-errors");
    let make = move |_| {
        if let Some(made) = browser::random_hash() {
            seed.set(made.to_string());
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (mut faults, mut command) = (Vec::new(), None);
        match (parse_seed("seed", seed), rules) {
            (Ok(seed), Ok(rules)) => {
                let commitment = commitment(rules, round, person, seed);
                command = Some(DrawCommand::Commit { commitment });
            }
            (Err(fault), _) => faults.push(fault),
            (Ok(_), Err(_)) => {}
        }
        // Before it is sent: a commitment whose answer is lost may have been taken, and without its seed nobody can reveal.
        if faults.is_empty() {
            browser::keep(&seed_key(id, round, person), &seed.get_untracked());
        }
        let work = move || sent(id, command);
        sending.run(faults, work, move || done.run(()));
    };
    view! {
        <section class="card">
            <h2>{t(Text::new("轮到您：承诺一个种子", "Your turn: commit to a seed"))}</h2>
            <p>{t(Text::new(
                "生成一个种子并自己保管，揭示时要用。现在只提交它的校验值，服务器和其他各方都不知道种子本身。",
                "Make a seed and keep it: you will need it to reveal. Only its hash is sent now; neither the server nor the other parties know the seed.",
            ))}</p>
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                <p><button class="button" type="button" on:click=make><Icon name=IconName::RefreshCw/>{t(Text::new("生成种子", "Make a seed"))}</button></p>
                {Ask::line("seed", SEED, seed).hint(Text::new("请抄录或另存；本机浏览器也会记住它。", "Write it down or save it; this browser keeps it, too.")).view(sending)}
                {sending.submit(IconName::Lock, Text::new("提交承诺", "Commit"))}
            </form>
        </section>
    }
    .into_any()
}

fn reveal_form(draw: &DrawView, round: u32, site: &Site, done: Callback<()>) -> AnyView {
    const SEED: Text = Text::new("您承诺的种子", "The seed you committed to");
    let (id, rules, person) = (draw.id, draw.rules_hash.parse::<Hash>(), site.viewer.person);
    let own = draw
        .rounds
        .last()
        .and_then(|round| round.parties.iter().find(|party| party.person == person))
        .and_then(|party| party.commitment.as_ref())
        .and_then(|(hash, _)| hash.parse::<Hash>().ok());
    let seed = RwSignal::new(String::new());
    Effect::new(move |_| {
        if let Some(kept) = browser::kept(&seed_key(id, round, person)) {
            seed.set(kept);
        }
    });
    let sending = Sending::new("reveal-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (mut faults, mut command) = (Vec::new(), None);
        match parse_seed("seed", seed) {
            // What is not the seed is not shown to the server.
            Ok(seed)
                if rules.is_ok_and(|rules| own != Some(commitment(rules, round, person, seed))) =>
            {
                let text = t(Text::new(
                    "这不是您承诺的种子，请核对",
                    "This is not the seed you committed to; check it",
                ));
                faults.push(Fault {
                    field: Some("seed"),
                    text: text.to_owned(),
                });
            }
            Ok(seed) => command = Some(DrawCommand::Reveal { seed }),
            Err(fault) => faults.push(fault),
        }
        let work = move || sent(id, command);
        sending.run(faults, work, move || done.run(()));
    };
    view! {
        <section class="card">
            <h2>{t(Text::new("轮到您：揭示种子", "Your turn: reveal your seed"))}</h2>
            <p>{t(Text::new(
                "各方都已承诺。最后一方揭示后，结果随即抽出，任何人都不能再更改。",
                "Every party has committed. With the last seed the result is drawn at once, and nobody can change it any more.",
            ))}</p>
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::line("seed", SEED, seed).view(sending)}
                {sending.submit(IconName::LockOpen, Text::new("揭示种子", "Reveal"))}
            </form>
        </section>
    }
    .into_any()
}

/// Where a browser keeps a party's seed of a round: others may sign in on it, and a seed is nobody else's to see.
fn seed_key(draw: DrawId, round: u32, person: PersonId) -> String {
    format!("dubang-seed/{draw}/{round}/{person}")
}

fn parse_seed(id: &'static str, seed: RwSignal<String>) -> Result<Hash, Fault> {
    let typed: String = seed
        .get_untracked()
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect();
    typed.parse().map_err(|_| Fault {
        field: Some(id),
        text: t(Text::new(
            "种子为64位十六进制数字",
            "A seed is 64 hexadecimal digits",
        ))
        .to_owned(),
    })
}

/// Not of what was seen: the parties commit and reveal by themselves, and at once.
fn sent(id: DrawId, command: Option<DrawCommand>) -> Work {
    Box::pin(async move {
        match command {
            Some(command) => send(Command::Draw { id, command }).await,
            None => Ok(()),
        }
    })
}

/// Who may be asked for a seed: whoever is active and has a role, and does not work for an institution, which may come out of a draw itself.
fn may_be_party(person: &PersonRow, now: Instant) -> bool {
    person.active && !person.of_institution && person.grants.iter().any(|grant| grant.holds_at(now))
}

/// Of those who inspect, whoever is on the roster is refused.
fn inspects(person: &PersonRow, now: Instant) -> bool {
    let mut held = person.grants.iter().filter(|grant| grant.holds_at(now));
    held.any(|grant| matches!(grant.role, Role::GroupLeader | Role::Inspector))
}

/// People to choose from, each with words that tell them from all others: those of other units than the organiser's come first, those who
/// inspect last.
fn party_choices(
    people: &[PersonRow],
    own_unit: Option<BodyId>,
    now: Instant,
    site: &Site,
) -> Vec<(PersonId, String)> {
    let mut offered: Vec<&PersonRow> = people
        .iter()
        .filter(|person| may_be_party(person, now))
        .collect();
    let is_of_own = |person: &PersonRow| person.unit.as_ref().map(|unit| unit.id) == own_unit;
    offered.sort_by_key(|person| (inspects(person, now), is_of_own(person)));
    let words = |person: &PersonRow| {
        let unit = person.unit.as_ref().map(|unit| site.name(&unit.name));
        let unit = unit.map(|unit| format!(" · {unit}")).unwrap_or_default();
        format!("{}{unit}", site.name(&person.name))
    };
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for person in &offered {
        *counted.entry(words(person)).or_default() += 1;
    }
    let told_apart = |person: &&PersonRow| {
        let (words, name) = (words(person), &person.sign_in_name);
        let is_alone = counted.get(&words) == Some(&1);
        let words = if is_alone {
            words
        } else {
            say!(site.language, "{words}（{name}）", "{words} ({name})")
        };
        (person.id, words)
    };
    offered.iter().map(told_apart).collect()
}

/// Parties chosen in up to three controls.
#[derive(Clone, Copy)]
pub struct PartyPicker([RwSignal<String>; 3]);

impl PartyPicker {
    pub fn new(chosen: &[PersonId]) -> PartyPicker {
        let one = |index: usize| {
            RwSignal::new(
                chosen
                    .get(index)
                    .map(ToString::to_string)
                    .unwrap_or_default(),
            )
        };
        PartyPicker([one(0), one(1), one(2)])
    }

    pub fn read(self) -> Vec<PersonId> {
        self.0
            .iter()
            .filter_map(|party| party.get_untracked().parse().ok())
            .collect()
    }

    pub fn view(self, people: &[PersonRow], site: &Site, sending: Sending) -> AnyView {
        let offered = party_choices(people, site.viewer.unit, browser::now(), site);
        let all = offered.len();
        let search = RwSignal::new(String::new());
        // Of a city's accounts only those looked for, beside those chosen already.
        let ask = move |index: usize, wanted: &str| {
            let chosen = self.0[index].get_untracked();
            let fits = |(person, words): &&(PersonId, String)| {
                person.to_string() == chosen || words.to_lowercase().contains(wanted)
            };
            let choices = offered.iter().filter(fits);
            let choices = choices.map(|(person, words)| (person.to_string(), words.clone()));
            let choices = std::iter::once((String::new(), "—".to_owned())).chain(choices);
            let ask = Ask::new(
                PARTY_IDS[index],
                PARTIES[index],
                Control::Choice(choices.collect()),
                self.0[index],
            );
            let ask = if index == 2 { ask.optional() } else { ask };
            ask.view(sending)
        };
        let asks = move || {
            let wanted = search.get().trim().to_lowercase();
            view! { {ask(0, &wanted)}{ask(1, &wanted)}{ask(2, &wanted)} }
        };
        // Whoever looks for somebody does not send the form.
        let stay = move |event: leptos::ev::KeyboardEvent| {
            if event.key() == "Enter" {
                event.prevent_default();
            }
        };
        let hint = say!(
            site.language,
            "可选{all}人。各方不能同属一个单位，其他单位的人排在前面，检查员排在最后。名册上的检查员和机构人员可能被抽中，不能提供种子。",
            "{all} to choose from. The parties must not all be of one unit: people of other units come first, inspectors last. Inspectors on the roster and people of institutions may be drawn, so they give no seeds."
        );
        view! {
            <div class="stack">
                <p class="hint">{hint}</p>
                <input type="search" id="party-search" autocomplete="off" aria-label=t(FIND_PARTY) placeholder=t(FIND_PARTY)
                    prop:value=search on:keydown=stay on:input=move |event| search.set(event_target_value(&event))/>
            </div>
            {asks}
        }
        .into_any()
    }
}

/// The deadlines that so many hours from now make.
pub fn deadlines(
    commit: RwSignal<String>,
    reveal: RwSignal<String>,
) -> Result<(Instant, Instant), Fault> {
    let commit = i64::from(read_number("commit-hours", COMMIT_HOURS, commit)?);
    let reveal = i64::from(read_number("reveal-hours", REVEAL_HOURS, reveal)?);
    let commit_by = browser::now().plus_hours(commit);
    Ok((commit_by, commit_by.plus_hours(reveal)))
}

/// Another round: because somebody withheld, or because it is drawn again.
fn round_form(
    draw: &DrawView,
    people: &[PersonRow],
    site: &Site,
    done: Callback<()>,
    title: Text,
    withheld: bool,
) -> AnyView {
    let id = draw.id;
    let staying: Vec<PersonId> = draw
        .rounds
        .last()
        .iter()
        .flat_map(|round| {
            let all_committed = round.parties.iter().all(|party| party.commitment.is_some());
            round.parties.iter().filter(move |party| {
                !withheld
                    || (all_committed && party.revealed.is_some())
                    || (!all_committed && party.commitment.is_some())
            })
        })
        .map(|party| party.person)
        .collect();
    let reason = RwSignal::new(String::new());
    let [commit, reveal] = [(); 2].map(|()| RwSignal::new("24".to_owned()));
    let picker = PartyPicker::new(&staying);
    let sending = Sending::new("round-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = empty_faults(&[("round-reason", REASON, reason)]);
        let times = deadlines(commit, reveal)
            .map_err(|fault| faults.push(fault))
            .ok();
        let command = times.map(|(commit_by, reveal_by)| {
            let next = NextRound {
                parties: picker.read(),
                commit_by,
                reveal_by,
            };
            let reason = reason.get_untracked();
            if withheld {
                DrawCommand::RecordWithheld { reason, next }
            } else {
                DrawCommand::Redraw { reason, next }
            }
        });
        let command = command.map(|command| Command::Draw { id, command });
        sending.run_command(faults, command, move || done.run(()));
    };
    let fallback = withheld.then(|| {
        let fallback = &draw.rules.fallback;
        banner(
            "info",
            say!(
                site.language,
                "公布的办法：{fallback}",
                "The fallback that was published: {fallback}"
            ),
        )
    });
    view! {
        <section class="card">
            <h2>{t(title)}</h2>
            {fallback}
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::area("round-reason", REASON, reason).view(sending)}
                {picker.view(people, site, sending)}
                {Ask::new("commit-hours", COMMIT_HOURS, Control::Number, commit).view(sending)}
                {Ask::new("reveal-hours", REVEAL_HOURS, Control::Number, reveal).view(sending)}
                {sending.submit(IconName::RotateCcw, Text::new("开始新的一轮", "Begin the round"))}
            </form>
        </section>
    }
    .into_any()
}

/// Assignments of every drawn visit at once.
fn assign_form(draw: &DrawView, site: &Site, done: Callback<()>) -> AnyView {
    const DAY: Text = Text::new("检查日期", "Day of the visits");
    let id = draw.id;
    let sealed = RwSignal::new(draw.sealed);
    let must_be_sealed = draw.sealed;
    let day = RwSignal::new(browser::today(&site.jurisdiction.time_zone).to_string());
    let release = ReleasePicker::new(site, day);
    let shown = release.clone();
    let sending = Sending::new("assign-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let visit_on = read_day("visit-day", DAY, day)
            .map_err(|fault| faults.push(fault))
            .ok();
        let sealed = sealed.get_untracked();
        let rule = if sealed {
            release.read().map_err(|fault| faults.push(fault)).ok()
        } else {
            Some(ReleaseRule::ByOrganiser)
        };
        let work = move || -> Work {
            Box::pin(async move {
                match visit_on.zip(rule) {
                    Some((visit_on, rule)) => assign_drawn(id, visit_on, sealed, rule).await,
                    None => Ok(()),
                }
            })
        };
        sending.run(faults, work, move || done.run(()));
    };
    let seal = if must_be_sealed {
        banner(
            "info",
            t(Text::new(
                "该抽取是密封的：任务建立后，启封前各组都不知道。",
                "The draw is sealed: its assignments are known to no team before they are released.",
            ))
            .to_owned(),
        )
    } else {
        tick(
            "assign-sealed",
            Text::new(
                "密封：启封前各组不知道受检单位",
                "Sealed: the teams learn the bodies only on release",
            ),
            sealed,
        )
    };
    view! {
        <section class="card">
            <h2>{t(Text::new("按结果建立任务", "Make the assignments"))}</h2>
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::new("visit-day", DAY, Control::Day, day).view(sending)}
                {seal}
                {move || sealed.get().then(|| shown.view(sending))}
                {sending.submit(IconName::Plus, Text::new("建立全部任务", "Make them all"))}
            </form>
        </section>
    }
    .into_any()
}

fn disclose_form(draw: &DrawView, done: Callback<()>) -> AnyView {
    let id = draw.id;
    let sending = Sending::new("disclose-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let work = move || -> Work { Box::pin(disclose_draw(id)) };
        sending.run(Vec::new(), work, move || done.run(()));
    };
    view! {
        <section class="card">
            <h2>{t(Text::new("公开结果", "Make the result public"))}</h2>
            <p>{t(Text::new(
                "全部任务都已启封（不打招呼的均已到场）或取消。公开后，任何人都能看到种子和结果，并与先前公布的校验值核对。",
                "Every visit is released (where unannounced, begun) or cancelled. Once disclosed, everybody sees the seeds and the result and can hold them against the hash published before.",
            ))}</p>
            <form novalidate on:submit=submit>
                {sending.summary()}
                {sending.submit(IconName::LockOpen, Text::new("公开结果", "Disclose"))}
            </form>
        </section>
    }
    .into_any()
}

fn call_button(
    visit: &VisitRow,
    may_call: bool,
    site: &Site,
    calling: RwSignal<Option<(BodyId, String)>>,
) -> AnyView {
    let is_open = matches!(visit.assignment, None | Some(AssignmentState::Cancelled));
    if !may_call || !is_open {
        return ().into_any();
    }
    let (body, name) = (visit.institution.id, site.name(&visit.institution.name));
    let label = say!(site.language, "递补：{name}", "Call a reserve for {name}");
    let ask = move |_| {
        calling.set(Some((body, name.clone())));
        browser::focus_later("call-reason");
    };
    view! {
        " "<button class="button" data-kind="quiet" type="button" aria-label=label on:click=ask>{t(Text::new("递补", "Call a reserve"))}</button>
    }
    .into_any()
}

fn call_form(
    id: DrawId,
    instead_of: BodyId,
    name: &str,
    calling: RwSignal<Option<(BodyId, String)>>,
    done: Callback<()>,
) -> AnyView {
    let reason = RwSignal::new(String::new());
    let sending = Sending::new("call-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let faults = empty_faults(&[("call-reason", REASON, reason)]);
        let command = Some(DrawCommand::CallReserve {
            instead_of,
            reason: reason.get_untracked(),
        });
        let command = command.map(|command| Command::Draw { id, command });
        sending.run_command(faults, command, move || {
            calling.set(None);
            done.run(());
        });
    };
    let title = say!(
        crate::i18n::language(),
        "由候补替换 {name}",
        "A reserve stands in for {name}"
    );
    view! {
        <section class="card">
            <h2>{title}</h2>
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::area("call-reason", REASON, reason).view(sending)}
                <div class="row">
                    {sending.submit(IconName::RotateCcw, Text::new("递补", "Call the reserve"))}
                    <button class="button" type="button" on:click=move |_| calling.set(None)>{t(Text::new("不递补", "Do not"))}</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

/// What is seldom done: drawing again, abandoning.
fn more_acts(draw: &DrawView, people: &[PersonRow], site: &Site, done: Callback<()>) -> AnyView {
    if !draw.acts.organise || draw.abandoned.is_some() {
        return ().into_any();
    }
    let redraw = (draw.phase == Phase::Drawn).then(|| {
        let title = Text::new("重新抽取", "Draw again");
        view! {
            <details>
                <summary>{t(title)}</summary>
                {round_form(draw, people, site, done, title, false)}
            </details>
        }
    });
    let id = draw.id;
    let reason = RwSignal::new(String::new());
    let sending = Sending::new("abandon-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let faults = empty_faults(&[("abandon-reason", REASON, reason)]);
        let command = Some(DrawCommand::Abandon {
            reason: reason.get_untracked(),
        });
        let command = command.map(|command| Command::Draw { id, command });
        sending.run_command(faults, command, move || done.run(()));
    };
    view! {
        <section class="stack">
            <h2>{t(Text::new("其他操作", "Other acts"))}</h2>
            <p>{t(Text::new("每一轮都留在公开页面上，永久可见。", "Every round stays on the public page, for ever."))}</p>
            {redraw}
            <details>
                <summary>{t(Text::new("作废这次抽取", "Abandon the draw"))}</summary>
                <form class="stack" novalidate on:submit=submit>
                    {sending.summary()}
                    {Ask::area("abandon-reason", REASON, reason).view(sending)}
                    {sending.submit(IconName::X, Text::new("作废", "Abandon"))}
                </form>
            </details>
        </section>
    }
    .into_any()
}
