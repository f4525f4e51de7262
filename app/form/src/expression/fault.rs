//! What can be wrong with an expression.

use crate::{Texts, limits};

/// Why an expression does not compile. Columns count characters from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionFault {
    #[error("column {column}: '{found}' does not belong here")]
    Unexpected { column: usize, found: String },
    #[error("column {column}: the expression ends too early")]
    UnexpectedEnd { column: usize },
    #[error("column {column}: the text is not closed")]
    UnclosedText { column: usize },
    #[error("column {column}: the reference is not closed, write ${{name}}")]
    UnclosedReference { column: usize },
    #[error("column {column}: paths are not supported, write ${{name}}")]
    Path { column: usize },
    #[error("column {column}: there is no node \"{name}\"")]
    UnknownReference { column: usize, name: String },
    #[error("column {column}: \"{name}\" is a group and has no value")]
    GroupReference { column: usize, name: String },
    #[error("column {column}: there is no function {name}()")]
    UnknownFunction { column: usize, name: String },
    #[error("column {column}: {function}() takes {takes} arguments, not {given}")]
    WrongArity {
        column: usize,
        function: &'static str,
        takes: Arity,
        given: usize,
    },
    #[error("column {column}: {function}() takes only references such as ${{name}}")]
    NotAReference {
        column: usize,
        function: &'static str,
    },
    #[error("column {column}: once() must be the whole of a calculate")]
    OnceInside { column: usize },
    #[error("longer than {} bytes", limits::MAX_EXPRESSION_BYTES)]
    TooLong,
    #[error(
        "column {column}: nested deeper than {}",
        limits::MAX_EXPRESSION_NESTING
    )]
    TooDeep { column: usize },
}

/// How many arguments a function takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arity {
    pub at_least: usize,
    /// `None`: any number.
    pub at_most: Option<usize>,
}

impl Arity {
    pub(crate) fn admits(self, given: usize) -> bool {
        given >= self.at_least && self.at_most.is_none_or(|most| given <= most)
    }
}

impl std::fmt::Display for Arity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.at_most {
            Some(most) if most == self.at_least => write!(formatter, "{most}"),
            Some(most) => write!(formatter, "{}-{most}", self.at_least),
            None => write!(formatter, "{}+", self.at_least),
        }
    }
}

impl ExpressionFault {
    /// The fault in both languages.
    pub fn texts(&self) -> Texts {
        let chinese = match self {
            Self::Unexpected { column, found } => format!("第 {column} 列：此处不应出现“{found}”"),
            Self::UnexpectedEnd { column } => format!("第 {column} 列：表达式不完整"),
            Self::UnclosedText { column } => format!("第 {column} 列：文本缺少右引号"),
            Self::UnclosedReference { column } => {
                format!("第 {column} 列：引用未写完，应写作 ${{名称}}")
            }
            Self::Path { column } => format!("第 {column} 列：不支持路径，应写作 ${{名称}}"),
            Self::UnknownReference { column, name } => format!("第 {column} 列：没有节点“{name}”"),
            Self::GroupReference { column, name } => {
                format!("第 {column} 列：“{name}”是分组，没有值")
            }
            Self::UnknownFunction { column, name } => format!("第 {column} 列：没有函数 {name}()"),
            Self::WrongArity {
                column,
                function,
                takes,
                given,
            } => format!("第 {column} 列：{function}() 需要 {takes} 个参数，给出了 {given} 个"),
            Self::NotAReference { column, function } => {
                format!("第 {column} 列：{function}() 只接受 ${{名称}} 形式的引用")
            }
            Self::OnceInside { column } => {
                format!("第 {column} 列：once() 必须是整个计算表达式")
            }
            Self::TooLong => format!("超过 {} 字节", limits::MAX_EXPRESSION_BYTES),
            Self::TooDeep { column } => {
                format!(
                    "第 {column} 列：嵌套超过 {} 层",
                    limits::MAX_EXPRESSION_NESTING
                )
            }
        };
        Texts::both(chinese, self.to_string())
    }
}
