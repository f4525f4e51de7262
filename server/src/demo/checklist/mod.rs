//! The checklist of the level-1 response: what inspectors look at in an institution under fully closed management.
//!
//! Restated from public guidance and adapted, not an official text. How often something is done and how long a proof holds
//! depends on the edition of the guide in force, so the items ask whether the current rule is met and do not repeat it.

mod items;
mod questions;

use std::collections::BTreeMap;

use domain::Text;
use domain::checklist::Published;
use domain::id::ChecklistId;
use form::{
    Bind, CheckItem, ChoiceDefinition, Evidence, FormDefinition, GradeBand, Grading, Group, Node,
    Question, QuestionKind, Severity, Texts,
};

use super::{both, identity};
use items::Item;

pub const VERSION: &str = "2022.1";

pub fn id() -> ChecklistId {
    ChecklistId(identity::id("checklist", "closed-management-level-1"))
}

pub fn published() -> Published {
    Published {
        definition: definition(),
        adapted: true,
    }
}

fn definition() -> FormDefinition {
    let mut children = vec![questions::site()];
    for section in &items::SECTIONS {
        let mut nodes = questions::before(section.name);
        nodes.extend(section.items.iter().map(item));
        nodes.extend(questions::after(section.name));
        children.push(group(section.name, section.title, nodes));
    }
    children.push(questions::closing());
    FormDefinition {
        id: "closed-management-level-1".to_owned(),
        version: VERSION.to_owned(),
        title: Texts::both(
            "疫情防控督查检查表（一级响应）",
            "Epidemic-control inspection checklist (level-I response)",
        ),
        children,
        choice_lists: choice_lists(),
        grading: Some(grading()),
    }
}

/// A critical fault keeps the whole below the pass mark.
fn grading() -> Grading {
    let band = |from_share, label| GradeBand {
        from_share,
        label: both(label),
    };
    Grading {
        out_of: 100.0,
        bands: vec![
            band(0.9, Text::new("优秀", "Excellent")),
            band(0.8, Text::new("良好", "Good")),
            band(0.6, Text::new("合格", "Pass")),
            band(0.0, Text::new("不合格", "Fail")),
        ],
        critical_cap_share: Some(0.59),
    }
}

fn choice_lists() -> BTreeMap<String, Vec<ChoiceDefinition>> {
    let list = |name: &str, choices: &[(&str, Text)]| {
        let choices = choices.iter().map(|(value, label)| ChoiceDefinition {
            value: (*value).to_owned(),
            label: both(*label),
        });
        (name.to_owned(), choices.collect())
    };
    BTreeMap::from([
        list(
            "result",
            &[
                ("pass", Text::new("符合", "Met")),
                ("fail", Text::new("不符合", "Not met")),
                ("na", Text::new("不适用", "Not applicable")),
                ("unassessed", Text::new("未检查", "Not assessed")),
            ],
        ),
        list(
            "yes_no",
            &[
                ("yes", Text::new("是", "Yes")),
                ("no", Text::new("否", "No")),
            ],
        ),
        list(
            "measures",
            &[
                ("isolated", Text::new("已单独隔离", "Isolated")),
                (
                    "reported",
                    Text::new("已报告属地", "Reported to the locality"),
                ),
                ("tested", Text::new("已检测", "Tested")),
                ("contacts", Text::new("已排查接触者", "Contacts traced")),
                ("none", Text::new("均未采取", "None of these")),
            ],
        ),
        list(
            "reasons",
            &[
                (
                    "contraindication",
                    Text::new("接种禁忌", "Contraindication"),
                ),
                (
                    "refused",
                    Text::new("本人或家属不同意", "Person or family declined"),
                ),
                (
                    "scheduled",
                    Text::new("已预约未接种", "Scheduled, not yet done"),
                ),
                ("unknown", Text::new("未登记原因", "No reason on file")),
            ],
        ),
        list(
            "disinfectants",
            &[
                ("chlorine", Text::new("含氯消毒剂", "Chlorine")),
                ("alcohol", Text::new("酒精", "Alcohol")),
                ("peroxide", Text::new("过氧化氢", "Hydrogen peroxide")),
                ("ultraviolet", Text::new("紫外线", "Ultraviolet light")),
            ],
        ),
        list(
            "help",
            &[
                (
                    "explained",
                    Text::new("现场讲解要求", "Requirements explained"),
                ),
                (
                    "demonstrated",
                    Text::new("示范操作", "Procedure demonstrated"),
                ),
                ("supplies", Text::new("协调物资", "Supplies arranged")),
                ("staff", Text::new("协调人手", "Staff arranged")),
                (
                    "contact",
                    Text::new("联系属地或医院", "Locality or hospital contacted"),
                ),
            ],
        ),
    ])
}

fn group(name: &str, label: Text, children: Vec<Node>) -> Node {
    Node::Group(Group {
        name: name.to_owned(),
        label: both(label),
        relevant: None,
        children,
    })
}

/// An item is answered with the standard list: met, not met, not applicable, not assessed.
fn item(item: &Item) -> Node {
    Node::Question(Question {
        name: item.code.to_ascii_lowercase(),
        kind: QuestionKind::SelectOne,
        label: both(item.question),
        guidance: both(item.guidance),
        bind: Bind {
            relevant: item.relevant.map(str::to_owned),
            ..Bind::default()
        },
        choices: Some("result".to_owned()),
        check: Some(CheckItem {
            code: item.code.to_owned(),
            line: item.line,
            subject: item.subject,
            severity: if item.critical || item.key {
                Severity::Key
            } else {
                Severity::General
            },
            critical: item.critical,
            weight: match (item.critical, item.key) {
                (true, _) => 3.0,
                (false, true) => 2.0,
                (false, false) => 1.0,
            },
            evidence: Evidence {
                kind: both(item.evidence),
                photos_at_least: item.photos,
                note_required: item.critical || item.key,
            },
            ..CheckItem::default()
        }),
        ..Question::default()
    })
}
