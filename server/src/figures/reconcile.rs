//! Whether figures agree: what pages show with what the log says, and at every level the sum of the parts with the whole.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::BodyId;
use domain::jurisdiction::DistrictCode;
use domain::projection::directory::Directory;
use domain::{Language, say};

use super::{Count, Districts, Elsewhere, Figures, Recount, Tally};

/// What a figure is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    City,
    District(Option<DistrictCode>),
    Institution(BodyId),
}

/// What is held against what a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Witness {
    /// What the log says.
    Log,
    /// The sum of what pages show of the districts.
    Districts,
    /// The sum of what pages show of the institutions.
    Institutions,
}

/// A figure that does not agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discrepancy {
    pub of: Of,
    pub count: Count,
    /// What the page shows.
    pub shown: u64,
    pub witness: Witness,
    pub witnessed: u64,
}

impl Discrepancy {
    pub fn text(&self, directory: &Directory, language: Language) -> String {
        let of = match &self.of {
            Of::City => say!(language, "全市", "The city"),
            Of::District(code) => district_name(directory, code.as_ref(), language),
            Of::Institution(id) => directory.body(*id).map_or_else(
                || id.to_string(),
                |body| body.name.get(language.tag()).to_owned(),
            ),
        };
        let witness = match self.witness {
            Witness::Log => say!(language, "记录", "the log"),
            Witness::Districts => say!(language, "各区之和", "the sum of the districts"),
            Witness::Institutions => say!(language, "各机构之和", "the sum of the institutions"),
        };
        let (count, shown, witnessed) = (self.count.text(language), self.shown, self.witnessed);
        say!(
            language,
            "{of}，{count}：页面为{shown}，{witness}为{witnessed}",
            "{of}, {count}: {shown} on the page, {witnessed} by {witness}"
        )
    }
}

/// A district's name, or what stands for none.
pub fn district_name(
    directory: &Directory,
    code: Option<&DistrictCode>,
    language: Language,
) -> String {
    match code.and_then(|code| directory.district(code)) {
        Some(district) => district.name.get(language.tag()).to_owned(),
        None => code.map_or_else(
            || say!(language, "未分区", "In no district"),
            |code| code.0.clone(),
        ),
    }
}

/// Every figure that does not agree: of each body with the log; of each district with the log and with the sum of its institutions; of
/// the city with the log, with the sum of the districts, and with that of all institutions.
pub fn reconcile(pages: &Figures, recount: &Recount, directory: &Directory) -> Vec<Discrepancy> {
    let shown = by_district(&pages.institutions, &pages.elsewhere, &|id| {
        directory.body(id).and_then(|body| body.district.clone())
    });
    let told = by_district(&recount.institutions, &recount.elsewhere, &|id| {
        recount.district_of.get(&id).cloned().flatten()
    });
    let mut found = Vec::new();
    for id in keys(&pages.institutions, &recount.institutions) {
        compare(
            &Of::Institution(id),
            pages.institutions.get(&id),
            Witness::Log,
            recount.institutions.get(&id),
            &mut found,
        );
    }
    for code in keys(&pages.districts, &shown)
        .into_iter()
        .chain(keys(&told, &told))
        .collect::<BTreeSet<_>>()
    {
        let of = Of::District(code.clone());
        let page = pages.districts.get(&code);
        compare(
            &of,
            page,
            Witness::Institutions,
            shown.get(&code),
            &mut found,
        );
        compare(&of, page, Witness::Log, told.get(&code), &mut found);
    }
    let city = Some(&pages.city);
    let mut against = |witness, parts: &mut dyn Iterator<Item = &Tally>| {
        let mut sum = Tally::default();
        for part in parts {
            sum.add_all(part);
        }
        compare(&Of::City, city, witness, Some(&sum), &mut found);
    };
    against(Witness::Districts, &mut pages.districts.values());
    against(Witness::Institutions, &mut pages.institutions.values());
    against(Witness::Log, &mut recount.institutions.values());
    found
}

/// Sums of bodies, each count in the district where the body lay on its day, or lies.
fn by_district(
    bodies: &BTreeMap<BodyId, Tally>,
    elsewhere: &Elsewhere,
    lies: &dyn Fn(BodyId) -> Option<DistrictCode>,
) -> Districts {
    let mut districts = Districts::new();
    for (id, tally) in bodies {
        for count in tally.counts() {
            let lay = count.day().and_then(|day| elsewhere.get(&(day, *id)));
            let district = lay.cloned().unwrap_or_else(|| lies(*id));
            let of = districts.entry(district).or_default();
            of.add(count, tally.get(count));
        }
    }
    districts
}

fn keys<Key: Clone + Ord>(
    one: &BTreeMap<Key, Tally>,
    other: &BTreeMap<Key, Tally>,
) -> BTreeSet<Key> {
    one.keys().chain(other.keys()).cloned().collect()
}

fn compare(
    of: &Of,
    page: Option<&Tally>,
    witness: Witness,
    other: Option<&Tally>,
    found: &mut Vec<Discrepancy>,
) {
    let none = Tally::default();
    let (page, other) = (page.unwrap_or(&none), other.unwrap_or(&none));
    let counts: BTreeSet<Count> = page.counts().chain(other.counts()).collect();
    for count in counts {
        let (shown, witnessed) = (page.get(count), other.get(count));
        if shown != witnessed {
            found.push(Discrepancy {
                of: of.clone(),
                count,
                shown,
                witness,
                witnessed,
            });
        }
    }
}
