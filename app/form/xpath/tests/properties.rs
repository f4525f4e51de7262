//! Whatever is read and evaluated: nothing panics, and what is written reads the same.

mod support;

use proptest::prelude::*;
use support::{Form, primary};
use xpath::{Dialect, Evaluator, FUNCTIONS, Names, Namespaces, NodeIx, ReadOptions, WriteOptions};

const DATA: &str = "<data id='r'><a>1</a><b k='x'>zwei drei</b><c/><d>2024-02-29</d>\
                    <g><i>4</i><i>5</i></g>mixed<e>1e3</e></data>";

/// Expressions of every kind, wrong numbers of arguments and all.
fn expressions() -> impl Strategy<Value = String> {
    let names = prop::sample::select(FUNCTIONS.iter().map(|known| known.name).collect::<Vec<_>>());
    let leaf = prop::sample::select(vec![
        "1",
        "-0.5",
        "1 div 0",
        "''",
        "'a b'",
        "'2018-01-01'",
        "/",
        ".",
        "..",
        "a",
        "//i",
        "@k",
        "g/i",
        "true()",
        "current()/..",
        "instance('l')/root/x",
        "position()",
        "last()",
        "*[2]",
        "0 div 0",
        "'é督'",
    ])
    .prop_map(str::to_owned);
    let operators = prop::sample::select(vec![
        "+", "-", "*", " div ", " mod ", "=", "!=", "<", ">=", " or ", " and ", "|",
    ]);
    leaf.prop_recursive(5, 40, 4, move |inner| {
        prop_oneof![
            (inner.clone(), operators.clone(), inner.clone())
                .prop_map(|(left, operator, right)| format!("({left}{operator}{right})")),
            (names.clone(), prop::collection::vec(inner.clone(), 0..4))
                .prop_map(|(name, arguments)| format!("{name}({})", arguments.join(","))),
            (inner.clone(), inner.clone()).prop_map(|(path, test)| format!("({path})[{test}]")),
            (inner.clone(), inner).prop_map(|(path, test)| format!("*[{test}]/{path}")),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_an_expression_or_refused(source in "\\PC{0,40}|[a-z0-9/@.:()\\[\\]'\"|*<>=!$ -]{0,40}") {
        for dialect in [Dialect::XPath, Dialect::XForms] {
            if let Err(error) = xpath::parse(&source, &Namespaces::new(), dialect) {
                prop_assert!(error.at <= source.len());
            }
        }
    }

    #[test]
    fn any_expression_evaluates_or_fails_the_same_way_optimised(source in expressions()) {
        let mut form = Form::new(DATA).with_instance("l", "<root><x>1</x><x>b</x></root>");
        let Ok(plain) = xpath::parse(&source, &Namespaces::new(), Dialect::XForms) else {
            return Ok(());
        };
        let mut optimised = plain.clone();
        xpath::optimise(&mut optimised, &mut form.names);
        let root = primary(form.trees[0].root_element().expect("a root"));
        let by_chance = ["random", "uuid"].iter().any(|name| source.contains(name));
        for node in [root, primary(NodeIx::DOCUMENT)] {
            let evaluator = Evaluator::new(&form, node);
            let had = [&plain, &optimised].map(|expression| {
                let value = evaluator.evaluate(&expression.root);
                let text = value.clone().map(|value| evaluator.text_of(value).into_owned());
                if let Ok(value) = &value {
                    let _ = (evaluator.number_of(value), evaluator.boolean_of(value));
                    if !by_chance {
                        let own = evaluator.text(&expression.root).map(std::borrow::Cow::into_owned);
                        prop_assert_eq!(&own, &text);
                        let truth = evaluator.boolean(&expression.root);
                        prop_assert_eq!(truth, Ok(evaluator.boolean_of(value)));
                    }
                }
                Ok(text.map_err(|_| ()))
            });
            let [plain, optimised] = had;
            if !by_chance {
                prop_assert_eq!(plain?, optimised?);
            }
        }
    }

    #[test]
    fn any_text_is_xml_or_refused(text in "[<>/a-c='\"&;!\\[\\]?-]{0,40}|\\PC{0,40}") {
        let _ = xpath::read(&text, &mut Names::new(), ReadOptions::default());
    }

    #[test]
    fn answers_survive_being_written(answer in "\\PC{0,20}", attribute in "[\\PC\n\t]{0,20}") {
        let mut names = Names::new();
        let name = names.intern("", "", "a");
        let mut tree = xpath::Tree::new();
        let root = tree.append_element(NodeIx::DOCUMENT, name);
        tree.set_attribute(root, name, &attribute);
        tree.set_text(root, &answer);
        let xml = xpath::write(&tree, &names, NodeIx::DOCUMENT, WriteOptions::default());
        let read = xpath::read(&xml, &mut names, ReadOptions::default()).expect("well-formed");
        let root = read.root_element().expect("a root");
        prop_assert_eq!(read.text(root), answer);
        prop_assert_eq!(read.attribute(root, name), Some(attribute.as_str()));
    }
}

#[test]
fn the_deepest_expression_fits_a_small_stack() {
    // given the deepest nesting that parses, through every kind of operator
    let level = "1 or 1 = 1 + 2 * -(if(true(), count(/data[";
    let source = level.repeat(49) + "1" + &"]), 0))".repeat(49);
    let run = move || {
        let mut form = Form::new(DATA);
        let expression = form.expression(&source.replace("1 or ", "0 or "));
        form.text_at(&expression, primary(NodeIx::DOCUMENT))
            .expect("a value")
    };
    // when it is evaluated on what a browser gives, or twice that without optimisation, then that is enough
    let stack = if cfg!(debug_assertions) {
        2 << 20
    } else {
        1 << 20
    };
    let thread = std::thread::Builder::new().stack_size(stack).spawn(run);
    assert_eq!(
        thread.expect("a thread").join().expect("no overflow"),
        "false"
    );
}
