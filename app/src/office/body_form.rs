//! What is known of a body, as a form asks for it: when it is registered and when it is amended.

use domain::body::{
    Amendment, BodyKind, BodyRefusal, Contact, FIGURE_LIMIT, FigureFault, Location, Ownership,
    Profile, RiskGrade, read_figure, wanting,
};
use domain::jurisdiction::DistrictCode;
use domain::{Language, Text, say};
use leptos::prelude::*;

use super::Site;
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control};
use crate::widgets::sending::{Fault, Sending};
use crate::widgets::texts::typed;

const RESIDENTS: Text = Text::new("服务对象人数", "Residents");
const STAFF: Text = Text::new("工作人员数", "Staff");
const CAPACITY: Text = Text::new("床位数", "Beds");
const LONGITUDE: Text = Text::new("经度", "Longitude");
const LATITUDE: Text = Text::new("纬度", "Latitude");

const FIGURE: Text = Text::new(
    "机构必填，没有填0；部门和监督机构可不填。",
    "An institution gives it, 0 for none; departments and oversight bodies need not.",
);

/// What the register wants, at its control.
fn fault_of(refusal: &BodyRefusal) -> Fault {
    Fault {
        field: domain::Refusal::from(refusal.clone()).field(),
        text: refusal.text(crate::i18n::language()),
    }
}

fn figure_text(label: Text, fault: FigureFault, language: Language) -> String {
    let label = label.get(language);
    match fault {
        FigureFault::Missing => say!(
            language,
            "请填写“{label}”，没有填0",
            "Fill in “{label}”; 0 for none"
        ),
        FigureFault::NotANumber => say!(
            language,
            "“{label}”应为不小于0的整数",
            "“{label}” must be a whole number, 0 or more"
        ),
        FigureFault::TooLarge => say!(
            language,
            "“{label}”不能超过{FIGURE_LIMIT}，请核对",
            "“{label}” must be {FIGURE_LIMIT} or less; check it"
        ),
    }
}

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
    are_there_districts: bool,
}

impl BodyForm {
    /// Filled in with what is known.
    pub fn of(known: &Amendment) -> BodyForm {
        let figures = [known.residents, known.staff, known.capacity];
        // Of an institution a 0 is a number like any other; the others have no such number.
        let is_said = |figure: &u32| *figure > 0 || known.kind.is_institution();
        let figures = figures.map(|figure| Some(figure).filter(is_said));
        BodyForm::filled(known, figures)
    }

    fn filled(known: &Amendment, figures: [Option<u32>; 3]) -> BodyForm {
        let text = |text: &str| RwSignal::new(text.to_owned());
        let own = |tag: &str| {
            let mut names = known.name.iter();
            let own = names.find(|(language, _)| *language == tag);
            RwSignal::new(own.map(|(_, name)| name.to_owned()).unwrap_or_default())
        };
        let [residents, staff, capacity] = figures.map(|figure| {
            RwSignal::new(figure.map(|figure| figure.to_string()).unwrap_or_default())
        });
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
            residents,
            staff,
            capacity,
            ownership: text(profile.ownership.map_or("", Ownership::code)),
            risk: text(profile.risk.map_or("", RiskGrade::code)),
            address: text(&profile.address),
            longitude: degrees(profile.location.map(|location| location.longitude)),
            latitude: degrees(profile.location.map(|location| location.latitude)),
            contact: text(&profile.contact.name),
            telephone: text(&profile.contact.telephone),
            are_there_districts: use_context::<Site>()
                .is_some_and(|site| !site.jurisdiction.districts.is_empty()),
        }
    }

    /// Empty, for an institution.
    pub fn empty() -> BodyForm {
        let nothing = Amendment {
            kind: BodyKind::ElderCare,
            name: form::Texts::default(),
            district: None,
            residents: 0,
            staff: 0,
            capacity: 0,
            profile: Profile::default(),
        };
        BodyForm::filled(&nothing, [None; 3])
    }

    /// What was typed, with a fault for everything that cannot be what it should.
    pub fn read(self, faults: &mut Vec<Fault>) -> Amendment {
        let trimmed = |value: RwSignal<String>| value.get_untracked().trim().to_owned();
        let name = typed(
            &self.name.get_untracked(),
            &self.name_english.get_untracked(),
        );
        let kind = BodyKind::from_code(&self.kind.get_untracked()).unwrap_or(BodyKind::ElderCare);
        let district = Some(self.district.get_untracked())
            .filter(|code| !code.is_empty())
            .map(DistrictCode);
        let wanting = wanting(kind, &name, district.is_some(), self.are_there_districts);
        faults.extend(wanting.iter().map(fault_of));
        let mut figure = |id, label, value: RwSignal<String>| {
            let typed = value.get_untracked();
            read_figure(kind, &typed).unwrap_or_else(|fault| {
                let text = figure_text(label, fault, crate::i18n::language());
                faults.push(Fault {
                    field: Some(id),
                    text,
                });
                0
            })
        };
        let (residents, staff, capacity) = (
            figure("residents", RESIDENTS, self.residents),
            figure("staff", STAFF, self.staff),
            figure("capacity", CAPACITY, self.capacity),
        );
        Amendment {
            kind,
            name,
            district,
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
        let none = Text::new(
            "不属于一个区（仅部门、监督机构）",
            "In no one district (departments and oversight bodies)",
        );
        let whole = (String::new(), t(none).to_owned());
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
            {Ask::new("residents", RESIDENTS, Control::Number, self.residents).hint(FIGURE).view(sending)}
            {Ask::new("staff", STAFF, Control::Number, self.staff).hint(FIGURE).view(sending)}
            {Ask::new("capacity", CAPACITY, Control::Number, self.capacity).hint(FIGURE).view(sending)}
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The fields at fault, in the order of the form.
    fn faults(form: BodyForm) -> Vec<&'static str> {
        let mut faults = Vec::new();
        let _amendment = form.read(&mut faults);
        faults.iter().filter_map(|fault| fault.field).collect()
    }

    #[test]
    fn an_institution_is_registered_with_all_that_the_register_wants() {
        // given a form with nothing but an English name, when it is read, then what is missing is said at each control
        let owner = Owner::new();
        owner.set();
        let mut form = BodyForm::empty();
        form.are_there_districts = true;
        form.name_english.set("Home".into());
        let missing = ["name", "district", "residents", "staff", "capacity"];
        assert_eq!(faults(form), missing);
        // when it is filled in, then a 0 that is said is a 0, and what is no number is not one
        form.name.set("甲院".into());
        form.district.set("110106".into());
        form.residents.set(" 0 ".into());
        form.staff.set("4".into());
        form.capacity.set("十".into());
        assert_eq!(faults(form), ["capacity"]);
        form.capacity.set("100001".into());
        assert_eq!(faults(form), ["capacity"]);
        form.capacity.set("10".into());
        let read = form.read(&mut Vec::new());
        assert_eq!((read.residents, read.staff, read.capacity), (0, 4, 10));
        // and a department cares for nobody, and may lie in no one district
        form.kind.set(BodyKind::Department.code().into());
        for blank in [form.district, form.residents, form.staff, form.capacity] {
            blank.set(String::new());
        }
        assert!(faults(form).is_empty());
    }

    #[test]
    fn what_is_known_is_shown_and_a_known_zero_too() {
        let owner = Owner::new();
        owner.set();
        let home = Amendment {
            kind: BodyKind::ElderCare,
            name: form::Texts::both("甲院", "Home"),
            district: Some(DistrictCode("110106".into())),
            residents: 0,
            staff: 4,
            capacity: 10,
            profile: Profile::default(),
        };
        let form = BodyForm::of(&home);
        assert_eq!(form.residents.get_untracked(), "0");
        assert_eq!(form.read(&mut Vec::new()), home);
    }
}
