//! Which question is the next to be done, of those that are to be answered yet or put right.

use form::{Instance, NodeId};

/// The first open question, in document order: after the one somebody is `at`, if that is `in_sight`; else from the first in sight on; from the
/// beginning where none is. Open is what is asked and has no answer, or one that does not fit, and what is in `lacking`: the items of which
/// the finding lacks something.
pub fn next_open(
    instance: &Instance,
    at: Option<NodeId>,
    in_sight: &[NodeId],
    lacking: &[NodeId],
) -> Option<NodeId> {
    let nodes = instance.nodes();
    let open = |node: &NodeId| {
        let asked = instance.is_asked(*node) && !instance.readonly(*node);
        let fits = || !instance.kept(*node).is_empty() && instance.violation(*node).is_none();
        asked && !fits() || lacking.contains(node)
    };
    let place = |node: &NodeId| nodes.iter().position(|known| known == node);
    let seen = at.filter(|at| in_sight.contains(at));
    let after = seen.and_then(|at| Some(place(&at)? + 1));
    let first = after.or_else(|| in_sight.first().and_then(place));
    let from = &nodes[first.unwrap_or(0)..];
    from.iter().chain(&nodes).copied().find(open)
}

/// The question that stands for a place in the form: the node itself if it is one that applies, else the nearest before it.
pub fn nearest_question(instance: &Instance, at: NodeId) -> Option<NodeId> {
    let applies = |node: &NodeId| instance.question(*node).is_some() && instance.relevant(*node);
    if instance.is_there(at) && applies(&at) {
        return Some(at);
    }
    let nodes = instance.nodes();
    let place = nodes.iter().position(|node| *node == at)?;
    nodes[..place].iter().rev().copied().find(applies)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use form::{Edit, Form, Session};

    use super::*;

    /// Five texts; the second applies while the first is answered, the fourth takes no more than three letters.
    fn instance(answers: &[(&str, &str)]) -> Instance {
        let question = |name: &str, bind| serde_json::json!({"node": "question", "name": name, "kind": "text", "bind": bind});
        let definition = serde_json::json!({"id": "five", "choiceLists": {}, "children": [
            question("a", serde_json::json!({})),
            question("b", serde_json::json!({"relevant": "${a} != ''"})),
            question("c", serde_json::json!({})),
            question("d", serde_json::json!({"constraint": "string-length(.) < 4"})),
            question("e", serde_json::json!({})),
        ]});
        let form = Form::compile(serde_json::from_value(definition).unwrap()).unwrap();
        let mut instance = Instance::new(Arc::new(form), Session::default()).unwrap();
        for (name, value) in answers {
            let (node, value) = (instance.named(name).unwrap(), (*value).to_owned());
            instance.apply(Edit::Answer { node, value }).unwrap();
        }
        instance
    }

    #[test]
    fn it_is_looked_for_from_where_somebody_is_or_looks() {
        let done = [("a", "1"), ("b", "1"), ("c", "1"), ("d", "1"), ("e", "1")];
        for (about, answers, at, in_sight, lacking, expected) in [
            ("nothing is done", &[][..], None, "", "", Some("a")),
            (
                "at one in sight",
                &[("c", "1")],
                Some("c"),
                "abcde",
                "",
                Some("d"),
            ),
            (
                "at one that is scrolled away",
                &[("e", "1")],
                Some("e"),
                "cd",
                "",
                Some("c"),
            ),
            (
                "at one, above the form",
                &[("c", "1")],
                Some("c"),
                "",
                "",
                Some("a"),
            ),
            (
                "round the end",
                &[("d", "1"), ("e", "1")],
                Some("e"),
                "e",
                "",
                Some("a"),
            ),
            (
                "what does not apply is passed over",
                &[],
                Some("a"),
                "ab",
                "",
                Some("c"),
            ),
            (
                "an answer that does not fit",
                &[
                    ("a", "1"),
                    ("b", "1"),
                    ("c", "1"),
                    ("d", "1234"),
                    ("e", "1"),
                ],
                None,
                "a",
                "",
                Some("d"),
            ),
            (
                "a finding that lacks something",
                &done,
                Some("e"),
                "e",
                "b",
                Some("b"),
            ),
            (
                "of the one somebody is at, it is the last",
                &done,
                Some("b"),
                "ab",
                "b",
                Some("b"),
            ),
            ("all is done", &done, Some("a"), "ab", "", None),
        ] {
            let instance = instance(answers);
            let node = |name: &str| instance.named(name).unwrap();
            let all = |names: &str| {
                names
                    .chars()
                    .map(|name| node(&name.to_string()))
                    .collect::<Vec<_>>()
            };
            let next = next_open(&instance, at.map(node), &all(in_sight), &all(lacking));
            assert_eq!(next, expected.map(node), "{about}");
        }
    }

    #[test]
    fn what_no_longer_applies_is_left_for_what_is_before_it() {
        let mut instance = instance(&[("a", "1"), ("b", "1")]);
        let [a, b] = ["a", "b"].map(|name| instance.named(name).unwrap());
        assert_eq!(nearest_question(&instance, b), Some(b));
        let value = String::new();
        instance.apply(Edit::Answer { node: a, value }).unwrap();
        assert_eq!(nearest_question(&instance, b), Some(a));
    }
}
