//! Runs `xpath/cases.jsonl` and `xpath/errors.jsonl` of the conformance data.

use std::{
    borrow::Cow,
    cell::Cell,
    collections::{BTreeMap, HashMap},
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::Value as Json;
use xpath::{
    Dialect, DocumentId, Evaluator, Expr, Host, Moment, Names, Namespaces, NodeIx, NodeKind,
    NodeRef, ReadOptions, Session, Texts, TimeZone, Tree, Value, optimise, parse, read,
};

/// How a run went; `failed` has ids and what was had instead.
pub struct Report {
    pub total: usize,
    pub passed: usize,
    pub failed: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    document: String,
    context: String,
    expression: String,
    kind: String,
    #[serde(default)]
    expected: Json,
    xforms: bool,
    root: Option<String>,
    ordered: Option<bool>,
    clock: Option<String>,
    #[serde(default)]
    namespaces: BTreeMap<String, String>,
    default_namespace: Option<String>,
    factor: Option<f64>,
    language: Option<String>,
}

/// A case whose expectation XPath 1.0 contradicts, and what it asks for instead.
#[derive(Deserialize)]
struct Contested {
    id: String,
    expected: Json,
}

/// `CONFORMANCE_DIR`, by default beside the workspace, if it holds the data.
#[allow(
    dead_code,
    reason = "the form engine runs the cases too and finds them by itself"
)]
pub fn directory() -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let default = || workspace.join("../shared/conformance");
    let directory = std::env::var_os("CONFORMANCE_DIR").map_or_else(default, PathBuf::from);
    directory
        .join("xpath/cases.jsonl")
        .exists()
        .then_some(directory)
}

pub fn run(directory: &Path) -> Report {
    let folder = directory.join("xpath");
    let file = |name: &str| fs::read_to_string(folder.join(name)).expect("a readable file");
    let documents: HashMap<String, String> =
        serde_json::from_str(&file("documents.json")).expect("documents");
    let contested: HashMap<String, Json> = include_str!("contested.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<Contested>(line).expect("a contested case"))
        .map(|case| (case.id, case.expected))
        .collect();
    let (cases, errors) = (file("cases.jsonl"), file("errors.jsonl"));
    let mut report = Report {
        total: 0,
        passed: 0,
        failed: Vec::new(),
    };
    for line in cases.lines().chain(errors.lines()) {
        let mut case: Case = serde_json::from_str(line).expect("a case");
        if let Some(expected) = contested.get(&case.id) {
            case.expected = expected.clone();
        }
        report.total += 1;
        match check(&case, &documents[&case.document]) {
            Ok(()) => report.passed += 1,
            Err(why) => report
                .failed
                .push((case.id, format!("{}: {why}", case.expression))),
        }
    }
    report
}

struct Fixture {
    names: Names,
    tree: Tree,
    session: Session,
    dialect: Dialect,
    root: NodeRef,
    random: Cell<u64>,
}

impl Fixture {
    fn new(case: &Case, document: &str) -> Self {
        let mut names = Names::new();
        let options = ReadOptions {
            texts: Texts::Nodes,
            keep_comments: true,
            ..ReadOptions::default()
        };
        let tree = read(document, &mut names, options).expect("a document");
        // Data and clocks are of Phoenix, which has no daylight saving.
        let time_zone = TimeZone {
            offset_minutes: -420,
            transitions: Vec::new(),
        };
        let clock = case
            .clock
            .as_deref()
            .unwrap_or("2025-06-15T10:30:45.123-07:00");
        let now = Moment::read(clock, &time_zone).and_then(|moment| moment.milliseconds);
        let session = Session {
            now: now.expect("a clock"),
            time_zone,
            language: case.language.clone().unwrap_or_default(),
            ..Session::default()
        };
        let root = case.root.as_deref().unwrap_or("/");
        let root = node_ref(at_path(&tree, &names, root));
        let dialect = if case.xforms {
            Dialect::XForms
        } else {
            Dialect::XPath
        };
        Self {
            names,
            tree,
            session,
            dialect,
            root,
            random: Cell::new(0x2545_f491_4f6c_dd1d),
        }
    }

    fn elements(&self, local: &str) -> impl Iterator<Item = NodeIx> {
        self.tree
            .descendants(NodeIx::DOCUMENT)
            .filter(move |&node| {
                self.tree.kind(node) == NodeKind::Element
                    && self
                        .tree
                        .name(node)
                        .is_some_and(|name| self.names.local(name) == local)
            })
    }

    fn attribute(&self, element: NodeIx, local: &str) -> Option<&str> {
        let mut attributes = self.tree.attributes(element);
        attributes
            .find(|&node| {
                self.tree
                    .name(node)
                    .is_some_and(|name| self.names.qualified(name) == local)
            })
            .map(|node| self.tree.text(node))
    }
}

fn node_ref(node: NodeIx) -> NodeRef {
    NodeRef::new(DocumentId::PRIMARY, node)
}

impl Host for Fixture {
    fn tree(&self, _: DocumentId) -> &Tree {
        &self.tree
    }

    fn names(&self) -> &Names {
        &self.names
    }

    fn session(&self) -> &Session {
        &self.session
    }

    fn random(&self) -> u64 {
        let mut state = self.random.get();
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        self.random.set(state);
        state
    }

    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn root(&self, _: NodeRef) -> NodeRef {
        self.root
    }

    fn instance(&self, id: &str) -> Option<NodeRef> {
        self.elements("instance")
            .find(|&node| self.attribute(node, "id") == Some(id))
            .map(node_ref)
    }

    fn itext_nodes(&self, id: &str) -> Option<Vec<NodeRef>> {
        let language = self.session.language.as_str();
        let translations: Vec<NodeIx> = self.elements("translation").collect();
        let spoken = translations.iter().copied().find(|&node| {
            if language.is_empty() {
                self.attribute(node, "default").is_some()
            } else {
                self.attribute(node, "lang") == Some(language)
            }
        });
        let spoken = spoken.or(translations.first().copied())?;
        let text = self
            .tree
            .children(spoken)
            .find(|&node| self.attribute(node, "id") == Some(id))?;
        let values = self
            .tree
            .children(text)
            .filter(|&node| self.tree.kind(node) == NodeKind::Element);
        Some(values.map(node_ref).collect())
    }
}

/// The node at a path of the data: `/*[1]/text()[2]`, `/*[1]/@id`.
fn at_path(tree: &Tree, names: &Names, path: &str) -> NodeIx {
    let steps = path.split('/').filter(|step| !step.is_empty());
    steps.fold(NodeIx::DOCUMENT, |node, step| {
        if let Some(name) = step.strip_prefix('@') {
            if let Some(prefix) = name.strip_prefix("xmlns:") {
                let mut declared = tree.namespaces(node);
                return declared
                    .find(|&node| {
                        tree.name(node)
                            .is_some_and(|known| names.local(known) == prefix)
                    })
                    .expect("a declaration");
            }
            let mut attributes = tree.attributes(node);
            return attributes
                .find(|&node| {
                    tree.name(node)
                        .is_some_and(|known| names.qualified(known) == name)
                })
                .expect("an attribute");
        }
        let (test, position) = step
            .trim_end_matches(']')
            .split_once('[')
            .expect("a position");
        let kind = match test {
            "*" => NodeKind::Element,
            "text()" => NodeKind::Text,
            "comment()" => NodeKind::Comment,
            "processing-instruction()" => NodeKind::ProcessingInstruction,
            _ => panic!("{path}"),
        };
        let position: usize = position.parse().expect("a number");
        let mut alike = tree.children(node).filter(|&node| tree.kind(node) == kind);
        alike.nth(position - 1).expect("a node")
    })
}

fn check(case: &Case, document: &str) -> Result<(), String> {
    let mut fixture = Fixture::new(case, document);
    let mut namespaces = Namespaces::new();
    if let Some(uri) = &case.default_namespace {
        namespaces = namespaces.with_default(Some(uri));
    }
    for (prefix, uri) in &case.namespaces {
        namespaces.bind(prefix, uri);
    }
    let context = node_ref(at_path(&fixture.tree, &fixture.names, &case.context));
    let expression = match parse(&case.expression, &namespaces, fixture.dialect) {
        Ok(expression) => expression,
        Err(_) if case.kind == "error" => return Ok(()),
        Err(error) => return Err(error.to_string()),
    };
    let mut optimised = expression.clone();
    optimise(&mut optimised, &mut fixture.names);
    for expression in [expression, optimised] {
        let evaluator = Evaluator::new(&fixture, context);
        match evaluator.evaluate(&expression.root) {
            Ok(_) if case.kind == "error" => return Err("no error".into()),
            Ok(value) => compare(case, &fixture, &evaluator, value)?,
            Err(_) if case.kind == "error" => {}
            Err(error) => return Err(error.to_string()),
        }
        compare_typed(case, &evaluator, &expression.root)?;
    }
    Ok(())
}

/// The ways of their own that kinds of values have give the same.
#[expect(clippy::float_cmp, reason = "the data gives exact values")]
fn compare_typed(case: &Case, evaluator: &Evaluator, expr: &Expr) -> Result<(), String> {
    let same = match case.kind.as_str() {
        "boolean" => evaluator.boolean(expr).map(Json::Bool) == Ok(case.expected.clone()),
        "number" => {
            let (had, expected) = (evaluator.number(expr), number(&case.expected));
            had.is_ok_and(|had| had == expected || (had.is_nan() && expected.is_nan()))
        }
        "string" => evaluator.text(expr).is_ok_and(|had| case.expected == *had),
        _ => true,
    };
    if same {
        Ok(())
    } else {
        Err(format!("as a {} of its own it differs", case.kind))
    }
}

#[expect(clippy::float_cmp, reason = "the data gives exact values")]
fn compare(
    case: &Case,
    fixture: &Fixture,
    evaluator: &Evaluator,
    value: Value,
) -> Result<(), String> {
    let verdict = |passes: bool, had: String| if passes { Ok(()) } else { Err(had) };
    match case.kind.as_str() {
        "boolean" => {
            let had = evaluator.boolean_of(&value);
            verdict(case.expected == Json::Bool(had), had.to_string())
        }
        "number" | "number_rounded" => {
            let mut had = evaluator.number_of(&value);
            if let Some(factor) = case.factor {
                had = (had * factor + 0.5).floor() / factor;
            }
            let expected = number(&case.expected);
            // A zero without sign in the data stands for the positive one.
            let passes = (had.is_nan() && expected.is_nan())
                || (had == expected && had.is_sign_negative() == expected.is_sign_negative())
                || (case.factor.is_some() && had == expected);
            verdict(passes, format!("{had} instead of {expected}"))
        }
        "nodeset" => {
            let Value::Nodes(mut had) = value else {
                return Err("not nodes".into());
            };
            let paths = case.expected.as_array().expect("a list of nodes");
            let mut expected: Vec<NodeRef> = paths
                .iter()
                .map(|path| path.as_str().expect("a path"))
                .map(|path| node_ref(at_path(&fixture.tree, &fixture.names, path)))
                .collect();
            if case.ordered == Some(false) {
                had.sort_unstable();
                expected.sort_unstable();
            }
            verdict(had == expected, format!("{had:?} instead of {expected:?}"))
        }
        kind => {
            let had: Cow<str> = evaluator.text_of(value);
            let passes = match kind {
                "string" => case.expected == Json::String(had.to_string()),
                "string_length" => {
                    case.expected.as_u64() == Some(had.encode_utf16().count() as u64)
                }
                "string_matches" => {
                    let pattern = case.expected.as_str().expect("a pattern");
                    regex_lite::Regex::new(pattern)
                        .expect("a pattern")
                        .is_match(&had)
                }
                _ => false,
            };
            verdict(passes, format!("{had:?} instead of {}", case.expected))
        }
    }
}

fn number(expected: &Json) -> f64 {
    match expected {
        Json::Number(number) => number.as_f64().expect("a number"),
        Json::String(name) => name.parse().expect("NaN, Infinity, -Infinity or -0"),
        _ => f64::NAN,
    }
}
