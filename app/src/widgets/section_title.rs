//! What a section of a form is called.

use form::{Form, Section, Texts};

/// A group by its label; what stands outside groups has none.
pub fn section_title(form: &Form, section: &Section) -> Texts {
    let Some(group) = section.group() else {
        return Texts::both("项目", "Items");
    };
    let group = form.node(group);
    group.map(|group| group.label.clone()).unwrap_or_default()
}
