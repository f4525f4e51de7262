//! What can be wrong with an expression, in both languages of the interface.

use std::fmt;

/// An expression that cannot be read, and where: `at` is a byte offset into its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    pub at: usize,
    pub fault: ParseFault,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseFault {
    /// The expression ends where something must follow.
    UnexpectedEnd,
    UnexpectedCharacter(char),
    /// A text whose closing quote is missing.
    UnclosedText,
    /// `$name`: forms have no variables.
    Variable,
    UnknownAxis(Box<str>),
    UnboundPrefix(Box<str>),
    UnknownFunction {
        name: Box<str>,
        nearest: Option<&'static str>,
    },
    /// `most` is `None` where any number of arguments may follow.
    Arity {
        function: &'static str,
        given: usize,
        least: usize,
        most: Option<usize>,
    },
    /// Nested deeper than [`crate::MAX_NESTING`].
    TooDeep,
    /// Longer than [`crate::MAX_LENGTH`].
    TooLong,
}

/// Why a value could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvaluationError {
    /// The call cannot be made; see [`crate::Expression::faults`].
    Fault(ParseError),
    /// Nodes are needed and something else is given.
    NotNodes {
        function: Option<&'static str>,
    },
    /// An argument says something the function does not know.
    Argument {
        function: &'static str,
        given: Box<str>,
    },
    UnknownInstance(Box<str>),
    /// The result would be too large.
    TooLarge {
        function: &'static str,
    },
    /// The host's patience is at its end; see [`crate::Host::spend`].
    TooMuchWork,
}

impl ParseError {
    pub(crate) fn new(at: usize, fault: ParseFault) -> Self {
        Self { at, fault }
    }

    /// The error in Chinese; [`fmt::Display`] gives the English.
    pub fn chinese(&self) -> String {
        format!("第 {} 个字节:{}", self.at + 1, self.fault.chinese())
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.at + 1, self.fault)
    }
}

impl std::error::Error for ParseError {}

impl ParseFault {
    pub fn chinese(&self) -> String {
        match self {
            Self::UnexpectedEnd => "表达式没有写完".into(),
            Self::UnexpectedCharacter(found) => format!("此处不应出现“{found}”"),
            Self::UnclosedText => "文本缺少结束引号".into(),
            Self::Variable => "不支持变量".into(),
            Self::UnknownAxis(name) => format!("没有名为“{name}”的轴"),
            Self::UnboundPrefix(prefix) => format!("前缀“{prefix}”没有声明命名空间"),
            Self::UnknownFunction {
                name,
                nearest: Some(nearest),
            } => format!("没有函数 {name}(),是否为 {nearest}()?"),
            Self::UnknownFunction {
                name,
                nearest: None,
            } => format!("没有函数 {name}()"),
            Self::Arity {
                function,
                given,
                least,
                most,
            } => match most {
                Some(most) if most == least => {
                    format!("{function}() 需要 {least} 个参数,给了 {given} 个")
                }
                Some(most) => format!("{function}() 需要 {least} 至 {most} 个参数,给了 {given} 个"),
                None => format!("{function}() 至少需要 {least} 个参数,给了 {given} 个"),
            },
            Self::TooDeep => format!("表达式嵌套超过 {} 层", crate::MAX_NESTING),
            Self::TooLong => format!("表达式超过 {} 字节", crate::MAX_LENGTH),
        }
    }
}

impl fmt::Display for ParseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnexpectedEnd => write!(f, "the expression breaks off"),
            Self::UnexpectedCharacter(found) => write!(f, "'{found}' is not expected here"),
            Self::UnclosedText => write!(f, "the text has no closing quote"),
            Self::Variable => write!(f, "variables are not supported"),
            Self::UnknownAxis(name) => write!(f, "there is no axis '{name}'"),
            Self::UnboundPrefix(prefix) => write!(f, "no namespace is declared for '{prefix}:'"),
            Self::UnknownFunction { name, nearest } => {
                write!(f, "there is no function {name}()")?;
                nearest.map_or(Ok(()), |nearest| write!(f, "; is {nearest}() meant?"))
            }
            Self::Arity {
                function,
                given,
                least,
                most,
            } => {
                write!(f, "{function}() takes ")?;
                match most {
                    Some(most) if most == least => write!(f, "{least}")?,
                    Some(most) => write!(f, "{least} to {most}")?,
                    None => write!(f, "at least {least}")?,
                }
                write!(f, " arguments, {given} are given")
            }
            Self::TooDeep => write!(f, "nested deeper than {} levels", crate::MAX_NESTING),
            Self::TooLong => write!(f, "longer than {} bytes", crate::MAX_LENGTH),
        }
    }
}

impl EvaluationError {
    /// The error in Chinese; [`fmt::Display`] gives the English.
    pub fn chinese(&self) -> String {
        match self {
            Self::Fault(error) => error.chinese(),
            Self::NotNodes {
                function: Some(function),
            } => format!("{function}() 需要节点"),
            Self::NotNodes { function: None } => "此处需要节点".into(),
            Self::Argument { function, given } => format!("{function}() 不接受参数“{given}”"),
            Self::UnknownInstance(id) => format!("没有名为“{id}”的数据实例"),
            Self::TooLarge { function } => format!("{function}() 的结果过大"),
            Self::TooMuchWork => "表达式的计算量过大".into(),
        }
    }
}

impl fmt::Display for EvaluationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(error) => error.fmt(f),
            Self::NotNodes {
                function: Some(function),
            } => write!(f, "{function}() needs nodes"),
            Self::NotNodes { function: None } => write!(f, "nodes are needed here"),
            Self::Argument { function, given } => write!(f, "{function}() does not take '{given}'"),
            Self::UnknownInstance(id) => write!(f, "there is no instance '{id}'"),
            Self::TooLarge { function } => write!(f, "the result of {function}() is too large"),
            Self::TooMuchWork => write!(f, "the expression is too much work"),
        }
    }
}

impl std::error::Error for EvaluationError {}
