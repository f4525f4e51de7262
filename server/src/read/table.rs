//! The tables of the read models, column by column as the migrations create them.

use crate::store::change::Column::{Integer, IntegerOrNull, Real, Text, TextOrNull};
use crate::store::change::Table;

/// Every read model: what a rebuild throws away and computes again.
pub static TABLES: &[&Table] = &[
    &DEVICE,
    &DEVICE_SEQUENCE,
    &BODY,
    &NOTICE,
    &NOTICE_WORDING,
    &NOTICE_NUMBER,
    &NOTICE_ADDRESSEE,
    &NOTICE_RECEIPT,
    &NOTICE_PASSING,
    &NOTICE_REMINDER,
    &ATTACHMENT,
    &TALK,
    &TALK_BODY,
    &TALK_REQUIREMENT,
    &TALK_ACKNOWLEDGEMENT,
    &TALK_LINK,
    &MATERIAL,
    &MATERIAL_STANDING,
    &CHECKLIST,
    &CAMPAIGN,
    &INTEREST,
    &ASSIGNMENT,
    &ASSIGNMENT_MEMBER,
    &INSPECTION_START,
    &INSPECTION,
    &INSPECTOR_PRESENT,
    &FINDING,
    &FINDING_ACTOR,
    &RECTIFICATION_NUMBER,
    &EVIDENCE,
    &HELD,
    &DRAW,
    &DRAW_PARTY,
    &ARRANGEMENT,
    &ASSIGNMENT_DUE,
    &BODY_SINCE,
    &SITUATION_REPORT,
    &SITUATION_REMINDER,
    &NOTIFICATION,
    &SUPPORT,
    &LOOK_BACK,
    &LOOK_BACK_FINDING,
    &REGULATOR_FILE,
    &CLEARANCE,
    &CLEARANCE_TEST,
    &VISIT,
];

pub static DEVICE: Table = Table {
    name: "device",
    columns: &[
        ("jurisdiction", Text),
        ("id", Text),
        ("name", Text),
        ("enrolled_by", Text),
        ("enrolled_at", Integer),
        ("signed_by", TextOrNull),
        ("signed_at", IntegerOrNull),
        ("revoked_at", IntegerOrNull),
        ("readmitted", Integer),
    ],
    key_length: 2,
};

pub static DEVICE_SEQUENCE: Table = Table {
    name: "device_sequence",
    columns: &[
        ("jurisdiction", Text),
        ("actor", Text),
        ("device", Text),
        ("last", Integer),
    ],
    key_length: 3,
};

pub static BODY: Table = Table {
    name: "body",
    columns: &[
        ("jurisdiction", Text),
        ("id", Text),
        ("kind", Text),
        ("name_zh", Text),
        ("name_en", Text),
        ("parent", TextOrNull),
        ("district", TextOrNull),
        ("residents", Integer),
        ("staff", Integer),
        ("capacity", Integer),
        ("sample", Integer),
        ("ownership", TextOrNull),
        ("risk", TextOrNull),
        ("gone", Text),
    ],
    key_length: 2,
};

pub static NOTICE: Table = Table {
    name: "notice",
    columns: &[
        ("jurisdiction", Text),
        ("id", Text),
        ("number", Text),
        ("title_zh", Text),
        ("title_en", Text),
        ("effective_from", Integer),
        ("acknowledge_by", Integer),
        ("issued_at", Integer),
        ("issued_by", Text),
        ("content", Text),
        ("receipts_since", Text),
        ("withdrawn", TextOrNull),
        ("withdrawn_by", TextOrNull),
        ("withdrawn_at", IntegerOrNull),
    ],
    key_length: 2,
};

/// What a notice said, from its issuing and from each correction on.
pub static NOTICE_WORDING: Table = Table {
    name: "notice_wording",
    columns: &[
        ("jurisdiction", Text),
        ("notice", Text),
        ("version", Text),
        ("content", Text),
        ("reason", Text),
        ("again", Integer),
        ("actor", Text),
        ("at", Integer),
    ],
    key_length: 3,
};

pub static NOTICE_NUMBER: Table = Table {
    name: "notice_number",
    columns: &[("jurisdiction", Text), ("number", Text), ("notice", Text)],
    key_length: 2,
};

pub static NOTICE_ADDRESSEE: Table = Table {
    name: "notice_addressee",
    columns: &[
        ("jurisdiction", Text),
        ("notice", Text),
        ("kind", Text),
        ("district", Text),
        ("body", Text),
    ],
    key_length: 5,
};

pub static NOTICE_RECEIPT: Table = Table {
    name: "notice_receipt",
    columns: &[
        ("jurisdiction", Text),
        ("notice", Text),
        ("body", Text),
        ("version", Text),
        ("actor", Text),
        ("at", Integer),
    ],
    key_length: 4,
};

pub static NOTICE_PASSING: Table = Table {
    name: "notice_passing",
    columns: &[
        ("jurisdiction", Text),
        ("notice", Text),
        ("body", Text),
        ("from_body", Text),
        ("actor", Text),
        ("at", Integer),
    ],
    key_length: 4,
};

pub static NOTICE_REMINDER: Table = Table {
    name: "notice_reminder",
    columns: &[
        ("jurisdiction", Text),
        ("notice", Text),
        ("body", Text),
        ("version", Text),
        ("actor", Text),
        ("at", Integer),
    ],
    key_length: 4,
};

pub static ATTACHMENT: Table = Table {
    name: "attachment",
    columns: &[
        ("jurisdiction", Text),
        ("file", Text),
        ("stream", Text),
        ("body", Text),
        ("name", Text),
        ("kind", Text),
        ("bytes", Integer),
    ],
    key_length: 4,
};

pub static CHECKLIST: Table = Table {
    name: "checklist",
    columns: &[
        ("jurisdiction", Text),
        ("id", Text),
        ("version", Text),
        ("title_zh", Text),
        ("title_en", Text),
        ("items", Integer),
        ("adapted", Integer),
        ("published_at", Integer),
    ],
    key_length: 3,
};

pub static CAMPAIGN: Table = Table {
    name: "campaign",
    columns: &[
        ("jurisdiction", Text),
        ("id", Text),
        ("name_zh", Text),
        ("name_en", Text),
        ("kind", Text),
        ("notice_mode", Text),
        ("authority", Text),
        ("first_day", Text),
        ("last_day", Text),
        ("created_at", Integer),
    ],
    key_length: 2,
};

pub static INTEREST: Table = Table {
    name: "interest",
    columns: &[
        ("jurisdiction", Text),
        ("campaign", Text),
        ("person", Text),
        ("body", Text),
        ("version", Text),
        ("at", Integer),
        ("withdrawn", Integer),
    ],
    key_length: 5,
};

pub static ASSIGNMENT: Table = Table {
    name: "assignment",
    columns: &[
        ("jurisdiction", Text),
        ("id", Text),
        ("campaign", Text),
        ("target", Text),
        ("checklist", Text),
        ("visit_on", Text),
        ("sealed", Integer),
        ("content", Text),
        ("released_position", IntegerOrNull),
        ("cancelled", Integer),
        ("begun", Integer),
    ],
    key_length: 2,
};

pub static ASSIGNMENT_MEMBER: Table = Table {
    name: "assignment_member",
    columns: &[
        ("jurisdiction", Text),
        ("person", Text),
        ("assignment", Text),
    ],
    key_length: 3,
};

pub static INSPECTION_START: Table = Table {
    name: "inspection_start",
    columns: &[
        ("jurisdiction", Text),
        ("id", Text),
        ("started_at", Integer),
    ],
    key_length: 2,
};

pub static INSPECTION: Table = Table {
    name: "inspection",
    columns: &[
        ("jurisdiction", Text),
        ("id", Text),
        ("target", Text),
        ("outcome", Text),
        ("submitted_at", Integer),
        ("submitted_by", Text),
        ("earned", Real),
        ("possible", Real),
        ("assessed", Integer),
    ],
    key_length: 2,
};

pub static INSPECTOR_PRESENT: Table = Table {
    name: "inspector_present",
    columns: &[
        ("jurisdiction", Text),
        ("inspection", Text),
        ("person", Text),
        ("submitted_position", Integer),
        ("signed", Integer),
    ],
    key_length: 3,
};

pub static FINDING: Table = Table {
    name: "finding",
    columns: &[
        ("jurisdiction", Text),
        ("id", Text),
        ("inspection", Text),
        ("body", Text),
        ("code", Text),
        ("title_zh", Text),
        ("title_en", Text),
        ("note", Text),
        ("severity", Text),
        ("extent", Text),
        ("line", Text),
        ("stage", Text),
        ("raised_at", Integer),
        ("plan_by", TextOrNull),
        ("complete_by", TextOrNull),
        ("claimed_at", IntegerOrNull),
        ("closed_at", IntegerOrNull),
        ("escalated_at", IntegerOrNull),
        ("answer_by", TextOrNull),
    ],
    key_length: 2,
};

/// Who may not re-verify a finding: `rectified` or `approved` says what they did.
pub static FINDING_ACTOR: Table = Table {
    name: "finding_actor",
    columns: &[
        ("jurisdiction", Text),
        ("finding", Text),
        ("person", Text),
        ("part", Text),
    ],
    key_length: 4,
};

/// Under which numbers rectification was ordered, as numbers are compared and as they were written.
pub static RECTIFICATION_NUMBER: Table = Table {
    name: "rectification_number",
    columns: &[
        ("jurisdiction", Text),
        ("number", Text),
        ("written", Text),
        ("finding", Text),
        ("unit", Text),
        ("issued_by", Text),
        ("issued_at", Integer),
    ],
    key_length: 2,
};

pub static EVIDENCE: Table = Table {
    name: "evidence",
    columns: &[("jurisdiction", Text), ("photo", Text), ("stream", Text)],
    key_length: 3,
};

pub static HELD: Table = Table {
    name: "held",
    columns: &[
        ("jurisdiction", Text),
        ("id", Text),
        ("kind", Text),
        ("stream", Text),
        ("actor", Text),
        ("occurred_at", Integer),
        ("kept_at", Integer),
        ("reason_zh", Text),
        ("reason_en", Text),
        ("content", Text),
        ("decision", TextOrNull),
    ],
    key_length: 2,
};

pub static DRAW: Table = Table {
    name: "draw",
    columns: &[
        ("jurisdiction", Text),
        ("id", Text),
        ("campaign", Text),
        ("authority", Text),
        ("name_zh", Text),
        ("name_en", Text),
        ("sealed", Integer),
        ("disclosed", Integer),
        ("round", Integer),
        ("state", Text),
        ("published_at", Integer),
    ],
    key_length: 2,
};

pub static TALK_BODY: Table = Table {
    name: "talk_body",
    columns: &[
        ("jurisdiction", Text),
        ("talk", Text),
        ("part", Text),
        ("body", Text),
    ],
    key_length: 4,
};

pub static TALK: Table = Table {
    name: "talk",
    columns: &[
        ("jurisdiction", Text),
        ("id", Text),
        ("notice", TextOrNull),
        ("title_zh", Text),
        ("title_en", Text),
        ("at", Integer),
        ("convened_at", Integer),
        ("convened_by", Text),
        ("content", Text),
        ("cancelled", TextOrNull),
    ],
    key_length: 2,
};

pub static DRAW_PARTY: Table = Table {
    name: "draw_party",
    columns: &[
        ("jurisdiction", Text),
        ("draw", Text),
        ("round", Text),
        ("person", Text),
        ("committed_at", IntegerOrNull),
        ("revealed_at", IntegerOrNull),
    ],
    key_length: 4,
};

pub static TALK_REQUIREMENT: Table = Table {
    name: "talk_requirement",
    columns: &[
        ("jurisdiction", Text),
        ("talk", Text),
        ("number", Text),
        ("asked", Integer),
        ("due", IntegerOrNull),
        ("content", Text),
        ("withdrawn", Integer),
    ],
    key_length: 3,
};

pub static TALK_ACKNOWLEDGEMENT: Table = Table {
    name: "talk_acknowledgement",
    columns: &[
        ("jurisdiction", Text),
        ("talk", Text),
        ("number", Text),
        ("body", Text),
        ("actor", Text),
        ("at", Integer),
    ],
    key_length: 4,
};

pub static ARRANGEMENT: Table = Table {
    name: "arrangement",
    columns: &[
        ("jurisdiction", Text),
        ("id", Text),
        ("changed_at", Integer),
        ("authority", Text),
        ("title_zh", Text),
        ("title_en", Text),
        ("pending", Integer),
    ],
    key_length: 2,
};

pub static TALK_LINK: Table = Table {
    name: "talk_link",
    columns: &[
        ("jurisdiction", Text),
        ("talk", Text),
        ("number", Text),
        ("target", Text),
        ("content", Text),
        ("removed", Integer),
    ],
    key_length: 4,
};

pub static MATERIAL: Table = Table {
    name: "material",
    columns: &[
        ("jurisdiction", Text),
        ("id", Text),
        ("title_zh", Text),
        ("title_en", Text),
        ("authority", Text),
        ("notice", TextOrNull),
        ("talk", TextOrNull),
        ("requested_at", Integer),
        ("requested_by", Text),
        ("content", Text),
        ("withdrawn", TextOrNull),
    ],
    key_length: 2,
};

pub static ASSIGNMENT_DUE: Table = Table {
    name: "assignment_due",
    columns: &[
        ("jurisdiction", Text),
        ("id", Text),
        ("campaign", Text),
        ("release_at", Integer),
    ],
    key_length: 2,
};

pub static MATERIAL_STANDING: Table = Table {
    name: "material_standing",
    columns: &[
        ("jurisdiction", Text),
        ("material", Text),
        ("body", Text),
        ("stage", Text),
        ("due", Integer),
    ],
    key_length: 3,
};

/// From when on a body is there: what it owes begins then.
pub static BODY_SINCE: Table = Table {
    name: "body_since",
    columns: &[("jurisdiction", Text), ("body", Text), ("at", Integer)],
    key_length: 2,
};

/// A day comes first, so that a day, or thirty of them, stand together.
pub static SITUATION_REPORT: Table = Table {
    name: "situation_report",
    columns: &[
        ("jurisdiction", Text),
        ("day", Text),
        ("body", Text),
        ("number", Integer),
        ("reported_at", Integer),
        ("residents", Integer),
        ("staff", Integer),
        ("on_site", Integer),
        ("infections", Integer),
        ("isolated", Integer),
        ("tests_due", Integer),
        ("tests_done", Integer),
        ("vaccinated", Integer),
        ("stock_days", Integer),
        ("note", Text),
    ],
    key_length: 3,
};

/// When a missing report was last asked for.
pub static SITUATION_REMINDER: Table = Table {
    name: "situation_reminder",
    columns: &[
        ("jurisdiction", Text),
        ("day", Text),
        ("body", Text),
        ("at", Integer),
    ],
    key_length: 3,
};

/// What there is to tell; see `notification.rs`.
pub static NOTIFICATION: Table = Table {
    name: "notification",
    columns: &[
        ("jurisdiction", Text),
        ("id", Text),
        ("position", Integer),
        ("at", Integer),
        ("kind", Text),
        ("stream", Text),
        ("audience", Text),
        ("body", Text),
        ("addressees", Text),
        ("about_zh", Text),
        ("about_en", Text),
    ],
    key_length: 2,
};

pub static SUPPORT: Table = Table {
    name: "support",
    columns: &[
        ("jurisdiction", Text),
        ("finding", Text),
        ("number", Text),
        ("owed_by", Text),
        ("what", Text),
        ("due", Text),
        ("owed_at", Integer),
        ("provided", TextOrNull),
        ("late", IntegerOrNull),
        ("account", TextOrNull),
        ("confirmed_at", IntegerOrNull),
        ("moved_to", TextOrNull),
    ],
    key_length: 3,
};

pub static LOOK_BACK: Table = Table {
    name: "look_back",
    columns: &[
        ("jurisdiction", Text),
        ("id", Text),
        ("seed", Text),
        ("share", Integer),
        ("closed", Integer),
        ("chosen", Integer),
        ("drawn_at", Integer),
        ("drawn_by", Text),
    ],
    key_length: 2,
};

pub static LOOK_BACK_FINDING: Table = Table {
    name: "look_back_finding",
    columns: &[
        ("jurisdiction", Text),
        ("look_back", Text),
        ("finding", Text),
        ("outcome", TextOrNull),
        ("looked_at", IntegerOrNull),
    ],
    key_length: 3,
};

pub static REGULATOR_FILE: Table = Table {
    name: "regulator_file",
    columns: &[
        ("jurisdiction", Text),
        ("id", Text),
        ("regulator", Text),
        ("knew", Integer),
        ("acted", Integer),
        ("account", Text),
        ("assessed_by", Text),
        ("assessed_at", Integer),
        ("signed_by", TextOrNull),
        ("signed_at", IntegerOrNull),
    ],
    key_length: 2,
};

pub static CLEARANCE: Table = Table {
    name: "clearance",
    columns: &[
        ("jurisdiction", Text),
        ("person", Text),
        ("tested_at", Integer),
        ("negative", Integer),
        ("doses", Integer),
        ("last_dose_on", TextOrNull),
        ("recorded_at", Integer),
        ("recorded_by", Text),
    ],
    key_length: 2,
};

/// Every test that was recorded, so that what held at a visit can be told later.
pub static CLEARANCE_TEST: Table = Table {
    name: "clearance_test",
    columns: &[
        ("jurisdiction", Text),
        ("person", Text),
        ("tested_at", Integer),
        ("negative", Integer),
    ],
    key_length: 3,
};

/// Who was where from when to when: what the visit chain is made of.
pub static VISIT: Table = Table {
    name: "visit",
    columns: &[
        ("jurisdiction", Text),
        ("id", Text),
        ("target", Text),
        ("present", Text),
        ("outcome", Text),
        ("started_at", Integer),
        ("ended_at", Integer),
        ("mode", Text),
    ],
    key_length: 2,
};
