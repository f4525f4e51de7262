//! How large a form and its answers may be. Beyond a limit compiling or reading gives an error; nothing is cut short.

/// Nodes (groups, questions and calculations together) of a form.
pub const MAX_NODES: usize = 250_000;
/// Groups inside one another.
pub const MAX_GROUP_DEPTH: usize = 32;
/// Bytes of the name of a node.
pub const MAX_NAME_BYTES: usize = 255;
/// Choices in one list.
pub const MAX_CHOICES: usize = 200_000;
/// Bytes of one expression.
pub const MAX_EXPRESSION_BYTES: usize = 65_536;
/// Parentheses and function calls inside one another in one expression. Operators in a row (`1 + 1 + 1 …`) do not nest.
pub const MAX_EXPRESSION_NESTING: usize = 64;
/// Bytes of one answer in its lexical form.
pub const MAX_ANSWER_BYTES: usize = 65_536;
