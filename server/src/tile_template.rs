//! Where the tablets' maps have their tiles from, if the operator offers any.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// What stands in a template for the zoom and for the column and the row of a tile, counted from north-west
/// (<https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames>).
const PLACES: [&str; 3] = ["{z}", "{x}", "{y}"];

/// The address of a tile, such as `https://tiles.example.org/{z}/{x}/{y}.png`, or `/tiles/{z}/{x}/{y}.png` below the pages' own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TileTemplate {
    address: String,
    /// None where it is the pages' own.
    origin: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TileTemplateError {
    #[error("it has no {0}: a template looks like https://tiles.example.org/{{z}}/{{x}}/{{y}}.png")]
    Lacks(&'static str),
    #[error("it has braces around something else than z, x and y")]
    Braces,
    #[error("it has a space, a quotation mark, an angle bracket, a backslash, or a # in it")]
    Sign,
    #[error(
        "it is no address: it begins with https://, with http://127.0.0.1, or with / for a path of this server's own address"
    )]
    Address,
    #[error("its host is no plain name or IPv4 address: {{z}}, {{x}} and {{y}} stand behind it")]
    Host,
    #[error("it has a name or a password before the host, which browsers do not send")]
    Credentials,
}

impl TileTemplate {
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// Who is asked for tiles, as a content security policy names them; None where it is whoever serves the pages.
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }
}

impl TryFrom<String> for TileTemplate {
    type Error = TileTemplateError;

    fn try_from(address: String) -> Result<TileTemplate, TileTemplateError> {
        let is_amiss =
            |sign: char| sign.is_whitespace() || sign.is_control() || "\"'`<>\\#".contains(sign);
        if address.contains(is_amiss) {
            return Err(TileTemplateError::Sign);
        }
        let mut filled = address.clone();
        for place in PLACES {
            if !address.contains(place) {
                return Err(TileTemplateError::Lacks(place));
            }
            filled = filled.replace(place, "0");
        }
        if filled.contains(['{', '}']) {
            return Err(TileTemplateError::Braces);
        }
        let origin = if address.starts_with('/') && !address.starts_with("//") {
            None
        } else {
            Some(origin(&address)?)
        };
        Ok(TileTemplate { address, origin })
    }
}

/// The origin of an address elsewhere. What is refused could mean more in a policy than one server, or nothing.
fn origin(address: &str) -> Result<String, TileTemplateError> {
    let url = Url::parse(address).map_err(|_| TileTemplateError::Address)?;
    let host = url.host().ok_or(TileTemplateError::Address)?;
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "-.".contains(sign);
    let (is_here, is_named) = match host {
        Host::Ipv4(host) => (host.is_loopback(), true),
        Host::Domain(name) => (false, name.chars().all(is_plain)),
        Host::Ipv6(_) => (false, false),
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && is_here) {
        return Err(TileTemplateError::Address);
    }
    if !is_named {
        return Err(TileTemplateError::Host);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(TileTemplateError::Credentials);
    }
    Ok(url.origin().ascii_serialization())
}

impl From<TileTemplate> for String {
    fn from(template: TileTemplate) -> String {
        template.address
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_origin_is_asked_or_none_but_our_own() {
        for (address, origin) in [
            (
                "https://tiles.example.org/{z}/{x}/{y}.png",
                Some("https://tiles.example.org"),
            ),
            (
                "https://t0.tianditu.gov.cn/DataServer?T=vec_w&x={x}&y={y}&l={z}&tk=k",
                Some("https://t0.tianditu.gov.cn"),
            ),
            (
                "https://Tiles.Example.org:443/{z}/{x}/{y}",
                Some("https://tiles.example.org"),
            ),
            (
                "https://10.0.0.7:8443/{z}/{x}/{y}",
                Some("https://10.0.0.7:8443"),
            ),
            (
                "http://127.0.0.1:8080/{z}/{x}/{y}.png",
                Some("http://127.0.0.1:8080"),
            ),
            (
                "https://地图.example/{z}/{x}/{y}",
                Some("https://xn--wcs7d.example"),
            ),
            ("/tiles/{z}/{x}/{y}.png", None),
        ] {
            let template = TileTemplate::try_from(address.to_owned()).expect(address);
            assert_eq!(template.origin(), origin, "{address}");
            assert_eq!(template.as_str(), address);
        }
    }

    #[test]
    fn what_is_no_template_is_refused_with_why() {
        use TileTemplateError::{Address, Braces, Credentials, Host, Lacks, Sign};
        for (address, why) in [
            ("", Lacks("{z}")),
            ("https://tiles.example.org/{z}/{x}.png", Lacks("{y}")),
            ("https://tiles.example.org/{z}/{X}/{y}.png", Lacks("{x}")),
            ("https://{s}.example.org/{z}/{x}/{y}.png", Braces),
            ("https://tiles.example.org/{z}/{x}/{y} .png", Sign),
            ("https://tiles.example.org/{z}/{x}/{y}\".png", Sign),
            ("https://tiles.example.org/{z}/{x}/{y}'", Sign),
            ("https://tiles.example.org/#{z}/{x}/{y}", Sign),
            ("http://tiles.example.org/{z}/{x}/{y}.png", Address),
            ("ftp://127.0.0.1/{z}/{x}/{y}.png", Address),
            ("//tiles.example.org/{z}/{x}/{y}.png", Address),
            ("tiles/{z}/{x}/{y}.png", Address),
            ("data:{z}{x}{y}", Address),
            ("https://*.example.org/{z}/{x}/{y}.png", Host),
            ("https://a;script-src/{z}/{x}/{y}.png", Host),
            ("https://{z}.example.org/{x}/{y}.png", Host),
            ("https://[::1]/{z}/{x}/{y}.png", Host),
            (
                "https://me:secret@tiles.example.org/{z}/{x}/{y}.png",
                Credentials,
            ),
        ] {
            assert_eq!(
                TileTemplate::try_from(address.to_owned()),
                Err(why),
                "{address}"
            );
        }
    }
}
