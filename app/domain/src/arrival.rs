//! Where a team was when it said that it had arrived, as well as its tablet could tell, and how far from the institution that is.
//!
//! A position that was not to be had is recorded as such, with why. A browser does not say whether a position was made up: the record has
//! what the tablet was told, and no more.

use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::body::Location;
use crate::instant::Instant;
use crate::{Language, Text, say};

/// Metres within which a place is the institution's: gate, yard and houses.
const REACH: f64 = 300.0;
/// Metres from which on a position says too little; that of a network rather than of a satellite.
const VAGUE: f64 = 500.0;
/// The earth's mean radius in metres (IUGG).
const EARTH: f64 = 6_371_008.8;

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arrival {
    pub at: Instant,
    pub whereabouts: Whereabouts,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub enum Whereabouts {
    Found(Fix),
    Unknown(NoPosition),
}

/// A position as a receiver gives it (WGS 84).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fix {
    pub location: Location,
    /// Metres within which it is right with 95 % confidence (W3C Geolocation); 0 where that is not known.
    pub accuracy: f64,
}

/// Why there is no position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub enum NoPosition {
    Denied,
    TooSlow,
    /// The tablet has no receiver, or it is switched off.
    Unavailable,
}

/// What a position says of where the team was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proximity {
    There,
    Away,
    /// It says too little to tell.
    Vague,
}

impl NoPosition {
    pub const fn text(self) -> Text {
        match self {
            NoPosition::Denied => Text::new(
                "未取得位置：浏览器未获定位许可",
                "No position: the browser is not allowed to tell it",
            ),
            NoPosition::TooSlow => Text::new(
                "未取得位置：定位超时",
                "No position: it was not found in time",
            ),
            NoPosition::Unavailable => Text::new(
                "未取得位置：设备不能定位",
                "No position: the tablet cannot tell where it is",
            ),
        }
    }
}

impl Proximity {
    pub const fn title(self) -> Text {
        match self {
            Proximity::There => Text::new("在机构处", "At the institution"),
            Proximity::Away => Text::new("不在机构处", "Not at the institution"),
            Proximity::Vague => Text::new("位置过于粗略", "Too vague to tell"),
        }
    }
}

impl Arrival {
    /// Of a place on earth, to within so many metres.
    pub fn is_possible(&self) -> bool {
        match self.whereabouts {
            Whereabouts::Found(fix) => {
                fix.location.is_on_earth() && fix.accuracy.is_finite() && fix.accuracy >= 0.0
            }
            Whereabouts::Unknown(_) => true,
        }
    }

    /// What it says beside where the institution is known to be; None without a position or without that.
    pub fn proximity(&self, institution: Option<Location>) -> Option<Proximity> {
        let Whereabouts::Found(fix) = self.whereabouts else {
            return None;
        };
        Some(fix.proximity(institution?))
    }

    /// In words: how far from the institution, or where on earth, or why neither.
    pub fn text(&self, institution: Option<Location>, language: Language) -> String {
        let fix = match self.whereabouts {
            Whereabouts::Found(fix) => fix,
            Whereabouts::Unknown(why) => return why.text().get(language).to_owned(),
        };
        let within = if fix.accuracy > 0.0 {
            let accuracy = metres(fix.accuracy, language);
            say!(language, "精度{accuracy}", "to within {accuracy}")
        } else {
            Text::new("精度未知", "accuracy unknown")
                .get(language)
                .to_owned()
        };
        if let Some(institution) = institution {
            let far = metres(fix.distance(institution), language);
            return say!(
                language,
                "距机构{far}（{within}）",
                "{far} from the institution ({within})"
            );
        }
        let Location {
            longitude,
            latitude,
        } = fix.location;
        say!(
            language,
            "纬度{latitude:.5}，经度{longitude:.5}（{within}）；机构位置未登记",
            "Latitude {latitude:.5}, longitude {longitude:.5} ({within}); where the institution is, is not registered"
        )
    }
}

impl Fix {
    /// Metres along the great circle (haversine; Sinnott, Sky and Telescope 68, 1984), on a sphere: right to 0.5 %.
    pub fn distance(self, other: Location) -> f64 {
        let (from, to) = (self.location, other);
        let (latitude, other_latitude) = (from.latitude.to_radians(), to.latitude.to_radians());
        let north = (other_latitude - latitude) / 2.0;
        let east = (to.longitude - from.longitude).to_radians() / 2.0;
        let chord =
            north.sin().powi(2) + latitude.cos() * other_latitude.cos() * east.sin().powi(2);
        2.0 * EARTH * chord.sqrt().min(1.0).asin()
    }

    fn proximity(self, institution: Location) -> Proximity {
        let far = self.distance(institution);
        if far > REACH + self.accuracy {
            Proximity::Away
        } else if self.accuracy > VAGUE {
            Proximity::Vague
        } else {
            Proximity::There
        }
    }
}

/// Metres, or kilometres with one decimal.
pub fn metres(metres: f64, language: Language) -> String {
    if metres < 1_000.0 {
        say!(language, "{metres:.0}米", "{metres:.0} m")
    } else {
        let kilometres = metres / 1_000.0;
        say!(language, "{kilometres:.1}公里", "{kilometres:.1} km")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GATE: Location = Location {
        longitude: 116.4,
        latitude: 39.9,
    };

    fn at(north: f64, accuracy: f64) -> Arrival {
        let location = Location {
            latitude: GATE.latitude + north / 111_195.0,
            ..GATE
        };
        Arrival {
            at: Instant(0),
            whereabouts: Whereabouts::Found(Fix { location, accuracy }),
        }
    }

    #[test]
    fn distances_are_those_of_the_globe() {
        let fix = |longitude, latitude| Fix {
            location: Location {
                longitude,
                latitude,
            },
            accuracy: 0.0,
        };
        let to = |longitude, latitude| Location {
            longitude,
            latitude,
        };
        for (from, to, metres) in [
            (fix(0.0, 0.0), to(0.0, 0.0), 0.0),
            // A degree of the equator, half of it, and from pole to pole.
            (fix(0.0, 0.0), to(1.0, 0.0), 111_195.08),
            (fix(179.5, 0.0), to(-180.0, 0.0), 55_597.54),
            (fix(0.0, 90.0), to(77.0, -90.0), 20_015_114.44),
        ] {
            let far = from.distance(to);
            assert!((far - metres).abs() < 0.01, "{far} {metres}");
        }
    }

    #[test]
    fn a_team_is_there_unless_its_position_says_otherwise() {
        for (north, accuracy, expected) in [
            (0.0, 10.0, Proximity::There),
            (299.0, 10.0, Proximity::There),
            (320.0, 10.0, Proximity::Away),
            // It may be there.
            (320.0, 40.0, Proximity::There),
            (320.0, 0.0, Proximity::Away),
            (100.0, 2_000.0, Proximity::Vague),
            (1_500.0, 2_000.0, Proximity::Vague),
            (5_000.0, 2_000.0, Proximity::Away),
        ] {
            let said = at(north, accuracy).proximity(Some(GATE));
            assert_eq!(said, Some(expected), "{north} {accuracy}");
        }
        assert_eq!(at(0.0, 10.0).proximity(None), None);
    }

    #[test]
    fn a_place_beyond_the_earth_is_none() {
        for (north, accuracy, possible) in [
            (0.0, 0.0, true),
            (0.0, -1.0, false),
            (0.0, f64::INFINITY, false),
            (6_000_000.0, 1.0, false),
            (f64::NAN, 1.0, false),
        ] {
            assert_eq!(at(north, accuracy).is_possible(), possible);
        }
    }
}
