//! What the server is told: defaults, then `dubang.toml`, then the environment, then flags.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use figment::Figment;
use figment::providers::{Env, Format as _, Serialized, Toml};
use serde::{Deserialize, Serialize};

use crate::tile_template::TileTemplate;

/// Flags; what is not given is taken from the environment or `dubang.toml`.
#[derive(Args, Clone, Debug, Default, Serialize)]
pub struct Flags {
    /// Where to listen
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<SocketAddr>,
    /// The folder for the database and the photos
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<PathBuf>,
    /// `sqlite:///path/to/file` or `postgres://user@host/database`; by default a SQLite file in the data folder
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    database_url: Option<String>,
    /// Serve the site from this folder instead of the one in the binary
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<PathBuf>,
    /// Cookies only over HTTPS: set it behind a proxy that speaks HTTPS
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    secure_cookies: Option<bool>,
    /// Take the visitor's address from the last entry of X-Forwarded-For: set it behind a proxy, and only there
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    trust_proxy: Option<bool>,
    /// The relay that takes mail: `smtp://127.0.0.1:25`, `smtp://relay.example:587?tls=required` (STARTTLS) or
    /// `smtps://relay.example`; without one no mail is sent
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    smtp_url: Option<String>,
    /// The address mail comes from
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    mail_from: Option<String>,
    /// Where readers reach the pages, such as `https://dubang.example`; mail leads there
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    public_url: Option<String>,
    /// Where the tablets have the tiles of their maps from, such as `https://tiles.example.org/{z}/{x}/{y}.png` (WGS-84, EPSG:3857);
    /// without it they draw places without a map, and ask nobody
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    map_tiles: Option<String>,
    /// Who made the map, shown on it as its maker asks for
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    map_credit: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    pub address: SocketAddr,
    pub data: PathBuf,
    #[serde(default)]
    pub database_url: Option<String>,
    #[serde(default)]
    pub site: Option<PathBuf>,
    pub secure_cookies: bool,
    pub trust_proxy: bool,
    #[serde(default)]
    pub smtp_url: Option<String>,
    #[serde(default)]
    pub mail_from: Option<String>,
    #[serde(default)]
    pub public_url: Option<String>,
    #[serde(default)]
    pub map_tiles: Option<TileTemplate>,
    #[serde(default)]
    pub map_credit: Option<String>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            address: SocketAddr::from(([127, 0, 0, 1], 3000)),
            data: PathBuf::from("data"),
            database_url: None,
            site: None,
            secure_cookies: false,
            trust_proxy: false,
            smtp_url: None,
            mail_from: None,
            public_url: None,
            map_tiles: None,
            map_credit: None,
        }
    }
}

impl Settings {
    /// Reads the settings; an error names the key and where it came from.
    pub fn read(flags: &Flags) -> Result<Settings, Box<figment::Error>> {
        Figment::from(Serialized::defaults(Settings::default()))
            .merge(Toml::file("dubang.toml"))
            .merge(Env::raw().only(&["DATABASE_URL"]))
            .merge(Env::prefixed("DUBANG_"))
            .merge(Serialized::defaults(flags))
            .extract()
            .map_err(Box::new)
    }

    pub fn database_url(&self) -> String {
        self.database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite://{}", self.data.join("dubang.db").display()))
    }

    pub fn photos(&self) -> PathBuf {
        self.data.join("photos")
    }

    /// Photos of which only a part has arrived.
    pub fn uploads(&self) -> PathBuf {
        self.data.join("uploads")
    }

    /// Files that go with notices, reports and materials.
    pub fn files(&self) -> PathBuf {
        self.data.join("files")
    }

    pub fn create_data_folder(&self) -> std::io::Result<&Path> {
        std::fs::create_dir_all(self.photos())?;
        std::fs::create_dir_all(self.uploads())?;
        std::fs::create_dir_all(self.files())?;
        Ok(&self.data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Given a template that lacks something, then no command starts, and what is said names the setting and what is amiss with it.
    #[test]
    fn a_setting_that_is_no_template_is_named() {
        let given = |map_tiles: &str| Flags {
            map_tiles: Some(map_tiles.into()),
            ..Flags::default()
        };
        let error = Settings::read(&given("https://tiles.example.org/{z}/{x}.png")).unwrap_err();
        let said = error.to_string();
        assert!(
            said.contains("map_tiles") && said.contains("it has no {y}"),
            "{said}"
        );
        let settings = Settings::read(&given("https://tiles.example.org/{z}/{x}/{y}.png")).unwrap();
        let origin = settings.map_tiles.as_ref().and_then(TileTemplate::origin);
        assert_eq!(origin, Some("https://tiles.example.org"));
    }
}
