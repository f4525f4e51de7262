//! What the conformance data leaves open: blanks, references, errors, dates in other zones, positions, functions only
//! the form can answer.

mod support;

use support::{Form, primary};
use xpath::{Dialect, Evaluator, Expr, ReferenceId};

const DATA: &str = "<data>
  <name>张三</name><count>3</count><none/><choice>a c</choice>
  <group><item><v>1</v></item><item><v>2</v></item><note/><item><v>3</v></item></group>
  <when>2024-03-10T12:00:00.000+08:00</when>
</data>";

fn check(form: &mut Form, cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        assert_eq!(form.text(source), *expected, "{source}");
    }
}

#[test]
fn an_inline_text_stands_for_its_text_node() {
    check(
        &mut Form::new(DATA),
        &[
            ("name/text()", "张三"),
            ("name/node()", "张三"),
            ("count(none/text())", "0"),
            ("count(group/item/v/text())", "3"),
            ("//v[text() = 2]", "2"),
            ("count(//text())", "7"),
        ],
    );
}

#[test]
fn what_is_not_relevant_reads_as_blank() {
    // given two answers, one of which is not relevant
    let mut form = Form::new(DATA);
    let root = form.trees[0].root_element().expect("a root");
    let count = form.trees[0].children(root).nth(1).expect("count");
    form.blank.push(primary(count));
    // then it is a node without text everywhere
    check(
        &mut form,
        &[
            ("count = ''", "true"),
            ("count = 3", "false"),
            ("count != 3", "true"),
            ("count + 1", "NaN"),
            ("sum(count | group/item/v)", "6"),
            ("boolean(count)", "true"),
            ("concat('<', count, '>')", "<>"),
            ("coalesce(count, 'x')", "x"),
        ],
    );
}

#[test]
fn references_are_asked_of_the_host_at_the_node_the_expression_is_for() {
    // given references to one node and to one of each item
    let mut form = Form::new(DATA)
        .with_reference("/data/count")
        .with_reference("./v");
    let group = form.expression("/data/group/item");
    let mut within = form.expression("/data/group/item[. = 0]");
    let evaluator = Evaluator::new(&form, primary(xpath::NodeIx::DOCUMENT));
    let items = evaluator.nodes(&group.root).expect("items");
    let reference = |id| Expr::Reference(ReferenceId(id));
    let less = Expr::Compare {
        operator: xpath::Comparison::Less,
        left: Box::new(reference(1)),
        right: Box::new(reference(0)),
    };
    let product = Expr::Arithmetic {
        first: Box::new(reference(0)),
        rest: vec![(xpath::ArithmeticOperator::Multiply, reference(1))],
    };
    // then each item is compared and multiplied with the count
    let at = |item| Evaluator::new(&form, item);
    let smaller: Vec<bool> = items
        .iter()
        .map(|&item| at(item).boolean(&less).expect("a truth"))
        .collect();
    assert_eq!(smaller, [true, true, false]);
    assert_eq!(at(items[1]).number(&product), Ok(6.0));
    // and within a predicate the reference still belongs to the item the expression is evaluated at
    within.root.walk_mut(&mut |expr| {
        if let Expr::Compare { right, .. } = expr {
            **right = reference(1);
        }
    });
    for &item in &items {
        assert_eq!(at(item).nodes(&within.root), Ok(vec![item]));
    }
}

#[test]
fn positions_are_those_of_xpath() {
    check(
        &mut Form::new(DATA),
        &[
            ("group/item[2]/v", "2"),
            ("group/item[last()]/v", "3"),
            ("group/item[position() < 3]/v", "1|2"),
            ("group/item[v > 1][1]/v", "2"),
            ("(group/item/v)[3]", "3"),
            ("//item[1]/v", "1"),
            ("//v[1]", "1|2|3"),
            ("group/item[3]/preceding-sibling::*[1]", ""),
            ("name(group/item[3]/preceding-sibling::*[1])", "note"),
            ("group/item[3]/preceding-sibling::item[1]/v", "2"),
            ("group/item/v/ancestor::*[last()]/name", "张三"),
            ("count(group/item/ancestor-or-self::*)", "5"),
            ("position(group/item[2])", "2"),
            ("position(group/item[3])", "1"),
            ("group/item[0]", ""),
            ("group/item[1.5]", ""),
            ("group/item[v][2]/../item[1]/v", "1"),
            ("group/item/v/..//v", "1|2|3"),
            ("group/item[3]/v | group/item[1]/v | group/item[3]/v", "1|3"),
        ],
    );
}

#[test]
fn what_goes_wrong_is_an_error_that_says_so() {
    let cases = [
        ("count('a')", "count() needs nodes"),
        ("1 | group", "nodes are needed here"),
        ("'a'/b", "nodes are needed here"),
        ("instance('nowhere')/root", "there is no instance 'nowhere'"),
        ("regex('a', '(')", "regex() does not take '('"),
        ("digest('a', 'CRC')", "digest() does not take 'CRC'"),
        ("distance('foo')", "distance() does not take 'foo'"),
        ("uuid(1000000)", "the result of uuid() is too large"),
        ("uuid('x')", "uuid() does not take 'NaN'"),
        ("1 + sum()", "byte 5: sum() takes 1 arguments, 0 are given"),
    ];
    let mut form = Form::new(DATA);
    for (source, expected) in cases {
        assert_eq!(form.text(source), format!("error: {expected}"), "{source}");
        let expression = form.expression(source);
        let error = form.text_at(&expression, primary(xpath::NodeIx::DOCUMENT));
        assert!(!error.expect_err("an error").chinese().is_empty());
    }
}

#[test]
fn work_ends_where_the_host_says_so() {
    // given a host that lets a thousand nodes be looked at, and an expression that looks at each from each from each
    let mut form = Form::new(DATA);
    form.patience = Some(1000.into());
    let error = form.text("count(//*[count(//*[count(//*) > 0]) > 0])");
    assert_eq!(error, "error: the expression is too much work");
    // then a modest one still evaluates
    form.patience = Some(1000.into());
    assert_eq!(form.text("count(//*)"), "14");
}

#[test]
fn what_only_the_form_knows_is_asked_of_it() {
    let mut form = Form::new(DATA);
    form.session.version = "2024-1".into();
    check(
        &mut form,
        &[
            ("property('deviceid')", "tablet-7"),
            ("property('unknown')", ""),
            ("version()", "2024-1"),
            ("once('new') = .", "true"),
        ],
    );
    let namespaces = xpath::Namespaces::new().with("jr", xpath::JAVAROSA);
    for (source, expected) in [
        ("jr:itext('greeting')", "你好"),
        ("jr:itext('unknown')", ""),
        ("jr:choice-name('a', '/data/choice')", "a of /data/choice"),
    ] {
        let expression = xpath::parse(source, &namespaces, Dialect::XForms).expect("a call");
        let had = form.text_at(&expression, primary(xpath::NodeIx::DOCUMENT));
        assert_eq!(had.as_deref(), Ok(expected));
    }
}

#[test]
fn dates_follow_the_zone_and_its_changes() {
    // given China, and New York, whose clock was put forward on 2024-03-10 at 2 and is put back on 2024-11-03
    let mut china = Form::new(DATA).in_zone(480, &[]);
    china.session.now = 1_710_000_000_000; // 2024-03-09T16:00Z
    china.session.language = "中文 (zh)".into();
    check(
        &mut china,
        &[
            ("today()", "2024-03-10"),
            ("now()", "2024-03-10T00:00:00.000+08:00"),
            ("when", "2024-03-10T12:00:00.000+08:00"),
            ("date(when) = today()", "false"),
            ("date(when) > today()", "true"),
            ("date('2024-03-10') = today()", "true"),
            ("today() = '2024-03-10'", "true"),
            (
                "decimal-date-time('2024-03-10T08:00:00.000+08:00')",
                "19792",
            ),
            (
                "format-date(today(), '%Y年%n月%e日 %a %b')",
                "2024年3月10日 周日 3月",
            ),
            (
                "format-date-time(when, '%h:%M:%S.%3 %% %q %')",
                "12:00:00.000 %% %q %",
            ),
            ("date('2024-3-9')", "2024-03-09"),
            ("date('2024-02-30')", "Invalid Date"),
            ("date(19792.5)", "2024-03-10T20:00:00.000+08:00"),
            ("decimal-time('12:00:00.000+08:00')", "0.5"),
            ("date(1 div 0)", "Invalid Date"),
        ],
    );
    let changes = [(1_710_054_000_000, -240), (1_730_613_600_000, -300)];
    let mut york = Form::new(DATA).in_zone(-300, &changes);
    york.session.now = 1_710_100_000_000;
    check(
        &mut york,
        &[
            ("date('2024-03-10')", "2024-03-10"),
            (
                "string(date('2024-03-10T12:00:00'))",
                "2024-03-10T12:00:00.000-04:00",
            ),
            ("today()", "2024-03-10"),
            (
                "date('2024-03-10T02:30:00')",
                "2024-03-10T03:30:00.000-04:00",
            ),
            (
                "date('2024-11-03T01:30:00')",
                "2024-11-03T01:30:00.000-04:00",
            ),
            ("date('2024-12-01T00:00:00-05:00')", "2024-12-01"),
            (
                "round(24 * (decimal-date-time('2024-03-11') - decimal-date-time('2024-03-10')), 6)",
                "23",
            ),
        ],
    );
}

#[test]
fn numbers_read_and_round_as_they_are_written() {
    check(
        &mut Form::new(DATA),
        &[
            ("round(-0.4)", "0"),
            ("1 div round(-0.4)", "-Infinity"),
            ("round(2.5)", "3"),
            ("round(-2.5)", "-3"),
            ("round(0.49999999999999994)", "0"),
            ("round(1234.5678, 3)", "1234.568"),
            ("'1e3' + 0", "1000"),
            ("number('+1')", "NaN"),
            ("number('0x1')", "NaN"),
            ("number('inf')", "NaN"),
            ("number('- 1')", "NaN"),
            ("100000000000000000000000", "100000000000000000000000"),
            ("0.0000001", "0.0000001"),
            ("-count", "-3"),
            ("--count", "3"),
            ("min(group/item/v, 0.5)", "0.5"),
            ("max(group/item/v)", "3"),
            ("int(-7.9)", "-7"),
            ("exp10(3)", "1000"),
            ("atan2(0, -1)", "3.141592653589793"),
        ],
    );
}

#[test]
fn texts_count_characters_not_bytes() {
    check(
        &mut Form::new(DATA),
        &[
            ("string-length(name)", "2"),
            ("substr(name, 1)", "三"),
            ("substr(name, -1)", "三"),
            ("substr('督查组', 0, 2)", "督查"),
            ("substr('督查组', 2, 1)", ""),
            ("substring('督查组', 2, 1)", "查"),
            ("substring-before('督查组', '组')", "督查"),
            ("substring-after('督查组', '督')", "查组"),
            ("translate('督查组', '查', '办')", "督办组"),
            ("ends-with('督查组', '组')", "true"),
            ("join('、', group/item/v, 'x')", "1、2、3、x"),
            ("concat(group/item/v, '.')", "123."),
            ("selected(choice, 'c')", "true"),
            ("selected(choice, '')", "false"),
            ("selected(none, '')", "true"),
            ("selected-at(choice, 1)", "c"),
            ("selected-at(choice, 'x')", ""),
            ("count-selected(choice)", "2"),
            ("base64-decode('5L2g 5aW9')", "你好"),
            ("base64-decode('!')", ""),
            (
                "digest('督帮', 'SHA-512', 'hex') = digest('督帮', 'SHA-512', 'hex')",
                "true",
            ),
            ("string-length(digest('', 'SHA-384', 'hex'))", "96"),
        ],
    );
}

#[test]
fn the_dialects_differ_where_their_specifications_do() {
    let mut form = Form::new("<data><a>2018-01-01</a><b/><c>1</c></data>");
    check(
        &mut form,
        &[
            ("number(a) > 17000", "true"),
            ("sum(b | c)", "1"),
            ("round(-1.5)", "-2"),
        ],
    );
    form.dialect = Dialect::XPath;
    check(
        &mut form,
        &[
            ("number(a) > 17000", "false"),
            ("sum(b | c)", "NaN"),
            ("round(-1.5)", "-1"),
            ("concat(b | c, 'x')", "x"),
        ],
    );
}
