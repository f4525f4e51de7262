//! An index gives what the path it stands for gives.

mod support;

use std::fmt::Write;

use support::{Form, primary};
use xpath::{Evaluator, Expr, Value};

const CITIES: &str = "<root>
  <item kind='big'><name>a</name><country>cn</country><code>1</code><label>A</label></item>
  <item><name>b</name><country>nl</country><code>01</code><label>B</label></item>
  <item kind='big'><name>c</name><country>cn</country><code>2</code><label>C</label></item>
  <item><name>d</name><country>cn</country><country>nl</country><code>x</code><label>D</label></item>
  <item><name/><label>E</label></item>
</root>";

const GROUPED: &str = "<root>
  <g><i><k>x</k><v>1</v></i><i><k>x</k><v>2</v></i></g>
  <g><i><k>y</k><v>3</v></i><i><k>x</k><v>4</v></i></g>
</root>";

fn form() -> Form {
    Form::new("<data><c>cn</c><d>nl</d><n>1</n><many>cn</many><many>nl</many><none/></data>")
        .with_instance("cities", CITIES)
        .with_instance("grouped", GROUPED)
}

#[test]
fn an_indexed_path_selects_what_a_walk_does() {
    let with_index = form();
    let mut without = form();
    without.indexes = None;
    for (path, expected) in [
        ("instance('cities')/root/item[country = 'cn']/name", "a|c|d"),
        ("instance('cities')/root/item['cn' = country]/name", "a|c|d"),
        (
            "instance('cities')/root/item[country = /data/c]/label",
            "A|C|D",
        ),
        (
            "instance('cities')/root/item[country = current()/d]/label",
            "B|D",
        ),
        (
            "instance('cities')/root/item[country = /data/many]/label",
            "A|B|C|D",
        ),
        (
            "instance('cities')/root/item[country = /data/none]/label",
            "",
        ),
        ("instance('cities')/root/item[name = '']/label", "E"),
        ("instance('cities')/root/item[country = '']/label", ""),
        ("instance('cities')/root/item[code = 1]/label", "A|B"),
        ("instance('cities')/root/item[code = /data/n]/label", "A"),
        (
            "instance('cities')/root/item[code = /data/n + 0]/label",
            "A|B",
        ),
        ("instance('cities')/root/item[code = 0 div 0]/label", ""),
        (
            "instance('cities')/root/item[country = true()]/label",
            "A|B|C|D",
        ),
        ("instance('cities')/root/item[country = false()]/label", "E"),
        (
            "instance('cities')/root/item[country = 'cn' and code > 1]/label",
            "C",
        ),
        (
            "instance('cities')/root/item[code < 2 and country = 'cn']/label",
            "A",
        ),
        ("instance('cities')/root/item[country = 'cn'][2]/label", "C"),
        (
            "instance('cities')/root/item[country = 'cn'][last()]/label",
            "D",
        ),
        (
            "instance('cities')/root/item[country = 'cn' and position() = 3]/label",
            "C",
        ),
        ("instance('cities')/root/item[2][country = 'nl']/label", "B"),
        ("instance('cities')/root/item[@kind = 'big']/label", "A|C"),
        ("instance('cities')/root/item[label = name]/label", ""),
        (
            "instance('cities')/root/item[name = translate(label, 'ABCD', 'abcd')]/label",
            "A|B|C|D",
        ),
        (
            "instance('cities')/root/item[name = instance('cities')/root/item[code = 2]/name]/label",
            "C",
        ),
        ("instance('cities')/root/item/name[. = 'c']/../label", "C"),
        ("instance('cities')/root/item[country != 'cn']/label", "B|D"),
        ("instance('grouped')/root/g/i[k = 'x'][1]/v", "1|4"),
        ("instance('grouped')/root/g/i[k = 'x'][2]/v", "2"),
        ("instance('grouped')/root/g[2]/i[k = 'x']/v", "4"),
        ("pulldata('cities', 'label', 'name', 'd')", "D"),
        ("pulldata('cities', 'label', 'name', 'nobody')", ""),
        ("count(instance('cities')/root/item[country = 'cn'])", "3"),
    ] {
        let (mut with_index, mut without) = (with_index.names.clone(), without.names.clone());
        let parse = |names: &mut xpath::Names| {
            let mut parsed = xpath::parse(path, &xpath::Namespaces::new(), xpath::Dialect::XForms)
                .expect("a path");
            xpath::optimise(&mut parsed, names);
            parsed
        };
        let (indexed, walked) = (parse(&mut with_index), parse(&mut without));
        let form = form();
        let root = primary(form.trees[0].root_element().expect("a root"));
        // Asked twice, since the first time makes the index.
        for _ in 0..2 {
            assert_eq!(
                form.text_at(&indexed, root).as_deref(),
                Ok(expected),
                "{path}"
            );
        }
        let mut plain = self::form();
        plain.indexes = None;
        assert_eq!(
            plain.text_at(&walked, root).as_deref(),
            Ok(expected),
            "{path} walked"
        );
    }
}

#[test]
fn an_index_is_made_once_and_forgotten_when_told() {
    let mut form = form();
    let found = form.expression("instance('cities')/root/item[name = 'a']/label");
    assert!(matches!(found.root, Expr::Lookup(_)));
    let root = primary(xpath::NodeIx::DOCUMENT);
    assert_eq!(form.text_at(&found, root).as_deref(), Ok("A"));
    // given the instance is exchanged for one with another label
    let mut names = form.names.clone();
    let changed = CITIES.replace("<label>A</label>", "<label>Ä</label><name>a</name>");
    form.trees[1] = xpath::read(&changed, &mut names, support::options(xpath::Texts::Inline))
        .expect("a document");
    form.names = names;
    // when the index is cleared, then the new one is read
    form.indexes.as_ref().expect("indexes").clear();
    assert_eq!(form.text_at(&found, root).as_deref(), Ok("Ä"));
}

#[test]
fn many_choices_are_not_scanned() {
    // given a list of twenty thousand
    let mut xml = String::from("<root>");
    for at in 0..20_000 {
        let _ = write!(
            xml,
            "<item><name>{at}</name><group>{}</group></item>",
            at % 1000
        );
    }
    xml.push_str("</root>");
    let mut form = Form::new("<data><pick>777</pick></data>").with_instance("list", &xml);
    let path = form.expression("count(instance('list')/root/item[group = /data/pick])");
    let root = primary(form.trees[0].root_element().expect("a root"));
    let count = || Evaluator::new(&form, root).evaluate(&path.root);
    assert_eq!(count(), Ok(Value::Number(20.0)));
    // when it is asked a thousand times more, then that takes less than scanning it some twenty times would
    let scan = form.expression_scanning("count(instance('list')/root/item[group = /data/pick])");
    let timed = |times: u32, expr: &Expr| {
        let begun = std::time::Instant::now();
        for _ in 0..times {
            let counted = Evaluator::new(&form, root).evaluate(expr);
            assert_eq!(counted, Ok(Value::Number(20.0)));
        }
        begun.elapsed()
    };
    assert!(timed(1000, &path.root) < timed(20, &scan.root));
}
