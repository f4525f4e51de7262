//! Why a form does not compile.

use xpath::{Names, ParseError, XmlError, XmlFault};

use crate::source::Place;
use crate::{Texts, ValueError, limits};

/// One thing that is wrong with a form, and where.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}{}{what}", place_prefix(node, *line), part_prefix(*part))]
pub struct DefinitionError {
    /// The node by name or path, or the element of the form's XML; the form's id where it is the form.
    pub node: String,
    /// 1-based line in the form's XML; 0 where there is none.
    pub line: u32,
    /// Which of the node's expressions, where it has several.
    pub part: Option<ExpressionPart>,
    pub what: DefinitionFault,
}

/// The expressions a node may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExpressionPart {
    Relevant,
    Required,
    Constraint,
    Readonly,
    Calculate,
    /// How many instances a repeat has.
    Count,
    /// Whether an answer calls for a finding.
    Finding,
    /// The points an answer earns.
    Score,
}

impl ExpressionPart {
    fn english(self) -> &'static str {
        match self {
            Self::Relevant => "relevant",
            Self::Required => "required",
            Self::Constraint => "constraint",
            Self::Readonly => "readonly",
            Self::Calculate => "calculate",
            Self::Count => "count",
            Self::Finding => "finding",
            Self::Score => "score",
        }
    }

    fn chinese(self) -> &'static str {
        match self {
            Self::Relevant => "显示条件",
            Self::Required => "必填条件",
            Self::Constraint => "约束条件",
            Self::Readonly => "只读条件",
            Self::Calculate => "计算式",
            Self::Count => "组数",
            Self::Finding => "问题判定式",
            Self::Score => "得分式",
        }
    }
}

fn part_prefix(part: Option<ExpressionPart>) -> String {
    part.map_or_else(String::new, |part| format!("{}: ", part.english()))
}

fn place_prefix(node: &str, line: u32) -> String {
    match (node, line) {
        // What is no XML tells its line itself.
        ("", _) => String::new(),
        (node, 0) => format!("{node}: "),
        (node, line) => format!("line {line}, {node}: "),
    }
}

impl DefinitionError {
    pub(crate) fn at(place: Place, names: &Names, what: DefinitionFault) -> Self {
        Self {
            node: place.told(names),
            line: place.line,
            part: place.part,
            what,
        }
    }

    pub(crate) fn of(node: &str, what: DefinitionFault) -> Self {
        Self {
            node: node.to_owned(),
            line: 0,
            part: None,
            what,
        }
    }

    /// The error with its place, in both languages.
    pub fn texts(&self) -> Texts {
        let what = self.what.texts();
        let chinese = what.get(crate::CHINESE);
        let part = self
            .part
            .map_or_else(String::new, |part| format!("{}：", part.chinese()));
        let chinese = match (self.node.as_str(), self.line) {
            ("", _) => chinese.to_owned(),
            (node, 0) => format!("{node}：{part}{chinese}"),
            (node, line) => format!("第 {line} 行，{node}：{part}{chinese}"),
        };
        Texts::both(chinese, self.to_string())
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DefinitionFault {
    #[error(
        "a name begins with a letter or _ and holds letters, digits, _, - and . in at most {} bytes",
        limits::MAX_NAME_BYTES
    )]
    InvalidName,
    #[error("the name is used more than once")]
    DuplicateName,
    #[error("{0}")]
    Expression(ParseError),
    #[error("an expression has at most {} bytes", limits::MAX_EXPRESSION_BYTES)]
    ExpressionTooLong,
    /// A function that is about nodes is given a number, a text or a truth.
    #[error("{function}() needs nodes, such as the answers in a repeat")]
    NotNodes { function: &'static str },
    /// `${name}` in the builder's definition.
    #[error("no node is called \"{0}\"")]
    UnknownName(String),
    #[error("the form has no node {path}")]
    DanglingReference { path: String },
    /// From a node through what it depends on back to itself.
    #[error("depends on itself: {}", path.join(" → "))]
    Cycle { path: Vec<String> },
    #[error("there is no choice list \"{list}\"")]
    MissingChoiceList { list: String },
    #[error("a select needs a choice list, and nothing else has one")]
    ChoiceListMismatch,
    #[error("choice list \"{list}\": \"{value}\" is blank or holds white space")]
    InvalidChoice { list: String, value: String },
    #[error("choice list \"{list}\": \"{value}\" is given more than once")]
    DuplicateChoice { list: String, value: String },
    #[error("the default does not fit: {0}")]
    Default(ValueError),
    #[error("a note takes no answer, so it has no default, constraint, requirement or check")]
    NoteWithAnswer,
    #[error("the weight of a check item is a finite number from 0 on")]
    Weight,
    #[error("a grading is out of more than 0, its shares lie between 0 and 1")]
    Grading,
    #[error("more than {} nodes", limits::MAX_NODES)]
    TooManyNodes,
    #[error("groups nested deeper than {}", limits::MAX_GROUP_DEPTH)]
    NestedTooDeep,
    #[error("choice list \"{list}\" has more than {} choices", limits::MAX_CHOICES)]
    TooManyChoices { list: String },
    #[error("{}", english_of(.0))]
    Xml(XmlError),
    #[error("there is no <{name}>")]
    MissingElement { name: &'static str },
    #[error("the attribute {name} is missing")]
    MissingAttribute { name: &'static str },
    #[error("no item has the label <{0}>")]
    MissingItemLabel(String),
    #[error("unsupported events: {}", .0.join(", "))]
    UnknownEvents(Vec<String>),
    #[error("an action on a new repeat instance belongs into the repeat, not into the model")]
    NewRepeatInModel,
    /// The form's root has a condition; one from elsewhere is read without it.
    #[error(
        "the form as a whole takes no condition: while it did not hold, nothing would be submitted"
    )]
    RelevantForm,
    #[error("submissions are sent by POST, not by \"{0}\"")]
    SubmissionMethod(String),
    #[error("the check-item attribute {name} cannot be \"{value}\"")]
    CheckAttribute { name: &'static str, value: String },
    #[error("a secondary instance with the id \"{0}\" is there already")]
    DuplicateInstance(String),
    #[error("the file {0} is not there")]
    MissingAttachment(String),
    #[error("{file}: {fault}")]
    Attachment {
        file: String,
        fault: AttachmentFault,
    },
}

/// The limit a document went beyond, in Chinese and English.
fn xml_limit(error: &XmlError) -> Option<(String, String)> {
    let (number, chinese, english) = match error.fault {
        XmlFault::TooLarge => (limits::MAX_FORM_BYTES, "字节", "bytes"),
        XmlFault::TooManyNodes => (limits::MAX_XML_NODES, "个节点", "nodes"),
        XmlFault::TooDeep => (limits::MAX_XML_DEPTH, "层", "elements inside one another"),
        _ => return None,
    };
    Some((
        format!("（最多 {number} {chinese}）"),
        format!(" (at most {number} {english})"),
    ))
}

fn english_of(error: &XmlError) -> String {
    let limit = xml_limit(error).map_or_else(String::new, |limit| limit.1);
    format!("{error}{limit}")
}

fn chinese_of(error: &XmlError) -> String {
    let limit = xml_limit(error).map_or_else(String::new, |limit| limit.0);
    format!("{}{limit}", error.chinese())
}

/// What is wrong with a file a form names.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AttachmentFault {
    #[error("larger than {} bytes", limits::MAX_ATTACHMENT_BYTES)]
    TooLarge,
    #[error("not UTF-8")]
    NotUtf8,
    #[error("{}", english_of(.0))]
    Xml(XmlError),
    #[error("line {line}: {detail}")]
    Csv { line: u64, detail: String },
    #[error("not GeoJSON: {0}")]
    GeoJson(String),
}

impl AttachmentFault {
    fn chinese(&self) -> String {
        match self {
            Self::TooLarge => format!("超过 {} 字节", limits::MAX_ATTACHMENT_BYTES),
            Self::NotUtf8 => "不是 UTF-8 编码".to_owned(),
            Self::Xml(error) => chinese_of(error),
            Self::Csv { line, detail } => format!("第 {line} 行：{detail}"),
            Self::GeoJson(detail) => format!("不是 GeoJSON：{detail}"),
        }
    }
}

impl DefinitionFault {
    /// The fault in both languages.
    pub fn texts(&self) -> Texts {
        let chinese = match self {
            Self::InvalidName => format!(
                "名称须以字母或 _ 开头，只含字母、数字、_、- 和 .，不超过 {} 字节",
                limits::MAX_NAME_BYTES
            ),
            Self::DuplicateName => "名称重复".to_owned(),
            Self::Expression(error) => error.chinese(),
            Self::ExpressionTooLong => {
                format!("表达式最多 {} 字节", limits::MAX_EXPRESSION_BYTES)
            }
            Self::NotNodes { function } => {
                format!("{function}() 的参数须为节点，例如重复组里的各个回答")
            }
            Self::UnknownName(name) => format!("没有名为“{name}”的节点"),
            Self::DanglingReference { path } => format!("表单没有节点 {path}"),
            Self::Cycle { path } => format!("循环依赖：{}", path.join(" → ")),
            Self::MissingChoiceList { list } => format!("没有选项列表“{list}”"),
            Self::ChoiceListMismatch => "选择题须有选项列表，其他题型不得有".to_owned(),
            Self::InvalidChoice { list, value } => {
                format!("选项列表“{list}”：“{value}”为空或含有空白")
            }
            Self::DuplicateChoice { list, value } => format!("选项列表“{list}”：“{value}”重复"),
            Self::Default(error) => {
                format!("默认值不合要求：{}", error.texts().get(crate::CHINESE))
            }
            Self::NoteWithAnswer => "说明不接受回答，不得有默认值、约束、必填或检查项".to_owned(),
            Self::Weight => "检查项权重须为不小于 0 的有限数".to_owned(),
            Self::Grading => "评分满分须大于 0，比例须在 0 与 1 之间".to_owned(),
            Self::TooManyNodes => format!("节点超过 {} 个", limits::MAX_NODES),
            Self::NestedTooDeep => format!("分组嵌套超过 {} 层", limits::MAX_GROUP_DEPTH),
            Self::TooManyChoices { list } => {
                format!("选项列表“{list}”超过 {} 个选项", limits::MAX_CHOICES)
            }
            Self::Xml(error) => chinese_of(error),
            Self::MissingElement { name } => format!("缺少 <{name}>"),
            Self::MissingAttribute { name } => format!("缺少属性 {name}"),
            Self::MissingItemLabel(name) => format!("没有选项带标签 <{name}>"),
            Self::UnknownEvents(events) => format!("不支持的事件：{}", events.join("、")),
            Self::NewRepeatInModel => "新增重复组时的动作应写在重复组内，不能写在模型里".to_owned(),
            Self::RelevantForm => "整张表单不得设显示条件：不成立时什么也不会提交".to_owned(),
            Self::SubmissionMethod(method) => format!("提交方式应为 POST，不能是“{method}”"),
            Self::CheckAttribute { name, value } => {
                format!("检查项属性 {name} 不能是“{value}”")
            }
            Self::DuplicateInstance(id) => format!("辅助数据“{id}”重复"),
            Self::MissingAttachment(file) => format!("缺少文件 {file}"),
            Self::Attachment { file, fault } => format!("{file}：{}", fault.chinese()),
        };
        Texts::both(chinese, self.to_string())
    }
}
