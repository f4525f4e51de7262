//! An expression from anywhere: it parses or says where it does not, and evaluates the same before and after it is optimised.
#![no_main]

use std::cell::Cell;

use libfuzzer_sys::fuzz_target;
use xpath::{Dialect, DocumentId, Evaluator, Host, Indexes, Names, Namespaces, NodeIx, NodeRef, ReadOptions, Session, Tree};

const DATA: &str = "<data id='r'><a>1</a><b k='x'>two three</b><c/><d>2024-02-29</d><g><i>4</i><i>5</i></g></data>";
const LIST: &str = "<root><item><name>a</name><code>1</code></item><item><name>b</name><code>2</code></item></root>";

struct Form {
    names: Names,
    trees: [Tree; 2],
    session: Session,
    indexes: Indexes,
    patience: Cell<usize>,
}

impl Host for Form {
    fn tree(&self, document: DocumentId) -> &Tree {
        &self.trees[document.0 as usize]
    }

    fn names(&self) -> &Names {
        &self.names
    }

    fn session(&self) -> &Session {
        &self.session
    }

    fn random(&self) -> u64 {
        0x9e37_79b9_7f4a_7c15
    }

    fn root(&self, _: NodeRef) -> NodeRef {
        NodeRef::new(DocumentId::PRIMARY, NodeIx::DOCUMENT)
    }

    fn instance(&self, id: &str) -> Option<NodeRef> {
        (id == "l").then_some(NodeRef::new(DocumentId(1), NodeIx::DOCUMENT))
    }

    fn indexes(&self) -> Option<&Indexes> {
        Some(&self.indexes)
    }

    fn spend(&self, nodes: usize) -> bool {
        self.patience.set(self.patience.get().saturating_sub(nodes));
        self.patience.get() > 0
    }
}

fuzz_target!(|source: &str| {
    let namespaces = Namespaces::new().with("jr", xpath::JAVAROSA);
    let expression = match xpath::parse(source, &namespaces, Dialect::XForms) {
        Ok(expression) => expression,
        Err(error) => return assert!(error.at <= source.len() && !error.chinese().is_empty()),
    };
    let mut names = Names::new();
    let trees = [DATA, LIST].map(|xml| xpath::read(xml, &mut names, ReadOptions::default()).expect("a document"));
    let mut optimised = expression.clone();
    xpath::optimise(&mut optimised, &mut names);
    let form = Form { names, trees, session: Session::default(), indexes: Indexes::new(), patience: Cell::new(0) };
    let evaluate = |expression: &xpath::Expression| {
        form.patience.set(100_000);
        let evaluator = Evaluator::new(&form, NodeRef::new(DocumentId::PRIMARY, NodeIx::DOCUMENT));
        let value = evaluator.evaluate(&expression.root).ok()?;
        Some(evaluator.text_of(value).into_owned())
    };
    let (plain, optimised) = (evaluate(&expression), evaluate(&optimised));
    // A look-up may get by with the work a walk may not.
    assert!(plain.is_none() || plain == optimised);
});
