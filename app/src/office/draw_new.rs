//! Publishing a draw: what is on the roster, how many of which stratum, which teams, who gives seeds, until when.

use std::collections::{BTreeMap, BTreeSet};

use domain::body::BodyKind;
use domain::command::Command;
use domain::draw::DrawCommand;
use domain::draw::plan::{
    DrawPlan, Exclusion, Focus, Pairing, Quota, Strata, Stratum, StratumQuota, TeamRule, WHOLE,
};
use domain::id::{CampaignId, DrawId, GroupId, PersonId};
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use domain::permission::Role;
use domain::{Text, say};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Site;
use super::campaign::in_order;
use super::confirmation::Confirmation;
use super::draw::{COMMIT_HOURS, PartyPicker, REVEAL_HOURS, deadlines};
use super::draws::TITLE;
use super::terms_form::read_factor;
use crate::api::command::send;
use crate::api::draw::{draw_sizes, risk_weights};
use crate::api::query::{campaign, campaigns, people};
use crate::api::view::{CampaignRow, CampaignView, DrawSizes, PersonRow};
use crate::i18n::{language, t};
use crate::widgets::ask::{Ask, Control, read_number, tick};
use crate::widgets::body_picker::BodyPicker;
use crate::widgets::browser;
use crate::widgets::draft::Part;
use crate::widgets::head::{banner, crumbs, head};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::loaded;
use crate::widgets::sending::{Fault, Sending, Work};
use crate::widgets::table::{brief, column, row, row_link, table};
use crate::widgets::texts::{NAME, NAME_ENGLISH, typed};

const CONSEQUENCE: Text = Text::new(
    "公布后，规则和名录不能再改，任何人即刻都能看到，包括不参加的单位及其原因。请核对机构类别、地区、抽取数量、不参加的原因、各方和截止时间。",
    "Once published, rules and roster do not change, and everybody can read them at once, those left out and why among them. Check the kinds, the districts, the numbers, the reasons, the parties and the deadlines.",
);
const NEW: Text = Text::new("公布抽取", "Publish a draw");
const QUOTA: Text = Text::new(
    "每层抽取（家数，或百分比）",
    "Of each stratum (a number, or a percentage)",
);
const RESERVES: Text = Text::new("每层候补家数", "Reserves of each stratum");
const FACTOR: Text = Text::new("重点区倍数（2至10）", "Factor of the focus (2 to 10)");
const TEAMS: Text = Text::new("检查组数", "Number of teams");
const SIZE: Text = Text::new("每组人数", "People in each");
const ROOM: Text = Text::new(
    "每组至多（家，或区）",
    "At most for a team (institutions, or districts)",
);
const FALLBACK: Text = Text::new(
    "有人不揭示种子时怎么办",
    "What happens when a seed is withheld",
);
const OWN_QUOTA: Text = Text::new(
    "这一层抽取（家数，或百分比）",
    "Of this stratum (a number, or a percentage)",
);
const OWN_QUOTA_ID: &str = "own-quota";
const WHY: Text = Text::new("不参加的原因", "Why it is left out");
const FORETOLD: Text = Text::new(
    "本督查不发通知，不密封的抽取结果一经抽出即向社会公开：被抽中的单位会事先知道。",
    "The campaign is unannounced, and an open result is public as soon as it is drawn: the institutions drawn know before anybody comes.",
);
const WHY_IS_PUBLIC: Text = Text::new(
    "随规则即刻向所有人公布，受检机构也看得到：不要写出尚未通知的检查，可写“已列入本轮其他检查安排”。",
    "Published with the rules, at once and for everybody, the institution too: name no visit that is not announced; write, say, that another arrangement of this round covers it.",
);

/// What is published for good, in numbers.
fn size_text(sizes: DrawSizes) -> String {
    let DrawSizes {
        institutions,
        excluded,
        strata,
        drawn,
        inspectors,
    } = sizes;
    say!(
        language(),
        "名录有{institutions}家机构（其中{excluded}家不参加抽取）、{inspectors}名检查员；分{strata}层，共抽{drawn}家。公布后不能更改。",
        "The roster has {institutions} institutions ({excluded} of them left out) and {inspectors} inspectors; {drawn} are drawn, of {strata} strata. None of it can be changed once it is published."
    )
}

/// Without a campaign in the address the reader chooses one first: the same page, with another address.
pub fn page() -> AnyView {
    let site = Site::here();
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let id = query.with(|query| query.get("campaign"));
        id.and_then(|id| id.parse::<CampaignId>().ok())
    });
    let content = move || match asked.get() {
        None => chooser(site.clone()),
        Some(id) => for_campaign(id, site.clone()),
    };
    content.into_any()
}

fn chooser(site: Site) -> AnyView {
    let answer = Resource::new(|| (), |()| campaigns());
    loaded(answer, move |rows: Vec<CampaignRow>| choose(&rows, &site))
}

fn for_campaign(id: CampaignId, site: Site) -> AnyView {
    let answer = Resource::new(
        || (),
        move |()| async move {
            let campaign = campaign(id).await?;
            let people = people(String::new()).await?;
            Ok((campaign, people))
        },
    );
    loaded(
        answer,
        move |(campaign, people): (CampaignView, Vec<PersonRow>)| form(&campaign, &people, &site),
    )
}

fn choose(campaigns: &[CampaignRow], site: &Site) -> AnyView {
    let columns = [
        column(t(Text::new("为哪项督查抽取？", "For which campaign?"))),
        column(t(Text::new("类型", "Kind"))),
    ];
    let line = |campaign: &CampaignRow| {
        let address = format!("/draws/new?campaign={}", campaign.id);
        row(vec![
            row_link(address, site.name(&campaign.name)),
            brief(t(campaign.kind.title())),
        ])
    };
    let none = t(Text::new("请先建立督查。", "Create a campaign first."));
    view! {
        {crumbs("/draws", TITLE, t(NEW).to_owned())}
        {head(t(NEW).to_owned(), (), ())}
        {table(t(Text::new("督查", "Campaigns")), &columns, campaigns.iter().map(line).collect(), none)}
    }
    .into_any()
}

/// Boxes to tick of a set; the first has the id of the whole.
fn ticks<I: Clone + Ord + Send + Sync + ToString + 'static>(
    id: &'static str,
    legend: Text,
    choices: &[(I, String)],
    chosen: RwSignal<BTreeSet<I>>,
    sending: Sending,
) -> AnyView {
    let boxes: Vec<_> = choices
        .iter()
        .enumerate()
        .map(|(index, (value, name))| {
            let value = value.clone();
            let id_of_first = (index == 0).then_some(id);
            let (toggled, shown) = (value.clone(), value.clone());
            let toggle = move |event: leptos::ev::Event| {
                let is_in = event_target_checked(&event);
                chosen.update(|chosen| {
                    if is_in {
                        chosen.insert(toggled.clone());
                    } else {
                        chosen.remove(&toggled);
                    }
                });
            };
            view! {
                <label class="choice">
                    <input type="checkbox" id=id_of_first name=id value=value.to_string()
                        checked=chosen.with_untracked(|chosen| chosen.contains(&value))
                        prop:checked=move || chosen.with(|chosen| chosen.contains(&shown)) on:change=toggle/>
                    {name.clone()}
                </label>
            }
        })
        .collect();
    let error = move || {
        sending
            .fault(id)
            .map(|text| view! { <p class="error"><Icon name=IconName::CircleAlert/>{text}</p> })
    };
    view! {
        <fieldset class="ask">
            <legend>{t(legend)}</legend>
            {error}
            <div class="facts">{boxes}</div>
        </fieldset>
    }
    .into_any()
}

/// A kind as a value of a box.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Kind(BodyKind);

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.code())
    }
}

/// `3` is a number of each stratum, `10%` a share of it.
fn read_quota(id: &'static str, quota: RwSignal<String>) -> Result<Quota, Fault> {
    let typed = quota.get_untracked();
    let typed = typed.trim().replace('％', "%");
    let share = typed
        .strip_suffix('%')
        .and_then(|share| share.trim().parse::<f64>().ok());
    let fixed = typed.parse::<u32>().ok();
    match (share, fixed) {
        (Some(share), _) if (0.0..=1_000.0).contains(&share) => {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked above"
            )]
            let share = (share * f64::from(WHOLE) / 100.0).round() as u32;
            Ok(Quota::Ratio(share))
        }
        (None, Some(number)) => Ok(Quota::Fixed(number)),
        _ => Err(Fault {
            field: Some(id),
            text: t(Text::new(
                "写作家数（如 3）或百分比（如 10%）",
                "Write a number such as 3, or a percentage such as 10%",
            ))
            .to_owned(),
        }),
    }
}

fn chosen_districts(chosen: RwSignal<BTreeSet<String>>) -> Vec<DistrictCode> {
    let chosen = chosen.get_untracked();
    chosen.into_iter().map(DistrictCode).collect()
}

/// Quotas of strata that are drawn otherwise than the rest.
fn own_quota(
    quotas: RwSignal<Vec<(StratumQuota, String)>>,
    districts: &[(String, String)],
    by_district: RwSignal<bool>,
    by_kind: RwSignal<bool>,
    site: &Site,
    sending: Sending,
) -> AnyView {
    let [district, kind, quota] = std::array::from_fn(|_| RwSignal::new(String::new()));
    if let Some((code, _)) = districts.first() {
        district.set(code.clone());
    }
    kind.set(BodyKind::ElderCare.code().to_owned());
    let kinds: Vec<(String, String)> = BodyKind::ALL
        .into_iter()
        .filter(|kind| kind.is_institution())
        .map(|kind| (kind.code().to_owned(), t(kind.title()).to_owned()))
        .collect();
    let language = site.language;
    let wrong = RwSignal::new(None::<String>);
    let add = {
        let (districts, kinds) = (districts.to_vec(), kinds.clone());
        move |_| {
            let typed = match read_quota(OWN_QUOTA_ID, quota) {
                Ok(typed) => typed,
                Err(fault) => return wrong.set(Some(fault.text)),
            };
            wrong.set(None);
            let (code, of_kind) = (district.get_untracked(), kind.get_untracked());
            let stratum = Stratum {
                district: by_district
                    .get_untracked()
                    .then(|| DistrictCode(code.clone())),
                kind: by_kind
                    .get_untracked()
                    .then(|| BodyKind::from_code(&of_kind))
                    .flatten(),
            };
            let word = |chosen: bool, words: &[(String, String)], code: &str| {
                let found = words.iter().find(|(one, _)| one == code);
                found.filter(|_| chosen).map(|(_, word)| word.clone())
            };
            let names: Vec<String> = [
                word(stratum.district.is_some(), &districts, &code),
                word(stratum.kind.is_some(), &kinds, &of_kind),
            ]
            .into_iter()
            .flatten()
            .collect();
            let (names, much) = (names.join(" · "), quota.get_untracked());
            let line = say!(language, "{names}：{much}", "{names}: {much}");
            quotas.update(|quotas| {
                quotas.retain(|(one, _)| one.stratum != stratum);
                let own = StratumQuota {
                    stratum,
                    quota: typed,
                };
                quotas.push((own, line));
            });
            quota.set(String::new());
        }
    };
    let listed = move || {
        let line = |(own, words): (StratumQuota, String)| {
            let remove = move |_| {
                quotas.update(|quotas| quotas.retain(|(one, _)| one.stratum != own.stratum));
            };
            let title = say!(language, "删除：{words}", "Remove: {words}");
            view! {
                <li>{words}" "<button class="button" type="button" aria-label=title on:click=remove>
                    <Icon name=IconName::X/></button></li>
            }
        };
        quotas.get().into_iter().map(line).collect::<Vec<_>>()
    };
    let district_ask = {
        let districts = districts.to_vec();
        move || {
            by_district.get().then(|| {
                let choices = Control::Choice(districts.clone());
                Ask::new(
                    "own-quota-district",
                    Text::new("区", "District"),
                    choices,
                    district,
                )
                .view(sending)
            })
        }
    };
    let kind_ask = move || {
        by_kind.get().then(|| {
            let choices = Control::Choice(kinds.clone());
            Ask::new("own-quota-kind", Text::new("类型", "Kind"), choices, kind).view(sending)
        })
    };
    let error = move || {
        wrong
            .get()
            .map(|text| view! { <p class="error"><Icon name=IconName::CircleAlert/>{text}</p> })
    };
    let is_divided = move || by_district.get() || by_kind.get();
    let body = move || {
        is_divided().then(|| {
            view! {
                <details class="card">
                    <summary>{t(Text::new("个别层另定家数", "Strata with a quota of their own"))}</summary>
                    <ul>{listed}</ul>
                    {district_ask.clone()}
                    {kind_ask.clone()}
                    {Ask::line(OWN_QUOTA_ID, OWN_QUOTA, quota).optional().view(sending)}
                    {error}
                    <p><button class="button" type="button" on:click=add.clone()><Icon name=IconName::Plus/>{t(Text::new("加入", "Add"))}</button></p>
                </details>
            }
        })
    };
    // What was said of strata as they were divided before means nothing now.
    Effect::new(move |before: Option<(bool, bool)>| {
        let now = (by_district.get(), by_kind.get());
        if before.is_some_and(|before| before != now) {
            let is_divided_so = |own: &StratumQuota| {
                (own.stratum.district.is_some(), own.stratum.kind.is_some()) == now
            };
            quotas.update(|quotas| quotas.retain(|(own, _)| is_divided_so(own)));
        }
        now
    });
    body.into_any()
}

fn form(campaign: &CampaignView, people: &[PersonRow], site: &Site) -> AnyView {
    let [
        name,
        name_english,
        quota,
        reserves,
        focus,
        factor,
        teams,
        size,
        room,
        commit,
        reveal,
        pairing,
        rule,
        fallback,
        why,
    ] = std::array::from_fn(|_| RwSignal::new(String::new()));
    for (signal, value) in [
        (quota, "1"),
        (reserves, "1"),
        (factor, "2"),
        (teams, "16"),
        (size, "2"),
        (room, "10"),
        (commit, "24"),
        (reveal, "24"),
        (pairing, "institutions"),
        (rule, "groups"),
    ] {
        signal.set(value.to_owned());
    }
    // It becomes public, and cannot be changed: in both languages, whichever the organiser works in.
    let proposed = Text::new(
        "记录未履行的一方，由其余各方或替换的一方重新承诺，另起一轮；本轮记录永久公开。",
        "Who withheld is named; the others, or others in their place, commit anew in another round; this round stays public for ever.",
    );
    let both = domain::Language::ALL.map(|language| proposed.get(language));
    fallback.set(both.join("\n"));
    if let Some(focused) = &campaign.plan.terms.focus {
        focus.set(focused.district.0.clone());
        factor.set(focused.factor.to_string());
    }
    let [by_district, by_kind, weighted, sealed] = [true, true, false, true].map(RwSignal::new);
    let kinds = RwSignal::new(BTreeSet::from([Kind(BodyKind::ElderCare)]));
    let groups: Vec<(GroupId, String)> = in_order(campaign, site)
        .into_iter()
        .map(|(id, group)| (id, site.name(&group.name)))
        .collect();
    let chosen_groups = RwSignal::new(groups.iter().map(|(id, _)| *id).collect::<BTreeSet<_>>());
    if groups.is_empty() {
        rule.set("drawn".to_owned());
    }
    // None ticked is all of them, those in no district too.
    let districts_in = RwSignal::new(BTreeSet::<String>::new());
    let own_quotas = RwSignal::new(Vec::<(StratumQuota, String)>::new());
    let exclusions = RwSignal::new(Vec::<(Exclusion, String)>::new());
    let excluded = BodyPicker::new("excluded", Text::new("不参加的单位", "Leave out"));
    let picker = PartyPicker::new(&[site.viewer.person]);
    let sending = Sending::new("draw-errors").kept(&format!("draws/new/{}", campaign.id));
    for (id, box_) in [
        ("by-district", by_district),
        ("by-kind", by_kind),
        ("weighted", weighted),
        ("sealed", sealed),
    ] {
        sending.keep(id, Part::set_to(box_));
    }
    sending.keep("kinds", Part::made(kinds));
    sending.keep("districts", Part::made(districts_in));
    sending.keep("groups", Part::made(chosen_groups));
    sending.keep("own-quotas", Part::made(own_quotas));
    sending.keep("exclusions", Part::made(exclusions));
    // One that was dissolved since has no box to untick.
    let known: BTreeSet<GroupId> = groups.iter().map(|(id, _)| *id).collect();
    Effect::new(move |_| {
        if !chosen_groups.with(|chosen| chosen.is_subset(&known)) {
            chosen_groups.update(|chosen| chosen.retain(|group| known.contains(group)));
        }
    });
    let now = browser::now();
    let kind = campaign.plan.kind;
    let leads = |person: &&PersonRow| {
        person
            .grants
            .iter()
            .any(|grant| grant.holds_at(now) && grant.role == Role::GroupLeader)
    };
    let inspecting: Vec<&PersonRow> = people
        .iter()
        .filter(|person| {
            // Departments inspect what they are assigned to by name.
            let inspects = |role: Role| kind.is_by(role) && role != Role::DepartmentOfficer;
            let mut grants = person.grants.iter();
            person.active && grants.any(|grant| grant.holds_at(now) && inspects(grant.role))
        })
        .collect();
    let inspectors: Vec<PersonId> = inspecting.iter().map(|person| person.id).collect();
    let leaders: Vec<PersonId> = inspecting
        .iter()
        .copied()
        .filter(leads)
        .map(|person| person.id)
        .collect();
    let campaign_id = campaign.id;
    let left_out_wrong = RwSignal::new(None::<String>);
    let exclude = move |_| {
        let reason = why.get_untracked();
        let body = match excluded.require() {
            Ok(body) if !reason.trim().is_empty() => body,
            Ok(_) => {
                let text = t(Text::new("请填写不参加的原因", "Say why it is left out"));
                return left_out_wrong.set(Some(text.to_owned()));
            }
            Err(fault) => return left_out_wrong.set(Some(fault.text)),
        };
        left_out_wrong.set(None);
        let name = browser::value_of("excluded").unwrap_or_default();
        exclusions.update(|exclusions| {
            exclusions.retain(|(one, _)| one.institution != body);
            let exclusion = Exclusion {
                institution: body,
                reason,
            };
            exclusions.push((exclusion, name));
        });
        excluded.clear();
        why.set(String::new());
    };
    let confirming = Confirmation::new("publish-confirm");
    // Of what was asked about last: rules may be changed under the question.
    let (sizes, sizes_asked) = (RwSignal::new(None::<DrawSizes>), StoredValue::new(0_u32));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults: Vec<Fault> = Vec::new();
        let texts = typed(&name.get_untracked(), &name_english.get_untracked());
        if texts.is_empty() {
            faults.push(Fault {
                field: Some("name"),
                text: t(Text::new("请填写抽取的名称", "Give the draw a name")).to_owned(),
            });
        }
        let mut take =
            |read: Result<u32, Fault>| read.map_err(|fault| faults.push(fault)).unwrap_or(0);
        let reserves = take(read_number("reserves", RESERVES, reserves));
        let is_focused = focus.with_untracked(|focus| !focus.is_empty());
        let factor = if is_focused {
            take(read_factor("factor", FACTOR, factor))
        } else {
            0
        };
        let teams = take(read_number("teams", TEAMS, teams));
        let size = take(read_number("size", SIZE, size));
        let room = take(read_number("room", ROOM, room));
        let quota = read_quota("quota", quota)
            .map_err(|fault| faults.push(fault))
            .ok();
        let times = deadlines(commit, reveal)
            .map_err(|fault| faults.push(fault))
            .ok();
        let focus = Some(focus.get_untracked()).filter(|code| !code.is_empty());
        let plan = quota
            .zip(times)
            .map(|(quota, (commit_by, reveal_by))| DrawPlan {
                campaign: campaign_id,
                name: texts,
                kinds: kinds
                    .get_untracked()
                    .into_iter()
                    .map(|Kind(kind)| kind)
                    .collect(),
                districts: chosen_districts(districts_in),
                strata: Strata {
                    by_district: by_district.get_untracked(),
                    by_kind: by_kind.get_untracked(),
                },
                quota,
                quotas: own_quotas
                    .get_untracked()
                    .into_iter()
                    .map(|(quota, _)| quota)
                    .collect(),
                reserves,
                focus: focus.map(|code| Focus {
                    district: DistrictCode(code),
                    factor,
                }),
                weights: BTreeMap::new(),
                exclusions: exclusions
                    .get_untracked()
                    .into_iter()
                    .map(|(exclusion, _)| exclusion)
                    .collect(),
                teams: if rule.get_untracked() == "groups" {
                    TeamRule::Groups(chosen_groups.get_untracked().into_iter().collect())
                } else {
                    TeamRule::Drawn {
                        inspectors: inspectors.clone(),
                        leaders: leaders.clone(),
                        teams,
                        size,
                    }
                },
                pairing: if pairing.get_untracked() == "districts" {
                    Pairing::Districts
                } else {
                    Pairing::Institutions
                },
                visits_per_team: room,
                parties: picker.read(),
                commit_by,
                reveal_by,
                fallback: fallback.get_untracked(),
                sealed: sealed.get_untracked(),
            });
        if let Some(plan) = &plan
            && confirming.comes_first(sending, &faults, {
                // So many hours from now are other instants at every press.
                let mut plan = plan.clone();
                (plan.commit_by, plan.reveal_by) = (Instant(0), Instant(0));
                let hours = (commit.get_untracked(), reveal.get_untracked());
                format!("{plan:?} {hours:?}")
            })
        {
            let plan = plan.clone();
            sizes.set(None);
            let question = sizes_asked.with_value(|asked| asked + 1);
            sizes_asked.set_value(question);
            // Publishing says what is wrong with it, where something is.
            leptos::task::spawn_local(async move {
                let answer = draw_sizes(plan).await;
                if sizes_asked.try_get_value() == Some(question) {
                    sizes.try_set(answer.ok().flatten());
                }
            });
            return;
        }
        let id = DrawId(Uuid::now_v7());
        let work = move || -> Work {
            Box::pin(async move {
                let Some(mut plan) = plan else { return Ok(()) };
                if weighted.get_untracked() {
                    plan.weights = risk_weights(plan.kinds.clone(), plan.districts.clone()).await?;
                }
                let command = DrawCommand::Publish(Box::new(plan));
                send(Command::Draw { id, command }).await
            })
        };
        sending.run(faults, work, move || {
            browser::go_to(&format!("/draws/{id}"))
        });
    };
    let kind_choices: Vec<(Kind, String)> = BodyKind::ALL
        .into_iter()
        .filter(|kind| kind.is_institution())
        .map(|kind| (Kind(kind), t(kind.title()).to_owned()))
        .collect();
    let districts: Vec<(String, String)> = std::iter::once((
        String::new(),
        t(Text::new("没有重点区", "No focus")).to_owned(),
    ))
    .chain(site.districts())
    .collect();
    let words = |pairs: [(&str, Text); 2]| {
        pairs
            .map(|(code, text)| (code.to_owned(), t(text).to_owned()))
            .to_vec()
    };
    let rules = words([
        (
            "groups",
            Text::new(
                "督查的检查组，原组参加",
                "The campaign's groups, as they were formed",
            ),
        ),
        (
            "drawn",
            Text::new("由检查员随机组成", "Formed by chance of the inspectors"),
        ),
    ]);
    let pairings = words([
        (
            "institutions",
            Text::new("逐家派组", "A team for each institution"),
        ),
        (
            "districts",
            Text::new("按区派组，一区一组", "A team for each district"),
        ),
    ]);
    let listed = {
        let language = site.language;
        move || {
            let line = |(exclusion, name): (Exclusion, String)| {
                let Exclusion {
                    institution,
                    reason,
                } = exclusion;
                let words = say!(language, "{name}：{reason}", "{name}: {reason}");
                let title = say!(language, "删除：{words}", "Remove: {words}");
                let remove = move |_| {
                    exclusions.update(|all| all.retain(|(one, _)| one.institution != institution));
                };
                view! {
                    <li>{words}" "<button class="button" type="button" aria-label=title on:click=remove>
                        <Icon name=IconName::X/></button></li>
                }
            };
            exclusions.get().into_iter().map(line).collect::<Vec<_>>()
        }
    };
    let group_choice = {
        let groups = groups.clone();
        move || {
            if rule.get() == "groups" {
                ticks(
                    "groups",
                    Text::new("参加抽取的检查组", "Groups that are drawn"),
                    &groups,
                    chosen_groups,
                    sending,
                )
            } else {
                view! {
                    {Ask::new("teams", TEAMS, Control::Number, teams).view(sending)}
                    {Ask::new("size", SIZE, Control::Number, size).view(sending)}
                }
                .into_any()
            }
        }
    };
    let factor_ask = move || {
        let is_focused = focus.with(|focus| !focus.is_empty());
        is_focused.then(|| Ask::new("factor", FACTOR, Control::Number, factor).view(sending))
    };
    // Four noes, two directs: what is drawn openly is known to those visited before anybody goes there.
    let unannounced = campaign.plan.is_unannounced();
    let open_warning =
        move || (unannounced && !sealed.get()).then(|| banner("warning", t(FORETOLD).to_owned()));
    view! {
        {crumbs("/draws", TITLE, t(NEW).to_owned())}
        {head(t(NEW).to_owned(), site.name(&campaign.plan.name), ())}
        <p class="prose">{t(Text::new(
            "名录由系统按类型取全，不能悄悄少列；公布后规则和名录不能再改。各方承诺、揭示种子后自动抽出结果。",
            "The roster is taken whole by kind, so that nothing is left out quietly; once published, rules and roster do not change. When the parties have committed and revealed, the result follows by itself.",
        ))}</p>
        <form class="stack prose" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::line("name", NAME, name).view(sending)}
            {Ask::line("name-english", NAME_ENGLISH, name_english).optional().view(sending)}
            <h2>{t(Text::new("抽什么", "What is drawn"))}</h2>
            {ticks("kinds", Text::new("机构类型", "Kinds of institutions"), &kind_choices, kinds, sending)}
            <details class="card">
                <summary>{t(Text::new("只抽部分区（不勾选为全部）", "Some districts only (none ticked is all)"))}</summary>
                {ticks("districts", Text::new("区", "Districts"), &districts[1..], districts_in, sending)}
            </details>
            {tick("by-district", Text::new("按区分层", "A stratum for each district"), by_district)}
            {tick("by-kind", Text::new("按类型分层", "A stratum for each kind"), by_kind)}
            {Ask::line("quota", QUOTA, quota).hint(Text::new("如 3 或 10%。百分比进位取整，每层至少一家。", "Such as 3, or 10%. A percentage is rounded up: at least one of each stratum.")).view(sending)}
            {own_quota(own_quotas, &districts[1..], by_district, by_kind, site, sending)}
            {Ask::new("reserves", RESERVES, Control::Number, reserves).view(sending)}
            {Ask::new("focus", Text::new("重点区", "Focus district"), Control::Choice(districts.clone()), focus).view(sending)}
            {factor_ask}
            {tick("weighted", Text::new("按未销号问题加权：权重为1，每个未销号问题加1，重点问题加3，至多10；随名录公布", "Weigh by open findings: 1, and 1 more for each open finding, 3 for a key one, up to 10; the weights are published with the roster"), weighted)}
            <details class="card">
                <summary>{t(Text::new("不参加抽取的单位", "Leave institutions out"))}</summary>
                <ul>{listed}</ul>
                {excluded.view(sending, true)}
                {Ask::line("why", WHY, why).optional().hint(WHY_IS_PUBLIC).view(sending)}
                {move || left_out_wrong.get().map(|text| view! { <p class="error"><Icon name=IconName::CircleAlert/>{text}</p> })}
                <p><button class="button" type="button" on:click=exclude><Icon name=IconName::Plus/>{t(Text::new("加入", "Add"))}</button></p>
            </details>
            <h2>{t(Text::new("由谁检查", "Who inspects"))}</h2>
            {Ask::new("rule", Text::new("检查组", "Teams"), Control::Choice(rules), rule).view(sending)}
            {group_choice}
            {Ask::new("pairing", Text::new("派组", "Pairing"), Control::Choice(pairings), pairing).view(sending)}
            {Ask::new("room", ROOM, Control::Number, room).view(sending)}
            <h2>{t(Text::new("谁提供种子", "Who gives seeds"))}</h2>
            {picker.view(people, site, sending)}
            {Ask::new("commit-hours", COMMIT_HOURS, Control::Number, commit).view(sending)}
            {Ask::new("reveal-hours", REVEAL_HOURS, Control::Number, reveal).view(sending)}
            {Ask::area("fallback", FALLBACK, fallback).view(sending)}
            {tick("sealed", Text::new("密封：任务启封前，结果只公布校验值", "Sealed: until its visits are released, only the hash of the result is public"), sealed)}
            {open_warning}
            {move || confirming.is_open().then(|| sizes.get().map(|sizes| banner("info", size_text(sizes))))}
            {confirming.submit(sending, IconName::Send, Text::new("公布规则和名录", "Publish rules and roster"), CONSEQUENCE)}
        </form>
    }
    .into_any()
}
