//! QR codes (ISO/IEC 18004), drawn as a path of SVG.

use std::fmt::Write as _;

use app::api::view::CodePicture;
use qrcode::{Color, EcLevel, QrCode};

/// A text as a code that is read with a quarter of it dirty or torn (level Q); None of more than fits in one.
pub fn picture(text: &str) -> Option<CodePicture> {
    let code = QrCode::with_error_correction_level(text, EcLevel::Q).ok()?;
    let size = code.width();
    let modules = code.to_colors();
    let mut dark = String::new();
    for (y, row) in modules.chunks(size).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            if run[0] == Color::Dark {
                let length = run.len();
                let _ = write!(dark, "M{x} {y}h{length}v1h-{length}z");
            }
            x += run.len();
        }
    }
    Some(CodePicture { size, dark })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pixels of a module, and modules of the quiet zone.
    const SCALE: usize = 4;
    const QUIET: usize = 4;

    /// Whether a pixel of a picture is dark, by its path alone.
    fn painted(picture: &CodePicture) -> Vec<(usize, usize)> {
        let runs = picture.dark.split_terminator('z');
        let run = |run: &str| -> Vec<(usize, usize)> {
            let (at, length) = run[1..].split_once('h').expect("a run");
            let (x, y) = at.split_once(' ').expect("a place");
            let length = length.split('v').next().expect("a length");
            let [x, y, length] = [x, y, length].map(|number| number.parse::<usize>().unwrap());
            (x..x + length).map(|x| (x, y)).collect()
        };
        runs.flat_map(run).collect()
    }

    /// Given the code of an entrance, then another reader reads it from what is drawn.
    #[test]
    fn what_is_drawn_is_read() {
        let code = domain::entrance::EntranceCode::of([0x5a; 16]);
        let drawn = picture(&code.scanned()).expect("a code");
        // Nothing but capitals and digits: small enough for a phone across the street.
        assert_eq!(drawn.size, 29);
        let dark = painted(&drawn);
        let side = (drawn.size + 2 * QUIET) * SCALE;
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
            let module = (x / SCALE).wrapping_sub(QUIET);
            let row = (y / SCALE).wrapping_sub(QUIET);
            if dark.contains(&(module, row)) {
                0
            } else {
                255
            }
        });
        let grids = image.detect_grids();
        let (_, text) = grids[0].decode().expect("a code that can be read");
        assert_eq!(text, code.scanned());
        assert_eq!(domain::entrance::EntranceCode::read(&text), Ok(code));
    }

    #[test]
    fn more_than_fits_is_not_drawn() {
        assert_eq!(picture(&"A".repeat(10_000)), None);
    }
}
