//! One inspection as it was handed in: sections, items, answers, points, photos, findings, and its place in the record.

use std::sync::Arc;

use domain::arrival::{Proximity, metres};
use domain::clock_offset::ClockOffset;
use domain::entrance::Verdict;
use domain::id::InspectionId;
use domain::inspection::Outcome;
use domain::remark::Remark;
use domain::signature::{Given, Signatory, Signed, is_owed_by_institution, record_hash};
use domain::visit_mode::VisitMode;
use domain::{Text, say};
use form::{Form, Instance, NodeId, QuestionKind, Section, What};
use leptos::prelude::*;

use super::clearances::team_cleared;
use super::regulator_file::paired_files;
use super::{Site, id_in_address};
use crate::api::query::inspection;
use crate::api::view::{EntranceRead, InspectionView};
use crate::clock::day_text;
use crate::i18n::{t, tr};
use crate::places;
use crate::widgets::drawn::Drawn;
use crate::widgets::finding_table::{Whose, finding_table};
use crate::widgets::head::{banner, crumbs, fact, head};
use crate::widgets::history::{checkpoint, history};
use crate::widgets::icon::IconName;
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::photos::{files_named, photos, photos_named};
use crate::widgets::points::{Graded, score};
use crate::widgets::section_title::section_title;
use crate::widgets::table::{Row, brief, cell, column, row, table};
use crate::widgets::tag::tag;

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<InspectionId>() else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| inspection(id));
    let done = Callback::new(move |()| answer.refetch());
    loaded(answer, move |view| show(&view, &site, done))
}

fn show(inspection: &InspectionView, site: &Site, done: Callback<()>) -> AnyView {
    let (row, submission) = (&inspection.row, &inspection.submission);
    let name = site.name(&row.target.name);
    let body = format!("/bodies/{}", row.target.id);
    let campaign = site.name(&row.campaign.name);
    let campaign = if site.sees_campaigns() {
        view! { <a href=format!("/campaigns/{}", row.campaign.id)>{campaign}</a> }.into_any()
    } else {
        campaign.into_any()
    };
    let checklist = format!(
        "/checklists/{}/{}",
        submission.checklist, submission.checklist_version
    );
    let present: Vec<String> = inspection
        .present
        .iter()
        .map(|person| site.name(&person.name))
        .collect();
    let recused = (!inspection.recused.is_empty()).then(|| {
        let who = inspection.recused.iter().map(|person| site.name(&person.name));
        let who = who.collect::<Vec<_>>().join(t(Text::new("、", ", ")));
        banner(
            "warning",
            say!(
                site.language,
                "{who}在检查开始前已申报与该单位有利害关系，仍到场检查，未予回避。请核实并决定是否重新检查。",
                "{who} had declared an interest in the body before the visit began, and did not keep away. Look into it, and decide whether to inspect again."
            ),
        )
    });
    let points = (row.possible > 0.0).then(|| {
        view! { <span>{t(Text::new("得分", "Score"))}" "{score(row.earned, row.possible)}</span> }
    });
    let shown = &submission.account_photos;
    let account = (!submission.account.is_empty() || !shown.is_empty()).then(|| {
        let words = (!submission.account.is_empty())
            .then(|| view! { <p>{submission.account.clone()}</p> });
        let shown = (!shown.is_empty()).then(|| photos(shown, &inspection.photos_here, site));
        view! { <section class="card" data-test="account"><h2>{t(Text::new("情况说明", "Account"))}</h2>{words}{shown}</section> }
    });
    let cleared = (!inspection.cleared.is_empty()).then(|| {
        let team = team_cleared(&inspection.cleared, site);
        fact(
            Text::new(
                "检查员健康（按开始前的采样）",
                "Clearance, by samples taken before it began",
            ),
            team,
        )
    });
    let last = inspection
        .history
        .last()
        .map(|last| checkpoint(last, site.language));
    view! {
        {crumbs("/inspections", Text::new("检查记录", "Inspections"), name.clone())}
        {head(name.clone(), view! { <span>{t(row.outcome.title())}</span>{points} }, ())}
        {recused}
        <section class="card">
            <h2>{t(Text::new("要点", "Facts"))}</h2>
            <dl class="facts">
                {fact(Text::new("受检单位", "Body visited"), view! { <a href=body>{name}</a> })}
                {fact(Text::new("督查", "Campaign"), campaign)}
                {fact(Text::new("计划日期", "Planned for"), day_text(inspection.order.visit_on, site.language))}
                {fact(Text::new("开始", "Begun"), site.at(submission.started_at))}
                {fact(Text::new("提交", "Submitted"), site.at(row.submitted_at))}
                {corrected(submission.clock_offset, site)}
                {arrived(inspection, site)}
                {entrance(inspection, site)}
                {fact(Text::new("提交人", "Submitted by"), site.name(&row.submitted_by.name))}
                {fact(Text::new("在场检查员", "Inspectors present"), present.join(t(Text::new("、", ", "))))}
                {fact(VisitMode::MADE, t(submission.mode.title()))}
                {cleared}
                {fact(Text::new("检查表", "Checklist"), view! { <a href=checklist>{tr(&inspection.definition.title)}</a> })}
            </dl>
        </section>
        {account}
        {paired_files(inspection, site, done)}
        <section class="stack">
            <h2>{t(Text::new("发现的问题", "Findings"))}</h2>
            {finding_table(&inspection.findings, Whose::One, site, Text::new("这次检查没有发现问题。", "This inspection raised no finding."))}
        </section>
        {(submission.outcome == Outcome::Completed).then(|| answers(inspection, site))}
        {signed(inspection, site)}
        <section class="stack">
            <h2>{t(Text::new("记录", "Record"))}</h2>
            {last}
            {history(&inspection.history, site)}
        </section>
    }
    .into_any()
}

/// What became of a signature.
enum Signing<'a> {
    OnTheSpot(&'a Signed),
    Afterwards(&'a Signed),
    Refused(&'a str),
    Missing,
}

/// Who signed the record, on the spot or afterwards, who would not, and who has yet to. Nothing of a visit that nobody signs.
fn signed(inspection: &InspectionView, site: &Site) -> Option<AnyView> {
    let submission = &inspection.submission;
    let on_the_spot = submission.signatures.as_ref();
    let is_signed = on_the_spot.is_some() || !inspection.signed_afterwards.is_empty();
    let is_owed = submission.outcome == Outcome::Completed;
    if !is_owed && !is_signed {
        return None;
    }
    let columns = [
        column(t(Text::new("签字方", "Party"))),
        column(t(Text::new("姓名", "Name"))),
        column(t(Text::new("签字", "Signature"))),
        column(t(Text::new("时间", "Signed"))),
    ];
    let line = |party: Text, name: String, signing: Signing<'_>| {
        let picture = |signed: &Signed| {
            let picture = [signed.picture.0.clone()];
            cell(photos_named(
                &picture,
                &inspection.photos_here,
                Some(Drawn::Signature),
            ))
        };
        let (signature, at) = match signing {
            Signing::OnTheSpot(signed) => (picture(signed), brief(site.at(signed.at))),
            Signing::Afterwards(signed) => {
                let at = site.at(signed.at);
                let how = t(Text::new(
                    "事后在本人平板上补签",
                    "On their own tablet, afterwards",
                ));
                (
                    picture(signed),
                    cell(view! { {at}<p class="hint">{how}</p> }),
                )
            }
            Signing::Refused(reason) => {
                let refused = t(Text::new("拒绝签字", "Refused to sign"));
                let refused = tag("key", IconName::CircleX, refused);
                let reason = reason.to_owned();
                (
                    cell(view! { {refused}<p>{reason}</p> }),
                    brief("—".to_owned()),
                )
            }
            Signing::Missing => {
                let missing = t(Text::new("未签字", "Not signed"));
                let missing = tag("local", IconName::CircleDashed, missing);
                (cell(missing), brief("—".to_owned()))
            }
        };
        row(vec![brief(t(party).to_owned()), cell(name), signature, at])
    };
    let inspectors = inspection.present.iter().filter_map(|person| {
        let there = on_the_spot.and_then(|all| all.inspectors.get(&person.id));
        let later = inspection.signed_afterwards.get(&person.id);
        let signing = match (there, later) {
            (Some(signed), _) => Signing::OnTheSpot(signed),
            (None, Some(signed)) => Signing::Afterwards(signed),
            (None, None) if is_owed => Signing::Missing,
            (None, None) => return None,
        };
        Some(line(
            Text::new("检查员", "Inspector"),
            site.name(&person.name),
            signing,
        ))
    });
    let institution = is_owed_by_institution(submission.outcome, submission.mode);
    let others = Signatory::ALL.into_iter().filter_map(|signatory| {
        let other = on_the_spot.and_then(|all| all.others.get(&signatory));
        let (name, signing) = match other.map(|other| (&other.name, &other.given)) {
            Some((name, Given::Signed(signed))) => (name.clone(), Signing::OnTheSpot(signed)),
            Some((name, Given::Refused { reason })) => (name.clone(), Signing::Refused(reason)),
            None if signatory == Signatory::Institution && institution => {
                (String::new(), Signing::Missing)
            }
            None => return None,
        };
        Some(line(signatory.title(), name, signing))
    });
    let rows: Vec<Row> = inspectors.chain(others).collect();
    let record = is_signed.then(|| match on_the_spot {
        Some(signatures) => signatures.record.clone(),
        None => record_hash(submission).to_string(),
    });
    let title = t(Text::new("签字", "Signatures"));
    let section = view! {
        <section class="stack" data-test="signatures">
            <h2>{title}</h2>
            {table(title, &columns, rows, "")}
            {record.map(|record| view! {
                <p class="hint">{t(Text::new("所签记录的校验值 SHA-256", "SHA-256 of the record that was signed"))}" "<code>{record}</code></p>
            })}
        </section>
    };
    Some(section.into_any())
}

/// The checklist as it was filled in, section by section.
fn answers(inspection: &InspectionView, site: &Site) -> AnyView {
    // The server compiled it before it was published; only a newer server's checklist gets here.
    let Ok(form) = Form::compile(inspection.definition.clone()).map(Arc::new) else {
        let text = t(Text::new(
            "这个版本的页面读不懂该检查表，请刷新。",
            "This page cannot read the checklist; reload it.",
        ));
        return banner("warning", text.to_owned());
    };
    let submission = &inspection.submission;
    let (instance, _) = Instance::resume_as_left(
        form.clone(),
        submission.session.clone(),
        &submission.answers,
        &submission.instances,
    );
    let points = instance.score();
    let sections: Vec<AnyView> = form
        .sections()
        .iter()
        .filter(|section| instance.section_relevant(section))
        .map(|section| {
            let name = tr(&section_title(&form, section));
            let name_of_table = name.clone();
            let earned = points
                .by_section
                .iter()
                .find(|points| points.section == section.id);
            let earned = earned
                .filter(|points| points.possible > 0.0)
                .map(|points| score(points.earned, points.possible));
            view! {
                <section class="stack">
                    <h2>{name}{earned.map(|earned| view! { " · "{earned} })}</h2>
                    {section_table(&name_of_table, section, &instance, inspection, site)}
                </section>
            }
            .into_any()
        })
        .collect();
    let graded = Graded::of(&points, form.grading());
    let result = graded.map(|graded| {
        let language = crate::i18n::language();
        view! {
            <section class="card">
                <h2>{t(Text::new("成绩", "Result"))}</h2>
                <dl class="facts" data-test="result">
                    {fact(Text::new("得分", "Score"), score(points.earned, points.possible))}
                    <div><dt>{graded.title(language)}</dt><dd>{graded.text(language)}</dd></div>
                </dl>
                {graded.note(language).map(|note| view! { <p>{note}</p> })}
            </section>
        }
    });
    (result, sections).into_any()
}

fn section_table(
    name: &str,
    section: &Section,
    instance: &Instance,
    inspection: &InspectionView,
    site: &Site,
) -> AnyView {
    let columns = [
        column(t(Text::new("编号", "Code"))),
        column(t(Text::new("项目", "Item"))),
        column(t(Text::new("回答", "Answer"))),
    ];
    let rows: Vec<Row> = instance
        .section_nodes(section)
        .into_iter()
        .filter(|node| instance.relevant(*node))
        .filter_map(|id| {
            let node = instance.form().node(instance.def(id))?;
            let code = match node.what {
                What::Question(question) if question.kind == QuestionKind::Note => return None,
                What::Question(question) => question.check.as_ref().map(|check| check.code.clone()),
                What::Calculation(_) if !node.label.is_empty() => None,
                // Which instance of a repeat the next rows are of.
                What::Repeat(_) => Some(instance.instance_position(id)?.to_string()),
                What::Group(_) | What::Calculation(_) => return None,
            };
            let label = tr(node.label);
            let item = view! { <th scope="row">{label}</th> }.into_any();
            let answered = if instance.instance_position(id).is_some() {
                ().into_any()
            } else {
                let remark = inspection.submission.remarks.get(&instance.name(id));
                let remark = remark.map(|remark| noted(remark, inspection, site));
                (answer(id, instance, inspection), remark).into_any()
            };
            Some(row(vec![
                brief(code.unwrap_or_else(|| "—".to_owned())),
                item,
                cell(answered),
            ]))
        })
        .collect();
    let none = t(Text::new(
        "这一节没有适用的项目。",
        "Nothing in this section applies.",
    ));
    table(name, &columns, rows, none)
}

/// What was noted of an item beside its answer.
fn noted(remark: &Remark, inspection: &InspectionView, site: &Site) -> AnyView {
    let label = t(Text::new("备注：", "Note: "));
    let words = (!remark.note.trim().is_empty())
        .then(|| view! { <p><strong>{label}</strong>{remark.note.clone()}</p> });
    let shown =
        (!remark.photos.is_empty()).then(|| photos(&remark.photos, &inspection.photos_here, site));
    view! { <div class="remark">{words}{shown}</div> }.into_any()
}

fn answer(id: NodeId, instance: &Instance, inspection: &InspectionView) -> AnyView {
    let words = |value: &str| {
        let choices = instance.form().choices(instance.def(id));
        let choice = choices.iter().find(|choice| choice.value == value);
        choice.map_or_else(|| value.to_owned(), |choice| tr(&choice.label))
    };
    let value = instance.answer(id);
    match &value {
        form::Value::Empty => "—".into_any(),
        form::Value::Choice(one) => {
            let mark = instance.calls_for_finding(id).then(|| {
                view! { " "<span class="tag" data-state="key">{t(Text::new("问题", "Finding"))}</span> }
            });
            view! { {words(one)}{mark} }.into_any()
        }
        form::Value::Choices(several) => {
            let several: Vec<String> = several.iter().map(|value| words(value)).collect();
            several.join(t(Text::new("、", ", "))).into_any()
        }
        form::Value::Files(hashes) => {
            let question = instance.question(id);
            let here = &inspection.photos_here;
            match question.map(|question| question.kind) {
                Some(kind) if kind != QuestionKind::Photo => files_named(hashes, here, kind),
                _ => photos_named(hashes, here, question.and_then(Drawn::asked)),
            }
        }
        form::Value::Date(day) => day
            .parse()
            .map_or_else(
                |_| day.clone(),
                |day| day_text(day, crate::i18n::language()),
            )
            .into_any(),
        form::Value::Text(text) => {
            let kind = instance.question(id).map(|question| question.kind);
            kind.and_then(|kind| drawn_place(text, kind))
                .unwrap_or_else(|| text.clone().into_any())
        }
        form::Value::Integer(number) => number.to_string().into_any(),
        // As it was typed: 12, not 12.0.
        form::Value::Decimal(number) => number.to_string().into_any(),
    }
}

/// A place in words, and how a trace or a shape lies; None of any other text.
fn drawn_place(text: &str, kind: QuestionKind) -> Option<AnyView> {
    let is_shape = match kind {
        QuestionKind::Geopoint | QuestionKind::Geotrace => false,
        QuestionKind::Geoshape => true,
        _ => return None,
    };
    let mut places = places::read(text);
    if is_shape {
        places = places::opened(places);
    }
    let language = crate::i18n::language();
    let said = places::said_of(&places, kind, language)?;
    let drawing = (places.len() > 1).then(|| {
        let (points, side) = places::sketch(&places);
        let side = metres(side, language);
        let line: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        let line = line.join(" ");
        let line = if is_shape {
            view! { <polygon points=line/> }.into_any()
        } else {
            view! { <polyline points=line/> }.into_any()
        };
        let dots = points.into_iter().map(|(x, y)| {
            view! { <circle cx=format!("{x:.1}") cy=format!("{y:.1}") r="1.5"/> }
        });
        view! {
            <figure data-test="sketch">
                <svg viewBox="0 0 100 100" aria-hidden="true">{line}{dots.collect_view()}</svg>
                <figcaption>{say!(language, "上为北，边长{side}", "North is up; {side} from side to side")}</figcaption>
            </figure>
        }
    });
    Some(view! { <div class="place"><p title=text.to_owned()>{said}</p>{drawing}</div> }.into_any())
}

/// Where the team said that it had arrived.
fn arrived(inspection: &InspectionView, site: &Site) -> AnyView {
    let label = Text::new("到达位置", "Arrived");
    let Some(arrival) = inspection.submission.arrival else {
        return fact(label, t(Text::new("未记录", "Not recorded"))).into_any();
    };
    let language = site.language;
    let (at, text) = (
        site.at(arrival.at),
        arrival.text(inspection.location, language),
    );
    let said = arrival.proximity(inspection.location).map(|proximity| {
        let (state, icon) = match proximity {
            Proximity::There => ("closed", IconName::Check),
            Proximity::Away => ("general", IconName::TriangleAlert),
            Proximity::Vague => ("local", IconName::CircleDashed),
        };
        view! { " "{tag(state, icon, t(proximity.title()))} }
    });
    let words = say!(language, "{at}，{text}", "{at}: {text}");
    fact(label, view! { {words}{said} }).into_any()
}

/// The code that was read at the entrance.
fn entrance(inspection: &InspectionView, site: &Site) -> Option<AnyView> {
    let EntranceRead { read, verdict } = inspection.entrance?;
    let (state, icon) = match verdict {
        Verdict::There => ("closed", IconName::Check),
        Verdict::Replaced { .. } | Verdict::Elsewhere => ("general", IconName::TriangleAlert),
    };
    let at = site.at(read.at);
    let words = match verdict {
        Verdict::Replaced { at: replaced } => {
            let replaced = site.at(replaced);
            say!(
                site.language,
                "{at}读取，该码已于{replaced}更换",
                "Read {at}; the code had been replaced {replaced}"
            )
        }
        Verdict::There | Verdict::Elsewhere => say!(site.language, "{at}读取", "Read {at}"),
    };
    let said = tag(state, icon, t(verdict.title()));
    Some(fact(
        super::body_entrance::TITLE,
        view! { {words}" "{said} },
    ))
}

/// Of a tablet whose clock was wrong.
fn corrected(offset: ClockOffset, site: &Site) -> Option<AnyView> {
    // To the nearest: what was heard of the server's clock is some milliseconds off.
    let nearest = |millis: u64| (offset.0.unsigned_abs() + millis / 2) / millis;
    let [seconds, minutes, hours, days] = [1_000, 60_000, 3_600_000, 86_400_000].map(nearest);
    let language = site.language;
    let how_much = match minutes {
        0 => say!(language, "{seconds}秒", "{seconds} s"),
        1..120 => say!(language, "{minutes}分钟", "{minutes} min"),
        120..2_880 => say!(language, "{hours}小时", "{hours} h"),
        _ => say!(language, "{days}天", "{days} days"),
    };
    let text = match offset.0 {
        0 => return None,
        1.. => say!(
            language,
            "提交时慢{how_much}，已按服务器时间校正",
            "Slow by {how_much} when it was submitted, and corrected to the server’s"
        ),
        _ => say!(
            language,
            "提交时快{how_much}，已按服务器时间校正",
            "Fast by {how_much} when it was submitted, and corrected to the server’s"
        ),
    };
    Some(fact(Text::new("平板时钟", "The tablet’s clock"), text))
}
