//! How a tablet is called, from what its browser says of itself.

use crate::id::DeviceId;

/// What a tablet is called: its make, and the end of its id, since two of one make are told apart.
pub fn called(id: DeviceId, name: &str) -> String {
    let (short, id) = (in_short(name), id.to_string());
    let end = &id[id.len() - 4..];
    format!("{short} · {end}")
}

/// Which browser on what, from how browsers describe themselves (the product tokens of RFC 9110, 10.1.5); all of it where neither is told.
fn in_short(name: &str) -> String {
    const BROWSERS: [(&str, &str); 8] = [
        ("MicroMessenger/", "WeChat"),
        ("HuaweiBrowser/", "Huawei Browser"),
        ("MiuiBrowser/", "Mi Browser"),
        ("Edg/", "Edge"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Version/", "Safari"),
    ];
    let major = |token: &str| {
        let (_, after) = name.split_once(token)?;
        let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
        (!digits.is_empty()).then_some(digits)
    };
    let browser = BROWSERS
        .iter()
        .find_map(|(token, title)| Some(format!("{title} {}", major(token)?)));
    let comment = name
        .split_once('(')
        .and_then(|(_, after)| after.split_once(')'))
        .map(|(comment, _)| comment);
    let system = comment.and_then(|comment| {
        let mut parts = comment.split(';').map(str::trim);
        let first = parts.next().filter(|first| !first.is_empty())?;
        // "Linux; Android 13; SM-T636B" and "iPad; CPU OS 17_4 like Mac OS X"
        let rest: Vec<&str> = parts
            .filter(|part| !part.starts_with("CPU ") && !part.starts_with("rv:"))
            .collect();
        Some(if matches!(first, "Linux" | "X11") && !rest.is_empty() {
            rest.join(" ")
        } else {
            first.to_owned()
        })
    });
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_told_from_how_it_describes_itself() {
        for (name, short) in [
            (
                "Mozilla/5.0 (Linux; Android 13; SM-T636B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36",
                "Chrome 129 · Android 13 SM-T636B",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1",
                "Safari 17 · iPad",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
                "Edge 131 · Windows NT 10.0",
            ),
            (
                "Mozilla/5.0 (Android 14; Tablet; rv:132.0) Gecko/132.0 Firefox/132.0",
                "Firefox 132 · Android 14",
            ),
            (
                "(X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
                "Chrome 131 · Linux x86_64",
            ),
            ("a tablet", "a tablet"),
            ("", ""),
            ("(", "("),
        ] {
            assert_eq!(in_short(name), short, "{name}");
        }
    }

    #[test]
    fn two_of_one_make_are_told_apart() {
        let id = |number| DeviceId(uuid::Uuid::from_u128(number));
        assert_eq!(
            called(id(0x1_2345), "(iPad) Version/17.4"),
            "Safari 17 · iPad · 2345"
        );
        assert_eq!(called(id(0x1_2346), ""), " · 2346");
    }
}
