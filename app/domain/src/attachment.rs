//! Files that go with a notice, a report heard, or materials called in. The bytes are kept apart, under their SHA-256; the record
//! has their name, their kind and their size.

use serde::{Deserialize, Serialize};

use crate::record::Hash;
use crate::wording::{self, NAME_LIMIT, WordingRefusal};
use crate::{Language, Text, say};

/// Largest file, in bytes.
pub const FILE_BYTE_LIMIT: u64 = 20 * 1024 * 1024;
/// Most files in one act.
pub const FILE_LIMIT: usize = 20;

/// What a file is, as its first bytes say and not its name. There is none that can carry a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FileKind {
    Pdf,
    /// Office Open XML, without macros.
    Word,
    Excel,
    Jpeg,
    Png,
    Webp,
    /// UTF-8, such as a CSV file.
    Text,
}

impl FileKind {
    pub const ALL: [FileKind; 7] = [
        FileKind::Pdf,
        FileKind::Word,
        FileKind::Excel,
        FileKind::Jpeg,
        FileKind::Png,
        FileKind::Webp,
        FileKind::Text,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            FileKind::Pdf => "pdf",
            FileKind::Word => "word",
            FileKind::Excel => "excel",
            FileKind::Jpeg => "jpeg",
            FileKind::Png => "png",
            FileKind::Webp => "webp",
            FileKind::Text => "text",
        }
    }

    pub fn from_code(code: &str) -> Option<FileKind> {
        FileKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    pub const fn title(self) -> Text {
        match self {
            FileKind::Pdf => Text::new("PDF", "PDF"),
            FileKind::Word => Text::new("Word 文档", "Word document"),
            FileKind::Excel => Text::new("Excel 表格", "Excel workbook"),
            FileKind::Jpeg | FileKind::Png | FileKind::Webp => Text::new("图片", "Picture"),
            FileKind::Text => Text::new("文本", "Text"),
        }
    }

    /// What the name of such a file ends on.
    pub const fn extension(self) -> &'static str {
        match self {
            FileKind::Pdf => "pdf",
            FileKind::Word => "docx",
            FileKind::Excel => "xlsx",
            FileKind::Jpeg => "jpg",
            FileKind::Png => "png",
            FileKind::Webp => "webp",
            FileKind::Text => "txt",
        }
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            FileKind::Pdf => "application/pdf",
            FileKind::Word => {
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            }
            FileKind::Excel => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            FileKind::Jpeg => "image/jpeg",
            FileKind::Png => "image/png",
            FileKind::Webp => "image/webp",
            FileKind::Text => "text/plain; charset=utf-8",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attachment {
    /// SHA-256 of its bytes.
    pub hash: Hash,
    /// The name it had where it came from, without folders.
    pub name: String,
    pub kind: FileKind,
    pub bytes: u64,
}

/// Why files are not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AttachmentRefusal {
    Name(WordingRefusal),
    /// The name holds a folder.
    Folder,
    TooMany {
        limit: usize,
    },
    TooLarge {
        megabytes: u64,
    },
    Empty,
    /// The same file twice in one act.
    Twice,
}

impl AttachmentRefusal {
    pub fn text(self, language: Language) -> String {
        match self {
            AttachmentRefusal::Name(refusal) => {
                let why = refusal.text(language);
                say!(language, "附件名称：{why}", "Name of an attachment: {why}")
            }
            AttachmentRefusal::Folder => say!(
                language,
                "附件名称不能含有“/”或“\\”",
                "The name of an attachment must not contain / or \\"
            ),
            AttachmentRefusal::TooMany { limit } => say!(
                language,
                "一次最多附{limit}个文件",
                "Attach {limit} files at most"
            ),
            AttachmentRefusal::TooLarge { megabytes } => say!(
                language,
                "单个附件不能超过{megabytes} MB",
                "An attachment must not exceed {megabytes} MB"
            ),
            AttachmentRefusal::Empty => {
                say!(language, "附件是空文件", "An attachment is empty")
            }
            AttachmentRefusal::Twice => say!(
                language,
                "同一个文件附了两次",
                "The same file is attached twice"
            ),
        }
    }
}

/// Whether files may be attached in one act. That their bytes are there, and are what is said of them, is for whoever has the bytes.
pub fn check_attachments(attachments: &[Attachment]) -> Result<(), AttachmentRefusal> {
    if attachments.len() > FILE_LIMIT {
        return Err(AttachmentRefusal::TooMany { limit: FILE_LIMIT });
    }
    for (index, attachment) in attachments.iter().enumerate() {
        wording::require(&attachment.name, NAME_LIMIT).map_err(AttachmentRefusal::Name)?;
        if attachment.name.contains(['/', '\\', '\n', '\r', '\t']) {
            return Err(AttachmentRefusal::Folder);
        }
        if attachment.bytes == 0 {
            return Err(AttachmentRefusal::Empty);
        }
        if attachment.bytes > FILE_BYTE_LIMIT {
            return Err(AttachmentRefusal::TooLarge {
                megabytes: FILE_BYTE_LIMIT / (1024 * 1024),
            });
        }
        if attachments[..index]
            .iter()
            .any(|earlier| earlier.hash == attachment.hash)
        {
            return Err(AttachmentRefusal::Twice);
        }
    }
    Ok(())
}
