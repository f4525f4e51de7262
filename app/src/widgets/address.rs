//! Addresses inside the office.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// A text as it stands inside a query.
pub fn encode(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(DIGITS[usize::from(byte >> 4)]));
            encoded.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
    encoded
}

/// An address with a query of the pairs that have a value.
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    for (index, (name, value)) in pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .enumerate()
    {
        address.push(if index == 0 { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        address.push_str(&encode(value));
    }
    address
}

/// The page the reader is on, query included; reactive where it is read.
pub fn here() -> Memo<String> {
    let location = use_location();
    Memo::new(move |_| {
        let (path, search) = (location.pathname.get(), location.search.get());
        let search = search.trim_start_matches('?');
        if search.is_empty() {
            path
        } else {
            format!("{path}?{search}")
        }
    })
}

/// Where to go after signing in: an address on this server, or the first page.
pub fn safe_destination(to: &str) -> &str {
    let own = to.starts_with('/') && !to.starts_with("//") && !to.contains('\\');
    if own && !to.starts_with("/sign-in") {
        to
    } else {
        "/"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_carries_any_text() {
        for (pairs, expected) in [
            (
                vec![("stage", "raised"), ("search", "")],
                "/findings?stage=raised",
            ),
            (
                vec![("search", "福利 & 1"), ("page", "2")],
                "/findings?search=%E7%A6%8F%E5%88%A9%20%26%201&page=2",
            ),
            (vec![], "/findings"),
        ] {
            assert_eq!(with_query("/findings", &pairs), expected);
        }
    }

    #[test]
    fn signing_in_never_leads_elsewhere() {
        for (to, expected) in [
            ("/findings?page=2", "/findings?page=2"),
            ("//evil.example", "/"),
            ("https://evil.example", "/"),
            ("/\\evil.example", "/"),
            ("/sign-in?to=/", "/"),
            ("", "/"),
        ] {
            assert_eq!(safe_destination(to), expected, "{to}");
        }
    }
}
