//! People and their roles in from a CSV file or a workbook, looked at first or taken in; and out into one.
//!
//! A file does what its sender could do on the pages of people, row by row, and nothing else: new people are registered and get a first
//! password each, which is told once; who is registered gets what they lack. Nobody is deactivated and no role taken away by a file.

use std::collections::{HashMap, HashSet};

use app::api::view::{FirstPassword, Named, PeopleReport, PersonBecomes, PersonLine};
use app::clock::{instant_at, wall_time};
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::id::{BodyId, JurisdictionId, PersonId};
use domain::instant::Instant;
use domain::permission::{Act, Grant, Place};
use domain::person::{Amendment, Field, PersonCommand, PersonRefusal, Registration};
use domain::{Command, Language, Refusal, Text, say};
use form::Texts;
use interop::csv_write::{self, write_rows};
use interop::people_file::{
    self, AskedGrant, Exported, Imported, Known as Places, KnownBody, Moment, template, write_csv,
    write_xlsx,
};
use rand::Rng as _;
use sha2::{Digest as _, Sha256};
use uuid::Builder;

use super::Shared;
use super::import::{
    ImportQuery, SHOWN, count, digest_of, permitted, register_kind, rehearsed, report_file, sent,
    told,
};
use super::photos::read_limited;
use super::problem::Failure;
use crate::account;
use crate::ingest::IngestError;
use crate::read::Reader;
use crate::read::people::scopes;
use crate::server::{Visit, now};
use crate::sheet::Kind;
use crate::world::Known;

/// First passwords that one file may ask for: each takes a moment to be hashed, on purpose.
const MAX_PASSWORDS: usize = 2_000;

/// Answers what becomes of each row. Nothing is taken in unless every row can be.
pub async fn import(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    Query(query): Query<ImportQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let (jurisdiction, person) = permitted(&shared, &visit, Act::ManagePeople)?;
    // A little more than a file may have: what is too large by a little is told like all that is wrong with a file.
    let limit = interop::bodies_file::MAX_BYTES + 1024 * 1024;
    let bytes = read_limited(&headers, body, limit).await?;
    let reader = shared.server.reader(jurisdiction, person);
    let places = places(&reader.known);
    let read = tokio::task::spawn_blocking(move || people_file::read(&bytes, &places));
    let imported = read.await.map_err(|error| Failure::unavailable(&error))?;
    let with_own = account::people_with_own_password(&shared.server.database, jurisdiction)
        .await
        .map_err(|error| Failure::unavailable(&error))?;
    let asked = Asking {
        jurisdiction,
        reader: &reader,
        imported: &imported,
        renewable: query.renew.then_some(&with_own),
    };
    let (plan, unread) = asked.plan();
    // What is too much is not judged row by row.
    let mut refused = if plan.passwords.len() > MAX_PASSWORDS {
        vec![(1, too_many_passwords(visit.language))]
    } else {
        refusals(&shared, &visit, person, &imported, &plan).await?
    };
    refused.extend(
        unread
            .iter()
            .map(|(row, text)| (*row, text(visit.language))),
    );
    refused.sort_by_key(|(row, _)| *row);
    if query.report {
        let taken = plan.lines.iter();
        let taken = taken.map(|line| (line.row, line.becomes.text(visit.language)));
        return Ok(report_file(&refused, taken, visit.language));
    }
    let digest = digest_of(&plan.commands);
    let changed = query.digest.as_ref().is_some_and(|seen| *seen != digest);
    let mut report = plan.report(digest);
    report.changed = query.apply && changed;
    if query.apply && !changed && refused.is_empty() && !plan.commands.is_empty() {
        match take_in(&shared, jurisdiction, person, &plan).await? {
            Ok(passwords) => {
                report.imported = true;
                report.passwords_file = passwords_file(&passwords, visit.language);
                report.passwords = passwords;
            }
            Err(refusal) => {
                refused = refusals(&shared, &visit, person, &imported, &plan).await?;
                // Refused a moment ago and not any more: said all the same, so that nobody takes it for done.
                if refused.is_empty() {
                    refused.push((1, refusal.text(visit.language)));
                }
            }
        }
    }
    report.refused_in_all = count(refused.len());
    refused.truncate(SHOWN);
    report.refused = refused;
    Ok(told(&report))
}

/// What a file may name: every body that is there, whoever asks. Which of them they may give a role for the domain says.
fn places(known: &Known) -> Places {
    let directory = &known.directory;
    let jurisdiction = directory.jurisdiction();
    let founded = jurisdiction.founded.as_ref();
    Places {
        jurisdiction: founded
            .map(|founded| founded.name.clone())
            .unwrap_or_default(),
        districts: jurisdiction.districts.clone(),
        bodies: directory
            .active_bodies()
            .map(|(id, body)| KnownBody {
                id,
                name: body.name.clone(),
                district: body.district.clone(),
            })
            .collect(),
    }
}

/// A file that is looked at.
struct Asking<'a> {
    jurisdiction: JurisdictionId,
    reader: &'a Reader,
    imported: &'a Imported,
    /// Where others are to get another first password: those who have one of their own and keep it.
    renewable: Option<&'a HashSet<PersonId>>,
}

/// What a file comes to.
#[derive(Default)]
struct Plan {
    commands: Vec<Command>,
    /// The row that each command comes of.
    rows_of: Vec<u32>,
    /// Every row that was understood.
    lines: Vec<PersonLine>,
    /// Who gets a first password: the row of the person, their id, and what they are called.
    passwords: Vec<(PersonId, Texts, String)>,
    amended: HashSet<PersonId>,
    renewed: usize,
}

/// A row that is refused before anything is decided, and why.
type Unread = (u32, fn(Language) -> String);

impl Asking<'_> {
    fn plan(&self) -> (Plan, Vec<Unread>) {
        let mut plan = Plan::default();
        let mut unread: Vec<Unread> = Vec::new();
        let directory = &self.reader.known.directory;
        let mut by_name: HashMap<&str, PersonId> = HashMap::new();
        for (id, known) in directory.people() {
            by_name.insert(&known.registration.sign_in_name, id);
        }
        // Who was met in a row above.
        let mut met: HashSet<&str> = HashSet::new();
        for row in &self.imported.rows {
            let grant = match row.grant.as_ref().map(|asked| self.grant(asked)) {
                None => None,
                Some(Ok(grant)) => Some(grant),
                Some(Err(why)) => {
                    unread.push((row.row, why));
                    continue;
                }
            };
            let known = by_name.get(row.sign_in_name.as_str());
            let known = known.and_then(|id| Some((*id, directory.person(*id)?)));
            // Somebody whom the reader does not manage is none of theirs: to register them is refused, and says no more.
            let known = known.filter(|(_, known)| self.manages(&known.registration));
            if known.is_some_and(|(_, known)| !known.active) {
                unread.push((row.row, deactivated));
                continue;
            }
            let is_first = met.insert(&row.sign_in_name);
            let mut becomes = PersonBecomes::default();
            let name;
            let unit;
            if let Some((id, known)) = known {
                let before = known.registration.amendable();
                let said = self.imported.name(row, &before.name);
                let after = Amendment {
                    // A cell has no blanks around it.
                    name: if trimmed(&before.name) == said {
                        before.name.clone()
                    } else {
                        said
                    },
                    unit: self.imported.unit(row, before.unit),
                };
                (name, unit) = (after.name.clone(), after.unit);
                if is_first && before != after {
                    becomes.amended = differences(&before, &after);
                    plan.push(row.row, id, PersonCommand::Amend { before, after });
                }
                if let Some(grant) = &grant {
                    let asked = row.grant.as_ref();
                    let is_held =
                        |held: &Grant| asked.is_some_and(|asked| self.is_held(asked, held));
                    if !known.registration.grants.iter().any(is_held) {
                        becomes.granted = true;
                        plan.push(row.row, id, PersonCommand::Grant(grant.clone()));
                    }
                }
                if !becomes.amended.is_empty() || becomes.granted {
                    plan.amended.insert(id);
                }
                let renews = self.renewable.is_some_and(|own| !own.contains(&id));
                if is_first && renews && id != self.reader.viewer {
                    becomes.renewed = true;
                    plan.renewed += 1;
                    plan.push(row.row, id, PersonCommand::SetInitialPassword);
                    plan.passwords
                        .push((id, name.clone(), row.sign_in_name.clone()));
                }
            } else {
                let id = id_of(self.jurisdiction, &row.sign_in_name);
                name = self.imported.name(row, &Texts::default());
                unit = self.imported.unit(row, None);
                becomes.registered = is_first;
                becomes.granted = grant.is_some();
                if is_first {
                    let registration = Registration {
                        name: name.clone(),
                        unit,
                        sign_in_name: row.sign_in_name.clone(),
                        grants: grant.clone().into_iter().collect(),
                    };
                    plan.push(row.row, id, PersonCommand::Register(registration));
                    plan.passwords
                        .push((id, name.clone(), row.sign_in_name.clone()));
                } else if let Some(grant) = &grant {
                    plan.push(row.row, id, PersonCommand::Grant(grant.clone()));
                }
            }
            let scopes = grant
                .as_ref()
                .map(|grant| scopes(directory, std::slice::from_ref(grant)));
            plan.lines.push(PersonLine {
                row: row.row,
                sign_in_name: row.sign_in_name.clone(),
                name,
                unit: unit.map(|unit| named(&self.reader.known, unit)),
                scopes: scopes.unwrap_or_default(),
                grant,
                becomes,
            });
        }
        (plan, unread)
    }

    fn manages(&self, registration: &Registration) -> bool {
        let place = registration.unit.map_or(Place::Jurisdiction, Place::Body);
        self.reader.may(Act::ManagePeople, &place)
    }

    /// The role a row asks for, or that there is no such time.
    fn grant(&self, asked: &AskedGrant) -> Result<Grant, fn(Language) -> String> {
        let zone = self.reader.known.time_zone();
        let instant = |moment: Option<Moment>| {
            let instant = moment.map(|moment| {
                instant_of(moment, zone).ok_or(no_such_time as fn(Language) -> String)
            });
            instant.transpose()
        };
        Ok(Grant {
            role: asked.role,
            scope: asked.scope.clone(),
            from: instant(asked.from)?,
            until: instant(asked.until)?,
        })
    }

    /// Whether a row asks for a role that is held, as precisely as the row says it.
    fn is_held(&self, asked: &AskedGrant, held: &Grant) -> bool {
        let zone = self.reader.known.time_zone();
        let is = |asked: Option<Moment>, held: Option<Instant>| match (asked, held) {
            (None, None) => true,
            (Some(asked), Some(held)) => asked.is(moment_of(held, zone)),
            _ => false,
        };
        asked.role == held.role
            && asked.scope == held.scope
            && is(asked.from, held.from)
            && is(asked.until, held.until)
    }
}

impl Plan {
    fn push(&mut self, row: u32, id: PersonId, command: PersonCommand) {
        self.rows_of.push(row);
        self.commands.push(Command::Person { id, command });
    }

    /// What is told of it, but for refusals and passwords.
    fn report(&self, digest: String) -> PeopleReport {
        PeopleReport {
            digest,
            rows: count(self.lines.len()),
            registered: count(self.passwords.len() - self.renewed),
            amended: count(self.amended.len()),
            renewed: count(self.renewed),
            preview: self.lines.iter().take(SHOWN).cloned().collect(),
            ..PeopleReport::default()
        }
    }
}

/// Every row that was not understood or would be refused, and why.
async fn refusals(
    shared: &Shared,
    visit: &Visit,
    person: PersonId,
    imported: &Imported,
    plan: &Plan,
) -> Result<Vec<(u32, String)>, Failure> {
    let language = visit.language;
    let mut refused: Vec<(u32, String)> = imported
        .errors
        .iter()
        .map(|error| (error.row, error.text(language)))
        .collect();
    // Whose first row was refused is not there for their other rows.
    let mut missing: HashMap<PersonId, u32> = HashMap::new();
    for (place, refusal) in rehearsed(shared, person, &plan.commands).await? {
        let row = plan.rows_of[place];
        let Command::Person { id, command } = &plan.commands[place] else {
            continue;
        };
        if matches!(command, PersonCommand::Register(_)) {
            missing.insert(*id, row);
        }
        let is_missing = refusal == Refusal::Person(PersonRefusal::NotRegistered);
        let text = match missing.get(id).filter(|_| is_missing) {
            Some(first) => say!(
                language,
                "同一人的第{first}行不能导入",
                "Row {first}, of the same person, is refused"
            ),
            None => refusal.text(language),
        };
        refused.push((row, text));
    }
    Ok(refused)
}

/// Records all of it and sets the first passwords; or says why it is refused after all.
async fn take_in(
    shared: &Shared,
    jurisdiction: JurisdictionId,
    person: PersonId,
    plan: &Plan,
) -> Result<Result<Vec<FirstPassword>, Refusal>, Failure> {
    let passwords: Vec<FirstPassword> = plan
        .passwords
        .iter()
        .map(|(_, name, sign_in_name)| FirstPassword {
            name: name.clone(),
            sign_in_name: sign_in_name.clone(),
            password: first_password(),
        })
        .collect();
    let hashes = hashes(&passwords).await?;
    // Recorded first: better a password that was not set after all than one that nobody knows was.
    match shared
        .server
        .ingest
        .commands(person, &plan.commands, now())
        .await
    {
        Ok(_) => {}
        Err(IngestError::Refused(refusal)) => return Ok(Err(refusal)),
        Err(error) => return Err(Failure::unavailable(&error)),
    }
    let accounts: Vec<(PersonId, &str, String)> = plan
        .passwords
        .iter()
        .zip(hashes)
        .map(|((id, _, sign_in_name), hash)| (*id, sign_in_name.as_str(), hash))
        .collect();
    let given =
        account::set_first_password_hashes(&shared.server.database, jurisdiction, &accounts, now())
            .await
            .map_err(|error| {
                Failure::unavailable(&format!(
                    "people are registered without first passwords: {error}"
                ))
            })?;
    let given = passwords.into_iter().zip(given);
    let given = given.filter_map(|(password, given)| given.then_some(password));
    Ok(Ok(given.collect()))
}

/// Three times four characters that cannot be taken for each other: 59 bits, for seven days at most.
fn first_password() -> String {
    const CHARACTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let mut rng = rand::rng();
    let mut group = || -> String {
        (0..4)
            .map(|_| char::from(CHARACTERS[rng.random_range(0..CHARACTERS.len())]))
            .collect()
    };
    [group(), group(), group()].join("-")
}

/// The hashes of passwords, on all processors at once.
async fn hashes(passwords: &[FirstPassword]) -> Result<Vec<String>, Failure> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let parts = passwords.chunks(passwords.len().div_ceil(workers).max(1));
    let tasks = parts.map(|part| {
        let part: Vec<String> = part.iter().map(|first| first.password.clone()).collect();
        tokio::task::spawn_blocking(move || {
            part.iter()
                .map(|password| account::hash_password(password))
                .collect::<Result<Vec<_>, _>>()
        })
    });
    let mut hashes = Vec::with_capacity(passwords.len());
    for part in futures::future::join_all(tasks).await {
        let part = part.map_err(|error| Failure::unavailable(&error))?;
        hashes.extend(part.map_err(|error| Failure::unavailable(&error))?);
    }
    Ok(hashes)
}

fn passwords_file(passwords: &[FirstPassword], language: Language) -> String {
    let headings = [
        Text::new("姓名", "Name"),
        Text::new("登录名", "Sign-in name"),
        Text::new("初始密码", "First password"),
    ];
    let headings = headings.map(|heading| csv_write::Field::from(heading.get(language)));
    let rows = passwords.iter().map(|first| {
        [
            first.name.get(language.tag()),
            &first.sign_in_name,
            &first.password,
        ]
        .map(csv_write::Field::from)
    });
    write_rows([headings].into_iter().chain(rows))
}

/// The id under which a person of a file is registered: a version-8 UUID of the SHA-256 of the jurisdiction and the sign-in name. A file
/// that is sent twice at once asks for the same people, so that the second is refused.
fn id_of(jurisdiction: JurisdictionId, sign_in_name: &str) -> PersonId {
    let hash = Sha256::new()
        .chain_update("dubang.import.person.1/")
        .chain_update(jurisdiction.to_string())
        .chain_update(sign_in_name)
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    PersonId(Builder::from_custom_bytes(bytes).into_uuid())
}

fn named(known: &Known, id: BodyId) -> Named<BodyId> {
    let body = known.directory.body(id);
    Named {
        id,
        name: body.map(|body| body.name.clone()).unwrap_or_default(),
    }
}

fn trimmed(name: &Texts) -> Texts {
    let names = name.iter().filter(|(_, name)| !name.trim().is_empty());
    names.fold(Texts::default(), |trimmed, (tag, name)| {
        trimmed.with(tag, name.trim())
    })
}

fn differences(before: &Amendment, after: &Amendment) -> Vec<Field> {
    let fields = [
        (Field::Name, before.name != after.name),
        (Field::Unit, before.unit != after.unit),
    ];
    fields
        .into_iter()
        .filter_map(|(field, differs)| differs.then_some(field))
        .collect()
}

fn deactivated(language: Language) -> String {
    say!(
        language,
        "此人的账号已停用，请先在其页面恢复",
        "This person’s account is deactivated; reactivate it on their page first"
    )
}

fn no_such_time(language: Language) -> String {
    say!(
        language,
        "当地没有这个时间（时钟拨快时跳过），请改用另一时间",
        "There is no such time here, as the clocks leap over it; give another one"
    )
}

fn too_many_passwords(language: Language) -> String {
    say!(
        language,
        "一个文件最多为{MAX_PASSWORDS}人设初始密码，请分成几个文件导入",
        "One file sets first passwords for at most {MAX_PASSWORDS} people; split it and import the parts"
    )
}

/// None where the clocks leap over it; of a time they show twice, one of the two.
fn instant_of(moment: Moment, zone: &str) -> Option<Instant> {
    let minute = instant_at(moment.day, moment.hour, moment.minute, zone);
    let wall = wall_time(minute, zone);
    let is_shown = (wall.day, wall.hour, wall.minute) == (moment.day, moment.hour, moment.minute);
    is_shown.then(|| Instant(minute.millis() + i64::from(moment.millis.unwrap_or_default())))
}

fn moment_of(instant: Instant, zone: &str) -> Moment {
    let wall = wall_time(instant, zone);
    // Offsets are whole minutes since long before anybody was given a role.
    let millis = u16::try_from(instant.millis().rem_euclid(60_000)).unwrap_or_default();
    Moment {
        day: wall.day,
        hour: wall.hour,
        minute: wall.minute,
        millis: Some(millis),
    }
}

fn exported<'a>(
    registration: &'a Registration,
    grant: Option<&'a Grant>,
    zone: &str,
) -> Exported<'a> {
    let moment = |instant: Option<Instant>| instant.map(|instant| moment_of(instant, zone));
    Exported {
        sign_in_name: &registration.sign_in_name,
        name: &registration.name,
        unit: registration.unit,
        grant,
        from: moment(grant.and_then(|grant| grant.from)),
        until: moment(grant.and_then(|grant| grant.until)),
    }
}

/// All people whom the reader manages and who are not deactivated, with the roles that are not over, in the form that is read again; or a
/// file to fill in.
pub async fn export(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let (jurisdiction, person) = permitted(&shared, &visit, Act::ManagePeople)?;
    if name == "template.csv" {
        return Ok(sent(Kind::Csv.media_type(), &name, template()));
    }
    let kind = register_kind(&name)?;
    let reader = shared.server.reader(jurisdiction, person);
    let zone = reader.known.time_zone();
    let at = now();
    let mut people: Vec<&Registration> = reader
        .known
        .directory
        .people()
        .filter(|(_, known)| known.active)
        .map(|(_, known)| &known.registration)
        .filter(|registration| {
            let place = registration.unit.map_or(Place::Jurisdiction, Place::Body);
            reader.may(Act::ManagePeople, &place)
        })
        .collect();
    people.sort_by(|left, right| left.sign_in_name.cmp(&right.sign_in_name));
    let mut rows = Vec::new();
    for registration in people {
        let current = registration
            .grants
            .iter()
            .filter(|grant| grant.until.is_none_or(|until| until > at));
        let before = rows.len();
        rows.extend(current.map(|grant| exported(registration, Some(grant), zone)));
        if rows.len() == before {
            rows.push(exported(registration, None, zone));
        }
    }
    let places = places(&reader.known);
    let file = match kind {
        Kind::Csv => write_csv(&rows, &places, visit.language),
        Kind::Xlsx => write_xlsx(&rows, &places, visit.language)
            .map_err(|error| Failure::unavailable(&error))?,
    };
    Ok(sent(kind.media_type(), &name, file))
}

#[cfg(test)]
mod tests;
