//! Reading XML into a tree. A DOCTYPE is passed over and what it declares is not expanded, so that no document grows
//! while it is read; open elements are a list, so that none is too deep for the stack.

use std::{borrow::Cow, fmt};

use quick_xml::{
    Error, Reader, XmlVersion,
    errors::IllFormedError,
    escape::EscapeError,
    events::{
        BytesStart, Event,
        attributes::{AttrError, Attribute},
    },
};

use crate::{
    names::{ExpandedName, NameId, Names},
    scope::Scope,
    tree::{NodeIx, NodeKind, Tree},
};

/// What becomes of texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Texts {
    /// An element whose only child is a text holds it itself. White space alone is dropped, unless other text went
    /// before it in its element, or it parts elements without breaking the line.
    #[default]
    Inline,
    /// Every text is a node, white space too.
    Nodes,
}

/// How a document is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOptions {
    pub texts: Texts,
    /// Keeps comments and processing instructions.
    pub keep_comments: bool,
    pub limits: Limits,
}

/// What a document may have at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub bytes: usize,
    pub nodes: usize,
    /// Elements within one another.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            nodes: 4 << 20,
            depth: 10_000,
        }
    }
}

/// Attributes and declarations one element may have.
const MAX_ATTRIBUTES: usize = 1024;

/// A document that cannot be read, and where; line and column (in characters) are 1-based.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlError {
    pub line: u32,
    pub column: u32,
    pub fault: XmlFault,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum XmlFault {
    /// Not XML; the detail is the reader's, in English.
    Malformed(Box<str>),
    MismatchedEndTag {
        expected: Box<str>,
        found: Box<str>,
    },
    UnclosedElement(Box<str>),
    UnboundPrefix(Box<str>),
    /// `&name;` of which XML itself does not know the meaning.
    UnknownEntity(Box<str>),
    DuplicateAttribute(Box<str>),
    /// None, or more than one, or text beside it.
    NotOneRoot,
    TooLarge,
    TooManyNodes,
    TooDeep,
}

impl XmlError {
    /// The error in Chinese; [`fmt::Display`] gives the English.
    pub fn chinese(&self) -> String {
        let what = match &self.fault {
            XmlFault::Malformed(detail) => format!("不是有效的 XML({detail})"),
            XmlFault::MismatchedEndTag { expected, found } => {
                format!("应为结束标签 </{expected}>,实为 </{found}>")
            }
            XmlFault::UnclosedElement(name) => format!("元素 <{name}> 没有结束标签"),
            XmlFault::UnboundPrefix(prefix) => format!("前缀“{prefix}”没有声明命名空间"),
            XmlFault::UnknownEntity(name) => format!("未知实体 &{name};"),
            XmlFault::DuplicateAttribute(name) => format!("属性“{name}”重复"),
            XmlFault::NotOneRoot => "文档必须有且只有一个根元素".into(),
            XmlFault::TooLarge => "文档过大".into(),
            XmlFault::TooManyNodes => "文档的节点过多".into(),
            XmlFault::TooDeep => "文档嵌套过深".into(),
        };
        format!("第 {} 行第 {} 列:{what}", self.line, self.column)
    }
}

impl fmt::Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: ", self.line, self.column)?;
        match &self.fault {
            XmlFault::Malformed(detail) => write!(f, "not well-formed XML ({detail})"),
            XmlFault::MismatchedEndTag { expected, found } => {
                write!(f, "expected the end tag </{expected}>, found </{found}>")
            }
            XmlFault::UnclosedElement(name) => write!(f, "the element <{name}> has no end tag"),
            XmlFault::UnboundPrefix(prefix) => {
                write!(f, "no namespace is declared for '{prefix}:'")
            }
            XmlFault::UnknownEntity(name) => write!(f, "the entity &{name}; is not known"),
            XmlFault::DuplicateAttribute(name) => write!(f, "the attribute '{name}' is repeated"),
            XmlFault::NotOneRoot => write!(f, "a document has exactly one root element"),
            XmlFault::TooLarge => write!(f, "the document is too large"),
            XmlFault::TooManyNodes => write!(f, "the document has too many nodes"),
            XmlFault::TooDeep => write!(f, "the document is nested too deeply"),
        }
    }
}

impl std::error::Error for XmlError {}

/// Reads a document.
pub fn read(text: &str, names: &mut Names, options: ReadOptions) -> Result<Tree, XmlError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reading = Reading {
        tree: Tree::new(),
        names,
        options,
        scope: Scope::default(),
        recent: Recent::default(),
        open: Vec::new(),
        pending: String::new(),
    };
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = true;
    let mut position = Position::start_of(text);
    let outcome = reading.all(text, &mut reader, &mut position);
    outcome.map_err(|fault| position.error(text, fault))?;
    Ok(reading.tree)
}

/// How far the document is read, counted on as reading goes on.
struct Position {
    at: usize,
    line: u32,
    /// Where the line ends.
    line_end: usize,
}

impl Position {
    fn start_of(text: &str) -> Self {
        Self {
            at: 0,
            line: 1,
            line_end: text.find('\n').unwrap_or(usize::MAX),
        }
    }

    fn advance(&mut self, text: &str, to: usize) {
        while self.line_end < to {
            self.line += 1;
            let next = self.line_end + 1;
            self.line_end = text[next..].find('\n').map_or(usize::MAX, |at| next + at);
        }
        self.at = to;
    }

    fn error(&self, text: &str, fault: XmlFault) -> XmlError {
        let before = text.get(..self.at).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before[line_start..].chars().count() + 1;
        XmlError {
            line: self.line,
            column: u32::try_from(column).unwrap_or(u32::MAX),
            fault,
        }
    }
}

struct Reading<'n> {
    tree: Tree,
    names: &'n mut Names,
    options: ReadOptions,
    scope: Scope,
    recent: Recent,
    /// Open elements, each with whether it holds text beside elements.
    open: Vec<(NodeIx, bool)>,
    /// Text read and not yet put anywhere: texts, CDATA and references are one text.
    pending: String,
}

/// Names resolved lately, with whether of an element: the few names of a document come again and again. As long as no declaration
/// comes or goes, one that is written the same is the same.
struct Recent([Option<(NameId, bool)>; 256]);

impl Default for Recent {
    fn default() -> Self {
        Self([None; 256])
    }
}

impl Recent {
    /// Where a name is kept: names that are written alike may share a place.
    fn place(&mut self, qualified: &str, is_element: bool) -> &mut Option<(NameId, bool)> {
        let bytes = qualified.as_bytes();
        let byte = |at: usize| u32::from(bytes.get(at).copied().unwrap_or_default());
        let last = bytes.len().saturating_sub(1);
        let bytes = [byte(0), byte(last / 2), byte(last), u32::from(is_element)];
        let mixed = bytes.iter().fold(0, |mixed: u32, byte| {
            mixed.wrapping_add(*byte).wrapping_mul(0x9e37_79b1)
        });
        &mut self.0[(mixed >> 24) as usize]
    }
}

/// What is written in a start tag.
enum Bound<'t> {
    /// The declaration of a prefix, `""` for the default namespace.
    Namespace(&'t str),
    Attribute(&'t str),
}

impl<'t> Bound<'t> {
    fn of(name: &'t str) -> Self {
        match name.strip_prefix("xmlns") {
            Some("") => Self::Namespace(""),
            Some(prefix) if prefix.starts_with(':') => Self::Namespace(&prefix[1..]),
            _ => Self::Attribute(name),
        }
    }
}

/// Whether a tag may declare a namespace. There is hardly an `x` in one that does not.
fn declares(tag: &str) -> bool {
    let mut rest = tag;
    while let Some(at) = rest.find('x') {
        rest = &rest[at + 1..];
        if rest.starts_with("mlns") {
            return true;
        }
    }
    false
}

#[inline(never)]
fn next_event<'t>(reader: &mut Reader<&'t [u8]>) -> Result<Event<'t>, Error> {
    reader.read_event()
}

type Outcome = Result<(), XmlFault>;

fn malformed(detail: impl Into<Box<str>>) -> XmlFault {
    XmlFault::Malformed(detail.into())
}

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

impl Reading<'_> {
    fn all(&mut self, text: &str, reader: &mut Reader<&[u8]>, position: &mut Position) -> Outcome {
        if text.len() > self.options.limits.bytes {
            return Err(XmlFault::TooLarge);
        }
        // By experience with forms.
        self.tree.reserve(text.len() / 32, text.len() / 2);
        while self.step(text, reader, position)? {
            if self.tree.len() > self.options.limits.nodes {
                return Err(XmlFault::TooManyNodes);
            }
        }
        if let Some(&(element, _)) = self.open.last() {
            let name = self.tree.name(element);
            let name = name.map_or_else(String::new, |name| self.names.qualified(name));
            return Err(XmlFault::UnclosedElement(name.into()));
        }
        self.flush(false)?;
        self.tree
            .root_element()
            .map_or(Err(XmlFault::NotOneRoot), |_| Ok(()))
    }

    /// Reads the next piece; tells whether there was one.
    #[inline(never)]
    fn step(
        &mut self,
        text: &str,
        reader: &mut Reader<&[u8]>,
        position: &mut Position,
    ) -> Result<bool, XmlFault> {
        position.advance(text, offset(reader.buffer_position()));
        let event = match next_event(reader) {
            Ok(event) => event,
            Err(error) => {
                position.advance(text, offset(reader.error_position()).max(position.at));
                return Err(fault(error));
            }
        };
        match event {
            Event::Start(tag) => self.start(&tag, position.line)?,
            Event::Empty(tag) => {
                self.start(&tag, position.line)?;
                self.end();
            }
            Event::End(_) => self.end(),
            Event::Text(text) => self.pending.push_str(&text.xml10_content()),
            Event::Eof => return Ok(false),
            other => self.unusual(other)?,
        }
        Ok(true)
    }

    /// What a document has little of.
    #[inline(never)]
    fn unusual(&mut self, event: Event) -> Outcome {
        match event {
            Event::CData(text) => {
                if self.open.is_empty() {
                    return Err(XmlFault::NotOneRoot);
                }
                self.pending.push_str(&text.xml10_content());
            }
            Event::GeneralRef(reference) => match reference.resolve_char_ref().map_err(fault)? {
                Some(found) => self.pending.push(found),
                None => self.pending.push_str(entity(&reference)?),
            },
            Event::Comment(text) if self.options.keep_comments => {
                self.flush(false)?;
                let parent = self.parent();
                self.tree.append_comment(parent, &text.xml10_content());
            }
            Event::PI(instruction) if self.options.keep_comments => {
                self.flush(false)?;
                let target = self.names.intern("", "", instruction.target());
                let content = instruction.content().trim_start();
                let parent = self.parent();
                self.tree
                    .append_processing_instruction(parent, target, content);
            }
            _ => {}
        }
        Ok(())
    }

    fn parent(&self) -> NodeIx {
        self.open.last().map_or(NodeIx::DOCUMENT, |open| open.0)
    }

    #[inline(never)]
    fn start(&mut self, tag: &BytesStart, line: u32) -> Outcome {
        self.flush(false)?;
        if self.open.len() >= self.options.limits.depth {
            return Err(XmlFault::TooDeep);
        }
        if self.open.is_empty() && self.tree.root_element().is_some() {
            return Err(XmlFault::NotOneRoot);
        }
        self.scope.open();
        if declares(tag) {
            self.declare(tag)?;
        }
        let name = self.resolve(tag.name().0, true)?;
        let parent = self.parent();
        let element = self.tree.append_element(parent, name);
        self.tree.set_line(element, line);
        self.open.push((element, false));
        // Whether an attribute is repeated depends on namespaces; that is seen to below.
        for (count, attribute) in tag.attributes().with_checks(false).enumerate() {
            if count == MAX_ATTRIBUTES {
                return Err(XmlFault::TooManyNodes);
            }
            let attribute = attribute.map_err(|error| fault(Error::InvalidAttr(error)))?;
            let value = value_of(&attribute)?;
            match Bound::of(attribute.key.0) {
                Bound::Namespace(prefix) => {
                    self.tree
                        .declare_namespace(self.names, element, prefix, &value);
                }
                Bound::Attribute(name) => {
                    let id = self.resolve(name, false)?;
                    if self.bears(element, self.names.expanded(id)) {
                        return Err(XmlFault::DuplicateAttribute(name.into()));
                    }
                    self.tree.add_attribute(element, id, &value);
                }
            }
        }
        Ok(())
    }

    /// Whether an element has an attribute of that meaning already.
    fn bears(&self, element: NodeIx, meaning: ExpandedName) -> bool {
        let mut attributes = self.tree.attributes(element);
        attributes.any(|known| {
            let name = self.tree.name(known);
            name.is_some_and(|name| self.names.expanded(name) == meaning)
        })
    }

    /// Notes what a tag declares, before anything in it is resolved: it holds for the element's own name too.
    fn declare(&mut self, tag: &BytesStart) -> Outcome {
        for attribute in tag.attributes().with_checks(false).take(MAX_ATTRIBUTES) {
            let attribute = attribute.map_err(|error| fault(Error::InvalidAttr(error)))?;
            let value = value_of(&attribute)?;
            if let Bound::Namespace(prefix) = Bound::of(attribute.key.0) {
                self.recent = Recent::default();
                if !self.scope.declare(prefix, &value) {
                    return Err(XmlFault::DuplicateAttribute(attribute.key.0.into()));
                }
            }
        }
        Ok(())
    }

    #[inline(never)]
    fn end(&mut self) {
        // A text is put off until its element ends or goes on, so an only child is seen here.
        let _ = self.flush(true);
        self.open.pop();
        if self.scope.close() {
            self.recent = Recent::default();
        }
    }

    /// Puts the text read so far where it belongs.
    #[inline(never)]
    fn flush(&mut self, ends: bool) -> Outcome {
        if self.pending.is_empty() {
            return Ok(());
        }
        let is_blank = self
            .pending
            .bytes()
            .all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
        let Some((element, mixed)) = self.open.last_mut() else {
            self.pending.clear();
            return if is_blank {
                Ok(())
            } else {
                Err(XmlFault::NotOneRoot)
            };
        };
        let element = *element;
        let last = self.tree.last_child(element);
        match self.options.texts {
            Texts::Nodes => {
                self.tree.append_text(element, &self.pending);
            }
            Texts::Inline if ends && last.is_none() => {
                self.tree.set_text(element, &self.pending);
            }
            Texts::Inline => {
                let parts = !ends
                    && !self.pending.contains('\n')
                    && last.is_some_and(|last| self.tree.kind(last) == NodeKind::Element);
                if !is_blank || *mixed || parts {
                    *mixed |= !is_blank;
                    self.tree.append_text(element, &self.pending);
                }
            }
        }
        self.pending.clear();
        Ok(())
    }

    fn resolve(&mut self, qualified: &str, is_element: bool) -> Result<NameId, XmlFault> {
        if let Some((known, of_element)) = *self.recent.place(qualified, is_element)
            && of_element == is_element
            && self.names.is_written(known, qualified)
        {
            return Ok(known);
        }
        let name = self.resolve_anew(qualified, is_element)?;
        *self.recent.place(qualified, is_element) = Some((name, is_element));
        Ok(name)
    }

    fn resolve_anew(&mut self, qualified: &str, is_element: bool) -> Result<NameId, XmlFault> {
        let (prefix, local) = match qualified.split_once(':') {
            Some((prefix, local)) if !prefix.is_empty() => (prefix, local),
            Some(_) => return Err(malformed(format!("'{qualified}' is not a name"))),
            None => ("", qualified),
        };
        let first = local.chars().next();
        let starts_well =
            first.is_some_and(|first| first.is_alphabetic() || first == '_' || !first.is_ascii());
        if !starts_well || local.contains([':', '<', '&', '"', '\'']) {
            return Err(malformed(format!("'{qualified}' is not a name")));
        }
        let uri = if prefix.is_empty() && !is_element {
            ""
        } else {
            let uri = self.scope.uri(prefix);
            uri.ok_or_else(|| XmlFault::UnboundPrefix(prefix.into()))?
        };
        Ok(self.names.intern(uri, prefix, local))
    }
}

/// One of the five entities XML knows.
fn entity(name: &str) -> Result<&'static str, XmlFault> {
    quick_xml::escape::resolve_xml_entity(name).ok_or_else(|| XmlFault::UnknownEntity(name.into()))
}

fn value_of<'t>(attribute: &Attribute<'t>) -> Result<Cow<'t, str>, XmlFault> {
    attribute
        .normalized_value(XmlVersion::Implicit1_0)
        .map_err(fault)
}

fn fault(error: Error) -> XmlFault {
    match error {
        Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
            XmlFault::MismatchedEndTag {
                expected: expected.into(),
                found: found.into(),
            }
        }
        Error::InvalidAttr(AttrError::Duplicated(..)) => XmlFault::DuplicateAttribute("".into()),
        Error::Escape(EscapeError::UnrecognizedEntity(_, name)) => {
            XmlFault::UnknownEntity(name.into())
        }
        other => malformed(other.to_string()),
    }
}
