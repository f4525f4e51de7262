//! What a pen leaves on a sheet: points, the smooth lines through them, and whether they amount to anything.
//!
//! Lengths are in thousandths of the sheet's width, so that the same ink is drawn on a glass of any size, held either way.

/// The width of a sheet.
pub const WIDTH: f64 = 1_000.0;

/// Points nearer to the one before say nothing new.
const STEP: f64 = 1.5;

/// A signature is larger than what a hand leaves that only touched the glass.
const TOUCH: f64 = 20.0;

/// The length of a dot: a line of no length at all is not drawn.
const DOT: f64 = 0.1;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

impl Point {
    fn middle(self, other: Point) -> Point {
        Point {
            x: f64::midpoint(self.x, other.x),
            y: f64::midpoint(self.y, other.y),
        }
    }

    fn distance(self, other: Point) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

/// A part of a line: on to `to`, drawn towards `control` (a quadratic Bézier curve).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    pub control: Point,
    pub to: Point,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub from: Point,
    pub curves: Vec<Curve>,
}

/// From the upper left to the lower right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    pub from: Point,
    pub to: Point,
}

/// The strokes on one sheet; the last may be under way.
#[derive(Clone, Debug)]
pub struct Ink {
    height: f64,
    strokes: Vec<Vec<Point>>,
    under_way: bool,
}

impl Ink {
    /// No ink yet on a sheet that is so many widths high.
    pub fn on(height: f64) -> Ink {
        Ink {
            height: height * WIDTH,
            strokes: Vec::new(),
            under_way: false,
        }
    }

    /// The pen comes down.
    pub fn begin(&mut self, at: Point) {
        let at = self.on_sheet(at);
        self.strokes.push(vec![at]);
        self.under_way = true;
    }

    /// The pen moves on. Gives what that adds to the picture; a stroke's last bit comes when it [ends](Ink::end).
    pub fn go_on(&mut self, at: Point) -> Option<Line> {
        let at = self.on_sheet(at);
        let stroke = self.strokes.last_mut().filter(|_| self.under_way)?;
        let last = *stroke.last()?;
        if last.distance(at) < STEP {
            return None;
        }
        let from = match stroke.iter().rev().nth(1) {
            Some(before) => before.middle(last),
            None => last,
        };
        stroke.push(at);
        let curve = Curve {
            control: last,
            to: last.middle(at),
        };
        Some(Line {
            from,
            curves: vec![curve],
        })
    }

    /// The pen is lifted.
    pub fn end(&mut self) {
        self.under_way = false;
    }

    /// The stroke under way was none: a palm, before the pen came.
    pub fn abandon(&mut self) {
        if std::mem::take(&mut self.under_way) {
            self.strokes.pop();
        }
    }

    /// Takes the last stroke back.
    pub fn undo(&mut self) {
        self.under_way = false;
        self.strokes.pop();
    }

    pub fn clear(&mut self) {
        self.under_way = false;
        self.strokes.clear();
    }

    pub fn strokes(&self) -> usize {
        self.strokes.len()
    }

    /// Whether this is more than a touch by chance. A drawing may be a single dot; a signature is not.
    pub fn is_signed(&self) -> bool {
        self.bounds().is_some_and(|Bounds { from, to }| {
            let (width, height) = (to.x - from.x, to.y - from.y);
            width.max(height) >= TOUCH
        })
    }

    /// The smallest frame around all points.
    pub fn bounds(&self) -> Option<Bounds> {
        let mut points = self.strokes.iter().flatten();
        let first = *points.next()?;
        let mut bounds = Bounds {
            from: first,
            to: first,
        };
        for Point { x, y } in points {
            bounds.from.x = bounds.from.x.min(*x);
            bounds.from.y = bounds.from.y.min(*y);
            bounds.to.x = bounds.to.x.max(*x);
            bounds.to.y = bounds.to.y.max(*y);
        }
        Some(bounds)
    }

    /// The strokes as smooth lines: each through the middles between its points, bent towards the points.
    pub fn lines(&self) -> impl Iterator<Item = Line> {
        self.strokes.iter().filter_map(|stroke| line(stroke))
    }

    fn on_sheet(&self, Point { x, y }: Point) -> Point {
        Point {
            x: x.clamp(0.0, WIDTH),
            y: y.clamp(0.0, self.height),
        }
    }
}

fn line(stroke: &[Point]) -> Option<Line> {
    let (from, last) = (*stroke.first()?, *stroke.last()?);
    let mut curves: Vec<Curve> = stroke
        .windows(2)
        .map(|pair| Curve {
            control: pair[0],
            to: pair[0].middle(pair[1]),
        })
        .collect();
    let to = if stroke.len() == 1 {
        Point {
            x: last.x + DOT,
            ..last
        }
    } else {
        last
    };
    curves.push(Curve { control: last, to });
    Some(Line { from, curves })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f64, y: f64) -> Point {
        Point { x, y }
    }

    fn stroke(ink: &mut Ink, points: &[(f64, f64)]) {
        let mut points = points.iter().map(|(x, y)| at(*x, *y));
        ink.begin(points.next().unwrap());
        for point in points {
            ink.go_on(point);
        }
        ink.end();
    }

    fn sheet() -> Ink {
        Ink::on(0.5)
    }

    #[test]
    fn nothing_is_no_signature_and_neither_is_a_touch() {
        let mut ink = sheet();
        assert!(!ink.is_signed());
        assert_eq!((ink.bounds(), ink.strokes()), (None, 0));
        stroke(&mut ink, &[(100.0, 100.0), (105.0, 108.0)]);
        assert!(!ink.is_signed());
        assert_eq!(ink.strokes(), 1);
        stroke(&mut ink, &[(130.0, 100.0)]);
        assert!(ink.is_signed());
    }

    #[test]
    fn an_upright_line_is_a_signature_like_a_level_one() {
        for points in [
            [(10.0, 10.0), (10.0, 10.0 + TOUCH)],
            [(10.0, 10.0), (10.0 + TOUCH, 10.0)],
        ] {
            let mut ink = sheet();
            stroke(&mut ink, &points);
            assert!(ink.is_signed(), "{points:?}");
        }
    }

    #[test]
    fn a_line_goes_through_the_middles_and_ends_where_the_pen_was_lifted() {
        let mut ink = sheet();
        stroke(&mut ink, &[(0.0, 0.0), (10.0, 0.0), (10.0, 20.0)]);
        let curve = |control, to| Curve { control, to };
        let expected = Line {
            from: at(0.0, 0.0),
            curves: vec![
                curve(at(0.0, 0.0), at(5.0, 0.0)),
                curve(at(10.0, 0.0), at(10.0, 10.0)),
                curve(at(10.0, 20.0), at(10.0, 20.0)),
            ],
        };
        assert_eq!(ink.lines().collect::<Vec<_>>(), [expected]);
    }

    #[test]
    fn what_is_drawn_underway_is_what_the_whole_line_has() {
        let mut ink = sheet();
        ink.begin(at(0.0, 0.0));
        let drawn: Vec<Line> = [(10.0, 0.0), (10.0, 20.0), (30.0, 40.0), (50.0, 10.0)]
            .into_iter()
            .filter_map(|(x, y)| ink.go_on(at(x, y)))
            .collect();
        let whole = ink.lines().next().unwrap();
        let mut from = whole.from;
        for (part, curve) in drawn.iter().zip(&whole.curves) {
            assert_eq!((part.from, &part.curves[..]), (from, &[*curve][..]));
            from = curve.to;
        }
        assert_eq!(drawn.len() + 1, whole.curves.len());
    }

    #[test]
    fn a_dot_is_drawn() {
        let mut ink = sheet();
        stroke(&mut ink, &[(40.0, 40.0)]);
        let dot = ink.lines().next().unwrap();
        assert!(dot.from.distance(dot.curves[0].to) > 0.0);
    }

    #[test]
    fn a_trembling_hand_adds_no_points_and_no_point_lies_beside_the_sheet() {
        let mut ink = sheet();
        ink.begin(at(500.0, 250.0));
        assert_eq!(ink.go_on(at(500.5, 250.5)), None);
        assert!(ink.go_on(at(2_000.0, -70.0)).is_some());
        assert!(ink.go_on(at(-3.0, 9_000.0)).is_some());
        ink.end();
        let bounds = Bounds {
            from: at(0.0, 0.0),
            to: at(WIDTH, 500.0),
        };
        assert_eq!(ink.bounds(), Some(bounds));
    }

    #[test]
    fn after_the_pen_was_lifted_it_leaves_nothing() {
        let mut ink = sheet();
        assert_eq!(ink.go_on(at(9.0, 9.0)), None);
        stroke(&mut ink, &[(0.0, 0.0), (90.0, 90.0)]);
        assert_eq!(ink.go_on(at(200.0, 200.0)), None);
        assert_eq!(ink.bounds().unwrap().to, at(90.0, 90.0));
    }

    #[test]
    fn the_last_stroke_is_taken_back_and_a_palm_leaves_none() {
        let mut ink = sheet();
        stroke(&mut ink, &[(0.0, 0.0), (90.0, 90.0)]);
        stroke(&mut ink, &[(300.0, 300.0), (400.0, 400.0)]);
        ink.abandon();
        assert_eq!(ink.strokes(), 2);
        ink.begin(at(700.0, 400.0));
        ink.abandon();
        assert_eq!(ink.strokes(), 2);
        ink.undo();
        assert_eq!(ink.bounds().unwrap().to, at(90.0, 90.0));
        ink.undo();
        ink.undo();
        assert_eq!((ink.strokes(), ink.is_signed()), (0, false));
        stroke(&mut ink, &[(0.0, 0.0), (90.0, 90.0)]);
        ink.clear();
        assert_eq!(ink.lines().count(), 0);
    }
}
