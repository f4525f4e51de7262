//! The measured forms, written as pyxform 4.5 writes them, and the edits they are measured by.
//!
//! | Name | Form |
//! |---|---|
//! | `insp N` | N rows in groups of 20, in a cycle of five: select one, integer, select one, text, calculation. A third is relevant on the select before it, integers have a constraint, the calculations are one chain over the whole form: the first select feeds all of it |
//! | `sect N` | the same, with a chain in each group and a total of all groups |
//! | `rep200` | a repeat of 200 instances, the number an answer, each of 20 rows of the same cycle; its sum, its largest and a count over it |
//! | `choices100k` | two selects, the second offering the thousand of 100,000 choices whose district the first names; the choices in a CSV file |
//! | `choices100k_internal` | the same, the choices in the form itself |

use std::fmt::Write as _;

use serde::Serialize;

use crate::engine::Files;

/// Appends to a string, which cannot fail.
macro_rules! put {
    ($text:expr, $($format:tt)*) => {
        let _ = write!($text, $($format)*);
    };
}

/// A form and what is measured on it.
#[derive(Debug, Serialize)]
pub struct Sample {
    /// What the measurements are called after; the form's id too.
    pub name: String,
    #[serde(skip)]
    pub xml: String,
    pub attachments: Vec<Attachment>,
    /// Edits of one answer, each with what follows from it.
    pub changes: Vec<Change>,
    pub repeat: Option<Repeat>,
    pub cascade: Option<Cascade>,
}

/// A file the form names.
#[derive(Debug, Serialize)]
pub struct Attachment {
    /// As the form writes it.
    pub url: String,
    pub file: String,
    #[serde(skip)]
    pub content: String,
}

/// One answer alternating between two values.
#[derive(Debug, Serialize)]
pub struct Change {
    /// `fanout`: everything follows from it; `tail`: next to nothing does.
    pub name: &'static str,
    pub path: String,
    /// The second is how it is left.
    pub values: [&'static str; 2],
    /// A node that follows from it…
    pub total: &'static str,
    /// …and its number after either value.
    pub totals: [f64; 2],
}

/// A repeat whose number of instances is an answer.
#[derive(Debug, Serialize)]
pub struct Repeat {
    pub path: &'static str,
    pub count: &'static str,
    pub instances: usize,
}

/// A select whose choices depend on another one's answer.
#[derive(Debug, Serialize)]
pub struct Cascade {
    /// The select that filters.
    pub path: &'static str,
    /// How many values it has: the first is `d1`.
    pub values: usize,
    /// The select that is filtered.
    pub filtered: &'static str,
    /// How many choices are left to it.
    pub choices: usize,
}

impl Sample {
    /// As an engine takes them.
    pub fn files(&self) -> Files {
        self.attachments
            .iter()
            .map(|file| (file.url.clone(), file.content.clone().into_bytes()))
            .collect()
    }
}

/// All of them, the smallest first.
pub fn samples() -> Vec<Sample> {
    vec![
        inspection(1_000),
        inspection(5_000),
        inspection(25_000),
        sections(5_000),
        repeat(200),
        choices_in_file(100, 1_000),
        choices_in_form(100, 1_000),
    ]
}

const GROUP: usize = 20;
const YES_NO: [(&str, &str); 3] = [("yes", "Yes"), ("no", "No"), ("na", "N/A")];
const SEVERITY: [(&str, &str); 4] = [
    ("low", "Low"),
    ("mid", "Medium"),
    ("high", "High"),
    ("critical", "Critical"),
];

/// `insp N`.
pub fn inspection(rows: usize) -> Sample {
    let name = format!("insp{rows}");
    let xml = grouped(&name, rows, false);
    flat_sample(name, xml, rows)
}

/// `sect N`.
pub fn sections(rows: usize) -> Sample {
    let name = format!("sect{rows}");
    let xml = grouped(&name, rows, true);
    flat_sample(name, xml, rows)
}

fn flat_sample(name: String, xml: String, rows: usize) -> Sample {
    let order = |name, row: usize| Change {
        name,
        path: in_group(row),
        values: ["yes", "no"],
        total: "/data/total",
        totals: [f64::from(weight(row + 4)), 0.0],
    };
    let severity = |name, row| Change {
        name,
        path: in_group(row),
        values: ["critical", "low"],
        total: "/data/total",
        totals: [5.0, 0.0],
    };
    // Of the last five rows' two selects, one that is always relevant.
    let tail = if (rows - 4).is_multiple_of(3) {
        severity("tail", rows - 2)
    } else {
        order("tail", rows - 4)
    };
    Sample {
        name,
        xml,
        attachments: Vec::new(),
        changes: vec![order("fanout", 1), tail],
        repeat: None,
        cascade: None,
    }
}

/// The path of a row of a grouped form.
fn in_group(row: usize) -> String {
    format!("/data/g{}/q{row}", (row - 1) / GROUP + 1)
}

/// What `yes` two selects before the calculation in `row` adds to the score.
fn weight(row: usize) -> u8 {
    match row / 5 % 4 {
        0 => 1,
        1 => 2,
        2 => 3,
        _ => 4,
    }
}

fn grouped(name: &str, rows: usize, by_section: bool) -> String {
    let chains = if by_section {
        Chain::Section
    } else {
        Chain::Form
    };
    let mut form = Writer::default();
    let sections: Vec<(usize, Vec<usize>)> = (1..=rows)
        .collect::<Vec<_>>()
        .chunks(GROUP)
        .enumerate()
        .map(|(index, rows)| (index + 1, rows.to_vec()))
        .collect();
    for (section, rows) in &sections {
        put!(form.instance, "<g{section}>");
        for row in rows {
            put!(form.instance, "<q{row}/>");
        }
        put!(form.instance, "</g{section}>");
        put!(
            form.body,
            "<group ref=\"/data/g{section}\"><label>Section {section}</label>"
        );
        for row in rows {
            form.row(
                *row,
                &in_group,
                &|row| format!(" {} ", in_group(row)),
                chains,
            );
        }
        form.body.push_str("</group>");
    }
    form.instance.push_str("<total/><show/>");
    let total = if by_section {
        (GROUP..=rows)
            .step_by(GROUP)
            .map(|row| format!(" {} ", in_group(row)))
            .collect::<Vec<_>>()
            .join(" + ")
    } else {
        format!(" {} ", in_group(rows))
    };
    form.calculation("/data/total", &total);
    form.note();
    form.choices("ynna", &YES_NO);
    form.choices("sev", &SEVERITY);
    form.finish(name)
}

/// `rep200`, or with another number.
pub fn repeat(instances: usize) -> Sample {
    let name = format!("rep{instances}");
    let mut form = Writer::default();
    put!(form.instance, "<n_items>{instances}</n_items>");
    for opening in ["<item jr:template=\"\">", "<item>"] {
        form.instance.push_str(opening);
        for row in 1..=GROUP {
            put!(form.instance, "<f{row}/>");
        }
        form.instance.push_str("</item>");
    }
    form.instance.push_str("<total/><ncrit/><worst/><show/>");
    form.binds
        .push_str("<bind nodeset=\"/data/n_items\" type=\"int\"/>");
    form.body.push_str(concat!(
        "<input ref=\"/data/n_items\"><label>Number of items</label></input>",
        "<group ref=\"/data/item\"><label>Item</label>",
        "<repeat nodeset=\"/data/item\" jr:count=\" /data/n_items \">",
    ));
    for row in 1..=GROUP {
        form.row(
            row,
            &|row| format!("/data/item/f{row}"),
            &|row| format!(" ../f{row} "),
            Chain::Form,
        );
    }
    form.body.push_str("</repeat></group>");
    form.calculation("/data/total", "sum( /data/item/f20 )");
    form.calculation("/data/ncrit", "count( /data/item/f3 [. = 'critical'])");
    form.calculation("/data/worst", "max( /data/item/f20 )");
    form.note();
    form.choices("ynna", &YES_NO);
    form.choices("sev", &SEVERITY);
    Sample {
        xml: form.finish(&name),
        name,
        attachments: Vec::new(),
        changes: vec![Change {
            name: "fanout",
            path: "/data/item[1]/f1".to_owned(),
            values: ["yes", "no"],
            total: "/data/total",
            // Its four calculations are a chain, and the sum is over the last of them.
            totals: [f64::from(weight(5)), 0.0],
        }],
        repeat: Some(Repeat {
            path: "/data/item",
            count: "/data/n_items",
            instances,
        }),
        cascade: None,
    }
}

/// `choices100k`.
pub fn choices_in_file(districts: usize, each: usize) -> Sample {
    let mut content = String::from("name,label,district\n");
    for (number, district) in institutions(districts, each) {
        put!(content, "i{number},Institution {number},d{district}\n");
    }
    let mut form = Writer::default();
    form.secondary
        .push_str("<instance id=\"institution\" src=\"jr://file-csv/institution.csv\"/>");
    form.districts(districts);
    let attachments = vec![Attachment {
        url: "jr://file-csv/institution.csv".to_owned(),
        file: "institution.csv".to_owned(),
        content,
    }];
    cascade_sample(form, attachments, "", districts, each)
}

/// `choices100k_internal`.
pub fn choices_in_form(districts: usize, each: usize) -> Sample {
    let mut form = Writer::default();
    form.districts(districts);
    form.secondary
        .push_str("<instance id=\"institution\"><root>");
    for (number, district) in institutions(districts, each) {
        put!(
            form.secondary,
            "<item><name>i{number}</name><label>Institution {number}</label><district>d{district}</district></item>"
        );
    }
    form.secondary.push_str("</root></instance>");
    cascade_sample(form, Vec::new(), "_internal", districts, each)
}

/// Each institution's number with its district's: neighbours are in different ones.
fn institutions(districts: usize, each: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..districts * each).map(move |index| (index + 1, index % districts + 1))
}

fn cascade_sample(
    mut form: Writer,
    attachments: Vec<Attachment>,
    suffix: &str,
    districts: usize,
    each: usize,
) -> Sample {
    let choices = districts * each;
    let name = match choices {
        0..1_000 => format!("choices{choices}{suffix}"),
        _ => format!("choices{}k{suffix}", choices / 1_000),
    };
    form.instance.push_str("<district/><institution/>");
    for path in ["/data/district", "/data/institution"] {
        put!(form.binds, "<bind nodeset=\"{path}\" type=\"string\"/>");
    }
    form.select("/data/district", "District", "district", "");
    form.select(
        "/data/institution",
        "Institution",
        "institution",
        "[district= /data/district ]",
    );
    Sample {
        xml: form.finish(&name),
        name,
        attachments,
        changes: Vec::new(),
        repeat: None,
        cascade: Some(Cascade {
            path: "/data/district",
            values: districts,
            filtered: "/data/institution",
            choices: each,
        }),
    }
}

/// How far a chain of calculations goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chain {
    Form,
    Section,
}

/// The parts of an XForm that grow side by side.
#[derive(Default)]
struct Writer {
    instance: String,
    secondary: String,
    binds: String,
    body: String,
}

impl Writer {
    /// A row of the five-fold cycle: its bind, and its control unless it is a calculation. `path` says where a row is,
    /// `reference` how an expression names it.
    fn row(
        &mut self,
        row: usize,
        path: &dyn Fn(usize) -> String,
        reference: &dyn Fn(usize) -> String,
        chain: Chain,
    ) {
        let at = path(row);
        let relevant = match select_before(row) {
            Some((select, value)) if row.is_multiple_of(3) && !row.is_multiple_of(5) => {
                format!(" relevant=\"{} = '{value}'\"", reference(select))
            }
            _ => String::new(),
        };
        match row % 5 {
            1 => {
                put!(
                    self.binds,
                    "<bind nodeset=\"{at}\" type=\"string\"{relevant}/>"
                );
                self.select(&at, &format!("Item {row}: is it in order?"), "ynna", "");
            }
            2 => {
                put!(
                    self.binds,
                    "<bind nodeset=\"{at}\" type=\"int\"{relevant} constraint=\". &gt;= 0 and . &lt;= 100\" jr:constraintMsg=\"0 to 100\"/>"
                );
                self.input(&at, &format!("Item {row}: measured value"));
            }
            3 => {
                put!(
                    self.binds,
                    "<bind nodeset=\"{at}\" type=\"string\"{relevant}/>"
                );
                self.select(&at, &format!("Item {row}: severity"), "sev", "");
            }
            4 => {
                put!(
                    self.binds,
                    "<bind nodeset=\"{at}\" type=\"string\"{relevant}/>"
                );
                self.input(&at, &format!("Item {row}: remarks"));
            }
            _ => {
                let continues =
                    row > 5 && (chain == Chain::Form || !(row - 5).is_multiple_of(GROUP));
                let before = if continues {
                    format!("{} + ", reference(row - 5))
                } else {
                    String::new()
                };
                let [order, measured, severity] = [row - 4, row - 3, row - 2].map(reference);
                let weight = weight(row);
                self.calculation(
                    &at,
                    &format!(
                        "{before}if({order} = 'yes', {weight}, 0) + if({severity} = 'critical', 5, 0) + if({measured} != '', {measured} * 0.01, 0)"
                    ),
                );
            }
        }
    }

    fn calculation(&mut self, path: &str, expression: &str) {
        put!(
            self.binds,
            "<bind nodeset=\"{path}\" type=\"string\" calculate=\"{expression}\"/>"
        );
    }

    fn input(&mut self, path: &str, label: &str) {
        put!(
            self.body,
            "<input ref=\"{path}\"><label>{label}</label></input>"
        );
    }

    /// One of the items of a secondary instance that pass `predicate`.
    fn select(&mut self, path: &str, label: &str, list: &str, predicate: &str) {
        put!(
            self.body,
            "<select1 ref=\"{path}\"><label>{label}</label><itemset nodeset=\"instance('{list}')/root/item{predicate}\"><value ref=\"name\"/><label ref=\"label\"/></itemset></select1>"
        );
    }

    /// The note that shows the total.
    fn note(&mut self) {
        self.binds
            .push_str("<bind nodeset=\"/data/show\" readonly=\"true()\" type=\"string\"/>");
        self.input(
            "/data/show",
            " Total score: <output value=\" /data/total \"/> ",
        );
    }

    fn choices<'text>(
        &mut self,
        list: &str,
        choices: impl IntoIterator<Item = &'text (&'text str, &'text str)>,
    ) {
        put!(self.secondary, "<instance id=\"{list}\"><root>");
        for (name, label) in choices {
            put!(
                self.secondary,
                "<item><name>{name}</name><label>{label}</label></item>"
            );
        }
        self.secondary.push_str("</root></instance>");
    }

    fn districts(&mut self, districts: usize) {
        let texts: Vec<(String, String)> = (1..=districts)
            .map(|number| (format!("d{number}"), format!("District {number}")))
            .collect();
        let texts: Vec<(&str, &str)> = texts
            .iter()
            .map(|(name, label)| (name.as_str(), label.as_str()))
            .collect();
        self.choices("district", &texts);
    }

    fn finish(self, id: &str) -> String {
        let Self {
            instance,
            secondary,
            binds,
            body,
        } = self;
        format!(
            concat!(
                "<?xml version=\"1.0\"?>",
                "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\"",
                " xmlns:ev=\"http://www.w3.org/2001/xml-events\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"",
                " xmlns:jr=\"http://openrosa.org/javarosa\" xmlns:orx=\"http://openrosa.org/xforms\"",
                " xmlns:odk=\"http://www.opendatakit.org/xforms\">",
                "<h:head><h:title>{id}</h:title><model odk:xforms-version=\"1.0.0\">",
                "<instance><data id=\"{id}\" version=\"1\">{instance}<meta><instanceID/></meta></data></instance>",
                "{secondary}{binds}",
                "<bind nodeset=\"/data/meta/instanceID\" type=\"string\" readonly=\"true()\" jr:preload=\"uid\"/>",
                "</model></h:head><h:body>{body}</h:body></h:html>",
            ),
            id = id,
            instance = instance,
            secondary = secondary,
            binds = binds,
            body = body,
        )
    }
}

/// The nearest select before `row`, with the answer that makes what depends on it relevant.
fn select_before(row: usize) -> Option<(usize, &'static str)> {
    (1..row).rev().find_map(|before| match before % 5 {
        1 => Some((before, "yes")),
        3 => Some((before, "high")),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_chains_within_itself_and_a_form_over_all_of_it() {
        // Given the same rows in either shape
        let (form, sections) = (inspection(100).xml, sections(100).xml);
        // When the first calculation of the second group is read
        let calculation = |xml: &str| {
            let from = xml
                .find("<bind nodeset=\"/data/g2/q25\"")
                .expect("the bind");
            let text = &xml[from..];
            text[..text.find("/>").expect("its end")].to_owned()
        };
        // Then it begins with the last of the first group, or with nothing
        assert!(calculation(&form).contains("calculate=\" /data/g1/q20  + if("));
        assert!(calculation(&sections).contains("calculate=\"if( /data/g2/q21  = 'yes', 2, 0)"));
    }

    #[test]
    fn a_third_is_relevant_on_the_select_before_it() {
        let xml = inspection(1_000).xml;
        for (what, count) in [
            (" relevant=", 267),
            (" constraint=", 200),
            (" calculate=", 201),
            ("<select1 ", 400),
            ("<input ", 401),
        ] {
            assert_eq!(xml.matches(what).count(), count, "{what}");
        }
    }

    #[test]
    fn a_district_has_its_share_of_the_institutions() {
        let sample = choices_in_file(3, 2);
        assert_eq!(
            sample.attachments[0].content,
            "name,label,district\ni1,Institution 1,d1\ni2,Institution 2,d2\ni3,Institution 3,d3\n\
             i4,Institution 4,d1\ni5,Institution 5,d2\ni6,Institution 6,d3\n"
        );
    }
}
