//! The tablets that sign what they send: who enrolled them, who used them last, and whether they are trusted.

use domain::Text;
use domain::command::Command;
use domain::device::DeviceCommand;
use domain::permission::Act;
use leptos::prelude::*;

use super::reason_form::REASON;
use super::{Site, people};
use crate::api::view::{DeviceRow, DeviceState};
use crate::i18n::t;
use crate::list::{Column, Listed};
use crate::widgets::filters::Filter;
use crate::widgets::head::head;
use crate::widgets::icon::IconName;
use crate::widgets::list::{BulkAct, Entered, List, Question, list};
use crate::widgets::tag::tag;

pub const PATH: &str = "/administration/devices";
pub const TITLE: Text = Text::new("平板", "Tablets");
/// What follows, said before it is done.
pub const REVOKED: Text = Text::new(
    "停用后，这台平板送来的记录不再直接采纳，一律留存待人工处理；已采纳的不变。找回的平板可准许重新登记。",
    "From then on, what comes from it is not taken as it is but held for a person to settle; what was taken before stays. One that is found again may be let enrol anew.",
);

pub const READMITTED: Text = Text::new(
    "这台平板下次联网时用新的密钥重新登记；登记之前送来的记录，按没有密钥的平板对待。请先确认平板在自己人手里。",
    "It enrols a key anew when it is online next; until then what it sends is taken as of a tablet without a key. Make sure first that it is in the right hands.",
);

/// How it is called.
pub fn called(device: &DeviceRow) -> String {
    domain::device::called(device.id, &device.name)
}

const fn state_title(state: DeviceState) -> Text {
    match state {
        DeviceState::Trusted => Text::new("受信任", "Trusted"),
        DeviceState::Readmitted => Text::new("待重新登记", "To enrol anew"),
        DeviceState::Revoked => Text::new("已停用", "Revoked"),
    }
}

pub fn state(device: &DeviceRow) -> AnyView {
    let (tone, icon) = match device.state {
        DeviceState::Trusted => ("received", IconName::CircleCheck),
        DeviceState::Readmitted => ("soon", IconName::Clock),
        DeviceState::Revoked => ("cancelled", IconName::X),
    };
    tag(tone, icon, t(state_title(device.state)))
}

impl Listed for DeviceRow {
    const LIST: &'static str = "devices";

    fn columns() -> Vec<Column<DeviceRow>> {
        vec![
            Column::text(
                "name",
                Text::new("平板", "Tablet"),
                |row: &DeviceRow, _| called(row).into(),
            ),
            Column::brief(
                "state",
                Text::new("状态", "State"),
                |row: &DeviceRow, _| t(state_title(row.state)).into(),
            )
            .look(|row, _| state(row)),
            Column::brief(
                "by",
                Text::new("登记人", "Enrolled by"),
                |row: &DeviceRow, site| site.name(&row.enrolled_by.name).into(),
            )
            .unsorted(),
            Column::brief(
                "enrolled",
                Text::new("登记时间", "Enrolled"),
                |row, _| row.enrolled_at.into(),
            ),
            Column::brief(
                "user",
                Text::new("最近使用人", "Last used by"),
                |row: &DeviceRow, site| {
                    row.signed
                        .as_ref()
                        .map(|(by, _)| site.name(&by.name))
                        .into()
                },
            )
            .unsorted(),
            Column::brief(
                "last",
                Text::new("最近送达", "Last sent"),
                |row: &DeviceRow, _| row.signed.as_ref().map(|(_, at)| *at).into(),
            ),
        ]
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("{PATH}/{}", self.id))
    }
}

pub fn revoke(device: &DeviceRow, reason: String) -> Command {
    Command::Device {
        id: device.id,
        command: DeviceCommand::Revoke { reason },
    }
}

fn revoke_selected(device: &DeviceRow, _: &Site, entered: &Entered) -> Vec<Command> {
    let is_trusted = device.state == DeviceState::Trusted;
    is_trusted
        .then(|| revoke(device, entered.only.clone()))
        .into_iter()
        .collect()
}

pub fn page() -> AnyView {
    let site = Site::here();
    let devices = List::<DeviceRow> {
        path: PATH.to_owned(),
        title: TITLE,
        filter: Text::new("筛选平板", "Filter tablets"),
        filters: vec![Filter::choice(
            "state",
            Text::new("状态", "State"),
            DeviceState::ALL
                .map(|state| (state.code().to_owned(), t(state_title(state)).to_owned()))
                .to_vec(),
        )],
        search: Text::new("使用人姓名", "Name of a user"),
        none: Text::new(
            "没有平板：检查员在平板上登录后自动登记，由全辖区的管理员管理。",
            "No tablet: one enrols by itself once an inspector signs in on it, and is for administrators of the whole jurisdiction.",
        ),
        acts: site
            .may(Act::ManagePeople)
            .then_some(BulkAct {
                icon: IconName::X,
                title: Text::new("停用所选", "Revoke the selected"),
                asks: Some(Question::Words(REASON, REVOKED)),
                commands: revoke_selected,
            })
            .into_iter()
            .collect(),
    };
    view! {
        {head(t(TITLE).to_owned(), (), ())}
        {people::tabs(&site, PATH)}
        <p class="prose">{t(Text::new(
            "每台平板自己生成密钥并登记，送来的每一批记录都由它签名，服务器逐批核对。平板丢失或转手时请停用。",
            "Each tablet makes a key of its own and enrols it; it signs every batch of records it sends, and the server checks each. Revoke a tablet that was lost or changed hands.",
        ))}</p>
        {list(devices)}
    }
    .into_any()
}
