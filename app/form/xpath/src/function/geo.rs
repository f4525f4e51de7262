//! Places: points as `latitude longitude altitude accuracy`, lines and shapes as points between semicolons.

use super::{
    Function as F,
    call::{Outcome, refuse},
};
use crate::{Evaluator, Expr, Value};

/// The radius ODK reckons with, in metres.
const EARTH_RADIUS: f64 = 6_378_100.0;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Point {
    latitude: f64,
    longitude: f64,
}

impl Point {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split_whitespace();
        let mut degrees = |most: f64| {
            let number = json::decimal(parts.next()?)?;
            (number.abs() <= most).then_some(number)
        };
        let (latitude, longitude) = (degrees(90.0)?, degrees(180.0)?);
        (parts.count() <= 2).then_some(Self {
            latitude,
            longitude,
        })
    }
}

/// The points of a line or shape; semicolons at its end are passed over.
fn points(text: &str) -> Option<Vec<Point>> {
    let ends = |found: char| found == ';' || found.is_whitespace();
    text.trim_end_matches(ends)
        .split(';')
        .map(Point::read)
        .collect()
}

impl<'h> Evaluator<'h> {
    pub(super) fn call_geo<'e>(&self, function: F, arguments: &'e [Expr]) -> Outcome<Value<'e>>
    where
        'h: 'e,
    {
        if let (F::Geofence | F::EnclosedWithin, [point, shape]) = (function, arguments) {
            let point = Point::read(&self.text(point)?);
            let shape = points(&self.text(shape)?);
            let is_inside = point.zip(shape).is_some_and(|(point, shape)| {
                shape.len() > 1 && shape.first() == shape.last() && is_inside(point, &shape)
            });
            return Ok(is_inside.into());
        }
        let mut texts: Vec<String> = Vec::new();
        for argument in arguments {
            self.each_text(argument, &mut |text| {
                texts.push(text.to_owned());
                Ok(())
            })?;
        }
        let line = match texts.as_slice() {
            [line] => points(line),
            several => several.iter().map(|text| Point::read(text)).collect(),
        };
        let line = line.filter(|line| line.len() > 1);
        let is_blank = texts.iter().all(|text| text.trim().is_empty());
        let metres = match (function, line) {
            (F::Area | F::EnclosedArea, line) => line.map_or(0.0, |line| area(&line)),
            (_, Some(line)) => distance(&line),
            // What is not answered yet has no length; what is no line is a mistake.
            (_, None) if is_blank => 0.0,
            (_, None) => return refuse(function, &texts.join(";")),
        };
        Ok(Value::Number((metres * 100.0).round() / 100.0))
    }
}

/// Square metres of a shape on the sphere, closed if it is not.
fn area(shape: &[Point]) -> f64 {
    if shape.len() < 3 {
        return 0.0;
    }
    let next = shape.iter().cycle().skip(1);
    let total: f64 = shape
        .iter()
        .zip(next)
        .map(|(start, end)| {
            (end.longitude - start.longitude).to_radians()
                * (2.0 + end.latitude.to_radians().sin() + start.latitude.to_radians().sin())
        })
        .sum();
    (total * EARTH_RADIUS * EARTH_RADIUS / 2.0).abs()
}

/// Metres along great circles.
fn distance(line: &[Point]) -> f64 {
    line.windows(2)
        .map(|ends| {
            let (from, to) = (ends[0].latitude.to_radians(), ends[1].latitude.to_radians());
            let turned = (ends[0].longitude - ends[1].longitude).to_radians();
            let cosine = from.sin() * to.sin() + from.cos() * to.cos() * turned.cos();
            // Rounding may carry the cosine of nothing past 1.
            cosine.clamp(-1.0, 1.0).acos() * EARTH_RADIUS
        })
        .sum()
}

/// Whether a ray from the point crosses the shape's border an odd number of times.
fn is_inside(point: Point, shape: &[Point]) -> bool {
    let crossings = shape.windows(2).filter(|ends| {
        let (a, b) = (ends[0], ends[1]);
        (b.latitude > point.latitude) != (a.latitude > point.latitude)
            && point.longitude
                < (a.longitude - b.longitude) * (point.latitude - b.latitude)
                    / (a.latitude - b.latitude)
                    + b.longitude
    });
    crossings.count() % 2 == 1
}
