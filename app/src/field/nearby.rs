//! Which rows of a long form stand on the page: those near the glass, and those somebody is at. Of the others the page keeps the
//! height free.

use std::ops::Range;

use form::{Instance, NodeId, NodeKind, QuestionKind, What};

/// A form of so many rows, or fewer, stands on the page whole.
const WHOLE: usize = 150;

/// Pixels of a row when none of its kind was seen yet.
const GUESS: f64 = 160.0;

/// Whether so many rows are more than stand on the page at once.
pub fn is_long(rows: usize) -> bool {
    rows > WHOLE
}

/// A node of the form that the page has a place for: a question, or a heading among questions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    pub node: NodeId,
    /// None for a heading.
    pub kind: Option<QuestionKind>,
    /// It is relevant; otherwise its place is empty.
    pub shown: bool,
    /// The focus can come to it.
    pub takes_focus: bool,
}

impl Row {
    /// None for a node that is never shown, such as a calculation.
    pub fn of(instance: &Instance, node: NodeId) -> Option<Row> {
        let kind = match instance.form().node(instance.def(node))?.what {
            What::Question(question) => Some(question.kind),
            What::Group(_) | What::Repeat(_) => None,
            What::Calculation(_) => return None,
        };
        let row = Row {
            node,
            kind,
            shown: false,
            takes_focus: false,
        };
        Some(row.now(instance))
    }

    /// The same row as the answers now have it.
    #[must_use]
    pub fn now(self, instance: &Instance) -> Row {
        let shown = instance.relevant(self.node);
        let asked = match instance.kind(self.node) {
            // Instances are added and taken away by buttons.
            NodeKind::Repeat | NodeKind::RepeatInstance => true,
            _ => instance.is_answerable(self.node) && !instance.readonly(self.node),
        };
        Row {
            shown,
            takes_focus: shown && asked,
            ..self
        }
    }
}

/// How high rows are, in pixels with the space below them: as they were last seen, else like the first of their kind.
#[derive(Debug, Default)]
pub struct Heights {
    /// By the node's number.
    seen: Vec<Option<f64>>,
    usual: Vec<(Option<QuestionKind>, f64)>,
}

impl Heights {
    pub fn of(&self, row: Row) -> f64 {
        if !row.shown {
            return 0.0;
        }
        let seen = self.seen.get(row.node.index()).copied().flatten();
        seen.or_else(|| self.usual(row.kind)).unwrap_or(GUESS)
    }

    fn usual(&self, kind: Option<QuestionKind>) -> Option<f64> {
        let known = self.usual.iter().find(|(known, _)| *known == kind);
        known.map(|(_, height)| *height)
    }

    /// Takes a row's height as it is seen. True if it is the first of its kind, after which others are thought to be otherwise.
    pub fn see(&mut self, row: Row, height: f64) -> bool {
        let number = row.node.index();
        if self.seen.len() <= number {
            self.seen.resize(number + 1, None);
        }
        self.seen[number] = Some(height);
        let first = self.usual(row.kind).is_none();
        if first {
            self.usual.push((row.kind, height));
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
    Free(NodeId, f64),
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
            parts.push(Part::Free(row.node, height));
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
        let section = &instance.form().sections()[0];
        let nodes = instance.section_nodes(section).into_iter();
        nodes.filter_map(|node| Row::of(instance, node)).collect()
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
        instance.answer_question(before[0].node, &yes).unwrap();
        let after: Vec<Row> = before.iter().map(|row| row.now(&instance)).collect();
        assert!(after[3].shown && after[3].takes_focus);
        assert_eq!(after, rows(&instance));
        assert_eq!(parts(&after, &heights, &|_| true).len(), 11);
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
