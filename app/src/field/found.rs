//! What was found at an inspection, to be read under its record: the words of each finding, what was done about it on the spot, and its photos,
//! also those that another tablet took.

use domain::finding::{Extent, Photo, PhotoHash, PlanField, Raised};
use domain::{Text, say};
use leptos::prelude::*;
use markup::view;

use super::finding_line::finding_line;
use super::photos::{checkpoint, enlarging, exhibit, is_here};
use super::piece::{Piece, Pieces as _, afterwards};
use super::tablet::tablet;
use crate::clock::instant_text;
use crate::i18n::{language, said, t};

const SEEN: Text = Text::new("问题照片", "As found");
const FIXED: Text = Text::new("改正后照片", "As fixed");

/// A finding as it was raised: a line of a `ul.sync`.
pub fn found(raised: Raised) -> Piece {
    let done = Done {
        extent: raised.extent,
        fixed: raised.fixed_on_the_spot,
        help_given: raised.help_given,
        support_owed: raised.support_owed,
    };
    let more = done.told(raised.photos, raised.photos_fixed);
    finding_line(
        raised.code,
        raised.title,
        raised.note,
        raised.severity,
        more,
    )
}

/// What is said of a finding besides the fault.
pub struct Done {
    pub extent: Extent,
    pub fixed: bool,
    pub help_given: String,
    pub support_owed: String,
}

impl Done {
    /// With the photos that show it.
    pub fn told(self, photos: Vec<Photo>, photos_fixed: Vec<Photo>) -> Piece {
        let texts = [
            (PlanField::HelpGiven, self.help_given),
            (PlanField::SupportOwed, self.support_owed),
        ];
        let texts = texts
            .into_iter()
            .filter(|(_, text)| !text.trim().is_empty());
        let texts = texts.map(|(field, text)| {
            view! { <div><dt>{said(field.title())}</dt><dd>{text}</dd></div> }
        });
        let pictures = pictures(photos, SEEN).chain(pictures(photos_fixed, FIXED));
        let pictures: Vec<Piece> = pictures.collect();
        view! {
            <dl class="facts">
                <div><dt>{said(Text::new("范围", "Extent"))}</dt><dd>{said(self.extent.title())}</dd></div>
                {self.fixed.then(|| view! {
                    <div><dt>{said(Text::new("立行立改", "Fixed on the spot"))}</dt><dd>{said(Text::new("是", "Yes"))}</dd></div>
                })}
                {texts.pieces()}
            </dl>
            {(!pictures.is_empty()).then(|| view! { <ul class="photos">{pictures}</ul> })}
        }
    }
}

fn pictures(photos: Vec<Photo>, title: Text) -> impl Iterator<Item = Piece> {
    photos.into_iter().zip(1_usize..).map(move |(photo, number)| {
        let at = photo.taken_at;
        let when = move || instant_text(at, &tablet().time_zone(), language());
        let words = move || {
            let (title, when) = (t(title), when());
            say!(language(), "{title} {number}，{when}", "{title} {number}, {when}")
        };
        let hash = photo.hash.0.clone();
        view! {
            <li><figure>
                {shown(photo.hash, words)}
                <figcaption><strong>{said(title)}</strong><span>{when}</span>{move || checkpoint(&hash)}</figcaption>
            </figure></li>
        }
    })
}

/// A photo or a signature, from this tablet or, where it was taken on another, from the server.
pub fn shown(hash: PhotoHash, words: impl Fn() -> String + Copy + 'static) -> Piece {
    if is_here(&hash) {
        exhibit(hash, words)
    } else {
        from_server(&hash.0, words)
    }
}

/// A photo that is not kept here, as one that another tablet took: the server shows it, once it is there.
fn from_server(hash: &str, words: impl Fn() -> String + Copy + 'static) -> Piece {
    let tablet = tablet();
    let is_missing = RwSignal::new(!tablet.online.get_untracked());
    // It may have come since, whenever this tablet has fetched anew.
    afterwards(move || {
        tablet.pulled_at.get();
        if tablet.online.get() {
            is_missing.set(false);
        }
    });
    let address = StoredValue::new(format!("/photo/{hash}"));
    view! {
        {move || if is_missing.get() {
            view! { <p class="hint" data-test="photo-elsewhere">{move || t(if tablet.online.get() {
                Text::new("照片还没有发到服务器，请稍后再看", "This photo is not on the server yet; look again later")
            } else {
                Text::new("照片不在本机，联网后可看", "This photo is not on this tablet; it can be seen with a network")
            })}</p> }
        } else {
            enlarging(move || Some(address.get_value()), words, Some(is_missing))
        }}
    }
}
