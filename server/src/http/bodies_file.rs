//! Bodies in from a CSV file or a workbook, looked at first or taken in; and out into one.

use std::collections::HashMap;

use app::api::view::{Becomes, ImportReport, ObligationsRead, PreviewRow};
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::{Extension, Json};
use domain::body::{BodyCommand, Particulars, known_by};
use domain::id::{BodyId, JurisdictionId, PersonId};
use domain::jurisdiction::{DistrictCode, JurisdictionCommand, JurisdictionRefusal};
use domain::permission::{Act, Place};
use domain::{Command, Language, Refusal};
use interop::bodies_file::{
    self, Exported, Imported, KnownName, Parent, template, write_csv, write_xlsx,
};
use interop::obligations_file;
use sha2::{Digest as _, Sha256};
use uuid::Builder;

use super::Shared;
use super::import::{
    ImportQuery, SHOWN, count, digest_of, permitted, register_kind, rehearsed, report_file, sent,
    told,
};
use super::photos::read_limited;
use super::problem::Failure;
use crate::ingest::IngestError;
use crate::server::{Visit, now};
use crate::sheet::Kind;
use crate::world::Known;

/// Answers what becomes of each row. Nothing is taken in unless every row can be.
pub async fn import(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    Query(query): Query<ImportQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let (_, person) = permitted(&shared, &visit, Act::ManageBodies)?;
    // A little more than a file may have: what is too large by a little is told like all that is wrong with a file.
    let bytes = read_limited(&headers, body, bodies_file::MAX_BYTES + 1024 * 1024).await?;
    let known = shared.server.ingest.world().known();
    let jurisdiction = known.jurisdiction.ok_or_else(|| {
        Failure::worded(StatusCode::UNPROCESSABLE_ENTITY, "notFounded", |language| {
            Refusal::from(JurisdictionRefusal::NotFounded).text(language)
        })
    })?;
    let registered = registered(&known);
    let read = tokio::task::spawn_blocking(move || bodies_file::read(&bytes, &registered))
        .await
        .map_err(|error| Failure::unavailable(&error))?;
    let mut report = match read {
        Err(errors) => {
            let refused = errors
                .iter()
                .map(|error| (error.row, error.text(visit.language)))
                .collect();
            ImportReport {
                refused,
                ..ImportReport::default()
            }
        }
        Ok(imported) => decide(&shared, person, jurisdiction, &imported, &query, &visit).await?,
    };
    if query.report {
        let taken = report.preview.iter();
        let taken = taken.map(|body| (body.row, body.becomes.text(visit.language)));
        return Ok(report_file(&report.refused, taken, visit.language));
    }
    report.refused_in_all = count(report.refused.len());
    report.refused.truncate(SHOWN);
    report.preview.truncate(SHOWN);
    Ok(told(&report))
}

fn registered(known: &Known) -> bodies_file::Known {
    let directory = &known.directory;
    let districts = directory.jurisdiction().districts.iter();
    let names = directory.active_bodies().flat_map(|(id, body)| {
        Language::ALL.map(|language| KnownName {
            name: body.name.get(language.tag()).to_owned(),
            body: id,
            district: body.district.clone(),
            parent: body.parent,
        })
    });
    bodies_file::Known {
        districts: districts.cloned().collect(),
        bodies: names.collect(),
    }
}

/// All of what is told, however much it is.
async fn decide(
    shared: &Shared,
    person: PersonId,
    jurisdiction: JurisdictionId,
    imported: &Imported,
    query: &ImportQuery,
    visit: &Visit,
) -> Result<ImportReport, Failure> {
    let known = shared.server.ingest.world().known();
    // Each names those before it as its parent.
    let mut ids: Vec<BodyId> = Vec::with_capacity(imported.bodies.len());
    let mut commands = Vec::with_capacity(imported.bodies.len() + 1);
    // The row that each command comes of.
    let mut rows_of = Vec::with_capacity(imported.bodies.len() + 1);
    if !imported.districts.is_empty() {
        rows_of.push(1);
        commands.push(Command::Jurisdiction {
            id: jurisdiction,
            command: JurisdictionCommand::AddDistricts(imported.districts.clone()),
        });
    }
    let mut outcomes = Vec::with_capacity(imported.bodies.len());
    for body in &imported.bodies {
        let particulars = body.particulars(|row| ids[row]);
        let current = body.id.and_then(|id| Some((id, known.directory.body(id)?)));
        let Some((id, current)) = current else {
            let id = body
                .id
                .unwrap_or_else(|| id_of(jurisdiction, &particulars, &known));
            ids.push(id);
            outcomes.push(Becomes::Registered);
            rows_of.push(body.row);
            commands.push(Command::Body {
                id,
                command: BodyCommand::Register(particulars),
            });
            continue;
        };
        ids.push(id);
        let before = current.amendable();
        let after = imported.amendment(body, &before);
        let fields = before.differences(&after);
        let moved = particulars.parent != current.parent;
        let mut of_row = Vec::new();
        // It moves first: its new name may be another's where it stands now.
        if moved {
            of_row.push(BodyCommand::Move {
                parent: particulars.parent,
            });
        }
        // Of one that is gone it is refused, and says why.
        if !fields.is_empty() || !known.directory.is_active(id) {
            of_row.push(BodyCommand::Amend {
                before: Box::new(before),
                after: Box::new(after),
            });
        }
        for command in of_row {
            rows_of.push(body.row);
            commands.push(Command::Body { id, command });
        }
        outcomes.push(if fields.is_empty() && !moved {
            Becomes::Unchanged
        } else {
            Becomes::Amended { fields, moved }
        });
    }
    let ingest = &shared.server.ingest;
    let digest = digest_of(&commands);
    let changed = query.digest.as_ref().is_some_and(|seen| *seen != digest);
    let apply = query.apply && !changed && !query.report;
    let refused = if apply {
        match ingest.commands(person, &commands, now()).await {
            Ok(_) => Vec::new(),
            Err(IngestError::Refused(refusal)) => {
                let refusals = rehearsed(shared, person, &commands).await?;
                // Refused a moment ago and not any more: said all the same, so that nobody takes it for done.
                if refusals.is_empty() {
                    vec![(0, refusal)]
                } else {
                    refusals
                }
            }
            Err(error) => return Err(Failure::unavailable(&error)),
        }
    } else {
        rehearsed(shared, person, &commands).await?
    };
    let rows = count(imported.bodies.len());
    let row_of = |place: usize| rows_of.get(place).copied().unwrap_or(1);
    let refused: Vec<(u32, String)> = refused
        .iter()
        .map(|(place, refusal)| (row_of(*place), refusal.text(visit.language)))
        .collect();
    let counted =
        |is: fn(&Becomes) -> bool| count(outcomes.iter().filter(|becomes| is(becomes)).count());
    Ok(ImportReport {
        digest,
        changed: query.apply && changed,
        rows,
        imported: if apply && refused.is_empty() { rows } else { 0 },
        registered: counted(|becomes| *becomes == Becomes::Registered),
        amended: counted(|becomes| matches!(becomes, Becomes::Amended { .. })),
        preview: preview(imported, outcomes, visit.language, &ingest.world().known()),
        districts: imported
            .districts
            .iter()
            .map(|district| district.name.clone())
            .collect(),
        refused,
        refused_in_all: 0,
    })
}

/// The id under which a body of a file is registered: a version-8 UUID of the SHA-256 of the jurisdiction, the name it is known by and
/// where it stands. A file that is sent twice at once asks for the same bodies, so that the second is refused. An id whose body is
/// gone, or goes by another name or stands elsewhere now, is passed over.
fn id_of(jurisdiction: JurisdictionId, body: &Particulars, known: &Known) -> BodyId {
    let name = known_by(&body.name);
    let district = body.district.as_ref().map_or("", |code| code.0.as_str());
    let parent = body.parent.map(|parent| parent.to_string());
    let parent = parent.unwrap_or_default();
    let mut number = 0_u64;
    loop {
        let hash = Sha256::new()
            .chain_update("dubang.import.body.2/")
            .chain_update(jurisdiction.to_string())
            .chain_update(number.to_be_bytes())
            // A line each: no name or code has a line break.
            .chain_update(format!("{parent}\n{district}\n{name}"))
            .finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        let id = BodyId(Builder::from_custom_bytes(bytes).into_uuid());
        let directory = &known.directory;
        let fits = directory.body(id).is_none_or(|registered| {
            directory.is_active(id)
                && known_by(&registered.name) == name
                && registered.standing() == body.standing()
        });
        if fits {
            return id;
        }
        number += 1;
    }
}

fn preview(
    imported: &Imported,
    outcomes: Vec<Becomes>,
    language: Language,
    known: &Known,
) -> Vec<PreviewRow> {
    let parent = |parent: &Parent| match parent {
        Parent::Registered(id) => known
            .directory
            .body(*id)
            .map_or_else(String::new, |body| body.name.get(language.tag()).to_owned()),
        Parent::Imported(place) => imported.bodies[*place].name.get(language.tag()).to_owned(),
    };
    imported
        .bodies
        .iter()
        .zip(outcomes)
        .map(|(body, becomes)| PreviewRow {
            row: body.row,
            becomes,
            name: body.name.clone(),
            kind: body.kind,
            parent: body.parent.as_ref().map(parent).unwrap_or_default(),
            district: body.district.clone(),
            residents: body.residents,
            staff: body.staff,
        })
        .collect()
}

/// Answers what a file of a guide's obligations holds; nothing is recorded.
pub async fn read_obligations(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ObligationsRead>, Failure> {
    permitted(&shared, &visit, Act::SetRules)?;
    let bytes = read_limited(&headers, body, bodies_file::MAX_BYTES + 1024 * 1024).await?;
    let read = tokio::task::spawn_blocking(move || obligations_file::read(&bytes))
        .await
        .map_err(|error| Failure::unavailable(&error))?;
    Ok(Json(match read {
        Ok(obligations) => ObligationsRead {
            obligations,
            ..ObligationsRead::default()
        },
        Err(errors) => ObligationsRead {
            obligations: Vec::new(),
            refused_in_all: count(errors.len()),
            refused: errors
                .iter()
                .take(SHOWN)
                .map(|error| (error.row, error.text(visit.language)))
                .collect(),
        },
    }))
}

/// All bodies in sight that are still there, in the form that is read again: parents first.
pub async fn export(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let (jurisdiction, person) = visit.person.ok_or_else(Failure::signed_out)?;
    if name == "template.csv" {
        return Ok(sent(Kind::Csv.media_type(), &name, template()));
    }
    let kind = register_kind(&name)?;
    let reader = shared.server.reader(jurisdiction, person);
    let directory = &reader.known.directory;
    let everything = reader.may(Act::See, &Place::Jurisdiction);
    let mut bodies: Vec<_> = directory
        .active_bodies()
        .filter(|(id, _)| everything || reader.may(Act::See, &Place::Body(*id)))
        .map(|(id, body)| (directory.path(id).count(), id, body))
        .collect();
    bodies.sort_by_key(|(depth, ..)| *depth);
    let tag = visit.language.tag();
    let districts: HashMap<&DistrictCode, &str> = directory
        .jurisdiction()
        .districts
        .iter()
        .map(|district| (&district.code, district.name.get(tag)))
        .collect();
    let exported: Vec<Exported<'_>> = bodies
        .iter()
        .map(|(_, id, body)| Exported {
            id: *id,
            body,
            parent: body
                .parent
                .and_then(|parent| directory.body(parent))
                .map_or("", |parent| parent.name.get(tag)),
            district: body
                .district
                .as_ref()
                .and_then(|code| districts.get(code))
                .copied()
                .unwrap_or_default(),
        })
        .collect();
    let file = match kind {
        Kind::Csv => write_csv(&exported, visit.language),
        Kind::Xlsx => {
            write_xlsx(&exported, visit.language).map_err(|error| Failure::unavailable(&error))?
        }
    };
    Ok(sent(kind.media_type(), &name, file))
}

#[cfg(test)]
mod tests;
