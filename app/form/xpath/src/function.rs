//! The functions there are: names, namespaces, numbers of arguments. What each does stands in a file per family.

mod boolean;
mod call;
mod date_time;
mod digest;
mod form;
mod geo;
mod node_set;
mod number;
mod random;
mod select;
mod string;

use crate::{
    error::ParseFault,
    expression::{Dialect, JAVAROSA},
};

/// How a function is called.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    pub function: Function,
    pub name: &'static str,
    /// `""` for none.
    pub namespace: &'static str,
    /// Fewest and most arguments; `None` where any number may follow.
    pub least: usize,
    pub most: Option<usize>,
    pub library: Library,
}

/// Which dialects know a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Library {
    Both,
    /// XPath 1.0 only: XForms has another one of that name.
    Core,
    XForms,
}

macro_rules! functions {
    ($($variant:ident $name:literal $least:literal $(..= $most:literal)? $(.. $any:tt)? $library:ident $(in $namespace:ident)?;)*) => {
        /// A function of XPath 1.0 or ODK XForms.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Function { $($variant),* }

        /// Every function, in the order of the enum: what a list of features is printed from.
        pub const FUNCTIONS: &[Signature] = &[$(Signature {
            function: Function::$variant,
            name: $name,
            namespace: namespace!($($namespace)?),
            least: $least,
            most: most!($least; $($most)?; $($any)?),
            library: Library::$library,
        }),*];
    };
}

macro_rules! namespace {
    () => {
        ""
    };
    ($namespace:ident) => {
        $namespace
    };
}

macro_rules! most {
    ($least:literal;;) => {
        Some($least)
    };
    ($least:literal; $most:literal;) => {
        Some($most)
    };
    ($least:literal;; $any:tt) => {
        None
    };
}

functions! {
    // Nodes
    Last "last" 0 Both;
    Position "position" 0..=1 Both;
    Count "count" 1 Both;
    Id "id" 1 Both;
    LocalName "local-name" 0..=1 Both;
    NamespaceUri "namespace-uri" 0..=1 Both;
    Name "name" 0..=1 Both;
    Current "current" 0 Both;
    Instance "instance" 1 XForms;
    IndexedRepeat "indexed-repeat" 3.._ XForms;
    PullData "pulldata" 4 XForms;
    Randomize "randomize" 1..=2 XForms;
    CountNonEmpty "count-non-empty" 1 XForms;
    Once "once" 1 XForms;
    // Texts
    String "string" 0..=1 Both;
    Concat "concat" 1.._ Both;
    StartsWith "starts-with" 2 Both;
    EndsWith "ends-with" 2 XForms;
    Contains "contains" 2 Both;
    SubstringBefore "substring-before" 2 Both;
    SubstringAfter "substring-after" 2 Both;
    Substring "substring" 2..=3 Both;
    Substr "substr" 2..=3 XForms;
    StringLength "string-length" 0..=1 Both;
    NormalizeSpace "normalize-space" 0..=1 Both;
    Translate "translate" 3 Both;
    Join "join" 1.._ XForms;
    Regex "regex" 2 XForms;
    Coalesce "coalesce" 2.._ XForms;
    Itext "itext" 1 XForms in JAVAROSA;
    ChoiceName "choice-name" 2 XForms in JAVAROSA;
    Digest "digest" 2..=3 XForms;
    Base64Decode "base64-decode" 1 XForms;
    Uuid "uuid" 0..=1 XForms;
    Property "property" 1 XForms;
    Version "version" 0 XForms;
    // Truth
    Boolean "boolean" 1 Both;
    Not "not" 1 Both;
    True "true" 0 Both;
    False "false" 0 Both;
    Lang "lang" 1 Both;
    If "if" 3 XForms;
    BooleanFromString "boolean-from-string" 1 XForms;
    Checklist "checklist" 2.._ XForms;
    WeightedChecklist "weighted-checklist" 2.._ XForms;
    // Answers to choices
    Selected "selected" 2 XForms;
    SelectedAt "selected-at" 2 XForms;
    CountSelected "count-selected" 1 XForms;
    // Numbers
    Number "number" 0..=1 Both;
    Sum "sum" 1 Both;
    Floor "floor" 1 Both;
    Ceiling "ceiling" 1 Both;
    Round "round" 1 Core;
    RoundTo "round" 1..=2 XForms;
    Int "int" 1 XForms;
    Min "min" 1.._ XForms;
    Max "max" 1.._ XForms;
    Abs "abs" 1 XForms;
    Pow "pow" 2 XForms;
    Sqrt "sqrt" 1 XForms;
    Exp "exp" 1 XForms;
    Exp10 "exp10" 1 XForms;
    Log "log" 1 XForms;
    Log10 "log10" 1 XForms;
    Sin "sin" 1 XForms;
    Cos "cos" 1 XForms;
    Tan "tan" 1 XForms;
    Asin "asin" 1 XForms;
    Acos "acos" 1 XForms;
    Atan "atan" 1 XForms;
    Atan2 "atan2" 2 XForms;
    Pi "pi" 0 XForms;
    Random "random" 0 XForms;
    // Dates and times
    Today "today" 0 XForms;
    Now "now" 0 XForms;
    Date "date" 1 XForms;
    DateTime "date-time" 1 XForms;
    DecimalDateTime "decimal-date-time" 1 XForms;
    DecimalTime "decimal-time" 1 XForms;
    FormatDate "format-date" 2 XForms;
    FormatDateTime "format-date-time" 2 XForms;
    // Places
    Area "area" 1 XForms;
    EnclosedArea "enclosed-area" 1 XForms;
    Distance "distance" 1.._ XForms;
    Geofence "geofence" 2 XForms;
    EnclosedWithin "enclosed-within" 2 XForms;
}

impl Function {
    pub fn signature(self) -> &'static Signature {
        &FUNCTIONS[self as usize]
    }

    pub fn name(self) -> &'static str {
        self.signature().name
    }

    /// The function of that name, if the dialect has it.
    pub fn find(namespace: &str, name: &str, dialect: Dialect) -> Option<Self> {
        FUNCTIONS
            .iter()
            .find(|known| {
                known.name == name && known.namespace == namespace && known.is_in(dialect)
            })
            .map(|known| known.function)
    }

    /// The name of the dialect most like `name`, if any is alike at all.
    pub fn nearest(name: &str, dialect: Dialect) -> Option<&'static str> {
        /// A name this much longer or shorter than any function's is no misspelling.
        const LONGEST: usize = 40;
        if name.len() > LONGEST {
            return None;
        }
        let candidates = FUNCTIONS.iter().filter(|known| known.is_in(dialect));
        candidates
            .map(|known| (edits(name, known.name), known.name))
            .filter(|&(edits, known)| edits <= known.len().min(name.len()) / 3)
            .min_by_key(|&(edits, _)| edits)
            .map(|(_, known)| known)
    }

    /// Whether it makes a number of numbers and looks at nothing else.
    pub(crate) fn is_numeric(self) -> bool {
        use Function as F;
        matches!(
            self,
            F::Number
                | F::Floor
                | F::Ceiling
                | F::Round
                | F::RoundTo
                | F::Int
                | F::Min
                | F::Max
                | F::Abs
                | F::Pow
                | F::Sqrt
                | F::Exp
                | F::Exp10
                | F::Log
                | F::Log10
                | F::Sin
                | F::Cos
                | F::Tan
                | F::Asin
                | F::Acos
                | F::Atan
                | F::Atan2
        )
    }

    /// Whether it takes its arguments as texts or truths and looks at nothing else.
    pub(crate) fn is_textual(self) -> bool {
        use Function as F;
        matches!(
            self,
            F::String
                | F::Concat
                | F::StartsWith
                | F::EndsWith
                | F::Contains
                | F::SubstringBefore
                | F::SubstringAfter
                | F::StringLength
                | F::NormalizeSpace
                | F::Translate
                | F::Join
                | F::Boolean
                | F::Not
                | F::BooleanFromString
        )
    }

    /// Whether an argument (the first is 0) must be nodes: with anything else every evaluation fails.
    pub fn needs_nodes(self, argument: usize) -> bool {
        use Function as F;
        match self {
            F::Count
            | F::CountNonEmpty
            | F::Sum
            | F::Position
            | F::LocalName
            | F::NamespaceUri
            | F::Name
            | F::Randomize => argument == 0,
            // What is sought, and behind it repeats and positions by turns.
            F::IndexedRepeat => argument == 0 || argument % 2 == 1,
            _ => false,
        }
    }

    pub(crate) fn check(self, given: usize) -> Result<(), ParseFault> {
        let &Signature {
            name, least, most, ..
        } = self.signature();
        // A repeat and a position always come in twos.
        let is_odd_one = self == Self::IndexedRepeat && given.is_multiple_of(2);
        if given >= least && most.is_none_or(|most| given <= most) && !is_odd_one {
            return Ok(());
        }
        Err(ParseFault::Arity {
            function: name,
            given,
            least,
            most,
        })
    }
}

impl Signature {
    fn is_in(&self, dialect: Dialect) -> bool {
        match self.library {
            Library::Both => true,
            Library::Core => dialect == Dialect::XPath,
            Library::XForms => dialect == Dialect::XForms,
        }
    }
}

/// Insertions, deletions and replacements between two names.
fn edits(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
