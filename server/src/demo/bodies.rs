//! Departments, oversight bodies and the six named institutions. Their names are real, every figure is made up.

use domain::Text;
use domain::body::{BodyKind, Particulars};
use domain::id::BodyId;
use form::Texts;

use super::districts::{DISTRICTS, DemoDistrict};
use super::{both, identity};

pub fn body(key: &str) -> BodyId {
    BodyId(identity::id("body", key))
}

pub fn bureau() -> BodyId {
    body("bureau")
}

pub fn elder_care_division() -> BodyId {
    body("elder-care-division")
}

pub fn child_welfare_division() -> BodyId {
    body("child-welfare-division")
}

pub fn discipline_committee() -> BodyId {
    body("discipline-committee")
}

pub fn resident_group() -> BodyId {
    body("resident-group")
}

pub fn welfare_centre() -> BodyId {
    body("welfare-centre")
}

pub fn district_bureau(district: &DemoDistrict) -> BodyId {
    body(&format!("district-bureau/{}", district.code))
}

/// A municipal institution that mission and story name.
pub struct NamedInstitution {
    /// Also the sign-in name of its officer.
    pub key: &'static str,
    pub kind: BodyKind,
    pub name: Text,
    district: &'static str,
    pub residents: u32,
    pub staff: u32,
    pub capacity: u32,
}

impl NamedInstitution {
    pub fn id(&self) -> BodyId {
        body(self.key)
    }
}

pub const NAMED_INSTITUTIONS: [NamedInstitution; 6] = [
    NamedInstitution {
        key: "welfare-home-1",
        kind: BodyKind::ElderCare,
        name: Text::new("市第一社会福利院", "Municipal First Social Welfare Home"),
        district: "110105",
        residents: 1_050,
        staff: 460,
        capacity: 1_140,
    },
    NamedInstitution {
        key: "shoushan-fuhai",
        kind: BodyKind::ElderCare,
        name: Text::new(
            "一福寿山福海养老服务中心",
            "Yifu Shoushan Fuhai Elder-Care Service Centre",
        ),
        district: "110107",
        residents: 560,
        staff: 230,
        capacity: 700,
    },
    NamedInstitution {
        key: "care-demonstration",
        kind: BodyKind::ElderCare,
        name: Text::new(
            "市养老护理照料示范中心",
            "Municipal Elder-Care Demonstration Centre",
        ),
        district: "110115",
        residents: 480,
        staff: 260,
        capacity: 600,
    },
    NamedInstitution {
        key: "children-home",
        kind: BodyKind::ChildWelfare,
        name: Text::new("市儿童福利院", "Municipal Children's Welfare Home"),
        district: "110108",
        residents: 430,
        staff: 310,
        capacity: 600,
    },
    NamedInstitution {
        key: "children-home-2",
        kind: BodyKind::ChildWelfare,
        name: Text::new(
            "市第二儿童福利院",
            "Municipal Second Children's Welfare Home",
        ),
        district: "110114",
        residents: 210,
        staff: 170,
        capacity: 300,
    },
    NamedInstitution {
        key: "sos-village",
        kind: BodyKind::ChildWelfare,
        name: Text::new("北京SOS儿童村", "Beijing SOS Children's Village"),
        district: "110113",
        residents: 118,
        staff: 64,
        capacity: 150,
    },
];

/// Everything but the sample institutions, parents first.
pub fn named_bodies() -> Vec<(BodyId, Particulars)> {
    let office = |id, kind, parent, name: Text| {
        let particulars = Particulars {
            kind,
            name: both(name),
            parent,
            district: None,
            residents: 0,
            staff: 0,
            capacity: 0,
            sample: false,
            profile: domain::body::Profile::default(),
        };
        (id, particulars)
    };
    let of_bureau = Some(bureau());
    let mut bodies = vec![
        office(
            bureau(),
            BodyKind::Department,
            None,
            Text::new("市民政局", "Municipal Civil Affairs Bureau"),
        ),
        office(
            elder_care_division(),
            BodyKind::Department,
            of_bureau,
            Text::new("养老工作处", "Elder-Care Division"),
        ),
        office(
            child_welfare_division(),
            BodyKind::Department,
            of_bureau,
            Text::new("儿童福利和保护处", "Child Welfare and Protection Division"),
        ),
        office(
            discipline_committee(),
            BodyKind::OversightBody,
            of_bureau,
            Text::new(
                "市民政局机关纪委",
                "Discipline Committee of the Civil Affairs Bureau",
            ),
        ),
        office(
            welfare_centre(),
            BodyKind::Department,
            of_bureau,
            Text::new(
                "市社会福利事务管理中心",
                "Municipal Social Welfare Affairs Centre",
            ),
        ),
        // Both answer to the city's discipline commission, not to the bureau they oversee.
        office(
            resident_group(),
            BodyKind::OversightBody,
            None,
            Text::new(
                "驻市民政局纪检监察组",
                "Discipline Inspection Group Resident at the Civil Affairs Bureau",
            ),
        ),
        office(
            body("supervision-office"),
            BodyKind::OversightBody,
            None,
            Text::new("监督检查室", "Supervision and Inspection Office"),
        ),
    ];
    for district in &DISTRICTS {
        let particulars = Particulars {
            kind: BodyKind::Department,
            name: Texts::both(
                format!("{}民政局", district.name.get(domain::Language::Chinese)),
                format!("{} District Civil Affairs Bureau", district.short),
            ),
            parent: of_bureau,
            district: Some(district.code()),
            residents: 0,
            staff: 0,
            capacity: 0,
            sample: false,
            profile: domain::body::Profile::default(),
        };
        bodies.push((district_bureau(district), particulars));
    }
    for institution in &NAMED_INSTITUTIONS {
        let particulars = Particulars {
            kind: institution.kind,
            name: both(institution.name),
            parent: Some(welfare_centre()),
            district: Some(domain::jurisdiction::DistrictCode(
                institution.district.to_owned(),
            )),
            residents: institution.residents,
            staff: institution.staff,
            capacity: institution.capacity,
            sample: false,
            profile: domain::body::Profile::default(),
        };
        bodies.push((institution.id(), particulars));
    }
    bodies
}
