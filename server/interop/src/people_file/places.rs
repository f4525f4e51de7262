//! Bodies, districts and the jurisdiction by what a file calls them, and what a file calls them by.

use std::collections::HashMap;

use domain::Text;
use domain::id::BodyId;
use domain::jurisdiction::DistrictCode;
use domain::language::Language;
use domain::permission::Scope;
use form::Texts;

use super::{Fault, Known, KnownBody};
use crate::bodies_file::shortened;
use crate::obligations_file::is_meant;

const WHOLE: &str = "jurisdiction";
const WHOLE_TITLE: Text = Text::new("全辖区", "Whole jurisdiction");

pub struct Places<'a> {
    jurisdiction: &'a Texts,
    /// By each name and by the code.
    districts: HashMap<&'a str, Vec<&'a DistrictCode>>,
    district_names: HashMap<&'a DistrictCode, &'a Texts>,
    /// By each name, which a body with the same in both languages has once.
    by_name: HashMap<&'a str, Vec<&'a KnownBody>>,
    by_id: HashMap<BodyId, &'a KnownBody>,
}

impl<'a> Places<'a> {
    pub fn new(known: &'a Known) -> Places<'a> {
        let mut districts: HashMap<&str, Vec<&DistrictCode>> = HashMap::new();
        for district in &known.districts {
            let names = district.name.iter().map(|(_, name)| name.trim());
            for name in names.chain([district.code.0.as_str()]) {
                let codes = districts.entry(name).or_default();
                if !codes.contains(&&district.code) {
                    codes.push(&district.code);
                }
            }
        }
        let mut by_name: HashMap<&str, Vec<&KnownBody>> = HashMap::new();
        for body in &known.bodies {
            for (_, name) in body.name.iter() {
                let bodies = by_name.entry(name.trim()).or_default();
                if bodies.iter().all(|known| known.id != body.id) {
                    bodies.push(body);
                }
            }
        }
        Places {
            jurisdiction: &known.jurisdiction,
            districts,
            district_names: known
                .districts
                .iter()
                .map(|district| (&district.code, &district.name))
                .collect(),
            by_name,
            by_id: known.bodies.iter().map(|body| (body.id, body)).collect(),
        }
    }

    /// A body by its name, in a district if one is said, or by its id, whether or not it is known.
    pub fn body(&self, name: &str, district: &str) -> Result<BodyId, Fault> {
        if let Ok(id) = name.parse::<BodyId>() {
            return Ok(id);
        }
        let district = if district.is_empty() {
            None
        } else {
            Some(self.district(district)?)
        };
        let called = self.by_name.get(name).into_iter().flatten();
        let mut bodies = called.filter(|body| {
            district.is_none_or(|district| body.district.as_ref() == Some(district))
        });
        match (bodies.next(), bodies.next()) {
            (Some(body), None) => Ok(body.id),
            (Some(_), Some(_)) => Err(Fault::BodyAmbiguous(shortened(name))),
            (None, _) => Err(Fault::BodyUnknown(shortened(name))),
        }
    }

    fn district(&self, said: &str) -> Result<&'a DistrictCode, Fault> {
        match self.districts.get(said).map(Vec::as_slice) {
            Some([code]) => Ok(code),
            Some([_, _, ..]) => Err(Fault::DistrictAmbiguous(shortened(said))),
            _ => Err(Fault::DistrictUnknown(shortened(said))),
        }
    }

    pub fn scope(&self, said: &str, district: &str) -> Result<Scope, Fault> {
        let is_whole = is_meant(said, WHOLE, WHOLE_TITLE)
            || self
                .jurisdiction
                .iter()
                .any(|(_, name)| name.trim() == said);
        let is_body = self.by_name.contains_key(said);
        // Who says where the body is means the body.
        if !district.is_empty() || said.parse::<BodyId>().is_ok() {
            return self.body(said, district).map(Scope::Body);
        }
        let is_district = self.districts.contains_key(said);
        match (is_whole, is_district, is_body) {
            (true, false, false) => Ok(Scope::Jurisdiction),
            (false, true, false) => self.district(said).cloned().map(Scope::District),
            (false, false, true) => self.body(said, "").map(Scope::Body),
            (false, false, false) => Err(Fault::ScopeUnknown(shortened(said))),
            _ => Err(Fault::ScopeAmbiguous(shortened(said))),
        }
    }

    /// What a file calls a body by, and the district beside: by its id where a name would not be understood.
    pub fn say_body(&self, id: BodyId, language: Language) -> (String, String) {
        let said = self.by_id.get(&id).map(|body| {
            let district = body.district.as_ref().map(|code| &code.0);
            let name = body.name.get(language.tag()).trim().to_owned();
            (name, district.cloned().unwrap_or_default())
        });
        said.filter(|(name, district)| self.body(name, district) == Ok(id))
            .unwrap_or_else(|| (id.to_string(), String::new()))
    }

    pub fn say_scope(&self, scope: &Scope, language: Language) -> (String, String) {
        let said = match scope {
            Scope::Jurisdiction => WHOLE_TITLE.get(language).to_owned(),
            Scope::District(code) => {
                let name = self.district_names.get(code);
                let name = name.map_or("", |name| name.get(language.tag()));
                name.trim().to_owned()
            }
            Scope::Body(body) => {
                let (name, district) = self.say_body(*body, language);
                let is_understood = self.scope(&name, &district).as_ref() == Ok(scope);
                return if is_understood {
                    (name, district)
                } else {
                    (body.to_string(), String::new())
                };
            }
        };
        if self.scope(&said, "").as_ref() == Ok(scope) {
            return (said, String::new());
        }
        let code = match scope {
            Scope::District(code) => code.0.clone(),
            _ => WHOLE.to_owned(),
        };
        (code, String::new())
    }
}
