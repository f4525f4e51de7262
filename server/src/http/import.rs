//! What all files that are brought in have in common: who may, how much is told at once, and the whole report as a file.

use std::collections::HashSet;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use domain::id::{JurisdictionId, PersonId};
use domain::permission::{Act, Place};
use domain::record::Hash;
use domain::{Command, Language, Refusal, Text};
use interop::csv_write::{Field, write_rows};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Shared;
use super::problem::Failure;
use crate::server::{Visit, now};
use crate::sheet::Kind;

/// Rows of a file that are told at once, and as many refusals; the whole report has all of them.
pub const SHOWN: usize = 200;

#[derive(Debug, Deserialize)]
pub struct ImportQuery {
    /// Whether to take it in; otherwise it is only looked at.
    #[serde(default)]
    pub apply: bool,
    /// What it was seen to bring about when it was looked at: it is taken in if that is so still.
    #[serde(default)]
    pub digest: Option<String>,
    /// Whether to answer what becomes of every row, as a CSV file; nothing is taken in.
    #[serde(default)]
    pub report: bool,
    /// Of people: whether those of the file who have not chosen a password of their own get another first one.
    #[serde(default)]
    pub renew: bool,
}

/// Who is signed in, if they may do the act anywhere: a file is not even read for anybody else.
pub fn permitted(
    shared: &Shared,
    visit: &Visit,
    act: Act,
) -> Result<(JurisdictionId, PersonId), Failure> {
    let (jurisdiction, person) = visit.person.ok_or_else(Failure::signed_out)?;
    let reader = shared.server.reader(jurisdiction, person);
    if reader.may(act, &Place::Anywhere) {
        return Ok((jurisdiction, person));
    }
    Err(Failure::new(
        StatusCode::FORBIDDEN,
        "notForThisRole",
        Text::new(
            "您的角色不能导入文件",
            "Your role does not let you import files",
        ),
    ))
}

/// Which of the commands would be refused now, by their places.
pub async fn rehearsed(
    shared: &Shared,
    person: PersonId,
    commands: &[Command],
) -> Result<Vec<(usize, Refusal)>, Failure> {
    shared
        .server
        .ingest
        .rehearse(person, commands, now())
        .await
        .map_err(|error| Failure::unavailable(&error))
}

/// Stands for what a file brings about, as of now.
pub fn digest_of(commands: &[Command]) -> String {
    Hash(Sha256::digest(format!("{commands:?}")).into()).to_string()
}

pub fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// A file with what becomes of each row, in the order of the rows.
pub fn report_file(
    refused: &[(u32, String)],
    taken: impl IntoIterator<Item = (u32, String)>,
    language: Language,
) -> Response {
    let said = |text: Text| text.get(language).to_owned();
    let refused_word = said(Text::new("不能导入", "Refused"));
    let fine_word = said(Text::new("可以导入", "Can be imported"));
    let refused_rows: HashSet<u32> = refused.iter().map(|(row, _)| *row).collect();
    let mut lines: Vec<(u32, &str, &str)> = refused
        .iter()
        .map(|(row, why)| (*row, refused_word.as_str(), why.as_str()))
        .collect();
    let taken: Vec<(u32, String)> = taken.into_iter().collect();
    lines.extend(
        taken
            .iter()
            .filter(|(row, _)| !refused_rows.contains(row))
            .map(|(row, becomes)| (*row, fine_word.as_str(), becomes.as_str())),
    );
    lines.sort_by_key(|(row, ..)| *row);
    let headings = [
        Text::new("行", "Row"),
        Text::new("结果", "Result"),
        Text::new("说明", "What"),
    ];
    let headings = headings.map(|heading| Field::from(heading.get(language)));
    let rows = lines.into_iter().map(|(row, result, what)| {
        [
            Field::Value(row.to_string()),
            Field::from(result),
            Field::from(what),
        ]
    });
    let file = write_rows([headings].into_iter().chain(rows));
    sent(
        "text/csv; charset=utf-8",
        "import-report.csv",
        file.into_bytes(),
    )
}

/// Which file a register is asked for as, by its name.
pub fn register_kind(name: &str) -> Result<Kind, Failure> {
    match name {
        "register.csv" => Ok(Kind::Csv),
        "register.xlsx" => Ok(Kind::Xlsx),
        _ => Err(Failure::new(
            StatusCode::NOT_FOUND,
            "noSuchFile",
            Text::new("没有这个文件", "There is no such file"),
        )),
    }
}

/// A file to be kept by whoever asked for it, and by nobody on the way.
pub fn sent(kind: &str, name: &str, file: Vec<u8>) -> Response {
    (
        [
            (CONTENT_TYPE, kind.to_owned()),
            (
                CONTENT_DISPOSITION,
                format!("attachment; filename=\"{name}\""),
            ),
            (CACHE_CONTROL, "no-store".to_owned()),
        ],
        file,
    )
        .into_response()
}

/// An answer that nobody keeps on the way.
pub fn told<T: Serialize>(report: &T) -> Response {
    ([(CACHE_CONTROL, "no-store")], Json(report)).into_response()
}
