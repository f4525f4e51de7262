//! The regulator's file beside an inspection: did the regulator know, did it act, and who signed that.

use domain::command::Command;
use domain::id::InspectionId;
use domain::regulator_file::{Assessment, Conduct, RegulatorFileCommand};
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use crate::api::view::{InspectionView, RegulatorFileView};
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, empty_faults};
use crate::widgets::body_picker::BodyPicker;
use crate::widgets::head::fact;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::sending::{Seen, Sending, Work};
use crate::widgets::tag::tag;

const CONCLUSION: Text = Text::new("结论", "Conclusion");
const ACCOUNT: Text = Text::new("评价依据", "What it rests on");

pub fn conduct_tag(conduct: Conduct) -> AnyView {
    let (state, icon) = match conduct {
        Conduct::KnewAndActed => ("closed", IconName::CircleCheck),
        Conduct::KnewAndDidNotAct => ("key", IconName::OctagonAlert),
        Conduct::DidNotKnow => ("general", IconName::TriangleAlert),
        Conduct::NotAssessed => ("local", IconName::CircleDashed),
    };
    tag(state, icon, t(conduct.title()))
}

/// Both files of the visit, side by side.
pub fn paired_files(inspection: &InspectionView, site: &Site, done: Callback<()>) -> AnyView {
    let Some(file) = &inspection.regulator_file else {
        return ().into_any();
    };
    let findings = inspection.findings.len();
    let outcome = if findings == 0 {
        tag(
            "closed",
            IconName::CircleCheck,
            t(Text::new("未发现问题", "Nothing found")),
        )
    } else {
        let words = say!(site.language, "发现{findings}个问题", "{findings} found");
        tag("key", IconName::OctagonAlert, words)
    };
    view! {
        <section class="card" data-test="institution-file">
            <h2>{t(Text::new("机构档案", "The institution’s file"))}</h2>
            <p>{site.name(&inspection.row.target.name)}" "{outcome}</p>
            <p>{t(Text::new(
                "即本检查记录：检查项目、问题与整改。",
                "This inspection: its items, its findings and their rectification.",
            ))}</p>
        </section>
        {regulator(inspection.row.id, file, site, done)}
    }
    .into_any()
}

fn regulator(
    id: InspectionId,
    file: &RegulatorFileView,
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let name = file
        .regulator
        .as_ref()
        .map_or_else(|| "—".to_owned(), |body| site.name(&body.name));
    let conduct = file
        .assessment
        .as_ref()
        .map_or(Conduct::NotAssessed, |file| {
            Conduct::of(file.knew, file.acted)
        });
    let by = |name: Text, person: &Option<crate::api::view::Named<domain::id::PersonId>>| {
        person
            .as_ref()
            .map(|person| fact(name, site.name(&person.name)))
    };
    let account = file
        .assessment
        .as_ref()
        .map(|file| fact(ACCOUNT, file.account.clone()));
    let refusal = file
        .refusal
        .clone()
        .map(|text| view! { <p class="row"><Icon name=IconName::Lock/>{text}</p> });
    let seen = Seen::of(file.version);
    let sign = file.may_sign.then(|| sign_form(id, seen, done));
    let assess = file.may_assess.then(|| {
        let title = if file.assessment.is_some() {
            Text::new("修改评价", "Change the assessment")
        } else {
            Text::new("评价监管部门", "Judge the regulator")
        };
        view! { <details><summary>{t(title)}</summary>{assess_form(id, file, site, done)}</details> }
    });
    view! {
        <section class="card" data-test="regulator-file">
            <h2>{t(Text::new("监管档案", "The regulator’s file"))}</h2>
            <p>{name}" "{conduct_tag(conduct)}</p>
            <dl class="facts">
                {account}
                {by(Text::new("评价人", "Written by"), &file.assessed_by)}
                {by(Text::new("签署人", "Signed by"), &file.signed_by)}
            </dl>
            {refusal}
            {sign}
            {assess}
        </section>
    }
    .into_any()
}

fn sign_form(id: InspectionId, seen: Seen, done: Callback<()>) -> AnyView {
    let sending = Sending::of_what_was_read("sign-errors", seen, done);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let command = Command::RegulatorFile {
            id,
            command: RegulatorFileCommand::Sign,
        };
        let work = move || -> Work { Box::pin(sending.deliver(command)) };
        sending.run(Vec::new(), work, move || done.run(()));
    };
    view! {
        <form novalidate on:submit=submit>
            {sending.summary()}
            {sending.submit(IconName::Pencil, Text::new("签署监管档案", "Sign the regulator’s file"))}
        </form>
    }
    .into_any()
}

fn assess_form(
    id: InspectionId,
    file: &RegulatorFileView,
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let proposed = file.regulator.clone();
    let account = RwSignal::new(
        file.assessment
            .as_ref()
            .map(|file| file.account.clone())
            .unwrap_or_default(),
    );
    // Nothing is concluded for whoever does not look.
    let known = file.assessment.as_ref();
    let known = known.map(|file| Conduct::of(file.knew, file.acted).code());
    let conduct = RwSignal::new(known.unwrap_or_default().to_owned());
    let picker = BodyPicker::new(
        "file-regulator",
        Text::new("其他监管部门", "Another regulator"),
    );
    let sending =
        Sending::beside("file-errors", format!("/inspections/{id}")).seeing(Seen::of(file.version));
    let conclusions = [
        Conduct::DidNotKnow,
        Conduct::KnewAndDidNotAct,
        Conduct::KnewAndActed,
    ]
    .map(|conduct| (conduct.code().to_owned(), t(conduct.title()).to_owned()));
    let none = known.is_none().then(|| {
        let choose = t(Text::new("请选择", "Choose one")).to_owned();
        (String::new(), choose)
    });
    let choices: Vec<(String, String)> = none.into_iter().chain(conclusions).collect();
    let own = proposed.as_ref().map(|body| {
        let words = t(Text::new("监管部门：", "Regulator: "));
        view! { <p>{words}<strong>{site.name(&body.name)}</strong></p> }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = empty_faults(&[
            ("file-conduct", CONCLUSION, conduct),
            ("file-account", ACCOUNT, account),
        ]);
        let other = picker.read().map_err(|fault| faults.push(fault));
        let regulator = match (other, &proposed) {
            (Ok(Some(other)), _) => Some(other),
            (Ok(None), Some(proposed)) => Some(proposed.id),
            (Ok(None), None) => {
                faults.extend(picker.require().err());
                None
            }
            (Err(()), _) => None,
        };
        let conduct = Conduct::from_code(&conduct.get_untracked());
        let work = move || -> Work {
            Box::pin(async move {
                let Some(regulator) = regulator else {
                    return Ok(());
                };
                let assessment = Assessment {
                    regulator,
                    knew: conduct != Some(Conduct::DidNotKnow),
                    acted: conduct == Some(Conduct::KnewAndActed),
                    account: account.get_untracked(),
                };
                sending
                    .deliver(Command::RegulatorFile {
                        id,
                        command: RegulatorFileCommand::Assess(assessment),
                    })
                    .await
            })
        };
        sending.run(faults, work, move || done.run(()));
    };
    let hint = Text::new(
        "看了哪些记录、问了谁：监管部门何时知道、做了什么。",
        "Papers seen and people heard: when the regulator knew, and what it did.",
    );
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            {own}
            {picker.view(sending, true)}
            {Ask::new("file-conduct", CONCLUSION, Control::Choice(choices), conduct).view(sending)}
            {Ask::area("file-account", ACCOUNT, account).hint(hint).view(sending)}
            {sending.submit(IconName::Check, Text::new("保存评价", "Record the assessment"))}
        </form>
    }
    .into_any()
}
