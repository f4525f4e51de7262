//! Reading expressions: what is refused, what is kept for later, how deep it goes.

use xpath::{
    ArithmeticOperator, Dialect, Expr, Expression, FUNCTIONS, JAVAROSA, MAX_LENGTH, MAX_NESTING,
    Names, Namespaces, ParseError, ParseFault, ReferenceId, Start, optimise, parse,
    parse_resolving,
};

fn parsed(source: &str) -> Result<Expression, ParseError> {
    let namespaces = Namespaces::new().with("jr", JAVAROSA).with("x", "urn:x");
    parse(source, &namespaces, Dialect::XForms)
}

#[test]
fn what_cannot_be_read_says_where_and_what() {
    use ParseFault::{
        UnboundPrefix, UnclosedText, UnexpectedCharacter, UnexpectedEnd, UnknownAxis, Variable,
    };
    for (source, at, fault) in [
        ("", 0, UnexpectedEnd),
        ("1 +", 3, UnexpectedEnd),
        ("(1", 2, UnexpectedEnd),
        ("a[", 2, UnexpectedEnd),
        ("a/", 2, UnexpectedEnd),
        ("concat('a',)", 11, UnexpectedCharacter(')')),
        ("1 督", 2, UnexpectedCharacter('督')),
        ("a b", 2, UnexpectedCharacter('b')),
        ("a]", 1, UnexpectedCharacter(']')),
        ("1 And 1", 2, UnexpectedCharacter('A')),
        ("a = 'open", 4, UnclosedText),
        ("$x + 1", 0, Variable),
        ("y:a", 0, UnboundPrefix("y".into())),
        ("y:f(1)", 0, UnboundPrefix("y".into())),
        ("nearby::a", 0, UnknownAxis("nearby".into())),
        ("a/position()", 2, UnexpectedCharacter('p')),
    ] {
        let error = parsed(source).expect_err(source);
        assert_eq!(error, ParseError { at, fault }, "{source}");
        assert!(!error.chinese().is_empty() && !error.to_string().is_empty());
    }
}

#[test]
fn calls_that_cannot_be_are_told_and_fail_only_when_evaluated() {
    // given an expression with an unknown function, a misspelt one and two wrong numbers of arguments
    let expression =
        parsed("true() or sum() or slected(a, 'x') or frobnicate() or if(1, 2)[x:f()]")
            .expect("an expression");
    // then all of them are listed, with what was probably meant
    let faults: Vec<String> = expression
        .faults()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        faults,
        [
            "byte 11: sum() takes 1 arguments, 0 are given",
            "byte 20: there is no function slected(); is selected() meant?",
            "byte 39: there is no function frobnicate()",
            "byte 55: if() takes 3 arguments, 2 are given",
            "byte 64: there is no function x:f()",
        ]
    );
    assert!(
        expression
            .faults()
            .iter()
            .all(|fault| !fault.chinese().is_empty())
    );
}

#[test]
fn functions_are_known_by_namespace_and_dialect() {
    let faults = |source, dialect| {
        let namespaces = Namespaces::new().with("q", JAVAROSA);
        parse(source, &namespaces, dialect)
            .expect("an expression")
            .faults()
            .len()
    };
    assert_eq!(faults("q:itext('a')", Dialect::XForms), 0);
    assert_eq!(faults("itext('a')", Dialect::XForms), 1);
    assert_eq!(faults("today()", Dialect::XForms), 0);
    assert_eq!(faults("today()", Dialect::XPath), 1);
    assert_eq!(faults("round(1, 2)", Dialect::XForms), 0);
    assert_eq!(faults("round(1, 2)", Dialect::XPath), 1);
    assert_eq!(faults("indexed-repeat(a, b, 1, c)", Dialect::XForms), 1);
    for signature in FUNCTIONS {
        assert_eq!(signature.function.signature().name, signature.name);
    }
}

#[test]
fn chains_are_flat_and_signs_add_up() {
    // given chains as long as the limit allows, then they nest no deeper than one level
    let long = "1+".repeat(60_000) + "1";
    let Expr::Arithmetic { rest, .. } = parsed(&long).expect("a sum").root else {
        panic!("a sum");
    };
    assert_eq!(rest.len(), 60_000);
    for (separator, length) in [(" or ", 40_000), ("|", 100_000), ("/", 100_000)] {
        parsed(&vec!["a"; length].join(separator)).expect(separator);
    }
    parsed(&("-".repeat(100_000) + "1")).expect("a number");
    // and precedence and associativity are those of XPath
    let Expr::Arithmetic { first, rest } = parsed("1 - 2 * 3 - 4").expect("a sum").root else {
        panic!("a sum");
    };
    assert!(matches!(*first, Expr::Number(_)));
    assert!(
        rest.iter()
            .all(|(operator, _)| *operator == ArithmeticOperator::Subtract)
    );
    assert!(matches!(rest[0].1, Expr::Arithmetic { .. }) && matches!(rest[1].1, Expr::Number(_)));
}

#[test]
fn nesting_and_length_have_a_limit() {
    for (open, middle, close) in [
        ("(", "1", ")"),
        ("not(", "1", ")"),
        ("a[", "1", "]"),
        ("-(", "1", ")"),
    ] {
        let nested = |levels| open.repeat(levels) + middle + &close.repeat(levels);
        parsed(&nested(MAX_NESTING - 1)).expect(open);
        let error = parsed(&nested(MAX_NESTING)).expect_err(open);
        assert_eq!(error.fault, ParseFault::TooDeep);
    }
    let compared = |times| vec!["1"; times].join("=");
    parsed(&compared(MAX_NESTING)).expect("comparisons");
    assert_eq!(
        parsed(&compared(10_000)).expect_err("too many").fault,
        ParseFault::TooDeep
    );
    let long = " ".repeat(MAX_LENGTH) + "1";
    assert_eq!(
        parsed(&long).expect_err("too long").fault,
        ParseFault::TooLong
    );
}

#[test]
fn visitors_reach_predicates_and_arguments() {
    // given paths within predicates within arguments
    let source = "count(/a[b = 'x']/c[2][d]) + instance('i')/r[e or -f]/g | h";
    let mut expression = parsed(source).expect("an expression");
    let mut paths = 0;
    expression
        .root
        .walk(&mut |expr| paths += usize::from(matches!(expr, Expr::Path(_))));
    assert_eq!(paths, 7);
    // when every path that starts at the context is replaced, then none is left
    expression.root.walk_mut(&mut |expr| {
        if matches!(expr, Expr::Path(path) if matches!(path.start, Start::Context)) {
            *expr = Expr::Reference(xpath::ReferenceId(0));
        }
    });
    let mut left = 0;
    expression
        .root
        .walk(&mut |expr| left += usize::from(matches!(expr, Expr::Path(_))));
    assert_eq!(left, 2);
}

#[test]
fn plain_paths_from_the_root_are_asked_for_and_no_others() {
    for (source, asked) in [
        ("/data/a", &["/data/a"][..]),
        (" /data/a = 'x' or /b_1/c-d.e", &["/data/a", "/b_1/c-d.e"]),
        ("sum(/data/r/n)*/data/m", &["/data/r/n", "/data/m"]),
        ("(/data/a)/b", &["/data/a"]),
        ("/data/r[n = /data/k]/n", &["/data/k"]),
        ("/data/r [1]", &[]),
        ("a/b | ../c | . | /", &[]),
        (
            "//a | /data//a | /data/../b | /data/@a | /data/* | /data/.",
            &[],
        ),
        ("/x:data/a | /data/x:a | /data/child::a", &[]),
        ("/data/text() | /data/node ()", &[]),
        ("/数据/甲 | /data/甲 | /data/a甲", &[]),
        (
            "indexed-repeat(/d/r/n, /d/r, position(/d/k)) + /d/m",
            &["/d/m"],
        ),
    ] {
        let namespaces = Namespaces::new().with("x", "urn:x");
        let mut paths = Vec::new();
        let mut resolve = |path: &str| {
            paths.push(path.to_owned());
            Some(ReferenceId(0))
        };
        parse_resolving(source, &namespaces, Dialect::XForms, &mut resolve)
            .unwrap_or_else(|error| panic!("{source}: {error}"));
        assert_eq!(paths, asked, "{source}");
    }
}

#[test]
fn a_path_that_stands_for_nothing_is_read_as_steps() {
    let resolve = &mut |_: &str| None;
    let expression =
        parse_resolving("/data/a", &Namespaces::new(), Dialect::XForms, resolve).expect("a path");
    let Expr::Path(path) = expression.root else {
        panic!("{expression:?}")
    };
    assert_eq!(path.steps.len(), 2);
}

#[test]
fn constants_are_folded_and_nothing_else() {
    for (source, folded) in [
        ("1 + 2 * -3", "Number(-5.0)"),
        ("round(10 div 4) = 3", "True"),
        ("not(1 > 2) and true()", "True"),
        ("concat('a', 1 + 1)", "Text(\"a2\")"),
        ("pow(2, 10)", "Number(1024.0)"),
        ("'a' = 'b'", "False"),
        ("if(1 = 1, a, b)", "If"),
        ("'2018-01-01' + 1", "Arithmetic"),
        ("number('1')", "Number,"),
        ("today()", "Today"),
        ("random()", "Random"),
        ("uuid(4)", "Uuid"),
        ("string()", "String"),
        ("sum(1)", "Sum"),
    ] {
        let mut expression = parsed(source).expect("an expression");
        optimise(&mut expression, &mut Names::new());
        let shown = format!("{:?}", expression.root);
        let kept = shown.contains(folded);
        assert!(kept, "{source} became {shown}");
    }
}
