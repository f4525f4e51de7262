//! A digest, whole, in groups a person can compare.

use leptos::prelude::*;

/// The digits in groups of eight.
pub fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 9 / 8);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % 8 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

pub fn hash(label: String, digits: &str) -> AnyView {
    view! { <p class="hash"><span>{label}</span><code>{grouped(digits)}</code></p> }.into_any()
}

/// Its beginning, in a table where what was done counts more; the whole opens under it.
pub fn folded(digits: &str) -> AnyView {
    let beginning = digits.get(..8).unwrap_or(digits).to_owned();
    view! { <details class="digest"><summary><code>{beginning}"…"</code></summary><code>{grouped(digits)}</code></details> }
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups_of_eight() {
        assert_eq!(grouped("9f2c41ab03d7e8c15b60"), "9f2c41ab 03d7e8c1 5b60");
        assert_eq!(grouped(""), "");
    }
}
