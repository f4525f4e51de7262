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
pub const MAX_EXPRESSION_BYTES: usize = xpath::MAX_LENGTH;
/// Parentheses and function calls inside one another in one expression. Operators in a row (`1 + 1 + 1 …`) do not nest.
pub const MAX_EXPRESSION_NESTING: usize = xpath::MAX_NESTING;
/// Bytes of one answer in its lexical form.
pub const MAX_ANSWER_BYTES: usize = 65_536;
/// Bytes of a form's XML.
pub const MAX_FORM_BYTES: usize = 64 * 1024 * 1024;
/// Nodes (elements, attributes, texts) of one XML document.
pub const MAX_XML_NODES: usize = 4_000_000;
/// Elements inside one another in one XML document.
pub const MAX_XML_DEPTH: usize = 1_000;
/// Bytes of a file a form names.
pub const MAX_ATTACHMENT_BYTES: usize = 64 * 1024 * 1024;
/// Bytes of a submission's XML.
pub const MAX_SUBMISSION_BYTES: usize = 16 * 1024 * 1024;
/// Instances of one repeat.
pub const MAX_REPEAT_INSTANCES: usize = 20_000;
/// Nodes of an instance that is taken up; instances of repeats beyond that are not added, and what is in them is refused.
pub const MAX_RESUMED_NODES: usize = 1_000_000;
/// Results computed after one edit, for each node there is: circles through relevance that never come to rest stop there.
pub const MAX_COMPUTATIONS_A_NODE: usize = 64;
/// Actions set off by one edit.
pub const MAX_ACTIONS: usize = 10_000;
/// Nodes one evaluation of an expression looks at; beyond it the expression is refused.
pub const MAX_NODES_LOOKED_AT: usize = 5_000_000;
