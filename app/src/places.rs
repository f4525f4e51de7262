//! Places as ODK forms write them: a point, a trace or a shape, each point `latitude longitude altitude accuracy` in degrees and metres,
//! points divided by semicolons; and how they lie to each other, drawn without a map; with one, the tablet's `mercator` has it.

use domain::arrival::metres;
use domain::{Language, say};
use form::QuestionKind;
use json::decimal;

/// Metres of a degree of latitude, on the sphere of the earth's mean radius (IUGG: 6,371,008.8 m).
pub const METRES_OF_A_DEGREE: f64 = 6_371_008.8 * std::f64::consts::PI / 180.0;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Degrees.
    pub latitude: f64,
    pub longitude: f64,
    /// Metres.
    pub altitude: f64,
    /// Metres; 0 where it is not known.
    pub accuracy: f64,
}

impl Place {
    /// One of which no more is known than where it is.
    pub fn at(latitude: f64, longitude: f64) -> Place {
        Place {
            latitude,
            longitude,
            altitude: 0.0,
            accuracy: 0.0,
        }
    }
}

/// What of a text can be read as places.
pub fn read(text: &str) -> Vec<Place> {
    let place = |part: &str| {
        let mut numbers = part.split_whitespace().map(decimal);
        let (latitude, longitude) = (numbers.next()??, numbers.next()??);
        Some(Place {
            latitude,
            longitude,
            altitude: numbers.next().flatten().unwrap_or_default(),
            accuracy: numbers.next().flatten().unwrap_or_default(),
        })
    };
    text.split(';').filter_map(place).collect()
}

pub fn write(places: &[Place]) -> String {
    let place = |place: &Place| {
        format!(
            "{:.7} {:.7} {:.1} {:.1}",
            place.latitude, place.longitude, place.altitude, place.accuracy
        )
    };
    places.iter().map(place).collect::<Vec<_>>().join("; ")
}

/// A shape ends where it begins: the first point once more, from three on.
pub fn closed(mut places: Vec<Place>) -> Vec<Place> {
    if let (Some(first), 3..) = (places.first().copied(), places.len()) {
        places.push(first);
    }
    places
}

/// The points of a shape, each once.
pub fn opened(mut places: Vec<Place>) -> Vec<Place> {
    let is_same = |first: &Place, last: &Place| {
        (first.latitude, first.longitude) == (last.latitude, last.longitude)
    };
    if places.len() > 3
        && matches!((places.first(), places.last()), (Some(first), Some(last)) if is_same(first, last))
    {
        places.pop();
    }
    places
}

/// Degrees of longitude, the shorter way around.
pub fn around(degrees: f64) -> f64 {
    (degrees + 540.0).rem_euclid(360.0) - 180.0
}

/// East and north of the first place, in metres: on a plane that touches the earth there, which a walk does not tell from it.
fn plane(places: &[Place]) -> Vec<(f64, f64)> {
    let Some(first) = places.first() else {
        return Vec::new();
    };
    let shrunk = first.latitude.to_radians().cos();
    let metres = |place: &Place| {
        let east = around(place.longitude - first.longitude) * shrunk;
        let north = place.latitude - first.latitude;
        (east * METRES_OF_A_DEGREE, north * METRES_OF_A_DEGREE)
    };
    places.iter().map(metres).collect()
}

/// Metres from each to the next.
pub fn length(places: &[Place]) -> f64 {
    let steps = plane(places);
    let step = |pair: &[(f64, f64)]| (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1);
    steps.windows(2).map(step).sum()
}

/// Square metres within a shape whose points are given each once (the shoelace formula).
pub fn area(places: &[Place]) -> f64 {
    let points = plane(places);
    let next = points.iter().cycle().skip(1);
    let twice: f64 = points
        .iter()
        .zip(next)
        .map(|(one, other)| one.0 * other.1 - other.0 * one.1)
        .sum();
    twice.abs() / 2.0
}

/// How many they are, how far they reach, and how exact the last is; None of no places. The points of a shape are given each once.
pub fn said_of(places: &[Place], kind: QuestionKind, language: Language) -> Option<String> {
    let last = places.last()?;
    let accuracy = metres(last.accuracy, language);
    let within = if last.accuracy > 0.0 {
        say!(language, "精度{accuracy}", "to within {accuracy}")
    } else {
        // Typed, or of a device that does not say.
        say!(language, "精度未知", "accuracy unknown")
    };
    let (latitude, longitude, count) = (last.latitude, last.longitude, places.len());
    let points = match count {
        1 => say!(language, "1个点", "1 point"),
        _ => say!(language, "{count}个点", "{count} points"),
    };
    Some(match kind {
        QuestionKind::Geotrace if count > 1 => {
            let long = metres(length(places), language);
            say!(
                language,
                "{points}，全长{long}。最后一点{within}。",
                "{points}, {long} long. The last one is {within}."
            )
        }
        QuestionKind::Geotrace => say!(language, "{points}，{within}。", "{points}, {within}."),
        QuestionKind::Geoshape if count > 2 => {
            let around = metres(length(&closed(places.to_vec())), language);
            let inside = area(places);
            say!(
                language,
                "{points}，周长{around}，面积{inside:.0}平方米。最后一点{within}。",
                "{points}, {around} around, {inside:.0} m². The last one is {within}."
            )
        }
        QuestionKind::Geoshape => say!(
            language,
            "{points}。围成区域至少要3个点。最后一点{within}。",
            "{points}. An area takes 3 or more. The last one is {within}."
        ),
        _ => say!(
            language,
            "纬度{latitude:.5}，经度{longitude:.5}，{within}。",
            "Latitude {latitude:.5}, longitude {longitude:.5}, {within}."
        ),
    })
}

/// How places lie to each other, north above, in a square of 100 by 100 with a margin of 8: where each is drawn, and how many metres one
/// side of the square is.
pub fn sketch(places: &[Place]) -> (Vec<(f64, f64)>, f64) {
    const MARGIN: f64 = 8.0;
    let points = plane(places);
    let bounds = |of: fn(&(f64, f64)) -> f64| {
        let values = points.iter().map(of);
        let least = values.clone().fold(f64::INFINITY, f64::min);
        (least, values.fold(f64::NEG_INFINITY, f64::max))
    };
    let ((west, east), (south, north)) = (bounds(|point| point.0), bounds(|point| point.1));
    // One point alone, or all in one place, stands in the middle of some metres.
    let side = (east - west).max(north - south).max(1.0);
    let scale = (100.0 - 2.0 * MARGIN) / side;
    let drawn = |point: &(f64, f64)| {
        (
            50.0 + (point.0 - f64::midpoint(west, east)) * scale,
            50.0 - (point.1 - f64::midpoint(south, north)) * scale,
        )
    };
    (points.iter().map(drawn).collect(), 100.0 / scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use form::{QuestionKind, Value};
    use proptest::prelude::*;

    /// A square of some 100 metres on a side, in Beijing.
    fn square() -> Vec<Place> {
        let (north, east) = (
            100.0 / METRES_OF_A_DEGREE,
            100.0 / METRES_OF_A_DEGREE / 39.9_f64.to_radians().cos(),
        );
        [(0.0, 0.0), (0.0, east), (north, east), (north, 0.0)]
            .map(|(up, right)| Place::at(39.9 + up, 116.4 + right))
            .to_vec()
    }

    #[test]
    fn a_square_has_its_length_and_its_area() {
        let square = square();
        assert!(
            (length(&square) - 300.0).abs() < 0.01,
            "{}",
            length(&square)
        );
        assert!((length(&closed(square.clone())) - 400.0).abs() < 0.01);
        assert!((area(&square) - 10_000.0).abs() < 1.0, "{}", area(&square));
        assert_eq!(opened(closed(square.clone())), square);
        let (drawn, side) = sketch(&square);
        assert!((side - 119.0).abs() < 0.1, "{side}");
        let near =
            |one: (f64, f64), other: (f64, f64)| (one.0 - other.0).hypot(one.1 - other.1) < 0.01;
        assert!(
            near(drawn[0], (8.0, 92.0)) && near(drawn[2], (92.0, 8.0)),
            "{drawn:?}"
        );
    }

    #[test]
    fn a_line_over_the_date_line_is_short() {
        let line = [Place::at(0.0, 179.999), Place::at(0.0, -179.999)];
        assert!((length(&line) - 222.4).abs() < 0.1, "{}", length(&line));
    }

    #[test]
    fn few_places_are_drawn_in_the_middle() {
        assert_eq!(sketch(&[]).0, []);
        assert_eq!(sketch(&[Place::at(1.0, 2.0)]).0, [(50.0, 50.0)]);
        assert_eq!(closed(vec![Place::at(1.0, 2.0)]).len(), 1);
        assert_eq!((length(&[]), area(&[Place::at(1.0, 2.0)])), (0.0, 0.0));
    }

    proptest! {
        /// Given any places, then what is written is an answer of the form, and read again it is the same to a centimetre; all of them
        /// stand within the drawing.
        #[test]
        fn what_is_written_is_an_answer(numbers in proptest::collection::vec((-90.0..90.0_f64, -180.0..180.0_f64, -400.0..9_000.0_f64, 0.1..500.0_f64), 1..20)) {
            let places: Vec<Place> = numbers
                .into_iter()
                .map(|(latitude, longitude, altitude, accuracy)| Place { latitude, longitude, altitude, accuracy })
                .collect();
            let written = write(&places);
            prop_assert!(Value::read(QuestionKind::Geotrace, &written).is_ok());
            let read = read(&written);
            prop_assert_eq!(read.len(), places.len());
            for (one, other) in read.iter().zip(&places) {
                prop_assert!((one.latitude - other.latitude).abs() < 1e-7 && (one.longitude - other.longitude).abs() < 1e-7);
            }
            for (x, y) in sketch(&places).0 {
                prop_assert!((7.9..=92.1).contains(&x) && (7.9..=92.1).contains(&y), "{x} {y}");
            }
        }

        #[test]
        fn any_text_is_read(text in ".{0,80}") {
            let places = read(&text);
            let _ = (sketch(&places), area(&places), length(&opened(places.clone())));
        }
    }
}
