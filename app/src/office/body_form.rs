//! What is known of a body, as a form asks for it: when it is registered and when it is amended.

use domain::Text;
use domain::body::{Amendment, BodyKind, Contact, Location, Ownership, Profile, RiskGrade};
use domain::jurisdiction::DistrictCode;
use leptos::prelude::*;

use super::Site;
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, read_number};
use crate::widgets::sending::{Fault, Sending};
use crate::widgets::texts::typed;

const RESIDENTS: Text = Text::new("服务对象人数", "Residents");
const STAFF: Text = Text::new("工作人员数", "Staff");
const CAPACITY: Text = Text::new("床位数", "Beds");
const LONGITUDE: Text = Text::new("经度", "Longitude");
const LATITUDE: Text = Text::new("纬度", "Latitude");

/// The controls of a form; one such form on a page.
#[derive(Clone, Copy)]
pub struct BodyForm {
    kind: RwSignal<String>,
    name: RwSignal<String>,
    name_english: RwSignal<String>,
    district: RwSignal<String>,
    residents: RwSignal<String>,
    staff: RwSignal<String>,
    capacity: RwSignal<String>,
    ownership: RwSignal<String>,
    risk: RwSignal<String>,
    address: RwSignal<String>,
    longitude: RwSignal<String>,
    latitude: RwSignal<String>,
    contact: RwSignal<String>,
    telephone: RwSignal<String>,
}

impl BodyForm {
    /// Filled in with what is known.
    pub fn of(known: &Amendment) -> BodyForm {
        let text = |text: &str| RwSignal::new(text.to_owned());
        let own = |tag: &str| {
            let mut names = known.name.iter();
            let own = names.find(|(language, _)| *language == tag);
            RwSignal::new(own.map(|(_, name)| name.to_owned()).unwrap_or_default())
        };
        let figure = |figure: u32| match figure {
            0 => RwSignal::new(String::new()),
            figure => RwSignal::new(figure.to_string()),
        };
        let profile = &known.profile;
        let degrees = |degrees: Option<f64>| {
            RwSignal::new(
                degrees
                    .map(|degrees| degrees.to_string())
                    .unwrap_or_default(),
            )
        };
        let [chinese, english] = domain::Language::ALL.map(domain::Language::tag);
        BodyForm {
            kind: text(known.kind.code()),
            name: own(chinese),
            name_english: own(english),
            district: text(known.district.as_ref().map_or("", |code| &code.0)),
            residents: figure(known.residents),
            staff: figure(known.staff),
            capacity: figure(known.capacity),
            ownership: text(profile.ownership.map_or("", Ownership::code)),
            risk: text(profile.risk.map_or("", RiskGrade::code)),
            address: text(&profile.address),
            longitude: degrees(profile.location.map(|location| location.longitude)),
            latitude: degrees(profile.location.map(|location| location.latitude)),
            contact: text(&profile.contact.name),
            telephone: text(&profile.contact.telephone),
        }
    }

    /// Empty, for an institution.
    pub fn empty() -> BodyForm {
        BodyForm::of(&Amendment {
            kind: BodyKind::ElderCare,
            name: form::Texts::default(),
            district: None,
            residents: 0,
            staff: 0,
            capacity: 0,
            profile: Profile::default(),
        })
    }

    /// What was typed, with a fault for everything that cannot be what it should.
    pub fn read(self, faults: &mut Vec<Fault>) -> Amendment {
        let trimmed = |value: RwSignal<String>| value.get_untracked().trim().to_owned();
        let name = typed(
            &self.name.get_untracked(),
            &self.name_english.get_untracked(),
        );
        if name.is_empty() {
            let text = t(Text::new("请填写单位名称", "Give the body a name")).to_owned();
            faults.push(Fault {
                field: Some("name"),
                text,
            });
        }
        let mut figure = |id, label, value| {
            read_number(id, label, value)
                .map_err(|fault| faults.push(fault))
                .unwrap_or_default()
        };
        let (residents, staff, capacity) = (
            figure("residents", RESIDENTS, self.residents),
            figure("staff", STAFF, self.staff),
            figure("capacity", CAPACITY, self.capacity),
        );
        Amendment {
            kind: BodyKind::from_code(&self.kind.get_untracked()).unwrap_or(BodyKind::ElderCare),
            name,
            district: Some(self.district.get_untracked())
                .filter(|code| !code.is_empty())
                .map(DistrictCode),
            residents,
            staff,
            capacity,
            profile: Profile {
                ownership: Ownership::from_code(&self.ownership.get_untracked()),
                risk: RiskGrade::from_code(&self.risk.get_untracked()),
                address: trimmed(self.address),
                location: self.location(faults),
                contact: Contact {
                    name: trimmed(self.contact),
                    telephone: trimmed(self.telephone),
                },
            },
        }
    }

    fn location(self, faults: &mut Vec<Fault>) -> Option<Location> {
        let [longitude, latitude] =
            [self.longitude, self.latitude].map(|value| value.get_untracked().trim().to_owned());
        if longitude.is_empty() && latitude.is_empty() {
            return None;
        }
        let mut degrees = |id: &'static str, label: Text, typed: &str, limit: f64| {
            let read = typed
                .parse::<f64>()
                .ok()
                .filter(|degrees| degrees.abs() <= limit);
            if read.is_none() {
                let label = t(label);
                let text = domain::say!(
                    crate::i18n::language(),
                    "“{label}”应为-{limit}至{limit}之间的度数",
                    "“{label}” must be degrees between -{limit} and {limit}"
                );
                faults.push(Fault {
                    field: Some(id),
                    text,
                });
            }
            read
        };
        let longitude = degrees("longitude", LONGITUDE, &longitude, 180.0);
        let latitude = degrees("latitude", LATITUDE, &latitude, 90.0);
        longitude
            .zip(latitude)
            .map(|(longitude, latitude)| Location {
                longitude,
                latitude,
            })
    }

    /// `between` stands after the names.
    pub fn view(self, site: &Site, sending: Sending, between: impl IntoAny) -> AnyView {
        let whole = (
            String::new(),
            t(Text::new("全辖区", "Whole jurisdiction")).to_owned(),
        );
        let districts = std::iter::once(whole).chain(site.districts()).collect();
        let unknown = (String::new(), t(Text::new("未填", "Not given")).to_owned());
        let ownerships = std::iter::once(unknown.clone())
            .chain(
                Ownership::ALL.map(|known| (known.code().to_owned(), t(known.title()).to_owned())),
            )
            .collect();
        let risks = std::iter::once(unknown)
            .chain(
                RiskGrade::ALL.map(|known| (known.code().to_owned(), t(known.title()).to_owned())),
            )
            .collect();
        let kinds = super::bodies::kinds();
        view! {
            {Ask::new("kind", Text::new("类型", "Kind"), Control::Choice(kinds), self.kind).view(sending)}
            {Ask::line("name", Text::new("名称（中文）", "Name in Chinese"), self.name).view(sending)}
            {Ask::line("name-english", Text::new("名称（英文）", "Name in English"), self.name_english).optional().view(sending)}
            {between.into_any()}
            {Ask::new("district", Text::new("区", "District"), Control::Choice(districts), self.district).view(sending)}
            {Ask::new("residents", RESIDENTS, Control::Number, self.residents).optional().view(sending)}
            {Ask::new("staff", STAFF, Control::Number, self.staff).optional().view(sending)}
            {Ask::new("capacity", CAPACITY, Control::Number, self.capacity).optional().view(sending)}
            {Ask::new("ownership", Text::new("所有制", "Ownership"), Control::Choice(ownerships), self.ownership).optional().view(sending)}
            {Ask::new("risk", Text::new("风险等级", "Risk grade"), Control::Choice(risks), self.risk).optional().view(sending)}
            {Ask::line("address", Text::new("地址", "Address"), self.address).optional().view(sending)}
            {Ask::new("longitude", LONGITUDE, Control::Number, self.longitude).optional()
                .hint(Text::new("度，如 116.41（WGS 84）。", "In degrees, such as 116.41 (WGS 84)."))
                .view(sending)}
            {Ask::new("latitude", LATITUDE, Control::Number, self.latitude).optional().view(sending)}
            {Ask::line("contact", Text::new("联系人", "Contact"), self.contact).optional().view(sending)}
            {Ask::line("telephone", Text::new("电话", "Telephone"), self.telephone).optional().view(sending)}
        }
        .into_any()
    }
}
