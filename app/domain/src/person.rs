//! People: the unit they belong to and the grants they hold. Passwords and sessions are not facts of supervision and
//! never enter the log; that one person set another's password is one, and does.

use form::Texts;
use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::facts::Context;
use crate::id::{BodyId, PersonId};
use crate::instant::Instant;
use crate::jurisdiction::check_texts;
use crate::permission::{Act, Grant, Place, Role, Scope, permit};
use crate::projection::directory::Directory;
use crate::wording::{NAME_LIMIT, WordingRefusal};
use crate::{Language, Text, say};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Registration {
    pub name: Texts,
    /// The body the person works for; decides who counts as another unit. None for the first administrator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<BodyId>,
    /// The name typed at sign-in.
    pub sign_in_name: String,
    pub grants: Vec<Grant>,
}

/// What of a person can be amended: their roles are granted and revoked, and the sign-in name stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Amendment {
    pub name: Texts,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<BodyId>,
}

/// A part of what is known of a person that can be amended on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Field {
    Name,
    Unit,
}

impl Field {
    pub const fn title(self) -> Text {
        match self {
            Field::Name => Text::new("姓名", "Name"),
            Field::Unit => Text::new("所属单位", "Unit"),
        }
    }
}

impl Amendment {
    /// What becomes of this one when somebody who saw `before` wants `after`: what they left alone stays as it is now. An error names
    /// what both changed, each to something else.
    fn merged(&self, before: &Amendment, after: &Amendment) -> Result<Amendment, Vec<Field>> {
        let mut merged = self.clone();
        let mut contested = Vec::new();
        if after.name != before.name {
            if self.name == before.name || self.name == after.name {
                merged.name = after.name.clone();
            } else {
                contested.push(Field::Name);
            }
        }
        if after.unit != before.unit {
            if self.unit == before.unit || self.unit == after.unit {
                merged.unit = after.unit;
            } else {
                contested.push(Field::Unit);
            }
        }
        if contested.is_empty() {
            Ok(merged)
        } else {
            Err(contested)
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Person {
    pub registration: Option<Registration>,
    pub deactivated: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PersonCommand {
    Register(Registration),
    /// Another name, or another unit after a transfer. `before` is what its author saw: what somebody else changed meanwhile is not
    /// undone.
    Amend {
        before: Amendment,
        after: Amendment,
    },
    Deactivate,
    Reactivate,
    /// One more role somewhere, perhaps from a moment or until one.
    Grant(Grant),
    /// Takes a grant away at once. The grant is named as it was given.
    Revoke(Grant),
    /// Notes that the actor sets a password for somebody else, who chooses another at the next sign-in. Not to be sent by itself: the
    /// server gives it together with the password.
    #[serde(skip)]
    SetInitialPassword,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub enum PersonEvent {
    Registered(Registration),
    Amended(Amendment),
    Deactivated,
    Reactivated,
    Granted(Grant),
    Revoked(Grant),
    InitialPasswordSet,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PersonRefusal {
    AlreadyRegistered,
    NotRegistered,
    Name(WordingRefusal),
    /// Three to forty of a-z, 0-9, dot, hyphen and underscore.
    SignInName,
    SignInNameTaken(String),
    UnitUnknown,
    ScopeUnknown,
    NoGrant,
    Oneself,
    /// The same role in the same scope for the same time.
    AlreadyGranted,
    NotGranted,
    /// An institution officer answers for institutions, each by name.
    NotAnInstitution,
    /// It would end before it begins.
    EndBeforeStart,
    /// It would have ended already.
    EndInThePast,
    /// One’s own roles are another administrator’s to take away.
    OwnGrant,
    /// Whoever is signed in changes their password knowing the old one.
    OwnPassword,
    /// Who sets a password could sign in with it, and so must hold sway over every role it opens.
    RolesBeyondScope,
    /// One’s own unit is another administrator’s to change: who may inspect and re-verify what rests on it.
    OwnUnit,
    /// Somebody else changed the same parts meanwhile, otherwise.
    ChangedMeanwhile(Vec<Field>),
}

impl PersonRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            PersonRefusal::AlreadyRegistered => say!(
                language,
                "该人员已登记",
                "This person is registered already"
            ),
            PersonRefusal::NotRegistered => {
                say!(language, "没有这个人员", "There is no such person")
            }
            PersonRefusal::Name(refusal) => {
                let why = refusal.text(language);
                say!(language, "姓名：{why}", "Name: {why}")
            }
            PersonRefusal::SignInName => say!(
                language,
                "登录名为3至40位小写字母、数字、点、横线或下划线",
                "A sign-in name has 3 to 40 of a–z, 0–9, dot, hyphen and underscore"
            ),
            PersonRefusal::SignInNameTaken(name) => {
                say!(
                    language,
                    "登录名 {name} 已被使用",
                    "The sign-in name {name} is taken"
                )
            }
            PersonRefusal::UnitUnknown => {
                say!(language, "所属单位不存在", "The unit does not exist")
            }
            PersonRefusal::ScopeUnknown => {
                say!(language, "职责范围不存在", "The scope does not exist")
            }
            PersonRefusal::NoGrant => {
                say!(language, "请至少授予一个角色", "Grant at least one role")
            }
            PersonRefusal::AlreadyGranted => say!(
                language,
                "此人已有同样的角色、范围和期限",
                "This person holds the same role, scope and term already"
            ),
            PersonRefusal::NotGranted => say!(
                language,
                "此人没有这项授权，可能刚被收回",
                "This person does not hold that grant; it may just have been revoked"
            ),
            PersonRefusal::NotAnInstitution => say!(
                language,
                "机构负责人的职责范围应为具体的机构",
                "The scope of an institution officer is an institution"
            ),
            PersonRefusal::EndBeforeStart => say!(
                language,
                "授权的结束时间应晚于开始时间",
                "A grant must end after it begins"
            ),
            PersonRefusal::EndInThePast => say!(
                language,
                "授权的结束时间已过",
                "The end of the grant has passed already"
            ),
            PersonRefusal::OwnGrant => say!(
                language,
                "不能收回自己的授权，请由其他管理员办理",
                "You cannot revoke your own grant; another administrator can"
            ),
            PersonRefusal::OwnPassword => say!(
                language,
                "自己的密码请在右上角个人菜单中修改",
                "Change your own password from the menu under your name"
            ),
            PersonRefusal::RolesBeyondScope => say!(
                language,
                "此人的职责超出您的范围，请由范围涵盖其全部职责的管理员设置密码",
                "This person’s roles reach beyond your scope; an administrator whose scope covers them all can set the password"
            ),
            PersonRefusal::OwnUnit => say!(
                language,
                "不能更改自己的所属单位，请由其他管理员办理",
                "You cannot change your own unit; another administrator can"
            ),
            PersonRefusal::ChangedMeanwhile(fields) => {
                let titles = fields.iter().map(|field| field.title().get(language));
                let titles = titles.collect::<Vec<_>>().join(match language {
                    Language::Chinese => "、",
                    Language::English => ", ",
                });
                say!(
                    language,
                    "他人刚刚修改了同样的内容（{titles}）。您填写的仍在，请核对后再提交",
                    "Somebody else has just changed the same parts ({titles}). What you typed is still here; compare and submit again"
                )
            }
            PersonRefusal::Oneself => say!(
                language,
                "不能停用自己的账号",
                "You cannot deactivate your own account"
            ),
        }
    }
}

impl Registration {
    /// As a form shows it, to be amended.
    pub fn amendable(&self) -> Amendment {
        Amendment {
            name: self.name.clone(),
            unit: self.unit,
        }
    }

    /// Takes in an amendment, a grant, or its end; other events change nothing.
    pub(crate) fn evolve(&mut self, event: &PersonEvent) {
        match event {
            PersonEvent::Amended(Amendment { name, unit }) => {
                self.name = name.clone();
                self.unit = *unit;
            }
            PersonEvent::Granted(grant) => self.grants.push(grant.clone()),
            PersonEvent::Revoked(grant) => self.grants.retain(|held| held != grant),
            PersonEvent::Registered(_)
            | PersonEvent::Deactivated
            | PersonEvent::Reactivated
            | PersonEvent::InitialPasswordSet => {}
        }
    }
}

impl Person {
    pub fn evolve(&mut self, event: &PersonEvent) {
        match event {
            PersonEvent::Registered(registration) => self.registration = Some(registration.clone()),
            PersonEvent::Deactivated => self.deactivated = true,
            PersonEvent::Reactivated => self.deactivated = false,
            PersonEvent::Amended(_) | PersonEvent::Granted(_) | PersonEvent::Revoked(_) => {
                if let Some(registration) = &mut self.registration {
                    registration.evolve(event);
                }
            }
            PersonEvent::InitialPasswordSet => {}
        }
    }
}

pub fn is_sign_in_name(name: &str) -> bool {
    (3..=40).contains(&name.len())
        && name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte)
        })
}

/// # Errors
/// A permission refusal without [`Act::ManagePeople`] where the person's unit is, where it will be, and in the scope of a grant that is
/// given or taken; else a [`PersonRefusal`]: see there.
pub fn decide(
    state: &Person,
    subject: PersonId,
    command: &PersonCommand,
    context: &Context<'_>,
) -> Result<Vec<PersonEvent>, crate::Refusal> {
    match command {
        PersonCommand::Register(registration) => {
            if state.registration.is_some() {
                return Err(PersonRefusal::AlreadyRegistered.into());
            }
            let place = registration.unit.map_or(Place::Jurisdiction, Place::Body);
            context.permit(Act::ManagePeople, &place)?;
            check_texts(&registration.name, NAME_LIMIT).map_err(PersonRefusal::Name)?;
            if !is_sign_in_name(&registration.sign_in_name) {
                return Err(PersonRefusal::SignInName.into());
            }
            if context
                .directory
                .person_named(&registration.sign_in_name)
                .is_some()
            {
                return Err(
                    PersonRefusal::SignInNameTaken(registration.sign_in_name.clone()).into(),
                );
            }
            check_unit(registration.unit, context)?;
            if registration.grants.is_empty() {
                return Err(PersonRefusal::NoGrant.into());
            }
            for grant in &registration.grants {
                check_grant(grant, context)?;
            }
            Ok(vec![PersonEvent::Registered(registration.clone())])
        }
        PersonCommand::Amend { .. }
        | PersonCommand::Deactivate
        | PersonCommand::Reactivate
        | PersonCommand::Grant(_)
        | PersonCommand::Revoke(_)
        | PersonCommand::SetInitialPassword => {
            let Some(registration) = &state.registration else {
                return Err(PersonRefusal::NotRegistered.into());
            };
            context.permit(
                Act::ManagePeople,
                &registration.unit.map_or(Place::Jurisdiction, Place::Body),
            )?;
            change(state, registration, subject, command, context)
        }
    }
}

/// What is done to somebody who is registered.
fn change(
    state: &Person,
    registration: &Registration,
    subject: PersonId,
    command: &PersonCommand,
    context: &Context<'_>,
) -> Result<Vec<PersonEvent>, crate::Refusal> {
    match command {
        PersonCommand::Register(_) => Err(PersonRefusal::AlreadyRegistered.into()),
        PersonCommand::Amend { before, after } => {
            let current = registration.amendable();
            let merged = current
                .merged(before, after)
                .map_err(PersonRefusal::ChangedMeanwhile)?;
            if merged == current {
                return Ok(Vec::new());
            }
            check_texts(&merged.name, NAME_LIMIT).map_err(PersonRefusal::Name)?;
            if merged.unit != current.unit {
                if subject == context.actor {
                    return Err(PersonRefusal::OwnUnit.into());
                }
                let place = merged.unit.map_or(Place::Jurisdiction, Place::Body);
                context.permit(Act::ManagePeople, &place)?;
                check_unit(merged.unit, context)?;
            }
            Ok(vec![PersonEvent::Amended(merged)])
        }
        PersonCommand::Deactivate => {
            if subject == context.actor {
                return Err(PersonRefusal::Oneself.into());
            }
            if state.deactivated {
                return Ok(Vec::new());
            }
            Ok(vec![PersonEvent::Deactivated])
        }
        PersonCommand::Reactivate => {
            if !state.deactivated {
                return Ok(Vec::new());
            }
            Ok(vec![PersonEvent::Reactivated])
        }
        PersonCommand::Grant(grant) => {
            check_grant(grant, context)?;
            if registration.grants.contains(grant) {
                return Err(PersonRefusal::AlreadyGranted.into());
            }
            Ok(vec![PersonEvent::Granted(grant.clone())])
        }
        PersonCommand::Revoke(grant) => {
            if !registration.grants.contains(grant) {
                return Err(PersonRefusal::NotGranted.into());
            }
            if subject == context.actor {
                return Err(PersonRefusal::OwnGrant.into());
            }
            // What one may give one may take away, though the scope be gone by now.
            context.permit(Act::ManagePeople, &place_of(&grant.scope))?;
            Ok(vec![PersonEvent::Revoked(grant.clone())])
        }
        PersonCommand::SetInitialPassword => {
            if subject == context.actor {
                return Err(PersonRefusal::OwnPassword.into());
            }
            if !covers(
                context.directory,
                context.actor,
                &registration.grants,
                context.now,
            ) {
                return Err(PersonRefusal::RolesBeyondScope.into());
            }
            Ok(vec![PersonEvent::InitialPasswordSet])
        }
    }
}

/// Whether somebody may give and take every one of these grants that is not over.
pub fn covers(directory: &Directory, actor: PersonId, grants: &[Grant], now: Instant) -> bool {
    grants
        .iter()
        .filter(|grant| grant.until.is_none_or(|until| until > now))
        .all(|grant| {
            permit(
                directory,
                actor,
                Act::ManagePeople,
                &place_of(&grant.scope),
                now,
            )
            .is_ok()
        })
}

fn place_of(scope: &Scope) -> Place {
    match scope {
        Scope::Jurisdiction => Place::Jurisdiction,
        Scope::District(code) => Place::District(code.clone()),
        Scope::Body(body) => Place::Body(*body),
    }
}

/// A unit is there still; people may be of none.
fn check_unit(unit: Option<BodyId>, context: &Context<'_>) -> Result<(), PersonRefusal> {
    if unit.is_some_and(|unit| !context.directory.is_active(unit)) {
        return Err(PersonRefusal::UnitUnknown);
    }
    Ok(())
}

/// A grant is given by someone whose own scope covers it.
fn check_grant(grant: &Grant, context: &Context<'_>) -> Result<(), crate::Refusal> {
    let place = match &grant.scope {
        Scope::Jurisdiction => Place::Jurisdiction,
        Scope::District(code) if context.directory.district(code).is_some() => {
            Place::District(code.clone())
        }
        Scope::Body(body) if context.directory.is_active(*body) => Place::Body(*body),
        Scope::District(_) | Scope::Body(_) => {
            return Err(PersonRefusal::ScopeUnknown.into());
        }
    };
    context.permit(Act::ManagePeople, &place)?;
    let is_institution = match &place {
        Place::Body(body) => {
            let body = context.directory.body(*body);
            body.is_some_and(|body| body.kind.is_institution())
        }
        _ => false,
    };
    if grant.role == Role::InstitutionOfficer && !is_institution {
        return Err(PersonRefusal::NotAnInstitution.into());
    }
    if let Some(until) = grant.until {
        if grant.from.is_some_and(|from| until <= from) {
            return Err(PersonRefusal::EndBeforeStart.into());
        }
        if until <= context.now {
            return Err(PersonRefusal::EndInThePast.into());
        }
    }
    Ok(())
}
