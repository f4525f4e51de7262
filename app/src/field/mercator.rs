//! Places upon a map of tiles: Web Mercator, EPSG:3857, by the formulas of IOGP Guidance Note 7-2, method 1024 “Popular Visualisation
//! Pseudo-Mercator” (N = a·ln tan(π/4 + φ/2), which is a/2·ln((1 + sin φ)/(1 − sin φ))), in tiles of 256 pixels as
//! <https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames> counts them.

use std::f64::consts::PI;

use crate::places::{METRES_OF_A_DEGREE, Place, around};

/// Degrees of latitude at which the world is a square: atan(sinh π).
const LAST_LATITUDE: f64 = 85.051_128;
const TILE: f64 = 256.0;
/// Pixels of the map's side; its points are given in hundredths of it.
const SIDE: f64 = 288.0;
/// What the points leave free at each edge, of a side.
pub const MARGIN: f64 = 0.08;
/// The same where the next point may lie beyond the others.
pub const ROOM: f64 = 0.25;
const DEEPEST: i32 = 18;
/// Where there is nothing to fit: a house and its neighbours.
const ALONE: i32 = 17;

/// A square of the map.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    zoom: i32,
    /// Pixels of the world at this zoom from its north-western corner to that of the square.
    west: f64,
    north: f64,
    /// Where each place is, in hundredths of a side from west and north.
    pub points: Vec<(f64, f64)>,
}

/// A picture of the map, and where its north-western corner is, in hundredths of the square's side.
#[derive(Clone, Debug, PartialEq)]
pub struct Tile {
    pub zoom: i32,
    pub column: i32,
    pub row: i32,
    pub x: f64,
    pub y: f64,
}

impl Tile {
    /// How wide and high it is, in hundredths of the square's side.
    pub const SIZE: f64 = 100.0 * TILE / SIDE;

    /// Its address.
    pub fn of(&self, template: &str) -> String {
        let Tile {
            zoom, column, row, ..
        } = self;
        template
            .replace("{z}", &zoom.to_string())
            .replace("{x}", &column.to_string())
            .replace("{y}", &row.to_string())
    }
}

/// Pixels from side to side of the world.
fn world(zoom: i32) -> f64 {
    TILE * f64::from(1 << zoom)
}

impl Map {
    /// The nearest one that shows all of the places, with a margin around them. None without places, where one is beyond the edge of the world as it is drawn there,
    /// and where they are too far from each other.
    pub fn of(places: &[Place], margin: f64) -> Option<Map> {
        let first = places.first()?;
        let is_on_it =
            |place: &Place| place.latitude.abs() <= LAST_LATITUDE && place.longitude.abs() <= 180.0;
        if !places.iter().all(is_on_it) {
            return None;
        }
        // In widths of the world; a line over the date line goes on beyond its edge.
        let flat = places.iter().map(|place| {
            let east = first.longitude + around(place.longitude - first.longitude);
            let sine = place.latitude.to_radians().sin();
            let up = ((1.0 + sine) / (1.0 - sine)).ln();
            (east / 360.0 + 0.5, 0.5 - up / (4.0 * PI))
        });
        let bounds = |of: fn((f64, f64)) -> f64| {
            let all = flat.clone().map(of);
            let least = all.clone().fold(f64::INFINITY, f64::min);
            (least, all.fold(f64::NEG_INFINITY, f64::max))
        };
        let ((west, east), (north, south)) = (bounds(|flat| flat.0), bounds(|flat| flat.1));
        let wide = (east - west).max(south - north);
        let deepest = if wide > 0.0 { DEEPEST } else { ALONE };
        let zoom = (0..=deepest)
            .rev()
            .find(|zoom| wide * world(*zoom) <= SIDE * (1.0 - 2.0 * margin))?;
        let pixels = world(zoom);
        // Edges of tiles lie between pixels, where no seam is seen.
        let corner = |least, most| (f64::midpoint(least, most) * pixels - SIDE / 2.0).round();
        let (west, north) = (corner(west, east), corner(north, south));
        let points = flat
            .map(|(x, y)| {
                let hundredth = |at: f64, corner| (at * pixels - corner) * 100.0 / SIDE;
                (hundredth(x, west), hundredth(y, north))
            })
            .collect();
        Some(Map {
            zoom,
            west,
            north,
            points,
        })
    }

    /// One with no point on it yet, and this in its middle.
    pub fn around(place: Place) -> Option<Map> {
        let mut map = Map::of(&[place], ROOM)?;
        map.points.clear();
        Some(map)
    }

    /// What it is made of; beyond the poles there is nothing.
    pub fn tiles(&self) -> Vec<Tile> {
        let count = 1 << self.zoom;
        let mut tiles = Vec::new();
        for row in reach(self.north) {
            for column in reach(self.west) {
                let place =
                    |number: i32, corner| (f64::from(number) * TILE - corner) * 100.0 / SIDE;
                if (0..count).contains(&row) {
                    tiles.push(Tile {
                        zoom: self.zoom,
                        column: column.rem_euclid(count),
                        row,
                        x: place(column, self.west),
                        y: place(row, self.north),
                    });
                }
            }
        }
        tiles
    }

    /// Metres from side to side, in the middle of it: what is drawn far from the equator is drawn larger.
    pub fn side(&self) -> f64 {
        SIDE / world(self.zoom) * 360.0 * METRES_OF_A_DEGREE / self.up(50.0).cosh()
    }

    /// The place of a point, as far as a finger can tell: its altitude and its accuracy are not known.
    pub fn place(&self, (x, y): (f64, f64)) -> Place {
        let east = (self.west + x * SIDE / 100.0) / world(self.zoom);
        Place::at(
            (2.0 * self.up(y).exp().atan() - PI / 2.0).to_degrees(),
            around(east * 360.0 - 180.0),
        )
    }

    /// How far a point is from the equator, in radii of the earth.
    fn up(&self, y: f64) -> f64 {
        PI * (1.0 - 2.0 * (self.north + y * SIDE / 100.0) / world(self.zoom))
    }
}

/// Which tiles lie under a side that begins so many pixels from the world's.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a world of the deepest zoom has 2^18 of them"
)]
fn reach(corner: f64) -> std::ops::Range<i32> {
    (corner / TILE).floor() as i32..((corner + SIDE) / TILE).ceil() as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::length;
    use proptest::prelude::*;

    /// The tile a point of a map lies on, and where on it, in its widths and heights.
    fn under(map: &Map, point: (f64, f64)) -> Option<(Tile, f64, f64)> {
        map.tiles().into_iter().find_map(|tile| {
            let (x, y) = (
                (point.0 - tile.x) / Tile::SIZE,
                (point.1 - tile.y) / Tile::SIZE,
            );
            let within = (0.0..1.0).contains(&x) && (0.0..1.0).contains(&y);
            within.then_some((tile, x, y))
        })
    }

    /// The tile of a place as the page that counts them has it (“Lon./lat. to tile numbers”): x, y and what is left of each.
    fn as_counted(place: Place, zoom: i32) -> (f64, f64) {
        let latitude = place.latitude.to_radians();
        let count = f64::from(1 << zoom);
        let x = count * (place.longitude + 180.0) / 360.0;
        let y = count * (1.0 - (latitude.tan() + 1.0 / latitude.cos()).ln() / PI) / 2.0;
        (x, y)
    }

    #[test]
    fn one_place_is_in_the_middle_of_its_surroundings() {
        let gate = Place::at(39.9, 116.4);
        let map = Map::of(&[gate], MARGIN).unwrap();
        let (x, y) = map.points[0];
        assert!((x - 50.0).abs() < 0.2 && (y - 50.0).abs() < 0.2, "{x} {y}");
        let (tile, ..) = under(&map, map.points[0]).unwrap();
        // 17/107915/49668 by the formula there.
        assert_eq!((tile.zoom, tile.column, tile.row), (17, 107_915, 49_668));
        assert_eq!(
            tile.of("https://tiles.example.org/{z}/{x}/{y}.png?again={z}"),
            "https://tiles.example.org/17/107915/49668.png?again=17"
        );
        // 1.194 m a pixel at the equator on the sphere of 6,378,137 m, as that page has it; 0.1 % less on the sphere of the mean radius.
        let side = 288.0 * 1.194 * 39.9_f64.to_radians().cos();
        assert!((map.side() - side).abs() < side * 0.002, "{}", map.side());
        assert_eq!(Map::of(&[gate, gate], MARGIN).unwrap().zoom, 17);
        // With no point there yet it shows the same.
        let around = Map::around(gate).unwrap();
        assert_eq!((around.points.len(), around.tiles()), (0, map.tiles()));
    }

    #[test]
    fn what_is_no_place_of_the_map_has_none() {
        for places in [
            vec![],
            vec![Place::at(85.06, 0.0)],
            vec![Place::at(39.9, 116.4), Place::at(-90.0, 0.0)],
            vec![Place::at(0.0, 181.0)],
            vec![Place::at(f64::NAN, 0.0)],
            vec![Place::at(0.0, f64::INFINITY)],
            vec![Place::at(85.0, 0.0), Place::at(-85.0, 0.0)],
        ] {
            assert_eq!(Map::of(&places, MARGIN), None, "{places:?}");
        }
    }

    #[test]
    fn a_line_over_the_date_line_lies_on_tiles_of_both_edges() {
        let map = Map::of(&[Place::at(0.0, 179.999), Place::at(0.0, -179.999)], MARGIN).unwrap();
        let columns: Vec<i32> = map
            .points
            .iter()
            .map(|point| under(&map, *point).unwrap().0.column)
            .collect();
        assert_eq!(columns, [(1 << map.zoom) - 1, 0]);
        assert!(map.points[0].0 < map.points[1].0);
    }

    proptest! {
        /// Given places some way from each other, then each lies on the tile, and where on it, that the common formula names; all of them
        /// stand within the margin, at the nearest zoom at which they do; and at most nine tiles are asked for, each once.
        #[test]
        fn places_lie_true_upon_their_tiles(
            (latitude, longitude) in (-84.0..84.0_f64, -180.0..180.0_f64),
            steps in proptest::collection::vec((-1.0..1.0_f64, -1.0..1.0_f64), 0..8),
            reach in prop_oneof![Just(0.000_01), Just(0.001), Just(0.1), Just(1.0)],
            margin in prop_oneof![Just(MARGIN), Just(ROOM)],
        ) {
            let mut places = vec![Place::at(latitude, longitude)];
            places.extend(steps.into_iter().map(|(north, east)| {
                Place::at(latitude + north * reach, around(longitude + east * reach))
            }));
            let map = Map::of(&places, margin).unwrap();
            prop_assert_eq!(map.points.len(), places.len());
            let (free, reach) = (100.0 * margin - 0.2, 50.0 - 100.0 * margin);
            let mut farthest = 0.0_f64;
            for (place, point) in places.iter().zip(&map.points) {
                prop_assert!((free..=100.0 - free).contains(&point.0) && (free..=100.0 - free).contains(&point.1), "{point:?}");
                farthest = farthest.max((point.0 - 50.0).abs()).max((point.1 - 50.0).abs());
                let (tile, x, y) = under(&map, *point).unwrap();
                let counted = as_counted(*place, map.zoom);
                let count = f64::from(1 << map.zoom);
                let off = (f64::from(tile.column) + x - counted.0).rem_euclid(count);
                let again = map.place(*point);
                prop_assert!((again.latitude - place.latitude).abs() < 1e-9 && around(again.longitude - place.longitude).abs() < 1e-9, "{again:?}");
                prop_assert!(off.min(count - off) < 1e-4 && (f64::from(tile.row) + y - counted.1).abs() < 1e-4, "{place:?}");
            }
            if places.len() > 1 {
                prop_assert!(map.zoom == DEEPEST || farthest > reach / 2.0 - 0.2, "{} {farthest}", map.zoom);
            } else {
                prop_assert_eq!(map.zoom, ALONE);
            }
            let tiles = map.tiles();
            let mut asked: Vec<_> = tiles.iter().map(|tile| (tile.column, tile.row)).collect();
            asked.sort_unstable();
            asked.dedup();
            prop_assert!(asked.len() == tiles.len() && tiles.len() <= 9);
        }

        /// The way between two places near each other is as long on the map as it is.
        #[test]
        fn the_scale_is_true(latitude in -80.0..80.0_f64, longitude in -180.0..180.0_f64, north in 0.000_2..0.001_f64, east in 0.000_2..0.001_f64) {
            let places = [Place::at(latitude, longitude), Place::at(latitude + north, around(longitude + east))];
            let map = Map::of(&places, MARGIN).unwrap();
            let [one, other] = map.points[..] else { unreachable!() };
            let drawn = (one.0 - other.0).hypot(one.1 - other.1) / 100.0 * map.side();
            let metres = length(&places);
            prop_assert!((drawn - metres).abs() < metres * 0.001, "{drawn} {metres}");
        }

        #[test]
        fn any_place_has_a_map_or_none(latitude in proptest::num::f64::ANY, longitude in proptest::num::f64::ANY, other in proptest::num::f64::ANY) {
            if let Some(map) = Map::of(&[Place::at(latitude, longitude), Place::at(other, longitude)], MARGIN) {
                prop_assert!(!map.tiles().is_empty() && map.side() > 0.0);
            }
        }
    }
}
