//! A value as it is written.

use std::borrow::Cow;

use crate::syntax::{Cursor, unescaped};
use crate::{Fault, Fields};

/// The text of one value, without space around it, whose syntax was looked through.
#[derive(Clone, Copy, Debug)]
pub struct Json<'text>(&'text str);

impl<'text> Json<'text> {
    /// Looks a whole text through.
    pub fn of(text: &'text str) -> Result<Json<'text>, Fault> {
        let mut cursor = Cursor::new(text);
        let value = cursor.value()?;
        cursor.space();
        if cursor.is_at_end() {
            Ok(Json(value))
        } else {
            Err(Fault::new("something follows the value"))
        }
    }

    /// As it is written, to the byte.
    pub fn written(self) -> &'text str {
        self.0
    }

    pub fn is_null(self) -> bool {
        self.0 == "null"
    }

    pub fn text(self) -> Result<Cow<'text, str>, Fault> {
        if !self.0.starts_with('"') {
            return Err(Fault::expected("a text"));
        }
        if self.0.contains('\\') {
            return unescaped(self.0).map(Cow::Owned);
        }
        Ok(Cow::Borrowed(&self.0[1..self.0.len() - 1]))
    }

    pub(crate) fn number<T: std::str::FromStr>(self) -> Result<T, Fault> {
        // A text that says a number is none.
        self.0.parse().map_err(|_| Fault::expected("a number"))
    }

    /// The values of a list.
    pub fn list(self) -> Result<Vec<Json<'text>>, Fault> {
        let mut items = Vec::new();
        self.each(b'[', b']', "a list", &mut |cursor| {
            items.push(Json(cursor.known_value()));
        })?;
        Ok(items)
    }

    /// Names and values of an object. A name is as it is written, in its quotes.
    pub fn object(self) -> Result<Vec<(Json<'text>, Json<'text>)>, Fault> {
        let mut fields = Vec::new();
        self.each(b'{', b'}', "an object", &mut |cursor| {
            let name = Json(cursor.known_value());
            cursor.takes(b':');
            fields.push((name, Json(cursor.known_value())));
        })?;
        Ok(fields)
    }

    fn each(
        self,
        begin: u8,
        end: u8,
        what: &str,
        item: &mut dyn FnMut(&mut Cursor<'text>),
    ) -> Result<(), Fault> {
        let mut cursor = Cursor::new(self.0);
        if !cursor.takes(begin) {
            return Err(Fault::expected(what));
        }
        while !cursor.takes(end) {
            item(&mut cursor);
            cursor.takes(b',');
        }
        Ok(())
    }

    /// Which of several an enum is, and what it holds: `"name"` or `{"name": …}`.
    pub fn variant(self) -> Result<(Cow<'text, str>, Option<Json<'text>>), Fault> {
        if self.0.starts_with('"') {
            return Ok((self.text()?, None));
        }
        match self.object()?[..] {
            [(name, held)] => Ok((name.text()?, Some(held))),
            _ => Err(Fault::expected("one variant")),
        }
    }

    /// Which of several an object is, by its field `tag`.
    pub fn tag(self, tag: &str) -> Result<Cow<'text, str>, Fault> {
        let fields = Fields::of(self, None, None)?;
        let value = fields.value(tag);
        value
            .ok_or_else(|| Fault::expected("a tag").inside(tag))?
            .text()
    }
}
