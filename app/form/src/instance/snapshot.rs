//! The compact form drafts are kept in: every value, relevant or not, and which instances repeats have.
//!
//! | bytes | what |
//! |---|---|
//! | `D` `F` `1` | the format and its version |
//! | number, number | a hash of the form's id and version; the number of definitions |
//! | number, text | the generator's state, the active language |
//! | block | the root: for each definition in order its value (absent flag included), for each repeat its count and blocks |
//!
//! Numbers are LEB128; texts are a number of bytes and UTF-8.

use std::sync::Arc;

use super::blocks::Origin;
use super::{Instance, Session};
use crate::form::{DefKind, Form, Place};
use crate::{Texts, limits};

const MAGIC: &[u8] = b"DF1";

/// Why a snapshot could not be taken up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    #[error("not a draft of this program")]
    NotASnapshot,
    #[error("the draft is of another form, or of another version of it")]
    OtherForm,
    #[error("the draft is damaged")]
    Damaged,
}

impl SnapshotError {
    /// The reason in both languages.
    pub fn texts(self) -> Texts {
        let chinese = match self {
            Self::NotASnapshot => "不是本程序的草稿",
            Self::OtherForm => "草稿属于另一份表单或另一个版本",
            Self::Damaged => "草稿已损坏",
        };
        Texts::both(chinese, self.to_string())
    }
}

/// FNV-1a over the form's id and version.
fn fingerprint(form: &Form) -> u64 {
    let bytes = form.id.bytes().chain([0]).chain(form.version.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn put_number(mut number: u64, into: &mut Vec<u8>) {
    while number >= 0x80 {
        into.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    into.push(u8::try_from(number).unwrap_or(0));
}

fn put_text(text: &str, into: &mut Vec<u8>) {
    put_number(text.len() as u64, into);
    into.extend_from_slice(text.as_bytes());
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn number(&mut self) -> Result<u64, SnapshotError> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.bytes.split_first().ok_or(SnapshotError::Damaged)?;
            self.bytes = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(SnapshotError::Damaged)
    }

    fn text(&mut self) -> Result<&'a str, SnapshotError> {
        let length = usize::try_from(self.number()?).map_err(|_| SnapshotError::Damaged)?;
        if length > self.bytes.len() {
            return Err(SnapshotError::Damaged);
        }
        let (text, rest) = self.bytes.split_at(length);
        self.bytes = rest;
        std::str::from_utf8(text).map_err(|_| SnapshotError::Damaged)
    }
}

impl Instance {
    /// The instance as bytes, to be kept on the device.
    pub fn snapshot(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        put_number(fingerprint(&self.form), &mut bytes);
        put_number(self.form.defs.len() as u64, &mut bytes);
        put_number(self.random.get(), &mut bytes);
        put_text(&self.world.language, &mut bytes);
        let mut work = vec![0_u32];
        while let Some(number) = work.pop() {
            let instance = &self.blocks[number as usize];
            let block = self.form.block(instance.block);
            for (offset, place) in block.places.iter().enumerate() {
                let Place::Def(def) = place else { continue };
                if matches!(self.form.def(*def).kind, DefKind::Leaf | DefKind::Attribute) {
                    let node = self.block_node(number, u32::try_from(offset).unwrap_or(u32::MAX));
                    // An answer of which choices are filtered away is kept as it was given.
                    let kept = self
                        .withheld
                        .get(&node)
                        .map_or_else(|| self.tree.text(node), String::as_str);
                    put_text(kept, &mut bytes);
                }
            }
            for list in &instance.lists {
                put_number(list.len() as u64, &mut bytes);
            }
            let first = work.len();
            work.extend(instance.lists.iter().flatten());
            work[first..].reverse();
        }
        bytes
    }

    /// Takes a snapshot up again, with everything computed from it. The form's initial values are not applied again and its
    /// actions of loading do not run: the sitting goes on.
    pub fn from_snapshot(
        form: Arc<Form>,
        session: Session,
        snapshot: &[u8],
    ) -> Result<Self, SnapshotError> {
        let bytes = snapshot
            .strip_prefix(MAGIC)
            .ok_or(SnapshotError::NotASnapshot)?;
        let mut reader = Reader { bytes };
        if reader.number()? != fingerprint(&form) || reader.number()? != form.defs.len() as u64 {
            return Err(SnapshotError::OtherForm);
        }
        let random = reader.number()?;
        let language = reader.text()?;
        let mut instance = Self::without_values(Arc::clone(&form), session);
        instance.random.set(random);
        if form.languages().iter().any(|known| known == language) {
            language.clone_into(&mut instance.world.language);
        }
        let mut work = vec![0_u32];
        while let Some(number) = work.pop() {
            let id = instance.blocks[number as usize].block;
            let block = form.block(id);
            for (offset, place) in block.places.iter().enumerate() {
                let Place::Def(def) = place else { continue };
                if matches!(form.def(*def).kind, DefKind::Leaf | DefKind::Attribute) {
                    let node =
                        instance.block_node(number, u32::try_from(offset).unwrap_or(u32::MAX));
                    let text = reader.text()?;
                    if text.len() > limits::MAX_ANSWER_BYTES {
                        return Err(SnapshotError::Damaged);
                    }
                    instance.set_value(node, text);
                }
            }
            let mut made = Vec::new();
            for (ordinal, repeat) in (0_u32..).zip(&block.repeats) {
                let count =
                    usize::try_from(reader.number()?).map_err(|_| SnapshotError::Damaged)?;
                if count > limits::MAX_REPEAT_INSTANCES {
                    return Err(SnapshotError::Damaged);
                }
                let inner = form.def(repeat.def).block;
                let origin = Origin {
                    tree: &form.primary,
                    names: &form.names,
                    element: repeat.template,
                    is_submission: false,
                    blank: true,
                };
                for place in 0..count {
                    let parent = Some((number, ordinal, place));
                    made.extend(instance.create_block(inner, parent, origin, repeat.template));
                }
            }
            made.reverse();
            work.extend(made);
        }
        if !reader.bytes.is_empty() {
            return Err(SnapshotError::Damaged);
        }
        Ok(instance.complete())
    }
}
