//! Which rows of a long form stand on the page: those near the glass, and those somebody is at. Of the others the page keeps the
//! height free.

use std::ops::Range;

use form::{Instance, NodeId, NodeKind, QuestionKind, Section, What};

/// A form of so many rows, or fewer, stands on the page whole.
const WHOLE: usize = 150;

/// Pixels of a row when none of its kind was seen yet.
const GUESS: f64 = 160.0;

/// Whether so many rows are more than stand on the page at once.
pub fn is_long(rows: usize) -> bool {
    rows > WHOLE
}

/// What a row is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RowId {
    pub node: NodeId,
    /// It is the last of a repeat, behind all instances: where another is added.
    pub end: bool,
}

impl RowId {
    fn number(self) -> usize {
        2 * self.node.index() + usize::from(self.end)
    }
}

/// What the page has a place for: a question, a heading among questions, or the end of a repeat.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    pub id: RowId,
    /// None for what is no question.
    pub kind: Option<QuestionKind>,
    /// There is something of it to show; otherwise its place is empty.
    pub shown: bool,
    /// The focus can come to it.
    pub takes_focus: bool,
}

impl Row {
    /// None for a node that is never shown, such as a calculation.
    fn of(instance: &Instance, node: NodeId) -> Option<Row> {
        let kind = match instance.form().node(instance.def(node))?.what {
            What::Question(question) => Some(question.kind),
            What::Group(_) | What::Repeat(_) => None,
            What::Calculation(_) => return None,
        };
        Some(Row::begin(instance, RowId { node, end: false }, kind))
    }

    fn end_of(instance: &Instance, node: NodeId) -> Row {
        Row::begin(instance, RowId { node, end: true }, None)
    }

    fn begin(instance: &Instance, id: RowId, kind: Option<QuestionKind>) -> Row {
        let row = Row {
            id,
            kind,
            shown: false,
            takes_focus: false,
        };
        row.now(instance)
    }

    /// The same row as the answers now have it.
    #[must_use]
    pub fn now(self, instance: &Instance) -> Row {
        let RowId { node, end } = self.id;
        let relevant = instance.relevant(node);
        let (shown, asked) = match instance.kind(node) {
            // The way to add the first instance is in the heading, that to another behind all of them.
            NodeKind::Repeat => {
                let begun = instance.count(node) > 0;
                (begun || !end, is_added_to(instance, node) && begun == end)
            }
            NodeKind::RepeatInstance => (true, is_taken_out(instance, node)),
            _ => (
                true,
                instance.is_answerable(node) && !instance.readonly(node),
            ),
        };
        Row {
            shown: relevant && shown,
            takes_focus: relevant && shown && asked,
            ..self
        }
    }
}

/// Whether a person adds to a repeat.
pub fn is_added_to(instance: &Instance, repeat: NodeId) -> bool {
    !instance.count_controlled(repeat)
}

/// Whether a person takes an instance of a repeat out.
pub fn is_taken_out(instance: &Instance, one: NodeId) -> bool {
    let repeat = instance.parent(one);
    repeat.is_some_and(|repeat| is_added_to(instance, repeat))
}

/// The rows of a section, in the order of the page.
pub fn rows_of(instance: &Instance, section: &Section) -> Vec<Row> {
    let mut rows = Vec::new();
    // The repeats that what follows may be in, the outermost first.
    let mut around: Vec<NodeId> = Vec::new();
    for node in instance.section_nodes(section) {
        while let Some(repeat) = around.pop_if(|repeat| !is_in(instance, node, *repeat)) {
            rows.push(Row::end_of(instance, repeat));
        }
        rows.extend(Row::of(instance, node));
        if instance.is_repeat(node) && is_added_to(instance, node) {
            around.push(node);
        }
    }
    let last = around.into_iter().rev();
    rows.extend(last.map(|repeat| Row::end_of(instance, repeat)));
    rows
}

fn is_in(instance: &Instance, node: NodeId, repeat: NodeId) -> bool {
    let mut around = std::iter::successors(instance.parent(node), |node| instance.parent(*node));
    around.any(|node| node == repeat)
}

/// How high rows are, in pixels with the space below them: as they were last seen, else like the first of their kind.
#[derive(Debug, Default)]
pub struct Heights {
    /// By the row's number.
    seen: Vec<Option<f64>>,
    usual: Vec<(Kind, f64)>,
}

/// What rows are that are thought to be as high as each other: a question's kind, and whether it is the end of a repeat.
type Kind = (Option<QuestionKind>, bool);

impl Heights {
    pub fn of(&self, row: Row) -> f64 {
        if !row.shown {
            return 0.0;
        }
        let seen = self.seen.get(row.id.number()).copied().flatten();
        seen.or_else(|| self.usual((row.kind, row.id.end)))
            .unwrap_or(GUESS)
    }

    fn usual(&self, kind: Kind) -> Option<f64> {
        let known = self.usual.iter().find(|(known, _)| *known == kind);
        known.map(|(_, height)| *height)
    }

    /// Takes a row's height as it is seen. True if it is the first of its kind, after which others are thought to be otherwise.
    pub fn see(&mut self, row: Row, height: f64) -> bool {
        let number = row.id.number();
        if self.seen.len() <= number {
            self.seen.resize(number + 1, None);
        }
        self.seen[number] = Some(height);
        let kind = (row.kind, row.id.end);
        let first = self.usual(kind).is_none();
        if first {
            self.usual.push((kind, height));
        }
        first
    }

    /// Forgets all of them: the glass has become wider or narrower.
    pub fn forget(&mut self) {
        *self = Heights::default();
    }
}

/// What stands in a list in the place of some rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part {
    /// With its place among the rows.
    Row(usize, Row),
    /// Nothing, as high as the rows from this one on are together.
    Free(RowId, f64),
}

/// The rows of which something lies between `from` and `to`, in a list that begins at `top`.
pub fn between(rows: &[Row], heights: &Heights, top: f64, from: f64, to: f64) -> Range<usize> {
    let mut below = top;
    let mut found = None;
    for (place, row) in rows.iter().enumerate() {
        let above = below;
        below += heights.of(*row);
        if above > to {
            return found.map_or(0..0, |first| first..place);
        }
        if below > from && found.is_none() {
            found = Some(place);
        }
    }
    found.map_or(0..0, |first| first..rows.len())
}

/// A list of which some rows stand, and the height of the others is kept free. A row that shows nothing does not stand.
pub fn parts(rows: &[Row], heights: &Heights, stands: &dyn Fn(usize) -> bool) -> Vec<Part> {
    let mut parts = Vec::new();
    for (place, row) in rows.iter().enumerate().filter(|(_, row)| row.shown) {
        if stands(place) {
            parts.push(Part::Row(place, *row));
            continue;
        }
        let height = heights.of(*row);
        if let Some(Part::Free(_, together)) = parts.last_mut() {
            *together += height;
        } else {
            parts.push(Part::Free(row.id, height));
        }
    }
    parts
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use std::sync::Arc;

    use form::{Form, Session, Value};

    use super::*;

    /// A select, ten texts and numbers of which the third is relevant only after a yes, and a total.
    fn instance() -> Instance {
        let mut children = vec![
            serde_json::json!({"node": "question", "name": "q0", "kind": "selectOne", "choices": "yes"}),
        ];
        for number in 1..=10 {
            let kind = if number % 2 == 0 { "text" } else { "integer" };
            let bind = if number == 3 {
                serde_json::json!({"relevant": "${q0} = 'yes'"})
            } else {
                serde_json::json!({})
            };
            children.push(
                serde_json::json!({"node": "question", "name": format!("q{number}"), "kind": kind, "bind": bind}),
            );
        }
        children
            .push(serde_json::json!({"node": "calculation", "name": "total", "calculate": "1"}));
        let definition = serde_json::json!({
            "id": "long",
            "choiceLists": {"yes": [{"value": "yes"}]},
            "children": [{"node": "group", "name": "g", "children": children}],
        });
        let form = Form::compile(serde_json::from_value(definition).unwrap()).unwrap();
        Instance::new(Arc::new(form), Session::default()).unwrap()
    }

    fn rows(instance: &Instance) -> Vec<Row> {
        rows_of(instance, &instance.form().sections()[0])
    }

    fn height(parts: &[Part], heights: &Heights) -> f64 {
        let of = |part: &Part| match part {
            Part::Row(_, row) => heights.of(*row),
            Part::Free(_, height) => *height,
        };
        parts.iter().map(of).sum()
    }

    #[test]
    fn whichever_rows_stand_the_list_stays_as_high_as_all_of_them() {
        let rows = rows(&instance());
        let mut heights = Heights::default();
        for (row, seen) in rows.iter().zip([120.0, 90.5, 210.25]) {
            heights.see(*row, seen);
        }
        let whole = height(&parts(&rows, &heights, &|_| true), &heights);
        for stands in [
            (|_| false) as fn(usize) -> bool,
            |place| place == 4,
            |place| place % 2 == 0,
            |place| (3..7).contains(&place),
        ] {
            let parts = parts(&rows, &heights, &stands);
            assert!((height(&parts, &heights) - whole).abs() < 0.01, "{parts:?}");
            // What is kept free is kept free in one piece.
            let free = |part: &Part| matches!(part, Part::Free(..));
            assert!(
                parts
                    .windows(2)
                    .all(|two| !(free(&two[0]) && free(&two[1])))
            );
        }
    }

    #[test]
    fn a_row_that_shows_nothing_takes_no_room_until_it_does() {
        let mut instance = instance();
        let before = rows(&instance);
        // A calculation is no row at all.
        assert_eq!(before.len(), 11);
        assert!(!before[3].shown && !before[3].takes_focus);
        let heights = Heights::default();
        assert_eq!(parts(&before, &heights, &|_| true).len(), 10);
        let yes = Value::Choice("yes".into());
        instance.answer_question(before[0].id.node, &yes).unwrap();
        let after: Vec<Row> = before.iter().map(|row| row.now(&instance)).collect();
        assert!(after[3].shown && after[3].takes_focus);
        assert_eq!(after, rows(&instance));
        assert_eq!(parts(&after, &heights, &|_| true).len(), 11);
    }

    #[test]
    fn a_repeat_ends_with_the_way_to_add_to_it_once_it_has_begun() {
        let definition = serde_json::json!({
            "id": "wards",
            "children": [
                {"node": "group", "name": "g", "children": [
                    {"node": "repeat", "name": "ward", "children": [
                        {"node": "question", "name": "title", "kind": "text"},
                        {"node": "repeat", "name": "bed", "children": [{"node": "question", "name": "taken", "kind": "integer"}]},
                    ]},
                    {"node": "repeat", "name": "floor", "count": "1", "children": [
                        {"node": "question", "name": "height", "kind": "integer"},
                    ]},
                    {"node": "question", "name": "last", "kind": "text"},
                ]},
            ],
        });
        let form = Form::compile(serde_json::from_value(definition).unwrap()).unwrap();
        let mut instance = Instance::new(Arc::new(form), Session::default()).unwrap();
        let shown = |instance: &Instance| {
            let rows = rows_of(instance, &instance.form().sections()[0]);
            let rows = rows.iter().filter(|row| row.shown).map(|row| {
                let name = instance.name(row.id.node);
                let (end, focus) = (row.id.end, row.takes_focus);
                format!(
                    "{name}{}{}",
                    if end { " end" } else { "" },
                    if focus { " *" } else { "" }
                )
            });
            rows.collect::<Vec<_>>()
        };
        let floors = ["floor", "floor", "floor[1]/height *", "last *"];
        while let Some(first) = instance.find("/data/g/ward[1]") {
            instance
                .apply(form::Edit::RemoveRepeat { instance: first })
                .unwrap();
        }
        // given none, then the heading has it
        assert_eq!(shown(&instance), [&["ward *"][..], &floors].concat());
        // when one is added, and one in it, then each ends behind what is in it
        for repeat in ["/data/g/ward", "/data/g/ward[1]/bed"] {
            let repeat = instance.find(repeat).unwrap();
            if instance.count(repeat) == 0 {
                let edit = form::Edit::CreateRepeat {
                    repeat,
                    after: None,
                };
                instance.apply(edit).unwrap();
            }
        }
        let ward = [
            "ward",
            "ward *",
            "ward[1]/title *",
            "ward[1]/bed",
            "ward[1]/bed *",
            "ward[1]/bed[1]/taken *",
        ];
        let ends = ["ward[1]/bed end *", "ward end *"];
        assert_eq!(shown(&instance), [&ward[..], &ends, &floors].concat());
    }

    #[test]
    fn rows_of_which_an_edge_lies_between_are_found() {
        let rows = rows(&instance());
        let mut heights = Heights::default();
        for row in &rows {
            heights.see(*row, 100.0);
        }
        // Rows begin at 1000, 1100, 1200; the fourth shows nothing; 1300, 1400, …
        let found = |from, to| between(&rows, &heights, 1_000.0, from, to);
        assert_eq!(found(0.0, 999.0), 0..0);
        assert_eq!(found(0.0, 1_050.0), 0..1);
        assert_eq!(found(1_150.0, 1_350.0), 1..5);
        assert_eq!(found(1_950.0, 9_000.0), 10..11);
        assert_eq!(found(2_000.0, 9_000.0), 0..0);
    }

    #[test]
    fn a_form_stands_whole_until_it_is_long() {
        assert!(!is_long(WHOLE) && is_long(WHOLE + 1));
    }

    #[test]
    fn the_first_of_a_kind_tells_how_high_the_others_are_thought_to_be() {
        let rows = rows(&instance());
        let mut heights = Heights::default();
        assert!(heights.see(rows[1], 80.0));
        assert!(!heights.see(rows[5], 300.0));
        let of = |place: usize| heights.of(rows[place]);
        assert_eq!((of(1), of(5), of(7)), (80.0, 300.0, 80.0));
        let unknown = of(2);
        heights.forget();
        assert_eq!((unknown, heights.of(rows[1])), (GUESS, GUESS));
    }
}
