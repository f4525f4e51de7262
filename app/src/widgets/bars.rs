//! A small chart of bars, one a day. It draws what a table beside it says in numbers, so it is hidden from who cannot see it.

use leptos::prelude::*;

/// One bar: what it stands for, its length from 0 to 1 and, of that, the part that is known.
pub struct Bar {
    pub title: String,
    pub length: f64,
    /// A tone of the style sheet: `key`, `warn`, `good` or none.
    pub tone: Option<&'static str>,
}

/// Width and height of a bar's place in the drawing.
const STEP: f64 = 10.0;
const HEIGHT: f64 = 48.0;

pub fn bars(bars: &[Bar]) -> AnyView {
    #[expect(clippy::cast_precision_loss, reason = "a few dozen bars")]
    let width = bars.len() as f64 * STEP;
    let bar = |(index, bar): (usize, &Bar)| {
        #[expect(clippy::cast_precision_loss, reason = "a few dozen bars")]
        let x = index as f64 * STEP + 1.0;
        // What is there at all is seen.
        let height = match bar.length.clamp(0.0, 1.0) {
            0.0 => 0.0,
            length => (length * HEIGHT).max(1.5),
        };
        view! {
            <rect data-tone=bar.tone x=format!("{x:.1}") y=format!("{:.1}", HEIGHT - height) width="8" height=format!("{height:.1}")>
                <title>{bar.title.clone()}</title>
            </rect>
        }
    };
    let drawn: Vec<_> = bars.iter().enumerate().map(bar).collect();
    view! {
        <svg class="bars" viewBox=format!("0 0 {width:.0} {HEIGHT:.0}") preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>
    }
    .into_any()
}
