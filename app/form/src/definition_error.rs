//! Why a definition does not compile.

use crate::{Texts, ValueError, expression::ExpressionFault, limits};

/// One thing that is wrong with a definition, and the node (by name) it is wrong with; the form's id where it is the form.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{node}: {what}")]
pub struct DefinitionError {
    pub node: String,
    pub what: DefinitionFault,
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
    #[error("{part}: {fault}")]
    Expression {
        part: ExpressionPart,
        fault: ExpressionFault,
    },
    /// Names from a node through what it depends on back to itself.
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
}

/// Which expression of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpressionPart {
    Relevant,
    Required,
    Constraint,
    Readonly,
    Calculate,
    Finding,
    Score,
}

impl std::fmt::Display for ExpressionPart {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Relevant => "relevant",
            Self::Required => "required",
            Self::Constraint => "constraint",
            Self::Readonly => "readonly",
            Self::Calculate => "calculate",
            Self::Finding => "finding",
            Self::Score => "score",
        })
    }
}

impl ExpressionPart {
    fn chinese(self) -> &'static str {
        match self {
            Self::Relevant => "显示条件",
            Self::Required => "必填条件",
            Self::Constraint => "约束条件",
            Self::Readonly => "只读条件",
            Self::Calculate => "计算式",
            Self::Finding => "问题判定",
            Self::Score => "得分",
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
            Self::Expression { part, fault } => {
                let texts = fault.texts();
                format!("{}：{}", part.chinese(), texts.get(crate::texts::CHINESE))
            }
            Self::Cycle { path } => format!("循环依赖：{}", path.join(" → ")),
            Self::MissingChoiceList { list } => format!("没有选项列表“{list}”"),
            Self::ChoiceListMismatch => "选择题须有选项列表，其他题型不得有".to_owned(),
            Self::InvalidChoice { list, value } => {
                format!("选项列表“{list}”：“{value}”为空或含有空白")
            }
            Self::DuplicateChoice { list, value } => format!("选项列表“{list}”：“{value}”重复"),
            Self::Default(error) => {
                let texts = error.texts();
                format!("默认值不合要求：{}", texts.get(crate::texts::CHINESE))
            }
            Self::NoteWithAnswer => "说明不接受回答，不得有默认值、约束、必填或检查项".to_owned(),
            Self::Weight => "检查项权重须为不小于 0 的有限数".to_owned(),
            Self::Grading => "评分满分须大于 0，比例须在 0 与 1 之间".to_owned(),
            Self::TooManyNodes => format!("节点超过 {} 个", limits::MAX_NODES),
            Self::NestedTooDeep => format!("分组嵌套超过 {} 层", limits::MAX_GROUP_DEPTH),
            Self::TooManyChoices { list } => {
                format!("选项列表“{list}”超过 {} 个选项", limits::MAX_CHOICES)
            }
        };
        Texts::both(chinese, self.to_string())
    }
}
