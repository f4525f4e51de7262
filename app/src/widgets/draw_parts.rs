//! A draw as anybody may read it: rules, roster, rounds, result. The public page and the office show the same parts.

use std::sync::Arc;

use domain::draw::plan::{Pairing, Quota, Stratum, WHOLE};
use domain::draw::{Phase, RoundEnd};
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use domain::{Language, Text, say};
use form::Texts;
use leptos::prelude::*;

use super::hash::{grouped, hash};
use super::head::{banner, fact};
use super::icon::IconName;
use super::pager::pager;
use super::table::{brief, cell, column, figure, number, row, table};
use super::tag::tag;
use crate::api::view::{
    DrawRow, DrawTeam, DrawView, JurisdictionView, PartyView, ResultView, RosterRow, RoundView,
    VisitRow,
};
use crate::clock::instant_text;
use crate::i18n::t;

/// Whose clock and whose districts: what a page needs to word what it shows.
#[derive(Clone)]
pub struct Place {
    pub jurisdiction: Arc<JurisdictionView>,
    pub language: Language,
}

impl Place {
    pub fn at(&self, instant: Instant) -> String {
        instant_text(instant, &self.jurisdiction.time_zone, self.language)
    }

    pub fn name(&self, texts: &Texts) -> String {
        texts.get(self.language.tag()).to_owned()
    }

    pub fn district(&self, code: &DistrictCode) -> String {
        let districts = &self.jurisdiction.districts;
        let known = districts.iter().find(|district| district.code == *code);
        known.map_or_else(|| code.0.clone(), |district| self.name(&district.name))
    }

    pub fn stratum(&self, stratum: &Stratum) -> String {
        let district = stratum.district.as_ref().map(|code| self.district(code));
        let kind = stratum.kind.map(|kind| t(kind.title()).to_owned());
        let parts: Vec<String> = district.into_iter().chain(kind).collect();
        if parts.is_empty() {
            t(Text::new("全部", "All")).to_owned()
        } else {
            parts.join(" · ")
        }
    }
}

pub fn phase_tag(phase: Phase, sealed: bool) -> AnyView {
    let (state, icon) = match phase {
        Phase::Committing => ("soon", IconName::Clock),
        Phase::Revealing => ("sending", IconName::Clock),
        Phase::Drawn if sealed => ("sealed", IconName::Lock),
        Phase::Drawn => ("received", IconName::CircleCheck),
        Phase::Abandoned => ("cancelled", IconName::X),
    };
    tag(state, icon, t(phase_text(phase, sealed)))
}

/// What a draw waits for, or how it ended.
pub const fn phase_text(phase: Phase, sealed: bool) -> Text {
    match phase {
        Phase::Committing => Text::new("待承诺", "Awaits commitments"),
        Phase::Revealing => Text::new("待揭示", "Awaits seeds"),
        Phase::Drawn if sealed => Text::new("已抽出，结果密封", "Drawn, sealed"),
        Phase::Drawn => Text::new("已抽出", "Drawn"),
        Phase::Abandoned => Text::new("已作废", "Abandoned"),
    }
}

/// How a draw stands, and whether it waits for the reader.
pub fn state(draw: &DrawRow) -> AnyView {
    let waits = draw.waits_for_viewer.then(|| {
        tag(
            "soon",
            IconName::ArrowRight,
            t(Text::new("待您办理", "Waits for you")),
        )
    });
    view! { <span class="row">{phase_tag(draw.phase, draw.sealed)}{waits}</span> }.into_any()
}

/// The list; `base` is where one of them is shown.
pub fn draw_list(draws: &[DrawRow], base: &str, place: &Place) -> AnyView {
    let columns = [
        column(t(Text::new("抽取", "Draw"))),
        column(t(Text::new("实施单位", "Authority"))),
        column(t(Text::new("公布时间", "Published"))),
        number(t(Text::new("轮次", "Round"))),
        column(t(Text::new("状态", "State"))),
    ];
    let line = |draw: &DrawRow| {
        row(vec![
            super::table::row_link(format!("{base}/{}", draw.id), place.name(&draw.name)),
            cell(place.name(&draw.authority.name)),
            brief(place.at(draw.published_at)),
            figure(draw.round),
            brief(state(draw)),
        ])
    };
    let none = t(Text::new(
        "还没有公布的抽取。",
        "No draw has been published yet.",
    ));
    let label = t(Text::new("公开抽取", "Draws"));
    table(label, &columns, draws.iter().map(line).collect(), none)
}

fn quota_text(quota: Quota, language: Language) -> String {
    match quota {
        Quota::Fixed(number) => say!(language, "每层{number}家", "{number} of each stratum"),
        Quota::Ratio(share) => {
            let percent = f64::from(share) * 100.0 / f64::from(WHOLE);
            let percent = super::points::points(percent);
            say!(
                language,
                "每层{percent}%，进位取整",
                "{percent}% of each stratum, rounded up"
            )
        }
    }
}

/// The rules, and the hash they and the roster were published under.
pub fn rules(draw: &DrawView, place: &Place) -> AnyView {
    let language = place.language;
    let rules = &draw.rules;
    let kinds: Vec<&str> = rules.kinds.iter().map(|kind| t(kind.title())).collect();
    let districts: Vec<String> = rules
        .districts
        .iter()
        .map(|code| place.district(code))
        .collect();
    let districts = if districts.is_empty() {
        t(Text::new("全辖区", "The whole jurisdiction")).to_owned()
    } else {
        districts.join(t(Text::new("、", ", ")))
    };
    let focus = rules.focus.as_ref().map(|focus| {
        let (district, factor) = (place.district(&focus.district), focus.factor);
        let text = say!(language, "{district}，{factor}倍", "{district}, × {factor}");
        fact(Text::new("重点区", "Focus district"), text)
    });
    let weighted = (rules.weighted > 0).then(|| {
        let number = rules.weighted;
        let text = say!(
            language,
            "{number}家机构另有权重（其余为1），随名录公布；同层内抽中的机会与权重成正比",
            "{number} institutions have a weight of their own, published with the roster; the others have 1. Within a stratum the chance is in proportion to it"
        );
        fact(Text::new("权重", "Weights"), text)
    });
    let (teams, each) = (rules.teams, rules.visits_per_team);
    let teams = if draw.groups.is_empty() {
        say!(
            language,
            "由{}名检查员随机组成{teams}组",
            "{teams} teams, formed by chance of {} inspectors",
            draw.inspectors
        )
    } else {
        say!(
            language,
            "{teams}个检查组，原组参加",
            "{teams} groups, as they were formed"
        )
    };
    let pairing = match rules.pairing {
        Pairing::Institutions => say!(
            language,
            "逐家派组，每组至多{each}家",
            "A team for each institution, at most {each} a team"
        ),
        Pairing::Districts => say!(
            language,
            "按区派组，每组至多{each}个区",
            "A team for each district, at most {each} a team"
        ),
    };
    let (recusals, reserves) = (draw.recusals, rules.reserves);
    let columns = [
        column(t(Text::new("分层", "Stratum"))),
        number(t(Text::new("可抽取", "Can be drawn"))),
        number(t(Text::new("抽取", "Drawn"))),
    ];
    let strata = draw.strata.iter().map(|stratum| {
        row(vec![
            view! { <th scope="row">{place.stratum(&stratum.stratum)}</th> }.into_any(),
            figure(stratum.eligible),
            figure(stratum.quota),
        ])
    });
    let strata = table(
        t(Text::new("分层和数量", "Strata and quotas")),
        &columns,
        strata.collect(),
        t(Text::new("没有分层。", "There is no stratum.")),
    );
    let exclusions = draw.exclusions.iter().map(|(body, reason)| {
        let reason = say!(place.language, "：{reason}", ": {reason}");
        view! { <li><strong>{place.name(&body.name)}</strong>{reason}</li> }
    });
    let exclusions = (!draw.exclusions.is_empty()).then(|| {
        view! {
            <h3>{t(Text::new("不参加抽取的单位", "Left out, and why"))}</h3>
            <ul>{exclusions.collect::<Vec<_>>()}</ul>
        }
    });
    view! {
        <section class="card">
            <h2>{t(Text::new("规则", "Rules"))}</h2>
            <dl class="facts">
                {fact(Text::new("机构类型", "Kinds of institutions"), kinds.join(t(Text::new("、", ", "))))}
                {fact(Text::new("范围", "Where"), districts)}
                {fact(Text::new("数量", "How many"), quota_text(rules.quota, language))}
                {focus}
                {weighted}
                {fact(Text::new("检查组", "Teams"), teams)}
                {fact(Text::new("派组", "Pairing"), pairing)}
                {fact(Text::new("回避", "Recusals"), say!(language, "{recusals}对人员与单位不得相遇", "{recusals} pairs that must not come out"))}
                {fact(Text::new("候补", "Reserves"), say!(language, "每层{reserves}家", "{reserves} of each stratum"))}
            </dl>
            <h3>{t(Text::new("有人不揭示种子时", "When a seed is withheld"))}</h3>
            <p>{rules.fallback.clone()}</p>
            {exclusions}
            {hash(t(Text::new("规则和名录的校验值 SHA-256（先于种子公布）", "Hash of rules and roster, SHA-256 (published before any seed)")).to_owned(), &draw.rules_hash)}
            {strata}
        </section>
    }
    .into_any()
}

/// A page of the roster; `address` leads to another.
pub fn roster(draw: &DrawView, place: &Place, address: impl Fn(u32) -> String) -> AnyView {
    let columns = [
        column(t(Text::new("机构", "Institution"))),
        column(t(Text::new("区", "District"))),
        column(t(Text::new("类型", "Kind"))),
        number(t(Text::new("权重", "Weight"))),
        column(t(Text::new("抽取", "Draw"))),
    ];
    let line = |one: &RosterRow| {
        let district = one.district.as_ref().map(|code| place.district(code));
        let state = if one.excluded {
            Text::new("不参加", "Left out")
        } else {
            Text::new("参加", "In")
        };
        row(vec![
            view! { <th scope="row">{place.name(&one.name)}</th> }.into_any(),
            brief(district.unwrap_or_else(|| "—".to_owned())),
            brief(t(one.kind.title())),
            figure(one.weight),
            brief(t(state)),
        ])
    };
    let page = &draw.roster;
    let label = t(Text::new("名录", "Roster"));
    view! {
        <section class="stack" id="roster">
            <h2>{label}</h2>
            {table(label, &columns, page.rows.iter().map(line).collect(), t(Text::new("这一页没有机构。", "Nothing on this page.")))}
            {pager(page.page, page.page_size, page.total, address)}
        </section>
    }
    .into_any()
}

/// The rounds, the one that counts first.
pub fn rounds(draw: &DrawView, place: &Place, acts: impl Fn(&VisitRow) -> AnyView) -> AnyView {
    let last = draw.rounds.len();
    let parts: Vec<AnyView> = draw
        .rounds
        .iter()
        .enumerate()
        .rev()
        .map(|(index, round)| one_round(draw, round, index + 1, index + 1 == last, place, &acts))
        .collect();
    parts.into_any()
}

fn one_round(
    draw: &DrawView,
    round: &RoundView,
    number: usize,
    counts: bool,
    place: &Place,
    acts: &impl Fn(&VisitRow) -> AnyView,
) -> AnyView {
    let language = place.language;
    let title = if counts && draw.rounds.len() == 1 {
        t(Text::new("承诺和揭示", "Commitments and seeds")).to_owned()
    } else {
        say!(language, "第{number}轮", "Round {number}")
    };
    let ended = round.end.as_ref().map(|end| {
        let text = match end {
            RoundEnd::Redrawn { reason } => say!(
                language,
                "本轮结果不用，已重新抽取。原因：{reason}",
                "This round does not count; it was drawn again. Reason: {reason}"
            ),
            RoundEnd::Withheld { reason, .. } => {
                let names: Vec<String> =
                    round.missing.iter().map(|name| place.name(name)).collect();
                let names = names.join(t(Text::new("、", ", ")));
                say!(
                    language,
                    "{names}逾期未履行，本轮作废，另起一轮。{reason}",
                    "{names} withheld; this round came to nothing and another began. {reason}"
                )
            }
        };
        banner("warning", text)
    });
    let columns = [
        column(t(Text::new("一方", "Party"))),
        column(t(Text::new("单位", "Unit"))),
        column(t(Text::new("承诺", "Commitment"))),
        column(t(Text::new("种子", "Seed"))),
    ];
    let line = |party: &PartyView| {
        let commitment = match &party.commitment {
            Some((hash, at)) => {
                view! { <code>{grouped(hash)}</code><br/><small>{place.at(*at)}</small> }.into_any()
            }
            None => t(Text::new("尚未承诺", "Not yet")).into_any(),
        };
        let seed = match (&party.revealed, &party.seed) {
            (Some(at), Some(seed)) => {
                view! { <code>{grouped(seed)}</code><br/><small>{place.at(*at)}</small> }.into_any()
            }
            (Some(at), None) => {
                let sealed = t(Text::new("已揭示，暂密封", "Revealed, sealed for now"));
                view! { {sealed}<br/><small>{place.at(*at)}</small> }.into_any()
            }
            (None, _) => t(Text::new("尚未揭示", "Not yet")).into_any(),
        };
        row(vec![
            view! { <th scope="row">{place.name(&party.name)}</th> }.into_any(),
            cell(place.name(&party.unit)),
            cell(commitment),
            cell(seed),
        ])
    };
    let parties = table(
        &title,
        &columns,
        round.parties.iter().map(line).collect(),
        t(Text::new("没有参加的一方。", "There is no party.")),
    );
    let (commit_by, reveal_by) = (place.at(round.commit_by), place.at(round.reveal_by));
    let deadlines = say!(
        language,
        "承诺截止 {commit_by}；揭示截止 {reveal_by}",
        "Commit by {commit_by}; reveal by {reveal_by}"
    );
    let drawn = round.drawn.as_ref().map(|drawn| {
        let at = place.at(drawn.at);
        let label = say!(
            language,
            "结果校验值 SHA-256，{at}",
            "Hash of the result, SHA-256, {at}"
        );
        let result = match &drawn.result {
            Some(result) => result_part(result, counts, place, acts),
            None => banner(
                "info",
                t(Text::new(
                    "结果已抽出并密封：任务启封前只公布其校验值，启封后公开全部种子和结果。",
                    "The result is drawn and sealed: until its visits are released only its hash is public, then every seed and the result.",
                ))
                .to_owned(),
            ),
        };
        view! { {hash(label, &drawn.result_hash)}{result} }
    });
    view! {
        <section class="stack">
            <h2>{title.clone()}</h2>
            {ended}
            <p>{deadlines}</p>
            {parties}
            {drawn}
        </section>
    }
    .into_any()
}

fn team_text(team: &DrawTeam, index: usize, place: &Place) -> String {
    let number = index + 1;
    team.name.as_ref().map_or_else(
        || say!(place.language, "第{number}组", "Team {number}"),
        |name| place.name(name),
    )
}

fn result_part(
    result: &ResultView,
    counts: bool,
    place: &Place,
    acts: &impl Fn(&VisitRow) -> AnyView,
) -> AnyView {
    let mut columns = vec![
        column(t(Text::new("受检机构", "Institution"))),
        column(t(Text::new("区", "District"))),
        column(t(Text::new("类型", "Kind"))),
        column(t(Text::new("检查组", "Team"))),
        column(t(Text::new("成员（组长在前）", "People, the leader first"))),
    ];
    let acting = counts && result.visits.iter().any(|visit| visit.assignment.is_some());
    if acting {
        columns.push(column(t(Text::new("任务", "Assignment"))));
    }
    let line = |visit: &VisitRow| {
        let index = visit.team as usize;
        let team = result.teams.get(index);
        let people: Vec<String> = team
            .iter()
            .flat_map(|team| &team.people)
            .map(|name| place.name(name))
            .collect();
        let instead = visit.instead_of.as_ref().map(|(name, reason)| {
            let name = place.name(name);
            let text = say!(
                place.language,
                "候补，替换 {name}：{reason}",
                "Reserve for {name}: {reason}"
            );
            view! { <br/><small>{text}</small> }
        });
        let act = if counts { acts(visit) } else { ().into_any() };
        let mut cells = vec![
            view! { <th scope="row">{place.name(&visit.institution.name)}{instead}{act}</th> }
                .into_any(),
            brief(
                visit
                    .district
                    .as_ref()
                    .map_or_else(|| "—".to_owned(), |code| place.district(code)),
            ),
            brief(t(visit.kind.title())),
            brief(
                team.map(|team| team_text(team, index, place))
                    .unwrap_or_default(),
            ),
            cell(people.join(t(Text::new("、", ", ")))),
        ];
        if acting {
            cells.push(brief(visit.assignment.map(super::tag::assignment_tag)));
        }
        row(cells)
    };
    let visits = table(
        t(Text::new("抽取结果", "Result")),
        &columns,
        result.visits.iter().map(line).collect(),
        t(Text::new("没有结果。", "There is no result.")),
    );
    let columns = [
        column(t(Text::new("分层", "Stratum"))),
        column(t(Text::new(
            "候补，按递补次序",
            "Reserves, in the order they are called",
        ))),
    ];
    let mut strata: Vec<(&Stratum, Vec<String>)> = Vec::new();
    for reserve in &result.reserves {
        let name = place.name(&reserve.institution.name);
        let name = if reserve.called {
            say!(place.language, "{name}（已递补）", "{name} (called)")
        } else {
            name
        };
        match strata.last_mut() {
            Some((stratum, names)) if **stratum == reserve.stratum => names.push(name),
            _ => strata.push((&reserve.stratum, vec![name])),
        }
    }
    let reserves = (!strata.is_empty()).then(|| {
        let rows = strata.iter().map(|(stratum, names)| {
            row(vec![
                view! { <th scope="row">{place.stratum(stratum)}</th> }.into_any(),
                cell(names.join(t(Text::new("、", ", ")))),
            ])
        });
        let label = t(Text::new("候补名单", "Reserve list"));
        view! { <h3>{label}</h3>{table(label, &columns, rows.collect(), "")} }
    });
    view! {
        {hash(t(Text::new("各方种子合成的总种子", "The seed that the parties' seeds make together")).to_owned(), &result.seed)}
        <h3>{t(Text::new("抽取结果", "Result"))}</h3>
        {visits}
        {reserves}
    }
    .into_any()
}

/// How anyone checks it, and where the record is.
pub fn verification(draw: &DrawView) -> AnyView {
    let address = format!("/public/draws/{}/record.json", draw.id);
    let command = format!("dubang draw verify draw-{}.json", draw.id);
    view! {
        <section class="card">
            <h2>{t(Text::new("如何核验", "How to verify"))}</h2>
            <ol>
                <li>{t(Text::new(
                    "下载抽取记录：规则、名录、承诺、种子和结果都在这一个文件里。",
                    "Download the record: rules, roster, commitments, seeds and result are in this one file.",
                ))}</li>
                <li>{t(Text::new(
                    "在任何一台装有督帮程序的电脑上运行下面的命令，不需要数据库，也不需要联网。它按公开的算法从种子重新抽取一遍，并指出第一处不符的地方。",
                    "Run this command on any computer with the program; it needs neither a database nor a network. It draws again from the seeds by the published algorithm and names the first thing that is wrong.",
                ))}</li>
            </ol>
            <pre tabindex="0"><code>{command}</code></pre>
            <p><a class="button" data-kind="primary" href=address rel="external" download>
                <super::icon::Icon name=IconName::Download/>{t(Text::new("下载抽取记录", "Download the record"))}
            </a></p>
            <p>{t(Text::new(
                "算法：以 SHA-256 计数流产生随机数，拒绝采样消除取模偏差，按权重系统抽样；各步骤和测试向量写在程序文档 domain::draw 中，可用任何语言重新实现。",
                "Algorithm: random numbers from a SHA-256 counter stream, rejection sampling without modulo bias, systematic sampling in proportion to weight. Every step and a test vector stand in the program's documentation, domain::draw, for anyone to implement again.",
            ))}</p>
        </section>
    }
    .into_any()
}
